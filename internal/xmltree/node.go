package xmltree

import (
	"iter"
	"strconv"
	"strings"
)

// Kind says what a node is.
type Kind uint8

const (
	// DocumentNode is the document itself; Document.Node gives it.
	DocumentNode Kind = iota + 1
	// Element is an element.
	Element
	// Text is a run of character data between markup, references replaced.
	Text
	// CDATA is the content of one CDATA section.
	CDATA
	// Comment is a comment.
	Comment
	// Instruction is a processing instruction.
	Instruction
)

var nodeKindNames = [...]string{"none", "document", "element", "text", "CDATA section", "comment", "processing instruction"}

// String names the kind in plain words.
func (k Kind) String() string {
	if int(k) < len(nodeKindNames) {
		return nodeKindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// Node is a handle to a place in a document, small, comparable and cheap to copy. The zero Node leads nowhere: IsZero
// tells it, and every accessor answers with a zero value. A Node must not be used after its document's Release.
type Node struct {
	doc *Document
	i   int32
}

func (n Node) at() *node { return &n.doc.arena.nodes[n.i] }

func (n Node) to(i int32) Node {
	if i == none {
		return Node{}
	}
	return Node{n.doc, i}
}

// IsZero tells whether the node leads nowhere.
func (n Node) IsZero() bool { return n.doc == nil }

// Kind says what the node is; 0 for the zero Node.
func (n Node) Kind() Kind {
	if n.doc == nil {
		return 0
	}
	return n.at().kind
}

// Document gives the document that the node belongs to, nil for the zero Node.
func (n Node) Document() *Document { return n.doc }

// Local gives the local part of an element's name, or the target of a processing instruction.
func (n Node) Local() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.string(n.at().localName())
}

// Space gives the namespace name of an element, empty when it is in none.
func (n Node) Space() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.space(n.at().space)
}

// Prefix gives the prefix that the sender wrote before an element's name, empty when none.
func (n Node) Prefix() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.string(n.at().prefixName())
}

// Is tells whether the node is an element of that expanded name.
func (n Node) Is(space, local string) bool {
	if n.doc == nil {
		return false
	}
	at := n.at()
	return at.kind == Element && n.doc.string(at.localName()) == local && n.doc.space(at.space) == space
}

// Parent gives the element that holds the node; the zero Node for the root element and what stands beside it.
func (n Node) Parent() Node {
	if n.doc == nil {
		return Node{}
	}
	if up := n.at().parent; up > 0 {
		return Node{n.doc, up}
	}
	return Node{}
}

// FirstChild gives the first child of any kind.
func (n Node) FirstChild() Node {
	if n.doc == nil {
		return Node{}
	}
	return n.to(n.at().first)
}

// NextSibling gives the node of any kind that follows under the same parent.
func (n Node) NextSibling() Node {
	if n.doc == nil {
		return Node{}
	}
	return n.to(n.at().next)
}

// FirstElement gives the first child that is an element.
func (n Node) FirstElement() Node { return n.FirstChild().orNextElement() }

// NextElement gives the next sibling that is an element.
func (n Node) NextElement() Node { return n.NextSibling().orNextElement() }

func (n Node) orNextElement() Node {
	for n.doc != nil && n.at().kind != Element {
		n = n.NextSibling()
	}
	return n
}

// Child gives the first child element of that expanded name, or the zero Node.
func (n Node) Child(space, local string) Node {
	c := n.FirstElement()
	for c.doc != nil && !c.Is(space, local) {
		c = c.NextElement()
	}
	return c
}

// Children goes through the child elements of that expanded name.
func (n Node) Children(space, local string) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.FirstElement(); c.doc != nil; c = c.NextElement() {
			if c.Is(space, local) && !yield(c) {
				return
			}
		}
	}
}

// Elements goes through the child elements.
func (n Node) Elements() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.FirstElement(); c.doc != nil; c = c.NextElement() {
			if !yield(c) {
				return
			}
		}
	}
}

