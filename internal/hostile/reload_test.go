package hostile_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liasse/internal/server"
)

// percentEncodedPEM is a certificate as proxies pass it on.
func percentEncodedPEM(der []byte) string {
	return url.QueryEscape(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

// ownPKI is a copy of the test PKI that a test may change.
func ownPKI(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pki")
	if err := os.CopyFS(dir, os.DirFS(pkiDir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "server", "server.key"), 0o600); err != nil { // a copy may be read by others
		t.Fatal(err)
	}
	return dir
}

// rewrite replaces a file in one step, as an operator should.
func rewrite(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// crl is a revocation list of the authority.
func (a *authority) crl(number int64, from, to time.Time, revoked ...*big.Int) []byte {
	list := &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: from, NextUpdate: to}
	for _, serial := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: from})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.certificate, a.key)
	must(err)
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// quickly looks at files often.
func quickly(c *server.Config) {
	strictTokens(c)
	c.Trust.Refresh = server.Duration(20 * time.Millisecond)
}

// until waits for something to become so.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not come about in time: %s", what)
		}
	}
}

// TLS-08: the key of the server and the lists of revoked certificates are replaced while lots and queries come: none
// fails, and what follows goes by the new ones.
func TestReloadUnderLoad(t *testing.T) {
	pki := ownPKI(t)
	w := start(t, pki, quickly)
	l := w.lotOf("medecin")
	before := w.presented(t, l.by.auth)
	stop := make(chan struct{})
	var load sync.WaitGroup
	var sent, failed atomic.Int64
	for n := range 3 {
		transport := &http.Transport{TLSClientConfig: w.tlsConfig(l.by.auth), DisableKeepAlives: n == 0}
		client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
		load.Go(func() {
			defer transport.CloseIdleConnections()
			for {
				select {
				case <-stop:
					return
				default:
				}
				m := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(l.by, w.patient).text())}
				if n == 1 {
					m = newLot(l.by, w.patient).message(newToken(l.by, w.patient))
				}
				mediaType, body := m.content()
				a, err := w.post(client, m, mediaType, body)
				if sent.Add(1); err != nil || !a.accepted() {
					failed.Add(1)
					codes, rules := a.read()
					t.Errorf("failed while files were replaced: %v %d %s %s", err, a.status, codes, rules)
				}
			}
		})
	}
	persons := loadAuthority(pki, "persons")
	revoked := w.identity("faute-revoquee")
	for n := range int64(10) {
		// The chain and the key are two files: between them stands, for a moment, a key that fits no certificate.
		fresh := loadAuthority(pki, "servers").issue(w.serverPair(t), rsaKey(2048), nil)
		rewrite(t, filepath.Join(pki, "server", "server.crt"), chainPEM(fresh.chain))
		rewrite(t, filepath.Join(pki, "server", "server.key"), keyPEM(fresh))
		rewrite(t, filepath.Join(pki, "trust", "crls", "persons.crl"), persons.crl(n+2, time.Now().Add(-time.Minute), time.Now().Add(time.Hour),
			revoked.auth.leaf().SerialNumber, revoked.sign.leaf().SerialNumber))
		time.Sleep(50 * time.Millisecond)
	}
	until(t, "a new certificate of the server", func() bool { return w.presented(t, l.by.auth).Cmp(before) != 0 })
	close(stop)
	load.Wait()
	t.Logf("%d requests while files were replaced, %d failed", sent.Load(), failed.Load())
	w.searchLog(t)
}

