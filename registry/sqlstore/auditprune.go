package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"liasse/internal/audit"
	"liasse/registry"
)

// pruneBatch is how many messages one transaction takes out, so that submissions need not wait long.
const pruneBatch = 256

// PruneAudit takes out the messages of a class that are older than a time, after it has recorded that it does. What links
// the chain stays, so that it can be verified; so do openings and earlier prunings, which hold nothing of anybody. It gives
// how many were taken out.
func (s *Store) PruneAudit(ctx context.Context, p audit.Prune, record audit.Message) (pruned int64, err error) {
	if err := s.Audit(ctx, record); err != nil {
		return 0, err
	}
	for {
		var n int64
		err := s.Submit(ctx, func(write registry.Tx) (err error) {
			n, err = write.(*tx).pruneSome(ctx, &p)
			return err
		})
		if err != nil {
			return pruned, fmt.Errorf("pruning audit records: %w", err)
		}
		if pruned += n; n < pruneBatch {
			return pruned, nil
		}
	}
}

func (t *tx) pruneSome(ctx context.Context, p *audit.Prune) (int64, error) {
	const what = "reading audit records to prune"
	type left struct {
		chain, seq int64
		digest     audit.Hash
	}
	var some []left
	err := t.rows(t.context(ctx, true), what, "SELECT "+auditColumns+" FROM audit WHERE time < ? AND class = ? AND message IS NOT NULL"+
		" AND seq > 1 AND kinds <> ? ORDER BY time LIMIT ?",
		[]any{p.Before.UnixMicro(), string(p.Class), audit.RecordsPruned.Value, int64(pruneBatch)}, func(rows *sql.Rows) error {
			var one auditRow
			r, err := one.read(rows)
			if err != nil {
				return t.scanned(what, err)
			}
			some = append(some, left{int64(r.Chain), r.Seq, audit.DigestOf(&r.Message)})
			return nil
		})
	if err != nil {
		return 0, err
	}
	for i := range some {
		err := t.write(ctx, "pruning an audit record", "UPDATE audit SET digest = ?, message = NULL, patient = '', person = '' WHERE chain = ? AND seq = ?",
			some[i].digest[:], some[i].chain, some[i].seq)
		if err != nil {
			return 0, err
		}
	}
	return int64(len(some)), nil
}
