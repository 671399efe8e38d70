package server_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/audit"
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

// door is a server that records, and what it is known to have refused.
type door struct {
	srv   *server.Server
	logs  *logBuffer
	rules []string
}

// watchedDoor starts a server that records.
func watchedDoor(t *testing.T, change func(*server.Config)) *door {
	t.Helper()
	srv, logs := start(t, func(c *server.Config) {
		change(c)
		audited(c)
	})
	return &door{srv: srv, logs: logs}
}

// expect waits for one more refusal in the log, of the rule: "[TLS-028] ".
func (d *door) expect(t *testing.T, id string) map[string]any {
	t.Helper()
	found := refusals(t, d.logs, len(d.rules)+1)
	if len(found) != len(d.rules)+1 {
		t.Fatalf("%d lines tell of refusals, want %d: %v", len(found), len(d.rules)+1, found)
	}
	line := found[len(found)-1]
	d.rules = append(d.rules, strings.Trim(id, "[] "))
	why, _ := line["why"].(string)
	if line["rule"] != strings.Trim(id, "[] ") || !strings.HasPrefix(why, id) || line["remote"] == "" {
		t.Errorf("the log says %v, want the rule %s", line, id)
	}
	return line
}

// settle holds everything that tells of refusals to those that were expected: the log, the metrics and the audit records
// (DICOM PS3.15 A.5.3.11, 110126) have each of them once and nothing else.
func (d *door) settle(t *testing.T) {
	t.Helper()
	var doors []recorded
	for begun := time.Now(); len(doors) < len(d.rules) && time.Since(begun) < 10*time.Second; {
		doors = of(records(t, d.srv), "110113", "110126")
	}
	if found := refusals(t, d.logs, 0); len(found) != len(d.rules) {
		t.Errorf("%d lines tell of refusals, want %d", len(found), len(d.rules))
	}
	if len(doors) != len(d.rules) {
		t.Errorf("%d audit records tell of refusals, want %d", len(doors), len(d.rules))
	}
	counts := make(map[string]int)
	for _, id := range d.rules {
		counts[id]++
	}
	for _, r := range doors {
		_, id, _ := strings.Cut(r.Parsed.Event.Reason, "[")
		id, _, _ = strings.Cut(id, "]")
		if counts[id]--; counts[id] < 0 {
			t.Errorf("an audit record says %q", r.Parsed.Event.Reason)
		}
		if len(r.Who) == 0 || !strings.HasPrefix(r.Who[0].Network, "127.0.0.") || r.Outcome != audit.Serious {
			t.Errorf("an audit record does not say who or how grave: %s", r.XML)
		}
	}
	var want []string
	for _, id := range d.rules {
		want = append(want, id)
	}
	slices.Sort(want)
	var lines []string
	for _, id := range slices.Compact(slices.Clone(want)) {
		n := 0
		for _, one := range want {
			if one == id {
				n++
			}
		}
		lines = append(lines, fmt.Sprintf("liasse_handshakes_refused_total{rule=%q} %d", id, n))
	}
	got := strings.Split(metric(t, d.srv, "liasse_handshakes_refused_total"), "\n")
	got = slices.DeleteFunc(got, func(line string) bool { return line == "" || strings.HasSuffix(line, " 0") })
	if !slices.Equal(got, lines) {
		t.Errorf("the metrics say %q, want %q", got, lines)
	}
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
