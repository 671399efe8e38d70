// Package hostile_test sends a server of profile dmp what an attacker would: real mutual TLS, real HTTP, the whole server
// in this process. Every case is one line of a table: what is wrong, how it must be refused, by which rule. After each of
// them nothing is stored, one audit record tells of it, and the server serves on; after each table what was refused is
// submitted rightly, the log is searched for what must not be in it, and the goroutines are counted.
package hostile_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the database is looked into from outside

	"liasse/internal/server"
	"liasse/internal/testpki"
)

// pkiDir holds one test PKI for all tests; nothing in it is changed.
var pkiDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "hostile-")
	must(err)
	defer os.RemoveAll(dir)
	pkiDir = filepath.Join(dir, "pki")
	_, err = testpki.Make(pkiDir, testpki.Options{})
	must(err)
	return m.Run()
}

// logBuffer takes log lines from the server's goroutines.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// world is a server, who speaks to it, and what can be seen of it from outside.
type world struct {
	t          *testing.T
	pki        string
	dir        string
	srv        *server.Server
	logs       *logBuffer
	db         *sql.DB
	canary     *canary
	identities map[string]*identity
	clients    map[*pair]*http.Client
	roots      *x509.CertPool
	patient    string   // whose record tokens are for, as id^^^&OID&ISO
	names      []string // of the tables of its database
	lot        *lot     // of the table that is sent now
	secrets    []string
	// sent counts the cases by family.
	sent map[string]int
}

// start runs a server that trusts a PKI.
func start(t *testing.T, pki string, change func(*server.Config)) *world {
	t.Helper()
	goroutines := runtime.NumGoroutine()
	w := &world{t: t, pki: pki, dir: filepath.Join(t.TempDir(), "data"), logs: &logBuffer{}, canary: listenForCalls(t),
		identities: make(map[string]*identity), clients: make(map[*pair]*http.Client), sent: make(map[string]int)}
	w.roots = x509.NewCertPool()
	for _, der := range readPEM(t, filepath.Join(pki, "trust", "roots", "root.crt")) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		w.roots.AddCert(c)
	}
	w.serve(t, change)
	t.Cleanup(func() {
		w.stop()
		if calls := w.canary.close(); len(calls) != 0 {
			t.Errorf("the server called out: %s", strings.Join(calls, ", "))
		}
		if n := settled(goroutines); n > goroutines {
			t.Errorf("%d goroutines are left, there were %d", n, goroutines)
		}
	})
	return w
}

// serve starts the server on the folder of the world.
func (w *world) serve(t *testing.T, change func(*server.Config)) {
	t.Helper()
	cfg, err := server.LoadConfig(filepath.Join(w.pki, "liasse.toml"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Dir, cfg.Listen, cfg.AdminListen = w.dir, "127.0.0.1:0", "127.0.0.1:0"
	cfg.LogLevel = "debug"
	cfg.Limits.Handshakes = 10000
	if change != nil {
		change(&cfg)
	}
	if w.srv, err = server.Start(t.Context(), cfg, w.logs); err != nil {
		t.Fatal(err)
	}
	if w.db, err = sql.Open("sqlite3", "file:"+cfg.DatabasePath()+"?mode=ro"); err != nil {
		t.Fatal(err)
	}
}

// stop ends the server and whoever speaks to it.
func (w *world) stop() {
	for _, c := range w.clients {
		c.CloseIdleConnections()
	}
	if err := errors.Join(w.srv.Close(), w.db.Close()); err != nil {
		w.t.Errorf("closing the server: %v", err)
	}
}

// restart ends the server and starts it again on the same folder.
func (w *world) restart(t *testing.T, change func(*server.Config)) {
	t.Helper()
	w.stop()
	w.serve(t, change)
}

func readPEM(t *testing.T, path string) (blocks [][]byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		blocks = append(blocks, block.Bytes)
	}
	return blocks
}

// identity gives somebody of the PKI.
func (w *world) identity(name string) *identity {
	if i := w.identities[name]; i != nil {
		return i
	}
	i, err := loadIdentity(filepath.Join(w.pki, "identities", name))
	if err != nil {
		w.t.Fatal(err)
	}
	w.identities[name] = i
	return i
}

// client speaks TLS with a certificate of its own.
func (w *world) client(by *pair) *http.Client {
	if c := w.clients[by]; c != nil {
		return c
	}
	c := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: w.tlsConfig(by)}}
	w.clients[by] = c
	return c
}

