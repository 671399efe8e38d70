package hl7v2

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// Server answers messages that come over MLLP. Each connection carries one message at a time.
type Server struct {
	// Answer gives the answer to a message, nil for none. It is called from one goroutine for each connection.
	Answer func(ctx context.Context, message []byte) []byte
	// MaxMessage bounds a message in bytes; MaxConnections bounds the connections open at once: one more is closed as it
	// comes.
	MaxMessage, MaxConnections int
	// Idle is how long a connection may wait for its next message, Transfer how long a message or an answer may take on
	// the wire.
	Idle, Transfer time.Duration
	// OnError, when not nil, is told why a connection ended early.
	OnError func(remote net.Addr, err error)
}

// Serve accepts connections until ctx ends, then lets the message under way on each be answered, closes everything and
// returns nil; the listener is closed in any case. Another error is that of the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var connections sync.WaitGroup
	defer connections.Wait()
	stop := context.AfterFunc(ctx, func() { l.Close() }) // Accept reports it
	defer stop()
	defer l.Close() // a second Close tells nothing new
	slots := make(chan struct{}, s.MaxConnections)
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if passing(err) {
				s.tell(l.Addr(), err)
				select {
				case <-ctx.Done():
				case <-time.After(acceptPause):
				}
				continue
			}
			return fmt.Errorf("accepting a connection: %w", err)
		}
		select {
		case slots <- struct{}{}:
		default:
			s.tell(conn.RemoteAddr(), fmt.Errorf("refused: %d connections are open already", s.MaxConnections))
			conn.Close() // nothing was written
			continue
		}
		connections.Go(func() {
			defer func() { <-slots }()
			if err := s.serve(ctx, conn); err != nil {
				s.tell(conn.RemoteAddr(), err)
			}
		})
	}
}

// acceptPause is how long the server waits when the system cannot give it a connection now.
const acceptPause = 50 * time.Millisecond

// passing tells errors of Accept that are about one connection or a shortage, not about the listener.
func passing(err error) bool {
	return errors.Is(err, syscall.ECONNABORTED) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

func (s *Server) tell(remote net.Addr, err error) {
	if s.OnError != nil {
		s.OnError(remote, err)
	}
}

// serve answers one connection until it ends, or ctx does between two messages.
func (s *Server) serve(ctx context.Context, conn net.Conn) error {
	defer conn.Close()
	// The end of ctx wakes a connection that waits; one that works has set a deadline of its own and goes on.
	var mu sync.Mutex
	waiting := true
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if waiting {
			conn.SetReadDeadline(time.Now()) // an error means that it is closed already
		}
	})
	defer stop()
	wait := func(yes bool, d time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		waiting = yes
		if yes && ctx.Err() != nil {
			return ctx.Err()
		}
		return conn.SetDeadline(time.Now().Add(d))
	}
	in := NewReader(conn, s.MaxMessage)
	answering := context.WithValue(context.WithoutCancel(ctx), remoteKey{}, conn.RemoteAddr())
	for {
		if err := wait(true, s.Idle); err != nil {
			return nilAtEnd(ctx, err)
		}
		if err := in.Wait(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return nilAtEnd(ctx, fmt.Errorf("waiting for a message: %w", err))
		}
		if err := wait(false, s.Transfer); err != nil {
			return fmt.Errorf("setting a deadline: %w", err)
		}
		message, err := in.ReadMessage()
		if err != nil {
			return fmt.Errorf("reading a message: %w", err)
		}
		answer := s.Answer(answering, message)
		if answer == nil {
			continue
		}
		if err := conn.SetWriteDeadline(time.Now().Add(s.Transfer)); err != nil {
			return fmt.Errorf("setting a deadline: %w", err)
		}
		if err := WriteMessage(conn, answer); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
}

// nilAtEnd takes away the error of a connection that ended because the server does.
func nilAtEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

type remoteKey struct{}

// RemoteAddr gives the network address that the message of this context came from, nil outside of Answer.
func RemoteAddr(ctx context.Context) net.Addr {
	remote, _ := ctx.Value(remoteKey{}).(net.Addr)
	return remote
}
