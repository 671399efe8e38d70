package repository_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

const (
	repositoryOID = "1.3.6.1.4.1.21367.13.20.1100"
	authorityOID  = "1.3.6.1.4.1.21367.13.20.1000"
	patientCX     = "P1^^^&amp;" + authorityOID + "&amp;ISO"
	stableType    = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
	onDemandType  = "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"
	boundary      = "b-of-the-test-7d1f"
	mtomType      = `multipart/related; type="application/xop+xml"; boundary="` + boundary + `"; start="<root@test>"; start-info="application/soap+xml"`
	simpleType    = "application/soap+xml; charset=UTF-8"
)

// doc is one document of a message and how it is sent.
type doc struct {
	id, uniqueID string
	mimeType     string // text/plain when empty
	objectType   string // stable when empty
	slots        string // further slots
	content      []byte
	noEntry      bool
	noDocument   bool
	documentID   string // when it differs from id; "-" for none
	inline       bool
	noPart       bool
	cid          string // when it differs
}

// message is an ITI-41 in the making.
type message struct {
	patient  string // the known one when empty
	set      string // uniqueId of the SubmissionSet
	docs     []doc
	noSubmit bool
	twice    bool   // a second SubmitObjectsRequest
	extra    string // further children of the request
}

func slot(name, value string) string {
	return `<rim:Slot name="` + name + `"><rim:ValueList><rim:Value>` + value + `</rim:Value></rim:ValueList></rim:Slot>`
}

func code(owner, scheme, value string) string {
	return `<rim:Classification id="` + strings.TrimPrefix(owner, "urn:uuid:") + scheme[:8] + `" objectType="urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification" classificationScheme="urn:uuid:` +
		scheme + `" classifiedObject="` + owner + `" nodeRepresentation="` + value + `">` + slot("codingScheme", "1.2.3") +
		`<rim:Name><rim:LocalizedString value="` + value + `"/></rim:Name></rim:Classification>`
}

