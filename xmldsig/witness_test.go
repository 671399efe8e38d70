package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"liasse/internal/witness"
)

// tempDir makes a folder without a comma in its name, at which xmlsec1 would split it.
func tempDir(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "xmldsig")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// files writes a holder's key and certificate for xmlsec1.
func (h holder) files(t testing.TB) (key, cert string) {
	t.Helper()
	folder := tempDir(t)
	der, err := x509.MarshalPKCS8PrivateKey(h.key)
	if err != nil {
		t.Fatal(err)
	}
	key, cert = filepath.Join(folder, "key.pem"), filepath.Join(folder, "cert.pem")
	for file, block := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: der}, cert: {Type: "CERTIFICATE", Bytes: h.cert}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return key, cert
}

var idOptions = []string{
	"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
	"--id-attr:Id", Namespace + ":Manifest", "--id-attr:Id", "http://uri.etsi.org/01903/v1.1.1#:SignedProperties",
}

// xmlsecSign has xmlsec1 fill in a template.
func xmlsecSign(t testing.TB, h holder, template []byte) []byte {
	t.Helper()
	program := witness.Program(t, "xmlsec1")
	key, cert := h.files(t)
	in := filepath.Join(tempDir(t), "in.xml")
	if err := os.WriteFile(in, template, 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--sign", "--ignore-manifests", "--privkey-pem", key + "," + cert}, idOptions...)
	cmd := exec.Command(program, append(args, in)...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xmlsec1: %v: %s", err, said.String())
	}
	return out
}

// xmlsecVerifies asks xmlsec1.
func xmlsecVerifies(t testing.TB, h holder, signed []byte) error {
	t.Helper()
	program := witness.Program(t, "xmlsec1")
	_, cert := h.files(t)
	in := filepath.Join(tempDir(t), "in.xml")
	if err := os.WriteFile(in, signed, 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--verify", "--ignore-manifests", "--trusted-pem", cert, "--enabled-key-data", "x509"}, idOptions...)
	if out, err := exec.Command(program, append(args, in)...).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// headerCase is a way to sign an assertion that stands in a SOAP header.
type headerCase struct {
	name                  string
	holder                func() holder
	method                Method
	digest                Method
	canonicalization      Method
	prefixes              string // of the transform
	signedInfoPrefixes    string
	envelope, onAssertion string // attributes
	attribute, value      string
}

const assertionSpaces = ` xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`

// headerCases are those by which goxmldsig was measured: it verifies six, and only once the assertion is detached by hand.
func headerCases() []headerCase {
	return []headerCase{
		{name: "namespaces on the assertion", onAssertion: assertionSpaces},
		{name: "namespaces inherited, PrefixList xs", envelope: assertionSpaces, prefixes: "xs"},
		{name: "inclusive 1.0, namespaces inherited", envelope: assertionSpaces, canonicalization: C14N10},
		{name: "inclusive 1.0, xml:lang inherited", envelope: assertionSpaces + ` xml:lang="fr"`, canonicalization: C14N10},
		{name: "inclusive 1.1, namespaces inherited", envelope: assertionSpaces, canonicalization: C14N11},
		{name: "inclusive 1.1, xml:lang and xml:id inherited", envelope: assertionSpaces + ` xml:lang="fr" xml:id="env"`, canonicalization: C14N11},
		{name: "PrefixList on CanonicalizationMethod", envelope: assertionSpaces, prefixes: "xs saml2 #default", signedInfoPrefixes: "soap saml2"},
		{name: "ECDSA P-256", envelope: assertionSpaces, holder: p256Holder, method: ECDSASHA256},
		{name: "RSA-SHA1", envelope: assertionSpaces, method: RSASHA1, digest: SHA1},
		{name: "line feed and tab in an attribute", envelope: assertionSpaces, attribute: "a\n\tb  c&#9;d&#10;e"},
		{name: "CDATA, comment, carriage return, accents", envelope: assertionSpaces, value: "<![CDATA[<é&]]>&#13;\n<!-- c -->Évreux &gt;"},
	}
}

func (c *headerCase) settle() {
	if c.holder == nil {
		c.holder = rsaHolder
	}
	for field, otherwise := range map[*Method]Method{&c.method: RSASHA256, &c.digest: SHA256, &c.canonicalization: Exclusive} {
		if *field == "" {
			*field = otherwise
		}
	}
	if c.value == "" {
		c.value = "urn:dmp"
	}
}

// template gives the message with a Signature to be filled in.
func (c *headerCase) template() []byte {
	list := func(prefixes string) string {
		if prefixes == "" {
			return ""
		}
		return `<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + prefixes + `"/>`
	}
	return fmt.Appendf(nil, `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing"%s>
  <soap:Header><wsa:MessageID>urn:uuid:1</wsa:MessageID>
    <wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><saml2:Assertion%s ID="_a1" Version="2.0"><saml2:Issuer>CN=LIASSE</saml2:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="%s">%s</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="%s"/><ds:Reference URI="#_a1"><ds:Transforms><ds:Transform Algorithm="%s"/><ds:Transform Algorithm="%s">%s</ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="%s"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature><saml2:Subject><saml2:NameID>899900063480</saml2:NameID></saml2:Subject><saml2:AttributeStatement><saml2:Attribute Name="%s"><saml2:AttributeValue xsi:type="xs:string">%s</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement></saml2:Assertion></wsse:Security>
  </soap:Header>
  <soap:Body/>
</soap:Envelope>`, c.envelope, c.onAssertion, c.canonicalization, list(c.signedInfoPrefixes), c.method, EnvelopedSignature, c.canonicalization, list(c.prefixes), c.digest, c.attribute, c.value)
}

// TestXmlsecInHeader: what xmlsec1 signs in a SOAP header verifies here, and does not once a character is another.
func TestXmlsecInHeader(t *testing.T) {
	for _, c := range headerCases() {
		c.settle()
		t.Run(c.name, func(t *testing.T) {
			signed := xmlsecSign(t, c.holder(), c.template())
			policy := Strict()
			policy.AllowSHA1 = c.method == RSASHA1
			s, err := check(t, signed, policy, c.holder().key.Public())
			if err != nil {
				t.Fatalf("%v\n%s", err, signed)
			}
			if target := s.References[0].Target; target != s.Node.Parent() || s.SHA1 != policy.AllowSHA1 {
				t.Errorf("%s was digested; SHA-1: %v", target.XPath(), s.SHA1)
			}
			tampered := strings.Replace(string(signed), "899900063480", "899900063481", 1)
			_, err = check(t, []byte(tampered), policy, c.holder().key.Public())
			wantReason(t, err, ReasonDigest)
			if policy.AllowSHA1 {
				_, err := check(t, signed, Strict(), c.holder().key.Public())
				wantReason(t, err, ReasonAlgorithm)
			}
		})
	}
}

// TestXmlsecVerifiesOurs: what we make verifies with xmlsec1, which has no RSASSA-PSS.
func TestXmlsecVerifiesOurs(t *testing.T) {
	for _, c := range []struct {
		holder holder
		method Method
	}{{rsaHolder(), RSASHA1}, {rsaHolder(), RSASHA256}, {rsaHolder(), RSASHA384}, {rsaHolder(), RSASHA512},
		{p256Holder(), ECDSASHA256}, {p384Holder(), ECDSASHA384}, {p521Holder(), ECDSASHA512}} {
		for _, canonicalization := range []Method{Exclusive, ExclusiveWithComments, C14N10, C14N10WithComments, C14N11, C14N11WithComments} {
			signer := c.holder.signer()
			signer.Method = c.method
			made, err := signer.SignEnveloped(assertion("_a"), Enveloped{ID: "_a", Canonicalization: canonicalization})
			if err != nil {
				t.Fatal(err)
			}
			if err := xmlsecVerifies(t, c.holder, made); err != nil {
				t.Errorf("%s %s: %v", c.method, canonicalization, err)
			}
		}
	}
	for name, e := range map[string]Enveloped{
		"PrefixList": {ID: "_a1", Prefixes: []string{"xs", "soap", "#default"}}, "in place, inclusive": {ID: "_a1", Canonicalization: C14N10},
		"in place, 1.1": {ID: "_a1", Canonicalization: C14N11WithComments, SignatureID: "s"},
	} {
		c := headerCase{envelope: assertionSpaces + ` xml:lang="fr"`}
		c.settle()
		template := string(c.template())
		made, err := rsaHolder().signer().SignEnveloped([]byte(strings.Replace(template, between(template, "<ds:Signature ", "</ds:Signature>"), "", 1)), e)
		if err != nil {
			t.Fatal(err)
		}
		if err := xmlsecVerifies(t, rsaHolder(), made); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := check(t, made, Engine(), rsaHolder().key.Public()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	made := lotSignature(t, rsaHolder().signer(), []byte("<a/>"))
	if err := xmlsecVerifies(t, rsaHolder(), made); err != nil {
		t.Errorf("lot: %v", err)
	}
}

// TestXmlsecLot: a lot signature that xmlsec1 makes, with a Manifest of five documents that it does not look for.
func TestXmlsecLot(t *testing.T) {
	made := lotSignature(t, rsaHolder().signer(), []byte("<a/>"))
	d := parse(t, made)
	s, err := Read(d.Root(), Strict())
	if err != nil {
		t.Fatal(err)
	}
	template := string(made)
	for i := range s.References {
		template = strings.Replace(template, encode(s.References[i].DigestValue), "", 1)
	}
	template = strings.Replace(template, encode(s.Value), "", 1)
	template = strings.Replace(template, encode(s.Certificates[0]), "", 1)
	signed := xmlsecSign(t, rsaHolder(), []byte(template))
	again, err := check(t, signed, Strict(), rsaHolder().key.Public())
	if err != nil {
		t.Fatalf("%v\n%s", err, signed)
	}
	if refs, err := ReadManifest(again.References[0].Target, Strict()); err != nil || len(refs) != 2 {
		t.Error(refs, err)
	}
}

// TestGoxmldsig: each verifies what the other signs, where it can.
func TestGoxmldsig(t *testing.T) {
	h := rsaHolder()
	cert, err := x509.ParseCertificate(h.cert)
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.signer().SignEnveloped(assertion("_a"), Enveloped{ID: "_a"})
	if err != nil {
		t.Fatal(err)
	}
	if err := theirs(made, cert); err != nil {
		t.Errorf("goxmldsig: %v", err)
	}
	if err := theirs([]byte(strings.Replace(string(made), "8999", "8998", 1)), cert); err == nil {
		t.Error("goxmldsig verifies what was changed")
	}
	for name, canonicalizer := range map[string]dsig.Canonicalizer{
		"exclusive": dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), "1.0": dsig.MakeC14N10RecCanonicalizer(), "1.1": dsig.MakeC14N11Canonicalizer(),
	} {
		t.Run(name, func(t *testing.T) {
			signed := theySign(t, h, canonicalizer)
			if _, err := check(t, signed, Strict(), h.key.Public()); err != nil {
				t.Errorf("%v\n%s", err, signed)
			}
		})
	}
}

func theirs(signed []byte, cert *x509.Certificate) error {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(signed); err != nil {
		return err
	}
	validation := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	_, err := validation.Validate(doc.Root())
	return err
}

func theySign(t *testing.T, h holder, canonicalizer dsig.Canonicalizer) []byte {
	t.Helper()
	doc := etree.NewDocument()
	// It writes a line feed in an attribute as it is, which a reader takes for a blank.
	if err := doc.ReadFromBytes(bytes.Replace(assertion("_a"), []byte("&#10;"), nil, 1)); err != nil {
		t.Fatal(err)
	}
	context, err := dsig.NewSigningContext(h.key, [][]byte{h.cert})
	if err != nil {
		t.Fatal(err)
	}
	context.Canonicalizer, context.Hash = canonicalizer, crypto.SHA256
	signed, err := context.SignEnveloped(doc.Root())
	if err != nil {
		t.Fatal(err)
	}
	doc.SetRoot(signed)
	out, err := doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
