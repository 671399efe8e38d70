package sqlstore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// BenchmarkSubmit stores lots of 2 documents the way Register does: it looks for the ids, then inserts.
func BenchmarkSubmit(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprint("clients=", clients), func(b *testing.B) {
			s := openStore(b, sqliteConfig(b))
			keys := benchPatients(b, s, 100)
			lots := make([]*registry.Batch, b.N)
			for i := range lots {
				lots[i] = storetest.Lot(2)
				storetest.SetPatient(lots[i], keys[i%len(keys)])
			}
			b.ReportAllocs()
			b.ResetTimer()
			before := cpuTime(b)
			var next atomic.Int64
			var wait sync.WaitGroup
			for range clients {
				wait.Go(func() {
					for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
						if err := register(s, storetest.PatientID(int(i)%len(keys)), lots[i]); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wait.Wait()
			b.StopTimer()
			b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
			stats := s.Stats()
			b.ReportMetric(float64(stats.Submissions)/float64(stats.Commits), "lots/commit")
		})
	}
}

// cpuTime is what the process has spent, in the program and in the system: the figure that other work on the machine
// moves least.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchPatients(b *testing.B, s registry.Store, n int) []int64 {
	b.Helper()
	var keys []int64
	err := s.Submit(context.Background(), func(tx registry.Tx) error {
		keys = nil
		for i := range n {
			p, err := tx.AddPatient(context.Background(), storetest.PatientID(i))
			if err != nil {
				return err
			}
			keys = append(keys, p.Key)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return keys
}

// register asks what the rules with state ask (ITI TF-2 3.42.4.1.3) and inserts.
func register(s registry.Store, cx string, lot *registry.Batch) error {
	ctx := context.Background()
	var ids []registry.UUID
	uniqueIDs := []string{lot.SubmissionSets[0].UniqueID}
	ids = append(ids, lot.SubmissionSets[0].ID)
	for _, d := range lot.Documents {
		ids, uniqueIDs = append(ids, d.ID), append(uniqueIDs, d.UniqueID)
	}
	return s.Submit(ctx, func(tx registry.Tx) error {
		if _, err := tx.Patient(ctx, cx); err != nil {
			return err
		}
		if _, err := tx.Identities(ctx, ids); err != nil {
			return err
		}
		if _, err := tx.UniqueIDs(ctx, uniqueIDs); err != nil {
			return err
		}
		return tx.Insert(ctx, lot)
	})
}

// BenchmarkFind finds the entries of patients that have 10 and 100 of them, in registries of 10,000 entries and, when
// LIASSE_BENCH_ENTRIES says so, of more: LIASSE_BENCH_ENTRIES=1000000 LIASSE_BENCH_DIR=/var/tmp go test -bench Find.
// A registry made in LIASSE_BENCH_DIR is kept there for the next run.
func BenchmarkFind(b *testing.B) {
	sizes := []int{10_000}
	if more, err := strconv.Atoi(os.Getenv("LIASSE_BENCH_ENTRIES")); err == nil {
		sizes = append(sizes, more)
	}
	for _, size := range sizes {
		dir := os.Getenv("LIASSE_BENCH_DIR")
		if dir == "" {
			dir = b.TempDir()
		}
		s := openStore(b, sqlstore.Config{Path: filepath.Join(dir, fmt.Sprintf("bench-%d.db", size))})
		populateBench(b, s, size)
		for _, n := range []int{10, 100} {
			b.Run(fmt.Sprintf("registry=%d/entries=%d", size, n), func(b *testing.B) { benchFind(b, s, size, n, false) })
			b.Run(fmt.Sprintf("registry=%d/entries=%d/codes", size, n), func(b *testing.B) { benchFind(b, s, size, n, true) })
		}
	}
}

// Of every 200 entries, 10 patients have 10 each and one has 100.
const benchRound = 200

func populateBench(b *testing.B, s *sqlstore.Store, size int) {
	b.Helper()
	ctx := context.Background()
	known := false
	err := s.View(ctx, func(r registry.Reader) error {
		p, err := r.Patient(ctx, storetest.PatientID(size/benchRound*11-1))
		known = p != nil
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	if known {
		return
	}
	// Lots of 10 arrive patient after patient in rounds, so that neighbours in time are not neighbours in the tables.
	var wait sync.WaitGroup
	patients := make(chan int)
	for range 64 {
		wait.Go(func() {
			for p := range patients {
				lot := storetest.Lot(10)
				lot.Contents = nil
				err := s.Submit(ctx, func(tx registry.Tx) error {
					known, err := tx.AddPatient(ctx, storetest.PatientID(p))
					if err != nil {
						return err
					}
					storetest.SetPatient(lot, known.Key)
					return tx.Insert(ctx, lot)
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	for turn := range 10 {
		for p := range size / benchRound * 11 {
			if turn == 0 || p%11 == 10 {
				patients <- p
			}
		}
	}
	close(patients)
	wait.Wait()
}

func benchFind(b *testing.B, s *sqlstore.Store, size, n int, codes bool) {
	ctx := context.Background()
	rounds := size / benchRound
	f := registry.DocumentFilter{
		Status: []registry.Status{registry.Approved}, Types: []registry.ObjectType{registry.Stable}, LatestOnly: true,
		WithCodes: codes, // as with a policy
	}
	b.ReportAllocs()
	found := 0
	seed := uint32(1)
	before := cpuTime(b)
	for b.Loop() {
		seed = seed*1664525 + 1013904223
		p := int(seed>>8)%rounds*11 + 10
		if n == 10 {
			p -= 1 + int(seed>>4)%10
		}
		f.PatientIDs = []string{storetest.PatientID(p)}
		err := s.View(ctx, func(r registry.Reader) error {
			return r.Documents(ctx, &f, func(d *registry.DocumentRecord) error {
				found++
				return nil
			})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	if found != n*b.N {
		b.Fatalf("%d entries in %d queries, want %d each", found, b.N, n)
	}
}
