package xmldsig

import (
	"errors"
	"fmt"
	"strings"

	"liasse/internal/xmltree"
)

// Enveloping says how a Signature is made that holds what it signs, as the signature of a lot holds its Manifest.
type Enveloping struct {
	// ID is the Id of the Signature.
	ID string
	// Canonicalization is that of SignedInfo; empty, Exclusive. Prefixes is its PrefixList.
	Canonicalization Method
	Prefixes         []string
	// Objects are the contents of the Objects, XML each, where the prefix ds stands for XML Signature.
	Objects [][]byte
	// References are those of SignedInfo. One without a Value is digested; its URI is "#" and an id inside the Objects.
	References []NewReference
}

// SignEnveloping makes a Signature that holds its Objects, as a document of its own without an XML declaration.
func (s *Signer) SignEnveloping(e Enveloping) ([]byte, error) {
	if len(e.References) == 0 {
		return nil, errors.New("signing: no reference")
	}
	canonicalization := Transform{Algorithm: e.Canonicalization, Prefixes: e.Prefixes}
	if canonicalization.Algorithm == "" {
		canonicalization.Algorithm = Exclusive
	}
	refs := make([]NewReference, len(e.References))
	copy(refs, e.References)
	// What is referenced does not change when the digests are filled in: it lies in the Objects.
	text, err := s.enveloping(&e, canonicalization, refs)
	if err != nil {
		return nil, err
	}
	doc, err := xmltree.Parse(text, xmltree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("reading what is to be signed: %w", err)
	}
	defer doc.Release()
	if err := s.takeAll(refs, CollectIDs(doc)); err != nil {
		return nil, err
	}
	if text, err = s.enveloping(&e, canonicalization, refs); err != nil {
		return nil, err
	}
	return s.finish(draft{text: text})
}

// enveloping writes the Signature with the digests that are known.
func (s *Signer) enveloping(e *Enveloping, canonicalization Transform, refs []NewReference) ([]byte, error) {
	text, err := s.appendHead(nil, e.ID, canonicalization, refs)
	if err != nil {
		return nil, err
	}
	for _, object := range e.Objects {
		text = append(text, "<ds:Object>"...)
		text = append(text, object...)
		text = append(text, "</ds:Object>"...)
	}
	return append(text, "</ds:Signature>"...), nil
}

// takeAll fills in the digests that are not given.
func (s *Signer) takeAll(refs []NewReference, ids *IDs) error {
	for i := range refs {
		r := &refs[i]
		if r.Value != nil {
			continue
		}
		id, found := strings.CutPrefix(r.URI, "#")
		if !found {
			return fmt.Errorf("signing %q: a reference out of the signature must give its digest", r.URI)
		}
		target, fault := ids.Find(id)
		if fault != nil {
			return fmt.Errorf("finding what is to be signed: %w", fault)
		}
		var err error
		if r.Value, err = s.take(r, target); err != nil {
			return err
		}
	}
	return nil
}

// Manifest writes a ds:Manifest with an Id, for an Object. Every reference must give its Value.
func (s *Signer) Manifest(id string, refs []NewReference) ([]byte, error) {
	text := appendOptional([]byte("<ds:Manifest"), "Id", id)
	text = append(text, '>')
	for i := range refs {
		if len(refs[i].Value) == 0 {
			return nil, fmt.Errorf("writing the manifest: the digest of %q is not given", refs[i].URI)
		}
		text = s.appendReference(text, &refs[i])
	}
	return append(text, "</ds:Manifest>"...), nil
}
