package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// tlsVersions, tlsSuites and tlsGroups are what is spoken, best first: TLS 1.2 with ephemeral keys and authenticated
// encryption, and TLS 1.3, whose suites are all of that kind. The suite with CBC that the DMP names beside them does not
// exist in crypto/tls.
var (
	tlsVersions = []uint16{tls.VersionTLS13, tls.VersionTLS12}
	tlsSuites   = []uint16{
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	}
	tls13Suites = []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256}
	tlsGroups   = []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
)

// httpProtocol is the one application protocol (RFC 7301).
const httpProtocol = "http/1.1"

// tlsConfig gives what every handshake has in common.
func tlsConfig(mutual bool, certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	cfg := &tls.Config{
		GetCertificate: certificate,
		MinVersion:     tls.VersionTLS12,
		CipherSuites:   tlsSuites, CurvePreferences: tlsGroups,
		NextProtos: []string{httpProtocol},
		// A ticket would let a certificate that was revoked meanwhile resume its session.
		SessionTicketsDisabled: true,
		Renegotiation:          tls.RenegotiateNever,
		// Small records at the beginning of an answer serve browsers that draw as they read. Here an answer is read whole,
		// and a hundred writes for the first 128 KB cost more than everything else that TLS does.
		DynamicRecordSizingDisabled: true,
	}
	if mutual {
		// Who is trusted is decided by internal/pki, not by crypto/tls, whose verifier knows neither realm nor CRLs.
		cfg.ClientAuth = tls.RequireAnyClientCert
	}
	return cfg
}

// secureListener shakes hands with every connection before it gives it out, each in its own time: one that is slow or
// refused keeps no other waiting. It tells of each one it refuses exactly once.
type secureListener struct {
	inner   net.Listener
	config  *tls.Config
	timeout time.Duration
	limiter *limiter
	// verify judges the certificates of a client; nil when none are asked for.
	verify  func(certificates []*x509.Certificate) error
	refused func(*refusal)
	// turned counts a connection that was turned away before its handshake.
	turned func()
	// language is that of the answer to plain HTTP.
	language string
	log      zerolog.Logger

	ctx   context.Context
	end   context.CancelFunc
	ready chan net.Conn
	// under counts the handshakes under way and the goroutine that accepts.
	under sync.WaitGroup
	// failed is why no more connections are accepted, once ctx has ended.
	failed error
}

// start begins to accept connections.
func (l *secureListener) start() {
	l.ctx, l.end = context.WithCancel(context.Background())
	l.ready = make(chan net.Conn)
	l.failed = net.ErrClosed
	l.under.Add(1)
	go func() {
		defer l.under.Done()
		l.acceptAll()
	}()
}

// Accept gives a connection that has shaken hands.
func (l *secureListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.ready:
		return conn, nil
	case <-l.ctx.Done():
		return nil, l.failed
	}
}

// Close ends the handshakes under way and takes no more connections.
func (l *secureListener) Close() error {
	l.end()
	err := l.inner.Close()
	l.under.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Addr is the address listened on.
func (l *secureListener) Addr() net.Addr { return l.inner.Addr() }

func (l *secureListener) acceptAll() {
	pause := time.Duration(0)
	for {
		conn, err := l.inner.Accept()
		if err == nil {
			pause = 0
			l.take(conn)
			continue
		}
		if l.ctx.Err() != nil {
			return
		}
		var passing interface{ Temporary() bool }
		if !errors.As(err, &passing) || !passing.Temporary() {
			l.failed = fmt.Errorf("accepting connections: %w", err)
			l.end()
			return
		}
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		l.log.Error().Err(err).Dur("pause", pause).Msg("accepting connections")
		select {
		case <-time.After(pause):
		case <-l.ctx.Done():
			return
		}
	}
}

// take begins the handshake of a connection where its address may have one more.
func (l *secureListener) take(conn net.Conn) {
	address := addressOf(conn.RemoteAddr())
	visit := l.limiter.enter(address)
	if !visit.admitted {
		_ = conn.Close()
		l.turned()
		if visit.tell > 0 {
			l.under.Add(1)
			go func() { // others that connect do not wait until it is told
				defer l.under.Done()
				l.refused(&refusal{rule: ruleFlood, remote: conn.RemoteAddr().String(), count: visit.tell})
			}()
		}
		return
	}
	l.under.Add(1)
	go func() {
		defer l.under.Done()
		l.limiter.leave(address, l.shake(conn, visit.wait))
	}()
}

// shake does one handshake after the wait that its address has earned, and gives the connection out or refuses it.
func (l *secureListener) shake(conn net.Conn, wait time.Duration) (refused bool) {
	ctx, cancel := context.WithTimeout(l.ctx, l.timeout+wait)
	defer cancel()
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		_ = conn.Close()
		return false
	}
	a := &attempt{remote: conn.RemoteAddr().String(), verify: l.verify}
	secured := tls.Server(conn, a.config(l.config))
	err := secured.HandshakeContext(ctx)
	if err == nil {
		select {
		case l.ready <- secured:
		case <-l.ctx.Done():
			_ = conn.Close()
		}
		return false
	}
	why := a.explain(err, ctx)
	if why != nil && why.rule == ruleNotTLS {
		answerPlainly(conn, err, why, l.language)
	}
	if why != nil {
		linger(conn)
	}
	_ = conn.Close()
	if why == nil || l.ctx.Err() != nil {
		return false
	}
	l.refused(why)
	return true
}
