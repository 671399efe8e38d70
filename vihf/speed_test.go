package vihf_test

import (
	"context"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// BenchmarkVerify is the whole judgement of a typical token, the certificate known, the message parsed already.
func BenchmarkVerify(b *testing.B) {
	v := verifier(b)
	r := request(b, sealed(issue(b, "medecin")))
	r.Peer = peerOf(b, "medecin")
	b.ReportAllocs()
	for b.Loop() {
		var report rule.Report
		caller, err := v.Verify(context.Background(), r, &report)
		if err != nil || caller == nil {
			b.Fatalf("%v %s", err, sentences(report.Findings))
		}
	}
}

// BenchmarkParse is what BenchmarkVerify leaves out.
func BenchmarkParse(b *testing.B) {
	message := []byte(sealed(issue(b, "medecin")))
	b.ReportAllocs()
	for b.Loop() {
		doc, err := xmltree.Parse(message, xmltree.SOAPLimits)
		if err != nil {
			b.Fatal(err)
		}
		doc.Release()
	}
}
