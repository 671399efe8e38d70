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
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"liasse/internal/rule"
)

// held is an attachment whose content is in memory.
func held(id, content string) Attachment {
	return Attachment{ContentID: id, ContentType: "text/plain", Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// mirror answers every document of a request as an attachment.
func mirror() Transaction {
	return Transaction{Name: "MIRROR", Action: "urn:test:Mirror", ResponseAction: "urn:test:MirrorResponse", Body: QName{testSpace, "Mirror"}, MTOM: true,
		Serve: func(_ context.Context, req *Request) (*Response, error) {
			var body bytes.Buffer
			body.WriteString(`<Mirrored xmlns="urn:test" xmlns:x="` + IncludeNamespace + `">`)
			response := &Response{}
			for {
				part, err := req.NextPart()
				if err == io.EOF {
					break
				}
				if err != nil {
					return nil, err
				}
				content, err := io.ReadAll(part)
				if err != nil {
					return nil, err
				}
				a := held("re:"+part.ContentID, string(content))
				if part.ContentType == "text/unsized" {
					a.Size = -1
				}
				response.Attachments = append(response.Attachments, a)
				body.WriteString(`<Document id="` + part.Element.AttrValue("", "id") + `"><x:Include href="` + Href(a.ContentID) + `"/></Document>`)
			}
			body.WriteString(`</Mirrored>`)
			response.Body = Bytes(body.Bytes())
			return response, nil
		}}
}

func TestClient(t *testing.T) {
	e := serve(t, nil, mirror())
	client := &Client{SpoolDir: t.TempDir()}
	t.Run("simple", func(t *testing.T) {
		reply, err := client.Call(t.Context(), e.url, Message{Action: findAction, MessageID: "urn:me:<1>", Body: Bytes(findBody)})
		if err != nil {
			t.Fatal(err)
		}
		defer reply.Close()
		if reply.Body.Text() != "all" || reply.MTOM || reply.Header.Action != findAction+"Response" || reply.Header.RelatesTo != "urn:me:<1>" || len(reply.Report.Findings) > 0 {
			t.Errorf("%s %+v %v", reply.Body.Raw(), reply.Header, reply.Report.Findings)
		}
		if _, err := reply.NextPart(); err != io.EOF {
			t.Errorf("a part of a simple answer: %v", err)
		}
	})
	for _, sized := range []bool{true, false} {
		t.Run(fmt.Sprintf("MTOM, sized %v", sized), func(t *testing.T) {
			contents := []string{"hello", "", strings.Repeat("x\r\n--b", 100000)}
			m := Message{Action: "urn:test:Mirror", MTOM: true}
			var body bytes.Buffer
			body.WriteString(`<Mirror xmlns="urn:test" xmlns:x="` + IncludeNamespace + `">`)
			for i, content := range contents {
				a := held(fmt.Sprintf("part %d%%@test", i), content)
				if !sized {
					a.Size, a.ContentType = -1, "text/unsized"
				}
				m.Attachments = append(m.Attachments, a)
				fmt.Fprintf(&body, `<Document id="%d"><x:Include href="%s"/></Document>`, i, Href(a.ContentID))
			}
			body.WriteString(`</Mirror>`)
			m.Body = Bytes(body.Bytes())
			reply, err := client.Call(t.Context(), e.url, m)
			if err != nil {
				t.Fatal(err)
			}
			defer reply.Close()
			if !reply.MTOM || len(reply.Report.Findings) > 0 || (reply.HTTPHeader.Get("Content-Length") != "") != sized {
				t.Errorf("MTOM %v, %v, length %q", reply.MTOM, reply.Report.Findings, reply.HTTPHeader.Get("Content-Length"))
			}
			for i, content := range contents {
				part, err := reply.NextPart()
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(part)
				if err != nil || string(got) != content || part.Element.AttrValue("", "id") != fmt.Sprint(i) {
					t.Errorf("part %d is %d bytes for the element %s, %v", i, len(got), part.Element.AttrValue("", "id"), err)
				}
			}
			if _, err := reply.NextPart(); err != io.EOF {
				t.Errorf("after the last part: %v", err)
			}
		})
	}
}

// A fault comes back as it was meant: codes, reason, and every finding with its place.
func TestClientReadsFaults(t *testing.T) {
	e := serve(t, nil)
	client := &Client{}
	for _, mtom := range []bool{false, true} {
		reply, err := client.Call(t.Context(), e.url, Message{Action: "urn:test:Other", Body: Bytes(findBody), MTOM: mtom})
		var fault *ReceivedFault
		if !errors.As(err, &fault) || reply == nil || reply.Fault != fault || reply.MTOM != mtom {
			t.Fatalf("got %v", err)
		}
		reply.Close()
		if fault.Code != Sender || len(fault.Subcodes) != 1 || fault.Subcodes[0] != (QName{AddressingNamespace, "ActionNotSupported"}) || fault.Status != 400 {
			t.Errorf("%+v", fault)
		}
		if len(fault.Findings) != 1 || fault.Findings[0].Rule != "WSA-003" || fault.Findings[0].Severity != "error" || fault.Findings[0].Line != 1 || fault.Findings[0].Column == 0 ||
			!strings.Contains(fault.Findings[0].XPath, "Header") || !strings.HasPrefix(fault.Findings[0].Sentence, "[WSA-003] ") || fault.Reason != fault.Findings[0].Sentence {
			t.Errorf("%+v", fault.Findings)
		}
		if !strings.Contains(fault.Detail, `<wsa:ProblemAction xmlns:wsa="`+AddressingNamespace+`"><wsa:Action>urn:test:Other</wsa:Action></wsa:ProblemAction>`) {
			t.Errorf("detail %s", fault.Detail)
		}
	}
	// Several findings in one fault, and the header that is the problem.
	_, err := client.Post(t.Context(), e.url, simpleType, strings.NewReader(envelope(`<odd/>`, findBody)), -1)
	var fault *ReceivedFault
	if !errors.As(err, &fault) || !strings.Contains(fault.Reason, "Findings that refuse the message: 3.") {
		t.Fatalf("got %v", err)
	}
	_, err = client.Post(t.Context(), e.url, simpleType, strings.NewReader(envelope("", findBody)), -1)
	if !errors.As(err, &fault) || !strings.Contains(fault.Detail, `<wsa:ProblemHeaderQName xmlns:wsa="`+AddressingNamespace+`">wsa:Action</wsa:ProblemHeaderQName>`) {
		t.Fatalf("got %v", err)
	}
}

func TestClientReadsOthers(t *testing.T) {
	var current atomic.Value
	set := func(answer func(w http.ResponseWriter)) { current.Store(answer) }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		current.Load().(func(http.ResponseWriter))(w)
	}))
	defer server.Close()
	client := &Client{Timeout: 500 * time.Millisecond, Limits: Limits{Request: 1 << 20}}
	call := func() (*Reply, error) {
		return client.Call(t.Context(), server.URL, Message{Action: findAction, Body: Bytes(findBody)})
	}
	t.Run("SOAP 1.1 fault", func(t *testing.T) {
		set(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/xml")
			w.WriteHeader(500)
			io.WriteString(w, `<s:Envelope xmlns:s="`+Envelope11Namespace+`"><s:Body><s:Fault><faultcode>s:Client.Odd</faultcode><faultstring> no </faultstring><detail><x/></detail></s:Fault></s:Body></s:Envelope>`)
		})
		var fault *ReceivedFault
		if _, err := call(); !errors.As(err, &fault) || fault.Code != Sender || fault.Reason != "no" || fault.Detail != "<detail><x/></detail>" || fault.Status != 500 {
			t.Errorf("%+v, %v", fault, err)
		}
	})
	t.Run("busy", func(t *testing.T) {
		set(func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "7")
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(503)
			io.WriteString(w, "later\nnot now")
		})
		var status *StatusError
		if _, err := call(); !errors.As(err, &status) || status.Status != 503 || status.RetryAfter != 7*time.Second || status.Text != "later" {
			t.Errorf("%+v, %v", status, err)
		}
	})
	t.Run("a page", func(t *testing.T) {
		set(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "<html>")
		})
		var status *StatusError
		if _, err := call(); !errors.As(err, &status) || status.Status != 200 || status.Text != "" {
			t.Errorf("%+v, %v", status, err)
		}
	})
	t.Run("accepted", func(t *testing.T) {
		set(func(w http.ResponseWriter) { w.WriteHeader(202) })
		reply, err := call()
		if err != nil || reply.Status != 202 || !reply.Body.IsZero() {
			t.Fatalf("%+v, %v", reply, err)
		}
		reply.Close()
	})
	t.Run("too large", func(t *testing.T) {
		set(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", simpleType)
			io.WriteString(w, envelope("", "<a>"+strings.Repeat(" ", 2<<20)+"</a>"))
		})
		if _, err := call(); !errors.Is(err, errReplyTooLarge) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("cut", func(t *testing.T) {
		set(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", mtomType)
			io.WriteString(w, strings.TrimSuffix(mtom(envelope("", "<a/>")), "--b--\r\n"))
		})
		reply, err := call()
		if err == nil {
			_, err = reply.NextPart()
			reply.Close()
		}
		if err == nil || err == io.EOF {
			t.Errorf("got %v", err)
		}
	})
	t.Run("silent", func(t *testing.T) {
		gate := make(chan struct{})
		defer close(gate)
		set(func(http.ResponseWriter) { <-gate })
		if _, err := call(); !errors.Is(err, errNoProgress) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an attachment that fails", func(t *testing.T) {
		set(func(http.ResponseWriter) {})
		gone := errors.New("the disk is gone")
		m := Message{Action: storeAction, MTOM: true, Body: Bytes(storeBody()), Attachments: []Attachment{{ContentID: "a", Size: 3, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.ErrReader(gone)), nil
		}}}}
		if _, err := client.Call(t.Context(), server.URL, m); !errors.Is(err, gone) {
			t.Errorf("got %v", err)
		}
		m.Attachments[0].Open = held("a", "ab").Open
		if _, err := client.Call(t.Context(), server.URL, m); err == nil {
			t.Error("an attachment shorter than announced was sent")
		}
		m.MTOM = false
		if _, err := client.Call(t.Context(), server.URL, m); err == nil {
			t.Error("an attachment went out without MTOM")
		}
	})
}

