package dmp

import (
	"bytes"
	"io"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/repository"
	"liasse/repository/blobtest"
	"liasse/vihf"
)

// memory is a staged document in memory.
type memory struct {
	content []byte
	digest  repository.Digest
}

func inMemory(content []byte) memory { return memory{content, blobtest.Digest(content)} }

func (m memory) Digest() repository.Digest { return m.digest }

func (m memory) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(m.content)), nil }

func (memory) Discard() {}

// memoryLot is a signed lot as the repository gives it to a judge.
func memoryLot(t testing.TB, signed *SignedLot, contents map[string][]byte) *repository.Lot {
	t.Helper()
	doc, err := xmltree.Parse(signed.Submission.AppendXML(nil), xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	lot := &repository.Lot{Submission: registry.ReadSubmission(doc.Root(), &rule.Report{})}
	for _, entry := range lot.Submission.Documents {
		content := contents[entry.ID]
		if entry.ID == signed.Entry.ID {
			content = signed.Signature
		}
		lot.Documents = append(lot.Documents, repository.NewLotDocument(entry, entry.ID, inMemory(content)))
	}
	return lot
}

// BenchmarkJudge judges a lot of two XML documents of 30 KB with its signature.
func BenchmarkJudge(b *testing.B) {
	p := profile(b, now)
	who := identity(b, "medecin")
	document := note("1.2.3", 210)
	lot, contents := makeLot(b, who, xmlFile(document), xmlFile(bytes.Replace(document, []byte("1.2.3"), []byte("1.2.4"), 1)))
	signed, err := SignLot(lot, signing(contents), who, now)
	if err != nil {
		b.Fatal(err)
	}
	judged := memoryLot(b, signed, contents)
	ctx := vihf.WithCaller(b.Context(), callerOf(who))
	b.SetBytes(int64(2 * len(document)))
	b.ReportAllocs()
	for b.Loop() {
		report := &rule.Report{}
		if err := p.Judge(ctx, judged, report); err != nil || len(report.Findings) > 0 {
			b.Fatal(err, sentences(report.Findings))
		}
	}
}

// FuzzSignature has any bytes for a lot's signature: nothing panics, and what is accepted says of the lot exactly what was
// signed.
func FuzzSignature(f *testing.F) {
	p := profile(f, now)
	p.explaining <- struct{}{} // looking for explanations takes too long here
	who := identity(f, "medecin")
	lot, contents := makeLot(f, who, xmlFile(note("1.2.3", 1)), binaryFile([]byte("bytes")))
	signed, err := SignLot(lot, signing(contents), who, now)
	if err != nil {
		f.Fatal(err)
	}
	original := signed.Signature
	want := said(f, original)
	f.Add(original)
	f.Add(bytes.ReplaceAll(original, []byte("ds:"), []byte("")))
	f.Add(append([]byte("\xEF\xBB\xBF<?xml version='1.0'?><!-- c -->"), original...))
	f.Add(bytes.Replace(original, []byte("</ds:Object>"), []byte("</ds:Object> <ds:Object><ds:Manifest Id='IHEManifest'/></ds:Object>"), 1))
	f.Add([]byte("<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>"))
	judged := memoryLot(f, signed, contents)
	last := len(judged.Documents) - 1
	ctx := vihf.WithCaller(f.Context(), callerOf(who))
	f.Fuzz(func(t *testing.T, src []byte) {
		lot := *judged
		lot.Documents = append(lot.Documents[:last:last], repository.NewLotDocument(lot.Documents[last].Entry, "s", inMemory(src)))
		report := &rule.Report{}
		if err := p.Judge(ctx, &lot, report); err != nil {
			t.Fatal(err)
		}
		for i := range report.Findings {
			report.Findings[i].Sentence("fr")
		}
		if !report.Failed() && said(t, src) != want {
			t.Errorf("another signature is accepted:\n%s", src)
		}
	})
}

// said gives the canonical form of what of a signature is signed, by an engine of its own reading: elements found by name.
func said(t testing.TB, src []byte) string {
	t.Helper()
	doc, err := xmltree.Parse(src, xmltree.DocumentLimits)
	if err != nil {
		t.Fatalf("what is accepted is not XML: %v", err)
	}
	var out []byte
	for n := range doc.Node().Descendants() {
		switch n.Local() {
		case "SignedInfo", "Manifest", "SignedProperties":
			out = n.AppendCanonical(out, xmltree.Canonicalization{Method: xmltree.C14N10, Comments: n.Local() == "SignedInfo"})
		}
	}
	return string(out)
}
