package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jmoiron/sqlx"
)

// readerPool hands out connections for reads, each inside a transaction that sees one state of the database.
type readerPool struct {
	db      *sqlx.DB
	dialect dialect
	slots   chan struct{} // one token for each read under way
	gone    chan struct{} // closed by close

	mu   sync.Mutex
	idle []*session // the most recently used last
	once sync.Once
}

func newReaderPool(db *sqlx.DB, d dialect, size int) *readerPool {
	db.SetMaxIdleConns(size)
	return &readerPool{db: db, dialect: d, slots: make(chan struct{}, size), gone: make(chan struct{})}
}

// begin waits for a connection and begins a read. A connection that was lost while idle is replaced.
func (p *readerPool) begin(ctx context.Context) (*session, error) {
	select {
	case <-p.gone:
		return nil, ErrClosed
	default:
	}
	select {
	case p.slots <- struct{}{}:
	case <-p.gone:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for a database connection: %w", ctx.Err())
	}
	for {
		ses, fresh, err := p.take(ctx)
		if err != nil {
			<-p.slots
			return nil, translate(p.dialect, err)
		}
		if _, err = ses.exec(statementContext(ctx, p.dialect), p.dialect.beginRead()); err == nil {
			return ses, nil
		}
		lost := ses.broken
		ses.broken = true
		closing := ses.close()
		if fresh || !lost || ctx.Err() != nil {
			<-p.slots
			return nil, fmt.Errorf("beginning a read: %w", errors.Join(translate(p.dialect, err), closing))
		}
	}
}

func (p *readerPool) take(ctx context.Context) (ses *session, fresh bool, err error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		ses = p.idle[n-1]
		p.idle = p.idle[:n-1]
	}
	p.mu.Unlock()
	if ses != nil {
		return ses, false, nil
	}
	ses, err = newSession(ctx, p.db, p.dialect)
	return ses, true, err
}

// end ends a read and keeps the connection for the next.
func (p *readerPool) end(ses *session) error {
	defer func() { <-p.slots }()
	if !ses.broken {
		if _, err := ses.exec(context.Background(), "ROLLBACK"); err != nil {
			ses.broken = true
		}
	}
	if ses.broken {
		return ses.discard()
	}
	p.mu.Lock()
	p.idle = append(p.idle, ses)
	p.mu.Unlock()
	return nil
}

// close waits for the reads under way and closes every connection.
func (p *readerPool) close() error {
	p.once.Do(func() { close(p.gone) })
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	var errs []error
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ses := range p.idle {
		errs = append(errs, ses.close())
	}
	p.idle = nil
	return errors.Join(errs...)
}

// statementContext is the context a statement runs under. An embedded database answers at once, and watching for
// cancellation would cost more than the statement.
func statementContext(ctx context.Context, d dialect) context.Context {
	if d.remote() {
		return ctx
	}
	return context.WithoutCancel(ctx)
}
