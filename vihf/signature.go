package vihf

import (
	"errors"
	"slices"
	"strings"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/xmldsig"
)

// judgeSignature verifies the signature and the certificate behind it.
func (j *judgement) judgeSignature() {
	node := j.signatureNode()
	if node.IsZero() {
		return
	}
	signature, err := xmldsig.Read(node, j.v.policy)
	if err != nil {
		j.signatureFault(node, err)
		return
	}
	j.judgeShape(signature)
	if len(signature.Certificates) != 1 {
		j.found(ruleOneCertificate, signature.KeyInfo, "", "")
		return
	}
	who, err := j.v.known.signer(signature.Certificates[0])
	if err != nil {
		var fault *pki.Fault
		if !errors.As(err, &fault) {
			fault = &pki.Fault{Reason: pki.Malformed}
		}
		j.found(ruleCertificateForm, signature.KeyInfo, fault.FoundOrReason(), fault.Expected)
		return
	}
	verified := false
	trusted := j.judgeCertificate(who, signature.KeyInfo)
	if err := signature.Verify(who.certificate.PublicKey, j.ids); err != nil {
		j.valueFault(signature, err, trusted || j.v.cfg.Trust == nil)
	} else if verified = signature.Verified(j.assertion) && signature.References[0].Target == j.assertion; !verified {
		j.found(ruleReference, signature.References[0].Node, signature.References[0].URI, "#"+j.caller.AssertionID)
	}
	j.signer = who
	j.caller.Certificate = who.certificate
	j.sound = verified && trusted
}

// signatureNode singles out the signature, the only one of the assertion and its child.
func (j *judgement) signatureNode() xmltree.Node {
	var direct, other []xmltree.Node
	for n := range j.assertion.Descendants() {
		if !n.Is(signatureNamespace, "Signature") {
			continue
		}
		if n.Parent() == j.assertion {
			direct = append(direct, n)
		} else {
			other = append(other, n)
		}
	}
	if len(direct) == 0 {
		found := ""
		if len(other) > 0 {
			found = other[0].Parent().Local() + "/ds:Signature"
		}
		j.found(ruleSigned, j.assertion, found, "saml2:Assertion/ds:Signature")
		return xmltree.Node{}
	}
	if all := append(direct[1:], other...); len(all) > 0 {
		for _, n := range all {
			j.found(ruleOneSignature, n, "", "")
		}
		return xmltree.Node{}
	}
	if j.assertion.Child(AssertionNamespace, "Issuer").NextElement() != direct[0] {
		j.found(ruleSignaturePlace, direct[0], "", "")
	}
	return direct[0]
}

// judgeShape holds a signature to the one form that a token has.
func (j *judgement) judgeShape(s *xmldsig.Signature) {
	if s.SHA1 {
		j.found(ruleSHA1, s.Node, string(s.Method), string(xmldsig.RSASHA256))
	}
	if s.Canonicalization != xmldsig.Exclusive {
		j.found(ruleSignedInfoForm, s.Node.FirstElement(), string(s.Canonicalization), string(xmldsig.Exclusive))
	}
	if len(s.Objects) > 0 {
		j.found(ruleSignatureForm, s.Objects[0], "ds:Object", "")
	}
	for i := range s.References {
		r := &s.References[i]
		if want := "#" + j.caller.AssertionID; i > 0 || r.URI != want || j.caller.AssertionID == "" {
			j.found(ruleReference, r.Node, r.URI, want)
		}
		transforms := make([]xmldsig.Method, len(r.Transforms))
		for k := range r.Transforms {
			transforms[k] = r.Transforms[k].Algorithm
		}
		if !slices.Equal(transforms, []xmldsig.Method{xmldsig.EnvelopedSignature, xmldsig.Exclusive}) {
			j.found(ruleTransforms, r.Node, joinMethods(transforms), "")
		}
	}
}

func joinMethods(methods []xmldsig.Method) string {
	words := make([]string, len(methods))
	for i, m := range methods {
		words[i] = string(m)
	}
	return strings.Join(words, " ")
}

// reasonRules says which rule a fault of the signature engine breaks.
var reasonRules = map[xmldsig.Reason]*rule.Rule{
	xmldsig.ReasonStructure: ruleSignatureForm, xmldsig.ReasonLimit: ruleSignatureForm, xmldsig.ReasonEncoding: ruleSignatureForm,
	xmldsig.ReasonAlgorithm: ruleAlgorithm, xmldsig.ReasonTransform: ruleTransforms,
	xmldsig.ReasonReference: ruleReference, xmldsig.ReasonDuplicateID: ruleUniqueID,
	xmldsig.ReasonDigest: ruleDigest, xmldsig.ReasonSignatureValue: ruleSignatureValue,
	xmldsig.ReasonKey: ruleOneCertificate, xmldsig.ReasonCanonicalization: ruleSignatureForm,
}

// explainable bounds the assertions whose damage is looked for, which costs up to thirty times what judging a right token
// does. For the same reason one is looked for at a time, and a token that comes meanwhile is refused without.
const explainable = 64 << 10

// explain finds out why a signature does not verify; nothing where that is not known or would cost too much.
func (j *judgement) explain(signature *xmldsig.Signature, err error) rule.Text {
	if len(j.assertion.Raw()) > explainable {
		return rule.Text{}
	}
	select {
	case j.v.explaining <- struct{}{}:
		defer func() { <-j.v.explaining }()
	default:
		return rule.Text{}
	}
	cause, known := xmldsig.Explain(signature, err)
	if !known {
		return rule.Text{}
	}
	return rule.Text{EN: cause.Sentence("en"), FR: cause.Sentence("fr")}
}

// valueFault enters what verifying found; a key that is not let in is the certificate's matter. What damage explains a
// value that does not verify is looked for where it costs little and the signer is no stranger.
func (j *judgement) valueFault(signature *xmldsig.Signature, err error, explain bool) {
	fault := xmldsig.AsError(err)
	switch {
	case fault == nil || fault.Reason != xmldsig.ReasonKey && fault.Reason != xmldsig.ReasonDigest && fault.Reason != xmldsig.ReasonSignatureValue:
		j.signatureFault(signature.Node, err)
		return
	case fault.Reason == xmldsig.ReasonKey:
		if !j.has(ruleCertificateStrength) {
			j.found(ruleCertificateStrength, fault.At, fault.Found, fault.Expected)
		}
		return
	}
	f := rule.Finding{Rule: reasonRules[fault.Reason], Place: rule.At(fault.At), Found: fault.Found, Expected: fault.Expected}
	if explain {
		f.Fix = j.explain(signature, err)
	}
	j.add(f)
}

// signatureFault enters what the signature engine found.
func (j *judgement) signatureFault(signature xmltree.Node, err error) {
	fault := xmldsig.AsError(err)
	if fault == nil {
		j.found(ruleSignatureForm, signature, "", "")
		return
	}
	broken := reasonRules[fault.Reason]
	if broken == nil {
		broken = ruleSignatureForm
	}
	switch at := fault.At; {
	case fault.Reason == xmldsig.ReasonLimit && at.Is(signatureNamespace, "Reference"):
		broken = ruleReference
	case at.Is(signatureNamespace, "Transforms"), at.Is(signatureNamespace, "Transform"):
		broken = ruleTransforms
	}
	if j.has(broken) && j.refused {
		return // said already, in the token's own terms
	}
	at := fault.At
	if at.IsZero() || at.Document() != signature.Document() {
		at = signature
	}
	j.found(broken, at, fault.Found, fault.Expected)
}
