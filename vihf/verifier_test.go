package vihf_test

import (
	"testing"
)

func TestGoodTokens(t *testing.T) {
	v := verifier(t)
	for _, name := range []string{"medecin", "autre-medecin", "pharmacien", "infirmier", "secretariat", "etablissement", "etablissement-air", "autre-etablissement"} {
		t.Run(name, func(t *testing.T) {
			caller, findings := verify(t, v, request(t, sealed(issue(t, name))))
			if caller == nil || len(findings) > 0 {
				t.Fatalf("refused or not clean:%s", sentences(findings))
			}
		})
	}
}
