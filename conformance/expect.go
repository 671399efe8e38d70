package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
	"gopkg.in/yaml.v3"
)

// Expect says what must come back. Everything given must hold. A word alone is the response: success, failure, partial,
// fault, refused (a failure or a fault), no-entry (the connection fails, or HTTP 401 or 403 answers), or an error code (XDSRegistryMetadataError, or several as A|B) which means a
// Failure that names it.
type Expect struct {
	Response string `yaml:"response"`
	// HTTP lists the statuses allowed; 0 is a connection closed without an answer.
	HTTP []int `yaml:"http"`
	// Errors and Warnings must each be among the codes; A|B is satisfied by either.
	Errors   Strings `yaml:"errors"`
	Warnings Strings `yaml:"warnings"`
	// Fault is the fault code and subcode that must be there: Sender, Sender/ActionNotSupported.
	Fault string `yaml:"fault"`
	// Count counts what a query returned: documents, submissionSets, folders, associations, refs; and errors,
	// warnings, attachments, responses (xds:DocumentResponse).
	Count map[string]int `yaml:"count"`
	// Documents, Folders, SubmissionSets, Refs are exactly the objects returned of that class, by name or entryUUID.
	Documents      *Strings `yaml:"documents"`
	SubmissionSets *Strings `yaml:"submissionSets"`
	Folders        *Strings `yaml:"folders"`
	Associations   *Strings `yaml:"associations"`
	Refs           *Strings `yaml:"refs"`
	// Has and HasNot are objects that must be or must not be there, whatever else is.
	Has    Strings       `yaml:"has"`
	HasNot Strings       `yaml:"hasNot"`
	Values []ValueExpect `yaml:"values"`
	// Same names objects that must come back as they were submitted (ITI TF-3 4.3.2.1).
	Same Strings `yaml:"same"`
	// Retrieved are exactly the documents given back, byte for byte and with their mimeType.
	Retrieved *Strings `yaml:"retrieved"`
	// Items are exactly the entries of a query's answer that come with their document inside, byte for byte.
	Items *Strings `yaml:"items"`
	// MTOM says whether the answer is multipart; Strict that a strict reader has nothing to object to.
	MTOM   *bool `yaml:"mtom"`
	Strict bool  `yaml:"strict"`
	// Addressed wants wsa:Action of the transaction with mustUnderstand, and wsa:RelatesTo of the request.
	Addressed bool `yaml:"addressed"`
	// CodeContext, Location and Reason are texts that some error, or the fault, must hold.
	CodeContext Strings `yaml:"codeContext"`
	Location    Strings `yaml:"location"`
	Reason      Strings `yaml:"reason"`
	// Contains are texts that the raw answer must hold, ContainsNot must not.
	Contains    Strings           `yaml:"contains"`
	ContainsNot Strings           `yaml:"containsNot"`
	Headers     map[string]string `yaml:"headers"` // patterns
	// Ack is the acknowledgement code of a feed: AA|CA accepts either.
	Ack string `yaml:"ack"`
	// Stored switches off (false) the look whether a refused lot left something behind.
	Stored *bool `yaml:"stored"`
	// AnyOf is satisfied by one of several, where the standard leaves a choice.
	AnyOf []Expect `yaml:"anyOf"`
	// Liasse must hold besides when the server is Liasse.
	Liasse *Expect `yaml:"liasse"`
}

// ValueExpect is an assertion on what a place holds (see place).
type ValueExpect struct {
	At       string  `yaml:"at"`
	Is       *string `yaml:"is"`
	Not      *string `yaml:"not"`
	Matches  string  `yaml:"matches"`
	Contains string  `yaml:"contains"`
	Count    *int    `yaml:"count"`
	// Every applies the assertion to all elements found, not only the first.
	Every bool `yaml:"every"`
}

var codeWord = regexp.MustCompile(`^[A-Z][A-Za-z|]+$`)

// UnmarshalYAML reads a word alone, or the mapping.
func (e *Expect) UnmarshalYAML(n *yaml.Node) error {
	type plain Expect
	if n.Kind != yaml.ScalarNode {
		return n.Decode((*plain)(e))
	}
	switch word := n.Value; {
	case slices.Contains(responseWords, word):
		e.Response = word
	case codeWord.MatchString(word):
		e.Errors = Strings{word}
	default:
		return fmt.Errorf("line %d: %q is neither a kind of response nor an error code", n.Line, word)
	}
	return nil
}

var responseWords = []string{"success", "failure", "partial", "fault", "refused", "no-entry", "any"}

// Problem is one thing that was not as expected.
type Problem struct {
	Step     string `json:"step"`
	What     string `json:"what"`
	Expected string `json:"expected"`
	Found    string `json:"found"`
}

