package xmltree

import (
	"fmt"
	"strings"
	"testing"
)

// TestLimits takes each budget to its last unit and one past it.
func TestLimits(t *testing.T) {
	repeat := strings.Repeat
	numbered := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct {
		name string
		lim  Limits
		kind ErrorKind
		make func(n int) string // a document that uses n units
		most int
	}{
		{"bytes", Limits{Bytes: 100}, TooLarge, func(n int) string { return "<a>" + repeat("x", n-7) + "</a>" }, 100},
		{"depth", SOAPLimits, TooDeep, func(n int) string { return repeat("<a>", n) + repeat("</a>", n) }, 64},
		{"depth of empty elements", SOAPLimits, TooDeep, func(n int) string { return repeat("<a>", n-1) + "<b/>" + repeat("</a>", n-1) }, 64},
		{"depth of documents", DocumentLimits, TooDeep, func(n int) string { return repeat("<a>", n) + repeat("</a>", n) }, 256},
		{"elements", SOAPLimits, TooManyElements, func(n int) string { return "<a>" + repeat("<b/>", n-1) + "</a>" }, 200_000},
		{"elements and comments", Limits{Elements: 10}, TooManyElements, func(n int) string { return "<a>" + repeat("<!---->", n-3) + "<?p?><![CDATA[]]></a>" }, 10},
		{"attributes", SOAPLimits, TooManyAttributes, func(n int) string { return "<a" + numbered(n, " a%d=''") + "/>" }, 64},
		{"namespaces", SOAPLimits, TooManyNamespaces, func(n int) string { return "<a" + numbered(n, " xmlns:p%d='urn:u'") + "/>" }, 32},
		{"prefixes in scope", Limits{PrefixesInScope: 128}, TooManyNamespaces, func(n int) string {
			return numbered(n/2, "<a xmlns:p%[1]d='urn:u' xmlns:q%[1]d='urn:u'>") + numbered(n%2, "<a xmlns:r%d='urn:u'>") + repeat("</a>", n/2+n%2)
		}, 128},
		{"attribute value", Limits{AttributeValue: 20}, TooLarge, func(n int) string { return "<a b='" + repeat("x", n) + "'/>" }, 20},
		{"namespace name", Limits{NamespaceName: 20}, TooLarge, func(n int) string { return "<a xmlns='" + repeat("x", n) + "'/>" }, 20},
		{"element name", SOAPLimits, TooLarge, func(n int) string { return "<" + repeat("é", n/2) + repeat("x", n%2) + "/>" }, 256},
		{"attribute name", SOAPLimits, TooLarge, func(n int) string { return "<a " + repeat("x", n) + "=''/>" }, 256},
		{"target", Limits{Name: 9}, TooLarge, func(n int) string { return "<?" + repeat("x", n) + "?><a/>" }, 9},
		{"text", SOAPLimits, TooLarge, func(n int) string { return "<a>" + repeat("x", n) + "</a>" }, 1 << 20},
		{"section", Limits{Text: 9}, TooLarge, func(n int) string { return "<a><![CDATA[" + repeat("x", n) + "]]></a>" }, 9},
		{"comment", Limits{Text: 9}, TooLarge, func(n int) string { return "<a><!--" + repeat("x", n) + "--></a>" }, 9},
		{"instruction", Limits{Text: 9}, TooLarge, func(n int) string { return "<a><?x " + repeat("x", n) + "?></a>" }, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Parse([]byte(c.make(c.most)), c.lim)
			if err != nil {
				t.Fatalf("%d: %v", c.most, err)
			}
			d.Release()
			_, err = Parse([]byte(c.make(c.most+1)), c.lim)
			if err == nil {
				t.Fatalf("%d is accepted", c.most+1)
			}
			if kind := err.(*SyntaxError).Kind; kind != c.kind || !kind.IsLimit() {
				t.Errorf("%v: %v", kind, err)
			}
		})
	}
}

// TestPrefixesLeaveScope: what siblings declare does not add up, and a prefix declared again counts once.
func TestPrefixesLeaveScope(t *testing.T) {
	lim := Limits{PrefixesInScope: 2}
	for src, accepted := range map[string]bool{
		"<r xmlns='urn:d'><a xmlns:p='urn:1'/><a xmlns:q='urn:2'/><a xmlns:r='urn:3'></a></r>":    true,
		"<r xmlns='urn:d' xmlns:p='urn:1'><a xmlns:p='urn:2' xmlns='urn:e'><b xmlns=''/></a></r>": true,
		"<r xmlns='urn:d' xmlns:p='urn:1'><a xmlns:q='urn:2'/></r>":                               false,
	} {
		if _, err := Parse([]byte(src), lim); (err == nil) != accepted {
			t.Errorf("%s: %v", src, err)
		}
	}
}

// TestSOAPRefusals are what a SOAP message may not hold although a document may.
func TestSOAPRefusals(t *testing.T) {
	for src, kind := range map[string]ErrorKind{
		"<?xml version='1.0'?><?pi?><a/>": ForbiddenInstruction,
		"<a><?pi x?></a>":                 ForbiddenInstruction,
		"<a xmlns='relatif'/>":            Namespace,
		"<a xmlns:p='#x'/>":               Namespace,
		"<a xmlns='urn:\u0080'/>":         Namespace,
		"<a xmlns=' urn:a'/>":             Namespace,
		"<a xmlns=':a'/>":                 Namespace,
	} {
		if _, err := Parse([]byte(src), DocumentLimits); err != nil {
			t.Errorf("%s: refused in a document: %v", src, err)
		}
		if _, err := Parse([]byte(src), SOAPLimits); err == nil || err.(*SyntaxError).Kind != kind {
			t.Errorf("%s: %v", src, err)
		}
	}
	for _, src := range []string{"<?xml version='1.0'?><a xmlns='urn:x' xmlns:h='http://exemple.fr/%20'/>", "<a xmlns=''/>"} {
		if _, err := Parse([]byte(src), SOAPLimits); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
}
