package xmltree

import (
	"slices"
	"strings"
	"testing"
)

const sample = "\uFEFF<?xml version=\"1.0\"?>\r\n" +
	"<!-- tête -->\n" +
	"<e:Env xmlns:e=\"urn:e\" xmlns=\"urn:d\" xml:lang=\"fr\">\n" +
	"\t<Slot name=\"un\" e:x=\"&#233;&lt;\"><Value>é<!--x-->a</Value></Slot>\n" +
	"\t<Slot name='deux'><Value>v<![CDATA[<2>]]></Value><Value/></Slot>\n" +
	"\t<e:Slot xml:lang=\"en\" xmlns=\"\"><Leaf><?p q?></Leaf></e:Slot>\n" +
	"</e:Env>\n<?fin?>"

func parseSample(t *testing.T) *Document {
	t.Helper()
	d, err := Parse([]byte(sample), DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNodeNames(t *testing.T) {
	d := parseSample(t)
	root := d.Root()
	if !root.Is("urn:e", "Env") || root.Is("urn:d", "Env") || root.Is("urn:e", "env") || root.Local() != "Env" || root.Space() != "urn:e" || root.Prefix() != "e" {
		t.Errorf("root is {%s}%s with prefix %q", root.Space(), root.Local(), root.Prefix())
	}
	slots := slices.Collect(root.Children("urn:d", "Slot"))
	if len(slots) != 2 || slots[0] != root.Child("urn:d", "Slot") || slots[0] != root.FirstElement() || slots[1] != slots[0].NextElement() {
		t.Errorf("%d slots", len(slots))
	}
	other := root.Child("urn:e", "Slot")
	if leaf := other.FirstElement(); !leaf.Is("", "Leaf") || leaf.Prefix() != "" || leaf.Parent() != other {
		t.Errorf("%v", leaf)
	}
	var names []string
	for n := range d.Node().Descendants() {
		names = append(names, n.Local())
	}
	if got := strings.Join(names, " "); got != "Env Slot Value Slot Value Value Slot Leaf" {
		t.Error(got)
	}
	names = nil
	for n := range slots[1].Descendants() {
		names = append(names, n.XPath())
	}
	if got := strings.Join(names, " "); got != "/e:Env/Slot[2]/Value[1] /e:Env/Slot[2]/Value[2]" {
		t.Error(got)
	}
	for n := range root.Elements() {
		if n != slots[0] {
			t.Error("Elements does not stop or begin rightly")
		}
		break
	}
	if !root.Parent().IsZero() || !root.Child("urn:d", "None").IsZero() || !other.NextElement().IsZero() || d.Node().Kind() != DocumentNode {
		t.Error("a way out of the tree")
	}
}

func TestNodeAttributes(t *testing.T) {
	slot := parseSample(t).Root().FirstElement()
	if v, ok := slot.Attr("urn:e", "x"); v != "é<" || !ok {
		t.Errorf("%q", v)
	}
	if v, ok := slot.Attr("", "x"); v != "" || ok {
		t.Errorf("an attribute of another namespace: %q", v)
	}
	if _, ok := slot.Attr("urn:d", "name"); ok {
		t.Error("an attribute without a prefix is in the default namespace")
	}
	attrs := slices.Collect(slot.Attrs())
	if len(attrs) != 2 || attrs[0] != (Attr{Local: "name", Value: "un", Offset: strings.Index(sample, "name=")}) || attrs[1].Prefix != "e" || attrs[1].Space != "urn:e" {
		t.Errorf("%+v", attrs)
	}
	if n := len(slices.Collect(parseSample(t).Root().Attrs())); n != 1 {
		t.Errorf("%d attributes on the root: declarations are none", n)
	}
}

func TestNodeText(t *testing.T) {
	root := parseSample(t).Root()
	first, second := root.FirstElement(), root.FirstElement().NextElement()
	if v := first.FirstElement(); v.Text() != "éa" {
		t.Errorf("%q", v.Text())
	} else if _, plain := v.PlainText(); plain {
		t.Error("a value with a comment inside is plain")
	}
	if text, plain := second.FirstElement().PlainText(); text != "v<2>" || !plain {
		t.Errorf("%q %v", text, plain)
	}
	if text, plain := second.FirstElement().NextElement().PlainText(); text != "" || !plain {
		t.Errorf("%q %v", text, plain)
	}
	if _, plain := second.PlainText(); plain {
		t.Error("an element with child elements is plain")
	}
	kinds := []Kind{}
	for c := second.FirstElement().FirstChild(); !c.IsZero(); c = c.NextSibling() {
		kinds = append(kinds, c.Kind())
	}
	if !slices.Equal(kinds, []Kind{Text, CDATA}) {
		t.Error(kinds)
	}
	pi := root.Child("urn:e", "Slot").FirstElement().FirstChild()
	if pi.Kind() != Instruction || pi.Local() != "p" || pi.Text() != "q" {
		t.Errorf("%v %q %q", pi.Kind(), pi.Local(), pi.Text())
	}
}

func TestNodeContext(t *testing.T) {
	root := parseSample(t).Root()
	leaf := root.Child("urn:e", "Slot").FirstElement()
	for prefix, want := range map[string]string{"": "", "e": "urn:e", "xml": XMLNamespace} {
		if uri, ok := leaf.Namespace(prefix); uri != want || !ok {
			t.Errorf("%q is bound to %q", prefix, uri)
		}
	}
	if _, ok := leaf.Namespace("q"); ok {
		t.Error("q is bound")
	}
	if uri, _ := root.FirstElement().Namespace(""); uri != "urn:d" {
		t.Errorf("%q", uri)
	}
	if leaf.Lang() != "en" || leaf.FirstChild().Lang() != "en" || root.FirstElement().Lang() != "fr" {
		t.Errorf("%q %q", leaf.Lang(), root.FirstElement().Lang())
	}
}

func TestNodePlace(t *testing.T) {
	d := parseSample(t)
	first := d.Root().FirstElement()
	value := first.FirstElement()
	for _, c := range []struct {
		n            Node
		raw, xpath   string
		line, column int
	}{
		{d.Node().FirstChild(), "<!-- tête -->", "/comment()", 2, 1},
		{first, `<Slot name="un" e:x="&#233;&lt;"><Value>é<!--x-->a</Value></Slot>`, "/e:Env/Slot[1]", 4, 2},
		{value, "<Value>é<!--x-->a</Value>", "/e:Env/Slot[1]/Value", 4, 35},
		{value.FirstChild().NextSibling(), "<!--x-->", "/e:Env/Slot[1]/Value/comment()", 4, 43},
		{value.FirstChild().NextSibling().NextSibling(), "a", "/e:Env/Slot[1]/Value/text()[2]", 4, 51},
		{first.NextElement().FirstElement().NextElement(), "<Value/>", "/e:Env/Slot[2]/Value[2]", 5, 51},
		{first.NextElement().FirstElement().FirstChild().NextSibling(), "<![CDATA[<2>]]>", "/e:Env/Slot[2]/Value[1]/text()", 5, 28},
		{d.Root().NextSibling(), "<?fin?>", "/processing-instruction('fin')", 8, 1},
		{d.Root().Child("urn:e", "Slot"), `<e:Slot xml:lang="en" xmlns=""><Leaf><?p q?></Leaf></e:Slot>`, "/e:Env/e:Slot", 6, 2},
	} {
		if got := string(c.n.Raw()); got != c.raw {
			t.Errorf("raw %q, want %q", got, c.raw)
		}
		if got := c.n.XPath(); got != c.xpath {
			t.Errorf("%s: XPath %s, want %s", c.raw, got, c.xpath)
		}
		if line, column := d.Position(c.n.Offset()); line != c.line || column != c.column {
			t.Errorf("%s: line %d, column %d, want %d, %d", c.raw, line, column, c.line, c.column)
		}
		if c.n.End()-c.n.Offset() != len(c.raw) {
			t.Errorf("%s ends at %d", c.raw, c.n.End())
		}
	}
	if got := sample[value.ContentOffset():value.End()]; got != "é<!--x-->a</Value>" {
		t.Errorf("content %q", got)
	}
	if empty := first.NextElement().FirstElement().NextElement(); empty.ContentOffset() != empty.End() {
		t.Error("the content of an empty element")
	}
	if d.Node().XPath() != "/" {
		t.Error(d.Node().XPath())
	}
}

func TestPosition(t *testing.T) {
	src := []byte("\uFEFFab\r\nc\rd\n\né𝒳f")
	for offset, want := range map[int][2]int{
		0: {1, 1}, 3: {1, 1}, 4: {1, 2}, 5: {1, 3}, 6: {1, 4}, 7: {2, 1}, 8: {2, 2}, 9: {3, 1}, 10: {3, 2}, 11: {4, 1}, 12: {5, 1}, 14: {5, 2},
		18: {5, 3}, 19: {5, 4}, 99: {5, 4}, -1: {1, 1},
	} {
		if line, column := position(src, offset); line != want[0] || column != want[1] {
			t.Errorf("byte %d: line %d, column %d, want %v", offset, line, column, want)
		}
	}
}

// TestZeroNode: a way that leads nowhere can be followed further without harm.
func TestZeroNode(t *testing.T) {
	var n Node
	if !n.IsZero() || n.Kind() != 0 || n.Document() != nil || n.Local()+n.Space()+n.Prefix()+n.Text()+n.XPath()+n.Lang()+n.AttrValue("", "a") != "" {
		t.Error("the zero node says something")
	}
	for _, next := range []Node{n.Parent(), n.FirstChild(), n.NextSibling(), n.FirstElement(), n.NextElement(), n.Child("", "a")} {
		if !next.IsZero() {
			t.Error("the zero node leads somewhere")
		}
	}
	for range n.Elements() {
		t.Error("children")
	}
	for range n.Children("", "a") {
		t.Error("children")
	}
	for range n.Descendants() {
		t.Error("descendants")
	}
	for range n.Attrs() {
		t.Error("attributes")
	}
	if _, ok := n.Namespace(""); ok || n.Is("", "") || n.Raw() != nil || n.Offset()+n.End()+n.ContentOffset() != 0 || n.AppendCanonical(nil, Canonicalization{}) != nil {
		t.Error("the zero node has something")
	}
}

// TestRelease: a document's arena serves the next, and strings outlive it.
func TestRelease(t *testing.T) {
	d := parseSample(t)
	kept, direct := d.Root().FirstElement().AttrValue("urn:e", "x"), d.Root().Local()
	d.Release()
	d.Release()
	for range 10 {
		other, err := Parse([]byte("<r a='&amp;&amp;&amp;' xmlns:p='urn:autre'>&lt;&lt;</r>"), DocumentLimits)
		if err != nil {
			t.Fatal(err)
		}
		if uri, _ := other.Root().Namespace("e"); uri != "" || other.Root().Text() != "<<" || !other.Root().NextSibling().IsZero() {
			t.Fatal("something of the released document shows")
		}
		other.Release()
	}
	if kept != "é<" || direct != "Env" {
		t.Errorf("%q %q", kept, direct)
	}
}
