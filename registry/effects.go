package registry

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// lot is an accepted submission as it will be stored. It is made outside of the store's transaction, so that the one
// writer waits for no XML; apply may run more than once.
type lot struct {
	check *checker
	now   string
	batch Batch
}

// newLot gives every object its UUID, logical id, version and status (ITI TF-2 3.42.4.1.3.7) and writes the records.
func newLot(c *checker, now time.Time, contents []Content) *lot {
	ids := &uuids{}
	c.assign(ids)
	s := c.sub
	l := &lot{check: c, now: FormatTime(now)}
	w := &writer{dst: make([]byte, 0, (len(s.Documents)+len(s.Folders)+1)*fragmentHint), ids: ids}
	l.batch = Batch{
		Documents:      make([]*DocumentRecord, 0, len(s.Documents)),
		SubmissionSets: []*SubmissionSetRecord{w.submissionSetRecord(s.SubmissionSet)},
		Folders:        make([]*FolderRecord, 0, len(s.Folders)),
		Associations:   make([]*AssociationRecord, 0, len(s.Associations)),
		Contents:       contents,
	}
	for _, d := range s.Documents {
		l.batch.Documents = append(l.batch.Documents, w.documentRecord(d))
	}
	for _, f := range s.Folders {
		l.batch.Folders = append(l.batch.Folders, w.folderRecord(f, l.now))
	}
	for i, a := range s.Associations {
		r := w.associationRecord(a)
		r.SourceKind, r.TargetKind = c.ends[i].source.kind, c.ends[i].target.kind
		l.batch.Associations = append(l.batch.Associations, r)
	}
	return l
}

// assign gives every object that has none a UUID, and resolves the symbolic ids of Associations.
func (c *checker) assign(ids *uuids) {
	s := c.sub
	keepHome := c.registry.cfg.Affinity.KeepHome
	c.settle(&s.SubmissionSet.Object, &s.SubmissionSet.EntryUUID, ids, keepHome)
	for _, d := range s.Documents {
		c.settle(&d.Object, &d.EntryUUID, ids, keepHome)
	}
	for _, f := range s.Folders {
		c.settle(&f.Object, &f.EntryUUID, ids, keepHome)
	}
	for _, a := range s.Associations {
		c.settle(&a.Object, &a.EntryUUID, ids, keepHome)
		a.ObjectType = ObjectTypeAssociation
	}
	for i, a := range s.Associations {
		a.SourceUUID, a.TargetUUID = c.uuidOf(&c.ends[i].source), c.uuidOf(&c.ends[i].target)
		a.Source, a.Target = a.SourceUUID.String(), a.TargetUUID.String()
	}
}

func (c *checker) settle(o *Object, u *UUID, ids *uuids, keepHome bool) {
	if u.IsZero() {
		*u = ids.next()
		o.sent = o.ID
	}
	o.ID = u.String()
	o.LID, o.Status, o.VersionName = o.ID, Approved.URN(), "1"
	if !keepHome {
		o.Home = ""
	}
}

func (c *checker) uuidOf(e *end) UUID {
	switch e.kind {
	case KindDocument:
		return c.sub.Documents[e.index].EntryUUID
	case KindFolder:
		return c.sub.Folders[e.index].EntryUUID
	case KindAssociation:
		return c.sub.Associations[e.index].EntryUUID
	case KindSubmissionSet:
		return c.sub.SubmissionSet.EntryUUID
	}
	return e.uuid
}

// apply makes the lot visible with all of its effects (ITI TF-2 3.42.4.1.3.5, ITI TF-3 4.2.3.4.6).
func (l *lot) apply(ctx context.Context, tx Tx, st *state) error {
	patient := st.patient
	if patient == nil {
		var err error
		if patient, err = tx.AddPatient(ctx, st.cx); err != nil {
			return fmt.Errorf("making the patient known: %w", err)
		}
	}
	batch := l.batch
	batch.Associations = append(slices.Clip(l.batch.Associations), l.carried(st)...)
	for _, r := range batch.Documents {
		r.Patient = patient.Key
	}
	for _, r := range batch.SubmissionSets {
		r.Patient = patient.Key
	}
	for _, r := range batch.Folders {
		r.Patient = patient.Key
	}
	for i, r := range batch.Associations {
		r.Patient = patient.Key
		if i < len(l.check.ends) {
			e := &l.check.ends[i]
			r.SourceKind, r.TargetKind = st.kind(&e.source), st.kind(&e.target)
		}
	}
	batch.Associations = st.withoutRepeated(batch.Associations)
	if err := tx.Insert(ctx, &batch); err != nil {
		return fmt.Errorf("storing the lot: %w", err)
	}
	if len(st.deprecate) > 0 {
		if err := tx.SetStatus(ctx, KindDocument, st.deprecate, Deprecated); err != nil {
			return fmt.Errorf("deprecating replaced documents: %w", err)
		}
	}
	if touched := l.touched(batch.Associations); len(touched) > 0 {
		if err := tx.TouchFolders(ctx, touched, l.now); err != nil {
			return fmt.Errorf("setting lastUpdateTime: %w", err)
		}
	}
	return nil
}

// kind tells what an end is, in the submission or in the registry.
func (st *state) kind(e *end) Kind {
	if e.outside {
		return st.known[e.uuid].Kind
	}
	return e.kind
}

// carried are the two Associations that put a replacement into each Folder of the document it replaces: Folder to
// DocumentEntry, and SubmissionSet to that membership.
func (l *lot) carried(st *state) (added []*AssociationRecord) {
	if len(st.holders) == 0 {
		return nil
	}
	type holding struct{ folder, document UUID }
	held := make(map[holding]bool)
	for _, a := range l.batch.Associations {
		if a.Type == HasMember {
			held[holding{a.Source, a.Target}] = true
		}
	}
	c := l.check
	for i, a := range c.sub.Associations {
		if !a.Type.replaces() {
			continue
		}
		replacement := a.SourceUUID
		for _, folder := range st.holders[c.ends[i].target.uuid] {
			if held[holding{folder, replacement}] {
				continue
			}
			held[holding{folder, replacement}] = true
			membership := newMembership(folder, KindFolder, replacement, KindDocument)
			added = append(added, membership,
				newMembership(c.sub.SubmissionSet.EntryUUID, KindSubmissionSet, membership.ID, KindAssociation))
		}
	}
	return added
}

func newMembership(source UUID, sourceKind Kind, target UUID, targetKind Kind) *AssociationRecord {
	id := NewUUID()
	return &AssociationRecord{
		ObjectRecord: ObjectRecord{ID: id, LID: id, Version: 1, Status: Approved},
		Type:         HasMember, Source: source, SourceKind: sourceKind, Target: target, TargetKind: targetKind,
	}
}

// touched are the registered Folders that receive a document. New ones have their time already.
func (l *lot) touched(associations []*AssociationRecord) (folders []UUID) {
	var settled map[UUID]bool
	for _, a := range associations {
		if a.Type != HasMember || a.SourceKind != KindFolder {
			continue
		}
		if settled == nil {
			settled = make(map[UUID]bool, len(l.batch.Folders)+1)
			for _, f := range l.batch.Folders {
				settled[f.ID] = true
			}
		}
		if !settled[a.Source] {
			settled[a.Source] = true
			folders = append(folders, a.Source)
		}
	}
	return folders
}
