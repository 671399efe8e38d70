package hostile_test

import (
	"fmt"
	"strings"
	"time"
)

// SAML-02: instants. The server of the table accepts tokens for ten minutes, with clocks two minutes apart.
func clocks(l *lot) (cases []hostile) {
	issued := func(name, codes, rules string, instant func(now time.Time) string) {
		cases = append(cases, tokenCase(l, "SAML-02 issued "+name, codes, rules, func(_ *world, t *token) {
			now := time.Now().UTC()
			t.instant = instant(now)
			t.authnInstant = now.Add(-2 * time.Hour).Format(instantForm)
		}))
	}
	at := func(offset time.Duration) func(time.Time) string {
		return func(now time.Time) string { return now.Add(offset).Format(instantForm) }
	}
	as := func(written string) func(time.Time) string {
		return func(now time.Time) string {
			return strings.NewReplacer("DAY", now.Format("2006-01-02"), "TIME", now.Format("15:04:05")).Replace(written)
		}
	}
	const form = "VIHF-043"
	issued("a second too long ago", expired, "VIHF-044", at(-maxAge-time.Second))
	issued("an hour ago", expired, "VIHF-044", at(-time.Hour))
	issued("in 1970", expired, "VIHF-044", func(time.Time) string { return "1970-01-01T00:00:00Z" })
	issued("too far in the future", expired, "VIHF-045", at(skew+5*time.Second))
	issued("tomorrow", expired, "VIHF-045", at(24*time.Hour))
	issued("in the year 9999", expired, "VIHF-045", func(time.Time) string { return "9999-12-31T23:59:59Z" })
	issued("never", badToken, form, func(time.Time) string { return "" })
	issued("without time zone", badToken, form, as("DAYTTIME"))
	issued("at the offset +00:00", badToken, form, as("DAYTTIME+00:00"))
	issued("at the offset +14:01", badToken, form, as("DAYTTIME+14:01"))
	issued("in a small z", badToken, form, as("DAYTTIMEz"))
	issued("with a blank for the T", badToken, form, as("DAY TIMEZ"))
	issued("in a leap second", badToken, form, as("DAYT23:59:60Z"))
	issued("at 24:00:00", badToken, form, as("DAYT24:00:00Z"))
	issued("on 30 February", badToken, form, as("2026-02-30TTIMEZ"))
	issued("with 1 000 decimals", badToken, form, as("DAYTTIME."+strings.Repeat("0", 1000)+"Z"))
	issued("with a comma", badToken, form, as("DAYTTIME,5Z"))
	issued("with a point and no decimals", badToken, form, as("DAYTTIME.Z"))
	issued("in the year 12026", badToken, form, as("1DAYTTIMEZ"))
	issued("in the year -2026", badToken, form, as("-DAYTTIMEZ"))
	issued("as a date alone", badToken, form, as("DAY"))
	issued("as seconds since 1970", badToken, form, func(now time.Time) string { return fmt.Sprint(now.Unix()) })
	issued("in Arabic digits", badToken, form, as("٢٠٢٦-01-01TTIMEZ"))
	conditions := func(name, codes, rules string, content func(now time.Time) string) {
		cases = append(cases, tokenCase(l, "SAML-02 "+name, codes, rules, func(_ *world, t *token) { t.conditions = content(time.Now().UTC()) }))
	}
	span := func(from, to time.Duration) func(time.Time) string {
		return func(now time.Time) string {
			attributes := ""
			if from != 0 {
				attributes += ` NotBefore="` + now.Add(from).Format(instantForm) + `"`
			}
			if to != 0 {
				attributes += ` NotOnOrAfter="` + now.Add(to).Format(instantForm) + `"`
			}
			return `<saml2:Conditions` + attributes + `></saml2:Conditions>`
		}
	}
	conditions("before NotBefore", expired, "VIHF-046", span(skew+5*time.Second, 0))
	conditions("at NotOnOrAfter", expired, "VIHF-046", span(0, -skew))
	conditions("after NotOnOrAfter", expired, "VIHF-046", span(-time.Hour, -skew-time.Second))
	conditions("NotOnOrAfter before NotBefore", expired+" "+badToken, "VIHF-046", span(time.Minute, -time.Minute))
	conditions("an instant that is none", expired+" "+badToken, "VIHF-046", func(time.Time) string { return `<saml2:Conditions NotOnOrAfter="tomorrow"></saml2:Conditions>` })
	conditions("two Conditions, one of them over", expired+" "+badToken, "VIHF-048 VIHF-046", func(now time.Time) string {
		return span(-time.Minute, time.Hour)(now) + span(-time.Hour, -time.Minute)(now)
	})
	conditions("OneTimeUse", badToken, "VIHF-048", func(time.Time) string {
		return `<saml2:Conditions><saml2:OneTimeUse></saml2:OneTimeUse></saml2:Conditions>`
	})
	conditions("ProxyRestriction", badToken, "VIHF-048", func(time.Time) string {
		return `<saml2:Conditions><saml2:ProxyRestriction Count="0"></saml2:ProxyRestriction></saml2:Conditions>`
	})
	conditions("an unknown condition", badToken, "VIHF-048", func(time.Time) string { return `<saml2:Conditions><x xmlns="urn:x"></x></saml2:Conditions>` })
	conditions("an audience elsewhere", notAuthentic, "VIHF-047", audience("urn:another-service"))
	conditions("two audiences", notAuthentic, "VIHF-047", func(now time.Time) string {
		return `<saml2:Conditions><saml2:AudienceRestriction><saml2:Audience>urn:dmp</saml2:Audience></saml2:AudienceRestriction><saml2:AudienceRestriction><saml2:Audience>urn:another-service</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>`
	})
	authn := func(name, codes, rules string, content func(t *token, now time.Time)) {
		cases = append(cases, tokenCase(l, "SAML-02 "+name, codes, rules, func(_ *world, t *token) { content(t, time.Now().UTC()) }))
	}
	authn("AuthnInstant after IssueInstant", badToken, "VIHF-054", func(t *token, now time.Time) { t.authnInstant = now.Add(time.Hour).Format(instantForm) })
	authn("no AuthnInstant", badToken, "VIHF-053", func(t *token, _ time.Time) { t.authnInstant = "" })
	authn("AuthnInstant without time zone", badToken, "VIHF-053", func(t *token, now time.Time) { t.authnInstant = now.Format("2006-01-02T15:04:05") })
	authn("a session that is over", expired, "VIHF-055", func(t *token, now time.Time) {
		t.authn = swap(t.authnStatement(), `AuthnInstant=`, `SessionNotOnOrAfter="`+now.Add(-time.Hour).Format(instantForm)+`" AuthnInstant=`)
		t.authn = swap(t.authnStatement(), `">`, `" SessionNotOnOrAfter="`+now.Add(-time.Hour).Format(instantForm)+`">`)
	})
	authn("no AuthnStatement", badToken, "VIHF-053", func(t *token, _ time.Time) {
		t.authn = `<!-- -->`
		t.canonical = func(s string) string { return strings.Replace(s, `<!-- -->`, "", 1) }
	})
	authn("two AuthnStatements", badToken, "VIHF-053", func(t *token, _ time.Time) { t.authn = t.authnStatement() + t.authnStatement() })
	return cases
}

