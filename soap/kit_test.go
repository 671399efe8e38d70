package soap

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/rule"
)

// The two transactions of the tests: one in MTOM that reads everything it is sent, one in simple SOAP.
const (
	storeAction = "urn:test:Store"
	findAction  = "urn:test:Find"
	testSpace   = "urn:test"
)

// endpoint is a handler behind a real listener.
type endpoint struct {
	url string
	mu  sync.Mutex
	// seen are the requests that ended, in order.
	seen []RequestInfo
	// served counts the calls of Serve.
	served int
	log    bytes.Buffer
}

func (e *endpoint) infos() []RequestInfo {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]RequestInfo(nil), e.seen...)
}

func (e *endpoint) calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.served
}

func (e *endpoint) logged() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.String()
}

// Write takes the log.
func (e *endpoint) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(p)
}

// serve starts an endpoint; change may alter its configuration.
func serve(t testing.TB, change func(*Config), more ...Transaction) *endpoint {
	t.Helper()
	e := &endpoint{}
	spool := t.TempDir()
	cfg := Config{SpoolDir: spool, Log: zerolog.New(e).Level(zerolog.WarnLevel), OnRequest: func(info RequestInfo) {
		e.mu.Lock()
		e.seen = append(e.seen, info)
		e.mu.Unlock()
	}}
	if change != nil {
		change(&cfg)
	}
	txs := append([]Transaction{
		{Name: "STORE", Action: storeAction, ResponseAction: storeAction + "Response", Body: QName{testSpace, "Store"}, MTOM: true, Serve: e.store},
		{Name: "FIND", Action: findAction, ResponseAction: findAction + "Response", Body: QName{testSpace, "Find"}, Serve: e.find},
	}, more...)
	server := &http.Server{Handler: NewHandler(cfg, txs...)}
	cfg.Limits.Apply(server)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
		left, err := os.ReadDir(spool)
		if err != nil || len(left) > 0 {
			t.Errorf("the spool folder holds %d files after the test, %v", len(left), err)
		}
	})
	e.url = "http://" + listener.Addr().String() + "/test"
	return e
}

// store reads every document of the request and answers, for each, its element's id, its size and its digest.
func (e *endpoint) store(_ context.Context, req *Request) (*Response, error) {
	e.mu.Lock()
	e.served++
	e.mu.Unlock()
	var out bytes.Buffer
	out.WriteString(`<Stored xmlns="urn:test">`)
	line := func(id string, r io.Reader) error {
		hash := sha256.New()
		n, err := io.Copy(hash, r)
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, `<Document id="%s" size="%d" sha256="%s"/>`, id, n, hex.EncodeToString(hash.Sum(nil)))
		return nil
	}
	for doc := range req.Body.Children(testSpace, "Document") {
		r, inline, err := req.Inline(doc)
		if err == nil && inline {
			err = line(doc.AttrValue("", "id"), r)
		}
		if err != nil {
			return nil, err
		}
	}
	for {
		part, err := req.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		id := "-"
		if !part.Element.IsZero() {
			id = part.Element.AttrValue("", "id")
		}
		if err := line(id, part); err != nil {
			return nil, err
		}
	}
	out.WriteString(`</Stored>`)
	return &Response{Body: Bytes(out.Bytes())}, nil
}

