package dmp

import (
	"bytes"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"liasse/internal/rule"
	"liasse/repository"
	"liasse/vihf"
	"liasse/xmldsig"
)

// TestAnyChangeIsFound changes bytes of a signed lot anywhere: the lot is refused, or the canonical form of what was changed
// is what was signed.
func TestAnyChangeIsFound(t *testing.T) {
	p := profile(t, now)
	p.explaining <- struct{}{} // why is not the question here
	who := identity(t, "medecin")
	lot, contents := makeLot(t, who, xmlFile(note("1.2.3", 2)), binaryFile([]byte("some bytes\r\n that are no XML")))
	signed, err := SignLot(lot, signing(contents), who, now)
	if err != nil {
		t.Fatal(err)
	}
	judged := memoryLot(t, signed, contents)
	ctx := vihf.WithCaller(t.Context(), callerOf(who))
	document := contents["document-1"]
	want, err := canonicalDigest(document, xmldsig.C14N10WithComments)
	if err != nil {
		t.Fatal(err)
	}
	wantSaid := said(t, signed.Signature)
	rapid.Check(t, func(rt *rapid.T) {
		which := rapid.IntRange(0, 2).Draw(rt, "document")
		original := [][]byte{document, contents["document-2"], signed.Signature}[which]
		changed := bytes.Clone(original)
		for range rapid.IntRange(1, 3).Draw(rt, "changes") {
			at := rapid.IntRange(0, len(changed)-1).Draw(rt, "at")
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0:
				changed[at] = rapid.Byte().Draw(rt, "byte")
			case 1:
				changed = append(changed[:at:at], changed[at+1:]...)
			default:
				changed = append(append(changed[:at:at], rapid.SampledFrom([]byte(" \n\r\t<>&\"'/=ax0")).Draw(rt, "inserted")), changed[at:]...)
			}
			if len(changed) == 0 {
				return
			}
		}
		whole := *judged
		whole.Documents = append([]repository.LotDocument(nil), judged.Documents...)
		whole.Documents[which] = repository.NewLotDocument(judged.Documents[which].Entry, "d", inMemory(changed))
		report := &rule.Report{}
		if err := p.Judge(ctx, &whole, report); err != nil {
			rt.Fatal(err)
		}
		if report.Failed() || bytes.Equal(changed, original) {
			return
		}
		switch which {
		case 0:
			if got, err := canonicalDigest(changed, xmldsig.C14N10WithComments); err != nil || !bytes.Equal(got, want) {
				rt.Errorf("a changed document is accepted: %v\n%s", err, changed)
			}
		case 1:
			rt.Errorf("a changed document is accepted: %q", changed)
		case 2:
			if said(t, changed) != wantSaid {
				rt.Errorf("a changed signature is accepted:\n%s", changed)
			}
		}
	})
}

// TestConcurrentJudges judges right and wrong lots at once.
func TestConcurrentJudges(t *testing.T) {
	p := profile(t, now)
	who := identity(t, "medecin")
	lot, contents := makeLot(t, who, xmlFile(note("1.2.3", 30)), xmlFile(bytes.Repeat([]byte(" "), heldFreely+1)))
	contents["document-2"] = append(note("1.2.4", 1), contents["document-2"]...)
	signed, err := SignLot(lot, signing(contents), who, now)
	if err != nil {
		t.Fatal(err)
	}
	right := memoryLot(t, signed, contents)
	wrong := *right
	wrong.Documents = append([]repository.LotDocument(nil), right.Documents...)
	wrong.Documents[0] = repository.NewLotDocument(right.Documents[0].Entry, "d", inMemory(append(bytes.Clone(contents["document-1"]), "<!---->"...)))
	ctx := vihf.WithCaller(t.Context(), callerOf(who))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			lot, want := right, ""
			if i%2 == 1 {
				lot, want = &wrong, "LOT-055"
			}
			report := &rule.Report{}
			if err := p.Judge(ctx, lot, report); err != nil || ids(report.Findings) != want {
				t.Errorf("%v, %q, want %q", err, ids(report.Findings), want)
			}
		})
	}
	wait.Wait()
}
