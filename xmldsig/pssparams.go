package xmldsig

import (
	"crypto"
	"strings"

	"liasse/internal/xmltree"
)

// mgf1 is the mask generation function of RFC 8017 appendix B.2.1.
const mgf1 = moreNamespace + "MGF1"

// readPSSParams reads the RSAPSSParams of RFC 9231 section 2.3.9 and gives the digest. What they leave out is SHA-256, MGF1
// with the same digest, a salt as long as the digest, trailer field 1; nothing else than that shape is let in.
func readPSSParams(method xmltree.Node, p *Policy) (crypto.Hash, *Error) {
	params := method.FirstElement()
	if params.IsZero() {
		return crypto.SHA256, empty(method)
	}
	if !params.Is(moreNamespace, "RSAPSSParams") || !params.NextElement().IsZero() {
		return 0, fault(ReasonAlgorithm, method, path(method, params), "RSAPSSParams × 1")
	}
	digest, err := pssDigest(params, p, SHA256)
	if err != nil {
		return 0, err
	}
	hash, _ := digest.Hash()
	if digest != SHA256 && params.Child(moreNamespace, "MaskGenerationFunction").IsZero() {
		return 0, fault(ReasonAlgorithm, params, "MaskGenerationFunction × 0 ⇒ "+string(SHA256), string(digest))
	}
	for n := range params.Elements() {
		switch {
		case n.Is(Namespace, "DigestMethod"):
		case n.Is(moreNamespace, "MaskGenerationFunction"):
			if alg := n.AttrValue("", "Algorithm"); alg != "" && alg != mgf1 {
				return 0, fault(ReasonAlgorithm, n, "Algorithm="+quote(alg), mgf1)
			}
			if of, err := pssDigest(n, p, SHA256); err != nil {
				return 0, fault(ReasonAlgorithm, n, err.Found, string(digest))
			} else if of != digest {
				return 0, fault(ReasonAlgorithm, n, "MaskGenerationFunction ⇒ "+string(of), string(digest))
			}
		case n.Is(moreNamespace, "SaltLength"):
			if text, plain := n.PlainText(); !plain || strings.TrimSpace(text) != number(hash.Size()) {
				return 0, fault(ReasonAlgorithm, n, "SaltLength = "+quote(text), number(hash.Size()))
			}
		case n.Is(moreNamespace, "TrailerField"):
			if text, plain := n.PlainText(); !plain || strings.TrimSpace(text) != "1" {
				return 0, fault(ReasonAlgorithm, n, "TrailerField = "+quote(text), "1")
			}
		default:
			return 0, fault(ReasonAlgorithm, n, path(params, n), "ds:DigestMethod, MaskGenerationFunction, SaltLength, TrailerField")
		}
	}
	return hash, nil
}

// pssDigest gives the DigestMethod inside a parameter, or what is meant where there is none.
func pssDigest(n xmltree.Node, p *Policy, otherwise Method) (Method, *Error) {
	child := n.Child(Namespace, "DigestMethod")
	if child.IsZero() {
		return otherwise, nil
	}
	m, err := algorithm(child)
	if err != nil {
		return "", err
	}
	if !p.allowsDigest(m) || m == SHA1 && !p.Lenient {
		return "", fault(ReasonAlgorithm, child, "Algorithm="+quote(string(m)), such(SHA256))
	}
	return m, nil
}
