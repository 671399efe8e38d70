package registry_test

import (
	"strconv"
	"testing"

	"liasse/registry"
)

const (
	neighbour        = "4712^^^&" + authority + "&ISO"
	neighbourEscaped = "4712^^^&amp;" + authority + "&amp;ISO"
	uuidC            = "urn:uuid:2c4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d70"
	uuidSet          = "urn:uuid:3d4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d71"
)

// theLot registers the lot of testdata with known entryUUIDs: doc1 as uuidA, its Folder as uuidB, the set as uuidSet.
func theLot(changes ...change) step {
	return step{base: "lot", changes: append(does(
		swapAll(`"doc1"`, `"`+uuidA+`"`), swapAll(`"folder"`, `"`+uuidB+`"`), swapAll(`"set"`, `"`+uuidSet+`"`)), changes...)}
}

// aDocument registers the one document of testdata under an entryUUID and uniqueIds of its own.
func aDocument(uuid, number string, changes ...change) step {
	return step{base: "one", changes: append(does(swapAll(`"doc"`, `"`+uuid+`"`),
		swap("1.2.250.1.999.6.9", "1.2.250.1.999.6."+number), swap("1.2.250.1.999.7.9", "1.2.250.1.999.7."+number)), changes...)}
}

func ofNeighbour() change { return swapAll(escapedPatient, neighbourEscaped) }

// chain repeats the document of the message, each copy an addendum to the one before, the first to head.
func chain(head string, length int) change {
	return func(t testing.TB, message string) string {
		from, to := element(t, message, "ExtrinsicObject", `id="doc"`)
		document, before, added, related := message[from:to], head, "", ""
		for i := range length {
			id := "addendum" + strconv.Itoa(i)
			copied := swapAll(`"doc"`, `"`+id+`"`)(t, document)
			added += swap("1.2.250.1.999.6.9", "1.2.250.1.999.6.9."+strconv.Itoa(i))(t, copied)
			related += `<Association id="m` + id + `" associationType="` + registry.HasMember.URN() + `" sourceObject="set" targetObject="` + id +
				`"><Slot name="SubmissionSetStatus"><ValueList><Value>Original</Value></ValueList></Slot></Association>` +
				`<Association id="a` + id + `" associationType="` + registry.Appends.URN() + `" sourceObject="` + id + `" targetObject="` + before + `"/>`
			before = id
		}
		return listed(added+related)(t, message)
	}
}

// shapeExamples break the rules of the shape of a submission.
var shapeExamples = []example{
	{rule: "XDS-SUB-001", base: "one", changes: does(twice("RegistryPackage", `id="set"`))},
	{rule: "XDS-SUB-002", base: "one", changes: does(without("Association", `id="in-set"`))},
	{rule: "XDS-SUB-003", base: "lot", changes: does(without("Association", `id="in-set-2"`))},
	{rule: "XDS-SUB-004", base: "lot", changes: does(without("Association", `id="in-set-3"`))},
	{rule: "XDS-SUB-005", base: "lot", changes: does(without("Association", `id="in-set-4"`))},
	{rule: "XDS-SUB-006", base: "one", before: []step{theLot()}, changes: does(labelled("r", "set", uuidA, "Original"))},
	{rule: "XDS-SUB-007", base: "one", changes: does(related("r", "APND", "doc", "set"))},
	{rule: "XDS-SUB-008", base: "one", changes: does(related("r", "APND", "doc", "doc"))},
	{rule: "XDS-SUB-009", base: "one", changes: does(related("r", "APND", "doc", "nothing"))},
	{rule: "XDS-SUB-010", base: "lot", code: "UnresolvedReferenceException", changes: does(related("r", "APND", "folder", "doc1"))},
	{rule: "XDS-SUB-011", base: "lot", code: "UnresolvedReferenceException", changes: does(related("r", "RPLC", "doc1", "doc2"))},
	{rule: "XDS-SUB-012", base: "lot", changes: does(related("r", "HasMember", "doc1", "doc2"))},
	{rule: "XDS-SUB-013", base: "lot", changes: does(related("r", "APND", "doc1", "folder"))},
	{rule: "XDS-SUB-014", base: "lot", changes: does(related("r", "APND", "doc1", "doc2"), related("q", "APND", "doc2", "doc1"))},
	{rule: "XDS-SUB-015", base: "lot", code: "XDSPatientIdDoesNotMatch", changes: does(
		swap(`registryObject="doc2" identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427" value="`+escapedPatient, `registryObject="doc2" identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427" value="`+neighbourEscaped))},
	{rule: "XDS-SUB-016", base: "lot", code: "XDSRegistryDuplicateUniqueIdInMessage", changes: does(swap("1.2.250.1.999.6.2", "1.2.250.1.999.6.1^CR-1"))},
}