// serverPair is what the server presents now, from its files.
func (w *world) serverPair(t *testing.T) *pair {
	t.Helper()
	p, err := loadPair(filepath.Join(w.pki, "server", "server"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// presented gives the serial number of the certificate that the server shows in a new handshake.
func (w *world) presented(t *testing.T, by *pair) *big.Int {
	t.Helper()
	conn, err := tls.Dial("tcp", w.address(), w.tlsConfig(by))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber
}

func chainPEM(chain [][]byte) (text []byte) {
	for _, der := range chain {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return text
}

func keyPEM(p *pair) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	must(err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// TLS-03 and SIG-27: revoked while connected, by the certificate of the connection and by that of the token.
func TestRevocation(t *testing.T) {
	pki := ownPKI(t)
	tokens := filepath.Join(t.TempDir(), "crls")
	if err := os.CopyFS(tokens, os.DirFS(filepath.Join(pki, "trust", "crls"))); err != nil {
		t.Fatal(err)
	}
	w := start(t, pki, func(c *server.Config) {
		quickly(c)
		c.Trust.Token.CRLs, c.Trust.Lot.CRLs = []string{tokens}, []string{tokens}
	})
	l := w.lotOf("medecin")
	persons := loadAuthority(pki, "persons")
	query := func() *message {
		return &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(l.by, w.patient).text())}
	}
	answeredBy := func(rule string) func() bool {
		return func() bool {
			a, err := w.send(query())
			if err != nil {
				return false
			}
			_, rules := a.read()
			return len(rules) > 0 && rules[0] == rule || rule == "" && a.accepted()
		}
	}
	path := filepath.Join(tokens, "persons.crl")
	right, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	number := int64(10)
	lists := []struct {
		name, rule string
		list       func() []byte
	}{
		{"SIG-27 the token's certificate is revoked", "VIHF-030", func() []byte {
			return persons.crl(number, now.Add(-time.Minute), now.Add(time.Hour), l.by.sign.leaf().SerialNumber)
		}},
		{"SIG-27 the list has run out", "VIHF-031", func() []byte { return persons.crl(number, now.Add(-2*time.Hour), now.Add(-time.Hour)) }},
		{"SIG-27 the list is not in force yet", "VIHF-031", func() []byte { return persons.crl(number, now.Add(time.Hour), now.Add(2*time.Hour)) }},
	}
	for _, c := range lists {
		t.Run(c.name, func(t *testing.T) {
			w.count("SIG-27")
			until(t, "accepted before", answeredBy(""))
			number++
			rewrite(t, path, c.list())
			until(t, "refused by "+c.rule, answeredBy(c.rule))
			w.table(t, []hostile{{name: c.name + ", a lot", codes: badKey, rules: c.rule, make: func(w *world) *message { return l.message(newToken(l.by, w.patient)) }}})
			rewrite(t, path, right)
			until(t, "accepted afterwards", answeredBy(""))
		})
	}
	root := loadAuthority(pki, "root")
	for name, change := range map[string]struct {
		rule string
		list []byte
	}{
		"SIG-27 the authority above is revoked":   {"VIHF-030", root.crl(99, now.Add(-time.Minute), now.Add(time.Hour), persons.certificate.SerialNumber)},
		"SIG-27 the list of the root has run out": {"VIHF-031", root.crl(99, now.Add(-2*time.Hour), now.Add(-time.Hour))},
	} {
		t.Run(name, func(t *testing.T) {
			w.count("SIG-27")
			path := filepath.Join(tokens, "root.crl")
			right, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rewrite(t, path, change.list)
			until(t, "refused by "+change.rule, answeredBy(change.rule))
			rewrite(t, path, right)
			until(t, "accepted afterwards", answeredBy(""))
		})
	}
	for name, list := range map[string][]byte{
		"SIG-27 a list of another authority of that name": stranger(persons).crl(99, now.Add(-time.Minute), now.Add(time.Hour)),
		"SIG-27 a list that is no list":                   []byte("no list"),
		"SIG-27 an empty file":                            nil,
	} {
		t.Run(name, func(t *testing.T) {
			w.count("SIG-27")
			rewrite(t, path, list)
			time.Sleep(100 * time.Millisecond) // five looks at the files
			a, err := w.send(query())
			if err != nil {
				t.Fatal(err)
			}
			if _, rules := a.read(); !a.accepted() && rules[0] != "VIHF-031" {
				t.Errorf("answered %d %s", a.status, rules)
			}
			revoked := w.identity("faute-jeton-revoquee")
			m := l.message(newToken(revoked, w.patient))
			if a, err = w.send(m); err != nil || a.accepted() {
				t.Errorf("a revoked certificate was taken: %v %d", err, a.status)
			}
			rewrite(t, path, right)
			until(t, "accepted afterwards", answeredBy(""))
		})
	}
	t.Run("TLS-03 the connection's certificate is revoked", func(t *testing.T) {
		w.count("TLS-03")
		w.accepts(t, l.message(newToken(l.by, w.patient)))
		rewrite(t, filepath.Join(pki, "trust", "crls", "persons.crl"), persons.crl(50, now.Add(-time.Minute), now.Add(time.Hour), l.by.auth.leaf().SerialNumber))
		until(t, "403 on the connection that is open, or none any more", func() bool {
			a, err := w.send(query())
			return err != nil || a.status == http.StatusForbidden
		})
		if a, err := w.send(query()); err == nil {
			t.Errorf("a new connection is answered %d", a.status)
		}
	})
	w.searchLog(t)
	t.Logf("%v cases", w.sent)
}
