package repository_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/repository"
	"liasse/repository/blobtest"
)

var retrieveCases = []struct {
	name     string
	requests []string
	outcome  string
	rules    string
	codes    string
	found    string // uniqueIds in the answer
}{
	{"one", []string{request("", repositoryOID, "1.2.3.1")}, "Success", "", "", "1.2.3.1"},
	{"two, one of them twice", []string{request("", repositoryOID, "1.2.3.1"), request("", repositoryOID, "1.2.3.2"), request("", repositoryOID, "1.2.3.1")}, "Success", "", "", "1.2.3.1 1.2.3.2 1.2.3.1"},
	{"nothing asked", nil, "Failure", "XDS-RET-001", "XDSRepositoryError", ""},
	{"too many", many(9), "Failure", "XDS-RET-002", "XDSTooManyResults", ""},
	{"no repository", []string{`<x:DocumentRequest><x:DocumentUniqueId>1.2.3.1</x:DocumentUniqueId></x:DocumentRequest>`}, "Failure", "XDS-RET-003", "XDSUnknownRepositoryId", ""},
	{"no document id", []string{`<x:DocumentRequest><x:RepositoryUniqueId>` + repositoryOID + `</x:RepositoryUniqueId></x:DocumentRequest>`}, "Failure", "XDS-RET-004", "XDSDocumentUniqueIdError", ""},
	{"another repository", []string{request("", "1.9.9", "1.2.3.1")}, "Failure", "XDS-RET-005", "XDSUnknownRepositoryId", ""},
	{"urn:oid:", []string{request("", "urn:oid:"+repositoryOID, "1.2.3.1")}, "Success", "XDS-RET-006", "XDSUnknownRepositoryId", "1.2.3.1"},
	{"unknown", []string{request("", repositoryOID, "1.2.3.77")}, "Failure", "XDS-RET-007", "XDSDocumentUniqueIdError", ""},
	{"part of an id", []string{request("", repositoryOID, "1.2.3")}, "Failure", "XDS-RET-007", "XDSDocumentUniqueIdError", ""},
	{"a path", []string{request("", repositoryOID, "../../../etc/passwd")}, "Failure", "XDS-RET-007", "XDSDocumentUniqueIdError", ""},
	{"some", []string{request("", repositoryOID, "1.2.3.77"), request("", repositoryOID, "1.2.3.2"), request("", "1.9.9", "1.2.3.1")}, "PartialSuccess", "XDS-RET-007 XDS-RET-005", "XDSUnknownRepositoryId XDSDocumentUniqueIdError", "1.2.3.2"},
	{"too large together", []string{request("", repositoryOID, "1.2.3.2"), request("", repositoryOID, "1.2.3.2"), request("", repositoryOID, "1.2.3.1")}, "PartialSuccess", "XDS-RET-008", "XDSRepositoryOutOfResources", "1.2.3.2 1.2.3.1"},
	{"another order", []string{`<x:DocumentRequest><x:DocumentUniqueId>1.2.3.1</x:DocumentUniqueId><x:RepositoryUniqueId>` + repositoryOID + `</x:RepositoryUniqueId></x:DocumentRequest>`}, "Success", "XDS-RET-009", "XDSRepositoryError", "1.2.3.1"},
	{"an element that is not known", []string{strings.Replace(request("", repositoryOID, "1.2.3.1"), "</x:DocumentRequest>", "<x:Other/></x:DocumentRequest>", 1)}, "Success", "XDS-RET-009", "XDSRepositoryError", "1.2.3.1"},
	{"an empty home", []string{request(" ", repositoryOID, "1.2.3.1")}, "Success", "XDS-RET-010 XDS-RET-011", "XDSRepositoryError XDSUnknownCommunity", "1.2.3.1"},
	{"white space", []string{request("", repositoryOID, "\n 1.2.3.1 ")}, "Success", "XDS-RET-011", "XDSRepositoryError", "1.2.3.1"},
	{"something else asked", []string{`<x:Other/>`, request("", repositoryOID, "1.2.3.1")}, "Success", "XDS-RET-012", "XDSRepositoryError", "1.2.3.1"},
}

func many(n int) []string {
	requests := make([]string, n)
	for i := range requests {
		requests[i] = request("", repositoryOID, "1.2.3.1")
	}
	return requests
}

func TestRetrieveRules(t *testing.T) {
	for _, mtom := range []bool{true, false} {
		w := newWorld(t, options{
			repository: func(c *repository.Config) { c.MaxRequests, c.MaxRetrieveBytes = 8, 300_000 },
			rules:      map[string]rule.Severity{"SOAP-020": rule.Warning},
		})
		if r := w.provide(t, two()); r.outcome != "Success" {
			t.Fatal(r)
		}
		contents := map[string][]byte{"1.2.3.1": two().docs[0].content, "1.2.3.2": two().docs[1].content}
		for _, c := range retrieveCases {
			t.Run(fmt.Sprintf("%s, MTOM %v", c.name, mtom), func(t *testing.T) {
				var r *reply
				if mtom {
					r = w.retrieve(t, c.requests...)
				} else {
					r = post(t, w.url, simpleType, strings.NewReader(retrieval(c.requests...)))
				}
				if r.outcome != c.outcome {
					t.Fatal(r)
				}
				for _, id := range strings.Fields(c.rules) {
					if !r.has(id) {
						t.Errorf("%s is not in the answer: %v", id, r)
					}
				}
				if mtom && r.codes() != c.codes {
					t.Errorf("the codes are %q", r.codes())
				}
				var found []string
				for _, d := range r.documents {
					found = append(found, d.uniqueID)
					if !bytes.Equal(d.content, contents[d.uniqueID]) {
						t.Errorf("%s comes back as %d other bytes", d.uniqueID, len(d.content))
					}
				}
				if strings.Join(found, " ") != c.found {
					t.Errorf("found %q", found)
				}
			})
		}
	}
}

