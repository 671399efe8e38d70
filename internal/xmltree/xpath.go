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
	at := &d.arena.nodes[i]
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
	position, more := d.stepPosition(i)
	if position > 1 || more {
		b.WriteString("[" + strconv.Itoa(position) + "]")
	}
}

// stepPosition gives the position of a node among the siblings that answer to its step, and whether more of them follow.
func (d *Document) stepPosition(i int32) (position int, more bool) {
	nodes := d.arena.nodes
	at := &nodes[i]
	run := false // whether the text before goes on: XPath sees text and CDATA sections side by side as one node
	reached := false
	for j := nodes[at.parent].first; j != none; j = nodes[j].next {
		counts := d.sameStep(&nodes[j], at)
		if isText(nodes[j].kind) {
			counts = counts && !run
			run = true
		} else {
			run = false
		}
		if counts && reached {
			return position, true
		}
		if counts {
			position++
		}
		reached = reached || j == i
	}
	return position, false
}

func isText(k Kind) bool { return k == Text || k == CDATA }

// sameStep tells whether the two siblings answer to the same step.
func (d *Document) sameStep(a, b *node) bool {
	if b.kind == Element || b.kind == Instruction {
		return a.kind == b.kind && a.space == b.space && d.string(a.localName()) == d.string(b.localName())
	}
	return a.kind == b.kind || isText(a.kind) && isText(b.kind)
}
