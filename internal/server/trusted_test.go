package server_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/server"
	"liasse/internal/testpki"
)

// testFolder holds what all tests of the package share; TestMain removes it.
var testFolder string

func TestMain(m *testing.M) {
	var err error
	if testFolder, err = os.MkdirTemp("", "liasse-server-"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(testFolder)
	os.Exit(status)
}

// sharedPKI is a test PKI that no test changes.
var sharedPKI = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(testFolder, "pki")
	_, err := testpki.Make(dir, testpki.Options{})
	return dir, err
})

func pkiFolder(t *testing.T) string {
	t.Helper()
	dir, err := sharedPKI()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// ownPKI is a copy of the test PKI that the test may change.
func ownPKI(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(pkiFolder(t))); err != nil {
		t.Fatal(err)
	}
	protect(t, dir)
	return dir
}

// protect takes private keys from other users, which os.CopyFS gives them.
func protect(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".key") {
			return err
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// identity reads the authentication certificate and key of an identity of the test PKI.
func identity(t *testing.T, pki, name string) tls.Certificate {
	t.Helper()
	dir := filepath.Join(pki, "identities", name)
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "auth.crt"), filepath.Join(dir, "auth.key"))
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// roots gives the anchors of the test PKI, as a client trusts them.
func roots(t *testing.T, pki string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pki, "trust", "roots", "root.crt"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatal("the test PKI has no root")
	}
	return pool
}

// mutual has a server of profile xds speak TLS both ways with the test PKI.
func mutual(pki string) func(*server.Config) {
	return func(c *server.Config) {
		c.TrustTestPKI(pki)
		c.TLS, c.Trust.Refresh = server.TLSMutual, server.Duration(20*time.Millisecond)
	}
}

// clientOf makes a client that presents a certificate; nil presents none.
func clientOf(t *testing.T, pki string, presents ...tls.Certificate) (*http.Client, *tls.Config) {
	t.Helper()
	cfg := &tls.Config{RootCAs: roots(t, pki), Certificates: presents}
	transport := &http.Transport{TLSClientConfig: cfg}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}, cfg
}

// refusals gives the lines of the log that tell of refused handshakes, once there are as many as wanted.
func refusals(t *testing.T, logs *logBuffer, want int) []map[string]any {
	t.Helper()
	var found []map[string]any
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		found = found[:0]
		for line := range strings.Lines(logs.String()) {
			var entry map[string]any
			if err := json.Unmarshal([]byte(line), &entry); err != nil {
				t.Fatalf("a line of the log is no JSON: %s", line)
			}
			if entry["message"] == "handshake refused" {
				found = append(found, entry)
			}
		}
		if len(found) >= want || time.Since(begun) > 10*time.Second {
			return found
		}
	}
}

// expectRefusal expects exactly one refusal in the log, of the rule.
func expectRefusal(t *testing.T, logs *logBuffer, id string) map[string]any {
	t.Helper()
	found := refusals(t, logs, 1)
	if len(found) != 1 {
		t.Fatalf("%d lines tell of a refusal, want 1: %v", len(found), found)
	}
	why, _ := found[0]["why"].(string)
	if found[0]["rule"] != strings.Trim(id, "[] ") || !strings.HasPrefix(why, id) || found[0]["remote"] == "" {
		t.Errorf("the log says %v, want the rule %s", found[0], id)
	}
	return found[0]
}

// needOpenssl finds the program that asks for what crypto/tls does not.
func needOpenssl(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("openssl is missing: make deps-test installs it")
		}
		t.Skip("openssl is absent")
	}
	return path
}

// runOpenssl gives it a command on its standard input, and what it printed back.
func runOpenssl(ctx context.Context, program, input string, arguments ...string) string {
	cmd := exec.CommandContext(ctx, program, arguments...)
	in, out := io.Pipe()
	cmd.Stdin = in
	go func() { // openssl takes a command only after the handshake
		time.Sleep(time.Second)
		_, _ = io.WriteString(out, input)
		time.Sleep(time.Second)
		_ = out.Close()
	}()
	text, _ := cmd.CombinedOutput() // its exit status says nothing about a renegotiation
	return string(text)
}

// makePKI makes a test PKI of the test's own.
func makePKI(t *testing.T, dir string) {
	t.Helper()
	if _, err := testpki.Make(dir, testpki.Options{}); err != nil {
		t.Fatal(err)
	}
}
