package registry_test

import (
	"net/http"
	"strings"
	"testing"

	"liasse/internal/postgrestest"
	"liasse/registry"
	"liasse/registry/sqlstore"
)

// TestDatabaseStops stops PostgreSQL under a registry that serves: a lot and a query are answered with what to do, and the
// same lot sent again is registered when the server is back.
func TestDatabaseStops(t *testing.T) {
	if testing.Short() {
		t.Skip("a database server is started twice")
	}
	t.Parallel()
	server := postgrestest.Start(t)
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Driver: "postgres", DSN: server.Database(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	r, err := registry.New(registry.Config{Store: store, Affinity: registry.Affinity{AssigningAuthorities: []string{authority}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AddPatient(t.Context(), patientID); err != nil {
		t.Fatal(err)
	}
	id, _ := queryID(t, "FindDocuments")
	query := adhocQuery(id, "ObjectRef", param("$XDSDocumentEntryPatientId", quoted(patientID)), param("$XDSDocumentEntryStatus", approvedList))
	server.Stop(t)
	for action, body := range map[string]string{registerAction: message(t, "one"), "urn:ihe:iti:2007:RegistryStoredQuery": query} {
		w := wired(r, action, body)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), `errorCode="XDSRegistryBusy" codeContext="[OPS-012] `) {
			t.Errorf("%s: HTTP %d %s", action, w.Code, w.Body)
		}
	}
	server.Resume(t)
	if w := wired(r, registerAction, message(t, "one")); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), registry.StatusSuccess) {
		t.Errorf("the same lot again: HTTP %d %s", w.Code, w.Body)
	}
	if w := wired(r, "urn:ihe:iti:2007:RegistryStoredQuery", query); strings.Count(w.Body.String(), "<ObjectRef") != 1 {
		t.Errorf("the same query again: HTTP %d %s", w.Code, w.Body)
	}
}
