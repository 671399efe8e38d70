package registry_test

import (
	"strings"
	"testing"

	"liasse/registry"
	"liasse/registry/storetest"
)

// goldenWorld has the reference submissions: A (one document), B (one document in a folder), C (two documents in a
// folder, one with a format and a confidentiality of its own), and D, whose document was replaced by E's.
func goldenWorld(t testing.TB) *world {
	w := newWorld(t, nil)
	p := storetest.PatientID(1)
	w.lot("A", p, false, storetest.Document())
	w.lot("B", p, true, storetest.Document())
	special := storetest.Document()
	special.FormatCode = registry.Code{Value: "special", Scheme: "1.5"}
	special.ConfidentialityCodes = []registry.Code{{Value: "V", Scheme: "1.6"}, {Value: "N", Scheme: "1.6"}}
	w.lot("C", p, true, special, storetest.Document())
	old := storetest.Document()
	old.Status = registry.Deprecated
	w.lot("D", p, false, old)
	w.lot("E", p, false, storetest.Document())
	w.relate(p, registry.Replaces, "E.1", "D.1")
	w.lot("X", otherPatient, true, storetest.Document())
	return w
}

// uuids makes the parameter that names objects by their entryUUIDs.
func (w *world) uuids(name string, objects ...string) querySlot {
	urns := make([]string, len(objects))
	for i, o := range objects {
		urns[i] = w.urn(o)
	}
	if strings.HasSuffix(name, "!") {
		return param(strings.TrimSuffix(name, "!"), quoted(urns[0]))
	}
	return param(name, quotedList(urns...))
}

func TestGetAssociations(t *testing.T) {
	w := goldenWorld(t)
	w.expect(t, []string{"A.ss>A.1"}, "GetAssociations", w.uuids("$uuid", "A.1"))
	w.expect(t, []string{"B.ss>B.1", "B.fol>B.1"}, "GetAssociations", w.uuids("$uuid", "B.1"))
	w.expect(t, []string{"B.ss>B.1", "B.ss>B.fol", "B.ss>B.fol>B.1"}, "GetAssociations", w.uuids("$uuid", "B.ss"))
	w.expect(t, []string{"B.ss>B.1", "B.ss>B.fol", "B.ss>B.fol>B.1", "A.ss>A.1"}, "GetAssociations", w.uuids("$uuid", "B.ss", "A.ss"), param("$XDSAssociationStatus", bothStatuses), param("$MetadataLevel", "1"))
	w.expect(t, []string{"E.ss>E.1", "E.1>D.1"}, "GetAssociations", w.uuids("$uuid", "E.1"))
	w.expect(t, nil, "GetAssociations", param("$uuid", quotedList("urn:uuid:00000000-0000-4000-8000-000000000000")))
	w.expect(t, []string{"A.ss>A.1", "X.ss>X.1", "X.fol>X.1"}, "GetAssociations", w.uuids("$uuid", "A.1", "X.1"))
}

func TestGetDocuments(t *testing.T) {
	w := goldenWorld(t)
	const byUUID, byUniqueID = "$XDSDocumentEntryEntryUUID", "$XDSDocumentEntryUniqueId"
	w.expect(t, []string{"A.1", "D.1"}, "GetDocuments", w.uuids(byUUID, "A.1", "D.1", "A.1"))
	w.expect(t, nil, "GetDocuments", w.uuids(byUUID, "A.ss", "B.fol", "A.ss>A.1"))
	w.expect(t, nil, "GetDocuments", param(byUUID, quotedList("urn:uuid:00000000-0000-4000-8000-000000000000")))
	w.expect(t, nil, "GetDocuments", param(byUUID, quotedList("Document01")))
	w.expect(t, []string{"A.1"}, "GetDocuments", param(byUUID, quotedList("Document01", w.urn("A.1"))))
	w.expect(t, []string{"A.1"}, "GetDocuments", param(byUUID, quotedList(strings.ToUpper(w.urn("A.1")[9:]))))
	w.expect(t, []string{"B.1"}, "GetDocuments", param(byUniqueID, quotedList(w.uniqueID("B.1"), "1.2.3")))
	w.expect(t, nil, "GetDocuments", param(byUniqueID, quotedList(w.uniqueID("B.1")+"0")))
	w.expect(t, []string{"B.1"}, "GetDocuments", w.uuids("$XDSDocumentEntryLogicalID", "B.1"), param("$MetadataLevel", "2"))
}

