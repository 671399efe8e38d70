package server_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liasse/internal/server"
	"liasse/internal/witness"
)

// hostPort is where a server's SOAP listener is.
func hostPort(srv *server.Server) string {
	_, rest, _ := strings.Cut(srv.Addresses().Registry, "://")
	address, _, _ := strings.Cut(rest, "/")
	return address
}

// TestTLSIsSpoken: who is trusted is answered, over both versions, and every address says https.
func TestTLSIsSpoken(t *testing.T) {
	pki := pkiFolder(t)
	srv, logs := start(t, mutual(pki))
	for _, tt := range []struct {
		name     string
		identity string
		change   func(*tls.Config)
		version  uint16
	}{
		{"a person", "medecin", nil, tls.VersionTLS13},
		{"an organisation", "etablissement", nil, tls.VersionTLS13},
		{"TLS 1.2", "medecin", func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, tls.VersionTLS12},
		{"TLS 1.2 with AES-128-GCM", "medecin", func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
		}, tls.VersionTLS12},
		{"TLS 1.2 with ChaCha20", "medecin", func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}
		}, tls.VersionTLS12},
		{"P-521", "medecin", func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP521} }, tls.VersionTLS13},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, cfg := clientOf(t, pki, identity(t, pki, tt.identity))
			if tt.change != nil {
				tt.change(cfg)
			}
			resp, err := client.Get(srv.Addresses().Registry + "?wsdl")
			if err != nil {
				t.Fatalf("%v\n%s", err, logs)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`location="https://`)) {
				t.Errorf("answered %d %.300s", resp.StatusCode, body)
			}
			if resp.TLS.Version != tt.version {
				t.Errorf("version %s", tls.VersionName(resp.TLS.Version))
			}
		})
	}
	if found := refusals(t, logs, 0); len(found) != 0 {
		t.Errorf("the log tells of refusals: %v", found)
	}
}

// TestServerModeAsksForNothing: tls = "server" takes clients without a certificate.
func TestServerModeAsksForNothing(t *testing.T) {
	pki := pkiFolder(t)
	srv, _ := start(t, func(c *server.Config) {
		mutual(pki)(c)
		c.TLS = server.TLSServer
	})
	client, _ := clientOf(t, pki)
	resp, err := client.Get(srv.Addresses().Repository + "?wsdl")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("answered %d", resp.StatusCode)
	}
}

