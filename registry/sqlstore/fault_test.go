package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// TestEveryStatementFails fails statement k of a submission, for all k (REG-18): nothing of it is stored, and its
// neighbours are.
func TestEveryStatementFails(t *testing.T) {
	s := openStore(t, sqliteConfig(t))
	broken := errors.New("the statement was made to fail")
	for k := 1; ; k++ {
		lot := storetest.Lot(2)
		lot.Folders = append(lot.Folders, storetest.Folder())
		lot.Documents[0].ReferenceIDs = []string{"R1"}
		count := 0
		s.Interrupt(func(step string) error {
			if step == "statement" {
				if count++; count == k {
					return broken
				}
			}
			return nil
		})
		err := submitLot(s, storetest.PatientID(k), lot)
		s.Interrupt(nil)
		if count < k {
			if err != nil || k < 8 {
				t.Fatalf("a lot took %d statements: %v", count, err)
			}
			return
		}
		if !errors.Is(err, broken) {
			t.Errorf("statement %d failed, and Submit gave %v", k, err)
		}
		if registered(t, s, lot) {
			t.Errorf("statement %d failed, and the lot is there", k)
		}
		neighbour := storetest.Lot(1)
		if err := submitLot(s, storetest.PatientID(0), neighbour); err != nil || !registered(t, s, neighbour) {
			t.Errorf("after statement %d failed: %v", k, err)
		}
	}
}

// TestFullDisk fills the database up to a bound: submissions are refused with ErrOutOfSpace, reads go on, and when
// there is space again, so do submissions (REG-23).
func TestFullDisk(t *testing.T) {
	s := openStore(t, sqliteConfig(t))
	first := storetest.Lot(1)
	if err := submitLot(s, storetest.PatientID(1), first); err != nil {
		t.Fatal(err)
	}
	if err := s.Execute(t.Context(), "PRAGMA max_page_count = 60"); err != nil {
		t.Fatal(err)
	}
	var err error
	var refused *registry.Batch
	for range 60 {
		refused = storetest.Lot(2)
		if err = submitLot(s, storetest.PatientID(1), refused); err != nil {
			break
		}
	}
	if !errors.Is(err, registry.ErrOutOfSpace) {
		t.Fatalf("a full disk gave %v", err)
	}
	if registered(t, s, refused) || !registered(t, s, first) {
		t.Error("a full disk left half a lot, or took one away")
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("with a full disk reads go on: %v", err)
	}
	if err := s.Execute(t.Context(), "PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := submitLot(s, storetest.PatientID(1), refused); err != nil || !registered(t, s, refused) {
		t.Errorf("with space again: %v", err)
	}
}

// TestFailedSync makes the sync of a commit fail: nobody is told that it is stored, and nothing is written any more,
// for the disk cannot be believed; reads go on (REG-23).
func TestFailedSync(t *testing.T) {
	s := openStore(t, sqliteConfig(t))
	kept := storetest.Lot(1)
	if err := submitLot(s, storetest.PatientID(1), kept); err != nil {
		t.Fatal(err)
	}
	s.Interrupt(func(step string) error {
		if step == "commit" {
			return sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrFsync}
		}
		return nil
	})
	if err := submitLot(s, storetest.PatientID(1), storetest.Lot(1)); !errors.Is(err, registry.ErrOutcomeUnknown) {
		t.Errorf("a commit whose sync failed: %v", err)
	}
	s.Interrupt(nil)
	if err := submitLot(s, storetest.PatientID(1), storetest.Lot(1)); !errors.Is(err, registry.ErrUnavailable) {
		t.Errorf("the store writes on after a failed sync: %v", err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("the store is ready after a failed sync")
	}
	if !registered(t, s, kept) {
		t.Error("a lot from before the failed sync is not shown")
	}
}

