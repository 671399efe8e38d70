package server_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/server"
)

// authority reads an authority of the test PKI with its key.
func authority(t *testing.T, pki, name string) (*x509.Certificate, *rsa.PrivateKey) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(pki, "ca", name+".crt"), filepath.Join(pki, "ca", name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	key, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("the key of %s is %T", name, pair.PrivateKey)
	}
	return leafOf(t, pair), key
}

// revoke issues the CRL of an authority again, with the serial numbers given.
func revoke(t *testing.T, pki, name string, number int64, serials ...*big.Int) {
	t.Helper()
	issuer, key := authority(t, pki, name)
	list := &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: time.Now().Add(-time.Minute), NextUpdate: time.Now().Add(time.Hour)}
	for _, serial := range serials {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: time.Now().Add(-time.Hour)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, issuer, key)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(pki, "trust", "crls", name+".crl"), pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))
}

// fetch gets a page and tells whether it came over a connection that was there before.
func fetch(t *testing.T, client *http.Client, url string) (status int, body string, reused bool) {
	t.Helper()
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
	}), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text), reused
}

// TestRevokedWhileConnected: a connection that was accepted is not believed any longer than its certificate.
func TestRevokedWhileConnected(t *testing.T) {
	pki := ownPKI(t)
	d := watchedDoor(t, mutual(pki))
	srv := d.srv
	url := srv.Addresses().Registry + "?wsdl"
	medecin := identity(t, pki, "medecin")
	client, _ := clientOf(t, pki, medecin)
	if status, _, _ := fetch(t, client, url); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	revoke(t, pki, "persons", 1000, leafOf(t, medecin).SerialNumber)
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		status, body, reused := fetch(t, client, url)
		if !reused {
			t.Fatal("the connection was not kept alive")
		}
		if status == http.StatusForbidden {
			if !strings.HasPrefix(body, "[TLS-028] ") {
				t.Errorf("answered %s", body)
			}
			break
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatal("the revoked certificate is still believed")
		}
	}
	d.expect(t, "[TLS-028] ")
	other, _ := clientOf(t, pki, identity(t, pki, "autre-medecin"))
	if status, _, _ := fetch(t, other, url); status != http.StatusOK {
		t.Errorf("another client is answered %d", status)
	}
	d.settle(t)
}

// serverCertificate issues a certificate for the server with a serial number of its own.
func serverCertificate(t *testing.T, pki string, serial int64) (certificate, key []byte) {
	t.Helper()
	issuer, issuerKey := authority(t, pki, "servers")
	own, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := *leafOf(t, loadPair(t, filepath.Join(pki, "server", "server")))
	template.SerialNumber, template.SignatureAlgorithm = big.NewInt(serial), 0
	template.PublicKey, template.PublicKeyAlgorithm, template.SubjectKeyId = nil, 0, nil
	der, err := x509.CreateCertificate(rand.Reader, &template, issuer, own.Public(), issuerKey)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	certificate = append(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.Raw})...)
	return certificate, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func loadPair(t *testing.T, base string) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(base+".crt", base+".key")
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// TestReloadUnderLoad: certificate, key and CRLs are replaced while clients come and go, and none of them notices.
func TestReloadUnderLoad(t *testing.T) {
	pki := ownPKI(t)
	srv, logs := start(t, mutual(pki))
	url := srv.Addresses().Registry + "?wsdl"
	presents := identity(t, pki, "medecin")
	stop := make(chan struct{})
	var clients sync.WaitGroup
	var mu sync.Mutex
	answered, failed := 0, 0
	for i := range 4 {
		client, cfg := clientOf(t, pki, presents)
		cfg.Renegotiation = tls.RenegotiateNever
		client.Transport.(*http.Transport).DisableKeepAlives = i%2 == 0 // half of them shake hands for each request
		clients.Add(1)
		go func() {
			defer clients.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				resp, err := client.Get(url)
				good := err == nil && resp.StatusCode == http.StatusOK
				if err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				mu.Lock()
				if answered++; !good {
					failed++
				}
				mu.Unlock()
			}
		}()
	}
	for round := int64(1); round <= 3; round++ {
		certificate, key := serverCertificate(t, pki, 9000+round)
		rewrite(t, filepath.Join(pki, "server", "server.crt"), certificate) // for a moment the two do not fit
		rewrite(t, filepath.Join(pki, "server", "server.key"), key)
		revoke(t, pki, "persons", 1000+round, big.NewInt(70000+round))
		for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			if presented(t, srv, pki, presents).Cmp(big.NewInt(9000+round)) == 0 {
				break
			}
			if time.Since(begun) > 10*time.Second {
				t.Fatal("the new certificate is not presented")
			}
		}
	}
	close(stop)
	clients.Wait()
	t.Logf("%d requests, %d failed", answered, failed)
	if failed > 0 || answered == 0 {
		t.Errorf("%d of %d requests failed:\n%s", failed, answered, logs)
	}
	if n := strings.Count(logs.String(), "the certificate of the server was replaced"); n != 3 {
		t.Errorf("the log tells of %d replacements", n)
	}
}

// presented gives the serial number of what the server presents now.
func presented(t *testing.T, srv *server.Server, pki string, presents tls.Certificate) *big.Int {
	t.Helper()
	conn, err := tls.Dial("tcp", hostPort(srv), &tls.Config{RootCAs: roots(t, pki), Certificates: []tls.Certificate{presents}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber
}

// TestBrokenFilesChangeNothing: what cannot be read leaves what was read before in use, and the log says so once.
func TestBrokenFilesChangeNothing(t *testing.T) {
	pki := ownPKI(t)
	srv, logs := start(t, mutual(pki))
	rewrite(t, filepath.Join(pki, "server", "server.crt"), []byte("no certificate"))
	rewrite(t, filepath.Join(pki, "trust", "crls", "persons.crl"), []byte("no CRL"))
	const told = "what was read before stays in use"
	for begun := time.Now(); strings.Count(logs.String(), told) < 2; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("the log does not tell of both: %s", logs)
		}
	}
	time.Sleep(100 * time.Millisecond) // several more looks
	if n := strings.Count(logs.String(), told); n != 2 {
		t.Errorf("the log tells %d times", n)
	}
	client, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	if status, _, _ := fetch(t, client, srv.Addresses().Registry+"?wsdl"); status != http.StatusOK {
		t.Errorf("answered %d", status)
	}
	if text, err := os.ReadFile(filepath.Join(pkiFolder(t), "server", "server.crt")); err != nil {
		t.Fatal(err)
	} else {
		rewrite(t, filepath.Join(pki, "server", "server.crt"), text)
	}
	for begun := time.Now(); !strings.Contains(logs.String(), "files were read again"); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("the log does not tell of the end: %s", logs)
		}
	}
}
