package sqlstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"liasse/internal/postgrestest"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// look reads something.
func look(s registry.Store) error {
	return s.View(context.Background(), func(r registry.Reader) error {
		_, err := r.Patient(context.Background(), storetest.PatientID(1))
		return err
	})
}

// TestServerStops stops the database server under a store: reads and submissions say that it is not available, also many
// at once and one in the middle, nothing of them is stored, and all goes on when the server is back.
func TestServerStops(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a PostgreSQL server through its paces")
	}
	t.Parallel()
	server := postgrestest.Start(t)
	s := openStore(t, sqlstore.Config{Driver: "postgres", DSN: server.Database(t), Readers: 2})
	kept := storetest.Lot(1)
	if err := submitLot(s, storetest.PatientID(1), kept); err != nil {
		t.Fatal(err)
	}
	middle := storetest.Lot(1)
	stopped := false
	s.Interrupt(func(step string) error {
		if step == "statement" && !stopped {
			stopped = true
			server.Stop(t)
		}
		return nil
	})
	if err := submitLot(s, storetest.PatientID(1), middle); !errors.Is(err, registry.ErrUnavailable) || errors.Is(err, registry.ErrOutcomeUnknown) {
		t.Errorf("a submission in the middle of which the server stopped: %v", err)
	}
	s.Interrupt(nil)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			if err := submitLot(s, storetest.PatientID(i), storetest.Lot(1)); !errors.Is(err, registry.ErrUnavailable) {
				t.Errorf("a submission without a server: %v", err)
			}
			if err := look(s); !errors.Is(err, registry.ErrUnavailable) {
				t.Errorf("a read without a server: %v", err)
			}
		})
	}
	wait.Wait()
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a store without a server is ready")
	}
	server.Resume(t)
	if registered(t, s, middle) || !registered(t, s, kept) {
		t.Error("after the server is back: not what was stored before")
	}
	if err := submitLot(s, storetest.PatientID(1), middle); err != nil || !registered(t, s, middle) {
		t.Errorf("the same lot again: %v", err)
	}
}

// TestNoConnectionLeft takes every connection that the server gives: that is busy, not lost.
func TestNoConnectionLeft(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a PostgreSQL server through its paces")
	}
	t.Parallel()
	server := postgrestest.Start(t)
	dsn := server.Database(t)
	s := openStore(t, sqlstore.Config{Driver: "postgres", DSN: dsn})
	var taken []*pgx.Conn
	for {
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			break
		}
		taken = append(taken, conn)
	}
	if err := look(s); !errors.Is(err, registry.ErrBusy) {
		t.Errorf("a read for which there is no connection: %v", err)
	}
	for _, conn := range taken {
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	waitUntil(t, "the connections are free again", func() bool { return look(s) == nil })
}

// TestFullFileSystem fills a small file system under the database with something else: submissions are refused for want of
// space and leave nothing, reads go on, and submissions do when there is space again.
func TestFullFileSystem(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m,mode=0700"); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	s := openStore(t, sqlstore.Config{Path: filepath.Join(dir, "registry.db")})
	kept := storetest.Lot(1)
	if err := submitLot(s, storetest.PatientID(1), kept); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	var err error
	var refused *registry.Batch
	for range 100 {
		refused = storetest.Lot(3)
		if err = submitLot(s, storetest.PatientID(1), refused); err != nil {
			break
		}
	}
	if !errors.Is(err, registry.ErrOutOfSpace) {
		t.Fatalf("a full file system gave %v", err)
	}
	if registered(t, s, refused) || !registered(t, s, kept) {
		t.Error("a full file system left a lot that was refused, or took one away")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := submitLot(s, storetest.PatientID(1), refused); err != nil || !registered(t, s, refused) {
		t.Errorf("with space again: %v", err)
	}
}

// fill writes a file until the file system has no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("filling the file system: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestClosedStore: what comes after the end is not available, as it is while a server restarts.
func TestClosedStore(t *testing.T) {
	s := openStore(t, sqliteConfig(t))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := submitLot(s, storetest.PatientID(1), storetest.Lot(1)); !errors.Is(err, registry.ErrUnavailable) {
		t.Errorf("a submission: %v", err)
	}
	if err := look(s); !errors.Is(err, registry.ErrUnavailable) {
		t.Errorf("a read: %v", err)
	}
}