func identifier(owner, scheme, value, name string) string {
	return `<rim:ExternalIdentifier id="` + strings.TrimPrefix(owner, "urn:uuid:") + scheme[:8] + `" objectType="urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:ExternalIdentifier" registryObject="` +
		owner + `" identificationScheme="urn:uuid:` + scheme + `" value="` + value + `"><rim:Name><rim:LocalizedString value="` + name + `"/></rim:Name></rim:ExternalIdentifier>`
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (m *message) entry(d *doc) string {
	patient := or(m.patient, patientCX)
	return `<rim:ExtrinsicObject id="` + d.id + `" mimeType="` + or(d.mimeType, "text/plain") + `" objectType="` + or(d.objectType, stableType) + `">` +
		slot("creationTime", "20261103161500") + slot("languageCode", "fr-FR") + slot("sourcePatientId", "L1^^^&amp;1.2.3.4&amp;ISO") + d.slots +
		code(d.id, "41a5887f-8865-4c09-adf7-e362475b143a", "11") + code(d.id, "f4f85eac-e6cb-4883-b524-f2705394840f", "N") +
		code(d.id, "a09d5840-386c-46f2-b5ad-9c3699a4309d", "text") + code(d.id, "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01") +
		code(d.id, "cccf5598-8b07-4b77-a05e-ae952c785ead", "ET") + code(d.id, "f0306f51-975f-434e-a61c-c59651d33983", "11490-0") +
		identifier(d.id, "58a6f841-87b3-4a3e-92fd-a8ffeff98427", patient, "XDSDocumentEntry.patientId") +
		identifier(d.id, "2e82c1f6-a085-4c72-9da3-8640a32e42ab", d.uniqueID, "XDSDocumentEntry.uniqueId") + `</rim:ExtrinsicObject>`
}

func (m *message) submission() string {
	patient := or(m.patient, patientCX)
	var b strings.Builder
	b.WriteString(`<l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>`)
	for i := range m.docs {
		if !m.docs[i].noEntry {
			b.WriteString(m.entry(&m.docs[i]))
		}
	}
	b.WriteString(`<rim:RegistryPackage id="set">` + slot("submissionTime", "20261103162000") + code("set", "aa543740-bdda-424e-8c96-df4873be8500", "04") +
		`<rim:Classification id="mark" objectType="urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification" classifiedObject="set" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>` +
		identifier("set", "6b5aea1a-874d-4603-a4bc-96a0a7b38446", patient, "XDSSubmissionSet.patientId") +
		identifier("set", "96fdda7c-d067-4183-912e-bf5ee74998a8", m.set, "XDSSubmissionSet.uniqueId") +
		identifier("set", "554ac39e-e3fe-47fe-b233-965d2a147832", "1.3.6.1.4.1.21367.13.52.9", "XDSSubmissionSet.sourceId") + `</rim:RegistryPackage>`)
	for i := range m.docs {
		if !m.docs[i].noEntry {
			id := m.docs[i].id
			b.WriteString(`<rim:Association id="a-` + strings.TrimPrefix(id, "urn:uuid:") + `" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="set" targetObject="` +
				id + `">` + slot("SubmissionSetStatus", "Original") + `</rim:Association>`)
		}
	}
	b.WriteString(`</rim:RegistryObjectList></l:SubmitObjectsRequest>`)
	return b.String()
}

func (m *message) body() string {
	var b strings.Builder
	b.WriteString(`<x:ProvideAndRegisterDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007">`)
	if !m.noSubmit {
		b.WriteString(m.submission())
	}
	if m.twice {
		b.WriteString(m.submission())
	}
	for i := range m.docs {
		d := &m.docs[i]
		if d.noDocument {
			continue
		}
		if b.WriteString(`<x:Document`); d.documentID != "-" {
			b.WriteString(` id="` + or(d.documentID, d.id) + `"`)
		}
		if b.WriteString(`>`); d.inline {
			b.WriteString(base64.StdEncoding.EncodeToString(d.content))
		} else {
			fmt.Fprintf(&b, `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:%s"/>`, or(d.cid, fmt.Sprintf("d%d@test", i)))
		}
		b.WriteString(`</x:Document>`)
	}
	b.WriteString(m.extra + `</x:ProvideAndRegisterDocumentSetRequest>`)
	return b.String()
}

func envelope(action, body string) string {
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>` +
		`<a:Action s:mustUnderstand="true">` + action + `</a:Action><a:MessageID>urn:uuid:6d9f3c1e-0c3b-4d3a-9a53-111111111111</a:MessageID>` +
		`<a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

const (
	provideAction  = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
	retrieveAction = "urn:ihe:iti:2007:RetrieveDocumentSet"
)

// head and tail are what stands around the content of one part.
func partHead(id, contentType string) string {
	return "--" + boundary + "\r\nContent-Type: " + contentType + "\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" + id + "@test>\r\n\r\n"
}

func rootPart(envelope string) string {
	return partHead("root", `application/xop+xml; charset=UTF-8; type="application/soap+xml"`) + envelope + "\r\n"
}

const end = "--" + boundary + "--\r\n"

// mtom writes the message as MTOM.
func (m *message) mtom() []byte {
	var b bytes.Buffer
	b.WriteString(rootPart(envelope(provideAction, m.body())))
	for i := range m.docs {
		if d := &m.docs[i]; !d.inline && !d.noPart && !d.noDocument {
			b.WriteString(partHead(fmt.Sprintf("d%d", i), "application/octet-stream"))
			b.Write(d.content)
			b.WriteString("\r\n")
		}
	}
	b.WriteString(end)
	return b.Bytes()
}

// streamed is an MTOM message of one document whose content is read as it is sent.
func (m *message) streamed(content io.Reader) io.Reader {
	return io.MultiReader(strings.NewReader(rootPart(envelope(provideAction, m.body()))+partHead("d0", "application/octet-stream")), content, strings.NewReader("\r\n"+end))
}

// request is one DocumentRequest.
func request(home, repository, uniqueID string) string {
	b := `<x:DocumentRequest>`
	if home != "" {
		b += `<x:HomeCommunityId>` + home + `</x:HomeCommunityId>`
	}
	return b + `<x:RepositoryUniqueId>` + repository + `</x:RepositoryUniqueId><x:DocumentUniqueId>` + uniqueID + `</x:DocumentUniqueId></x:DocumentRequest>`
}

func retrieval(requests ...string) string {
	return envelope(retrieveAction, `<x:RetrieveDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007">`+strings.Join(requests, "")+`</x:RetrieveDocumentSetRequest>`)
}
