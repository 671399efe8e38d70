package vihf

import (
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// parts are the children of an assertion.
type parts struct {
	issuer, subject, conditions, authn, attributes xmltree.Node
}

// readAssertion reads all that the assertion says and judges each thing by itself.
func (j *judgement) readAssertion() {
	j.judgeHead()
	p := j.parts()
	j.readIssuer(p.issuer)
	j.readSubject(p.subject)
	j.judgeConditions(p.conditions)
	j.readAuthn(p.authn)
	j.readAttributes(p.attributes)
}

// judgeHead looks at the attributes of Assertion.
func (j *judgement) judgeHead() {
	if version := j.assertion.AttrValue("", "Version"); version != "2.0" {
		j.found(ruleSAMLVersion, j.assertion, version, "2.0")
	}
	const longest = 128
	id := j.caller.AssertionID
	switch {
	case id == "" || len(id) > longest || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7F || r == '\u00A0' }):
		j.found(ruleAssertionID, j.assertion, id, "")
	case !isNameStart(id[0]):
		j.found(ruleIDName, j.assertion, id, "_"+id)
	}
	written, _ := j.assertion.Attr("", "IssueInstant")
	issued, ok := parseInstant(written)
	if !ok {
		j.found(ruleIssueInstant, j.assertion, written, "")
		return
	}
	j.caller.IssueInstant = issued
	cfg := &j.v.cfg
	switch {
	case j.now.Sub(issued) > cfg.MaxAge:
		j.found(ruleTooOld, j.assertion, written, "IssueInstant ≥ "+formatInstant(j.now.Add(-cfg.MaxAge)))
	case issued.Sub(j.now) > cfg.Skew:
		j.found(ruleFromFuture, j.assertion, written, "IssueInstant ≤ "+formatInstant(j.now.Add(cfg.Skew)))
	}
}

// isNameStart tells whether an NCName may begin with the byte; what is beyond ASCII is left to the parser that typed it.
func isNameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

// parts sorts the children of the assertion and refuses what a token is not made of.
func (j *judgement) parts() parts {
	var p parts
	for n := range j.assertion.Elements() {
		into, broken := (*xmltree.Node)(nil), ruleNothingElse
		if n.Space() == AssertionNamespace {
			switch n.Local() {
			case "Issuer":
				into, broken = &p.issuer, ruleIssuer
			case "Subject":
				into, broken = &p.subject, ruleSubject
			case "Conditions":
				into, broken = &p.conditions, ruleConditions
			case "AuthnStatement":
				into, broken = &p.authn, ruleAuthnStatement
			case "AttributeStatement":
				into, broken = &p.attributes, ruleOneAttributeStatement
			}
		}
		switch {
		case into == nil && n.Is(signatureNamespace, "Signature"):
		case into == nil, !into.IsZero():
			j.found(broken, n, n.Local(), "")
		default:
			*into = n
		}
	}
	if hasText(j.assertion) {
		j.found(ruleNothingElse, j.assertion, strings.TrimSpace(j.assertion.Text()), "")
	}
	return p
}

func (j *judgement) readIssuer(n xmltree.Node) {
	if n.IsZero() {
		j.found(ruleIssuer, j.assertion, "", "saml2:Issuer")
		return
	}
	j.caller.Issuer = j.text(n)
	if format := n.AttrValue("", "Format"); format != SubjectNameFormat {
		j.found(ruleIssuerFormat, n, format, SubjectNameFormat)
	}
	j.judgeIssuer(n)
}

func (j *judgement) readSubject(subject xmltree.Node) {
	if subject.IsZero() {
		j.found(ruleSubject, j.assertion, "", "saml2:Subject")
		return
	}
	var name xmltree.Node
	confirmed := false
	for n := range subject.Elements() {
		switch {
		case n.Is(AssertionNamespace, "NameID") && name.IsZero():
			name = n
		case n.Is(AssertionNamespace, "SubjectConfirmation"):
			if !confirmed {
				j.found(ruleConfirmation, n, "", "")
			}
			confirmed = true
			j.judgeConfirmation(n)
		default:
			j.found(ruleSubject, n, n.Local(), "")
		}
	}
	if name.IsZero() {
		j.found(ruleSubject, subject, "", "saml2:NameID")
		return
	}
	if j.caller.NameID = j.text(name); !isPersonID(j.caller.NameID) && !(j.caller.NameID == "" && j.has(rulePlainText)) {
		j.found(ruleNameID, name, j.caller.NameID, "")
	}
}

// judgeConfirmation holds every confirmation by itself, so that a good one never makes up for a bad one.
func (j *judgement) judgeConfirmation(n xmltree.Node) {
	if method := n.AttrValue("", "Method"); method != bearerMethod {
		j.found(ruleConfirmed, n, method, bearerMethod)
		return
	}
	for c := range n.Elements() {
		if !c.Is(AssertionNamespace, "SubjectConfirmationData") || !c.FirstElement().IsZero() {
			j.found(ruleConfirmed, c, c.Local(), "")
			continue
		}
		for _, name := range []string{"Recipient", "InResponseTo", "Address"} {
			if value, there := c.Attr("", name); there {
				j.found(ruleConfirmed, c, name+"="+value, "")
			}
		}
		j.judgeSpan(c, ruleConfirmed)
	}
}

