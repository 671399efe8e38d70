package registry_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/storetest"
	"liasse/soap"
)

// BenchmarkFindDocuments answers FindDocuments for whole entries of realistic size, from the parsed request to the written
// answer, on SQLite.
func BenchmarkFindDocuments(b *testing.B) {
	w := newWorld(b, nil)
	for patient, entries := range map[int]int{10: 10, 100: 100} {
		documents := make([]*registry.DocumentRecord, entries)
		for i := range documents {
			documents[i] = storetest.Document()
		}
		w.lot(fmt.Sprint(patient), storetest.PatientID(patient), false, documents...)
	}
	for _, entries := range []int{10, 100} {
		for _, returnType := range []string{"LeafClass", "ObjectRef"} {
			b.Run(fmt.Sprintf("%d/%s", entries, returnType), func(b *testing.B) {
				request := []byte(adhocQuery(findDocumentsID, returnType, ofPatient(entries), ofStatus(approvedList)))
				tx := registry.QueryTransactions(w.registry)[0]
				b.ReportAllocs()
				for b.Loop() {
					doc, err := xmltree.Parse(request, xmltree.SOAPLimits)
					if err != nil {
						b.Fatal(err)
					}
					response, err := tx.Serve(context.Background(), &soap.Request{Transaction: &tx, Envelope: doc, Body: doc.Root(), Report: &rule.Report{}})
					if err != nil {
						b.Fatal(err)
					}
					n, err := response.Body.WriteTo(io.Discard)
					if err != nil {
						b.Fatal(err)
					}
					b.SetBytes(n)
					doc.Release()
				}
			})
		}
	}
}