// stateExamples break the rules that look at the registry.
var stateExamples = []example{
	{rule: "XDS-REG-001", base: "one", code: "XDSUnknownPatientId", changes: does(swapAll("4711^^^", "4799^^^"))},
	{rule: "XDS-REG-002", base: "one", code: "XDSUnknownPatientId", setup: func(h *house) { h.merge(patientID, neighbour) }},
	{rule: "XDS-REG-003", base: "one", code: "XDSUnknownPatientId", changes: does(swapAll(authority, "1.2.3.4"))},
	{rule: "XDS-REG-004", base: "one", code: "XDSNonIdenticalHash", before: []step{theLot()}, changes: does(swap("1.2.250.1.999.6.9", "1.2.250.1.999.6.2"))},
	{rule: "XDS-REG-005", base: "one", code: "XDSNonIdenticalSize", before: []step{theLot()}, changes: does(swap("1.2.250.1.999.6.9", "1.2.250.1.999.6.2"))},
	{rule: "XDS-REG-006", base: "one", code: "XDSDuplicateUniqueIdInRegistry", before: []step{theLot()}, changes: does(swap("1.2.250.1.999.7.9", "1.2.250.1.999.8.1"))},
	{rule: "XDS-REG-007", base: "lot", code: "XDSDuplicateUniqueIdInRegistry", before: []step{theLot()}},
	{rule: "XDS-REG-008", base: "lot", code: "XDSDuplicateUniqueIdInRegistry", before: []step{theLot()}, changes: does(swap("1.2.250.1.999.7.1", "1.2.250.1.999.7.2"))},
	{rule: "XDS-REG-009", base: "ondemand", onDemand: true, code: "XDSDuplicateUniqueIdInRegistry", before: []step{theLot()}, changes: does(swap("1.2.250.1.999.6.20", "1.2.250.1.999.6.2"))},
	{rule: "XDS-REG-010", base: "one", before: []step{theLot()}, changes: does(swapAll(`"doc"`, `"`+uuidA+`"`))},
	{rule: "XDS-REG-011", base: "one", code: "UnresolvedReferenceException", changes: does(related("r", "RPLC", "doc", uuidC))},
	{rule: "XDS-REG-012", base: "one", code: "XDSRegistryDeprecatedDocumentError", before: []step{theLot(), aDocument(uuidC, "10", related("r", "RPLC", uuidC, uuidA))},
		changes: does(related("r", "APND", "doc", uuidA))},
	{rule: "XDS-REG-013", base: "one", code: "XDSPatientIdDoesNotMatch", setup: func(h *house) { h.know(neighbour) }, before: []step{theLot(ofNeighbour())},
		changes: does(related("r", "signs", "doc", uuidA))},
	{rule: "XDS-REG-014", base: "one", before: []step{theLot(), aDocument(uuidC, "10", related("r", "XFRM", uuidC, uuidA))}, changes: does(related("r", "APND", "doc", uuidC))},
	{rule: "XDS-REG-015", base: "one", before: []step{theLot()}, changes: does(related("r", "HasMember", uuidSet, "doc"))},
	{rule: "XDS-REG-016", base: "one", code: "XDSPatientIdDoesNotMatch", setup: func(h *house) { h.know(neighbour) }, before: []step{theLot(ofNeighbour())},
		changes: does(related("r", "HasMember", uuidB, "doc"), related("q", "HasMember", "set", "r"))},
	{rule: "XDS-REG-017", base: "one", code: "XDSRegistryDeprecatedDocumentError", before: []step{theLot(), aDocument(uuidC, "10", related("r", "RPLC", uuidC, uuidA))},
		changes: does(related("r", "HasMember", uuidB, uuidA), related("q", "HasMember", "set", "r"))},
	{rule: "XDS-REG-018", base: "one", before: []step{theLot()}, changes: does(related("r", "IsSnapshotOf", "doc", uuidA))},
	{rule: "XDS-REG-019", base: "one", before: []step{theLot()}, changes: does(chain(uuidA, 129))},
	{rule: "XDS-REG-020", base: "one", changes: does(swap(`nodeRepresentation="SA07"`, `nodeRepresentation="SA99"`)), affinity: func(a *registry.Affinity) {
		a.CodeMode = registry.CodesEnforced
		a.Codes = map[registry.CodeKind][]registry.Code{registry.CodeFacilityType: {{Value: "SA07", Scheme: "1.2.250.1.71.4.2.4"}}}
	}},
	{rule: "XDS-REG-021", base: "one", changes: does(swap(`mimeType="text/xml"`, `mimeType="text/plain"`)), affinity: func(a *registry.Affinity) {
		a.CodeMode = registry.CodesEnforced
		a.MimeTypes = []string{"text/xml", "application/pdf"}
	}},
	{rule: "XDS-REG-022", base: "one", changes: does(swap("1.2.250.1.999.3.1", "1.2.250.1.999.3.2")), affinity: func(a *registry.Affinity) {
		a.RepositoryIDs = []string{"1.2.250.1.999.3.1"}
	}},
	{rule: "XDS-REG-023", base: "one", code: "XDSRegistryDeprecatedDocumentError", before: []step{theLot()},
		changes: does(related("r", "RPLC", "doc", uuidA), related("q", "APND", "doc", uuidA))},
	{rule: "XDS-REG-024", base: "one", accepted: true, before: []step{theLot()}, changes: does(related("r", "HasMember", uuidB, uuidA), related("q", "HasMember", "set", "r"))},
	{rule: "XDS-REG-025", base: "one", accepted: true, before: []step{theLot()}, changes: does(related("r", "HasMember", "set", uuidB))},
}
