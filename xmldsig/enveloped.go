package xmldsig

import (
	"fmt"

	"liasse/internal/xmltree"
)

// Enveloped says how an element is signed by a Signature inside it, as SAML 2.0 section 5.4 signs an assertion.
type Enveloped struct {
	// ID is the identifier of the element, which the Reference names.
	ID string
	// At is the offset in the document where the Signature goes, inside the element; 0 puts it after the element's first
	// child element, where SAML has it.
	At int
	// Canonicalization is the algorithm of SignedInfo and of the last transform; empty, Exclusive.
	Canonicalization Method
	// Prefixes is the PrefixList of both, for the exclusive algorithms.
	Prefixes []string
	// SignatureID is the Id of the Signature, none when empty.
	SignatureID string
}

// SignEnveloped signs an element of a document, the root or one inside, and gives the document with the Signature in that
// element. Signed by an inclusive canonicalization the element must stay where it is: put where other namespaces are in
// scope it has another form.
func (s *Signer) SignEnveloped(src []byte, e Enveloped) ([]byte, error) {
	doc, err := xmltree.Parse(src, xmltree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("reading what is to be signed: %w", err)
	}
	defer doc.Release()
	target, fault := CollectIDs(doc).Find(e.ID)
	if fault != nil {
		return nil, fmt.Errorf("finding what is to be signed: %w", fault)
	}
	at := e.At
	if at == 0 {
		at = max(target.ContentOffset(), target.FirstElement().End())
	}
	if at < target.ContentOffset() || at >= target.End() {
		return nil, fmt.Errorf("placing the signature: offset %d is not inside the element to sign", e.At)
	}
	canonicalization := Transform{Algorithm: e.Canonicalization, Prefixes: e.Prefixes}
	if canonicalization.Algorithm == "" {
		canonicalization.Algorithm = Exclusive
	}
	ref := NewReference{URI: "#" + e.ID, Transforms: []Transform{{Algorithm: EnvelopedSignature}, canonicalization}}
	if ref.Value, err = s.take(&ref, target); err != nil {
		return nil, err
	}
	signature, err := s.appendHead(nil, e.SignatureID, canonicalization, []NewReference{ref})
	if err != nil {
		return nil, err
	}
	signature = append(signature, "</ds:Signature>"...)
	return s.finish(draft{text: splice(src, at, signature), at: at})
}

// take digests the element that a reference names.
func (s *Signer) take(r *NewReference, target xmltree.Node) ([]byte, error) {
	method := r.Digest
	if method == "" {
		method = s.digest()
	}
	if _, known := digestMethods[method]; !known {
		return nil, fmt.Errorf("digesting %q: the algorithm %q is not known", r.URI, method)
	}
	read := &Reference{URI: r.URI, Transforms: r.Transforms, DigestMethod: method, policy: Engine()}
	sum, _, err := read.digest(source{node: target}, read.policy.budget(len(target.Raw())))
	if err != nil {
		return nil, fmt.Errorf("digesting %q: %w", r.URI, err)
	}
	return sum, nil
}
