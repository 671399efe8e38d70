package vihf_test

import (
	"strings"
	"testing"

	"liasse/vihf"
	"liasse/xmldsig"
)

// TestGoodTokens: what a test PKI's identities issue is accepted, and nothing is found.
func TestGoodTokens(t *testing.T) {
	v := verifier(t)
	for _, name := range []string{"medecin", "autre-medecin", "pharmacien", "infirmier", "secretariat", "etablissement", "etablissement-air", "autre-etablissement"} {
		t.Run(name, func(t *testing.T) {
			r := request(t, sealed(issue(t, name)))
			r.Peer = peerOf(t, name)
			caller, findings := verify(t, v, r)
			if caller == nil || len(findings) > 0 {
				t.Fatalf("refused or not clean:%s", sentences(findings))
			}
		})
	}
}

// TestForms writes good tokens in all the ways that software writes them. Nothing is found.
func TestForms(t *testing.T) {
	const address = "http://www.w3.org/2003/05/soap-envelope/role/"
	for _, tt := range []breach{
		{name: "version 2.0", claims: func(c *vihf.Claims) { c.Version = "2.0" }},
		{name: "version 4.0", who: "etablissement", claims: func(c *vihf.Claims) { c.Version = "4.0" }},
		{name: "break-glass", claims: func(c *vihf.Claims) { c.Purpose = vihf.BreakGlass }},
		{name: "centre 15 by the published system", claims: set(vihf.AttrPurpose, purpose("centre_15", "1.2.250.1.213.1.1.4.336"))},
		{name: "Authentification_Mode", claims: change(vihf.Change{Attribute: vihf.AttrMode, Rename: "Authentification_Mode"})},
		{name: "no LPS_ID", claims: change(vihf.Change{Attribute: vihf.AttrSoftwareID, Remove: true})},
		{name: "unknown attributes", claims: change(vihf.Change{Attribute: "x", Values: []string{"1", "2"}}, vihf.Change{Attribute: "LPS", Values: []string{""}})},
		{name: "secret connection", claims: func(c *vihf.Claims) { c.Secret = true }},
		{name: "secret connection as a code", claims: set(vihf.AttrConfidentiality, vihf.CodedValue("Code", vihf.Role{Code: vihf.SecretConnection, System: "1.2.250.1.213.1.1.4.13"}))},
		{name: "NameFormat and FriendlyName", claims: alter(`Name="Ressource_URN"`, `NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" FriendlyName="x" Name="Ressource_URN"`)},
		{name: "patient with dates", claims: func(c *vihf.Claims) { c.Patient = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH^^20100907" }},
		{name: "seconds without decimals", claims: alter("2026-11-22T08:59:00.000Z", "2026-11-22T08:59:00Z")},
		{name: "conditions in time", claims: func(c *vihf.Claims) { c.NotBefore, c.NotOnOrAfter = now.Add(-60e9), now.Add(60e9) }},
		{name: "session under way", claims: alter(" AuthnInstant=", ` SessionIndex="1" SessionNotOnOrAfter="2026-11-22T10:00:00Z" AuthnInstant=`)},
		{name: "blanks between elements", claims: func(c *vihf.Claims) {
			c.Alter = func(b []byte) []byte {
				return []byte(strings.NewReplacer("><saml2:", ">\n  <saml2:", "<Role", "\n<Role", "<Purpose", "\n<Purpose").Replace(string(b)))
			}
		}},
		{name: "CDATA in a value", claims: alter(">urn:dmp<", "><![CDATA[urn:dmp]]><")},
		{name: "PrefixList", claims: func(c *vihf.Claims) { c.Enveloped.Prefixes = []string{"ds", "saml", "#default", "xsi"} }},
		{name: "other prefixes", claims: func(c *vihf.Claims) {
			c.Alter = func(b []byte) []byte {
				return []byte(strings.NewReplacer("<saml2:", "<", "</saml2:", "</", "xmlns:saml2=", "xmlns=").Replace(string(b)))
			}
		}},
		{name: "lines in base64", claims: func(c *vihf.Claims) {
			c.Tamper = func(b []byte) []byte {
				from := strings.Index(string(b), "<ds:X509Certificate>") + len("<ds:X509Certificate>")
				return []byte(string(b[:from]) + "\n" + string(b[from:from+76]) + "&#13;\n" + string(b[from+76:]))
			}
		}},
		{name: "SHA-512", who: "medecin/sha512"},
		{name: "means of authentication as an element", who: "etablissement-air", claims: alter(">CONF_EXI_PGSSIS<", `><m xmlns="urn:m">CONF_EXI_PGSSIS</m><`)},
		{name: "physician in training", who: "etablissement", claims: set(vihf.AttrRole, role("10", "1.2.250.1.71.1.2.8"), role("SM26", r01))},
		{name: "actor known by role", who: "etablissement", claims: set(vihf.AttrRole, role("99", "1.2.250.1.213.1.6.1.140"), role("313", r85))},
		{name: "pharmacist of a structure", who: "etablissement", claims: set(vihf.AttrRole, role("21", g15), role("H", g05))},
		{name: "device", who: "etablissement", claims: set(vihf.AttrRole, role("DISPOSITIF", "1.2.250.1.213.1.1.4.6"))},
		{name: "password of a local user", who: "etablissement"},
		{name: "the legal entity itself", who: "etablissement", claims: set(vihf.AttrStructure, "10B0000102")},
		{name: "for the next", around: func(token string) string {
			return strings.Replace(sealed([]byte(token)), "<wsse:Security ", `<wsse:Security env:mustUnderstand="true" env:role="`+address+`ultimateReceiver" `, 1)
		}},
		{name: "other blocks", around: func(token string) string {
			return envelope(`<a:To xmlns:a="http://www.w3.org/2005/08/addressing"/>`, string(vihf.Security([]byte(token))), `<x xmlns="urn:x" id="1"/>`)
		}},
		{name: "ids in the body twice", around: func(token string) string {
			return strings.Replace(sealed([]byte(token)), "<q:Request xmlns:q=\"urn:test\"/>", `<q:Request xmlns:q="urn:test"><q:a id="Document01"/><q:b id="Document01"/></q:Request>`, 1)
		}},
		{name: "another certificate of the structure", who: "etablissement", request: peer("etablissement-air")},
		{name: "reinforced, to read", who: "etablissement-air", request: func(_ testing.TB, r *vihf.Request) { r.Transaction = "ITI-43" }},
		{name: "no peer known", request: func(_ testing.TB, r *vihf.Request) { r.Peer = nil }},
		{name: "no peer checks", config: func(c *vihf.Config) { c.PeerChecks = false }, request: peer("autre-medecin")},
		{name: "no directories", config: func(c *vihf.Config) { c.Structures, c.Professionals = nil, nil }},
		{name: "homologation listed", config: func(c *vihf.Config) { c.Homologations = []string{"ESSAI-0002", "ESSAI-0001"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.who == "medecin/sha512" {
				tt.who, tt.claims = "medecin", func(c *vihf.Claims) {
					c.Signer = identity(t, "medecin").Signer()
					c.Signer.Method, c.Signer.Digest = xmldsig.RSAPSSSHA512, xmldsig.SHA512
				}
			}
			v := verifier(t, func(c *vihf.Config) {
				if tt.config != nil {
					tt.config(c)
				}
			})
			r := tt.message(t)
			if caller, findings := verify(t, v, r); caller == nil || len(findings) > 0 {
				t.Errorf("refused or not clean:%s", sentences(findings))
			}
		})
	}
}
