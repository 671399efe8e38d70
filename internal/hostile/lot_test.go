package hostile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// coding is a code, its scheme and its name.
type coding struct{ code, scheme, name string }

// entry is one DocumentEntry of a lot and the document that goes with it.
type entry struct {
	id, uniqueID, mediaType string
	patient                 string // that of the lot when empty
	class, kind, format     coding
	event                   *coding
	confidentiality         []coding
	language                string
	signature               bool
	content                 string
	// transforms and canonical say how the Manifest refers to it: as it stands when there is no transform.
	transforms string
	canonical  string // the canonical form, where that is not the content
	entryOnly  bool   // no part is sent
}

// lot is a submission in the making.
type lot struct {
	by       *identity
	patient  string
	uniqueID string
	entries  []*entry
	at       time.Time
	lotSign  *lotSignature
	author   string // authorPerson of the set, that of the identity when empty
	authorOf string // authorInstitution likewise

	noSignature     bool
	noSigns         bool // no association signs
	signsSource     string
	signsTarget     string
	twice           bool // two signature entries
	signatureFormat coding
	signatureClass  coding
	signatureKind   coding
	signatureID     string
	extra           string   // further objects of the lot
	signatureText   string   // instead of the signature document
	sealed          *message // the whole lot without a token, once nothing of it is to be changed
}

var (
	normal    = coding{"N", "2.16.840.1.113883.5.25", "Normal"}
	masked    = coding{"MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué aux professionnels de santé"}
	invisible = coding{"INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13", "Non visible par le patient"}

	signatureClass  = coding{"urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature"}
	signatureKind   = coding{"E1762", "ASTM", "Full Document"}
	signatureFormat = coding{"http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style"}
)

// newOID is an identifier that nobody has used.
func newOID() string {
	return "1.2.250.1.213.9." + strconv.FormatUint(rand.Uint64N(1e15)+1, 10) + "." + strconv.FormatUint(rand.Uint64N(1e9)+1, 10)
}

// newLot is a lot of one clinical document, signed by who submits it.
func newLot(i *identity, patient string) *lot {
	l := &lot{
		by: i, patient: patient, uniqueID: newOID(), at: time.Now().UTC(), lotSign: newLotSignature(i.sign),
		signatureFormat: signatureFormat, signatureClass: signatureClass, signatureKind: signatureKind, signatureID: newOID(),
	}
	l.entries = []*entry{l.clinical()}
	return l
}

// clinical is a document whose text is its own canonical form.
func (l *lot) clinical() *entry {
	e := &entry{
		id: fmt.Sprintf("Document%02d", len(l.entries)+1), uniqueID: newOID(), mediaType: "text/xml", language: "fr-FR",
		class: coding{"10", "1.2.250.1.213.1.1.4.1", "Compte rendu"}, kind: coding{"11488-4", "2.16.840.1.113883.6.1", "CR ou fiche de consultation"},
		format:          coding{"urn:ihe:iti:xds-sd:text:2008", "1.3.6.1.4.1.19376.1.2.3", "Document à corps non structuré en texte"},
		confidentiality: []coding{normal}, transforms: transforms(withComments),
	}
	e.content = clinicalDocument(e.uniqueID, l.patient, l.by, l.at)
	return e
}

// marker is in every document that is sent, to be looked for where no document may be.
const marker = "Douleur thoracique atypique du registre hostile"

// clinicalDocument is a CDA R2 document with a body of plain text, in canonical form.
func clinicalDocument(uniqueID, patient string, by *identity, at time.Time) string {
	ins, _, _ := strings.Cut(patient, "^")
	author := `<assignedAuthor><id extension="` + by.NameID + `" root="1.2.250.1.71.4.2.1"></id><assignedPerson><name><family>` + escaped(by.Family) + `</family><given>` +
		escaped(by.Given) + `</given></name></assignedPerson></assignedAuthor>`
	instant := at.Format("20060102150405") + "+0000"
	return `<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId extension="POCD_HD000040" root="2.16.840.1.113883.1.3"></typeId><id root="` + uniqueID + `"></id>` +
		`<code code="11488-4" codeSystem="2.16.840.1.113883.6.1" displayName="CR ou fiche de consultation"></code><title>Compte rendu</title>` +
		`<effectiveTime value="` + instant + `"></effectiveTime><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"></confidentialityCode><languageCode code="fr-FR"></languageCode>` +
		`<recordTarget><patientRole><id extension="` + ins + `" root="` + insAuthority + `"></id><patient><name><family>PATIENT</family><given>ESSAI</given></name>` +
		`<administrativeGenderCode code="M" codeSystem="2.16.840.1.113883.5.1"></administrativeGenderCode><birthTime value="19790328"></birthTime></patient></patientRole></recordTarget>` +
		`<author><time value="` + instant + `"></time>` + author + `</author><component><nonXMLBody><text mediaType="text/plain">` + marker + `</text></nonXMLBody></component></ClinicalDocument>`
}

