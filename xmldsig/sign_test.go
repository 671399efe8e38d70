package xmldsig

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
)

// assertion is a SAML assertion with the given identifier, not signed.
func assertion(id string) []byte {
	return []byte(`<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="` + id + `" Version="2.0"><saml2:Issuer>CN=LIASSE</saml2:Issuer>
  <!-- dropped --><saml2:Subject><saml2:NameID>899900063480</saml2:NameID></saml2:Subject>
  <saml2:AttributeStatement><saml2:Attribute Name="a &#10;b"><saml2:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">é&amp;<![CDATA[<&]]></saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>
</saml2:Assertion>`)
}

// TestSignEnveloped: what is made verifies under the strict policy, for every method and canonicalization it lets in.
func TestSignEnveloped(t *testing.T) {
	holders := map[string]holder{"RSA": rsaHolder(), "P-256": p256Holder(), "P-384": p384Holder(), "P-521": p521Holder()}
	for _, method := range Strict().Signatures {
		for name, h := range holders {
			if (signatureMethods[method].scheme == ecdsaRS) == (name == "RSA") || method == RSAPSS {
				continue
			}
			for _, c := range Strict().Canonicalizations {
				t.Run(fmt.Sprintf("%s %s %s", name, method, c), func(t *testing.T) {
					signer := h.signer()
					signer.Method = method
					e := Enveloped{ID: "_a", Canonicalization: c}
					if c.isExclusive() {
						e.Prefixes = []string{"xs", "#default"}
					}
					made, err := signer.SignEnveloped(assertion("_a"), e)
					if err != nil {
						t.Fatal(err)
					}
					s, err := check(t, made, Strict(), h.key.Public())
					if err != nil {
						t.Fatalf("%v\n%s", err, made)
					}
					root := s.Node.Parent()
					if s.References[0].Target != root || !s.Verified(root) || s.Verified(s.KeyInfo) || !bytes.Equal(s.Certificates[0], h.cert) {
						t.Error("the digested node is not the assertion, or the certificate not the signer's")
					}
					if s.Node != root.FirstElement().NextElement() {
						t.Error("the Signature does not follow the Issuer")
					}
				})
			}
		}
	}
}

// lotSignature makes a signature as lots have it.
func lotSignature(t testing.TB, signer *Signer, document []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(document)
	manifest, err := signer.Manifest("IHEManifest", []NewReference{
		{URI: "urn:oid:1.2.3", Value: []byte{0}},
		{URI: "urn:oid:1.2.4", Value: sum[:]},
	})
	if err != nil {
		t.Fatal(err)
	}
	made, err := signer.SignEnveloping(Enveloping{
		ID: "1.2.250.1", Canonicalization: C14N10WithComments,
		Objects: [][]byte{manifest, []byte(`<xad:QualifyingProperties xmlns:xad="http://uri.etsi.org/01903/v1.1.1#" Target="#1.2.250.1"><xad:SignedProperties Id="S0-SignedProperties"><!-- kept out --><xad:SigningTime>2026-11-22T00:00:00Z</xad:SigningTime></xad:SignedProperties></xad:QualifyingProperties>`)},
		References: []NewReference{
			{URI: "#IHEManifest", Type: TypeManifest},
			{URI: "#S0-SignedProperties", Type: "http://uri.etsi.org/01903/v1.1.1#SignedProperties", Transforms: []Transform{{Algorithm: C14N10WithComments}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestSignEnveloping(t *testing.T) {
	document := []byte("<ClinicalDocument/>")
	for _, h := range []holder{rsaHolder(), p256Holder()} {
		made := lotSignature(t, h.signer(), document)
		s, err := check(t, made, Strict(), h.key.Public())
		if err != nil {
			t.Fatalf("%v\n%s", err, made)
		}
		manifest := s.References[0].Target
		refs, err := ReadManifest(manifest, Strict())
		if err != nil || len(refs) != 2 {
			t.Fatal(refs, err)
		}
		if !bytes.Equal(refs[0].DigestValue, []byte{0}) || refs[0].URI != "urn:oid:1.2.3" {
			t.Error("the reference to the submission set")
		}
		sum, err := refs[1].DigestOctets(bytes.NewReader(document))
		if err != nil || !bytes.Equal(sum, refs[1].DigestValue) {
			t.Error("the digest of the document", err)
		}
		if !s.Verified(manifest.FirstElement()) || s.Verified(s.Objects[0]) || s.ID != "1.2.250.1" {
			t.Error("what is verified")
		}
	}
}
