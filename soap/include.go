package soap

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"liasse/internal/mime"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// include is one xop:Include of the envelope.
type include struct {
	// element is the one that holds the xop:Include.
	element xmltree.Node
	// cid is the content id it names, raw the same before percent-decoding.
	cid, raw string
}

var (
	errNotCID = errors.New("not a cid: address")
	errEscape = errors.New("a percent sign is not followed by two hexadecimal digits")
)

// contentIDOf reads the href of an xop:Include: cid: and a content id, percent-decoded once and only once (RFC 2392). Plain
// is false where the scheme is not in lower case or the id keeps its angle brackets.
func contentIDOf(href string) (cid string, plain bool, err error) {
	const scheme = "cid:"
	if len(href) <= len(scheme) || !strings.EqualFold(href[:len(scheme)], scheme) {
		return "", false, errNotCID
	}
	plain = href[:len(scheme)] == scheme
	raw := href[len(scheme):]
	if bare := strings.TrimSuffix(strings.TrimPrefix(raw, "<"), ">"); bare != raw {
		raw, plain = bare, false
	}
	cid, err = percentDecode(raw)
	return cid, plain, err
}

// percentDecode replaces each %xx once; a plus sign stays one.
func percentDecode(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", errEscape
		}
		high, low := unhex(s[i+1]), unhex(s[i+2])
		if high > 15 || low > 15 {
			return "", errEscape
		}
		b = append(b, high<<4|low)
		i += 2
	}
	return string(b), nil
}

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 0xFF
}

// Href writes the address of a part for the href of an xop:Include: cid: and the content id, percent-encoded where RFC
// 2392 asks for it. It holds no character that XML would have to escape.
func Href(contentID string) string {
	const hex = "0123456789ABCDEF"
	b := append(make([]byte, 0, len(contentID)+8), "cid:"...)
	for i := 0; i < len(contentID); i++ {
		c := contentID[i]
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', strings.IndexByte("-._~@:!$*+,;=", c) >= 0:
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

// collectIncludes finds and judges every xop:Include of the envelope.
func (in *incoming) collectIncludes(header, body xmltree.Node) {
	if !bytes.Contains(in.doc.Source(), []byte("Include")) {
		return // a name cannot be escaped, so there is none
	}
	for n := range header.Descendants() {
		if n.Is(IncludeNamespace, "Include") {
			in.report.AddAt(n, rule.Finding{Rule: ruleIncludeHeader, Found: n.AttrValue("", "href")})
		}
	}
	for n := range body.Descendants() {
		if n.Is(IncludeNamespace, "Include") {
			in.addInclude(n)
		}
	}
}

func (in *incoming) addInclude(n xmltree.Node) {
	element := n.Parent()
	href := n.AttrValue("", "href")
	if !in.mtom {
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludeSimple, Found: href})
		return
	}
	if element.Local() != "Document" {
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludePlace, Found: element.Local(), Expected: "Document"})
	}
	in.judgeSurroundings(n, element)
	in.judgeContent(n)
	cid, plain, err := contentIDOf(href)
	switch {
	case errors.Is(err, errNotCID):
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludeCID, Found: href})
		return
	case err != nil:
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludeEscapes, Found: href})
		return
	case !plain:
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludePlain, Found: href})
	}
	for i := range in.includes {
		if in.includes[i].cid == cid {
			in.report.AddAt(n, rule.Finding{Rule: ruleReferencedOnce, Found: href})
			return
		}
	}
	in.includes = append(in.includes, include{element: element, cid: cid, raw: strings.TrimSuffix(strings.TrimPrefix(href[len("cid:"):], "<"), ">")})
}

// judgeSurroundings looks at what stands beside an xop:Include in its element.
func (in *incoming) judgeSurroundings(n, element xmltree.Node) {
	blank := false
	for c := element.FirstChild(); !c.IsZero(); c = c.NextSibling() {
		switch {
		case c == n:
		case c.Kind() == xmltree.Comment, c.Kind() == xmltree.Text && isBlank(c.Text()):
			blank = true
		default:
			in.report.AddAt(c, rule.Finding{Rule: ruleIncludeAlone, Found: c.Kind().String()})
			return
		}
	}
	if blank {
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludeBlank})
	}
}

// judgeContent looks at an xop:Include's own attributes and content.
func (in *incoming) judgeContent(n xmltree.Node) {
	for c := n.FirstChild(); !c.IsZero(); c = c.NextSibling() {
		if c.Kind() == xmltree.Element || !isBlank(c.Text()) {
			in.report.AddAt(c, rule.Finding{Rule: ruleIncludeBare, Found: c.Kind().String()})
			return
		}
	}
	href := false
	for a := range n.Attrs() {
		switch {
		case a.Space == "" && a.Local == "href":
			href = true
		case a.Space == "":
			in.report.AddAt(n, rule.Finding{Rule: ruleIncludeBare, Found: a.Local})
			return
		}
	}
	if !href {
		in.report.AddAt(n, rule.Finding{Rule: ruleIncludeBare, Expected: "href"})
	}
}

// elementOf finds the element that names a part: by the decoded form first, then as written.
func (in *incoming) elementOf(contentID string) xmltree.Node {
	for i := range in.includes {
		if in.includes[i].cid == contentID {
			return in.includes[i].element
		}
	}
	for i := range in.includes {
		if in.includes[i].raw == contentID {
			in.report.AddAt(in.includes[i].element, rule.Finding{Rule: ruleIncludeDecoded, Found: contentID, Expected: in.includes[i].cid})
			return in.includes[i].element
		}
	}
	return xmltree.Node{}
}

// nameDangling says of a message that is refused for a part that nothing names which xop:Includes name no part: most often
// it is one mistake seen from both sides. The rest of the message is read for it as far as the limit for refused messages
// goes; beyond, nothing is said.
func (in *incoming) nameDangling(stray string, content io.Reader) {
	left := in.limits.Drain
	for !in.ended {
		n, err := io.CopyN(io.Discard, content, left)
		if left -= n; err != io.EOF {
			return
		}
		part, err := in.parts.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return
		}
		if value, ok := part.Header.Get("Content-ID"); ok {
			id, _ := mime.TrimID(value)
			in.ids[id] = struct{}{}
		}
		content = part
	}
	for i := range in.includes {
		one := &in.includes[i]
		_, there := in.ids[one.cid]
		if _, undecoded := in.ids[one.raw]; there || undecoded {
			continue
		}
		n := one.element.Child(IncludeNamespace, "Include")
		in.report.AddAt(n, rule.Finding{Rule: rulePartReferenced, Found: n.AttrValue("", "href"), Expected: Href(stray)})
	}
}

func isBlank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
