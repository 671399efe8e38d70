package soap

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// After requests of every kind, right and hostile, no goroutine is left over.
func TestNoLeak(t *testing.T) {
	e := serve(t, func(c *Config) { c.Limits.IdleTimeout = 200 * time.Millisecond })
	e.post(t, mtomType, storeMessage())
	http.DefaultClient.CloseIdleConnections()
	baseline := runtime.NumGoroutine()
	var clients sync.WaitGroup
	for _, body := range []string{storeMessage(), storeMessage()[:200], wirePart("one@test", strings.Repeat("x", 1<<20)) + storeMessage(), "", "--b\r\n"} {
		clients.Go(func() {
			for range 10 {
				e.post(t, mtomType, body)
			}
		})
	}
	clients.Wait()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > baseline+2 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > baseline+2 {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before\n%s", n, baseline, buf[:runtime.Stack(buf, true)])
	}
}

// Documents of 256 MiB, as a part, as a part before the root and inline, go in and out while the heap stays small.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const size = 256 << 20
	var sum string
	{
		hash := sha256.New()
		io.CopyN(hash, &pattern{}, size)
		sum = hex.EncodeToString(hash.Sum(nil))
	}
	big := Transaction{Name: "BIG", Action: "urn:test:Big", ResponseAction: "urn:test:BigResponse", Body: QName{testSpace, "Big"}, MTOM: true,
		Serve: func(context.Context, *Request) (*Response, error) {
			return &Response{Body: Bytes(`<Big xmlns="urn:test"><Document><x:Include xmlns:x="` + IncludeNamespace + `" href="cid:big"/></Document></Big>`),
				Attachments: []Attachment{{ContentID: "big", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(&pattern{}, size)), nil }}}}, nil
		}}
	e := serve(t, nil, big)
	content := func() io.Reader { return io.LimitReader(&pattern{}, size) }
	head, tail, _ := strings.Cut(mtom(envelope(headerFor(storeAction), storeBody(includeOf("one@test"))), wirePart("one@test", "@@")), "@@")
	inlineHead, inlineTail, _ := strings.Cut(envelope(headerFor(storeAction), storeBody("@@")), "@@")
	encoded := func() io.Reader {
		r, w := io.Pipe()
		go func() {
			encoder := base64.NewEncoder(base64.StdEncoding, w)
			_, err := io.Copy(encoder, content())
			encoder.Close()
			w.CloseWithError(err)
		}()
		return r
	}
	early, earlyTail, _ := strings.Cut(wirePart("one@test", "@@"), "@@")
	for name, send := range map[string]struct {
		contentType string
		body        io.Reader
	}{
		"part":             {mtomType, io.MultiReader(strings.NewReader(head), content(), strings.NewReader(tail))},
		"part before root": {mtomType, io.MultiReader(strings.NewReader(early), content(), strings.NewReader(earlyTail+mtom(envelope(headerFor(storeAction), storeBody(includeOf("one@test"))))))},
		"inline":           {simpleType, io.MultiReader(strings.NewReader(inlineHead), encoded(), strings.NewReader(inlineTail))},
	} {
		t.Run(name, func(t *testing.T) {
			peak := watchHeap(t)
			a := e.send(t, http.MethodPost, send.contentType, send.body)
			if a.status != 200 || !strings.Contains(a.body, sum) {
				t.Errorf("%d\n%.500s", a.status, a.body)
			}
			peak()
		})
	}
	t.Run("answer", func(t *testing.T) {
		peak := watchHeap(t)
		reply, err := (&Client{}).Call(t.Context(), e.url, Message{Action: big.Action, MTOM: true, Body: Bytes(`<Big xmlns="urn:test"/>`)})
		if err != nil {
			t.Fatal(err)
		}
		defer reply.Close()
		part, err := reply.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, part); err != nil || hex.EncodeToString(hash.Sum(nil)) != sum {
			t.Errorf("another content, %v", err)
		}
		peak()
	})
}

// watchHeap looks at the heap until the function that it gives is called, which refuses growth beyond 16 MiB.
func watchHeap(t *testing.T) func() {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), now.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() {
		close(stop)
		<-done
		growth := int64(most.Load()) - int64(before.HeapInuse)
		t.Logf("the heap grew by %d KiB", growth>>10)
		if growth > 16<<20 {
			t.Errorf("the heap grew by %d MiB", growth>>20)
		}
	}
}

