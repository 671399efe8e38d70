package xmldsig

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"liasse/internal/xmltree"
)

// wrapping builds the eight signature wrapping attacks (XSW1 to XSW8 of Somorovsky et al.) with an assertion in a
// wsse:Security header, the piece that is out of place at every place it can be.
type wrapping struct {
	signed, bare, signature string // the signed assertion, the same without its Signature, the Signature
}

const saml = "urn:oasis:names:tc:SAML:2.0:assertion"

func newWrapping(t *testing.T) wrapping {
	t.Helper()
	made, err := rsaHolder().signer().SignEnveloped(assertion("_a"), Enveloped{ID: "_a"})
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, made)
	n := signatureOf(t, d)
	return wrapping{signed: string(made), signature: string(n.Raw()), bare: string(made[:n.Offset()]) + string(made[n.End():])}
}

// evil makes the forged assertion, with what is put inside after its Issuer.
func evil(id, inside string) string {
	if id != "" {
		id = ` ID="` + id + `"`
	}
	return `<saml2:Assertion xmlns:saml2="` + saml + `"` + id + ` Version="2.0"><saml2:Issuer>CN=LIASSE</saml2:Issuer>` + inside + `<saml2:Subject><saml2:NameID>EVIL</saml2:NameID></saml2:Subject></saml2:Assertion>`
}

// holding gives the Signature with something more as its last child.
func (w wrapping) holding(more string) string {
	return strings.TrimSuffix(w.signature, "</ds:Signature>") + more + "</ds:Signature>"
}

// places are where a piece can be put; the other piece stands in the Security header, where it belongs.
var places = map[string]func(proper, displaced string) string{
	"same Security":  func(p, d string) string { return message(security("", d+p), "") },
	"other Security": func(p, d string) string { return message(security("", p)+security(` soap:role="urn:other"`, d), "") },
	"unknown header": func(p, d string) string { return message(`<x:Any xmlns:x="urn:x">`+d+`</x:Any>`+security("", p), "") },
	"SOAP Body":      func(p, d string) string { return message(security("", p), d) },
	"Embedded":       func(p, d string) string { return message(security("", `<wsse:Embedded>`+d+`</wsse:Embedded>`+p), "") },
	"ds:Object apart": func(p, d string) string {
		return message(security("", p), `<ds:Object xmlns:ds="`+Namespace+`">`+d+`</ds:Object>`)
	},
}

func security(attributes, inside string) string {
	return `<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"` + attributes + `>` + inside + `</wsse:Security>`
}

func message(header, body string) string {
	return `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header>` + header + `</soap:Header><soap:Body>` + body + `</soap:Body></soap:Envelope>`
}

// attacks gives, for a forged identifier, the assertion that stands where it belongs and the one out of place.
func (w wrapping) attacks(id string) map[string][2]string {
	return map[string][2]string{
		"XSW1": {evil(id, w.holding(w.bare)), ""},
		"XSW2": {evil(id, w.bare+w.signature), w.bare},
		"XSW3": {w.signed, evil(id, "")},
		"XSW4": {evil(id, w.signed), ""},
		"XSW5": {evil(id, w.signature), w.bare},
		"XSW6": {evil(id, w.holding(w.signed)), ""},
		"XSW7": {w.signed, `<x:Extensions xmlns:x="urn:x">` + evil(id, "") + `</x:Extensions>`},
		"XSW8": {evil(id, w.holding(`<ds:Object>`+w.bare+`</ds:Object>`)), ""},
	}
}

// TestWrapping: in none of the mutants is a forged assertion ever taken for a verified one, wherever it stands and whatever
// its identifier, by whichever Signature of the message; and the assertion of the Security header, when a forged one, is
// refused.
func TestWrapping(t *testing.T) {
	w := newWrapping(t)
	if err := readToken(t, message(security("", w.signed), "")); err != nil {
		t.Fatalf("the message that nobody changed: %v", err)
	}
	mutants, potent := 0, 0
	for idName, id := range map[string]string{"new": "_evil", "same": "_a", "absent": ""} {
		for attack, pieces := range w.attacks(id) {
			for place, put := range places {
				for order, text := range []string{put(pieces[0], pieces[1]), put(pieces[1], pieces[0])} {
					mutants++
					name := fmt.Sprintf("%s, %s, id %s, order %d", attack, place, idName, order)
					if anySignature(t, name, text) {
						potent++
					}
					if err := readToken(t, text); err == nil {
						t.Errorf("%s: accepted\n%s", name, text)
					}
					if careless(t, text) {
						t.Errorf("%s: taken by a careless reader\n%s", name, text)
					}
				}
			}
		}
	}
	if mutants != 8*6*3*2 || potent < 60 {
		t.Errorf("%d mutants, in %d of which a signature verifies: they are not the attacks they should be", mutants, potent)
	}
}

