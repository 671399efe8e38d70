package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liasse/registry"
)

func identities(t *testing.T, s registry.Store, ids ...registry.UUID) (out []registry.Identity) {
	t.Helper()
	view(t, s, func(r registry.Reader) (err error) {
		out, err = r.Identities(context.Background(), ids)
		return err
	})
	return out
}

// testIdentities covers Identities and UniqueIDs over all kinds of objects.
func testIdentities(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	before := time.Now().Add(-time.Minute)
	b := Lot(1)
	folder := Folder()
	b.Folders = append(b.Folders, folder)
	onDemand := Document()
	onDemand.ObjectType, onDemand.Hash, onDemand.Size, onDemand.Status = registry.OnDemand, "", -1, registry.Deprecated
	b.Documents = append(b.Documents, onDemand)
	insert(t, s, PatientID(1), b)
	p := patient(t, s, PatientID(1))
	set, d, a := b.SubmissionSets[0], b.Documents[0], b.Associations[0]

	want := []registry.Identity{
		identity(registry.KindSubmissionSet, &set.ObjectRecord, p),
		identity(registry.KindDocument, &d.ObjectRecord, p),
		identity(registry.KindDocument, &onDemand.ObjectRecord, p),
		identity(registry.KindFolder, &folder.ObjectRecord, p),
		identity(registry.KindAssociation, &a.ObjectRecord, p),
	}
	want[1].Hash, want[1].Size = d.Hash, d.Size
	want[1].ClassCode, want[1].FormatCode = bare(d.ClassCode), bare(d.FormatCode)
	want[2].ObjectType, want[2].Size = registry.OnDemand, -1
	want[2].ClassCode, want[2].FormatCode = bare(onDemand.ClassCode), bare(onDemand.FormatCode)
	got := identities(t, s, a.ID, folder.ID, registry.NewUUID(), onDemand.ID, d.ID, d.ID, set.ID)
	for i := range got {
		if got[i].Registered.Before(before) || got[i].Registered.After(time.Now().Add(time.Minute)) {
			t.Errorf("%s was registered at %v", got[i].ID, got[i].Registered)
		}
		got[i].Registered = time.Time{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Identities: %s", diff)
	}
	view(t, s, func(r registry.Reader) error {
		got, err := r.UniqueIDs(ctx, []string{folder.UniqueID, set.UniqueID, "nothing", d.UniqueID, "", d.UniqueID + " "})
		if err != nil {
			return err
		}
		var kinds []registry.Kind
		for _, id := range got {
			kinds = append(kinds, id.Kind)
		}
		if diff := cmp.Diff([]registry.Kind{registry.KindSubmissionSet, registry.KindDocument, registry.KindFolder}, kinds); diff != "" {
			t.Errorf("UniqueIDs: %s", diff)
		}
		none, err := r.UniqueIDs(ctx, nil)
		if len(none) != 0 {
			t.Errorf("no uniqueIds find %v", none)
		}
		return err
	})
}

// bare is a code as it is stored.
func bare(c registry.Code) registry.Code {
	c.Display = ""
	return c
}

func identity(kind registry.Kind, o *registry.ObjectRecord, p *registry.Patient) registry.Identity {
	return registry.Identity{Kind: kind, ID: o.ID, LID: o.LID, Version: o.Version, UniqueID: o.UniqueID, Patient: p.Key, PatientID: p.CX, Status: o.Status}
}

// testContents covers where documents' bytes are.
func testContents(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	b := Lot(2)
	insert(t, s, PatientID(1), b)
	loose := ContentOf(Document())
	changed := b.Contents[0]
	changed.SHA256[0]++
	submit(t, s, func(tx registry.Tx) error {
		return tx.PutContents(ctx, []registry.Content{loose, changed, loose})
	})
	want := []registry.Content{b.Contents[0], b.Contents[1], loose}
	byID := func(a, b registry.Content) int { return compare(a.UniqueID, b.UniqueID) }
	slices.SortFunc(want, byID)
	view(t, s, func(r registry.Reader) error {
		got, err := r.Contents(ctx, []string{loose.UniqueID, b.Contents[1].UniqueID, "nothing", b.Contents[0].UniqueID, loose.UniqueID})
		if err != nil {
			return err
		}
		slices.SortFunc(got, byID)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Contents: %s", diff)
		}
		var each []registry.Content
		err = r.EachContent(ctx, func(c *registry.Content) error {
			each = append(each, *c)
			return nil
		})
		if diff := cmp.Diff(want, each); diff != "" {
			t.Errorf("EachContent: %s", diff)
		}
		return err
	})
	kept := func(c registry.Content) (yes bool) {
		view(t, s, func(r registry.Reader) (err error) {
			yes, err = r.ContentKept(ctx, c.SHA256)
			return err
		})
		return yes
	}
	if !kept(loose) || kept(changed) {
		t.Errorf("ContentKept: loose %v, never stored %v", kept(loose), kept(changed))
	}
	submit(t, s, func(tx registry.Tx) error {
		return tx.RemoveContents(ctx, []string{loose.UniqueID, b.Contents[0].UniqueID, "nothing"})
	})
	if kept(loose) || !kept(b.Contents[0]) {
		t.Errorf("RemoveContents: loose kept %v, a registered document's kept %v", kept(loose), kept(b.Contents[0]))
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// testChanges covers SetStatus and TouchFolders, and that a transaction sees its own changes.
func testChanges(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	b := Lot(3)
	b.Folders = append(b.Folders, Folder(), Folder())
	insert(t, s, PatientID(1), b)
	d := b.Documents
	submit(t, s, func(tx registry.Tx) error {
		if err := tx.SetStatus(ctx, registry.KindDocument, []registry.UUID{d[0].ID, d[2].ID, d[0].ID}, registry.Deprecated); err != nil {
			return err
		}
		n := 0
		err := tx.Documents(ctx, &registry.DocumentFilter{Status: []registry.Status{registry.Deprecated}}, func(*registry.DocumentRecord) error {
			n++
			return nil
		})
		if n != 2 {
			t.Errorf("the transaction sees %d deprecated documents of its own 2", n)
		}
		return err
	})
	if diff := cmp.Diff([]registry.UUID{d[1].ID}, idsOf(documents(t, s, &registry.DocumentFilter{Status: []registry.Status{registry.Approved}}), documentObject)); diff != "" {
		t.Errorf("approved documents: %s", diff)
	}
	for kind, id := range map[registry.Kind]registry.UUID{
		registry.KindSubmissionSet: b.SubmissionSets[0].ID, registry.KindFolder: b.Folders[0].ID, registry.KindAssociation: b.Associations[0].ID,
	} {
		submit(t, s, func(tx registry.Tx) error { return tx.SetStatus(ctx, kind, []registry.UUID{id}, registry.Deprecated) })
		if got := identities(t, s, id); len(got) != 1 || got[0].Status != registry.Deprecated {
			t.Errorf("a deprecated %v is %+v", kind, got)
		}
	}
	submit(t, s, func(tx registry.Tx) error {
		return tx.TouchFolders(ctx, []registry.UUID{b.Folders[1].ID}, "20270101000000")
	})
	got := folders(t, s, &registry.FolderFilter{PatientIDs: []string{PatientID(1)}})
	if len(got) != 2 || got[0].LastUpdateTime != b.Folders[0].LastUpdateTime || got[1].LastUpdateTime != "20270101000000" {
		t.Errorf("after TouchFolders: %+v", got)
	}
	err := s.Submit(ctx, func(tx registry.Tx) error {
		return tx.SetStatus(ctx, registry.KindDocument, []registry.UUID{d[1].ID, registry.NewUUID()}, registry.Deprecated)
	})
	if err == nil {
		t.Error("the status of an object that is not registered was changed")
	}
	if got := identities(t, s, d[1].ID); got[0].Status != registry.Approved {
		t.Error("a refused change of status was kept")
	}
}

// testVersions covers LatestOnly and logicalIDs (ITI TF-2 3.57): versions in order, out of order, and in one batch.
func testVersions(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	cx := PatientID(1)
	version := func(of *registry.DocumentRecord, n int) *registry.DocumentRecord {
		d := Document()
		d.LID, d.Version, d.UniqueID = of.LID, n, of.UniqueID
		return d
	}
	put := func(d ...*registry.DocumentRecord) { insert(t, s, cx, &registry.Batch{Documents: d}) }
	one, alone := Document(), Document()
	put(one, alone)
	three := version(one, 3)
	put(three)
	two := version(one, 2)
	put(two)
	x := Document()
	y := version(x, 2)
	put(x, y)
	latest := idsOf(documents(t, s, &registry.DocumentFilter{PatientIDs: []string{cx}, LatestOnly: true}), documentObject)
	if diff := cmp.Diff([]registry.UUID{alone.ID, three.ID, y.ID}, latest); diff != "" {
		t.Errorf("the latest versions: %s", diff)
	}
	all := documents(t, s, &registry.DocumentFilter{LogicalIDs: []registry.UUID{one.LID}})
	if diff := cmp.Diff([]registry.UUID{one.ID, three.ID, two.ID}, idsOf(all, documentObject)); diff != "" {
		t.Errorf("the versions of one logicalID: %s", diff)
	}
	if len(all) == 3 && (all[1].Version != 3 || all[1].LID != one.LID) {
		t.Errorf("the third version is shown as %+v", all[1].ObjectRecord)
	}
	if got := documents(t, s, &registry.DocumentFilter{LogicalIDs: []registry.UUID{three.ID}}); len(got) != 0 {
		t.Errorf("a later version's entryUUID is taken for a logicalID: %d documents", len(got))
	}
	f := Folder()
	g := Folder()
	g.LID, g.Version, g.UniqueID = f.LID, 2, f.UniqueID
	insert(t, s, cx, &registry.Batch{Folders: []*registry.FolderRecord{f}})
	insert(t, s, cx, &registry.Batch{Folders: []*registry.FolderRecord{g}})
	if diff := cmp.Diff([]registry.UUID{g.ID}, idsOf(folders(t, s, &registry.FolderFilter{LatestOnly: true}), folderObject)); diff != "" {
		t.Errorf("the latest Folder: %s", diff)
	}
	if got := folders(t, s, &registry.FolderFilter{LogicalIDs: []registry.UUID{f.ID}}); len(got) != 2 {
		t.Errorf("%d versions of a Folder, want 2", len(got))
	}
}

// testLongLists gives more values than one statement takes (REG-22), and a lot of many objects.
func testLongLists(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	b := Lot(700)
	for i, d := range b.Documents {
		d.EventCodes = append(d.EventCodes, code(fmt.Sprint("E", i), "many"))
	}
	insert(t, s, PatientID(1), b)
	n := 70000
	if testing.Short() {
		n = 3000
	}
	ids := make([]registry.UUID, 0, n)
	uniqueIDs := make([]string, 0, n)
	many := make([]registry.Code, 0, len(b.Documents))
	patterns := make([]string, 0, 1500)
	var want []registry.UUID
	for i, d := range b.Documents {
		ids, uniqueIDs = append(ids, d.ID), append(uniqueIDs, d.UniqueID)
		want = append(want, d.ID)
		many = append(many, code(fmt.Sprint("E", i), "many"))
	}
	for len(ids) < n {
		ids, uniqueIDs = append(ids, registry.NewUUID()), append(uniqueIDs, fmt.Sprint("9.", len(uniqueIDs)))
	}
	for i := range cap(patterns) {
		patterns = append(patterns, fmt.Sprint("%DUP", i, "%"))
	}
	patterns = append(patterns, "%DUPONT%")
	slices.Reverse(ids)
	for name, f := range map[string]*registry.DocumentFilter{
		"ids":       {IDs: ids},
		"uniqueIds": {UniqueIDs: uniqueIDs},
		"codes":     {PatientIDs: []string{PatientID(1)}, Codes: []registry.CodeCondition{codes(registry.CodeEvent, false, many...)}},
		"patterns":  {PatientIDs: []string{PatientID(1)}, Authors: []registry.TextCondition{like(patterns...)}},
		"no limit":  {MemberOf: []registry.UUID{b.SubmissionSets[0].ID}},
	} {
		if diff := cmp.Diff(want, idsOf(documents(t, s, f), documentObject)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		f.Limit = 513
		if got := documents(t, s, f); len(got) != 513 {
			t.Errorf("%s: a limit of 513 gives %d", name, len(got))
		}
	}
	if got := associations(t, s, &registry.AssociationFilter{Either: ids}); len(got) != 700 {
		t.Errorf("%d associations of all documents, want 700", len(got))
	}
	if got := submissionSets(t, s, &registry.SubmissionSetFilter{Members: ids}); len(got) != 1 {
		t.Errorf("%d SubmissionSets of all documents, want 1", len(got))
	}
	view(t, s, func(r registry.Reader) error {
		found, err := r.Identities(ctx, ids)
		if err == nil && len(found) != 700 {
			t.Errorf("%d identities, want 700", len(found))
		}
		byName, err2 := r.UniqueIDs(ctx, uniqueIDs)
		if err2 == nil && len(byName) != 700 {
			t.Errorf("%d identities by uniqueId, want 700", len(byName))
		}
		contents, err3 := r.Contents(ctx, uniqueIDs)
		if err3 == nil && len(contents) != 700 {
			t.Errorf("%d contents, want 700", len(contents))
		}
		return firstError(err, err2, err3)
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// testRefusedInserts covers what the store itself does not take, whatever the rules of a submission let through.
func testRefusedInserts(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	b := Lot(1)
	folder := Folder()
	b.Folders = append(b.Folders, folder)
	insert(t, s, PatientID(1), b)
	change := func(spoil func(b *registry.Batch)) *registry.Batch {
		fresh := Lot(1)
		fresh.Folders = append(fresh.Folders, Folder())
		spoil(fresh)
		return fresh
	}
	for name, refused := range map[string]*registry.Batch{
		"entryUUID of the same kind":     change(func(n *registry.Batch) { n.Folders[0].ID = folder.ID }),
		"entryUUID of another kind":      change(func(n *registry.Batch) { n.Folders[0].ID = b.Documents[0].ID }),
		"entryUUID of an association":    change(func(n *registry.Batch) { n.Folders[0].ID = b.Associations[0].ID }),
		"uniqueId of a SubmissionSet":    change(func(n *registry.Batch) { n.SubmissionSets[0].UniqueID = b.SubmissionSets[0].UniqueID }),
		"uniqueId of a Folder":           change(func(n *registry.Batch) { n.Folders[0].UniqueID = folder.UniqueID }),
		"association to nothing":         change(func(n *registry.Batch) { n.Associations[0].Target = registry.NewUUID() }),
		"one entryUUID twice in a batch": change(func(n *registry.Batch) { n.Folders = append(n.Folders, n.Folders[0]) }),
	} {
		if err := s.Submit(ctx, func(tx registry.Tx) error { return insertFor(tx, PatientID(1), refused) }); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if got := identities(t, s, refused.Documents[0].ID); len(got) != 0 {
			t.Errorf("%s: half of the batch is there", name)
		}
	}
	err := s.Submit(ctx, func(tx registry.Tx) error {
		lost := Lot(1)
		SetPatient(lost, 4711)
		return tx.Insert(ctx, lost)
	})
	if err == nil {
		t.Error("a batch of a patient that does not exist was accepted")
	}
	again := Lot(1)
	again.Documents[0].UniqueID = b.Documents[0].UniqueID
	again.Contents = nil
	insert(t, s, PatientID(1), again)
}
