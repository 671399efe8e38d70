package hostile_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"liasse/internal/xmltree"
)

// mutator changes a text that is XML as an attacker does who does not know what he looks for: bytes, tags, elements,
// values, and what canonical XML drops.
type mutator struct{ *rand.Rand }

// spans gives the elements of a text as the offsets of their first and last byte, leaves and all others.
func spans(text string) (all [][2]int) {
	var open []int
	for at := 0; at < len(text); {
		start := strings.IndexByte(text[at:], '<')
		if start < 0 {
			break
		}
		start += at
		end := strings.IndexByte(text[start:], '>')
		if end < 0 {
			break
		}
		end += start + 1
		switch {
		case strings.HasPrefix(text[start:], "</"):
			if len(open) > 0 {
				all = append(all, [2]int{open[len(open)-1], end})
				open = open[:len(open)-1]
			}
		case strings.HasPrefix(text[start:], "<!"), strings.HasPrefix(text[start:], "<?"):
		case text[end-2] == '/':
			all = append(all, [2]int{start, end})
		default:
			open = append(open, start)
		}
		at = end
	}
	return all
}

// mutate changes a text in one of the ways.
func (m mutator) mutate(text string) string {
	elements := spans(text)
	if len(elements) == 0 {
		return text
	}
	one, other := elements[m.IntN(len(elements))], elements[m.IntN(len(elements))]
	at := m.IntN(len(text))
	value := func() int { // the offset of some character between tags
		for range 1000 {
			at := m.IntN(len(text))
			if strings.LastIndexByte(text[:at], '>') > strings.LastIndexByte(text[:at], '<') {
				return at
			}
		}
		return 0
	}
	insert := func(at int, what string) string { return text[:at] + what + text[at:] }
	switch m.IntN(16) {
	case 0: // a byte is another
		return text[:at] + string(rune(' '+m.IntN(95))) + text[at+1:]
	case 1: // a bit is another
		b := []byte(text)
		b[at] ^= 1 << m.IntN(7)
		return string(b)
	case 2:
		return text[:at] + text[at+1:]
	case 3: // an element is gone
		return text[:one[0]] + text[one[1]:]
	case 4: // an element stands twice
		return insert(one[1], text[one[0]:one[1]])
	case 5: // an element stands elsewhere
		moved := text[one[0]:one[1]]
		rest := text[:one[0]] + text[one[1]:]
		places := spans(rest)
		if len(places) == 0 {
			return rest
		}
		to := places[m.IntN(len(places))][m.IntN(2)]
		return rest[:to] + moved + rest[to:]
	case 6: // an element is a copy of another
		return text[:one[0]] + text[other[0]:other[1]] + text[one[1]:]
	case 7:
		return insert(value(), "<!-- x -->")
	case 8:
		return insert(value(), "<![CDATA[]]>")
	case 9:
		return insert(value(), []string{" ", "\n", "\t", "\r\n", "&#13;", "&#x20;", "&#0;"}[m.IntN(7)])
	case 10: // an element is wrapped
		return text[:one[0]] + `<w xmlns="urn:liasse:test">` + text[one[0]:one[1]] + `</w>` + text[one[1]:]
	case 11: // a namespace more
		end := one[0] + strings.IndexAny(text[one[0]:], " >")
		return insert(end, []string{` xmlns:u="urn:u"`, ` xmlns="urn:u"`, ` xmlns:ds="urn:u"`, ` xmlns:saml2="urn:u"`, ` Id="x"`, ` xml:lang="fr"`, ` xml:space="preserve"`}[m.IntN(7)])
	case 12: // a digit is another
		for range 100 {
			if at = m.IntN(len(text)); text[at] >= '0' && text[at] <= '9' {
				return text[:at] + string(rune('0'+(int(text[at]-'0')+1+m.IntN(9))%10)) + text[at+1:]
			}
		}
		return text[:at]
	case 13: // a character as a reference
		at := value()
		return text[:at] + fmt.Sprintf("&#%d;", text[at]) + text[at+1:]
	case 14: // quotes of the other kind, which says the same
		return strings.Replace(text, `Version="2.0"`, `Version='2.0'`, 1)
	}
	return strings.Replace(text, "><", ">\n<", 1+m.IntN(3))
}

