package dmp

import (
	"bytes"
	"testing"

	"liasse/internal/rule"
	"liasse/vihf"
)

// BenchmarkRefused judges lots that are refused for a reason that is looked for: what a sender of wrong lots costs.
func BenchmarkRefused(b *testing.B) {
	p := profile(b, now)
	who := identity(b, "medecin")
	lot, contents := makeLot(b, who, xmlFile(note("1.2.3", 210)), xmlFile(note("1.2.4", 210)))
	signed, err := SignLot(lot, signing(contents), who, now)
	if err != nil {
		b.Fatal(err)
	}
	ctx := vihf.WithCaller(b.Context(), callerOf(who))
	for name, damage := range map[string]func(*SignedLot, map[string][]byte){
		"value": func(s *SignedLot, _ map[string][]byte) {
			s.Signature = bytes.Replace(s.Signature, []byte("<ds:SignatureValue>"), []byte("<ds:SignatureValue>AAAA"), 1)
		},
		"info": func(s *SignedLot, _ map[string][]byte) {
			s.Signature = bytes.Replace(s.Signature, []byte("xmlenc#sha256"), []byte("xmldsig-more#sha384"), 1)
		},
		"manifest": func(s *SignedLot, _ map[string][]byte) {
			s.Signature = bytes.Replace(s.Signature, []byte("<ds:DigestValue>AA=="), []byte("<ds:DigestValue>AQ=="), 1)
		},
		"documents": func(_ *SignedLot, contents map[string][]byte) {
			for id := range contents {
				contents[id] = bytes.Replace(contents[id], []byte("Toux"), []byte("toux"), 1)
			}
		},
	} {
		damaged, changed := *signed, map[string][]byte{}
		for id, content := range contents {
			changed[id] = content
		}
		damage(&damaged, changed)
		judged := memoryLot(b, &damaged, changed)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				report := &rule.Report{}
				if err := p.Judge(ctx, judged, report); err != nil || !report.Failed() {
					b.Fatal(err)
				}
			}
		})
	}
}
