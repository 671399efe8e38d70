package registry_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/registry/storetest"
)

// hiding is a policy that hides some objects, and counts how often it was asked.
type hiding struct {
	hidden map[registry.UUID]bool
	asked  int
}

func (h *hiding) Asked(context.Context, string, []registry.AskedPatient, *rule.Report) {}

func (h *hiding) Visible(_ context.Context, id *registry.Identity) bool {
	h.asked++
	return !h.hidden[id.ID]
}

// everyQuery asks every query of the catalogue in a way that finds something in goldenWorld.
func everyQuery(w *world) map[string][]querySlot {
	p := quoted(storetest.PatientID(1))
	multi := quotedList(storetest.PatientID(1), otherPatient)
	return map[string][]querySlot{
		"FindDocuments":                                 {param("$XDSDocumentEntryPatientId", p), ofStatus(bothStatuses)},
		"FindDocumentsExclude":                          {param("$XDSDocumentEntryPatientId", p), ofStatus(bothStatuses), param("$XDSDocumentEntryFormatCodeExclude", "('x^^1')")},
		"FindDocumentsByReferenceId":                    {param("$XDSDocumentEntryPatientId", p), ofStatus(bothStatuses), param("$XDSDocumentEntryReferenceIdList", "('REF')")},
		"FindSubmissionSets":                            {param("$XDSSubmissionSetPatientId", p), param("$XDSSubmissionSetStatus", approvedList)},
		"FindFolders":                                   {param("$XDSFolderPatientId", p), param("$XDSFolderStatus", approvedList)},
		"GetAll":                                        {param("$patientId", p), param("$XDSDocumentEntryStatus", bothStatuses), param("$XDSSubmissionSetStatus", approvedList), param("$XDSFolderStatus", approvedList)},
		"GetDocuments":                                  {w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "B.1", "C.1", "C.2", "D.1", "E.1")},
		"GetFolders":                                    {w.uuids("$XDSFolderEntryUUID", "B.fol", "C.fol")},
		"GetAssociations":                               {w.uuids("$uuid", "A.1", "B.ss", "C.1", "C.fol", "D.1", "B.fol>B.1")},
		"GetDocumentsAndAssociations":                   {w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "B.1", "C.1", "D.1")},
		"GetSubmissionSets":                             {w.uuids("$uuid", "A.1", "B.fol", "C.1", "C.2")},
		"GetSubmissionSetAndContents":                   {w.uuids("$XDSSubmissionSetEntryUUID!", "C.ss")},
		"GetFolderAndContents":                          {w.uuids("$XDSFolderEntryUUID!", "C.fol")},
		"GetFoldersForDocument":                         {w.uuids("$XDSDocumentEntryEntryUUID!", "C.1")},
		"GetRelatedDocuments":                           {w.uuids("$XDSDocumentEntryEntryUUID!", "E.1"), param("$AssociationTypes", quotedList(registry.Replaces.URN()))},
		"FindDocumentsForMultiplePatients":              {param("$XDSDocumentEntryPatientId", multi), ofStatus(bothStatuses)},
		"FindFoldersForMultiplePatients":                {param("$XDSFolderPatientId", multi), param("$XDSFolderStatus", approvedList)},
		"FindDocumentsByReferenceIdForMultiplePatients": {param("$XDSDocumentEntryReferenceIdList", "('REF')"), ofStatus(bothStatuses)},
	}
}

// ends gives the names of an association's ends, nil for other objects: X>Y>Z is the membership of the membership Y>Z.
func ends(name string) []string {
	from, to, association := strings.Cut(name, ">")
	if !association {
		return nil
	}
	return []string{from, to}
}

// seen tells by the model whether an object may be seen: it is not hidden, nor, of an association, is either end.
func seen(name string, hidden []string) bool {
	if slices.Contains(hidden, name) {
		return false
	}
	for _, end := range ends(name) {
		if !seen(end, hidden) {
			return false
		}
	}
	return true
}

