package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"time"
)

// keyPair is the certificate that the server presents and its key, read again when their files change. Handshakes take
// what is there when they begin, so a change disturbs none.
type keyPair struct {
	certificate, key string
	// current is what is presented; read is what the files held when it was made.
	current atomic.Pointer[tls.Certificate]
	read    [2][]byte
}

// openKeyPair reads the two files.
func openKeyPair(certificate, key string) (*keyPair, error) {
	p := &keyPair{certificate: certificate, key: key}
	if _, err := p.reload(); err != nil {
		return nil, err
	}
	return p, nil
}

// reload reads the files again where they changed. On an error what was there before stays.
func (p *keyPair) reload() (changed bool, err error) {
	var text [2][]byte
	for i, path := range []string{p.certificate, p.key} {
		if text[i], err = os.ReadFile(path); err != nil {
			return false, fmt.Errorf("reading the certificate of the server: %w", err)
		}
	}
	if p.current.Load() != nil && bytes.Equal(text[0], p.read[0]) && bytes.Equal(text[1], p.read[1]) {
		return false, nil
	}
	pair, err := tls.X509KeyPair(text[0], text[1])
	if err != nil {
		return false, fmt.Errorf("reading the certificate of the server, %s with %s: %w", p.certificate, p.key, err)
	}
	if pair.Leaf.IsCA {
		return false, fmt.Errorf("the certificate of the server, %s, is that of an authority", p.certificate)
	}
	if !forServers(pair.Leaf) {
		return false, fmt.Errorf("the certificate of the server, %s, is not for a server: its extended key usage lacks serverAuth", p.certificate)
	}
	p.read = text
	p.current.Store(&pair)
	return true, nil
}

// forServers tells whether the extended key usage, where there is one, takes in servers (RFC 5280 4.2.1.12).
func forServers(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// present gives the certificate for a handshake.
func (p *keyPair) present(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return p.current.Load(), nil
}

// leaf is the certificate presented now.
func (p *keyPair) leaf() *x509.Certificate { return p.current.Load().Leaf }

// watch looks at the files until the context ends, and tells of each change, once of each new failure, and with nil of its
// end. Certificate and key are two files: while one is new and the other old they do not fit, and what fitted stays.
func (p *keyPair) watch(ctx context.Context, every time.Duration, changed func(), failed func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	last, again := "", false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		is, err := p.reload()
		if is {
			changed()
		}
		said := ""
		if err != nil {
			said = err.Error()
		}
		// A failure is told when it is met twice, so not while the second file is being written.
		if said != last && (err == nil || again) {
			last = said
			failed(err)
		}
		again = err != nil
	}
}