func (e *endpoint) find(_ context.Context, req *Request) (*Response, error) {
	e.mu.Lock()
	e.served++
	e.mu.Unlock()
	return &Response{Body: Bytes(`<Found xmlns="urn:test">` + string(appendText(nil, req.Body.Text())) + `</Found>`)}, nil
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// fault gives the codes of the fault, joined, and the ids of the rules in its Detail.
func (a answer) fault() (codes string, rules []string) {
	in := newIncoming(&DefaultLimits, "", strings.NewReader(a.body), &rule.Report{Policy: replyPolicy})
	defer in.close()
	if in.receive(a.header.Get("Content-Type"), -1) != nil {
		// An answer by HTTP names its rule in brackets.
		if open, closing := strings.Index(a.body, "["), strings.Index(a.body, "]"); open == 0 && closing > 0 {
			return "", []string{a.body[1:closing]}
		}
		return "", nil
	}
	_, body, err := in.skeleton()
	if err != nil || body.Local() != "Fault" {
		return "", nil
	}
	f := readFault(body, in.version, a.status)
	codes = string(f.Code)
	for _, sub := range f.Subcodes {
		codes += "/" + sub.Local
	}
	for _, one := range f.Findings {
		if one.Severity == "error" {
			rules = append(rules, one.Rule)
		}
	}
	return codes, rules
}

// post sends a body with its type and further headers, "Name: value".
func (e *endpoint) post(t testing.TB, contentType, body string, headers ...string) answer {
	t.Helper()
	return e.send(t, http.MethodPost, contentType, strings.NewReader(body), headers...)
}

func (e *endpoint) send(t testing.TB, method, contentType string, body io.Reader, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequest(method, e.url, body)
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Add(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}, Timeout: 30 * time.Second}
	response, err := client.Do(request)
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

// raw sends bytes over a connection and gives all that comes back until it is closed.
func (e *endpoint) raw(t testing.TB, request string) string {
	t.Helper()
	address := strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/test")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Logf("writing: %v", err) // the server may have closed already, its answer tells
	}
	text, err := io.ReadAll(conn)
	if err != nil && len(text) == 0 {
		t.Logf("reading: %v", err)
	}
	return string(text)
}

const (
	simpleType = `application/soap+xml; charset=UTF-8`
	mtomType   = `multipart/related; type="application/xop+xml"; boundary="b"; start="<root@test>"; start-info="application/soap+xml"`
	rootHead   = "--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <root@test>\r\n\r\n"
)

// headerFor gives the header blocks of a right request.
func headerFor(action string) string {
	return `<a:Action s:mustUnderstand="true">` + action + `</a:Action><a:MessageID>urn:uuid:5e2a8d3e-0000-4000-8000-000000000001</a:MessageID>` +
		`<a:ReplyTo><a:Address>` + AnonymousAddress + `</a:Address></a:ReplyTo>`
}

// envelope makes an envelope of header blocks and the content of Body.
func envelope(header, body string) string {
	return `<s:Envelope xmlns:s="` + EnvelopeNamespace + `" xmlns:a="` + AddressingNamespace + `"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

const findBody = `<Find xmlns="urn:test">all</Find>`

// storeBody makes a Store element of Document elements, each given by its content.
func storeBody(documents ...string) string {
	var b strings.Builder
	b.WriteString(`<t:Store xmlns:t="urn:test" xmlns:x="` + IncludeNamespace + `">`)
	for i, d := range documents {
		fmt.Fprintf(&b, `<t:Document id="d%d">%s</t:Document>`, i+1, d)
	}
	return b.String() + `</t:Store>`
}

func includeOf(cid string) string { return `<x:Include href="cid:` + cid + `"/>` }

// wirePart makes a MIME part.
func wirePart(id, content string, headers ...string) string {
	b := "--b\r\n"
	if len(headers) == 0 {
		headers = []string{"Content-Type: application/octet-stream", "Content-Transfer-Encoding: binary"}
	}
	for _, h := range headers {
		b += h + "\r\n"
	}
	if id != "" {
		b += "Content-ID: <" + id + ">\r\n"
	}
	return b + "\r\n" + content + "\r\n"
}

// mtom makes a multipart body of an envelope and further parts.
func mtom(envelope string, parts ...string) string {
	return rootHead + envelope + "\r\n" + strings.Join(parts, "") + "--b--\r\n"
}

// storeMessage is a right Store request with one attachment.
func storeMessage() string {
	return mtom(envelope(headerFor(storeAction), storeBody(includeOf("one@test"))), wirePart("one@test", "hello"))
}

// stored is the line of the answer for one document.
func stored(id, content string) string {
	return fmt.Sprintf(`<Document id="%s" size="%d" sha256="%x"/>`, id, len(content), sha256.Sum256([]byte(content)))
}

// policy makes a policy that sets the rules given to a severity.
func policy(t testing.TB, severity rule.Severity, ids ...string) *rule.Policy {
	t.Helper()
	severities := map[string]rule.Severity{}
	for _, id := range ids {
		severities[id] = severity
	}
	p, err := rule.NewPolicy(severities)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sharedData(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the working directory")
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("../shared/data/%s is absent", name)
	}
	return path
}
