package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

type postgresDialect struct{}

func (postgresDialect) bindType() int      { return sqlx.DOLLAR }
func (postgresDialect) beginWrite() string { return "BEGIN ISOLATION LEVEL SERIALIZABLE" }
func (postgresDialect) beginRead() string  { return "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" }
func (postgresDialect) remote() bool       { return true }

// prepareWriter asks for commits that are on disk before they are acknowledged, whatever the server's default.
func (postgresDialect) prepareWriter() []string { return []string{"SET synchronous_commit TO on"} }

func (postgresDialect) migrations() (goose.Dialect, fs.FS, error) {
	sub, err := fs.Sub(postgresMigrations, "migrations/postgres")
	return goose.DialectPostgres, sub, err
}

// postgresSettings are server settings under which an acknowledged commit can be lost with the power. A compatible
// database that has no such setting is not asked.
var postgresSettings = []struct{ name, forbidden string }{
	{"fsync", "off"},
	{"full_page_writes", "off"},
}

func (d postgresDialect) open(ctx context.Context, cfg *Config) (writer, readers *sqlx.DB, err error) {
	parsed, err := pgx.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the PostgreSQL connection string: %w", err)
	}
	if _, given := parsed.RuntimeParams["application_name"]; !given {
		parsed.RuntimeParams["application_name"] = "liasse"
	}
	writer = sqlx.NewDb(stdlib.OpenDB(*parsed), "pgx")
	if err := d.checkSettings(ctx, writer); err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	return writer, sqlx.NewDb(stdlib.OpenDB(*parsed), "pgx"), nil
}

func (postgresDialect) checkSettings(ctx context.Context, db *sqlx.DB) error {
	for _, s := range postgresSettings {
		var got []string
		if err := db.SelectContext(ctx, &got, "SELECT setting FROM pg_settings WHERE name = $1", s.name); err != nil {
			return fmt.Errorf("reading the setting %s of the database server: %w", s.name, err)
		}
		if len(got) == 1 && got[0] == s.forbidden {
			return fmt.Errorf("the database server has %s = %s, which loses acknowledged submissions when it stops", s.name, got[0])
		}
	}
	return nil
}

// like has no escape character: a backslash in a pattern stands for itself, and only % and _ are special.
func (postgresDialect) like(column, value string) string {
	return column + " LIKE " + value + " ESCAPE ''"
}

func (postgresDialect) pattern(ihe string) string { return ihe }

func (postgresDialect) classify(err error) fault {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return postgresFault(e.Code)
	}
	var network net.Error
	var connecting *pgconn.ConnectError
	switch {
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return faultConnection
	case errors.As(err, &network), errors.As(err, &connecting), pgconn.SafeToRetry(err):
		return faultConnection
	case errors.Is(err, context.Canceled): // pgx closes a connection whose statement was given up
		return faultConnection
	}
	return faultOther
}

func postgresFault(code string) fault {
	switch code {
	case "40001", "40P01", "55P03": // serialization failure, deadlock, lock not available
		return faultConflict
	case "23505":
		return faultDuplicate
	case "53100", "53200": // disk full, out of memory
		return faultSpace
	case "53300": // too many connections
		return faultBusy
	case "57P01", "57P02", "57P03", "25P03", "57P05": // the server ends or ended this connection
		return faultConnection
	case "XX001", "XX002": // corrupted data or index
		return faultMedium
	}
	if strings.HasPrefix(code, "08") {
		return faultConnection
	}
	return faultOther
}

// noTransaction: PostgreSQL answers such a rollback with a warning, never with an error.
func (postgresDialect) noTransaction(error) bool { return false }
