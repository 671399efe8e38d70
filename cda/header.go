package cda

import (
	"errors"
	"strings"

	"liasse/internal/xmltree"
)

// Namespace is that of CDA R2.
const Namespace = "urn:hl7-org:v3"

// ErrNoDocument is returned by Read for XML that holds no ClinicalDocument.
var ErrNoDocument = errors.New("there is no ClinicalDocument element of urn:hl7-org:v3")

// Header is what the header of a document says, as it says it. A part with a nullFlavor is left out.
type Header struct {
	// ID names the document; SetID and Version tell it from its other versions.
	ID, SetID       II
	Version         string
	Code            Coded
	Title           string
	Time            string // effectiveTime, an HL7 TS
	Confidentiality []Coded
	Language        string
	Templates       []II
	Patient         Patient
	Authors         []Author
	Legal           *Person // legalAuthenticator
	Services        []ServiceEvent
	Encounter       Encounter
	Replaces        []II // parentDocument/id of relatedDocument with typeCode RPLC
	// Body is the media type of a nonXMLBody, empty for a structured body.
	Body string
}

// II is an instance identifier: an OID or UUID, and what that one names.
type II struct{ Root, Extension string }

// IsZero tells whether there is no identifier.
func (i II) IsZero() bool { return i.Root == "" }

// Coded is a code of a code system.
type Coded struct{ Code, System, Display string }

// IsZero tells whether there is no code.
func (c Coded) IsZero() bool { return c.Code == "" }

// Name is a person's name by its parts. A part may stand there several times under different qualifiers.
type Name struct {
	Family, Given    []NamePart
	Prefixes, Suffix []string
	// Text is the whole name where it is not in parts.
	Text string
}

// NamePart is a part of a name with its qualifier: BR for birth, CL for the name that is used, SP of the spouse.
type NamePart struct{ Value, Qualifier string }

// Telecom is a telecommunication address: an URL (tel:, mailto:) and its use (WP, H, MC).
type Telecom struct{ URL, Use string }

// Organization is a name and its identifiers.
type Organization struct {
	IDs  []II
	Name string
}

// Patient is recordTarget/patientRole, the first one.
type Patient struct {
	IDs    []II
	Name   Name
	Birth  string
	Gender Coded
}

// Person is someone who acts, or a device that does, for an organization.
type Person struct {
	IDs      []II
	Code     Coded // profession or specialty
	Name     Name
	Telecoms []Telecom
	For      Organization
	Model    string // manufacturerModelName of a device
	Software string // softwareName of a device
	IsDevice bool
}

// Author is a person or device with the function in which it wrote.
type Author struct {
	Person
	Function Coded
	Time     string
}

// ServiceEvent is documentationOf/serviceEvent: an act that the document tells of.
type ServiceEvent struct {
	Code        Coded
	Start, Stop string
	// Setting is the performer's standardIndustryClassCode.
	Setting Coded
}

// Encounter is componentOf/encompassingEncounter.
type Encounter struct {
	Start, Stop string
	// Facility is location/healthCareFacility/code.
	Facility Coded
}

// Read reads the header of the first ClinicalDocument of a parsed file, which may lie inside of other XML, such as a
// style sheet that carries its document. The Header keeps no node of the tree; its strings are the tree's source.
func Read(d *xmltree.Document) (*Header, error) {
	root := d.Root()
	if !root.Is(Namespace, "ClinicalDocument") {
		root = inner(root)
	}
	if root.IsZero() {
		return nil, ErrNoDocument
	}
	h := &Header{
		ID: readII(child(root, "id")), SetID: readII(child(root, "setId")), Version: child(root, "versionNumber").AttrValue("", "value"),
		Code: readCoded(child(root, "code")), Title: words(child(root, "title").Text()), Time: child(root, "effectiveTime").AttrValue("", "value"),
		Language: child(root, "languageCode").AttrValue("", "code"), Templates: readIIs(root, "templateId"),
		Patient: readPatient(child(root, "recordTarget", "patientRole")),
		Body:    child(root, "component", "nonXMLBody", "text").AttrValue("", "mediaType"),
	}
	for n := range root.Children(Namespace, "confidentialityCode") {
		if c := readCoded(n); !c.IsZero() {
			h.Confidentiality = append(h.Confidentiality, c)
		}
	}
	for n := range root.Children(Namespace, "author") {
		h.Authors = append(h.Authors, Author{
			Person: readPerson(child(n, "assignedAuthor")), Function: readCoded(child(n, "functionCode")), Time: child(n, "time").AttrValue("", "value"),
		})
	}
	if legal := child(root, "legalAuthenticator", "assignedEntity"); !legal.IsZero() {
		p := readPerson(legal)
		h.Legal = &p
	}
	for n := range root.Children(Namespace, "documentationOf") {
		h.Services = append(h.Services, readService(child(n, "serviceEvent")))
	}
	encounter := child(root, "componentOf", "encompassingEncounter")
	h.Encounter.Start, h.Encounter.Stop = readInterval(child(encounter, "effectiveTime"))
	h.Encounter.Facility = readCoded(child(encounter, "location", "healthCareFacility", "code"))
	for n := range root.Children(Namespace, "relatedDocument") {
		if n.AttrValue("", "typeCode") == "RPLC" {
			h.Replaces = append(h.Replaces, readIIs(child(n, "parentDocument"), "id")...)
		}
	}
	return h, nil
}

