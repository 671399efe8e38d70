package repository

import (
	"context"
	"errors"
	"sync"
	"time"

	"liasse/registry"
)

// pins knows which contents belong to lots under way in this process. A lot that is refused takes back the contents it
// brought, but not while another lot counts on them, nor when a lot that came between was registered with them. The last
// lot to let go removes what no lot was registered with; a lot that comes in that moment waits for the removal.
//
// Between processes that share a store of documents, Blobs.Remove does the same by the moment of last use; what it
// leaves behind is for Fsck.
type pins struct {
	mu   sync.Mutex
	held map[Address]*pin
}

type pin struct {
	lots int
	// created tells that a lot of those that hold or held the pin brought the content; used are the moments of use that
	// they left, of which the last to be written is the blob's: which one that is depends on the file system's order.
	created bool
	used    []time.Time
	// kept tells that a lot was registered with it.
	kept bool
	// removal is closed when the removal under way has ended; nil when there is none.
	removal chan struct{}
}

// take pins the contents of a lot, each once.
func (p *pins) take(addresses map[Address]struct{}) {
	for address := range addresses {
		p.takeOne(address)
	}
}

func (p *pins) takeOne(address Address) {
	for {
		p.mu.Lock()
		one := p.held[address]
		if one == nil {
			one = &pin{}
			p.held[address] = one
		}
		if one.removal == nil {
			one.lots++
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		<-one.removal
	}
}

// release lets a content go, and removes it when it must be. c is what Commit said of it.
func (p *pins) release(address Address, c Committed, kept bool, remove func(Address, []time.Time)) {
	p.mu.Lock()
	one := p.held[address]
	one.lots--
	one.created = one.created || c.Created
	one.kept = one.kept || kept
	if !c.At.IsZero() {
		one.used = append(one.used, c.At)
	}
	if one.lots > 0 {
		p.mu.Unlock()
		return
	}
	if !one.created || one.kept {
		delete(p.held, address)
		p.mu.Unlock()
		return
	}
	one.removal = make(chan struct{})
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.held, address)
		p.mu.Unlock()
		close(one.removal)
	}()
	remove(address, one.used)
}

// removeUnreferenced takes a content of a refused lot away unless a registered document has it. A failure leaves an
// unreferenced blob, which is for Fsck to find.
func (r *Repository) removeUnreferenced(ctx context.Context) func(Address, []time.Time) {
	ctx = context.WithoutCancel(ctx)
	return func(address Address, used []time.Time) {
		var kept bool
		err := r.cfg.Store.View(ctx, func(read registry.Reader) (err error) {
			kept, err = read.ContentKept(ctx, address)
			return err
		})
		if err == nil && !kept {
			err = r.cfg.Blobs.Remove(ctx, address, used...)
		}
		if err != nil && !errors.Is(err, ErrInUse) {
			r.cfg.Log.Warn().Err(err).Stringer("blob", address).Msg("a document of a refused lot stays until the next fsck")
		}
	}
}