// Descendants goes through the elements below the node in document order, the node itself left out.
func (n Node) Descendants() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.doc == nil {
			return
		}
		nodes := n.doc.arena.nodes
		end := nodes[n.i].end
		for i := n.i + 1; int(i) < len(nodes) && nodes[i].offset < end; i++ {
			if nodes[i].kind == Element && !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Attr is an attribute as it is read: its name resolved, its value normalised as XML 1.0 section 3.3.3 says for CDATA.
type Attr struct {
	Space, Local, Prefix, Value string
	// Offset is where its name begins in the source.
	Offset int
}

func (n Node) attrs() []attr {
	if n.doc == nil {
		return nil
	}
	at := n.at()
	if at.kind != Element {
		return nil
	}
	from, to := at.attrRange()
	return n.doc.arena.attrs[from:to]
}

// Attr gives the value of the attribute of that expanded name and whether there is one. An attribute without a prefix is
// in no namespace.
func (n Node) Attr(space, local string) (value string, ok bool) {
	attrs := n.attrs()
	for i := range attrs {
		if n.doc.string(attrs[i].localName()) == local && n.doc.space(attrs[i].space) == space {
			return n.doc.string(attrs[i].value), true
		}
	}
	return "", false
}

// AttrValue gives the value of the attribute of that expanded name, empty when there is none.
func (n Node) AttrValue(space, local string) string {
	value, _ := n.Attr(space, local)
	return value
}

// Attrs goes through the attributes in the order written, namespace declarations left out.
func (n Node) Attrs() iter.Seq[Attr] {
	return func(yield func(Attr) bool) {
		attrs := n.attrs()
		for i := range attrs {
			a := &attrs[i]
			if !yield(Attr{
				Space: n.doc.space(a.space), Local: n.doc.string(a.localName()),
				Prefix: n.doc.string(ref{a.name, uint32(a.prefixLen)}), Value: n.doc.string(a.value), Offset: int(a.name),
			}) {
				return
			}
		}
	}
}

// Text gives the character data of a node: of an element its own text and CDATA sections joined, comments and processing
// instructions skipped, child elements not entered; of a text, CDATA section, comment or processing instruction its value.
func (n Node) Text() string {
	text, _ := n.text()
	return text
}

// PlainText gives the text of an element that holds nothing but text and CDATA sections, and whether that is so. It is
// how a value that decides something is read: a comment or an instruction inside one is never skipped in silence.
func (n Node) PlainText() (text string, ok bool) { return n.text() }

func (n Node) text() (text string, plain bool) {
	if n.doc == nil {
		return "", false
	}
	at := n.at()
	if at.kind != Element {
		return n.doc.string(at.value()), at.kind == Text || at.kind == CDATA
	}
	plain = true
	var joined strings.Builder
	for i := at.first; i != none; {
		c := &n.doc.arena.nodes[i]
		i = c.next
		if c.kind != Text && c.kind != CDATA {
			plain = false
			continue
		}
		piece := n.doc.string(c.value())
		switch {
		case joined.Len() > 0:
			joined.WriteString(piece)
		case text == "":
			text = piece
		default:
			joined.WriteString(text)
			joined.WriteString(piece)
		}
	}
	if joined.Len() > 0 {
		text = joined.String()
	}
	return text, plain
}

// Offset gives where the node begins in the source, End where it ends: an element from the '<' of its start tag to after
// its end tag.
func (n Node) Offset() int {
	if n.doc == nil {
		return 0
	}
	return int(n.at().offset)
}

// End gives the offset of the first byte after the node.
func (n Node) End() int {
	if n.doc == nil {
		return 0
	}
	return int(n.at().end)
}

// ContentOffset gives the offset of the first byte after an element's start tag, where its content begins; for an element
// written as an empty-element tag that is its End.
func (n Node) ContentOffset() int {
	if n.doc == nil {
		return 0
	}
	if at := n.at(); at.kind == Element {
		return int(at.content())
	}
	return n.Offset()
}

// Raw gives the bytes of the node as the sender wrote them. They are the source's own and must not be changed.
func (n Node) Raw() []byte {
	if n.doc == nil {
		return nil
	}
	at := n.at()
	return n.doc.src[at.offset:at.end:at.end]
}

// Namespace gives the namespace name that a prefix is bound to at an element, and whether it is bound; the empty prefix
// is the default namespace, always bound, to the empty name when nothing was declared.
func (n Node) Namespace(prefix string) (uri string, ok bool) {
	if n.doc == nil {
		return "", false
	}
	if prefix == "xml" {
		return XMLNamespace, true
	}
	for i := n.i; i > 0; i = n.doc.arena.nodes[i].parent {
		at := &n.doc.arena.nodes[i]
		if at.kind != Element || at.declCount == 0 {
			continue
		}
		from, to := at.declRange()
		decls := n.doc.arena.decls[from:to]
		for k := range decls {
			if n.doc.string(decls[k].prefixName) == prefix {
				return n.doc.space(decls[k].space), true
			}
		}
	}
	return "", prefix == ""
}

// Lang gives the language in force at an element: xml:lang of its own or of the nearest element around it.
func (n Node) Lang() string {
	if n.Kind() != Element {
		n = n.Parent()
	}
	for ; n.doc != nil; n = n.Parent() {
		if lang, ok := n.Attr(XMLNamespace, "lang"); ok {
			return lang
		}
	}
	return ""
}
