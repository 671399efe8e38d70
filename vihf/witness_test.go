package vihf_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"liasse/vihf"
	"liasse/xmldsig"
)

// witness gives the path of a program that judges our tokens, which `make deps-test` installs. In CI it must be there.
func witness(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; `make deps-test` installs it", program)
	}
	t.Skipf("%s is not installed; `make deps-test` installs it", program)
	return ""
}

// TestXmlsecVerifiesOurTokens has xmlsec1 verify what identities issue, where it stands in a message.
func TestXmlsecVerifiesOurTokens(t *testing.T) {
	program := witness(t, "xmlsec1")
	for _, tt := range []struct {
		who    string
		claims func(*vihf.Claims)
	}{
		{who: "medecin"},
		{who: "etablissement", claims: func(c *vihf.Claims) { c.SignatureLast = true }},
		{who: "etablissement-air", claims: func(c *vihf.Claims) { c.Enveloped.Prefixes = []string{"saml2", "xsi", "#default"} }},
		{who: "autre-medecin", claims: func(c *vihf.Claims) {
			c.Signer = identity(t, "autre-medecin").Signer()
			c.Signer.Method, c.Signer.Digest = xmldsig.RSASHA512, xmldsig.SHA512
		}},
	} {
		var changes []func(*vihf.Claims)
		if tt.claims != nil {
			changes = append(changes, tt.claims)
		}
		message := sealed(issue(t, tt.who, changes...))
		if caller, findings := verify(t, verifier(t), request(t, message)); caller == nil {
			t.Errorf("%s: we refuse it:%s", tt.who, sentences(findings))
		}
		file := filepath.Join(t.TempDir(), "message.xml")
		write(t, file, message)
		out, err := exec.Command(program, "--verify", "--id-attr:ID", vihf.AssertionNamespace+":Assertion", "--enabled-key-data", "x509",
			"--trusted-pem", world.RootCert, "--untrusted-pem", filepath.Join(world.Dir, "trust", "intermediates", "persons.crt"),
			"--untrusted-pem", filepath.Join(world.Dir, "trust", "intermediates", "organisations.crt"),
			"--verification-time", now.Format("2006-01-02 15:04:05"), file).CombinedOutput()
		if err != nil {
			t.Errorf("%s: xmlsec1 says %v: %s", tt.who, err, out)
		}
	}
}

// TestTokensAreSAML holds what identities issue to the schema of SAML 2.0, which does not know the HL7 type of coded values.
func TestTokensAreSAML(t *testing.T) {
	schema := filepath.Join("..", "..", "shared", "data", "xsd", "saml", "sstc-saml-schema-assertion-2.0.xsd")
	if _, err := os.Stat(schema); err != nil {
		t.Skip("../shared/data/xsd/saml is absent")
	}
	program := witness(t, "xmllint")
	for _, who := range []string{"medecin", "secretariat", "etablissement", "etablissement-air"} {
		file := filepath.Join(t.TempDir(), "token.xml")
		token := string(issue(t, who, func(c *vihf.Claims) { c.NotBefore, c.NotOnOrAfter, c.Secret = now, now.Add(1e9), true }))
		write(t, file, strings.ReplaceAll(token, ` xsi:type="CE"`, ""))
		if out, err := exec.Command(program, "--nonet", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
			t.Errorf("%s: xmllint says %v: %s", who, err, out)
		}
	}
}
