package registry_test

import (
	"strings"

	"liasse/registry"
)

// example is a message that breaks one rule, made from a message of testdata that breaks none.
type example struct {
	rule    string
	base    string
	changes []change
	// accepted tells that the rule is a warning: the message is registered all the same.
	accepted bool
	// before are sent first and must pass.
	before []step
	// setup changes the registry before that.
	setup func(*house)
	// onDemand sends the message as ITI-61.
	onDemand bool
	// code is the errorCode, XDSRegistryMetadataError when empty.
	code string
	// affinity changes the domain's agreement.
	affinity func(*registry.Affinity)
}

// step is a message that must pass.
type step struct {
	base     string
	changes  []change
	onDemand bool
}

func does(changes ...change) []change { return changes }

const (
	doc1Start = `<ExtrinsicObject id="doc1" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">`
	docStart  = `<ExtrinsicObject id="doc" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">`
	classID   = `id="doc1-class"`
	authorID  = `id="doc1-author"`
	xcn       = "801234567^MOREAU^Claire^^^Dr^^^&amp;1.2.250.1.71.4.2.1&amp;ISO"
	xon       = "Clinique des Tilleuls^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^^^^1750812345"
	schemeDE  = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
	uuidA     = "urn:uuid:0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6e"
	uuidB     = "urn:uuid:1b4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6f"
)

var long = strings.Repeat("x", 300)

