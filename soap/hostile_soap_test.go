package soap

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// refused is what a hostile message must get.
type refused struct {
	name        string
	contentType string
	body        string
	headers     []string
	status      int
	codes       string
	rule        string
}

// checkRefused sends each message, and a right one afterwards: nothing was served for the first, and the endpoint lives.
func checkRefused(t *testing.T, e *endpoint, cases []refused) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := e.calls()
			a := e.post(t, or(c.contentType, simpleType), c.body, c.headers...)
			codes, rules := a.fault()
			if a.status != c.status || codes != c.codes || (c.rule != "" && !slices.Contains(rules, c.rule)) {
				t.Errorf("answer %d, fault %q, rules %q; want %d, %q, %s\n%.2000s", a.status, codes, rules, c.status, c.codes, c.rule, a.body)
			}
			if e.calls() != before && c.contentType != mtomType {
				t.Error("the transaction was served")
			}
			if a := e.post(t, simpleType, envelope(headerFor(findAction), findBody)); a.status != 200 {
				t.Fatalf("a right message afterwards is answered %d", a.status)
			}
		})
	}
}

// SOAP-01: of the actions of HTTP, of wsa:Action and of the body, only three that agree pass in strict mode; by default
// HTTP is informational and the other two must agree.
func TestActionSpoofing(t *testing.T) {
	third := Transaction{Name: "DROP", Action: "urn:test:Drop", ResponseAction: "urn:test:DropResponse", Body: QName{testSpace, "Drop"}}
	for _, strict := range []bool{true, false} {
		e := serve(t, func(c *Config) {
			if strict {
				c.Rules = policy(t, rule.Error, "WSA-005")
			}
		}, func() Transaction { d := third; d.Serve = new(endpoint).find; return d }())
		actions := []string{storeAction, findAction, third.Action}
		bodies := []string{`<Store xmlns="urn:test"/>`, findBody, `<Drop xmlns="urn:test"/>`}
		for i, inHTTP := range actions {
			for j, inHeader := range actions {
				for k := range bodies {
					a := e.post(t, simpleType+`; action="`+inHTTP+`"`, envelope(headerFor(inHeader), bodies[k]))
					passes := j == k && (i == j || !strict)
					codes, _ := a.fault()
					switch {
					case passes && a.status != 200:
						t.Errorf("strict %v, %d %d %d: refused %d %s", strict, i, j, k, a.status, a.body)
					case !passes && codes != "Sender/InvalidAddressingHeader/ActionMismatch":
						t.Errorf("strict %v, %d %d %d: answered %d, %s", strict, i, j, k, a.status, codes)
					}
				}
			}
		}
	}
}

// SOAP-02: another version is a VersionMismatch; of SOAP 1.1 in the form that its clients can read.
func TestVersionMismatch(t *testing.T) {
	e := serve(t, nil)
	find := envelope(headerFor(findAction), findBody)
	for _, contentType := range []string{simpleType, "text/xml; charset=utf-8"} {
		a := e.post(t, contentType, strings.ReplaceAll(find, EnvelopeNamespace, Envelope11Namespace))
		if a.status != 500 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/xml") {
			t.Errorf("%s: %d %s", contentType, a.status, a.header.Get("Content-Type"))
		}
		for _, want := range []string{`xmlns:env="` + Envelope11Namespace + `"`, `<faultcode>env:VersionMismatch</faultcode>`, `<up:Upgrade xmlns:up="` + EnvelopeNamespace + `"><up:SupportedEnvelope qname="up:Envelope"/>`} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: no %s in\n%s", contentType, want, a.body)
			}
		}
	}
	a := e.post(t, simpleType, strings.ReplaceAll(find, EnvelopeNamespace, "urn:other"))
	if !strings.Contains(a.body, "<env:Value>env:VersionMismatch</env:Value>") || !strings.Contains(a.body, "SupportedEnvelope") || a.status != 500 {
		t.Errorf("unknown version: %d\n%s", a.status, a.body)
	}
	tolerant := serve(t, func(c *Config) { c.Rules = policy(t, rule.Warning, "SOAP-001") })
	a = tolerant.post(t, "text/xml", strings.ReplaceAll(find, EnvelopeNamespace, Envelope11Namespace))
	if a.status != 200 || !strings.Contains(a.body, `<env:Envelope xmlns:env="`+Envelope11Namespace) || !strings.HasPrefix(a.header.Get("Content-Type"), "text/xml") {
		t.Errorf("SOAP 1.1 tolerated: %d\n%s", a.status, a.body)
	}
}

