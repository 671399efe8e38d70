package registry_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liasse/internal/rule"
	"liasse/registry"
)

// held is what a registry holds, as its store tells it.
type held struct {
	documents    map[string]*registry.DocumentRecord
	folders      map[string]*registry.FolderRecord
	sets         map[string]*registry.SubmissionSetRecord
	associations []*registry.AssociationRecord
}

// holdings reads everything of a patient.
func (h *house) holdings(cx string) held {
	h.t.Helper()
	all := held{map[string]*registry.DocumentRecord{}, map[string]*registry.FolderRecord{}, map[string]*registry.SubmissionSetRecord{}, nil}
	ctx := h.t.Context()
	err := h.store.View(ctx, func(r registry.Reader) error {
		var ids []registry.UUID
		patients := []string{cx}
		return errors.Join(
			r.Documents(ctx, &registry.DocumentFilter{PatientIDs: patients}, func(d *registry.DocumentRecord) error {
				all.documents[d.ID.String()] = d.Clone()
				ids = append(ids, d.ID)
				return nil
			}),
			r.Folders(ctx, &registry.FolderFilter{PatientIDs: patients}, func(f *registry.FolderRecord) error {
				all.folders[f.ID.String()] = f.Clone()
				ids = append(ids, f.ID)
				return nil
			}),
			r.SubmissionSets(ctx, &registry.SubmissionSetFilter{PatientIDs: patients}, func(s *registry.SubmissionSetRecord) error {
				all.sets[s.ID.String()] = s.Clone()
				ids = append(ids, s.ID)
				return nil
			}),
			all.related(ctx, r, &ids),
		)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func (all *held) related(ctx context.Context, r registry.Reader, ids *[]registry.UUID) error {
	if len(*ids) == 0 {
		return nil
	}
	return r.Associations(ctx, &registry.AssociationFilter{Sources: *ids}, func(a *registry.AssociationRecord) error {
		all.associations = append(all.associations, a.Clone())
		return nil
	})
}

// has tells whether an Association of the kind leads from one to the other, and gives its entryUUID.
func (all *held) has(kind registry.AssociationType, source, target string) (string, bool) {
	i := slices.IndexFunc(all.associations, func(a *registry.AssociationRecord) bool {
		return a.Type == kind && a.Source.String() == source && a.Target.String() == target
	})
	if i < 0 {
		return "", false
	}
	return all.associations[i].ID.String(), true
}

func (h *house) play(s step) *registry.Submission {
	h.t.Helper()
	sub, found := h.sendAs(message(h.t, s.base, s.changes...), s.onDemand)
	if found.Failed() {
		h.t.Fatalf("refused:\n%s", sentences(found))
	}
	return sub
}

func TestRegistrationAssignsWhatTheRegistryOwns(t *testing.T) {
	h := newHouse(t)
	sub := h.accept(message(t, "lot"))
	all := h.holdings(patientID)
	if len(all.documents) != 2 || len(all.folders) != 1 || len(all.sets) != 1 || len(all.associations) != 5 {
		t.Fatalf("holds %d documents, %d folders, %d sets, %d associations", len(all.documents), len(all.folders), len(all.sets), len(all.associations))
	}
	for _, d := range sub.Documents {
		r := all.documents[d.ID]
		if r == nil {
			t.Fatalf("%s is not held", d.ID)
		}
		if r.LID != r.ID || r.Version != 1 || r.Status != registry.Approved || r.PatientID != patientID || r.UniqueID != d.UniqueID {
			t.Errorf("held as %+v", r.ObjectRecord)
		}
		if d.LID != d.ID || d.Status != registry.Approved.URN() || d.VersionName != "1" {
			t.Errorf("the submission's own entry is %s %s %s", d.LID, d.Status, d.VersionName)
		}
	}
	for _, f := range all.folders {
		if f.LastUpdateTime != "20261122183000" {
			t.Errorf("lastUpdateTime is %s", f.LastUpdateTime)
		}
	}
	membership, ok := all.has(registry.HasMember, sub.Folders[0].ID, sub.Documents[0].ID)
	if !ok {
		t.Fatal("the Folder does not hold the document")
	}
	if _, ok := all.has(registry.HasMember, sub.SubmissionSet.ID, membership); !ok {
		t.Error("the SubmissionSet does not hold the membership")
	}
}

func TestReplacementDeprecatesWhatHangsOnIt(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	const addendum, transformed, signature, replacement = uuidC,
		"urn:uuid:40000000-0000-4000-8000-000000000001", "urn:uuid:40000000-0000-4000-8000-000000000002", "urn:uuid:40000000-0000-4000-8000-000000000003"
	h.play(aDocument(addendum, "11", related("r", "APND", addendum, uuidA)))
	h.play(aDocument(transformed, "12", related("r", "XFRM", transformed, addendum)))
	h.play(aDocument(signature, "13", related("r", "signs", signature, uuidA)))
	h.now = h.now.Add(time.Hour)
	sub := h.play(aDocument(replacement, "14", related("r", "RPLC", replacement, uuidA)))
	all := h.holdings(patientID)
	want := map[string]registry.Status{
		uuidA: registry.Deprecated, addendum: registry.Deprecated, transformed: registry.Deprecated,
		signature: registry.Approved, replacement: registry.Approved,
	}
	for id, status := range want {
		if got := all.documents[id].Status; got != status {
			t.Errorf("%s is %s, want %s", id, got.URN(), status.URN())
		}
	}
	if _, ok := all.has(registry.HasMember, uuidB, uuidA); !ok {
		t.Error("the replaced document has left its Folder")
	}
	membership, ok := all.has(registry.HasMember, uuidB, replacement)
	if !ok {
		t.Fatal("the replacement is not in the Folder")
	}
	if _, ok := all.has(registry.HasMember, sub.SubmissionSet.ID, membership); !ok {
		t.Error("the new membership is not a member of the SubmissionSet")
	}
	if got := all.folders[uuidB].LastUpdateTime; got != "20261122193000" {
		t.Errorf("lastUpdateTime is %s", got)
	}
}

func TestReplacementPutIntoTheFolderByItsSourceIsThereOnce(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	h.play(aDocument(uuidC, "14", related("r", "XFRM_RPLC", uuidC, uuidA), related("m", "HasMember", uuidB, uuidC), related("n", "HasMember", "set", "m")))
	count := 0
	for _, a := range h.holdings(patientID).associations {
		if a.Source.String() == uuidB && a.Target.String() == uuidC {
			count++
		}
	}
	if count != 1 {
		t.Errorf("the Folder holds the replacement %d times", count)
	}
}

func TestAppendSignAndReferenceLeaveTheTargetApproved(t *testing.T) {
	h := newHouse(t)
	h.know(neighbour)
	h.play(theLot())
	h.play(aDocument(uuidC, "15", related("r", "APND", uuidC, uuidA), related("s", "signs", uuidC, uuidA), labelled("l", "set", uuidA, "Reference")))
	// A document of another patient may be a member by reference, as that of a mother in her child's lot.
	h.play(aDocument("urn:uuid:40000000-0000-4000-8000-000000000009", "16", ofNeighbour(), labelled("l", "set", uuidA, "Reference")))
	if got := h.holdings(patientID).documents[uuidA].Status; got != registry.Approved {
		t.Errorf("the target is %s", got.URN())
	}
}

func TestSnapshotOfAnOnDemandEntry(t *testing.T) {
	h := newHouse(t)
	sub := h.play(step{base: "ondemand", onDemand: true})
	source := sub.Documents[0].ID
	h.play(aDocument(uuidC, "17", related("r", "IsSnapshotOf", uuidC, source)))
	all := h.holdings(patientID)
	if _, ok := all.has(registry.IsSnapshotOf, uuidC, source); !ok {
		t.Error("the snapshot is not related to its entry")
	}
	if d := all.documents[source]; d.ObjectType != registry.OnDemand || d.Hash != "" || d.Size != -1 || d.Status != registry.Approved {
		t.Errorf("the on-demand entry is %+v", d)
	}
}

func TestRefusalLeavesNothing(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	before := h.holdings(patientID)
	for _, e := range examples() {
		if e.accepted || e.affinity != nil || e.setup != nil || len(e.before) > 1 || e.base == "lot" {
			continue
		}
		if _, found := h.sendAs(message(t, e.base, e.changes...), e.onDemand); !found.Failed() {
			t.Errorf("%s was accepted", e.rule)
		}
	}
	if diff := cmp.Diff(before, h.holdings(patientID), cmp.AllowUnexported(held{})); diff != "" {
		t.Error(diff)
	}
}

func TestIdenticalLotToleratedIsStoredOnce(t *testing.T) {
	lenient, err := rule.NewPolicy(map[string]rule.Severity{"XDS-REG-007": rule.Warning})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, func(cfg *registry.Config) { cfg.Rules = lenient })
	h.play(theLot())
	before := h.holdings(patientID)
	// The same lot again, its UUIDs taken by now; nothing but the one finding is told.
	_, found := h.sendAs(message(t, "lot", theLot().changes...), false)
	if len(found) != 1 || found[0].Rule.ID != "XDS-REG-007" || found.Failed() {
		t.Fatalf("found:\n%s", sentences(found))
	}
	if diff := cmp.Diff(before, h.holdings(patientID), cmp.AllowUnexported(held{})); diff != "" {
		t.Error(diff)
	}
	// One other hash, and it is another lot with a used uniqueId.
	_, found = h.send(message(t, "lot", swap("62cdb7020ff920e5aa642c3d4066950dd1f01f4d", "72cdb7020ff920e5aa642c3d4066950dd1f01f4d")))
	for _, id := range []string{"XDS-REG-004", "XDS-REG-006", "XDS-REG-008"} {
		if !slices.ContainsFunc(found, func(f rule.Finding) bool { return f.Rule.ID == id }) {
			t.Errorf("%s is not among:\n%s", id, sentences(found))
		}
	}
}

func TestAnyPatientOfTheDomainIsMadeKnown(t *testing.T) {
	h := newHouse(t, func(cfg *registry.Config) { cfg.Affinity.AnyPatient = true })
	h.play(step{base: "one", changes: does(swapAll("4711^^^", "new^^^"))})
	if all := h.holdings("new^^^&" + authority + "&ISO"); len(all.documents) != 1 {
		t.Errorf("holds %d documents", len(all.documents))
	}
	_, found := h.send(message(t, "one", swapAll(authority, "1.2.3.4")))
	if !found.Failed() || found[0].Rule.ID != "XDS-REG-003" {
		t.Errorf("a foreign authority: %s", sentences(found))
	}
}

func TestPatientIsJudgedEvenWhenTheMetadataIsNot(t *testing.T) {
	h := newHouse(t)
	_, found := h.send(message(t, "one", swapAll("4711^^^", "4799^^^"), without("Slot", `"hash"`), without("Classification", `id="doc-class"`)))
	var codes []string
	for _, f := range found {
		codes = append(codes, f.WireCode())
	}
	if diff := cmp.Diff([]string{"XDSRegistryMetadataError", "XDSRegistryMetadataError", "XDSUnknownPatientId"}, codes); diff != "" {
		t.Error(diff)
	}
}

func TestCodesAsAdvice(t *testing.T) {
	h := newHouse(t, func(cfg *registry.Config) {
		cfg.Affinity.CodeMode = registry.CodesWarn
		cfg.Affinity.Codes = map[registry.CodeKind][]registry.Code{registry.CodeFacilityType: {{Value: "SA01", Scheme: "1.2.250.1.71.4.2.4"}}}
	})
	_, found := h.send(message(t, "one"))
	if len(found) != 1 || found[0].Severity != rule.Warning || found[0].Rule.ID != "XDS-REG-020" {
		t.Errorf("found:\n%s", sentences(found))
	}
}

func TestDelayedAssemblyIsNotBroken(t *testing.T) {
	h := newHouse(t)
	h.accept(message(t, "one", swap("8843d7f92416211de9ebb963ff4ce28125932878", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), swap(">30412<", ">0<")))
}

func TestSameDocumentAgainIsAnotherEntry(t *testing.T) {
	h := newHouse(t)
	h.accept(message(t, "one"))
	// Hashes compare without regard to case.
	h.accept(message(t, "one", swap("1.2.250.1.999.7.9", "1.2.250.1.999.7.10"),
		swap("8843d7f92416211de9ebb963ff4ce28125932878", "8843D7F92416211DE9EBB963FF4CE28125932878")))
	if all := h.holdings(patientID); len(all.documents) != 2 {
		t.Errorf("holds %d documents", len(all.documents))
	}
}

func TestMarkBesideThePackage(t *testing.T) {
	h := newHouse(t)
	beside := `<Classification id="beside" classifiedObject="set" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>`
	h.accept(message(t, "one", listed(beside)))
	h.accept(message(t, "one", swap("1.2.250.1.999.7.9", "1.2.250.1.999.7.10"), without("Classification", `id="set-mark"`), listed(beside)))
}

func TestHomeIsKeptOnlyWhereConfigured(t *testing.T) {
	for _, keep := range []bool{false, true} {
		h := newHouse(t, func(cfg *registry.Config) { cfg.Affinity.KeepHome = keep })
		h.accept(message(t, "one", swap(` id="doc" mimeType`, ` id="doc" home="urn:oid:1.2.3" mimeType`)))
		for _, d := range h.holdings(patientID).documents {
			if (d.Home != "") != keep {
				t.Errorf("keep is %v and home %q", keep, d.Home)
			}
		}
	}
}
