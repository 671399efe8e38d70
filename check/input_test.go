package check

import (
	"strings"
	"testing"
)

const envelopeText = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>`

// TestRecognise wants every form in which a message is kept taken for what it is.
func TestRecognise(t *testing.T) {
	multipart := "--b1\r\nContent-Type: application/xop+xml\r\nContent-ID: <root@x>\r\n\r\n" + envelopeText + "\r\n--b1\r\nContent-ID: <d@x>\r\n\r\nabc\r\n--b1--\r\n"
	for _, c := range []struct {
		name, content string
		kind          Kind
		contentType   string
		tree          bool
		parts         int
	}{
		{"an envelope", envelopeText, Request, "application/soap+xml; charset=UTF-8", true, 0},
		{"after a byte order mark", "\ufeff" + envelopeText, Request, "application/soap+xml; charset=UTF-8", true, 0},
		{"SOAP 1.1", strings.Replace(envelopeText, "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/", 1), Request, "text/xml; charset=UTF-8", true, 0},
		{"a broken envelope", envelopeText[:len(envelopeText)-3], Request, "application/soap+xml; charset=UTF-8", false, 0},
		{"a bare multipart body", multipart, Request, `multipart/related; boundary=b1; start="<root@x>"; start-info="application/soap+xml"; type="application/xop+xml"`, true, 1},
		{"a MIME message", "Content-Type: multipart/related; boundary=b1; start=\"<root@x>\"\r\n\r\n" + multipart, Request, `multipart/related; boundary=b1; start="<root@x>"`, true, 1},
		{"lines of LF alone", strings.ReplaceAll("Content-Type: multipart/related; boundary=b1\r\n\r\n"+multipart, "\r\n", "\n"), Request, `multipart/related; boundary=b1`, true, 1},
		{"an HTTP request", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml\r\nContent-Length: 84\r\n\r\n" + envelopeText, Request, "application/soap+xml", true, 0},
		{"an HTTP request cut short", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml\r\nContent-Length: 9999\r\n\r\n" + envelopeText, Request, "application/soap+xml", true, 0},
		{"a token", `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`, Token, "", true, 0},
		{"a security block", `<Security xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"/>`, Token, "", true, 0},
		{"a signature", `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>`, Signature, "", true, 0},
		{"a document", `<ClinicalDocument xmlns="urn:hl7-org:v3"/>`, Document, "", true, 0},
		{"not well-formed", `<ClinicalDocument`, Document, "", false, 0},
		{"bytes", "%PDF-1.4", Document, "", false, 0},
		{"nothing", "", Document, "", false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, err := Recognise("file", []byte(c.content))
			if err != nil {
				t.Fatal(err)
			}
			if in.Kind != c.kind || in.ContentType != c.contentType || (in.Tree != nil) != c.tree || len(in.parts()) != c.parts {
				t.Errorf("taken for %s, %q, tree %v, %d parts", in.Kind, in.ContentType, in.Tree != nil, len(in.parts()))
			}
		})
	}
	for _, broken := range []string{"--", "--x\r\nno end", "POST x", "POST / HTTP/1.1\r\nbad header\r\n\r\n"} {
		if in, err := Recognise("file", []byte(broken)); err == nil {
			t.Errorf("%q was taken for a %s", broken, in.Kind)
		}
	}
}

// FuzzRecognise wants no panic, whatever a file holds, and nothing lost of what was taken for a document.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{envelopeText, "--b\r\nA: b\r\n\r\nx\r\n--b--", "POST / HTTP/1.1\r\n\r\n", "Content-Type: multipart/related; boundary=b\n\n--b\n\n<a/>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		in, err := Recognise("file", content)
		if err != nil {
			return
		}
		in.parts()
		Explain([]*Input{in})
	})
}
