package repository_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/repository"
	"liasse/repository/blobtest"
)

func sha1Of(b []byte) string { sum := sha1.Sum(b); return hex.EncodeToString(sum[:]) }

// two makes a right message of two documents.
func two() *message {
	return &message{set: "1.2.3.100", docs: []doc{
		{id: "doc1", uniqueID: "1.2.3.1", content: []byte("first\r\ncontent\n")},
		{id: "doc2", uniqueID: "1.2.3.2", mimeType: "application/pdf", content: blobtest.Content(200_000, 2)},
	}}
}

func TestProvideGivesEveryByteBack(t *testing.T) {
	w := newWorld(t, options{})
	m := two()
	m.docs = append(m.docs,
		doc{id: "doc3", uniqueID: "1.2.3.3", content: nil},
		doc{id: "doc4", uniqueID: "1.2.3.4", content: []byte("inline é"), inline: true, slots: slot("hash", strings.ToUpper(sha1Of([]byte("inline é")))) + slot("size", "9")},
		doc{id: "doc5", uniqueID: "1.2.3.5", content: blobtest.Content(300_000, 5), inline: true},
		doc{id: "urn:uuid:0AB3F2BE-3C4B-4D3C-8E5F-1234567890AB", documentID: "urn:uuid:0ab3f2be-3c4b-4d3c-8e5f-1234567890ab", uniqueID: "1.2.3.6", content: blobtest.Content(17<<20, 6)},
		doc{id: "doc7", uniqueID: "1.2.3.7", content: blobtest.Content(200_000, 2)},
	)
	if r := w.provide(t, m); r.outcome != "Success" {
		t.Fatal(r)
	}
	var requests []string
	for _, d := range m.docs {
		requests = append(requests, request("", repositoryOID, d.uniqueID))
	}
	r := w.retrieve(t, requests...)
	if r.outcome != "Success" || len(r.documents) != len(m.docs) {
		t.Fatalf("%d documents: %v", len(r.documents), r)
	}
	if r.length < 17<<20 {
		t.Errorf("the Content-Length is %d", r.length)
	}
	for i, d := range m.docs {
		got := r.documents[i]
		if !bytes.Equal(got.content, d.content) || got.uniqueID != d.uniqueID || got.repository != repositoryOID ||
			got.mimeType != or(d.mimeType, "text/plain") || got.partType != got.mimeType || got.home != "" {
			t.Errorf("document %d: %d bytes of %d, %+v", i, len(got.content), len(d.content), got.mimeType)
		}
	}
	state := w.state(t)
	for _, want := range []string{
		"document 1.2.3.1 " + sha1Of(m.docs[0].content) + " 15 " + repositoryOID,
		"document 1.2.3.3 da39a3ee5e6b4b0d3255bfef95601890afd80709 0 " + repositoryOID,
		" 9 " + repositoryOID,
	} {
		if !strings.Contains(state, want) {
			t.Errorf("not in the store: %s\n%s", want, state)
		}
	}
	if n := strings.Count(state, "blob "); n != 6 {
		t.Errorf("%d blobs for 6 different contents", n)
	}
	if strings.Contains(state, "staged ") {
		t.Errorf("files stay staged:\n%s", state)
	}
}

// provideCase breaks one rule, or none when rule is empty.
type provideCase struct {
	name   string
	change func(*message)
	rules  string // ids expected, as errors
	codes  string
}

