package audit_test

import (
	"bytes"
	"encoding/base64"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liasse/internal/audit"
	"liasse/internal/audit/audittest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	source = &audit.Source{ID: "liasse-test", Site: "CHU & Cie", Host: "registre.example", Process: "4711"}
	moment = time.Date(2026, 3, 1, 12, 30, 45, 123456000, time.FixedZone("", 3600))
)

const (
	alice = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO"
	bob   = "161045121518976^^^&1.2.250.1.213.1.4.10&ISO"
)

// event is one of a physician who connected with a card.
func event(transaction string) *audit.Event {
	return &audit.Event{
		Source: source, Time: moment, Transaction: transaction, Request: "00f1", Endpoint: "https://registre.example/xds/registry",
		Peer: audit.Peer{Address: "192.0.2.7", Subject: "CN=lps.example,O=Éditeur <& fils>", Certificate: audit.Certificate{Serial: "1f", IssuerHash: "ab12"}},
		Human: &audit.Human{ID: "899700000012", Name: "Dr Anne \"DUPONT\"", Issuer: "CN=899700000012,O=TEST,C=FR",
			Roles:     []audit.Code{{Value: "10", System: "1.2.250.1.71.1.2.7", Text: "Médecin"}, {Value: "SM26", System: "1.2.250.1.71.4.2.5", Text: "Qualifié en médecine générale"}},
			Structure: "10B0000011", Sector: "SA07^1.2.250.1.71.4.2.4", Mode: "DIRECTE", Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
			Purpose: "normal", SoftwareID: "1234567890", SoftwareName: "Cabinet+", SoftwareVersion: "7.1", Homologation: "CAB-HOMOL-1",
			Assertion: "_assertion-1", Version: "3.0", Certificate: audit.Certificate{Serial: "2a", IssuerHash: "cd34"}},
		Opened: alice,
	}
}

