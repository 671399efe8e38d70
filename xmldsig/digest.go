package xmldsig

import (
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"liasse/internal/xmltree"
)

// source is what a reference names, as the transforms see it.
type source struct {
	node xmltree.Node
	// omit is the signature that an enveloped signature transform takes out.
	omit xmltree.Node
	// comments tells that comments are there: "#id" and "" leave them out (section 4.4.3.3), an XPointer and a document
	// of its own keep them.
	comments bool
	// raw tells that without a transform the octets as they came are meant, not a canonical form.
	raw bool
}

// write gives the octets that the digest is of.
func (r *Reference) write(out io.Writer, from source) error {
	how := xmltree.Canonicalization{}
	from.omitIfEnveloped(r)
	canonical := false
	for _, t := range r.Transforms {
		switch {
		case t.Algorithm.IsCanonicalization():
			how = canonicalizations[t.Algorithm]
			how.Prefixes = t.Prefixes
			canonical = true
		case t.Algorithm == Base64:
			return writeBase64Text(out, from.node)
		}
	}
	if !canonical && from.raw {
		_, err := out.Write(from.node.Raw())
		return err
	}
	how.Comments = how.Comments && from.comments
	how.Omit = from.omit
	return from.node.WriteCanonical(out, how)
}

// omitIfEnveloped drops the signature to leave out where no transform asks for that.
func (s *source) omitIfEnveloped(r *Reference) {
	if !r.isEnveloped() {
		s.omit = xmltree.Node{}
	}
}

// isEnveloped tells whether the reference has the enveloped signature transform.
func (r *Reference) isEnveloped() bool {
	for _, t := range r.Transforms {
		if t.Algorithm == EnvelopedSignature {
			return true
		}
	}
	return false
}

// writeBase64Text decodes the text of all that a node holds (section 6.6.2).
func writeBase64Text(out io.Writer, n xmltree.Node) error {
	var text strings.Builder
	text.WriteString(n.Text())
	for d := range n.Descendants() {
		text.WriteString(d.Text())
	}
	value, err := decodeBase64(text.String())
	if err != nil {
		return fmt.Errorf("decoding the base64 that is signed: %w", err)
	}
	_, err = out.Write(value)
	return err
}

// errBudget tells that a canonical form is longer than is let in.
var errBudget = errors.New("the canonical form is too long")

// digester takes a digest within a budget of octets, and looks at how they begin.
type digester struct {
	hash  hash.Hash
	left  int
	taken int
	first []byte
}

// Write takes octets, and fails when they exceed the budget.
func (d *digester) Write(p []byte) (int, error) {
	if d.taken == 0 {
		d.first = append(d.first[:0], p[:min(len(p), 512)]...)
	}
	d.taken += len(p)
	if d.taken > d.left {
		return 0, errBudget
	}
	return d.hash.Write(p)
}

// digest digests what a reference names and checks that the octets are of the element that was asked for.
func (r *Reference) digest(from source, budget int) (sum []byte, taken int, err *Error) {
	h, _ := r.DigestMethod.Hash()
	d := &digester{hash: h.New(), left: budget}
	if failed := r.write(d, from); failed != nil {
		if errors.Is(failed, errBudget) {
			return nil, d.taken, fault(ReasonLimit, r.Node, r.form()+" > "+number(budget)+" octets", "≤ "+number(budget)+" octets")
		}
		return nil, d.taken, &Error{Reason: ReasonCanonicalization, At: r.Node, Found: r.form() + " = ∅", Err: failed}
	}
	if from.node.Kind() == xmltree.Element && !r.decodes() && !beginsWith(d.first, from.node) {
		return nil, d.taken, fault(ReasonCanonicalization, r.Node, r.form()+" ≠ <"+from.node.Local()+" …>", "<"+from.node.Local()+" …>")
	}
	return d.hash.Sum(nil), d.taken, nil
}

// decodes tells whether what is digested is not the form of an element.
func (r *Reference) decodes() bool {
	for _, t := range r.Transforms {
		if t.Algorithm == Base64 {
			return true
		}
	}
	return false
}

// beginsWith tells whether octets begin with the start tag of an element.
func beginsWith(octets []byte, n xmltree.Node) bool {
	tag := "<" + n.Local()
	if prefix := n.Prefix(); prefix != "" {
		tag = "<" + prefix + ":" + n.Local()
	}
	if len(tag) > len(octets) {
		return len(octets) == 512 && strings.HasPrefix(tag, string(octets))
	}
	return string(octets[:len(tag)]) == tag
}

// external is what a reference to a document of its own names.
func (r *Reference) external(n xmltree.Node) source {
	return source{node: n, comments: true, raw: true}
}

// Digest gives the digest of a node of another document by the declared transforms, as a reference of a Manifest has them.
// Without a transform it is of the octets as they came, as for DigestOctets.
func (r *Reference) Digest(n xmltree.Node) ([]byte, error) {
	if n.IsZero() {
		return nil, fault(ReasonReference, r.Node, "∅", "XML")
	}
	if len(r.Transforms) > 0 && !r.policy.Lenient {
		if err := absoluteNamespaces(n.Document()); err != nil {
			return nil, err
		}
	}
	sum, _, err := r.digest(r.external(n), r.policy.budget(len(n.Document().Source())))
	if err != nil {
		return nil, err
	}
	return sum, nil
}

// DigestOctets gives the digest of octets as they come, for a reference without a transform.
func (r *Reference) DigestOctets(octets io.Reader) ([]byte, error) {
	if len(r.Transforms) > 0 {
		return nil, fault(ReasonTransform, r.Transforms[0].Node, "ds:Transform × "+number(len(r.Transforms)), "ds:Transform × 0")
	}
	h, ok := r.DigestMethod.Hash()
	if !ok {
		return nil, fault(ReasonAlgorithm, r.Node, "Algorithm="+quote(string(r.DigestMethod)), such(SHA256))
	}
	sum := h.New()
	if _, err := io.Copy(sum, octets); err != nil {
		return nil, fmt.Errorf("reading what is digested: %w", err)
	}
	return sum.Sum(nil), nil
}

// Canonical gives the octets of a node that the reference's digest is of: for "#id" those of an element of the signature's
// own message, else those of another document. Of an enveloped signature it leaves out the Signature that holds the
// reference.
func (r *Reference) Canonical(n xmltree.Node) ([]byte, error) {
	from := r.external(n)
	if r.URI == "" || strings.HasPrefix(r.URI, "#") {
		from = source{node: n, omit: r.signature(), comments: isXPointer(r.URI)}
	}
	var out appender
	if err := r.write(&out, from); err != nil {
		return nil, err
	}
	return out, nil
}

// signature gives the Signature that holds the reference in its SignedInfo.
func (r *Reference) signature() xmltree.Node { return r.Node.Parent().Parent() }

// appender keeps what is written to it.
type appender []byte

// Write keeps the octets.
func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

// form names the canonical form of what the reference names, for a message.
func (r *Reference) form() string { return "C14N(" + quote(r.URI) + ")" }

// encode writes a value as base64.
func encode(value []byte) string { return base64.StdEncoding.EncodeToString(value) }

// sumOf digests octets that are in memory.
func sumOf(h crypto.Hash, octets []byte) []byte {
	sum := h.New()
	sum.Write(octets)
	return sum.Sum(nil)
}