func TestErrorsNameTheDocument(t *testing.T) {
	w := newWorld(t, options{})
	var requests []string
	for i := range 256 {
		requests = append(requests, request("", repositoryOID, fmt.Sprint("1.2.9.", i)))
	}
	r := w.retrieve(t, requests...)
	if len(r.errors) != 256 || r.outcome != "Failure" {
		t.Fatalf("%d errors for 256 documents", len(r.errors))
	}
	for i, e := range r.errors {
		if e.location != fmt.Sprint("1.2.9.", i) || !strings.Contains(e.context, e.location) || e.severity != "Error" {
			t.Errorf("error %d: %+v", i, e)
		}
	}
	if r = w.retrieve(t, append(requests, requests[0])...); r.codes() != "XDSTooManyResults" {
		t.Errorf("257 documents: %v", r)
	}
}

func TestHomeCommunityIsEchoed(t *testing.T) {
	w := newWorld(t, options{})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	r := w.retrieve(t, request("urn:oid:1.2.3&amp;4", repositoryOID, "1.2.3.1"), request("", "urn:oid:"+repositoryOID, "1.2.3.2"))
	if len(r.documents) != 2 || r.documents[0].home != "urn:oid:1.2.3&4" || r.documents[1].home != "" || strings.Count(r.raw, "HomeCommunityId") != 2 ||
		r.documents[1].repository != "urn:oid:"+repositoryOID {
		t.Errorf("%v\n%s", r, r.raw)
	}
}

func TestStrictRules(t *testing.T) {
	w := newWorld(t, options{rules: map[string]rule.Severity{"XDS-RET-006": rule.Error, "XDS-RET-005": rule.Warning, "XDS-RET-007": rule.Warning}})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	if r := w.retrieve(t, request("", "urn:oid:"+repositoryOID, "1.2.3.1")); r.outcome != "Failure" || r.codes() != "XDSUnknownRepositoryId" {
		t.Error(r)
	}
	if r := w.retrieve(t, request("", "1.9.9", "1.2.3.1")); r.outcome != "Success" || len(r.documents) != 1 {
		t.Error(r)
	}
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.77")); r.outcome != "Failure" || r.codes() != "XDSDocumentUniqueIdError" {
		t.Errorf("an unknown document cannot be tolerated: %v", r)
	}
}

// hidden shows nothing whose uniqueId it holds.
type hidden map[string]bool

func (h hidden) Asked(context.Context, string, []registry.AskedPatient, *rule.Report) {}

func (h hidden) Visible(_ context.Context, id *registry.Identity) bool { return !h[id.UniqueID] }

// TestMaskedIsUnknown: what the caller may not see is answered byte for byte as what is not there.
func TestMaskedIsUnknown(t *testing.T) {
	policy := hidden{}
	w := newWorld(t, options{repository: func(c *repository.Config) { c.Policy = policy }})
	unknown := w.retrieve(t, request("", repositoryOID, "1.2.3.1"))
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.1")); r.outcome != "Success" {
		t.Fatal(r)
	}
	policy["1.2.3.1"] = true
	masked := w.retrieve(t, request("", repositoryOID, "1.2.3.1"))
	if masked.raw != unknown.raw || masked.length != unknown.length {
		t.Errorf("masked:\n%s\nunknown:\n%s", masked.raw, unknown.raw)
	}
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.1"), request("", repositoryOID, "1.2.3.2")); r.outcome != "PartialSuccess" {
		t.Error(r)
	}
}

// TestDamageIsAnError: bytes that went bad are never given; other documents are.
func TestDamageIsAnError(t *testing.T) {
	w := newWorld(t, options{})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	path := func(content []byte) string {
		name := blobtest.Digest(content).Address.String()
		return filepath.Join(w.dir, "documents", "blobs", name[:2], name)
	}
	wrong := bytes.Clone(two().docs[1].content)
	wrong[100_000] ^= 4
	if err := os.WriteFile(path(two().docs[1].content), wrong, 0o600); err != nil {
		t.Fatal(err)
	}
	requests := []string{request("", repositoryOID, "1.2.3.1"), request("", repositoryOID, "1.2.3.2")}
	r := w.retrieve(t, requests...)
	if r.outcome != "PartialSuccess" || r.codes() != "XDSRepositoryError" || len(r.documents) != 1 || r.documents[0].uniqueID != "1.2.3.1" || r.errors[0].location != "1.2.3.2" {
		t.Error(r)
	}
	if err := os.Remove(path(two().docs[0].content)); err != nil {
		t.Fatal(err)
	}
	if r := w.retrieve(t, requests...); r.outcome != "Failure" || len(r.documents) != 0 || len(r.errors) != 2 {
		t.Error(r)
	}
}
