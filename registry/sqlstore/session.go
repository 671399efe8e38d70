package sqlstore

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// maxStatements bounds the prepared statements kept on one connection. Texts hold no values, so a server meets a few
// dozen of them.
const maxStatements = 256

// session is one database connection with its prepared statements. It is used by one goroutine at a time. Transactions
// are begun and ended by statements like any other: database/sql's own Tx would prepare everything anew in each.
type session struct {
	conn    *sqlx.Conn
	dialect dialect
	stmts   map[string]*list.Element
	recent  *list.List // of *prepared, the most recently used first
	broken  bool       // the connection must not be used again
}

type prepared struct {
	text string
	stmt *sql.Stmt
}

func newSession(ctx context.Context, db *sqlx.DB, d dialect) (*session, error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	return &session{conn: conn, dialect: d, stmts: make(map[string]*list.Element), recent: list.New()}, nil
}

// statement prepares a text written with ? marks, or finds it prepared.
func (s *session) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if e, ok := s.stmts[text]; ok {
		s.recent.MoveToFront(e)
		return e.Value.(*prepared).stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, sqlx.Rebind(s.dialect.bindType(), text))
	if err != nil {
		return nil, s.note(fmt.Errorf("preparing %q: %w", text, err))
	}
	s.stmts[text] = s.recent.PushFront(&prepared{text: text, stmt: stmt})
	if s.recent.Len() > maxStatements {
		oldest := s.recent.Remove(s.recent.Back()).(*prepared)
		delete(s.stmts, oldest.text)
		if err := oldest.stmt.Close(); err != nil {
			return nil, s.note(fmt.Errorf("closing a prepared statement: %w", err))
		}
	}
	return stmt, nil
}

// query runs a statement that gives rows. The caller closes them before the next use of the session.
func (s *session) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, s.note(err)
	}
	return rows, nil
}

// row runs a statement that gives at most one row and tells whether there was one.
func (s *session) row(ctx context.Context, text string, args []any, dest ...any) (found bool, err error) {
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return false, err
	}
	if rows.Next() {
		found = true
		if err := rows.Scan(dest...); err != nil {
			return false, s.note(closeRows(rows, err))
		}
	}
	return found, s.note(closeRows(rows, rows.Err()))
}

// closeRows ends rows and gives the first of the two errors.
func closeRows(rows *sql.Rows, err error) error {
	if closing := rows.Close(); err == nil {
		return closing
	}
	return err
}

// exec runs a statement and tells how many rows it changed.
func (s *session) exec(ctx context.Context, text string, args ...any) (int64, error) {
	stmt, err := s.statement(ctx, text)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, s.note(err)
	}
	changed, err := result.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("counting the rows changed: %w", err)
	}
	return changed, nil
}

// note remembers that the connection was lost, so that the session is not used again.
func (s *session) note(err error) error {
	if err != nil && s.dialect.classify(err) == faultConnection {
		s.broken = true
	}
	return err
}

// close gives the connection back to its pool, which closes it. That a connection is lost already is no error here.
func (s *session) close() error {
	var errs []error
	for e := s.recent.Front(); e != nil; e = e.Next() {
		if err := s.note(e.Value.(*prepared).stmt.Close()); err != nil && !s.broken {
			errs = append(errs, fmt.Errorf("closing a prepared statement: %w", err))
		}
	}
	if err := s.note(s.conn.Close()); err != nil && !s.broken {
		errs = append(errs, fmt.Errorf("closing a database connection: %w", err))
	}
	return errors.Join(errs...)
}

// discard closes a connection in whatever state it is, for good: it does not go back to the pool.
func (s *session) discard() error {
	s.broken = true
	// An error given to Raw as ErrBadConn makes database/sql close the connection itself.
	err := s.conn.Raw(func(any) error { return driver.ErrBadConn })
	if err != nil && !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		return fmt.Errorf("closing a database connection: %w", err)
	}
	return s.close()
}
