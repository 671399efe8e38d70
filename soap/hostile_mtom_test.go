package soap

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liasse/internal/rule"
)

// MTOM-01 to MTOM-18: what is refused, each over the wire.
func TestHostileMTOM(t *testing.T) {
	e := serve(t, func(c *Config) { c.Limits.Document = 1 << 20 })
	one, two := wirePart("one@test", "hello"), wirePart("two@test", "other")
	message := func(body string, parts ...string) string {
		return mtom(envelope(headerFor(storeAction), body), parts...)
	}
	store := func(document string, parts ...string) string { return message(storeBody(document), parts...) }
	include := includeOf("one@test")
	sender := func(name, id, body string) refused {
		return refused{name: name, contentType: mtomType, body: body, status: 400, codes: "Sender", rule: id}
	}
	framing := func(name, id, body string) refused {
		return refused{name: name, contentType: mtomType, body: body, status: 400, rule: id}
	}
	kind := func(name, id, contentType string, status int) refused {
		return refused{name: name, contentType: contentType, body: store(include, one), status: status, rule: id}
	}
	inline := func(name, inner string) refused {
		return sender(name, "MTOM-030", strings.Replace(message(`<t:Store xmlns:t="urn:test" xmlns:x="`+IncludeNamespace+`">`+inner+`</t:Store>`), "--b--", one+"--b--", 1))
	}
	cases := []refused{
		sender("MTOM-03 duplicate id", "MTOM-020", store(include, one, wirePart("one@test", "other"))),
		sender("MTOM-03 root id again", "MTOM-020", store(includeOf("root@test"), wirePart("root@test", "x"))),
		sender("MTOM-05 referenced twice", "MTOM-035", message(storeBody(include, include), one)),
		sender("MTOM-05 twice, once encoded", "MTOM-035", message(storeBody(include, includeOf("%6Fne@test")), one)),
		inline("MTOM-07 in a value", `<t:Value>`+include+`</t:Value>`),
		inline("MTOM-07 in a signature", `<d:SignatureValue xmlns:d="http://www.w3.org/2000/09/xmldsig#">`+include+`</d:SignatureValue>`),
		sender("MTOM-07 in the header", "MTOM-029", mtom(envelope(headerFor(storeAction)+`<w:Security xmlns:w="`+SecurityNamespace+`"><w:BinarySecurityToken><x:Include xmlns:x="`+IncludeNamespace+`" href="cid:one@test"/></w:BinarySecurityToken></w:Security>`, storeBody(include)), one)),
		sender("MTOM-09 with text", "MTOM-027", store(include+"aGVsbG8=", one)),
		sender("MTOM-09 two", "MTOM-027", message(storeBody(include+includeOf("two@test")), one, two)),
		sender("MTOM-09 with an element", "MTOM-027", store(include+"<z/>", one)),
		sender("MTOM-09 children", "MTOM-036", store(`<x:Include href="cid:one@test"><z/></x:Include>`, one)),
		sender("MTOM-09 attribute", "MTOM-036", store(`<x:Include href="cid:one@test" a="b"/>`, one)),
		sender("MTOM-09 no href", "MTOM-036", store(`<x:Include/>`, one)),
		kind("MTOM-11 boundary of 71", "MTOM-001", strings.Replace(mtomType, `"b"`, `"`+strings.Repeat("b", 71)+`"`, 1), 400),
		kind("MTOM-11 RFC 2231", "HTTP-003", strings.Replace(mtomType, `boundary="b"`, `boundary*=utf-8''b`, 1), 400),
		kind("MTOM-11 RFC 2231 continued", "HTTP-003", strings.Replace(mtomType, `boundary="b"`, `boundary*0=b`, 1), 400),
		kind("MTOM-11 empty", "MTOM-001", strings.Replace(mtomType, `"b"`, `""`, 1), 400),
		kind("MTOM-11 none", "MTOM-001", strings.Replace(mtomType, `boundary="b"; `, ``, 1), 400),
		kind("MTOM-11 blank at the end", "MTOM-001", strings.Replace(mtomType, `"b"`, `"b "`, 1), 400),
		framing("MTOM-12 no final boundary", "MTOM-004", strings.TrimSuffix(store(include, one), "--b--\r\n")),
		framing("MTOM-12 data after the end", "MTOM-010", store(include, one)+"GET / HTTP/1.1\r\n"),
		framing("MTOM-12 hidden second multipart", "MTOM-010", store(include, one)+store(include, one)[:700]),
		framing("MTOM-12 huge preamble", "MTOM-011", strings.Repeat("x", 2000)+"\r\n"+store(include, one)),
		framing("MTOM-12 huge epilogue", "MTOM-011", store(include, one)+strings.Repeat(" ", 2000)),
		framing("MTOM-13 part bomb", "MTOM-011", "--b\r\n\r\n"+strings.Repeat("\r\n--b\r\n\r\n", 200_000)+"--b--"),
		framing("MTOM-13 header bomb", "MTOM-011", "--b\r\n"+strings.Repeat("A: b\r\n", 10_001)+"\r\n"),
		framing("MTOM-13 large header", "MTOM-011", "--b\r\nA: "+strings.Repeat("b", 11<<20)+"\r\n\r\n"),
		framing("MTOM-14 blank before the colon", "MTOM-007", strings.Replace(store(include, one), "Content-ID: <one", "Content-ID : <one", 1)),
		framing("MTOM-14 Content-ID twice", "MTOM-007", strings.Replace(store(include, one), "Content-ID: <one", "Content-ID: <two>\r\nContent-ID: <one", 1)),
		framing("MTOM-14 Content-Type twice", "MTOM-007", strings.Replace(store(include, one), "Content-ID: <one", "Content-Type: text/xml\r\nContent-ID: <one", 1)),
		framing("MTOM-14 CTE twice", "MTOM-007", strings.Replace(store(include, one), "Content-ID: <one", "content-transfer-encoding: base64\r\nContent-ID: <one", 1)),
		framing("MTOM-14 beyond ASCII", "MTOM-007", strings.Replace(store(include, one), "<one@test>", "<oné@test>", 1)),
		sender("MTOM-14 Content-Location instead of an id", "MTOM-021", store(include, wirePart("", "hello", "Content-Location: one@test"))),
		{name: "MTOM-15 quoted-printable", contentType: mtomType, body: store(include, wirePart("one@test", "hello", "Content-Transfer-Encoding: quoted-printable")), status: 415, rule: "MTOM-023"},
		{name: "MTOM-15 uuencode", contentType: mtomType, body: store(include, wirePart("one@test", "hello", "Content-Transfer-Encoding: x-uuencode")), status: 415, rule: "MTOM-024"},
		{name: "MTOM-16 root of text/html", contentType: mtomType, body: strings.Replace(store(include, one), "application/xop+xml", "text/html", 1), status: 415, rule: "MTOM-017"},
		{name: "MTOM-16 start at an attachment", contentType: strings.Replace(mtomType, "root@test", "one@test", 1), body: store(include, one), status: 415, rule: "MTOM-017"},
		{name: "MTOM-17 encoded part", contentType: mtomType, body: store(include, wirePart("one@test", "hello", "Content-Encoding: br")), status: 415, rule: "MTOM-025"},
		{name: "MTOM-18 document too large", contentType: mtomType, body: store(include, wirePart("one@test", strings.Repeat("x", 1<<20+1))), status: 413, rule: "MTOM-040"},
		{name: "MTOM-20 spooled document too large", contentType: mtomType, body: wirePart("one@test", strings.Repeat("x", 1<<20+1)) + store(include), status: 413, rule: "MTOM-040"},
		{name: "SOAP-16 oversized inline", contentType: mtomType, body: store(strings.Repeat("AAAA", 1<<20)), status: 413, rule: "MTOM-040"},
	}
	for _, href := range []string{"http://127.0.0.1:1/", "https://127.0.0.1:1/", "file:///etc/passwd", "mid:x", "one@test", "", "cid:", "//127.0.0.1/x"} {
		id := "MTOM-031"
		cases = append(cases, sender("MTOM-08 "+href, id, store(`<x:Include href="`+href+`"/>`, one)))
	}
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd", "gzip, identity"} {
		c := kind("MTOM-17 "+encoding, "HTTP-004", mtomType, 415)
		c.headers = []string{"Content-Encoding: " + encoding}
		cases = append(cases, c)
	}
	for name, text := range map[string]string{"alphabet": "aGVs_G8=", "URL": "-_-_", "padding inside": "aG=sbG8=", "odd": "aGVsbG8a1", "markup": "aGVs&amp;bG8="} {
		cases = append(cases, sender("MTOM-19 "+name, "MTOM-038", store(text)))
	}
	checkRefused(t, e, cases)
}

