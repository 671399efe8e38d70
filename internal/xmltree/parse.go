package xmltree

import (
	"bytes"
	"unsafe"
)

// Parse reads a document. src is kept, not copied: it must not change as long as the document or a string read from it is
// in use. The error is always a *SyntaxError, and with it the document is nil. The time taken is linear in len(src).
func Parse(src []byte, lim Limits) (*Document, error) {
	doc, err := parse(src, lim.settled())
	if err != nil {
		err.Line, err.Column = position(src, err.Offset)
		return nil, err
	}
	return doc, nil
}

func parse(src []byte, lim Limits) (*Document, *SyntaxError) {
	if len(src) > lim.Bytes {
		return nil, fault(TooLarge, lim.Bytes, "the document has %d bytes; at most %d are read", len(src), lim.Bytes)
	}
	if err := otherEncoding(src); err != nil {
		return nil, err
	}
	bad := firstForbidden(src)
	p := &parser{src: src[:bad:bad], lim: lim, arena: arenas.Get().(*arena)}
	p.start()
	err := p.document()
	if bad < len(src) && (err == nil || err.atEnd) {
		err = forbiddenFault(src, bad)
	}
	doc := &Document{arena: p.arena, root: p.root}
	if err != nil {
		doc.Release()
		return nil, err
	}
	doc.src = src
	doc.text = unsafe.String(unsafe.SliceData(src), len(src))
	doc.decoded = unsafe.String(unsafe.SliceData(p.decoded), len(p.decoded))
	return doc, nil
}

// parser holds what is in force while a document is read. Its source ends before the first character that XML forbids.
type parser struct {
	src     []byte
	decoded []byte
	lim     Limits
	*arena

	root  int32
	marks int // elements, comments, instructions and CDATA sections so far
	scope int // prefixes bound here

	lastPrefix   ref // the prefix last looked up
	lastPrefixID int32

	// Where each of these comes next; a place that is passed is looked for again.
	less, ampersand, carriage, lineFeed, tab, sectionEnd finder
}

// openElement is an element whose end tag has not come.
type openElement struct {
	node int32
	last int32 // its last child
}

// finder remembers where something comes next in the source, so that asking again costs nothing and the whole source is
// searched once.
type finder struct{ next int }

// before tells whether the byte comes in the source at from or later but before to.
func (f *finder) before(src []byte, c byte, from, to int) bool {
	if f.next < from {
		f.next = len(src)
		if i := bytes.IndexByte(src[from:], c); i >= 0 {
			f.next = from + i
		}
	}
	return f.next < to
}

// index gives where the string comes next at from or later, or len(src).
func (f *finder) index(src, s []byte, from int) int {
	if f.next < from {
		f.next = len(src)
		if i := bytes.Index(src[from:], s); i >= 0 {
			f.next = from + i
		}
	}
	return f.next
}

// never is a finder's place before it has looked.
var never = finder{-1}

func (p *parser) start() {
	p.less, p.ampersand, p.carriage = never, never, never
	p.lineFeed, p.tab, p.sectionEnd = never, never, never
	a := p.arena
	a.nodes = append(a.nodes, node{kind: DocumentNode, parent: none, first: none, next: none, end: uint32(len(p.src))})
	a.open = append(a.open, openElement{0, none})
	a.bindings = append(a.bindings, none, none)
	p.root = none
}

// bytes reads a reference while the document is being parsed.
func (p *parser) bytes(r ref) []byte {
	if r.off&inDecoded != 0 {
		off := r.off &^ inDecoded
		return p.decoded[off : off+r.len]
	}
	return p.src[r.off : r.off+r.len]
}

func (p *parser) sameLocal(a, b *attr) bool {
	return string(p.bytes(a.localName())) == string(p.bytes(b.localName()))
}

// add appends a node under the element that is open and returns its index.
func (p *parser) add(n node) int32 {
	i := int32(len(p.nodes))
	top := &p.open[len(p.open)-1]
	n.parent, n.first, n.next = top.node, none, none
	if top.last == none {
		p.nodes[top.node].first = i
	} else {
		p.nodes[top.last].next = i
	}
	top.last = i
	p.arena.nodes = append(p.arena.nodes, n)
	return i
}

// mark counts one more piece of markup that takes a node.
func (p *parser) mark(pos int) *SyntaxError {
	p.marks++
	if p.marks > p.lim.Elements {
		return fault(TooManyElements, pos, "the document has more than %d elements, comments and sections", p.lim.Elements)
	}
	return nil
}

// document is the production document: the XML declaration, then everything else in one loop without recursion.
func (p *parser) document() *SyntaxError {
	pos := len(byteOrderMark(p.src))
	pos, err := p.declaration(pos)
	if err != nil {
		return err
	}
	for pos < len(p.src) {
		if p.src[pos] != '<' {
			if pos, err = p.characters(pos); err != nil {
				return err
			}
			continue
		}
		if pos+1 == len(p.src) {
			return endFault(pos, "the document ends after <")
		}
		switch p.src[pos+1] {
		case '/':
			pos, err = p.endTag(pos)
		case '!':
			pos, err = p.bang(pos)
		case '?':
			pos, err = p.instruction(pos)
		default:
			pos, err = p.startTag(pos)
		}
		if err != nil {
			return err
		}
	}
	if len(p.open) > 1 {
		open := &p.nodes[p.open[len(p.open)-1].node]
		return endFault(len(p.src), "the document ends before the end tag of %s", quotedName(p.bytes(open.qualifiedName())))
	}
	if p.root == none {
		return endFault(len(p.src), "the document has no element")
	}
	p.nodes[0].end = uint32(len(p.src))
	return nil
}

// inside tells whether an element is open.
func (p *parser) inside() bool { return len(p.open) > 1 }

// skipBlank gives the offset of the first byte from pos on that is not white space.
func (p *parser) skipBlank(pos int) int {
	for pos < len(p.src) && isBlank(p.src[pos]) {
		pos++
	}
	return pos
}