// events are one of each kind of record.
func events() map[string][]audit.Message {
	all := make(map[string][]audit.Message)
	provided := event("ITI-41")
	provided.AddPatient(alice)
	provided.AddSubmissionSet("1.2.3.4")
	all["provide"] = provided.Messages(audit.Success, "never said")
	all["provide refused"] = provided.Messages(audit.Serious, "[XDS-DE-012] hash is the SHA-1 of the document")

	asked := event("ITI-18")
	asked.AddPatient(alice)
	asked.SetQuery("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "urn:oid:1.2.3", []byte(`<q:AdhocQueryRequest xmlns:q="urn:x"/>`))
	asked.Human.Purpose, asked.Human.Emergency, asked.Human.Secret = "bris_de_glace", true, true
	all["query with broken glass"] = asked.Messages(audit.Success, "")

	many := event("ITI-51")
	many.AddPatient(alice)
	many.AddPatient(bob)
	many.AddPatient(alice)
	many.SetQuery("urn:uuid:3d1bdb10-39a2-11de-89c2-2f44d94eaa9f", "", []byte("<q/>"))
	all["query of two patients"] = many.Messages(audit.Success, "")

	given := event("ITI-43")
	given.AddDocument(audit.Document{UniqueID: "1.2.1", Repository: "1.2.9", Patient: alice})
	given.AddDocument(audit.Document{UniqueID: "1.2.2", Repository: "1.2.9", Home: "urn:oid:1.2.3", Patient: alice})
	given.AddDocument(audit.Document{UniqueID: "1.2.3", Repository: "1.2.9", Refused: true})
	all["retrieve in part"] = given.Messages(audit.Minor, "[XDS-REP-024] the document is kept here")

	sent := event("ITI-41")
	sent.AddPatient(alice)
	sent.AddSubmissionSet("1.2.3.4")
	sent.AddExport("https://registry.example:8443/xds", moment, audit.Serious, "XDSDuplicateUniqueIdInRegistry")
	all["provide sent on"] = sent.Messages(audit.Serious, "[OPS-024] refused")

	inside := event("ITI-18")
	inside.AddPatient(alice)
	inside.SetQuery("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "", []byte("<q/>"))
	inside.AddDocument(audit.Document{UniqueID: "1.2.1", Repository: "1.2.9", Patient: alice})
	all["query with documents"] = inside.Messages(audit.Success, "")

	merged := event("ITI-44")
	merged.Human, merged.Opened = nil, ""
	merged.SetControl("II", "1.2.3^77")
	merged.AddPatientAction(bob, audit.Delete)
	merged.AddPatientAction(alice, audit.Update)
	all["merge"] = merged.Messages(audit.Success, "")

	refused := event("ITI-41")
	refused.Human, refused.Opened, refused.Alert = nil, "", audit.AuthenticationDecision
	all["token refused"] = refused.Messages(audit.Serious, "[VIHF-031] The assertion is not older than an hour")
	connection := &audit.Event{Source: source, Time: moment, Peer: audit.Peer{Address: "2001:db8::1"}, Alert: audit.NodeAuthentication, Endpoint: "https://registre.example/"}
	all["handshake refused"] = connection.Messages(audit.Serious, "[TLS-004] revoked")
	unknown := &audit.Event{Source: source, Time: moment, Peer: audit.Peer{Address: "192.0.2.8"}, Endpoint: "https://registre.example/"}
	all["not a transaction"] = unknown.Messages(audit.Serious, "[XML-001] not XML")

	operator := &audit.Event{Source: source, Time: moment, Peer: audit.Peer{Address: "127.0.0.1"}, Endpoint: "/patients", Transaction: audit.PatientByOperator}
	operator.AddPatientAction(bob, audit.Create)
	all["operator"] = operator.Messages(audit.Success, "")
	all["started"] = []audit.Message{audit.Started(source, moment)}
	all["stopped"] = []audit.Message{audit.Stopped(source, moment)}
	all["used"] = []audit.Message{audit.Used(source, moment, "root", "list --patient …")}
	all["opening"] = []audit.Message{audit.Opening(source, moment, []audit.Head{{Chain: 7, Seq: 3}, {Chain: 9, Seq: 1}})}
	all["pruning"] = []audit.Message{audit.Pruning(source, moment, audit.Prune{Class: audit.Access, Before: moment}, "root")}
	return all
}

// TestMessages holds every kind of record to the schema and to how it was when somebody last looked at it.
func TestMessages(t *testing.T) {
	for name, messages := range events() {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			for i := range messages {
				m := &messages[i]
				if err := audittest.Check(m.XML); err != nil {
					t.Errorf("%v\n%s", err, m.XML)
				}
				if _, err := audit.Parse(m.XML); err != nil {
					t.Error(err)
				}
				got.WriteString(string(m.Class) + " " + m.Event + " [" + m.Kinds + "] " + string(rune(m.Action)) + " patient=" + m.Patient + " user=" + m.User + "\n")
				got.WriteString(strings.ReplaceAll(string(m.XML), "><", ">\n<") + "\n\n")
			}
			file := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".golden")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(want, got.Bytes()) {
				t.Errorf("%v: got\n%s", err, got.Bytes())
			}
		})
	}
}

// TestFacts looks for what a record must say, and what it must not.
func TestFacts(t *testing.T) {
	m := events()["query with broken glass"][0]
	if !m.Emergency() || m.Event != "110112" || m.Patient != alice || m.User != "899700000012" {
		t.Errorf("the columns are %+v", m)
	}
	p, err := audit.Parse(m.XML)
	if err != nil {
		t.Fatal(err)
	}
	facts := make(map[string]string)
	query := ""
	for i := range p.What {
		for _, d := range p.What[i].Details {
			facts[d.Kind] = string(d.Value)
		}
		query += string(p.What[i].Query)
	}
	for kind, want := range map[string]string{
		"Structure": "10B0000011", "Mode": "DIRECTE", "Purpose Of Use": "bris_de_glace", "Software Name": "Cabinet+", "Software Version": "7.1",
		"Certificate Serial": "2a", "Certificate Issuer SHA-256": "cd34", "Peer Certificate Serial": "1f", "Secret Connection": "true", "QueryEncoding": "UTF-8",
		"urn:ihe:iti:xca:2010:homeCommunityId": "urn:oid:1.2.3", "Resource": alice,
	} {
		if facts[kind] != want {
			t.Errorf("%s is %q, want %q", kind, facts[kind], want)
		}
	}
	if query != `<q:AdhocQueryRequest xmlns:q="urn:x"/>` {
		t.Errorf("the query is %q", query)
	}
	if person := p.Who[2]; person.ID != "899700000012" || person.Name != `Dr Anne "DUPONT"<899700000012@CN=899700000012,O=TEST,C=FR>` || len(person.Roles) != 2 || !person.Requestor {
		t.Errorf("the person is %+v", person)
	}
	for _, secret := range []string{"CAB-HOMOL-1", base64.StdEncoding.EncodeToString([]byte("CAB-HOMOL-1"))} {
		if bytes.Contains(m.XML, []byte(secret)) {
			t.Errorf("the homologation number is recorded")
		}
	}
}

