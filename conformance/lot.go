package conformance

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Lot describes a submission (ITI TF-3 4.2.1.5) by what is not ordinary in it. Without anything said it is one
// SubmissionSet SS1 with one DocumentEntry DOC1, complete and valid; entryUUIDs are new UUIDs made by the sender, which
// the registry keeps (ITI TF-3 4.2.3.1.5), so that later steps can name the objects.
type Lot struct {
	// Patient names a patient of the suite or gives a CX; ${patient} when not given.
	Patient string `yaml:"patient"`
	// Set holds the SubmissionSet's attributes; its id is SS1 unless given.
	Set *Entry `yaml:"set"`
	// Documents are DOC1 alone when not given.
	Documents    *[]Entry          `yaml:"documents"`
	Folders      []Entry           `yaml:"folders"`
	Associations []AssociationNote `yaml:"associations"`
	// Chain adds documents CHAIN1, CHAIN2, …, each related to the one before it.
	Chain *Chain `yaml:"chain"`
	// Symbolic writes the objects' names as symbolic ids instead of UUIDs.
	Symbolic bool `yaml:"symbolic"`
}

// Chain is a row of documents: the first is related to the object that Onto names, each other to the one before.
type Chain struct {
	Type   string `yaml:"type"`
	Length int    `yaml:"length"`
	Onto   string `yaml:"onto"`
}

// links writes the chain out.
func (c *Chain) links() (documents []Entry, associations []AssociationNote) {
	before := c.Onto
	for i := 1; i <= c.Length; i++ {
		name := fmt.Sprintf("CHAIN%d", i)
		documents = append(documents, Entry{Name: name})
		associations = append(associations, AssociationNote{Type: c.Type, Source: name, Target: before})
		before = name
	}
	return documents, associations
}

// Entry is an object in the short notation: its name and the attributes that differ from the default. A null leaves the
// attribute out.
type Entry struct {
	Name       string
	Attributes map[string]Values
	Authors    []Author
	Slots      []Slot
	// Members are the documents that a folder of the request holds.
	Members []string
	// Label is SubmissionSetStatus of the membership in the SubmissionSet: Original unless given; null for no slot.
	Label Values
	// Unlinked leaves out the SubmissionSet's HasMember.
	Unlinked bool
	Content  Content
}

// Values are the values of an attribute; Absent says that the attribute is left out.
type Values struct {
	List   []string
	Absent bool
	given  bool
}

// Slot is an extra slot.
type Slot struct {
	Name   string
	Values []string
}

// Content says what bytes a document has: text given, or Size bytes that repeat no pattern of the protocol.
type Content struct {
	Text    *string
	Size    int
	Missing bool
	bytes   []byte // of what was made for the lot
}

// Author is one author (ITI TF-3 4.2.3.1.4).
type Author struct {
	Person            Strings `yaml:"person"`
	Institution       Strings `yaml:"institution"`
	Role              Strings `yaml:"role"`
	Specialty         Strings `yaml:"specialty"`
	Telecommunication Strings `yaml:"telecommunication"`
}

// AssociationNote is an association in the short notation. Type is a word of the vocabulary (RPLC) or a URN.
type AssociationNote struct {
	Name   string            `yaml:"id"`
	Type   string            `yaml:"type"`
	Source string            `yaml:"source"`
	Target string            `yaml:"target"`
	Label  string            `yaml:"label"` // SubmissionSetStatus
	Slots  map[string]string `yaml:"slots"`
	// Reason is the documentation code of a relationship: code^display^scheme.
	Reason string `yaml:"reason"`
	// Linked adds a HasMember from the SubmissionSet to this association, as a Folder's HasMember must have.
	Linked bool `yaml:"linked"`
}

// UnmarshalYAML reads a name alone, or a mapping of attributes.
func (e *Entry) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		e.Name = n.Value
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: an object is a name or a mapping", n.Line)
	}
	e.Attributes = map[string]Values{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		if err := e.read(key.Value, value); err != nil {
			return fmt.Errorf("line %d: %s: %w", key.Line, key.Value, err)
		}
	}
	return nil
}

func (e *Entry) read(key string, value *yaml.Node) error {
	switch key {
	case "id":
		return value.Decode(&e.Name)
	case "members":
		e.Members = []string{}
		return value.Decode(&e.Members)
	case "unlinked":
		return value.Decode(&e.Unlinked)
	case "content":
		if value.Tag == "!!null" {
			e.Content.Missing = true
			return nil
		}
		return value.Decode(&e.Content.Text)
	case "contentSize":
		return value.Decode(&e.Content.Size)
	case "slots":
		return e.readSlots(value)
	case "label":
		return e.Label.read(value)
	case "authors":
		return e.readAuthors(value)
	}
	if _, known := documentAttributes[key]; !known && !isIn(key, submissionSetAttributes, folderAttributes) {
		return fmt.Errorf("no object has an attribute of this name")
	}
	var v Values
	if err := v.read(value); err != nil {
		return err
	}
	e.Attributes[key] = v
	return nil
}

func isIn(key string, tables ...map[string]attribute) bool {
	return slices.ContainsFunc(tables, func(t map[string]attribute) bool { _, ok := t[key]; return ok })
}

