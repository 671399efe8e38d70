package vihf_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/rule"
	"liasse/vihf"
	"liasse/xmldsig"
)

// breach is a token that breaks rules: who issues it, how it differs from a good one, and what must be found.
type breach struct {
	name string
	want string // the ids of the rules found, in their order
	who  string // medecin when empty
	// claims changes what is issued, config the verifier, around the message, request what it is sent by.
	claims  func(*vihf.Claims)
	config  func(*vihf.Config)
	around  func(token string) string
	request func(testing.TB, *vihf.Request)
}

// alter replaces text of the assertion before it is signed.
func alter(before, after string) func(*vihf.Claims) {
	return func(c *vihf.Claims) {
		c.Alter = func(b []byte) []byte { return replaceOnce(b, before, after) }
	}
}

// tamper replaces text after the assertion was signed.
func tamper(before, after string) func(*vihf.Claims) {
	return func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte { return replaceOnce(b, before, after) }
	}
}

func replaceOnce(b []byte, before, after string) []byte {
	if !bytes.Contains(b, []byte(before)) {
		panic(fmt.Sprintf("the token holds no %q: %s", before, b))
	}
	return bytes.Replace(b, []byte(before), []byte(after), 1)
}

func change(changes ...vihf.Change) func(*vihf.Claims) {
	return func(c *vihf.Claims) { c.Changes = changes }
}

func set(attribute string, values ...string) func(*vihf.Claims) {
	return change(vihf.Change{Attribute: attribute, Values: values})
}

func role(code, system string) string {
	return vihf.CodedValue("Role", vihf.Role{Code: code, System: system})
}

func purpose(code, system string) string {
	return vihf.CodedValue("PurposeOfUse", vihf.Role{Code: code, System: system})
}

const (
	wsse = `xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"`
	wsu  = `xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"`
	saml = `xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"`
	g15  = "1.2.250.1.71.1.2.7"
	r01  = "1.2.250.1.71.4.2.5"
	g05  = "1.2.250.1.71.4.2.6"
	r85  = "1.2.250.1.213.1.6.1.107"
)

// inSecurity puts text beside the token in wsse:Security.
func inSecurity(text string) func(string) string {
	return func(token string) string {
		return envelope(`<wsse:Security ` + wsse + `>` + token + text + `</wsse:Security>`)
	}
}