// What Serve returns: its own faults travel as they are, everything else tells nothing but the request's id.
func TestServeErrors(t *testing.T) {
	var outcome func() (*Response, error)
	odd := Transaction{Name: "ODD", Action: "urn:test:Odd", ResponseAction: "urn:test:OddResponse", Body: QName{testSpace, "Odd"},
		Serve: func(context.Context, *Request) (*Response, error) { return outcome() }}
	e := serve(t, nil, odd)
	call := func() answer {
		return e.post(t, simpleType, envelope(headerFor("urn:test:Odd"), `<Odd xmlns="urn:test"/>`))
	}
	outcome = func() (*Response, error) {
		return nil, fmt.Errorf("refusing: %w", &Fault{Subcodes: []QName{{"urn:z", "Odd"}}, Reason: "because <so>", Detail: []byte(`<z xmlns="urn:z"/>`), Findings: rule.Findings{{Rule: ruleAction, Severity: rule.Error}}})
	}
	a := call()
	if codes, rules := a.fault(); a.status != 400 || codes != "Sender/Odd" || len(rules) != 1 || !strings.Contains(a.body, "because &lt;so&gt;") || !strings.Contains(a.body, `<env:Detail><z xmlns="urn:z"/><l:Finding `) {
		t.Errorf("a fault of its own: %d\n%s", a.status, a.body)
	}
	outcome = func() (*Response, error) {
		return nil, &Fault{Code: Receiver, Reason: "full", Status: 503, RetryAfter: 1500 * time.Millisecond}
	}
	if a = call(); a.status != 503 || a.header.Get("Retry-After") != "2" {
		t.Errorf("busy: %d, %v", a.status, a.header)
	}
	for name, one := range map[string]func() (*Response, error){
		"error":        func() (*Response, error) { return nil, errors.New("secret: table patients") },
		"panic":        func() (*Response, error) { panic("secret: nil map") },
		"nothing":      func() (*Response, error) { return nil, nil },
		"failing body": func() (*Response, error) { return &Response{Body: failing{}}, nil },
		"odd attachments": func() (*Response, error) {
			return &Response{Body: Bytes("<a/>"), Attachments: []Attachment{held("a", "b")}}, nil
		},
	} {
		outcome = one
		a := call()
		codes, _ := a.fault()
		if a.status != 500 || codes != "Receiver" || strings.Contains(a.body, "secret") || strings.Contains(a.body, ".go") {
			t.Errorf("%s: %d\n%s", name, a.status, a.body)
			continue
		}
		_, rest, _ := strings.Cut(a.body, "[OPS-001] The server could not process the request, through no fault of the message (")
		id := rest[:16]
		if _, err := hex.DecodeString(id); err != nil || !strings.Contains(e.logged(), id) {
			t.Errorf("%s: the id %q is not in the log", name, id)
		}
	}
	if a = e.post(t, simpleType, envelope(headerFor(findAction), findBody)); a.status != 200 {
		t.Errorf("afterwards: %d", a.status)
	}
}

