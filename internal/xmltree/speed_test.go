package xmltree

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func BenchmarkParse(b *testing.B) {
	src := envelope(2)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse(src, SOAPLimits)
		if err != nil {
			b.Fatal(err)
		}
		d.Release()
	}
}

func BenchmarkEncodingXML(b *testing.B) {
	src := envelope(2)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := readWithEncodingXML(src); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRatio reports how many times faster than encoding/xml the parser is in the same run.
func BenchmarkRatio(b *testing.B) {
	src := envelope(2)
	var ours, theirs time.Duration
	for b.Loop() {
		ours += fastest(3, func() { parseAndRelease(b, src) })
		theirs += fastest(3, func() {
			if err := readWithEncodingXML(src); err != nil {
				b.Fatal(err)
			}
		})
	}
	b.ReportMetric(float64(theirs)/float64(ours), "times-encoding/xml")
}

// BenchmarkParsePDF reads a document that is nearly all one base64 text.
func BenchmarkParsePDF(b *testing.B) {
	src := []byte("<a>" + strings.Repeat("JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\n", 2600) + "</a>")
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		parseAndRelease(b, src)
	}
}

func BenchmarkCanonical(b *testing.B) {
	src := envelope(2)
	d, err := Parse(src, SOAPLimits)
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	for _, form := range canonicalForms {
		b.Run(strings.TrimPrefix(form.option, "--"), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				dst = d.Root().AppendCanonical(dst[:0], Canonicalization{Method: form.method})
			}
		})
	}
}

