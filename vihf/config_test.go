package vihf_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/vihf"
)

func TestConfigsThatMakeNoVerifier(t *testing.T) {
	for name, change := range map[string]func(*vihf.Config){
		"no trust":               func(c *vihf.Config) { c.Trust = nil },
		"trust in connections":   func(c *vihf.Config) { c.Trust = trust(t, pki.TLSClient, pki.RealmTest) },
		"scope without a memory": func(c *vihf.Config) { c.ReplayScope = vihf.ReplayWrites },
		"unknown scope":          func(c *vihf.Config) { c.ReplayScope = "reads" },
		"negative age":           func(c *vihf.Config) { c.MaxAge = -time.Second },
		"negative skew":          func(c *vihf.Config) { c.Skew = -time.Second },
		"subcode of no rule":     func(c *vihf.Config) { c.SubCodes = map[string]string{"VIHF-999": "x"} },
	} {
		cfg := config(t)
		change(&cfg)
		if _, err := vihf.New(cfg); err == nil {
			t.Errorf("%s: a Verifier was made", name)
		}
	}
}

func TestSubcodes(t *testing.T) {
	v := verifier(t, func(c *vihf.Config) { c.SubCodes = map[string]string{"VIHF-091": "DMPNoSpeciality", "VIHF-001": ""} })
	for id, want := range map[string][2]string{
		"VIHF-001": {"DMPInvalidVihf", ""}, "VIHF-010": {"DMPInvalidCertificate", "DMPInvalidCertificate"},
		"VIHF-028": {"DMPInvalidCertificate", "DMPInvalidCertificate"}, "VIHF-034": {"DMPInvalidCertificate", "DMPInvalidCertificate"},
		"VIHF-040": {"DMPInvalidVihf", "DMPInvalidVihf"}, "VIHF-077": {"DMPAccessDeniedByRightsService", "DMPAccessDeniedByRightsService"},
		"VIHF-091": {"DMPInvalidVihf", "DMPNoSpeciality"}, "VIHF-111": {"DMPAccessDeniedByRightsService", "DMPAccessDeniedByRightsService"},
	} {
		one := rule.Lookup(id)
		if got := [2]string{vihf.Subcode(one), v.Subcode(one)}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := vihf.Subcode(&rule.Rule{ID: "SOAP-001"}); got != "" {
		t.Errorf("a rule of another package has the subcode %q", got)
	}
}

// TestWireCodes: every rule answers by a subcode of WS-Security 1.1.
func TestWireCodes(t *testing.T) {
	known := []string{"wsse:InvalidSecurity", "wsse:InvalidSecurityToken", "wsse:FailedAuthentication", "wsse:FailedCheck",
		"wsse:UnsupportedAlgorithm", "wsse:UnsupportedSecurityToken", "wsse:MessageExpired"}
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "VIHF-") && !slices.Contains(known, r.Code) {
			t.Errorf("%s answers %s", r.ID, r.Code)
		}
	}
}

// TestSHA1Tolerated: the software of 2019 signs with SHA-1, and whoever has to serve it says so.
func TestSHA1Tolerated(t *testing.T) {
	b := breach{who: "medecin/sha1"}
	for _, severity := range []rule.Severity{rule.Warning, rule.Off} {
		policy, err := rule.NewPolicy(map[string]rule.Severity{"VIHF-015": severity})
		if err != nil {
			t.Fatal(err)
		}
		report := rule.Report{Policy: policy}
		caller, err := verifier(t).Verify(context.Background(), b.message(t), &report)
		if err != nil || caller == nil {
			t.Errorf("%s: %v%s", severity, err, sentences(report.Findings))
		}
	}
}

