package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"liasse/registry"
)

// batchInsert is one Batch on its way into the tables.
type batchInsert struct {
	*tx
	ctx        context.Context
	registered int64                         // milliseconds since 1970
	next       map[int64]int64               // next free key of each patient, by patient key
	ends       map[registry.UUID]objectPlace // objects that associations may name
	directory  []any                         // rows of object
	authors    []any                         // rows of author
}

// objectPlace is where an object lies.
type objectPlace struct {
	key     int64
	patient int64
}

// Insert implements registry.Tx.
func (t *tx) Insert(ctx context.Context, b *registry.Batch) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	in := &batchInsert{tx: t, ctx: ctx, registered: t.store.now().UnixMilli(), ends: make(map[registry.UUID]objectPlace)}
	if err := in.number(b); err != nil {
		return err
	}
	steps := []func(*registry.Batch) error{
		in.submissionSets, in.documents, in.folders, in.associations, in.sideTables,
	}
	for _, step := range steps {
		if err := step(b); err != nil {
			return err
		}
	}
	return t.PutContents(ctx, b.Contents)
}

// number gives every record its key: SubmissionSets, DocumentEntries, Folders, then Associations of each patient.
func (in *batchInsert) number(b *registry.Batch) error {
	if err := in.placeAssociations(b); err != nil {
		return err
	}
	count := make(map[int64]int64)
	objects := batchObjects(b)
	for _, o := range objects {
		count[o.record.Patient]++
	}
	in.next = make(map[int64]int64, len(count))
	for _, patient := range sortedKeys(count) {
		first, err := in.reserve(patient, count[patient])
		if err != nil {
			return err
		}
		in.next[patient] = first
	}
	in.directory = make([]any, 0, 3*len(objects))
	for _, o := range objects {
		o.record.Key = in.next[o.record.Patient]
		in.next[o.record.Patient]++
		in.directory = append(in.directory, o.record.ID[:], o.record.Key, int64(o.kind))
		in.ends[o.record.ID] = objectPlace{o.record.Key, o.record.Patient}
	}
	return nil
}

type batchObject struct {
	kind   registry.Kind
	record *registry.ObjectRecord
}

func batchObjects(b *registry.Batch) []batchObject {
	all := make([]batchObject, 0, len(b.SubmissionSets)+len(b.Documents)+len(b.Folders)+len(b.Associations))
	for _, s := range b.SubmissionSets {
		all = append(all, batchObject{registry.KindSubmissionSet, &s.ObjectRecord})
	}
	for _, d := range b.Documents {
		all = append(all, batchObject{registry.KindDocument, &d.ObjectRecord})
	}
	for _, f := range b.Folders {
		all = append(all, batchObject{registry.KindFolder, &f.ObjectRecord})
	}
	for _, a := range b.Associations {
		all = append(all, batchObject{registry.KindAssociation, &a.ObjectRecord})
	}
	return all
}