// TestDoor compares, for random sets of hidden objects, what every query answers with what it answers when nothing is
// hidden: no hidden object, no association to one, and no word of its id anywhere; and of the queries whose selection
// does not go through other objects, everything else.
func TestDoor(t *testing.T) {
	w := goldenWorld(t)
	queries := everyQuery(w)
	for _, q := range registry.Catalogue() {
		if queries[q.Name] == nil {
			t.Errorf("%s is not tried", q.Name)
		}
	}
	open := map[string][]string{}
	for name, slots := range queries {
		for _, returnType := range []string{"LeafClass", "ObjectRef"} {
			got := w.query(name, returnType, slots...)
			if len(got.names) == 0 && !strings.Contains(name, "ReferenceId") {
				t.Fatalf("%s finds nothing: %s", name, got.raw)
			}
			open[name+returnType] = got.names
		}
	}
	var names []string
	for name := range w.ids {
		names = append(names, name)
	}
	slices.Sort(names)
	policy := &hiding{}
	w.reopen(func(cfg *registry.Config) { cfg.Policy = policy })
	direct := []string{"FindDocuments", "FindSubmissionSets", "FindFolders", "GetDocuments", "GetFolders", "GetAssociations"}
	rapid.Check(t, func(t *rapid.T) {
		hidden := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 6, rapid.ID[string]).Draw(t, "hidden")
		policy.hidden = map[registry.UUID]bool{}
		for _, name := range hidden {
			policy.hidden[w.ids[name]] = true
		}
		for name, slots := range queries {
			for _, returnType := range []string{"LeafClass", "ObjectRef"} {
				policy.asked = 0
				got := w.query(name, returnType, slots...)
				if got.status != "Success" {
					t.Fatalf("%s for %s: %s %v", name, returnType, got.status, got.codes)
				}
				if len(got.names) > policy.asked {
					t.Fatalf("%s for %s answers %d objects and asked the policy of %d", name, returnType, len(got.names), policy.asked)
				}
				var want []string
				for _, object := range open[name+returnType] {
					if seen(object, hidden) {
						want = append(want, object)
					}
				}
				for _, object := range got.names {
					if !slices.Contains(want, object) {
						t.Fatalf("with %q hidden, %s for %s answers %s", hidden, name, returnType, object)
					}
				}
				if slices.Contains(direct, name) && len(got.names) != len(want) {
					t.Fatalf("with %q hidden, %s for %s answers %q, want %q", hidden, name, returnType, got.names, want)
				}
				for _, object := range hidden {
					if strings.Contains(got.raw, w.urn(object)) {
						t.Fatalf("with %q hidden, %s for %s tells of %s", hidden, name, returnType, object)
					}
				}
			}
		}
	})
}

// TestHiddenIsUnknown has a hidden object answered byte for byte as one that does not exist, by every way to ask for it.
func TestHiddenIsUnknown(t *testing.T) {
	w := goldenWorld(t)
	policy := &hiding{hidden: map[registry.UUID]bool{w.ids["C.1"]: true, w.ids["C.ss"]: true, w.ids["C.fol"]: true}}
	document, set, folder := w.uniqueID("C.1"), w.uniqueID("C.ss"), w.uniqueID("C.fol")
	w.reopen(func(cfg *registry.Config) { cfg.Policy = policy })
	const nobody = "urn:uuid:00000000-0000-4000-8000-000000000000"
	relations := param("$AssociationTypes", quotedList(registry.Replaces.URN(), registry.HasMember.URN()))
	for _, c := range []struct {
		query, parameter, known, unknown string
		single                           bool
		more                             []querySlot
	}{
		{"GetDocuments", "$XDSDocumentEntryEntryUUID", w.urn("C.1"), nobody, false, nil},
		{"GetDocuments", "$XDSDocumentEntryUniqueId", document, "1.2.3", false, nil},
		{"GetFolders", "$XDSFolderEntryUUID", w.urn("C.fol"), nobody, false, nil},
		{"GetFolders", "$XDSFolderUniqueId", folder, "1.2.3", false, nil},
		{"GetAssociations", "$uuid", w.urn("C.1"), nobody, false, nil},
		{"GetAssociations", "$uuid", w.urn("C.fol>C.1"), nobody, false, nil},
		{"GetDocumentsAndAssociations", "$XDSDocumentEntryEntryUUID", w.urn("C.1"), nobody, false, nil},
		{"GetSubmissionSets", "$uuid", w.urn("C.1"), nobody, false, nil},
		{"GetSubmissionSets", "$uuid", w.urn("C.2"), nobody, false, nil},
		{"GetSubmissionSetAndContents", "$XDSSubmissionSetEntryUUID", w.urn("C.ss"), nobody, true, nil},
		{"GetSubmissionSetAndContents", "$XDSSubmissionSetUniqueId", set, "1.2.3", true, nil},
		{"GetFolderAndContents", "$XDSFolderEntryUUID", w.urn("C.fol"), nobody, true, nil},
		{"GetFoldersForDocument", "$XDSDocumentEntryEntryUUID", w.urn("C.1"), nobody, true, nil},
		{"GetFoldersForDocument", "$XDSDocumentEntryUniqueId", document, "1.2.3", true, nil},
		{"GetRelatedDocuments", "$XDSDocumentEntryEntryUUID", w.urn("C.1"), nobody, true, []querySlot{relations}},
	} {
		value := quotedList
		if c.single {
			value = func(values ...string) string { return quoted(values[0]) }
		}
		for _, returnType := range []string{"LeafClass", "ObjectRef"} {
			hidden := w.query(c.query, returnType, append(c.more, param(c.parameter, value(c.known)))...)
			unknown := w.query(c.query, returnType, append(c.more, param(c.parameter, value(c.unknown)))...)
			if hidden.raw != unknown.raw {
				t.Errorf("%s by %s for %s: a hidden object is answered\n%s\nand an unknown one\n%s", c.query, c.parameter, returnType, hidden.raw, unknown.raw)
			}
		}
	}
}
