package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/server"
)

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

// start runs a server on a folder of the test's, on free loopback ports, and ends it with the test.
func start(t *testing.T, change func(*server.Config)) (*server.Server, *logBuffer) {
	t.Helper()
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.Listen, cfg.AdminListen = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", "127.0.0.1:0"
	if change != nil {
		change(&cfg)
	}
	logs := &logBuffer{}
	srv, err := server.Start(t.Context(), cfg, logs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Errorf("closing the server: %v", err)
		}
	})
	return srv, logs
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestAdmin(t *testing.T) {
	srv, _ := start(t, nil)
	admin := srv.Addresses().Admin
	for _, tt := range []struct {
		name, path string
		status     int
		holds      string
	}{
		{"health", "/health", 200, `"alive"`},
		{"health names the repository", "/health", 200, server.DefaultRepositoryID},
		{"ready", "/ready", 200, `"ready"`},
		{"metrics", "/metrics", 200, "go_goroutines"},
		{"unknown path", "/nothing", 404, ""},
		{"patients is not to be read", "/patients", 405, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body := get(t, admin+tt.path)
			if status != tt.status || !strings.Contains(body, tt.holds) {
				t.Errorf("GET %s answered %d %s", tt.path, status, body)
			}
		})
	}
}

func TestAddPatient(t *testing.T) {
	srv, _ := start(t, nil)
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
	}{
		{"known authority", "application/json", `{"id":"P1^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"}`, 201},
		{"known already", "application/json", `{"id":"P1^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"}`, 201},
		{"with a charset", "application/json; charset=utf-8", `{"id":"P2^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"}`, 201},
		{"foreign authority", "application/json", `{"id":"P1^^^&1.2.3&ISO"}`, 400},
		{"no CX", "application/json", `{"id":"P1"}`, 400},
		{"unknown field", "application/json", `{"id":"P3^^^&1.3.6.1.4.1.21367.13.20.1000&ISO","name":"x"}`, 400},
		{"two values", "application/json", `{"id":"P3^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"}{}`, 400},
		{"too long", "application/json", `{"id":"` + strings.Repeat("9", 5000) + `"}`, 400},
		{"a form of a page elsewhere", "application/x-www-form-urlencoded", `id=P1`, 415},
		{"plain text of a page elsewhere", "text/plain", `{"id":"P1^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"}`, 415},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, err := http.Post(srv.Addresses().Admin+"/patients", tt.contentType, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != tt.status {
				t.Errorf("answered %d %s, want %d", resp.StatusCode, body, tt.status)
			}
			if !json.Valid(body) {
				t.Errorf("the answer is not JSON: %s", body)
			}
		})
	}
}

func TestEndpoints(t *testing.T) {
	srv, _ := start(t, nil)
	base := strings.TrimSuffix(srv.Addresses().Registry, server.RegistryPath)
	for _, tt := range []struct {
		name, path string
		status     int
	}{
		{"wsdl of the registry", server.RegistryPath + "?wsdl", 200},
		{"wsdl of the repository", server.RepositoryPath + "?wsdl", 200},
		{"a schema", server.RegistryPath + "?xsd=rim.xsd", 200},
		{"no such schema", server.RegistryPath + "?xsd=../../etc/passwd", 404},
		{"not a POST", server.RegistryPath, 405},
		{"another path", "/xds/elsewhere", 404},
		{"the admin interface is elsewhere", "/metrics", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if status, body := get(t, base+tt.path); status != tt.status {
				t.Errorf("answered %d %.300s, want %d", status, body, tt.status)
			}
		})
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.Listen, cfg.AdminListen = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	srv, err := server.Start(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- srv.Wait(ctx) }()
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the server did not end")
	}
	if _, err := http.Get(srv.Addresses().Registry + "?wsdl"); err == nil {
		t.Error("the server still answers")
	}
	again, err := server.Start(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatalf("starting again on the same folder: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct{ name, text, fault string }{
		{"empty", ``, ""},
		{"everything of the documentation", documented(t), ""},
		{"unknown key", "diir = \"x\"\n", "diir"},
		{"unknown key in a table", "[store]\ndrivers = \"x\"\n", "drivers"},
		{"not TOML", "dir = \n", "cannot be read"},
		{"wrong type", "[store]\nqueue = \"many\"\n", "queue"},
		{"unknown rule", "[rules]\n\"XDS-NO-001\" = \"warning\"\n", "no rule has this id"},
		{"unknown severity", "[rules]\n\"SOAP-001\" = \"mild\"\n", "off, warning, error"},
		{"unknown profile", "profile = \"pmd\"\n", "profile is"},
		{"no dsn", "[store]\ndriver = \"postgres\"\n", "store.dsn"},
		{"bad address", "listen = \"8080\"\n", "host:port"},
		{"unknown attribute", "[[affinity.codes.colour]]\ncode = \"x\"\n", "colour"},
		{"namespace of the default authority", "[affinity]\nnamespaces = { \"HOSP\" = \"1.3.6.1.4.1.21367.13.20.1000\" }\n", ""},
		{"namespace of another authority", "[affinity]\nnamespaces = { \"HOSP\" = \"1.2.3\" }\n", "affinity.namespaces"},
		{"bad code mode", "[affinity]\ncode_mode = \"loud\"\n", "code_mode"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(dir, "liasse.toml")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := server.LoadConfig(path)
			if err == nil {
				err = cfg.Check()
			}
			switch {
			case tt.fault == "":
				if err != nil {
					t.Errorf("refused: %v", err)
				}
			case err == nil || !strings.Contains(err.Error(), tt.fault):
				t.Errorf("got %v, want a fault that names %q", err, tt.fault)
			}
		})
	}
}

