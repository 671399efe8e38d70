package audit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"
)

// Spool keeps the records that were not sent yet.
type Spool interface {
	// Unsent gives records in the order of their chains, the oldest of each first, at most limit.
	Unsent(ctx context.Context, limit int) ([]Record, error)
	// MarkSent notes that everything up to these heads was delivered.
	MarkSent(ctx context.Context, heads []Head) error
}

// Sender brings records to an Audit Record Repository by syslog over TLS (RFC 5425). What the Spool has not marked as sent
// is sent, in order, again after any doubt: a record may come twice, and none is lost.
//
// Syslog has no acknowledgement of its own. The one that TLS has is used: each delivery is a connection that the sender
// ends by close_notify, which the receiver answers after it has read everything before (RFC 5425 section 4.4). Only then is
// the delivery marked as sent.
type Sender struct {
	Spool  Spool
	Source *Source
	// Address is host:port of the repository; TLS says who it must be and who we are.
	Address string
	TLS     *tls.Config
	// Wake tells that there is something to send.
	Wake <-chan struct{}
	// Failed is told why a delivery failed, and Recovered, after failures, that one succeeded.
	Failed    func(error)
	Recovered func(records int)
	// Batch bounds one delivery; 2048 when 0. Timeout bounds each step of one; 10 seconds when 0.
	Batch   int
	Timeout time.Duration
	// Pause is how long to wait after the first failure, MaxPause after many; a second and a minute when 0.
	Pause, MaxPause time.Duration
	// Gather is how long to wait for more after something came, so that a delivery is worth its connection; a quarter of a
	// second when 0.
	Gather time.Duration

	sessions tls.ClientSessionCache
}

func (s *Sender) setDefaults() {
	set := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	set(&s.Timeout, 10*time.Second)
	set(&s.Pause, time.Second)
	set(&s.MaxPause, time.Minute)
	set(&s.Gather, 250*time.Millisecond)
	if s.Batch == 0 {
		s.Batch = 2048
	}
	if s.sessions == nil {
		s.sessions = tls.NewLRUClientSessionCache(1)
	}
}

// idle is how often to look for records that another process left unsent.
const idle = 15 * time.Second

// Run sends until the context ends.
func (s *Sender) Run(ctx context.Context) {
	s.setDefaults()
	pause := s.Pause
	failing := false
	for ctx.Err() == nil {
		n, err := s.Deliver(ctx)
		switch {
		case err != nil:
			if ctx.Err() != nil {
				return
			}
			failing = true
			if s.Failed != nil {
				s.Failed(err)
			}
			wait(ctx, nil, pause/2+rand.N(pause))
			pause = min(2*pause, s.MaxPause)
			continue
		case failing && n > 0:
			failing = false
			if s.Recovered != nil {
				s.Recovered(n)
			}
		}
		pause = s.Pause
		if n < s.Batch {
			wait(ctx, s.Wake, idle)
			wait(ctx, nil, s.Gather)
		}
	}
}

// wait waits until something comes, the time is over, or the context ends.
func wait(ctx context.Context, wake <-chan struct{}, most time.Duration) {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-wake:
	case <-t.C:
	case <-ctx.Done():
	}
}

// Deliver sends what is unsent, at most a batch, and tells how many records that were.
func (s *Sender) Deliver(ctx context.Context) (int, error) {
	s.setDefaults()
	records, err := s.Spool.Unsent(ctx, s.Batch)
	if err != nil {
		return 0, fmt.Errorf("reading the audit records to send: %w", err)
	}
	if len(records) == 0 {
		return 0, nil
	}
	if err := s.send(ctx, records); err != nil {
		return 0, fmt.Errorf("sending audit records to %s: %w", s.Address, err)
	}
	var heads []Head
	for i := range records {
		r := &records[i]
		if n := len(heads); n > 0 && heads[n-1].Chain == r.Chain {
			heads = heads[:n-1]
		}
		heads = append(heads, Head{r.Chain, r.Seq, r.Hash})
	}
	if err := s.Spool.MarkSent(ctx, heads); err != nil {
		return 0, fmt.Errorf("marking audit records as sent: %w", err)
	}
	return len(records), nil
}

// send makes one connection, sends everything by it and waits for the receiver's close_notify.
func (s *Sender) send(ctx context.Context, records []Record) error {
	config := s.TLS.Clone()
	config.ClientSessionCache = s.sessions
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: s.Timeout}, Config: config}
	opening, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	dialed, err := dialer.DialContext(opening, "tcp", s.Address)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	conn := dialed.(*tls.Conn)
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // the error of what is interrupted says so
	defer func() {
		stop()
		conn.Close() // everything was confirmed before, or there is an error already
	}()
	var frames []byte
	for i := range records {
		if !records[i].Pruned { // of one whose retention ended while it waited there is nothing left to send
			frames = AppendSyslog(frames, s.Source, &records[i])
		}
		if len(frames) < 64<<10 && i < len(records)-1 {
			continue
		}
		if err := conn.SetWriteDeadline(time.Now().Add(s.Timeout)); err != nil {
			return fmt.Errorf("setting a deadline: %w", err)
		}
		if _, err := conn.Write(frames); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		frames = frames[:0]
	}
	return s.confirm(conn)
}

// confirm ends the connection on our side and waits until the receiver has ended it on its own.
func (s *Sender) confirm(conn *tls.Conn) error {
	if err := conn.CloseWrite(); err != nil {
		return fmt.Errorf("ending the connection: %w", err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(s.Timeout)); err != nil {
		return fmt.Errorf("setting a deadline: %w", err)
	}
	var rest [256]byte
	for {
		switch _, err := conn.Read(rest[:]); {
		case err == nil: // syslog has nothing to say to us
		case errors.Is(err, io.EOF):
			return nil
		default:
			return fmt.Errorf("waiting for the receiver to end the connection, which says that it has read everything: %w", err)
		}
	}
}