// judge holds what an expectation is judged by.
type judge struct {
	scope  *scope
	send   *Send
	answer *answer
	liasse bool
	// messageID and action are what the request carried.
	messageID string
	problems  []Problem
}

func (j *judge) fail(what, expected, found string) {
	j.problems = append(j.problems, Problem{What: what, Expected: expected, Found: shortened(found, 2000)})
}

// broken is for what the suite itself gets wrong: an unknown variable, a path that does not parse.
func (j *judge) broken(err error) {
	j.fail("the suite", "an expectation that can be read", err.Error())
}

// expect judges the answer and returns what was wrong.
func (j *judge) expect(e *Expect) []Problem {
	if e == nil {
		e = &Expect{Response: "success"}
	}
	j.soundness(e)
	j.check(e)
	if e.Liasse != nil && j.liasse {
		j.check(e.Liasse)
	}
	return j.problems
}

func (j *judge) check(e *Expect) {
	j.response(e)
	j.codes(e)
	j.counts(e)
	j.sets(e)
	j.texts(e)
	for i := range e.Values {
		j.value(&e.Values[i])
	}
	j.same(e.Same)
	if e.Retrieved != nil {
		j.retrievedExactly(*e.Retrieved)
	}
	if e.Items != nil {
		j.itemsExactly(*e.Items)
	}
	j.framing(e)
	j.anyOf(e.AnyOf)
}

func (j *judge) anyOf(alternatives []Expect) {
	if len(alternatives) == 0 {
		return
	}
	var all []string
	for i := range alternatives {
		one := *j
		one.problems = nil
		one.check(&alternatives[i])
		if len(one.problems) == 0 {
			return
		}
		for _, p := range one.problems {
			all = append(all, p.What+": "+p.Expected)
		}
	}
	j.fail("one of several", strings.Join(all, " or "), j.answer.describe())
}

// wanted is the response that an expectation stands for when it names only what belongs to one.
func (e *Expect) wanted() string {
	switch {
	case e.Response != "":
		return e.Response
	case e.Fault != "" || len(e.Reason) > 0:
		return "fault"
	case len(e.Errors) > 0 && e.Retrieved == nil:
		return "failure"
	case len(e.HTTP) > 0 || e.Ack != "" || len(e.AnyOf) > 0 || len(e.Headers) > 0 || len(e.Contains) > 0 ||
		len(e.CodeContext) > 0 || len(e.Location) > 0:
		return "any"
	}
	return "success"
}

func (j *judge) response(e *Expect) {
	if len(e.HTTP) > 0 && !slices.Contains(e.HTTP, j.answer.status) {
		j.fail("HTTP status", strings.Trim(fmt.Sprint(e.HTTP), "[]"), j.answer.describe())
	}
	if e.Ack != "" {
		if !slices.Contains(strings.Split(e.Ack, "|"), j.answer.acknowledgement()) {
			j.fail("acknowledgement", e.Ack, j.answer.acknowledgement()+" "+j.answer.describe())
		}
	}
	status, fault := j.answer.responseStatus(), j.answer.fault() != nil
	met := true
	answered := j.answer.status == 200 || slices.Contains(e.HTTP, j.answer.status) // application errors travel in HTTP 200 unless the check says more
	switch e.wanted() {
	case "success":
		met = status == "Success" && answered
		if j.send.Feed != nil || j.send.MLLP != nil {
			met = slices.Contains([]string{"CA", "AA"}, j.answer.acknowledgement())
		}
	case "failure":
		met = status == "Failure" && answered
	case "partial":
		met = status == "PartialSuccess" && answered
	case "fault":
		met = fault
	case "refused":
		met = fault || status == "Failure" || j.answer.status >= 400
	}
	if !met {
		j.fail("response", e.wanted(), j.answer.describe())
	}
	if e.Fault != "" && fault {
		have := faultCodes(j.answer.fault())
		for _, code := range strings.Split(e.Fault, "/") {
			if !containsAny(have, code) {
				j.fail("fault code", e.Fault, strings.Join(have, "/"))
				break
			}
		}
	}
}

func containsAny(have []string, alternatives string) bool {
	return slices.ContainsFunc(strings.Split(alternatives, "|"), func(a string) bool { return slices.Contains(have, a) })
}

func attrs(elements []*etree.Element, name string) []string {
	var values []string
	for _, e := range elements {
		values = append(values, e.SelectAttrValue(name, ""))
	}
	return values
}

func (j *judge) codes(e *Expect) {
	for _, want := range e.Errors {
		if have := attrs(j.answer.errors("Error"), "errorCode"); !containsAny(have, want) {
			j.fail("error code", want, j.answer.describe())
		}
	}
	for _, want := range e.Warnings {
		if have := attrs(j.answer.errors("Warning"), "errorCode"); !containsAny(have, want) {
			j.fail("warning code", want, j.answer.describe())
		}
	}
}

