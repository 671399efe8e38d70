package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"liasse/registry"
)

func documents(t testing.TB, s registry.Store, f *registry.DocumentFilter) (out []*registry.DocumentRecord) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		out = nil
		return r.Documents(context.Background(), f, func(d *registry.DocumentRecord) error {
			out = append(out, d.Clone())
			return nil
		})
	})
	return out
}

func submissionSets(t testing.TB, s registry.Store, f *registry.SubmissionSetFilter) (out []*registry.SubmissionSetRecord) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		out = nil
		return r.SubmissionSets(context.Background(), f, func(set *registry.SubmissionSetRecord) error {
			out = append(out, set.Clone())
			return nil
		})
	})
	return out
}

func folders(t testing.TB, s registry.Store, f *registry.FolderFilter) (out []*registry.FolderRecord) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		out = nil
		return r.Folders(context.Background(), f, func(folder *registry.FolderRecord) error {
			out = append(out, folder.Clone())
			return nil
		})
	})
	return out
}

func associations(t testing.TB, s registry.Store, f *registry.AssociationFilter) (out []*registry.AssociationRecord) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		out = nil
		return r.Associations(context.Background(), f, func(a *registry.AssociationRecord) error {
			out = append(out, a.Clone())
			return nil
		})
	})
	return out
}

// idsOf gives the entryUUIDs of records in the order of the records.
func idsOf[T any](records []*T, object func(*T) *registry.ObjectRecord) []registry.UUID {
	ids := make([]registry.UUID, 0, len(records))
	for _, r := range records {
		ids = append(ids, object(r).ID)
	}
	return ids
}

func documentObject(d *registry.DocumentRecord) *registry.ObjectRecord       { return &d.ObjectRecord }
func setObject(s *registry.SubmissionSetRecord) *registry.ObjectRecord       { return &s.ObjectRecord }
func folderObject(f *registry.FolderRecord) *registry.ObjectRecord           { return &f.ObjectRecord }
func associationObject(a *registry.AssociationRecord) *registry.ObjectRecord { return &a.ObjectRecord }

// shownDocument is what a Reader shows of a stored record.
func shownDocument(d *registry.DocumentRecord, p *registry.Patient) *registry.DocumentRecord {
	return &registry.DocumentRecord{
		ObjectRecord: shown(&d.ObjectRecord, p), ObjectType: d.ObjectType, MimeType: d.MimeType, Hash: d.Hash, Size: d.Size,
		RepositoryUniqueID: d.RepositoryUniqueID, PatientIdentifierID: d.PatientIdentifierID,
	}
}

func shown(o *registry.ObjectRecord, p *registry.Patient) registry.ObjectRecord {
	s := *o
	s.Patient, s.PatientID = p.SurvivorKey, p.Survivor
	return s
}

// testObjects covers what Insert stores and the readers give back, whole and as identities only.
func testObjects(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	cx := PatientID(1)
	b := Lot(3)
	set := b.SubmissionSets[0]
	b.Documents[0].Home = "urn:oid:1.2.250.1.999"
	b.Documents[1].ObjectType = registry.OnDemand
	b.Documents[1].Hash, b.Documents[1].Size = "", -1
	b.Documents[2].Head, b.Documents[2].Tail = []byte{}, []byte("<Tail>é\x00</Tail>")
	folder := Folder()
	b.Folders = append(b.Folders, folder)
	b.Associations = append(b.Associations,
		Member(&folder.ObjectRecord, registry.KindFolder, &b.Documents[0].ObjectRecord, registry.KindDocument),
		Link(registry.Appends, &b.Documents[1].ObjectRecord, registry.KindDocument, &b.Documents[0].ObjectRecord, registry.KindDocument))
	insert(t, s, cx, b)
	p := patient(t, s, cx)
	all := []string{cx}

	var want []*registry.DocumentRecord
	for _, d := range b.Documents {
		want = append(want, shownDocument(d, p))
	}
	if diff := gocmp.Diff(want, documents(t, s, &registry.DocumentFilter{PatientIDs: all})); diff != "" {
		t.Errorf("DocumentEntries: %s", diff)
	}
	wantSet := &registry.SubmissionSetRecord{ObjectRecord: shown(&set.ObjectRecord, p), SourceID: set.SourceID, PatientIdentifierID: set.PatientIdentifierID}
	if diff := gocmp.Diff([]*registry.SubmissionSetRecord{wantSet}, submissionSets(t, s, &registry.SubmissionSetFilter{PatientIDs: all})); diff != "" {
		t.Errorf("SubmissionSets: %s", diff)
	}
	wantFolder := &registry.FolderRecord{ObjectRecord: shown(&folder.ObjectRecord, p), LastUpdateTime: folder.LastUpdateTime, PatientIdentifierID: folder.PatientIdentifierID}
	if diff := gocmp.Diff([]*registry.FolderRecord{wantFolder}, folders(t, s, &registry.FolderFilter{PatientIDs: all})); diff != "" {
		t.Errorf("Folders: %s", diff)
	}
	var wantAssociations []*registry.AssociationRecord
	for _, a := range b.Associations {
		c := *a
		c.ObjectRecord = shown(&a.ObjectRecord, p)
		wantAssociations = append(wantAssociations, &c)
	}
	slices.SortFunc(wantAssociations, func(x, y *registry.AssociationRecord) int { return cmp.Compare(x.Key, y.Key) })
	if diff := gocmp.Diff(wantAssociations, associations(t, s, &registry.AssociationFilter{})); diff != "" {
		t.Errorf("Associations: %s", diff)
	}
	for _, d := range want {
		whole := b.Documents[slices.IndexFunc(b.Documents, func(one *registry.DocumentRecord) bool { return one.ID == d.ID })]
		d.ClassCode, d.FormatCode = bare(whole.ClassCode), bare(whole.FormatCode)
	}
	if diff := gocmp.Diff(want, documents(t, s, &registry.DocumentFilter{PatientIDs: all, WithCodes: true})); diff != "" {
		t.Errorf("DocumentEntries with their codes: %s", diff)
	}
	checkKeys(t, b)
	for _, d := range documents(t, s, &registry.DocumentFilter{PatientIDs: all, IdentityOnly: true}) {
		if len(d.Head)+len(d.Tail) != 0 || d.ID.IsZero() || d.UniqueID == "" {
			t.Errorf("an identity of a DocumentEntry is %+v", d)
		}
	}
	if got := folders(t, s, &registry.FolderFilter{PatientIDs: all, IdentityOnly: true}); len(got) != 1 || len(got[0].Head) != 0 || got[0].LastUpdateTime != folder.LastUpdateTime {
		t.Errorf("identities of Folders are %+v", got)
	}
	if got := submissionSets(t, s, &registry.SubmissionSetFilter{IdentityOnly: true}); len(got) != 1 || len(got[0].Head) != 0 || got[0].ID != set.ID {
		t.Errorf("identities of SubmissionSets are %+v", got)
	}
	if got := associations(t, s, &registry.AssociationFilter{IdentityOnly: true, Limit: 2}); len(got) != 2 || len(got[0].Head) != 0 || got[0].Source.IsZero() {
		t.Errorf("two identities of Associations are %+v", got)
	}
}

