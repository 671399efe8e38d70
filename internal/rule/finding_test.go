package rule

import (
	"strings"
	"testing"
)

var ruleSample = New(Rule{
	ID: "TEST-001", Title: Text{EN: "The sample is right", FR: "L'exemple est juste"}, Fix: Text{EN: "Mend it", FR: "Le corriger."},
	Section: "TF 1", Severity: Error, Code: "XDSRegistryError",
})

func TestSentence(t *testing.T) {
	for _, tt := range []struct {
		name, lang string
		finding    Finding
		want       string
	}{
		{"bare", "en", Finding{}, "[TEST-001] The sample is right. Mend it. (TF 1)"},
		{"whole", "en", Finding{Place: Place{Part: "doc@x", Line: 3, Column: 7}, Subject: "Document01", Found: "a", Expected: "b"},
			"[TEST-001] The sample is right (Document01); found «a»; expected b. Mend it. (at part doc@x, line 3, column 7; TF 1)"},
		{"whole in French", "fr", Finding{Place: Place{Part: "doc@x", Line: 3, Column: 7}, Subject: "Document01", Found: "a", Expected: "b"},
			"[TEST-001] L'exemple est juste (Document01) ; trouvé «a» ; attendu b. Le corriger. (partie doc@x, ligne 3, colonne 7 ; TF 1)"},
		{"another language is English", "de", Finding{}, "[TEST-001] The sample is right. Mend it. (TF 1)"},
		{"its own fix", "en", Finding{Fix: Text{EN: "Write b", FR: "Écrire b"}}, "[TEST-001] The sample is right. Write b. (TF 1)"},
		{"control characters", "en", Finding{Found: "a\x00\r\n\x7fb"}, "[TEST-001] The sample is right; found «a\uFFFD\uFFFD\uFFFD\uFFFDb». Mend it. (TF 1)"},
		{"too long, cut between characters", "en", Finding{Found: strings.Repeat("é", 200)},
			"[TEST-001] The sample is right; found «" + strings.Repeat("é", 80) + "…». Mend it. (TF 1)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.finding.Rule = ruleSample
			if got := tt.finding.Sentence(tt.lang); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPolicyChangesSeverity(t *testing.T) {
	policy, err := NewPolicy(map[string]Severity{"TEST-001": Warning})
	if err != nil {
		t.Fatal(err)
	}
	off, err := NewPolicy(map[string]Severity{"TEST-001": Off})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name         string
		policy       *Policy
		found        int
		failed, look bool
	}{{"default", nil, 1, true, true}, {"warning", policy, 1, false, true}, {"off", off, 0, false, false}} {
		report := Report{Policy: tt.policy}
		refuses := report.Add(Finding{Rule: ruleSample})
		if len(report.Findings) != tt.found || report.Failed() != tt.failed || refuses != tt.failed || report.Applies(ruleSample) != tt.look {
			t.Errorf("%s: %d findings, failed %v, applies %v", tt.name, len(report.Findings), report.Failed(), report.Applies(ruleSample))
		}
	}
	if _, err := NewPolicy(map[string]Severity{"TEST-999": Off}); err == nil {
		t.Error("a policy for a rule that does not exist was taken")
	}
}

var ruleFirm = New(Rule{
	ID: "TEST-100", Title: Text{EN: "The ground is firm", FR: "Le sol est ferme"}, Fix: Text{EN: "Mend it", FR: "Le corriger"},
	Section: "TF 1", Severity: Error, Code: "env:Sender", Firm: true,
})

func TestAFirmRuleIsNotLowered(t *testing.T) {
	for _, severity := range []Severity{Off, Warning} {
		if _, err := NewPolicy(map[string]Severity{ruleFirm.ID: severity}); err == nil {
			t.Errorf("a firm rule was set to %s", severity)
		}
	}
	if _, err := NewPolicy(map[string]Severity{ruleFirm.ID: Error}); err != nil {
		t.Error(err)
	}
	if got := standing(ruleFirm); got != "error, firm" {
		t.Errorf("the page says %q", got)
	}
}

func TestAReportIsBoundedButNeverForgetsARefusal(t *testing.T) {
	policy, err := NewPolicy(map[string]Severity{"TEST-001": Warning})
	if err != nil {
		t.Fatal(err)
	}
	report := Report{Policy: policy}
	for range 2 * reportLimit {
		report.Add(Finding{Rule: ruleSample})
	}
	if len(report.Findings) != reportLimit {
		t.Errorf("%d findings are kept", len(report.Findings))
	}
	report.Policy = nil
	report.Add(Finding{Rule: ruleSample})
	if !report.Failed() {
		t.Error("a refusal past the bound was forgotten")
	}
}

func TestIncompleteOrRepeatedRulesAreMistakes(t *testing.T) {
	for name, r := range map[string]Rule{
		"twice":      *ruleSample,
		"no French":  {ID: "TEST-002", Title: Text{EN: "x"}, Fix: Text{EN: "x", FR: "x"}, Section: "s", Code: "c"},
		"no section": {ID: "TEST-003", Title: Text{EN: "x", FR: "x"}, Fix: Text{EN: "x", FR: "x"}, Code: "c"},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the rule was taken", name)
				}
			}()
			New(r)
		}()
	}
}
