package hostile_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"liasse/internal/server"
)

// SAML-01: a token is used once for what writes.
func TestReplay(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	token := newToken(l.by, w.patient).text()
	again := func(l *lot) *message {
		m := l.message(nil)
		m.security = security(token)
		return m
	}
	first := again(l)
	w.accepts(t, first)
	other := newLot(l.by, w.patient)
	replay := func(name string, make func(w *world) *message) hostile {
		return hostile{name: "SAML-01 " + name, codes: notAuthentic, rules: "VIHF-112", make: make}
	}
	w.table(t, []hostile{
		replay("the same bytes again", func(*world) *message { return first }),
		replay("with another lot", func(*world) *message { return again(other) }),
		replay("with prefixes of the message changed", func(*world) *message {
			m := again(newLot(l.by, w.patient))
			m.security = strings.NewReplacer("<wsse:", "<w:", "</wsse:", "</w:", "xmlns:wsse=", "xmlns:w=").Replace(m.security)
			return m
		}),
		replay("with blanks around it", func(*world) *message {
			m := again(newLot(l.by, w.patient))
			m.security = strings.Replace(security("\n"+token+"\n"), "xmlns", "\n xmlns", 1)
			return m
		}),
		replay("with its ID signed anew", func(w *world) *message {
			t := newToken(l.by, w.patient)
			_, rest, _ := strings.Cut(token, ` ID="`)
			t.id, _, _ = strings.Cut(rest, `"`)
			return newLot(l.by, w.patient).message(t)
		}),
	})
	w.accepts(t, other.message(newToken(l.by, w.patient)))
	t.Run("SAML-01 a token that was refused is not used up", func(t *testing.T) {
		l := newLot(l.by, w.patient)
		refused := l.message(newToken(l.by, w.patient))
		refused.identity = w.identity("autre-medecin")
		a, err := w.send(refused)
		if err != nil || a.accepted() {
			t.Fatal("the connection of another was accepted", err)
		}
		refused.identity = l.by
		w.accepts(t, refused)
	})
	t.Run("SAML-01 a read does not use a token up", func(t *testing.T) {
		m := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(token)}
		w.accepts(t, m)
		w.accepts(t, m)
	})
	t.Run("SAML-01 one of 40 at once", func(t *testing.T) { w.race(t, l.by) })
}

// race sends one token with 40 lots at once: exactly one is accepted.
func (w *world) race(t *testing.T, i *identity) {
	const racers = 40
	token := security(newToken(i, w.patient).text())
	answers := make([]answer, racers)
	failures := make([]error, racers)
	var all sync.WaitGroup
	client := w.client(i.auth)
	for n := range racers {
		m := newLot(i, w.patient).message(nil)
		m.security = token
		mediaType, body := m.content()
		all.Go(func() { answers[n], failures[n] = w.post(client, m, mediaType, body) })
	}
	all.Wait()
	accepted, refused := 0, 0
	for n, a := range answers {
		switch codes, rules := a.read(); {
		case failures[n] != nil:
			t.Error(failures[n])
		case a.accepted():
			accepted++
		case codes == notAuthentic && rules[0] == "VIHF-112":
			refused++
		case a.status == 503: // more at once than one address may send
			refused++
		default:
			t.Errorf("answered %d %s %q", a.status, codes, rules)
		}
	}
	if accepted != 1 || refused != racers-1 {
		t.Errorf("%d were accepted and %d refused", accepted, refused)
	}
}

// SAML-01: what was used before a restart is used after it.
func TestReplayAfterRestart(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	token := newToken(l.by, w.patient).text()
	m := l.message(nil)
	m.security = security(token)
	w.accepts(t, m)
	w.restart(t, strictTokens)
	second := newLot(l.by, w.patient).message(nil)
	second.security = m.security
	w.table(t, []hostile{{name: "SAML-01 a token used before a restart", codes: notAuthentic, rules: "VIHF-112", make: func(*world) *message { return second }}})
}

// SAML-01 with replay = "all": reads use a token up too.
func TestReplayOfReads(t *testing.T) {
	w := start(t, pkiDir, func(c *server.Config) { c.VIHF.Replay = "all" })
	l := w.lotOf("medecin")
	m := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(l.by, w.patient).text())}
	w.accepts(t, m)
	w.table(t, []hostile{{name: "SAML-01 a query again", codes: notAuthentic, rules: "VIHF-112", make: func(*world) *message { return m }}})
}

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
	w.searchLog(t)
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
	return fmt.Sprint(id)
}
