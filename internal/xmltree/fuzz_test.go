package xmltree

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fuzzSeeds gives a fuzz target something of everything to start from.
func fuzzSeeds(f *testing.F) {
	for _, c := range refusals {
		f.Add([]byte(c.src))
	}
	f.Add([]byte(sample))
	files, err := filepath.Glob("testdata/canonical/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
}

// FuzzParse: whatever the bytes, the parser answers; what it accepts is a tree that hangs together, and whose canonical
// form is read back to the same canonical form.
func FuzzParse(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		checkParse(t, src)
		if !bytes.Equal(src, before) {
			t.Error("the source was changed")
		}
	})
}

func checkParse(t *testing.T, src []byte) {
	d, err := Parse(src, DocumentLimits)
	if err != nil {
		fault, ok := err.(*SyntaxError)
		if !ok || fault.Kind == 0 || fault.Offset < 0 || fault.Offset > len(src) || fault.Line < 1 || fault.Column < 1 || fault.Message == "" {
			t.Fatalf("%#v", err)
		}
		return
	}
	defer d.Release()
	checkTree(t, d)
	for _, m := range methods {
		how := Canonicalization{Method: m.method, Comments: m.comments}
		form := d.Node().AppendCanonical(nil, how)
		again, err := Parse(form, Limits{Bytes: maxBytes, Text: maxBytes, AttributeValue: maxBytes})
		if err != nil {
			t.Fatalf("%s: the canonical form is refused: %v\n%q", m.name, err, form)
		}
		if second := again.Node().AppendCanonical(nil, how); !bytes.Equal(form, second) {
			t.Fatalf("%s: not stable: %s", m.name, firstDifference(second, form))
		}
		again.Release()
	}
	// An element alone with its context is a document too, and the exclusive form of the whole holds nothing more.
	for n := range d.Node().Descendants() {
		form := n.AppendCanonical(nil, Canonicalization{Method: Exclusive})
		again, err := Parse(form, Limits{Bytes: maxBytes, Text: maxBytes, AttributeValue: maxBytes})
		if err != nil {
			t.Fatalf("%s: its canonical form is refused: %v\n%q", n.XPath(), err, form)
		}
		if r := again.Root(); r.Local() != n.Local() || r.Space() != n.Space() || r.Text() != n.Text() {
			t.Fatalf("%s changed: {%s}%s %q", n.XPath(), r.Space(), r.Local(), r.Text())
		}
		again.Release()
		if n.Offset() > 2000 {
			break // enough; the rest would only take time
		}
	}
}

// checkTree goes through every node: each lies inside its parent and after its elder, and begins with what it is.
func checkTree(t *testing.T, d *Document) {
	seen := 0
	end := 0
	for n := d.Node().FirstChild(); !n.IsZero(); {
		seen++
		raw := n.Raw()
		if n.Offset() < end || n.End() > len(d.src) || len(raw) == 0 {
			t.Fatalf("%v at %d to %d after %d", n.Kind(), n.Offset(), n.End(), end)
		}
		if up := n.Parent(); !up.IsZero() && (n.Offset() < up.ContentOffset() || n.End() > up.End()) {
			t.Fatalf("%s is outside its parent", n.XPath())
		}
		starts := map[Kind]string{Element: "<" + n.at().nameOf(d), CDATA: "<![CDATA[", Comment: "<!--", Instruction: "<?" + n.Local(), Text: ""}
		if !bytes.HasPrefix(raw, []byte(starts[n.Kind()])) {
			t.Fatalf("%v begins with %q", n.Kind(), raw)
		}
		if line, column := d.Position(n.Offset()); line < 1 || column < 1 {
			t.Fatalf("line %d, column %d", line, column)
		}
		if child := n.FirstChild(); !child.IsZero() {
			end = n.ContentOffset()
			n = child
			continue
		}
		for end = n.End(); !n.IsZero() && n.NextSibling().IsZero(); {
			if n = n.Parent(); !n.IsZero() {
				end = n.End()
			}
		}
		if !n.IsZero() {
			n = n.NextSibling()
		}
	}
	if seen != len(d.arena.nodes)-1 {
		t.Fatalf("%d of %d nodes are reached", seen, len(d.arena.nodes)-1)
	}
}

func (n *node) nameOf(d *Document) string {
	if n.kind != Element {
		return ""
	}
	return d.string(n.qualifiedName())
}

// FuzzWitness holds our verdict and our infoset to those of xmllint.
func FuzzWitness(f *testing.F) {
	program := witness(f, "xmllint")
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, src []byte) { checkAgainstXmllint(t, program, src) })
}

