package registry_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/storetest"
	"liasse/schemas"
	"liasse/soap"
)

var updateAnswers = flag.Bool("update", false, "write the golden answers anew")

// fixedUUID makes a UUID of a number, for golden files.
func fixedUUID(n byte) registry.UUID {
	return registry.UUID{0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x43, 0x33, 0x84, 0x44, 0, 0, 0, 0, 0, n}
}

// fixedObject is an object without children.
func fixedObject(n byte, unique string) registry.ObjectRecord {
	return registry.ObjectRecord{ID: fixedUUID(n), LID: fixedUUID(n), Version: 1, UniqueID: unique}
}

// TestAnswerGolden compares whole answers, byte by byte, with files that people can read.
func TestAnswerGolden(t *testing.T) {
	w := newWorld(t, nil)
	identifier := func(owner, n byte, scheme, value, name string) string {
		return fmt.Sprintf(`<ExternalIdentifier id="%s" registryObject="%s" identificationScheme="%s" value="%s" objectType="%s"><Name><LocalizedString value="%s"/></Name></ExternalIdentifier>`,
			fixedUUID(n), fixedUUID(owner), scheme, value, registry.ObjectTypeExternalIdentifier, name)
	}
	mark := func(owner, n byte, node string) string {
		return fmt.Sprintf(`<Classification id="%s" classifiedObject="%s" classificationNode="%s" objectType="%s"/>`, fixedUUID(n), fixedUUID(owner), node, registry.ObjectTypeClassification)
	}
	doc := &registry.DocumentRecord{ObjectRecord: fixedObject(1, "1.2.3.1"), MimeType: "text/xml", PatientIdentifierID: fixedUUID(11), CreationTime: "20261122000000", Size: 7}
	doc.Home = "urn:oid:1.2.3"
	doc.Head = []byte(`<Slot name="creationTime"><ValueList><Value>20261122</Value></ValueList></Slot><Name><LocalizedString value="R&amp;D"/></Name>`)
	doc.Tail = []byte(identifier(1, 12, registry.SchemeDocumentUniqueID, "1.2.3.1", "XDSDocumentEntry.uniqueId"))
	onDemand := &registry.DocumentRecord{ObjectRecord: fixedObject(2, "1.2.3.2"), MimeType: `a/"b"`, ObjectType: registry.OnDemand, PatientIdentifierID: fixedUUID(21), Size: -1}
	onDemand.Status = registry.Deprecated
	onDemand.Tail = []byte(identifier(2, 22, registry.SchemeDocumentUniqueID, "1.2.3.2", "XDSDocumentEntry.uniqueId"))
	set := &registry.SubmissionSetRecord{ObjectRecord: fixedObject(3, "1.2.3.3"), SourceID: "1.2", SubmissionTime: "20261122101500", PatientIdentifierID: fixedUUID(31)}
	set.Tail = []byte(mark(3, 32, registry.NodeSubmissionSet))
	folder := &registry.FolderRecord{ObjectRecord: fixedObject(4, "1.2.3.4"), LastUpdateTime: "20261122101501", PatientIdentifierID: fixedUUID(41)}
	folder.Head = []byte(`<Slot name="urn:x"><ValueList><Value>1</Value></ValueList></Slot>`)
	folder.Tail = []byte(mark(4, 42, registry.NodeFolder))
	link := &registry.AssociationRecord{ObjectRecord: fixedObject(5, ""), Type: registry.HasMember, Source: fixedUUID(3), Target: fixedUUID(1),
		SourceKind: registry.KindSubmissionSet, TargetKind: registry.KindDocument, Label: "Original"}
	link.Head = []byte(`<Slot name="SubmissionSetStatus"><ValueList><Value>Original</Value></ValueList></Slot>`)
	w.submit("O'B^^^&1.3.6.1.4.1.21367.13.20.1000&ISO", &registry.Batch{
		Documents: []*registry.DocumentRecord{doc, onDemand}, SubmissionSets: []*registry.SubmissionSetRecord{set},
		Folders: []*registry.FolderRecord{folder}, Associations: []*registry.AssociationRecord{link},
	})
	id, _ := queryID(t, "GetAll")
	all := []querySlot{param("$patientId", "'O''B^^^&1.3.6.1.4.1.21367.13.20.1000&ISO'"), param("$XDSDocumentEntryStatus", bothStatuses),
		param("$XDSSubmissionSetStatus", approvedList), param("$XDSFolderStatus", approvedList), param("$XDSDocumentEntryType", bothTypes)}
	refused := strings.Replace(adhocQuery(id, "LeafClass"), "urn:uuid:", "", 1)
	validator := newValidator(t)
	for name, request := range map[string]string{
		"leafclass": adhocQuery(id, "LeafClass", all...),
		"objectref": adhocQuery(id, "ObjectRef", all...),
		"warning":   adhocQuery(id, "ObjectRef", append(all, querySlot{"$XDSDocumentEntryFormatCode", nil})...),
		"failure":   refused,
	} {
		t.Run(name, func(t *testing.T) {
			got := w.send(t.Context(), "ITI-18", request, nil)
			if violations, err := validator.Validate([]byte(got.raw), schemas.Payload); err != nil || len(violations) > 0 {
				t.Errorf("the answer is not valid: %v %v", err, violations)
			}
			if again := w.send(t.Context(), "ITI-18", request, nil); again.raw != got.raw {
				t.Error("the same query is answered otherwise the second time")
			}
			file := filepath.Join("testdata", "answer", name+".xml")
			readable := strings.ReplaceAll(got.raw, "><", ">\n<") + "\n"
			if *updateAnswers {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(readable), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("reading the golden answer (make it with -update): %v", err)
			}
			if diff := cmp.Diff(string(want), readable); diff != "" {
				t.Errorf("(-golden +answered):\n%s", diff)
			}
		})
	}
}

