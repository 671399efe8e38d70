package dmp

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"time"

	"liasse/internal/pki"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/xmldsig"
)

// xadesNamespaces are those of QualifyingProperties, the agreed one first; propertiesTypes are the Types of the References to
// its SignedProperties.
var (
	xadesNamespaces = []string{"http://uri.etsi.org/01903/v1.1.1#", "http://uri.etsi.org/01903/v1.2.2#", "http://uri.etsi.org/01903/v1.3.2#"}
	propertiesTypes = []string{"http://uri.etsi.org/01903/v1.1.1#SignedProperties", "http://uri.etsi.org/01903/v1.2.2#SignedProperties",
		"http://uri.etsi.org/01903#SignedProperties"}
)

// purposeID is the Id of the SignatureProperty that says why the lot is signed.
const purposeID = "purposeOfSignature"

func isPropertiesType(t string) bool { return slices.Contains(propertiesTypes, t) }

// isQualifying tells whether a node is a QualifyingProperties directly in an Object of the signature.
func (s *signature) isQualifying(n xmltree.Node) bool {
	return n.Local() == "QualifyingProperties" && slices.Contains(xadesNamespaces, n.Space()) && s.isObject(n.Parent())
}

// judgeObjects holds the Objects to what they may hold, and each to the signature that they are about.
func (s *signature) judgeObjects() {
	var manifests, qualifying, properties int
	for _, object := range s.read.Objects {
		if text := strings.TrimSpace(object.Text()); text != "" {
			s.at(ruleNothingElseHeld, object, text, "")
		}
		for n := range object.Elements() {
			switch {
			case n.Is(xmldsig.Namespace, "Manifest"):
				if manifests++; manifests > 1 {
					s.at(ruleNothingElseHeld, n, n.Local(), "")
				}
			case s.isQualifying(n):
				if qualifying++; qualifying > 1 {
					s.at(ruleQualifying, n, n.Local(), "")
					continue
				}
				if n.Space() != xadesNamespaces[0] {
					s.at(rulePropertiesVersion, n, n.Space(), xadesNamespaces[0])
				}
				s.judgeTarget(n)
			case n.Local() == "SignatureProperties" && (n.Space() == xmldsig.Namespace || n.Space() == ""):
				if properties++; properties > 1 {
					s.at(ruleNothingElseHeld, n, n.Local(), "")
					continue
				}
				s.judgeSignatureProperties(n)
			default:
				s.at(ruleNothingElseHeld, n, n.Local(), "")
			}
		}
	}
	if qualifying == 0 {
		s.at(ruleQualifying, s.root, "", "QualifyingProperties")
	}
	if properties == 0 {
		s.at(rulePurpose, s.root, "", purposeSource)
	}
}

// judgeTarget holds a Target to the Id of the signature.
func (s *signature) judgeTarget(n xmltree.Node) {
	if target := n.AttrValue("", "Target"); s.read.ID == "" || target != "#"+s.read.ID {
		s.at(ruleTarget, n, target, "#"+s.read.ID)
	}
}

// judgeSignatureProperties looks for the purpose of the signature. The official example has the element in no namespace,
// and so has software that was written after it.
func (s *signature) judgeSignatureProperties(all xmltree.Node) {
	if all.Space() == "" {
		s.at(rulePropertiesNamespace, all, "", xmldsig.Namespace)
	}
	found := ""
	for one := range all.Elements() {
		if one.Local() != "SignatureProperty" {
			continue
		}
		s.judgeTarget(one)
		if one.AttrValue("", "Id") == purposeID {
			found = strings.TrimSpace(one.Text())
		}
	}
	if found != purposeSource {
		s.at(rulePurpose, all, found, purposeSource)
	}
}

// judgeProperties holds the signed properties to what they must say.
func (s *signature) judgeProperties() {
	if s.properties.IsZero() {
		return
	}
	space := s.properties.Space()
	signed := s.properties.Child(space, "SignedSignatureProperties")
	s.judgeSigningTime(signed, signed.Child(space, "SigningTime"))
	s.judgeSigningCertificate(signed)
	policy := signed.Child(space, "SignaturePolicyIdentifier")
	if policy.Child(space, "SignaturePolicyImplied").IsZero() && policy.Child(space, "SignaturePolicyId").IsZero() {
		s.at(rulePolicyIdentified, orNode(policy, s.properties), policy.FirstElement().Local(), "SignaturePolicyImplied")
	}
}

func orNode(a, b xmltree.Node) xmltree.Node {
	if a.IsZero() {
		return b
	}
	return a
}

