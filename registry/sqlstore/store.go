package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/rs/zerolog"

	"liasse/registry"
)

// ErrClosed is returned by every method after Close; it is an ErrUnavailable.
var ErrClosed = fmt.Errorf("%w: it is closed", registry.ErrUnavailable)

// Store is registry.Store on SQL. Its methods may be called by any number of goroutines.
type Store struct {
	cfg       Config
	dialect   dialect
	log       zerolog.Logger
	now       func() time.Time
	writerDB  *sqlx.DB
	readersDB *sqlx.DB
	codes     *codeCache
	names     atomic.Pointer[codeNames] // what every reader may start from

	queue   *queue
	readers *readerPool

	closing   sync.Once
	closeErr  error
	mistrust  atomic.Pointer[error] // why nothing may be written any more
	counters  counters
	run       int64                   // names this run among those that send audit records
	audited   chan struct{}           // has a value when audit records were committed
	swept     atomic.Int64            // when expired tokens were last taken out, in seconds
	interrupt func(step string) error // fault injection by tests, nil otherwise
}

var _ registry.Store = (*Store)(nil)

// Stats counts what the writer did since the store was opened.
type Stats struct {
	Waiting     int   // submissions in the queue now
	Submissions int64 // submissions committed
	Commits     int64 // commits that stored something
	Records     int64 // audit records committed
	Refused     int64 // submissions refused because the queue was full
	Conflicts   int64 // groups run again after a conflict with another process
	Divided     int64 // groups run again one by one
}

type counters struct {
	submissions, commits, records, refused, conflicts, divided atomic.Int64
}

// Stats gives the writer's counters (for GET /metrics).
func (s *Store) Stats() Stats {
	return Stats{
		Waiting:     len(s.queue.waiting),
		Submissions: s.counters.submissions.Load(),
		Commits:     s.counters.commits.Load(),
		Records:     s.counters.records.Load(),
		Refused:     s.counters.refused.Load(),
		Conflicts:   s.counters.conflicts.Load(),
		Divided:     s.counters.divided.Load(),
	}
}

func (s *Store) start(ctx context.Context) error {
	s.readers = newReaderPool(s.readersDB, s.dialect, s.cfg.Readers)
	w := &writer{store: s}
	if err := w.connect(ctx); err != nil {
		return err
	}
	s.queue = startQueue(s.cfg.QueueLength, s.cfg.GroupSize, w)
	return nil
}

// View implements registry.Store.
func (s *Store) View(ctx context.Context, read func(registry.Reader) error) (err error) {
	ses, err := s.readers.begin(ctx)
	if err != nil {
		return err
	}
	r := &reader{store: s, session: ses, interruptible: s.dialect.remote()}
	done := false
	defer func() {
		r.ended = true
		if !done { // read panicked
			ses.broken = true
		}
		if end := s.readers.end(ses); err == nil && end != nil {
			err = end
		}
	}()
	err = read(r)
	done = true
	if err == nil {
		s.codes.add(r.newCodes)
	}
	return err
}

// Submit implements registry.Store.
func (s *Store) Submit(ctx context.Context, change func(registry.Tx) error) error {
	if cause := s.mistrust.Load(); cause != nil {
		return fmt.Errorf("the registry takes no submissions until it is started again: %w: %w", registry.ErrUnavailable, *cause)
	}
	err := s.queue.submit(ctx, change)
	if err == registry.ErrBusy {
		s.counters.refused.Add(1)
	}
	return err
}

// Ready implements registry.Store.
func (s *Store) Ready(ctx context.Context) error {
	if cause := s.mistrust.Load(); cause != nil {
		return fmt.Errorf("nothing can be written: %w", *cause)
	}
	if s.queue.isClosed() {
		return ErrClosed
	}
	return s.View(ctx, func(r registry.Reader) error {
		_, err := r.Patient(ctx, "")
		return err
	})
}

// Close implements registry.Store: submissions that were accepted are committed, reads under way end.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.closeErr = errors.Join(s.queue.close(), s.readers.close(), s.closePools())
	})
	return s.closeErr
}

// closePools closes the readers first, so that SQLite's last connection is one that can empty the write-ahead log.
func (s *Store) closePools() error {
	var errs []error
	if err := s.readersDB.Close(); err != nil {
		errs = append(errs, fmt.Errorf("closing the readers' connections: %w", err))
	}
	if err := s.writerDB.Close(); err != nil {
		errs = append(errs, fmt.Errorf("closing the writer's connection: %w", err))
	}
	return errors.Join(errs...)
}

// stopWriting is called when the medium cannot be trusted: what is committed from now on might not be there tomorrow.
func (s *Store) stopWriting(cause error) {
	if s.mistrust.CompareAndSwap(nil, &cause) {
		s.log.Error().Err(cause).Msg("the disk cannot be trusted any more: the registry stops taking submissions, reads go on")
	}
}
