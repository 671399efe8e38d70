package conformance

import (
	"bytes"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"liasse/internal/witness"
)

// verify asks xmlsec1 whether the signature that a path names holds under a certificate.
func verify(t *testing.T, document, certificate []byte, more ...string) (string, bool) {
	t.Helper()
	program, dir := witness.Program(t, "xmlsec1"), t.TempDir()
	file, pemFile := filepath.Join(dir, "signed.xml"), filepath.Join(dir, "signer.pem")
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pemFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--verify", "--pubkey-cert-pem", pemFile, "--enabled-key-data", "x509,rsa,ec"}, more...)
	// #nosec: the program is looked up, the arguments are the test's
	out, err := exec.Command(program, append(args, file)...).CombinedOutput()
	return string(out), err == nil
}

const assertionID = "--id-attr:ID"

const assertionTag = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"

// TestTokenVerifies has xmlsec1 judge tokens inside of their messages: those that depart from the plain form lawfully
// verify, and those that were touched after signing do not.
func TestTokenVerifies(t *testing.T) {
	folders := map[string]string{"rsa": testPKI(t, "rsa-2048"), "ec": testPKI(t, "p256")}
	for _, c := range []struct {
		name, key, vihf string
		verifies        bool
	}{
		{"plain", "rsa", "{}", true},
		{"ECDSA", "ec", "{}", true},
		{"SHA-512", "rsa", "{sign: {method: rsa-sha512, digest: sha512}}", true},
		{"SHA-1", "rsa", "{sign: {method: rsa-sha1, digest: sha1}}", true},
		{"prefixes", "rsa", `{sign: {prefixes: "xs xsi"}}`, true},
		{"last", "rsa", "{sign: {last: true}}", true},
		{"SignedInfo in inclusive form", "rsa", "{sign: {canonicalization: c14n}}", true},
		{"everything replaced", "rsa", `{nameID: "é<&>", attributes: {VIHF_Version: [a, b], LPS_ID: null, extra: {xml: "<hl7:x/>"}}, notBefore: "-1m", purpose: bris_de_glace}`, true},
		{"mutated before", "rsa", `{mutate: [{at: //saml2:NameID, append: "<!-- x -->"}]}`, true},
		{"tampered after", "rsa", `{tamper: [{at: //saml2:NameID, text: "1"}]}`, false},
		{"attribute touched", "rsa", `{tamper: [{at: //saml2:Assertion, set: {Version: "2.1"}}]}`, false},
		{"SignedInfo touched", "rsa", `{tamper: [{at: //ds:SignedInfo/ds:CanonicalizationMethod, append: " "}]}`, false},
		{"value short", "rsa", "{sign: {drop: 1}}", false},
		{"ECDSA in DER", "ec", "{sign: {der: true}}", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, sc := testRun(t, folders[c.key])
			e, _, err := framed(t, r, sc, "{query: {name: FindDocuments, patient: [patient]}, vihf: "+c.vihf+"}")
			if err != nil {
				t.Fatal(err)
			}
			text, err := e.bytes()
			if err != nil {
				t.Fatal(err)
			}
			said, ok := verify(t, text, r.identities.byName["medecin"].sign.chain[0], assertionID, assertionTag)
			if ok != c.verifies {
				t.Errorf("xmlsec1 verifies: %t, want %t\n%s\n%s", ok, c.verifies, said, text)
			}
		})
	}
}

