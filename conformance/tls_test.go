package conformance

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestNoEntry has servers refuse or let in a sender, and holds both to what a check expects.
func TestNoEntry(t *testing.T) {
	answers := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	for _, c := range []struct {
		name    string
		handler http.Handler
		asks    tls.ClientAuthType
		plain   bool
		passes  bool
	}{
		{"answered", answers(http.StatusOK), tls.NoClientCert, false, false},
		{"forbidden", answers(http.StatusForbidden), tls.NoClientCert, false, true},
		{"a certificate is wanted", answers(http.StatusOK), tls.RequireAnyClientCert, false, true},
		{"a fault of the server", answers(http.StatusInternalServerError), tls.NoClientCert, false, false},
		{"plain HTTP", answers(http.StatusOK), tls.NoClientCert, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(c.handler)
			server.TLS = &tls.Config{ClientAuth: c.asks, MinVersion: tls.VersionTLS12}
			server.StartTLS()
			defer server.Close()
			r := &run{target: Target{Registry: server.URL}, client: server.Client()}
			step := &Step{Send: Send{Request: &Request{Method: "GET"}}, Expect: &Expect{Response: "no-entry"}}
			if c.plain {
				step.TLS = &TLSForm{Plain: true}
			}
			problems, _, err := r.step(t.Context(), newScope(nil), step, "step")
			if err != nil {
				t.Fatal(err)
			}
			if passes := len(problems) == 0; passes != c.passes {
				t.Errorf("passes: %t, want %t: %v", passes, c.passes, problems)
			}
		})
	}
}

// TestNobodyThere wants an error, not a pass, of a check that expects to be refused where nobody listens.
func TestNobodyThere(t *testing.T) {
	r := &run{target: Target{Registry: "https://127.0.0.1:1/"}, client: http.DefaultClient}
	_, _, err := r.step(t.Context(), newScope(nil), &Step{Send: Send{Request: &Request{}}, Expect: &Expect{Response: "no-entry"}}, "step")
	if err == nil {
		t.Error("a server that is not there passes for one that refuses")
	}
}

// TestTLSWords reads the words of a connection.
func TestTLSWords(t *testing.T) {
	for _, c := range []struct {
		form TLSForm
		says string
	}{
		{TLSForm{Min: "1.0", Max: "1.2", Suites: Strings{"TLS_RSA_WITH_AES_128_CBC_SHA"}, Curves: Strings{"P-256"}}, ""},
		{TLSForm{Min: "1.4"}, "no version"},
		{TLSForm{Suites: Strings{"TLS_FAST"}}, "no suite"},
		{TLSForm{Curves: Strings{"P-192"}}, "no curve"},
	} {
		err := c.form.apply(&tls.Config{}, nil)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%+v: error %v, want one that says %q", c.form, err, c.says)
		}
	}
}

// TestWithoutIdentities leaves out what needs identities where there are none, and on a server in profile dmp what does not.
func TestWithoutIdentities(t *testing.T) {
	r := &run{target: Target{Traits: []string{ProfileDMP}}, root: testScope()}
	r.offered.known = map[string]bool{"identities": false}
	for _, needs := range [][]string{nil, {"identities"}} {
		results := r.suite(t.Context(), &Suite{Name: "s", Needs: needs, Checks: []Check{{ID: "S-001"}}})
		if len(results) != 1 || results[0].Status != Skipped {
			t.Errorf("with needs %v: %+v", needs, results)
		}
	}
}
