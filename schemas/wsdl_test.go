package schemas

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"liasse/internal/xmltree"
)

const (
	wsdlNamespace   = "http://schemas.xmlsoap.org/wsdl/"
	soap12Namespace = "http://schemas.xmlsoap.org/wsdl/soap12/"
	wsamNamespace   = "http://www.w3.org/2007/05/addressing/metadata"
	xsdNamespace    = "http://www.w3.org/2001/XMLSchema"
)

// operation is one row of the table of transactions (ITI TF-2, the section "Message Semantics" of each).
type operation struct {
	Name, Request, Response, Action, ResponseAction string
}

var operations = map[string][]operation{
	RegistryWSDL: {
		{"DocumentRegistry_RegisterDocumentSet-b", "{" + lcmNamespace + "}SubmitObjectsRequest", "{" + rsNamespace + "}RegistryResponse",
			"urn:ihe:iti:2007:RegisterDocumentSet-b", "urn:ihe:iti:2007:RegisterDocumentSet-bResponse"},
		{"DocumentRegistry_RegistryStoredQuery", "{" + queryNamespace + "}AdhocQueryRequest", "{" + queryNamespace + "}AdhocQueryResponse",
			"urn:ihe:iti:2007:RegistryStoredQuery", "urn:ihe:iti:2007:RegistryStoredQueryResponse"},
		{"DocumentRegistry_MultiPatientStoredQuery", "{" + queryNamespace + "}AdhocQueryRequest", "{" + queryNamespace + "}AdhocQueryResponse",
			"urn:ihe:iti:2009:MultiPatientStoredQuery", "urn:ihe:iti:2009:MultiPatientStoredQueryResponse"},
		{"DocumentRegistry_RegisterOnDemandDocumentEntry", "{" + lcmNamespace + "}SubmitObjectsRequest", "{" + rsNamespace + "}RegistryResponse",
			"urn:ihe:iti:2010:RegisterOnDemandDocumentEntry", "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse"},
		{"DocumentRegistry_PRPA_IN201301UV02", "{" + hl7Namespace + "}PRPA_IN201301UV02", "{" + hl7Namespace + "}MCCI_IN000002UV01",
			"urn:hl7-org:v3:PRPA_IN201301UV02", "urn:hl7-org:v3:MCCI_IN000002UV01"},
		{"DocumentRegistry_PRPA_IN201302UV02", "{" + hl7Namespace + "}PRPA_IN201302UV02", "{" + hl7Namespace + "}MCCI_IN000002UV01",
			"urn:hl7-org:v3:PRPA_IN201302UV02", "urn:hl7-org:v3:MCCI_IN000002UV01"},
		{"DocumentRegistry_PRPA_IN201304UV02", "{" + hl7Namespace + "}PRPA_IN201304UV02", "{" + hl7Namespace + "}MCCI_IN000002UV01",
			"urn:hl7-org:v3:PRPA_IN201304UV02", "urn:hl7-org:v3:MCCI_IN000002UV01"},
	},
	RepositoryWSDL: {
		{"DocumentRepository_ProvideAndRegisterDocumentSet-b", "{" + xdsNamespace + "}ProvideAndRegisterDocumentSetRequest", "{" + rsNamespace + "}RegistryResponse",
			"urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse"},
		{"DocumentRepository_RetrieveDocumentSet", "{" + xdsNamespace + "}RetrieveDocumentSetRequest", "{" + xdsNamespace + "}RetrieveDocumentSetResponse",
			"urn:ihe:iti:2007:RetrieveDocumentSet", "urn:ihe:iti:2007:RetrieveDocumentSetResponse"},
	},
}

func parseFile(t *testing.T, name string) xmltree.Node {
	t.Helper()
	b, err := FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d, err := xmltree.Parse(b, xmltree.DocumentLimits)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d.Root()
}

// expanded resolves a prefixed name at a node.
func expanded(t *testing.T, at xmltree.Node, qname string) string {
	t.Helper()
	prefix, local, ok := strings.Cut(qname, ":")
	if !ok {
		prefix, local = "", qname
	}
	uri, bound := at.Namespace(prefix)
	if !bound {
		t.Errorf("%s: the prefix of %s is not bound", at.XPath(), qname)
	}
	return "{" + uri + "}" + local
}

