package conformance

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/beevik/etree"
	"gopkg.in/yaml.v3"
)

// LotSignature describes the signature of a lot (IHE Document Digital Signature in the form of the DMP: one more
// document, an enveloping XAdES signature over a manifest) by what is not ordinary in it: the word none for no
// signature at all, or a mapping.
type LotSignature struct {
	None bool `yaml:"none"`
	// Identity names who signs when not the sender.
	Identity string `yaml:"identity"`
	// Entry departs from the signature's entry as a document's notation does; its name is SIG unless given. The
	// association to the SubmissionSet is called signs (or signs-NAME), the membership SS1-SIG.
	Entry Entry `yaml:"entry"`
	// SigningTime is an offset from now, or a text as it stands.
	SigningTime *string `yaml:"signingTime"`
	// Transform is the canonicalisation of XML documents in the manifest: c14n-comments unless given, none for none.
	Transform string `yaml:"transform"`
	// ManifestDigest is the digest of the documents: that of Sign unless given.
	ManifestDigest string `yaml:"manifestDigest"`
	// Mutate changes the ds:Signature before digests are taken, Sign.Mutate before SignedInfo is signed, Tamper after;
	// Bytes changes the finished document.
	Mutate []Mutation     `yaml:"mutate"`
	Sign   *SignatureNote `yaml:"sign"`
	Tamper []Mutation     `yaml:"tamper"`
	Bytes  []ByteEdit     `yaml:"bytes"`
	// Reuse sends the content of an earlier document of this name instead of signing.
	Reuse string `yaml:"reuse"`
	// Unassociated leaves out the association.
	Unassociated bool `yaml:"unassociated"`
	// Also adds one more signature.
	Also *LotSignature `yaml:"also"`
}

// UnmarshalYAML reads the word none, or the mapping.
func (l *LotSignature) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		if n.Value != "none" {
			return fmt.Errorf("line %d: lotSignature is none or a mapping", n.Line)
		}
		l.None = true
		return nil
	}
	type plain LotSignature
	return n.Decode((*plain)(l))
}

const (
	xadesNS        = "http://uri.etsi.org/01903/v1.1.1#"
	manifestID     = "IHEManifest"
	propertiesID   = "S0-SignedProperties"
	purposeSource  = "1.2.840.10065.1.12.1.14"
	constantDigest = "AA==" // of the SubmissionSet, which has no octets
)

// signatureDefaults is the entry of a lot's signature (DMP interface).
var signatureDefaults = map[string][]string{
	"mimeType":            {"text/xml"},
	"classCode":           {"urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1^Digital Signature^URN"},
	"typeCode":            {"E1762^Full Document^ASTM"},
	"formatCode":          {"http://www.w3.org/2000/09/xmldsig#^Default Signature Style^URN"},
	"eventCodeList":       {"1.2.840.10065.1.12.1.14^Source^1.2.840.10065.1.12"},
	"confidentialityCode": {"N^Normal^2.16.840.1.113883.5.25", "MASQUE_PS^Masqué aux professionnels de santé^1.2.250.1.213.1.1.4.13", "INVISIBLE_PATIENT^Non visible par le patient^1.2.250.1.213.1.1.4.13"},
	"languageCode":        {"art"},
	"title":               {"Source"},
	"creationTime":        {"${lot.time}"},
	"serviceStartTime":    {"${lot.time}"},
	"serviceStopTime":     {"${lot.time}"},
	"sourcePatientId":     {"${lot.patient}"},
	"sourcePatientInfo":   nil,
}

// lotSigner signs one lot.
type lotSigner struct {
	scope     *scope
	note      *LotSignature
	who       *identity
	all       *identities
	setUID    string
	documents []*document
	now       time.Time
}

// content makes the signature document.
func (l *lotSigner) content() ([]byte, error) {
	if l.note.Reuse != "" {
		kept := l.scope.document(l.note.Reuse)
		if kept == nil {
			return nil, fmt.Errorf("no document is called %q", l.note.Reuse)
		}
		return edit(l.scope, kept.content, l.note.Bytes, false)
	}
	doc := etree.NewDocument()
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	root := doc.CreateElement("ds:Signature")
	if err := l.sign(root); err != nil {
		return nil, err
	}
	declare(root)
	doc.WriteSettings.CanonicalText, doc.WriteSettings.CanonicalAttrVal = true, true
	text, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("writing the signature: %w", err)
	}
	return edit(l.scope, text, l.note.Bytes, false)
}

// sign fills the ds:Signature that is the root of the document.
func (l *lotSigner) sign(root *etree.Element) error {
	sign := l.note.Sign
	if sign == nil {
		sign = &SignatureNote{}
	}
	key, shown, err := l.all.keys(l.who, sign)
	if err != nil {
		return err
	}
	root.CreateAttr("xmlns:ds", namespaces["ds"])
	root.CreateAttr("Id", "sig-"+strings.TrimPrefix(newUUID(), uuidURN))
	manifest, err := l.manifest(orElse(l.note.ManifestDigest, orElse(sign.Digest, "sha256")))
	if err != nil {
		return err
	}
	properties, err := l.properties(root, key, orElse(sign.Digest, "sha256"))
	if err != nil {
		return err
	}
	s := &signing{scope: l.scope, note: sign, key: key, keyInfo: shown, element: root, defaultOf: "c14n-comments", refs: []reference{
		{uri: "#" + manifestID, kind: dsigNS + "Manifest", target: manifest},
		{uri: "#" + propertiesID, kind: xadesNS + "SignedProperties", target: properties.SelectElement("xades:SignedProperties")},
	}}
	if err := s.skeleton(); err != nil {
		return err
	}
	for _, content := range []*etree.Element{manifest, purposeProperties(root), properties} {
		root.CreateElement("ds:Object").AddChild(content)
	}
	if err := mutateAll(l.scope, root, l.note.Mutate); err != nil {
		return fmt.Errorf("changing the signature: %w", err)
	}
	declare(root)
	if !sign.None {
		if err := s.complete(); err != nil {
			return err
		}
	}
	if err := mutateAll(l.scope, root, l.note.Tamper); err != nil {
		return fmt.Errorf("tampering with the signature: %w", err)
	}
	return nil
}

