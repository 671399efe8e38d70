package rule_test

import (
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

func TestAt(t *testing.T) {
	doc, err := xmltree.Parse([]byte("<rim:Slot xmlns:rim='urn:r'>\n <rim:Value/>é<rim:Value/>\n</rim:Slot>"), xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	second := doc.Root().FirstElement().NextElement()
	if got, want := rule.At(second), (rule.Place{XPath: "/rim:Slot/rim:Value[2]", Line: 2, Column: 15}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := rule.At(xmltree.Node{}); !got.IsZero() {
		t.Errorf("the zero node is at %+v", got)
	}
}
