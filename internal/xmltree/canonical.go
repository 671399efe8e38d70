package xmltree

import (
	"io"
	"slices"
	"strings"
	"sync"
)

// Method is a canonicalization algorithm.
type Method uint8

const (
	// C14N10 is Canonical XML 1.0, http://www.w3.org/TR/2001/REC-xml-c14n-20010315.
	C14N10 Method = iota
	// C14N11 is Canonical XML 1.1, http://www.w3.org/2006/12/xml-c14n11.
	C14N11
	// Exclusive is Exclusive XML Canonicalization 1.0, http://www.w3.org/2001/10/xml-exc-c14n#.
	Exclusive
)

// Canonicalization says how AppendCanonical writes.
type Canonicalization struct {
	Method Method
	// Comments keeps comments, as the algorithms' #WithComments forms do.
	Comments bool
	// Prefixes is the PrefixList of InclusiveNamespaces (Exclusive XML Canonicalization 1.0 section 2.1.1): prefixes
	// treated as the inclusive methods treat them, "#default" being the default namespace. Other methods ignore it.
	Prefixes []string
	// Omit is left out with all it holds: the Signature that the enveloped signature transform (XML Signature section
	// 6.6.4) removes. The zero Node omits nothing.
	Omit Node
}

// AppendCanonical appends the canonical form of the node and all below it to dst. The node is written as the apex of a
// document subset: inclusive methods give it the namespaces in scope and the xml: attributes in force around it, the
// exclusive method the namespaces that it visibly uses. Document.Node gives the canonical form of the whole document.
//
// The Recommendations let a relative namespace name fail; it is written as it is here. Limits.AbsoluteNamespaces keeps
// such documents out where that matters.
func (n Node) AppendCanonical(dst []byte, c Canonicalization) []byte {
	if n.doc == nil {
		return dst
	}
	w := canonicalWriters.Get().(*canonicalWriter)
	w.doc, w.dst, w.how = n.doc, dst, c
	w.write(n.i)
	dst = w.dst
	w.release()
	return dst
}

var canonicalWriters = sync.Pool{New: func() any { return new(canonicalWriter) }}

// unrendered marks a prefix that no element around has rendered.
const unrendered = -1

// canonicalWriter holds what is in force while a canonical form is written. Between uses rendered holds unrendered alone.
type canonicalWriter struct {
	doc *Document
	dst []byte
	how Canonicalization

	// What only WriteCanonical uses: where the form goes, what went wrong there, and the memory it gathers in.
	out    io.Writer
	failed error
	chunk  []byte

	apex int32
	// rendered gives, by prefix id, the namespace id that the output has it bound to (exclusive), or marks a prefix as
	// collected (the apex of the inclusive methods).
	rendered []int32
	undo     []renderedBefore
	listed   []int32 // prefix ids of the PrefixList

	spaces   []binding // the namespace declarations of the element at hand
	attrs    []*attr   // its attributes
	imported []attr    // attributes in force around the apex
	base     string    // the apex's xml:base after fix-up
	fixed    *attr     // the attribute whose value base replaces
}

// binding is a namespace declaration to write.
type binding struct {
	prefix     int32
	prefixName string
	space      int32
}

// renderedBefore remembers what an element's rendering replaced.
type renderedBefore struct{ element, prefix, space int32 }

// release gives the writer back without anything that would keep the document in memory.
func (w *canonicalWriter) release() {
	clear(w.spaces[:cap(w.spaces)])
	clear(w.attrs[:cap(w.attrs)])
	for _, u := range slices.Backward(w.undo) { // left where WriteCanonical was stopped
		w.rendered[u.prefix] = u.space
	}
	w.undo = w.undo[:0]
	w.doc, w.dst, w.how, w.base, w.fixed = nil, nil, Canonicalization{}, "", nil
	w.out, w.failed = nil, nil
	canonicalWriters.Put(w)
}

func (w *canonicalWriter) write(apex int32) {
	nodes := w.doc.arena.nodes
	for len(w.rendered) < len(w.doc.arena.prefixes.refs)+firstOwn {
		w.rendered = append(w.rendered, unrendered)
	}
	w.apex = apex
	w.listPrefixes()
	omit := int32(none)
	if w.how.Omit.doc == w.doc {
		omit = w.how.Omit.i
	}
	end := nodes[apex].end
	open := int32(none) // the element whose end tag comes next
	for i := apex; int(i) < len(nodes) && (i == apex || nodes[i].offset < end); {
		if w.out != nil && len(w.dst) >= canonicalChunk && !w.pass() {
			return
		}
		at := &nodes[i]
		// The element that was open has ended when what comes is not inside it.
		for open != none && open != at.parent && i != apex {
			w.endElement(open)
			open = nodes[open].parent
		}
		if i == omit {
			for i++; int(i) < len(nodes) && nodes[i].offset < at.end; i++ {
			}
			continue
		}
		switch at.kind {
		case Element:
			w.startElement(i)
			open = i
		case Text, CDATA:
			w.dst = appendEscaped(w.dst, w.doc.string(at.value()), &textEscapes)
		case Comment, Instruction:
			w.leaf(i)
		}
		i++
	}
	for ; open != none && open != 0; open = nodes[open].parent {
		w.endElement(open)
		if open == apex {
			break
		}
	}
}

