package server

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// clock is a time that the test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func testLimiter(perSecond int) (*limiter, *clock) {
	c := &clock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	l := newLimiter(perSecond)
	l.now = c.now
	return l, c
}

func TestLimiterPaces(t *testing.T) {
	l, c := testLimiter(10)
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for i := range 20 {
		if v := l.enter(a); !v.admitted || v.wait != 0 {
			t.Fatalf("handshake %d of the burst: %+v", i, v)
		}
	}
	if v := l.enter(a); !v.admitted || v.wait != 100*time.Millisecond {
		t.Errorf("the first past the burst: %+v", v)
	}
	if v := l.enter(a); !v.admitted || v.wait != 200*time.Millisecond {
		t.Errorf("the second past the burst: %+v", v)
	}
	if v := l.enter(b); !v.admitted || v.wait != 0 {
		t.Errorf("another address: %+v", v)
	}
	c.at = c.at.Add(time.Second)
	if v := l.enter(a); !v.admitted || v.wait != 0 {
		t.Errorf("a second later: %+v", v)
	}
}

func TestRefusalsCostMore(t *testing.T) {
	l, _ := testLimiter(10)
	a := netip.MustParseAddr("192.0.2.1")
	for range 2 {
		if v := l.enter(a); !v.admitted || v.wait != 0 {
			t.Fatalf("within the burst: %+v", v)
		}
		l.leave(a, true)
	}
	if v := l.enter(a); !v.admitted || v.wait != 300*time.Millisecond {
		t.Errorf("after two refusals: %+v, want a wait of three handshakes", v)
	}
}

func TestLimiterTurnsAway(t *testing.T) {
	l, c := testLimiter(1000)
	l.each = 3
	a := netip.MustParseAddr("192.0.2.1")
	for range 3 {
		if v := l.enter(a); !v.admitted {
			t.Fatal("turned away below the bound")
		}
	}
	if v := l.enter(a); v.admitted || v.tell != 1 {
		t.Errorf("the first past the bound: %+v", v)
	}
	for range 10 {
		if v := l.enter(a); v.admitted || v.tell != 0 {
			t.Errorf("told again too early: %+v", v)
		}
	}
	c.at = c.at.Add(tellEvery)
	if v := l.enter(a); v.tell != 11 {
		t.Errorf("told of %d, want 11", v.tell)
	}
	l.leave(a, false)
	if v := l.enter(a); !v.admitted {
		t.Errorf("turned away after one has left: %+v", v)
	}
	l.all = 3
	if v := l.enter(netip.MustParseAddr("192.0.2.2")); v.admitted {
		t.Error("admitted past the bound of all")
	}
}

func TestLimiterForgets(t *testing.T) {
	l, c := testLimiter(10)
	address := netip.MustParseAddr("10.0.0.0")
	for range visitorsKept + 10 {
		c.at = c.at.Add(time.Millisecond)
		if !l.enter(address).admitted {
			t.Fatal("turned away")
		}
		l.leave(address, false)
		address = address.Next()
	}
	// Those of the last tenth of a second have not earned their handshake back.
	if n := len(l.addresses); n > 200 {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestAddressOf(t *testing.T) {
	for _, tt := range []struct{ remote, want string }{
		{"192.0.2.1:443", "192.0.2.1"},
		{"[::ffff:192.0.2.1]:443", "192.0.2.1"},
		{"[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::"},
		{"[fe80::1%lo]:443", "fe80::"},
	} {
		remote, err := net.ResolveTCPAddr("tcp", tt.remote)
		if err != nil {
			t.Fatal(err)
		}
		if got := addressOf(remote); got != netip.MustParseAddr(tt.want) {
			t.Errorf("%s counts as %v, want %s", tt.remote, got, tt.want)
		}
	}
	if got := addressOf(&net.UnixAddr{Name: "/run/x"}); got.IsValid() {
		t.Errorf("a socket of this machine counts as %v", got)
	}
}
