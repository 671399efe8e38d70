package check

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"mime"
	"slices"
	"strings"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/soap"
	"liasse/xmldsig"
)

// Hashed is one digest of a signature: what was hashed, and whether it comes to the DigestValue.
type Hashed struct {
	// Signature says which signature: the place of its element, with the document it stands in.
	Signature string
	// URI is that of the reference; "SignedInfo" for what the SignatureValue is made over.
	URI string
	// Transforms are the algorithms applied, in order; none means the octets as they came.
	Transforms []string
	// Digest is the digest algorithm, or of SignedInfo the signature algorithm.
	Digest string
	// Declared and Computed are digests in base64; Computed is empty where nothing could be hashed. Both are empty for
	// SignedInfo, whose value only the key can tell.
	Declared, Computed string
	// Octets are what was hashed: the canonical form, or the document itself.
	Octets []byte
	// Why says why nothing could be hashed.
	Why string
	// Cause says what explains a digest or a signature value that is not right, where a known damage does.
	Cause *xmldsig.Cause
	// Wrong tells of SignedInfo that the SignatureValue does not verify by the key of the certificate.
	Wrong bool
}

// Matches tells whether the computed digest is the declared one.
func (h *Hashed) Matches() bool { return h.Computed != "" && h.Computed == h.Declared }

// Explain gives what each signature of the inputs hashed, in document order. Documents that a manifest names are found
// among the parts of the same request, or among the other inputs by their name or by the id in their CDA header.
func Explain(inputs []*Input) []Hashed {
	e := explainer{files: make(map[string][]byte)}
	for _, in := range inputs {
		e.collect(in)
	}
	for _, in := range inputs {
		e.explain(in)
	}
	return e.hashed
}

type explainer struct {
	// files are documents by the identifiers under which a manifest may name them.
	files  map[string][]byte
	hashed []Hashed
}

// collect notes which documents an input brings.
func (e *explainer) collect(in *Input) {
	switch in.Kind {
	case Document:
		e.files[in.Name] = in.Content
		if in.Tree != nil {
			id := in.Tree.Root().Child("urn:hl7-org:v3", "id")
			if root := id.AttrValue("", "root"); root != "" {
				e.files[root] = in.Content
			}
		}
	case Request:
		if in.Tree == nil {
			return
		}
		body := in.Tree.Root().Child(soap.EnvelopeNamespace, "Body")
		for uniqueID, content := range documentsOf(body, in.parts()) {
			e.files[uniqueID] = content
		}
	}
}

// parts gives the parts of a multipart request beside its root.
func (in *Input) parts() []part {
	media, parameters, err := mime.ParseMediaType(in.ContentType)
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		return nil
	}
	_, others := splitParts(in.Body, parameters)
	return others
}

// explain goes through the signatures of an input.
func (e *explainer) explain(in *Input) {
	if in.Tree == nil {
		return
	}
	e.explainTree(in.Name, in.Tree)
	for _, p := range in.parts() {
		if !bytes.Contains(p.content, []byte(xmldsig.Namespace)) {
			continue
		}
		tree, err := xmltree.Parse(p.content, xmltree.DocumentLimits)
		if err != nil || !tree.Root().Is(xmldsig.Namespace, "Signature") {
			continue // a signature inside a document is the document's own matter
		}
		e.explainTree(in.Name+", part "+p.id, tree)
	}
}

func (e *explainer) explainTree(name string, tree *xmltree.Document) {
	ids := xmldsig.CollectIDs(tree)
	root := tree.Root()
	if root.Is(xmldsig.Namespace, "Signature") {
		e.explainSignature(name, root, ids)
		return
	}
	for n := range root.Descendants() {
		if n.Is(xmldsig.Namespace, "Signature") {
			e.explainSignature(name, n, ids)
		}
	}
}

