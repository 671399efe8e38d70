package soap

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"liasse/internal/rule"
)

type contextKey struct{}

// TestRecord wants one record of each request, made before anything of the answer leaves, with what will be answered.
func TestRecord(t *testing.T) {
	security := `<w:Security xmlns:w="` + SecurityNamespace + `" s:mustUnderstand="1"/>`
	for _, c := range []struct {
		name, header, body, contentType string
		authenticate                    error
		record                          error
		outcome                         Outcome
		status                          int
		served                          bool
		says                            string
	}{
		{name: "accepted", header: security, outcome: OutcomeSuccess, status: 200, served: true},
		{name: "nobody we know", authenticate: &Fault{Subcodes: []QName{{SecurityNamespace, "FailedAuthentication"}}, Reason: "who are you"},
			outcome: OutcomeFault, status: 400, says: "who are you"},
		{name: "an error of ours", authenticate: errors.New("the directory is gone"), outcome: OutcomeFault, status: 500, says: "[OPS-001] "},
		{name: "not SOAP", body: "<a", outcome: OutcomeFault, status: 400},
		{name: "not XML", contentType: "text/plain", outcome: OutcomeHTTP, status: 415},
		{name: "no record, no answer", record: errors.New("the disk is full"), outcome: OutcomeSuccess, status: 503, served: true, says: "[OPS-003] "},
		{name: "no record, no refusal", contentType: "text/plain", record: errors.New("the disk is full"), outcome: OutcomeHTTP, status: 503, says: "[OPS-003] "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var recorded []RequestInfo
			e := serve(t, func(cfg *Config) {
				cfg.Begin = func(ctx context.Context, _ *http.Request) context.Context {
					return context.WithValue(ctx, contextKey{}, "begun")
				}
				cfg.Authenticate = func(ctx context.Context, req *Request) (context.Context, error) {
					if ctx.Value(contextKey{}) != "begun" {
						t.Error("the context of Begin does not reach Authenticate")
					}
					if req.Body.IsZero() || req.Transaction == nil {
						t.Error("Authenticate is asked before the envelope was judged")
					}
					return ctx, c.authenticate
				}
				cfg.Record = func(ctx context.Context, info *RequestInfo) error {
					if ctx.Value(contextKey{}) != "begun" {
						t.Error("the context of Begin does not reach Record")
					}
					recorded = append(recorded, *info)
					return c.record
				}
			})
			body, contentType := c.body, c.contentType
			if body == "" {
				body = envelope(headerFor(findAction)+c.header, findBody)
			}
			if contentType == "" {
				contentType = simpleType
			}
			a := e.post(t, contentType, body)
			if a.status != c.status || !strings.Contains(string(a.body), c.says) {
				t.Errorf("answered %d %s, want %d with %q", a.status, a.body, c.status, c.says)
			}
			if served := e.calls() > 0; served != c.served {
				t.Errorf("served is %v", served)
			}
			if len(recorded) != 1 || recorded[0].Outcome != c.outcome {
				t.Fatalf("recorded %+v, want once %q", recorded, c.outcome)
			}
			if strings.Contains(string(a.body), "SOAP-011") || recorded[0].Findings.Has(rule.Lookup("SOAP-011")) {
				t.Error("a wsse:Security that is looked into is called unprocessed")
			}
		})
	}
}
