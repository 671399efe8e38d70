package dmp

import (
	"crypto/sha1"
	"encoding/base64"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/xmldsig"
)

// TestShapesOfTheField: signatures as software in the field writes them are taken where SHA-1 is tolerated, and what is odd
// in them is a warning.
func TestShapesOfTheField(t *testing.T) {
	withSHA1 := func(s *setting) {
		s.draft.signer.Method, s.draft.signer.Digest = xmldsig.RSASHA1, xmldsig.SHA1
		binary := sha1.Sum(s.contents["document-2"])
		s.draft.manifest[0].Digest = xmldsig.SHA1
		s.draft.manifest[2].Digest, s.draft.manifest[2].Value = xmldsig.SHA1, binary[:]
		sum := sha1.Sum(s.who.Signing.Leaf.Raw)
		s.draft.objects = func(all [][]byte) [][]byte {
			text := string(all[2])
			from, to := strings.Index(text, "<xades:CertDigest>"), strings.Index(text, "</xades:CertDigest>")
			text = text[:from] + `<xades:CertDigest><xades:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"></xades:DigestMethod><xades:DigestValue>` +
				base64.StdEncoding.EncodeToString(sum[:]) + "\n" + text[to-len("</xades:DigestValue>"):]
			all[2] = []byte(text)
			return all
		}
	}
	for _, c := range []struct {
		name, warned string
		shape        func(s *setting)
	}{
		{"the imaging client", "LOT-043", func(s *setting) {
			withSHA1(s)
			s.draft.id = "1.2.250.1.999.1"
			s.object("<ds:Manifest ", `<ds:Manifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.w3.org/2000/09/xmldsig# xmldsig.xsd" `)
			s.object(`<xades:SignedProperties `, `<xades:SignedProperties xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://uri.etsi.org/01903/v1.1.1# a.xsd" `)
			for i := range s.draft.info {
				s.draft.info[i].Transforms = []xmldsig.Transform{{Algorithm: xmldsig.C14N10WithComments}}
			}
		}},
		{"the official example", "LOT-080", func(s *setting) {
			withSHA1(s)
			s.object("<ds:SignatureProperties>", `<SignatureProperties xmlns="">`)
			s.object("</ds:SignatureProperties>", `</SignatureProperties>`)
			s.object("<ds:SignatureProperty ", `<SignatureProperty `)
			s.object("</ds:SignatureProperty>", `</SignatureProperty>`)
			s.draft.signer.Certificates = s.who.Signing.Certificate
		}},
	} {
		s := newSetting(t)
		c.shape(s)
		s.seal()
		s.contents[s.signed.Entry.ID] = s.signed.Signature
		for severity, want := range map[rule.Severity]string{rule.Off: c.warned, rule.Error: "LOT-034 " + c.warned} {
			found := newBench(t, profile(t, now), map[string]rule.Severity{"LOT-034": severity}).judge(t, s.caller, nil, s.signed.Submission, s.contents)
			if got := ids(found); got != want || found.Failed() != (severity == rule.Error) {
				t.Errorf("%s: %q, want %q\n%s", c.name, got, want, sentences(found))
			}
		}
	}
}
