package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liasse/registry"
)

// together submits all changes so that they share commits as far as the store lets them: the writer is held until
// all are waiting.
func together(t *testing.T, s registry.Store, changes ...func(tx registry.Tx) error) []error {
	t.Helper()
	release := make(chan struct{})
	held := make(chan struct{})
	var once sync.Once
	var wait sync.WaitGroup
	wait.Go(func() {
		err := s.Submit(context.Background(), func(registry.Tx) error {
			once.Do(func() { close(held) })
			<-release
			return nil
		})
		if err != nil {
			t.Errorf("the submission that holds the writer: %v", err)
		}
	})
	<-held
	errs := make([]error, len(changes))
	for i, change := range changes {
		wait.Go(func() { errs[i] = s.Submit(context.Background(), change) })
	}
	time.Sleep(20 * time.Millisecond) // for most of them to be waiting; the outcome does not depend on it
	close(release)
	wait.Wait()
	return errs
}

// testAtomicity puts submissions that fail before, between and after their writes among those that do not.
func testAtomicity(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	const n = 60
	lots := make([]*registry.Batch, n)
	changes := make([]func(registry.Tx) error, n)
	for i := range n {
		lots[i] = Lot(2)
		changes[i] = func(tx registry.Tx) error {
			if i%5 == 1 { // fails before it writes
				if _, err := tx.UniqueIDs(ctx, []string{lots[i].Documents[0].UniqueID}); err != nil {
					return err
				}
				return fmt.Errorf("%w: early", errRefused)
			}
			if err := insertFor(tx, PatientID(i%3), lots[i]); err != nil {
				return err
			}
			switch i % 5 {
			case 2: // fails after everything is written
				return fmt.Errorf("%w: late", errRefused)
			case 3: // the database refuses its last statement, and it says nothing
				if i%10 == 3 {
					return tx.Insert(ctx, &registry.Batch{Folders: []*registry.FolderRecord{{ObjectRecord: lots[i].Documents[0].ObjectRecord}}})
				}
			}
			return nil
		}
	}
	for i, err := range together(t, s, changes...) {
		good := i%5 != 1 && i%5 != 2 && i%10 != 3
		if good != (err == nil) {
			t.Errorf("submission %d: %v", i, err)
		}
		if (i%5 == 1 || i%5 == 2) && !errors.Is(err, errRefused) {
			t.Errorf("submission %d did not get its own error but %v", i, err)
		}
		checkWhole(t, s, lots[i], good)
	}
	submit(t, s, func(registry.Tx) error { return nil })
}

// checkWhole verifies that a lot is there with all it has, or not at all.
func checkWhole(t *testing.T, s registry.Store, b *registry.Batch, there bool) {
	t.Helper()
	want := 0
	if there {
		want = 1 + len(b.Documents) + len(b.Associations)
	}
	ids := []registry.UUID{b.SubmissionSets[0].ID}
	var uniqueIDs []string
	for _, d := range b.Documents {
		ids, uniqueIDs = append(ids, d.ID), append(uniqueIDs, d.UniqueID)
	}
	for _, a := range b.Associations {
		ids = append(ids, a.ID)
	}
	if got := identities(t, s, ids...); len(got) != want {
		t.Errorf("%d objects of a lot are registered, want %d", len(got), want)
	}
	if got := documents(t, s, &registry.DocumentFilter{MemberOf: ids[:1]}); there && len(got) != len(b.Documents) {
		t.Errorf("a SubmissionSet has %d documents, want %d", len(got), len(b.Documents))
	}
	view(t, s, func(r registry.Reader) error {
		got, err := r.Contents(context.Background(), uniqueIDs)
		if err == nil && len(got) != 0 != there {
			t.Errorf("%d contents of a lot, registered: %v", len(got), there)
		}
		return err
	})
}

// testPanics has functions that panic, before and after they wrote, among others.
func testPanics(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	lots := []*registry.Batch{Lot(1), Lot(1), Lot(1), Lot(1)}
	put := func(i int) func(tx registry.Tx) error {
		return func(tx registry.Tx) error { return insertFor(tx, PatientID(1), lots[i]) }
	}
	errs := together(t, s, put(0),
		func(registry.Tx) error { panic("before writing") },
		func(tx registry.Tx) error {
			if err := put(1)(tx); err != nil {
				return err
			}
			panic("after writing")
		},
		func(tx registry.Tx) error {
			if err := put(2)(tx); err != nil {
				return err
			}
			return tx.Documents(ctx, &registry.DocumentFilter{}, func(*registry.DocumentRecord) error { panic("in the middle of rows") })
		}, put(3))
	for i, want := range []bool{true, false, false, false, true} {
		if (errs[i] == nil) != want {
			t.Errorf("submission %d: %v", i, errs[i])
		}
	}
	for i, there := range []bool{true, false, false, true} {
		checkWhole(t, s, lots[i], there)
	}
	for range 50 { // more often than there are connections
		func() {
			defer func() {
				if p := recover(); p != "in a View" {
					t.Errorf("a panic in a View came back as %v", p)
				}
			}()
			view(t, s, func(registry.Reader) error { panic("in a View") })
		}()
	}
	if err := s.Ready(ctx); err != nil {
		t.Errorf("Ready after panics: %v", err)
	}
}