// signedForm is what a signature over the one assertion of a message covers, empty where there is not one.
func signedForm(envelope string) []byte {
	doc, err := xmltree.Parse([]byte(envelope), xmltree.SOAPLimits)
	if err != nil {
		return nil
	}
	var found []xmltree.Node
	for n := range doc.Node().Descendants() {
		if n.Is(samlSpace, "Assertion") {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0].AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.Exclusive, Omit: found[0].Child(dsSpace, "Signature")})
}

// Whatever is done to a message: what is accepted says, byte for byte of its canonical form, what its signer signed.
func TestMutatedTokens(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	tries := 1000
	if testing.Short() {
		tries = 100
	}
	m := mutator{rand.New(rand.NewPCG(20261122, 3))}
	right := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(l.by, w.patient).text())}
	wanted := signedForm(right.text())
	if len(wanted) == 0 {
		t.Fatal("a right message has no signed form")
	}
	kept, _ := w.snapshot()
	accepted := 0
	for n := range tries {
		sent := *right
		for range 1 + m.IntN(2) {
			sent.security = m.mutate(sent.security)
		}
		text := sent.text()
		sent.envelope = func(string) string { return text }
		a, err := w.send(&sent)
		if err != nil {
			t.Fatalf("mutant %d is not answered: %v\n%s", n, err, sent.security)
		}
		codes, _ := a.read()
		switch {
		case a.accepted():
			if accepted++; !bytes.Equal(signedForm(text), wanted) {
				t.Errorf("mutant %d is accepted:\n%s", n, sent.security)
			}
		case a.status != 400 && a.status != 200 && a.status != 500 || strings.HasPrefix(codes, "Receiver"):
			t.Errorf("mutant %d is answered %d %s:\n%s", n, a.status, codes, sent.security)
		}
	}
	after, _ := w.snapshot()
	if changed := kept.difference(after); changed != "" {
		t.Errorf("something was kept: %s", changed)
	}
	w.accepts(t, right)
	w.searchLog(t)
	t.Logf("%d of %d mutants say what was signed and were accepted", accepted, tries)
}

// The same for a lot: what is stored is what the signature covers, document by document.
func TestMutatedLots(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	w.lot = w.lotOf("medecin")
	tries := 200
	if testing.Short() {
		tries = 30
	}
	m := mutator{rand.New(rand.NewPCG(20261122, 4))}
	accepted := 0
	for n := range tries {
		l := newLot(w.lot.by, w.patient)
		manifest, document := "", l.entries[0].content
		if n%3 == 0 {
			l.entries[0].canonical = document
			l.entries[0].content = m.mutate(document)
		} else {
			l.lotSign.after = func(text string) string {
				before, inner, after := between(text, `<ds:Manifest `, `</ds:Manifest>`)
				if manifest = inner; n%3 == 1 {
					return before + m.mutate(inner) + after
				}
				return m.mutate(text)
			}
		}
		sent := l.message(newToken(l.by, w.patient))
		a, err := w.send(sent)
		if err != nil {
			t.Fatalf("mutant %d is not answered: %v", n, err)
		}
		if codes, _ := a.read(); !a.accepted() {
			if a.status != 200 || !strings.HasPrefix(codes, "Failure") {
				t.Errorf("mutant %d is answered %d %s", n, a.status, codes)
			}
			continue
		}
		accepted++
		if got := canonicalOf(l.entries[0].content); !bytes.Equal(got, []byte(document)) {
			t.Errorf("mutant %d is accepted with the document\n%s", n, l.entries[0].content)
		}
		signature := sent.parts[len(sent.parts)-1].content
		if manifest != "" && string(manifestOf(signature)) != manifest {
			t.Errorf("mutant %d is accepted with the signature\n%s", n, signature)
		}
	}
	w.searchLog(t)
	t.Logf("%d of %d mutants say what was signed and were accepted", accepted, tries)
}

// canonicalOf is the inclusive canonical form of a document, with its comments.
func canonicalOf(text string) []byte {
	doc, err := xmltree.Parse([]byte(text), xmltree.DocumentLimits)
	if err != nil {
		return nil
	}
	return doc.Root().AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.C14N10, Comments: true})
}

// manifestOf is what a signature covers of a lot: the canonical form of the one Manifest, without comments.
func manifestOf(signature string) []byte {
	doc, err := xmltree.Parse([]byte(signature), xmltree.DocumentLimits)
	if err != nil {
		return nil
	}
	for n := range doc.Node().Descendants() {
		if n.Is(dsSpace, "Manifest") {
			return n.AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.C14N10})
		}
	}
	return nil
}
