package schemas

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"liasse/internal/xmltree"
)

// validator is compiled once for the tests of the package.
func validator(t *testing.T) *Libxml2 {
	t.Helper()
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// document reads a message of testdata and makes the case's change.
func (c *verdict) document(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", c.file))
	if err != nil {
		t.Fatal(err)
	}
	if c.old == "" {
		return b
	}
	if !strings.Contains(string(b), c.old) {
		t.Fatalf("%s does not contain %s", c.file, c.old)
	}
	return []byte(strings.Replace(string(b), c.old, c.new, 1))
}

func TestVerdicts(t *testing.T) {
	v := validator(t)
	for schema, cases := range map[Schema][]verdict{Payload: payloadCases, Message: messageCases} {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				violations, err := v.Validate(c.document(t), schema)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case c.valid && len(violations) > 0:
					t.Errorf("not valid: %v", violations)
				case !c.valid && len(violations) == 0:
					t.Error("valid")
				case !c.valid && !strings.Contains(fmt.Sprint(violations), c.says):
					t.Errorf("%v does not speak of %q", violations, c.says)
				}
			})
		}
	}
}

func TestViolationHasItsPlace(t *testing.T) {
	v := validator(t)
	doc := []byte("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">\n <s:Body>\n  <é:RetrieveDocumentSetRequest xmlns:é=\"urn:ihe:iti:xds-b:2007\">" +
		"<é:DocumentRequest><é:RepositoryUniqueId/><é:DocumentUniqueId/></é:DocumentRequest>\n<é:DocumentRequest/> <é:Other/></é:RetrieveDocumentSetRequest></s:Body></s:Envelope>")
	violations, err := v.Validate(doc, Message)
	if err != nil {
		t.Fatal(err)
	}
	if len(violations) != 2 {
		t.Fatalf("%d violations: %v", len(violations), violations)
	}
	first := violations[0]
	if first.Line != 4 || first.Column != 1 || !strings.HasSuffix(first.XPath, "/é:DocumentRequest[2]") {
		t.Errorf("the first is at line %d, column %d, %s", first.Line, first.Column, first.XPath)
	}
	if !strings.Contains(first.Message, "RepositoryUniqueId") || !strings.HasPrefix(first.String(), "line 4, column 1: Element") {
		t.Errorf("the first says %q", first)
	}
	if second := violations[1]; second.Line != 4 || second.Column != 22 {
		t.Errorf("the second is at %v", second)
	}
}

// TestFarDown has a line number beyond what libxml2 keeps in a node.
func TestFarDown(t *testing.T) {
	v := validator(t)
	doc := []byte(`<RetrieveDocumentSetRequest xmlns="urn:ihe:iti:xds-b:2007">` + strings.Repeat("\n", 70000) + `<DocumentRequest/></RetrieveDocumentSetRequest>`)
	violations, err := v.Validate(doc, Payload)
	if err != nil {
		t.Fatal(err)
	}
	if len(violations) != 1 || violations[0].Line != 70001 {
		t.Errorf("%v", violations)
	}
}

func TestInclude(t *testing.T) {
	v := validator(t)
	provide := func(content string) []byte {
		c := verdict{file: "provide.xml", old: "Qm9uam91cg==", new: content}
		return c.document(t)
	}
	for _, c := range []struct {
		name, content string
		valid         bool
	}{
		{"an include", `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:1@x"/>`, true},
		{"an include on lines of its own", "\n<i:Include\n xmlns:i=\"http://www.w3.org/2004/08/xop/include\"\nhref=\"cid:1@x\"></i:Include>\n", true},
		{"an include of nothing", `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include"/>`, false},
		{"an include beside text", `QQ== <i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:1@x"/>!`, false},
		{"two includes", `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:1@x"/><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:1@x"/>`, false},
		{"an include of another namespace", `<i:Include xmlns:i="urn:x" href="cid:1@x"/>`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := provide(c.content)
			before := string(doc)
			violations, err := v.Validate(doc, Payload)
			if err != nil {
				t.Fatal(err)
			}
			if c.valid != (len(violations) == 0) {
				t.Errorf("valid: %t; %v", c.valid, violations)
			}
			if string(doc) != before {
				t.Error("the document was changed")
			}
		})
	}
}

