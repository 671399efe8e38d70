package sqlstore

import (
	"context"
	"database/sql"
	"maps"

	"liasse/registry"
)

// codeNames tells what the numbers of class and format codes stand for: all of those up to a number. It is never changed,
// only replaced, so rows are read against it without a lock.
type codeNames struct {
	upTo  int64
	codes map[int64]registry.Code
}

// namesFor gives the names of every class and format code that this transaction can see: those known, and the rows that
// have come since, which is one short range of a primary key. What the writer's own transaction sees is not kept: it may
// be taken back, and its numbers given to other codes.
func (r *reader) namesFor(ctx context.Context) (*codeNames, error) {
	if r.names != nil && r.writing == nil {
		return r.names, nil
	}
	const what = "looking up the names of codes"
	shared := r.store.names.Load()
	known := shared
	if known == nil {
		known = &codeNames{}
	}
	newer := make(map[int64]registry.Code)
	upTo := known.upTo
	// Codes of every kind are walked past, so that none of them is met again.
	err := r.rows(r.context(ctx, false), what, "SELECT id, kind, value, scheme FROM code WHERE id > ?",
		[]any{known.upTo}, func(rows *sql.Rows) error {
			var id, kind int64
			var c registry.Code
			if err := rows.Scan(&id, &kind, &c.Value, &c.Scheme); err != nil {
				return r.scanned(what, err)
			}
			if k := registry.CodeKind(kind); k == registry.CodeClass || k == registry.CodeFormat {
				newer[id] = c
			}
			upTo = max(upTo, id)
			return nil
		})
	if err != nil {
		return nil, err
	}
	if upTo > known.upTo {
		if len(newer) == 0 {
			newer = known.codes // which nobody changes
		} else {
			maps.Copy(newer, known.codes)
		}
		known = &codeNames{upTo: upTo, codes: newer}
		if r.writing == nil {
			r.store.names.CompareAndSwap(shared, known) // whoever came between knows enough too
		}
	}
	r.names = known
	return known, nil
}

// nameCodes fills in the codes of documents.
func (r *reader) nameCodes(ctx context.Context, documents []keyed) error {
	if len(documents) == 0 {
		return nil
	}
	names, err := r.namesFor(ctx)
	if err != nil {
		return err
	}
	for i := range documents {
		k := &documents[i]
		k.ClassCode, k.FormatCode = names.codes[k.class], names.codes[k.format]
	}
	return nil
}
