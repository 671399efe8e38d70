package audittest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// Collector is an Audit Record Repository that a test starts, stops and starts again: syslog over mutual TLS.
type Collector struct {
	// Address is where it listens, the same after it was started again. Client is what a sender needs to be let in.
	Address string
	Client  *tls.Config
	// Authority, Certificate and Key are the same as Client, in PEM.
	Authority, Certificate, Key []byte

	server *tls.Config
	mu     sync.Mutex
	got    []string
	listen net.Listener
	reset  bool
	hung   chan struct{} // while it is not nil, connections are taken and nothing more
	wait   sync.WaitGroup
}

// NewCollector starts one; it stops with the test.
func NewCollector(t testing.TB) *Collector {
	t.Helper()
	pool := x509.NewCertPool()
	encode := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	issue := func() tls.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "audit test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		pool.AddCert(leaf)
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	server, client := issue(), issue()
	c := &Collector{
		Address: "127.0.0.1:0",
		Client:  &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool, ServerName: "127.0.0.1", Certificates: []tls.Certificate{client}},
		server:  &tls.Config{MinVersion: tls.VersionTLS12, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, Certificates: []tls.Certificate{server}},
	}
	private, err := x509.MarshalPKCS8PrivateKey(client.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	c.Authority, c.Certificate, c.Key = encode("CERTIFICATE", server.Certificate[0]), encode("CERTIFICATE", client.Certificate[0]), encode("PRIVATE KEY", private)
	c.Start(t)
	t.Cleanup(c.Stop)
	return c
}

// Start begins to listen, again on the same address.
func (c *Collector) Start(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", c.Address)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.listen, c.Address = l, l.Addr().String()
	c.mu.Unlock()
	c.wait.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // Stop
			}
			c.wait.Go(func() { c.serve(conn) })
		}
	})
}

// Stop ends it and every connection.
func (c *Collector) Stop() {
	c.mu.Lock()
	if c.listen != nil {
		c.listen.Close()
	}
	c.mu.Unlock()
	c.wait.Wait()
}

// Reset has it take connections and break them off after the first message, which it forgets, or not any more.
func (c *Collector) Reset(yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reset = yes
}

// Hang has it take connections and then do nothing until it is told to go on; what came by them it has forgotten.
func (c *Collector) Hang(yes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if yes {
		c.hung = make(chan struct{})
		return
	}
	close(c.hung)
	c.hung = nil
}

// Messages gives the syslog messages that came, in their order.
func (c *Collector) Messages() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.got...)
}

// serve reads frames until the sender ends the connection, and ends it in its turn.
func (c *Collector) serve(raw net.Conn) {
	defer raw.Close()
	conn := tls.Server(raw, c.server)
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if err := conn.Handshake(); err != nil {
		return
	}
	c.mu.Lock()
	hung := c.hung
	c.mu.Unlock()
	if hung != nil {
		<-hung
		return
	}
	in := bufio.NewReader(conn)
	for {
		message, err := ReadFrame(in)
		if err != nil {
			if errors.Is(err, io.EOF) {
				conn.Close()
			}
			return
		}
		c.mu.Lock()
		if c.reset {
			c.mu.Unlock()
			if tcp, ok := raw.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			return
		}
		c.got = append(c.got, message)
		c.mu.Unlock()
	}
}

// ReadFrame reads one message of syslog over TLS: its octet count, a blank, the octets (RFC 5425 section 4.3). io.EOF is an
// end between two frames.
func ReadFrame(in *bufio.Reader) (string, error) {
	length := 0
	for digits := 0; ; digits++ {
		c, err := in.ReadByte()
		switch {
		case err == io.EOF && digits > 0:
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		case c == ' ' && digits > 0:
			message := make([]byte, length)
			if _, err := io.ReadFull(in, message); err != nil {
				return "", fmt.Errorf("reading %d octets: %w", length, io.ErrUnexpectedEOF)
			}
			return string(message), nil
		case c < '0' || c > '9' || c == '0' && digits == 0 || digits > 8:
			return "", fmt.Errorf("an octet count has the byte %q", c)
		}
		length = 10*length + int(c-'0')
	}
}