// manifest names the SubmissionSet, and each document with its digest.
func (l *lotSigner) manifest(word string) (*etree.Element, error) {
	method, known := digestMethods[word]
	if !known {
		return nil, fmt.Errorf("there is no digest %q", word)
	}
	m := etree.NewElement("ds:Manifest")
	m.CreateAttr("Id", manifestID)
	add := func(uid, transform, digest string) error {
		r := m.CreateElement("ds:Reference")
		r.CreateAttr("URI", "urn:oid:"+uid)
		if transform != "none" {
			if err := addTransforms(r, []string{transform}, ""); err != nil {
				return err
			}
		}
		r.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", method.uri)
		r.CreateElement("ds:DigestValue").SetText(digest)
		return nil
	}
	if err := add(l.setUID, "none", constantDigest); err != nil {
		return nil, err
	}
	for _, d := range l.documents {
		transform := "none"
		octets := d.content
		if strings.HasPrefix(d.mimeType, "text/xml") || d.mimeType == "application/xslt+xml" {
			transform = orElse(l.note.Transform, "c14n-comments")
		}
		if transform != "none" {
			form, err := canonicalDocument(d.content, transform)
			if err != nil {
				return nil, fmt.Errorf("document %s: %w", d.name, err)
			}
			octets = form
		}
		if err := add(d.uniqueID, transform, base64.StdEncoding.EncodeToString(sum(method.hash, octets))); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// canonicalDocument writes a whole document in canonical form, with what stands beside its root.
func canonicalDocument(text []byte, word string) ([]byte, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(text); err != nil {
		return nil, fmt.Errorf("reading the document to sign: %w", err)
	}
	if doc.Root() == nil {
		return nil, errors.New("the document to sign holds no element")
	}
	comments := strings.HasSuffix(word, "-comments")
	var before, after strings.Builder
	passed := false
	for _, t := range doc.Child {
		text := ""
		switch t := t.(type) {
		case *etree.Element:
			passed = true
		case *etree.Comment:
			if comments {
				text = "<!--" + t.Data + "-->"
			}
		case *etree.ProcInst:
			if t.Target != "xml" {
				text = strings.TrimSuffix("<?"+t.Target+" "+t.Inst, " ") + "?>"
			}
		}
		switch {
		case text == "":
		case passed:
			after.WriteString("\n" + text)
		default:
			before.WriteString(text + "\n")
		}
	}
	form, err := canonical(doc.Root(), word, "")
	if err != nil {
		return nil, err
	}
	return []byte(before.String() + string(form) + after.String()), nil
}

func purposeProperties(root *etree.Element) *etree.Element {
	list := etree.NewElement("ds:SignatureProperties")
	property := list.CreateElement("ds:SignatureProperty")
	property.CreateAttr("Id", "purposeOfSignature")
	property.CreateAttr("Target", "#"+root.SelectAttrValue("Id", ""))
	property.SetText(purposeSource)
	return list
}

// properties writes the XAdES 1.1.1 qualifying properties.
func (l *lotSigner) properties(root *etree.Element, key *pair, digest string) (*etree.Element, error) {
	when := l.now.UTC().Format(time.RFC3339)
	if l.note.SigningTime != nil {
		given, err := l.scope.expand(*l.note.SigningTime)
		if err != nil {
			return nil, err
		}
		when = given
		if offset, err := time.ParseDuration(given); err == nil {
			when = l.now.Add(offset).UTC().Format(time.RFC3339)
		}
	}
	leaf, err := key.leaf()
	if err != nil {
		return nil, err
	}
	issuer, err := distinguishedName(leaf.RawIssuer)
	if err != nil {
		return nil, err
	}
	q := etree.NewElement("xades:QualifyingProperties")
	q.CreateAttr("xmlns:xades", xadesNS)
	q.CreateAttr("Target", "#"+root.SelectAttrValue("Id", ""))
	signed := q.CreateElement("xades:SignedProperties")
	signed.CreateAttr("Id", propertiesID)
	of := signed.CreateElement("xades:SignedSignatureProperties")
	of.CreateElement("xades:SigningTime").SetText(when)
	cert := of.CreateElement("xades:SigningCertificate").CreateElement("xades:Cert")
	certDigest := cert.CreateElement("xades:CertDigest")
	method, known := digestMethods[digest]
	if !known {
		return nil, fmt.Errorf("there is no digest %q", digest)
	}
	// XAdES 1.1.1 puts these two into its own namespace
	certDigest.CreateElement("xades:DigestMethod").CreateAttr("Algorithm", method.uri)
	certDigest.CreateElement("xades:DigestValue").SetText(base64.StdEncoding.EncodeToString(sum(method.hash, leaf.Raw)))
	serial := cert.CreateElement("xades:IssuerSerial")
	serial.CreateElement("ds:X509IssuerName").SetText(issuer)
	serial.CreateElement("ds:X509SerialNumber").SetText(leaf.SerialNumber.String())
	of.CreateElement("xades:SignaturePolicyIdentifier").CreateElement("xades:SignaturePolicyImplied")
	signed.CreateElement("xades:SignedDataObjectProperties")
	return q, nil
}
