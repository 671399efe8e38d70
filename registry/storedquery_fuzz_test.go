package registry_test

import (
	"bytes"
	"slices"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// FuzzAdhocQueryRequest answers any well-formed element as if it were a query: what comes back is an AdhocQueryResponse
// that the strict parser reads, a Failure has an error and no objects, a Success no error.
func FuzzAdhocQueryRequest(f *testing.F) {
	w := goldenWorld(f)
	queries := everyQuery(w)
	for _, name := range []string{"FindDocuments", "GetAll", "GetRelatedDocuments", "FindDocumentsExclude", "GetSubmissionSetAndContents", "FindFoldersForMultiplePatients"} {
		id, _ := queryID(f, name)
		f.Add([]byte(adhocQuery(id, "LeafClass", queries[name]...)))
		f.Add([]byte(adhocQuery(id, "ObjectRef", append(queries[name], queries[name]...)...)))
	}
	f.Add([]byte(adhocQuery(findDocumentsID, "LeafClassWithRepositoryItem", ofPatient(1), ofStatus("('Approved'"))))
	f.Add([]byte(adhocQuery(findDocumentsID, "", param("$XDSDocumentEntryCreationTimeFrom", "20261301"), param("$MetadataLevel", "('2')"), param("$XDSDocumentEntryAuthorPerson", `("%_'")`))))
	f.Add([]byte(`<x/>`))
	f.Fuzz(func(t *testing.T, request []byte) {
		doc, err := xmltree.Parse(request, xmltree.SOAPLimits)
		if err != nil {
			t.Skip("not well-formed")
		}
		for _, tx := range registry.QueryTransactions(w.registry) {
			report := &rule.Report{}
			response, err := tx.Serve(t.Context(), &soap.Request{Transaction: &tx, Envelope: doc, Body: doc.Root(), Report: report})
			if err != nil {
				t.Fatalf("%s fails: %v", tx.Name, err)
			}
			var out bytes.Buffer
			if _, err := response.Body.WriteTo(&out); err != nil {
				t.Fatal(err)
			}
			answer, err := xmltree.Parse(out.Bytes(), xmltree.DocumentLimits)
			if err != nil {
				t.Fatalf("the answer is not well-formed: %v\n%s", err, out.Bytes())
			}
			failed := answer.Root().AttrValue("", "status") == registry.StatusFailure
			objects := answer.Root().Child(registry.NamespaceRIM, "RegistryObjectList")
			if failed != report.Failed() || objects.IsZero() || failed && !objects.FirstElement().IsZero() {
				t.Fatalf("failed %v: %s", report.Failed(), out.Bytes())
			}
			if slices.ContainsFunc(report.Findings, func(f rule.Finding) bool { return f.Sentence("fr") == "" }) {
				t.Fatal("a finding says nothing")
			}
		}
	})
}
