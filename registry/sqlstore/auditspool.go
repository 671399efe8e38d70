package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"time"

	"liasse/internal/audit"
	"liasse/registry"
)

// auditLease is how long a run that does not speak keeps the chains that it sends. Those of a process that was killed are
// then sent by another one.
const auditLease = time.Minute

// unsentChain is a chain of which an Audit Record Repository has not everything.
type unsentChain struct {
	id, sent, sender, lease int64
}

// Unsent implements audit.Spool for the chains that are this run's to send.
func (s *Store) Unsent(ctx context.Context, limit int) ([]audit.Record, error) {
	chains, err := s.unsentChains(ctx)
	if err != nil {
		return nil, err
	}
	var records []audit.Record
	for i := range chains {
		ours, err := s.lease(ctx, &chains[i])
		if err != nil {
			return nil, err
		}
		if !ours {
			continue
		}
		if records, err = s.unsentOf(ctx, &chains[i], limit, records); err != nil {
			return nil, err
		}
		if len(records) >= limit {
			break
		}
	}
	return records, nil
}

func (s *Store) unsentChains(ctx context.Context) ([]unsentChain, error) {
	const what = "looking for audit records that were not sent"
	var chains []unsentChain
	err := s.View(ctx, func(read registry.Reader) error {
		r := read.(*reader)
		chains = chains[:0]
		return r.rows(r.context(ctx, false), what, "SELECT c.id, c.sent, c.sender, c.lease FROM audit_chain c"+
			" WHERE EXISTS (SELECT 1 FROM audit a WHERE a.chain = c.id AND a.seq > c.sent) ORDER BY c.id", nil, func(rows *sql.Rows) error {
			var c unsentChain
			if err := rows.Scan(&c.id, &c.sent, &c.sender, &c.lease); err != nil {
				return r.scanned(what, err)
			}
			chains = append(chains, c)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return chains, nil
}

// lease makes sure that nobody else sends the chain, and tells whether that is so. It is asked for again when half of it
// is over.
func (s *Store) lease(ctx context.Context, c *unsentChain) (bool, error) {
	now := s.now()
	switch {
	case c.sender == s.run && c.lease > now.Add(auditLease/2).UnixMilli():
		return true, nil
	case c.sender != s.run && c.lease > now.UnixMilli():
		return false, nil
	}
	var changed int64
	err := s.Submit(ctx, func(write registry.Tx) (err error) {
		changed, err = write.(*tx).change(ctx, "taking over audit records to send",
			"UPDATE audit_chain SET sender = ?, lease = ? WHERE id = ? AND sender = ? AND lease = ?",
			s.run, now.Add(auditLease).UnixMilli(), c.id, c.sender, c.lease)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("taking over audit records to send: %w", err)
	}
	return changed == 1, nil
}

// unsentOf reads the records of a chain that were not sent, those whose messages were pruned meanwhile among them.
func (s *Store) unsentOf(ctx context.Context, c *unsentChain, limit int, records []audit.Record) ([]audit.Record, error) {
	const what = "reading audit records to send"
	before := len(records)
	err := s.View(ctx, func(read registry.Reader) error {
		r := read.(*reader)
		records = records[:before]
		return r.rows(r.context(ctx, false), what, "SELECT "+auditColumns+" FROM audit WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?",
			[]any{c.id, c.sent, int64(limit - before)}, func(rows *sql.Rows) error {
				var one auditRow
				record, err := one.read(rows)
				if err != nil {
					return r.scanned(what, err)
				}
				record.XML = bytes.Clone(record.XML)
				records = append(records, *record)
				return nil
			})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return records, nil
}

// MarkSent implements audit.Spool.
func (s *Store) MarkSent(ctx context.Context, heads []audit.Head) error {
	lease := s.now().Add(auditLease).UnixMilli()
	err := s.Submit(ctx, func(write registry.Tx) error {
		for _, h := range heads {
			err := write.(*tx).write(ctx, "marking audit records as sent", "UPDATE audit_chain SET sent = ?, lease = ? WHERE id = ? AND sent < ?",
				h.Seq, lease, int64(h.Chain), h.Seq)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("marking audit records as sent: %w", err)
	}
	return nil
}