// SOAP-03: what must be understood, for whom, and how it is said.
func TestMustUnderstand(t *testing.T) {
	e := serve(t, nil)
	block := func(attributes string) string {
		return envelope(headerFor(findAction)+`<z:Odd xmlns:z="urn:z" `+attributes+`/>`, findBody)
	}
	role := ` s:role="` + EnvelopeNamespace + `/role/`
	for _, attributes := range []string{`s:mustUnderstand="true"`, `s:mustUnderstand="1"`, `s:mustUnderstand=" true "`, `s:mustUnderstand="true"` + role + `next"`,
		`s:mustUnderstand="true"` + role + `ultimateReceiver"`, `s:mustUnderstand="true" s:role=""`} {
		a := e.post(t, simpleType, block(attributes))
		codes, _ := a.fault()
		if a.status != 500 || codes != "MustUnderstand" || !strings.Contains(a.body, `<env:NotUnderstood qname="nu:Odd" xmlns:nu="urn:z"/>`) {
			t.Errorf("%s: %d %s\n%s", attributes, a.status, codes, a.body)
		}
	}
	first := `<z:First xmlns:z="urn:z" s:mustUnderstand="true"/>` // makes it a MustUnderstand fault
	for block, want := range map[string]string{
		`<Odd s:mustUnderstand="true"/>`:     `<env:NotUnderstood qname="Odd"/>`,
		`<xml:Odd s:mustUnderstand="true"/>`: `<env:NotUnderstood qname="xml:Odd"/>`,
	} {
		a := e.post(t, simpleType, envelope(headerFor(findAction)+first+block, findBody))
		if codes, _ := a.fault(); codes == "" || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d\n%s", block, a.status, a.body)
		}
	}
	for _, attributes := range []string{`s:mustUnderstand="false"`, `s:mustUnderstand="0"`, `mustUnderstand="true"`, `s:mustUnderstand="true"` + role + `none"`, `s:mustUnderstand="true" s:role="urn:other"`, ``} {
		if a := e.post(t, simpleType, block(attributes)); a.status != 200 {
			t.Errorf("%s: %d\n%s", attributes, a.status, a.body)
		}
	}
	a := e.post(t, simpleType, envelope(headerFor(findAction)+unknownBlock+strings.Replace(unknownBlock, "Odd", "Odder", 1), findBody))
	if strings.Count(a.body, "<env:NotUnderstood ") != 2 {
		t.Errorf("two blocks:\n%s", a.body)
	}
}

