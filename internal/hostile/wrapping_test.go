package hostile_test

import (
	"fmt"
	"strings"
	"testing"
)

// The six places that a displaced assertion is put to.
var places = []string{"same Security", "second Security", "unknown block", "Body", "Object", "attachment"}

// The three kinds of ID that the attacker's assertion has.
var idKinds = []string{"new ID", "same ID", "no ID"}

// wrapped is the assertion of the attacker and the signed one it is made of.
type wrapped struct {
	signed    string // the assertion as its signer sent it
	bare      string // without its Signature
	signature string
	evil      func(inPlace string) string // the attacker's, with something after Issuer
}

// wrapping makes both: a signed token for one patient, and what an attacker makes of it for another.
func wrapping(i *identity, patient, victim, idKind string) wrapped {
	t := newToken(i, patient)
	w := wrapped{bare: t.unsigned(""), signature: t.signature()}
	w.signed = t.unsigned(w.signature)
	e := *t
	e.attributes = append([]attribute(nil), t.attributes...)
	switch idKind {
	case "new ID":
		e.id = "_" + randomHex(16)
	case "no ID":
		e.root = ` IssueInstant="` + t.instant + `" Version="2.0"`
	}
	e.set(resourceAttribute, escaped(victim+"^NH"))
	w.evil = e.unsigned
	return w
}

// scene is where the parts of a mutant go.
type scene struct {
	m      *message
	inside string // the content of the Security block
}

// put places text where the position says; the content of the Security block is what is there already.
func (s *scene) put(place, text string, first bool) {
	beside := func(around string) {
		if first {
			s.inside = around + s.inside
		} else {
			s.inside += around
		}
	}
	switch place {
	case "same Security":
		beside(text)
	case "second Security":
		block := `<wsse:Security xmlns:wsse="` + wsseSpace + `" xmlns:env="` + envSpace + `" env:role="urn:liasse:test:elsewhere">` + text + `</wsse:Security>`
		if first {
			s.m.before += block
		} else {
			s.m.headers += block
		}
	case "unknown block":
		block := `<x:Extension xmlns:x="urn:liasse:test">` + text + `</x:Extension>`
		if first {
			s.m.before += block
		} else {
			s.m.headers += block
		}
	case "Body":
		s.m.body = swap(s.m.body, `</rim:RegistryObjectList>`, text+`</rim:RegistryObjectList>`)
	case "Object":
		beside(`<ds:Object xmlns:ds="` + dsSpace + `">` + text + `</ds:Object>`)
	case "attachment":
		s.m.parts = append(s.m.parts, part{id: "displaced", mediaType: "text/xml", content: text})
	}
}

// shell wraps text inside an element where it stands, as the position has it.
func (s *scene) shell(place, text string) string {
	switch place {
	case "second Security":
		return `<wsse:Security xmlns:wsse="` + wsseSpace + `">` + text + `</wsse:Security>`
	case "unknown block":
		return `<x:Extension xmlns:x="urn:liasse:test">` + text + `</x:Extension>`
	case "Body":
		return `<env:Body xmlns:env="` + envSpace + `">` + text + `</env:Body>`
	case "Object":
		return `<ds:Object xmlns:ds="` + dsSpace + `">` + text + `</ds:Object>`
	case "attachment":
		s.m.parts = append(s.m.parts, part{id: "displaced", mediaType: "text/xml", content: text})
		return include("displaced")
	}
	return text
}

// into puts text inside a Signature, before its end.
func into(signature, text string) string {
	end := strings.LastIndex(signature, `</ds:Signature>`)
	return signature[:end] + text + signature[end:]
}

// object puts text inside a ds:Object of a Signature.
func object(signature, text string) string {
	return into(signature, `<ds:Object>`+text+`</ds:Object>`)
}

