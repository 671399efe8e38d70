package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"

	"liasse/registry"
)

// fault is what a database error means to the store.
type fault uint8

const (
	faultOther      fault = iota
	faultConflict         // another transaction was there first: run again (40001, 40P01)
	faultDuplicate        // a unique value is taken
	faultBusy             // the database is locked by somebody else
	faultSpace            // the disk is full
	faultConnection       // the connection is lost, or there is none
	faultFile             // the database's file cannot be opened, read or written
	faultMedium           // what was written may not be on disk, or what is on disk cannot be believed
)

// dialect is what differs between the databases.
type dialect interface {
	// open gives the pools for the writer and for the readers after checking that commits will be durable.
	open(ctx context.Context, cfg *Config) (writer, readers *sqlx.DB, err error)
	// prepareWriter are statements that the writer's connection begins with.
	prepareWriter() []string
	bindType() int
	migrations() (goose.Dialect, fs.FS, error)
	// beginWrite and beginRead are the statements that begin a transaction.
	beginWrite() string
	beginRead() string
	// like is a condition that column matches a pattern given as a value that pattern has rewritten.
	like(column, value string) string
	pattern(ihe string) string
	classify(err error) fault
	// noTransaction tells that a rollback found nothing to roll back: the database had done so itself.
	noTransaction(err error) bool
	// remote tells that a statement crosses a network: it can be waited for in vain, and must be interruptible.
	remote() bool
}

// translate wraps a database error in the registry's own error for what the caller must tell apart. Of a submission it is
// called where its transaction was surely not committed. A caller who gave up made the error himself.
func translate(d dialect, err error) error {
	switch d.classify(err) {
	case faultSpace:
		return fmt.Errorf("%w: %w", registry.ErrOutOfSpace, err)
	case faultBusy, faultConflict:
		return fmt.Errorf("%w: %w", registry.ErrBusy, err)
	case faultConnection, faultFile, faultMedium:
		if !errors.Is(err, context.Canceled) {
			return fmt.Errorf("%w: %w", registry.ErrUnavailable, err)
		}
	}
	return err
}

// marks writes n question marks with commas.
func marks(b *strings.Builder, n int) {
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('?')
	}
}