// SOAP-04 to SOAP-09.
func TestHostileEnvelopes(t *testing.T) {
	e := serve(t, nil)
	right := headerFor(findAction)
	frame := func(content string) string {
		return `<s:Envelope xmlns:s="` + EnvelopeNamespace + `" xmlns:a="` + AddressingNamespace + `">` + content + `</s:Envelope>`
	}
	header, body := `<s:Header>`+right+`</s:Header>`, `<s:Body>`+findBody+`</s:Body>`
	security := `<w:Security xmlns:w="` + SecurityNamespace + `"/>`
	cardinality := "Sender/InvalidAddressingHeader/InvalidCardinality"
	cases := []refused{
		{name: "SOAP-04 two wsse:Security", body: envelope(right+security+security, findBody), status: 400, codes: "Sender/InvalidSecurity", rule: "SOAP-012"},
		{name: "SOAP-05 Body before Header", body: frame(body + header), status: 400, codes: "Sender", rule: "SOAP-004"},
		{name: "SOAP-05 two Bodies", body: frame(header + body + body), status: 400, codes: "Sender", rule: "SOAP-004"},
		{name: "SOAP-05 two Headers", body: frame(header + header + body), status: 400, codes: "Sender", rule: "SOAP-004"},
		{name: "SOAP-05 element after Body", body: frame(header + body + `<z xmlns="urn:z"/>`), status: 400, codes: "Sender", rule: "SOAP-004"},
		{name: "SOAP-05 no Body", body: frame(header), status: 400, codes: "Sender", rule: "SOAP-004"},
		{name: "SOAP-05 two children", body: envelope(right, findBody+findBody), status: 400, codes: "Sender", rule: "SOAP-006"},
		{name: "SOAP-05 empty Body", body: envelope(right, ""), status: 400, codes: "Sender", rule: "SOAP-006"},
		{name: "SOAP-05 envelope in Body", body: envelope(right, envelope(right, findBody)), status: 400, codes: "Sender/InvalidAddressingHeader/ActionMismatch"},
		{name: "SOAP-05 encodingStyle", body: frame(header + `<s:Body s:encodingStyle="http://www.w3.org/2003/05/soap-encoding">` + findBody + `</s:Body>`), status: 400, codes: "Sender", rule: "SOAP-007"},
		{name: "SOAP-05 text in Body", body: envelope(right, "text"+findBody), status: 400, codes: "Sender", rule: "SOAP-005"},
		{name: "SOAP-08 no MessageID", body: envelope(`<a:Action>`+findAction+`</a:Action>`, findBody), status: 400, codes: "Sender/MessageAddressingHeaderRequired", rule: "WSA-006"},
		{name: "SOAP-08 long MessageID", body: envelope(strings.Replace(right, "urn:uuid:", "urn:uuid:"+strings.Repeat("x", 1<<19), 1), findBody), status: 400, codes: "Sender/InvalidAddressingHeader", rule: "WSA-016"},
		{name: "SOAP-08 MessageID of 1 MiB", body: envelope(strings.Replace(right, "urn:uuid:", "urn:uuid:"+strings.Repeat("x", 1<<20), 1), findBody), status: 400, codes: "Sender", rule: "XML-006"},
		{name: "SOAP-09 header of 5 MiB", body: envelope(right+strings.Repeat(`<z xmlns="urn:z">`+strings.Repeat("x", 1000)+`</z>`, 5000), findBody), status: 400, codes: "Sender", rule: "XML-007"},
		{name: "SOAP-09 many HTTP headers", body: envelope(right, findBody), headers: many("X: y", 300), status: 431, rule: "HTTP-006"},
		{name: "SOAP-09 large HTTP header", body: envelope(right, findBody), headers: []string{"X: " + strings.Repeat("y", 70<<10)}, status: 431},
	}
	for _, local := range []string{"Action", "MessageID", "To", "ReplyTo", "FaultTo"} {
		block := `<a:` + local + `><a:Address>` + AnonymousAddress + `</a:Address></a:` + local + `>`
		if local == "Action" || local == "MessageID" || local == "To" {
			block = `<a:` + local + `>urn:x</a:` + local + `>`
		}
		twice := block + block
		if strings.Contains(right, "<a:"+local) {
			twice = block
		}
		cases = append(cases, refused{name: "SOAP-04 two " + local, body: envelope(right+twice, findBody), status: 400, codes: cardinality, rule: "WSA-002"})
	}
	// SOAP-06: no address is ever contacted, whatever its form.
	canary, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer canary.Close()
	contacted := make(chan struct{}, 1)
	go func() {
		if conn, err := canary.Accept(); err == nil {
			conn.Close()
			contacted <- struct{}{}
		}
	}()
	for _, address := range []string{"http://" + canary.Addr().String() + "/", "http://169.254.169.254/", "file:///etc/passwd", "ldap://x/", ""} {
		for _, local := range []string{"ReplyTo", "FaultTo"} {
			header := strings.Replace(right, `<a:ReplyTo><a:Address>`+AnonymousAddress+`</a:Address></a:ReplyTo>`, "", 1)
			cases = append(cases, refused{name: "SOAP-06 " + local + " " + address, status: 400, codes: "Sender/InvalidAddressingHeader/OnlyAnonymousAddressSupported", rule: "WSA-007",
				body: envelope(header+`<a:`+local+`><a:Address>`+address+`</a:Address></a:`+local+`>`, findBody)})
		}
	}
	checkRefused(t, e, cases)
	url := "http://" + canary.Addr().String() + "/"
	a := e.post(t, simpleType, envelope(right+`<a:From><a:Address>`+url+`</a:Address></a:From><a:RelatesTo>`+url+`</a:RelatesTo><a:To>`+url+`</a:To>`, findBody))
	if a.status != 200 {
		t.Errorf("From, RelatesTo and To of another host: %d\n%s", a.status, a.body)
	}
	select {
	case <-contacted:
		t.Error("the server connected to an address of the message")
	default:
	}
}

