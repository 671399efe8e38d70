package hostile_test

import (
	"crypto"
	"strings"
)

// Fault codes of refused tokens, as they are written in tables.
const (
	notSigned     = "Sender/DMPInvalidCertificate/FailedCheck"
	badSignature  = "Sender/DMPInvalidCertificate/InvalidSecurity"
	badAlgorithm  = "Sender/DMPInvalidCertificate/UnsupportedAlgorithm"
	badKey        = "Sender/DMPInvalidCertificate/InvalidSecurityToken"
	badName       = "Sender/DMPInvalidCertificate/FailedAuthentication"
	badStructure  = "Sender/DMPInvalidVihf/InvalidSecurity"
	badToken      = "Sender/DMPInvalidVihf/InvalidSecurityToken"
	notAuthentic  = "Sender/DMPInvalidVihf/FailedAuthentication"
	foreignToken  = "Sender/DMPInvalidVihf/UnsupportedSecurityToken"
	expired       = "Sender/DMPInvalidVihf/MessageExpired"
	malformed     = "Sender"
	anySignature  = notSigned + " " + badSignature + " " + badAlgorithm + " " + badKey
	deniedByRight = "Sender/DMPAccessDeniedByRightsService/FailedAuthentication"
)

// tokenCase is a lot that is right, with a token that is not.
func tokenCase(l *lot, name, codes, rules string, change func(w *world, t *token)) hostile {
	return hostile{name: name, codes: codes, rules: rules, make: func(w *world) *message {
		t := newToken(l.by, w.patient)
		change(w, t)
		return l.message(t)
	}}
}

// signatureCase changes how the token is signed; the attacker holds the key.
func signatureCase(l *lot, name, codes, rules string, change func(s *signing)) hostile {
	return tokenCase(l, name, codes, rules, func(_ *world, t *token) { change(t.signed) })
}

// textCase changes the text of the assertion once it is signed.
func textCase(l *lot, name, codes, rules string, change func(text string) string) hostile {
	return tokenCase(l, name, codes, rules, func(_ *world, t *token) { t.after = change })
}

// between cuts a text at what stands from one mark up to the end of another.
func between(text, from, to string) (before, inner, after string) {
	start := strings.Index(text, from)
	if start < 0 {
		panic("making a case: no " + from)
	}
	end := strings.Index(text[start:], to)
	if end < 0 {
		panic("making a case: no " + to)
	}
	end += start + len(to)
	return text[:start], text[start:end], text[end:]
}

func withoutSignature(text string) string {
	before, _, after := between(text, `<ds:Signature `, `</ds:Signature>`)
	return before + after
}

// replaceSignature puts something else in the place of the Signature.
func replaceSignature(change func(signature string) string) func(string) string {
	return func(text string) string {
		before, signature, after := between(text, `<ds:Signature `, `</ds:Signature>`)
		return before + change(signature) + after
	}
}