var provideCases = []provideCase{
	{"right", func(*message) {}, "", ""},
	{"no metadata", func(m *message) { m.noSubmit = true }, "XDS-REP-001", "XDSRepositoryMetadataError"},
	{"metadata twice", func(m *message) { m.twice = true }, "XDS-REP-001", "XDSRepositoryMetadataError"},
	{"a foreign element", func(m *message) { m.extra = `<Document id="doc9">YQ==</Document>` }, "XDS-REP-002", "XDSRepositoryMetadataError"},
	{"a Document without id", func(m *message) { m.docs[1].documentID, m.docs[1].noEntry = "-", true }, "XDS-REP-003", "XDSMissingDocumentMetadata"},
	{"two Documents with one id", func(m *message) {
		m.docs = append(m.docs, doc{id: "doc2", noEntry: true, content: []byte("other")})
	}, "XDS-REP-004", "XDSRepositoryMetadataError"},
	{"an entry without Document", func(m *message) { m.docs[1].noDocument = true }, "XDS-REP-005", "XDSMissingDocument"},
	{"two entries without Document", func(m *message) { m.docs[0].noDocument, m.docs[1].noDocument = true, true }, "XDS-REP-005 XDS-REP-005", "XDSMissingDocument XDSMissingDocument"},
	{"a Document without entry", func(m *message) { m.docs[1].noEntry = true }, "XDS-REP-006", "XDSMissingDocumentMetadata"},
	{"other ids", func(m *message) { m.docs[1].documentID = "doc3" }, "XDS-REP-006 XDS-REP-005", "XDSMissingDocumentMetadata XDSMissingDocument"},
	{"no such part", func(m *message) { m.docs[1].noPart = true }, "XDS-REP-007", "XDSMissingDocument"},
	{"a doubly encoded reference", func(m *message) { m.docs[1].cid, m.docs[1].noPart = "d1%2540test", true }, "XDS-REP-007", "XDSMissingDocument"},
	{"a doubly encoded reference beside the part", func(m *message) { m.docs[1].cid = "d1%2540test" }, "MTOM-026 XDS-REP-006 XDS-REP-007", "XDSMissingDocumentMetadata XDSMissingDocument"},
	{"a reference in another case than the part", func(m *message) { m.docs[1].cid = "D1@test" }, "MTOM-026 XDS-REP-006 XDS-REP-007", "XDSMissingDocumentMetadata XDSMissingDocument"},
	{"a wrong hash", func(m *message) { m.docs[1].slots = slot("hash", sha1Of(nil)) }, "XDS-REP-008", "XDSRepositoryMetadataError"},
	{"a right hash in upper case", func(m *message) { m.docs[0].slots = slot("hash", strings.ToUpper(sha1Of(m.docs[0].content))) }, "", ""},
	{"a wrong size", func(m *message) { m.docs[0].slots = slot("size", "14") }, "XDS-REP-009", "XDSRepositoryMetadataError"},
	{"a right size", func(m *message) { m.docs[0].slots = slot("size", "15") }, "", ""},
	{"an on-demand entry", func(m *message) { m.docs[1].objectType, m.docs[1].noDocument = onDemandType, true }, "XDS-REP-010", "XDSRepositoryMetadataError"},
	{"too many documents", func(m *message) {
		for i := range 5 {
			m.docs = append(m.docs, doc{id: fmt.Sprint("more", i), uniqueID: fmt.Sprint("1.2.4.", i), content: []byte{byte(i)}})
		}
	}, "XDS-REP-011", "XDSRepositoryOutOfResources"},
	{"another repository's id is replaced", func(m *message) { m.docs[0].slots = slot("repositoryUniqueId", "1.9.9") }, "", ""},
	{"hash, size and Document wrong at once", func(m *message) {
		m.docs[0].slots = slot("hash", sha1Of(nil)) + slot("size", "1")
		m.docs[1].noDocument = true
	}, "XDS-REP-005 XDS-REP-008 XDS-REP-009", "XDSMissingDocument XDSRepositoryMetadataError XDSRepositoryMetadataError"},
	{"the registry's finding and the repository's", func(m *message) {
		m.patient = "nobody^^^&amp;" + authorityOID + "&amp;ISO"
		m.docs[0].slots = slot("size", "1")
	}, "XDS-REP-009 XDS-REG-001", "XDSRepositoryMetadataError XDSUnknownPatientId"},
	{"an unknown patient", func(m *message) { m.patient = "nobody^^^&amp;" + authorityOID + "&amp;ISO" }, "XDS-REG-001", "XDSUnknownPatientId"},
	{"one uniqueId twice", func(m *message) { m.docs[1].uniqueID = m.docs[0].uniqueID }, "", "XDSRegistryDuplicateUniqueIdInMessage"},
	{"no documents and no entries", func(m *message) { m.docs = nil }, "", "XDSRegistryMetadataError"},
}