// testOneWinner has 200 submissions with one uniqueId (REG-10): each looks first, as the rules do, and one wins.
func testOneWinner(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	const n = 200
	lots := make([]*registry.Batch, n)
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		lots[i] = Lot(1)
		lots[i].SubmissionSets[0].UniqueID = "1.2.3.4.5"
		wait.Go(func() {
			errs[i] = s.Submit(ctx, func(tx registry.Tx) error {
				taken, err := tx.UniqueIDs(ctx, []string{"1.2.3.4.5"})
				if err != nil {
					return err
				}
				if len(taken) > 0 {
					return errRefused
				}
				return insertFor(tx, PatientID(i%7), lots[i])
			})
		})
	}
	wait.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, errRefused) {
			t.Errorf("submission %d: %v", i, err)
		}
		checkWhole(t, s, lots[i], err == nil)
	}
	if won != 1 {
		t.Errorf("%d of %d submissions with one uniqueId won", won, n)
	}
}

// testSnapshot changes the registry in the middle of a View.
func testSnapshot(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	first := Lot(1)
	insert(t, s, PatientID(1), first)
	view(t, s, func(r registry.Reader) error {
		count := func() (n int) {
			f := &registry.DocumentFilter{PatientIDs: []string{PatientID(1)}, Status: []registry.Status{registry.Approved}}
			if err := r.Documents(ctx, f, func(*registry.DocumentRecord) error { n++; return nil }); err != nil {
				t.Error(err)
			}
			return n
		}
		before := count()
		insert(t, s, PatientID(1), Lot(3))
		submit(t, s, func(tx registry.Tx) error {
			return tx.SetStatus(ctx, registry.KindDocument, []registry.UUID{first.Documents[0].ID}, registry.Deprecated)
		})
		if after := count(); after != before || before != 1 {
			t.Errorf("one View counts %d, then %d documents", before, after)
		}
		return nil
	})
	if got := documents(t, s, &registry.DocumentFilter{Status: []registry.Status{registry.Approved}}); len(got) != 3 {
		t.Errorf("a later View counts %d documents, want 3", len(got))
	}
}