// lotMessage is what ITI-41 looks like: an envelope of 24 KB and two parts of 30 KB.
func lotMessage() string {
	var slots strings.Builder
	for i := range 160 {
		fmt.Fprintf(&slots, `<t:Slot name="creationTime%d"><t:ValueList><t:Value>2026110316150%d</t:Value><t:Value>Centre hospitalier</t:Value></t:ValueList></t:Slot>`, i, i%10)
	}
	body := strings.Replace(storeBody(includeOf("one@test"), includeOf("two@test")), "</t:Store>", slots.String()+"</t:Store>", 1)
	document := strings.Repeat("<entry>thirty kilobytes of a clinical document</entry>\n", 560)
	return mtom(envelope(headerFor(storeAction), body), wirePart("one@test", document), wirePart("two@test", document))
}

// discardTransaction reads the parts and throws them away.
var discardTransaction = Transaction{Name: "STORE", Action: storeAction, ResponseAction: storeAction + "Response", Body: QName{testSpace, "Store"}, MTOM: true,
	Serve: func(_ context.Context, req *Request) (*Response, error) {
		for {
			part, err := req.NextPart()
			if err == io.EOF {
				return &Response{Body: Bytes(`<Stored xmlns="urn:test"/>`)}, nil
			}
			if err != nil {
				return nil, err
			}
			if _, err := io.Copy(io.Discard, part); err != nil {
				return nil, err
			}
		}
	}}

// sink is a ResponseWriter that costs nothing.
type sink struct {
	header http.Header
	status int
	size   int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(p []byte) (int, error) { s.size += len(p); return len(p), nil }

func BenchmarkHandlerMTOM(b *testing.B) {
	message := lotMessage()
	handler := NewHandler(Config{SpoolDir: b.TempDir()}, discardTransaction)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/test", strings.NewReader(message))
		r.Header.Set("Content-Type", mtomType)
		w := &sink{header: http.Header{}}
		handler.ServeHTTP(w, r)
		if w.status != 200 {
			b.Fatal(w.status)
		}
	}
}

func BenchmarkHandlerSimple(b *testing.B) {
	message := envelope(headerFor(findAction), findBody)
	e := &endpoint{}
	handler := NewHandler(Config{SpoolDir: b.TempDir()}, Transaction{Name: "FIND", Action: findAction, Body: QName{testSpace, "Find"}, Serve: e.find})
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/test", strings.NewReader(message))
		r.Header.Set("Content-Type", simpleType)
		w := &sink{header: http.Header{}}
		handler.ServeHTTP(w, r)
		if w.status != 200 {
			b.Fatal(w.status)
		}
	}
}

// What a request to the null handler costs, to be taken off the figures above.
func BenchmarkNull(b *testing.B) {
	message := lotMessage()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/test", strings.NewReader(message))
		io.Copy(io.Discard, r.Body)
	}
}

// FuzzEnvelope has the handler read whatever comes as an envelope: it answers, and what it answers can be read.
func FuzzEnvelope(f *testing.F) {
	for _, c := range ruleCases() {
		if c.contentType == simpleType && len(c.body) < 4096 {
			f.Add([]byte(c.body))
		}
	}
	fuzzHandler(f, simpleType)
}

// FuzzMessage does the same with multipart bodies.
func FuzzMessage(f *testing.F) {
	for _, c := range ruleCases() {
		if c.contentType == mtomType && len(c.body) < 4096 {
			f.Add([]byte(c.body))
		}
	}
	fuzzHandler(f, mtomType)
}

func fuzzHandler(f *testing.F, contentType string) {
	e := &endpoint{}
	handler := NewHandler(Config{SpoolDir: f.TempDir()},
		Transaction{Name: "STORE", Action: storeAction, ResponseAction: storeAction + "Response", Body: QName{testSpace, "Store"}, MTOM: true, Serve: e.store},
		Transaction{Name: "FIND", Action: findAction, ResponseAction: findAction + "Response", Body: QName{testSpace, "Find"}, Serve: e.find})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/test", bytes.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			if w.Code < 400 || w.Code >= 500 {
				t.Fatalf("answered %d", w.Code)
			}
			return
		}
		a := answer{w.Code, w.Header(), w.Body.String()}
		codes, rules := a.fault()
		if (w.Code == 200) != (codes == "") || strings.HasPrefix(codes, "Receiver") || (codes != "" && len(rules) == 0) {
			t.Fatalf("answered %d, %q, %q\n%s", w.Code, codes, rules, w.Body.String())
		}
	})
}