// TestHandshakesRefused: what must not get in does not, and the log says why in one line.
func TestHandshakesRefused(t *testing.T) {
	pki := pkiFolder(t)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	makePKI(t, elsewhere)
	d := watchedDoor(t, mutual(pki))
	medecin := identity(t, pki, "medecin")
	serverPair, err := tls.LoadX509KeyPair(filepath.Join(pki, "server", "server.crt"), filepath.Join(pki, "server", "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	suites := func(version uint16, ids ...uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.MinVersion, c.MaxVersion, c.CipherSuites = version, version, ids }
	}
	for _, tt := range []struct {
		name     string
		presents *tls.Certificate
		change   func(*tls.Config)
		rule     string
	}{
		{"TLS 1.0", &medecin, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }, "[TLS-002] "},
		{"TLS 1.1", &medecin, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, "[TLS-002] "},
		{"CBC with SHA-1", &medecin, suites(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA), "[TLS-003] "},
		{"CBC with SHA-256", &medecin, suites(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256), "[TLS-003] "},
		{"the key exchange of RSA", &medecin, suites(tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384), "[TLS-003] "},
		{"3DES", &medecin, suites(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA), "[TLS-003] "},
		{"RC4", &medecin, suites(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA), "[TLS-003] "},
		{"ECDSA where the key is RSA", &medecin, suites(tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), "[TLS-003] "},
		{"another protocol", &medecin, func(c *tls.Config) { c.NextProtos = []string{"h2"} }, "[TLS-006] "},
		{"a client that trusts others", &medecin, func(c *tls.Config) { c.RootCAs = x509.NewCertPool() }, "[TLS-008] "},
		{"no certificate", nil, nil, "[TLS-020] "},
		{"no certificate over TLS 1.2", nil, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "[TLS-020] "},
		{"bytes after the certificate", followed(medecin), nil, "[TLS-021] "},
		{"no certificate at all but bytes", &tls.Certificate{Certificate: [][]byte{[]byte("certificate")}, PrivateKey: medecin.PrivateKey}, nil, "[TLS-021] "},
		{"expired", named(t, pki, "faute-expiree"), nil, "[TLS-022] "},
		{"not yet valid", named(t, pki, "faute-future"), nil, "[TLS-023] "},
		{"self-signed with the name of another", selfSigned(t, medecin), nil, "[TLS-024] "},
		{"an authority that nobody knows", named(t, pki, "faute-inconnue"), nil, "[TLS-024] "},
		{"another PKI with the same names", named(t, elsewhere, "medecin"), nil, "[TLS-025] "},
		{"an authority with the name of another", named(t, pki, "faute-homonyme"), nil, "[TLS-024] "},
		{"the intermediate left out", named(t, pki, "faute-sans-intermediaire"), nil, "[TLS-024] "},
		{"issued by one who is no authority", issuedBy(t, medecin), nil, "[TLS-025] "},
		{"production with a test server", named(t, pki, "faute-production"), nil, "[TLS-026] "},
		{"the signature certificate", named(t, pki, "faute-usage"), nil, "[TLS-027] "},
		{"the certificate of a server", &serverPair, nil, "[TLS-027] "},
		{"an authority", named(t, pki, "faute-ca"), nil, "[TLS-027] "},
		{"an authority whose CRL is missing", named(t, pki, "faute-sans-crl"), nil, "[TLS-029] "},
		{"revoked", named(t, pki, "faute-revoquee"), nil, "[TLS-028] "},
		{"revoked, over TLS 1.2", named(t, pki, "faute-revoquee"), func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "[TLS-028] "},
		{"a weak key", named(t, pki, "faute-cle-courte"), nil, "[TLS-030] "},
		{"signed with SHA-1", named(t, pki, "faute-sha1"), nil, "[TLS-031] "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var presents []tls.Certificate
			if tt.presents != nil {
				presents = append(presents, *tt.presents)
			}
			client, cfg := clientOf(t, pki, presents...)
			if tt.change != nil {
				tt.change(cfg)
			}
			if cfg.NextProtos != nil {
				conn, err := tls.Dial("tcp", hostPort(d.srv), cfg)
				if err == nil {
					conn.Close()
					t.Fatal("the handshake was done")
				}
			} else if resp, err := client.Get(d.srv.Addresses().Registry + "?wsdl"); err == nil {
				resp.Body.Close()
				t.Fatalf("answered %d", resp.StatusCode)
			}
			line := d.expect(t, tt.rule)
			if _, judged := line["reason"]; judged && (line["subject"] == "" || line["element"] == "" || line["serial"] == "") {
				t.Errorf("the log does not say whose certificate: %v", line)
			}
		})
	}
	d.settle(t)
}

// metric gives the lines of one metric.
func metric(t *testing.T, srv *server.Server, name string) string {
	t.Helper()
	_, body := get(t, srv.Addresses().Admin+"/metrics")
	var found []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, name) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return strings.Join(found, "\n")
}

func named(t *testing.T, pki, name string) *tls.Certificate {
	t.Helper()
	pair := identity(t, pki, name)
	return &pair
}

// followed gives a certificate with bytes after it.
func followed(pair tls.Certificate) *tls.Certificate {
	leaf := append(bytes.Clone(pair.Certificate[0]), 0, 0)
	return &tls.Certificate{Certificate: append([][]byte{leaf}, pair.Certificate[1:]...), PrivateKey: pair.PrivateKey}
}

// selfSigned gives a certificate that says all that another says but of its own key.
func selfSigned(t *testing.T, pair tls.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := *leafOf(t, pair)
	template.SignatureAlgorithm, template.RawIssuer = 0, template.RawSubject
	template.PublicKey, template.PublicKeyAlgorithm, template.AuthorityKeyId = nil, 0, nil
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// issuedBy gives a certificate that the holder of another, who is no authority, has issued.
func issuedBy(t *testing.T, issuer tls.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent := leafOf(t, issuer)
	template := *parent
	template.SignatureAlgorithm, template.SerialNumber = 0, big.NewInt(4711)
	template.PublicKey, template.PublicKeyAlgorithm, template.AuthorityKeyId = nil, 0, nil
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, key.Public(), issuer.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: append([][]byte{der}, issuer.Certificate...), PrivateKey: key}
}