func (w *world) tlsConfig(by *pair) *tls.Config {
	cfg := &tls.Config{RootCAs: w.roots, ServerName: "localhost"}
	if by != nil {
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c := by.certificate()
			return &c, nil
		}
	}
	return cfg
}

// address is the host and port of the SOAP listener.
func (w *world) address() string {
	return strings.TrimSuffix(strings.TrimPrefix(w.srv.Addresses().Registry, "https://"), server.RegistryPath)
}

// answer is what came back.
type answer struct {
	status int
	body   string
}

// send sends a message over the connection of its identity.
func (w *world) send(m *message) (answer, error) {
	mediaType, body := m.content()
	return w.post(w.client(m.identity.auth), m, mediaType, body)
}

func (w *world) post(c *http.Client, m *message, mediaType, body string) (answer, error) {
	url := w.srv.Addresses().Repository
	if m.registry {
		url = w.srv.Addresses().Registry
	}
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", mediaType)
	for name, value := range m.header {
		request.Header.Set(name, value)
	}
	response, err := c.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(content)}, err
}

// state is all that a server keeps, counted.
type state map[string]int64

// tables gives the names of all tables of the database.
func (w *world) tables() []string {
	w.t.Helper()
	if len(w.names) > 0 {
		return w.names
	}
	rows, err := w.db.Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%'`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			w.t.Fatal(err)
		}
		w.names = append(w.names, name)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return w.names
}

// snapshot counts the rows of every table but those that tell of requests, and the documents with their bytes.
func (w *world) snapshot() (kept state, records int64) {
	w.t.Helper()
	kept = make(state)
	names := w.tables()
	counts, into := make([]int64, len(names)), make([]any, len(names))
	for i := range counts {
		into[i] = &counts[i]
	}
	if err := w.db.QueryRow("SELECT (SELECT count(*) FROM " + strings.Join(names, "), (SELECT count(*) FROM ") + ")").Scan(into...); err != nil {
		w.t.Fatal(err)
	}
	for i, name := range names {
		switch {
		case name == auditTable:
			records = counts[i]
		case strings.HasPrefix(name, "audit"), strings.HasPrefix(name, "token"):
		default:
			kept[name] = counts[i]
		}
	}
	for _, folder := range []string{"documents", "spool"} {
		err := filepath.WalkDir(filepath.Join(w.dir, folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			info, err := e.Info()
			if err == nil {
				kept[folder+" files"]++
				kept[folder+" bytes"] += info.Size()
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return kept, records
}

// difference says what changed between two states.
func (s state) difference(later state) string {
	var changed []string
	for name, n := range later {
		if s[name] != n {
			changed = append(changed, fmt.Sprintf("%s %d → %d", name, s[name], n))
		}
	}
	for name, n := range s {
		if _, there := later[name]; !there && n != 0 {
			changed = append(changed, fmt.Sprintf("%s %d → 0", name, n))
		}
	}
	return strings.Join(changed, ", ")
}

// settled waits until no more goroutines run than at some time before, and gives how many do.
func settled(most int) int {
	n := runtime.NumGoroutine()
	for end := time.Now().Add(5 * time.Second); n > most && time.Now().Before(end); n = runtime.NumGoroutine() {
		time.Sleep(10 * time.Millisecond)
	}
	return n
}

// canary is where nobody may call: a listener whose address is put into certificates and messages, and the resolver of
// this process, which the server has no need of.
type canary struct {
	listener net.Listener
	resolver *net.Resolver // the one before
	mu       sync.Mutex
	called   []string
	done     chan struct{}
}

func listenForCalls(t *testing.T) *canary {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &canary{listener: l, resolver: net.DefaultResolver, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.note("connected from " + conn.RemoteAddr().String())
			conn.Close()
		}
	}()
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		c.note("asked a name server")
		return nil, errors.New("no name is to be looked up")
	}}
	return c
}

func (c *canary) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.called = append(c.called, what)
}

// close ends the canary and gives the calls that came.
func (c *canary) close() []string {
	net.DefaultResolver = c.resolver
	c.listener.Close()
	<-c.done
	return c.called
}

// url is an address at the canary.
func (c *canary) url(path string) string { return "http://" + c.listener.Addr().String() + path }
