package xmltree

import "bytes"

// bang reads what begins with <! : a comment, a CDATA section, or what is refused.
func (p *parser) bang(pos int) (int, *SyntaxError) {
	rest := p.src[pos:]
	switch {
	case bytes.HasPrefix(rest, commentStart):
		return p.comment(pos)
	case bytes.HasPrefix(rest, sectionStart):
		return p.section(pos)
	case len(rest) >= len(doctypeStart) && bytes.EqualFold(rest[:len(doctypeStart)], doctypeStart):
		return 0, fault(Doctype, pos, "a document type declaration; none is accepted, remove it")
	case bytes.HasPrefix(commentStart, rest), bytes.HasPrefix(sectionStart, rest), bytes.HasPrefix(doctypeStart, rest):
		return 0, endFault(pos, "the document ends inside markup")
	}
	return 0, fault(NotWellFormed, pos, "<! begins neither a comment nor a CDATA section")
}

func (p *parser) comment(pos int) (int, *SyntaxError) {
	from := pos + len(commentStart)
	i := bytes.Index(p.src[from:], commentDash)
	if i < 0 || from+i+2 >= len(p.src) {
		return 0, endFault(pos, "the document ends inside a comment")
	}
	to := from + i
	if p.src[to+2] != '>' {
		return 0, fault(NotWellFormed, to, "-- inside a comment")
	}
	return p.leaf(node{kind: Comment, offset: uint32(pos), end: uint32(to + 3)}, from, to)
}

func (p *parser) section(pos int) (int, *SyntaxError) {
	if !p.inside() {
		return 0, fault(NotWellFormed, pos, "a CDATA section outside the document element")
	}
	from := pos + len(sectionStart)
	to := p.sectionEnd.index(p.src, sectionEnd, from)
	if to == len(p.src) {
		return 0, endFault(pos, "the document ends inside a CDATA section")
	}
	return p.leaf(node{kind: CDATA, offset: uint32(pos), end: uint32(to + 3)}, from, to)
}

// instruction reads a processing instruction.
func (p *parser) instruction(pos int) (int, *SyntaxError) {
	target := pos + 2
	nameEnd, _, err := p.name(target, false)
	if err != nil {
		return 0, err
	}
	name := p.src[target:nameEnd]
	if len(name) == 3 && bytes.EqualFold(name, []byte("xml")) {
		return 0, fault(NotWellFormed, pos, "an XML declaration that is not at the very beginning, or a processing instruction named xml")
	}
	if p.lim.ForbidPI {
		return 0, fault(ForbiddenInstruction, pos, "the processing instruction %s; none is accepted here", quotedName(name))
	}
	from := p.skipBlank(nameEnd)
	i := bytes.Index(p.src[nameEnd:], instrEnd)
	if i < 0 {
		return 0, endFault(pos, "the document ends inside a processing instruction")
	}
	to := nameEnd + i
	if from == nameEnd && to != nameEnd {
		return 0, fault(NotWellFormed, nameEnd, "%s after the target of a processing instruction, where white space should stand", p.charAt(nameEnd))
	}
	n := node{kind: Instruction, offset: uint32(pos), end: uint32(to + 2), name: uint32(target), nameLen: uint16(len(name))}
	return p.leaf(n, min(from, to), to)
}

// leafPhrases name for a message what has a value and no children.
var leafPhrases = map[Kind]phrase{
	CDATA:       {"a CDATA section", "une section CDATA"},
	Comment:     {"a comment", "un commentaire"},
	Instruction: {"a processing instruction", "une instruction de traitement"},
}

// leaf adds a node whose value lies from from to to.
func (p *parser) leaf(n node, from, to int) (int, *SyntaxError) {
	if err := p.mark(int(n.offset)); err != nil {
		return 0, err
	}
	if to-from > p.lim.Text {
		return 0, fault(TooLarge, int(n.offset), "%s of %d bytes; at most %d are read", leafPhrases[n.kind], to-from, p.lim.Text)
	}
	n.setValue(p.normalizeLines(from, to))
	p.add(n)
	return int(n.end), nil
}
