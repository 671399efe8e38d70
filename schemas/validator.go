package schemas

import (
	"fmt"
	"strings"

	"liasse/internal/xmltree"
)

// Schema says what a document has to be.
type Schema uint8

const (
	// Message is a SOAP 1.2 envelope: its header blocks as WS-Addressing says, and exactly one child of the body, one of
	// the messages that XDS.b and the patient identity feed define, or a fault.
	Message Schema = iota + 1
	// Envelope is a SOAP 1.2 envelope whose body may hold anything; what the schemas know of it is judged.
	Envelope
	// Payload is what a Message has in its body, on its own.
	Payload
)

// String names what the document has to be.
func (s Schema) String() string {
	switch s {
	case Message:
		return "a SOAP message of XDS.b"
	case Envelope:
		return "a SOAP 1.2 envelope"
	case Payload:
		return "a message of XDS.b"
	}
	return fmt.Sprintf("schema(%d)", uint8(s))
}

// Violation is one place where a document is not what its schema says.
type Violation struct {
	// Line and Column count from 1 in the document's bytes; columns count characters. They are those of the element.
	Line, Column int
	// XPath leads to the element, with the prefixes of the document.
	XPath string
	// Message says in English what is wrong.
	Message string
}

// String reads as "line 12, column 5: …".
func (v Violation) String() string {
	return fmt.Sprintf("line %d, column %d: %s", v.Line, v.Column, v.Message)
}

// Validator judges documents by the schemas of FS.
type Validator interface {
	// Validate gives every violation of a document, in document order, none when it is valid. doc is the XML itself; an
	// xop:Include in it stands for the base64 content it replaces. The error is of the document not being XML that
	// Liasse accepts (an *xmltree.SyntaxError), or of the engine.
	Validate(doc []byte, s Schema) ([]Violation, error)
}

const (
	envelopeNamespace = "http://www.w3.org/2003/05/soap-envelope"
	xopNamespace      = "http://www.w3.org/2004/08/xop/include"
	hl7Namespace      = "urn:hl7-org:v3"
	rsNamespace       = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
	lcmNamespace      = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
	queryNamespace    = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
	xdsNamespace      = "urn:ihe:iti:xds-b:2007"
)

type name struct{ space, local string }

// payloads are the elements that a SOAP body of these transactions may hold (ITI TF-2, Table V.2.4-1 and the message
// semantics of each transaction).
var payloads = map[name]bool{
	{xdsNamespace, "ProvideAndRegisterDocumentSetRequest"}: true,
	{xdsNamespace, "RetrieveDocumentSetRequest"}:           true,
	{xdsNamespace, "RetrieveDocumentSetResponse"}:          true,
	{lcmNamespace, "SubmitObjectsRequest"}:                 true,
	{lcmNamespace, "RemoveObjectsRequest"}:                 true,
	{queryNamespace, "AdhocQueryRequest"}:                  true,
	{queryNamespace, "AdhocQueryResponse"}:                 true,
	{rsNamespace, "RegistryResponse"}:                      true,
	{hl7Namespace, "PRPA_IN201301UV02"}:                    true,
	{hl7Namespace, "PRPA_IN201302UV02"}:                    true,
	{hl7Namespace, "PRPA_IN201304UV02"}:                    true,
	{hl7Namespace, "MCCI_IN000002UV01"}:                    true,
}

// misplaced tells what a schema of element declarations cannot: that the document begins with the right one of them and
// that the body holds one payload.
func misplaced(root xmltree.Node, s Schema) []Violation {
	if s == Payload {
		if payloads[name{root.Space(), root.Local()}] {
			return nil
		}
		return []Violation{violationAt(root, fmt.Sprintf("Element '{%s}%s' is not %s.", root.Space(), root.Local(), s))}
	}
	if !root.Is(envelopeNamespace, "Envelope") {
		return []Violation{violationAt(root, fmt.Sprintf("Element '{%s}%s' is not %s.", root.Space(), root.Local(), s))}
	}
	if s == Envelope {
		return nil
	}
	body := root.Child(envelopeNamespace, "Body")
	if body.IsZero() {
		return nil // the schema says so
	}
	child := body.FirstElement()
	switch {
	case child.IsZero():
		return []Violation{violationAt(body, "The body is empty.")}
	case !child.NextElement().IsZero():
		return []Violation{violationAt(child.NextElement(), "The body holds more than one element.")}
	case !payloads[name{child.Space(), child.Local()}] && !child.Is(envelopeNamespace, "Fault"):
		return []Violation{violationAt(child, fmt.Sprintf("Element '{%s}%s' is not a message of XDS.b.", child.Space(), child.Local()))}
	}
	return nil
}

func violationAt(n xmltree.Node, message string) Violation {
	line, column := n.Document().Position(n.Offset())
	return Violation{Line: line, Column: column, XPath: n.XPath(), Message: message}
}

// includes gives the xop:Include elements that stand alone in their parent, as XOP has them, and a copy of the document in
// which blanks take their place, so that what remains is the document before XOP with every other byte where it was.
func includes(d *xmltree.Document) (found []xmltree.Node, without []byte) {
	without = d.Source()
	for n := range d.Root().Descendants() {
		if !n.Is(xopNamespace, "Include") || !alone(n) {
			continue
		}
		if len(found) == 0 {
			without = append([]byte(nil), without...)
		}
		found = append(found, n)
		for i := n.Offset(); i < n.End(); i++ {
			if without[i] != '\n' && without[i] != '\r' {
				without[i] = ' '
			}
		}
	}
	return found, without
}

// alone tells whether an element has nothing but blanks beside it.
func alone(n xmltree.Node) bool {
	parent := n.Parent()
	return parent.FirstElement() == n && n.NextElement().IsZero() && strings.TrimSpace(parent.Text()) == ""
}
