package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"liasse/registry"
)

// maxValues bounds the values of one statement: SQLite takes 32,766 and PostgreSQL 65,535.
const maxValues = 32000

// selection is a filter on its way to SQL. What it selects by identity (ids, membership) is resolved to keys first,
// what it selects by patient becomes ranges of keys, and the rest are conditions on each row; so every statement is one
// walk along a primary key, and rows come in the order of keys without sorting.
type selection struct {
	what    string
	table   string // its rows are called t
	columns string // after t.id
	where   strings.Builder
	args    []any
	limit   int

	keyed    bool
	keys     []int64 // sorted
	ranged   bool
	patients []int64 // sorted
	none     bool    // no row can satisfy the filter
}

// restrict narrows the selection to these sorted keys.
func (s *selection) restrict(keys []int64) {
	if !s.keyed {
		s.keyed, s.keys = true, keys
		return
	}
	s.keys = slices.DeleteFunc(slices.Clone(s.keys), func(k int64) bool {
		_, found := slices.BinarySearch(keys, k)
		return !found
	})
}

// and adds a condition.
func (s *selection) and(condition string, args ...any) {
	s.where.WriteString(" AND ")
	s.where.WriteString(condition)
	s.args = append(s.args, args...)
}

// in adds a condition that column has (or has not) one of values.
func (s *selection) in(column string, values []any, exclude bool) {
	s.where.WriteString(" AND ")
	s.where.WriteString(column)
	if exclude {
		s.where.WriteString(" NOT")
	}
	s.where.WriteString(" IN (")
	n := bucket(len(values))
	marks(&s.where, n)
	s.where.WriteByte(')')
	s.args = append(s.args, padded(values, n)...)
}

// exists adds a condition on rows of a side table, whose rows are called x.
func (s *selection) exists(table, join string, exclude bool, condition string, args []any) {
	s.where.WriteString(" AND ")
	if exclude {
		s.where.WriteString("NOT ")
	}
	s.where.WriteString("EXISTS (SELECT 1 FROM ")
	s.where.WriteString(table)
	s.where.WriteString(" WHERE ")
	s.where.WriteString(join)
	s.where.WriteString(" AND ")
	s.where.WriteString(condition)
	s.where.WriteByte(')')
	s.args = append(s.args, args...)
}

// status narrows a selection to availabilityStatus values. Both together narrow nothing.
func (s *selection) status(values []registry.Status) {
	if len(values) > 0 && !(slices.Contains(values, registry.Approved) && slices.Contains(values, registry.Deprecated)) {
		s.in("t.status", numbers(values), false)
	}
}

// times adds a half-open interval on a column. absent is the condition under which a row without a value passes.
func (s *selection) times(column string, t registry.TimeRange, pass string) {
	if t.From == "" && t.To == "" {
		return
	}
	s.where.WriteString(" AND (")
	if pass != "" {
		s.where.WriteString(pass)
		s.where.WriteString(" OR ")
	}
	s.where.WriteString("(" + column + " <> ''")
	if t.From != "" {
		s.where.WriteString(" AND " + column + " >= ?")
		s.args = append(s.args, t.From)
	}
	if t.To != "" {
		s.where.WriteString(" AND " + column + " < ?")
		s.args = append(s.args, t.To)
	}
	s.where.WriteString("))")
}

// texts adds conditions on the texts of a side table: author or reference_id.
func (s *selection) texts(d dialect, table, join, column string, conditions []registry.TextCondition) {
	for _, c := range conditions {
		if len(c.AnyOf) == 0 {
			continue
		}
		if !c.Like {
			n := bucket(len(c.AnyOf))
			var in strings.Builder
			in.WriteString("x." + column + " IN (")
			marks(&in, n)
			in.WriteByte(')')
			s.exists(table+" x", join, c.Exclude, in.String(), padded(c.AnyOf, n))
			continue
		}
		patterns := make([]string, len(c.AnyOf))
		for i, p := range c.AnyOf {
			patterns[i] = d.pattern(p)
		}
		if len(patterns) == 1 {
			s.exists(table+" x", join, c.Exclude, d.like("x."+column, "?"), []any{patterns[0]})
			continue
		}
		n := bucket(len(patterns))
		list := " x, (VALUES " + strings.TrimSuffix(strings.Repeat("(?),", n), ",") + ") AS p"
		// The list stands before join in the text, and holds the only values.
		s.exists(table+list, join, c.Exclude, d.like("x."+column, "p.column1"), padded(patterns, n))
	}
}