func checkAgainstXmllint(t *testing.T, program string, src []byte) {
	d, err := Parse(src, DocumentLimits)
	if err != nil {
		if fault := err.(*SyntaxError); fault.Kind == NotWellFormed || fault.Kind == Namespace {
			if said := xmllint(t, program, src, "--c14n"); !said.refused && !said.noForm && !knownLeniency(src, fault) {
				t.Errorf("we refuse what xmllint accepts: %v\n%q", err, src)
			}
		}
		return
	}
	defer d.Release()
	if strangeNamespaces(d) {
		return
	}
	for _, form := range canonicalForms {
		said := xmllint(t, program, src, form.option)
		if said.refused {
			t.Fatalf("we accept what xmllint refuses: %s\n%q", said.said, src)
		}
		if said.noForm {
			return
		}
		got := d.Node().AppendCanonical(nil, Canonicalization{Method: form.method, Comments: true})
		if !bytes.Equal(got, said.out) {
			t.Fatalf("%s differs: %s\nof %q", form.option, firstDifference(got, said.out), src)
		}
	}
}

// strangeNamespaces tells whether a namespace name is no absolute URI: libxml2 then writes it unescaped, compares it
// after removing blanks, or writes nothing.
func strangeNamespaces(d *Document) bool {
	for _, r := range d.arena.spaces.refs {
		if name := d.string(r); !isAbsolute([]byte(name)) || strings.Contains(name, "&") {
			return true
		}
	}
	return false
}

// knownLeniency tells whether xmllint is known to let the fault pass: it takes a NUL after the document for its end, and
// "1." for a version.
func knownLeniency(src []byte, fault *SyntaxError) bool {
	return fault.Offset < len(src) && src[fault.Offset] == 0 || strings.Contains(fault.Message, "names no version")
}

// TestFuzzCorpus reads the inputs that other fuzzers found of interest in XML parsers.
func TestFuzzCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedData(t, "fuzz"), "xml", "corpus", "*"))
	if err != nil || len(files) < 800 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	accepted := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			checkParse(t, src)
			if d, err := Parse(src, DocumentLimits); err == nil {
				accepted++
				d.Release()
			}
			if _, err := Parse(src, SOAPLimits); err == nil && bytes.Contains(src, []byte("<!DOCTYPE")) && !bytes.Contains(src, []byte("CDATA")) && !bytes.Contains(src, []byte("<!--")) {
				t.Error("a DOCTYPE is accepted")
			}
		})
	}
	t.Logf("%d of %d accepted", accepted, len(files))
}

// TestFuzzCorpusWitness compares our verdict on the same inputs with that of xmllint.
func TestFuzzCorpusWitness(t *testing.T) {
	if testing.Short() {
		t.Skip("runs xmllint some 1,500 times")
	}
	program := witness(t, "xmllint")
	files, err := filepath.Glob(filepath.Join(sharedData(t, "fuzz"), "xml", "corpus", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) { checkAgainstXmllint(t, program, src) })
	}
}

// TestMutationsWitness changes our documents at random, the same way each time, and compares our verdict with that of
// xmllint, and our canonical forms where both accept.
func TestMutationsWitness(t *testing.T) {
	if testing.Short() {
		t.Skip("runs xmllint some 800 times")
	}
	program := witness(t, "xmllint")
	var seeds [][]byte
	for _, file := range ourDocuments(t) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, src)
	}
	pieces := strings.Split("<|>|/>|&|&#|&amp;|;|]]>|<![CDATA[|<!--|-->|--|<?p |?>| xmlns:p='urn:p'| p:a='1'| xmlns=''| xml:lang='x'|:|'|\"|=|"+
		"\r|\n|\t|é|\u00D7|\u0300|<a>|</a>|<p:b/>|\uFEFF|\x00|\x80|\uFFFE|<?xml version='1.0'?>|&#xD;|&#x10FFFF;|𝒳|\x7F|\u0085|\u2028", "|")
	random := rand.New(rand.NewPCG(2026, 22))
	for range 600 {
		src := bytes.Clone(seeds[random.IntN(len(seeds))])
		for range 1 + random.IntN(3) {
			at := random.IntN(len(src))
			to := min(len(src), at+1+random.IntN(8))
			switch random.IntN(3) {
			case 0:
				src = slices.Insert(src, at, []byte(pieces[random.IntN(len(pieces))])...)
			case 1:
				src = slices.Delete(src, at, to)
			case 2:
				src = slices.Insert(src, at, bytes.Clone(src[at:to])...)
			}
			if len(src) == 0 {
				break
			}
		}
		checkAgainstXmllint(t, program, src)
	}
}
