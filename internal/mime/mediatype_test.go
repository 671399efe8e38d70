package mime

import (
	stdmime "mime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseMediaType(t *testing.T) {
	tests := []struct {
		name, value, kind string
		parameters        []Parameter
		odd               Oddity
	}{
		{"SOAP 1.2 as CXF writes it", `application/soap+xml; action="urn:ihe:iti:2007:RegistryStoredQuery"; charset=UTF-8`, "application/soap+xml",
			[]Parameter{{"action", "urn:ihe:iti:2007:RegistryStoredQuery"}, {"charset", "UTF-8"}}, 0},
		{"MTOM of CXF", `multipart/related; type="application/xop+xml"; boundary="uuid:0ca0e16e-feb1-426c-97d8-c4508ada5e82"; start="<root.message@cxf.apache.org>"; start-info="application/soap+xml; action=\"urn:x\""`, "multipart/related",
			[]Parameter{{"type", "application/xop+xml"}, {"boundary", "uuid:0ca0e16e-feb1-426c-97d8-c4508ada5e82"}, {"start", "<root.message@cxf.apache.org>"}, {"start-info", `application/soap+xml; action="urn:x"`}}, 0},
		{"MTOM of Axis2, nothing quoted", `multipart/related; boundary=MIMEBoundary_3f2; type="application/xop+xml"; start="<0.a@apache.org>"; start-info="application/soap+xml"; action="urn:x"`, "multipart/related",
			[]Parameter{{"boundary", "MIMEBoundary_3f2"}, {"type", "application/xop+xml"}, {"start", "<0.a@apache.org>"}, {"start-info", "application/soap+xml"}, {"action", "urn:x"}}, 0},
		{"MTOM of WCF", `multipart/related; type="application/xop+xml";start="<http://tempuri.org/0>";boundary="uuid:3b4ab5ba-6d2e-4e4a-8f8e-bd6a6f3f2a4f+id=17";start-info="application/soap+xml"`, "multipart/related",
			[]Parameter{{"type", "application/xop+xml"}, {"start", "<http://tempuri.org/0>"}, {"boundary", "uuid:3b4ab5ba-6d2e-4e4a-8f8e-bd6a6f3f2a4f+id=17"}, {"start-info", "application/soap+xml"}}, 0},
		{"MTOM of Metro", `Multipart/Related; start="<rootpart*5af@example.jaxws.sun.com>"; type="application/xop+xml"; boundary="uuid:5af"; start-info="application/soap+xml;action=\"urn:x\""`, "multipart/related",
			[]Parameter{{"start", "<rootpart*5af@example.jaxws.sun.com>"}, {"type", "application/xop+xml"}, {"boundary", "uuid:5af"}, {"start-info", `application/soap+xml;action="urn:x"`}}, 0},
		{"MTOM of SoapUI", `multipart/related; type="application/xop+xml"; start="<rootpart@soapui.org>"; start-info="application/soap+xml"; action="urn:x"; boundary="----=_Part_0_1833"`, "multipart/related",
			[]Parameter{{"type", "application/xop+xml"}, {"start", "<rootpart@soapui.org>"}, {"start-info", "application/soap+xml"}, {"action", "urn:x"}, {"boundary", "----=_Part_0_1833"}}, 0},
		{"zeep", `application/soap+xml; charset=utf-8; action="urn:x"`, "application/soap+xml", []Parameter{{"charset", "utf-8"}, {"action", "urn:x"}}, 0},
		{"names and types in any case", `Application/SOAP+XML; CharSet="utf-8"`, "application/soap+xml", []Parameter{{"charset", "utf-8"}}, 0},
		{"no parameter", ` text/xml `, "text/xml", nil, 0},
		{"unquoted value with a colon", `multipart/related; boundary=uuid:1234`, "multipart/related", []Parameter{{"boundary", "uuid:1234"}}, UnquotedValue},
		{"unquoted start", `multipart/related; start=<root@x>; boundary=b`, "multipart/related", []Parameter{{"start", "<root@x>"}, {"boundary", "b"}}, UnquotedValue},
		{"a semicolon at the end", `application/xop+xml; charset=UTF-8; type="text/xml";`, "application/xop+xml", []Parameter{{"charset", "UTF-8"}, {"type", "text/xml"}}, EmptyParameter},
		{"two semicolons", `a/b;; c=d`, "a/b", []Parameter{{"c", "d"}}, EmptyParameter},
		{"blanks around =", `a/b; c = "d" ; e= f`, "a/b", []Parameter{{"c", "d"}, {"e", "f"}}, SpacedParameter},
		{"a quote that nothing opened", `text/plain; charset=UTF-8"`, "text/plain", []Parameter{{"charset", "UTF-8"}}, StrayQuote},
		{"an escaped quote", `a/b; c="d\"e\\f"`, "a/b", []Parameter{{"c", `d"e\f`}}, 0},
		{"an empty quoted value", `a/b; c=""`, "a/b", []Parameter{{"c", ""}}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := ParseMediaType(test.value)
			if err != nil {
				t.Fatal(err)
			}
			if m.Type != test.kind || m.Oddities != test.odd {
				t.Errorf("type %q, oddities %b; want %q, %b", m.Type, m.Oddities, test.kind, test.odd)
			}
			if diff := cmp.Diff(test.parameters, m.Parameters); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseMediaTypeRefuses(t *testing.T) {
	for name, value := range map[string]string{
		"nothing":                 "",
		"no subtype":              "text",
		"blank in the type":       "text /xml",
		"two values":              "text/xml, text/plain",
		"parameter twice":         `multipart/related; boundary=a; boundary=b`,
		"twice in another case":   `multipart/related; boundary=a; Boundary=a`,
		"RFC 2231 encoded":        `multipart/related; boundary*=utf-8''a`,
		"RFC 2231 continued":      `multipart/related; boundary*0=a; boundary*1=b`,
		"open quote":              `multipart/related; boundary="a`,
		"escape at the end":       `multipart/related; boundary="a\`,
		"text after a quote":      `multipart/related; boundary="a"b`,
		"line end":                "multipart/related; boundary=\"a\r\nX: y\"",
		"NUL":                     "text/xml\x00",
		"beyond ASCII":            "text/xml; charset=é",
		"blank inside a value":    "text/xml; charset=a b",
		"quote inside a value":    `text/xml; charset=a"b`,
		"no value":                "text/xml; charset=",
		"only a name":             "text/xml; charset",
		"only a name, then more":  "text/xml; charset; a=b",
		"a name that is no token": "text/xml; (c)=d",
		"a comment":               "text/xml (why); a=b",
		"very long":               "text/xml; a=" + strings.Repeat("b", maxMediaType),
		"too many parameters": "text/xml" + func() (s string) {
			for i := range maxParameters + 1 {
				s += ";a" + strings.Repeat("b", i) + "=c"
			}
			return s
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := ParseMediaType(value); err == nil {
				t.Errorf("accepted as %+v", m)
			}
		})
	}
}

// What Go's own package writes is read to the same values, without an oddity.
func TestParseMediaTypeReadsFormatted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "boundary", "start", "type", "x-1"}), 0, 5, rapid.ID).Draw(t, "names") {
			want[name] = rapid.StringMatching(`[ -~]{1,40}`).Draw(t, "value")
		}
		text := stdmime.FormatMediaType("multipart/related", want)
		m, err := ParseMediaType(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := map[string]string{}
		for _, p := range m.Parameters {
			got[p.Name] = p.Value
		}
		if diff := cmp.Diff(want, got); diff != "" || m.Oddities != 0 {
			t.Fatalf("%s: oddities %b (-want +got):\n%s", text, m.Oddities, diff)
		}
	})
}