// objectExamples break the rules of the ebRIM structure.
var objectExamples = []example{
	{rule: "XDS-OBJ-001", base: "one", changes: does(swap("<lcm:SubmitObjectsRequest xmlns:lcm=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\">",
		`<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"><RegistryObjectList/>`))},
	{rule: "XDS-OBJ-002", base: "one", changes: does(listed(`<Organization id="o"/>`))},
	{rule: "XDS-OBJ-003", base: "one", changes: does(swap(` id="doc" mimeType`, ` mimeType`))},
	{rule: "XDS-OBJ-004", base: "lot", changes: does(swap(` id="doc2" mimeType`, ` id="doc1" mimeType`))},
	{rule: "XDS-OBJ-005", base: "one", changes: does(swapAll(`"doc"`, `"urn:uuid:12345"`))},
	{rule: "XDS-OBJ-006", base: "one", accepted: true, changes: does(swapAll(`"doc"`, `"`+strings.ToUpper(uuidA[9:])+`"`), swapAll(`"`+strings.ToUpper(uuidA[9:]), `"urn:uuid:`+strings.ToUpper(uuidA[9:])))},
	{rule: "XDS-OBJ-007", base: "one", accepted: true, changes: does(swap(`<Association id="in-set"`, `<Association`))},
	{rule: "XDS-OBJ-008", base: "one", accepted: true, changes: does(swap(`id="doc-class"`, `id="`+uuidA+`"`), swap(`id="doc-type"`, `id="`+uuidA+`"`))},
	{rule: "XDS-OBJ-009", base: "one", changes: does(swap(docStart, docStart+`<Titre/>`))},
	{rule: "XDS-OBJ-010", base: "one", accepted: true, changes: does(moved("Slot", `"hash"`, `<Classification id="doc-type"`))},
	{rule: "XDS-OBJ-011", base: "one", changes: does(swap(`<Slot name="hash">`, `<Slot>`))},
	{rule: "XDS-OBJ-012", base: "one", changes: does(twice("Slot", `"hash"`))},
	{rule: "XDS-OBJ-013", base: "one", accepted: true, changes: does(slotted("doc", "urn:example:long", long))},
	{rule: "XDS-OBJ-014", base: "one", changes: does(slotted("doc", "service", "cardiologie"))},
	{rule: "XDS-OBJ-015", base: "one", changes: does(slotted("doc", "urn:ihe:iti:xds:2099:invented", "x"))},
	{rule: "XDS-OBJ-016", base: "one", accepted: true, changes: does(slotted("doc", "serviceStartTime", " "))},
	{rule: "XDS-OBJ-017", base: "one", accepted: true, changes: does(swap(`id="doc-class" classifiedObject="doc"`, `id="doc-class"`))},
	{rule: "XDS-OBJ-018", base: "lot", changes: does(swap(`id="doc1-class" classifiedObject="doc1"`, `id="doc1-class" classifiedObject="doc2"`))},
	{rule: "XDS-OBJ-019", base: "one", changes: does(swap(schemeDE, "41a5887f-8865-4c09-adf7-e362475b143a"))},
	{rule: "XDS-OBJ-020", base: "one", changes: does(swap(`id="doc-class"`, `id="doc-class" classificationNode="`+uuidA+`"`))},
	{rule: "XDS-OBJ-021", base: "one", changes: does(listed(`<Classification id="c" classifiedObject="nothing" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>`))},
	{rule: "XDS-OBJ-022", base: "lot", changes: does(without("Classification", `id="folder-mark"`))},
	{rule: "XDS-OBJ-023", base: "one", accepted: true, changes: does(swap(`id="doc-uid" registryObject="doc"`, `id="doc-uid"`))},
	{rule: "XDS-OBJ-024", base: "one", changes: does(swap(`id="doc-uid" registryObject="doc"`, `id="doc-uid" registryObject="set"`))},
	{rule: "XDS-OBJ-025", base: "one", changes: does(swap(`identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"`, `identificationScheme="`+uuidA+`"`))},
	{rule: "XDS-OBJ-026", base: "one", changes: does(twice("ExternalIdentifier", `id="doc-uid"`))},
	{rule: "XDS-OBJ-027", base: "one", accepted: true, changes: does(swap("XDSDocumentEntry.uniqueId", "uniqueId"))},
	{rule: "XDS-OBJ-028", base: "one", accepted: true, changes: does(swap("Compte rendu de consultation", strings.Repeat("é", 1025)))},
	{rule: "XDS-OBJ-029", base: "one", accepted: true, changes: does(swap(` id="doc" mimeType`, ` id="doc" lid="other" mimeType`))},
	{rule: "XDS-OBJ-030", base: "one", changes: does(swap(` id="doc" mimeType`, ` id="doc" home="1.2.3" mimeType`))},
	{rule: "XDS-OBJ-031", base: "one", changes: does(swap(`<Classification id="doc-class"`, `<Classification id="l" classifiedObject="doc" classificationNode="urn:uuid:ab9b591b-83ab-4d03-8f5d-f93b1fb92e85"/><Classification id="doc-class"`))},
	{rule: "XDS-OBJ-032", base: "one", changes: does(swap("<Value>30412</Value>", "<Value>30412</Value><Value>30412</Value>"))},
	{rule: "XDS-OBJ-033", base: "one", changes: does(twice("Classification", `id="doc-class"`))},
	{rule: "XDS-OBJ-034", base: "one", changes: does(swap(`nodeRepresentation="SA07"`, `nodeRepresentation=""`))},
	{rule: "XDS-OBJ-035", base: "one", changes: does(swap(`<Value>1.2.250.1.71.4.2.4</Value>`, `<Value>1.2.250.1.71.4.2.4</Value><Value>1.2.3</Value>`))},
	{rule: "XDS-OBJ-036", base: "one", accepted: true, changes: does(swap(`<Name><LocalizedString value="Cabinet individuel"/></Name>`, `<Name/>`))},
	{rule: "XDS-OBJ-037", base: "lot", accepted: true, changes: does(
		without("Slot", "authorPerson"), without("Slot", "authorInstitution"), without("Slot", "authorTelecommunication"))},
	{rule: "XDS-OBJ-038", base: "lot", accepted: true, changes: does(swap(`nodeRepresentation=""`, `nodeRepresentation="author"`))},
	{rule: "XDS-OBJ-039", base: "lot", changes: does(swap(`authorPerson"><ValueList>`, `authorPerson"><ValueList><Value>`+xcn+`</Value>`))},
	{rule: "XDS-OBJ-040", base: "lot", accepted: true, changes: does(swap("authorSpecialty", "authorSpeciality"))},
	{rule: "XDS-OBJ-041", base: "lot", changes: does(swap(`authorPerson"><ValueList><Value>`+xcn, `authorPerson"><ValueList><Value>^^Claire`))},
	{rule: "XDS-OBJ-042", base: "lot", accepted: true, changes: does(swap(`authorPerson"><ValueList><Value>`+xcn, `authorPerson"><ValueList><Value>801234567^^^&amp;1.2.3&amp;ISO`))},
	{rule: "XDS-OBJ-043", base: "lot", changes: does(swap(xon, "Clinique^^^^^^^^^1750812345"))},
	{rule: "XDS-OBJ-044", base: "lot", accepted: true, changes: does(swap(xon, "Clinique^^^^^&amp;1.2.3&amp;ISO^IDNST^^^1750812345"))},
	{rule: "XDS-OBJ-045", base: "lot", changes: does(swap("^WPN^PH^^^^0102030405", "0102030405"))},
	{rule: "XDS-OBJ-046", base: "lot", accepted: true, changes: does(swap("SM54^^^&amp;1.2.250.1.71.4.2.5&amp;ISO", "SM54^cardiologie"))},
	{rule: "XDS-OBJ-047", base: "one", accepted: true, changes: does(swapAll(escapedPatient, escapedPatient+"^"))},
	{rule: "XDS-OBJ-048", base: "one", changes: does(swapAll(escapedPatient, escapedPatient+"^NH"))},
}

