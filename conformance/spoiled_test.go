package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"liasse/conformance"
	"liasse/internal/server"
)

// replace makes a spoiler that changes text in answers whose body holds a mark.
func replace(mark, from, to string) func(*http.Response, []byte) []byte {
	return func(_ *http.Response, body []byte) []byte {
		if !bytes.Contains(body, []byte(mark)) {
			return body
		}
		return bytes.ReplaceAll(body, []byte(from), []byte(to))
	}
}

// cut removes the first element of a name, with its content, from answers to queries.
func cut(start, end string) func(*http.Response, []byte) []byte {
	return func(_ *http.Response, body []byte) []byte {
		i := bytes.Index(body, []byte(start))
		if i < 0 {
			return body
		}
		j := bytes.Index(body[i:], []byte(end))
		if j < 0 {
			return body
		}
		return slices.Concat(body[:i], body[i+j+len(end):])
	}
}

// TestSuitesNotice puts a proxy between the suites and Liasse that spoils the answers in one way, and wants the suites
// to notice: a check that cannot fail proves nothing. The server is judged as a stranger, without what only Liasse owes.
func TestSuitesNotice(t *testing.T) {
	t.Parallel()
	origin := start(t, func(c *server.Config) { c.MLLP.Listen = "" })
	for _, c := range []struct {
		name   string
		suites []string
		spoil  func(*http.Response, []byte) []byte
		// atLeast checks must fail, and all of those named.
		atLeast int
		named   []string
	}{
		{"nothing spoiled", []string{"get-queries", "retrieve", "effects"}, func(_ *http.Response, b []byte) []byte { return b }, 0, nil},
		{"an association is missing", []string{"get-queries"}, cut("<Association ", "</Association>"), 10, []string{"SQ-AS-003", "SQ-SC-003"}},
		{"everything is approved", []string{"effects"}, replace("AdhocQueryResponse", "StatusType:Deprecated", "StatusType:Approved"), 5, []string{"EFF-001", "EFF-005"}},
		{"a byte of every document differs", []string{"retrieve"}, replace("RetrieveDocumentSetResponse", "\r\n\r\nun\r\n", "\r\n\r\nuN\r\n"), 3, []string{"RET-001"}},
		{"partial success is said to be success", []string{"retrieve"}, replace("", "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess", "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"), 2, []string{"RET-008"}},
		{"errors are said to be success", []string{"folder"}, replace("", "ResponseStatusType:Failure", "ResponseStatusType:Success"), 8, []string{"FO-003"}},
		{"another error code", []string{"registry"}, replace("", `errorCode="XDSPatientIdDoesNotMatch"`, `errorCode="XDSRegistryError"`), 4, []string{"REG-003"}},
		{"the answer relates to another message", []string{"addressing"}, replace("", "RelatesTo>urn:uuid:", "RelatesTo>urn:uuid:0"), 2, []string{"WSA-001"}},
		{"a slot is lost", []string{"find-documents"}, cut(`<Slot name="languageCode">`, "</Slot>"), 1, []string{"SQ-FD-001"}},
		{"faults are empty answers", []string{"envelope"}, func(r *http.Response, b []byte) []byte {
			if r.StatusCode >= 400 {
				return nil
			}
			return b
		}, 10, []string{"SOAP-004", "XML-001"}},
		{"the XML is cut off", []string{"find-others"}, func(_ *http.Response, b []byte) []byte {
			return bytes.TrimSuffix(b, []byte("Envelope>"))
		}, 0, []string{"SQ-FS-001"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			report := runSpoiled(t, origin, c.suites, c.spoil)
			failed := map[string]bool{}
			for _, r := range report.Results {
				if r.Status == conformance.Failed || r.Status == conformance.Blocked {
					failed[r.ID] = true
				}
			}
			if c.name == "nothing spoiled" && len(failed) > 0 {
				t.Errorf("%d checks fail although nothing was spoiled", len(failed))
			}
			if len(failed) < c.atLeast {
				t.Errorf("%d checks noticed, at least %d should", len(failed), c.atLeast)
			}
			for _, id := range c.named {
				if !failed[id] {
					t.Errorf("%s did not notice", id)
				}
			}
		})
	}
}

func runSpoiled(t *testing.T, origin server.Addresses, suites []string, spoil func(*http.Response, []byte) []byte) *conformance.Report {
	t.Helper()
	address, err := url.Parse(origin.Registry)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = ""
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(address) },
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return fmt.Errorf("reading the answer: %w", err)
			}
			body = spoil(r, body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	}
	front := httptest.NewServer(proxy)
	defer front.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	report, err := conformance.Run(ctx, conformance.Target{
		Registry: front.URL + server.RegistryPath, Repository: front.URL + server.RepositoryPath, Admin: origin.Admin,
		RepositoryUniqueID: server.DefaultRepositoryID, Server: "other",
	}, conformance.Options{Parallel: 2, Filter: func(suite, _ string) bool { return slices.Contains(suites, suite) }})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestLiasseAsStranger judges Liasse as any other server: nothing that the standard asks of all may fail.
func TestLiasseAsStranger(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs every suite a second time")
	}
	a := start(t, nil)
	target := target(a)
	target.Server = "other"
	report, err := conformance.Run(context.Background(), target, conformance.Options{Parallel: 4})
	if err != nil {
		t.Fatal(err)
	}
	if report.Count(conformance.Failed)+report.Count(conformance.Blocked) > 0 {
		var text strings.Builder
		if err := report.WriteText(&text, false); err != nil {
			t.Fatal(err)
		}
		t.Error(text.String())
	}
	if report.Count(conformance.Passed) < 700 {
		t.Errorf("only %d checks were run", report.Count(conformance.Passed))
	}
}

// TestKnownPatientOnly runs against a server whose administration and feed the runner may not use: what needs only one
// known patient is run, the rest is said not to be.
func TestKnownPatientOnly(t *testing.T) {
	t.Parallel()
	a := start(t, nil)
	const patient = "77^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"
	response, err := http.Post(a.Admin+"/patients", "application/json", strings.NewReader(`{"id":"`+patient+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	report, err := conformance.Run(context.Background(), conformance.Target{Registry: a.Registry, Admin: "http://127.0.0.1:1", Patient: patient},
		conformance.Options{Filter: func(suite, _ string) bool { return suite == "folder" || suite == "get-queries" || suite == "retrieve" }})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		want := map[string]conformance.Status{"folder": conformance.Passed, "get-queries": conformance.Skipped, "retrieve": conformance.Skipped}[r.Suite]
		if r.Status != want {
			t.Errorf("%s is %s, want %s: %s %v", r.ID, r.Status, want, r.Reason, r.Problems)
		}
	}
	if code := report.ExitCode(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

// TestNoAnswer wants an error, not a report, when nobody answers.
func TestNoAnswer(t *testing.T) {
	_, err := conformance.Run(context.Background(), conformance.Target{Registry: "http://127.0.0.1:1/"}, conformance.Options{})
	if err == nil || !strings.Contains(err.Error(), "no answer") {
		t.Errorf("error %v, want one that says there was no answer", err)
	}
}