// uniqueID gives the uniqueId of a named object as the registry answers it.
func (w *world) uniqueID(name string) string {
	var unique string
	err := w.store.View(w.t.Context(), func(r registry.Reader) error {
		found, err := r.Identities(w.t.Context(), []registry.UUID{w.ids[name]})
		if err == nil && len(found) == 1 {
			unique = found[0].UniqueID
		}
		return err
	})
	if err != nil || unique == "" {
		w.t.Fatalf("%s has no uniqueId: %v", name, err)
	}
	return unique
}

func TestGetFolders(t *testing.T) {
	w := goldenWorld(t)
	w.expect(t, []string{"B.fol", "C.fol"}, "GetFolders", w.uuids("$XDSFolderEntryUUID", "B.fol", "C.fol", "A.ss"))
	w.expect(t, []string{"B.fol"}, "GetFolders", param("$XDSFolderUniqueId", quotedList(w.uniqueID("B.fol"))))
	w.expect(t, []string{"B.fol"}, "GetFolders", w.uuids("$XDSFolderLogicalID", "B.fol"), param("$MetadataLevel", "2"))
	w.expect(t, nil, "GetFolders", param("$XDSFolderUniqueId", quotedList(w.uniqueID("B.1"))))
}

func TestGetDocumentsAndAssociations(t *testing.T) {
	w := goldenWorld(t)
	w.expect(t, []string{"A.1", "B.1", "A.ss>A.1", "B.ss>B.1", "B.fol>B.1"}, "GetDocumentsAndAssociations", w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "B.1"))
	w.expect(t, []string{"A.1", "A.ss>A.1"}, "GetDocumentsAndAssociations", param("$XDSDocumentEntryUniqueId", quotedList(w.uniqueID("A.1"))))
	w.expect(t, nil, "GetDocumentsAndAssociations", w.uuids("$XDSDocumentEntryEntryUUID", "A.ss"))
	w.expect(t, []string{"A.1", "A.ss>A.1"}, "GetDocumentsAndAssociations", w.uuids("$XDSDocumentEntryEntryUUID", "A.1"), param("$XDSAssociationStatus", bothStatuses), param("$MetadataLevel", "2"))
	w.expect(t, []string{"A.1"}, "GetDocumentsAndAssociations", w.uuids("$XDSDocumentEntryEntryUUID", "A.1"), param("$XDSAssociationStatus", deprecatedList), param("$MetadataLevel", "2"))
}

func TestGetSubmissionSets(t *testing.T) {
	w := goldenWorld(t)
	w.expect(t, []string{"A.ss", "A.ss>A.1"}, "GetSubmissionSets", w.uuids("$uuid", "A.1"))
	w.expect(t, []string{"C.ss", "C.ss>C.1", "C.ss>C.2"}, "GetSubmissionSets", w.uuids("$uuid", "C.1", "C.2"))
	w.expect(t, []string{"B.ss", "B.ss>B.fol", "A.ss", "A.ss>A.1"}, "GetSubmissionSets", w.uuids("$uuid", "B.fol", "A.1"))
	w.expect(t, nil, "GetSubmissionSets", w.uuids("$uuid", "A.ss", "B.fol>B.1"))
	w.expect(t, nil, "GetSubmissionSets", param("$uuid", quotedList("x")))
}