// documentExamples break the rules of a DocumentEntry's attributes.
var documentExamples = []example{
	{rule: "XDS-DE-001", base: "one", changes: does(swap(` objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"`, ``))},
	{rule: "XDS-DE-002", base: "one", changes: does(swap(` mimeType="text/xml"`, ``))},
	{rule: "XDS-DE-003", base: "one", changes: does(without("Classification", `id="doc-class"`))},
	{rule: "XDS-DE-004", base: "one", changes: does(without("Classification", `id="doc-conf"`))},
	{rule: "XDS-DE-005", base: "one", changes: does(without("Classification", `id="doc-format"`))},
	{rule: "XDS-DE-006", base: "one", changes: does(without("Classification", `id="doc-facility"`))},
	{rule: "XDS-DE-007", base: "one", changes: does(without("Classification", `id="doc-practice"`))},
	{rule: "XDS-DE-008", base: "one", changes: does(without("Classification", `id="doc-type"`))},
	{rule: "XDS-DE-009", base: "one", changes: does(without("ExternalIdentifier", `id="doc-pid"`))},
	{rule: "XDS-DE-010", base: "one", changes: does(without("ExternalIdentifier", `id="doc-uid"`))},
	{rule: "XDS-DE-011", base: "one", changes: does(without("Slot", `"creationTime"`))},
	{rule: "XDS-DE-012", base: "one", changes: does(without("Slot", `"languageCode"`))},
	{rule: "XDS-DE-013", base: "one", changes: does(without("Slot", `"sourcePatientId"`))},
	{rule: "XDS-DE-014", base: "one", changes: does(without("Slot", `"hash"`))},
	{rule: "XDS-DE-015", base: "one", changes: does(without("Slot", `"size"`))},
	{rule: "XDS-DE-016", base: "one", changes: does(without("Slot", `"repositoryUniqueId"`))},
	{rule: "XDS-DE-017", base: "one", changes: does(swap("20261105142233", "20261105142233+0100"))},
	{rule: "XDS-DE-018", base: "lot", changes: does(swap("<Value>20261104<", "<Value>20261131<"))},
	{rule: "XDS-DE-019", base: "lot", changes: does(swap("<Value>202611051200<", "<Value>20261105120<"))},
	{rule: "XDS-DE-020", base: "one", changes: does(swap("<Value>fr-FR<", "<Value>fr_FR<"))},
	{rule: "XDS-DE-021", base: "one", changes: does(swap(escapedPatient, "4711^^^ADT&amp;"+authority+"&amp;ISO"))},
	{rule: "XDS-DE-022", base: "one", changes: does(swap("IPP-1989^^^&amp;1.2.250.1.999.1.1&amp;ISO", "IPP-1989^^^CHU"))},
	{rule: "XDS-DE-023", base: "one", changes: does(swap("8843d7f92416211de9ebb963ff4ce28125932878", "8843d7f92416211de9ebb963ff4ce2812593287"))},
	{rule: "XDS-DE-024", base: "one", changes: does(swap("<Value>30412<", "<Value>30 ko<"))},
	{rule: "XDS-DE-025", base: "one", changes: does(swap("1.2.250.1.999.3.1", "1.2.250.01.999.3.1"))},
	{rule: "XDS-DE-026", base: "lot", changes: does(swap(`legalAuthenticator"><ValueList><Value>`+xcn, `legalAuthenticator"><ValueList><Value>801^MOREAU^^^^^^^1.2.3`))},
	{rule: "XDS-DE-027", base: "lot", changes: does(swap("PID-8|F", "Sexe F"))},
	{rule: "XDS-DE-028", base: "lot", changes: does(swap("^urn:ihe:iti:xds:2013:accession", ""))},
	{rule: "XDS-DE-029", base: "one", changes: does(slotted("doc", "documentAvailability", "Online"))},
	{rule: "XDS-DE-030", base: "one", changes: does(swap("1.2.250.1.999.6.9", "compte rendu 9"))},
	{rule: "XDS-DE-031", base: "one", changes: does(swap(`mimeType="text/xml"`, `mimeType="xml"`))},
	{rule: "XDS-DE-032", base: "one", changes: does(slotted("doc", "URI", "1|DOC", "3|0001.XML"))},
	{rule: "XDS-DE-033", base: "lot", changes: does(swap("<Value>20261104<", "<Value>20261106<"))},
	{rule: "XDS-DE-034", base: "lot", changes: does(swap("<Value>PID-8|F</Value>", "<Value>PID-8|F</Value><Value>PID-8|M</Value>"))},
	{rule: "XDS-DE-035", base: "lot", accepted: true, changes: does(swap("PID-8|F", "PID-19|289047812345678"))},
	{rule: "XDS-DE-036", base: "one", accepted: true, changes: does(swap(`mimeType="text/xml"`, `mimeType="text/XML; charset=utf-8"`))},
	{rule: "XDS-DE-037", base: "one", accepted: true, changes: does(swap("<Value>30412<", "<Value> 030412<"))},
	{rule: "XDS-DE-038", base: "one", accepted: true, changes: does(swap("1.2.250.1.999.6.9", "1.2.250.1.999.6.9^"+strings.Repeat("9", 130)))},
	{rule: "XDS-DE-039", base: "one", accepted: true, changes: does(swap("1.2.250.1.999.6.9", "urn:oid:1.2.250.1.999.6.9"))},
	{rule: "XDS-DE-040", base: "one", accepted: true, changes: does(swap("Compte rendu de consultation", strings.Repeat("é", 129)))},
	{rule: "XDS-DE-041", base: "one", changes: does(swap("7edca82f-054d-47f2-a032-9b2a5b5186c1", "34268e47-fdf5-41a6-ba33-82133c465248"))},
	{rule: "XDS-DE-042", base: "ondemand", onDemand: true, changes: does(swap("34268e47-fdf5-41a6-ba33-82133c465248", "7edca82f-054d-47f2-a032-9b2a5b5186c1"))},
	{rule: "XDS-DE-043", base: "ondemand", onDemand: true, changes: does(slotted("doc", "creationTime", "2026"))},
	{rule: "XDS-DE-044", base: "ondemand", onDemand: true, changes: does(slotted("doc", "hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709"))},
	{rule: "XDS-DE-045", base: "ondemand", onDemand: true, changes: does(slotted("doc", "size", "0"))},
}

