package soap

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// admission lets a bounded number of requests be at work at once, and fewer of any one client certificate, so that a
// single client cannot take the whole server. The others wait their turn in a bounded queue. Requests that wait for bytes
// of their sender are not at work: they are bounded apart, see turn.
type admission struct {
	limits *Limits

	mu      sync.Mutex
	running int
	clients map[string]int
	queue   []*waiter

	// open counts the requests that have begun and not ended, slow those of them whose sender is slow, addresses the
	// slow ones by where they come from; roots is how many bytes of envelopes all of them hold.
	open, slow int
	addresses  map[string]int
	roots      int64
}

type waiter struct {
	client string
	in     chan struct{}
}

// clientOf names who sent a request by the key of the certificate; empty without one.
func clientOf(r *http.Request) string {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return ""
	}
	return string(r.TLS.PeerCertificates[0].RawSubjectPublicKeyInfo)
}

// enter waits for a turn; false when there is none in time. Whoever enters must leave.
func (a *admission) enter(ctx context.Context, client string) bool {
	a.mu.Lock()
	if len(a.queue) == 0 && a.admits(client) {
		a.count(client, 1)
		a.mu.Unlock()
		return true
	}
	if len(a.queue) >= a.limits.Queued {
		a.mu.Unlock()
		return false
	}
	w := &waiter{client: client, in: make(chan struct{})}
	a.queue = append(a.queue, w)
	a.advance()
	a.mu.Unlock()
	timer := time.NewTimer(a.limits.QueueWait)
	defer timer.Stop()
	select {
	case <-w.in:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	return a.abandon(w)
}

// resume gives a turn back to a request that left it while its sender kept it waiting. It goes before those that have not
// begun to work, since it holds more than they do, and waits as long as the request may take.
func (a *admission) resume(ctx context.Context, client string) bool {
	a.mu.Lock()
	if a.admits(client) {
		a.count(client, 1)
		a.mu.Unlock()
		return true
	}
	w := &waiter{client: client, in: make(chan struct{})}
	a.queue = append([]*waiter{w}, a.queue...)
	a.mu.Unlock()
	select {
	case <-w.in:
		return true
	case <-ctx.Done():
	}
	return a.abandon(w)
}

// abandon takes a waiter out of the queue; true when its turn came at that very moment.
func (a *admission) abandon(w *waiter) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, q := range a.queue {
		if q == w {
			a.queue = append(a.queue[:i], a.queue[i+1:]...)
			return false
		}
	}
	return true
}

func (a *admission) leave(client string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count(client, -1)
	a.advance()
}

// advance lets in whoever waits and may.
func (a *admission) advance() {
	kept := a.queue[:0]
	for _, w := range a.queue {
		if !a.admits(w.client) {
			kept = append(kept, w)
			continue
		}
		a.count(w.client, 1)
		close(w.in)
	}
	clear(a.queue[len(kept):])
	a.queue = kept
}

func (a *admission) admits(client string) bool {
	return a.running < a.limits.Concurrent && (client == "" || a.clients[client] < a.limits.PerClient)
}

func (a *admission) count(client string, by int) {
	a.running += by
	if client != "" {
		tally(&a.clients, client, by)
	}
}

// tally keeps count by name, and forgets names that count nothing.
func tally(counts *map[string]int, name string, by int) {
	if *counts == nil {
		*counts = make(map[string]int)
	}
	if (*counts)[name] += by; (*counts)[name] == 0 {
		delete(*counts, name)
	}
}
