package repository_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/soap"
)

// apart makes a repository whose registry is another process: a store of its own, and ITI-42 to the address given.
func apart(t *testing.T, url string) *world {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "repository.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	w := newWorld(t, options{repository: func(c *repository.Config) {
		c.Store = store
		c.Registrar = &repository.Remote{URL: url, Store: store, Client: &soap.Client{Timeout: 500 * time.Millisecond}}
	}})
	_ = w.store.Close()
	w.store = store
	return w
}

func TestRemote(t *testing.T) {
	elsewhere := newWorld(t, options{})
	w := apart(t, elsewhere.url)
	m := two()
	m.docs[0].slots = slot("urn:extra:one", "kept &amp; sent")
	if r := w.provide(t, m); r.outcome != "Success" {
		t.Fatal(r)
	}
	if state := elsewhere.state(t); !strings.Contains(state, "document 1.2.3.1 "+sha1Of(m.docs[0].content)+" 15 "+repositoryOID) || strings.Contains(state, "content ") {
		t.Errorf("the registry has:\n%s", state)
	}
	state := w.state(t)
	if strings.Contains(state, "document ") || strings.Count(state, "content ") != 2 || strings.Count(state, "blob ") != 2 {
		t.Errorf("the repository has:\n%s", state)
	}
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.1"), request("", repositoryOID, "1.2.3.2")); len(r.documents) != 2 {
		t.Error(r)
	}

	t.Run("the registry's errors are copied", func(t *testing.T) {
		refused := two()
		refused.patient = "nobody^^^&amp;" + authorityOID + "&amp;ISO"
		refused.set, refused.docs[0].uniqueID = "1.2.3.201", "1.2.3.21"
		r := w.provide(t, refused)
		if r.outcome != "Failure" || !r.has("XDS-REG-001") || !strings.Contains(r.codes(), "XDSUnknownPatientId") || r.errors[0].location == "" {
			t.Error(r)
		}
		if after := w.state(t); after != state {
			t.Errorf("something stays, or is gone:\n%s\nbefore:\n%s", after, state)
		}
	})
	t.Run("a finding of the repository's reaches no registry", func(t *testing.T) {
		wrong := two()
		wrong.docs[0].slots = slot("size", "1")
		if r := w.provide(t, wrong); r.codes() != "XDSRepositoryMetadataError" {
			t.Error(r)
		}
	})
	t.Run("other bytes under a known uniqueId", func(t *testing.T) {
		other := two()
		other.set, other.docs[0].content = "1.2.3.202", []byte("other")
		r := w.provide(t, other)
		if r.codes() != "XDSNonIdenticalHash" || !r.has("XDS-REP-012") {
			t.Error(r)
		}
		if after := w.state(t); after != state {
			t.Errorf("something stays, or is gone:\n%s\nbefore:\n%s", after, state)
		}
	})
	t.Run("the same document again", func(t *testing.T) {
		again := two()
		again.set = "1.2.3.203"
		if r := w.provide(t, again); r.outcome != "Success" {
			t.Error(r)
		}
		again.set, again.patient = "1.2.3.204", "nobody^^^&amp;"+authorityOID+"&amp;ISO"
		if r := w.provide(t, again); r.outcome != "Failure" {
			t.Error(r)
		}
		if after := w.state(t); after != state {
			t.Errorf("a refused lot took away what a registered one needs:\n%s\nbefore:\n%s", after, state)
		}
	})
}

// TestRemoteConcurrently: lots with the same documents, some refused, never lose a registered document.
func TestRemoteConcurrently(t *testing.T) {
	elsewhere := newWorld(t, options{limits: soap.Limits{Concurrent: 64, PerClient: 64}})
	w := apart(t, elsewhere.url)
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			m := two()
			m.set = fmt.Sprint("1.2.3.3.", i)
			if i%2 == 0 {
				m.patient = "nobody^^^&amp;" + authorityOID + "&amp;ISO"
			}
			if r := w.provide(t, m); (r.outcome == "Success") != (i%2 == 1) {
				t.Error(r)
			}
		})
	}
	wait.Wait()
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.1"), request("", repositoryOID, "1.2.3.2")); len(r.documents) != 2 {
		t.Error(r)
	}
	if report, err := repository.Fsck(t.Context(), w.store, w.blobs, repository.FsckOptions{Grace: -1}); err != nil || !report.Clean() {
		t.Errorf("fsck: %+v, %v", report, err)
	}
}