// binary is a document that is digested as it stands.
func (l *lot) binary(content string) *entry {
	e := l.clinical()
	e.mediaType, e.content, e.transforms = "text/plain", content, ""
	return e
}

// signatureEntry describes the signature document as the DMP wants it.
func (l *lot) signatureEntry() *entry {
	return &entry{
		id: "Signature01", uniqueID: l.signatureID, mediaType: "text/xml", language: "art", signature: true,
		class: l.signatureClass, kind: l.signatureKind, format: l.signatureFormat,
		event:           &coding{"1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source"},
		confidentiality: []coding{normal, masked, invisible},
	}
}

func slot(name string, values ...string) string {
	text := `<rim:Slot name="` + name + `"><rim:ValueList>`
	for _, v := range values {
		text += `<rim:Value>` + escaped(v) + `</rim:Value>`
	}
	return text + `</rim:ValueList></rim:Slot>`
}

const ebRIM = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:"

var serial int

func nextID() string { serial++; return "o" + strconv.Itoa(serial) }

func classification(owner, scheme string, c coding) string {
	return `<rim:Classification id="` + nextID() + `" objectType="` + ebRIM + `Classification" classificationScheme="urn:uuid:` + scheme + `" classifiedObject="` + owner +
		`" nodeRepresentation="` + escaped(c.code) + `">` + slot("codingScheme", c.scheme) + `<rim:Name><rim:LocalizedString value="` + escaped(c.name) + `"/></rim:Name></rim:Classification>`
}

func identifier(owner, scheme, value, name string) string {
	return `<rim:ExternalIdentifier id="` + nextID() + `" objectType="` + ebRIM + `ExternalIdentifier" registryObject="` + owner + `" identificationScheme="urn:uuid:` + scheme +
		`" value="` + escaped(value) + `"><rim:Name><rim:LocalizedString value="` + name + `"/></rim:Name></rim:ExternalIdentifier>`
}

func (l *lot) authorPerson() string {
	if l.author != "" {
		return l.author
	}
	return l.by.NameID + "^" + l.by.Family + "^" + l.by.Given + "^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
}

func (l *lot) authorship(owner, scheme string) string {
	institution := or(l.authorOf, l.by.Structure.Name+"^^^^^&1.2.250.1.71.4.2.2&ISO^^^^"+l.by.Structure.ID)
	return `<rim:Classification id="` + nextID() + `" objectType="` + ebRIM + `Classification" classificationScheme="urn:uuid:` + scheme + `" classifiedObject="` + owner +
		`" nodeRepresentation="">` + slot("authorPerson", l.authorPerson()) + slot("authorInstitution", institution) + `</rim:Classification>`
}

// metadata is one ExtrinsicObject.
func (l *lot) metadata(e *entry) string {
	patient := or(e.patient, l.patient)
	instant := l.at.Format("20060102150405")
	var b strings.Builder
	b.WriteString(`<rim:ExtrinsicObject id="` + e.id + `" mimeType="` + e.mediaType + `" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">`)
	b.WriteString(slot("creationTime", instant) + slot("languageCode", e.language) + slot("serviceStartTime", instant) + slot("serviceStopTime", instant))
	b.WriteString(slot("sourcePatientId", patient) + slot("legalAuthenticator", l.authorPerson()))
	if !e.signature {
		b.WriteString(slot("sourcePatientInfo", "PID-5|PATIENT^ESSAI^^^^^L", "PID-7|19790328", "PID-8|M"))
	}
	title := "Compte rendu"
	if e.signature {
		title = "Source"
	}
	b.WriteString(`<rim:Name><rim:LocalizedString xml:lang="fr-FR" charset="UTF-8" value="` + title + `"/></rim:Name>`)
	b.WriteString(l.authorship(e.id, "93606bcf-9494-43ec-9b4e-a7748d1a838d"))
	b.WriteString(classification(e.id, "41a5887f-8865-4c09-adf7-e362475b143a", e.class))
	for _, c := range e.confidentiality {
		b.WriteString(classification(e.id, "f4f85eac-e6cb-4883-b524-f2705394840f", c))
	}
	b.WriteString(classification(e.id, "a09d5840-386c-46f2-b5ad-9c3699a4309d", e.format))
	b.WriteString(classification(e.id, "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", coding{"SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"}))
	b.WriteString(classification(e.id, "cccf5598-8b07-4b77-a05e-ae952c785ead", coding{"AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"}))
	b.WriteString(classification(e.id, "f0306f51-975f-434e-a61c-c59651d33983", e.kind))
	if e.event != nil {
		b.WriteString(classification(e.id, "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", *e.event))
	}
	b.WriteString(identifier(e.id, "58a6f841-87b3-4a3e-92fd-a8ffeff98427", patient, "XDSDocumentEntry.patientId"))
	b.WriteString(identifier(e.id, "2e82c1f6-a085-4c72-9da3-8640a32e42ab", e.uniqueID, "XDSDocumentEntry.uniqueId"))
	b.WriteString(`</rim:ExtrinsicObject>`)
	return b.String()
}

