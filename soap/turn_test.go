package soap

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// crowd is a server whose admission the test can look into, and the slow connections to it.
type crowd struct {
	endpoint
	handler *handler
	address string
	conns   []net.Conn
}

func newCrowd(t *testing.T, limits Limits) *crowd {
	t.Helper()
	c := &crowd{}
	c.handler = NewHandler(Config{Limits: limits, SpoolDir: t.TempDir()},
		Transaction{Name: "STORE", Action: storeAction, ResponseAction: storeAction + "Response", Body: QName{testSpace, "Store"}, MTOM: true, Serve: c.store},
		Transaction{Name: "FIND", Action: findAction, ResponseAction: findAction + "Response", Body: QName{testSpace, "Find"}, Serve: c.find}).(*handler)
	server := httptest.NewServer(c.handler)
	c.url, c.address = server.URL+"/test", server.Listener.Addr().String()
	t.Cleanup(func() {
		for _, conn := range c.conns {
			conn.Close()
		}
		c.settle(t, "everything was given back", func(a *admission) bool {
			return a.running == 0 && a.open == 0 && a.slow == 0 && a.roots == 0 && len(a.queue) == 0 && len(a.addresses) == 0 && len(a.clients) == 0
		})
		server.Close()
	})
	return c
}

// settle waits until the admission is as it should be.
func (c *crowd) settle(t *testing.T, what string, is func(*admission) bool) {
	t.Helper()
	a := &c.handler.admission
	deadline := time.Now().Add(10 * time.Second)
	for {
		a.mu.Lock()
		there, state := is(a), fmt.Sprintf("%d at work, %d open, %d slow, %d bytes, %d in the queue", a.running, a.open, a.slow, a.roots, len(a.queue))
		a.mu.Unlock()
		if there {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s: %s", what, state)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// begin opens a connection and sends the beginning of a message that is said to be long.
func (c *crowd) begin(t *testing.T, contentType, body string) net.Conn {
	t.Helper()
	return c.open(t, contentType, body, 4000000)
}

func (c *crowd) open(t *testing.T, contentType, body string, length int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", c.address)
	if err != nil {
		t.Fatal(err)
	}
	c.conns = append(c.conns, conn)
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := fmt.Fprintf(conn, "POST /test HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", contentType, length, body); err != nil {
		t.Fatal(err)
	}
	return conn
}

// good has a client that sends its messages at once be answered, and soon.
func (c *crowd) good(t *testing.T) {
	t.Helper()
	for range 5 {
		began := time.Now()
		if a := c.post(t, simpleType, envelope(headerFor(findAction), findBody)); a.status != 200 {
			t.Fatalf("a query: %d\n%s", a.status, a.body)
		}
		if a := c.post(t, mtomType, storeMessage()); a.status != 200 {
			t.Fatalf("a lot: %d\n%s", a.status, a.body)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("two messages took %s", took)
		}
	}
}

// unfinished are the beginnings of messages that stop where nothing has been read yet, in the envelope, before its end in
// MTOM, in an early part, and in an attachment, when the transaction is at work already.
func unfinished() map[string][2]string {
	lot := storeMessage()
	return map[string][2]string{
		"nothing":       {simpleType, ""},
		"the envelope":  {simpleType, "<"},
		"the root part": {mtomType, lot[:len(rootHead)+100]},
		"an early part": {mtomType, wirePart("one@test", "hello")},
		"an attachment": {mtomType, lot[:strings.Index(lot, "hello")+2]},
	}
}

// SOAP-13: clients that stop sending cost the others nothing, wherever in their message they stop.
func TestStalledSenders(t *testing.T) {
	baseline := runtime.NumGoroutine()
	for name, message := range unfinished() {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, Limits{Concurrent: 4, Queued: 4, PerAddress: 1000})
			for range 220 {
				c.begin(t, message[0], message[1])
			}
			c.good(t)
			c.settle(t, "all are slow and none is at work", func(a *admission) bool { return a.slow == 220 && a.running == 0 })
			c.good(t)
		})
	}
	http.DefaultClient.CloseIdleConnections()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > baseline+2 && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > baseline+2 {
		t.Errorf("%d goroutines, %d before", n, baseline)
	}
}

// So do clients that send a byte now and then, never silent for long.
func TestDrippingSenders(t *testing.T) {
	for _, name := range []string{"the envelope", "an attachment"} {
		t.Run(name, func(t *testing.T) {
			message := unfinished()[name]
			c := newCrowd(t, Limits{Concurrent: 4, Queued: 4, PerAddress: 1000})
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{}, 100)
			for range cap(ended) {
				conn := c.begin(t, message[0], message[1])
				go func() {
					defer func() { ended <- struct{}{} }()
					for ctx.Err() == nil {
						if _, err := io.WriteString(conn, " "); err != nil {
							return
						}
						time.Sleep(20 * time.Millisecond)
					}
				}()
			}
			defer func() {
				stop()
				for range cap(ended) {
					<-ended
				}
			}()
			c.good(t)
			c.settle(t, "all are slow", func(a *admission) bool { return a.slow == cap(ended) })
			c.good(t)
		})
	}
}