// A reply that nobody wants is not sent, but the request is served.
func TestReplyToNone(t *testing.T) {
	e := serve(t, nil)
	a := e.post(t, simpleType, envelope(strings.Replace(headerFor(findAction), AnonymousAddress, NoneAddress, 1), findBody))
	if a.status != 202 || a.body != "" || e.calls() != 1 {
		t.Errorf("%d, served %d times: %q", a.status, e.calls(), a.body)
	}
}

// SOAP-07: a wsa:To is compared where addresses are configured, and never used to route.
func TestTo(t *testing.T) {
	e := serve(t, func(c *Config) {
		c.Endpoints = []string{"http://here/test"}
		c.Rules = policy(t, rule.Error, "WSA-012", "WSA-013")
	})
	for to, status := range map[string]int{"http://here/test": 200, AnonymousAddress: 200, "http://elsewhere/test": 400, "": 400, "/test": 400, "not an address": 400} {
		if a := e.post(t, simpleType, envelope(headerFor(findAction)+`<a:To>`+to+`</a:To>`, findBody)); a.status != status {
			t.Errorf("To %q: %d, want %d", to, a.status, status)
		}
	}
}

// SOAP-08 and SOAP-14: whatever is echoed is escaped, in answers and in faults; every fault is valid SOAP.
func TestEchoes(t *testing.T) {
	e := serve(t, func(c *Config) {
		c.Rules = policy(t, rule.Warning, "WSA-017")
		c.Language = "fr"
	})
	nasty := "urn:x:<i>&\"']]>&#13;\n\r\n–é"
	escaped := string(appendText(nil, nasty))
	a := e.post(t, simpleType, envelope(strings.Replace(headerFor(findAction), "urn:uuid:5e2a8d3e-0000-4000-8000-000000000001", escaped, 1), findBody))
	if a.status != 200 || relatesTo(t, a.body) != nasty {
		t.Errorf("RelatesTo %q", relatesTo(t, a.body))
	}
	faults := []string{}
	for _, c := range ruleCases() {
		if c.status != 500 && c.codes == "" {
			continue
		}
		fe := serve(t, func(cfg *Config) {
			cfg.Rules = policy(t, rule.Error, c.rule)
			if c.change != nil {
				c.change(cfg)
			}
		})
		a := fe.post(t, c.contentType, c.body, c.headers...)
		text := a.body
		if strings.HasPrefix(a.header.Get("Content-Type"), "multipart/related") {
			_, text, _ = strings.Cut(text, "\r\n\r\n")
			text, _, _ = strings.Cut(text, "\r\n--")
		}
		if strings.Contains(text, EnvelopeNamespace) && !strings.Contains(text, Envelope11Namespace+`"`) {
			faults = append(faults, text)
		}
	}
	a = e.post(t, simpleType, envelope(headerFor("urn:"+escaped), findBody))
	faults = append(faults, a.body)
	validate(t, faults)
}

