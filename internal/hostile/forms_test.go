package hostile_test

import (
	"strings"
	"testing"
	"time"
)

// What software in the field writes otherwise than the tables do is taken: a table of refusals proves nothing where
// everything is refused.
func TestRightTokens(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	now := time.Now().UTC()
	reversed := func(name string) string {
		rdns := strings.Split(name, ",")
		for i, j := 0, len(rdns)-1; i < j; i, j = i+1, j-1 {
			rdns[i], rdns[j] = rdns[j], rdns[i]
		}
		return strings.Join(rdns, ",")
	}
	cases := []struct {
		name   string
		change func(t *token)
	}{
		{"as it is", func(*token) {}},
		{"SAML-12 the RDNs in the other order", func(t *token) { t.issuer = reversed(t.issuer) }},
		{"SAML-12 blanks after the commas", func(t *token) { t.issuer = strings.ReplaceAll(t.issuer, ",", ", ") }},
		{"SAML-12 the slash form", func(t *token) { t.issuer = "/" + strings.ReplaceAll(reversed(t.issuer), ",", "/") }},
		{"SAML-12 OIDs for the attributes", func(t *token) {
			t.issuer = strings.NewReplacer("SN=", "2.5.4.4=", "GN=", "2.5.4.42=", "T=", "2.5.4.12=", "CN=", "2.5.4.3=").Replace(t.issuer)
		}},
		{"SAML-12 long names for the attributes", func(t *token) {
			t.issuer = strings.NewReplacer("SN=", "SURNAME=", "GN=", "GIVENNAME=", "T=", "title=").Replace(t.issuer)
		}},
		{"SAML-12 the values of the person in another order", func(t *token) {
			rdn, rest, _ := strings.Cut(t.issuer, ",")
			values := strings.Split(rdn, "+")
			t.issuer = strings.Join([]string{values[2], values[0], values[1]}, "+") + "," + rest
		}},
		{"SAML-02 nearly too old", func(t *token) {
			t.instant, t.authnInstant = now.Add(-maxAge+30*time.Second).Format(instantForm), now.Add(-time.Hour).Format(instantForm)
		}},
		{"SAML-02 from a clock that is ahead", func(t *token) { t.instant = now.Add(skew - 10*time.Second).Format(instantForm) }},
		{"SAML-02 with milliseconds", func(t *token) { t.instant = now.Format("2006-01-02T15:04:05.000Z") }},
		{"SAML-02 within its Conditions", func(t *token) {
			t.conditions = `<saml2:Conditions NotBefore="` + now.Add(-time.Minute).Format(instantForm) + `" NotOnOrAfter="` + now.Add(time.Minute).Format(instantForm) + `"></saml2:Conditions>`
		}},
		{"SAML-02 over for less than clocks may differ", func(t *token) {
			t.conditions = `<saml2:Conditions NotOnOrAfter="` + now.Add(-skew+10*time.Second).Format(instantForm) + `"></saml2:Conditions>`
		}},
		{"SAML-04 a bearer", func(t *token) {
			t.subject = `<saml2:NameID>` + t.nameID + `</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"></saml2:SubjectConfirmation>`
		}},
		{"SAML-07 an attribute that nobody knows", func(t *token) { t.set("Autre", "x") }},
		{"SAML-13 break-glass", func(t *token) {
			t.set(purposeAttribute, coded("PurposeOfUse", "bris_de_glace", purposes, "mode acces VIHF 1.0", "Bris de glace"))
		}},
		{"SAML-14 version 2.0", func(t *token) { t.set("VIHF_Version", "2.0") }},
		{"SIG-13 an ID that begins with a digit", func(t *token) { t.id = "0" + randomHex(15) }},
		{"SIG-17 a PrefixList of 16", func(t *token) { t.signed.transforms = prefixes(16) }},
		{"SIG-22 base64 in lines", func(t *token) {
			t.signed.value = func(v []byte) string { return "\n" + encoded(v)[:76] + "\n" + encoded(v)[76:] + "\n" }
		}},
		{"SIG-09 the Signature last", func(t *token) {
			t.after = func(text string) string {
				before, signature, after := between(text, `<ds:Signature `, `</ds:Signature>`)
				return swap(before+after, `</saml2:Assertion>`, signature+`</saml2:Assertion>`)
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			token := newToken(l.by, w.patient)
			c.change(token)
			w.accepts(t, &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(token.text())})
			w.accepts(t, newLot(l.by, w.patient).message(token))
		})
	}
	for _, who := range []string{"medecin", "autre-medecin", "pharmacien", "infirmier", "secretariat", "etablissement", "autre-etablissement"} {
		t.Run("a lot of "+who, func(t *testing.T) {
			i := w.identity(who)
			w.accepts(t, newLot(i, w.patient).message(newToken(i, w.patient)))
		})
	}
	w.searchLog(t)
}