// documented gives the example of docs/configuration.md, which must stay readable.
func documented(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "```toml\n")
	example, _, ended := strings.Cut(rest, "```")
	if !ok || !ended {
		t.Fatal("docs/configuration.md has no example")
	}
	return example
}

func TestTwoServersCannotShareAPort(t *testing.T) {
	srv, _ := start(t, nil)
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.AdminListen = t.TempDir(), "127.0.0.1:0"
	cfg.Listen = strings.TrimSuffix(strings.TrimPrefix(srv.Addresses().Registry, "http://"), server.RegistryPath)
	if _, err := server.Start(t.Context(), cfg, io.Discard); err == nil {
		t.Error("two servers listen on one address")
	}
}

func TestLooseFoldersAreRefused(t *testing.T) {
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.Listen, cfg.AdminListen = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	if err := os.Mkdir(cfg.DatabaseDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(cfg.DatabaseDir(), 0o755); err != nil { // whatever the umask
		t.Fatal(err)
	}
	_, err := server.Start(t.Context(), cfg, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("started with a folder that others may enter: %v", err)
	}
}

// A folder that was there before, open to others, gets private ones inside.
func TestDataIsPrivate(t *testing.T) {
	srv, _ := start(t, func(c *server.Config) {
		if err := os.MkdirAll(c.Dir, 0o755); err != nil {
			t.Fatal(err)
		}
	})
	entries, err := os.ReadDir(srv.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 3 {
		t.Errorf("the data folder holds %d entries", len(entries))
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
	}
}

// What somebody before us may have read otherwise than net/http does is not followed by another request.
func TestNothingFollowsAnAmbiguousRequest(t *testing.T) {
	srv, _ := start(t, nil)
	address := strings.TrimSuffix(strings.TrimPrefix(srv.Addresses().Registry, "http://"), server.RegistryPath)
	const next = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, tt := range []struct{ name, request, status string }{
		{"length and chunks", "POST /xds/registry HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
		{"two lengths", "POST /xds/registry HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n<a/>", "400"},
		{"unknown transfer coding", "POST /xds/registry HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "501"},
		{"absolute form", "POST http://elsewhere/xds/registry HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "400"},
		{"two slashes", "POST //xds/registry HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"},
		{"encoded path", "POST /xds/%72egistry HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"},
		{"dots", "POST /xds/../xds/registry HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"},
		{"header past 64 KiB", "POST /xds/registry HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 65<<10) + "\r\n\r\n", "431"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, tt.request+next); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(conn)
			if len(answer) == 0 {
				t.Fatalf("no answer: %v", err)
			}
			if !bytes.HasPrefix(answer, []byte("HTTP/1.1 "+tt.status)) || bytes.Count(answer, []byte("HTTP/1.1 ")) != 1 {
				t.Errorf("answered %.400s", answer)
			}
		})
	}
}
