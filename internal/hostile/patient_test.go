package hostile_test

import (
	"strings"
	"testing"

	"liasse/internal/server"
)

// SAML-11: a token for one patient never opens the record of another. What is refused and what is not there cannot be told
// apart where an object is asked for by its id.
func TestOtherPatients(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	theirs := newLot(l.by, victim)
	w.accepts(t, theirs.message(newToken(l.by, victim)))
	ours := newLot(l.by, w.patient)
	w.accepts(t, ours.message(newToken(l.by, w.patient)))
	uuid := w.entryUUID(t, l.by, victim, theirs.entries[0].uniqueID)

	ask := func(body string) func(w *world) *message {
		return func(w *world) *message {
			return &message{identity: l.by, action: queryAction, registry: true, body: body, security: security(newToken(l.by, w.patient).text())}
		}
	}
	approved := "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')"
	const doesNotMatch = "Failure/XDSPatientIdDoesNotMatch"
	w.table(t, []hostile{
		{name: "SAML-11 FindDocuments of another", codes: doesNotMatch, rules: "DMP-003", make: ask(findDocuments(victim))},
		{name: "SAML-11 FindSubmissionSets of another", codes: doesNotMatch, rules: "DMP-003", make: ask(query("urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",
			"$XDSSubmissionSetPatientId", "'"+victim+"'", "$XDSSubmissionSetStatus", approved))},
		{name: "SAML-11 FindFolders of another", codes: doesNotMatch, rules: "DMP-003", make: ask(query("urn:uuid:958f3006-baad-4929-a4de-ff1114824431",
			"$XDSFolderPatientId", "'"+victim+"'", "$XDSFolderStatus", approved))},
		{name: "SAML-11 GetAll of another", codes: doesNotMatch, rules: "DMP-003", make: ask(query("urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3",
			"$patientId", "'"+victim+"'", "$XDSDocumentEntryStatus", approved, "$XDSSubmissionSetStatus", approved, "$XDSFolderStatus", approved))},
		{name: "SAML-11 FindDocuments of another, with a type behind", codes: doesNotMatch + " Failure/XDSStoredQueryParamNumber Failure/XDSRegistryError Failure/XDSUnknownPatientId", make: ask(findDocuments(victim + "^NH"))},
		{name: "SAML-11 retrieval of another's document", codes: "Failure/XDSDocumentUniqueIdError", rules: "", make: func(w *world) *message {
			return &message{identity: l.by, action: retrieveAction, body: retrieve(server.DefaultRepositoryID, theirs.entries[0].uniqueID), security: security(newToken(l.by, w.patient).text())}
		}},
		{name: "SAML-11 retrieval of another's signature", codes: "Failure/XDSDocumentUniqueIdError", rules: "", make: func(w *world) *message {
			return &message{identity: l.by, action: retrieveAction, body: retrieve(server.DefaultRepositoryID, theirs.signatureID), security: security(newToken(l.by, w.patient).text())}
		}},
	})
	for _, q := range []struct{ name, id, parameter, value string }{
		{"GetDocuments by entryUUID", "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "$XDSDocumentEntryEntryUUID", uuid},
		{"GetDocuments by uniqueId", "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "$XDSDocumentEntryUniqueId", theirs.entries[0].uniqueID},
		{"GetDocuments of the signature", "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "$XDSDocumentEntryUniqueId", theirs.signatureID},
		{"GetAssociations", "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155", "$uuid", uuid},
		{"GetSubmissionSets", "urn:uuid:51224314-5390-4169-9b91-b1980040715a", "$uuid", uuid},
		{"GetSubmissionSetAndContents", "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83", "$XDSSubmissionSetUniqueId", theirs.uniqueID},
		{"GetDocumentsAndAssociations", "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a", "$XDSDocumentEntryUniqueId", theirs.entries[0].uniqueID},
		{"GetFoldersForDocument", "urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578", "$XDSDocumentEntryUniqueId", theirs.entries[0].uniqueID},
	} {
		t.Run("SAML-11 "+q.name, func(t *testing.T) {
			w.count("SAML-11")
			list := func(value string) string {
				if q.parameter == "$XDSSubmissionSetUniqueId" {
					return "'" + value + "'"
				}
				return "('" + value + "')"
			}
			unknown := newOID()
			if strings.HasPrefix(q.value, "urn:uuid:") {
				unknown = "urn:uuid:6d9f3c1e-0c3b-4d3a-9a53-" + randomHex(6)
			}
			foreign, err := w.send(ask(query(q.id, q.parameter, list(q.value)))(w))
			if err != nil {
				t.Fatal(err)
			}
			absent, err := w.send(ask(query(q.id, q.parameter, list(unknown)))(w))
			if err != nil {
				t.Fatal(err)
			}
			told := func(a answer, id string) string {
				_, body, _ := strings.Cut(a.body, "Body>")
				return strings.ReplaceAll(body, id, "ID")
			}
			if told(foreign, q.value) != told(absent, unknown) {
				t.Errorf("another's is answered\n%.1500s\nand nobody's\n%.1500s", foreign.body, absent.body)
			}
			if strings.Contains(foreign.body, strings.Split(victim, "^")[0]) {
				t.Error("the answer names the other patient")
			}
		})
	}
	w.sneaks(t, l.by, theirs, uuid)
	w.searchLog(t)
}

// sneaks asks for the record of another beside one's own, and ties one's own to that of another.
func (w *world) sneaks(t *testing.T, by *identity, theirs *lot, uuid string) {
	ins, _, _ := strings.Cut(victim, "^")
	const find = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
	const patient, status, approved = "$XDSDocumentEntryPatientId", "$XDSDocumentEntryStatus", "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')"
	for name, body := range map[string]string{
		"two patients, the own first":      query(find, patient, "'"+w.patient+"'", patient, "'"+victim+"'", status, approved),
		"two patients, the other first":    query(find, patient, "'"+victim+"'", patient, "'"+w.patient+"'", status, approved),
		"a list of two patients":           query(find, patient, "('"+w.patient+"','"+victim+"')", status, approved),
		"two patients without a comma":     query(find, patient, "'"+w.patient+"''"+victim+"'", status, approved),
		"the other in small letters":       query(find, patient, "'"+w.patient+"'", strings.ToLower(patient), "'"+victim+"'", status, approved),
		"two values in one parameter":      strings.Replace(query(find, patient, "'"+w.patient+"'", status, approved), `</rim:Value>`, `</rim:Value><rim:Value>'`+escaped(victim)+`'</rim:Value>`, 1),
		"no patient":                       query(find, status, approved),
		"an empty patient":                 query(find, patient, "''", status, approved),
		"a patient with wildcards":         query(find, patient, "'%^^^&"+insAuthority+"&ISO'", status, approved),
		"a patient that is SQL":            query(find, patient, "'"+w.patient+"'' OR ''1''=''1'", status, approved),
		"the other in an unknown slot":     query(find, patient, "'"+w.patient+"'", status, approved, "$patientId", "'"+victim+"'"),
		"several patients at once":         query("urn:uuid:3d1bdb10-39a2-11de-89c2-2f44d94eaa9f", patient, "('"+w.patient+"','"+victim+"')", status, approved),
		"the folders that hold a document": query("urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578", "$XDSDocumentEntryEntryUUID", "'"+uuid+"'"),
		"what is related to a document":    query("urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6", "$XDSDocumentEntryEntryUUID", "'"+uuid+"'", "$AssociationTypes", "('urn:ihe:iti:2007:AssociationType:signs')"),
	} {
		t.Run("SAML-11 "+name, func(t *testing.T) {
			w.count("SAML-11")
			a, err := w.send(&message{identity: by, action: queryAction, registry: true, body: body, security: security(newToken(by, w.patient).text())})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(a.body, theirs.entries[0].uniqueID) || strings.Contains(a.body, ins+"^^^&amp;"+insAuthority+"&amp;ISO\"") {
				t.Errorf("the answer tells of the other patient: %.3000s", a.body)
			}
		})
	}
	t.Run("SAML-11 the own document and another's", func(t *testing.T) {
		w.count("SAML-11")
		own := newLot(by, w.patient)
		w.accepts(t, own.message(newToken(by, w.patient)))
		both := retrieve(server.DefaultRepositoryID, own.entries[0].uniqueID)
		_, asked, _ := between(retrieve(server.DefaultRepositoryID, theirs.entries[0].uniqueID), `<xds:DocumentRequest>`, `</xds:DocumentRequest>`)
		both = swap(both, `<xds:DocumentRequest>`, asked+`<xds:DocumentRequest>`)
		a, err := w.send(&message{identity: by, action: retrieveAction, body: both, security: security(newToken(by, w.patient).text())})
		if err != nil {
			t.Fatal(err)
		}
		if codes, _ := a.read(); codes != "PartialSuccess/XDSDocumentUniqueIdError" || strings.Count(a.body, marker) != 1 || !strings.Contains(a.body, own.entries[0].content) {
			t.Errorf("answered %s %.3000s", codes, a.body)
		}
	})
	for name, kind := range map[string]string{
		"replaces another's": "urn:ihe:iti:2007:AssociationType:RPLC", "is appended to another's": "urn:ihe:iti:2007:AssociationType:APND",
		"transforms another's": "urn:ihe:iti:2007:AssociationType:XFRM",
	} {
		t.Run("SAML-11 a document that "+name, func(t *testing.T) {
			w.count("SAML-11")
			refused := func(target string) string {
				l := newLot(by, w.patient)
				l.extra = association(kind, "Document01", target)
				a, err := w.send(l.message(newToken(by, w.patient)))
				if err != nil {
					t.Fatal(err)
				}
				codes, rules := a.read()
				return codes + " " + strings.Join(rules, " ")
			}
			foreign, absent := refused(uuid), refused("urn:uuid:6d9f3c1e-0c3b-4d3a-9a53-"+randomHex(6))
			if !strings.HasPrefix(foreign, "Failure") || foreign != absent {
				t.Errorf("another's: %s; nobody's: %s", foreign, absent)
			}
		})
	}
}

// entryUUID asks for the entryUUID of a document with the token of its own patient.
func (w *world) entryUUID(t *testing.T, i *identity, patient, uniqueID string) string {
	t.Helper()
	a := w.accepts(t, &message{identity: i, action: queryAction, registry: true, body: findDocuments(patient), security: security(newToken(i, patient).text())})
	_, rest, found := strings.Cut(" "+a.body, "<ExtrinsicObject")
	_, rest, there := strings.Cut(rest, ` id="`)
	id, _, _ := strings.Cut(rest, `"`)
	if !found || !there || !strings.Contains(a.body, uniqueID) {
		t.Fatalf("the document is not found: %.6000s", a.body)
	}
	return id
}