// dateTimes are the forms of an xsd:dateTime; one without a zone is taken as UTC.
var dateTimes = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"}

func (s *signature) judgeSigningTime(signed, n xmltree.Node) {
	value, plain := n.PlainText()
	if value = strings.TrimSpace(value); !plain {
		value = "" // readers that skip a comment and readers that stop at it see two times
	}
	var at time.Time
	for _, form := range dateTimes {
		if t, err := time.Parse(form, value); err == nil {
			at = t
			break
		}
	}
	if at.IsZero() {
		s.at(ruleSigningTime, orNode(n, orNode(signed, s.properties)), value, "2026-11-22T18:30:00Z")
		return
	}
	now := s.cfg.Now()
	if at.After(now.Add(s.cfg.Skew)) || at.Before(now.Add(-s.cfg.MaxSigningAge)) {
		s.at(ruleSigningTimeNow, n, value, now.UTC().Format(time.RFC3339))
	}
	if c := s.signer; c != nil && (at.Before(c.NotBefore) || at.After(c.NotAfter)) {
		s.at(ruleCertificateValid, n, value, c.NotBefore.UTC().Format(time.RFC3339)+" – "+c.NotAfter.UTC().Format(time.RFC3339))
	}
	set := s.lot.Submission.SubmissionSet
	if set == nil || len(set.SubmissionTime) < 14 {
		return
	}
	submitted, err := time.Parse("20060102150405", registry.PadTime(set.SubmissionTime))
	if err == nil && at.Sub(submitted).Abs() > 24*time.Hour {
		s.at(ruleSigningTimeClose, n, value, submitted.Format(time.RFC3339))
	}
}

// judgeSigningCertificate holds SigningCertificate to the certificate that signed. Others in it are of its chain.
func (s *signature) judgeSigningCertificate(signed xmltree.Node) {
	if s.signer == nil {
		return
	}
	space := s.properties.Space()
	list := signed.Child(space, "SigningCertificate")
	serial := ""
	for one := range list.Children(space, "Cert") {
		method, sum := s.certDigest(one.Child(space, "CertDigest"))
		issuer := one.Child(space, "IssuerSerial")
		serial = strings.TrimSpace(issuer.Child(xmldsig.Namespace, "X509SerialNumber").Text())
		hash, known := method.Hash()
		if !known || !hash.Available() {
			continue
		}
		h := hash.New()
		h.Write(s.signer.Raw)
		if !bytes.Equal(h.Sum(nil), sum) {
			continue
		}
		if method == xmldsig.SHA1 {
			s.at(ruleSHA1, one, string(xmldsig.SHA1), string(xmldsig.SHA256))
		}
		s.judgeIssuerSerial(orNode(issuer, one), issuer, serial)
		return
	}
	s.at(ruleSigningCertificate, orNode(list, orNode(signed, s.properties)), serial, s.signer.SerialNumber.String())
}

// certDigest reads a CertDigest; the versions of XAdES have its elements in their own namespace or in that of XML Signature.
func (s *signature) certDigest(n xmltree.Node) (xmldsig.Method, []byte) {
	var method xmldsig.Method
	var sum []byte
	for c := range n.Elements() {
		switch c.Local() {
		case "DigestMethod":
			method = xmldsig.Method(c.AttrValue("", "Algorithm"))
		case "DigestValue":
			text, plain := c.PlainText()
			if value, err := base64.StdEncoding.Strict().DecodeString(strings.Join(strings.Fields(text), "")); plain && err == nil {
				sum = value
			}
		}
	}
	return method, sum
}

func (s *signature) judgeIssuerSerial(at, issuer xmltree.Node, serial string) {
	written := strings.TrimSpace(issuer.Child(xmldsig.Namespace, "X509IssuerName").Text())
	number, isNumber := new(big.Int).SetString(serial, 10)
	if !isNumber || len(serial) > 64 || number.Cmp(s.signer.SerialNumber) != 0 || !isIssuer(written, s.signer) {
		s.at(ruleIssuerSerial, at, written+", "+serial, pki.IssuerOf(s.signer)+", "+s.signer.SerialNumber.String())
	}
}

// isIssuer compares a written name with the issuer of a certificate, however its attributes are spelt and grouped.
func isIssuer(written string, c *x509.Certificate) bool {
	name, err := pki.ParseName(written)
	if err != nil {
		return false
	}
	issuer, err := pki.NameOf(c.RawIssuer)
	return err == nil && (name.Equal(issuer) || name.SameAttributes(issuer))
}
