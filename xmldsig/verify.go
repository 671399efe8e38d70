package xmldsig

import (
	"bytes"
	"crypto"
	"errors"
	"strings"

	"liasse/internal/xmltree"
)

// Verify performs core validation (section 3.2): the SignatureValue over SignedInfo with the key, then the digest of each
// Reference. The references are read again from the octets whose signature was verified, so that nothing else decides what
// is signed. When it returns nil every Reference has its Target. ids is that of the signature's document; nil has it
// collected. The error is an *Error.
func (s *Signature) Verify(key crypto.PublicKey, ids *IDs) error {
	if err := s.verify(key, ids); err != nil {
		for i := range s.References {
			s.References[i].Target = xmltree.Node{}
		}
		return err
	}
	return nil
}

func (s *Signature) verify(key crypto.PublicKey, ids *IDs) *Error {
	s.key, s.verified = key, false
	doc := s.Node.Document()
	if ids == nil {
		ids = CollectIDs(doc)
	}
	if ids.doc != doc {
		return fault(ReasonReference, s.Node, "document(IDs) ≠ document(ds:Signature)", "document(IDs) = document(ds:Signature)")
	}
	if err := s.checkKey(key); err != nil {
		return err
	}
	octets, err := s.signedOctets()
	if err != nil {
		return err
	}
	if failed := verifyValue(key, s.scheme, s.hash, sumOf(s.hash, octets), s.Value); failed != nil {
		return s.valueFault(failed)
	}
	if err := s.readAgain(octets); err != nil {
		return err
	}
	budget := s.policy.budget(len(doc.Source()))
	for i := range s.References {
		taken, err := s.verifyReference(&s.References[i], ids, budget)
		if err != nil {
			return err
		}
		budget -= taken
	}
	s.verified = true
	return nil
}

// signedOctets gives the canonical form of SignedInfo.
func (s *Signature) signedOctets() ([]byte, *Error) {
	how := canonicalizations[s.Canonicalization]
	how.Prefixes = s.Prefixes
	out := &bounded{left: s.policy.budget(len(s.info.Raw()))}
	if err := s.info.WriteCanonical(out, how); err != nil {
		return nil, fault(ReasonLimit, s.info, "C14N(ds:SignedInfo) > "+number(out.left)+" octets", "≤ "+number(out.left)+" octets")
	}
	if !beginsWith(out.octets[:min(len(out.octets), 512)], s.info) {
		return nil, fault(ReasonCanonicalization, s.info, "C14N(ds:SignedInfo) ≠ <"+s.info.Local()+" …>", "<"+s.info.Local()+" …>")
	}
	return out.octets, nil
}

// bounded keeps what is written to it, up to a number of octets.
type bounded struct {
	octets []byte
	left   int
}

// Write keeps the octets, and fails when they exceed the bound.
func (b *bounded) Write(p []byte) (int, error) {
	if len(b.octets)+len(p) > b.left {
		return 0, errBudget
	}
	b.octets = append(b.octets, p...)
	return len(p), nil
}

// canonicalLimits let an element declare every prefix that was in scope around it.
var canonicalLimits = func() xmltree.Limits {
	limits := xmltree.DocumentLimits
	limits.Namespaces = limits.PrefixesInScope
	return limits
}()

// readAgain reads the references out of the octets that were verified and puts what they say in the place of what the
// tree says; each keeps its node there.
func (s *Signature) readAgain(octets []byte) *Error {
	doc, failed := xmltree.Parse(octets, canonicalLimits)
	if failed != nil {
		return &Error{Reason: ReasonCanonicalization, At: s.info, Found: "C14N(ds:SignedInfo) ≠ XML", Expected: "XML", Err: failed}
	}
	defer doc.Release()
	again := &Signature{policy: s.policy, info: doc.Root()}
	if err := again.readSignedInfo(); err != nil {
		err.At = s.info
		return err
	}
	if len(again.References) != len(s.References) || again.Method != s.Method || again.Canonicalization != s.Canonicalization || again.hash != s.hash {
		return fault(ReasonStructure, s.info, "C14N(ds:SignedInfo) ≠ ds:SignedInfo", "C14N(ds:SignedInfo) = ds:SignedInfo")
	}
	for i := range again.References {
		now, before := &again.References[i], &s.References[i]
		if len(now.Transforms) != len(before.Transforms) {
			return fault(ReasonStructure, before.Node, "ds:Transform × "+number(len(now.Transforms)), "ds:Transform × "+number(len(before.Transforms)))
		}
		now.Node = before.Node
		for k := range now.Transforms {
			now.Transforms[k].Node = before.Transforms[k].Node
		}
	}
	s.References = again.References
	return nil
}