func sortedKeys(m map[int64]int64) []int64 {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// reserve takes n numbers of a patient and gives the key of the first.
func (in *batchInsert) reserve(patient, n int64) (int64, error) {
	var next int64
	in.wrote = true
	found, err := in.session.row(in.tx.context(in.ctx, false),
		"UPDATE patient SET next_seq = next_seq + ? WHERE id = ? RETURNING next_seq", []any{n, patient}, &next)
	if err != nil {
		return 0, in.fault(fmt.Errorf("numbering the objects of a patient: %w", err))
	}
	if !found {
		return 0, fmt.Errorf("numbering the objects of a patient: no patient has the key %d", patient)
	}
	if next > 1<<seqBits {
		return 0, fmt.Errorf("numbering the objects of a patient: patient %d would have more than %d", patient, 1<<seqBits)
	}
	return patient<<seqBits + next - n, nil
}

// placeAssociations finds the objects outside of the batch that its associations name, and gives an association
// without a patient that of its source.
func (in *batchInsert) placeAssociations(b *registry.Batch) error {
	inside := make(map[registry.UUID]int64)
	for _, o := range batchObjects(b) {
		inside[o.record.ID] = o.record.Patient
	}
	var outside []registry.UUID
	for _, a := range b.Associations {
		for _, end := range []registry.UUID{a.Source, a.Target} {
			if _, ok := inside[end]; !ok {
				outside = append(outside, end)
			}
		}
	}
	if err := in.placeRegistered(outside); err != nil {
		return err
	}
	for _, a := range b.Associations {
		if a.Patient != 0 {
			continue
		}
		a.Patient = inside[a.Source]
		if a.Patient == 0 {
			a.Patient = in.ends[a.Source].patient
		}
	}
	return nil
}

func (in *batchInsert) placeRegistered(ids []registry.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := in.locate(in.ctx, ids)
	if err != nil {
		return err
	}
	for id, key := range found {
		in.ends[id] = objectPlace{key, key >> seqBits}
	}
	return nil
}

// documents stores DocumentEntries.
func (in *batchInsert) documents(b *registry.Batch) error {
	rows := make([]any, 0, 19*len(b.Documents))
	for _, d := range b.Documents {
		codes, err := in.singleCodes(d)
		if err != nil {
			return err
		}
		rows = append(rows, d.Key, int64(d.Status), int64(d.ObjectType), int64(0), int64(d.Version),
			codes[0], codes[1], codes[2], codes[3], codes[4],
			d.CreationTime, d.ServiceStart, d.ServiceStop, in.registered, laterLID(&d.ObjectRecord),
			d.UniqueID, d.Title, packDocument(d), packBody(&d.ObjectRecord))
		in.addAuthors(d.Key, d.AuthorPersons)
	}
	if err := in.insertRows(in.ctx, "document (id, status, type, superseded, version, class_code, type_code, practice_code, facility_code,"+
		" format_code, creation, service_start, service_stop, registered, lid, unique_id, title, face, body)", 19, rows, ""); err != nil {
		return err
	}
	later := laterVersions(b.Documents, func(d *registry.DocumentRecord) *registry.ObjectRecord { return &d.ObjectRecord })
	if err := in.supersede("document", later); err != nil {
		return err
	}
	return in.documentSideTables(b.Documents)
}

func (in *batchInsert) singleCodes(d *registry.DocumentRecord) (ids [5]int64, err error) {
	for i, c := range [...]struct {
		kind registry.CodeKind
		code registry.Code
	}{
		{registry.CodeClass, d.ClassCode}, {registry.CodeType, d.TypeCode}, {registry.CodePracticeSetting, d.PracticeSetting},
		{registry.CodeFacilityType, d.FacilityType}, {registry.CodeFormat, d.FormatCode},
	} {
		if ids[i], err = in.intern(in.ctx, c.kind, c.code); err != nil {
			return ids, err
		}
	}
	return ids, nil
}

func (in *batchInsert) documentSideTables(documents []*registry.DocumentRecord) error {
	var codes, references []any
	for _, d := range documents {
		ids, err := in.codeSet(registry.CodeConfidentiality, d.ConfidentialityCodes, nil)
		if err != nil {
			return err
		}
		if ids, err = in.codeSet(registry.CodeEvent, d.EventCodes, ids); err != nil {
			return err
		}
		for _, id := range ids {
			codes = append(codes, d.Key, id)
		}
		for i, value := range d.ReferenceIDs {
			references = append(references, d.Key, int64(i), value)
		}
	}
	if err := in.insertRows(in.ctx, "document_code (document, code)", 2, codes, ""); err != nil {
		return err
	}
	return in.insertRows(in.ctx, "reference_id (document, ordinal, value)", 3, references, "")
}

// codeSet interns the codes of an attribute that may have several, each once.
func (in *batchInsert) codeSet(kind registry.CodeKind, codes []registry.Code, ids []int64) ([]int64, error) {
	for _, c := range codes {
		id, err := in.intern(in.ctx, kind, c)
		if err != nil {
			return nil, err
		}
		if id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (in *batchInsert) submissionSets(b *registry.Batch) error {
	rows := make([]any, 0, 9*len(b.SubmissionSets))
	for _, s := range b.SubmissionSets {
		contentType, err := in.intern(in.ctx, registry.CodeContentType, s.ContentType)
		if err != nil {
			return err
		}
		rows = append(rows, s.Key, int64(s.Status), contentType, s.SourceID, s.SubmissionTime, in.registered, s.UniqueID,
			packSubmissionSet(s), packBody(&s.ObjectRecord))
		in.addAuthors(s.Key, s.AuthorPersons)
	}
	return in.insertRows(in.ctx, "submission_set (id, status, content_type, source_id, submitted, registered, unique_id, face, body)", 9, rows, "")
}

func (in *batchInsert) folders(b *registry.Batch) error {
	rows := make([]any, 0, 10*len(b.Folders))
	var codes []any
	for _, f := range b.Folders {
		ids, err := in.codeSet(registry.CodeFolder, f.Codes, nil)
		if err != nil {
			return err
		}
		for _, id := range ids {
			codes = append(codes, f.Key, id)
		}
		rows = append(rows, f.Key, int64(f.Status), int64(0), int64(f.Version), f.LastUpdateTime, in.registered, laterLID(&f.ObjectRecord),
			f.UniqueID, packFolder(f), packBody(&f.ObjectRecord))
	}
	if err := in.insertRows(in.ctx, "folder (id, status, superseded, version, updated, registered, lid, unique_id, face, body)", 10, rows, ""); err != nil {
		return err
	}
	if err := in.insertRows(in.ctx, "folder_code (folder, code)", 2, codes, ""); err != nil {
		return err
	}
	return in.supersede("folder", laterVersions(b.Folders, func(f *registry.FolderRecord) *registry.ObjectRecord { return &f.ObjectRecord }))
}

func (in *batchInsert) associations(b *registry.Batch) error {
	rows := make([]any, 0, 8*len(b.Associations))
	for _, a := range b.Associations {
		source, ok := in.ends[a.Source]
		target, ok2 := in.ends[a.Target]
		if !ok || !ok2 {
			return fmt.Errorf("storing an Association: %s or %s is not registered", a.Source, a.Target)
		}
		rows = append(rows, a.Key, source.key, target.key, int64(a.Type), int64(a.Status), in.registered,
			packAssociation(a), packBody(&a.ObjectRecord))
	}
	return in.insertRows(in.ctx, "association (id, source, target, type, status, registered, face, body)", 8, rows, "")
}

// sideTables stores what objects of several kinds have.
func (in *batchInsert) sideTables(*registry.Batch) error {
	if err := in.insertRows(in.ctx, "object (uuid, id, kind)", 3, in.directory, ""); err != nil {
		return err
	}
	return in.insertRows(in.ctx, "author (object, ordinal, person)", 3, in.authors, "")
}

func (in *batchInsert) addAuthors(key int64, persons []string) {
	for i, person := range persons {
		in.authors = append(in.authors, key, int64(i), person)
	}
}

// laterLID is the logicalID of a version that is not the first, else NULL.
func laterLID(o *registry.ObjectRecord) any {
	if o.LID == o.ID || o.LID.IsZero() {
		return nil
	}
	return o.LID[:]
}