// testMisuse covers errors of callers: they are told, and nothing else happens.
func testMisuse(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	b := Lot(2)
	insert(t, s, PatientID(1), b)
	var leaked registry.Reader
	view(t, s, func(r registry.Reader) error {
		leaked = r
		err := r.Documents(ctx, &registry.DocumentFilter{}, func(*registry.DocumentRecord) error {
			_, err := r.Patient(ctx, PatientID(1))
			return err
		})
		if err == nil {
			t.Error("a Reader was used inside of its own rows")
		}
		seen := 0
		err = r.Documents(ctx, &registry.DocumentFilter{}, func(*registry.DocumentRecord) error { seen++; return errRefused })
		if !errors.Is(err, errRefused) || seen != 1 {
			t.Errorf("an error of the caller's function came back as %v after %d rows", err, seen)
		}
		p, err := r.Patient(ctx, PatientID(1))
		if err != nil || p == nil {
			t.Errorf("after it, the Reader answers %v, %v", p, err)
		}
		return nil
	})
	if _, err := leaked.Patient(ctx, PatientID(1)); err == nil {
		t.Error("a Reader was used after its View")
	}
	if err := s.View(ctx, func(registry.Reader) error { return errRefused }); !errors.Is(err, errRefused) {
		t.Errorf("View gave %v, not its function's error", err)
	}
	for name, f := range map[string]func(tx registry.Tx) error{
		"a patient merged into itself": func(tx registry.Tx) error {
			p, err := tx.AddPatient(ctx, PatientID(1))
			if err != nil {
				return err
			}
			return tx.MergePatients(ctx, p, p)
		},
		"the status of an unknown kind": func(tx registry.Tx) error {
			return tx.SetStatus(ctx, registry.KindUnknown, []registry.UUID{b.Documents[0].ID}, registry.Deprecated)
		},
		"a folder's code of a document": func(tx registry.Tx) error {
			f := &registry.DocumentFilter{Codes: []registry.CodeCondition{codes(registry.CodeFolder, false, Folder().Codes...)}}
			insertion := &registry.Batch{Folders: []*registry.FolderRecord{Folder()}}
			if err := insertFor(tx, PatientID(1), insertion); err != nil {
				return err
			}
			return tx.Documents(ctx, f, func(*registry.DocumentRecord) error { return nil })
		},
	} {
		if err := s.Submit(ctx, f); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// testCancellation covers submissions and reads whose callers leave.
func testCancellation(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	ran := false
	err := s.Submit(gone, func(registry.Tx) error { ran = true; return nil })
	if !errors.Is(err, context.Canceled) || ran {
		t.Errorf("a submission of somebody who left: %v, ran: %v", err, ran)
	}
	if err := s.View(gone, func(r registry.Reader) error {
		_, err := r.Patient(gone, "x")
		return err
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("a read of somebody who left: %v", err)
	}
	// One that waits is withdrawn; one that was begun is finished, whoever left.
	held, release, result := make(chan struct{}), make(chan struct{}), make(chan error, 2)
	leaving, leave := context.WithCancel(context.Background())
	begun := Lot(1)
	var once sync.Once
	go func() {
		result <- s.Submit(leaving, func(tx registry.Tx) error {
			once.Do(func() { close(held) })
			<-release
			p, err := tx.AddPatient(leaving, PatientID(1))
			if err != nil {
				return err
			}
			SetPatient(begun, p.Key)
			return tx.Insert(leaving, begun)
		})
	}()
	<-held
	waiting, giveUp := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer giveUp()
	if err := s.Submit(waiting, func(registry.Tx) error { ran = true; return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a submission that waited too long: %v", err)
	}
	leave()
	close(release)
	if err := <-result; err != nil {
		t.Errorf("a submission whose caller left after it was begun: %v", err)
	}
	checkWhole(t, s, begun, true)
	if ran {
		t.Error("a withdrawn submission was run")
	}
}

// testHostileText stores and asks with texts that mean something to a database: each is either stored as it is or
// refused, and the store goes on.
func testHostileText(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	for _, text := range []string{
		"'; DROP TABLE document; --", `\`, `%`, `_`, "$1", "?", "\x00", "a\x00b", "\xff\xfe", "é", "e\u0301", "😀", "\u202e", strings.Repeat("x", 100_000), "\n\r\t",
	} {
		b := Lot(1)
		d := b.Documents[0]
		d.Title, d.ClassCode, d.AuthorPersons, d.ReferenceIDs = text, code(text, text), []string{text}, []string{text}
		cx := text + PatientID(1)
		err := s.Submit(ctx, func(tx registry.Tx) error { return insertFor(tx, cx, b) })
		checkWhole(t, s, b, err == nil)
		var got []registry.UUID
		reading := s.View(ctx, func(r registry.Reader) error {
			f := &registry.DocumentFilter{
				PatientIDs: []string{cx}, Codes: []registry.CodeCondition{codes(registry.CodeClass, false, code(text, text))},
				Authors: []registry.TextCondition{{AnyOf: []string{text}}}, References: []registry.TextCondition{{AnyOf: []string{text}}},
			}
			return r.Documents(ctx, f, func(d *registry.DocumentRecord) error {
				got = append(got, d.ID)
				return nil
			})
		})
		if err == nil && (reading != nil || !cmp.Equal(got, []registry.UUID{d.ID})) {
			t.Errorf("%.20q was stored but is not found: %v, %v", text, got, reading)
		}
		if err != nil && len(text) < 1000 && !strings.ContainsAny(text, "\x00\xff") {
			t.Errorf("%.20q was refused: %v", text, err)
		}
		if err := s.Ready(ctx); err != nil {
			t.Fatalf("after %.20q: %v", text, err)
		}
	}
}

// testReopening closes the store and opens it again.
func testReopening(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	b := Lot(2)
	insert(t, s, PatientID(1), b)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed a second time: %v", err)
	}
	if err := s.Submit(ctx, func(registry.Tx) error { return nil }); err == nil {
		t.Error("a closed store takes submissions")
	}
	if err := s.View(ctx, func(registry.Reader) error { return nil }); err == nil {
		t.Error("a closed store answers")
	}
	if err := s.Ready(ctx); err == nil {
		t.Error("a closed store is ready")
	}
	s = open(t)
	checkWhole(t, s, b, true)
	f := &registry.DocumentFilter{PatientIDs: []string{PatientID(1)}, Codes: []registry.CodeCondition{codes(registry.CodeClass, false, b.Documents[0].ClassCode)}}
	if got := documents(t, s, f); len(got) != 2 {
		t.Errorf("%d documents after reopening, want 2", len(got))
	}
	next := Lot(1)
	insert(t, s, PatientID(1), next)
	if next.Documents[0].Key <= b.Associations[1].Key {
		t.Errorf("keys go backwards after reopening: %d after %d", next.Documents[0].Key, b.Associations[1].Key)
	}
	checkWhole(t, s, next, true)
}
