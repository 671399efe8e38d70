package xmltree

import (
	"runtime"
	"strings"
	"sync"
	"testing"
)

// TestHostileCost: what is refused costs next to nothing, however large it came.
func TestHostileCost(t *testing.T) {
	nested := strings.Repeat("<a>", 3_000_000)
	for name, c := range map[string]struct {
		src  string
		lim  Limits
		kind ErrorKind
	}{
		"3,000,000 nested elements":            {nested + strings.Repeat("</a>", 3_000_000), DocumentLimits, TooDeep},
		"100,000 attributes":                   {"<a" + numbered(100_000, " a%d=''") + "/>", DocumentLimits, TooManyAttributes},
		"10,000 nested prefixes":               {numbered(10_000, "<a xmlns:p%d='urn:u'>"), Limits{Depth: 1 << 20}, TooManyNamespaces},
		"a namespace name of 2 MiB":            {"<a xmlns='urn:" + strings.Repeat("x", 2<<20) + "'/>", DocumentLimits, TooLarge},
		"a name of 1 MiB":                      {"<" + strings.Repeat("x", 1<<20) + "/>", DocumentLimits, TooLarge},
		"a billion laughs":                     {"<!DOCTYPE l [<!ENTITY a 'ha'>" + numbered(10, "<!ENTITY b%d '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>") + "]><l>&b9;</l>", SOAPLimits, Doctype},
		"an internal subset of 4 MB":           {"<!DOCTYPE l [" + strings.Repeat("<!-- -->", 500_000) + "]><l/>", SOAPLimits, Doctype},
		"a message over 4 MiB":                 {"<a>" + strings.Repeat("x", 4<<20) + "</a>", SOAPLimits, TooLarge},
		"a million opening brackets":           {strings.Repeat("<", 1_000_000), SOAPLimits, NotWellFormed},
		"a million ampersands":                 {"<a>" + strings.Repeat("&", 1_000_000) + "</a>", SOAPLimits, NotWellFormed},
		"a reference with a million zeros":     {"<a>&#" + strings.Repeat("0", 1_000_000) + "65;</a>", SOAPLimits, NotWellFormed},
		"a comment of a million single dashes": {"<a><!--" + strings.Repeat("- ", 600_000) + "--></a>", SOAPLimits, TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			src := []byte(c.src)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Parse(src, c.lim)
			runtime.ReadMemStats(&after)
			if err == nil || err.(*SyntaxError).Kind != c.kind {
				t.Fatalf("%v", err)
			}
			if len(err.Error()) > 400 {
				t.Errorf("a message of %d bytes", len(err.Error()))
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
				t.Errorf("%d bytes were allocated", took)
			}
		})
	}
}

// TestReadersAtOnce reads one document from several goroutines; the race detector watches where it is on.
func TestReadersAtOnce(t *testing.T) {
	d, err := Parse(envelope(2), SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := string(d.Root().AppendCanonical(nil, Canonicalization{Method: Exclusive}))
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for n := range d.Root().Descendants() {
				_, _, _ = n.XPath(), n.Text(), n.Lang()
			}
			if got := string(d.Root().AppendCanonical(nil, Canonicalization{Method: Exclusive})); got != want {
				t.Error("another canonical form")
			}
		})
	}
	readers.Wait()
}

// TestDataThatIsNotMarkup: what looks like markup where none is read means itself.
func TestDataThatIsNotMarkup(t *testing.T) {
	const src = `<a><!-- <!DOCTYPE x> &nope; ]]> --><![CDATA[<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;]]>` +
		`<?p <!DOCTYPE x> ?><b c="]]> > --> <?x?>" d='&amp;lt;&#38;lt;'/>]] ]&gt; &amp;amp; &#x26;lt;</a>`
	src2 := strings.Replace(src, "<?x?>", "&lt;?x?>", 1)
	if _, err := Parse([]byte(src), DocumentLimits); err == nil {
		t.Error("< in the value of an attribute is accepted")
	}
	d, err := Parse([]byte(src2), DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Root().Text(), `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;]] ]> &amp; &lt;`; got != want {
		t.Errorf("%q", got)
	}
	if b := d.Root().FirstElement(); b.AttrValue("", "c") != "]]> > --> <?x?>" || b.AttrValue("", "d") != "&lt;&lt;" {
		t.Errorf("%q %q", b.AttrValue("", "c"), b.AttrValue("", "d"))
	}
}

// TestSlotText: a text that a sender splits with a comment or a section is one value for every reader.
func TestSlotText(t *testing.T) {
	for src, want := range map[string]struct {
		text  string
		plain bool
	}{
		"<v>adm<![CDATA[in]]></v>":         {"admin", true},
		"<v>adm<!---->in</v>":              {"admin", false},
		"<v>adm<?x?>in</v>":                {"admin", false},
		"<v><![CDATA[]]></v>":              {"", true},
		"<v><![CDATA[]]>x<![CDATA[]]></v>": {"x", true},
		"<v>a<b>c</b>d</v>":                {"ad", false},
		"<v/>":                             {"", true},
	} {
		d, err := Parse([]byte(src), DocumentLimits)
		if err != nil {
			t.Fatal(err)
		}
		if text, plain := d.Root().PlainText(); text != want.text || plain != want.plain || d.Root().Text() != want.text {
			t.Errorf("%s: %q %v", src, text, plain)
		}
	}
}
