package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"liasse/internal/audit"
	"liasse/registry"
)

// maxAttempts is how often a group is run when another process was there first or the connection was lost before its
// commit was asked for.
const maxAttempts = 5

// writer commits groups of submissions on its own connection. Only the queue's goroutine uses it.
type writer struct {
	store   *Store
	session *session
	// chain is the head of the audit records as committed, zero before the first.
	chain audit.Head
}

// failure is why a group was not committed. again tells that running it once more may help; all, that the transaction
// could not even begin: its submissions, and those that wait, would one by one only meet the same.
type failure struct {
	err   error
	again bool
	all   bool
}

func (w *writer) connect(ctx context.Context) error {
	ses, err := newSession(ctx, w.store.writerDB, w.store.dialect)
	if err != nil {
		return err
	}
	for _, statement := range w.store.dialect.prepareWriter() {
		if _, err := ses.exec(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("preparing the writer's connection: %w", err), ses.discard())
		}
	}
	w.session = ses
	return nil
}

func (w *writer) close() error {
	if w.session == nil {
		return nil
	}
	return w.session.close()
}

// commit runs a group that begins with first and grows by next, and finishes each of its submissions. When the group
// cannot be committed as a whole, each of it is run alone.
func (w *writer) commit(first *submission, next func(have int) *submission) {
	group := []*submission{first}
	for attempt := 1; len(group) > 0; attempt++ {
		var f *failure
		if group, f = w.attempt(group, next); f == nil {
			return
		}
		if f.again && attempt < maxAttempts {
			w.store.counters.conflicts.Add(1)
			w.store.log.Debug().Err(f.err).Int("attempt", attempt).Msg("running submissions again")
			time.Sleep(time.Duration(attempt)*5*time.Millisecond + rand.N(10*time.Millisecond))
			continue
		}
		if f.all {
			for s := next(0); s != nil; s = next(0) {
				group = append(group, s)
			}
		}
		if len(group) == 1 || f.all {
			for _, s := range group {
				s.finish(f.err)
			}
			return
		}
		w.store.counters.divided.Add(1)
		for _, s := range group {
			w.commit(s, noNext)
		}
		return
	}
}

func noNext(int) *submission { return nil }

// attempt runs a group in one transaction. Without a failure every submission of it is finished; with one, nothing is
// stored, and those still to be answered come back.
func (w *writer) attempt(group []*submission, next func(have int) *submission) ([]*submission, *failure) {
	ctx, cancel := w.context()
	defer cancel()
	if f := w.begin(ctx); f != nil {
		return group, f
	}
	t := &tx{reader: reader{store: w.store, session: w.session, writing: ctx}}
	defer func() { t.ended = true }()
	var outcomes []outcome
	for i := 0; i < len(group); i++ {
		out, f := w.run(t, group[i].change)
		if f != nil {
			w.rollback()
			return group, f
		}
		outcomes = append(outcomes, out)
		if i == len(group)-1 {
			if s := next(len(group)); s != nil {
				group = append(group, s)
			}
		}
	}
	return w.finish(ctx, t, group, outcomes)
}

func (w *writer) context() (context.Context, context.CancelFunc) {
	if w.store.dialect.remote() {
		return context.WithTimeout(context.Background(), w.store.cfg.StatementTimeout)
	}
	return context.Background(), func() {}
}

func (w *writer) begin(ctx context.Context) *failure {
	if cause := w.store.mistrust.Load(); cause != nil {
		return &failure{err: fmt.Errorf("nothing can be written: %w: %w", registry.ErrUnavailable, *cause), all: true}
	}
	if w.session == nil {
		if err := w.connect(ctx); err != nil {
			return &failure{err: translate(w.store.dialect, err), again: ctx.Err() == nil, all: true}
		}
	}
	err := w.store.inject("begin")
	if err == nil {
		_, err = w.session.exec(ctx, w.store.dialect.beginWrite())
	}
	if err != nil {
		f := w.judge(ctx, fmt.Errorf("beginning a transaction: %w", err))
		f.all = true
		w.rollback()
		return f
	}
	return nil
}

// outcome is what one submission's function did.
type outcome struct {
	err   error
	wrote bool
	// audited tells that it recorded something.
	audited bool
}