type failing struct{}

func (failing) WriteTo(w io.Writer) (int64, error) {
	io.WriteString(w, "<half")
	return 5, errors.New("secret: the rows ended")
}

// A long answer has no announced length; one that fails after it began breaks the connection.
func TestLongAnswers(t *testing.T) {
	long := strings.Repeat("x", 3<<20)
	var body io.WriterTo
	var attachments []Attachment
	odd := Transaction{Name: "ODD", Action: "urn:test:Odd", ResponseAction: "urn:test:OddResponse", Body: QName{testSpace, "Odd"}, MTOM: true,
		Serve: func(context.Context, *Request) (*Response, error) {
			return &Response{Body: body, Attachments: attachments}, nil
		}}
	e := serve(t, nil, odd)
	client := &Client{}
	call := func(mtom bool) (*Reply, error) {
		return client.Call(t.Context(), e.url, Message{Action: "urn:test:Odd", Body: Bytes(`<Odd xmlns="urn:test"/>`), MTOM: mtom})
	}
	body = pieces{"<a>", long, "</a>"}
	for _, mtom := range []bool{true, false} {
		reply, err := call(mtom)
		if err != nil || reply.Body.Text() != long {
			t.Fatalf("MTOM %v: %v", mtom, err)
		}
		reply.Close()
	}
	body = io.WriterTo(brokenAfter(long))
	if reply, err := call(false); err == nil {
		reply.Close()
		t.Error("half an answer was taken for a whole one")
	}
	body, attachments = Bytes(`<a/>`), []Attachment{held("a", "hello"), {ContentID: "b", Size: 10, Open: held("b", "short").Open}}
	reply, err := call(true)
	if err != nil {
		return // broken off before the envelope was sent
	}
	defer reply.Close()
	for err == nil {
		var part *Part
		if part, err = reply.NextPart(); err == nil {
			_, err = io.Copy(io.Discard, part)
		}
	}
	if err == io.EOF {
		t.Error("an attachment shorter than announced was taken for a whole one")
	}
}

