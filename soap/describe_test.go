package soap

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"liasse/internal/xmltree"
)

var describedFiles = fstest.MapFS{
	"wsdl/test.wsdl": {Data: []byte(`<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <import namespace="urn:more" location='more.wsdl'/>
  <types><xs:schema><xs:import namespace="urn:test" schemaLocation = "../xsd/test.xsd"/><xs:import namespace="urn:far" schemaLocation="http://far.example/far.xsd"/></xs:schema></types>
  <service name="Test"><port name="P" binding="B"><s12:address location="http://localhost/replace-me"/></port></service>
</definitions>`)},
	"wsdl/more.wsdl": {Data: []byte(`<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>`)},
	"xsd/test.xsd":   {Data: []byte(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="other.xsd"/></xs:schema>`)},
	"secret.txt":     {Data: []byte("secret")},
	"xsd/broken.xsd": {Data: []byte("<a>")},
}

func described(t *testing.T, service Description) *endpoint {
	service.Files, service.WSDL = describedFiles, "wsdl/test.wsdl"
	return serve(t, func(c *Config) { c.Service = service })
}

func (e *endpoint) get(t *testing.T, query, host string) answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, e.url+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// The WSDL carries the configured address, never that of the Host header, and leads to its schemas.
func TestDescription(t *testing.T) {
	e := described(t, Description{Address: "https://xds.example/registry?a&b"})
	a := e.get(t, "?wsdl", "evil.example")
	if a.status != 200 || a.header.Get("Content-Type") != "text/xml; charset=UTF-8" || strings.Contains(a.body, "evil") {
		t.Fatalf("%d %v\n%s", a.status, a.header, a.body)
	}
	for _, want := range []string{
		`<s12:address location="https://xds.example/registry?a&amp;b"/>`,
		`schemaLocation = "https://xds.example/registry?a&amp;b?xsd=xsd/test.xsd"`,
		`location='https://xds.example/registry?a&amp;b?wsdl=wsdl/more.wsdl'`,
		`schemaLocation="http://far.example/far.xsd"`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in\n%s", want, a.body)
		}
	}
	if _, err := xmltree.Parse([]byte(a.body), xmltree.DocumentLimits); err != nil {
		t.Error(err)
	}
	if a := e.get(t, "?xsd=xsd/test.xsd", ""); a.status != 200 || !strings.Contains(a.body, `?xsd=xsd/other.xsd"`) {
		t.Errorf("the schema: %d\n%s", a.status, a.body)
	}
	if a := e.get(t, "?wsdl=wsdl%2Fmore.wsdl", ""); a.status != 200 {
		t.Errorf("the other WSDL: %d", a.status)
	}
	if a := e.get(t, "?WSDL", ""); a.status != 200 {
		t.Errorf("?WSDL: %d", a.status)
	}
	for _, query := range []string{"?xsd=secret.txt", "?xsd=../go.mod", "?xsd=/etc/passwd.xsd", "?xsd=none.xsd", "?xsd=", "?xsd=%zz.xsd"} {
		if a := e.get(t, query, ""); a.status != 404 || strings.Contains(a.body, "secret") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	if a := e.get(t, "?xsd=xsd/broken.xsd", ""); a.status != 500 {
		t.Errorf("a broken schema: %d", a.status)
	}
	for _, query := range []string{"", "?other", "?wsdl2"} {
		if a := e.get(t, query, ""); a.status != 405 || a.header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("GET %s: %d, %v", query, a.status, a.header)
		}
	}
}

func TestDescriptionFromHost(t *testing.T) {
	e := described(t, Description{FromHost: true})
	if a := e.get(t, "?wsdl", "dev.example:8080"); !strings.Contains(a.body, `location="http://dev.example:8080/test"`) {
		t.Errorf("%s", a.body)
	}
	e = described(t, Description{})
	if a := e.get(t, "?wsdl", "dev.example"); strings.Contains(a.body, "dev.example") || !strings.Contains(a.body, "replace-me") {
		t.Errorf("%s", a.body)
	}
}

// In French, what was found is French too.
func TestFrench(t *testing.T) {
	e := serve(t, func(c *Config) { c.Language = "fr" })
	for body, want := range map[string]string{
		strings.TrimSuffix(storeMessage(), "--b--\r\n"): "trouvé «le corps se termine à l’intérieur d’une partie, avant le boundary final»",
		mtom("<a>"): "[XML-001] L’enveloppe est du XML 1.0 bien formé",
		mtom(envelope(headerFor(storeAction), storeBody("-"))): "trouvé «le caractère 0x2D n’est pas de l’alphabet base64»",
	} {
		if a := e.post(t, mtomType, body); !strings.Contains(a.body, want) || a.status != 400 {
			t.Errorf("no %s in\n%s", want, a.body)
		}
	}
	if a := e.post(t, `text/xml; a=b; A=b`, ""); !strings.Contains(a.body, "le paramètre a figure deux fois") {
		t.Errorf("%s", a.body)
	}
}
