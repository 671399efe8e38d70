package rule

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"liasse/internal/xmltree"
)

// Place is where in the sender's own message a finding lies. Its zero value means the message as a whole.
type Place struct {
	// XPath leads to the node, with the prefixes the sender used.
	XPath string
	// Part is the Content-ID of the MIME part, or the name of the document; empty for the SOAP envelope.
	Part string
	// Line and Column count from 1 in that part's bytes, columns in characters. Zero when unknown.
	Line, Column int
}

// IsZero tells whether nothing is known of the place.
func (p Place) IsZero() bool { return p == Place{} }

// String reads as "line 12, column 5" with the part before it where there is one.
func (p Place) String() string { return p.In("en") }

// In says the place in the language asked for ("en" or "fr").
func (p Place) In(lang string) string {
	words := wordsOf(lang)
	var b strings.Builder
	if p.Part != "" {
		fmt.Fprintf(&b, words.part, p.Part)
	}
	if p.Line > 0 {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, words.line, p.Line, p.Column)
	}
	return b.String()
}

// Finding is one broken rule at one place.
type Finding struct {
	Rule *Rule
	// Severity is the rule's own unless the configuration changed it; Report.Add sets it.
	Severity Severity
	// Code replaces Rule.Code where one rule answers with different codes by transaction.
	Code string
	Place
	// Subject names the object the finding is about: an entryUUID, a uniqueId, a parameter name.
	Subject string
	// Found is the value met, Expected the form or value that would pass. Either may be empty.
	Found    string
	Expected string
	// Fix is the smallest change that mends it, where it can be said more exactly than Rule.Fix.
	Fix Text
}

// WireCode is the errorCode or fault code that the answer carries.
func (f *Finding) WireCode() string {
	if f.Code != "" {
		return f.Code
	}
	return f.Rule.Code
}

// quotedLimit bounds the length in bytes of a sender's value quoted back to the sender.
const quotedLimit = 160

// quote renders a value of the sender's for a sentence: control characters replaced, cut at quotedLimit. In both languages
// there are no blanks inside the marks, because a blank could be the value's.
func quote(s string) string {
	cut := false
	if len(s) > quotedLimit {
		s, cut = s[:quotedLimit], true
		for len(s) > 0 && !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7F || r == utf8.RuneError {
			return '\uFFFD'
		}
		return r
	}, s)
	if cut {
		s += "…"
	}
	return "«" + s + "»"
}

// Sentence says the finding in one line that a developer can act on, beginning with the rule's id in brackets, in the
// language asked for ("en" or "fr").
func (f *Finding) Sentence(lang string) string {
	words := wordsOf(lang)
	var b strings.Builder
	b.WriteByte('[')
	b.WriteString(f.Rule.ID)
	b.WriteString("] ")
	b.WriteString(strings.TrimSuffix(f.Rule.Title.In(lang), "."))
	if f.Subject != "" {
		b.WriteString(" (" + f.Subject + ")")
	}
	if f.Found != "" {
		b.WriteString(words.found + quote(f.Found))
	}
	if f.Expected != "" {
		b.WriteString(words.expected + f.Expected)
	}
	b.WriteString(". ")
	fix := f.Fix
	if fix == (Text{}) {
		fix = f.Rule.Fix
	}
	b.WriteString(strings.TrimSuffix(fix.In(lang), "."))
	b.WriteByte('.')
	if at := f.Place.In(lang); at != "" {
		b.WriteString(" (" + words.at + at + words.semicolon + f.Rule.Section + ")")
	} else {
		b.WriteString(" (" + f.Rule.Section + ")")
	}
	return b.String()
}

// words are what joins the parts of a sentence in one language.
type words struct{ found, expected, at, part, line, semicolon string }

var english = &words{found: "; found ", expected: "; expected ", at: "at ", part: "part %s", line: "line %d, column %d", semicolon: "; "}

var french = &words{found: " ; trouvé ", expected: " ; attendu ", part: "partie %s", line: "ligne %d, colonne %d", semicolon: " ; "}