// judgeConditions holds the conditions of use.
func (j *judgement) judgeConditions(n xmltree.Node) {
	if n.IsZero() {
		return
	}
	for c := range n.Elements() {
		if c.Is(AssertionNamespace, "AudienceRestriction") {
			j.found(ruleAudience, c, strings.TrimSpace(c.Child(AssertionNamespace, "Audience").Text()), "")
		} else {
			j.found(ruleConditions, c, c.Local(), "")
		}
	}
	j.judgeSpan(n, ruleConditionsTime)
}

// judgeSpan holds now to NotBefore and NotOnOrAfter, clocks differing by no more than the skew.
func (j *judgement) judgeSpan(n xmltree.Node, broken *rule.Rule) {
	from, hasFrom, ok := j.instantOf(n, "NotBefore", broken)
	to, hasTo, also := j.instantOf(n, "NotOnOrAfter", broken)
	if !ok || !also {
		return
	}
	skew := j.v.cfg.Skew
	switch {
	case hasFrom && hasTo && !from.Before(to):
		j.found(broken, n, "NotBefore="+formatInstant(from)+" NotOnOrAfter="+formatInstant(to), "NotBefore < NotOnOrAfter")
	case hasFrom && j.now.Add(skew).Before(from):
		j.found(broken, n, "NotBefore="+formatInstant(from), "NotBefore ≤ "+formatInstant(j.now.Add(skew)))
	case hasTo && !j.now.Add(-skew).Before(to):
		j.found(broken, n, "NotOnOrAfter="+formatInstant(to), "NotOnOrAfter > "+formatInstant(j.now.Add(-skew)))
	}
}

func (j *judgement) instantOf(n xmltree.Node, name string, broken *rule.Rule) (t time.Time, there, ok bool) {
	written, there := n.Attr("", name)
	if !there {
		return t, false, true
	}
	if t, ok = parseInstant(written); !ok {
		j.found(broken, n, name+"="+written, "2026-01-31T09:00:00Z")
	}
	return t, true, ok
}

func (j *judgement) readAuthn(n xmltree.Node) {
	if n.IsZero() {
		j.found(ruleAuthnStatement, j.assertion, "", "saml2:AuthnStatement")
		return
	}
	written, _ := n.Attr("", "AuthnInstant")
	login, ok := parseInstant(written)
	j.caller.AuthnInstant = login
	switch issued := j.caller.IssueInstant; {
	case !ok:
		j.found(ruleAuthnStatement, n, written, "2026-01-31T09:00:00Z")
	case !issued.IsZero() && login.Sub(issued) > j.v.cfg.Skew:
		j.found(ruleAuthnAfterIssue, n, written, "AuthnInstant ≤ "+formatInstant(issued))
	}
	end, there, ok := j.instantOf(n, "SessionNotOnOrAfter", ruleSessionOver)
	if there && ok && !j.now.Add(-j.v.cfg.Skew).Before(end) {
		j.found(ruleSessionOver, n, formatInstant(end), "SessionNotOnOrAfter > "+formatInstant(j.now.Add(-j.v.cfg.Skew)))
	}
	j.readAuthnContext(n)
}

func (j *judgement) readAuthnContext(statement xmltree.Node) {
	var context, class, declared xmltree.Node
	for n := range statement.Children(AssertionNamespace, "AuthnContext") {
		if !context.IsZero() {
			j.found(ruleAuthnContext, n, n.Local(), "")
			continue
		}
		context = n
	}
	for n := range context.Elements() {
		switch {
		case n.Is(AssertionNamespace, "AuthnContextClassRef"):
			if !class.IsZero() {
				j.found(ruleAuthnContext, n, n.Local(), "")
				continue
			}
			class = n
		case n.Is(AssertionNamespace, "AuthnContextDecl"):
			declared = n
		}
	}
	if class.IsZero() {
		j.found(ruleAuthnContext, statement, "", "saml2:AuthnContextClassRef")
	} else if j.caller.AuthnContext = j.text(class); !strings.HasPrefix(j.caller.AuthnContext, classPrefix) {
		j.found(ruleAuthnClass, class, j.caller.AuthnContext, classPrefix+"…")
	}
	j.caller.AuthnContextDecl = declarationOf(declared)
}

// declarationOf gives what AuthnContextDecl says, whose content is of any type: its text and that of the elements in it.
func declarationOf(n xmltree.Node) string {
	words := strings.Fields(n.Text())
	for c := range n.Descendants() {
		words = append(words, strings.Fields(c.Text())...)
	}
	return strings.Join(words, " ")
}
