package xmldsig

import (
	"iter"
	"strings"

	"liasse/internal/xmltree"
)

// IDs holds every identifier of a message: the attributes ID, Id and id in no namespace, wsu:Id and xml:id. There is no
// DTD or schema to say which of them are identifiers, so all count.
type IDs struct {
	doc       *xmltree.Document
	places    map[string]place
	duplicate xmltree.Node
}

// place is where a value stands. Two elements may share a lower-case id without either being of type ID.
type place struct {
	node       xmltree.Node
	declared   bool // under an attribute of type ID: every one but the lower-case id
	duplicated bool
}

// CollectIDs reads every identifier of the document.
func CollectIDs(doc *xmltree.Document) *IDs {
	ids := &IDs{doc: doc, places: make(map[string]place, 64)}
	for n := range elements(doc) {
		for a := range n.Attrs() {
			if identifies, declared := isIdentifier(&a); identifies {
				ids.add(n, a.Value, declared)
			}
		}
	}
	return ids
}

// elements goes through every element of a document.
func elements(doc *xmltree.Document) iter.Seq[xmltree.Node] { return doc.Node().Descendants() }

func isIdentifier(a *xmltree.Attr) (identifies, declared bool) {
	switch a.Space {
	case "":
		switch a.Local {
		case "ID", "Id":
			return true, true
		case "id":
			return true, false
		}
	case utilityNamespace:
		return a.Local == "Id", true
	case xmltree.XMLNamespace:
		return a.Local == "id", true
	}
	return false, false
}

// add enters a value. A reader that knows the attribute's type drops blanks around it and one that does not keeps them:
// such a value is entered as both read it, and nothing may refer to it.
func (ids *IDs) add(n xmltree.Node, value string, declared bool) {
	key := strings.Trim(value, " \t\r\n")
	if key == "" {
		return
	}
	before, there := ids.places[key]
	if !there {
		ids.places[key] = place{node: n, declared: declared, duplicated: len(key) != len(value)}
		return
	}
	if before.node == n {
		before.declared = before.declared || declared
	} else {
		if ids.duplicate.IsZero() && (before.declared || declared) {
			ids.duplicate = n
		}
		before.duplicated, before.declared = true, before.declared || declared
	}
	ids.places[key] = before
}

// Find gives the element that carries an id. It refuses one that no element carries, and one that several do, whatever
// their attributes are called.
func (ids *IDs) Find(id string) (xmltree.Node, *Error) {
	at, there := ids.places[id]
	if !there {
		return xmltree.Node{}, fault(ReasonReference, xmltree.Node{}, quote("#"+id)+" × 0", quote("#"+id)+" × 1")
	}
	if at.duplicated {
		return xmltree.Node{}, fault(ReasonDuplicateID, at.node, at.twice(id), quote("#"+id)+" × 1")
	}
	return at.node, nil
}

// twice says for a message why nothing may refer to an id: several elements carry it, or one with blanks around it.
func (p *place) twice(id string) string {
	for a := range p.node.Attrs() {
		if identifies, _ := isIdentifier(&a); identifies && a.Value != id && strings.Trim(a.Value, " \t\r\n") == id {
			return a.Local + "=" + quote(a.Value)
		}
	}
	return quote("#"+id) + " × ≥ 2"
}

// Duplicate gives the first element whose id an earlier element carries already, under whatever attribute. Elements that
// share nothing but a lower-case id are left out: ITI-41 writes one value as the id of an ExtrinsicObject and of its
// Document, and neither is of type ID. A reference to such a value is refused by Find all the same.
func (ids *IDs) Duplicate() (xmltree.Node, bool) { return ids.duplicate, !ids.duplicate.IsZero() }