// TestWhatStandsOnTheSignatureIsFirm: no configuration lets in a token whose signature or signer was not believed.
func TestWhatStandsOnTheSignatureIsFirm(t *testing.T) {
	for _, id := range []string{"VIHF-001", "VIHF-002", "VIHF-003", "VIHF-004", "VIHF-007", "VIHF-010", "VIHF-011", "VIHF-013", "VIHF-014", "VIHF-016",
		"VIHF-019", "VIHF-020", "VIHF-021", "VIHF-025", "VIHF-026", "VIHF-027", "VIHF-028", "VIHF-029", "VIHF-030", "VIHF-031", "VIHF-032", "VIHF-041"} {
		if _, err := rule.NewPolicy(map[string]rule.Severity{id: rule.Warning}); err == nil {
			t.Errorf("%s was lowered", id)
		}
	}
}

// TestLoweredRules: with every rule that may be lowered set to warning, a token that breaks one of them is accepted, and
// one that breaks a firm one is not.
func TestLoweredRules(t *testing.T) {
	severities := make(map[string]rule.Severity)
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "VIHF-") && !r.Firm && !r.Operational {
			severities[r.ID] = rule.Warning
		}
	}
	policy, err := rule.NewPolicy(severities)
	if err != nil {
		t.Fatal(err)
	}
	for i := range breaches {
		b := &breaches[i]
		t.Run(b.name, func(t *testing.T) {
			firm := false
			for _, id := range strings.Fields(b.want) {
				firm = firm || rule.Lookup(id).Firm
			}
			report := rule.Report{Policy: policy}
			v := verifier(t, func(c *vihf.Config) {
				if b.config != nil {
					b.config(c)
				}
			})
			caller, err := v.Verify(context.Background(), b.message(t), &report)
			if err != nil {
				t.Fatal(err)
			}
			if (caller == nil) != firm {
				t.Errorf("caller %v%s", caller, sentences(report.Findings))
			}
		})
	}
}

// TestNoRevocationList: «[VIHF-031] » is what a server says that has no current list.
func TestNoRevocationList(t *testing.T) {
	opened, err := pki.Open(pki.Config{
		Usage: pki.TokenSigner, Realm: pki.RealmTest, RequireCRL: true, Now: func() time.Time { return now },
		Anchors: []string{world.RootCert}, Intermediates: []string{world.Dir + "/trust/intermediates"},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := verifier(t, func(c *vihf.Config) { c.Trust = opened })
	caller, findings := verify(t, v, request(t, sealed(issue(t, "medecin"))))
	if caller != nil || len(findings) != 1 || !strings.HasPrefix(findings[0].Sentence("en"), "[VIHF-031] ") {
		t.Errorf("caller %v%s", caller, sentences(findings))
	}
}

// TestNoModeIsNoWayOut: where the lack of an attribute is tolerated, a card still speaks for its holder alone, and a
// structure for its own sites.
func TestNoModeIsNoWayOut(t *testing.T) {
	policy, err := rule.NewPolicy(map[string]rule.Severity{"VIHF-065": rule.Warning, "VIHF-072": rule.Warning, "VIHF-100": rule.Warning, "VIHF-107": rule.Warning})
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []vihf.Change{{Attribute: vihf.AttrMode, Remove: true}, {Attribute: vihf.AttrMode, Values: []string{"DELEGUEE"}},
		{Attribute: vihf.AttrMode, Values: []string{"INDIRECTE"}}, {Attribute: vihf.AttrMode, Values: []string{"DIRECTE"}}} {
		for who, b := range map[string]struct {
			claims func(*vihf.Claims)
			want   string
		}{
			"medecin":       {alter(">899900000118<", ">899900000225<"), "VIHF-101"},
			"etablissement": {change(mode, vihf.Change{Attribute: vihf.AttrStructure, Values: []string{"10B0000201"}}), "VIHF-106"},
		} {
			token := issue(t, who, func(c *vihf.Claims) {
				c.Changes = []vihf.Change{mode, {Attribute: vihf.AttrSubjectID, Values: []string{"X"}}}
				b.claims(c)
			})
			report := rule.Report{Policy: policy}
			caller, err := verifier(t).Verify(context.Background(), request(t, sealed(token)), &report)
			if err != nil || caller != nil || !report.Findings.Has(rule.Lookup(b.want)) {
				t.Errorf("%s, %+v: %v, %v%s", who, mode, caller, err, sentences(report.Findings))
			}
		}
	}
}