// TestParts divides what happened by patient and by outcome.
func TestParts(t *testing.T) {
	all := events()
	if two := all["query of two patients"]; len(two) != 2 || two[0].Patient != alice || two[1].Patient != bob {
		t.Errorf("a query of two patients has %d records", len(two))
	}
	part := all["retrieve in part"]
	if len(part) != 2 || part[0].Outcome != audit.Success || part[1].Outcome != audit.Minor || bytes.Contains(part[0].XML, []byte("1.2.3\"")) {
		t.Errorf("a retrieval in part has %d records", len(part))
	}
	if m := all["merge"]; len(m) != 2 || m[0].Action != audit.Delete || m[1].Action != audit.Update {
		t.Errorf("a merge has %d records", len(m))
	}
	var nobody *audit.Event
	nobody.AddPatient(alice)
	nobody.AddSubmissionSet("1")
	nobody.AddDocument(audit.Document{})
	nobody.SetQuery("", "", nil)
	nobody.SetControl("II", "1")
	nobody.MarkRecorded()
	if nobody.Recorded() || nobody.HasPatients() || nobody.Messages(audit.Success, "") != nil {
		t.Error("an event that nobody records has records")
	}
}

// TestLongValues bounds what a sender's values may take up.
func TestLongValues(t *testing.T) {
	e := event("ITI-18")
	e.ReplyTo = strings.Repeat("é", 5000)
	e.AddPatient(strings.Repeat("x", 1<<20))
	e.SetQuery(strings.Repeat("q", 1<<20), "", bytes.Repeat([]byte("<a/>"), 1<<20))
	m := e.Messages(audit.Success, "")[0]
	if err := audittest.Check(m.XML); err != nil {
		t.Error(err)
	}
	if len(m.XML) > 120<<10 || len(m.Patient) > 2048 {
		t.Errorf("the message has %d bytes, the patient %d", len(m.XML), len(m.Patient))
	}
	p, err := audit.Parse(m.XML)
	if err != nil {
		t.Fatal(err)
	}
	if q := p.What[1]; q.Detail("Query Bytes") != "4194304" || len(q.Detail("Query SHA-256")) != 64 {
		t.Errorf("the query's details are %+v", q.Details)
	}
}

// FuzzMessage makes records of whatever a sender may write: each is XML that the schema allows, and one record.
func FuzzMessage(f *testing.F) {
	f.Add("ITI-18", alice, "1.2.3", "http://reply/", "<q/>", "[A-1] b")
	f.Add("ITI-43", "\x00\xff", "\"&<>\r\n\t", "\u2028\ufffe", "\xef\xbb\xbf", "]]>")
	f.Add("", "", "", "", "0", "")
	f.Fuzz(func(t *testing.T, transaction, cx, id, reply, query, reason string) {
		e := event(transaction)
		e.AddPatient(cx)
		e.AddSubmissionSet(id)
		e.ReplyTo = reply
		e.SetQuery(id, reply, []byte(query))
		e.AddDocument(audit.Document{UniqueID: id, Repository: reply, Patient: cx})
		e.Peer.Subject, e.Human.Name = reply, id
		for _, m := range e.Messages(audit.Serious, reason) {
			if err := audittest.Check(m.XML); err != nil {
				t.Fatalf("%v\n%s", err, m.XML)
			}
			frame := audit.AppendSyslog(nil, source, &audit.Record{Message: m})
			if !bytes.HasSuffix(frame, m.XML) {
				t.Fatal("a frame does not end with its message")
			}
		}
	})
}

// BenchmarkMessage is what it costs to make the record of a query.
func BenchmarkMessage(b *testing.B) {
	query := bytes.Repeat([]byte("<rim:Slot name=\"$XDSDocumentEntryStatus\"/>"), 40)
	b.ReportAllocs()
	for b.Loop() {
		e := event("ITI-18")
		e.AddPatient(alice)
		e.SetQuery("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "", query)
		m := e.Messages(audit.Success, "")
		h := audit.Head{Chain: 1}
		h.Append(m[0])
	}
}
