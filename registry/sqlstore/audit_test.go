package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"liasse/internal/audit"
	"liasse/internal/postgrestest"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// record writes that many audit records, each with a commit of its own.
func record(t testing.TB, s registry.Store, n int) {
	t.Helper()
	for i := range n {
		if err := s.Audit(context.Background(), storetest.AuditMessage(fmt.Sprint("user ", i), storetest.PatientID(1))); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAuditTampered changes records behind the store's back; a verification says where.
func TestAuditTampered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statements []string
		seq        int64
		says       string
	}{
		"a message":              {[]string{"UPDATE audit SET message = CAST(replace(message, 'user 2', 'user 3') AS BLOB) WHERE seq = 4"}, 4, "not as it was written"},
		"what it is found by":    {[]string{"UPDATE audit SET person = 'nobody' WHERE seq = 3"}, 3, "not as it was written"},
		"a patient":              {[]string{"UPDATE audit SET patient = '' WHERE seq = 5"}, 5, "not as it was written"},
		"a time":                 {[]string{"UPDATE audit SET time = time - 1 WHERE seq = 5"}, 5, "not as it was written"},
		"an outcome":             {[]string{"UPDATE audit SET outcome = 8 WHERE seq = 2"}, 2, "not as it was written"},
		"one deleted":            {[]string{"DELETE FROM audit WHERE seq = 3"}, 3, "it is missing: record 4 comes next"},
		"the first deleted":      {[]string{"DELETE FROM audit WHERE seq = 1"}, 1, "it is missing"},
		"two exchanged":          {[]string{"UPDATE audit SET seq = 100 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 100"}, 3, "not as it was written"},
		"the end cut off":        {[]string{"DELETE FROM audit WHERE seq > 5 AND chain = (SELECT MIN(chain) FROM audit)"}, 6, "it is missing: a later chain names record 9"},
		"a whole chain gone":     {[]string{"DELETE FROM audit WHERE chain = (SELECT MIN(chain) FROM audit)"}, 1, "the whole chain is missing"},
		"a message taken out":    {[]string{"UPDATE audit SET message = NULL, digest = zeroblob(32) WHERE seq = 2"}, 2, "not as it was written"},
		"the last, in the chain": {[]string{"UPDATE audit SET hash = zeroblob(32) WHERE seq = 9"}, 9, "not as it was written"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := sqliteConfig(t)
			s := openStore(t, cfg)
			record(t, s, 8)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, cfg)
			record(t, s, 1)
			if _, err := audit.Verify(t.Context(), s); err != nil {
				t.Fatalf("before anything was changed: %v", err)
			}
			for _, statement := range c.statements {
				if err := s.Execute(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			_, err := audit.Verify(t.Context(), s)
			var broken *audit.Break
			if !errors.As(err, &broken) || broken.Seq != c.seq || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want record %d: %s", err, c.seq, c.says)
			}
		})
	}
}

// TestAuditUnknownOutcome loses the answer to a commit: the records go on in another chain, whichever way it went.
func TestAuditUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, committed := range []bool{false, true} {
		t.Run(fmt.Sprint("committed ", committed), func(t *testing.T) {
			t.Parallel()
			s := openStore(t, sqliteConfig(t))
			record(t, s, 2)
			s.Interrupt(func(step string) error {
				if step != "commit" {
					return nil
				}
				if committed {
					if err := s.Execute(context.Background(), "COMMIT"); err != nil {
						t.Error(err)
					}
				}
				return fmt.Errorf("committing: %w", sqlite3.Error{Code: sqlite3.ErrIoErr})
			})
			err := s.Audit(t.Context(), storetest.AuditMessage("unsure", storetest.PatientID(1)))
			if !errors.Is(err, registry.ErrOutcomeUnknown) {
				t.Errorf("got %v, want that the outcome is unknown", err)
			}
			s.Interrupt(nil)
			record(t, s, 1)
			users := storetest.AuditUsers(t, s)
			if slices.Contains(users, "unsure") != committed {
				t.Errorf("the records are %v", users)
			}
			verified, err := audit.Verify(t.Context(), s)
			if err != nil || verified.Chains != 2 {
				t.Errorf("verified %+v, %v", verified, err)
			}
		})
	}
}

// TestAuditDiskFull loses no record that was acknowledged, and breaks no chain, when the records themselves cannot be
// written.
func TestAuditDiskFull(t *testing.T) {
	t.Parallel()
	s := openStore(t, sqliteConfig(t))
	record(t, s, 1)
	full := true
	s.Interrupt(func(step string) error {
		if step == "statement" && full {
			return sqlite3.Error{Code: sqlite3.ErrFull}
		}
		return nil
	})
	if err := s.Audit(t.Context(), storetest.AuditMessage("lost", storetest.PatientID(1))); !errors.Is(err, registry.ErrOutOfSpace) {
		t.Errorf("got %v, want that the disk is full", err)
	}
	full = false
	record(t, s, 1)
	if users := storetest.AuditUsers(t, s); !slices.Equal(users, []string{"user 0", "user 0"}) {
		t.Errorf("the records are %v", users)
	}
}

