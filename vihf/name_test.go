package vihf_test

import (
	"strings"
	"testing"

	"liasse/internal/rule"
)

// TestIssuerSpellings writes the subject of a card as programs do, and as attackers might. The card's name is C=FR,
// title=Médecin and one RDN of SN, GN and CN.
func TestIssuerSpellings(t *testing.T) {
	v := verifier(t)
	const own = "SN=MARTIN+givenName=CLAIRE+CN=899900000118,title=Médecin,C=FR"
	for _, tt := range []struct {
		issuer string
		same   bool
	}{
		{own, true},
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,T=Médecin,C=FR", true},
		{"GIVENNAME=CLAIRE+SURNAME=MARTIN+CN=899900000118, T=Médecin, C=FR", true},
		{"2.5.4.42=CLAIRE+2.5.4.4=MARTIN+2.5.4.3=899900000118,2.5.4.12=Médecin,2.5.4.6=FR", true},
		{"cn = 899900000118 + sn = MARTIN + gn = CLAIRE , t = Médecin , c = FR", true},
		{"CN=899900000118+SN=martin+GN=Claire,T=médecin,C=fr", true},
		{`CN=899900000118+SN=MARTIN+GN=CLAIRE,T=M\C3\A9decin,C=FR`, true},
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,T=#0C084DC3A9646563696E,C=FR", true},
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,T=#14084D" + "C3A9646563696E" + ",C=FR", false}, // Teletex of other letters
		{"CN=899900000118,SN=MARTIN,GN=CLAIRE,T=Médecin,C=FR", false},                         // three RDNs are another name
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,C=FR", false},
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,T=Médecin,C=FR,C=FR", false},
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,T=M?decin,C=FR", false},
		{"CN=899900000118+SN=MARTIN+GN=CLAIRE,T=Medecin,C=FR", false},
		{`CN=899900000118\+SN\=MARTIN+GN=CLAIRE,T=Médecin,C=FR`, false},
		{`CN=899900000118+SN=MARTIN+GN=CLAIRE\,T=Médecin,C=FR`, false},
		{"CN=899900000225+SN=MARTIN+GN=CLAIRE,T=Médecin,C=FR", false},
		{"899900000118", false},
		{"CN=", false},
	} {
		t.Run(tt.issuer, func(t *testing.T) {
			token := issue(t, "medecin", alter(own, tt.issuer))
			caller, findings := verify(t, v, request(t, sealed(token)))
			if (caller != nil) != tt.same {
				t.Errorf("caller %v%s", caller, sentences(findings))
			}
			if !tt.same && !findings.Has(rule.Lookup("VIHF-033")) {
				t.Errorf("not for the issuer:%s", sentences(findings))
			}
		})
	}
}

// TestIssuerOfTeletexCard: the name of an old card is in Latin-1, its token in UTF-8.
func TestIssuerOfTeletexCard(t *testing.T) {
	token := issue(t, "autre-medecin")
	if !strings.Contains(string(token), "LEFÈVRE") {
		t.Fatalf("the issuer is not in UTF-8: %.400s", token)
	}
	if caller, findings := verify(t, verifier(t), request(t, sealed(token))); caller == nil {
		t.Error(sentences(findings))
	}
}
