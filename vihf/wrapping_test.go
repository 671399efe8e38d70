package vihf_test

import (
	"fmt"
	"strings"
	"testing"

	"liasse/vihf"
)

// The signature wrapping attacks on SAML, XSW1 to XSW8 (Somorovsky et al., USENIX Security 2012), transposed to a token in
// wsse:Security. Each has an evil assertion that says what its sender likes and the signed one somewhere.

// pieces are what an attack is made of.
type pieces struct {
	// signed is the token as it was issued, bare the same without its signature, signature that alone.
	signed, bare, signature string
}

func taken(t *testing.T) pieces {
	signed := string(issue(t, "medecin"))
	from, to := strings.Index(signed, "<ds:Signature "), strings.Index(signed, "</ds:Signature>")+len("</ds:Signature>")
	return pieces{signed: signed, bare: signed[:from] + signed[to:], signature: signed[from:to]}
}

const evilName = "899900000225"

// evil gives an assertion of another person, holding more.
func (p pieces) evil(id, more string) string {
	e := strings.Replace(p.bare, "899900000118", evilName, 2)
	from := strings.Index(e, ` ID="`)
	to := from + len(` ID="`) + strings.IndexByte(e[from+len(` ID="`):], '"') + 1
	own := e[from:to]
	switch id {
	case "new":
		own = ` ID="_evil"`
	case "absent":
		own = ""
	}
	e = e[:from] + own + e[to:]
	return strings.Replace(e, "<saml2:Subject>", more+"<saml2:Subject>", 1)
}

// object puts text into an Object of a signature.
func object(signature, text string) string {
	return strings.Replace(signature, "</ds:Signature>", "<ds:Object>"+text+"</ds:Object></ds:Signature>", 1)
}

const loose = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"></ds:Signature>`

// attacks give what stands in the place of the token, and what stands elsewhere; with nothing elsewhere the first moves.
var attacks = []struct {
	name string
	make func(p pieces, id string) (inPlace, elsewhere string)
}{
	{"XSW1", func(p pieces, id string) (string, string) { return p.evil(id, p.signature), object(loose, p.bare) }},
	{"XSW2", func(p pieces, id string) (string, string) { return p.evil(id, p.signature), p.bare }},
	{"XSW3", func(p pieces, id string) (string, string) { return p.evil(id, ""), p.signed }},
	{"XSW4", func(p pieces, id string) (string, string) { return p.evil(id, p.signed), "" }},
	{"XSW5", func(p pieces, id string) (string, string) {
		return strings.Replace(p.evil(id, ""), "</saml2:Assertion>", p.signature+"</saml2:Assertion>", 1), p.bare
	}},
	{"XSW6", func(p pieces, id string) (string, string) {
		return p.evil(id, strings.Replace(p.signature, "</ds:Signature>", p.bare+"</ds:Signature>", 1)), ""
	}},
	{"XSW7", func(p pieces, id string) (string, string) {
		return p.signed, `<x:Extensions xmlns:x="urn:x">` + p.evil(id, "") + `</x:Extensions>`
	}},
	{"XSW8", func(p pieces, id string) (string, string) { return p.evil(id, object(p.signature, p.bare)), "" }},
}

// places put the second text into a message.
var places = []struct {
	name string
	put  func(inPlace, elsewhere string) string
}{
	{"same Security", func(in, other string) string { return sealed([]byte(other + in)) }},
	{"Security of another role", func(in, other string) string {
		return envelope(string(vihf.Security([]byte(in))), `<wsse:Security `+wsse+` env:role="urn:other">`+other+`</wsse:Security>`)
	}},
	{"unknown block", func(in, other string) string {
		return envelope(`<x:Block xmlns:x="urn:x">`+other+`</x:Block>`, string(vihf.Security([]byte(in))))
	}},
	{"Body", func(in, other string) string {
		return strings.Replace(sealed([]byte(in)), `<q:Request xmlns:q="urn:test"/>`, `<q:Request xmlns:q="urn:test">`+other+`</q:Request>`, 1)
	}},
	{"Object", func(in, other string) string { return sealed([]byte(in + object(loose, other))) }},
	{"attachment", func(in, _ string) string { return sealed([]byte(in)) }},
}

func TestWrappedSignatures(t *testing.T) {
	p := taken(t)
	v := verifier(t)
	mutants, harmless := 0, 0
	for _, attack := range attacks {
		for _, place := range places {
			for _, id := range []string{"new", "same", "absent"} {
				mutants++
				in, other := attack.make(p, id)
				if other == "" && place.name != "same Security" {
					in, other = "", in
				}
				message := place.put(in, other)
				caller, findings := verify(t, v, request(t, message))
				name := fmt.Sprintf("%s, %s, ID %s", attack.name, place.name, id)
				switch {
				case attack.name == "XSW7" && place.name == "attachment":
					harmless++ // the message is the one that was signed; nothing reads tokens from attachments
					if caller == nil || caller.NameID != "899900000118" {
						t.Errorf("%s: %v %s", name, caller, sentences(findings))
					}
				case caller != nil:
					t.Errorf("%s: accepted as %s", name, caller.NameID)
				}
			}
		}
	}
	if mutants != 144 || harmless != 3 {
		t.Errorf("%d mutants, %d of them harmless; 144 and 3 are meant", mutants, harmless)
	}
}