// What looks hostile and is right: each message passes, and the bytes are those sent.
func TestRightMTOM(t *testing.T) {
	e := serve(t, nil)
	type doc struct{ id, content string }
	message := func(body string, parts ...string) string {
		return mtom(envelope(headerFor(storeAction), body), parts...)
	}
	hello := doc{"d1", "hello"}
	binary := string([]byte{0, 1, 0x80, 0xFF, '\r', '\n', '\n', '\r'})
	lookAlikes := "x--b\r\n--bX\r\n--b-\r\n\n--b\n -- b--\r\n\r"
	inner := "--c\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n--d\r\n\r\n--d--\r\n--c--\r\n"
	for _, test := range []struct {
		name, contentType, body string
		want                    []doc
	}{
		{"MTOM-01 missing part is for the transaction", "", message(storeBody(includeOf("one@test"))), nil},
		{"MTOM-02 double-encoded names no part", "", message(storeBody(includeOf("one%2540test")), wirePart("one@test", "hello")), []doc{{"-", "hello"}}},
		{"MTOM-02 another case names no part", "", message(storeBody(includeOf("ONE@test")), wirePart("one@test", "hello")), []doc{{"-", "hello"}}},
		{"MTOM-02 plus names no blank", "", message(storeBody(includeOf("one+test")), wirePart("one test", "hello")), []doc{{"-", "hello"}}},
		{"MTOM-04 an unreferenced part is for the transaction", "", message(storeBody(includeOf("one@test")), wirePart("one@test", "hello"), wirePart("two@test", "")), []doc{hello, {"-", ""}}},
		{"MTOM-02 encoded href, as the DMP software sends", "", message(storeBody(includeOf("urn%3Aihe%3A1")), wirePart("urn:ihe:1", "hello")), []doc{hello}},
		{"MTOM-02 encoded on both sides", "", message(storeBody(includeOf("urn%3Aihe%3A1")), wirePart("urn%3Aihe%3A1", "hello")), []doc{hello}},
		{"MTOM-02 plus stays plus", "", message(storeBody(includeOf("a+b")), wirePart("a+b", "hello")), []doc{hello}},
		{"MTOM-02 brackets", "", message(storeBody(includeOf("&lt;one@test&gt;")), wirePart("one@test", "hello")), []doc{hello}},
		{"MTOM-10 nested multipart is opaque", "", message(storeBody(includeOf("one@test")), wirePart("one@test", inner, "Content-Type: multipart/mixed; boundary=c")), []doc{{"d1", inner}}},
		{"MTOM-11 look-alikes of the boundary are data", "", message(storeBody(includeOf("one@test")), wirePart("one@test", lookAlikes)), []doc{{"d1", lookAlikes}}},
		{"MTOM-12 LF only", "", strings.ReplaceAll(message(storeBody(includeOf("one@test")), wirePart("one@test", "hello\n")), "\r\n", "\n"), []doc{{"d1", "hello\n"}}},
		{"MTOM-15 bytes are taken literally under any label", "", message(storeBody(includeOf("one@test")), wirePart("one@test", binary, "Content-Transfer-Encoding: 7bit")), []doc{{"d1", binary}}},
		{"MTOM-15 base64 is decoded", "", message(storeBody(includeOf("one@test")), wirePart("one@test", base64.StdEncoding.EncodeToString([]byte(binary)), "Content-Transfer-Encoding: BASE64")), []doc{{"d1", binary}}},
		{"MTOM-16 no start", strings.Replace(mtomType, `start="<root@test>"; `, "", 1), message(storeBody(includeOf("one@test")), wirePart("one@test", "hello")), []doc{hello}},
		{"MTOM-16 start of WCF", strings.Replace(mtomType, "root@test", "http://tempuri.org/0", 1), strings.Replace(message(storeBody(includeOf("one@test")), wirePart("one@test", "hello")), "root@test", "http://tempuri.org/0", 1), []doc{hello}},
		{"MTOM-18 empty document", "", message(storeBody(includeOf("one@test")), wirePart("one@test", "")), []doc{{"d1", ""}}},
		{"MTOM-19 inline with blanks", "", message(storeBody(" aG\nVs\tbG8= ")), []doc{hello}},
		{"MTOM-19 simple SOAP", simpleType, envelope(headerFor(storeAction), storeBody("aGVsbG8=")), []doc{hello}},
		{"MTOM-20 root last", "", wirePart("one@test", "hello") + wirePart("two@test", binary) + message(storeBody(includeOf("two@test"), includeOf("one@test"))), []doc{{"d2", "hello"}, {"d1", binary}}},
		{"MTOM-20 root in the middle", "", wirePart("one@test", "") + message(storeBody(includeOf("two@test"), includeOf("one@test")), wirePart("two@test", binary)), []doc{{"d2", ""}, {"d1", binary}}},
		{"mixed inline and parts", "", message(storeBody("aGVsbG8=", includeOf("one@test")), wirePart("one@test", binary)), []doc{hello, {"d2", binary}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := e.post(t, or(test.contentType, mtomType), test.body)
			if a.status != 200 {
				t.Fatalf("%d\n%s", a.status, a.body)
			}
			want := `<Stored xmlns="urn:test">`
			for _, d := range test.want {
				want += stored(d.id, d.content)
			}
			if !strings.Contains(a.body, want+`</Stored>`) {
				t.Errorf("no %s in\n%s", want, a.body)
			}
			isMTOM := strings.HasPrefix(a.header.Get("Content-Type"), "multipart/related")
			if isMTOM != (test.contentType != simpleType) {
				t.Errorf("the answer has the type %s", a.header.Get("Content-Type"))
			}
		})
	}
}