func (v *Values) read(n *yaml.Node) error {
	v.given = true
	if n.Tag == "!!null" {
		v.Absent = true
		return nil
	}
	var list Strings
	if err := n.Decode(&list); err != nil {
		return err
	}
	v.List = list
	return nil
}

func (e *Entry) readSlots(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("slots are a mapping of name to values")
	}
	for i := 0; i < len(n.Content); i += 2 {
		var values Strings
		if err := n.Content[i+1].Decode(&values); err != nil {
			return err
		}
		e.Slots = append(e.Slots, Slot{Name: n.Content[i].Value, Values: values})
	}
	return nil
}

func (e *Entry) readAuthors(n *yaml.Node) error {
	var v Values
	if n.Tag == "!!null" {
		v.Absent, v.given = true, true
		e.Attributes["authors"] = v
		return nil
	}
	for _, item := range n.Content {
		if item.Kind != yaml.MappingNode {
			return fmt.Errorf("authors are a list of mappings")
		}
		for i := 0; i < len(item.Content); i += 2 {
			if _, known := authorSlots[item.Content[i].Value]; !known {
				return fmt.Errorf("an author has no %q", item.Content[i].Value)
			}
		}
		var a Author
		if err := item.Decode(&a); err != nil {
			return err
		}
		e.Authors = append(e.Authors, a)
	}
	v.given = true
	e.Attributes["authors"] = v
	return nil
}

// authorSlots maps the short names of an author's parts to slot names.
var authorSlots = map[string]string{
	"person": "authorPerson", "institution": "authorInstitution", "role": "authorRole",
	"specialty": "authorSpecialty", "telecommunication": "authorTelecommunication",
}

func (a Author) slots() []Slot {
	var slots []Slot
	for _, s := range []Slot{
		{"authorPerson", a.Person}, {"authorInstitution", a.Institution}, {"authorRole", a.Role},
		{"authorSpecialty", a.Specialty}, {"authorTelecommunication", a.Telecommunication},
	} {
		if s.Values != nil {
			slots = append(slots, s)
		}
	}
	return slots
}

// defaults of the three objects: plain values that any affinity domain without enforced lists takes.
var documentDefaults = map[string][]string{
	"mimeType":                   {"text/plain"},
	"objectType":                 {"${Stable}"},
	"creationTime":               {"20240102030405"},
	"languageCode":               {"fr-FR"},
	"sourcePatientId":            {"LOCAL-1^^^&1.3.6.1.4.1.21367.2005.3.7&ISO"},
	"sourcePatientInfo":          {"PID-3|LOCAL-1^^^&1.3.6.1.4.1.21367.2005.3.7&ISO", "PID-5|ESSAI^Camille^^^", "PID-7|19701231", "PID-8|F"},
	"classCode":                  {"11^Compte rendu^1.2.250.1.213.1.1.4.1"},
	"typeCode":                   {"34133-9^Summarization of episode note^2.16.840.1.113883.6.1"},
	"formatCode":                 {"urn:ihe:iti:xds-sd:text:2008^Text^1.3.6.1.4.1.19376.1.2.3"},
	"healthcareFacilityTypeCode": {"SA01^Hospital^1.2.250.1.71.4.2.4"},
	"practiceSettingCode":        {"ETABLISSEMENT^Establishment^1.2.250.1.213.1.1.4.9"},
	"confidentialityCode":        {"N^Normal^2.16.840.1.113883.5.25"},
	"title":                      {"Compte rendu ${name}"},
	"patientId":                  {"${lot.patient}"},
}

var submissionSetDefaults = map[string][]string{
	"submissionTime":  {"20240102030500"},
	"contentTypeCode": {"34133-9^Summarization of episode note^2.16.840.1.113883.6.1"},
	"title":           {"Lot ${name}"},
	"patientId":       {"${lot.patient}"},
	"sourceId":        {"1.3.6.1.4.1.21367.2005.3.7"},
}

var folderDefaults = map[string][]string{
	"codeList":  {"ONCO^Oncology^1.2.250.1.213.2.5"},
	"title":     {"Folder ${name}"},
	"patientId": {"${lot.patient}"},
}

var defaultAuthor = Author{
	Person:      Strings{"899700000001^DUPONT^Jeanne^^^^^^&1.2.250.1.71.4.2.1&ISO"},
	Institution: Strings{"CLINIQUE DE L'ESSAI^^^^^^^^^1.2.250.1.71.4.2.2.99"},
}

// typeURN reads an association type: a word of the vocabulary, or as it stands.
func typeURN(word string) string {
	if urn, known := vocabulary[word]; known && strings.Contains(urn, "AssociationType") {
		return urn
	}
	return word
}

// DefaultCode gives code, display name and scheme of the code that the suites send for a coded attribute unless a check
// says otherwise, for affinity domains that enforce lists.
func DefaultCode(attribute string) [3]string {
	for _, table := range []map[string][]string{documentDefaults, submissionSetDefaults, folderDefaults} {
		if values, known := table[attribute]; known {
			parts := strings.SplitN(values[0], "^", 3)
			if len(parts) == 3 {
				return [3]string(parts)
			}
		}
	}
	return [3]string{}
}