// SIG-09 to SIG-12: signatures that are absent, or more than one, or of which two readers see two.
func signatureShapes(l *lot) []hostile {
	emptied := `<ds:Signature xmlns:ds="` + dsSpace + `"></ds:Signature>`
	value := func(change func(string) string) func(string) string {
		return func(text string) string {
			before, inner, after := between(text, `<ds:SignatureValue>`, `</ds:SignatureValue>`)
			content := strings.TrimSuffix(strings.TrimPrefix(inner, `<ds:SignatureValue>`), `</ds:SignatureValue>`)
			return before + `<ds:SignatureValue>` + change(content) + `</ds:SignatureValue>` + after
		}
	}
	twoInfos := func(second bool) func(string) string {
		return replaceSignature(func(s string) string {
			_, info, _ := between(s, `<ds:SignedInfo `, `</ds:SignedInfo>`)
			forged := swap(info, `<ds:DigestValue>`, `<ds:DigestValue>AAAA`)
			if second {
				return swap(s, info, info+forged)
			}
			return swap(s, info, forged+info)
		})
	}
	return []hostile{
		textCase(l, "SIG-09 no Signature", notSigned, "VIHF-010", withoutSignature),
		textCase(l, "SIG-09 an empty Signature", badSignature, "VIHF-013", replaceSignature(func(string) string { return emptied })),
		textCase(l, "SIG-09 a Signature of another namespace", notSigned+" "+badToken, "VIHF-010", func(text string) string {
			return strings.Replace(text, `xmlns:ds="`+dsSpace+`"`, `xmlns:ds="http://www.w3.org/2009/xmldsig11#"`, 1)
		}),
		textCase(l, "SIG-09 a Signature of no namespace", notSigned+" "+badToken, "VIHF-010", replaceSignature(func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, `<ds:`, `<`), `</ds:`, `</`), ` xmlns:ds="`+dsSpace+`"`, ``)
		})),
		textCase(l, "SIG-09 a Signature in a comment", notSigned, "VIHF-010", replaceSignature(func(s string) string { return `<!--` + s + `-->` })),
		textCase(l, "SIG-09 a Signature in CDATA", notSigned+" "+badToken, "VIHF-010", replaceSignature(func(s string) string { return `<![CDATA[` + s + `]]>` })),
		textCase(l, "SIG-09 a Signature as escaped text", notSigned+" "+badToken, "VIHF-010", replaceSignature(func(s string) string { return escaped(s) })),
		textCase(l, "SIG-09 no SignatureValue", badSignature, "VIHF-013", func(text string) string {
			before, _, after := between(text, `<ds:SignatureValue>`, `</ds:SignatureValue>`)
			return before + after
		}),
		textCase(l, "SIG-09 an empty SignatureValue", badSignature, "VIHF-013", value(func(string) string { return "" })),
		textCase(l, "SIG-09 no SignedInfo", badSignature, "VIHF-013", func(text string) string {
			before, _, after := between(text, `<ds:SignedInfo `, `</ds:SignedInfo>`)
			return before + after
		}),
		signatureCase(l, "SIG-09 no Reference", badSignature, "VIHF-013", func(s *signing) { s.references = func(string) string { return "" } }),
		textCase(l, "SIG-09 a Signature inside Issuer", notSigned+" "+badToken, "VIHF-010 VIHF-060", func(text string) string {
			before, signature, after := between(text, `<ds:Signature `, `</ds:Signature>`)
			return swap(before, `</saml2:Issuer>`, signature+`</saml2:Issuer>`) + after
		}),
		textCase(l, "SIG-09 a Signature beside the assertion", notSigned+" "+foreignToken, "VIHF-010 VIHF-005", func(text string) string {
			_, signature, _ := between(text, `<ds:Signature `, `</ds:Signature>`)
			return withoutSignature(text) + signature
		}),
		textCase(l, "SIG-09 the value of another token", notSigned, "VIHF-020", value(func(v string) string {
			return encoded(sign(l.by.sign).octets("another text"))
		})),
		tokenCase(l, "SIG-09 content changed after signing", notSigned, "VIHF-019", func(_ *world, t *token) {
			t.after = func(text string) string { return swap(text, `>urn:dmp<`, `>urn:dmp <`) }
		}),
		tokenCase(l, "SIG-09 the patient changed after signing", notSigned, "VIHF-019", func(w *world, t *token) {
			t.after = func(text string) string { return swap(text, escaped(w.patient), escaped(patientCX("2700675111222"))) }
		}),
		tokenCase(l, "SIG-09 the purpose changed after signing", notSigned, "VIHF-019", func(_ *world, t *token) {
			t.after = func(text string) string { return swap(text, `code="normal"`, `code="bris_de_glace"`) }
		}),
		textCase(l, "SIG-10 a second Signature that is garbage", badSignature, "VIHF-011", replaceSignature(func(s string) string { return s + emptied })),
		textCase(l, "SIG-10 a garbage Signature first", badSignature, "VIHF-011", replaceSignature(func(s string) string { return emptied + s })),
		textCase(l, "SIG-10 the same Signature twice", badSignature, "VIHF-011", replaceSignature(func(s string) string { return s + s })),
		textCase(l, "SIG-10 a counter-signature in an Object", badSignature, "VIHF-011 VIHF-013", replaceSignature(func(s string) string { return object(s, s) })),
		textCase(l, "SIG-10 a Signature inside KeyInfo", badSignature+" "+badKey, "VIHF-011 VIHF-021", replaceSignature(func(s string) string {
			return swap(s, `</ds:KeyInfo>`, emptied+`</ds:KeyInfo>`)
		})),
		tokenCase(l, "SIG-10 a signed Signature inside an attribute", badSignature, "VIHF-011", func(_ *world, t *token) { t.set("Autre", emptied) }),
		textCase(l, "SIG-11 two SignedInfo, the forged one last", badSignature, "VIHF-013", twoInfos(true)),
		textCase(l, "SIG-11 two SignedInfo, the forged one first", badSignature, "VIHF-013", twoInfos(false)),
		textCase(l, "SIG-11 a SignedInfo in an Object", badSignature, "VIHF-013", replaceSignature(func(s string) string {
			_, info, _ := between(s, `<ds:SignedInfo `, `</ds:SignedInfo>`)
			return object(s, info)
		})),
		signatureCase(l, "SIG-11 two DigestValues", badSignature, "VIHF-013", func(s *signing) {
			s.references = func(r string) string {
				return swap(r, `<ds:DigestValue>`, `<ds:DigestValue>AAAA</ds:DigestValue><ds:DigestValue>`)
			}
		}),
		signatureCase(l, "SIG-11 two References", badSignature, "VIHF-016 VIHF-013", func(s *signing) {
			s.references = func(r string) string { return r + r }
		}),
		signatureCase(l, "SIG-11 a second Reference to nothing", badSignature, "VIHF-016 VIHF-013", func(s *signing) {
			s.references = func(r string) string { return r + s.reference("#elsewhere", "") }
		}),
		textCase(l, "SIG-11 a comment before the DigestValue that was signed", badSignature, "VIHF-013", func(text string) string {
			return swap(text, `<ds:DigestValue>`, `<ds:DigestValue>AAAA<!-- -->`)
		}),
		textCase(l, "SIG-11 a comment that hides nothing inside DigestValue", badSignature, "VIHF-013", func(text string) string {
			return swap(text, `</ds:DigestValue>`, `<!----></ds:DigestValue>`)
		}),
		textCase(l, "SIG-11 a comment inside SignatureValue", badSignature, "VIHF-013", value(func(v string) string { return v[:20] + `<!-- -->` + v[20:] })),
		textCase(l, "SIG-11 an instruction inside DigestValue", malformed, "XML-005", func(text string) string { return swap(text, `</ds:DigestValue>`, `<?x?></ds:DigestValue>`) }),
		textCase(l, "SIG-11 an instruction inside SignatureValue", malformed, "XML-005", value(func(v string) string { return v[:20] + `<?x y?>` + v[20:] })),
		textCase(l, "SIG-11 an element inside SignatureValue", badSignature, "VIHF-013", value(func(v string) string { return `<x xmlns="urn:x">` + v + `</x>` })),
		textCase(l, "SIG-11 a comment between the References", badSignature, "VIHF-013", func(text string) string { return swap(text, `<ds:Reference`, `<!-- --><ds:Reference`) }),
		textCase(l, "SIG-11 text between the References", badSignature+" "+notSigned, "VIHF-013", func(text string) string { return swap(text, `<ds:Reference`, `x<ds:Reference`) }),
		tokenCase(l, "SIG-12 the ID once more on a block", badStructure, "VIHF-007", func(*world, *token) {}).with(func(m *message, id string) {
			m.headers += `<x:Block xmlns:x="urn:liasse:test" ID="` + id + `"/>`
		}),
		tokenCase(l, "SIG-12 the ID as Id of the Security block", badStructure, "VIHF-007", func(*world, *token) {}).with(func(m *message, id string) {
			m.security = swap(m.security, `<wsse:Security `, `<wsse:Security Id="`+id+`" `)
		}),
		tokenCase(l, "SIG-12 the ID as wsu:Id of the Body", badStructure, "VIHF-007", func(*world, *token) {}).with(func(m *message, id string) {
			m.envelope = func(text string) string {
				return swap(text, `<env:Body>`, `<env:Body xmlns:u="`+wsuSpace+`" u:Id="`+id+`">`)
			}
		}),
		tokenCase(l, "SIG-12 the ID as xml:id of a block", badStructure, "VIHF-007", func(*world, *token) {}).with(func(m *message, id string) {
			m.before += `<x:Block xmlns:x="urn:liasse:test" xml:id="` + id + `"/>`
		}),
		tokenCase(l, "SIG-12 the ID as id in the Body", badStructure, "VIHF-007", func(*world, *token) {}).with(func(m *message, id string) {
			m.body = swap(m.body, `<rim:RegistryObjectList>`, `<rim:RegistryObjectList id="`+id+`">`)
		}),
		tokenCase(l, "SIG-12 the ID with a blank on a block", badStructure, "VIHF-007", func(*world, *token) {}).with(func(m *message, id string) {
			m.before += `<x:Block xmlns:x="urn:liasse:test" Id=" ` + id + `"/>`
		}),
		tokenCase(l, "SIG-12 the ID on an attribute of the token", badStructure, "VIHF-007", func(_ *world, t *token) { t.attributes[0].more = ` Id="` + t.id + `"` }),
		textCase(l, "SIG-12 the ID as Id of the Signature", badStructure, "VIHF-007", func(text string) string {
			_, id, _ := between(text, ` ID="`, `" `)
			return swap(text, `<ds:Signature `, `<ds:Signature Id="`+strings.Trim(strings.TrimPrefix(id, ` ID=`), `" `)+`" `)
		}),
		tokenCase(l, "SIG-12 Id beside ID on the assertion", badStructure+" "+badToken, "VIHF-007", func(_ *world, t *token) {
			t.root = ` ID="` + t.id + `" Id="` + t.id + `2" IssueInstant="` + t.instant + `" Version="2.0"`
		}).with(func(m *message, id string) { m.before += `<x:Block xmlns:x="urn:liasse:test" id="` + id + `2"/>` }),
		tokenCase(l, "SIG-14 digest of nothing, SHA-256", anySignature, "VIHF-019 VIHF-022", func(_ *world, t *token) { t.canonical = func(string) string { return "" } }),
		tokenCase(l, "SIG-14 digest of nothing, SHA-1", anySignature, "VIHF-019 VIHF-015 VIHF-014 VIHF-022", func(_ *world, t *token) {
			t.canonical = func(string) string { return "" }
			t.signed.digestMethod, t.signed.digestHash = dsSpace+"sha1", crypto.SHA1
		}),
		tokenCase(l, "SIG-14 digest of an empty assertion", anySignature, "VIHF-019", func(_ *world, t *token) {
			t.canonical = func(string) string { return `<saml2:Assertion xmlns:saml2="` + samlSpace + `"></saml2:Assertion>` }
		}),
		tokenCase(l, "SIG-14 a relative namespace name in the token", notSigned+" "+malformed, "VIHF-022 XML-002", func(_ *world, t *token) {
			t.set("Autre", `<x xmlns="1"></x>`)
		}),
		tokenCase(l, "SIG-14 a relative namespace name around the token", notSigned+" "+malformed, "VIHF-022 XML-002", func(*world, *token) {}).with(func(m *message, _ string) {
			m.security = swap(m.security, `<wsse:Security `, `<wsse:Security xmlns:a="1" `)
		}),
		tokenCase(l, "SIG-14 a reference to an element that the transform removes", notSigned, "VIHF-019", func(_ *world, t *token) {
			t.signed.id = ` Id="removed"`
			t.signed.uri = func(string) string { return ` URI="#removed"` }
			t.canonical = func(string) string { return "" }
		}),
	}
}
