package xmltree_test

import (
	"fmt"

	"liasse/internal/xmltree"
)

func ExampleParse() {
	src := []byte(`<rim:Slot xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0" name="hash">
  <rim:ValueList><rim:Value>da39a3ee</rim:Value></rim:ValueList>
</rim:Slot>`)
	doc, err := xmltree.Parse(src, xmltree.SOAPLimits)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer doc.Release()
	const rim = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
	for value := range doc.Root().Child(rim, "ValueList").Children(rim, "Value") {
		line, column := doc.Position(value.Offset())
		fmt.Printf("%s = %s at %s, line %d, column %d\n", doc.Root().AttrValue("", "name"), value.Text(), value.XPath(), line, column)
	}
	// Output: hash = da39a3ee at /rim:Slot/rim:ValueList/rim:Value, line 2, column 18
}

func ExampleParse_refused() {
	_, err := xmltree.Parse([]byte("<Value>\n  R & D\n</Value>"), xmltree.SOAPLimits)
	fmt.Println(err)
	// Output: line 2, column 5: a bare &; write &amp;
}

func ExampleNode_AppendCanonical() {
	doc, err := xmltree.Parse([]byte(`<s:Envelope xmlns:s="urn:s" xmlns:a="urn:a"><a:Assertion Version='2.0' ID='x'/></s:Envelope>`), xmltree.SOAPLimits)
	if err != nil {
		fmt.Println(err)
		return
	}
	assertion := doc.Root().FirstElement()
	fmt.Printf("%s\n", assertion.AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.C14N10}))
	fmt.Printf("%s\n", assertion.AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.Exclusive}))
	// Output:
	// <a:Assertion xmlns:a="urn:a" xmlns:s="urn:s" ID="x" Version="2.0"></a:Assertion>
	// <a:Assertion xmlns:a="urn:a" ID="x" Version="2.0"></a:Assertion>
}