// testNamedCodes covers codes that came into use after a reader learnt those before, by readers outside of a submission and
// by the submission itself, of which one is taken back and its code never seen again.
func testNamedCodes(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	check := func(r registry.Reader, d *registry.DocumentRecord) error {
		found := 0
		err := r.Documents(ctx, &registry.DocumentFilter{IDs: []registry.UUID{d.ID}, WithCodes: true, IdentityOnly: true}, func(got *registry.DocumentRecord) error {
			found++
			if got.ClassCode != bare(d.ClassCode) || got.FormatCode != bare(d.FormatCode) {
				t.Errorf("the codes %v and %v come back as %v and %v", d.ClassCode, d.FormatCode, got.ClassCode, got.FormatCode)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if found != 1 {
			return fmt.Errorf("%d documents are found", found)
		}
		ids, err := r.UniqueIDs(ctx, []string{d.UniqueID})
		if err == nil && (len(ids) != 1 || ids[0].ClassCode != bare(d.ClassCode) || ids[0].FormatCode != bare(d.FormatCode)) {
			t.Errorf("the identity of %v is %+v", d.ClassCode, ids)
		}
		return err
	}
	refused := errors.New("taken back")
	for i := range 4 {
		for _, kept := range []bool{false, true} {
			b := Lot(1)
			d := b.Documents[0]
			d.ClassCode = registry.Code{Value: fmt.Sprintf("class-%d-%v", i, kept), Scheme: "1.2.3"}
			d.FormatCode = registry.Code{Value: fmt.Sprintf("format-%d-%v", i, kept), Scheme: "1.2.4"}
			err := s.Submit(ctx, func(tx registry.Tx) error {
				if err := insertFor(tx, PatientID(1), b); err != nil {
					return err
				}
				if err := check(tx, d); err != nil {
					return err
				}
				if !kept {
					return refused
				}
				return nil
			})
			if kept {
				if err != nil {
					t.Fatal(err)
				}
				view(t, s, func(r registry.Reader) error { return check(r, d) })
			} else if !errors.Is(err, refused) {
				t.Errorf("a change that is taken back: %v", err)
			}
		}
	}
}

// checkKeys verifies that a batch's records have keys, all different.
func checkKeys(t *testing.T, b *registry.Batch) {
	t.Helper()
	seen := make(map[int64]bool)
	check := func(o *registry.ObjectRecord) {
		if o.Key == 0 || seen[o.Key] {
			t.Errorf("the key %d of %s is zero or taken twice", o.Key, o.ID)
		}
		seen[o.Key] = true
	}
	for _, d := range b.Documents {
		check(&d.ObjectRecord)
	}
	for _, s := range b.SubmissionSets {
		check(&s.ObjectRecord)
	}
	for _, f := range b.Folders {
		check(&f.ObjectRecord)
	}
	for _, a := range b.Associations {
		check(&a.ObjectRecord)
	}
}
