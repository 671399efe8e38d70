package dmp

import (
	"regexp"
	"testing"
)

// english finds words of English prose that stand in no name of a standard.
var english = regexp.MustCompile(`(?i)(^|[ "«(])(an|the|than|of|for|inside|in|not|no|more|fewer|another|that|which|with|at|least|most|is|it|cannot|does|has|have|one|nothing|alone|something|value|bytes|bits|cut|short|key)([ "»).,;:]|$)`)

// TestFindingsQuoteNoEnglish: what a finding quotes stands in a French sentence too, so that it must not be English.
func TestFindingsQuoteNoEnglish(t *testing.T) {
	b := newBench(t, profileIn(t, "fr", now), nil)
	for _, d := range allDamages() {
		for _, f := range d.judged(t, b) {
			for _, quoted := range []string{f.Found, f.Expected} {
				if word := english.FindString(quoted); word != "" {
					t.Errorf("%s: %q is English by %q:\n%s", d.name, quoted, word, f.Sentence("fr"))
				}
			}
		}
	}
}