func (e *explainer) explainSignature(name string, n xmltree.Node, ids *xmldsig.IDs) {
	at := name + ", " + rule.At(n).String()
	s, err := xmldsig.Read(n, xmldsig.Engine())
	if err != nil {
		e.hashed = append(e.hashed, Hashed{Signature: at, Why: err.Error()})
		return
	}
	info := Hashed{Signature: at, URI: "SignedInfo", Transforms: []string{string(s.Canonicalization)}, Digest: string(s.Method)}
	if info.Octets, err = s.SignedOctets(); err != nil {
		info.Why = err.Error()
	}
	failed := s.Verify(keyOf(s), ids)
	cause := causeOf(xmldsig.Explain(s, failed))
	fault := xmldsig.AsError(failed)
	if fault != nil && fault.Reason != xmldsig.ReasonDigest {
		info.Wrong, info.Cause = true, cause
		if fault.Reason != xmldsig.ReasonSignatureValue && info.Why == "" {
			info.Why = fault.Error()
		}
	}
	e.hashed = append(e.hashed, info)
	for i := range s.References {
		ref := &s.References[i]
		h := describe(at, ref)
		target, missing := ids.Find(strings.TrimPrefix(ref.URI, "#"))
		switch {
		case !strings.HasPrefix(ref.URI, "#"):
			h.Why = "it names nothing inside this message"
		case missing != nil:
			h.Why = missing.Error()
		default:
			h.hash(ref, func() ([]byte, error) { return ref.Canonical(target) })
			if fault != nil && fault.Reason == xmldsig.ReasonDigest && fault.At == ref.Node {
				h.Cause = cause
			}
			e.hashed = append(e.hashed, h)
			if target.Is(xmldsig.Namespace, "Manifest") {
				e.explainManifest(at, target)
			}
			continue
		}
		e.hashed = append(e.hashed, h)
	}
}

// explainManifest goes through the references of a manifest, which name documents by urn:oid: and their uniqueId.
func (e *explainer) explainManifest(at string, manifest xmltree.Node) {
	refs, err := xmldsig.ReadManifest(manifest, xmldsig.Engine())
	if err != nil {
		e.hashed = append(e.hashed, Hashed{Signature: at, URI: "Manifest", Why: err.Error()})
		return
	}
	for i := range refs {
		ref := &refs[i]
		h := describe(at, ref)
		switch content, known := e.files[strings.TrimPrefix(ref.URI, "urn:oid:")]; {
		case h.Declared == "AA==":
			h.Why = "the constant that stands for the submission set: nothing is hashed"
		case !known:
			h.Why = "the document is not among the files given"
		default:
			e.hashDocument(&h, ref, content)
		}
		e.hashed = append(e.hashed, h)
	}
}

// hashDocument takes the digest of a document as a manifest's reference says, and looks for what explains another one.
func (e *explainer) hashDocument(h *Hashed, ref *xmldsig.Reference, content []byte) {
	evidence := xmldsig.Evidence{Octets: content, Others: e.others(content)}
	tree, broken := xmltree.Parse(content, xmltree.DocumentLimits)
	if broken == nil {
		evidence.Document = tree
		defer tree.Release()
	}
	h.hash(ref, func() ([]byte, error) {
		switch {
		case len(ref.Transforms) == 0:
			return content, nil
		case broken != nil:
			return nil, fmt.Errorf("the document is not well-formed: %w", broken)
		}
		return ref.Canonical(tree.Node())
	})
	if h.Computed != "" && !h.Matches() {
		h.Cause = causeOf(ref.Explain(evidence))
	}
}

// others gives the documents beside one, by name.
func (e *explainer) others(one []byte) []xmldsig.Document {
	var others []xmldsig.Document
	for _, name := range slices.Sorted(maps.Keys(e.files)) {
		if content := e.files[name]; !bytes.Equal(content, one) {
			others = append(others, xmldsig.Document{Name: name, Octets: content})
		}
	}
	return others
}

