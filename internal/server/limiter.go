package server

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// limiter paces the handshakes of each network address, so that one which begins thousands of them costs the others
// nothing. An address begins so many a second; what comes faster waits, and past a bound is turned away before it costs
// more than the connection.
type limiter struct {
	// rate is how many handshakes of one address begin in a second; burst is how many of them at once.
	rate, burst float64
	// each bounds the handshakes of one address that wait or are under way, all those of every address.
	each, all int
	now       func() time.Time

	mu        sync.Mutex
	under     int
	addresses map[netip.Addr]*visitor
	// swept is when those that have nothing to be remembered for were last forgotten.
	swept time.Time
}

// visitor is what is known of one address.
type visitor struct {
	under int
	// tokens is what may begin at once, as of at; it is negative while some wait.
	tokens float64
	at     time.Time
	// turned counts those turned away since it was told; told is when that was.
	turned int
	told   time.Time
}

// Bounds of a limiter that no configuration changes.
const (
	handshakesEach = 256
	handshakesAll  = 4096
	// refusalCost is how many handshakes more one costs its address that was refused: each leaves a line of the log and an
	// audit record, and whoever has nothing to lose is not to fill a disk with them.
	refusalCost = 10
	// tellEvery is how often it is told of one address that its connections are turned away.
	tellEvery = time.Minute
	// visitorsKept is how many addresses are remembered before those that have nothing to be remembered for are forgotten.
	visitorsKept = 4096
)

func newLimiter(perSecond int) *limiter {
	return &limiter{rate: float64(perSecond), burst: float64(2 * perSecond), each: handshakesEach, all: handshakesAll,
		now: time.Now, addresses: make(map[netip.Addr]*visitor)}
}

// visit is the answer to one connection.
type visit struct {
	// admitted tells that a handshake may begin after wait; whoever is admitted must leave.
	admitted bool
	wait     time.Duration
	// tell, when not zero, is how many connections of the address were turned away since it was last told.
	tell int
}

// enter asks whether a handshake with the address may begin.
func (l *limiter) enter(address netip.Addr) visit {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	v := l.addresses[address]
	if v == nil {
		l.forget(now)
		v = &visitor{tokens: l.burst, at: now}
		l.addresses[address] = v
	}
	v.tokens = min(v.tokens+now.Sub(v.at).Seconds()*l.rate, l.burst)
	v.at = now
	if v.under >= l.each || l.under >= l.all {
		v.turned++
		if now.Sub(v.told) < tellEvery {
			return visit{}
		}
		told := visit{tell: v.turned}
		v.turned, v.told = 0, now
		return told
	}
	v.under++
	l.under++
	v.tokens--
	if v.tokens >= 0 {
		return visit{admitted: true}
	}
	return visit{admitted: true, wait: time.Duration(-v.tokens / l.rate * float64(time.Second))}
}

// leave ends what enter admitted, and tells whether it was refused.
func (l *limiter) leave(address netip.Addr, refused bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.under--
	v := l.addresses[address]
	v.under--
	if refused {
		v.tokens -= refusalCost
	}
}

// forget drops the addresses that would be met again as if for the first time, once there are many.
func (l *limiter) forget(now time.Time) {
	if len(l.addresses) < visitorsKept || now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	for address, v := range l.addresses {
		if v.under == 0 && now.Sub(v.told) >= tellEvery && v.tokens+now.Sub(v.at).Seconds()*l.rate >= l.burst {
			delete(l.addresses, address)
		}
	}
}

// addressOf gives the address that a connection is counted by: of IPv6 the /64, of which one peer may have every address.
func addressOf(remote net.Addr) netip.Addr {
	from, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return netip.Addr{}
	}
	address := from.Addr().Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return network.Addr()
		}
	}
	return address
}
