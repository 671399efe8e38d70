package vihf

import (
	"context"
	"slices"
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/xmldsig"
)

// judgement is one token being judged.
type judgement struct {
	v       *Verifier
	request Request
	report  *rule.Report
	now     time.Time

	caller    *Caller
	assertion xmltree.Node
	ids       *xmldsig.IDs
	// signer is who signed, nil until the certificate could be read; sound tells that the signature holds and the
	// certificate is trusted, so that what the token says is what its signer said.
	signer *signer
	sound  bool
	// refused tells that a finding refuses the token; broken are the rules of all findings.
	refused bool
	broken  []*rule.Rule
}

func (v *Verifier) judgement(r Request, report *rule.Report) *judgement {
	return &judgement{v: v, request: r, report: report, now: v.cfg.Now(), caller: &Caller{}}
}

// add enters a finding.
func (j *judgement) add(f rule.Finding) {
	j.broken = append(j.broken, f.Rule)
	if j.report.Add(f) {
		j.refused = true
	}
}

// found enters a finding about a node.
func (j *judgement) found(r *rule.Rule, at xmltree.Node, found, expected string) {
	j.subject(r, at, "", found, expected)
}

// subject enters a finding about a node, and what in it.
func (j *judgement) subject(r *rule.Rule, at xmltree.Node, name, found, expected string) {
	j.broken = append(j.broken, r)
	if j.report.AddAt(at, rule.Finding{Rule: r, Subject: name, Found: found, Expected: expected}) {
		j.refused = true
	}
}

// has tells whether a rule was found broken.
func (j *judgement) has(r *rule.Rule) bool { return slices.Contains(j.broken, r) }

// judge goes from the most basic to what stands on it. A token whose signature does not hold is still read, so that its
// sender hears of everything at once; no directory is asked for it.
func (j *judgement) judge(ctx context.Context, peer bool, replay ReplayScope) error {
	if j.assertion = j.place(); j.assertion.IsZero() {
		return nil
	}
	j.caller.Assertion = j.assertion
	j.caller.AssertionID = strings.Clone(j.assertion.AttrValue("", "ID"))
	j.ids = xmldsig.CollectIDs(j.request.Envelope)
	j.judgeIDs()
	j.judgeSignature()
	j.readAssertion()
	if j.signer != nil {
		j.judgeHolder()
	}
	if j.sound {
		j.judgeDirectories()
		if peer {
			j.judgePeer()
		}
	}
	j.judgeTransaction()
	if j.refused {
		return nil
	}
	return j.judgeReplay(ctx, replay)
}

// text reads a value that decides something: text alone, without the blanks around it. It is a copy, so that a caller does
// not hold the message.
func (j *judgement) text(n xmltree.Node) string {
	value, plain := n.PlainText()
	if !plain {
		j.found(rulePlainText, n, value, "")
		return ""
	}
	trimmed := strings.Trim(value, " \t\r\n")
	if len(trimmed) != len(value) {
		j.found(ruleTrimmed, n, value, trimmed)
	}
	return strings.Clone(trimmed)
}

// hasText tells whether text other than blanks stands directly in an element.
func hasText(n xmltree.Node) bool {
	for c := n.FirstChild(); !c.IsZero(); c = c.NextSibling() {
		if k := c.Kind(); (k == xmltree.Text || k == xmltree.CDATA) && strings.Trim(c.Text(), " \t\r\n") != "" {
			return true
		}
	}
	return false
}