// What the server of the tables is configured with.
const (
	maxAge = 10 * time.Minute
	skew   = 2 * time.Minute
)

func audience(uri string) func(time.Time) string {
	return func(time.Time) string {
		return `<saml2:Conditions><saml2:AudienceRestriction><saml2:Audience>` + uri + `</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>`
	}
}

// SAML-03 and SAML-04: for whom the token is, and whom it was given to.
func audiences(l *lot) (cases []hostile) {
	urn := func(value string) {
		cases = append(cases, tokenCase(l, "SAML-03 for "+or(value, "nobody"), notAuthentic+" "+badToken, "VIHF-071 VIHF-068", func(_ *world, t *token) { t.set("Ressource_URN", value) }))
	}
	for _, value := range []string{"urn:insi", "urn:DMP", "urn:dmp:test", "urn:dm", "", "http://urn:dmp", "urn:dmp urn:insi", "urn:dmp,urn:insi"} {
		urn(value)
	}
	cases = append(cases, tokenCase(l, "SAML-03 for nobody at all", badToken, "VIHF-065", func(_ *world, t *token) { t.drop("Ressource_URN") }))
	name := func(t *token) string { return `<saml2:NameID>` + t.nameID + `</saml2:NameID>` }
	confirmation := func(method, data string) string {
		return `<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:` + method + `">` + data + `</saml2:SubjectConfirmation>`
	}
	confirmed := func(label string, content func(now time.Time) string) {
		cases = append(cases, tokenCase(l, "SAML-04 "+label, notAuthentic+" "+expired, "VIHF-052", func(_ *world, t *token) { t.subject = name(t) + content(time.Now().UTC()) }))
	}
	fixed := func(text string) func(time.Time) string { return func(time.Time) string { return text } }
	confirmed("holder-of-key with another key", fixed(confirmation("holder-of-key", `<saml2:SubjectConfirmationData><ds:KeyInfo xmlns:ds="`+dsSpace+`"><ds:KeyName>x</ds:KeyName></ds:KeyInfo></saml2:SubjectConfirmationData>`)))
	confirmed("holder-of-key without a key", fixed(confirmation("holder-of-key", "")))
	confirmed("sender-vouches", fixed(confirmation("sender-vouches", "")))
	confirmed("an unknown method", fixed(confirmation("telepathy", "")))
	confirmed("bearer for another recipient", fixed(confirmation("bearer", `<saml2:SubjectConfirmationData Recipient="https://elsewhere.invalid/"></saml2:SubjectConfirmationData>`)))
	confirmed("bearer in answer to something", fixed(confirmation("bearer", `<saml2:SubjectConfirmationData InResponseTo="_x"></saml2:SubjectConfirmationData>`)))
	confirmed("bearer from another address", fixed(confirmation("bearer", `<saml2:SubjectConfirmationData Address="192.0.2.1"></saml2:SubjectConfirmationData>`)))
	confirmed("bearer that is over", func(now time.Time) string {
		return confirmation("bearer", `<saml2:SubjectConfirmationData NotOnOrAfter="`+now.Add(-time.Hour).Format(instantForm)+`"></saml2:SubjectConfirmationData>`)
	})
	confirmed("a good one and a bad one", fixed(confirmation("bearer", "")+confirmation("holder-of-key", "")))
	confirmed("a bad one and a good one", fixed(confirmation("sender-vouches", "")+confirmation("bearer", "")))
	subject := func(label string, content func(t *token) string) {
		cases = append(cases, tokenCase(l, "SAML-04 "+label, badToken, "VIHF-049 VIHF-050", func(_ *world, t *token) { t.subject = content(t) }))
	}
	subject("two NameIDs", func(t *token) string { return name(t) + `<saml2:NameID>899900000225</saml2:NameID>` })
	subject("BaseID", func(*token) string { return `<saml2:BaseID></saml2:BaseID>` })
	subject("EncryptedID", func(*token) string { return `<saml2:EncryptedID></saml2:EncryptedID>` })
	subject("an empty NameID", func(*token) string { return `<saml2:NameID></saml2:NameID>` })
	subject("NameID of another namespace", func(t *token) string { return `<NameID xmlns="urn:x">` + t.nameID + `</NameID>` })
	for _, id := range []string{"admin", "89990000011", "8999000001188", "899900000118 ", "８99900000118", "899900000118&#x200b;", "1", "8-9900000118", strings.Repeat("8", 1000)} {
		cases = append(cases, tokenCase(l, "SAML-04 NameID "+fmt.Sprintf("%.40q", id), badToken+" "+notAuthentic, "VIHF-050 VIHF-101 VIHF-061", func(_ *world, t *token) {
			t.nameID = id
			t.canonical = func(s string) string { return strings.ReplaceAll(s, "&#x200b;", "\u200b") }
			if strings.HasSuffix(id, " ") {
				t.nameID = "899900000119 "
			}
		}))
	}
	return append(cases,
		tokenCase(l, "SAML-04 two Subjects", badToken, "VIHF-049", func(_ *world, t *token) {
			t.conditions = `<saml2:Subject><saml2:NameID>899900000225</saml2:NameID></saml2:Subject>`
		}),
	)
}

