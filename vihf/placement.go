package vihf

import (
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// tokens is what of security a message holds, wherever it stands.
type tokens struct {
	securities, assertions, encrypted, old []xmltree.Node
}

// tokensOf looks through the whole message, once.
func tokensOf(doc *xmltree.Document) tokens {
	var t tokens
	for n := range doc.Node().Descendants() {
		switch n.Local() {
		case "Security":
			if n.Space() == SecurityNamespace {
				t.securities = append(t.securities, n)
			}
		case "Assertion":
			switch n.Space() {
			case AssertionNamespace:
				t.assertions = append(t.assertions, n)
			case assertion1Namespace:
				t.old = append(t.old, n)
			}
		case "EncryptedAssertion":
			if n.Space() == AssertionNamespace {
				t.encrypted = append(t.encrypted, n)
			}
		}
	}
	return t
}

// place singles out the assertion: the only one of the message, a child of the only wsse:Security, which is a block of the
// envelope's header. It gives the zero Node when there is no such assertion, and then the token is refused.
func (j *judgement) place() xmltree.Node {
	t := tokensOf(j.request.Envelope)
	inEnvelope := isEnvelope(j.request.Envelope.Root())
	placed := !inEnvelope || j.placeSecurity(t)
	for _, n := range t.encrypted {
		j.found(ruleAssertionPlace, n, n.Local(), "saml2:Assertion")
	}
	switch {
	case len(t.assertions) > 1:
		for _, n := range t.assertions[1:] {
			j.found(ruleOneAssertion, n, n.AttrValue("", "ID"), "")
		}
		return xmltree.Node{}
	case !placed:
		return xmltree.Node{}
	case len(t.assertions) == 0:
		j.missing(t)
		return xmltree.Node{}
	}
	assertion := t.assertions[0]
	security := assertion.Parent()
	if !security.Is(SecurityNamespace, "Security") && (inEnvelope || !security.IsZero()) {
		j.add(rule.Finding{Rule: ruleAssertionPlace, Place: rule.At(assertion), Found: security.Local() + "/saml2:Assertion", Expected: "wsse:Security/saml2:Assertion"})
		return xmltree.Node{}
	}
	j.judgeCompany(security, assertion)
	return assertion
}

// placeSecurity holds the message to one wsse:Security, a block of the header that is for this receiver.
func (j *judgement) placeSecurity(t tokens) bool {
	switch len(t.securities) {
	case 0:
		if len(t.assertions) == 0 {
			j.add(rule.Finding{Rule: rulePresent, Place: rule.At(j.request.Envelope.Root())})
			return false
		}
		j.found(ruleAssertionPlace, t.assertions[0], t.assertions[0].Parent().Local()+"/saml2:Assertion", "wsse:Security/saml2:Assertion")
		return false
	case 1:
	default:
		for _, n := range t.securities[1:] {
			j.found(ruleOneSecurity, n, "", "")
		}
		return false
	}
	security := t.securities[0]
	header := security.Parent()
	root := j.request.Envelope.Root()
	switch {
	case header.Local() != "Header" || header.Space() != root.Space() || header.Parent() != root:
		j.found(ruleOneSecurity, security, header.Local()+"/wsse:Security", "env:Header/wsse:Security")
	case security != j.request.Security:
		j.found(ruleOneSecurity, security, securityRole(security), "")
	default:
		return true
	}
	return false
}

// missing says why there is no assertion to read.
func (j *judgement) missing(t tokens) {
	security := j.request.Envelope.Root()
	if len(t.securities) == 1 {
		security = t.securities[0]
	}
	switch {
	case len(t.encrypted) > 0: // said already
	case len(t.old) > 0:
		j.found(ruleSAMLVersion, t.old[0], assertion1Namespace, AssertionNamespace)
		j.found(rulePresent, security, "", "")
	case !security.Child(SecurityNamespace, "BinarySecurityToken").IsZero():
		j.found(ruleAssertionPlace, security.Child(SecurityNamespace, "BinarySecurityToken"), "BinarySecurityToken", "saml2:Assertion")
	default:
		found := ""
		if first := security.FirstElement(); security.Is(SecurityNamespace, "Security") && !first.IsZero() {
			found = first.Local()
		}
		j.found(rulePresent, security, found, "saml2:Assertion")
	}
}

// judgeCompany looks at what stands beside the assertion.
func (j *judgement) judgeCompany(security, assertion xmltree.Node) {
	for n := range security.Elements() {
		switch {
		case n == assertion, n.Is(AssertionNamespace, "EncryptedAssertion"): // the latter is said already
		case n.Is(utilityNamespace, "Timestamp"):
			j.found(ruleTimestamp, n, "", "")
		default:
			j.found(ruleForeignToken, n, n.Local(), "")
		}
	}
	if hasText(security) {
		j.found(ruleForeignToken, security, strings.TrimSpace(security.Text()), "")
	}
}

// judgeIDs refuses an identifier inside of the token that stands a second time in the message.
func (j *judgement) judgeIDs() {
	top := j.assertion
	if parent := top.Parent(); parent.Is(SecurityNamespace, "Security") {
		top = parent
	}
	j.judgeIDsOf(top)
	for n := range top.Descendants() {
		j.judgeIDsOf(n)
	}
}

func (j *judgement) judgeIDsOf(n xmltree.Node) {
	for a := range n.Attrs() {
		if !isIdentifier(a) || strings.TrimSpace(a.Value) == "" {
			continue
		}
		if at, err := j.ids.Find(a.Value); err != nil || at != n {
			j.found(ruleUniqueID, n, a.Value, "")
		}
	}
}

func isIdentifier(a xmltree.Attr) bool {
	switch a.Space {
	case "":
		return a.Local == "ID" || a.Local == "Id" || a.Local == "id"
	case utilityNamespace:
		return a.Local == "Id"
	case xmltree.XMLNamespace:
		return a.Local == "id"
	}
	return false
}

func isEnvelope(n xmltree.Node) bool {
	return n.Is(envelope12Namespace, "Envelope") || n.Is(envelope11Namespace, "Envelope")
}

// securityRole gives the role that a block is for, empty for the ultimate receiver.
func securityRole(n xmltree.Node) string {
	role := strings.TrimSpace(n.AttrValue(envelope12Namespace, "role") + n.AttrValue(envelope11Namespace, "actor"))
	switch role {
	case envelope12Namespace + "/role/next", envelope12Namespace + "/role/ultimateReceiver", "http://schemas.xmlsoap.org/soap/actor/next":
		return ""
	}
	return role
}

// securityOf finds the wsse:Security of a document that is for the ultimate receiver, zero when there is none.
func securityOf(doc *xmltree.Document) xmltree.Node {
	root := doc.Root()
	if root.Is(SecurityNamespace, "Security") {
		return root
	}
	for n := range root.Child(root.Space(), "Header").Children(SecurityNamespace, "Security") {
		if securityRole(n) == "" {
			return n
		}
	}
	return xmltree.Node{}
}