func (j *judge) counts(e *Expect) {
	for _, kind := range sortedKeys(e.Count) {
		have := 0
		switch kind {
		case "errors":
			have = len(j.answer.errors("Error"))
		case "warnings":
			have = len(j.answer.errors("Warning"))
		case "attachments":
			have = len(j.answer.parts)
		case "responses":
			if c := j.answer.content(); c != nil {
				have = len(c.SelectElements("xds:DocumentResponse"))
			}
		case "objects":
			have = len(j.answer.objects())
		default:
			for _, o := range j.answer.objects() {
				if kindOf(o) == kind {
					have++
				}
			}
		}
		if have != e.Count[kind] {
			j.fail("number of "+kind, fmt.Sprint(e.Count[kind]), fmt.Sprintf("%d (%s)", have, j.answer.describe()))
		}
	}
}

func (j *judge) sets(e *Expect) {
	all := map[string][]string{}
	var every []string
	for _, o := range j.answer.objects() {
		id := o.SelectAttrValue("id", "")
		all[kindOf(o)] = append(all[kindOf(o)], id)
		every = append(every, id)
	}
	for _, s := range []struct {
		kind string
		want *Strings
	}{
		{"documents", e.Documents}, {"submissionSets", e.SubmissionSets}, {"folders", e.Folders},
		{"associations", e.Associations}, {"refs", e.Refs},
	} {
		if s.want != nil {
			j.exactly(s.kind, *s.want, all[s.kind])
		}
	}
	for _, name := range e.Has {
		if id, err := j.scope.end(name); err != nil {
			j.broken(err)
		} else if !slices.Contains(every, id) {
			j.fail("result", "has "+name, j.names(every))
		}
	}
	for _, name := range e.HasNot {
		if id, err := j.scope.end(name); err != nil {
			j.broken(err)
		} else if slices.Contains(every, id) {
			j.fail("result", "has not "+name, j.names(every))
		}
	}
}

func (j *judge) exactly(kind string, want Strings, have []string) {
	var ids []string
	for _, name := range want {
		id, err := j.scope.end(name)
		if err != nil {
			j.broken(err)
			return
		}
		ids = append(ids, id)
	}
	have = slices.Sorted(slices.Values(have))
	slices.Sort(ids)
	if !slices.Equal(ids, have) {
		j.fail(kind, "exactly "+j.names(ids), j.names(have)+"; "+j.answer.describe())
	}
}

// names writes ids as the names that the suite gave them, where it gave one.
func (j *judge) names(ids []string) string {
	byID := map[string]string{}
	for at := j.scope; at != nil; at = at.parent {
		for name, value := range at.values {
			if _, taken := byID[value]; !taken && !strings.Contains(name, ".") {
				byID[value] = name
			}
		}
	}
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if name, ok := byID[id]; ok {
			id = name
		}
		out = append(out, id)
	}
	slices.Sort(out)
	return "[" + strings.Join(out, " ") + "]"
}

func (j *judge) texts(e *Expect) {
	errors := append(j.answer.errors("Error"), j.answer.errors("Warning")...)
	reason := ""
	if f := j.answer.fault(); f != nil {
		reason = faultReason(f)
	}
	raw := string(j.answer.body)
	for _, t := range []struct {
		what  string
		want  Strings
		in    []string
		never bool
	}{
		{"codeContext", e.CodeContext, attrs(errors, "codeContext"), false},
		{"location", e.Location, attrs(errors, "location"), false},
		{"fault reason", e.Reason, []string{reason}, false},
		{"answer", e.Contains, []string{raw}, false},
		{"answer", e.ContainsNot, []string{raw}, true},
	} {
		for _, w := range t.want {
			text, err := j.scope.expand(w)
			if err != nil {
				j.broken(err)
				continue
			}
			found := slices.ContainsFunc(t.in, func(s string) bool { return strings.Contains(s, text) })
			if found == t.never {
				verb := "contains "
				if t.never {
					verb = "does not contain "
				}
				j.fail(t.what, verb+text, strings.Join(t.in, " | "))
			}
		}
	}
	for _, name := range sortedKeys(e.Headers) {
		pattern, err := regexp.Compile(e.Headers[name])
		if err != nil {
			j.broken(err)
		} else if have := j.answer.headers.Get(name); !pattern.MatchString(have) {
			j.fail("header "+name, e.Headers[name], have)
		}
	}
}

// acknowledgement reads MSA-1, or acknowledgement/typeCode of HL7 v3.
func (a *answer) acknowledgement() string {
	if a.ack != "" {
		return a.ack
	}
	if c := a.content(); c != nil {
		if t := c.FindElement("hl7:acknowledgement/hl7:typeCode"); t != nil {
			return t.SelectAttrValue("code", "")
		}
	}
	return ""
}