func TestCheckBoundary(t *testing.T) {
	for _, good := range []string{"b", "uuid:1234+id=17", "----=_Part_4_701508.1145579811786", "a b", strings.Repeat("x", 70)} {
		if odd, err := CheckBoundary(good); err != nil || odd != 0 {
			t.Errorf("%q: oddities %b, %v", good, odd, err)
		}
	}
	if odd, err := CheckBoundary("a{b}"); err != nil || odd != BoundaryCharacters {
		t.Errorf("braces: oddities %b, %v", odd, err)
	}
	for _, bad := range []string{"", strings.Repeat("x", 71), "b ", "b\t", "a\r\nb", "é"} {
		if _, err := CheckBoundary(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func FuzzParseMediaType(f *testing.F) {
	f.Add(`multipart/related; type="application/xop+xml"; boundary="uuid:1"; start="<a@b>"; start-info="application/soap+xml"`)
	f.Add(`text/plain; charset=UTF-8"`)
	f.Add(`a/b;; c = "d\"e" ; f=`)
	f.Fuzz(func(t *testing.T, value string) {
		m, err := ParseMediaType(value)
		if err != nil {
			return
		}
		// What was read can be written canonically and reads the same.
		text := m.Type
		for _, p := range m.Parameters {
			text += "; " + p.Name + "=" + Quote(p.Value)
		}
		again, err := ParseMediaType(text)
		if err != nil || again.Oddities != 0 {
			if len(text) > maxMediaType {
				return
			}
			t.Fatalf("%q was written as %q: oddities %b, %v", value, text, again.Oddities, err)
		}
		if diff := cmp.Diff(m.Parameters, again.Parameters); diff != "" && len(m.Parameters) > 0 {
			t.Fatalf("%q: %s", value, diff)
		}
		// Where Go's parser reads the value too, it reads the same.
		kind, parameters, err := stdmime.ParseMediaType(value)
		if err != nil {
			return
		}
		if kind != m.Type {
			t.Fatalf("%q: type %q, Go reads %q", value, m.Type, kind)
		}
		for _, p := range m.Parameters {
			if got, ok := parameters[p.Name]; ok && got != p.Value && !strings.Contains(value, `\`) {
				t.Fatalf("%q: %s is %q, Go reads %q", value, p.Name, p.Value, got)
			}
		}
	})
}
