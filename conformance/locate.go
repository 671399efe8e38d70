package conformance

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/beevik/etree"
)

// A place in a message is written in one of three ways, each optionally ending in @attribute:
//
//	//rs:RegistryError                      a path of etree, with the prefixes of vocabulary.go
//	DOC1                                    the object with that name's entryUUID
//	DOC1.typeCode  FOL1.slot(lastUpdateTime)  what carries that attribute, or that slot
//	DOC1.typeCode/rim:Name                  a path below it
type place struct {
	object, feature, path, attr string
}

var placeAttr = regexp.MustCompile(`^(.*?)/?@([A-Za-z0-9:]+)$`)

func parsePlace(text string) place {
	var p place
	if m := placeAttr.FindStringSubmatch(text); m != nil {
		text, p.attr = m[1], m[2]
	}
	if strings.HasPrefix(text, "/") {
		p.path = text
		return p
	}
	head, path, below := text, "", false
	if at := strings.IndexByte(closed(text), '/'); at >= 0 {
		head, path, below = text[:at], text[at+1:], true
	}
	if below {
		p.path = path
	}
	p.object, p.feature, _ = strings.Cut(head, ".")
	return p
}

// closed blanks what stands in parentheses, where a slot's name may hold slashes and dots.
func closed(s string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > 0 {
			return ' '
		}
		return r
	}, s)
}

// locate finds the elements that a place names in a message. The second result is the attribute asked for, if any.
func locate(sc *scope, root *etree.Element, text string) ([]*etree.Element, string, error) {
	expanded, err := sc.expand(text)
	if err != nil {
		return nil, "", err
	}
	p := parsePlace(expanded)
	if p.object == "" {
		found, err := find(root, p.path)
		return found, p.attr, err
	}
	id, known := sc.lookup(p.object)
	if !known {
		return nil, "", fmt.Errorf("no object is called %q", p.object)
	}
	var found []*etree.Element
	for _, e := range withID(root, id) {
		if p.feature == "" {
			found = append(found, e)
			continue
		}
		inside, attr, err := features(e, p.feature)
		if err != nil {
			return nil, "", err
		}
		if attr != "" {
			p.attr = attr
		}
		found = append(found, inside...)
	}
	if p.path == "" {
		return found, p.attr, nil
	}
	var below []*etree.Element
	for _, e := range found {
		more, err := find(e, p.path)
		if err != nil {
			return nil, "", err
		}
		below = append(below, more...)
	}
	return below, p.attr, nil
}

func find(e *etree.Element, path string) ([]*etree.Element, error) {
	compiled, err := etree.CompilePath(path)
	if err != nil {
		return nil, fmt.Errorf("path %s: %w", path, err)
	}
	return e.FindElementsPath(compiled), nil
}

// withID finds the registry object (or Document) with an id, wherever it stands.
func withID(root *etree.Element, id string) []*etree.Element {
	var found []*etree.Element
	walk(root, func(e *etree.Element) {
		if e.SelectAttrValue("id", "") == id {
			found = append(found, e)
		}
	})
	return found
}

func walk(e *etree.Element, visit func(*etree.Element)) {
	visit(e)
	for _, child := range e.ChildElements() {
		walk(child, visit)
	}
}

// features finds what carries an attribute of an object.
func features(object *etree.Element, feature string) ([]*etree.Element, string, error) {
	if name, ok := strings.CutPrefix(feature, "slot("); ok {
		return children(object, "rim:Slot", "name", strings.TrimSuffix(name, ")")), "", nil
	}
	if feature == "marker" {
		return append(children(object, "rim:Classification", "classificationNode", marker["SubmissionSet"]),
			children(object, "rim:Classification", "classificationNode", marker["Folder"])...), "", nil
	}
	tables := []map[string]attribute{documentAttributes}
	if object.FullTag() == "rim:RegistryPackage" {
		tables = []map[string]attribute{submissionSetAttributes, folderAttributes}
	}
	known := false
	for _, table := range tables {
		a, ok := table[feature]
		if !ok {
			continue
		}
		known = true
		switch a.form {
		case "attr":
			return []*etree.Element{object}, a.target, nil
		case "slot":
			return children(object, "rim:Slot", "name", a.target), "", nil
		case "text":
			return object.SelectElements("rim:" + a.target), "", nil
		}
		found := append(children(object, "rim:Classification", "classificationScheme", a.target),
			children(object, "rim:ExternalIdentifier", "identificationScheme", a.target)...)
		if len(found) > 0 {
			return found, "", nil
		}
	}
	if !known {
		return nil, "", fmt.Errorf("%s has no attribute %q", object.FullTag(), feature)
	}
	return nil, "", nil
}

func children(e *etree.Element, tag, attr, value string) []*etree.Element {
	var found []*etree.Element
	for _, c := range e.SelectElements(tag) {
		if c.SelectAttrValue(attr, "") == value {
			found = append(found, c)
		}
	}
	return found
}

// valueOf reads what a place holds: an attribute, the values of a slot joined by |, a code as code^^scheme, the value of
// an identifier or of a name, else the text.
func valueOf(e *etree.Element, attr string) (string, bool) {
	if attr != "" {
		a := e.SelectAttr(attr)
		if a == nil {
			return "", false
		}
		return a.Value, true
	}
	switch e.FullTag() {
	case "rim:Slot":
		return strings.Join(slotValues(e), "|"), true
	case "rim:Classification":
		scheme := ""
		if slots := children(e, "rim:Slot", "name", "codingScheme"); len(slots) > 0 {
			scheme = strings.Join(slotValues(slots[0]), "|")
		}
		return e.SelectAttrValue("nodeRepresentation", "") + "^^" + scheme, true
	case "rim:ExternalIdentifier":
		return e.SelectAttrValue("value", ""), true
	case "rim:Name", "rim:Description":
		if s := e.SelectElement("rim:LocalizedString"); s != nil {
			return s.SelectAttrValue("value", ""), true
		}
		return "", false
	}
	return text(e), true
}

func slotValues(slot *etree.Element) []string {
	var values []string
	for _, list := range slot.SelectElements("rim:ValueList") {
		for _, v := range list.SelectElements("rim:Value") {
			values = append(values, text(v))
		}
	}
	return values
}

// text joins an element's own character data, comments left out.
func text(e *etree.Element) string {
	var b strings.Builder
	for _, c := range e.Child {
		if data, ok := c.(*etree.CharData); ok {
			b.WriteString(data.Data)
		}
	}
	return b.String()
}