func inner(root xmltree.Node) xmltree.Node {
	for n := range root.Descendants() {
		if n.Is(Namespace, "ClinicalDocument") {
			return n
		}
	}
	return xmltree.Node{}
}

// child follows first children by their names, the zero Node when one lacks.
func child(n xmltree.Node, path ...string) xmltree.Node {
	for _, local := range path {
		n = n.Child(Namespace, local)
	}
	return n
}

// words takes line breaks and indentation out of a text.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func isNull(n xmltree.Node) bool {
	_, null := n.Attr("", "nullFlavor")
	return null
}

func readII(n xmltree.Node) II {
	if isNull(n) {
		return II{}
	}
	return II{strings.TrimSpace(n.AttrValue("", "root")), strings.TrimSpace(n.AttrValue("", "extension"))}
}

func readIIs(n xmltree.Node, local string) (ids []II) {
	for i := range n.Children(Namespace, local) {
		if id := readII(i); !id.IsZero() {
			ids = append(ids, id)
		}
	}
	return ids
}

func readCoded(n xmltree.Node) Coded {
	if isNull(n) {
		return Coded{}
	}
	c := Coded{
		Code: strings.TrimSpace(n.AttrValue("", "code")), System: strings.TrimSpace(n.AttrValue("", "codeSystem")),
		Display: words(n.AttrValue("", "displayName")),
	}
	if c.System == "" {
		return Coded{}
	}
	return c
}

func readInterval(n xmltree.Node) (low, high string) {
	if at := n.AttrValue("", "value"); at != "" {
		return at, at
	}
	return child(n, "low").AttrValue("", "value"), child(n, "high").AttrValue("", "value")
}

func readPatient(n xmltree.Node) Patient {
	person := child(n, "patient")
	return Patient{
		IDs: readIIs(n, "id"), Name: readName(child(person, "name")),
		Birth: child(person, "birthTime").AttrValue("", "value"), Gender: readCoded(child(person, "administrativeGenderCode")),
	}
}

func readName(n xmltree.Node) (name Name) {
	if isNull(n) {
		return name
	}
	for part := range n.Elements() {
		value := words(part.Text())
		if value == "" || isNull(part) {
			continue
		}
		switch part.Local() {
		case "family":
			name.Family = append(name.Family, NamePart{value, part.AttrValue("", "qualifier")})
		case "given":
			name.Given = append(name.Given, NamePart{value, part.AttrValue("", "qualifier")})
		case "prefix":
			name.Prefixes = append(name.Prefixes, value)
		case "suffix":
			name.Suffix = append(name.Suffix, value)
		}
	}
	if len(name.Family) == 0 && len(name.Given) == 0 {
		name.Text = words(n.Text())
	}
	return name
}

// readPerson reads an assignedAuthor or assignedEntity.
func readPerson(n xmltree.Node) Person {
	person, device := child(n, "assignedPerson"), child(n, "assignedAuthoringDevice")
	p := Person{
		IDs: readIIs(n, "id"), Code: readCoded(child(n, "code")), Name: readName(child(person, "name")),
		For:   Organization{IDs: readIIs(child(n, "representedOrganization"), "id"), Name: words(child(n, "representedOrganization", "name").Text())},
		Model: words(child(device, "manufacturerModelName").Text()), Software: words(child(device, "softwareName").Text()),
		IsDevice: !device.IsZero(),
	}
	for t := range n.Children(Namespace, "telecom") {
		if url := strings.TrimSpace(t.AttrValue("", "value")); url != "" && !isNull(t) {
			p.Telecoms = append(p.Telecoms, Telecom{url, t.AttrValue("", "use")})
		}
	}
	return p
}

func readService(n xmltree.Node) ServiceEvent {
	e := ServiceEvent{
		Code:    readCoded(child(n, "code")),
		Setting: readCoded(child(n, "performer", "assignedEntity", "representedOrganization", "standardIndustryClassCode")),
	}
	e.Start, e.Stop = readInterval(child(n, "effectiveTime"))
	return e
}