func wordsOf(lang string) *words {
	if lang == "fr" {
		return french
	}
	return english
}

// Policy holds the severities that the configuration changed. A nil Policy changes none.
type Policy struct {
	severities map[string]Severity
}

// NewPolicy makes a policy of a map from rule id to severity; an id that no rule has is an error, and so is any other
// severity than Error for an operational or a firm rule.
func NewPolicy(severities map[string]Severity) (*Policy, error) {
	for id, severity := range severities {
		one := Lookup(id)
		if one == nil {
			return nil, fmt.Errorf("no rule has the id %q (see: liasse rules)", id)
		}
		if one.Operational && severity != Error {
			return nil, fmt.Errorf("%s is about the state of the server or of a connection and cannot be tolerated", id)
		}
		if one.Firm && severity != Error {
			return nil, fmt.Errorf("%s is what the rules after it stand on and cannot be tolerated", id)
		}
	}
	return &Policy{severities: severities}, nil
}

// Severity gives what applies to the rule.
func (p *Policy) Severity(r *Rule) Severity {
	if p != nil {
		if s, changed := p.severities[r.ID]; changed {
			return s
		}
	}
	return r.Severity
}

// Findings is what was found in one message, in the order found, most basic first.
type Findings []Finding

// Reasons names the rules that refuse the message and what each wants, without any value of the sender's and each rule
// once: for audit records. It is empty when nothing refuses.
func (fs Findings) Reasons(lang string) string {
	var b strings.Builder
	for i := range fs {
		r := fs[i].Rule
		mark := "[" + r.ID + "] "
		if fs[i].Severity != Error || strings.Contains(b.String(), mark) {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(mark)
		b.WriteString(strings.TrimSuffix(r.Title.In(lang), "."))
		if b.Len() > reasonsLimit {
			break
		}
	}
	return b.String()
}

// reasonsLimit is the length in bytes after which Reasons names no more rules.
const reasonsLimit = 800

// Failed tells whether one of them refuses the message.
func (fs Findings) Failed() bool {
	for i := range fs {
		if fs[i].Severity == Error {
			return true
		}
	}
	return false
}

// Has tells whether one of them is of the rule.
func (fs Findings) Has(r *Rule) bool {
	for i := range fs {
		if fs[i].Rule == r {
			return true
		}
	}
	return false
}

// reportLimit bounds the findings kept of one message, so that an answer stays readable and its size bounded.
const reportLimit = 200

// Report collects the findings of one message. Its zero value with a nil Policy applies the rules' own severities.
// A Report belongs to one request and is not safe for concurrent use.
type Report struct {
	Policy   *Policy
	Findings Findings
}

// Applies tells whether the rule is looked at, so that a costly check can be left out when it is off.
func (r *Report) Applies(one *Rule) bool { return r.Policy.Severity(one) != Off }

// Add enters a finding with the severity the policy gives its rule, and tells whether it refuses the message. A finding
// of a rule that is off is dropped; so is a warning past the bound, while an error past it replaces nothing but still
// counts as a refusal because the earlier ones stay.
func (r *Report) Add(f Finding) bool {
	f.Severity = r.Policy.Severity(f.Rule)
	if f.Severity == Off {
		return false
	}
	if r.keeps(f.Severity) {
		r.Findings = append(r.Findings, f)
	}
	return f.Severity == Error
}

// AddAt adds a finding about a node. Use it where a message may break a rule any number of times: to say where a node
// stands takes a walk through the message, which is not made for what is not kept.
func (r *Report) AddAt(n xmltree.Node, f Finding) bool {
	if severity := r.Policy.Severity(f.Rule); severity == Off || !r.keeps(severity) {
		return severity == Error
	}
	part := f.Part
	f.Place = At(n)
	f.Part = part
	return r.Add(f)
}

// keeps tells whether one more finding is kept: as long as there are few, and the first that refuses the message always.
func (r *Report) keeps(s Severity) bool {
	return len(r.Findings) < reportLimit || (s == Error && !r.Failed())
}

// Failed tells whether a finding refuses the message.
func (r *Report) Failed() bool { return r.Findings.Failed() }
