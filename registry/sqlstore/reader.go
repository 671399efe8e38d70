package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"liasse/registry"
)

// seqBits is how many low bits of a key number the objects of one patient.
const seqBits = 21

// chunkSize is how many values one IN list holds at most; longer lists take several statements.
const chunkSize = 256

// reader answers questions inside one transaction.
type reader struct {
	store   *Store
	session *session

	// interruptible makes statements follow the caller's context. writing, when set, is the context of the writer's
	// transaction, which all statements follow: a caller who leaves must not spoil a shared commit.
	interruptible bool
	writing       context.Context

	busy      bool // rows are being given to a caller's function
	ended     bool
	err       error // the first database error
	newCodes  map[codeKey]int64
	survivors map[int64]survivor // by the patient part of a key
	names     *codeNames         // nil until somebody asked
}

// survivor is the patient that objects of another one are shown under.
type survivor struct {
	key int64
	cx  string
}

// fault remembers a database error: after one, nothing more can come of this transaction.
func (r *reader) fault(err error) error {
	if err == nil {
		return nil
	}
	if r.err == nil {
		r.err = err
	}
	if r.store.dialect.classify(err) == faultMedium {
		r.store.stopWriting(err)
	}
	return translate(r.store.dialect, err)
}

// usable refuses use after the end, from inside of each, and when the caller is gone.
func (r *reader) usable(ctx context.Context) error {
	switch {
	case r.ended:
		return errEnded
	case r.busy:
		return errors.New("a Reader was used inside of the function it gives rows to")
	case r.writing == nil && ctx.Err() != nil:
		return fmt.Errorf("reading the registry: %w", ctx.Err())
	}
	return nil
}

// context gives the one that statements run under. long marks those that may read a whole table.
func (r *reader) context(ctx context.Context, long bool) context.Context {
	switch {
	case r.writing != nil:
		return r.writing
	case r.interruptible || long:
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// rows runs a query and calls scan for each row. A caller's error comes back as it is; see callerError.
func (r *reader) rows(ctx context.Context, what, text string, args []any, scan func(*sql.Rows) error) (err error) {
	rows, err := r.session.query(ctx, text, args...)
	if err != nil {
		return r.fault(fmt.Errorf("%s: %w", what, err))
	}
	defer func() {
		if closing := rows.Close(); closing != nil && err == nil {
			err = r.fault(fmt.Errorf("%s: %w", what, closing))
		}
	}()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return r.fault(fmt.Errorf("%s: %w", what, r.session.note(err)))
	}
	return nil
}

// scanned reports a row that could not be read.
func (r *reader) scanned(what string, err error) error {
	if err == nil {
		return nil
	}
	return r.fault(fmt.Errorf("%s: reading a row: %w", what, err))
}

// Patient implements registry.Reader.
func (r *reader) Patient(ctx context.Context, cx string) (*registry.Patient, error) {
	if err := r.usable(ctx); err != nil {
		return nil, err
	}
	p := &registry.Patient{CX: cx}
	found, err := r.session.row(r.context(ctx, false),
		"SELECT p.id, p.survivor, s.cx FROM patient p JOIN patient s ON s.id = p.survivor WHERE p.cx = ?",
		[]any{cx}, &p.Key, &p.SurvivorKey, &p.Survivor)
	if err != nil {
		return nil, r.fault(fmt.Errorf("looking up a patient: %w", err))
	}
	if !found {
		return nil, nil
	}
	return p, nil
}

func (r *reader) remember(patient int64, s survivor) {
	if r.survivors == nil {
		r.survivors = make(map[int64]survivor)
	}
	r.survivors[patient] = s
}

// membersOf gives the patients, in ascending order, whose objects are those of the given active patients.
func (r *reader) membersOf(ctx context.Context, cxs []string) ([]int64, error) {
	const what = "looking up patients"
	var members []int64
	for chunk := range slices.Chunk(cxs, chunkSize) {
		text, args := inList("SELECT m.id, p.id, p.cx FROM patient p JOIN patient m ON m.survivor = p.id"+
			" WHERE p.survivor = p.id AND p.cx IN (", chunk, ")")
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
			var member int64
			var s survivor
			if err := rows.Scan(&member, &s.key, &s.cx); err != nil {
				return r.scanned(what, err)
			}
			r.remember(member, s)
			members = append(members, member)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(members)
	return slices.Compact(members), nil
}

// meet makes the survivors of the patients of these sorted keys known.
func (r *reader) meet(ctx context.Context, keys []int64) error {
	const what = "looking up the patients of objects"
	var unknown []int64
	last := int64(-1)
	for _, k := range keys {
		p := k >> seqBits
		if p == last {
			continue
		}
		last = p
		if _, ok := r.survivors[p]; !ok {
			unknown = append(unknown, p)
		}
	}
	for chunk := range slices.Chunk(unknown, chunkSize) {
		text, args := inList("SELECT p.id, p.survivor, s.cx FROM patient p JOIN patient s ON s.id = p.survivor WHERE p.id IN (", chunk, ")")
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
			var member int64
			var s survivor
			if err := rows.Scan(&member, &s.key, &s.cx); err != nil {
				return r.scanned(what, err)
			}
			r.remember(member, s)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keysOf gives the keys, sorted, of the objects that have one of these entryUUIDs.
func (r *reader) keysOf(ctx context.Context, ids []registry.UUID) ([]int64, error) {
	return r.keys(ctx, "looking up entryUUIDs", "SELECT id FROM object WHERE uuid IN (", ")", uuidBytes(ids))
}

// keys collects the keys that a statement with one IN list gives, sorted and without duplicates.
func (r *reader) keys(ctx context.Context, what, before, after string, values []any) ([]int64, error) {
	var keys []int64
	for chunk := range slices.Chunk(values, chunkSize) {
		text, args := inList(before, chunk, after)
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
			var key int64
			if err := rows.Scan(&key); err != nil {
				return r.scanned(what, err)
			}
			keys = append(keys, key)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// inList writes a statement around an IN list. The list's length is rounded up to a power of two by repeating its last
// value, so that few different texts are prepared.
func inList[T any](before string, values []T, after string) (string, []any) {
	n := bucket(len(values))
	var b strings.Builder
	b.Grow(len(before) + 2*n + len(after))
	b.WriteString(before)
	marks(&b, n)
	b.WriteString(after)
	return b.String(), padded(values, n)
}

func bucket(n int) int {
	size := 1
	for size < n {
		size *= 2
	}
	return size
}

func padded[T any](values []T, n int) []any {
	args := make([]any, 0, n)
	for _, v := range values {
		args = append(args, v)
	}
	for len(args) < n {
		args = append(args, args[len(values)-1])
	}
	return args
}

func uuidBytes(ids []registry.UUID) []any {
	values := make([]any, len(ids))
	for i := range ids {
		values[i] = ids[i][:]
	}
	return values
}

func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
