package xmltree

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// suiteCase is one case of the W3C XML conformance test suite.
type suiteCase struct {
	id, kind, path string
	version        string // of XML: "1.0", "1.1" or ""
	recommendation string
	edition        string // the editions of XML 1.0 it holds for; empty for all
	namespaces     bool   // whether it is meant for a processor that knows namespaces
}

// readSuite reads the flattened catalogue of the suite.
func readSuite(t *testing.T) []suiteCase {
	t.Helper()
	base := sharedData(t, "xmlconf")
	src, err := os.ReadFile(filepath.Join(base, "xmlconf-flattened.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []suiteCase
	folders := []string{base}
	d := xml.NewDecoder(strings.NewReader(string(src)))
	for {
		token, err := d.Token()
		if token == nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			folders = append(folders, filepath.Join(folders[len(folders)-1], attrs["base"]))
			if e.Name.Local == "TEST" {
				cases = append(cases, suiteCase{
					id: attrs["ID"], kind: attrs["TYPE"], path: filepath.Join(folders[len(folders)-1], attrs["URI"]),
					version: attrs["VERSION"], recommendation: attrs["RECOMMENDATION"], edition: attrs["EDITION"],
					namespaces: attrs["NAMESPACE"] != "no",
				})
			}
		case xml.EndElement:
			folders = folders[:len(folders)-1]
		}
	}
	return cases
}

// acceptedAnyway are the not-well-formed cases without a DOCTYPE that we accept, each with the reason.
var acceptedAnyway = map[string]string{
	"rmt-016": "the name holds U+1D032: up to the fourth edition names were made of the letters of Unicode 2.0, the fifth allows U+10000 to U+EFFFF",
	"rmt-019": "the name holds U+EFFFF, the last character that the fifth edition allows in names",
}

// refusedAnyway are the well-formed cases in UTF-8 without a DOCTYPE that we refuse, each with the reason.
var refusedAnyway = map[string]string{
	"o-p04pass1": "names with colons that are no QNames; the case is marked as not meant for processors that know namespaces",
	"o-p05pass1": "the same",
}

var declaresOther = regexp.MustCompile(`^<\?xml[^>]*(version *= *["']1\.[1-9]|encoding *= *["'](?i:iso-|utf-16|euc|shift|x-|ascii|us-|ucs|windows|cp))`)

// otherEncodingByEye tells, with other means than the parser's, whether a document is in another encoding or version.
func otherEncodingByEye(src []byte) bool {
	for _, mark := range []string{"\xFE\xFF", "\xFF\xFE", "\x00", "<\x00"} {
		if bytes.HasPrefix(src, []byte(mark)) {
			return true
		}
	}
	return declaresOther.Match(src)
}

// TestW3CSuite holds the parser to the whole suite: what is not well-formed is refused, what is well-formed, in UTF-8
// and without a DOCTYPE is accepted with the infoset that xmllint finds.
func TestW3CSuite(t *testing.T) {
	program := witness(t, "xmllint")
	counts := map[string]int{}
	for _, c := range readSuite(t) {
		src, err := os.ReadFile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Parse(src, DocumentLimits)
		verdict := "accepted"
		if err == nil {
			d.Release()
		} else {
			verdict = "refused: " + err.(*SyntaxError).Kind.String()
		}
		counts[c.kind+" "+verdict]++
		switch {
		case c.kind == "not-wf" && err == nil:
			if acceptedAnyway[c.id] == "" || c.edition == "" {
				t.Errorf("%s (%s) is not well-formed and is accepted", c.id, c.path)
			}
		case (c.kind == "valid" || c.kind == "invalid") && err != nil:
			if !rightlyRefused(c, src, err.(*SyntaxError)) {
				t.Errorf("%s (%s) is well-formed and is refused: %v", c.id, c.path, err)
			}
		case c.kind == "valid" || c.kind == "invalid":
			t.Run(c.id, func(t *testing.T) { sameAsXmllint(t, program, src) })
		}
	}
	t.Logf("%v", counts)
	for verdict, least := range map[string]int{
		"not-wf refused: document type declaration": 1000, "not-wf refused: not well-formed": 200, "not-wf refused: namespace fault": 10,
		"invalid accepted": 60,
	} {
		if counts[verdict] < least {
			t.Errorf("only %d cases are %s: has the suite shrunk?", counts[verdict], verdict)
		}
	}
}

// rightlyRefused tells whether a well-formed case is one that we say we do not read.
func rightlyRefused(c suiteCase, src []byte, err *SyntaxError) bool {
	switch err.Kind {
	case Doctype:
		return bytes.Contains(src, []byte("<!DOCTYPE"))
	case Encoding:
		return c.version == "1.1" || otherEncodingByEye(src)
	}
	return refusedAnyway[c.id] != "" && !c.namespaces
}

// TestW3CSuiteWithoutDoctype takes the DOCTYPE out of every case that has one, so that what stands after it is judged
// too, and holds our verdict and our infoset to those of xmllint.
func TestW3CSuiteWithoutDoctype(t *testing.T) {
	if testing.Short() {
		t.Skip("runs xmllint some 2,500 times")
	}
	program := witness(t, "xmllint")
	accepted, refused, relative := 0, 0, 0
	for _, c := range readSuite(t) {
		src, err := os.ReadFile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		rest, cut := withoutDoctype(src)
		if !cut || otherEncodingByEye(rest) || c.version == "1.1" {
			continue
		}
		want := xmllint(t, program, rest, "--c14n")
		d, err := Parse(rest, DocumentLimits)
		switch {
		case err != nil && !want.refused:
			t.Errorf("%s (%s): we refuse what xmllint accepts: %v", c.id, c.path, err)
		case err != nil:
			refused++
		case want.refused:
			if !acceptedByUs(want.said) {
				t.Errorf("%s (%s): we accept what xmllint refuses: %s", c.id, c.path, want.said)
			}
		case want.noForm:
			relative++
		default:
			accepted++
			if got := d.Node().AppendCanonical(nil, Canonicalization{Comments: true}); !bytes.Equal(got, want.out) {
				t.Errorf("%s (%s): %s", c.id, c.path, firstDifference(got, want.out))
			}
		}
	}
	t.Logf("%d accepted by both, %d refused, %d have no canonical form for xmllint", accepted, refused, relative)
	if accepted < 300 || refused < 100 {
		t.Error("too few cases: has the suite shrunk?")
	}
}

// acceptedByUs tells whether xmllint's only complaint is of namespace names that it holds equal after removing blanks,
// which Namespaces in XML 1.0 section 2.3 compares as they are.
func acceptedByUs(said string) bool {
	return strings.Count(said, " error :") == strings.Count(said, "Namespaced Attribute attr in 'urn:xyzzy' redefined")
}

// withoutDoctype cuts the document type declaration out of a document.
func withoutDoctype(src []byte) (rest []byte, cut bool) {
	from := bytes.Index(src, []byte("<!DOCTYPE"))
	if from < 0 {
		return src, false
	}
	depth := 0
	for i := from; i < len(src); i++ {
		switch c := src[i]; {
		case bytes.HasPrefix(src[i:], []byte("<!--")):
			end := bytes.Index(src[i:], []byte("-->"))
			if end < 0 {
				return src, false
			}
			i += end + 2
		case c == '"' || c == '\'':
			end := bytes.IndexByte(src[i+1:], c)
			if end < 0 {
				return src, false
			}
			i += end + 1
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				return append(append([]byte(nil), src[:from]...), src[i+1:]...), true
			}
		}
	}
	return src, false
}