// verifyReference finds what a reference names, digests it and compares.
func (s *Signature) verifyReference(r *Reference, ids *IDs, budget int) (taken int, err *Error) {
	from, err := s.resolve(r, ids)
	if err != nil {
		return 0, err
	}
	if r.isEnveloped() && !s.policy.Lenient && !encloses(from.node, s.Node) {
		return 0, fault(ReasonTransform, r.Node, quote(r.URI)+" ∌ ds:Signature", quote(r.URI)+" ∋ ds:Signature")
	}
	sum, taken, err := r.digest(from, budget)
	if err != nil {
		return taken, err
	}
	if !bytes.Equal(sum, r.DigestValue) {
		return taken, fault(ReasonDigest, r.Node, "URI="+quote(r.URI)+", ds:DigestValue = "+encode(r.DigestValue), "ds:DigestValue = "+encode(sum))
	}
	r.Target = from.node
	return taken, nil
}

// resolve finds what a reference names in the signature's document (section 4.4.3.2).
func (s *Signature) resolve(r *Reference, ids *IDs) (source, *Error) {
	from := source{omit: s.Node, comments: isXPointer(r.URI)}
	switch {
	case r.URI == "", r.URI == "#xpointer(/)":
		from.node = s.Node.Document().Node()
		return from, nil
	case !strings.HasPrefix(r.URI, "#"):
		return from, fault(ReasonReference, r.Node, "URI="+quote(r.URI), `URI="#…"`)
	}
	id := r.URI[1:]
	if of, is := strings.CutPrefix(id, "xpointer(id("); is {
		id = strings.Trim(strings.TrimSuffix(of, "))"), `'"`)
	}
	var err *Error
	if from.node, err = ids.Find(id); err != nil {
		err.At = r.Node
	}
	return from, err
}

// isXPointer tells whether a URI is a full XPointer, which keeps comments.
func isXPointer(uri string) bool { return strings.HasPrefix(uri, "#xpointer(") }

// encloses tells whether one node lies inside another of the same document.
func encloses(outer, inner xmltree.Node) bool {
	return outer != inner && within(outer, inner)
}

// within tells whether a node is another or lies inside it.
func within(outer, n xmltree.Node) bool {
	if outer.IsZero() || outer.Document() != n.Document() {
		return false
	}
	return outer == n || outer.Kind() == xmltree.DocumentNode || outer.Kind() == xmltree.Element && outer.Offset() <= n.Offset() && n.End() <= outer.End()
}

// Verified tells whether a node was digested: Verify has returned nil, and the node is the Target of a reference or lies
// inside one, not inside what the transforms left out.
func (s *Signature) Verified(n xmltree.Node) bool {
	if !s.verified || n.IsZero() {
		return false
	}
	for i := range s.References {
		if s.References[i].digested(n, s.Node) {
			return true
		}
	}
	return false
}

func (r *Reference) digested(n, signature xmltree.Node) bool {
	if !within(r.Target, n) || r.decodes() && n != r.Target {
		return false
	}
	if r.isEnveloped() && within(signature, n) {
		return false
	}
	return n.Kind() != xmltree.Comment || r.keepsComments()
}

// keepsComments tells whether comments below the target were digested.
func (r *Reference) keepsComments() bool {
	if !isXPointer(r.URI) {
		return false
	}
	for _, t := range r.Transforms {
		if t.Algorithm.IsCanonicalization() {
			return canonicalizations[t.Algorithm].Comments
		}
	}
	return false
}

// AsError gives the *Error that an error of this package is or holds, or nil.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