// anySignature verifies each Signature of a message and tells whether one does. No forged node may be verified by it.
func anySignature(t *testing.T, name, text string) (any bool) {
	d := parse(t, []byte(text))
	defer d.Release()
	for n := range elements(d) {
		if !n.Is(Namespace, "Signature") {
			continue
		}
		s, err := Read(n, Strict())
		if err != nil || s.Verify(rsaHolder().key.Public(), nil) != nil {
			continue
		}
		any = true
		for id := range elements(d) {
			if id.Is(saml, "NameID") && id.Text() == "EVIL" && s.Verified(id) {
				t.Errorf("%s: the forged NameID is verified\n%s", name, text)
			}
		}
	}
	return any
}

// readToken reads an assertion as a receiver must: the only one of the message, in the Security header, signed by its own
// child, and the very node that was digested. Its places are found before anything is verified.
func readToken(t *testing.T, text string) error {
	d := parse(t, []byte(text))
	defer d.Release()
	var assertions []xmltree.Node
	for n := range elements(d) {
		if n.Is(saml, "Assertion") {
			assertions = append(assertions, n)
		}
	}
	if len(assertions) != 1 {
		return fmt.Errorf("%d assertions", len(assertions))
	}
	assertion := assertions[0]
	if assertion.Parent().Local() != "Security" || assertion.Parent().Parent().Local() != "Header" {
		return errors.New("not in the Security header")
	}
	s, err := Read(assertion.Child(Namespace, "Signature"), Strict())
	if err != nil {
		return err
	}
	if err := s.Verify(rsaHolder().key.Public(), nil); err != nil {
		return err
	}
	if s.References[0].Target != assertion || assertion.Child(saml, "Subject").Child(saml, "NameID").Text() == "EVIL" {
		return errors.New("not what was digested")
	}
	return nil
}

// careless takes the first assertion of the first Security header without a look at the rest, and trusts the engine alone. It
// tells whether that made it take a forged one.
func careless(t *testing.T, text string) bool {
	d := parse(t, []byte(text))
	defer d.Release()
	for n := range elements(d) {
		if n.Local() != "Security" {
			continue
		}
		assertion := n.Child(saml, "Assertion")
		s, err := Read(assertion.Child(Namespace, "Signature"), Strict())
		if err != nil || s.Verify(rsaHolder().key.Public(), nil) != nil || !s.Verified(assertion) {
			return false
		}
		return assertion.Child(saml, "Subject").Child(saml, "NameID").Text() == "EVIL"
	}
	return false
}

// TestWrappingWithOneAssertion leaves the receiver no count to go by: the engine alone must tell that the forged assertion
// with the genuine Signature is not what was digested.
func TestWrappingWithOneAssertion(t *testing.T) {
	w := newWrapping(t)
	renamed := strings.NewReplacer("saml2:Assertion", "saml2:Advice").Replace(w.bare)
	for name, text := range map[string]string{
		"no original":           message(security("", evil("_a", w.signature)), ""),
		"no original, other id": message(security("", evil("_evil", w.signature)), ""),
		"original renamed":      message(security("", evil("_evil", w.signature)), renamed),
		"renamed inside":        message(security("", evil("_evil", w.holding("<ds:Object>"+renamed+"</ds:Object>"))), ""),
	} {
		if readToken(t, text) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestDuplicateIDs: a value that occurs twice under any identifying attribute resolves to nothing.
func TestDuplicateIDs(t *testing.T) {
	w := newWrapping(t)
	const wsu = ` xmlns:wsu="` + utilityNamespace + `"`
	for attribute, declared := range map[string]bool{`ID="_a"`: true, `Id="_a"`: true, `id="_a"`: true, `wsu:Id="_a"` + wsu: true, `xml:id="_a"`: true, `ID=" _a "`: true} {
		for _, first := range []bool{true, false} {
			header, body := `<x:Any xmlns:x="urn:x" `+attribute+`/>`, ""
			if !first {
				header, body = "", header
			}
			d := parse(t, []byte(message(header+security("", w.signed), body)))
			s, err := Read(signatureOf(t, d), Strict())
			if err != nil {
				t.Fatal(err)
			}
			ids := CollectIDs(d)
			wantReason(t, s.Verify(rsaHolder().key.Public(), ids), ReasonDuplicateID)
			if _, found := ids.Duplicate(); found != declared {
				t.Errorf("%s: Duplicate says %v", attribute, found)
			}
		}
	}
}

func TestIDs(t *testing.T) {
	d := parse(t, []byte(`<r id="r"><a ID="one" wsu:Id="one" xmlns:wsu="`+utilityNamespace+`"/><b id="two"/><c id="two"/><d p:ID="r" xmlns:p="urn:p" ID=""/><e id=" pad"/></r>`))
	ids := CollectIDs(d)
	if n, err := ids.Find("one"); err != nil || n.Local() != "a" {
		t.Error(n.Local(), err)
	}
	if n, err := ids.Find("r"); err != nil || n.Local() != "r" {
		t.Error("an attribute of another vocabulary counts", err)
	}
	for id, want := range map[string]Reason{"two": ReasonDuplicateID, "pad": ReasonDuplicateID, " pad": ReasonReference, "three": ReasonReference, "": ReasonReference} {
		if _, err := ids.Find(id); err == nil || err.Reason != want {
			t.Errorf("%q: %v", id, err)
		}
	}
	if n, found := ids.Duplicate(); found {
		t.Errorf("%s: two lower-case ids are no duplicate", n.Local())
	}
}