var breaches = []breach{
	// where the token stands
	{name: "no header block", want: "VIHF-001", around: func(string) string { return envelope() }},
	{name: "empty Security", want: "VIHF-001", around: func(string) string { return envelope(`<wsse:Security ` + wsse + `/>`) }},
	{name: "UsernameToken alone", want: "VIHF-001", around: func(string) string {
		return envelope(`<wsse:Security ` + wsse + `><wsse:UsernameToken/></wsse:Security>`)
	}},
	{name: "two Security", want: "VIHF-002", around: func(token string) string {
		return envelope(string(vihf.Security([]byte(token))), `<wsse:Security `+wsse+`/>`)
	}},
	{name: "two Security with a token each", want: "VIHF-002 VIHF-003", around: func(token string) string {
		return envelope(string(vihf.Security([]byte(token))), `<wsse:Security `+wsse+` env:role="urn:other">`+token+`</wsse:Security>`)
	}},
	{name: "Security for another role", want: "VIHF-002", around: func(token string) string {
		return envelope(`<wsse:Security ` + wsse + ` env:role="urn:other">` + token + `</wsse:Security>`)
	}},
	{name: "Security in the Body", want: "VIHF-002", around: func(token string) string {
		return strings.Replace(envelope(), `<q:Request xmlns:q="urn:test"/>`, string(vihf.Security([]byte(token))), 1)
	}},
	{name: "two assertions", want: "VIHF-003", around: func(token string) string {
		return envelope(string(vihf.Security([]byte(token + `<saml2:Assertion ` + saml + `/>`))))
	}},
	{name: "assertion in Advice", want: "VIHF-003", claims: alter("<saml2:AuthnStatement", `<saml2:Advice><saml2:Assertion/></saml2:Advice><saml2:AuthnStatement`)},
	{name: "assertion wrapped", want: "VIHF-004", around: func(token string) string {
		return envelope(string(vihf.Security([]byte(`<wsse:Embedded>` + token + `</wsse:Embedded>`))))
	}},
	{name: "assertion in the Body", want: "VIHF-004", around: func(token string) string {
		return strings.Replace(envelope(), `<q:Request xmlns:q="urn:test"/>`, token, 1)
	}},
	{name: "encrypted", want: "VIHF-004", around: func(string) string {
		return envelope(`<wsse:Security ` + wsse + `><saml2:EncryptedAssertion ` + saml + `/></wsse:Security>`)
	}},
	{name: "in base64", want: "VIHF-004", around: func(string) string {
		return envelope(`<wsse:Security ` + wsse + `><wsse:BinarySecurityToken>PHNhbWw+</wsse:BinarySecurityToken></wsse:Security>`)
	}},
	{name: "UsernameToken beside", want: "VIHF-005", around: inSecurity(`<wsse:UsernameToken/>`)},
	{name: "text beside", want: "VIHF-005", around: inSecurity(`PHNhbWw+`)},
	{name: "attributes beside the assertion", want: "VIHF-005", around: inSecurity(`<saml2:AttributeStatement ` + saml + `/>`)},
	{name: "attributes in an Object", want: "VIHF-013", claims: tamper("</ds:Signature>", "<ds:Object><saml2:AttributeStatement/></ds:Object></ds:Signature>")},
	{name: "attributes added after signing", want: "VIHF-019 VIHF-058", claims: tamper("</saml2:Assertion>", "<saml2:AttributeStatement/></saml2:Assertion>")},
	{name: "Timestamp beside", want: "VIHF-006", around: inSecurity(`<wsu:Timestamp ` + wsu + `/>`)},
	{name: "ID twice", want: "VIHF-007", claims: func(c *vihf.Claims) { c.ID = "_one" }, around: func(token string) string {
		return strings.Replace(sealed([]byte(token)), `<q:Request`, `<q:Request id="_one"`, 1)
	}},
	{name: "ID twice, under wsu:Id", want: "VIHF-007", claims: func(c *vihf.Claims) { c.ID = "_one" }, around: func(token string) string {
		return strings.Replace(sealed([]byte(token)), `<q:Request`, `<q:Request `+wsu+` wsu:Id="_one"`, 1)
	}},
	// the signature
	{name: "unsigned", want: "VIHF-010", claims: func(c *vihf.Claims) { c.Unsigned = true }},
	{name: "signed in a comment", want: "VIHF-010", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			return replaceOnce(replaceOnce(b, "<ds:Signature ", "<!--<ds:Signature "), "</ds:Signature>", "</ds:Signature>-->")
		}
	}},
	{name: "signature in another namespace", want: "VIHF-010 VIHF-059", claims: tamper(`xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`, `xmlns:ds="urn:x"`)},
	{name: "two signatures", want: "VIHF-011", claims: tamper("<saml2:Subject>", `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml2:Subject>`)},
	{name: "signature at the end", want: "VIHF-012", claims: func(c *vihf.Claims) { c.SignatureLast = true }},
	{name: "empty signature", want: "VIHF-013", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			from, to := bytes.Index(b, []byte("<ds:SignedInfo>")), bytes.Index(b, []byte("</ds:Signature>"))
			return append(bytes.Clone(b[:from]), b[to:]...)
		}
	}},
	{name: "two SignedInfo", want: "VIHF-013", claims: tamper("<ds:SignatureValue>", "<ds:SignedInfo/><ds:SignatureValue>")},
	{name: "comment in DigestValue", want: "VIHF-013", claims: tamper("<ds:DigestValue>", "<ds:DigestValue><!--x-->")},
	{name: "comment in SignatureValue", want: "VIHF-013", claims: tamper("<ds:SignatureValue>", "<ds:SignatureValue><!--x-->")},
	{name: "Object in the signature", want: "VIHF-013", claims: tamper("</ds:Signature>", "<ds:Object/></ds:Signature>")},
	{name: "HMAC", want: "VIHF-014", claims: tamper("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")},
	{name: "XSLT", want: "VIHF-017", claims: tamper("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116")},
	{name: "SHA-1", want: "VIHF-015", claims: func(c *vihf.Claims) { c.Signer = nil }, who: "medecin/sha1"},
	{name: "reference to another element", want: "VIHF-016 VIHF-020", claims: tamper(`URI="#_`, `URI="#x_`)},
	{name: "reference to the document", want: "VIHF-016", claims: tamper(`<ds:Reference URI="#_`, `<ds:Reference URI="" Id="x_`)},
	{name: "enveloped twice", want: "VIHF-017", claims: tamper(`<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`,
		strings.Repeat(`<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`, 2))},
	{name: "no transform", want: "VIHF-017", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			from, to := bytes.Index(b, []byte("<ds:Transforms>"))+len("<ds:Transforms>"), bytes.Index(b, []byte("</ds:Transforms>"))
			return append(bytes.Clone(b[:from]), b[to:]...)
		}
	}},
	{name: "two references", want: "VIHF-016", claims: tamper("</ds:Reference>", `</ds:Reference><ds:Reference URI="#_x"/>`)},
	{name: "inclusive transform", want: "VIHF-018 VIHF-017", claims: func(c *vihf.Claims) { c.Enveloped.Canonicalization = xmldsig.C14N10 }, around: func(token string) string { return token }},
	{name: "value changed after signing", want: "VIHF-019", claims: tamper(">ESSAI-0001<", ">ESSAI-0002<")},
	{name: "signature value changed", want: "VIHF-020", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			at := bytes.Index(b, []byte("<ds:SignatureValue>")) + len("<ds:SignatureValue>") + 10
			if b[at] == 'A' {
				b[at] = 'B'
			} else {
				b[at] = 'A'
			}
			return b
		}
	}},
	{name: "no KeyInfo", want: "VIHF-021", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			from, to := bytes.Index(b, []byte("<ds:KeyInfo>")), bytes.Index(b, []byte("</ds:Signature>"))
			return append(bytes.Clone(b[:from]), b[to:]...)
		}
	}},
	{name: "two certificates", want: "VIHF-021", claims: tamper("</ds:X509Data>", "<ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>")},
	{name: "KeyName alone", want: "VIHF-021", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			from, to := bytes.Index(b, []byte("<ds:X509Data>")), bytes.Index(b, []byte("</ds:KeyInfo>"))
			return append(append(bytes.Clone(b[:from]), "<ds:KeyName>x</ds:KeyName>"...), b[to:]...)
		}
	}},
	// the certificate
	{name: "certificate not DER", want: "VIHF-025", claims: func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			from, to := bytes.Index(b, []byte("<ds:X509Certificate>")), bytes.Index(b, []byte("</ds:X509Certificate>"))
			return append(append(bytes.Clone(b[:from]), "<ds:X509Certificate>AAAA"...), b[to:]...)
		}
	}},
	{name: "other authority", want: "VIHF-026", who: "faute-inconnue"},
	{name: "homonymous authority", want: "VIHF-026", who: "faute-homonyme"},
	{name: "no intermediate", want: "VIHF-026", who: "faute-sans-intermediaire"},
	{name: "production card", want: "VIHF-027", who: "faute-production"},
	{name: "authentication certificate", want: "VIHF-028", who: "faute-usage"},
	{name: "authority's certificate", want: "VIHF-028", who: "faute-ca"},
	{name: "expired", want: "VIHF-029", who: "faute-expiree"},
	{name: "not yet valid", want: "VIHF-029", who: "faute-future"},
	{name: "revoked", want: "VIHF-030", who: "faute-revoquee"},
	{name: "SHA-1 certificate", want: "VIHF-032", who: "faute-sha1"},
	{name: "short key", want: "VIHF-032", who: "faute-cle-courte"},
	{name: "another issuer", want: "VIHF-033", claims: alter("MARTIN", "MARTINE")},
	{name: "empty issuer", want: "VIHF-033", claims: func(c *vihf.Claims) {
		c.Alter = func(b []byte) []byte {
			from, to := bytes.IndexByte(b[bytes.Index(b, []byte("<saml2:Issuer")):], '>')+1, bytes.Index(b, []byte("</saml2:Issuer>"))
			from += bytes.Index(b, []byte("<saml2:Issuer"))
			return append(bytes.Clone(b[:from]), b[to:]...)
		}
	}},
	{name: "issuer with another Format", want: "VIHF-034", claims: alter("nameid-format:X509SubjectName", "nameid-format:unspecified")},
	// the assertion
	{name: "Version 1.1", want: "VIHF-040", claims: alter(`Version="2.0"`, `Version="1.1"`)},
	{name: "SAML 1.1", want: "VIHF-040 VIHF-001", around: func(string) string {
		return envelope(`<wsse:Security ` + wsse + `><a:Assertion xmlns:a="urn:oasis:names:tc:SAML:1.0:assertion"/></wsse:Security>`)
	}},
	{name: "ID too long", want: "VIHF-041", claims: func(c *vihf.Claims) { c.ID = "_" + strings.Repeat("a", 128) }},
	{name: "ID a bare UUID", want: "VIHF-042", claims: func(c *vihf.Claims) { c.ID = "4f9c8e4e-5a8f-4a0c-9a66-0f0f5a7a1c11" }},
	{name: "issued without Z", want: "VIHF-043", claims: alter("2026-11-22T08:59:00.000Z", "2026-11-22T08:59:00.000")},
	{name: "issued at an offset", want: "VIHF-043", claims: alter("2026-11-22T08:59:00.000Z", "2026-11-22T22:59:00+14:01")},
	{name: "issued at a leap second", want: "VIHF-043", claims: alter("2026-11-22T08:59:00.000Z", "2026-11-22T08:59:60Z")},
	{name: "issued with too many decimals", want: "VIHF-043", claims: alter("2026-11-22T08:59:00.000Z", "2026-11-22T08:59:00."+strings.Repeat("0", 1000)+"Z")},
	{name: "not issued", want: "VIHF-043", claims: alter(` IssueInstant="2026-11-22T08:59:00.000Z"`, "")},
	{name: "issued long ago", want: "VIHF-044", claims: func(c *vihf.Claims) { c.Now, c.AuthnInstant = now.Add(-61*time.Minute), now.Add(-2*time.Hour) }},
	{name: "issued in the future", want: "VIHF-045", claims: func(c *vihf.Claims) { c.Now = now.Add(6 * time.Minute) }},
	{name: "issued in 9999", want: "VIHF-045", claims: alter("2026-11-22T08:59:00.000Z", "9999-12-31T23:59:59Z")},
	{name: "conditions over", want: "VIHF-046", claims: func(c *vihf.Claims) { c.NotOnOrAfter = now.Add(-6 * time.Minute) }},
	{name: "conditions to come", want: "VIHF-046", claims: func(c *vihf.Claims) { c.NotBefore = now.Add(6 * time.Minute) }},
	{name: "conditions of no time", want: "VIHF-046", claims: func(c *vihf.Claims) { c.NotBefore, c.NotOnOrAfter = now.Add(time.Second), now }},
	{name: "audience", want: "VIHF-047", claims: conditions(`<saml2:AudienceRestriction><saml2:Audience>urn:other</saml2:Audience></saml2:AudienceRestriction>`)},
	{name: "one time use", want: "VIHF-048", claims: conditions(`<saml2:OneTimeUse/>`)},
	{name: "two Conditions", want: "VIHF-048", claims: alter("<saml2:AuthnStatement", "<saml2:Conditions/><saml2:Conditions/><saml2:AuthnStatement")},
	{name: "no Subject", want: "VIHF-049", claims: alter("<saml2:Subject><saml2:NameID>899900000118</saml2:NameID></saml2:Subject>", "")},
	{name: "two NameID", want: "VIHF-049", claims: alter("</saml2:NameID>", "</saml2:NameID><saml2:NameID>899900000118</saml2:NameID>")},
	{name: "NameID of no form", want: "VIHF-050", who: "etablissement", claims: alter(">899900000556<", ">dr.moreau<")},
	{name: "bearer", want: "VIHF-051", claims: confirmation(`<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>`)},
	{name: "holder of key", want: "VIHF-051 VIHF-052", claims: confirmation(`<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"/>`)},
	{name: "sender vouches", want: "VIHF-051 VIHF-052", claims: confirmation(`<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>`)},
	{name: "a good and a bad confirmation", want: "VIHF-051 VIHF-052", claims: confirmation(`<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData Recipient="https://other"/></saml2:SubjectConfirmation>`)},
	{name: "confirmation over", want: "VIHF-051 VIHF-052", claims: confirmation(`<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotOnOrAfter="2026-11-22T08:00:00Z"/></saml2:SubjectConfirmation>`)},
	{name: "two AuthnStatement", want: "VIHF-053", claims: alter("<saml2:AttributeStatement>", `<saml2:AuthnStatement AuthnInstant="2026-11-22T08:00:00Z"/><saml2:AttributeStatement>`)},
	{name: "no AuthnInstant", want: "VIHF-053", claims: alter(` AuthnInstant="2026-11-22T08:00:00.000Z"`, "")},
	{name: "login after issue", want: "VIHF-054", claims: func(c *vihf.Claims) { c.AuthnInstant = now.Add(5 * time.Minute) }},
	{name: "session over", want: "VIHF-055", claims: alter(` AuthnInstant=`, ` SessionNotOnOrAfter="2026-11-22T08:30:00Z" AuthnInstant=`)},
	{name: "no class of authentication", want: "VIHF-056", claims: alter("<saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI</saml2:AuthnContextClassRef>", "")},
	{name: "unknown class of authentication", want: "VIHF-057", claims: alter("urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI", "APP_BROWSER_AUTH")},
	{name: "password in mode DIRECTE", want: "VIHF-057", claims: alter("classes:SmartcardPKI", "classes:Password")},
	{name: "two AttributeStatement", want: "VIHF-058", claims: alter("</saml2:Assertion>", "<saml2:AttributeStatement/></saml2:Assertion>")},
	{name: "Advice", want: "VIHF-059", claims: alter("<saml2:AuthnStatement", "<saml2:Advice/><saml2:AuthnStatement")},
	{name: "unknown element", want: "VIHF-059", claims: alter("<saml2:AuthnStatement", `<x xmlns="urn:x"/><saml2:AuthnStatement`)},
	{name: "comment in NameID", want: "VIHF-060", claims: alter(">899900000118<", ">8999<!-- -->00000118<")},
	{name: "comment after urn:dmp", want: "VIHF-060", claims: alter(">urn:dmp<", ">urn:dmp<!---->x<")},
	{name: "comment in Issuer", want: "VIHF-060", claims: alter("MARTIN", "MARTIN<!---->")},
	{name: "element in a value", want: "VIHF-060", claims: set(vihf.AttrSoftwareName, "<x xmlns=\"urn:x\"/>")},
	{name: "blanks around a value", want: "VIHF-061", claims: alter(">urn:dmp<", ">\n  urn:dmp\n<")},
	// the attributes
	{name: "no LPS_Nom", want: "VIHF-065", claims: change(vihf.Change{Attribute: vihf.AttrSoftwareName, Remove: true})},
	{name: "no resource-id", want: "VIHF-065", claims: func(c *vihf.Claims) { c.Patient = "" }},
	{name: "no role", want: "VIHF-065", claims: change(vihf.Change{Attribute: vihf.AttrRole, Remove: true})},
	{name: "resource-id twice", want: "VIHF-066", claims: change(vihf.Change{Attribute: vihf.AttrResourceID, Repeat: true, Values: []string{"279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"}})},
	{name: "resource-id twice with another NameFormat", want: "VIHF-066", claims: alter(`<saml2:Attribute Name="Ressource_URN">`,
		`<saml2:Attribute NameFormat="urn:x" FriendlyName="x" Name="Identifiant_Structure"><saml2:AttributeValue>10B0000029</saml2:AttributeValue></saml2:Attribute><saml2:Attribute Name="Ressource_URN">`)},
	{name: "a name in other case", want: "VIHF-067", claims: change(vihf.Change{Attribute: vihf.AttrSoftwareName, Rename: "LPS_NOM"})},
	{name: "a name in other case, beside the right one", want: "VIHF-067 VIHF-066", claims: change(vihf.Change{Attribute: "identifiant_structure", Values: []string{"10B0000029"}})},
	{name: "no value", want: "VIHF-068", claims: set(vihf.AttrSoftwareName, []string{}...)},
	{name: "an empty value", want: "VIHF-068", claims: set(vihf.AttrHomologation, "")},
	{name: "two values", want: "VIHF-068", claims: set(vihf.AttrStructure, "10B0000011", "10B0000029")},
	{name: "EncryptedAttribute", want: "VIHF-069", claims: alter("<saml2:AttributeStatement>", "<saml2:AttributeStatement><saml2:EncryptedAttribute/>")},
	{name: "something beside AttributeValue", want: "VIHF-069", claims: alter(`<saml2:Attribute Name="Ressource_URN">`, `<saml2:Attribute Name="Ressource_URN"><x xmlns="urn:x"/>`)},
	{name: "version 1.0", want: "VIHF-070", claims: func(c *vihf.Claims) { c.Version = "1.0" }},
	{name: "version not listed", want: "VIHF-070", config: func(c *vihf.Config) { c.Versions = []string{"4.0"} }},
	{name: "another service", want: "VIHF-071", claims: set(vihf.AttrResourceURN, "urn:other")},
	{name: "DELEGUEE", want: "VIHF-072", claims: set(vihf.AttrMode, "DELEGUEE")},
	{name: "mode in other case", want: "VIHF-072", claims: set(vihf.AttrMode, "Directe")},
	{name: "patient without authority", want: "VIHF-073", claims: func(c *vihf.Claims) { c.Patient = "279035121518989" }},
	{name: "patient of two authorities", want: "VIHF-073", claims: set(vihf.AttrResourceID, "279035121518989^^^&1.2.250.1.213.1.4.10&ISO&x^NH")},
	{name: "production patient", want: "VIHF-074", claims: func(c *vihf.Claims) { c.Patient = "279035121518989^^^&1.2.250.1.213.1.4.8&ISO" }},
	{name: "wrong key", want: "VIHF-075", claims: func(c *vihf.Claims) { c.Patient = "279035121518988^^^&1.2.250.1.213.1.4.10&ISO" }},
	{name: "type PI", want: "VIHF-076", claims: func(c *vihf.Claims) { c.Patient = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^PI" }},
	{name: "brisDeGlace", want: "VIHF-077", claims: set(vihf.AttrPurpose, purpose("brisDeGlace", "1.2.250.1.213.1.1.4.248"))},
	{name: "urgence", want: "VIHF-077", claims: set(vihf.AttrPurpose, purpose("urgence", "1.2.250.1.213.1.1.4.336"))},
	{name: "purpose of another system", want: "VIHF-078", claims: set(vihf.AttrPurpose, purpose("normal", "1.2.3"))},
	{name: "purpose as text", want: "VIHF-079", claims: set(vihf.AttrPurpose, "normal")},
	{name: "two Roles in one value", want: "VIHF-079", claims: set(vihf.AttrRole, role("10", g15)+role("SM26", r01))},
	{name: "Role of no namespace", want: "VIHF-079", claims: set(vihf.AttrRole, `<Role xmlns="" code="10" codeSystem="1.2.250.1.71.1.2.7"/>`, role("SM26", r01))},
	{name: "Role without codeSystem", want: "VIHF-079", claims: set(vihf.AttrRole, `<Role xmlns="urn:hl7-org:v3" code="10"/>`, role("SM26", r01))},
	{name: "Role without xsi:type", want: "VIHF-080", claims: set(vihf.AttrRole, `<Role xmlns="urn:hl7-org:v3" code="10" codeSystem="1.2.250.1.71.1.2.7"/>`, role("SM26", r01))},
	{name: "sector without system", want: "VIHF-081", claims: set(vihf.AttrSector, "SA07")},
	{name: "unknown sector", want: "VIHF-082 VIHF-109", claims: set(vihf.AttrSector, "SA99^1.2.250.1.71.4.2.4")},
	{name: "structure of no form", want: "VIHF-083 VIHF-107 VIHF-108", claims: set(vihf.AttrStructure, "1234")},
	{name: "other confidentiality", want: "VIHF-084", claims: set(vihf.AttrConfidentiality, "INVISIBLE_PATIENT")},
	{name: "unknown homologation", want: "VIHF-085", config: func(c *vihf.Config) { c.Homologations = []string{"ESSAI-0002"} }},
	{name: "indirect without subject-id", want: "VIHF-086", who: "etablissement", claims: change(vihf.Change{Attribute: vihf.AttrSubjectID, Remove: true})},
	// roles
	{name: "unknown profession", want: "VIHF-090 VIHF-102", claims: set(vihf.AttrRole, role("11", g15))},
	{name: "profession of another system", want: "VIHF-090", who: "etablissement", claims: set(vihf.AttrRole, role("10", "1.2.3"), role("SM26", r01))},
	{name: "speciality first", want: "VIHF-090", who: "etablissement", claims: set(vihf.AttrRole, role("SM26", r01))},
	{name: "physician without speciality", want: "VIHF-091", claims: set(vihf.AttrRole, role("10", g15))},
	{name: "pharmacist without section", want: "VIHF-091", who: "pharmacien", claims: set(vihf.AttrRole, role("21", g15))},
	{name: "pharmacist with a speciality", want: "VIHF-092", who: "etablissement", claims: set(vihf.AttrRole, role("21", g15), role("SM26", r01))},
	{name: "unknown speciality", want: "VIHF-092 VIHF-103", claims: set(vihf.AttrRole, role("10", g15), role("SM99", r01))},
	{name: "three roles", want: "VIHF-093", claims: set(vihf.AttrRole, role("10", g15), role("SM26", r01), role("SM04", r01))},
	{name: "nurse with a function", want: "VIHF-094", who: "infirmier", claims: set(vihf.AttrRole, role("60", g15), role("FON-33", "1.2.250.1.213.1.6.1.17"))},
	// who speaks
	{name: "DIRECTE by a structure", want: "VIHF-100", who: "etablissement", claims: set(vihf.AttrMode, "DIRECTE")},
	{name: "INDIRECTE by a person", want: "VIHF-100", claims: change(vihf.Change{Attribute: vihf.AttrMode, Values: []string{"INDIRECTE"}}, vihf.Change{Attribute: vihf.AttrSubjectID, Values: []string{"MARTIN CLAIRE"}})},
	{name: "another's NameID", want: "VIHF-101 VIHF-108", claims: alter(">899900000118<", ">899900000225<")},
	{name: "nurse on a physician's card", want: "VIHF-102", claims: set(vihf.AttrRole, role("60", g15))},
	{name: "speciality not on the card", want: "VIHF-103", claims: set(vihf.AttrRole, role("10", g15), role("SM04", r01))},
	{name: "physician on a CPE", want: "VIHF-104", who: "secretariat", claims: set(vihf.AttrRole, role("10", g15), role("SM26", r01))},
	{name: "another's connection", want: "VIHF-105", request: peer("autre-medecin")},
	{name: "a structure's connection for a person", want: "VIHF-105", request: peer("etablissement")},
	{name: "another structure's connection", want: "VIHF-105", who: "etablissement", request: peer("autre-etablissement")},
	{name: "site of another entity", want: "VIHF-106", who: "etablissement", claims: change(vihf.Change{Attribute: vihf.AttrStructure, Values: []string{"10B0000219"}}, vihf.Change{Attribute: vihf.AttrSector, Values: []string{"SA04^1.2.250.1.71.4.2.4"}})},
	{name: "site, and no directory", want: "VIHF-106", who: "etablissement", config: func(c *vihf.Config) { c.Structures = nil }},
	{name: "closed structure", want: "VIHF-107", who: "faute-structure-inactive"},
	{name: "unknown structure", want: "VIHF-107 VIHF-108", claims: set(vihf.AttrStructure, "10B0009999")},
	{name: "not linked any more", want: "VIHF-108", who: "faute-non-liee"},
	{name: "another sector", want: "VIHF-109", claims: set(vihf.AttrSector, "SA08^1.2.250.1.71.4.2.4")},
	{name: "reinforced without means", want: "VIHF-110", who: "etablissement-air", claims: alter("<saml2:AuthnContextDecl>CONF_EXI_PGSSIS</saml2:AuthnContextDecl>", "")},
	{name: "reinforced feeds", want: "VIHF-111", who: "etablissement-air", request: func(_ testing.TB, r *vihf.Request) { r.Transaction, r.Writes = "ITI-41", true }},
	{name: "used before", want: "VIHF-112", config: func(c *vihf.Config) { c.ReplayScope, c.Replay = vihf.ReplayAll, usedUp{} }},
	// several at once, most basic first
	{name: "everything", want: "VIHF-005 VIHF-028 VIHF-044 VIHF-065 VIHF-070 VIHF-071 VIHF-091", who: "faute-usage", around: inSecurity(`<wsse:UsernameToken/>`), claims: func(c *vihf.Claims) {
		c.Now, c.AuthnInstant, c.Version = now.Add(-2*time.Hour), now.Add(-3*time.Hour), "1.0"
		c.Changes = []vihf.Change{{Attribute: vihf.AttrSoftwareName, Remove: true}, {Attribute: vihf.AttrResourceURN, Values: []string{"urn:x"}}, {Attribute: vihf.AttrRole, Values: []string{role("10", g15)}}}
	}},
}

// conditions writes Conditions with a content.
func conditions(content string) func(*vihf.Claims) {
	return alter("<saml2:AuthnStatement", "<saml2:Conditions>"+content+"</saml2:Conditions><saml2:AuthnStatement")
}

// confirmation writes text into Subject.
func confirmation(text string) func(*vihf.Claims) {
	return alter("</saml2:NameID>", "</saml2:NameID>"+text)
}

// peer has the message come over the connection of an identity.
func peer(name string) func(testing.TB, *vihf.Request) {
	return func(t testing.TB, r *vihf.Request) {
		r.Peer = peerOf(t, name)
	}
}

// usedUp knows every token.
type usedUp struct{}

func (usedUp) UseToken(context.Context, string, time.Time) (bool, error) { return false, nil }

func (b *breach) message(t testing.TB) vihf.Request {
	who, sha1 := strings.CutSuffix(b.who, "/sha1")
	if who == "" {
		who = "medecin"
	}
	token := issue(t, who, func(c *vihf.Claims) {
		if b.claims != nil {
			b.claims(c)
		}
		if sha1 {
			c.Signer = identity(t, who).Signer()
			c.Signer.Method, c.Signer.Digest = xmldsig.RSASHA1, xmldsig.SHA1
		}
	})
	message := sealed(token)
	if b.around != nil {
		message = b.around(string(token))
	}
	r := request(t, message)
	if b.request != nil {
		b.request(t, &r)
	}
	return r
}

// judged is what is found of a message.
func (b *breach) judged(t *testing.T) rule.Findings {
	v := verifier(t, func(c *vihf.Config) {
		if b.config != nil {
			b.config(c)
		}
	})
	_, findings := verify(t, v, b.message(t))
	return findings
}

func TestEveryRuleBroken(t *testing.T) {
	for i := range breaches {
		b := &breaches[i]
		t.Run(b.name, func(t *testing.T) {
			findings := b.judged(t)
			if got := strings.Join(ids(findings), " "); got != b.want {
				t.Errorf("found %s, want %s:%s", got, b.want, sentences(findings))
			}
			for i := range findings {
				if findings[i].Place.IsZero() {
					t.Errorf("no place: %s", findings[i].Sentence("fr"))
				}
			}
		})
	}
}

// TestEveryRuleHasABreach: no rule without a token that breaks it. That good tokens break none is TestGoodTokens.
func TestEveryRuleHasABreach(t *testing.T) {
	var broken []string
	for i := range breaches {
		broken = append(broken, strings.Fields(breaches[i].want)...)
	}
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "VIHF-") && !r.Operational && !slices.Contains(broken, r.ID) {
			t.Errorf("no token breaks %s (%s)", r.ID, r.Title.EN)
		}
	}
}
