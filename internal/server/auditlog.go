package server

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/audit"
	"liasse/registry/sqlstore"
)

// AuditLog is the audit records of a server's store, for its operator. It may be open while the server runs.
type AuditLog struct {
	store    *sqlstore.Store
	source   *audit.Source
	operator string
}

// OpenAuditLog opens the records of the store that a configuration names. A store that is not there is not made.
func OpenAuditLog(ctx context.Context, cfg Config, logs io.Writer) (*AuditLog, error) {
	if cfg.Store.Driver == "sqlite" {
		if _, err := os.Stat(cfg.DatabasePath()); err != nil {
			return nil, fmt.Errorf("looking for the database: %w", err)
		}
	}
	l := &AuditLog{source: audit.ThisProcess(cfg.Audit.SourceID, cfg.Audit.Site), operator: "unknown"}
	if who, err := user.Current(); err == nil {
		l.operator = who.Username
	}
	var err error
	l.store, err = sqlstore.Open(ctx, sqlstore.Config{
		Driver: cfg.Store.Driver, Path: cfg.DatabasePath(), DSN: cfg.Store.DSN, Audit: l.source, Log: zerolog.New(logs).Level(zerolog.WarnLevel),
	})
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return l, nil
}

// Close closes the store.
func (l *AuditLog) Close() error { return l.store.Close() }

// Records implements audit.Log.
func (l *AuditLog) Records(ctx context.Context, f *audit.Filter, each func(*audit.Record) error) error {
	return l.store.Records(ctx, f, each)
}

// Use records that the operator looks into the records, before anything is shown (DICOM PS3.15 A.5.3.2).
func (l *AuditLog) Use(ctx context.Context, command string) error {
	return l.store.Audit(ctx, audit.Used(l.source, time.Now(), l.operator, command))
}

// Prune records that messages are taken out, and takes them out; it gives how many.
func (l *AuditLog) Prune(ctx context.Context, p audit.Prune) (int64, error) {
	return l.store.PruneAudit(ctx, p, audit.Pruning(l.source, time.Now(), p, l.operator))
}