func relatesTo(t *testing.T, body string) string {
	doc, err := xmltree.Parse([]byte(body), xmltree.DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Root().Child(EnvelopeNamespace, "Header").Child(AddressingNamespace, "RelatesTo").Text()
}

// validate holds envelopes against the schema of SOAP 1.2.
func validate(t *testing.T, envelopes []string) {
	t.Helper()
	schema := filepath.Join(sharedData(t, "xsd/soap"), "soap-1.2-envelope.xsd")
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is missing: run make deps")
		}
		t.Skip("xmllint is missing: run make deps")
	}
	text, err := os.ReadFile(schema)
	if err != nil {
		t.Fatal(err)
	}
	xmlSchema, err := os.ReadFile(filepath.Join(sharedData(t, "xsd/ebrs"), "xml.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	// The schema imports the one of the xml namespace, by an address or by its name: a copy beside it stands in.
	dir := t.TempDir()
	for name, content := range map[string]string{"soap.xsd": strings.Replace(string(text), "http://www.w3.org/2001/xml.xsd", "xml.xsd", 1), "xml.xsd": string(xmlSchema)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"--noout", "--nonet", "--schema", filepath.Join(dir, "soap.xsd")}
	for i, one := range envelopes {
		file := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
		if err := os.WriteFile(file, []byte(one), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(xmllint, args...).CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%.4000s", err, out)
	}
	t.Logf("%d faults validated", len(envelopes))
}

// SOAP-10: a request with two readings is answered 400 and the connection ends; its tail is never a request.
func TestSmuggling(t *testing.T) {
	e := serve(t, nil)
	find := envelope(headerFor(findAction), findBody)
	start := "POST /test HTTP/1.1\r\nHost: x\r\nContent-Type: " + simpleType + "\r\n"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(find))
	tail := "GET /second HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, request := range map[string]string{
		"two lengths":           start + length + "Content-Length: 3\r\n\r\n" + find + tail,
		"identity beside":       start + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + tail,
		"unknown coding":        start + "Transfer-Encoding: gzip\r\n\r\n" + find + tail,
		"blank before colon":    start + "Content-Length : 3\r\n\r\n" + find + tail,
		"two hosts":             "POST /test HTTP/1.1\r\nHost: x\r\nHost: y\r\n" + length + "\r\n" + find + tail,
		"negative chunk":        start + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n" + tail,
		"overflowing chunk":     start + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n" + tail,
		"long chunk extension":  start + "Transfer-Encoding: chunked\r\n\r\n5;" + strings.Repeat("x", 1<<20) + "\r\nhello\r\n0\r\n\r\n" + tail,
		"chunk of another size": start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello, world\r\n0\r\n\r\n" + tail,
	} {
		answer := e.raw(t, request)
		first, _, _ := strings.Cut(answer, "\r\n")
		if !strings.HasPrefix(first, "HTTP/1.1 400") && !strings.HasPrefix(first, "HTTP/1.1 501") {
			t.Errorf("%s: %q", name, first)
		}
		if strings.Count(answer, "HTTP/1.1 ") > 1 {
			t.Errorf("%s: the tail was answered too:\n%s", name, answer)
		}
	}
	if e.calls() != 0 {
		t.Errorf("%d requests were served", e.calls())
	}
	// MTOM-18: a body shorter than announced.
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/test"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%sContent-Length: 1000\r\n\r\n%s", start, find[:100])
	conn.(*net.TCPConn).CloseWrite()
	text, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 400") || !strings.Contains(string(text), "[HTTP-008]") {
		t.Errorf("a short body: %q, %v", text, err)
	}
}

// SOAP-11: methods and paths.
func TestMethods(t *testing.T) {
	e := serve(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace, "ODD"} {
		a := e.send(t, method, simpleType, strings.NewReader(""))
		if a.status != 405 || a.header.Get("Allow") != "POST" {
			t.Errorf("%s: %d, Allow %q", method, a.status, a.header.Get("Allow"))
		}
	}
}

// SOAP-13: silence and slowness end a request; those who wait get their turn.
func TestSlowClients(t *testing.T) {
	e := serve(t, func(c *Config) {
		c.Limits.IdleTimeout = 300 * time.Millisecond
		c.Limits.MinRateAfter = 500 * time.Millisecond
		c.Limits.HeaderTimeout = 300 * time.Millisecond
	})
	address := strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/test")
	head := "POST /test HTTP/1.1\r\nHost: x\r\nContent-Type: " + simpleType + "\r\nContent-Length: 100000\r\n\r\n"
	for name, write := range map[string]func(net.Conn){
		"silence": func(conn net.Conn) { io.WriteString(conn, head+"<") },
		"a trickle": func(conn net.Conn) {
			io.WriteString(conn, head)
			for range 50 {
				if _, err := io.WriteString(conn, "<"); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(20 * time.Second))
			done := make(chan struct{})
			go func() { defer close(done); write(conn) }()
			text, _ := io.ReadAll(conn) // a reset after the answer is as good as an end
			if !strings.HasPrefix(string(text), "HTTP/1.1 408") || !strings.Contains(string(text), "[HTTP-007]") {
				t.Errorf("answer %q", text)
			}
			<-done
		})
	}
	t.Run("silence in the header", func(t *testing.T) {
		if text := e.raw(t, "POST /test HTTP/1.1\r\nHost"); text != "" && !strings.HasPrefix(text, "HTTP/1.1 4") {
			t.Errorf("answer %q", text)
		}
	})
	if a := e.post(t, simpleType, envelope(headerFor(findAction), findBody)); a.status != 200 {
		t.Errorf("a right message afterwards: %d", a.status)
	}
}

