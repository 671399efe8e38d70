package xmltree

import "testing"

func TestParseSmall(t *testing.T) {
	d, err := Parse([]byte("<?xml version='1.0'?>\n<a:x xmlns:a='u' b='1 &lt;\n2'>t<y/>é&amp;<![CDATA[<]]></a:x>\n<!--c-->"), DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	r := d.Root()
	if !r.Is("u", "x") || r.AttrValue("", "b") != "1 < 2" || r.Text() != "té&<" {
		t.Fatalf("%q %q %q", r.Space(), r.AttrValue("", "b"), r.Text())
	}
	if got := r.FirstElement().XPath(); got != "/a:x/y" {
		t.Fatal(got)
	}
}