// listPrefixes finds the ids of the prefixes in the PrefixList; one that the document never binds matters to nobody.
func (w *canonicalWriter) listPrefixes() {
	w.listed = w.listed[:0]
	if w.how.Method != Exclusive {
		return
	}
	for _, name := range w.how.Prefixes {
		if name == "#default" {
			w.listed = append(w.listed, noPrefix)
			continue
		}
		if id := w.doc.arena.prefixes.find(w.doc, name); id != none {
			w.listed = append(w.listed, id)
		}
	}
}

// leaf writes a comment or a processing instruction, with a line feed between it and the document element where it
// stands outside.
func (w *canonicalWriter) leaf(i int32) {
	at := &w.doc.arena.nodes[i]
	if at.kind == Comment && !w.how.Comments {
		return
	}
	outside := at.parent == 0 && i != w.apex
	if outside && i > w.doc.root {
		w.dst = append(w.dst, '\n')
	}
	if at.kind == Comment {
		w.dst = append(w.dst, "<!--"...)
		w.dst = append(w.dst, w.doc.string(at.value())...)
		w.dst = append(w.dst, "-->"...)
	} else {
		w.dst = append(w.dst, "<?"...)
		w.dst = append(w.dst, w.doc.string(at.localName())...)
		if data := w.doc.string(at.value()); data != "" {
			w.dst = append(w.dst, ' ')
			w.dst = append(w.dst, data...)
		}
		w.dst = append(w.dst, "?>"...)
	}
	if outside && i < w.doc.root {
		w.dst = append(w.dst, '\n')
	}
}

func (w *canonicalWriter) startElement(i int32) {
	at := &w.doc.arena.nodes[i]
	w.dst = append(w.dst, '<')
	w.dst = append(w.dst, w.doc.string(at.qualifiedName())...)
	w.spaces, w.attrs = w.spaces[:0], w.attrs[:0]
	from, to := at.attrRange()
	own := w.doc.arena.attrs[from:to]
	for k := range own {
		w.attrs = append(w.attrs, &own[k])
	}
	switch {
	case w.how.Method == Exclusive:
		w.visibleSpaces(i)
	case i == w.apex:
		w.spacesInScope(i)
		w.importAttributes(i)
	case at.declCount > 0:
		w.changedSpaces(at)
	}
	if len(w.spaces) > 0 {
		w.writeSpaces()
	}
	if len(w.attrs) > 0 {
		w.writeAttributes()
	}
	w.dst = append(w.dst, '>')
}

func (w *canonicalWriter) endElement(i int32) {
	w.dst = append(w.dst, "</"...)
	w.dst = append(w.dst, w.doc.string(w.doc.arena.nodes[i].qualifiedName())...)
	w.dst = append(w.dst, '>')
	for len(w.undo) > 0 && w.undo[len(w.undo)-1].element == i {
		last := w.undo[len(w.undo)-1]
		w.rendered[last.prefix] = last.space
		w.undo = w.undo[:len(w.undo)-1]
	}
}

// visibleSpaces collects what the exclusive method renders at an element: the prefixes that its name and its attributes
// use, and those of the PrefixList that are bound here, where the output does not have them so bound yet.
func (w *canonicalWriter) visibleSpaces(i int32) {
	at := &w.doc.arena.nodes[i]
	w.render(i, at.prefix, at.space)
	for _, a := range w.attrs {
		if a.prefix != noPrefix {
			w.render(i, a.prefix, a.space)
		}
	}
	if len(w.listed) == 0 {
		return
	}
	if i == w.apex {
		for _, prefix := range w.listed {
			if space := w.boundAt(i, prefix); space != none {
				w.render(i, prefix, space)
			}
		}
		return
	}
	from, to := at.declRange()
	for k := from; k < to; k++ {
		if d := &w.doc.arena.decls[k]; slices.Contains(w.listed, d.prefix) {
			w.render(i, d.prefix, d.space)
		}
	}
}

// render adds a declaration to the element at hand unless the output has it already.
func (w *canonicalWriter) render(element, prefix, space int32) {
	before := w.rendered[prefix]
	if before == space || prefix == xmlPrefix || before == unrendered && prefix == noPrefix && space == noSpace {
		return
	}
	w.undo = append(w.undo, renderedBefore{element, prefix, before})
	w.rendered[prefix] = space
	w.addSpace(prefix, space)
}

func (w *canonicalWriter) addSpace(prefix, space int32) {
	b := binding{prefix: prefix, space: space}
	if prefix >= firstOwn {
		b.prefixName = w.doc.string(w.doc.arena.prefixes.refs[prefix-firstOwn])
	}
	w.spaces = append(w.spaces, b)
}

