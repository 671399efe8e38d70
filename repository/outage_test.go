package repository_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"liasse/registry"
	"liasse/repository"
	"liasse/soap"
)

// lostStore is a store that cannot be used from the moment on that err is set.
type lostStore struct {
	registry.Store
	err error
}

func (s *lostStore) View(ctx context.Context, read func(registry.Reader) error) error {
	if s.err != nil {
		return s.err
	}
	return s.Store.View(ctx, read)
}

func (s *lostStore) Submit(ctx context.Context, change func(registry.Tx) error) error {
	if s.err != nil {
		return s.err
	}
	return s.Store.Submit(ctx, change)
}

// deafBlobs cannot give a blob from the moment on that err is set.
type deafBlobs struct {
	repository.Blobs
	err error
}

func (b *deafBlobs) Open(ctx context.Context, address repository.Address, size int64) (repository.Blob, error) {
	if b.err != nil {
		return nil, b.err
	}
	return b.Blobs.Open(ctx, address, size)
}

// TestRetrieveOutage: a document that cannot be given now is never answered as one that is not there, in either language,
// and is given when the repository is well again.
func TestRetrieveOutage(t *testing.T) {
	for _, c := range []struct {
		name         string
		store, blobs error
		code         string
		status       int
		says         map[string]string
	}{
		{"the database cannot be reached", fmt.Errorf("connecting: %w", registry.ErrUnavailable), nil, "XDSRepositoryBusy", 503, map[string]string{
			"en": "[OPS-021] The repository cannot use its database now", "fr": "[OPS-021] L'entrepôt ne peut pas utiliser sa base de données"}},
		{"the database is busy", registry.ErrBusy, nil, "XDSRepositoryBusy", 503, map[string]string{"en": "[OPS-021] ", "fr": "[OPS-021] "}},
		{"damaged", nil, repository.ErrDamaged, "XDSRepositoryError", 200, map[string]string{
			"en": "[OPS-022] The document is damaged in the repository and is not given (1.2.3.1)", "fr": "[OPS-022] Le document est endommagé"}},
		{"missing", nil, repository.ErrNoBlob, "XDSRepositoryError", 200, map[string]string{"en": "[OPS-022] ", "fr": "[OPS-022] "}},
		{"unreadable", nil, errors.New("a disk burnt"), "XDSRepositoryError", 200, map[string]string{
			"en": "[OPS-023] The document cannot be read now (1.2.3.1). Ask again later", "fr": "[OPS-023] Le document ne peut pas être lu pour le moment"}},
	} {
		for _, lang := range []string{"en", "fr"} {
			t.Run(c.name+"/"+lang, func(t *testing.T) {
				store, blobs := &lostStore{}, &deafBlobs{}
				w := newWorld(t, options{
					repository: func(cfg *repository.Config) { store.Store, cfg.Store, cfg.Language = cfg.Store, store, lang },
					blobs:      func(b repository.Blobs) repository.Blobs { blobs.Blobs = b; return blobs },
				})
				if r := w.provide(t, two()); r.outcome != "Success" {
					t.Fatal(r)
				}
				store.err, blobs.err = c.store, c.blobs
				r := w.retrieve(t, request("", repositoryOID, "1.2.3.1"))
				if r.outcome != "Failure" || r.codes() != c.code || r.status != c.status || (r.retryAfter != "") != (c.status == http.StatusServiceUnavailable) ||
					len(r.documents) != 0 || !strings.HasPrefix(r.errors[0].context, c.says[lang]) || strings.Contains(r.raw, "burnt") {
					t.Errorf("%v, Retry-After %q", r, r.retryAfter)
				}
				store.err, blobs.err = nil, nil
				if r := w.retrieve(t, request("", repositoryOID, "1.2.3.1")); r.outcome != "Success" || len(r.documents) != 1 {
					t.Errorf("well again: %v", r)
				}
			})
		}
	}
}

// TestOwnStoreOutage: a repository that cannot record where documents are sends nothing to the registry elsewhere, and
// says that it is itself that cannot; the lot is taken when it can.
func TestOwnStoreOutage(t *testing.T) {
	elsewhere := newWorld(t, options{})
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		asked++
		elsewhere.handler.ServeHTTP(out, in)
	}))
	defer server.Close()
	store := &lostStore{}
	w := newWorld(t, options{repository: func(cfg *repository.Config) {
		store.Store, cfg.Store = cfg.Store, store
		cfg.Registrar = &repository.Remote{URL: server.URL, Store: store, Client: &soap.Client{}}
	}})
	before := w.state(t)
	for _, err := range []error{registry.ErrUnavailable, registry.ErrBusy, registry.ErrOutcomeUnknown} {
		store.err = fmt.Errorf("recording: %w", err)
		r := w.provide(t, two())
		if r.outcome != "Failure" || r.codes() != "XDSRepositoryBusy" || r.status != http.StatusServiceUnavailable || r.retryAfter == "" ||
			!strings.HasPrefix(r.errors[0].context, "[OPS-021] ") || asked != 0 {
			t.Errorf("%v: the registry was asked %d times: %v", err, asked, r)
		}
	}
	store.err = nil
	if state := w.state(t); strings.Contains(state, "content ") || !strings.HasPrefix(state, before) {
		t.Errorf("the lot is recorded:\n%s", state)
	}
	if r := w.provide(t, two()); r.outcome != "Success" || asked != 1 {
		t.Errorf("the registry was asked %d times: %v", asked, r)
	}
}

// TestReachable: what answers at the registry's address counts, a gateway's excuse does not.
func TestReachable(t *testing.T) {
	status := http.StatusMethodNotAllowed
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	m := &repository.Remote{URL: server.URL, Client: &soap.Client{}}
	for _, status = range []int{http.StatusOK, http.StatusMethodNotAllowed, http.StatusNotFound} {
		if err := m.Reachable(t.Context()); err != nil {
			t.Errorf("HTTP %d: %v", status, err)
		}
	}
	for _, status = range []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		if m.Reachable(t.Context()) == nil {
			t.Errorf("HTTP %d counts as an answer", status)
		}
	}
	server.Close()
	if m.Reachable(t.Context()) == nil {
		t.Error("nothing is there, and it counts as an answer")
	}
}