// TestDamagedFile overwrites pages of a database file: what can be read is read, and nothing is written any more
// (REG-23).
func TestDamagedFile(t *testing.T) {
	cfg := sqliteConfig(t)
	s := openStore(t, cfg)
	for range 30 {
		if err := submitLot(s, storetest.PatientID(1), storetest.Lot(2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, cfg.Path)
	s = openStore(t, cfg)
	err := s.View(t.Context(), func(r registry.Reader) error {
		return r.Documents(t.Context(), &registry.DocumentFilter{}, func(*registry.DocumentRecord) error { return nil })
	})
	if !errors.Is(err, registry.ErrUnavailable) {
		t.Fatalf("the damage was not met: %v", err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a store on a damaged file is ready")
	}
	if err := submitLot(s, storetest.PatientID(2), storetest.Lot(1)); !errors.Is(err, registry.ErrUnavailable) {
		t.Errorf("a store on a damaged file takes submissions: %v", err)
	}
	err = s.View(t.Context(), func(r registry.Reader) error {
		p, err := r.Patient(t.Context(), storetest.PatientID(1))
		if err == nil && p == nil {
			t.Error("what is not damaged is not read")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// damage overwrites every page of documents: those that hold their titles.
func damage(t *testing.T, path string) {
	t.Helper()
	const page = 8192
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hit := 0
	for at := 10 * page; at+page <= len(file); at += page {
		if bytes.Contains(file[at:at+page], []byte("Lettre de liaison")) {
			copy(file[at:at+200], bytes.Repeat([]byte{0xFF}, 200))
			hit++
		}
	}
	if hit == 0 {
		t.Fatal("no page holds a document")
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestLockedDatabase has another process hold the database: all that wait are refused as busy after one wait, not one
// wait each.
func TestLockedDatabase(t *testing.T) {
	cfg := sqliteConfig(t)
	cfg.BusyTimeout = 100 * time.Millisecond
	s, other := openStore(t, cfg), openStore(t, cfg)
	release := hold(t, other)
	results := make(chan error, 100)
	var begun atomic.Int64
	s.Interrupt(func(step string) error {
		if step == "begin" {
			begun.Add(1)
		}
		return nil
	})
	for i := range cap(results) {
		go func() { results <- submitLot(s, storetest.PatientID(i), storetest.Lot(1)) }()
	}
	for range cap(results) {
		if err := <-results; !errors.Is(err, registry.ErrBusy) {
			t.Errorf("a locked database gave %v", err)
		}
	}
	if begun.Load() > 50 {
		t.Errorf("100 submissions waited %d times for one lock", begun.Load())
	}
	release()
	lot := storetest.Lot(1)
	if err := submitLot(s, storetest.PatientID(1), lot); err != nil || !registered(t, s, lot) {
		t.Errorf("after the lock is gone: %v", err)
	}
}

// TestFailedCommit makes one commit of a group fail: every neighbour is then stored on its own.
func TestFailedCommit(t *testing.T) {
	s := openStore(t, sqliteConfig(t))
	release := hold(t, s)
	var once sync.Once
	var failed error
	s.Interrupt(func(step string) error {
		if step == "commit" {
			once.Do(func() { failed = errors.New("the commit was made to fail") })
			err := failed
			failed = nil
			return err
		}
		return nil
	})
	lots := make([]*registry.Batch, 10)
	var wait sync.WaitGroup
	for i := range lots {
		lots[i] = storetest.Lot(1)
		wait.Go(func() {
			if err := submitLot(s, storetest.PatientID(1), lots[i]); err != nil {
				t.Errorf("submission %d: %v", i, err)
			}
		})
	}
	waitUntil(t, "all wait", func() bool { return s.Stats().Waiting == len(lots) })
	release()
	wait.Wait()
	for i, lot := range lots {
		if !registered(t, s, lot) {
			t.Errorf("submission %d is not there", i)
		}
	}
	if s.Stats().Divided == 0 {
		t.Error("the group was not run one by one")
	}
}

// TestTwoProcesses opens one SQLite file twice: both write, neither spoils the other.
func TestTwoProcesses(t *testing.T) {
	cfg := sqliteConfig(t)
	writeFromTwo(t, openStore(t, cfg), openStore(t, cfg))
}

// writeFromTwo has two stores on one database register lots with the same uniqueIds and the same patients.
func writeFromTwo(t *testing.T, stores ...registry.Store) {
	t.Helper()
	ctx := context.Background()
	const n = 60
	taken := errors.New("the uniqueId is taken")
	errs := make([][n]error, len(stores))
	lots := make([][n]*registry.Batch, len(stores))
	var wait sync.WaitGroup
	for side, s := range stores {
		for i := range n {
			lot := storetest.Lot(1)
			lot.SubmissionSets[0].UniqueID = fmt.Sprint("1.2.3.", i)
			lots[side][i] = lot
			wait.Go(func() {
				errs[side][i] = s.Submit(ctx, func(tx registry.Tx) error {
					if ids, err := tx.UniqueIDs(ctx, []string{lot.SubmissionSets[0].UniqueID}); err != nil || len(ids) > 0 {
						return errors.Join(err, taken)
					}
					p, err := tx.AddPatient(ctx, storetest.PatientID(i%5))
					if err != nil {
						return err
					}
					storetest.SetPatient(lot, p.Key)
					return tx.Insert(ctx, lot)
				})
			})
		}
	}
	wait.Wait()
	for i := range n {
		won := 0
		for side := range stores {
			if err := errs[side][i]; err == nil {
				won++
			} else if !errors.Is(err, taken) && !errors.Is(err, registry.ErrBusy) {
				t.Errorf("store %d, submission %d: %v", side, i, err)
			}
			got := 0
			err := stores[side].View(ctx, func(r registry.Reader) error {
				ids, err := r.Identities(ctx, []registry.UUID{lots[side][i].Documents[0].ID})
				got = len(ids)
				return err
			})
			if err != nil || (got == 1) != (errs[side][i] == nil) {
				t.Errorf("store %d, submission %d answered %v and has %d documents (%v)", side, i, errs[side][i], got, err)
			}
		}
		if won > 1 {
			t.Errorf("the uniqueId %d was registered %d times", i, won)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, cfg := range map[string]sqlstore.Config{
		"no path":            {},
		"an unknown driver":  {Driver: "oracle", Path: filepath.Join(dir, "a.db")},
		"no such folder":     {Path: filepath.Join(dir, "missing", "a.db")},
		"no database":        {Path: text},
		"a DSN of nonsense":  {Driver: "postgres", DSN: "://"},
		"no server":          {Driver: "postgres", DSN: "host=" + dir + " user=nobody"},
		"not a durable file": {Path: ":memory:"},
	} {
		s, err := sqlstore.Open(t.Context(), cfg)
		if err == nil {
			t.Errorf("%s: opened", name)
			_ = s.Close()
		}
	}
}