// packageExamples break the rules of SubmissionSets, Folders and Associations.
var packageExamples = []example{
	{rule: "XDS-SS-001", base: "one", changes: does(without("Classification", `id="set-content"`))},
	{rule: "XDS-SS-002", base: "one", changes: does(without("ExternalIdentifier", `id="set-pid"`))},
	{rule: "XDS-SS-003", base: "one", changes: does(without("ExternalIdentifier", `id="set-source"`))},
	{rule: "XDS-SS-004", base: "one", changes: does(without("Slot", `"submissionTime"`))},
	{rule: "XDS-SS-005", base: "one", changes: does(without("ExternalIdentifier", `id="set-uid"`))},
	{rule: "XDS-SS-006", base: "one", changes: does(swap(`identificationScheme="urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446" value="`+escapedPatient, `identificationScheme="urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446" value="4711`))},
	{rule: "XDS-SS-007", base: "one", changes: does(swap("1.2.250.1.999.4.1", "urn:oid:1.2.250.1.999.4.1"))},
	{rule: "XDS-SS-008", base: "one", changes: does(swap("20261105143000", "2026-11-05"))},
	{rule: "XDS-SS-009", base: "one", changes: does(swap("1.2.250.1.999.7.9", "3.2.250"))},
	{rule: "XDS-SS-010", base: "lot", changes: does(swap("Clinique des Tilleuls|802345678", "^^^|^^802345678"))},
	{rule: "XDS-SS-011", base: "one", accepted: true, changes: does(swap("Envoi du service de cardiologie", long))},
	{rule: "XDS-FO-001", base: "lot", changes: does(without("Classification", `id="folder-code"`))},
	{rule: "XDS-FO-002", base: "lot", changes: does(without("ExternalIdentifier", `id="folder-pid"`))},
	{rule: "XDS-FO-003", base: "lot", changes: does(swap(`<LocalizedString value="Suivi cardiologique"/>`, ``))},
	{rule: "XDS-FO-004", base: "lot", changes: does(without("ExternalIdentifier", `id="folder-uid"`))},
	{rule: "XDS-FO-005", base: "lot", changes: does(swap(`id="folder-pid" registryObject="folder" identificationScheme="urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a" value="4711^^^`, `id="folder-pid" registryObject="folder" identificationScheme="urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a" value="^^^`))},
	{rule: "XDS-FO-006", base: "lot", changes: does(swap("1.2.250.1.999.8.1", "1.2.250.1.999.8.1^X"))},
	{rule: "XDS-FO-007", base: "lot", accepted: true, changes: does(swap("Suivi cardiologique", long))},
	{rule: "XDS-AS-001", base: "one", changes: does(swap(registry.HasMember.URN(), "HasMember"))},
	{rule: "XDS-AS-002", base: "one", changes: does(listed(`<Association id="u" associationType="urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus" sourceObject="set" targetObject="doc"/>`))},
	{rule: "XDS-AS-003", base: "one", changes: does(listed(`<Association id="u" associationType="` + registry.Signs.URN() + `" sourceObject="doc"/>`))},
	{rule: "XDS-AS-004", base: "one", changes: does(slotted("in-set", "PreviousVersion", "1"))},
	{rule: "XDS-AS-005", base: "one", changes: does(swap(`Original</Value></ValueList></Slot>`, `Original</Value></ValueList></Slot><Classification id="d" classifiedObject="in-set" classificationScheme="urn:uuid:abd807a3-4432-4053-87b4-fd82c643d1f3" nodeRepresentation="x"><Slot name="codingScheme"><ValueList><Value>1.2.3</Value></ValueList></Slot><Name><LocalizedString value="x"/></Name></Classification>`))},
	{rule: "XDS-AS-006", base: "one", changes: does(swap("Original", "Originel"))},
	{rule: "XDS-AS-007", base: "lot", accepted: true, changes: does(swap(`sourceObject="folder" targetObject="doc1"/>`, `sourceObject="folder" targetObject="doc1"><Slot name="SubmissionSetStatus"><ValueList><Value>Original</Value></ValueList></Slot></Association>`))},
	{rule: "XDS-AS-008", base: "lot", accepted: true, changes: does(related("again", "HasMember", "folder", "doc1"), related("again-in-set", "HasMember", "set", "again"))},
}
