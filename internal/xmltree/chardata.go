package xmltree

import (
	"bytes"
	"unicode/utf8"
)

// characters reads the text up to the next markup.
func (p *parser) characters(pos int) (int, *SyntaxError) {
	end := len(p.src)
	if i := bytes.IndexByte(p.src[pos:], '<'); i >= 0 {
		end = pos + i
	}
	if !p.inside() {
		if at := p.skipBlank(pos); at < end {
			if p.root == none {
				return 0, fault(NotWellFormed, at, "%s before the first element; only white space, comments and processing instructions may stand there", p.charAt(at))
			}
			return 0, fault(NotWellFormed, at, "%s after the end of the document element; only white space, comments and processing instructions may follow", p.charAt(at))
		}
		return end, nil
	}
	if end-pos > p.lim.Text {
		return 0, fault(TooLarge, pos, "a text of %d bytes; at most %d are read", end-pos, p.lim.Text)
	}
	if at := p.sectionEnd.index(p.src, sectionEnd, pos); at < end {
		return 0, fault(NotWellFormed, at, "]]> in text; write ]]&gt;")
	}
	value := ref{uint32(pos), uint32(end - pos)}
	if p.ampersand.before(p.src, '&', pos, end) || p.carriage.before(p.src, '\r', pos, end) {
		var err *SyntaxError
		if value, err = p.decode(pos, end, false); err != nil {
			return 0, err
		}
	}
	n := node{kind: Text, offset: uint32(pos), end: uint32(end)}
	n.setValue(value)
	p.add(n)
	return end, nil
}

var (
	sectionEnd   = []byte("]]>")
	sectionStart = []byte("<![CDATA[")
	commentStart = []byte("<!--")
	commentDash  = []byte("--")
	instrEnd     = []byte("?>")
	doctypeStart = []byte("<!DOCTYPE")
)

// charAt names the character at pos for a message.
func (p *parser) charAt(pos int) phrase {
	if pos >= len(p.src) {
		return phrase{"the end of the document", "la fin du document"}
	}
	r, _ := utf8.DecodeRune(p.src[pos:])
	if r <= ' ' || r == 0x7F {
		return phrase{"white space", "un blanc"}
	}
	return phrase{"the character " + string(r), "le caractère " + string(r)}
}

// decode appends to the decoded values what the source from pos to end means: references replaced, line ends normalised
// (XML 1.0 section 2.11) and, in an attribute, white space made blanks (section 3.3.3).
func (p *parser) decode(pos, end int, attribute bool) (ref, *SyntaxError) {
	from := len(p.decoded)
	if p.decoded == nil {
		p.decoded = make([]byte, 0, max(512, end-pos, min(len(p.src)/16, 1<<20)))
	}
	for pos < end {
		c := p.src[pos]
		switch {
		case c == '&':
			r, next, err := p.reference(pos, end)
			if err != nil {
				return ref{}, err
			}
			p.decoded = utf8.AppendRune(p.decoded, r)
			pos = next
			continue
		case c == '\r':
			c = '\n'
			if pos+1 < end && p.src[pos+1] == '\n' {
				pos++
			}
			if attribute {
				c = ' '
			}
		case attribute && (c == '\n' || c == '\t'):
			c = ' '
		default:
			// A run that means itself.
			run := pos + 1
			for run < end && special[p.src[run]] == 0 {
				run++
			}
			p.decoded = append(p.decoded, p.src[pos:run]...)
			pos = run
			continue
		}
		p.decoded = append(p.decoded, c)
		pos++
	}
	return ref{uint32(from) | inDecoded, uint32(len(p.decoded) - from)}, nil
}

// special marks the bytes that decode looks at.
var special = [256]uint8{'&': 1, '\r': 1, '\n': 1, '\t': 1}

// normalizeLines gives the source from pos to end with its line ends made LF, as the value of a CDATA section, a comment
// or a processing instruction.
func (p *parser) normalizeLines(pos, end int) ref {
	if !p.carriage.before(p.src, '\r', pos, end) {
		return ref{uint32(pos), uint32(end - pos)}
	}
	from := len(p.decoded)
	for pos < end {
		i := bytes.IndexByte(p.src[pos:end], '\r')
		if i < 0 {
			p.decoded = append(p.decoded, p.src[pos:end]...)
			break
		}
		p.decoded = append(append(p.decoded, p.src[pos:pos+i]...), '\n')
		pos += i + 1
		if pos < end && p.src[pos] == '\n' {
			pos++
		}
	}
	return ref{uint32(from) | inDecoded, uint32(len(p.decoded) - from)}
}

// reference reads the reference that begins at pos and gives what it stands for.
func (p *parser) reference(pos, end int) (r rune, next int, err *SyntaxError) {
	semicolon := bytes.IndexByte(p.src[pos:min(end, pos+maxReference)], ';')
	if semicolon < 0 {
		return 0, 0, p.unfinishedReference(pos, end)
	}
	name := p.src[pos+1 : pos+semicolon]
	next = pos + semicolon + 1
	if len(name) > 0 && name[0] == '#' {
		r, err = p.charReference(pos, name[1:])
		return r, next, err
	}
	switch string(name) {
	case "amp":
		return '&', next, nil
	case "lt":
		return '<', next, nil
	case "gt":
		return '>', next, nil
	case "quot":
		return '"', next, nil
	case "apos":
		return '\'', next, nil
	}
	return 0, 0, p.unfinishedReference(pos, end)
}

// maxReference is how far a reference's semicolon is looked for. XML sets no bound on leading zeros; nobody writes more.
const maxReference = 64

// unfinishedReference says what is wrong with an ampersand that begins no reference XML knows.
func (p *parser) unfinishedReference(pos, end int) *SyntaxError {
	if pos+1 < end && p.src[pos+1] == '#' {
		return fault(NotWellFormed, pos, "a character reference is not finished with a semicolon")
	}
	stop, _, err := p.name(pos+1, false)
	if err != nil || stop >= end || p.src[stop] != ';' {
		return fault(NotWellFormed, pos, "a bare &; write &amp;")
	}
	return fault(NotWellFormed, pos, "the entity %s is not declared; only lt, gt, amp, apos and quot may be used", quotedName(p.src[pos+1:stop]))
}

// charReference reads what follows &# up to the semicolon.
func (p *parser) charReference(pos int, digits []byte) (rune, *SyntaxError) {
	base := rune(10)
	if len(digits) > 0 && digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	var r rune
	for _, c := range digits {
		var digit rune
		switch {
		case c >= '0' && c <= '9':
			digit = rune(c - '0')
		case base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			digit = rune(c|0x20-'a') + 10
		default:
			return 0, fault(NotWellFormed, pos, "a character reference holds something other than digits")
		}
		if r = r*base + digit; r > utf8.MaxRune {
			return 0, fault(NotWellFormed, pos, "a character reference is beyond U+10FFFF")
		}
	}
	if len(digits) == 0 {
		return 0, fault(NotWellFormed, pos, "a character reference has no digits")
	}
	if !isChar(r) {
		return 0, fault(NotWellFormed, pos, "the character U+%04X is not allowed in XML, by reference neither", r)
	}
	return r, nil
}
