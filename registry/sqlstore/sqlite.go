package sqlstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

type sqliteDialect struct{}

func (sqliteDialect) bindType() int      { return sqlx.QUESTION }
func (sqliteDialect) beginWrite() string { return "BEGIN IMMEDIATE" }
func (sqliteDialect) beginRead() string  { return "BEGIN" }
func (sqliteDialect) remote() bool       { return false }

func (sqliteDialect) migrations() (goose.Dialect, fs.FS, error) {
	sub, err := fs.Sub(sqliteMigrations, "migrations/sqlite")
	return goose.DialectSQLite3, sub, err
}

// sqliteSettings are read back on the writer's connection; a database that does not take them is refused, for an
// acknowledged submission could be lost with the power.
var sqliteSettings = []struct{ name, want string }{
	{"journal_mode", "wal"},
	{"synchronous", "2"}, // FULL
	{"foreign_keys", "1"},
}

func (d sqliteDialect) open(ctx context.Context, cfg *Config) (writer, readers *sqlx.DB, err error) {
	if cfg.Path == "" {
		return nil, nil, errors.New("opening the SQLite store: no path given")
	}
	common := url.Values{
		"_busy_timeout": {strconv.FormatInt(cfg.BusyTimeout.Milliseconds(), 10)},
		"_foreign_keys": {"on"},
	}
	writing := url.Values{
		"_txlock":       {"immediate"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_cache_size":   {"-65536"}, // KiB
	}
	reading := url.Values{"mode": {"ro"}, "_query_only": {"on"}, "_cache_size": {"-32768"}}
	if err := sqliteCreate(ctx, cfg.Path, common); err != nil {
		return nil, nil, err
	}
	if writer, err = sqliteOpen(cfg.Path, common, writing); err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := d.checkSettings(ctx, writer, cfg); err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	if readers, err = sqliteOpen(cfg.Path, common, reading); err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	return writer, readers, nil
}

// sqliteCreate gives a new file its page size, which must be there before the first page is written: 8 KiB holds a
// whole DocumentEntry, where 4 KiB would spread it over several pages. An existing file keeps its own.
func sqliteCreate(ctx context.Context, path string, common url.Values) (err error) {
	db, err := sqliteOpen(path, common)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, pragma := range []string{"PRAGMA page_size = 8192", "PRAGMA journal_mode = WAL"} {
		if _, err := db.ExecContext(ctx, pragma); err != nil {
			return fmt.Errorf("creating %s: %w", path, err)
		}
	}
	return nil
}

// prepareWriter lets the write-ahead log grow to 32 MiB before its pages are copied into the database: a page that many
// commits changed is copied once.
func (sqliteDialect) prepareWriter() []string { return []string{"PRAGMA wal_autocheckpoint = 4096"} }

func sqliteOpen(path string, sets ...url.Values) (*sqlx.DB, error) {
	all := url.Values{}
	for _, set := range sets {
		for k, v := range set {
			all[k] = v
		}
	}
	name := (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + all.Encode()
	db, err := sqlx.Open("sqlite3", name)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return db, nil
}

func (sqliteDialect) checkSettings(ctx context.Context, db *sqlx.DB, cfg *Config) error {
	for _, s := range sqliteSettings {
		var got string
		if err := db.GetContext(ctx, &got, "PRAGMA "+s.name); err != nil {
			return fmt.Errorf("reading the setting %s of %s: %w", s.name, cfg.Path, err)
		}
		if !strings.EqualFold(got, s.want) {
			return fmt.Errorf("%s has the setting %s = %s where %s is needed for durable commits", cfg.Path, s.name, got, s.want)
		}
	}
	return nil
}

// like uses GLOB: SQLite's LIKE ignores the case of ASCII letters, which ITI TF-3 4.1 does not allow here.
func (sqliteDialect) like(column, value string) string { return column + " GLOB " + value }

func (sqliteDialect) pattern(ihe string) string { return globPattern.Replace(ihe) }

var globPattern = strings.NewReplacer("%", "*", "_", "?", "*", "[*]", "?", "[?]", "[", "[[]")

func (sqliteDialect) classify(err error) fault {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return faultOther
	}
	switch e.ExtendedCode {
	case sqlite3.ErrIoErrFsync, sqlite3.ErrIoErrDirFsync:
		return faultMedium
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
		return faultDuplicate
	}
	switch e.Code {
	case sqlite3.ErrFull:
		return faultSpace
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return faultBusy
	case sqlite3.ErrIoErr:
		if isNoSpace(e.SystemErrno) {
			return faultSpace
		}
		return faultFile
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrReadonly, sqlite3.ErrAuth:
		return faultFile
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return faultMedium
	}
	return faultOther
}

// noTransaction: after some errors (a full disk among them) SQLite has rolled back by itself.
func (sqliteDialect) noTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}
