package sqlstore_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// hold keeps the writer busy until release is called.
func hold(t *testing.T, s *sqlstore.Store) (release func()) {
	t.Helper()
	held, gate, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		ended <- s.Submit(context.Background(), func(registry.Tx) error {
			once.Do(func() { close(held) })
			<-gate
			return nil
		})
	}()
	<-held
	return func() {
		close(gate)
		if err := <-ended; err != nil {
			t.Errorf("the submission that held the writer: %v", err)
		}
	}
}

func waitUntil(t *testing.T, what string, true func() bool) {
	t.Helper()
	for range 2000 {
		if true() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("waited in vain until %s", what)
}

func TestFullQueueIsBusy(t *testing.T) {
	cfg := sqliteConfig(t)
	cfg.QueueLength = 3
	s := openStore(t, cfg)
	release := hold(t, s)
	var ran atomic.Int64
	results := make(chan error, 3)
	for range 3 {
		go func() { results <- s.Submit(t.Context(), func(registry.Tx) error { ran.Add(1); return nil }) }()
	}
	waitUntil(t, "three submissions wait", func() bool { return s.Stats().Waiting == 3 })
	if err := s.Submit(t.Context(), func(registry.Tx) error { return nil }); !errors.Is(err, registry.ErrBusy) {
		t.Errorf("a full queue answers %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("a store with a full queue still reads, but is not ready: %v", err)
	}
	release()
	for range 3 {
		if err := <-results; err != nil {
			t.Errorf("a waiting submission: %v", err)
		}
	}
	if stats := s.Stats(); ran.Load() != 3 || stats.Refused != 1 || stats.Waiting != 0 {
		t.Errorf("%d ran; %+v", ran.Load(), stats)
	}
}

func TestNeighboursShareACommit(t *testing.T) {
	cfg := sqliteConfig(t)
	cfg.GroupSize = 16
	s := openStore(t, cfg)
	benchmarkedCommits := s.Stats().Commits
	release := hold(t, s)
	var wait sync.WaitGroup
	for i := range 40 {
		lot := storetest.Lot(1)
		wait.Go(func() {
			if err := submitLot(s, storetest.PatientID(i), lot); err != nil {
				t.Error(err)
			}
		})
	}
	waitUntil(t, "40 submissions wait", func() bool { return s.Stats().Waiting == 40 })
	release()
	wait.Wait()
	stats := s.Stats()
	if commits := stats.Commits - benchmarkedCommits; stats.Submissions != 40 || commits != 3 {
		t.Errorf("%d submissions in %d commits, want 40 in 3 of at most 16", stats.Submissions, commits)
	}
}

func submitLot(s registry.Store, cx string, lot *registry.Batch) error {
	ctx := context.Background()
	return s.Submit(ctx, func(tx registry.Tx) error {
		p, err := tx.AddPatient(ctx, cx)
		if err != nil {
			return err
		}
		storetest.SetPatient(lot, p.Key)
		return tx.Insert(ctx, lot)
	})
}

func TestCloseCommitsWhatItAccepted(t *testing.T) {
	cfg := sqliteConfig(t)
	s := openStore(t, cfg)
	release := hold(t, s)
	lots := make([]*registry.Batch, 20)
	errs := make([]error, len(lots))
	var wait sync.WaitGroup
	for i := range lots {
		lots[i] = storetest.Lot(1)
		wait.Go(func() { errs[i] = submitLot(s, storetest.PatientID(1), lots[i]) })
	}
	waitUntil(t, "all wait", func() bool { return s.Stats().Waiting == len(lots) })
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	waitUntil(t, "the store takes no more", func() bool { return errors.Is(s.Ready(t.Context()), sqlstore.ErrClosed) })
	release()
	wait.Wait()
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	again := openStore(t, cfg)
	for i, lot := range lots {
		if errs[i] != nil {
			t.Errorf("submission %d: %v", i, errs[i])
		}
		if !registered(t, again, lot) {
			t.Errorf("submission %d was accepted before Close and is not there", i)
		}
	}
}

// registered tells whether a lot's SubmissionSet is there, and fails when only a part of the lot is.
func registered(t *testing.T, s registry.Store, lot *registry.Batch) bool {
	t.Helper()
	ctx := context.Background()
	set, documents := 0, 0
	err := s.View(ctx, func(r registry.Reader) error {
		ids, err := r.UniqueIDs(ctx, []string{lot.SubmissionSets[0].UniqueID})
		if err != nil {
			return err
		}
		set = len(ids)
		f := &registry.DocumentFilter{MemberOf: []registry.UUID{lot.SubmissionSets[0].ID}}
		return r.Documents(ctx, f, func(*registry.DocumentRecord) error { documents++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	if documents != set*len(lot.Documents) {
		t.Errorf("a lot has %d SubmissionSet and %d of %d documents", set, documents, len(lot.Documents))
	}
	return set == 1
}

// TestManyStatements asks more different questions than a connection keeps statements for.
func TestManyStatements(t *testing.T) {
	cfg := sqliteConfig(t)
	cfg.Readers = 1
	s := openStore(t, cfg)
	if err := submitLot(s, storetest.PatientID(1), storetest.Lot(1)); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		for n := range sqlstore.MaxStatements / 2 {
			f := &registry.DocumentFilter{PatientIDs: []string{storetest.PatientID(1)}, Limit: round}
			for range n {
				f.Authors = append(f.Authors, registry.TextCondition{AnyOf: []string{"%DUPONT%"}, Like: n%2 == 0, Exclude: n%2 == 1})
			}
			found := 0
			err := s.View(t.Context(), func(r registry.Reader) error {
				return r.Documents(t.Context(), f, func(*registry.DocumentRecord) error { found++; return nil })
			})
			if err != nil || found != 1 {
				t.Fatalf("%d conditions find %d documents: %v", n, found, err)
			}
		}
	}
}
