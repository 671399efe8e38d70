package vihf

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"liasse/xmldsig"
)

// Claims is what one token says beside what its identity always says. Only Patient is needed; the rest is for times of
// one's own, and for making tokens that are wrong.
type Claims struct {
	// Patient is the resource-id: id^^^&OID&ISO, to which ^NH is added where no type is given. Empty leaves it out.
	Patient string
	// Purpose is Normal when empty.
	Purpose Purpose
	// Now is the IssueInstant, time.Now when zero; AuthnInstant is Now when zero.
	Now, AuthnInstant time.Time
	// NotBefore and NotOnOrAfter make a Conditions where they are not zero.
	NotBefore, NotOnOrAfter time.Time
	// Version is VIHF_Version, 3.0 when empty; ID the assertion's, drawn at random when empty.
	Version, ID string
	// Secret marks the secret connection of a minor.
	Secret bool
	// Changes are made to the attributes in their order.
	Changes []Change
	// Signer replaces the identity's own.
	Signer *xmldsig.Signer
	// Enveloped says how the assertion is signed; its ID is that of the assertion.
	Enveloped xmldsig.Enveloped
	// Unsigned leaves the signature out; SignatureLast puts it at the end of the assertion, as some software does.
	Unsigned, SignatureLast bool
	// Alter changes the assertion before it is signed, Tamper after.
	Alter, Tamper func(assertion []byte) []byte
}

// Change is one change of the attributes of a token.
type Change struct {
	// Attribute is the Name.
	Attribute string
	// Rename gives it another Name; Values replaces its values, text or, where they begin with '<', elements.
	Rename string
	Values []string
	// Remove takes it away, Repeat writes it a second time. An attribute that is not there is added when it has Values.
	Remove, Repeat bool
}

// written is an attribute to write.
type written struct {
	name   string
	values []string
}

// Issue makes a token and signs it.
func (i *Identity) Issue(c Claims) ([]byte, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	token := i.assertion(c)
	if c.Alter != nil {
		token = c.Alter(token)
	}
	if !c.Unsigned {
		signer := c.Signer
		if signer == nil {
			signer = i.Signer()
		}
		how := c.Enveloped
		how.ID = c.ID
		if c.SignatureLast {
			how.At = max(0, bytes.LastIndex(token, []byte("</")))
		}
		if token, err = signer.SignEnveloped(token, how); err != nil {
			return nil, fmt.Errorf("signing a token: %w", err)
		}
	}
	if c.Tamper != nil {
		token = c.Tamper(token)
	}
	return token, nil
}

// Security makes a wsse:Security header block of an assertion.
func Security(assertion []byte) []byte {
	block := make([]byte, 0, len(assertion)+len(SecurityNamespace)+64)
	block = append(block, `<wsse:Security xmlns:wsse="`+SecurityNamespace+`">`...)
	block = append(block, assertion...)
	return append(block, `</wsse:Security>`...)
}

// complete fills what was left empty.
func (c Claims) complete() (Claims, error) {
	if c.Now.IsZero() {
		c.Now = time.Now()
	}
	if c.AuthnInstant.IsZero() {
		c.AuthnInstant = c.Now
	}
	if c.Purpose == "" {
		c.Purpose = Normal
	}
	if c.Version == "" {
		c.Version = "3.0"
	}
	if c.Patient != "" && strings.Count(c.Patient, "^") < 4 {
		c.Patient += "^" + nhType
	}
	if c.ID == "" {
		var random [16]byte
		if _, err := rand.Read(random[:]); err != nil {
			return c, fmt.Errorf("drawing the ID of a token: %w", err)
		}
		c.ID = "_" + hex.EncodeToString(random[:])
	}
	return c, nil
}

// purposeNames are the display names of the purposes.
var purposeNames = map[Purpose]string{
	Normal: "Accès normal", BreakGlass: "Accès en bris de glace", Centre15: "Accès par un centre de régulation médicale",
}

