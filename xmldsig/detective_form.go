package xmldsig

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

// sameOctets looks whether the octets are right and the algorithm or the notation of the digest is another.
func (d *detective) sameOctets(from source) (Cause, bool) {
	if !d.matches(func(out io.Writer) error { return d.r.write(out, from) }) {
		return Cause{}, false
	}
	if d.isHex {
		return d.cause(HexDigest, d.found, "")
	}
	return d.cause(OtherDigest, d.found, "")
}

// declared gives the canonicalization that a reference declares, and whether it declares one.
func (r *Reference) declared() (Transform, bool) {
	for _, t := range r.Transforms {
		if t.Algorithm.IsCanonicalization() {
			return t, true
		}
	}
	return Transform{Algorithm: C14N10}, false
}

// allForms are tried in this order: what signers most often do unasked comes first.
var allForms = []Method{Exclusive, C14N10, C14N10WithComments, ExclusiveWithComments, C14N11, C14N11WithComments}

// formsNear gives the canonicalizations to try where one is declared, the nearest first: comments treated otherwise, then
// another PrefixList, then another algorithm.
func formsNear(n xmltree.Node, declared Transform) []Transform {
	var near, listed, far []Transform
	for _, m := range allForms {
		same := withoutComments(m) == withoutComments(declared.Algorithm)
		if same {
			near = append(near, Transform{Algorithm: m, Prefixes: declared.Prefixes})
		} else {
			far = append(far, Transform{Algorithm: m})
		}
		if !m.isExclusive() {
			continue
		}
		for _, list := range prefixLists(n, declared.Prefixes) {
			if same {
				listed = append(listed, Transform{Algorithm: m, Prefixes: list})
			} else {
				far = append(far, Transform{Algorithm: m, Prefixes: list})
			}
		}
	}
	return slices.Concat(near, listed, far)
}

// forms looks whether another canonical form has the digest, or the octets as they stand.
func (d *detective) forms(from source) (Cause, bool) {
	declared, given := d.r.declared()
	if given || !from.raw {
		if d.matchesOctets(from.node.Raw()) {
			return d.cause(Raw, "", "")
		}
	}
	from.comments = true
	for _, form := range formsNear(from.node, declared) {
		if !d.matches(func(out io.Writer) error { return d.write(out, from, form) }) {
			continue
		}
		switch {
		case !given && from.raw:
			return d.cause(Canonical, form.Algorithm, "")
		case withoutComments(form.Algorithm) != withoutComments(declared.Algorithm):
			return d.cause(OtherForm, form.Algorithm, "")
		case slices.Equal(form.Prefixes, declared.Prefixes):
			return d.cause(Comments, form.Algorithm, "")
		}
		return d.cause(PrefixList, form.Algorithm, strings.Join(form.Prefixes, " "))
	}
	return Cause{}, false
}

// withoutComments gives what the two identifiers of one algorithm share.
func withoutComments(m Method) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(m), "WithComments"), "#")
}

// write gives a form of a source other than the declared one.
func (d *detective) write(out io.Writer, from source, form Transform) error {
	how := canonicalizations[form.Algorithm]
	how.Prefixes = form.Prefixes
	from.omitIfEnveloped(d.r)
	how.Omit = from.omit
	return from.node.WriteCanonical(out, how)
}

// habitualLists are the PrefixLists that signers put in by habit.
var habitualLists = []string{"xs", "xsd", "xsi", "xs xsi", "ds saml2 xs", "#default", "ds saml #default xsi", "soap", "env", "wsse", "soap wsa", "wsse soap"}

// prefixLists are the PrefixLists worth trying beside the declared one: none, and the habitual ones that matter here.
func prefixLists(n xmltree.Node, declared []string) [][]string {
	var lists [][]string
	if len(declared) > 0 {
		lists = append(lists, nil)
	}
	for _, habitual := range habitualLists {
		if list := strings.Fields(habitual); anyBound(n, list) && !slices.Equal(list, declared) {
			lists = append(lists, list)
		}
	}
	return lists
}

func anyBound(n xmltree.Node, prefixes []string) bool {
	if n.Kind() == xmltree.DocumentNode {
		return false
	}
	return slices.ContainsFunc(prefixes, func(p string) bool { uri, ok := n.Namespace(strings.TrimPrefix(p, "#default")); return ok && uri != "" })
}

// outOfContext looks whether an element was signed by an inclusive method before it stood where it stands.
func (d *detective) outOfContext(from source) (Cause, bool) {
	alone, err := xmltree.Parse(from.node.Raw(), xmltree.Limits{})
	if err != nil {
		return Cause{}, false
	}
	defer alone.Release()
	apart := source{node: alone.Root(), comments: from.comments}
	if from.omit.Offset() > from.node.Offset() {
		apart.omit, _ = elementAt(alone, from.omit.Offset()-from.node.Offset())
	}
	if d.matches(func(out io.Writer) error { return d.r.write(out, apart) }) {
		return d.cause(OutOfContext, "", "")
	}
	return Cause{}, false
}

// emptied are the values that a signature to be filled in has empty.
var emptied = regexp.MustCompile(`(<(?:[\w.-]+:)?(?:DigestValue|SignatureValue|X509Certificate)(?:\s[^>]*)?>)[^<]*(</)`)

// signatureKept looks whether the digest was taken with the empty Signature inside.
func (d *detective) signatureKept(from source) (Cause, bool) {
	if !d.r.isEnveloped() || !encloses(from.node, from.omit) {
		return Cause{}, false
	}
	src := from.node.Document().Source()
	begin, end := from.omit.Offset(), from.omit.End()
	signature := string(src[begin:end])
	for _, template := range []string{emptied.ReplaceAllString(signature, "$1$2"), signature} {
		text := string(src[:begin]) + template + string(src[end:])
		if d.again([]byte(text), from.node.Offset(), func(n xmltree.Node) bool {
			return d.matches(func(out io.Writer) error { return d.r.write(out, source{node: n, comments: from.comments}) })
		}) {
			return d.cause(SignatureKept, "", "")
		}
	}
	return Cause{}, false
}

// again parses a changed text and hands on the element that begins at an offset, or the document for -1.
func (d *detective) again(text []byte, offset int, try func(xmltree.Node) bool) bool {
	if d.left -= editCost * len(text); d.left <= 0 { // making and parsing it costs too
		return false
	}
	doc, err := xmltree.Parse(text, xmltree.Limits{})
	if err != nil {
		return false
	}
	defer doc.Release()
	if offset < 0 {
		return try(doc.Node())
	}
	n, err := elementAt(doc, offset)
	return err == nil && try(n)
}

// matchesNode tells whether another document has the digest by the declared transforms.
func (d *detective) matchesNode(n xmltree.Node) bool {
	return d.matches(func(out io.Writer) error { return d.r.write(out, d.r.external(n)) })
}
