package xmldsig

import (
	"crypto"
	"slices"
	"strconv"
	"strings"

	"liasse/internal/xmltree"
)

// Reference is a ds:Reference, of a SignedInfo or of a Manifest.
type Reference struct {
	Node          xmltree.Node
	ID, URI, Type string
	Transforms    []Transform
	DigestMethod  Method
	DigestValue   []byte
	// Target is the element whose canonical octets were digested; the zero Node until Verify has returned nil, and for a
	// reference of a Manifest.
	Target xmltree.Node

	policy *Policy
}

// Transform is a ds:Transform, or a CanonicalizationMethod.
type Transform struct {
	Node      xmltree.Node
	Algorithm Method
	// Prefixes is the PrefixList of InclusiveNamespaces, "#default" for the default namespace.
	Prefixes []string
}

// standing says where a reference stands.
type standing uint8

const (
	inSignedInfo standing = iota
	inManifest
)

// readReferences reads the References that come next, to the end of what holds them.
func readReferences(in *children, p *Policy, where standing) ([]Reference, *Error) {
	most := p.MaxReferences
	if where == inManifest {
		most = p.MaxManifestReferences
	}
	var refs []Reference
	for {
		n, more := in.optional("Reference")
		if !more {
			break
		}
		if len(refs) == most {
			return nil, tooMany(ReasonLimit, n, "ds:Reference", most)
		}
		r, err := readReference(n, p, where)
		if err != nil {
			return nil, err
		}
		refs = append(refs, r)
	}
	if err := in.end(); err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		return nil, fault(ReasonStructure, in.of, "ds:Reference × 0", "ds:Reference × ≥ 1")
	}
	return refs, nil
}

func readReference(n xmltree.Node, p *Policy, where standing) (Reference, *Error) {
	r := Reference{Node: n, ID: n.AttrValue("", "Id"), Type: n.AttrValue("", "Type"), policy: p}
	if !p.Lenient {
		if err := attributes(n, "Id", "URI", "Type"); err != nil {
			return r, err
		}
	}
	uri, given := n.Attr("", "URI")
	r.URI = uri
	if !given {
		return r, fault(ReasonReference, n, "@URI × 0", `URI="…"`)
	}
	if where == inSignedInfo && !p.Lenient && !isFragment(uri) {
		return r, fault(ReasonReference, n, "URI="+quote(uri), `URI="#…"`)
	}
	in := inside(n, !p.Lenient)
	if transforms, given := in.optional("Transforms"); given {
		if err := r.readTransforms(transforms, where); err != nil {
			return r, err
		}
	}
	method := in.required("DigestMethod")
	value := in.required("DigestValue")
	if err := in.end(); err != nil {
		return r, err
	}
	return r, r.readDigest(method, value, where)
}

// isFragment tells whether a URI is "#" and an id. An id that begins with a digit is no NCName, yet bare UUIDs are in use.
func isFragment(uri string) bool {
	id, found := strings.CutPrefix(uri, "#")
	return found && id != "" && !strings.ContainsAny(id, " \t\r\n%#()'\"&<>/?:;,=*[]{}|\\^`$@!+~")
}

func (r *Reference) readTransforms(transforms xmltree.Node, where standing) *Error {
	in := inside(transforms, !r.policy.Lenient)
	for {
		n, more := in.optional("Transform")
		if !more {
			break
		}
		if len(r.Transforms) == r.policy.MaxTransforms {
			return tooMany(ReasonLimit, n, "ds:Transform", r.policy.MaxTransforms)
		}
		t, err := readTransform(n, r.policy, r.policy.Transforms, ReasonTransform)
		if err != nil {
			return err
		}
		r.Transforms = append(r.Transforms, t)
	}
	if err := in.end(); err != nil {
		return err
	}
	if len(r.Transforms) == 0 {
		return fault(ReasonStructure, transforms, "ds:Transform × 0", "ds:Transform × ≥ 1")
	}
	return r.checkOrder(where)
}

