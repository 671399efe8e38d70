package sqlstore

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"liasse/registry"
)

// submission is one call of Submit on its way through the queue.
type submission struct {
	change func(registry.Tx) error
	state  atomic.Int32  // stateWaiting, stateBegun or stateWithdrawn
	done   chan struct{} // closed after err is set
	err    error
}

const (
	stateWaiting = iota
	stateBegun
	stateWithdrawn
)

func (s *submission) finish(err error) {
	s.err = err
	close(s.done)
}

// queue brings submissions to the one writer in groups: whatever waits when the writer is free, and what arrives while
// the group's functions run, up to the group's size. So a lone submission is committed at once, and under load the
// price of a durable commit is shared.
type queue struct {
	waiting chan *submission
	ended   chan struct{}
	writer  *writer
	size    int

	mu     sync.RWMutex // held for reading while sending, so that close cannot close the channel under a sender
	closed bool
}

func startQueue(length, groupSize int, w *writer) *queue {
	q := &queue{waiting: make(chan *submission, length), ended: make(chan struct{}), writer: w, size: groupSize}
	go q.run()
	return q
}

// submit waits until the submission is durable or refused. One that the writer has begun is waited for even when the
// context ends: its outcome must not be told wrong.
func (q *queue) submit(ctx context.Context, change func(registry.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("before the submission was begun: %w", err)
	}
	s := &submission{change: change, done: make(chan struct{})}
	if err := q.send(s); err != nil {
		return err
	}
	select {
	case <-s.done:
		return s.err
	case <-ctx.Done():
	}
	if s.state.CompareAndSwap(stateWaiting, stateWithdrawn) {
		return fmt.Errorf("withdrawn before the submission was begun: %w", ctx.Err())
	}
	<-s.done
	return s.err
}

func (q *queue) send(s *submission) error {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return ErrClosed
	}
	select {
	case q.waiting <- s:
		return nil
	default:
		return registry.ErrBusy
	}
}

func (q *queue) isClosed() bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	return q.closed
}

// run is the writer's goroutine; it ends when the queue is closed and empty.
func (q *queue) run() {
	defer close(q.ended)
	for first := range q.waiting {
		if first.state.CompareAndSwap(stateWaiting, stateBegun) {
			q.writer.commit(first, q.next)
		}
	}
}

// next gives a submission that waits, if any, and if the group has room.
func (q *queue) next(have int) *submission {
	for have < q.size {
		select {
		case s, open := <-q.waiting:
			if !open {
				return nil
			}
			if s.state.CompareAndSwap(stateWaiting, stateBegun) {
				return s
			}
		default:
			return nil
		}
	}
	return nil
}

// close refuses new submissions and waits until those accepted are committed.
func (q *queue) close() error {
	q.mu.Lock()
	already := q.closed
	q.closed = true
	if !already {
		close(q.waiting)
	}
	q.mu.Unlock()
	<-q.ended
	return q.writer.close()
}