func readWithEncodingXML(src []byte) error {
	d := xml.NewDecoder(bytes.NewReader(src))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// generous limits nothing that the tests of linear time reach.
var generous = Limits{
	Bytes: maxBytes, Depth: maxBytes, Elements: maxBytes, Attributes: maxAttributes, Namespaces: maxAttributes,
	PrefixesInScope: maxBytes, AttributeValue: maxBytes, NamespaceName: maxBytes, Name: maxName, Text: maxBytes,
}

func parseAndRelease(t testing.TB, src []byte) {
	d, err := Parse(src, generous)
	if err != nil {
		t.Fatal(err)
	}
	d.Release()
}

// fastest gives the shortest of some runs, the one that the rest of the machine disturbed least.
func fastest(runs int, f func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range runs {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return best
}

// TestFasterThanEncodingXML: at least five times, on the envelope of a submission of two documents.
func TestFasterThanEncodingXML(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	src := envelope(2)
	if len(src) < 20_000 || len(src) > 28_000 {
		t.Fatalf("the envelope has %d bytes; it should have some 24,000", len(src))
	}
	const wanted = 5
	ratio := 0.0
	for attempt := 0; attempt < 10 && ratio < wanted; attempt++ {
		ours := fastest(100, func() { parseAndRelease(t, src) })
		theirs := fastest(100, func() {
			if err := readWithEncodingXML(src); err != nil {
				t.Fatal(err)
			}
		})
		ratio = float64(theirs) / float64(ours)
		t.Logf("%d bytes: %v, encoding/xml %v: %.1f times", len(src), ours, theirs, ratio)
	}
	if ratio < wanted {
		t.Errorf("%.1f times as fast as encoding/xml, want %d", ratio, wanted)
	}
}

// TestAllocations: what is allocated does not grow with the number of nodes once an arena is there to be reused; values
// that must be decoded share one buffer, which grows by doubling.
func TestAllocations(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection would empty the pool
	count := func(src []byte) float64 {
		parseAndRelease(t, src)
		return testing.AllocsPerRun(20, func() { parseAndRelease(t, src) })
	}
	plain := func(n int) []byte {
		return []byte("<r xmlns:p='urn:p'>" + strings.Repeat("<p:e a='1' p:b='2'>texte<!--c--></p:e>\n", n) + "</r>")
	}
	few, many := count(plain(10)), count(plain(5000))
	if few > 3 || many > few {
		t.Errorf("%v allocations for 50 nodes, %v for 20,000", few, many)
	}
	two, twenty := count(envelope(2)), count(envelope(20))
	if two > 6 || twenty > two+5 {
		t.Errorf("%v allocations for an envelope of 2 documents, %v for 20", two, twenty)
	}
	d, err := Parse(envelope(20), SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	dst := d.Root().AppendCanonical(nil, Canonicalization{Method: Exclusive})
	for _, form := range canonicalForms {
		allocs := testing.AllocsPerRun(20, func() { dst = d.Root().AppendCanonical(dst[:0], Canonicalization{Method: form.method}) })
		if allocs > 1 {
			t.Errorf("%s: %v allocations", form.option, allocs)
		}
	}
}

// numbered repeats a format with a number in it.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// growing are documents made to find what takes more than linear time.
var growing = []struct {
	name string
	make func(n int) string
}{
	{"envelope", func(n int) string { return string(envelope(1 + n/100)) }},
	{"siblings", func(n int) string { return "<r>" + strings.Repeat("<a/>", n) + "</r>" }},
	{"nested", func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }},
	{"attributes", func(n int) string { return "<r" + numbered(n, " a%d='x'") + "/>" }},
	{"attributes with prefixes", func(n int) string {
		return "<r" + numbered(n/8, " xmlns:p%d='urn:%[1]d'") + "><a" + numbered(n/8, " p%d:x='1'") + "/></r>"
	}},
	{"one prefix each, nested", func(n int) string {
		return numbered(n/4, "<a xmlns:p%d='urn:x'>") + strings.Repeat("</a>", n/4)
	}},
	{"one namespace each, nested", func(n int) string {
		return numbered(n/4, "<a xmlns='urn:%d'>") + strings.Repeat("</a>", n/4)
	}},
	{"one prefix each, siblings", func(n int) string { return "<r>" + numbered(n, "<p%d:a xmlns:p%[1]d='urn:x'/>") + "</r>" }},
	{"many in scope, many used", func(n int) string {
		return "<r" + numbered(n/4, " xmlns:p%d='urn:%[1]d'") + ">" + numbered(n/4, "<p%d:a/>") + "</r>"
	}},
	{"long names of namespaces compared", func(n int) string {
		long := strings.Repeat("u", n/4)
		return "<r xmlns:a='urn:" + long + "a' xmlns:b='urn:" + long + "b'>" + strings.Repeat("<x a:i='' b:i=''/>", n/4) + "</r>"
	}},
	{"references", func(n int) string { return "<r>" + strings.Repeat("&amp;&#233;", n) + "</r>" }},
	{"ampersands in attributes", func(n int) string { return "<r>" + strings.Repeat("<a b='&lt;\t\n'/>", n) + "</r>" }},
	{"carriage returns", func(n int) string { return "<r>" + strings.Repeat("\r\n<a b='\r'/>", n) + "</r>" }},
	{"brackets", func(n int) string { return "<r>" + strings.Repeat("]]<a>]</a>", n) + "</r>" }},
	{"sections", func(n int) string { return "<r>" + strings.Repeat("<![CDATA[]]]]>", n) + "</r>" }},
	{"comments", func(n int) string { return "<r>" + strings.Repeat("<!-- - -->", n) + "</r>" }},
	{"quotes", func(n int) string { return "<r>" + strings.Repeat(`<a b='"' c="'"/>`, n) + "</r>" }},
	{"long text", func(n int) string { return "<r>" + strings.Repeat("texte à lire ", 4*n) + "</r>" }},
	{"long name", func(n int) string { return "<r>" + strings.Repeat("<"+strings.Repeat("é", 400)+"/>", n/40) + "</r>" }},
}

// TestLinearTime: a document twice as long takes at most two and a half times as long, to read and to write canonically.
func TestLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	for _, c := range growing {
		t.Run(c.name, func(t *testing.T) {
			once, twice := []byte(c.make(10_000)), []byte(c.make(20_000))
			checkRatio(t, "Parse", func() { parseAndRelease(t, once) }, func() { parseAndRelease(t, twice) })
			if strings.HasPrefix(c.name, "long names") {
				return // the exclusive form repeats the long names: its own length is quadratic
			}
			small, err := Parse(once, generous)
			if err != nil {
				t.Fatal(err)
			}
			large, err := Parse(twice, generous)
			if err != nil {
				t.Fatal(err)
			}
			var dst []byte
			for _, form := range canonicalForms {
				how := Canonicalization{Method: form.method}
				checkRatio(t, form.option,
					func() { dst = small.Node().AppendCanonical(dst[:0], how) },
					func() { dst = large.Node().AppendCanonical(dst[:0], how) })
			}
		})
	}
}

// checkRatio compares the times of two runs, again where the machine may have disturbed them.
func checkRatio(t *testing.T, what string, once, twice func()) {
	t.Helper()
	const most = 2.5
	ratio := 0.0
	for attempt := range 12 {
		a, b := fastest(3+attempt, once), fastest(3+attempt, twice)
		if ratio = float64(b) / float64(a); ratio <= most {
			return
		}
	}
	t.Errorf("%s: double the input takes %.2f times as long", what, ratio)
}
