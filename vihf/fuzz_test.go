package vihf_test

import (
	"context"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// FuzzVerify judges what strangers send. Nothing panics, nothing is accepted but what was signed, and every finding can be
// said.
func FuzzVerify(f *testing.F) {
	v := verifier(f)
	good := string(issue(f, "medecin"))
	f.Add(sealed([]byte(good)))
	f.Add(good)
	f.Add(sealed(issue(f, "etablissement-air")))
	for i := range breaches {
		b := &breaches[i]
		if b.config == nil && b.request == nil {
			f.Add(string(b.message(f).Envelope.Source()))
		}
	}
	f.Fuzz(func(t *testing.T, message string) {
		doc, err := xmltree.Parse([]byte(message), xmltree.SOAPLimits)
		if err != nil {
			return
		}
		defer doc.Release()
		report := rule.Report{}
		judged, err := v.Judge(context.Background(), doc, &report)
		if err != nil {
			t.Fatal(err)
		}
		if judged.Accepted == report.Failed() {
			t.Fatalf("accepted %v%s", judged.Accepted, sentences(report.Findings))
		}
		if judged.Accepted && !strings.Contains("899900000118 899900000225 899900000332 899900000449 30B0000011/0001 899900000556 899900000663 899900000770 899900000887 899900000994", judged.Claimed.NameID) {
			t.Fatalf("accepted as %q", judged.Claimed.NameID)
		}
		for i := range report.Findings {
			if s := report.Findings[i].Sentence("fr"); !strings.HasPrefix(s, "["+report.Findings[i].Rule.ID+"] ") {
				t.Fatalf("a finding says %q", s)
			}
		}
	})
}