// run runs one function. A failure spoils the whole transaction: the function wrote before it gave up, or the database
// refused a statement.
func (w *writer) run(t *tx, change func(registry.Tx) error) (outcome, *failure) {
	t.wrote = false
	recorded := len(t.audits)
	err := w.contain(t, change)
	switch {
	case t.err != nil:
		f := w.judge(t.writing, t.err)
		if err != nil && !f.again {
			f.err = err
		}
		return outcome{}, f
	case err != nil && t.wrote:
		return outcome{}, &failure{err: err}
	}
	if err != nil {
		t.audits = t.audits[:recorded]
	}
	return outcome{err: err, wrote: t.wrote, audited: len(t.audits) > recorded}, nil
}

// contain turns a panic into an error of the submission that caused it.
func (w *writer) contain(t *tx, change func(registry.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.store.log.Error().Interface("panic", p).Bytes("stack", debug.Stack()).Msg("a submission's function panicked")
			err = fmt.Errorf("running a submission: panic: %v", p)
		}
	}()
	return change(t)
}

// finish commits and answers everybody.
func (w *writer) finish(ctx context.Context, t *tx, group []*submission, outcomes []outcome) ([]*submission, *failure) {
	head, err := w.writeAudit(ctx, t)
	if err != nil {
		f := w.judge(ctx, fmt.Errorf("writing audit records: %w", err))
		w.rollback()
		return group, f
	}
	if err = w.store.inject("commit"); err == nil {
		_, err = w.session.exec(ctx, "COMMIT")
	}
	if err != nil {
		err = fmt.Errorf("committing: %w", err)
		fault := w.store.dialect.classify(err)
		f := w.judge(ctx, err)
		w.rollback()
		if fault == faultConnection || fault == faultFile || fault == faultMedium {
			return w.unknown(group, outcomes, err, f)
		}
		return group, f
	}
	w.chain = head
	w.store.codes.add(t.newCodes)
	w.count(outcomes, len(t.audits))
	for i, s := range group {
		s.finish(outcomes[i].err)
	}
	return nil, nil
}

// unknown answers those whose changes may or may not have been made durable, and gives back the others: what they
// read in the lost transaction proves nothing.
func (w *writer) unknown(group []*submission, outcomes []outcome, err error, f *failure) ([]*submission, *failure) {
	var others []*submission
	w.chain = audit.Head{} // whether its last records are there is not known: what follows begins another one
	for i, s := range group {
		if outcomes[i].wrote || outcomes[i].audited {
			s.finish(fmt.Errorf("%w: %w", registry.ErrOutcomeUnknown, err))
		} else {
			others = append(others, s)
		}
	}
	return others, f
}

func (w *writer) count(outcomes []outcome, records int) {
	stored := int64(0)
	for _, o := range outcomes {
		if o.wrote {
			stored++
		}
	}
	if stored > 0 || records > 0 {
		w.store.counters.commits.Add(1)
		w.store.counters.submissions.Add(stored)
		w.store.counters.records.Add(int64(records))
	}
	if records > 0 {
		select {
		case w.store.audited <- struct{}{}:
		default: // somebody is told already
		}
	}
}

// judge says whether running again may help, and stops all writing when the disk cannot be trusted.
func (w *writer) judge(ctx context.Context, err error) *failure {
	d := w.store.dialect
	f := &failure{err: translate(d, err)}
	switch d.classify(err) {
	case faultConflict, faultConnection:
		f.again = ctx.Err() == nil
	case faultDuplicate:
		// Another process may have taken the value after this transaction looked; the next look will see it.
		f.again = d.remote()
	case faultMedium:
		w.store.stopWriting(err)
	}
	return f
}

// rollback ends a transaction that may be ended already; a connection that cannot do so is replaced.
func (w *writer) rollback() {
	if w.session == nil {
		return
	}
	if !w.session.broken {
		ctx, cancel := w.context()
		defer cancel()
		_, err := w.session.exec(ctx, "ROLLBACK")
		if err == nil || w.store.dialect.noTransaction(err) {
			return
		}
		w.store.log.Warn().Err(err).Msg("a rollback failed: the writer's connection is replaced")
	}
	if err := w.session.discard(); err != nil {
		w.store.log.Warn().Err(err).Msg("closing the writer's connection")
	}
	w.session = nil
}

// inject lets tests fail a step; it does nothing in a store opened by Open.
func (s *Store) inject(step string) error {
	if s.interrupt == nil {
		return nil
	}
	return s.interrupt(step)
}

var errEnded = errors.New("a Reader or Tx was used after its function returned")
