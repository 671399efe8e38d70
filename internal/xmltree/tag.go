package xmltree

import (
	"bytes"
	"unicode/utf8"
)

// name scans a name at pos and gives where it ends and where its colon is, or 0. With qualified, the name must be a QName;
// without, a colon is refused as Namespaces in XML 1.0 section 7 asks of targets and entity names.
func (p *parser) name(pos int, qualified bool) (end, colon int, err *SyntaxError) {
	src, i := p.src, pos
	start := true // a name or the part after the colon must begin here
	for i < len(src) {
		c := src[i]
		if c < utf8.RuneSelf {
			k := class[c]
			if k&nameRest == 0 {
				if c != ':' {
					break
				}
				if !qualified || colon != 0 || start {
					return 0, 0, p.colonFault(pos, i)
				}
				colon, start = i, true
				i++
				continue
			}
			if start && k&nameStart == 0 {
				break
			}
			start = false
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if start && !isNameStart(r) || !isNameRest(r) {
			break
		}
		start = false
		i += size
	}
	if start {
		return 0, 0, p.noName(pos, i, colon)
	}
	if i-pos > p.lim.Name {
		return 0, 0, fault(TooLarge, pos, "a name of %d bytes; at most %d are read", i-pos, p.lim.Name)
	}
	return i, colon, nil
}

func (p *parser) colonFault(pos, i int) *SyntaxError {
	if i == pos {
		return fault(Namespace, pos, "a name begins with a colon")
	}
	return fault(Namespace, i, "a colon too many in the name %s", quotedName(p.src[pos:i+1]))
}

func (p *parser) noName(pos, i, colon int) *SyntaxError {
	if i >= len(p.src) {
		return endFault(i, "the document ends where a name should stand")
	}
	if colon != 0 {
		return fault(Namespace, i, "%s cannot follow the colon of the name %s", p.charAt(i), quotedName(p.src[pos:i]))
	}
	return fault(NotWellFormed, i, "%s where a name should begin", p.charAt(i))
}

// startTag reads a start tag or an empty-element tag.
func (p *parser) startTag(pos int) (int, *SyntaxError) {
	nameEnd, colon, err := p.name(pos+1, true)
	if err != nil {
		return 0, err
	}
	if !p.inside() && p.root != none {
		return 0, fault(NotWellFormed, pos, "a second element beside the document element %s", quotedName(p.bytes(p.nodes[p.root].qualifiedName())))
	}
	if len(p.open) > p.lim.Depth {
		return 0, fault(TooDeep, pos, "elements are nested more than %d deep", p.lim.Depth)
	}
	if err := p.mark(pos); err != nil {
		return 0, err
	}
	n := node{kind: Element, offset: uint32(pos), name: uint32(pos + 1), nameLen: uint16(nameEnd - pos - 1)}
	if colon != 0 {
		n.prefixLen = uint16(colon - pos - 1)
	}
	n.b, n.c = uint32(len(p.attrs)), uint32(len(p.decls))
	at, empty, err := p.attributes(&n, nameEnd)
	if err != nil {
		return 0, err
	}
	if err := p.resolve(&n); err != nil {
		return 0, err
	}
	n.a, n.end = uint32(at), uint32(at)
	i := p.add(n)
	if p.root == none {
		p.root = i
	}
	if empty {
		p.unbind(&n)
	} else {
		p.arena.open = append(p.arena.open, openElement{i, none})
	}
	return at, nil
}

// attributes reads from the end of an element's name to the end of the tag.
func (p *parser) attributes(n *node, pos int) (end int, empty bool, err *SyntaxError) {
	src := p.src
	for {
		at := p.skipBlank(pos)
		if at >= len(src) {
			return 0, false, endFault(at, "the document ends inside the tag %s", quotedName(p.bytes(n.qualifiedName())))
		}
		switch src[at] {
		case '>':
			return at + 1, false, nil
		case '/':
			if at+1 >= len(src) {
				return 0, false, endFault(at, "the document ends inside a tag")
			}
			if src[at+1] != '>' {
				return 0, false, fault(NotWellFormed, at, "/ inside a tag; only /> may end it")
			}
			return at + 2, true, nil
		}
		if at == pos {
			return 0, false, fault(NotWellFormed, at, "%s where white space, > or /> should stand in a tag", p.charAt(at))
		}
		if pos, err = p.attribute(n, at); err != nil {
			return 0, false, err
		}
	}
}

// attribute reads one attribute or namespace declaration.
func (p *parser) attribute(n *node, pos int) (int, *SyntaxError) {
	src := p.src
	nameEnd, colon, err := p.name(pos, true)
	if err != nil {
		return 0, err
	}
	at := nameEnd
	if at >= len(src) || src[at] != '=' {
		if at = p.skipBlank(at); at >= len(src) {
			return 0, endFault(at, "the document ends inside a tag")
		}
		if src[at] != '=' {
			return 0, fault(NotWellFormed, at, "the attribute %s has no = and no value", quotedName(src[pos:nameEnd]))
		}
	}
	at++
	if at < len(src) && isBlank(src[at]) {
		at = p.skipBlank(at)
	}
	if at >= len(src) {
		return 0, endFault(at, "the document ends inside a tag")
	}
	quote := src[at]
	if quote != '"' && quote != '\'' {
		return 0, fault(NotWellFormed, at, "the value of the attribute %s is not in quotes", quotedName(src[pos:nameEnd]))
	}
	value, end, err := p.attributeValue(at+1, quote)
	if err != nil {
		return 0, err
	}
	a := attr{name: uint32(pos), nameLen: uint16(nameEnd - pos), value: value}
	if colon != 0 {
		a.prefixLen = uint16(colon - pos)
	}
	switch {
	case colon == 0 && string(src[pos:nameEnd]) == "xmlns":
		return end, p.declare(n, pos, ref{}, value)
	case colon != 0 && string(src[pos:colon]) == "xmlns":
		return end, p.declare(n, pos, a.localName(), value)
	}
	if n.attrCount++; int(n.attrCount) > p.lim.Attributes {
		return 0, fault(TooManyAttributes, pos, "an element has more than %d attributes", p.lim.Attributes)
	}
	p.arena.attrs = append(p.arena.attrs, a)
	return end, nil
}

// attributeValue reads from after the opening quote to after the closing one.
func (p *parser) attributeValue(pos int, quote byte) (value ref, next int, err *SyntaxError) {
	i := bytes.IndexByte(p.src[pos:], quote)
	if i < 0 {
		return ref{}, 0, endFault(pos, "the document ends inside the value of an attribute")
	}
	end := pos + i
	if p.less.before(p.src, '<', pos, end) {
		return ref{}, 0, fault(NotWellFormed, p.less.next, "< in the value of an attribute; write &lt;")
	}
	if i > p.lim.AttributeValue {
		return ref{}, 0, fault(TooLarge, pos, "the value of an attribute has %d bytes; at most %d are read", i, p.lim.AttributeValue)
	}
	if p.ampersand.before(p.src, '&', pos, end) || p.lineFeed.before(p.src, '\n', pos, end) ||
		p.tab.before(p.src, '\t', pos, end) || p.carriage.before(p.src, '\r', pos, end) {
		value, err = p.decode(pos, end, true)
		return value, end + 1, err
	}
	return ref{uint32(pos), uint32(i)}, end + 1, nil
}

// endTag reads an end tag.
func (p *parser) endTag(pos int) (int, *SyntaxError) {
	src := p.src
	if !p.inside() {
		return 0, fault(NotWellFormed, pos, "an end tag without its start tag")
	}
	i := p.open[len(p.open)-1].node
	n := &p.nodes[i]
	at := pos + 2 + int(n.nameLen)
	if at > len(src) || string(src[pos+2:at]) != string(p.bytes(n.qualifiedName())) {
		return 0, p.wrongEndTag(pos, n)
	}
	if at < len(src) && src[at] != '>' {
		if class[src[at]]&blank == 0 {
			return 0, p.wrongEndTag(pos, n)
		}
		at = p.skipBlank(at)
	}
	if at >= len(src) {
		return 0, endFault(at, "the document ends inside an end tag")
	}
	if src[at] != '>' {
		return 0, fault(NotWellFormed, at, "%s in an end tag; nothing may follow the name but white space", p.charAt(at))
	}
	at++
	n.end = uint32(at)
	p.unbind(n)
	p.arena.open = p.open[:len(p.open)-1]
	return at, nil
}

func (p *parser) wrongEndTag(pos int, open *node) *SyntaxError {
	end, _, err := p.name(pos+2, true)
	if err != nil {
		return err
	}
	if end >= len(p.src) {
		return endFault(end, "the document ends inside an end tag")
	}
	if string(p.src[pos+2:end]) == string(p.bytes(open.qualifiedName())) {
		return fault(NotWellFormed, end, "%s in an end tag; nothing may follow the name but white space", p.charAt(end))
	}
	line, _ := position(p.src, int(open.offset))
	return fault(NotWellFormed, pos, "the end tag %s does not match the start tag %s of line %d",
		quotedName(p.src[pos+2:end]), quotedName(p.bytes(open.qualifiedName())), line)
}