// checkOrder lets in nothing but an enveloped signature transform first, where it has a meaning, and one canonicalization
// last: other sequences give octets that not every implementation agrees on.
func (r *Reference) checkOrder(where standing) *Error {
	rest := r.Transforms
	if rest[0].Algorithm == EnvelopedSignature && where == inSignedInfo {
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0].Algorithm.IsCanonicalization() {
		rest = rest[1:]
	}
	if len(rest) > 0 && !r.policy.Lenient {
		expected := "ds:Transform[1] = " + string(Exclusive)
		if where == inSignedInfo {
			expected = "ds:Transform[1] = " + string(EnvelopedSignature) + ", ds:Transform[2] = " + string(Exclusive)
		}
		place := number(len(r.Transforms) - len(rest) + 1)
		return fault(ReasonTransform, rest[0].Node, "ds:Transform["+place+"] = "+string(rest[0].Algorithm), expected)
	}
	return nil
}

// readTransform reads a Transform or a CanonicalizationMethod and holds it to a list of algorithms.
func readTransform(n xmltree.Node, p *Policy, allowed []Method, reason Reason) (Transform, *Error) {
	t := Transform{Node: n}
	var err *Error
	if t.Algorithm, err = algorithm(n); err != nil {
		return t, err
	}
	if !slices.Contains(allowed, t.Algorithm) {
		return t, fault(reason, n, name(n)+" Algorithm="+quote(string(t.Algorithm)), such(Exclusive))
	}
	list := n.FirstElement()
	if list.IsZero() {
		return t, empty(n)
	}
	if !t.Algorithm.IsCanonicalization() || !t.Algorithm.isExclusive() || !list.Is(exclusiveNamespace, "InclusiveNamespaces") || !list.NextElement().IsZero() {
		return t, fault(reason, list, path(n, list), path(n, list)+" × 0")
	}
	if err := empty(list); err != nil {
		return t, err
	}
	t.Prefixes, err = readPrefixes(list, p)
	return t, err
}

// readPrefixes reads a PrefixList (Exclusive XML Canonicalization 1.0 section 4).
func readPrefixes(list xmltree.Node, p *Policy) ([]string, *Error) {
	value, given := list.Attr("", "PrefixList")
	if !given {
		return nil, fault(ReasonStructure, list, "@PrefixList × 0", `PrefixList="…"`)
	}
	var prefixes []string
	for prefix := range strings.FieldsSeq(value) {
		if len(prefixes) == p.MaxPrefixes {
			return nil, tooMany(ReasonLimit, list, "PrefixList", p.MaxPrefixes)
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes, nil
}

// readDigest reads DigestMethod and DigestValue. The value of a Manifest may be of any length: what it means is for whoever
// defined the Manifest.
func (r *Reference) readDigest(method, value xmltree.Node, where standing) *Error {
	var err *Error
	if r.DigestMethod, err = algorithm(method); err != nil {
		return err
	}
	if !r.policy.allowsDigest(r.DigestMethod) {
		return fault(ReasonAlgorithm, method, "ds:DigestMethod Algorithm="+quote(string(r.DigestMethod)), such(SHA256))
	}
	if err := empty(method); err != nil {
		return err
	}
	if r.DigestValue, err = binary(value); err != nil {
		return err
	}
	hash, _ := r.DigestMethod.Hash()
	if where == inSignedInfo && len(r.DigestValue) != hash.Size() {
		return fault(ReasonDigest, value, "ds:DigestValue: "+number(len(r.DigestValue))+" octets", number(hash.Size())+" octets")
	}
	if !r.policy.Lenient && isEmptyDigest(hash, r.DigestValue) {
		return fault(ReasonDigest, value, "ds:DigestValue = "+hash.String()+"(∅)", hash.String()+"("+quote(r.URI)+")")
	}
	return nil
}

// isEmptyDigest tells whether a value is the digest of no octets, which a canonicalization that failed unseen would give.
func isEmptyDigest(hash crypto.Hash, value []byte) bool {
	return slices.Equal(hash.New().Sum(nil), value)
}

func number(n int) string { return strconv.Itoa(n) }