// MTOM-21: every answer has a boundary of its own, and a header that strict clients read.
func TestAnswerFraming(t *testing.T) {
	e := serve(t, nil)
	seen := map[string]bool{}
	for range 20 {
		a := e.post(t, mtomType, storeMessage(), "Accept: text/html")
		contentType := a.header.Get("Content-Type")
		rest, ok := strings.CutPrefix(contentType, `multipart/related; type="application/xop+xml"; boundary="`)
		boundary, rest, _ := strings.Cut(rest, `"`)
		if !ok || len(boundary) < 32 || seen[boundary] {
			t.Fatalf("boundary %q of %s", boundary, contentType)
		}
		seen[boundary] = true
		start := strings.TrimSuffix(strings.TrimPrefix(rest, `; start="`), `"; start-info="application/soap+xml"`)
		head := "--" + boundary + "\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: " + start + "\r\n\r\n<env:Envelope "
		if !strings.HasPrefix(a.body, head) || !strings.HasSuffix(a.body, "</env:Envelope>\r\n--"+boundary+"--\r\n") {
			t.Errorf("start %q:\n%s", start, a.body)
		}
		if a.header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
			t.Errorf("Content-Length %q for %d bytes", a.header.Get("Content-Length"), len(a.body))
		}
	}
}

// MTOM-19 and MTOM-20 with contents that must not be held: they go to disk and come back whole.
func TestLongInline(t *testing.T) {
	e := serve(t, nil)
	content := make([]byte, 3<<20)
	rand.Read(content)
	text := base64.StdEncoding.EncodeToString(content)
	var folded strings.Builder
	for i := 0; i < len(text); i += 76 {
		folded.WriteString(text[i:min(i+76, len(text))] + "\r\n")
	}
	want := stored("d1", string(content)) + stored("d2", "hello") + stored("d3", string(content))
	message := envelope(headerFor(storeAction), storeBody(folded.String(), "aGVsbG8=", text))
	for contentType, body := range map[string]string{simpleType: message, mtomType: mtom(message)} {
		a := e.post(t, contentType, body)
		if a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d\n%.1000s", contentType, a.status, a.body)
		}
		chunked := e.send(t, http.MethodPost, contentType, struct{ io.Reader }{strings.NewReader(body)})
		if chunked.status != 200 || !strings.Contains(chunked.body, want) {
			t.Errorf("%s in chunks: %d", contentType, chunked.status)
		}
	}
	for name, body := range map[string]string{
		"not a Document":      strings.ReplaceAll(message, "t:Document", "t:Value"),
		"a comment inside":    strings.Replace(message, text[:40], text[:40]+"<!-- -->", 1),
		"a comment after":     strings.Replace(message, text+"</t:Document>", text+"<!-- --></t:Document>", 1),
		"an element after":    strings.Replace(message, text+"</t:Document>", text+"<z/></t:Document>", 1),
		"cut inside the text": message[:len(message)-(1<<20)],
		"in the header":       envelope(headerFor(storeAction)+`<z:Document xmlns:z="urn:z">`+text+`</z:Document>`, storeBody()),
	} {
		a := e.post(t, simpleType, body)
		codes, rules := a.fault()
		if a.status != 400 || codes != "Sender" {
			t.Errorf("%s: %d %s %q\n%.500s", name, a.status, codes, rules, a.body)
		}
	}
	if a := e.post(t, simpleType, strings.Replace(message, text[len(text)-2000:], strings.Repeat("!", 2000), 1)); a.status != 400 || !strings.Contains(a.body, "MTOM-038") {
		t.Errorf("a wrong character at the end of a long document: %d", a.status)
	}
	// What looks like a Document in a comment, a CDATA section or an attribute is none.
	odd := envelope(headerFor(findAction), `<Find xmlns="urn:test" a='<!-- "'><!-- <Document>`+strings.Repeat("A", 40<<10)+` --><![CDATA[<Document>`+strings.Repeat("A", 300<<10)+`]]></Find>`)
	if a := e.post(t, simpleType, strings.Replace(odd, `'<!-- "'`, `'&lt;!-- "'`, 1)); a.status != 200 {
		t.Errorf("a CDATA section with the look of a Document: %d\n%.500s", a.status, a.body)
	}
}

