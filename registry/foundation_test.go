package registry_test

import (
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
)

// TestNothingBreaksWhenEveryRuleIsOff sends every example to a registry whose rules are all off or all warnings: what can
// be stored is, what cannot is refused with words, and nothing fails inside.
func TestNothingBreaksWhenEveryRuleIsOff(t *testing.T) {
	if testing.Short() {
		t.Skip("some 300 stores are opened")
	}
	for _, severity := range []rule.Severity{rule.Off, rule.Warning} {
		all := map[string]rule.Severity{}
		for _, r := range rule.All() {
			if strings.HasPrefix(r.ID, "XDS-") {
				all[r.ID] = severity
			}
		}
		lenient, err := rule.NewPolicy(all)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range examples() {
			t.Run(severity.String()+"/"+e.rule, func(t *testing.T) {
				t.Parallel()
				if e.rule == "XDS-REG-007" && severity == rule.Warning {
					t.Skip("a repeated lot is a success then")
				}
				h := newHouse(t, func(cfg *registry.Config) {
					cfg.Rules = lenient
					if e.affinity != nil {
						e.affinity(&cfg.Affinity)
					}
				})
				if e.setup != nil {
					e.setup(h)
				}
				for _, s := range e.before {
					h.play(s)
				}
				sub, found := h.sendAs(message(t, e.base, e.changes...), e.onDemand)
				if found.Failed() {
					return
				}
				held := false
				for _, cx := range []string{patientID, neighbour, "4799^^^&" + authority + "&ISO", "4711^^^&1.2.3.4&ISO"} {
					held = held || h.holdings(cx).sets[sub.SubmissionSet.ID] != nil
				}
				if !held {
					t.Errorf("neither refused nor held; found:\n%s", sentences(found))
				}
			})
		}
	}
}
