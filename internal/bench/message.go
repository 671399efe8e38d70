package bench

import (
	"bytes"
	"fmt"
	"strings"
)

// The messages that the bench sends. They are written as text, not through the program's own writers, so that the client
// costs little and a fault of a writer cannot hide in the figures. A lot looks like a hospital's: two CDA documents with
// every attribute that the French framework asks for, an envelope of about 24 KB.

const (
	soapNamespace     = "http://www.w3.org/2003/05/soap-envelope"
	addressing        = "http://www.w3.org/2005/08/addressing"
	authority         = "1.3.6.1.4.1.21367.13.20.1000"
	actionSubmit      = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
	actionQuery       = "urn:ihe:iti:2007:RegistryStoredQuery"
	actionRetrieve    = "urn:ihe:iti:2007:RetrieveDocumentSet"
	findDocuments     = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
	statusApproved    = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
	success           = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
	objectPrefix      = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:"
	mimeBoundary      = "liasse-bench-0c7d0f3a5b6e4f0e9d5a"
	simpleContentType = "application/soap+xml; charset=UTF-8"
	mtomContentType   = `multipart/related; type="application/xop+xml"; boundary="` + mimeBoundary + `"; start="<root@bench>"; start-info="application/soap+xml"`
)

func envelope(action, id, security, body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` +
		`<s:Envelope xmlns:s="` + soapNamespace + `" xmlns:a="` + addressing + `"><s:Header>` +
		`<a:Action s:mustUnderstand="true">` + action + `</a:Action><a:MessageID>urn:uuid:` + id + `</a:MessageID>` +
		`<a:ReplyTo><a:Address>` + addressing + `/anonymous</a:Address></a:ReplyTo><a:To>http://localhost/xds</a:To>` + security +
		`</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

func slot(name string, values ...string) string {
	var b strings.Builder
	b.WriteString(`<rim:Slot name="` + name + `"><rim:ValueList>`)
	for _, v := range values {
		b.WriteString(`<rim:Value>` + v + `</rim:Value>`)
	}
	b.WriteString(`</rim:ValueList></rim:Slot>`)
	return b.String()
}

func name(value string) string {
	return `<rim:Name><rim:LocalizedString xml:lang="fr-FR" charset="UTF-8" value="` + value + `"/></rim:Name>`
}

func code(owner, scheme, value, codingScheme, display string) string {
	return `<rim:Classification id="` + owner + `-` + scheme[:8] + value + `" objectType="` + objectPrefix + `Classification" classificationScheme="urn:uuid:` + scheme +
		`" classifiedObject="` + owner + `" nodeRepresentation="` + value + `">` + slot("codingScheme", codingScheme) + name(display) + `</rim:Classification>`
}

func (s *speaker) author(owner, scheme string) string {
	return `<rim:Classification id="` + owner + `-author" objectType="` + objectPrefix + `Classification" classificationScheme="urn:uuid:` + scheme +
		`" classifiedObject="` + owner + `" nodeRepresentation="">` +
		slot("authorPerson", s.person) +
		slot("authorInstitution", s.institution) +
		slot("authorRole", "Médecin responsable du patient") +
		slot("authorSpecialty", "G15_10/SM05^^^&amp;1.2.250.1.213.1.1.4.5&amp;ISO") +
		`</rim:Classification>`
}

func identifier(owner, scheme, value, label string) string {
	return `<rim:ExternalIdentifier id="` + owner + `-` + scheme[:8] + `" objectType="` + objectPrefix + `ExternalIdentifier" registryObject="` + owner +
		`" identificationScheme="urn:uuid:` + scheme + `" value="` + value + `">` + name(label) + `</rim:ExternalIdentifier>`
}