// MTOM-22: the messages that CXF and Axis2 put on the wire are read rightly. They are of SOAP 1.1 and of the early days of
// attachments, so the rules that refuse those are set to warning.
func TestRealMessages(t *testing.T) {
	dir := sharedData(t, "mtom")
	tolerated := policy(t, rule.Warning, "SOAP-001", "MTOM-026", "MTOM-030", "MTOM-012", "MTOM-023")
	type part struct {
		id, element string
		size        int64
	}
	for _, test := range []struct {
		file, contentType, root string
		parts                   []part
		wrong                   string
	}{
		{"cxf-axis2_mimedata", `multipart/related; type="text/xml"; boundary=MIMEBoundaryurn_uuid_6BC4984D5D38EB283C1177616488109; start="<echo.xml>"`, "echo", []part{{"xfire_logo.jpg", "", 27364}}, ""},
		{"cxf-mimedata", `multipart/related; type="text/xml"; boundary="----=_Part_4_701508.1145579811786"; start="<echo.xml>"`, "echo", []part{{"xfire_logo.jpg", "", 27364}}, ""},
		{"cxf-mimedata2", `multipart/related; type="text/xml"; boundary="----=_Part_4_701508.1145579811786"; start="<echo.xml>"`, "echo", []part{{"xfire_logo.jpg", "", 27364}}, "MTOM-010"},
		{"cxf-swadata", `multipart/related; type="text/xml"; boundary="----=_Part_0_14158819.1167275505862"; start="<86048FF3556694F7DA1918466DDF8143>"`, "echoData", []part{{"02506EC1DE5431C3D3BF8E780FC4A65A", "", 6}}, ""},
		{"cxf-cxf3383.data", `multipart/related; type="application/xop+xml"; boundary="uuid:7a555f51-c9bb-4bd4-9929-706899e2f793"; start="<root.message@cxf.apache.org>"; start-info="text/xml"`, "getHashMapDataResponse", nil, ""},
		{"cxf-cxf3582.data", "", "Detail", []part{{"1a66bb35-67fc-4e89-9f33-48af417bf9fe-1@apache.org", "photo", 0}, {"1a66bb35-67fc-4e89-9f33-48af417bf9fe-2@apache.org", "image", 0}}, ""},
	} {
		t.Run(test.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, test.file))
			if err != nil {
				t.Fatal(err)
			}
			body, contentType := string(data), test.contentType
			if head, rest, ok := strings.Cut(body, "\r\n\r\n"); ok && strings.HasPrefix(head, "POST ") {
				body = rest
				for _, line := range strings.Split(head, "\r\n") {
					if value, ok := strings.CutPrefix(line, "Content-Type: "); ok {
						contentType = value
					}
				}
			}
			report := &rule.Report{Policy: tolerated}
			in := newIncoming(&DefaultLimits, t.TempDir(), strings.NewReader(body), report)
			defer in.close()
			if err := in.receive(contentType, -1); err != nil {
				t.Fatal(err)
			}
			header, root, err := in.skeleton()
			if err != nil || root.Local() != test.root {
				t.Fatalf("the body is %s, %v", root.Local(), err)
			}
			in.collectIncludes(header, root)
			if err := in.check(); err != nil {
				t.Fatal(err)
			}
			got := 0
			for {
				p, err := in.nextPart()
				if err == io.EOF && test.wrong == "" {
					break
				}
				if err != nil {
					if test.wrong == "" || !strings.Contains(err.Error(), test.wrong) {
						t.Fatal(err)
					}
					break
				}
				n, err := io.Copy(io.Discard, p)
				if err != nil {
					t.Fatal(err)
				}
				if test.parts != nil {
					want := test.parts[got]
					if p.ContentID != want.id || p.Element.Local() != want.element || (want.size > 0 && n != want.size) {
						t.Errorf("want %+v", want)
					}
				} else if p.Element.Local() != "entry" || p.Element.AttrValue("", "key") != fmt.Sprintf("%x", got+1) || n != int64(got+1) {
					t.Errorf("the element is %s %s", p.Element.Local(), p.Element.AttrValue("", "key"))
				}
				got++
			}
			if want := len(test.parts); (want > 0 && got != want) || (want == 0 && got != 49) {
				t.Errorf("%d parts", got)
			}
		})
	}
}