// TestToken looks at what tokens say.
func TestToken(t *testing.T) {
	dir := testPKI(t, "p256")
	for _, c := range []struct {
		name, vihf string
		has, lacks []string
	}{
		{"plain", "{}", []string{`Name="Identifiant_Structure"><saml2:AttributeValue xsi:type="xs:string">10B0000011<`, ">P1^^^&amp;1.2.3&amp;ISO<", `code="normal"`, ">3.0<", ">urn:dmp<"}, []string{"Conditions", "AuthnContextDecl"}},
		{"none", "none", nil, []string{"wsse:Security"}},
		{"unsigned", "{sign: {none: true}}", []string{"saml2:Assertion"}, []string{"ds:Signature"}},
		{"another patient", "{patient: 7^^^&1.2&ISO}", []string{">7^^^&amp;1.2&amp;ISO<"}, []string{"P1^^^&amp;1.2.3&amp;ISO</saml2"}},
		{"removed", "{attributes: {VIHF_Version: null}}", nil, []string{"VIHF_Version"}},
		{"repeated", `{attributes: {VIHF_Version: ["3.0", "9.9"]}}`, []string{">3.0</saml2:AttributeValue><saml2:AttributeValue xsi:type=\"xs:string\">9.9<"}, nil},
		{"roles", "{roles: [10^Médecin, SM26^x^1.2.250.1.71.4.2.5]}", []string{`code="10" codeSystem="1.2.250.1.71.1.2.7"`, `code="SM26" codeSystem="1.2.250.1.71.4.2.5"`}, nil},
		{"no key shown", "{sign: {certificate: []}}", []string{"ds:SignatureValue"}, []string{"KeyInfo"}},
		{"two certificates", "{sign: {certificate: [auth, sign]}}", []string{"</ds:X509Certificate><ds:X509Certificate>"}, nil},
		{"variable", "{attributes: {LPS_Nom: \"${me.nameID} ${medecin.structure}\"}}", []string{">899700000001 10B0000011<"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, sc := testRun(t, dir)
			r.identities.byName["medecin"].bind(sc, "medecin")
			e, _, err := framed(t, r, sc, "{query: {name: FindDocuments, patient: [patient]}, vihf: "+c.vihf+"}")
			if err != nil {
				t.Fatal(err)
			}
			text, err := e.doc.WriteToString()
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.has {
				if !strings.Contains(text, want) {
					t.Errorf("the message has no %s:\n%s", want, text)
				}
			}
			for _, never := range c.lacks {
				if strings.Contains(text, never) {
					t.Errorf("the message has %s:\n%s", never, text)
				}
			}
		})
	}
}

// TestTokenReused keeps a token and sends it again.
func TestTokenReused(t *testing.T) {
	r, sc := testRun(t, testPKI(t, "p256"))
	security := func(text string) []byte {
		e, _, err := framed(t, r, sc, text)
		if err != nil {
			t.Fatal(err)
		}
		doc := etree.NewDocument()
		doc.SetRoot(e.doc.FindElement("//wsse:Security").Copy())
		out, err := doc.WriteToBytes()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := security("{query: {name: FindDocuments, patient: [patient]}, vihf: {save: T}}")
	again := security("{query: {name: FindSubmissionSets, patient: [patient]}, vihf: {reuse: T}}")
	if !bytes.Equal(first, again) {
		t.Errorf("the token was not sent again as it was:\n%s\n%s", first, again)
	}
}

// TestWrapping moves the parts of a token as signature wrapping does.
func TestWrapping(t *testing.T) {
	r, sc := testRun(t, testPKI(t, "p256"))
	for _, c := range []struct{ name, tamper, path string }{
		{"copy inside of the signature", `[{at: //saml2:Assertion, copy: true, to: //ds:Signature}, {at: //ds:Signature/saml2:Assertion/ds:Signature, remove: true}]`, "/env:Envelope/env:Header/wsse:Security/saml2:Assertion/ds:Signature/saml2:Assertion"},
		{"copy before", `[{at: //saml2:Assertion, copy: true, to: //saml2:Assertion, where: before}]`, "//wsse:Security/saml2:Assertion[2]"},
		{"moved to the Body", `[{at: //saml2:Assertion, to: //env:Body, where: first}]`, "//env:Body/saml2:Assertion"},
		{"wrapped", `[{at: //saml2:Assertion, wrap: "<wsse:Embedded><hl7:x/></wsse:Embedded>"}]`, "//wsse:Security/wsse:Embedded/hl7:x/saml2:Assertion"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, _, err := framed(t, r, sc, "{query: {name: FindDocuments, patient: [patient]}, vihf: {tamper: "+c.tamper+"}}")
			if err != nil {
				t.Fatal(err)
			}
			if e.doc.FindElement(c.path) == nil {
				text, _ := e.doc.WriteToString()
				t.Errorf("there is no %s in\n%s", c.path, text)
			}
		})
	}
}