// TestAuditPruned takes out what is past its time: the chain can still be verified, and what nobody said to prune is missed.
func TestAuditPruned(t *testing.T) {
	t.Parallel()
	s := openStore(t, sqliteConfig(t))
	record(t, s, 600)
	source := audit.ThisProcess("test", "")
	if err := s.Audit(t.Context(), audit.Started(source, time.Now())); err != nil {
		t.Fatal(err)
	}
	p := audit.Prune{Class: audit.Access, Before: time.Now()}
	pruned, err := s.PruneAudit(t.Context(), p, audit.Pruning(source, time.Now(), p, "operator"))
	if err != nil || pruned != 600 {
		t.Fatalf("pruned %d, %v", pruned, err)
	}
	verified, err := audit.Verify(t.Context(), s)
	if err != nil || verified.Pruned != 600 || verified.Records != 603 {
		t.Errorf("verified %+v, %v", verified, err)
	}
	err = s.Records(t.Context(), &audit.Filter{}, func(r *audit.Record) error {
		if r.Class == audit.Access && (!r.Pruned || len(r.XML) > 0 || r.Patient != "" || r.User != "") || r.Class == audit.Security && r.Pruned {
			return fmt.Errorf("record %d is %+v", r.Seq, r)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	record(t, s, 1)
	if _, err := s.PruneAudit(t.Context(), audit.Prune{Class: audit.Access, Before: time.Now().Add(time.Hour)}, audit.Started(source, time.Now())); err != nil {
		t.Fatal(err)
	}
	var broken *audit.Break
	if _, err := audit.Verify(t.Context(), s); err == nil || !errors.As(err, &broken) || !strings.Contains(broken.Why, "no record says that it was pruned") {
		t.Errorf("what was pruned without a word: %v", err)
	}
}

// TestAuditSpool gives what was not sent to one run at a time, and what a run left behind to the next.
func TestAuditSpool(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	now := time.Now()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	cfg.Now = clock
	first := openStore(t, cfg)
	record(t, first, 5)
	second := openStore(t, cfg)
	record(t, second, 1)
	ctx := t.Context()
	unsent := func(s *sqlstore.Store, limit, want int) []audit.Record {
		t.Helper()
		records, err := s.Unsent(ctx, limit)
		if err != nil || len(records) != want {
			t.Fatalf("%d records to send, %v, want %d", len(records), err, want)
		}
		return records
	}
	unsent(second, 100, 2)
	some := unsent(first, 4, 4)
	last := some[3]
	if err := first.MarkSent(ctx, []audit.Head{{Chain: last.Chain, Seq: last.Seq, Hash: last.Hash}}); err != nil {
		t.Fatal(err)
	}
	if rest := unsent(first, 100, 2); rest[0].Seq != 5 || rest[1].Seq != 6 || len(rest[1].XML) == 0 {
		t.Errorf("the rest is %+v", rest)
	}
	mu.Lock()
	now = now.Add(2 * time.Minute) // first does not speak any more
	mu.Unlock()
	unsent(second, 100, 4)
	unsent(first, 100, 0)
}

// TestTokensExpire forgets tokens that would be refused for their age.
func TestTokensExpire(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	s := openStore(t, cfg)
	use := func(id string, want bool) {
		t.Helper()
		if first, err := s.UseToken(t.Context(), id, now.Add(time.Minute)); first != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", id, first, err, want)
		}
	}
	use("a", true)
	use("a", false)
	now = now.Add(10 * time.Minute)
	use("b", true)
	use("a", true) // it was forgotten with the sweep before b
}

// TestAuditOfTwoRuns has two runs record in one PostgreSQL database: a chain each, and the one that began later names the
// other.
func TestAuditOfTwoRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a PostgreSQL server through its paces")
	}
	t.Parallel()
	server := postgrestest.Start(t)
	cfg := sqlstore.Config{Driver: "postgres", DSN: server.Database(t)}
	one, other := openStore(t, cfg), openStore(t, cfg)
	record(t, one, 3)
	var wait sync.WaitGroup
	for _, s := range []*sqlstore.Store{one, other} {
		for i := range 8 {
			wait.Go(func() {
				for range 10 {
					record(t, s, 1)
					if err := submitLot(s, storetest.PatientID(i), storetest.Lot(1)); err != nil && !errors.Is(err, registry.ErrBusy) {
						t.Error(err)
					}
				}
			})
		}
	}
	wait.Wait()
	verified, err := audit.Verify(t.Context(), one)
	if err != nil || verified.Chains != 2 || verified.Records != 3+160+2 {
		t.Fatalf("verified %+v, %v", verified, err)
	}
	named := 0
	err = other.Records(t.Context(), &audit.Filter{Seq: 1}, func(r *audit.Record) error {
		opening, err := audit.Parse(r.XML)
		if err == nil {
			named += len(opening.What)
		}
		return err
	})
	if err != nil || named != 1 {
		t.Errorf("%d heads are named, %v", named, err)
	}
	expires := time.Now().Add(time.Hour)
	first, err := one.UseToken(t.Context(), "_token", expires)
	if !first || err != nil {
		t.Errorf("first use: %v, %v", first, err)
	}
	if again, err := other.UseToken(t.Context(), "_token", expires); again || err != nil {
		t.Errorf("use in another process: %v, %v", again, err)
	}
}

// BenchmarkAudit is one record of a query from many clients: what a read pays for its record.
func BenchmarkAudit(b *testing.B) {
	s := openStore(b, sqlstore.Config{Path: filepath.Join(b.TempDir(), "registry.db")})
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := s.Audit(context.Background(), storetest.AuditMessage("899700000012", storetest.PatientID(1))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(s.Stats().Records)/float64(s.Stats().Commits), "records/commit")
}
