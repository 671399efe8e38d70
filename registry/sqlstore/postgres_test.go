package sqlstore_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"liasse/internal/postgrestest"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

func TestPostgresFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a PostgreSQL server through its paces")
	}
	t.Parallel()
	server := postgrestest.Start(t)
	open := func(t *testing.T) (*sqlstore.Store, sqlstore.Config) {
		cfg := sqlstore.Config{Driver: "postgres", DSN: server.Database(t)}
		return openStore(t, cfg), cfg
	}
	t.Run("two processes", func(t *testing.T) {
		first, cfg := open(t)
		writeFromTwo(t, first, openStore(t, cfg))
	})
	t.Run("several processes start at once", func(t *testing.T) {
		cfg := sqlstore.Config{Driver: "postgres", DSN: server.Database(t)}
		results := make(chan error, 4)
		for range cap(results) {
			go func() {
				s, err := sqlstore.Open(t.Context(), cfg)
				if err == nil {
					err = s.Close()
				}
				results <- err
			}()
		}
		for range cap(results) {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("connection lost before the commit", func(t *testing.T) {
		s, _ := open(t)
		// A submission on a connection that died while it was idle is run again on a new one.
		kill(t, s)
		lot := storetest.Lot(1)
		if err := submitLot(s, storetest.PatientID(1), lot); err != nil || !registered(t, s, lot) {
			t.Errorf("after the connection was lost: %v", err)
		}
	})
	t.Run("connection lost in the commit", func(t *testing.T) {
		s, cfg := open(t)
		other := openStore(t, cfg)
		pid, err := s.WriterBackend(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var killed atomic.Bool
		s.Interrupt(func(step string) error {
			if step == "commit" && killed.CompareAndSwap(false, true) {
				return other.Execute(t.Context(), fmt.Sprintf("SELECT pg_terminate_backend(%d)", pid))
			}
			return nil
		})
		lot := storetest.Lot(1)
		err = submitLot(s, storetest.PatientID(1), lot)
		if !errors.Is(err, registry.ErrOutcomeUnknown) {
			t.Errorf("a commit without an answer: %v", err)
		}
		if registered(t, s, lot) {
			t.Error("this commit never reached the server")
		}
		if err := submitLot(s, storetest.PatientID(1), lot); err != nil || !registered(t, s, lot) {
			t.Errorf("submitted again: %v", err)
		}
	})
	t.Run("idle readers lost", func(t *testing.T) {
		s, cfg := open(t)
		lot := storetest.Lot(1)
		if err := submitLot(s, storetest.PatientID(1), lot); err != nil {
			t.Fatal(err)
		}
		registered(t, s, lot)
		other := openStore(t, cfg)
		if err := other.Execute(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
		if !registered(t, s, lot) {
			t.Error("the lot is not found")
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// kill ends the server's process behind a store's writer by means of the store's own reader.
func kill(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	pid, err := s.WriterBackend(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Its own connection ends in the middle of the statement, which is an error here.
	if err := s.Execute(t.Context(), fmt.Sprintf("SELECT pg_terminate_backend(%d)", pid)); err == nil {
		t.Log("the connection outlived its end for a moment")
	}
}
