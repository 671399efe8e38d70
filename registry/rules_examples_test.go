package registry_test

import (
	"slices"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
)

func examples() []example {
	return slices.Concat(objectExamples, documentExamples, packageExamples, shapeExamples, stateExamples)
}

// play sends the example's message to a registry prepared for it, with the changes or without.
func (e *example) play(t *testing.T, changes []change) rule.Findings {
	h := newHouse(t, func(cfg *registry.Config) {
		if e.affinity != nil {
			e.affinity(&cfg.Affinity)
		}
	})
	if e.setup != nil {
		e.setup(h)
	}
	for _, s := range e.before {
		if _, found := h.sendAs(message(t, s.base, s.changes...), s.onDemand); len(found) > 0 {
			t.Fatalf("a message before was not accepted as it is:\n%s", sentences(found))
		}
	}
	_, found := h.sendAs(message(t, e.base, changes...), e.onDemand)
	return found
}

// TestExamples shows each rule broken and kept: the message as it stands in testdata breaks none, with the example's
// change it breaks the rule, with the code of the standard, a place and words in both languages.
func TestExamples(t *testing.T) {
	for _, e := range examples() {
		t.Run(e.rule, func(t *testing.T) {
			t.Parallel()
			found := e.play(t, e.changes)
			i := slices.IndexFunc(found, func(f rule.Finding) bool { return f.Rule.ID == e.rule })
			if i < 0 {
				t.Fatalf("the rule was not found broken, but:\n%s", sentences(found))
			}
			f := &found[i]
			want := e.code
			if want == "" {
				want = "XDSRegistryMetadataError"
			}
			if f.WireCode() != want {
				t.Errorf("the code is %s, want %s", f.WireCode(), want)
			}
			if f.XPath == "" || f.Line == 0 {
				t.Errorf("the finding has no place: %+v", f.Place)
			}
			if found.Failed() == e.accepted {
				t.Errorf("refused is %v; findings:\n%s", found.Failed(), sentences(found))
			}
			for _, lang := range []string{"en", "fr"} {
				if s := f.Sentence(lang); !strings.HasPrefix(s, "["+e.rule+"] ") {
					t.Errorf("the sentence is %q", s)
				}
			}
		})
	}
}

// TestEveryRuleHasAnExample keeps the examples complete.
func TestEveryRuleHasAnExample(t *testing.T) {
	shown := map[string]bool{}
	for _, e := range examples() {
		shown[e.rule] = true
	}
	for _, r := range rule.All() {
		for _, area := range []string{"XDS-OBJ-", "XDS-DE-", "XDS-SS-", "XDS-FO-", "XDS-AS-", "XDS-SUB-", "XDS-REG-"} {
			if strings.HasPrefix(r.ID, area) && !shown[r.ID] {
				t.Errorf("rule %s (%s) has no example", r.ID, r.Title.EN)
			}
		}
	}
}

// TestNoFalseFindings sends the unchanged base of every example, after the same messages.
func TestNoFalseFindings(t *testing.T) {
	for _, e := range examples() {
		if len(e.before) == 0 && e.affinity == nil {
			continue
		}
		t.Run(e.rule, func(t *testing.T) {
			t.Parallel()
			if e.rule == "XDS-REG-007" || e.rule == "XDS-REG-008" {
				e.base = "one"
			}
			plain := e
			plain.setup = nil
			if strings.HasSuffix(e.rule, "-013") || strings.HasSuffix(e.rule, "-016") {
				plain.before = nil
			}
			if found := plain.play(t, nil); len(found) > 0 {
				t.Errorf("a message that breaks nothing was told:\n%s", sentences(found))
			}
		})
	}
}