// extrinsicObject is a DocumentEntry; more holds slots of the repository's, for a message that goes to the registry.
func (s *speaker) extrinsicObject(id, patient, uniqueID, more string) string {
	return `<rim:ExtrinsicObject id="` + id + `" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">` +
		slot("creationTime", "20261103161500") + slot("languageCode", "fr-FR") +
		slot("legalAuthenticator", "899700245667^MODÈLE^Baptiste^^^DR^^^&amp;1.2.250.1.71.4.2.1&amp;ISO") +
		slot("serviceStartTime", "20261028083000") + slot("serviceStopTime", "20261103150000") +
		slot("sourcePatientId", "IPP-0048213^^^&amp;1.3.6.1.4.1.21367.13.52.1&amp;ISO") +
		slot("sourcePatientInfo", "PID-3|IPP-0048213^^^&amp;1.3.6.1.4.1.21367.13.52.1&amp;ISO^PI", "PID-5|EXEMPLE-VASSEUR^Solange^^^^^L", "PID-7|19600512000000", "PID-8|F") +
		slot("urn:ihe:iti:xds:2013:referenceIdList", "SEJ-2026-118842^^^&amp;1.3.6.1.4.1.21367.13.52.2&amp;ISO^urn:ihe:iti:xds:2015:encounterId") +
		slot("urn:fr:liasse:bench:poste", "poste 12, service de cardiologie, bâtiment C, deuxième étage") + more +
		name("Lettre de liaison à la sortie d’hospitalisation") +
		`<rim:Description><rim:LocalizedString xml:lang="fr-FR" charset="UTF-8" value="Hospitalisation du 28 octobre au 3 novembre 2026, service de cardiologie, docteur Modèle."/></rim:Description>` +
		s.author(id, "93606bcf-9494-43ec-9b4e-a7748d1a838d") +
		code(id, "41a5887f-8865-4c09-adf7-e362475b143a", "11", "1.2.250.1.213.1.1.4.1", "Synthèses") +
		code(id, "f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25", "Normal") +
		code(id, "f4f85eac-e6cb-4883-b524-f2705394840f", "INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13", "Document non visible par le patient") +
		code(id, "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", "IMP", "2.16.840.1.113883.5.4", "Hospitalisation") +
		code(id, "a09d5840-386c-46f2-b5ad-9c3699a4309d", "urn:asip:ci-sis:ldl-ses:2022", "1.2.250.1.213.1.1.4.2.282", "Lettre de liaison à la sortie") +
		code(id, "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01", "1.2.250.1.71.4.2.4", "Établissement public de santé") +
		code(id, "cccf5598-8b07-4b77-a05e-ae952c785ead", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Établissement de santé") +
		code(id, "f0306f51-975f-434e-a61c-c59651d33983", "11490-0", "2.16.840.1.113883.6.1", "Lettre de liaison à la sortie") +
		identifier(id, "58a6f841-87b3-4a3e-92fd-a8ffeff98427", patient, "XDSDocumentEntry.patientId") +
		identifier(id, "2e82c1f6-a085-4c72-9da3-8640a32e42ab", uniqueID, "XDSDocumentEntry.uniqueId") +
		`</rim:ExtrinsicObject>`
}

func (s *speaker) submissionSet(id, patient, uniqueID string) string {
	return `<rim:RegistryPackage id="` + id + `">` + slot("submissionTime", s.submissionTime) + name("Sortie d’hospitalisation") +
		s.author(id, "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d") +
		code(id, "aa543740-bdda-424e-8c96-df4873be8500", "04", "1.2.250.1.213.2.2.4.1", "Hospitalisation de jour, complète") +
		`<rim:Classification id="` + id + `-mark" objectType="` + objectPrefix + `Classification" classifiedObject="` + id + `" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>` +
		identifier(id, "6b5aea1a-874d-4603-a4bc-96a0a7b38446", patient, "XDSSubmissionSet.patientId") +
		identifier(id, "96fdda7c-d067-4183-912e-bf5ee74998a8", uniqueID, "XDSSubmissionSet.uniqueId") +
		identifier(id, "554ac39e-e3fe-47fe-b233-965d2a147832", "1.3.6.1.4.1.21367.13.52.9", "XDSSubmissionSet.sourceId") +
		`</rim:RegistryPackage>`
}

func hasMember(set, id string) string {
	return `<rim:Association id="link` + id + `" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="` +
		set + `" targetObject="` + id + `">` + slot("SubmissionSetStatus", "Original") + `</rim:Association>`
}

// lot is one ITI-41 message with documents given as bytes; serial numbers make every identifier of it new.
func (s *speaker) lot(run string, serial, patient int, documents [][]byte) ([]byte, error) {
	cx := s.patientID(patient)
	documents = s.addressed(documents, patient)
	set := "SubmissionSet01"
	var objects, links, content strings.Builder
	var body bytes.Buffer
	for i := range documents {
		id := fmt.Sprintf("Document%02d", i+1)
		objects.WriteString(s.extrinsicObject(id, cx, fmt.Sprintf("1.3.6.1.4.1.21367.13.53.%s.%d.%d", run, serial, i+1), ""))
		links.WriteString(hasMember(set, id))
	}
	metadata := `<l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>` +
		objects.String() + s.submissionSet(set, cx, fmt.Sprintf("1.3.6.1.4.1.21367.13.54.%s.%d", run, serial)) + links.String() +
		`</rim:RegistryObjectList></l:SubmitObjectsRequest>`
	metadata, ids, documents, err := s.sign(metadata, documents)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		content.WriteString(`<x:Document id="` + id + `"><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:` + id + `@bench"/></x:Document>`)
	}
	security, err := s.security(patient)
	if err != nil {
		return nil, err
	}
	root := envelope(actionSubmit, fmt.Sprintf("00000000-0000-4000-8000-%012d", serial), security,
		`<x:ProvideAndRegisterDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007">`+metadata+content.String()+`</x:ProvideAndRegisterDocumentSetRequest>`)
	part := func(id, contentType string, content []byte) {
		body.WriteString("--" + mimeBoundary + "\r\nContent-Type: " + contentType + "\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" + id + "@bench>\r\n\r\n")
		body.Write(content)
		body.WriteString("\r\n")
	}
	part("root", `application/xop+xml; charset=UTF-8; type="application/soap+xml"`, []byte(root))
	for i, document := range documents {
		part(ids[i], "text/xml", document)
	}
	body.WriteString("--" + mimeBoundary + "--\r\n")
	return body.Bytes(), nil
}