type pieces []string

func (p pieces) WriteTo(w io.Writer) (total int64, err error) {
	for _, one := range p {
		n, err := io.WriteString(w, one)
		if total += int64(n); err != nil {
			return total, err
		}
	}
	return total, nil
}

type brokenAfter string

func (b brokenAfter) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, string(b))
	if err != nil {
		return int64(n), err
	}
	return int64(n), errors.New("the rows ended")
}

// Past the bounds a request waits for its turn, and past those of the queue it is told to come again.
func TestAdmission(t *testing.T) {
	gate, entered := make(chan struct{}), make(chan struct{}, 10)
	slow := Transaction{Name: "SLOW", Action: "urn:test:Slow", ResponseAction: "urn:test:SlowResponse", Body: QName{testSpace, "Slow"},
		Serve: func(ctx context.Context, _ *Request) (*Response, error) {
			entered <- struct{}{}
			select {
			case <-gate:
			case <-ctx.Done():
			}
			return &Response{Body: Bytes("<a/>")}, nil
		}}
	e := serve(t, func(c *Config) { c.Limits.Concurrent, c.Limits.Queued = 2, 1 }, slow)
	message := envelope(headerFor("urn:test:Slow"), `<Slow xmlns="urn:test"/>`)
	answers := make(chan answer, 10)
	for range 2 {
		go func() { answers <- e.post(t, simpleType, message) }()
		<-entered
	}
	go func() { answers <- e.post(t, simpleType, message) }()
	// One of the two that come now has the place in the queue, the other none.
	go func() { answers <- e.post(t, simpleType, message) }()
	a := <-answers
	if a.status != 503 || a.header.Get("Retry-After") == "" || !strings.HasPrefix(a.body, "[OPS-002] ") {
		t.Errorf("the fourth: %d, %v %s", a.status, a.header, a.body)
	}
	close(gate)
	for range 3 {
		if a := <-answers; a.status != 200 {
			t.Errorf("one that had its turn: %d", a.status)
		}
	}
	limits := Limits{Concurrent: 10, PerClient: 1, Queued: 5, QueueWait: 50 * time.Millisecond}.settled()
	admit := &admission{limits: &limits}
	if !admit.enter(t.Context(), "a") || admit.enter(t.Context(), "a") || !admit.enter(t.Context(), "b") || !admit.enter(t.Context(), "") {
		t.Error("one client has more than its share, or takes that of others")
	}
	admit.leave("a")
	if !admit.enter(t.Context(), "a") || len(admit.queue) != 0 {
		t.Error("a place that was left is not given again")
	}
}

