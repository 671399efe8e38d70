package xmldsig

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"liasse/internal/xmltree"
)

// signedEnvelope is an ITI-41 request of about 24 KB with a signed token in its header.
func signedEnvelope(t testing.TB) []byte {
	t.Helper()
	token := strings.Replace(string(assertion("_a")), "&#10;", "", 1)
	var attributes strings.Builder
	for i := range 14 {
		fmt.Fprintf(&attributes, `<saml2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:%d"><saml2:AttributeValue>valeur n° %d</saml2:AttributeValue></saml2:Attribute>`, i, i)
	}
	token = strings.Replace(token, "</saml2:AttributeStatement>", attributes.String()+"</saml2:AttributeStatement>", 1)
	made, err := rsaHolder().signer().SignEnveloped([]byte(token), Enveloped{ID: "_a"})
	if err != nil {
		t.Fatal(err)
	}
	var body strings.Builder
	body.WriteString(`<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>`)
	for i := 0; body.Len() < 19_000; i++ {
		fmt.Fprintf(&body, `
  <rim:Classification id="cl%03d" classificationScheme="urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a" classifiedObject="Document01" nodeRepresentation="10">
    <rim:Slot name="codingScheme"><rim:ValueList><rim:Value>1.2.250.1.213.1.1.4.1</rim:Value></rim:ValueList></rim:Slot>
    <rim:Name><rim:LocalizedString xml:lang="fr" charset="UTF-8" value="Compte rendu d'hématologie"/></rim:Name>
  </rim:Classification>`, i)
	}
	body.WriteString(`</rim:RegistryObjectList></lcm:SubmitObjectsRequest>`)
	return []byte(message(`<wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing">urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b</wsa:Action>`+security("", string(made)), body.String()))
}

// verifyOurs reads a message and verifies its token.
func verifyOurs(src []byte, p *Policy, key any) error {
	d, err := xmltree.Parse(src, xmltree.SOAPLimits)
	if err != nil {
		return err
	}
	defer d.Release()
	token := d.Root().FirstElement().FirstElement().NextElement().Child(saml, "Assertion")
	s, err := Read(token.Child(Namespace, "Signature"), p)
	if err != nil {
		return err
	}
	if err := s.Verify(key, CollectIDs(d)); err != nil {
		return err
	}
	if s.References[0].Target != token {
		return errors.New("another element was digested")
	}
	return nil
}

// verifyTheirs does the same with etree and goxmldsig.
func verifyTheirs(src []byte, validation *dsig.ValidationContext) error {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(src); err != nil {
		return err
	}
	token := doc.FindElement("/Envelope/Header/Security/Assertion")
	if token == nil {
		return errors.New("no assertion")
	}
	_, err := validation.Validate(token)
	return err
}

func theirValidation(t testing.TB) *dsig.ValidationContext {
	t.Helper()
	cert, err := x509.ParseCertificate(rsaHolder().cert)
	if err != nil {
		t.Fatal(err)
	}
	return dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
}

// BenchmarkVerify reads a 24 KB message and verifies the token in it: parsing, identifiers, canonical forms, digest, RSA.
func BenchmarkVerify(b *testing.B) {
	src, policy, key := signedEnvelope(b), Strict(), rsaHolder().key.Public()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := verifyOurs(src, policy, key); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGoxmldsig does the same with etree and goxmldsig.
func BenchmarkGoxmldsig(b *testing.B) {
	src, validation := signedEnvelope(b), theirValidation(b)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := verifyTheirs(src, validation); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRatio reports which part of the time of etree and goxmldsig ours takes in the same run.
func BenchmarkRatio(b *testing.B) {
	src, policy, key, validation := signedEnvelope(b), Strict(), rsaHolder().key.Public(), theirValidation(b)
	var ours, theirs time.Duration
	for b.Loop() {
		ours += fastest(3, func() error { return verifyOurs(src, policy, key) })
		theirs += fastest(3, func() error { return verifyTheirs(src, validation) })
	}
	b.ReportMetric(float64(ours)/float64(theirs), "of-goxmldsig")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs-ours")
	b.ReportMetric(float64(theirs.Microseconds())/float64(b.N), "µs-goxmldsig")
}

// fastest gives the shortest of a few runs.
func fastest(runs int, f func() error) time.Duration {
	best := time.Duration(1 << 62)
	for range runs {
		begin := time.Now()
		if err := f(); err != nil {
			panic(err)
		}
		best = min(best, time.Since(begin))
	}
	return best
}

// TestSpeedSubject checks that what is measured is what it is said to be.
func TestSpeedSubject(t *testing.T) {
	src := signedEnvelope(t)
	if len(src) < 23_000 || len(src) > 26_000 {
		t.Errorf("%d bytes", len(src))
	}
	if err := verifyOurs(src, Strict(), rsaHolder().key.Public()); err != nil {
		t.Error(err)
	}
	if err := verifyTheirs(src, theirValidation(t)); err != nil {
		t.Error(err)
	}
}

func BenchmarkSign(b *testing.B) {
	src, signer := assertion("_a"), p256Holder().signer()
	for b.Loop() {
		if _, err := signer.SignEnveloped(src, Enveloped{ID: "_a"}); err != nil {
			b.Fatal(err)
		}
	}
}