// Each bound refuses what is beyond it with 503 and Retry-After, and the others go on.
func TestSlowBounds(t *testing.T) {
	long := envelope(headerFor(findAction), findBody)[:200] + strings.Repeat(" ", 700<<10)
	for name, c := range map[string]struct {
		limits Limits
		body   string
		length int
		room   int
		is     func(*admission) bool
	}{
		"an address":    {Limits{PerAddress: 3}, "<", 9, 3, func(a *admission) bool { return a.slow == 3 }},
		"slow senders":  {Limits{PerAddress: 9, Slow: 2}, "<", 9, 2, func(a *admission) bool { return a.slow == 2 }},
		"open requests": {Limits{Concurrent: 1, Queued: 1, Open: 2}, "<", 9, 2, func(a *admission) bool { return a.open == 2 }},
		"envelopes":     {Limits{Root: 1 << 20, Roots: 1 << 20}, long, len(long), 1, func(a *admission) bool { return a.roots > 512<<10 }},
	} {
		t.Run(name, func(t *testing.T) {
			server := newCrowd(t, c.limits)
			for range c.room {
				server.begin(t, simpleType, c.body)
			}
			server.settle(t, "there is no more room", c.is)
			for range 2 {
				conn := server.open(t, simpleType, c.body, c.length)
				response, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(response.Body)
				if err != nil {
					t.Fatal(err)
				}
				if response.StatusCode != 503 || response.Header.Get("Retry-After") == "" || !strings.HasPrefix(string(text), "[OPS-002] ") || response.Close != (name != "envelopes") {
					t.Errorf("%d, %v, %q", response.StatusCode, response.Header, text)
				}
			}
			server.settle(t, "the others are there", c.is)
			if name != "open requests" {
				server.good(t)
			}
		})
	}
}

// A sender that pauses and then goes on is answered, and counts as slow no longer once it has caught up.
func TestPausingSender(t *testing.T) {
	lot := storeMessage()
	at := strings.Index(lot, "hello") + 2
	content := strings.Repeat("x", 4000000-len(lot))
	c := newCrowd(t, Limits{Concurrent: 1, Queued: 1, PerAddress: 1})
	conn := c.begin(t, mtomType, lot[:at])
	c.settle(t, "it is slow", func(a *admission) bool { return a.slow == 1 && a.running == 0 })
	c.good(t)
	if _, err := io.WriteString(conn, content[:2000000]); err != nil {
		t.Fatal(err)
	}
	// Silent now, but not for long; what it sent weighs more than its pauses, so it is slow only while it is silent.
	c.settle(t, "it is silent again", func(a *admission) bool { return a.slow == 1 && a.running == 0 })
	if _, err := io.WriteString(conn, content[2000000:]+lot[at:]); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 || !strings.Contains(string(text), stored("d1", "he"+content+"llo")) {
		t.Errorf("%d %s, %v", response.StatusCode, text, err)
	}
}

// Who gave its place back takes it again before those that have not begun, and not beyond the bound.
func TestResume(t *testing.T) {
	limits := Limits{Concurrent: 1, Queued: 5}.settled()
	a := &admission{limits: &limits}
	if !a.enter(t.Context(), "") {
		t.Fatal("an empty server has no place")
	}
	order := make(chan string, 2)
	wait := func(name string, come func(context.Context, string) bool) {
		go func() {
			if come(t.Context(), "") {
				order <- name
				a.leave("")
			}
		}()
	}
	queued := func(n int) {
		for {
			a.mu.Lock()
			there := len(a.queue) == n
			a.mu.Unlock()
			if there {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
	wait("new", a.enter)
	queued(1)
	wait("resumed", a.resume)
	queued(2)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if a.resume(gone, "") {
		t.Error("a place is given beyond the bound")
	}
	a.leave("")
	if first, second := <-order, <-order; first != "resumed" || second != "new" {
		t.Errorf("%s came before %s", first, second)
	}
}

func TestAddressOf(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7", "[::ffff:192.0.2.7]:1": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:99": "2001:db8:1:2::/64",
		"[2001:db8:1:2::1]:7": "2001:db8:1:2::/64", "[::1]:5": "::/64", "@": "@",
	} {
		if got := addressOf(remote); got != want {
			t.Errorf("%s: %s", remote, got)
		}
	}
}