func TestGetSubmissionSetAndContents(t *testing.T) {
	w := goldenWorld(t)
	const by = "$XDSSubmissionSetEntryUUID!"
	w.expect(t, []string{"A.ss", "A.1", "A.ss>A.1"}, "GetSubmissionSetAndContents", w.uuids(by, "A.ss"))
	b := []string{"B.ss", "B.1", "B.fol", "B.ss>B.1", "B.ss>B.fol", "B.fol>B.1", "B.ss>B.fol>B.1"}
	w.expect(t, b, "GetSubmissionSetAndContents", w.uuids(by, "B.ss"))
	w.expect(t, b, "GetSubmissionSetAndContents", param("$XDSSubmissionSetUniqueId", quoted(w.uniqueID("B.ss"))))
	first := []string{"C.ss", "C.1", "C.fol", "C.ss>C.1", "C.ss>C.fol", "C.fol>C.1", "C.ss>C.fol>C.1"}
	w.expect(t, append([]string{"C.2", "C.ss>C.2", "C.fol>C.2", "C.ss>C.fol>C.2"}, first...), "GetSubmissionSetAndContents", w.uuids(by, "C.ss"))
	w.expect(t, first, "GetSubmissionSetAndContents", w.uuids(by, "C.ss"), param("$XDSDocumentEntryFormatCode", "('special^^1.5')"))
	w.expect(t, first, "GetSubmissionSetAndContents", w.uuids(by, "C.ss"), param("$XDSDocumentEntryConfidentialityCode", "('V^^1.6')"))
	w.expect(t, first, "GetSubmissionSetAndContents", w.uuids(by, "C.ss"),
		param("$XDSDocumentEntryConfidentialityCode", "('V^^1.6')"), param("$XDSDocumentEntryConfidentialityCode", "('N^^1.6')"))
	none := []string{"C.ss", "C.fol", "C.ss>C.fol"}
	w.expect(t, none, "GetSubmissionSetAndContents", w.uuids(by, "C.ss"), param("$XDSDocumentEntryFormatCode", "('none^^1.5')"))
	w.expect(t, none, "GetSubmissionSetAndContents", w.uuids(by, "C.ss"), param("$XDSDocumentEntryType", "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')"))
	w.expect(t, none, "GetSubmissionSetAndContents", w.uuids(by, "C.ss"), param("$XDSDocumentEntryType", "('other')"))
	w.expect(t, []string{"D.ss", "D.1", "D.ss>D.1"}, "GetSubmissionSetAndContents", w.uuids(by, "D.ss"))
	w.expect(t, []string{"E.ss", "E.1", "E.ss>E.1"}, "GetSubmissionSetAndContents", w.uuids(by, "E.ss"))
	w.expect(t, nil, "GetSubmissionSetAndContents", w.uuids(by, "B.fol"))
	w.expect(t, nil, "GetSubmissionSetAndContents", param("$XDSSubmissionSetUniqueId", "'1.2.3'"))
}

func TestGetFolderAndContents(t *testing.T) {
	w := goldenWorld(t)
	const by = "$XDSFolderEntryUUID!"
	w.expect(t, []string{"B.fol", "B.1", "B.fol>B.1"}, "GetFolderAndContents", w.uuids(by, "B.fol"))
	w.expect(t, []string{"B.fol", "B.1", "B.fol>B.1"}, "GetFolderAndContents", param("$XDSFolderUniqueId", quoted(w.uniqueID("B.fol"))))
	w.expect(t, []string{"C.fol", "C.1", "C.2", "C.fol>C.1", "C.fol>C.2"}, "GetFolderAndContents", w.uuids(by, "C.fol"))
	w.expect(t, []string{"C.fol", "C.1", "C.fol>C.1"}, "GetFolderAndContents", w.uuids(by, "C.fol"), param("$XDSDocumentEntryFormatCode", "('special^^1.5')"))
	w.expect(t, []string{"C.fol", "C.1", "C.fol>C.1"}, "GetFolderAndContents", w.uuids(by, "C.fol"), param("$XDSDocumentEntryConfidentialityCode", "('V^^1.6')"))
	w.expect(t, []string{"C.fol"}, "GetFolderAndContents", w.uuids(by, "C.fol"), param("$XDSDocumentEntryType", "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')"))
	w.expect(t, nil, "GetFolderAndContents", w.uuids(by, "B.ss"))
	w.expect(t, []string{"B.fol", "B.1"}, "GetFolderAndContents", w.uuids(by, "B.fol"), param("$XDSAssociationStatus", deprecatedList), param("$MetadataLevel", "2"))
}