func TestDescriptionsMatchTheTransactions(t *testing.T) {
	for file, want := range operations {
		t.Run(file, func(t *testing.T) {
			root := parseFile(t, file)
			messages := make(map[string]string)
			for m := range root.Children(wsdlNamespace, "message") {
				part := m.Child(wsdlNamespace, "part")
				messages["{"+root.AttrValue("", "targetNamespace")+"}"+m.AttrValue("", "name")] = expanded(t, part, part.AttrValue("", "element"))
			}
			var got []operation
			for op := range root.Child(wsdlNamespace, "portType").Children(wsdlNamespace, "operation") {
				in, out := op.Child(wsdlNamespace, "input"), op.Child(wsdlNamespace, "output")
				got = append(got, operation{
					Name:    op.AttrValue("", "name"),
					Request: messages[expanded(t, in, in.AttrValue("", "message"))], Response: messages[expanded(t, out, out.AttrValue("", "message"))],
					Action: in.AttrValue(wsamNamespace, "Action"), ResponseAction: out.AttrValue(wsamNamespace, "Action"),
				})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			checkBinding(t, root, want)
		})
	}
}

// checkBinding holds the binding to document/literal SOAP 1.2 with the same operations, and the one service to it.
func checkBinding(t *testing.T, root xmltree.Node, want []operation) {
	t.Helper()
	binding := root.Child(wsdlNamespace, "binding")
	if style := binding.Child(soap12Namespace, "binding").AttrValue("", "style"); style != "document" {
		t.Errorf("the style is %q", style)
	}
	i := 0
	for op := range binding.Children(wsdlNamespace, "operation") {
		if i >= len(want) {
			t.Fatal("the binding has operations that the port type has not")
		}
		if op.AttrValue("", "name") != want[i].Name || op.Child(soap12Namespace, "operation").AttrValue("", "soapAction") != want[i].Action {
			t.Errorf("operation %d of the binding is %s", i, op.Raw())
		}
		for _, side := range []string{"input", "output"} {
			if use := op.Child(wsdlNamespace, side).Child(soap12Namespace, "body").AttrValue("", "use"); use != "literal" {
				t.Errorf("%s of %s is %q", side, want[i].Name, use)
			}
		}
		i++
	}
	if i != len(want) {
		t.Errorf("the binding has %d operations", i)
	}
	port := root.Child(wsdlNamespace, "service").Child(wsdlNamespace, "port")
	if expanded(t, port, port.AttrValue("", "binding")) != "{"+root.AttrValue("", "targetNamespace")+"}"+binding.AttrValue("", "name") {
		t.Errorf("the port has the binding %s", port.AttrValue("", "binding"))
	}
	if location := port.Child(soap12Namespace, "address").AttrValue("", "location"); location != AddressPlaceholder {
		t.Errorf("the address is %s", location)
	}
}

// TestReferencesAreFlat holds every schemaLocation to a file of FS whose namespace is the one imported.
func TestReferencesAreFlat(t *testing.T) {
	files, err := fs.ReadDir(FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	imports := 0
	for _, file := range files {
		root := parseFile(t, file.Name())
		for n := range root.Descendants() {
			location, ok := n.Attr("", "schemaLocation")
			if !ok {
				continue
			}
			imports++
			if !n.Is(xsdNamespace, "import") {
				t.Errorf("%s has a schemaLocation on %s", file.Name(), n.XPath())
			}
			if imported := parseFile(t, location); imported.AttrValue("", "targetNamespace") != n.AttrValue("", "namespace") {
				t.Errorf("%s imports %s as %s", file.Name(), location, n.AttrValue("", "namespace"))
			}
		}
	}
	if imports < 20 {
		t.Errorf("only %d imports were seen", imports)
	}
}

// TestGeneratorsCanRead keeps the schemas free of what client generators do not follow: substitution groups, and an
// inheritance through a type that holds extensions of itself (zeep 4 reads neither).
func TestGeneratorsCanRead(t *testing.T) {
	files, err := fs.Glob(FS, "*.xsd")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 8 {
		t.Fatalf("only %v", files)
	}
	for _, file := range files {
		for n := range parseFile(t, file).Descendants() {
			for _, name := range []string{"substitutionGroup", "abstract"} {
				if value, said := n.Attr("", name); said {
					t.Errorf("%s: %s has %s=%q", file, n.XPath(), name, value)
				}
			}
		}
	}
	for n := range parseFile(t, "rim.xsd").Children(xsdNamespace, "complexType") {
		if n.AttrValue("", "name") != "RegistryObjectType" {
			continue
		}
		for inner := range n.Descendants() {
			if inner.Is(xsdNamespace, "extension") {
				t.Errorf("RegistryObjectType extends %s", inner.AttrValue("", "base"))
			}
		}
	}
}
