package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"liasse/registry"
)

// codeColumns are the attributes that have one code for each DocumentEntry.
var codeColumns = map[registry.CodeKind]string{
	registry.CodeClass:           "t.class_code",
	registry.CodeType:            "t.type_code",
	registry.CodePracticeSetting: "t.practice_code",
	registry.CodeFacilityType:    "t.facility_code",
	registry.CodeFormat:          "t.format_code",
}

// Documents implements registry.Reader.
func (r *reader) Documents(ctx context.Context, f *registry.DocumentFilter, each func(*registry.DocumentRecord) error) error {
	if err := r.usable(ctx); err != nil {
		return err
	}
	s := &selection{what: "finding DocumentEntries", table: "document", columns: "t.status, t.face, t.body", limit: f.Limit}
	if f.IdentityOnly {
		s.columns = "t.status, t.face"
	}
	if err := r.selectDocuments(ctx, s, f); err != nil {
		return err
	}
	var d registry.DocumentRecord
	row := r.newRow(s, f.IdentityOnly)
	if f.WithCodes {
		return r.documentsWithCodes(ctx, s, row, &d, each)
	}
	return r.run(ctx, s, func(rows *sql.Rows) error {
		if err := row.read(rows, &d.ObjectRecord); err != nil {
			return err
		}
		if err := unpackDocument(row.face, row.body, &d); err != nil {
			return r.fault(err)
		}
		r.showPatient(&d.ObjectRecord)
		return lend(r, each, &d)
	})
}

// documentsWithCodes is Documents for records that tell their class and format.
func (r *reader) documentsWithCodes(ctx context.Context, s *selection, row *objectRow, d *registry.DocumentRecord, each func(*registry.DocumentRecord) error) error {
	names, err := r.namesFor(ctx)
	if err != nil {
		return err
	}
	var class, format int64
	s.columns += ", t.class_code, t.format_code"
	row.dest = append(row.dest, &class, &format)
	return r.run(ctx, s, func(rows *sql.Rows) error {
		if err := row.read(rows, &d.ObjectRecord); err != nil {
			return err
		}
		if err := unpackDocument(row.face, row.body, d); err != nil {
			return r.fault(err)
		}
		d.ClassCode, d.FormatCode = names.codes[class], names.codes[format]
		r.showPatient(&d.ObjectRecord)
		return lend(r, each, d)
	})
}

func (r *reader) selectDocuments(ctx context.Context, s *selection, f *registry.DocumentFilter) error {
	if err := r.ofPatients(ctx, s, f.PatientIDs); err != nil {
		return err
	}
	if err := r.byID(ctx, s, f.IDs); err != nil {
		return err
	}
	if err := r.byUniqueID(ctx, s, f.UniqueIDs); err != nil {
		return err
	}
	if err := r.byLogicalID(ctx, s, f.LogicalIDs); err != nil {
		return err
	}
	if err := r.membersIn(ctx, s, f.MemberOf); err != nil {
		return err
	}
	s.status(f.Status)
	if len(f.Types) > 0 && !(slices.Contains(f.Types, registry.Stable) && slices.Contains(f.Types, registry.OnDemand)) {
		s.in("t.type", numbers(f.Types), false)
	}
	if f.LatestOnly {
		s.and("t.superseded = 0")
	}
	s.times("t.creation", f.Created, "t.type = 1") // an on-demand entry has no creationTime to judge
	s.times("t.service_start", f.Started, "t.service_start = ''")
	s.times("t.service_stop", f.Stopped, "t.service_stop = ''")
	s.texts(r.store.dialect, "author", "x.object = t.id", "person", f.Authors)
	s.texts(r.store.dialect, "reference_id", "x.document = t.id", "value", f.References)
	return s.codes(ctx, r, f.Codes, func(kind registry.CodeKind, ids []any, exclude bool) error {
		if column, ok := codeColumns[kind]; ok {
			s.in(column, ids, exclude)
			return nil
		}
		if kind != registry.CodeConfidentiality && kind != registry.CodeEvent {
			return fmt.Errorf("%s: a DocumentEntry has no code of kind %d", s.what, kind)
		}
		s.codeRows("document_code x", "x.document = t.id", ids, exclude)
		return nil
	})
}

// codeRows adds a condition on a side table of codes.
func (s *selection) codeRows(table, join string, ids []any, exclude bool) {
	text, args := inList("x.code IN (", ids, ")")
	s.exists(table, join, exclude, text, args)
}

// objectRow reads the columns that every kind of object is read by.
type objectRow struct {
	r          *reader
	what       string
	dest       []any
	key        int64
	status     int64
	face, body sql.RawBytes
}

// newRow prepares to read rows of id, status, face, body and then more.
func (r *reader) newRow(s *selection, identityOnly bool, more ...any) *objectRow {
	o := &objectRow{r: r, what: s.what}
	o.dest = []any{&o.key, &o.status, &o.face}
	if !identityOnly {
		o.dest = append(o.dest, &o.body)
	}
	o.dest = append(o.dest, more...)
	return o
}

func (o *objectRow) read(rows *sql.Rows, to *registry.ObjectRecord) error {
	if err := rows.Scan(o.dest...); err != nil {
		return o.r.scanned(o.what, err)
	}
	to.Key = o.key
	to.Status = registry.Status(o.status)
	return nil
}

// showPatient shows an object under the patient that it belongs to now.
func (r *reader) showPatient(o *registry.ObjectRecord) {
	s := r.survivors[o.Key>>seqBits]
	o.Patient, o.PatientID = s.key, s.cx
}

// lend gives a record to a caller's function, during which the reader cannot be used.
func lend[T any](r *reader, each func(*T) error, record *T) error {
	r.busy = true
	defer func() { r.busy = false }()
	return each(record)
}