// codes adds conditions on a side table of codes, one for each condition.
func (s *selection) codes(ctx context.Context, r *reader, conditions []registry.CodeCondition, condition func(kind registry.CodeKind, ids []any, exclude bool) error) error {
	for _, c := range conditions {
		if len(c.AnyOf) == 0 {
			continue
		}
		ids, err := r.codeIDs(ctx, c.Kind, c.AnyOf)
		if err != nil {
			return err
		}
		if len(ids) == 0 { // no object has any of these codes
			s.none = s.none || !c.Exclude
			continue
		}
		if err := condition(c.Kind, ids, c.Exclude); err != nil {
			return err
		}
	}
	return nil
}

// codeIDs gives the numbers of those codes that are known.
func (r *reader) codeIDs(ctx context.Context, kind registry.CodeKind, codes []registry.Code) ([]any, error) {
	ids := make([]any, 0, len(codes))
	for _, c := range codes {
		id, ok, err := r.codeID(ctx, codeKey{kind, c.Value, c.Scheme})
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// ofPatients narrows a selection to patients.
func (r *reader) ofPatients(ctx context.Context, s *selection, cxs []string) error {
	if len(cxs) == 0 {
		return nil
	}
	members, err := r.membersOf(ctx, cxs)
	s.ranged, s.patients = true, members
	return err
}

// byID narrows a selection to entryUUIDs.
func (r *reader) byID(ctx context.Context, s *selection, ids []registry.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	keys, err := r.keysOf(ctx, ids)
	s.restrict(keys)
	return err
}

// byUniqueID narrows a selection to uniqueIds.
func (r *reader) byUniqueID(ctx context.Context, s *selection, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	keys, err := r.keys(ctx, s.what, "SELECT id FROM "+s.table+" WHERE unique_id IN (", ")", anys(ids))
	s.restrict(keys)
	return err
}

// byLogicalID narrows a selection to logicalIDs. A first version's is its own entryUUID.
func (r *reader) byLogicalID(ctx context.Context, s *selection, ids []registry.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	keys, err := r.versionsOf(ctx, s.table, ids)
	s.restrict(keys)
	return err
}

// versionsOf gives the keys, sorted, of all versions that have one of these logicalIDs.
func (r *reader) versionsOf(ctx context.Context, table string, ids []registry.UUID) ([]int64, error) {
	const what = "looking up logicalIDs"
	first, err := r.keys(ctx, what, "SELECT o.id FROM object o JOIN "+table+" t ON t.id = o.id WHERE t.lid IS NULL AND o.uuid IN (", ")", uuidBytes(ids))
	if err != nil {
		return nil, err
	}
	later, err := r.keys(ctx, what, "SELECT id FROM "+table+" WHERE lid IN (", ")", uuidBytes(ids))
	if err != nil {
		return nil, err
	}
	all := append(first, later...)
	slices.Sort(all)
	return slices.Compact(all), nil
}

// membersIn narrows a selection to the targets of HasMember from these objects.
func (r *reader) membersIn(ctx context.Context, s *selection, owners []registry.UUID) error {
	return r.along(ctx, s, owners, "SELECT target FROM association WHERE type = 1 AND source IN (")
}

// ownersOf narrows a selection to the sources of HasMember to these objects.
func (r *reader) ownersOf(ctx context.Context, s *selection, members []registry.UUID) error {
	return r.along(ctx, s, members, "SELECT source FROM association WHERE type = 1 AND target IN (")
}

func (r *reader) along(ctx context.Context, s *selection, ends []registry.UUID, text string) error {
	if len(ends) == 0 {
		return nil
	}
	keys, err := r.keysOf(ctx, ends)
	if err != nil {
		return err
	}
	keys, err = r.keys(ctx, "following memberships", text, ")", anys(keys))
	s.restrict(keys)
	return err
}

// run gives every selected row to row, in the order of keys. The patients of the rows are known by then.
func (r *reader) run(ctx context.Context, s *selection, row func(*sql.Rows) error) error {
	if s.none || (s.keyed && len(s.keys) == 0) || (s.ranged && len(s.patients) == 0) {
		return nil
	}
	if len(s.args)+chunkSize+3 > maxValues {
		return fmt.Errorf("%s: the filter has %d values, more than one statement can hold", s.what, len(s.args))
	}
	counted := func(rows *sql.Rows) error {
		s.limit--
		if err := ctx.Err(); err != nil && r.writing == nil {
			return fmt.Errorf("%s: %w", s.what, err)
		}
		return row(rows)
	}
	bounded := s.limit > 0
	more := func() bool { return !bounded || s.limit > 0 }
	switch {
	case s.keyed:
		return r.runKeys(ctx, s, bounded, more, counted)
	case s.ranged:
		for _, p := range s.patients {
			if !more() {
				return nil
			}
			text, args := s.statement(s.columns, "t.id >= ? AND t.id < ?", bounded, p<<seqBits, (p+1)<<seqBits)
			if err := r.rows(r.context(ctx, false), s.what, text, args, counted); err != nil {
				return err
			}
		}
		return nil
	}
	if err := r.scan(ctx, s, bounded); err != nil {
		return err
	}
	return r.runKeys(ctx, s, bounded, more, counted)
}

// runKeys walks a selection that is narrowed to keys.
func (r *reader) runKeys(ctx context.Context, s *selection, bounded bool, more func() bool, row func(*sql.Rows) error) error {
	if s.ranged {
		s.keys = slices.DeleteFunc(slices.Clone(s.keys), func(k int64) bool {
			_, found := slices.BinarySearch(s.patients, k>>seqBits)
			return !found
		})
	}
	if err := r.meet(ctx, s.keys); err != nil {
		return err
	}
	for chunk := range slices.Chunk(s.keys, chunkSize) {
		if !more() {
			return nil
		}
		n := bucket(len(chunk))
		var in strings.Builder
		in.WriteString("t.id IN (")
		marks(&in, n)
		in.WriteByte(')')
		text, args := s.statement(s.columns, in.String(), bounded, padded(chunk, n)...)
		if err := r.rows(r.context(ctx, false), s.what, text, args, row); err != nil {
			return err
		}
	}
	return nil
}

// scan narrows a selection that starts from no patient and no id, by reading the whole table once.
func (r *reader) scan(ctx context.Context, s *selection, bounded bool) error {
	text, args := s.statement("", "t.id >= 0", bounded)
	var keys []int64
	err := r.rows(r.context(ctx, true), s.what, text, args, func(rows *sql.Rows) error {
		var key int64
		if err := rows.Scan(&key); err != nil {
			return r.scanned(s.what, err)
		}
		keys = append(keys, key)
		return nil
	})
	s.keyed, s.keys = true, keys
	s.where.Reset()
	s.args = nil
	return err
}

// statement writes one SELECT; rangeArgs are the values of the range, which stands first.
func (s *selection) statement(columns, keyRange string, bounded bool, rangeArgs ...any) (string, []any) {
	var b strings.Builder
	b.Grow(96 + len(columns) + len(keyRange) + s.where.Len())
	b.WriteString("SELECT t.id")
	if columns != "" {
		b.WriteString(", ")
		b.WriteString(columns)
	}
	b.WriteString(" FROM ")
	b.WriteString(s.table)
	b.WriteString(" t WHERE ")
	b.WriteString(keyRange)
	b.WriteString(s.where.String())
	b.WriteString(" ORDER BY t.id")
	args := append(rangeArgs[:len(rangeArgs):len(rangeArgs)], s.args...)
	if bounded {
		b.WriteString(" LIMIT ?")
		args = append(args, int64(s.limit))
	}
	return b.String(), args
}

func numbers[T ~uint8](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = int64(v)
	}
	return out
}
