package xmltree

import (
	"strconv"
	"strings"
)

// XPath gives a location path from the document to the node with the prefixes that the sender wrote, such as
// /env:Envelope/env:Body/Slot[2]/text(). A step has a position where several siblings answer to its name.
func (n Node) XPath() string {
	if n.doc == nil {
		return ""
	}
	if n.i == 0 {
		return "/"
	}
	var chain []int32
	for i := n.i; i > 0; i = n.doc.arena.nodes[i].parent {
		chain = append(chain, i)
	}
	var b strings.Builder
	for k := len(chain) - 1; k >= 0; k-- {
		b.WriteByte('/')
		n.doc.writeStep(&b, chain[k])
	}
	return b.String()
}

func (d *Document) writeStep(b *strings.Builder, i int32) {
	nodes := d.arena.nodes
	at := &nodes[i]
	switch at.kind {
	case Element:
		b.WriteString(d.string(at.qualifiedName()))
	case Text, CDATA:
		b.WriteString("text()")
	case Comment:
		b.WriteString("comment()")
	case Instruction:
		b.WriteString("processing-instruction('" + d.string(at.localName()) + "')")
	}
	position, more := 1, false
	for j := nodes[at.parent].first; j != none; j = nodes[j].next {
		switch {
		case j == i:
		case !d.sameStep(&nodes[j], at):
		case j < i:
			position++
		default:
			more = true
		}
		if more {
			break
		}
	}
	if position > 1 || more {
		b.WriteString("[" + strconv.Itoa(position) + "]")
	}
}

// sameStep tells whether the two siblings answer to the same step.
func (d *Document) sameStep(a, b *node) bool {
	if a.kind == Element || a.kind == Instruction {
		return a.kind == b.kind && a.space == b.space && d.string(a.localName()) == d.string(b.localName())
	}
	text := func(k Kind) bool { return k == Text || k == CDATA }
	return a.kind == b.kind || text(a.kind) && text(b.kind)
}
