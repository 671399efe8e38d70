package xmltree

import "bytes"

// otherEncoding refuses bytes that are plainly of another encoding, by the marks of XML 1.0 appendix F, so that the
// message names it instead of complaining of a character.
func otherEncoding(src []byte) *SyntaxError {
	for _, e := range otherEncodings {
		if bytes.HasPrefix(src, []byte(e.mark)) {
			return fault(Encoding, 0, "the document is in %s; send it in UTF-8", e.name)
		}
	}
	return nil
}

// otherEncodings lists the longer marks first where one begins like another.
var otherEncodings = []struct{ mark, name string }{
	{"\x00\x00\xFE\xFF", "UTF-32"}, {"\xFF\xFE\x00\x00", "UTF-32"}, {"\x00\x00\x00<", "UTF-32"}, {"<\x00\x00\x00", "UTF-32"},
	{"\xFE\xFF", "UTF-16"}, {"\xFF\xFE", "UTF-16"}, {"\x00<", "UTF-16"}, {"<\x00", "UTF-16"},
	{"\x4C\x6F\xA7\x94", "EBCDIC"}, {"+/v", "UTF-7"},
}

var (
	declarationStart = []byte("<?xml")
	declarationEnd   = []byte("?>")
)

// declaration reads the XML declaration where there is one, strictly: version, then encoding, then standalone, in
// lower case, each once.
func (p *parser) declaration(pos int) (int, *SyntaxError) {
	rest := p.src[pos:]
	if !bytes.HasPrefix(rest, declarationStart) || len(rest) > 5 && !isBlank(rest[5]) && rest[5] != '?' {
		return pos, nil
	}
	pos += len(declarationStart)
	version, pos, err := p.pseudo(pos, "version", true)
	if err != nil {
		return 0, err
	}
	if v := p.bytes(version); string(v) != "1.0" {
		if len(v) < 3 || string(v[:2]) != "1." || len(bytes.Trim(v[2:], "0123456789")) > 0 {
			return 0, fault(NotWellFormed, int(version.off), "the XML declaration names no version of XML")
		}
		return 0, fault(Encoding, int(version.off), "the XML declaration says version %s; only 1.0 is read", quotedName(v))
	}
	encoding, pos, err := p.pseudo(pos, "encoding", false)
	if err != nil {
		return 0, err
	}
	if e := p.bytes(encoding); encoding.off != 0 && !bytes.EqualFold(e, []byte("UTF-8")) {
		if !isEncodingName(e) {
			return 0, fault(NotWellFormed, int(encoding.off), "the XML declaration holds no name of an encoding")
		}
		return 0, fault(Encoding, int(encoding.off), "the XML declaration says encoding %s; send the document in UTF-8", quotedName(e))
	}
	standalone, pos, err := p.pseudo(pos, "standalone", false)
	if err != nil {
		return 0, err
	}
	if s := p.bytes(standalone); standalone.off != 0 && string(s) != "yes" && string(s) != "no" {
		return 0, fault(NotWellFormed, int(standalone.off), "standalone in the XML declaration is neither yes nor no")
	}
	at := p.skipBlank(pos)
	if !bytes.HasPrefix(p.src[at:], declarationEnd) {
		if at+1 >= len(p.src) {
			return 0, endFault(at, "the document ends inside the XML declaration")
		}
		return 0, fault(NotWellFormed, at, "%s in the XML declaration; it holds version, encoding and standalone in this order, then ?>", p.charAt(at))
	}
	return at + len(declarationEnd), nil
}

// pseudo reads one part of the XML declaration and gives its value; a part that is missing gives the zero ref unless it
// must be there.
func (p *parser) pseudo(pos int, name string, needed bool) (value ref, next int, err *SyntaxError) {
	at := p.skipBlank(pos)
	if at == pos || !bytes.HasPrefix(p.src[at:], []byte(name)) {
		if !needed {
			return ref{}, pos, nil
		}
		if at >= len(p.src) {
			return ref{}, 0, endFault(at, "the document ends inside the XML declaration")
		}
		return ref{}, 0, fault(NotWellFormed, at, "the XML declaration does not begin with the version")
	}
	at = p.skipBlank(at + len(name))
	if at < len(p.src) && p.src[at] != '=' {
		return ref{}, 0, fault(NotWellFormed, at, "no = after %s in the XML declaration", name)
	}
	at = p.skipBlank(min(at+1, len(p.src)))
	if at >= len(p.src) {
		return ref{}, 0, endFault(at, "the document ends inside the XML declaration")
	}
	quote := p.src[at]
	if quote != '"' && quote != '\'' {
		return ref{}, 0, fault(NotWellFormed, at, "%s in the XML declaration has no value in quotes", name)
	}
	i := bytes.IndexByte(p.src[at+1:], quote)
	if i < 0 {
		return ref{}, 0, endFault(at, "the document ends inside the XML declaration")
	}
	return ref{uint32(at + 1), uint32(i)}, at + 1 + i + 1, nil
}

// isEncodingName is the production EncName.
func isEncodingName(b []byte) bool {
	for i, c := range b {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || class[c]&nameRest == 0) {
			return false
		}
	}
	return len(b) > 0
}
