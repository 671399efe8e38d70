package dmp

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/xmldsig"
)

// references are those of a Manifest by the entry of the document that they name.
type references map[*registry.DocumentEntry]*xmldsig.Reference

// setDigest is what stands for the digest of the SubmissionSet: one byte of zero, AA==.
var setDigest = []byte{0}

// judgeManifest holds the Manifest to the lot: its SubmissionSet and every document once, and nothing else. Core validation
// of a signature does not look at what a Manifest names (XML Signature 5.1), so all of it is looked at here.
func (s *signature) judgeManifest() references {
	if s.manifest.IsZero() {
		return nil
	}
	all, err := xmldsig.ReadManifest(s.manifest, s.signing)
	if err != nil {
		s.fault(err, s.manifest)
		return nil
	}
	documents := make(map[string]*registry.DocumentEntry, len(s.signed))
	for _, d := range s.signed {
		documents[uri(d.UniqueID)] = d
	}
	found := make(references, len(all))
	set, sha1 := s.setID(), xmltree.Node{}
	seen := make(map[string]bool, len(all))
	for i := range all {
		r := &all[i]
		if seen[r.URI] {
			s.at(ruleReferencedOnce, r.Node, r.URI, "")
			continue
		}
		seen[r.URI] = true
		switch d := documents[r.URI]; {
		case set != "" && r.URI == uri(set):
			if !bytes.Equal(r.DigestValue, setDigest) || len(r.Transforms) > 0 {
				s.at(ruleSetDigest, r.Node, base64.StdEncoding.EncodeToString(r.DigestValue), "AA==")
			}
		case d != nil:
			found[d] = r
			if r.DigestMethod == xmldsig.SHA1 && sha1.IsZero() {
				sha1 = r.Node
			}
		default:
			s.at(ruleNothingForeign, r.Node, r.URI, "")
		}
	}
	if !sha1.IsZero() {
		s.at(ruleSHA1, sha1, string(xmldsig.SHA1), string(xmldsig.SHA256))
	}
	if set != "" && !seen[uri(set)] {
		s.at(ruleSetReferenced, s.manifest, "", uri(set))
	}
	for _, d := range s.signed {
		if found[d] == nil {
			s.at(ruleDocumentReferenced, s.manifest, "", uri(d.UniqueID))
		}
	}
	return found
}

// uri is how a Manifest names an object of the lot.
func uri(uniqueID string) string { return "urn:oid:" + uniqueID }

// digestOf gives the digest by which the Manifest must know a document: of its canonical form where a transform says so,
// else of its bytes, which were digested when they came.
func digestOf(r *xmldsig.Reference, d *document) ([]byte, error) {
	if len(r.Transforms) > 0 {
		return r.Digest(d.tree.Node())
	}
	switch r.DigestMethod {
	case xmldsig.SHA256:
		return d.Digest.Address[:], nil
	case xmldsig.SHA1:
		return d.Digest.SHA1[:], nil
	}
	octets, err := d.Open()
	if err != nil {
		return nil, fmt.Errorf("opening a document of the lot: %w", err)
	}
	defer octets.Close() // was only read
	return r.DigestOctets(octets)
}