// TestProvideRules: each rule breaks by a message, with its code, and leaves nothing behind; after it the same documents
// are taken when they are right.
func TestProvideRules(t *testing.T) {
	w := newWorld(t, options{repository: func(c *repository.Config) { c.MaxDocuments = 6 }})
	empty := w.state(t)
	for _, c := range provideCases {
		t.Run(c.name, func(t *testing.T) {
			m := two()
			c.change(m)
			if c.codes == "" {
				// A right one would be there for the others: it gets a world of its own.
				if r := newWorld(t, options{}).provide(t, m); r.outcome != "Success" {
					t.Error(r)
				}
				return
			}
			r := w.provide(t, m)
			if r.outcome != "Failure" || r.status != 200 {
				t.Fatalf("%v", r)
			}
			for _, id := range strings.Fields(c.rules) {
				if !r.has(id) {
					t.Errorf("%s is not in the answer: %v", id, r)
				}
			}
			for _, code := range strings.Fields(c.codes) {
				if strings.Count(r.codes(), code) < strings.Count(c.codes, code) {
					t.Errorf("%s is not in the answer as often as expected: %v", code, r)
				}
			}
			if c.rules != "" && c.name != "an on-demand entry" && len(r.errors) != max(len(strings.Fields(c.rules)), strings.Count(c.codes, " ")+1) &&
				!strings.Contains(c.name, "twice") {
				t.Errorf("other errors are in the answer: %v", r)
			}
			if state := w.state(t); state != empty {
				t.Errorf("something stays:\n%s", state)
			}
		})
	}
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Errorf("after all refusals: %v", r)
	}
}

// TestRulesHaveExamples: every rule of the package is broken by a message and kept by another.
func TestRulesHaveExamples(t *testing.T) {
	broken := make(map[string]bool)
	for _, c := range provideCases {
		for _, id := range strings.Fields(c.rules) {
			broken[id] = true
		}
	}
	for _, c := range retrieveCases {
		for _, id := range strings.Fields(c.rules) {
			broken[id] = true
		}
	}
	broken["XDS-REP-012"] = true // TestRemote: only where the registry is elsewhere
	broken["XDS-REP-013"] = true // TestDocumentIDCapitals: it does not refuse
	for _, r := range rule.All() {
		if (strings.HasPrefix(r.ID, "XDS-REP-") || strings.HasPrefix(r.ID, "XDS-RET-")) && !broken[r.ID] {
			t.Errorf("no message breaks %s", r.ID)
		}
	}
}

