package hostile_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// auditTable holds one row for each audit record.
const auditTable = "audit"

// hostile is one case: a message that must be refused.
type hostile struct {
	// name begins with the id of the case in the catalogue.
	name string
	make func(w *world) *message
	// codes are the fault codes from the outermost in, or the status and error code of the answer; several that would do
	// are separated by blanks. rules are likewise the rules one of which must be told.
	codes, rules string
}

// with changes the message of a case, which has a token; id is the ID of its assertion.
func (c hostile) with(change func(m *message, id string)) hostile {
	build := c.make
	c.make = func(w *world) *message {
		m := build(w)
		_, rest, _ := strings.Cut(m.security, ` ID="`)
		id, _, _ := strings.Cut(rest, `"`)
		change(m, id)
		return m
	}
	return c
}

var (
	faultValue   = regexp.MustCompile(`<env:Value[^>]*>(?:[^<:]*:)?([^<]*)</env:Value>`)
	faultFinding = regexp.MustCompile(`<l:Finding [^>]*id="([^"]+)" severity="error"`)
	answerStatus = regexp.MustCompile(`status="urn:[^"]*ResponseStatusType:([A-Za-z]+)"`)
	answerError  = regexp.MustCompile(`errorCode="(?:[^":]*:)*([^"]+)" codeContext="\[([A-Z0-9-]+)\][^"]*" severity="[^"]*:Error"`)
	httpRule     = regexp.MustCompile(`^\[([A-Z0-9-]+)\]`)
)

// read gives the codes of an answer and the rules that it names.
func (a answer) read() (codes string, rules []string) {
	groups := func(r *regexp.Regexp) (all []string) {
		for _, m := range r.FindAllStringSubmatch(a.body, -1) {
			all = append(all, m[1])
		}
		return all
	}
	if values := groups(faultValue); len(values) > 0 {
		return strings.Join(values, "/"), groups(faultFinding)
	}
	if status := groups(answerStatus); len(status) > 0 {
		codes = status[0]
		if errors := groups(answerError); len(errors) > 0 {
			codes += "/" + errors[0]
		}
		for _, m := range answerError.FindAllStringSubmatch(a.body, -1) {
			rules = append(rules, m[2])
		}
		return codes, rules
	}
	return "HTTP", groups(httpRule)
}

// accepted tells whether an answer refuses nothing.
func (a answer) accepted() bool {
	codes, _ := a.read()
	return a.status == 200 && strings.HasPrefix(codes, "Success")
}

// table sends every case and looks at everything after each.
func (w *world) table(t *testing.T, cases []hostile) {
	t.Helper()
	kept, records := w.snapshot()
	names := make(map[string]bool)
	for n, c := range cases {
		if names[c.name] {
			t.Errorf("two cases are called %s", c.name)
		}
		names[c.name] = true
		if testing.Short() && n%9 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			m := c.make(w)
			a, err := w.send(m)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			w.count(c.name)
			w.judge(t, &c, a)
			after, recorded := w.snapshot()
			if changed := kept.difference(after); changed != "" {
				t.Errorf("something was kept: %s", changed)
				kept = after
			}
			if recorded != records+1 {
				t.Errorf("%d audit records were written, want 1", recorded-records)
			} else {
				codes, rules := a.read()
				w.judgeRecord(t, m.identity.auth, codes, rules)
			}
			records = recorded
		})
	}
	w.searchLog(t)
}

func (w *world) count(name string) {
	family, _, _ := strings.Cut(name, "-")
	w.sent[family]++
}

// judge compares an answer with what a case wants.
func (w *world) judge(t *testing.T, c *hostile, a answer) {
	t.Helper()
	codes, rules := a.read()
	fits := slices.Contains(strings.Fields(c.codes), codes)
	if c.rules != "" {
		fits = fits && slices.ContainsFunc(strings.Fields(c.rules), func(id string) bool { return slices.Contains(rules, id) })
	}
	if !fits || strings.HasPrefix(codes, "Success") {
		t.Errorf("answered %d %s %q, want %s %s\n%.1500s", a.status, codes, rules, c.codes, c.rules, a.body)
	}
	if strings.Contains(a.body, marker) {
		t.Error("the answer holds content of a document")
	}
}

// searchLog looks for what no line of the log may hold.
func (w *world) searchLog(t *testing.T) {
	t.Helper()
	log := w.logs.String()
	for _, secret := range append([]string{marker, "BEGIN CERTIFICATE", "BEGIN PRIVATE", "SignatureValue", "X509Certificate", "saml2:", "^^^&"}, w.secrets...) {
		if at := strings.Index(log, secret); at >= 0 {
			t.Errorf("the log holds %q: %.400s", secret, log[max(0, at-200):])
		}
	}
	if strings.Contains(log, `"panic"`) {
		t.Errorf("a transaction panicked: %.2000s", log[strings.Index(log, `"panic"`):])
	}
}

// accepts sends what must be accepted.
func (w *world) accepts(t *testing.T, m *message) answer {
	t.Helper()
	a, err := w.send(m)
	if err != nil {
		t.Fatalf("no answer to a right message: %v", err)
	}
	if !a.accepted() {
		codes, rules := a.read()
		t.Fatalf("a right message is answered %d %s %q\n%.3000s", a.status, codes, rules, a.body)
	}
	return a
}