// SOAP-13: a client that asks for much and takes nothing is let go.
func TestNeverReads(t *testing.T) {
	e := serve(t, func(c *Config) { c.Limits.WriteTimeout = 300 * time.Millisecond }, Transaction{
		Name: "MUCH", Action: "urn:test:Much", ResponseAction: "urn:test:MuchResponse", Body: QName{testSpace, "Much"}, MTOM: true,
		Serve: func(context.Context, *Request) (*Response, error) {
			const size = 1 << 30
			return &Response{Body: Bytes("<a/>"), Attachments: []Attachment{{ContentID: "a", Size: size,
				Open: func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(&pattern{}, size)), nil }}}}, nil
		}})
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/test"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := mtom(envelope(headerFor("urn:test:Much"), `<Much xmlns="urn:test"/>`))
	fmt.Fprintf(conn, "POST /test HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", mtomType, len(body), body)
	deadline := time.Now().Add(15 * time.Second)
	for len(e.infos()) == 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if len(e.infos()) != 1 {
		t.Error("the answer is still under way")
	}
}

// What can be refused before the body is refused without asking for it.
func TestExpectContinue(t *testing.T) {
	e := serve(t, nil)
	for head, status := range map[string]string{
		"Content-Type: application/json\r\nContent-Length: 5000\r\n":                             "HTTP/1.1 415",
		"Content-Type: " + simpleType + "\r\nContent-Length: 99999999999\r\n":                    "HTTP/1.1 413",
		"Content-Type: " + simpleType + "\r\nContent-Encoding: gzip\r\nContent-Length: 5000\r\n": "HTTP/1.1 415",
	} {
		answer := e.raw(t, "POST /test HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"+head+"\r\n")
		if !strings.HasPrefix(answer, status) {
			t.Errorf("%q is answered %.100q", head, answer)
		}
	}
	find := envelope(headerFor(findAction), findBody)
	answer := e.raw(t, fmt.Sprintf("POST /test HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", simpleType, len(find), find))
	if !strings.HasPrefix(answer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200") {
		t.Errorf("a right message is answered %.100q", answer)
	}
	// HTTP/1.0 clients get what they understand.
	answer = e.raw(t, fmt.Sprintf("POST /test HTTP/1.0\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", simpleType, len(find), find))
	if !strings.HasPrefix(answer, "HTTP/1.0 200") || strings.Contains(answer, "chunked") {
		t.Errorf("HTTP/1.0 is answered %.300q", answer)
	}
}

// A configuration may let the body name the transaction, where it can.
func TestDispatchByBody(t *testing.T) {
	e := serve(t, func(c *Config) { c.Rules = policy(t, rule.Warning, "WSA-001", "WSA-003", "WSA-006") },
		Transaction{Name: "A", Action: "urn:test:A", Body: QName{testSpace, "Same"}, Serve: new(endpoint).find},
		Transaction{Name: "B", Action: "urn:test:B", Body: QName{testSpace, "Same"}, Serve: new(endpoint).find})
	for name, c := range map[string]struct {
		message string
		status  int
	}{
		"no action":         {envelope("", findBody), 200},
		"no header":         {strings.Replace(envelope("", findBody), "<s:Header></s:Header>", "", 1), 200},
		"another action":    {envelope(headerFor("urn:test:Other"), findBody), 200},
		"no such body":      {envelope("", `<Other xmlns="urn:test"/>`), 400},
		"two could be it":   {envelope("", `<Same xmlns="urn:test"/>`), 400},
		"the action is one": {envelope(headerFor("urn:test:B"), `<Same xmlns="urn:test"/>`), 200},
	} {
		if a := e.post(t, simpleType, c.message); a.status != c.status {
			t.Errorf("%s: %d\n%s", name, a.status, a.body)
		}
	}
}
