package dmp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/repository"
	"liasse/xmldsig"
)

// maxSignatureBytes bounds the signature's document. One that signs 255 documents has about 100 KiB.
const maxSignatureBytes = 1 << 20

// signatureLimits are what the signature's document is parsed within.
var signatureLimits = xmltree.Limits{
	Bytes: maxSignatureBytes, Depth: 32, Elements: 20_000, Attributes: 32, Namespaces: 32, PrefixesInScope: 64,
	AttributeValue: 16 << 10, NamespaceName: 512, Name: 256, Text: 256 << 10, AbsoluteNamespaces: true,
}

// signature is the signature's document as far as it could be read.
type signature struct {
	*judgement
	part string
	root xmltree.Node
	ids  *xmldsig.IDs
	read *xmldsig.Signature
	// signer is whoever KeyInfo says signed, nil when that cannot be told.
	signer *x509.Certificate
	// manifest and properties are what the References of these Types name, zero where they name nothing.
	manifest, properties xmltree.Node
}

// signature reads and verifies the document of the signature. It gives its tree, nil when there is none, and the references
// of its Manifest by document.
func (j *judgement) signature() (*xmltree.Document, references, error) {
	if j.file == nil || !j.file.Read {
		return nil, nil, nil // the repository says what is missing, or the lot was refused before it was read
	}
	src, err := j.signatureBytes()
	if src == nil {
		return nil, nil, err
	}
	doc, err := xmltree.Parse(src, signatureLimits)
	if err != nil {
		j.notXML(ruleSignatureXML, j.file, err)
		return nil, nil, nil
	}
	s := &signature{judgement: j, part: partOf(j.file), root: doc.Root(), ids: xmldsig.CollectIDs(doc)}
	return doc, s.judge(), nil
}

// signatureBytes reads the signature's document; nil when it is too large.
func (j *judgement) signatureBytes() ([]byte, error) {
	if size := j.file.Digest.Size; size > maxSignatureBytes {
		j.report.Add(rule.Finding{Rule: ruleSignatureSize, Place: rule.Place{Part: partOf(j.file)}, Subject: j.entry.ID,
			Found: strconv.FormatInt(size, 10), Expected: "≤ " + strconv.Itoa(maxSignatureBytes)})
		return nil, nil
	}
	return readAll(j.file)
}

// readAll reads a document of the lot, whose size was judged before.
func readAll(d *repository.LotDocument) ([]byte, error) {
	r, err := d.Open()
	if err != nil {
		return nil, fmt.Errorf("opening a document of the lot: %w", err)
	}
	src := make([]byte, d.Digest.Size)
	_, err = io.ReadFull(r, src)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("reading a document of the lot: %w", err)
	}
	return src, nil
}

// partOf names the document in findings: its MIME part, or its entry when it came inline.
func partOf(d *repository.LotDocument) string { return first(d.Part, d.Entry.ID) }

// notXML enters a finding about a document that could not be parsed, where it could not.
func (j *judgement) notXML(r *rule.Rule, d *repository.LotDocument, err error) {
	f := rule.Finding{Rule: r, Place: rule.Place{Part: partOf(d)}, Subject: d.Entry.ID, Found: err.Error()}
	var syntax *xmltree.SyntaxError
	if errors.As(err, &syntax) {
		f.Line, f.Column, f.Found = syntax.Line, syntax.Column, syntax.In(j.cfg.Language)
	}
	j.report.Add(f)
}

// at enters a finding about a node of the signature's document.
func (s *signature) at(r *rule.Rule, n xmltree.Node, found, expected string) {
	s.report.AddAt(n, rule.Finding{Rule: r, Place: rule.Place{Part: s.part}, Subject: s.entry.ID, Found: found, Expected: expected})
}

// fault enters what the engine of XML signatures found.
func (s *signature) fault(err error, otherwise xmltree.Node) {
	e := xmldsig.AsError(err)
	if e == nil {
		s.at(ruleSignatureStructure, otherwise, "", "")
		return
	}
	n := e.At
	if n.IsZero() || n.Document() != s.root.Document() {
		n = otherwise
	}
	f := rule.Finding{Rule: ruleOfReason(e.Reason), Place: rule.Place{Part: s.part}, Subject: s.entry.ID, Found: e.Found, Expected: e.Expected}
	if s.read != nil && s.mayExplain() {
		f.Fix = fixOf(xmldsig.Explain(s.read, err))
		s.explained()
	}
	s.report.AddAt(n, f)
}