// TestRemoteOutcomes: what is known of a lot decides whether its documents stay.
func TestRemoteOutcomes(t *testing.T) {
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	response := func(status string, errors string) string {
		return envelope("urn:ihe:iti:2007:RegisterDocumentSet-bResponse", `<rs:RegistryResponse xmlns:rs="`+registry.NamespaceRS+
			`" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:`+status+`">`+errors+`</rs:RegistryResponse>`)
	}
	warning := `<rs:RegistryErrorList><rs:RegistryError errorCode="XDSExtraMetadataNotSaved" codeContext="urn:x &lt;dropped&gt;" severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning" location="here"/></rs:RegistryErrorList>`
	unknown := `<rs:RegistryErrorList><rs:RegistryError errorCode="XDSRegistryError" codeContext="[OPS-013] It is not known" severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"/></rs:RegistryErrorList>`
	fault := func(code string) string {
		return envelope("http://www.w3.org/2005/08/addressing/fault", `<s:Fault><s:Code><s:Value>s:`+code+`</s:Value></s:Code><s:Reason><s:Text xml:lang="en">no</s:Text></s:Reason></s:Fault>`)
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		outcome string
		codes   string
		status  int
		kept    bool
	}{
		{"success with a warning", answer(200, simpleType, response("Success", warning)), "Success", "XDSExtraMetadataNotSaved", 200, true},
		{"failure without a reason", answer(200, simpleType, response("Failure", "")), "Failure", "XDSRegistryError", 200, false},
		{"busy", answer(503, simpleType, response("Failure", "")), "Failure", "XDSRegistryBusy", 503, false},
		{"a Sender fault", answer(400, simpleType, fault("Sender")), "Failure", "XDSRegistryNotAvailable", 200, false},
		{"a Receiver fault", answer(500, simpleType, fault("Receiver")), "Failure", "XDSRegistryNotAvailable", 200, true},
		{"not found", answer(404, "text/plain", "nothing here"), "Failure", "XDSRegistryNotAvailable", 200, false},
		{"an outcome unknown there", answer(200, simpleType, response("Failure", unknown)), "Failure", "XDSRegistryNotAvailable", 200, true},
		{"a gateway's error", answer(502, "text/html", "bad gateway"), "Failure", "XDSRegistryNotAvailable", 200, true},
		{"no XML", answer(200, simpleType, "hello"), "Failure", "XDSRegistryNotAvailable", 200, true},
		{"another answer", answer(200, simpleType, envelope("x", "<other/>")), "Failure", "XDSRegistryNotAvailable", 200, true},
		{"a status that is not known", answer(200, simpleType, response("Perhaps", "")), "Failure", "XDSRegistryNotAvailable", 200, true},
		{"silence", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(2 * time.Second):
			}
		}, "Failure", "XDSRegistryNotAvailable", 200, true},
		{"a broken connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "Failure", "XDSRegistryNotAvailable", 200, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(c.handler)
			defer server.Close()
			w := apart(t, server.URL)
			r := w.provide(t, two())
			if r.outcome != c.outcome || r.codes() != c.codes || r.status != c.status {
				t.Error(r)
			}
			if len(r.errors) > 0 && c.codes == "XDSExtraMetadataNotSaved" && (r.errors[0].context != "urn:x <dropped>" || r.errors[0].location != "here" || r.errors[0].severity != "Warning") {
				t.Errorf("the warning was not copied through: %v", r)
			}
			if len(r.errors) > 0 && c.codes == "XDSRegistryNotAvailable" && strings.Contains(r.errors[0].context, "not known") != c.kept {
				t.Errorf("the answer does not say what is known: %v", r)
			}
			if c.name == "failure without a reason" && !strings.HasPrefix(r.errors[0].context, "[OPS-024] ") {
				t.Errorf("the answer does not say who gave no reason: %v", r)
			}
			state := w.state(t)
			if kept := strings.Contains(state, "content ") && strings.Contains(state, "blob "); kept != c.kept || !kept && state != "" {
				t.Errorf("kept: %v\n%s", kept, state)
			}
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		url := "http://" + listener.Addr().String()
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
		w := apart(t, url)
		if r := w.provide(t, two()); r.codes() != "XDSRegistryNotAvailable" || r.outcome != "Failure" || r.status != http.StatusOK {
			t.Error(r)
		}
		if state := w.state(t); state != "" {
			t.Errorf("something stays:\n%s", state)
		}
	})
}