func TestGetFoldersForDocument(t *testing.T) {
	w := goldenWorld(t)
	w.expect(t, []string{"B.fol"}, "GetFoldersForDocument", w.uuids("$XDSDocumentEntryEntryUUID!", "B.1"))
	w.expect(t, []string{"C.fol"}, "GetFoldersForDocument", param("$XDSDocumentEntryUniqueId", quoted(w.uniqueID("C.2"))))
	w.expect(t, nil, "GetFoldersForDocument", w.uuids("$XDSDocumentEntryEntryUUID!", "A.1"))
	w.expect(t, nil, "GetFoldersForDocument", param("$XDSDocumentEntryUniqueId", "'1.2.3'"))
}

func TestGetRelatedDocuments(t *testing.T) {
	w := goldenWorld(t)
	const by = "$XDSDocumentEntryEntryUUID!"
	types := func(all ...registry.AssociationType) querySlot {
		urns := make([]string, len(all))
		for i, a := range all {
			urns[i] = a.URN()
		}
		return param("$AssociationTypes", quotedList(urns...))
	}
	related := []string{"D.1", "E.1", "E.1>D.1"}
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "A.1"), types(registry.HasMember, registry.Replaces))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "B.1"), types(registry.HasMember, registry.Replaces))
	w.expect(t, related, "GetRelatedDocuments", w.uuids(by, "D.1"), types(registry.HasMember, registry.Replaces))
	w.expect(t, related, "GetRelatedDocuments", w.uuids(by, "E.1"), types(registry.Replaces))
	w.expect(t, related, "GetRelatedDocuments", param("$XDSDocumentEntryUniqueId", quoted(w.uniqueID("E.1"))), types(registry.Replaces))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "E.1"), types(registry.Appends))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "E.1"), param("$AssociationTypes", "('RPLC')"))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "E.1"), param("$AssociationTypes", "('urn:ihe:iti:2010:AssociationType:SubmitAssociation')"))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "E.1"), types(registry.Replaces), param("$XDSAssociationStatus", deprecatedList), param("$MetadataLevel", "2"))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "E.ss"), types(registry.HasMember))

	snapshot, onDemand := storetest.Document(), storetest.Document()
	onDemand.ObjectType, onDemand.Size = registry.OnDemand, -1
	w.lot("S", storetest.PatientID(1), false, snapshot, onDemand)
	w.relate(storetest.PatientID(1), registry.IsSnapshotOf, "S.1", "S.2")
	w.expect(t, []string{"S.1", "S.2", "S.1>S.2"}, "GetRelatedDocuments", w.uuids(by, "S.1"), types(registry.IsSnapshotOf), param("$XDSDocumentEntryType", bothTypes))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "S.1"), types(registry.IsSnapshotOf))
	w.expect(t, nil, "GetRelatedDocuments", w.uuids(by, "S.2"), types(registry.IsSnapshotOf))

	// One hop only: what is related to the related document stays out.
	w.lot("F", storetest.PatientID(1), false, storetest.Document())
	w.relate(storetest.PatientID(1), registry.Appends, "F.1", "E.1")
	w.expect(t, related, "GetRelatedDocuments", w.uuids(by, "D.1"), types(registry.Replaces, registry.Appends))
	w.expect(t, append([]string{"F.1", "F.1>E.1"}, related...), "GetRelatedDocuments", w.uuids(by, "E.1"), types(registry.Replaces, registry.Appends))
}

func TestOnlyOnePatient(t *testing.T) {
	w := goldenWorld(t)
	for _, c := range []struct {
		query string
		asked querySlot
		refs  int
	}{
		{"GetDocuments", w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "X.1"), 2},
		{"GetFolders", w.uuids("$XDSFolderEntryUUID", "B.fol", "X.fol"), 2},
		{"GetDocumentsAndAssociations", w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "X.1"), 5},
		{"GetSubmissionSets", w.uuids("$uuid", "A.1", "X.1"), 4},
	} {
		got := w.query(c.query, "LeafClass", c.asked)
		if got.status != "Failure" || len(got.names) != 0 || len(got.codes) != 1 || got.codes[0] != "XDSResultNotSinglePatient" {
			t.Errorf("%s over two patients: %s %v %v", c.query, got.status, got.codes, got.names)
		}
		if got := w.query(c.query, "ObjectRef", c.asked); got.status != "Success" || len(got.names) != c.refs {
			t.Errorf("%s for ObjectRef over two patients: %s %v %v", c.query, got.status, got.codes, got.names)
		}
	}
}
