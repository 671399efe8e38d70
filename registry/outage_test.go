package registry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/schemas"
	"liasse/soap"
)

// lostStore answers everything with an error, as a store does that cannot serve now.
type lostStore struct {
	registry.Store
	err error
}

func (s lostStore) View(context.Context, func(registry.Reader) error) error { return s.err }
func (s lostStore) Submit(context.Context, func(registry.Tx) error) error   { return s.err }

// outages are the errors of a store and what every sender is told of them. The outcome of a query is always known.
var outages = []struct {
	err                error
	code, id           string
	english, french    string
	http               int
	notOfQuery, denied bool // denied: the words say that nothing was changed
}{
	{registry.ErrBusy, "XDSRegistryBusy", "[OPS-010] ", "is busy and took nothing", "est occupé et n'a rien pris", 503, false, true},
	{fmt.Errorf("writing: %w", registry.ErrOutOfSpace), "XDSRegistryOutOfResources", "[OPS-011] ", "Tell its operator", "Prévenir son exploitant", 200, true, true},
	{fmt.Errorf("connecting: %w", registry.ErrUnavailable), "XDSRegistryBusy", "[OPS-012] ", "Send the same message again in a minute", "Renvoyer le même message dans une minute", 503, false, true},
	{fmt.Errorf("%w: reset by peer", registry.ErrOutcomeUnknown), "XDSRegistryError", "[OPS-013] ", "XDSDuplicateUniqueIdInRegistry then says", "XDSDuplicateUniqueIdInRegistry dit alors", 200, true, false},
}

// wired posts a body as a SOAP message and gives the answer with its HTTP header.
func wired(r *registry.Registry, action, body string) *httptest.ResponseRecorder {
	envelope := `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action s:mustUnderstand="true">` +
		action + `</a:Action><a:MessageID>urn:uuid:0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6e</a:MessageID></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
	req := httptest.NewRequest(http.MethodPost, "/xds/registry", strings.NewReader(envelope))
	req.Header.Set("Content-Type", "application/soap+xml; charset=utf-8")
	w := httptest.NewRecorder()
	soap.NewHandler(soap.Config{}, r.Transactions()...).ServeHTTP(w, req)
	return w
}

// TestOutages: what is not the sender's fault is answered so that the sender knows what became of the message and what to
// do, in both languages and in every transaction; nothing is stored.
func TestOutages(t *testing.T) {
	find, _ := queryID(t, "FindDocuments")
	several, _ := queryID(t, "FindDocumentsForMultiplePatients")
	v := newValidator(t)
	for _, transaction := range []struct {
		name, action, body, element string
		query                       bool
	}{
		{"ITI-42", registerAction, message(t, "one"), "RegistryResponse", false},
		{"ITI-61", onDemandAction, message(t, "ondemand"), "RegistryResponse", false},
		{"ITI-18", "urn:ihe:iti:2007:RegistryStoredQuery", adhocQuery(find, "LeafClass",
			param("$XDSDocumentEntryPatientId", "'"+patientID+"'"), param("$XDSDocumentEntryStatus", approvedList)), "AdhocQueryResponse", true},
		{"ITI-51", "urn:ihe:iti:2009:MultiPatientStoredQuery", adhocQuery(several, "ObjectRef",
			param("$XDSDocumentEntryPatientId", "('"+patientID+"')"), param("$XDSDocumentEntryStatus", approvedList)), "AdhocQueryResponse", true},
	} {
		for _, o := range outages {
			if transaction.query && o.notOfQuery {
				continue
			}
			for _, lang := range []string{"en", "fr"} {
				t.Run(transaction.name+"/"+o.code+"/"+lang, func(t *testing.T) {
					h := newHouse(t, func(cfg *registry.Config) { cfg.Store, cfg.Language = lostStore{cfg.Store, o.err}, lang })
					w := wired(h.Registry, transaction.action, transaction.body)
					text := strings.ReplaceAll(w.Body.String(), "&#39;", "'")
					words := map[string]string{"en": o.english, "fr": o.french}[lang]
					for _, want := range []string{`errorCode="` + o.code + `"`, `codeContext="` + o.id, words, transaction.element, registry.StatusFailure} {
						if !strings.Contains(text, want) {
							t.Errorf("%q is not in %s", want, text)
						}
					}
					if w.Code != o.http || (w.Header().Get("Retry-After") != "") != (o.http == http.StatusServiceUnavailable) {
						t.Errorf("HTTP %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
					}
					if denies := strings.Contains(text, "nothing") || strings.Contains(text, "rien"); denies != o.denied {
						t.Errorf("that nothing was changed is said: %v\n%s", denies, text)
					}
					if strings.Contains(text, "reset by peer") || strings.Contains(text, registry.StatusSuccess) {
						t.Errorf("the answer tells what it must not: %s", text)
					}
					valid(t, v, w.Body.Bytes(), schemas.Message)
					if all := h.holdings(patientID); len(all.sets)+len(all.documents) != 0 {
						t.Errorf("something is stored: %+v", all)
					}
				})
			}
		}
	}
}

// TestOutageOfARefusedLot: a lot that is wrong is to be mended, whatever else is the matter.
func TestOutageOfARefusedLot(t *testing.T) {
	h := newHouse(t, func(cfg *registry.Config) { cfg.Store = lostStore{cfg.Store, registry.ErrUnavailable} })
	w := wired(h.Registry, registerAction, message(t, "one", swap("1.2.250.1.999.3.1", "x")))
	for _, want := range []string{"[OPS-012] ", `errorCode="XDSRegistryMetadataError"`} {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("HTTP %d without %s: %s", w.Code, want, w.Body)
		}
	}
}

// TestOtherErrors: an error that nobody foresaw stays a fault that tells nothing of the inside.
func TestOtherErrors(t *testing.T) {
	h := newHouse(t, func(cfg *registry.Config) { cfg.Store = lostStore{cfg.Store, errors.New("a secret")} })
	w := wired(h.Registry, registerAction, message(t, "one"))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "[OPS-001] ") {
		t.Errorf("HTTP %d %s", w.Code, w.Body)
	}
}

// TestOperationalRulesStand: no configuration makes the state of the server right.
func TestOperationalRulesStand(t *testing.T) {
	for _, r := range rule.All() {
		_, err := rule.NewPolicy(map[string]rule.Severity{r.ID: rule.Off})
		if (err != nil) != r.Operational {
			t.Errorf("%s set to off: %v", r.ID, err)
		}
	}
}