func association(kind, source, target string) string {
	return `<rim:Association id="` + nextID() + `" objectType="` + ebRIM + `Association" associationType="` + kind + `" sourceObject="` + source + `" targetObject="` + target + `">` +
		slot("SubmissionSetStatus", "Original") + `</rim:Association>`
}

// seal makes the message of the lot once for all the tokens that it is sent with.
func (l *lot) seal() *lot {
	l.sealed = l.message(nil)
	l.sealed.parts = slices.Clip(l.sealed.parts)
	return l
}

// message is the ITI-41 that submits the lot with a token.
func (l *lot) message(t *token) *message {
	if l.sealed != nil {
		m := *l.sealed
		if t != nil {
			m.security = security(t.text())
		}
		return &m
	}
	m := &message{identity: l.by, action: provideAction}
	if t != nil {
		m.security = security(t.text())
	}
	entries := l.entries
	if !l.noSignature {
		e := l.signatureEntry()
		e.content = l.signatureText
		if e.content == "" {
			e.content = l.lotSign.text(l)
		}
		entries = append(entries[:len(entries):len(entries)], e)
		if l.twice {
			second := *e
			second.id, second.uniqueID = "Signature02", newOID()
			entries = append(entries, &second)
		}
	}
	var objects, documents strings.Builder
	for _, e := range entries {
		objects.WriteString(l.metadata(e))
	}
	objects.WriteString(`<rim:RegistryPackage id="SubmissionSet01" objectType="` + ebRIM + `RegistryPackage">` + slot("submissionTime", l.at.Format("20060102150405")) +
		l.authorship("SubmissionSet01", "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d") +
		classification("SubmissionSet01", "aa543740-bdda-424e-8c96-df4873be8500", coding{"04", "1.2.250.1.213.2.2", "Hospitalisation de jour"}) +
		`<rim:Classification id="` + nextID() + `" objectType="` + ebRIM + `Classification" classifiedObject="SubmissionSet01" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>` +
		identifier("SubmissionSet01", "6b5aea1a-874d-4603-a4bc-96a0a7b38446", l.patient, "XDSSubmissionSet.patientId") +
		identifier("SubmissionSet01", "554ac39e-e3fe-47fe-b233-965d2a147832", "1.2.250.1.213.9.77", "XDSSubmissionSet.sourceId") +
		identifier("SubmissionSet01", "96fdda7c-d067-4183-912e-bf5ee74998a8", l.uniqueID, "XDSSubmissionSet.uniqueId") + `</rim:RegistryPackage>`)
	for i, e := range entries {
		objects.WriteString(association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "SubmissionSet01", e.id))
		if e.signature && !l.noSigns {
			objects.WriteString(association("urn:ihe:iti:2007:AssociationType:signs", or(l.signsSource, e.id), or(l.signsTarget, "SubmissionSet01")))
		}
		if e.entryOnly {
			continue
		}
		part := part{id: "d" + strconv.Itoa(i), mediaType: e.mediaType, content: e.content}
		m.parts = append(m.parts, part)
		documents.WriteString(`<xds:Document id="` + e.id + `">` + include(part.id) + `</xds:Document>`)
	}
	m.body = `<xds:ProvideAndRegisterDocumentSetRequest xmlns:xds="urn:ihe:iti:xds-b:2007"><lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" ` +
		`xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>` + objects.String() + l.extra + `</rim:RegistryObjectList></lcm:SubmitObjectsRequest>` +
		documents.String() + `</xds:ProvideAndRegisterDocumentSetRequest>`
	return m
}
