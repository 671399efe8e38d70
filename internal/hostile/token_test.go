package hostile_test

import (
	"encoding/base64"
	"strings"
	"time"
)

// Namespaces of what a token is made of.
const (
	samlSpace    = "urn:oasis:names:tc:SAML:2.0:assertion"
	dsSpace      = "http://www.w3.org/2000/09/xmldsig#"
	wsseSpace    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	wsuSpace     = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	envSpace     = "http://www.w3.org/2003/05/soap-envelope"
	instantForm  = "2006-01-02T15:04:05Z"
	insAuthority = "1.2.250.1.213.1.4.10"

	resourceAttribute = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
	purposeAttribute  = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
	roleAttribute     = "urn:oasis:names:tc:xacml:2.0:subject:role"
	subjectAttribute  = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
	secretAttribute   = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code"
)

// attribute is a saml2:Attribute: each value is what stands inside one AttributeValue.
type attribute struct {
	name   string
	values []string
	more   string // further attributes of the element, each with a blank before it, sorted as canonical XML wants them
}

// token is a VIHF in the making. Its text is written in exclusive canonical form, so that it is digested as it stands:
// nothing of the code under test is needed to make a valid one, and every part can be another than a client would write.
type token struct {
	id, instant, version string
	root                 string // instead of the attributes of Assertion
	open, end            string // instead of its tags, the namespace declarations included
	issuer, issuerFormat string
	nameID, subject      string // subject is instead of the content of Subject
	conditions           string // what stands before AuthnStatement
	authn                string // instead of AuthnStatement
	authnInstant         string
	class, decl          string
	attributes           []attribute
	statement            string // instead of AttributeStatement
	tail                 string // what follows it
	canonical            func(string) string
	signed               *signing
	// after changes the assertion once it is signed.
	after func(string) string
}

// newToken is what an identity's software would write for a patient now.
func newToken(i *identity, patient string) *token {
	now := time.Now().UTC()
	t := &token{
		id: "_" + randomHex(16), instant: now.Format(instantForm), version: "2.0",
		issuer: i.issuer, issuerFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName",
		nameID: i.NameID, authnInstant: now.Add(-time.Minute).Format(instantForm), class: i.AuthnContext, decl: i.AuthnContextDecl,
		signed: sign(i.sign),
	}
	t.attributes = []attribute{
		{name: "VIHF_Version", values: []string{"3.0"}},
		{name: "Identifiant_Structure", values: []string{escaped(i.Structure.ID)}},
		{name: "Secteur_Activite", values: []string{escaped(i.Sector)}},
		{name: "Authentification_mode", values: []string{i.Mode}},
		{name: resourceAttribute, values: []string{escaped(patient + "^NH")}},
		{name: "Ressource_URN", values: []string{"urn:dmp"}},
		{name: purposeAttribute, values: []string{coded("PurposeOfUse", "normal", "1.2.250.1.213.1.1.4.248", "mode acces VIHF 1.0", "Accès normal")}},
		{name: "LPS_ID", values: []string{escaped(i.Software.ID)}},
		{name: "LPS_Nom", values: []string{escaped(i.Software.Name)}},
		{name: "LPS_Version", values: []string{escaped(i.Software.Version)}},
		{name: "LPS_ID_HOMOLOGATION_DMP", values: []string{escaped(i.Software.Homologation)}},
	}
	roles := attribute{name: roleAttribute}
	for _, r := range i.Roles {
		roles.values = append(roles.values, coded("Role", r.Code, r.System, r.SystemName, r.Display))
	}
	t.attributes = append(t.attributes, roles)
	if i.SubjectID != "" {
		t.set(subjectAttribute, escaped(i.SubjectID))
	}
	return t
}

// coded is an HL7 CE in canonical form.
func coded(element, code, system, systemName, display string) string {
	return `<` + element + ` xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="` + escaped(code) + `" codeSystem="` +
		escaped(system) + `" codeSystemName="` + escaped(systemName) + `" displayName="` + escaped(display) + `" xsi:type="CE"></` + element + `>`
}

// escaped writes the value of an attribute as canonical XML does, as far as those of the tests need it.
func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(s)
}

// inText likewise writes text.
func inText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// set replaces the values of an attribute, or adds it.
func (t *token) set(name string, values ...string) {
	for i := range t.attributes {
		if t.attributes[i].name == name {
			t.attributes[i].values = values
			return
		}
	}
	t.attributes = append(t.attributes, attribute{name: name, values: values})
}

// drop takes an attribute out.
func (t *token) drop(name string) {
	kept := t.attributes[:0]
	for _, a := range t.attributes {
		if a.name != name {
			kept = append(kept, a)
		}
	}
	t.attributes = kept
}

// unsigned is the assertion without a Signature, with something else in its place.
func (t *token) unsigned(inPlace string) string {
	root := t.root
	if root == "" {
		root = ` ID="` + t.id + `" IssueInstant="` + t.instant + `" Version="` + t.version + `"`
	}
	var b strings.Builder
	b.WriteString(or(t.open, `<saml2:Assertion xmlns:saml2="`+samlSpace+`"`+root+`>`))
	b.WriteString(`<saml2:Issuer Format="` + t.issuerFormat + `">` + inText(t.issuer) + `</saml2:Issuer>` + inPlace)
	b.WriteString(`<saml2:Subject>` + or(t.subject, `<saml2:NameID>`+t.nameID+`</saml2:NameID>`) + `</saml2:Subject>` + t.conditions)
	b.WriteString(or(t.authn, t.authnStatement()))
	b.WriteString(or(t.statement, t.attributeStatement()) + t.tail)
	b.WriteString(or(t.end, `</saml2:Assertion>`))
	return b.String()
}

func (t *token) authnStatement() string {
	decl := ""
	if t.decl != "" {
		decl = `<saml2:AuthnContextDecl>` + escaped(t.decl) + `</saml2:AuthnContextDecl>`
	}
	return `<saml2:AuthnStatement AuthnInstant="` + t.authnInstant + `"><saml2:AuthnContext><saml2:AuthnContextClassRef>` + t.class +
		`</saml2:AuthnContextClassRef>` + decl + `</saml2:AuthnContext></saml2:AuthnStatement>`
}

func (t *token) attributeStatement() string {
	var b strings.Builder
	b.WriteString(`<saml2:AttributeStatement>`)
	for _, a := range t.attributes {
		b.WriteString(`<saml2:Attribute` + a.more + ` Name="` + a.name + `">`)
		for _, v := range a.values {
			b.WriteString(`<saml2:AttributeValue>` + v + `</saml2:AttributeValue>`)
		}
		b.WriteString(`</saml2:Attribute>`)
	}
	b.WriteString(`</saml2:AttributeStatement>`)
	return b.String()
}

// text is the assertion as it is sent.
func (t *token) text() string {
	text := t.unsigned(t.signature())
	if t.after != nil {
		text = t.after(text)
	}
	return text
}

// signature is the ds:Signature over the token as it stands now.
func (t *token) signature() string {
	digested := t.unsigned("")
	if t.canonical != nil {
		digested = t.canonical(digested)
	}
	return t.signed.signature("#"+t.id, digested)
}

// security is the header block that carries content.
func security(content string) string {
	return `<wsse:Security xmlns:wsse="` + wsseSpace + `">` + content + `</wsse:Security>`
}

// or gives the first string that is not empty.
func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

func encoded(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
