package registry_test

import (
	"strings"
	"testing"

	"liasse/registry"
)

// TestTextsCompareInNormalForm registers texts with accents as one letter or as two, and asks for them the other way: they
// are found, and come back byte for byte as they were sent. Identifiers are exact bytes (ITI TF-2 Appendix F).
func TestTextsCompareInNormalForm(t *testing.T) {
	const composed, apart = "\u00c9lodie", "E\u0301lodie"
	for _, tt := range []struct{ name, sent, asked string }{
		{"apart, asked composed", apart, composed},
		{"composed, asked apart", composed, apart},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			body := message(t, "one",
				swap(`<Slot name="size">`, `<Slot name="urn:ihe:iti:xds:2013:referenceIdList"><ValueList><Value>`+tt.sent+`^^^&amp;1.2.3&amp;ISO^urn:ihe:iti:xds:2013:order</Value></ValueList></Slot><Slot name="size">`),
				swap(`value="Compte rendu de consultation"`, `value="`+tt.sent+`"`),
				swap(`<Classification id="doc-class"`, `<Classification id="doc-author" classifiedObject="doc" classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" nodeRepresentation="">`+
					`<Slot name="authorPerson"><ValueList><Value>^MARTIN^`+tt.sent+`</Value></ValueList></Slot></Classification><Classification id="doc-class"`),
				swap(`nodeRepresentation="11488-4"`, `nodeRepresentation="`+tt.sent+`"`),
				swap(`<Value>2.16.840.1.113883.6.1<`, `<Value>`+tt.sent+`<`))
			if a := post(t, serve(t, h.Registry), registerAction, body); a.status != registry.StatusSuccess {
				t.Fatalf("the lot is refused: %s", a.lines)
			}
			w := &world{t: t, store: h.store, registry: h.Registry}
			find := func(extra ...querySlot) *queryReply {
				t.Helper()
				slots := append([]querySlot{param("$XDSDocumentEntryPatientId", quoted(patientID)), param("$XDSDocumentEntryStatus", approvedList)}, extra...)
				name := "FindDocuments"
				if strings.Contains(extra[0].name, "ReferenceId") {
					name = "FindDocumentsByReferenceId"
				}
				got := w.query(name, "LeafClass", slots...)
				if got.status != "Success" {
					t.Fatalf("%s: %v", got.status, got.codes)
				}
				return got
			}
			for _, parameter := range []querySlot{
				param("$XDSDocumentEntryAuthorPerson", "('%^MARTIN^"+tt.asked+"')"),
				param("$XDSDocumentEntryAuthorPerson", "('%^_lodie')"),
				param("$XDSDocumentEntryClassCode", "('"+tt.asked+"^^"+tt.asked+"')"),
				param("$XDSDocumentEntryReferenceIdList", "('"+tt.asked+"^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order')"),
			} {
				got := find(parameter)
				if len(got.names) != 1 {
					t.Errorf("%s %s finds %d entries", parameter.name, parameter.values, len(got.names))
				}
				if strings.Contains(got.raw, tt.asked) || strings.Count(got.raw, tt.sent) != 5 {
					t.Errorf("what comes back is not what was sent: %s", got.raw)
				}
			}
			h.know(tt.sent + "^^^&" + authority + "&ISO")
			for _, cx := range []struct {
				id    string
				known bool
			}{{tt.sent, true}, {tt.asked, false}} {
				got := w.query("FindDocuments", "LeafClass", param("$XDSDocumentEntryPatientId", quoted(cx.id+"^^^&"+authority+"&ISO")), param("$XDSDocumentEntryStatus", approvedList))
				if known := len(got.codes) == 0; known != cx.known {
					t.Errorf("the patient %+q is known: %v", cx.id, known)
				}
			}
		})
	}
}
