package repository

import (
	"sync"
	"testing"
	"time"
)

// TestPins plays lots with one content one after the other and says when it must be removed.
func TestPins(t *testing.T) {
	address := Address{1}
	one := map[Address]struct{}{address: {}}
	created := Committed{Created: true, At: time.Unix(1, 0)}
	used := Committed{At: time.Unix(2, 0)}
	type step struct {
		take bool
		c    Committed
		kept bool
	}
	take := step{take: true}
	for _, c := range []struct {
		name    string
		steps   []step
		removed int
		used    int
	}{
		{"refused alone", []step{take, {c: created}}, 1, 1},
		{"registered alone", []step{take, {c: created, kept: true}}, 0, 0},
		{"refused, but it was there before", []step{take, {c: used}}, 0, 0},
		{"refused while another uses it, who is registered", []step{take, take, {c: created}, {c: used, kept: true}}, 0, 0},
		{"refused while another uses it, who is refused too", []step{take, take, {c: created}, {c: used}}, 1, 2},
		{"registered by the user first, then the bringer refused", []step{take, take, {c: used, kept: true}, {c: created}}, 0, 0},
		{"nothing was committed", []step{take, {}}, 0, 0},
		{"two lots one after the other", []step{take, {c: created}, take, {c: created}}, 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pins{held: make(map[Address]*pin)}
			removed, used := 0, 0
			for _, s := range c.steps {
				if s.take {
					p.take(one)
				} else {
					p.release(address, s.c, s.kept, func(_ Address, at []time.Time) { removed++; used = len(at) })
				}
			}
			if removed != c.removed || removed > 0 && used != c.used {
				t.Errorf("removed %d times, with %d moments", removed, used)
			}
			if len(p.held) != 0 {
				t.Errorf("%d pins stay", len(p.held))
			}
		})
	}
}

// TestPinWaitsForRemoval: a lot that comes while its content is being removed waits, so that it does not find the content
// there and then gone.
func TestPinWaitsForRemoval(t *testing.T) {
	p := pins{held: make(map[Address]*pin)}
	one := map[Address]struct{}{{1}: {}}
	p.take(one)
	removing, goOn := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		p.release(Address{1}, Committed{Created: true}, false, func(Address, []time.Time) {
			close(removing)
			<-goOn
		})
	})
	<-removing
	taken := make(chan struct{})
	wait.Go(func() {
		p.take(one)
		close(taken)
	})
	select {
	case <-taken:
		t.Error("the content was pinned in the middle of its removal")
	case <-time.After(20 * time.Millisecond):
	}
	close(goOn)
	<-taken
	p.release(Address{1}, Committed{}, false, func(Address, []time.Time) { t.Error("removed what the lot had not brought") })
	wait.Wait()
}
