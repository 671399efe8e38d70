package soap

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"liasse/internal/rule"
)

// patience is how long a sender may keep the server waiting before it counts as slow.
const patience = 100 * time.Millisecond

// turn is where one request stands with the admission, so that a slow sender costs others nothing. While the envelope is
// read, a request is only open. Then it takes a place among those at work, which it gives back for each read of the body
// and takes again when bytes have come. A sender is slow who keeps the server waiting longer than patience at once, or
// from whom less comes than MinRate after that; slow ones are bounded in all and by address, and one that is beyond is
// refused.
//
// The fields are of the goroutine that serves the request, but between await and awaited those of slowness are the
// timer's.
type turn struct {
	a       *admission
	ctx     context.Context
	http    *http.Request
	control *http.ResponseController
	client  string

	// open: counted in admission.open. working: has begun to work and not yet to answer. held: has a place now.
	open, working, held bool
	// slow: counted in admission.slow, under address. crowded: there were too many of them.
	slow, crowded bool
	address       string
	roots         int64

	timer *time.Timer
	fired chan struct{}
}

// begin opens a request; false when too many are open.
func (t *turn) begin() bool {
	t.a.mu.Lock()
	defer t.a.mu.Unlock()
	if t.a.open >= t.a.limits.Open {
		return false
	}
	t.a.open++
	t.open = true
	return true
}

// work takes a place among the requests at work; false when there is none in time.
func (t *turn) work() bool {
	t.client = clientOf(t.http)
	t.working = t.a.enter(t.ctx, t.client)
	t.held = t.working
	return t.working
}

// rest gives the place back for good: what is left is to send the answer.
func (t *turn) rest() {
	t.working = false
	t.yield()
}

// end gives everything back.
func (t *turn) end() {
	t.rest()
	t.a.mu.Lock()
	defer t.a.mu.Unlock()
	t.quick()
	t.a.roots -= t.roots
	t.roots = 0
	if t.open {
		t.open = false
		t.a.open--
	}
}

func (t *turn) yield() {
	if t.held {
		t.held = false
		t.a.leave(t.client)
	}
}

// hold counts bytes of an envelope that are kept in memory; false when all requests together hold too many.
func (t *turn) hold(n int) bool {
	t.a.mu.Lock()
	defer t.a.mu.Unlock()
	if t.a.roots+int64(n) > t.a.limits.Roots {
		return false
	}
	t.a.roots += int64(n)
	t.roots += int64(n)
	return true
}

// await comes before a read of the body.
func (t *turn) await() {
	t.yield()
	if t.timer == nil {
		t.fired = make(chan struct{}, 1)
		t.timer = time.AfterFunc(patience, t.stall)
	} else {
		t.timer.Reset(patience)
	}
}

// stall is what the timer does when no bytes have come in time.
func (t *turn) stall() {
	defer func() { t.fired <- struct{}{} }()
	t.a.mu.Lock()
	defer t.a.mu.Unlock()
	if !t.dawdle() {
		t.control.SetReadDeadline(time.Unix(1, 0)) // ends the read that the request is in
	}
}

// awaited comes after the read; slow tells whether the sender is below MinRate, ended whether the body is read or broken.
// It is false when the request must be refused for want of room.
func (t *turn) awaited(slow, ended bool) bool {
	if !t.timer.Stop() {
		<-t.fired
	}
	if t.crowded {
		return false
	}
	if slow = slow && !ended; slow != t.slow {
		t.a.mu.Lock()
		room := true
		if slow {
			room = t.dawdle()
		} else {
			t.quick()
		}
		t.a.mu.Unlock()
		if !room {
			return false
		}
	}
	if t.working {
		t.held = t.a.resume(t.ctx, t.client)
		return t.held
	}
	return true
}

// dawdle counts the request among the slow ones, under the lock; false when they are too many.
func (t *turn) dawdle() bool {
	if t.slow {
		return true
	}
	if t.address == "" {
		t.address = addressOf(t.http.RemoteAddr)
	}
	if t.a.slow >= t.a.limits.Slow || t.a.addresses[t.address] >= t.a.limits.PerAddress {
		t.crowded = true
		return false
	}
	t.slow = true
	t.a.slow++
	tally(&t.a.addresses, t.address, 1)
	return true
}

// quick takes the request out of the slow ones, under the lock.
func (t *turn) quick() {
	if t.slow {
		t.slow = false
		t.a.slow--
		tally(&t.a.addresses, t.address, -1)
	}
}

// addressOf names the network a peer is in: its IPv4 address, or the first 64 bits of its IPv6 address, all of which one
// machine may use.
func addressOf(remote string) string {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	address := peer.Addr().Unmap()
	if address.Is4() {
		return address.String()
	}
	network, err := address.Prefix(64)
	if err != nil {
		return address.String()
	}
	return network.String()
}

// full is the refusal for want of room.
func full() *Fault {
	return &Fault{Code: Receiver, Findings: rule.Findings{{Rule: ruleRoom, Severity: rule.Error}}, RetryAfter: time.Second}
}
