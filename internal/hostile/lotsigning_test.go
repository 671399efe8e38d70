package hostile_test

import (
	"crypto/x509"
	"strings"
	"time"
)

const (
	xadesSpace   = "http://uri.etsi.org/01903/v1.1.1#"
	manifestType = dsSpace + "Manifest"
	purposeOID   = "1.2.840.10065.1.12.1.14"
)

// lotSignature is the XAdES signature of a lot in the making. Each of its objects is written in inclusive canonical form.
type lotSignature struct {
	*signing
	id           string
	manifest     func(references string) string // changes the references of the Manifest
	manifestText func(manifest string) string   // changes the Manifest before it is digested
	properties   func(signed string) string     // changes SignedProperties before they are digested
	certificate  []byte                         // that SigningCertificate names
	signedAt     time.Time
	target       string
	setDigest    string // that of the submission set: AA==
	manifestRef  func(string) string
	after        func(string) string // changes the whole signature document
	wrap         func(manifest, rest string) string
	digested     func(*entry) string // what a document's digest is of
}

func newLotSignature(by *pair) *lotSignature {
	s := &lotSignature{signing: sign(by), id: "Signature-" + randomHex(4), setDigest: "AA==", signedAt: time.Now().UTC()}
	s.c14n, s.certificate = withComments, by.chain[0]
	return s
}

// typed is a reference of SignedInfo, with a Type and without transforms.
func (s *lotSignature) typed(uri, kind, digested string) string {
	attribute := ` Type="` + kind + `"`
	if kind == "" {
		attribute = ""
	}
	return `<ds:Reference` + attribute + ` URI="` + uri + `"><ds:DigestMethod Algorithm="` + s.digestMethod + `"></ds:DigestMethod><ds:DigestValue>` +
		digestOf(s.digestHash, digested) + `</ds:DigestValue></ds:Reference>`
}

// plain is a reference of the Manifest.
func (s *lotSignature) plain(uri, list, digest string) string {
	return `<ds:Reference URI="` + uri + `">` + list + `<ds:DigestMethod Algorithm="` + s.digestMethod + `"></ds:DigestMethod><ds:DigestValue>` + digest + `</ds:DigestValue></ds:Reference>`
}

func (s *lotSignature) manifestOf(l *lot) string {
	references := s.plain("urn:oid:"+l.uniqueID, "", s.setDigest)
	for _, e := range l.entries {
		digested := or(e.canonical, e.content)
		if s.digested != nil {
			digested = s.digested(e)
		}
		references += s.plain("urn:oid:"+e.uniqueID, e.transforms, digestOf(s.digestHash, digested))
	}
	if s.manifest != nil {
		references = s.manifest(references)
	}
	text := `<ds:Manifest xmlns:ds="` + dsSpace + `" Id="IHEManifest">` + references + `</ds:Manifest>`
	if s.manifestText != nil {
		text = s.manifestText(text)
	}
	return text
}

func (s *lotSignature) signedProperties() string {
	certificate, err := x509.ParseCertificate(s.certificate)
	must(err)
	text := `<SignedProperties xmlns="` + xadesSpace + `" xmlns:ds="` + dsSpace + `" Id="S0-SignedProperties"><SignedSignatureProperties><SigningTime>` +
		s.signedAt.Format(instantForm) + `</SigningTime><SigningCertificate><Cert><CertDigest><ds:DigestMethod Algorithm="` + s.digestMethod +
		`"></ds:DigestMethod><ds:DigestValue>` + digestOf(s.digestHash, string(s.certificate)) + `</ds:DigestValue></CertDigest><IssuerSerial><ds:X509IssuerName>` +
		escaped(distinguishedName(certificate.RawIssuer)) + `</ds:X509IssuerName><ds:X509SerialNumber>` + certificate.SerialNumber.String() +
		`</ds:X509SerialNumber></IssuerSerial></Cert></SigningCertificate><SignaturePolicyIdentifier><SignaturePolicyImplied></SignaturePolicyImplied></SignaturePolicyIdentifier>` +
		`</SignedSignatureProperties><SignedDataObjectProperties></SignedDataObjectProperties></SignedProperties>`
	if s.properties != nil {
		text = s.properties(text)
	}
	return text
}

// text is the signature document.
func (s *lotSignature) text(l *lot) string {
	manifest, properties := s.manifestOf(l), s.signedProperties()
	target := or(s.target, "#"+s.id)
	rest := `<ds:Object><ds:SignatureProperties><ds:SignatureProperty Id="purposeOfSignature" Target="` + target + `">` + purposeOID +
		`</ds:SignatureProperty></ds:SignatureProperties></ds:Object>` +
		`<ds:Object><QualifyingProperties xmlns="` + xadesSpace + `" Target="` + target + `">` + properties + `</QualifyingProperties></ds:Object>`
	made := *s.signing
	made.id = ` Id="` + s.id + `"`
	made.objects = `<ds:Object>` + manifest + `</ds:Object>` + rest
	if s.wrap != nil {
		made.objects = s.wrap(manifest, rest)
	}
	references := s.typed("#IHEManifest", manifestType, manifest)
	if s.manifestRef != nil {
		references = s.manifestRef(references)
	}
	references += s.typed("#S0-SignedProperties", xadesSpace+"SignedProperties", properties)
	if made.references != nil {
		references = made.references(references)
	}
	text := made.around(references)
	if s.after != nil {
		text = s.after(text)
	}
	return text
}

// swap is strings.Replace of one occurrence that must be there: a case whose mutation finds nothing to change is a mistake.
func swap(text, old, replacement string) string {
	if !strings.Contains(text, old) {
		panic("making a case: nothing to replace: " + old)
	}
	return strings.Replace(text, old, replacement, 1)
}