func TestRoots(t *testing.T) {
	v := validator(t)
	for _, c := range []struct {
		doc    string
		schema Schema
		says   string
	}{
		{`<x/>`, Payload, "not a message of XDS.b"},
		{`<x/>`, Message, "not a SOAP message"},
		{`<Value xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">1</Value>`, Payload, "not a message of XDS.b"},
		{`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>`, Message, "empty"},
		{`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>`, Envelope, ""},
		{`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><x/></s:Body></s:Envelope>`, Message, "'{}x'"},
		{`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><x/></s:Body></s:Envelope>`, Envelope, ""},
		{`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>`, Message, "Missing child"},
		{`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>`, Envelope, "not a SOAP 1.2 envelope"},
	} {
		violations, err := v.Validate([]byte(c.doc), c.schema)
		if err != nil {
			t.Fatal(err)
		}
		if c.says == "" && len(violations) > 0 || c.says != "" && !strings.Contains(fmt.Sprint(violations), c.says) {
			t.Errorf("%s as %s: %v", c.doc, c.schema, violations)
		}
	}
}

// TestRefused shows that what the strict parser refuses never reaches the library.
func TestRefused(t *testing.T) {
	v := validator(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{
		"", "<x", "<x></y>", "<x/><x/>", `<x a="1" a="2"/>`, "<p:x/>", "\xff\xfe<\x00x\x00/\x00>\x00",
		`<!DOCTYPE x [<!ENTITY e SYSTEM "file://` + secret + `">]><x>&e;</x>`,
		`<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>`,
	} {
		violations, err := v.Validate([]byte(doc), Payload)
		var syntax *xmltree.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: %v, %v", doc, violations, err)
		}
	}
}

// TestFetchesNothing points a document at schemas elsewhere.
func TestFetchesNothing(t *testing.T) {
	asked := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer server.Close()
	lax := filepath.Join(t.TempDir(), "lax.xsd")
	if err := os.WriteFile(lax, []byte(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:lax"><xs:element name="E" type="xs:int"/></xs:schema>`), 0o600); err != nil {
		t.Fatal(err)
	}
	v := validator(t)
	doc := `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:web ` +
		server.URL + `/web.xsd urn:lax ` + lax + `"><s:Body><E xmlns="urn:lax">no number</E><E xmlns="urn:web"/></s:Body></s:Envelope>`
	violations, err := v.Validate([]byte(doc), Envelope)
	if err != nil || len(violations) > 0 {
		t.Errorf("%v, %v", violations, err)
	}
	select {
	case path := <-asked:
		t.Errorf("%s was fetched", path)
	default:
	}
}

func TestConcurrent(t *testing.T) {
	v := validator(t)
	good := (&verdict{file: "submit.xml"}).document(t)
	bad := (&verdict{file: "submit.xml", old: ` id="doc1"`}).document(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if violations, err := v.Validate(good, Payload); err != nil || len(violations) != 0 {
					t.Errorf("good: %v, %v", violations, err)
				}
				if violations, err := v.Validate(bad, Payload); err != nil || len(violations) != 1 {
					t.Errorf("bad: %v, %v", violations, err)
				}
			}
		})
	}
	all.Wait()
}

func TestManyViolationsAreBounded(t *testing.T) {
	v := validator(t)
	doc := `<RetrieveDocumentSetRequest xmlns="urn:ihe:iti:xds-b:2007">` + strings.Repeat(`<DocumentRequest/>`, 5000) + `</RetrieveDocumentSetRequest>`
	violations, err := v.Validate([]byte(doc), Payload)
	if err != nil || len(violations) != 100 {
		t.Errorf("%d violations, %v", len(violations), err)
	}
}

func TestClosed(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Validate([]byte("<x/>"), Payload); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