// wrappings are the eight forms (XSW1 to XSW8), carried over to an assertion in a Security block.
var wrappings = []struct {
	id    string
	build func(s *scene, w wrapped, place string)
}{
	// The attacker's has the place of the original, which lies inside a Signature of its own.
	{"SIG-01", func(s *scene, w wrapped, place string) {
		s.inside = w.evil("")
		s.put(place, into(w.signature, w.bare), false)
	}},
	// The original and its Signature stand beside each other, before the attacker's.
	{"SIG-02", func(s *scene, w wrapped, place string) {
		s.inside = w.evil("")
		s.put(place, w.bare+w.signature, true)
	}},
	// The attacker's comes first, then the signed one as it was.
	{"SIG-03", func(s *scene, w wrapped, place string) {
		s.inside = w.evil("")
		s.put(place, w.signed, false)
	}},
	// The signed one is a child of the attacker's.
	{"SIG-04", func(s *scene, w wrapped, place string) {
		s.inside = w.evil(s.shell(place, w.signed))
	}},
	// The attacker's keeps the Signature, the original without it stands elsewhere.
	{"SIG-05", func(s *scene, w wrapped, place string) {
		s.inside = w.evil(w.signature)
		s.put(place, w.bare, false)
	}},
	// The original lies inside the Signature of the attacker's.
	{"SIG-06", func(s *scene, w wrapped, place string) {
		s.inside = w.evil(into(w.signature, s.shell(place, w.bare)))
	}},
	// The attacker's lies in a wrapper before the signed one, which stands where it should.
	{"SIG-07", func(s *scene, w wrapped, place string) {
		if place == "Object" {
			s.inside = strings.Replace(w.signed, `</ds:Signature>`, `<ds:Object><x:Extensions xmlns:x="urn:liasse:test">`+w.evil("")+`</x:Extensions></ds:Object></ds:Signature>`, 1)
			return
		}
		s.inside = w.signed
		s.put(place, `<wsse:Embedded xmlns:wsse="`+wsseSpace+`">`+w.evil("")+`</wsse:Embedded>`, true)
	}},
	// The original lies in an Object of the Signature of the attacker's.
	{"SIG-08", func(s *scene, w wrapped, place string) {
		s.inside = w.evil(object(w.signature, s.shell(place, w.bare)))
	}},
}

// wrappingCodes says how a mutant is refused. A second assertion in the envelope is what is seen first, then a second
// Security; in an attachment nobody looks for tokens, and there it is the signature that does not hold.
func wrappingCodes(id, place string) (codes, rules string) {
	switch place {
	case "attachment":
		switch id {
		case "SIG-01", "SIG-02", "SIG-03":
			return notSigned, "VIHF-010"
		case "SIG-05":
			return notSigned + " " + badSignature, "VIHF-019 VIHF-016"
		case "SIG-07":
			return "Failure/XDSMissingDocumentMetadata", "XDS-REP-006" // the token is right; the part that nothing refers to is not
		}
		return malformed, "MTOM-029"
	case "second Security":
		return badStructure, "VIHF-002"
	}
	return badStructure, "VIHF-003"
}

// SIG-01 to SIG-08: 8 forms × 6 places × 3 ids.
func wrappedTokens(l *lot, victim string) (cases []hostile) {
	for _, form := range wrappings {
		for _, place := range places {
			for _, idKind := range idKinds {
				codes, rules := wrappingCodes(form.id, place)
				cases = append(cases, hostile{
					name: fmt.Sprintf("%s %s, %s", form.id, place, idKind), codes: codes, rules: rules,
					make: func(w *world) *message {
						m := l.message(nil)
						s := &scene{m: m}
						form.build(s, wrapping(l.by, w.patient, victim, idKind), place)
						m.security = security(s.inside)
						return m
					},
				})
			}
		}
	}
	return cases
}

// No two mutants are the same message.
func TestWrappingsDiffer(t *testing.T) {
	i := &identity{Mode: "DIRECTE", NameID: "899900000001", sign: &pair{key: rsaKey(2048), chain: [][]byte{{0x30, 0}}}}
	w := wrapping(i, "A", "B", "new ID")
	seen := make(map[string]string)
	for _, form := range wrappings {
		for _, place := range places {
			s := &scene{m: &message{body: `<a></rim:RegistryObjectList>`}}
			form.build(s, w, place)
			text := fmt.Sprint(s.m.before, s.inside, s.m.headers, s.m.body, s.m.parts)
			if name := form.id + " " + place; seen[text] != "" {
				t.Errorf("%s is %s", name, seen[text])
			} else {
				seen[text] = name
			}
		}
	}
	if len(seen)*len(idKinds) != 144 {
		t.Errorf("%d mutants", len(seen)*len(idKinds))
	}
}