func ruleOfReason(r xmldsig.Reason) *rule.Rule {
	switch r {
	case xmldsig.ReasonAlgorithm, xmldsig.ReasonTransform, xmldsig.ReasonCanonicalization:
		return ruleAlgorithms
	case xmldsig.ReasonReference:
		return ruleReferenceResolves
	case xmldsig.ReasonDuplicateID:
		return ruleSignatureIDs
	case xmldsig.ReasonDigest:
		return ruleReferenceDigest
	case xmldsig.ReasonSignatureValue:
		return ruleSignatureValue
	case xmldsig.ReasonKey:
		return ruleOneSigner
	}
	return ruleSignatureStructure
}

// judge verifies the signature and everything in it, and gives the references of the Manifest.
func (s *signature) judge() references {
	var err error
	if s.read, err = xmldsig.Read(s.root, s.signing); err != nil {
		s.fault(err, s.root)
		return nil
	}
	if n, twice := s.ids.Duplicate(); twice {
		s.at(ruleSignatureIDs, n, s.idOf(n), "")
	}
	if s.read.ID != "" && !isNCName(s.read.ID) {
		s.at(ruleSignatureID, s.root, s.read.ID, "")
	}
	s.judgeSigner()
	manifest, properties := s.references()
	s.manifest = s.target(manifest, wanted{space: xmldsig.Namespace, local: "Manifest", rule: ruleManifestPlace, parent: s.isObject})
	s.properties = s.target(properties, wanted{local: "SignedProperties", rule: ruleQualifying, parent: s.isQualifying})
	s.judgeObjects()
	s.judgeProperties()
	return s.judgeManifest()
}

// idOf gives the id of an element, whatever its attribute is called.
func (s *signature) idOf(n xmltree.Node) string {
	for _, name := range [...]string{"Id", "ID", "id"} {
		if id := n.AttrValue("", name); id != "" {
			return id
		}
	}
	return n.AttrValue(xmltree.XMLNamespace, "id")
}

// isNCName tells whether an id is one as far as software that reads it with a schema minds.
func isNCName(id string) bool {
	for i, r := range id {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7F
		if !letter && (i == 0 || r != '-' && r != '.' && (r < '0' || r > '9')) {
			return false
		}
	}
	return id != ""
}

// references finds the two References of SignedInfo by their Types.
func (s *signature) references() (manifest, properties *xmldsig.Reference) {
	for i := range s.read.References {
		r := &s.read.References[i]
		switch {
		case r.Type == xmldsig.TypeManifest && manifest == nil:
			manifest = r
		case isPropertiesType(r.Type) && properties == nil:
			properties = r
		case r.Type == xmldsig.TypeManifest:
			s.at(ruleManifestReferenced, r.Node, r.URI, "")
		case isPropertiesType(r.Type):
			s.at(rulePropertiesReferenced, r.Node, r.URI, "")
		default:
			s.at(ruleNothingElseReferenced, r.Node, first(r.Type, r.URI), "")
		}
	}
	info := s.root.Child(xmldsig.Namespace, "SignedInfo")
	if manifest == nil {
		s.at(ruleManifestReferenced, info, "", xmldsig.TypeManifest)
	}
	if properties == nil {
		s.at(rulePropertiesReferenced, info, "", propertiesTypes[0])
	}
	return manifest, properties
}

// wanted says what a Reference must lead to; an empty space is any.
type wanted struct {
	space, local string
	rule         *rule.Rule
	parent       func(xmltree.Node) bool
}

// isObject tells whether a node is an Object of the signature.
func (s *signature) isObject(n xmltree.Node) bool {
	return n.Is(xmldsig.Namespace, "Object") && n.Parent() == s.root
}

// target gives what a Reference names: the node whose canonical octets were digested, or of a signature that could not be
// verified, which a finding says, the node that they would be of. It is zero when that is not what it must be.
func (s *signature) target(r *xmldsig.Reference, want wanted) xmltree.Node {
	if r == nil {
		return xmltree.Node{}
	}
	n := r.Target
	if id, isFragment := strings.CutPrefix(r.URI, "#"); n.IsZero() && isFragment {
		found, err := s.ids.Find(id)
		if err != nil {
			return xmltree.Node{} // said when the signature was verified, or by the rule on ids
		}
		n = found
	}
	space := want.space
	if space == "" {
		space = n.Space()
	}
	if !n.Is(space, want.local) || !want.parent(n.Parent()) {
		s.at(want.rule, r.Node, n.Local(), want.local)
		return xmltree.Node{}
	}
	return n
}

// setID gives the uniqueId of the lot's SubmissionSet.
func (j *judgement) setID() string {
	if set := j.lot.Submission.SubmissionSet; set != nil {
		return set.UniqueID
	}
	return ""
}