// Where a part that nothing names is refused, the xop:Include that most likely meant it is named with it.
func TestDanglingInclude(t *testing.T) {
	e := serve(t, func(c *Config) { c.Rules = policy(t, rule.Error, "MTOM-026") })
	for name, c := range map[string]struct {
		href  string
		parts []string
		found string // of the finding for the Include; empty when there is none
	}{
		"encoded twice":       {"a%2540x", []string{wirePart("a@x", "1")}, "cid:a%2540x"},
		"another case":        {"A@x", []string{wirePart("a@x", "1")}, "cid:A@x"},
		"its part comes last": {"one@test", []string{wirePart("a@x", "1"), wirePart("b@x", "2"), wirePart("one@test", "3")}, ""},
		"too far to look":     {"A@x", []string{wirePart("a@x", strings.Repeat("x", 17<<20))}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := e.post(t, mtomType, mtom(envelope(headerFor(storeAction), storeBody(includeOf(c.href))), c.parts...))
			if codes, _ := a.fault(); a.status != 400 || codes != "Sender" || !strings.Contains(a.body, "part a@x") {
				t.Fatalf("%d %s", a.status, a.body)
			}
			const place = "/s:Envelope/s:Body/t:Store/t:Document/x:Include"
			if told := strings.Contains(a.body, place); told != (c.found != "") || !strings.Contains(a.body, c.found) {
				t.Errorf("%s", a.body)
			}
		})
	}
}
