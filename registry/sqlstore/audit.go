package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"liasse/internal/audit"
	"liasse/registry"
)

// Audit implements registry.Tx. The messages get their places in the chain when the whole group is about to be committed, so
// that those of a submission that is taken back leave no gap.
func (t *tx) Audit(ctx context.Context, messages ...audit.Message) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	t.audits = append(t.audits, messages...)
	return nil
}

// Audit implements registry.Store.
func (s *Store) Audit(ctx context.Context, messages ...audit.Message) error {
	err := s.Submit(ctx, func(tx registry.Tx) error { return tx.Audit(ctx, messages...) })
	if err != nil {
		return fmt.Errorf("writing audit records: %w", err)
	}
	return nil
}

// AuditWritten tells, by a value that waits, that records were committed since it was last looked at.
func (s *Store) AuditWritten() <-chan struct{} { return s.audited }

// auditColumns are those of an audit record; auditWidth is how many values a row has.
const (
	auditColumns = "chain, seq, time, class, event, kinds, action, outcome, patient, person, hash, digest, message"
	auditWidth   = 13
)

// writeAudit stores what the group recorded and gives the head that the chain has when the transaction is committed.
func (w *writer) writeAudit(ctx context.Context, t *tx) (audit.Head, error) {
	head := w.chain
	if len(t.audits) == 0 {
		return head, nil
	}
	values := make([]any, 0, auditWidth*(len(t.audits)+1))
	if head.Chain == 0 {
		opening, err := w.openChain(ctx, t, &head)
		if err != nil {
			return head, err
		}
		values = appendRecord(values, &opening)
	}
	for _, m := range t.audits {
		r := head.Append(m)
		values = appendRecord(values, &r)
	}
	return head, t.insertRows(ctx, "audit ("+auditColumns+")", auditWidth, values, "")
}

func appendRecord(values []any, r *audit.Record) []any {
	return append(values, int64(r.Chain), r.Seq, r.Time.UnixMicro(), string(r.Class), r.Event, r.Kinds, string(rune(r.Action)),
		int64(r.Outcome), r.Patient, r.User, r.Hash[:], nil, r.XML)
}

// openChain begins the chain of this run, or the next one when it is not known how the last one ended. Its opening names
// the heads that no other opening has named.
func (w *writer) openChain(ctx context.Context, t *tx, head *audit.Head) (audit.Record, error) {
	s := w.store
	now := s.now()
	// Ascending in time, and different in processes that begin in the same millisecond.
	head.Chain = audit.ChainID(now.UnixMilli()<<20 | rand.Int64N(1<<20))
	heads, err := t.unnamedHeads(ctx)
	if err != nil {
		return audit.Record{}, err
	}
	for _, h := range heads {
		if err := t.write(ctx, "noting that a chain of audit records is named", "UPDATE audit_chain SET named = ? WHERE id = ?", h.Seq, int64(h.Chain)); err != nil {
			return audit.Record{}, err
		}
	}
	err = t.write(ctx, "beginning a chain of audit records", "INSERT INTO audit_chain (id, sent, sender, lease, named) VALUES (?, ?, ?, ?, ?)",
		int64(head.Chain), int64(0), s.run, now.Add(auditLease).UnixMilli(), int64(0))
	return head.Append(audit.Opening(s.cfg.Audit, now, heads)), err
}

// unnamedHeads gives the last records of the chains that went on after they were last named.
func (t *tx) unnamedHeads(ctx context.Context) ([]audit.Head, error) {
	const what = "looking up the heads of the audit records"
	var heads []audit.Head
	err := t.rows(t.context(ctx, false), what, "SELECT a.chain, a.seq, a.hash FROM audit_chain c JOIN audit a ON a.chain = c.id"+
		" AND a.seq = (SELECT MAX(m.seq) FROM audit m WHERE m.chain = c.id) WHERE a.seq > c.named ORDER BY a.chain", nil,
		func(rows *sql.Rows) error {
			var chain int64
			var h audit.Head
			var hash []byte
			if err := rows.Scan(&chain, &h.Seq, &hash); err != nil {
				return t.scanned(what, err)
			}
			h.Chain = audit.ChainID(chain)
			copy(h.Hash[:], hash)
			heads = append(heads, h)
			return nil
		})
	return heads, err
}

// Records implements audit.Log.
func (s *Store) Records(ctx context.Context, f *audit.Filter, each func(*audit.Record) error) error {
	err := s.View(ctx, func(read registry.Reader) error { return read.(*reader).records(ctx, f, each) })
	if err != nil {
		return fmt.Errorf("reading audit records: %w", err)
	}
	return nil
}

func (r *reader) records(ctx context.Context, f *audit.Filter, each func(*audit.Record) error) error {
	text, args := auditSelection(f)
	const what = "reading audit records"
	return r.rows(r.context(ctx, true), what, text, args, func(rows *sql.Rows) error {
		var one auditRow
		record, err := one.read(rows)
		if err != nil {
			return r.scanned(what, err)
		}
		return each(record)
	})
}

// auditSelection writes the statement of a filter.
func auditSelection(f *audit.Filter) (string, []any) {
	var where []string
	var args []any
	and := func(condition string, value any) {
		where = append(where, condition)
		args = append(args, value)
	}
	if f.Chain != 0 {
		and("chain = ?", int64(f.Chain))
	}
	if f.Seq != 0 {
		and("seq = ?", f.Seq)
	}
	if f.Patient != "" {
		and("patient <> '' AND patient = ?", f.Patient)
	}
	if f.User != "" {
		and("person <> '' AND person = ?", f.User)
	}
	if !f.From.IsZero() {
		and("time >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		and("time < ?", f.To.UnixMicro())
	}
	text := "SELECT " + auditColumns + " FROM audit"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	if f.ByTime {
		text += " ORDER BY time, chain, seq"
	} else {
		text += " ORDER BY chain, seq"
	}
	if f.Limit > 0 {
		text += " LIMIT ?"
		args = append(args, int64(f.Limit))
	}
	return text, args
}

// auditRow reads one record. Its message is valid until the next row.
type auditRow struct {
	record               audit.Record
	chain, time, outcome int64
	class, action        string
	hash, digest         []byte
	message              sql.RawBytes
}

func (a *auditRow) read(rows *sql.Rows) (*audit.Record, error) {
	r := &a.record
	err := rows.Scan(&a.chain, &r.Seq, &a.time, &a.class, &r.Event, &r.Kinds, &a.action, &a.outcome, &r.Patient, &r.User, &a.hash, &a.digest, &a.message)
	if err != nil {
		return nil, err
	}
	r.Chain, r.Class, r.Outcome = audit.ChainID(a.chain), audit.Class(a.class), audit.Outcome(a.outcome)
	r.Time = time.UnixMicro(a.time).UTC()
	if a.action != "" {
		r.Action = audit.Action(a.action[0])
	}
	copy(r.Hash[:], a.hash)
	if r.Pruned = a.digest != nil; r.Pruned {
		copy(r.Digest[:], a.digest)
	}
	r.XML = a.message
	return r, nil
}
