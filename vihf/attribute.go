package vihf

import (
	"strings"

	"liasse/internal/xmltree"
)

// attribute is one attribute that a VIHF is made of.
type attribute struct {
	name     string
	required bool
	// several lets it have more than one AttributeValue, anyCase lets its name be written in any case.
	several, anyCase bool
	read             func(*judgement, claim)
}

// claim is an attribute as it stands in a token: its element and the value that decides, or its values where it may have
// several.
type claim struct {
	node, value xmltree.Node
	values      []xmltree.Node
}

// attributes are those of a VIHF, in the order in which what is missing is told.
var attributes = []attribute{
	{name: AttrVersion, required: true, read: (*judgement).readVersion},
	{name: AttrMode, required: true, anyCase: true, read: (*judgement).readMode},
	{name: AttrStructure, required: true, read: (*judgement).readStructure},
	{name: AttrSector, required: true, read: (*judgement).readSector},
	{name: AttrResourceID, required: true, read: (*judgement).readPatient},
	{name: AttrResourceURN, required: true, read: (*judgement).readResourceURN},
	{name: AttrPurpose, required: true, read: (*judgement).readPurpose},
	{name: AttrRole, required: true, several: true, read: (*judgement).readRoles},
	{name: AttrSubjectID, read: (*judgement).readSubjectID},
	{name: AttrConfidentiality, read: (*judgement).readConfidentiality},
	{name: AttrSoftwareID, read: (*judgement).readSoftwareID},
	{name: AttrSoftwareName, required: true, read: (*judgement).readSoftwareName},
	{name: AttrSoftwareVersion, required: true, read: (*judgement).readSoftwareVersion},
	{name: AttrHomologation, required: true, read: (*judgement).readHomologation},
}

var attributeByName = func() map[string]int {
	byName := make(map[string]int, len(attributes))
	for i := range attributes {
		byName[attributes[i].name] = i
	}
	return byName
}()

// attributeCalled finds the attribute of a name, and tells whether the name is written as it should be.
func attributeCalled(name string) (at int, exact, known bool) {
	if at, known = attributeByName[name]; known {
		return at, true, true
	}
	for i := range attributes {
		if strings.EqualFold(attributes[i].name, strings.TrimSpace(name)) {
			return i, attributes[i].anyCase && len(name) == len(attributes[i].name), true
		}
	}
	return 0, false, false
}

// readAttributes finds each attribute once, then reads them in the order of the list. Attributes of other names are
// nobody's business here.
func (j *judgement) readAttributes(statement xmltree.Node) {
	if statement.IsZero() {
		j.found(ruleOneAttributeStatement, j.assertion, "", "saml2:AttributeStatement")
		return
	}
	claims := make([]claim, len(attributes))
	for n := range statement.Elements() {
		name, named := n.Attr("", "Name")
		if !n.Is(AssertionNamespace, "Attribute") || !named {
			j.found(ruleAttributeForm, n, n.Local(), "saml2:Attribute")
			continue
		}
		at, exact, known := attributeCalled(name)
		if !known {
			continue
		}
		if !exact {
			j.found(ruleAttributeName, n, name, attributes[at].name)
		}
		if !claims[at].node.IsZero() {
			j.subject(ruleAttributeOnce, n, attributes[at].name, "", "")
			continue
		}
		claims[at] = j.claim(n, &attributes[at])
	}
	for i := range attributes {
		if one := &attributes[i]; claims[i].node.IsZero() && one.required {
			j.subject(ruleAttributePresent, statement, one.name, "", "")
		}
	}
	for i := range attributes {
		if !claims[i].value.IsZero() {
			attributes[i].read(j, claims[i])
		}
	}
	if m := j.caller.Mode; (m == Indirect || m == Reinforced) && j.caller.SubjectName == "" {
		j.found(ruleSubjectID, statement, "", AttrSubjectID)
	}
}

// claim reads the values of an attribute.
func (j *judgement) claim(n xmltree.Node, one *attribute) claim {
	c := claim{node: n}
	for v := range n.Elements() {
		if !v.Is(AssertionNamespace, "AttributeValue") {
			j.found(ruleAttributeForm, v, v.Local(), "saml2:AttributeValue")
			continue
		}
		c.values = append(c.values, v)
	}
	switch {
	case len(c.values) == 0:
		j.subject(ruleAttributeValue, n, one.name, "", "saml2:AttributeValue")
	case len(c.values) > 1 && !one.several:
		j.subject(ruleAttributeValue, c.values[1], one.name, c.values[1].Text(), "")
	default:
		c.value = c.values[0]
	}
	return c
}

// textOf reads the value of a claim, which is not empty.
func (j *judgement) textOf(c claim) string {
	plain := len(j.broken)
	value := j.text(c.value)
	if value == "" && (len(j.broken) == plain || j.broken[len(j.broken)-1] != rulePlainText) {
		j.subject(ruleAttributeValue, c.value, c.node.AttrValue("", "Name"), "", "")
	}
	return value
}

// attributesOf gives every attribute of an assertion as it is written.
func attributesOf(assertion xmltree.Node) []Attribute {
	var all []Attribute
	for statement := range assertion.Children(AssertionNamespace, "AttributeStatement") {
		for n := range statement.Children(AssertionNamespace, "Attribute") {
			one := Attribute{Name: n.AttrValue("", "Name")}
			for v := range n.Children(AssertionNamespace, "AttributeValue") {
				one.Values = append(one.Values, writtenValue(v))
			}
			all = append(all, one)
		}
	}
	return all
}

// writtenValue gives the text of an AttributeValue, or code^codeSystem of a coded element in it.
func writtenValue(v xmltree.Node) string {
	coded := v.FirstElement()
	if coded.IsZero() {
		return strings.TrimSpace(v.Text())
	}
	return coded.AttrValue("", "code") + "^" + coded.AttrValue("", "codeSystem")
}
