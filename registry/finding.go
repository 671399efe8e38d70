package registry

import (
	"unicode/utf8"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// findingsMax is how many findings of one submission are told. A message of 100,000 faults gets the first ones, and
// the places of the others are not even looked for: that would take the square of its size.
const findingsMax = 200

// surplus tells whether a finding of the rule would not be told any more.
func surplus(report *rule.Report, r *rule.Rule) bool {
	if len(report.Findings) < findingsMax {
		return false
	}
	return report.Policy.Severity(r) != rule.Error || report.Failed()
}

// enter adds a finding about an object to the report.
func enter(report *rule.Report, r *rule.Rule, at xmltree.Node, subject, found, expected string) {
	if !surplus(report, r) {
		report.AddAt(at, rule.Finding{Rule: r, Subject: brief(subject), Found: found, Expected: brief(expected)})
	}
}

// briefMax bounds in bytes an id or a value that stands in a sentence without quotation marks.
const briefMax = 160

func brief(s string) string {
	if len(s) <= briefMax {
		return s
	}
	s = s[:briefMax]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}
