package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"liasse/internal/audit"
	"liasse/registry"
)

// tx changes the registry inside the writer's transaction.
type tx struct {
	reader
	wrote bool // the submission under way has changed something
	// audits are the records of the group so far.
	audits []audit.Message
}

var _ registry.Tx = (*tx)(nil)

// maxRows is how many rows one INSERT holds; each number of rows up to it is a statement of its own.
const maxRows = 16

// write runs a statement that changes something.
func (t *tx) write(ctx context.Context, what, text string, args ...any) error {
	_, err := t.change(ctx, what, text, args...)
	return err
}

// change is write that tells how many rows were changed.
func (t *tx) change(ctx context.Context, what, text string, args ...any) (int64, error) {
	t.wrote = true
	if err := t.store.inject("statement"); err != nil {
		return 0, t.fault(fmt.Errorf("%s: %w", what, err))
	}
	n, err := t.session.exec(t.context(ctx, false), text, args...)
	if err != nil {
		return 0, t.fault(fmt.Errorf("%s: %w", what, err))
	}
	return n, nil
}

// insertRows stores rows of width values each; into is the table with its columns in brackets.
func (t *tx) insertRows(ctx context.Context, into string, width int, values []any, suffix string) error {
	for chunk := range slices.Chunk(values, width*maxRows) {
		var b strings.Builder
		b.WriteString("INSERT INTO ")
		b.WriteString(into)
		b.WriteString(" VALUES ")
		for i := range len(chunk) / width {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('(')
			marks(&b, width)
			b.WriteByte(')')
		}
		b.WriteString(suffix)
		if err := t.write(ctx, "storing rows of "+into[:strings.IndexByte(into, ' ')], b.String(), chunk...); err != nil {
			return err
		}
	}
	return nil
}

// SetStatus implements registry.Tx.
func (t *tx) SetStatus(ctx context.Context, kind registry.Kind, ids []registry.UUID, status registry.Status) error {
	table, ok := tables[kind]
	if !ok {
		return fmt.Errorf("changing availabilityStatus: no objects of kind %d", kind)
	}
	return t.updateObjects(ctx, "changing availabilityStatus", "UPDATE "+table+" SET status = ? WHERE id IN (", int64(status), ids)
}

// TouchFolders implements registry.Tx.
func (t *tx) TouchFolders(ctx context.Context, ids []registry.UUID, lastUpdateTime string) error {
	return t.updateObjects(ctx, "changing lastUpdateTime", "UPDATE folder SET updated = ? WHERE id IN (", lastUpdateTime, ids)
}

// updateObjects sets one value of objects, all of which must be there.
func (t *tx) updateObjects(ctx context.Context, what, before string, value any, ids []registry.UUID) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	keys, err := t.keysOf(ctx, ids)
	if err != nil {
		return err
	}
	changed, err := t.updateKeys(ctx, what, before, value, keys)
	if err != nil {
		return err
	}
	distinct := slices.Clone(ids)
	slices.SortFunc(distinct, func(a, b registry.UUID) int { return slices.Compare(a[:], b[:]) })
	if want := len(slices.Compact(distinct)); int(changed) != want {
		return fmt.Errorf("%s: %d of %d objects are registered", what, changed, want)
	}
	return nil
}

func (t *tx) updateKeys(ctx context.Context, what, before string, value any, keys []int64) (changed int64, err error) {
	for chunk := range slices.Chunk(keys, chunkSize) {
		text, args := inList(before, chunk, ")")
		n, err := t.change(ctx, what, text, append([]any{value}, args...)...)
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

// AddPatient implements registry.Tx.
func (t *tx) AddPatient(ctx context.Context, cx string) (*registry.Patient, error) {
	if known, err := t.Patient(ctx, cx); known != nil || err != nil {
		return known, err
	}
	p := &registry.Patient{CX: cx, Survivor: cx}
	if _, err := t.session.row(t.context(ctx, false), "SELECT COALESCE(MAX(id), 0) + 1 FROM patient", nil, &p.Key); err != nil {
		return nil, t.fault(fmt.Errorf("numbering a patient: %w", err))
	}
	p.SurvivorKey = p.Key
	if err := t.write(ctx, "storing a patient", "INSERT INTO patient (id, cx, survivor, next_seq) VALUES (?, ?, ?, ?)",
		p.Key, cx, p.Key, int64(1)); err != nil {
		return nil, err
	}
	return p, nil
}

// MergePatients implements registry.Tx. Chains are flattened, so that a survivor is always one step away.
func (t *tx) MergePatients(ctx context.Context, subsumed, survivor *registry.Patient) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	if subsumed.Key == survivor.Key {
		return fmt.Errorf("merging patients: %d cannot be merged into itself", subsumed.Key)
	}
	t.survivors = nil
	n, err := t.change(ctx, "merging patients", "UPDATE patient SET survivor = ? WHERE survivor = ?", survivor.Key, subsumed.Key)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("merging patients: patient %d is not an active patient", subsumed.Key)
	}
	return nil
}
