package conformance

import (
	"strings"
	"testing"
	"testing/fstest"

	"liasse/internal/rule"
)

// TestEmbeddedSuites loads what ships, and holds it to its promises: enough checks, ids, sections, rule ids in form.
func TestEmbeddedSuites(t *testing.T) {
	suites, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for _, s := range suites {
		checks += len(s.Checks)
		for _, c := range s.Checks {
			for _, id := range append(append([]string{}, c.Violates...), c.Satisfies...) {
				if !ruleID.MatchString("[" + id + "]") {
					t.Errorf("%s: %q is not the id of a rule", c.ID, id)
				}
			}
		}
	}
	if checks < 250 {
		t.Errorf("%d checks ship, at least 250 were promised", checks)
	}
	t.Logf("%d suites, %d checks, %d rules in the catalogue here", len(suites), checks, len(rule.All()))
}

// TestLoadRefuses feeds the loader what an author may get wrong.
func TestLoadRefuses(t *testing.T) {
	const valid = "suite: a\ntitle: t\nsection: s\nchecks:\n - {id: A-001, title: t, register: {}, expect: success}\n"
	for _, c := range []struct{ name, text, says string }{
		{"unknown key", strings.Replace(valid, "title: t\n", "titel: t\n", 1), `no key "titel"`},
		{"unknown key deep", strings.Replace(valid, "register: {}", "register: {patients: x}", 1), `no key "patients"`},
		{"unknown attribute", strings.Replace(valid, "register: {}", "register: {documents: [{clasCode: x}]}", 1), "no object has an attribute"},
		{"no section", strings.Replace(valid, "section: s\n", "", 1), "a section"},
		{"no title", strings.Replace(valid, "title: t,", "", 1), "a check has a title"},
		{"bad id", strings.Replace(valid, "A-001", "a1", 1), "is not words in capitals"},
		{"nothing sent", strings.Replace(valid, "register: {}, ", "", 1), "a check sends something"},
		{"two things sent", strings.Replace(valid, "register: {}", "register: {}, provide: {}", 1), "a check sends something"},
		{"nothing expected", strings.Replace(valid, ", expect: success", "", 1), "a check expects something"},
		{"unknown word", strings.Replace(valid, "expect: success", "expect: hurrah", 1), "neither a kind of response"},
		{"id twice", valid + " - {id: A-001, title: t, register: {}, expect: success}\n", "already in suite"},
		{"name", strings.Replace(valid, "suite: a", "suite: b", 1), "calls itself"},
		{"no token", strings.Replace(valid, "register: {}", "register: {}, vihf: nothing", 1), "vihf is none or a mapping"},
		{"no signature", strings.Replace(valid, "register: {}", "register: {}, lotSignature: nothing", 1), "lotSignature is none or a mapping"},
		{"unknown key of a token", strings.Replace(valid, "register: {}", "register: {}, vihf: {nameid: x}", 1), `no key "nameid"`},
		{"unknown key of a signature", strings.Replace(valid, "register: {}", "register: {}, vihf: {sign: {algorithm: x}}", 1), `no key "algorithm"`},
		{"attribute of a token", strings.Replace(valid, "register: {}", "register: {}, vihf: {attributes: {a: {text: x}}}", 1), "text or {xml: …}"},
		{"unknown key of a certificate", strings.Replace(valid, "section: s\n", "section: s\nidentities: {a: {auth: {issued: x}}}\n", 1), `no key "issued"`},
		{"key twice", strings.Replace(valid, "title: t\n", "title: t\ntitle: u\n", 1), "title"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
	if _, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(valid)}}); err != nil {
		t.Errorf("the valid suite is refused: %v", err)
	}
}