func leafOf(t *testing.T, pair tls.Certificate) *x509.Certificate {
	t.Helper()
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

// TestRevocationUnknown: without a CRL of the issuer nobody is let in.
func TestRevocationUnknown(t *testing.T) {
	pki := pkiFolder(t)
	d := watchedDoor(t, func(c *server.Config) {
		mutual(pki)(c)
		c.Trust.TLS.CRLs = []string{filepath.Join(pki, "trust", "crls", "root.crl"), filepath.Join(pki, "trust", "crls", "servers.crl")}
	})
	client, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	if resp, err := client.Get(d.srv.Addresses().Registry + "?wsdl"); err == nil {
		resp.Body.Close()
		t.Fatalf("answered %d", resp.StatusCode)
	}
	d.expect(t, "[TLS-029] ")
	d.settle(t)
}

// TestNoResumption: a session is never resumed, whichever version.
func TestNoResumption(t *testing.T) {
	pki := pkiFolder(t)
	srv, _ := start(t, mutual(pki))
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		cfg := &tls.Config{RootCAs: roots(t, pki), Certificates: []tls.Certificate{identity(t, pki, "medecin")},
			MaxVersion: version, ClientSessionCache: tls.NewLRUClientSessionCache(4)}
		for range 3 {
			conn, err := tls.Dial("tcp", hostPort(srv), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, "GET /xds/registry?wsdl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if answer, err := io.ReadAll(conn); err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) {
				t.Fatalf("answered %.100q, %v", answer, err)
			}
			if conn.ConnectionState().DidResume {
				t.Errorf("%s: a session was resumed", tls.VersionName(version))
			}
			conn.Close()
		}
	}
}

// TestFlood: half-open connections of one address past the bound are turned away, and another address is served.
func TestFlood(t *testing.T) {
	pki := pkiFolder(t)
	d := watchedDoor(t, mutual(pki))
	srv, logs := d.srv, d.logs
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}, Timeout: 5 * time.Second}
	for range 300 {
		conn, err := from.DialContext(t.Context(), "tcp", hostPort(srv))
		if err != nil {
			t.Skipf("this system has no second loopback address: %v", err)
		}
		defer conn.Close()
	}
	d.expect(t, "[TLS-011] ")
	client, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	resp, err := client.Get(srv.Addresses().Registry + "?wsdl")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if found := refusals(t, logs, 0); len(found) != 1 {
		t.Errorf("%d lines tell of the flood, want 1", len(found))
	}
	if got, want := metric(t, srv, "liasse_handshakes_refused_total"), `liasse_handshakes_refused_total{rule="TLS-011"} 44`; got != want {
		t.Errorf("the metrics say %q, want %q: 300 connections, of which 256 are let in", got, want)
	}
}

// TestHostileCertificates: certificates that no authority would issue are refused like others.
func TestHostileCertificates(t *testing.T) {
	pki := pkiFolder(t)
	srv, logs := start(t, mutual(pki))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	many := make([]string, 5000)
	for i := range many {
		many[i] = "name.example"
	}
	for _, change := range []func(*x509.Certificate){
		func(c *x509.Certificate) { c.Subject.CommonName = "a\x00b" },
		func(c *x509.Certificate) { c.Subject.CommonName = "*" },
		func(c *x509.Certificate) { c.Subject.CommonName = strings.Repeat("\u202e é\n", 2000) },
		func(c *x509.Certificate) { c.DNSNames = many },
		func(c *x509.Certificate) { c.DNSNames = append(many, many...) },
	} {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
		change(template)
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		client, _ := clientOf(t, pki, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})
		if resp, err := client.Get(srv.Addresses().Registry + "?wsdl"); err == nil {
			resp.Body.Close()
			t.Errorf("answered %d", resp.StatusCode)
		}
	}
	for _, line := range refusals(t, logs, 5) {
		for _, value := range line {
			if text, is := value.(string); is && len(text) > 4000 {
				t.Errorf("a line of the log is not bounded: %d bytes", len(text))
			}
		}
	}
	client, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	resp, err := client.Get(srv.Addresses().Registry + "?wsdl")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// TestNoRenegotiation: openssl asks for one and gets none.
func TestNoRenegotiation(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for connections to time out")
	}
	openssl := witness.Program(t, "openssl")
	pki := pkiFolder(t)
	srv, _ := start(t, mutual(pki))
	dir := filepath.Join(pki, "identities", "medecin")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out := runOpenssl(ctx, openssl, "R\n", "s_client", "-tls1_2", "-connect", hostPort(srv), "-CAfile", filepath.Join(pki, "trust", "roots", "root.crt"),
		"-cert", filepath.Join(dir, "auth.crt"), "-cert_chain", filepath.Join(dir, "auth.crt"), "-key", filepath.Join(dir, "auth.key"))
	if !strings.Contains(out, "RENEGOTIATING") || !strings.Contains(out, "no renegotiation") && !strings.Contains(out, "unexpected message") {
		t.Errorf("openssl says %s", out)
	}
}

// rewrite replaces a file at once, as an operator's tool does.
func rewrite(t *testing.T, path string, content []byte) {
	t.Helper()
	next := path + ".next"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, path); err != nil {
		t.Fatal(err)
	}
}