// assertion writes the assertion without a signature.
func (i *Identity) assertion(c Claims) []byte {
	var b []byte
	b = append(b, `<saml2:Assertion xmlns:saml2="`+AssertionNamespace+`" ID="`...)
	b = appendEscaped(b, c.ID)
	b = append(b, `" IssueInstant="`+formatInstant(c.Now)+`" Version="2.0"><saml2:Issuer Format="`+SubjectNameFormat+`">`...)
	b = appendEscaped(b, i.Issuer())
	b = append(b, `</saml2:Issuer><saml2:Subject><saml2:NameID>`...)
	b = appendEscaped(b, i.Claims.NameID)
	b = append(b, `</saml2:NameID></saml2:Subject>`...)
	if !c.NotBefore.IsZero() || !c.NotOnOrAfter.IsZero() {
		b = append(b, `<saml2:Conditions`...)
		if !c.NotBefore.IsZero() {
			b = append(b, ` NotBefore="`+formatInstant(c.NotBefore)+`"`...)
		}
		if !c.NotOnOrAfter.IsZero() {
			b = append(b, ` NotOnOrAfter="`+formatInstant(c.NotOnOrAfter)+`"`...)
		}
		b = append(b, `/>`...)
	}
	b = append(b, `<saml2:AuthnStatement AuthnInstant="`+formatInstant(c.AuthnInstant)+`"><saml2:AuthnContext><saml2:AuthnContextClassRef>`...)
	b = appendEscaped(b, i.Claims.AuthnContext)
	b = append(b, `</saml2:AuthnContextClassRef>`...)
	if d := i.Claims.AuthnContextDecl; d != "" {
		b = append(b, `<saml2:AuthnContextDecl>`...)
		b = appendEscaped(b, d)
		b = append(b, `</saml2:AuthnContextDecl>`...)
	}
	b = append(b, `</saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement>`...)
	for _, a := range c.changed(i.attributes(c)) {
		b = appendAttribute(b, a)
	}
	return append(b, `</saml2:AttributeStatement></saml2:Assertion>`...)
}

// attributes gives the attributes of a token in the order of the integration guide.
func (i *Identity) attributes(c Claims) []written {
	own := &i.Claims
	all := []written{
		{AttrStructure, []string{own.Structure.ID}},
		{AttrSector, []string{own.Sector}},
	}
	if own.SubjectID != "" {
		all = append(all, written{AttrSubjectID, []string{own.SubjectID}})
	}
	roles := written{name: AttrRole}
	for _, r := range own.Roles {
		roles.values = append(roles.values, CodedValue("Role", Role{Code: r.Code, System: r.System, SystemName: r.SystemName, Display: r.Display}))
	}
	all = append(all, roles, written{AttrVersion, []string{c.Version}}, written{AttrMode, []string{string(own.Mode)}})
	if c.Patient != "" {
		all = append(all, written{AttrResourceID, []string{c.Patient}})
	}
	all = append(all, written{AttrResourceURN, []string{ResourceURN}},
		written{AttrPurpose, []string{CodedValue("PurposeOfUse", Role{
			Code: string(c.Purpose), System: purposeSystemOld, SystemName: "mode acces VIHF 2.0", Display: purposeNames[c.Purpose],
		})}})
	if c.Secret {
		all = append(all, written{AttrConfidentiality, []string{SecretConnection}})
	}
	if own.Software.ID != "" {
		all = append(all, written{AttrSoftwareID, []string{own.Software.ID}})
	}
	return append(all, written{AttrSoftwareName, []string{own.Software.Name}}, written{AttrSoftwareVersion, []string{own.Software.Version}},
		written{AttrHomologation, []string{own.Software.Homologation}})
}

// changed makes the changes.
func (c Claims) changed(all []written) []written {
	for _, change := range c.Changes {
		at := slices.IndexFunc(all, func(a written) bool { return a.name == change.Attribute })
		if at < 0 {
			if len(change.Values) > 0 {
				all = append(all, written{change.Attribute, change.Values})
			}
			continue
		}
		if change.Remove {
			all = slices.Delete(all, at, at+1)
			continue
		}
		before := all[at]
		if change.Values != nil {
			all[at].values = change.Values
		}
		if change.Repeat { // the second is what Values says, the first as it was
			all = slices.Insert(all, at, before)
		}
		if change.Rename != "" {
			all[at].name = change.Rename
		}
	}
	return all
}

// CodedValue writes a coded element of HL7 (Role, PurposeOfUse) as the value of an attribute.
func CodedValue(local string, r Role) string {
	var b []byte
	b = append(b, `<`+local+` xmlns="`+hl7Namespace+`" xmlns:xsi="`+instanceNamespace+`" xsi:type="CE"`...)
	for _, a := range []struct{ name, value string }{{"code", r.Code}, {"codeSystem", r.System}, {"codeSystemName", r.SystemName}, {"displayName", r.Display}} {
		if a.value != "" {
			b = append(b, ` `+a.name+`="`...)
			b = appendEscaped(b, a.value)
			b = append(b, '"')
		}
	}
	return string(append(b, `/>`...))
}

func appendAttribute(b []byte, a written) []byte {
	b = append(b, `<saml2:Attribute Name="`...)
	b = appendEscaped(b, a.name)
	b = append(b, `">`...)
	for _, v := range a.values {
		b = append(b, `<saml2:AttributeValue>`...)
		if strings.HasPrefix(v, "<") {
			b = append(b, v...)
		} else {
			b = appendEscaped(b, v)
		}
		b = append(b, `</saml2:AttributeValue>`...)
	}
	return append(b, `</saml2:Attribute>`...)
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")

func appendEscaped(b []byte, s string) []byte { return append(b, escapes.Replace(s)...) }