func causeOf(cause xmldsig.Cause, found bool) *xmldsig.Cause {
	if !found {
		return nil
	}
	return &cause
}

// keyOf gives the key of the first certificate in a signature, nil when there is none that can be read.
func keyOf(s *xmldsig.Signature) crypto.PublicKey {
	if len(s.Certificates) == 0 {
		return nil
	}
	certificate, err := pki.ParseCertificate(s.Certificates[0])
	if err != nil {
		return nil // Verify says that there is no key
	}
	return certificate.PublicKey
}

func describe(at string, ref *xmldsig.Reference) Hashed {
	h := Hashed{Signature: at, URI: ref.URI, Digest: string(ref.DigestMethod), Declared: base64.StdEncoding.EncodeToString(ref.DigestValue)}
	for _, t := range ref.Transforms {
		h.Transforms = append(h.Transforms, string(t.Algorithm))
	}
	return h
}

// hash takes the digest of what octets gives.
func (h *Hashed) hash(ref *xmldsig.Reference, octets func() ([]byte, error)) {
	var err error
	if h.Octets, err = octets(); err != nil {
		h.Why = err.Error()
		return
	}
	method, ok := ref.DigestMethod.Hash()
	if !ok || !method.Available() {
		h.Why = "the digest algorithm is not implemented"
		return
	}
	digest := method.New()
	digest.Write(h.Octets)
	h.Computed = base64.StdEncoding.EncodeToString(digest.Sum(nil))
}

// WriteHashed writes what was hashed for people to read: each octet as it is, but for control characters, which are shown
// by their Unicode pictures so that a carriage return can be seen. What is known of causes is said in the language asked for.
func WriteHashed(w io.Writer, hashed []Hashed, lang string) error {
	var b strings.Builder
	last := ""
	for i := range hashed {
		h := &hashed[i]
		if h.Signature != last {
			last = h.Signature
			fmt.Fprintf(&b, "signature in %s\n", h.Signature)
		}
		h.write(&b, lang)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (h *Hashed) write(b *strings.Builder, lang string) {
	if h.URI == "" {
		fmt.Fprintf(b, "  cannot be read: %s\n", h.Why)
		return
	}
	fmt.Fprintf(b, "  %s\n", h.URI)
	for _, t := range h.Transforms {
		fmt.Fprintf(b, "    transform  %s\n", t)
	}
	if h.Digest != "" {
		fmt.Fprintf(b, "    algorithm  %s\n", h.Digest)
	}
	if h.Declared != "" {
		fmt.Fprintf(b, "    declared   %s\n", h.Declared)
	}
	switch {
	case h.Why != "":
		fmt.Fprintf(b, "    not hashed: %s\n", h.Why)
		return
	case h.Computed != "":
		verdict := "DIFFERS"
		if h.Matches() {
			verdict = "the same"
		}
		fmt.Fprintf(b, "    computed   %s  %s\n", h.Computed, verdict)
	case h.Wrong:
		b.WriteString("    the SignatureValue does NOT verify by the key of the certificate\n")
	default:
		b.WriteString("    the SignatureValue verifies by the key of the certificate\n")
	}
	if h.Cause != nil {
		fmt.Fprintf(b, "    because    %s\n", h.Cause.Sentence(lang))
	}
	fmt.Fprintf(b, "    %d octets were hashed:\n", len(h.Octets))
	for line := range strings.SplitSeq(string(h.Octets), "\n") {
		b.WriteString("      |" + strings.Map(picture, line) + "\n")
	}
}

// picture gives the Unicode picture of a control character, so that it can be seen.
func picture(r rune) rune {
	switch {
	case r == '\t':
		return '␉'
	case r < 0x20:
		return '␀' + r
	case r == 0x7F:
		return '␡'
	}
	return r
}

// nothingReported gives a report for reading what others judge.
func nothingReported() *rule.Report { return &rule.Report{} }
