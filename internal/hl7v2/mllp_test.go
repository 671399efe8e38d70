package hl7v2

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

func TestReader(t *testing.T) {
	long := strings.Repeat("x", 9000)
	for _, c := range []struct {
		name, wire string
		want       []string
		err        error
	}{
		{"nothing", "", nil, io.EOF},
		{"one", "\x0Ba\x1C\r", []string{"a"}, io.EOF},
		{"two", "\x0Ba\x1C\r\x0Bb\x1C\r", []string{"a", "b"}, io.EOF},
		{"line ends between", "\x0Ba\x1C\r\r\n\x0Bb\x1C\r\n", []string{"a", "b"}, io.EOF},
		{"an empty one", "\x0B\x1C\r", []string{""}, io.EOF},
		{"a long one", "\x0B" + long + "\x1C\r", []string{long}, io.EOF},
		{"one over the limit", "\x0B" + long + "xx\x1C\r", nil, ErrTooLong},
		{"no start", "a\x1C\r", nil, ErrFraming},
		{"no carriage return", "\x0Ba\x1Cb", nil, ErrFraming},
		{"no end", "\x0Ba", nil, io.ErrUnexpectedEOF},
		{"an end without its return", "\x0Ba\x1C", nil, io.ErrUnexpectedEOF},
		{"a start alone", "\x0B", nil, io.ErrUnexpectedEOF},
	} {
		for _, in := range []io.Reader{strings.NewReader(c.wire), iotest.OneByteReader(strings.NewReader(c.wire))} {
			r := NewReader(in, 9001)
			var got []string
			var err error
			for err == nil {
				var m []byte
				if m, err = r.ReadMessage(); err == nil {
					got = append(got, string(m))
				}
			}
			if !errors.Is(err, c.err) || strings.Join(got, ",") != strings.Join(c.want, ",") {
				t.Errorf("%s: %d messages, %v", c.name, len(got), err)
			}
		}
	}
}

func TestWriterAndReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		messages := rapid.SliceOf(rapid.SliceOf(rapid.ByteRange(0x20, 0xFF))).Draw(t, "messages")
		var wire bytes.Buffer
		for _, m := range messages {
			if err := WriteMessage(&wire, m); err != nil {
				t.Fatal(err)
			}
		}
		r := NewReader(&wire, 1<<20)
		for _, m := range messages {
			if got, err := r.ReadMessage(); err != nil || !bytes.Equal(got, m) {
				t.Fatalf("%q, %v", got, err)
			}
		}
	})
}

// started runs a server that answers "ok:" and the message, and gives its address and how to end it.
func started(t *testing.T, change func(*Server)) (address string, end func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		Answer:     func(_ context.Context, m []byte) []byte { return append([]byte("ok:"), m...) },
		MaxMessage: 1000, MaxConnections: 2, Idle: 10 * time.Second, Transfer: 10 * time.Second,
	}
	if change != nil {
		change(s)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	end = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), end
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestServer(t *testing.T) {
	address, end := started(t, nil)
	conn := dial(t, address)
	in := NewReader(conn, 2000)
	for _, m := range []string{"one", "two"} {
		if err := WriteMessage(conn, []byte(m)); err != nil {
			t.Fatal(err)
		}
		if got, err := in.ReadMessage(); err != nil || string(got) != "ok:"+m {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.ReadMessage(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("the listener is still open")
	}
}

func TestServerEndsConnections(t *testing.T) {
	for _, c := range []struct {
		name, wire string
		change     func(*Server)
		says       string
	}{
		{"no MLLP", "GET / HTTP/1.1\r\n", nil, "no MLLP"},
		{"a long message", "\x0B" + strings.Repeat("x", 5000), nil, "longer"},
		{"one that stops in a message", "\x0Bx", func(s *Server) { s.Transfer = 50 * time.Millisecond }, "reading a message"},
		{"one that says nothing", "", func(s *Server) { s.Idle = 50 * time.Millisecond }, "waiting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := make(chan error, 1)
			address, _ := started(t, func(s *Server) {
				s.OnError = func(_ net.Addr, err error) { said <- err }
				if c.change != nil {
					c.change(s)
				}
			})
			conn := dial(t, address)
			if _, err := io.WriteString(conn, c.wire); err != nil {
				t.Fatal(err)
			}
			if err := <-said; !strings.Contains(err.Error(), c.says) {
				t.Error(err)
			}
			if _, err := conn.Read(make([]byte, 1)); err == nil {
				t.Error("the connection is still open")
			}
		})
	}
}

func TestServerBoundsConnections(t *testing.T) {
	said := make(chan error, 1)
	address, _ := started(t, func(s *Server) {
		s.MaxConnections = 1
		s.OnError = func(_ net.Addr, err error) { said <- err }
	})
	first := dial(t, address)
	if err := WriteMessage(first, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReader(first, 100).ReadMessage(); err != nil {
		t.Fatal(err)
	}
	second := dial(t, address)
	if err := <-said; !strings.Contains(err.Error(), "1 connections") {
		t.Error(err)
	}
	if _, err := second.Read(make([]byte, 1)); err == nil {
		t.Error("the second connection was served")
	}
}

// TestServerFinishes ends the server while a message is being answered.
func TestServerFinishes(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	address, end := started(t, func(s *Server) {
		s.Answer = func(ctx context.Context, _ []byte) []byte {
			close(entered)
			<-leave
			if ctx.Err() != nil {
				return []byte("cancelled")
			}
			return []byte("done")
		}
	})
	conn := dial(t, address)
	if err := WriteMessage(conn, []byte("x")); err != nil {
		t.Fatal(err)
	}
	<-entered
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	close(leave)
	if got, err := NewReader(conn, 100).ReadMessage(); err != nil || string(got) != "done" {
		t.Errorf("%q, %v", got, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServerWithoutAnswer(t *testing.T) {
	heard := make(chan string, 2)
	address, _ := started(t, func(s *Server) {
		s.Answer = func(_ context.Context, m []byte) []byte { heard <- string(m); return nil }
	})
	conn := dial(t, address)
	for _, m := range []string{"a", "b"} {
		if err := WriteMessage(conn, []byte(m)); err != nil {
			t.Fatal(err)
		}
		if got := <-heard; got != m {
			t.Errorf("%q", got)
		}
	}
}
