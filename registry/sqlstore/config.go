package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/rs/zerolog"

	"liasse/internal/audit"
)

// Config says which database to open and how. The zero value of every field but Path (or DSN) is usable.
type Config struct {
	// Driver is "sqlite" (the default) or "postgres".
	Driver string
	// Path is the SQLite file; it is made when absent. Its -wal and -shm companions lie beside it.
	Path string
	// DSN is the PostgreSQL connection string, as a URL or as keyword=value pairs.
	DSN string
	// QueueLength is how many submissions may wait for the writer before ErrBusy; 1024 when 0.
	QueueLength int
	// GroupSize is how many submissions may share one commit; 64 when 0.
	GroupSize int
	// Readers is how many reads may run at once, each on a connection of its own; twice the processors, at least 4,
	// when 0.
	Readers int
	// BusyTimeout is how long to wait for a database that somebody else holds locked; 5 seconds when 0.
	BusyTimeout time.Duration
	// StatementTimeout is how long one transaction of the writer may take on a database server; one minute when 0.
	StatementTimeout time.Duration
	// Log gets what an operator should know: conflicts, lost connections, a disk that cannot be believed.
	Log zerolog.Logger
	// Audit is who reports the audit records that the store makes itself; this process when nil.
	Audit *audit.Source
	// Now gives the time that objects are registered at; time.Now when nil.
	Now func() time.Time
}

func (c *Config) setDefaults() {
	if c.Driver == "" {
		c.Driver = "sqlite"
	}
	if c.QueueLength <= 0 {
		c.QueueLength = 1024
	}
	if c.GroupSize <= 0 {
		c.GroupSize = 64
	}
	if c.Readers <= 0 {
		c.Readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	if c.BusyTimeout <= 0 {
		c.BusyTimeout = 5 * time.Second
	}
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = time.Minute
	}
	if c.Audit == nil {
		c.Audit = audit.ThisProcess("", "")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

// Open opens the database, checks that its commits are durable, brings its tables up to date and starts the writer.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg.setDefaults()
	var d dialect
	switch cfg.Driver {
	case "sqlite":
		d = sqliteDialect{}
	case "postgres":
		d = postgresDialect{}
	default:
		return nil, fmt.Errorf("unknown database driver %q: sqlite or postgres", cfg.Driver)
	}
	writer, readers, err := d.open(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	s := &Store{
		cfg: cfg, dialect: d, log: cfg.Log, now: cfg.Now,
		writerDB: writer, readersDB: readers,
		codes: newCodeCache(), audited: make(chan struct{}, 1), run: rand.Int64(),
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	return s, nil
}

// migrate makes or updates the tables. Several processes may do so at the same moment on one server without a lock that
// every database has, so the losers look again.
func (s *Store) migrate(ctx context.Context) error {
	kind, files, err := s.dialect.migrations()
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	provider, err := goose.NewProvider(kind, s.writerDB.DB, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	for attempt := 1; ; attempt++ {
		if _, err = provider.Up(ctx); err == nil {
			return nil
		}
		if attempt == 5 || ctx.Err() != nil || !s.dialect.remote() {
			return fmt.Errorf("bringing the tables up to date: %w", translate(s.dialect, err))
		}
		if err := pause(ctx, time.Duration(attempt)*100*time.Millisecond); err != nil {
			return err
		}
	}
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func isNoSpace(e syscall.Errno) bool { return e == syscall.ENOSPC || e == syscall.EDQUOT }