// registration is a SubmitObjectsRequest of entries whose documents lie in a repository already.
func (s *speaker) registration(run string, serial, patient, entries int) []byte {
	cx, set := s.patientID(patient), "SubmissionSet01"
	var b strings.Builder
	b.WriteString(`<l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>`)
	more := slot("hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709") + slot("size", "0") + slot("repositoryUniqueId", "1.3.6.1.4.1.21367.13.20.1100")
	for i := range entries {
		id := fmt.Sprintf("Document%02d", i+1)
		b.WriteString(s.extrinsicObject(id, cx, fmt.Sprintf("1.3.6.1.4.1.21367.13.53.%s.%d.%d", run, serial, i+1), more))
		b.WriteString(hasMember(set, id))
	}
	b.WriteString(s.submissionSet(set, cx, fmt.Sprintf("1.3.6.1.4.1.21367.13.54.%s.%d", run, serial)))
	b.WriteString(`</rim:RegistryObjectList></l:SubmitObjectsRequest>`)
	return []byte(b.String())
}

// query is FindDocuments for a patient, with LeafClass results.
func (s *speaker) query(serial, patient int) ([]byte, error) {
	security, err := s.security(patient)
	if err != nil {
		return nil, err
	}
	return []byte(envelope(actionQuery, fmt.Sprintf("00000000-0000-4000-9000-%012d", serial), security,
		`<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">`+
			`<q:ResponseOption returnComposedObjects="true" returnType="LeafClass"/><rim:AdhocQuery id="`+findDocuments+`">`+
			slot("$XDSDocumentEntryPatientId", "'"+s.patientID(patient)+"'")+
			slot("$XDSDocumentEntryStatus", "('"+statusApproved+"')")+
			`</rim:AdhocQuery></q:AdhocQueryRequest>`)), nil
}

// retrieve is ITI-43 for one document of a patient.
func (s *speaker) retrieve(serial, patient int, repository, uniqueID string) ([]byte, error) {
	security, err := s.security(patient)
	if err != nil {
		return nil, err
	}
	root := envelope(actionRetrieve, fmt.Sprintf("00000000-0000-4000-a000-%012d", serial), security,
		`<x:RetrieveDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007"><x:DocumentRequest><x:RepositoryUniqueId>`+repository+
			`</x:RepositoryUniqueId><x:DocumentUniqueId>`+uniqueID+`</x:DocumentUniqueId></x:DocumentRequest></x:RetrieveDocumentSetRequest>`)
	return []byte("--" + mimeBoundary + "\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <root@bench>\r\n\r\n" +
		root + "\r\n--" + mimeBoundary + "--\r\n"), nil
}