// boundAt gives the namespace id that a prefix is bound to at an element, or none.
func (w *canonicalWriter) boundAt(i, prefix int32) int32 {
	nodes := w.doc.arena.nodes
	for ; i > 0; i = nodes[i].parent {
		from, to := nodes[i].declRange()
		for k := from; k < to; k++ {
			if d := &w.doc.arena.decls[k]; d.prefix == prefix {
				return d.space
			}
		}
	}
	return none
}

// spacesInScope collects every namespace in scope at the apex, as the inclusive methods render them there.
func (w *canonicalWriter) spacesInScope(apex int32) {
	nodes := w.doc.arena.nodes
	mark := len(w.undo)
	for i := apex; i > 0; i = nodes[i].parent {
		from, to := nodes[i].declRange()
		for k := from; k < to; k++ {
			d := &w.doc.arena.decls[k]
			if w.rendered[d.prefix] != unrendered {
				continue
			}
			w.rendered[d.prefix] = d.space
			w.undo = append(w.undo, renderedBefore{apex, d.prefix, unrendered})
			if d.prefix != xmlPrefix && d.space != noSpace {
				w.addSpace(d.prefix, d.space)
			}
		}
	}
	for _, u := range w.undo[mark:] {
		w.rendered[u.prefix] = unrendered
	}
	w.undo = w.undo[:mark]
}

// changedSpaces collects the declarations of an element below the apex that change what its parent has in scope.
func (w *canonicalWriter) changedSpaces(at *node) {
	from, to := at.declRange()
	for k := from; k < to; k++ {
		d := &w.doc.arena.decls[k]
		outer := int32(noSpace) // what an unbound default namespace is; no other prefix can be bound to it
		if d.outer != none {
			outer = w.doc.arena.decls[d.outer].space
		}
		if d.space != outer && d.prefix != xmlPrefix {
			w.addSpace(d.prefix, d.space)
		}
	}
}

func (w *canonicalWriter) writeSpaces() {
	if len(w.spaces) > 1 {
		slices.SortFunc(w.spaces, func(a, b binding) int { return strings.Compare(a.prefixName, b.prefixName) })
	}
	for k := range w.spaces {
		b := &w.spaces[k]
		w.dst = append(w.dst, " xmlns"...)
		if b.prefixName != "" {
			w.dst = append(w.dst, ':')
			w.dst = append(w.dst, b.prefixName...)
		}
		w.dst = append(w.dst, `="`...)
		w.dst = appendEscaped(w.dst, w.doc.space(b.space), &attributeEscapes)
		w.dst = append(w.dst, '"')
	}
}

func (w *canonicalWriter) writeAttributes() {
	if len(w.attrs) > 1 {
		slices.SortFunc(w.attrs, w.compareAttributes)
	}
	for _, a := range w.attrs {
		w.dst = append(w.dst, ' ')
		w.dst = append(w.dst, w.doc.string(ref{a.name, uint32(a.nameLen)})...)
		w.dst = append(w.dst, `="`...)
		value := w.doc.string(a.value)
		if a == w.fixed {
			value = w.base
		}
		w.dst = appendEscaped(w.dst, value, &attributeEscapes)
		w.dst = append(w.dst, '"')
	}
	w.fixed = nil
}

// compareAttributes orders by namespace name, then by local name; attributes in no namespace come first.
func (w *canonicalWriter) compareAttributes(a, b *attr) int {
	if a.space != b.space {
		if a.space == noSpace {
			return -1
		}
		if b.space == noSpace {
			return 1
		}
		ranks := w.doc.spaceRanks()
		return int(ranks[a.space]) - int(ranks[b.space])
	}
	return strings.Compare(w.doc.string(a.localName()), w.doc.string(b.localName()))
}

// spaceRanks gives by namespace id its place in the order of namespace names. Comparing the names themselves at each
// element would let a few long ones cost more than linear time.
func (d *Document) spaceRanks() []int32 {
	d.ranking.Do(func() {
		ids := make([]int32, len(d.arena.spaces.refs)+firstOwn)
		for i := range ids {
			ids[i] = int32(i)
		}
		slices.SortFunc(ids, func(a, b int32) int { return strings.Compare(d.space(a), d.space(b)) })
		d.ranks = make([]int32, len(ids))
		for rank, id := range ids {
			d.ranks[id] = int32(rank)
		}
	})
	return d.ranks
}

var textEscapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}

var attributeEscapes = [256]string{'&': "&amp;", '<': "&lt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}

// appendEscaped appends s with the characters that have an escape replaced.
func appendEscaped(dst []byte, s string, escapes *[256]string) []byte {
	from := 0
	for i := range len(s) {
		if escape := escapes[s[i]]; escape != "" {
			dst = append(append(dst, s[from:i]...), escape...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}