// SAML-05 to SAML-08: what stands beside, around or inside of the token.
func companions(l *lot) []hostile {
	right := func(_ *world, _ *token) {}
	beside := func(name, codes, rules, content string, first bool) hostile {
		return tokenCase(l, name, codes, rules, right).with(func(m *message, _ string) {
			inner := strings.TrimSuffix(strings.TrimPrefix(m.security, `<wsse:Security xmlns:wsse="`+wsseSpace+`">`), `</wsse:Security>`)
			if first {
				m.security = security(content + inner)
			} else {
				m.security = security(inner + content)
			}
		})
	}
	statement := `<saml2:AttributeStatement xmlns:saml2="` + samlSpace + `"><saml2:Attribute Name="Ressource_URN"><saml2:AttributeValue>urn:dmp</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`
	user := `<wsse:UsernameToken xmlns:wsse="` + wsseSpace + `"><wsse:Username>admin</wsse:Username></wsse:UsernameToken>`
	binary := func(content string) string {
		return `<wsse:BinarySecurityToken xmlns:wsse="` + wsseSpace + `" EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary">` + content + `</wsse:BinarySecurityToken>`
	}
	another := func(name, codes, rules string, wrap func(other string) func(t *token)) hostile {
		return tokenCase(l, name, codes, rules, func(w *world, t *token) { wrap(newToken(l.by, w.patient).text())(t) })
	}
	inside := func(element string) func(string) func(*token) {
		return func(other string) func(*token) {
			return func(t *token) { t.tail = `<saml2:` + element + `>` + other + `</saml2:` + element + `>` }
		}
	}
	sawn := func(value string) func(*world, *token) {
		return func(_ *world, t *token) {
			t.set("Ressource_URN", value)
			t.canonical = withoutComments
		}
	}
	return []hostile{
		beside("SAML-05 an AttributeStatement after the assertion", foreignToken, "VIHF-005", statement, false),
		beside("SAML-05 an AttributeStatement before the assertion", foreignToken, "VIHF-005", statement, true),
		beside("SAML-05 an Attribute beside the assertion", foreignToken, "VIHF-005", `<saml2:Attribute xmlns:saml2="`+samlSpace+`" Name="x"></saml2:Attribute>`, false),
		beside("SAML-05 a UsernameToken", foreignToken, "VIHF-005", user, false),
		beside("SAML-05 a UsernameToken first", foreignToken, "VIHF-005", user, true),
		beside("SAML-05 a BinarySecurityToken", foreignToken, "VIHF-005", binary("AAAA"), false),
		beside("SAML-05 a Kerberos ticket", foreignToken, "VIHF-005", `<x:Ticket xmlns:x="urn:liasse:test"></x:Ticket>`, false),
		beside("SAML-05 text beside the assertion", foreignToken+" "+malformed, "VIHF-005 SOAP-005", "admin", false),
		beside("SAML-05 a message signature beside it", foreignToken, "VIHF-005", `<ds:Signature xmlns:ds="`+dsSpace+`"></ds:Signature>`, false),
		textCase(l, "SAML-05 attributes in an Object of the Signature", badSignature, "VIHF-013", replaceSignature(func(s string) string { return object(s, statement) })),
		textCase(l, "SAML-05 a second AttributeStatement that is not signed", notSigned, "VIHF-019 VIHF-058", func(text string) string {
			return swap(text, `</saml2:Assertion>`, statement+`</saml2:Assertion>`)
		}),
		tokenCase(l, "SAML-05 a second AttributeStatement that is signed", badToken, "VIHF-058", func(_ *world, t *token) {
			t.tail = strings.Replace(statement, ` xmlns:saml2="`+samlSpace+`"`, "", 1)
		}),
		tokenCase(l, "SAML-05 no AttributeStatement", badToken, "VIHF-058", func(_ *world, t *token) {
			t.statement = `<saml2:AuthzDecisionStatement></saml2:AuthzDecisionStatement>`
		}),
		beside("SAML-06 a second assertion, the same", badStructure, "VIHF-003", "", false).with(func(m *message, _ string) {
			_, inner, _ := between(m.security, `<saml2:Assertion `, `</saml2:Assertion>`)
			m.security = security(inner + inner)
		}),
		hostile{name: "SAML-06 a second assertion of the same person", codes: badStructure, rules: "VIHF-003", make: func(w *world) *message {
			m := l.message(nil)
			m.security = security(newToken(l.by, w.patient).text() + newToken(l.by, w.patient).text())
			return m
		}},
		another("SAML-06 an assertion in Advice", badStructure, "VIHF-003", inside("Advice")),
		another("SAML-06 an assertion in Evidence", badStructure, "VIHF-003", func(other string) func(*token) {
			return func(t *token) {
				t.tail = `<saml2:AuthzDecisionStatement><saml2:Evidence>` + other + `</saml2:Evidence></saml2:AuthzDecisionStatement>`
			}
		}),
		another("SAML-06 an assertion in an attribute", badStructure, "VIHF-003", func(other string) func(*token) {
			return func(t *token) { t.set("Autre", other) }
		}),
		beside("SAML-06 an EncryptedAssertion beside it", badStructure, "VIHF-004", `<saml2:EncryptedAssertion xmlns:saml2="`+samlSpace+`"></saml2:EncryptedAssertion>`, false),
		tokenCase(l, "SAML-06 an EncryptedAssertion in its place", badStructure, "VIHF-004", right).with(func(m *message, _ string) {
			m.security = security(`<saml2:EncryptedAssertion xmlns:saml2="` + samlSpace + `"><x xmlns="http://www.w3.org/2001/04/xmlenc#"></x></saml2:EncryptedAssertion>`)
		}),
		tokenCase(l, "SAML-06 Advice without an assertion", badToken, "VIHF-059", func(_ *world, t *token) { t.conditions = `<saml2:Advice></saml2:Advice>` }),
		tokenCase(l, "SAML-06 an unknown element in the assertion", badToken, "VIHF-059", func(_ *world, t *token) { t.tail = `<x xmlns="urn:x"></x>` }),
		tokenCase(l, "SAML-06 text in the assertion", badToken, "VIHF-059", func(_ *world, t *token) { t.tail = `admin` }),
		tokenCase(l, "SAML-08 a comment in NameID", badToken, "VIHF-060", func(_ *world, t *token) {
			t.nameID = t.nameID[:3] + `<!-- -->` + t.nameID[3:]
			t.canonical = withoutComments
		}),
		tokenCase(l, "SAML-08 a NameID that continues after a comment", badToken, "VIHF-060", func(_ *world, t *token) {
			t.nameID += `<!-- -->0`
			t.canonical = withoutComments
		}),
		tokenCase(l, "SAML-08 a comment in Ressource_URN", badToken, "VIHF-060", sawn(`urn:d<!-- -->mp`)),
		tokenCase(l, "SAML-08 Ressource_URN with a comment at its end", badToken, "VIHF-060", sawn(`urn:dmp<!---->`)),
		tokenCase(l, "SAML-08 a comment in the patient", badToken, "VIHF-060", func(w *world, t *token) {
			cx := escaped(w.patient + "^NH")
			t.set(resourceAttribute, cx[:5]+`<!-- -->`+cx[5:])
			t.canonical = withoutComments
		}),
		tokenCase(l, "SAML-08 a comment in Issuer", badToken+" "+badName, "VIHF-060", func(_ *world, t *token) {
			t.canonical = func(s string) string { return withoutComments(s) }
			issuer := t.issuer
			t.issuer = "MARK"
			t.canonical = func(s string) string { return strings.Replace(s, "MARK", escaped(issuer), 1) }
			t.after = func(s string) string {
				return strings.Replace(s, "MARK", escaped(issuer[:4])+"<!-- -->"+escaped(issuer[4:]), 1)
			}
		}),
		tokenCase(l, "SAML-08 an instruction in NameID", malformed, "XML-005", func(_ *world, t *token) { t.nameID += `<?x?>` }),
		tokenCase(l, "SAML-08 an element in NameID", badToken, "VIHF-060", func(_ *world, t *token) { t.nameID += `<x xmlns="urn:x"></x>` }),
		tokenCase(l, "SAML-08 a comment added to NameID after signing", badToken, "VIHF-060", func(_ *world, t *token) {
			t.after = func(s string) string { return swap(s, `</saml2:NameID>`, `<!-- --></saml2:NameID>`) }
		}),
		tokenCase(l, "SAML-08 a DOCTYPE with entities", malformed, "XML-004", right).with(func(m *message, _ string) {
			m.envelope = func(s string) string { return `<!DOCTYPE x [<!ENTITY e "urn:dmp">]>` + s }
		}),
		tokenCase(l, "SAML-08 an unknown entity", malformed, "XML-001", func(_ *world, t *token) { t.set("Ressource_URN", `&dmp;`) }),
		tokenCase(l, "SAML-09 20 000 attributes that nobody knows", badToken, "VIHF-065", func(_ *world, t *token) {
			t.statement = `<saml2:AttributeStatement>` + strings.Repeat(`<saml2:Attribute Name="x"><saml2:AttributeValue>y</saml2:AttributeValue></saml2:Attribute>`, 20000) + `</saml2:AttributeStatement>`
		}),
		tokenCase(l, "SAML-09 100 000 attributes", malformed+" HTTP", "", func(_ *world, t *token) {
			t.statement = `<saml2:AttributeStatement>` + strings.Repeat(`<saml2:Attribute Name="x"><saml2:AttributeValue>y</saml2:AttributeValue></saml2:Attribute>`, 100000) + `</saml2:AttributeStatement>`
		}),
		tokenCase(l, "SAML-09 an AttributeValue of 10 MB", malformed+" HTTP", "", func(_ *world, t *token) { t.set("Autre", strings.Repeat("x", 10<<20)) }),
		// Each of these breaks one rule very often. To say where each breach lies would take minutes.
		textCase(l, "SAML-09 150 000 times one id", badStructure, "VIHF-007", func(s string) string {
			return swap(s, `<saml2:AttributeValue>3.0<`, `<saml2:AttributeValue>`+strings.Repeat(`<x Id="same"/>`, 150000)+`3.0<`)
		}),
		textCase(l, "SAML-09 150 000 elements that no token has", notSigned, "VIHF-059", func(s string) string {
			return swap(s, `</saml2:Assertion>`, strings.Repeat(`<x/>`, 150000)+`</saml2:Assertion>`)
		}),
		tokenCase(l, "SAML-09 190 000 blocks without a namespace", malformed, "SOAP-008", right).with(func(m *message, _ string) {
			m.before = strings.Repeat(`<x/>`, 190000)
		}),
		tokenCase(l, "SAML-09 30 000 Security blocks", "Sender/InvalidSecurity", "SOAP-012", right).with(func(m *message, _ string) {
			m.before = strings.Repeat(`<w:Security xmlns:w="`+wsseSpace+`"/>`, 30000)
		}),
		tokenCase(l, "SAML-09 40 000 MessageIDs", "Sender/InvalidAddressingHeader/InvalidCardinality", "WSA-002", right).with(func(m *message, _ string) {
			m.before = strings.Repeat(`<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing"/>`, 40000)
		}),
		hostile{name: "SAML-09 a right token and 30 000 parameters", codes: "Failure/XDSRegistryError Failure/XDSStoredQueryParamNumber", make: func(w *world) *message {
			m := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(l.by, w.patient).text())}
			m.body = swap(m.body, `<rim:Slot `, strings.Repeat(slot("$XDSDocumentEntryStatus", "x"), 30000)+`<rim:Slot `)
			return m
		}},
	}
}

// withoutComments is what canonical XML leaves of a text.
func withoutComments(s string) string {
	for {
		start := strings.Index(s, "<!--")
		if start < 0 {
			return s
		}
		s = s[:start] + s[start+strings.Index(s[start:], "-->")+3:]
	}
}