// TestTolerance: a rule set to warning lets the message through and is in the answer.
func TestTolerance(t *testing.T) {
	for _, c := range []struct {
		id     string
		change func(*message)
	}{
		{"XDS-REP-002", func(m *message) { m.extra = `<Document/>` }},
		{"XDS-REP-003", func(m *message) {
			m.docs = append(m.docs, doc{noEntry: true, documentID: "-", content: []byte("dropped")})
		}},
		{"XDS-REP-004", func(m *message) {
			m.docs = append(m.docs, doc{id: "doc2", noEntry: true, content: []byte("dropped")})
		}},
		{"XDS-REP-006", func(m *message) {
			m.docs = append(m.docs, doc{id: "doc3", noEntry: true, content: []byte("dropped")})
		}},
		{"XDS-REP-008", func(m *message) { m.docs[0].slots = slot("hash", sha1Of(nil)) }},
		{"XDS-REP-009", func(m *message) { m.docs[0].slots = slot("size", "1") }},
		{"XDS-REP-011", func(m *message) {
			for i := range 5 {
				m.docs = append(m.docs, doc{id: fmt.Sprint("more", i), uniqueID: fmt.Sprint("1.2.4.", i), content: []byte{byte(i)}})
			}
		}},
	} {
		t.Run(c.id, func(t *testing.T) {
			w := newWorld(t, options{rules: map[string]rule.Severity{c.id: rule.Warning}, repository: func(c *repository.Config) { c.MaxDocuments = 6 }})
			m := two()
			c.change(m)
			r := w.provide(t, m)
			if r.outcome != "Success" || !r.has(c.id) || r.errors[0].severity != "Warning" {
				t.Error(r)
			}
			state := w.state(t)
			if !strings.Contains(state, "document 1.2.3.1 "+sha1Of(m.docs[0].content)+" 15 ") {
				t.Errorf("hash and size are not those of the bytes:\n%s", state)
			}
			if strings.Count(state, "content ") != strings.Count(state, "blob ") {
				t.Errorf("a dropped document stays:\n%s", state)
			}
		})
	}
	w := newWorld(t, options{rules: map[string]rule.Severity{"XDS-REP-001": rule.Off}})
	m := two()
	m.noSubmit = true
	if r := w.provide(t, m); r.outcome != "Failure" || !r.has("XDS-REP-001") {
		t.Errorf("a message without metadata cannot be tolerated: %v", r)
	}
}

// TestReplay: the same lot again is refused as the standard says and changes nothing; the same document in another lot is
// registered again and stored once; another document under a registered uniqueId is refused and leaves nothing.
func TestReplay(t *testing.T) {
	w := newWorld(t, options{})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	before := w.state(t)
	if r := w.provide(t, two()); strings.Contains(r.outcome, "Success") && r.errors == nil {
		t.Errorf("the same lot again: %v", r)
	}
	if state := w.state(t); state != before {
		t.Errorf("the same lot again changed\n%s\nto\n%s", before, state)
	}
	m := two()
	m.set = "1.2.3.101"
	m.docs[0].content = []byte("other\n")
	m.docs[1].uniqueID = "1.2.3.9"
	if r := w.provide(t, m); r.outcome != "Failure" || !strings.Contains(r.codes(), "XDSNonIdenticalHash") {
		t.Errorf("other bytes under a registered uniqueId: %v", r)
	}
	if state := w.state(t); state != before {
		t.Errorf("a refused lot changed\n%s\nto\n%s", before, state)
	}
	m.docs[0].content = two().docs[0].content
	if r := w.provide(t, m); r.outcome != "Success" {
		t.Errorf("the same bytes in another lot: %v", r)
	}
	if state := w.state(t); strings.Count(state, "blob ") != 2 || strings.Count(state, "content ") != 3 {
		t.Errorf("after the same bytes in another lot:\n%s", state)
	}
}

// TestEqualSHA1: what is found by SHA-256 is not mixed up by an equal SHA-1, which the metadata are free to claim only of
// bytes that have it. Colliding files are not kept here; two rows made to claim one SHA-1 do as well.
func TestEqualSHA1(t *testing.T) {
	w := newWorld(t, options{})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	var same [20]byte
	err := w.store.Submit(t.Context(), func(tx registry.Tx) error {
		found, err := tx.Contents(t.Context(), []string{"1.2.3.1", "1.2.3.2"})
		if err != nil {
			return err
		}
		for i := range found {
			found[i].UniqueID += ".9"
			found[i].SHA1 = same
		}
		return tx.PutContents(t.Context(), found)
	})
	if err != nil {
		t.Fatal(err)
	}
	r := w.retrieve(t, request("", repositoryOID, "1.2.3.1.9"), request("", repositoryOID, "1.2.3.2.9"))
	if len(r.documents) != 2 || !bytes.Equal(r.documents[0].content, two().docs[0].content) || !bytes.Equal(r.documents[1].content, two().docs[1].content) {
		t.Errorf("documents with one SHA-1 are mixed up: %v", r)
	}
}
