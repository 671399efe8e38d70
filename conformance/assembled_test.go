package conformance_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"liasse/conformance"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/repository/fsblob"
	"liasse/soap"
)

// assembledTraits are the needs that assemble meets.
var assembledTraits = []string{"public-url", "retrieve-limit", "no-documents"}

// assemble serves a registry and a repository put together by hand, with bounds that the program's configuration does
// not offer: addresses known to the endpoints, and few bytes in one ITI-43 answer. Patients are fed by ITI-44.
func assemble(t *testing.T) conformance.Target {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: filepath.Join(dir, "registry.db")})
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := fsblob.Open(filepath.Join(dir, "documents"))
	if err != nil {
		t.Fatal(err)
	}
	reg, err := registry.New(registry.Config{Store: store, Affinity: registry.Affinity{AssigningAuthorities: []string{conformance.DefaultAssigningAuthority}}})
	if err != nil {
		t.Fatal(err)
	}
	repo, err := repository.New(repository.Config{UniqueID: "1.2.3.4.5.1", Blobs: blobs, Store: store, Registrar: repository.Local{Registry: reg}, MaxRetrieveBytes: 100000})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	mux := http.NewServeMux()
	mux.Handle("/registry", soap.NewHandler(soap.Config{SpoolDir: dir, Endpoints: []string{base + "/registry"}}, reg.Transactions()...))
	mux.Handle("/repository", soap.NewHandler(soap.Config{SpoolDir: dir, Endpoints: []string{base + "/repository"}}, repo.Transactions()...))
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: mux}}
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		if err := blobs.Close(); err != nil {
			t.Error(err)
		}
	})
	return conformance.Target{Registry: base + "/registry", Repository: base + "/repository", Traits: assembledTraits}
}
