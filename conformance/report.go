package conformance

import (
	"slices"
	"time"
)

// Status is how a check ended.
type Status string

const (
	// Passed: everything was as expected.
	Passed Status = "pass"
	// Failed: the server did something else.
	Failed Status = "fail"
	// Skipped: the target does not offer what the check needs.
	Skipped Status = "skipped"
	// Blocked: what the check builds on could not be brought about.
	Blocked Status = "blocked"
)

// Result is what became of one check.
type Result struct {
	ID      string `json:"id"`
	Suite   string `json:"suite"`
	Title   string `json:"title"`
	Section string `json:"section"`
	Status  Status `json:"status"`
	// Reason says why the check was not run.
	Reason   string        `json:"reason,omitempty"`
	Problems []Problem     `json:"problems,omitempty"`
	Duration time.Duration `json:"nanoseconds"`
	// Violates and Satisfies are the check's; Rules are the rules of Liasse that the answers named.
	Violates  []string `json:"violates,omitempty"`
	Satisfies []string `json:"satisfies,omitempty"`
	Rules     []string `json:"rules,omitempty"`
	// Exchange is the one that failed.
	Exchange *Exchange `json:"-"`
}

func (r *Result) observe(a *answer) {
	for _, id := range a.rules {
		if !slices.Contains(r.Rules, id) {
			r.Rules = append(r.Rules, id)
		}
	}
}

func (r *Result) fail(what, expected, found string) {
	r.Status = Failed
	r.Problems = append(r.Problems, Problem{Step: r.ID, What: what, Expected: expected, Found: found})
}

// Report is the outcome of a run.
type Report struct {
	Target   Target
	Lang     string
	Started  time.Time
	Finished time.Time
	// Liasse tells that the server was judged as Liasse.
	Liasse bool
	// Patient is the patient that ordinary checks used.
	Patient string
	Results []Result
}

// Count tells how many checks ended so.
func (r *Report) Count(s Status) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Status == s {
			n++
		}
	}
	return n
}

// ExitCode is what a command ends with: 0 all that was run passed, 1 a check failed, 2 the run could not be made: no
// check was run, or some were blocked while none failed.
func (r *Report) ExitCode() int {
	switch {
	case r.Count(Failed) > 0:
		return 1
	case r.Count(Passed) == 0 || r.Count(Blocked) > 0:
		return 2
	}
	return 0
}

// words of the reports in the two languages.
var words = map[string]map[string]string{
	"en": {
		"title": "XDS.b conformance", "pass": "pass", "fail": "FAIL", "skipped": "not run", "blocked": "could not run",
		"expected": "expected", "found": "found", "section": "section", "registry": "registry", "repository": "repository",
		"server": "server", "other": "not Liasse", "checks": "checks", "suite": "suite", "sent": "sent", "received": "received",
		"duration": "duration", "patient": "patient", "lang": "en", "status": "result", "check": "check",
	},
	"fr": {
		"title": "Conformité XDS.b", "pass": "réussi", "fail": "ÉCHEC", "skipped": "non exécuté", "blocked": "inexécutable",
		"expected": "attendu", "found": "trouvé", "section": "section", "registry": "registre", "repository": "entrepôt",
		"server": "serveur", "other": "autre que Liasse", "checks": "contrôles", "suite": "suite", "sent": "envoyé", "received": "reçu",
		"duration": "durée", "patient": "patient", "lang": "fr", "status": "résultat", "check": "contrôle",
	},
}

// word gives a word of the report's language.
func (r *Report) word(key string) string {
	w, ok := words[r.Lang]
	if !ok {
		w = words["en"]
	}
	return w[key]
}
