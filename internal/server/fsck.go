package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/repository/fsblob"
)

// Fsck opens the stores that the configuration names and compares documents and bytes (repository.Fsck).
func Fsck(ctx context.Context, cfg Config, opt repository.FsckOptions, logs io.Writer) (report repository.FsckReport, err error) {
	if err := cfg.Check(); err != nil {
		return report, fmt.Errorf("the configuration cannot be used: %w", err)
	}
	store, err := sqlstore.Open(ctx, sqlstore.Config{Driver: cfg.Store.Driver, Path: cfg.DatabasePath(), DSN: cfg.Store.DSN, Log: zerolog.New(logs)})
	if err != nil {
		return report, fmt.Errorf("opening the registry's database: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	blobs, err := fsblob.Open(cfg.BlobDir())
	if err != nil {
		return report, fmt.Errorf("opening the document store: %w", err)
	}
	defer func() { err = errors.Join(err, blobs.Close()) }()
	return repository.Fsck(ctx, store, blobs, opt)
}