func newValidator(t testing.TB) schemas.Validator {
	t.Helper()
	v, err := schemas.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// soapEnvelope puts a message into a SOAP envelope.
func soapEnvelope(action, body string) string {
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>` +
		`<a:Action s:mustUnderstand="1">` + action + `</a:Action><a:MessageID>urn:uuid:8b2e1c64-3d8b-4a3e-9d7b-2f1e5c6a7b80</a:MessageID>` +
		`<a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

// postEnvelope sends an envelope and gives the answer's bytes and body element.
func postEnvelope(t *testing.T, url, action, body string) ([]byte, xmltree.Node) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(soapEnvelope(action, body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/soap+xml; charset=UTF-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("HTTP %d: %s", response.StatusCode, raw)
	}
	doc, err := xmltree.Parse(raw, xmltree.DocumentLimits)
	if err != nil {
		t.Fatalf("the answer is not well-formed: %v", err)
	}
	return raw, doc.Root().Child(soap.EnvelopeNamespace, "Body").FirstElement()
}

// TestSubmittedMetadataComesBack submits the lot of testdata by ITI-42 over HTTP, asks for it by ITI-18, and compares:
// everything sent comes back (ITI TF-3 4.3.2.1), in a message that the schema holds for valid.
func TestSubmittedMetadataComesBack(t *testing.T) {
	lot, err := os.ReadFile(filepath.Join("testdata", "lot.xml"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(cfg *registry.Config) { cfg.Affinity.AnyPatient = true })
	server := httptest.NewServer(soap.NewHandler(soap.Config{}, w.registry.Transactions()...))
	t.Cleanup(server.Close)
	_, answer := postEnvelope(t, server.URL, "urn:ihe:iti:2007:RegisterDocumentSet-b", string(lot))
	if got := answer.AttrValue("", "status"); got != registry.StatusSuccess {
		t.Fatalf("the lot is refused: %s", answer.Raw())
	}
	id, _ := queryID(t, "GetAll")
	raw, answer := postEnvelope(t, server.URL, "urn:ihe:iti:2007:RegistryStoredQuery", adhocQuery(id, "LeafClass",
		param("$patientId", "'4711^^^&1.3.6.1.4.1.21367.13.20.1000&ISO'"), param("$XDSDocumentEntryStatus", approvedList),
		param("$XDSSubmissionSetStatus", approvedList), param("$XDSFolderStatus", approvedList)))
	violations, err := newValidator(t).Validate(raw, schemas.Message)
	if err != nil || len(violations) > 0 {
		t.Errorf("the answer is not valid: %v %v", err, violations)
	}
	answered := answer.Child(registry.NamespaceRIM, "RegistryObjectList")
	if diff := cmp.Diff(described(lotObjects(t, lot)), described(answered)); diff != "" {
		t.Errorf("(-sent +answered):\n%s", diff)
	}
	for object := range answered.Elements() {
		checkObject(t, object)
	}
}

func lotObjects(t *testing.T, lot []byte) xmltree.Node {
	t.Helper()
	doc, err := xmltree.Parse(lot, xmltree.DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Root().Child(registry.NamespaceRIM, "RegistryObjectList")
}

// described lists what objects say, without their ids: one line for every querySlot, name, code and identifier.
func described(objects xmltree.Node) []string {
	var lines []string
	for object := range objects.Elements() {
		var identifiers []string
		for x := range object.Children(registry.NamespaceRIM, "ExternalIdentifier") {
			identifiers = append(identifiers, x.AttrValue("", "value"))
		}
		slices.Sort(identifiers)
		unique := object.Local() + object.AttrValue("", "associationType") + " " + strings.Join(identifiers, " ") + " "
		var describe func(prefix string, n xmltree.Node)
		describe = func(prefix string, n xmltree.Node) {
			for e := range n.Elements() {
				switch e.Local() {
				case "Slot":
					if e.AttrValue("", "name") == "lastUpdateTime" {
						continue // the registry's own
					}
					line := prefix + e.AttrValue("", "name")
					for v := range e.Child(registry.NamespaceRIM, "ValueList").Elements() {
						line += " | " + v.Text()
					}
					lines = append(lines, line)
				case "Name", "Description":
					for l := range e.Elements() {
						lines = append(lines, prefix+e.Local()+" "+l.Lang()+" "+l.AttrValue("", "value"))
					}
				case "Classification":
					what := prefix + e.AttrValue("", "classificationScheme") + e.AttrValue("", "classificationNode") + " " + e.AttrValue("", "nodeRepresentation") + " "
					lines = append(lines, what)
					describe(what, e)
				case "ExternalIdentifier":
					what := prefix + e.AttrValue("", "identificationScheme") + " " + e.AttrValue("", "value") + " "
					lines = append(lines, what)
					describe(what, e)
				}
			}
		}
		describe(unique, object)
	}
	slices.Sort(lines)
	return lines
}

// checkObject holds one answered object to what results must have (ITI TF-3 4.2.3.1, xds.md 2.2).
func checkObject(t *testing.T, object xmltree.Node) {
	t.Helper()
	id := object.AttrValue("", "id")
	if _, err := registry.ParseUUID(id); err != nil || object.AttrValue("", "lid") != id {
		t.Errorf("%s has id %q and lid %q", object.Local(), id, object.AttrValue("", "lid"))
	}
	if got := object.AttrValue("", "status"); got != registry.Approved.URN() {
		t.Errorf("%s has status %q", object.Local(), got)
	}
	if got := object.Child(registry.NamespaceRIM, "VersionInfo").AttrValue("", "versionName"); got != "1" {
		t.Errorf("%s has version %q", object.Local(), got)
	}
	patients := 0
	for e := range object.Elements() {
		switch e.Local() {
		case "Classification", "ExternalIdentifier":
			if _, err := registry.ParseUUID(e.AttrValue("", "id")); err != nil {
				t.Errorf("a %s has id %q", e.Local(), e.AttrValue("", "id"))
			}
			if got := e.AttrValue("", "classifiedObject") + e.AttrValue("", "registryObject"); got != id {
				t.Errorf("a %s of %s is of %s", e.Local(), id, got)
			}
			if got, want := e.AttrValue("", "objectType"), "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:"+e.Local(); got != want {
				t.Errorf("a %s has objectType %q", e.Local(), got)
			}
		}
		if e.Local() == "ExternalIdentifier" && strings.HasSuffix(e.Child(registry.NamespaceRIM, "Name").FirstElement().AttrValue("", "value"), ".patientId") {
			patients++
		}
	}
	if want := map[bool]int{true: 0, false: 1}[object.Local() == "Association"]; patients != want {
		t.Errorf("%s %s has %d patientIds", object.Local(), id, patients)
	}
}

// TestHome shows the domain's homeCommunityId on objects that came without one.
func TestHome(t *testing.T) {
	w := newWorld(t, func(cfg *registry.Config) { cfg.Affinity.HomeCommunity = "1.2.250.1.999" })
	w.lot("A", storetest.PatientID(1), false, storetest.Document())
	for _, returnType := range []string{"LeafClass", "ObjectRef"} {
		got := w.query("FindDocuments", returnType, ofPatient(1), ofStatus(approvedList))
		if !strings.Contains(got.raw, ` home="urn:oid:1.2.250.1.999"`) {
			t.Errorf("%s: %s", returnType, got.raw)
		}
	}
	id, _ := queryID(t, "FindDocuments")
	withHome := strings.Replace(adhocQuery(id, "ObjectRef", ofPatient(1), ofStatus(approvedList)), "<r:AdhocQuery ", `<r:AdhocQuery home="urn:oid:9.9" `, 1)
	if got := w.send(t.Context(), "ITI-18", withHome, nil); got.status != "Success" || len(got.names) != 1 {
		t.Errorf("with AdhocQuery/@home: %s %v", got.status, got.names)
	}
}

// TestOffline hides Offline entries at level 1 and finds them by their availability at level 2.
func TestOffline(t *testing.T) {
	w := newWorld(t, nil)
	offline := storetest.Document()
	offline.Head = bytes.Join([][]byte{[]byte(`<Slot name="documentAvailability"><ValueList><Value>urn:ihe:iti:2010:DocumentAvailability:Offline</Value></ValueList></Slot>`), offline.Head}, nil)
	w.lot("A", storetest.PatientID(1), false, storetest.Document(), offline)
	level2 := param("$MetadataLevel", "2")
	availability := func(value string) querySlot {
		return param("$XDSDocumentEntryDocumentAvailability", "('urn:ihe:iti:2010:DocumentAvailability:"+value+"')")
	}
	w.expect(t, []string{"A.1"}, "FindDocuments", ofPatient(1), ofStatus(approvedList))
	w.expect(t, nil, "FindDocuments", ofPatient(1), ofStatus(approvedList), availability("Offline"))
	w.expect(t, []string{"A.1", "A.2"}, "FindDocuments", ofPatient(1), ofStatus(approvedList), level2)
	w.expect(t, []string{"A.2"}, "FindDocuments", ofPatient(1), ofStatus(approvedList), level2, availability("Offline"))
	w.expect(t, []string{"A.1"}, "FindDocuments", ofPatient(1), ofStatus(approvedList), level2, availability("Online"))
	w.expect(t, nil, "GetDocuments", w.uuids("$XDSDocumentEntryEntryUUID", "A.2"))
	w.expect(t, []string{"A.2"}, "GetDocuments", w.uuids("$XDSDocumentEntryEntryUUID", "A.2"), level2)
}