// A big part goes through in both directions without being held: see TestMemory for the bound.
func TestStreaming(t *testing.T) {
	e := serve(t, nil)
	const size = 8 << 20
	sum := sha256.New()
	io.CopyN(sum, &pattern{}, size)
	m := Message{Action: storeAction, MTOM: true, Body: Bytes(storeBody(includeOf("one@test"))), Attachments: []Attachment{{ContentID: "one@test", Size: size,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(&pattern{}, size)), nil }}}}
	reply, err := (&Client{}).Call(t.Context(), e.url, m)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Close()
	if got := reply.Body.FirstElement().AttrValue("", "sha256"); got != hex.EncodeToString(sum.Sum(nil)) {
		t.Errorf("digest %s", got)
	}
}

// pattern is an endless content that costs nothing to make.
type pattern struct{ n byte }

func (p *pattern) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = p.n
		p.n += 7
	}
	return len(b), nil
}

// A client that goes away leaves nothing behind.
func TestClientGoesAway(t *testing.T) {
	e := serve(t, nil)
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/test"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /test HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 10000000\r\n\r\n%s", mtomType, wirePart("one@test", strings.Repeat("x", 1<<20)))
	conn.Close()
	deadline := time.Now().Add(10 * time.Second)
	for len(e.infos()) == 0 && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	if infos := e.infos(); len(infos) != 1 || infos[0].Status != 400 {
		t.Errorf("%+v", infos)
	}
}
