// Package xmltree reads XML strictly and keeps it as it came. Parse takes the bytes of a document and gives a tree
// whose nodes lie in an arena, resolved against Namespaces in XML 1.0 and each knowing its byte range in the source;
// the source itself is never rewritten. What it accepts is exactly namespace-well-formed XML 1.0 (fifth edition) in
// UTF-8 without a document type declaration, within the caller's Limits. AppendCanonical writes any element as Canonical
// XML 1.0, Canonical XML 1.1 or Exclusive XML Canonicalization 1.0.
package xmltree

import (
	"bytes"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Document is a parsed document. It may be read by several goroutines at once, until Release.
type Document struct {
	src     []byte
	text    string // src seen as a string
	decoded string // values that differ from their bytes in the source
	root    int32
	arena   *arena

	ranking sync.Once
	ranks   []int32 // see spaceRanks
}

// Root gives the document element.
func (d *Document) Root() Node { return Node{d, d.root} }

// Node gives the document itself, whose children are the root element and the comments and processing instructions
// around it. It has no name and no parent.
func (d *Document) Node() Node { return Node{d, 0} }

// Source gives the bytes that were parsed. They must not be changed.
func (d *Document) Source() []byte { return d.src }

// Release gives the arena back for other documents. No Node of the document may be used after it; strings read from
// nodes stay valid.
func (d *Document) Release() {
	a := d.arena
	if a == nil {
		return
	}
	d.arena = nil
	a.reset()
	if a.size() <= pooledArena {
		arenas.Put(a)
	}
}

// Position gives the line and the column, both from 1, of a byte of the source. Lines end as XML 1.0 section 2.11 says
// (LF, CR LF or CR); a column counts characters, and a byte order mark is none.
func (d *Document) Position(offset int) (line, column int) { return position(d.src, offset) }

func position(src []byte, offset int) (line, column int) {
	offset = max(0, min(offset, len(src)))
	before := src[:offset]
	line = 1 + bytes.Count(before, lf) + bytes.Count(before, cr) - bytes.Count(before, crlf)
	start := 1 + max(bytes.LastIndexByte(before, '\n'), bytes.LastIndexByte(before, '\r'))
	if start == offset && offset > 0 && src[offset-1] == '\r' && offset < len(src) && src[offset] == '\n' {
		// Between CR and LF the line has not ended yet.
		line--
		start = 1 + max(bytes.LastIndexByte(before[:offset-1], '\n'), bytes.LastIndexByte(before[:offset-1], '\r'))
	}
	if start == 0 {
		start = min(len(byteOrderMark(src)), offset)
	}
	return line, 1 + utf8.RuneCount(src[start:offset])
}

var (
	lf   = []byte("\n")
	cr   = []byte("\r")
	crlf = []byte("\r\n")
)

// byteOrderMark gives the UTF-8 byte order mark that src begins with, or nothing.
func byteOrderMark(src []byte) []byte {
	if len(src) >= 3 && src[0] == 0xEF && src[1] == 0xBB && src[2] == 0xBF {
		return src[:3]
	}
	return nil
}

// ref names a run of bytes: of the source, or of the decoded values when its offset has the bit inDecoded. Offsets fit
// because maxBytes is far below that bit.
type ref struct{ off, len uint32 }

const inDecoded = 1 << 31

func (d *Document) string(r ref) string {
	if r.off&inDecoded != 0 {
		off := r.off &^ inDecoded
		return d.decoded[off : off+r.len]
	}
	return d.text[r.off : r.off+r.len]
}

// none is the index that leads to no node and no declaration.
const none = -1

// node is one place of the arena. It holds no pointer, so that the collector never walks the tree.
type node struct {
	kind                 Kind
	prefixLen            uint16 // without the colon
	nameLen              uint16 // with prefix and colon
	attrCount, declCount uint16

	parent, first, next int32
	offset, end         uint32
	name                uint32 // where the name or the target begins
	prefix, space       int32  // ids

	// What follows differs by kind: a value, or for an element where its content begins and its attributes and
	// declarations lie.
	a, b, c uint32
}

func (n *node) value() ref               { return ref{n.a, n.b} }
func (n *node) setValue(r ref)           { n.a, n.b = r.off, r.len }
func (n *node) content() uint32          { return n.a }
func (n *node) localName() ref           { return localName(n.name, n.prefixLen, n.nameLen) }
func (n *node) prefixName() ref          { return ref{n.name, uint32(n.prefixLen)} }
func (n *node) qualifiedName() ref       { return ref{n.name, uint32(n.nameLen)} }
func (n *node) attrRange() (a, b uint32) { return n.b, n.b + uint32(n.attrCount) }
func (n *node) declRange() (a, b uint32) { return n.c, n.c + uint32(n.declCount) }

func localName(name uint32, prefixLen, nameLen uint16) ref {
	if prefixLen == 0 {
		return ref{name, uint32(nameLen)}
	}
	skip := uint32(prefixLen) + 1
	return ref{name + skip, uint32(nameLen) - skip}
}

// attr is an attribute in the arena.
type attr struct {
	name               uint32
	prefixLen, nameLen uint16
	value              ref
	prefix, space      int32
}

func (a *attr) localName() ref { return localName(a.name, a.prefixLen, a.nameLen) }

// decl is a namespace declaration in the arena.
type decl struct {
	prefixName ref
	prefix     int32 // id
	space      int32 // id
	outer      int32 // the declaration of the same prefix that this one hides, or none
}

// Ids of prefixes and namespaces that every document has; those of the document's own begin at firstOwn.
const (
	noPrefix  = 0
	xmlPrefix = 1
	noSpace   = 0
	xmlSpace  = 1
	firstOwn  = 2
)

// XMLNamespace is the namespace that the prefix xml is bound to; XMLNSNamespace is that of xmlns itself.
const (
	XMLNamespace   = "http://www.w3.org/XML/1998/namespace"
	XMLNSNamespace = "http://www.w3.org/2000/xmlns/"
)

func (d *Document) space(id int32) string {
	switch id {
	case noSpace:
		return ""
	case xmlSpace:
		return XMLNamespace
	}
	return d.string(d.arena.spaces.refs[id-firstOwn])
}

// arena holds everything of one document that is not its source or a decoded value.
type arena struct {
	nodes    []node
	attrs    []attr
	decls    []decl
	prefixes interner
	spaces   interner

	// What only the parser uses.
	open     []openElement
	bindings []int32 // by prefix id, the declaration in force
	seen     seenNames
}

var arenas = sync.Pool{New: func() any { return new(arena) }}

// pooledArena is the size in bytes above which an arena is left to the collector rather than kept for reuse.
const pooledArena = 8 << 20

func (a *arena) size() int {
	return cap(a.nodes)*int(unsafe.Sizeof(node{})) + cap(a.attrs)*int(unsafe.Sizeof(attr{})) + cap(a.decls)*int(unsafe.Sizeof(decl{}))
}

func (a *arena) reset() {
	a.nodes, a.attrs, a.decls = a.nodes[:0], a.attrs[:0], a.decls[:0]
	a.open, a.bindings = a.open[:0], a.bindings[:0]
	a.prefixes.reset()
	a.spaces.reset()
}
