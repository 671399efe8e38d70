package xmltree

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// TestWriteCanonical holds the form in pieces to the form in one, of documents smaller and larger than a piece.
func TestWriteCanonical(t *testing.T) {
	documents := [][]byte{envelope(1), envelope(20), []byte("<a>" + strings.Repeat("x", 5*canonicalChunk) + "</a>")}
	for _, file := range ourDocuments(t) {
		documents = append(documents, parseFile(t, file).Source())
	}
	for _, src := range documents {
		d, err := Parse(src, DocumentLimits)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range methods {
			how := Canonicalization{Method: m.method, Comments: m.comments, Prefixes: prefixList(d)}
			for _, n := range []Node{d.Node(), d.Root()} {
				var got bytes.Buffer
				if err := n.WriteCanonical(&got, how); err != nil {
					t.Fatal(err)
				}
				if want := n.AppendCanonical(nil, how); !bytes.Equal(got.Bytes(), want) {
					t.Errorf("%s: %s", m.name, firstDifference(got.Bytes(), want))
				}
			}
		}
		d.Release()
	}
}

// full refuses every byte beyond a number.
type full struct{ left int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestWriteCanonicalStops: a writer's error ends the work, and the next form is right.
func TestWriteCanonicalStops(t *testing.T) {
	src := []byte(`<r xmlns="urn:r">` + strings.Repeat(`<p:a xmlns:p="urn:`+strings.Repeat("p", 200)+`"><p:b/></p:a>`, 1000) + `</r>`)
	d, err := Parse(src, DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	how := Canonicalization{Method: Exclusive}
	want := d.Root().AppendCanonical(nil, how)
	for left := 0; left < 4*canonicalChunk; left += 5000 {
		if err := d.Root().WriteCanonical(&full{left}, how); !errors.Is(err, errFull) {
			t.Fatalf("%d bytes were enough: %v", left, err)
		}
		if got := d.Root().AppendCanonical(nil, how); !bytes.Equal(got, want) {
			t.Fatalf("after a stop: %s", firstDifference(got, want))
		}
	}
}

func TestRelativeNamespace(t *testing.T) {
	for _, c := range []struct{ src, at string }{
		{`<a xmlns="urn:a"><b xmlns=""/></a>`, ""},
		{`<a/>`, ""},
		{`<a xmlns="urn:a"><b/><c xmlns:p="1"/></a>`, "c"},
		{`<a xmlns="../x"><b/></a>`, "a"},
	} {
		d, err := Parse([]byte(c.src), DocumentLimits)
		if err != nil {
			t.Fatal(err)
		}
		if at, _, found := d.RelativeNamespace(); found != (c.at != "") || at.Local() != c.at {
			t.Errorf("%s: %q, %v", c.src, at.Local(), found)
		}
	}
}
