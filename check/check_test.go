package check_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"liasse/cda"
	"liasse/check"
	"liasse/internal/rule"
	"liasse/internal/server"
	"liasse/internal/testpki"
	"liasse/internal/xdsclient"
	"liasse/soap"
	"liasse/vihf"
)

// world is a test PKI, and a signed lot as it would go over the wire.
type world struct {
	dir     string
	request []byte
	cfg     server.Config
}

const letter = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
	<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
	<id root="1.3.6.1.4.1.21367.13.50.77"/>
	<code code="11490-0" codeSystem="2.16.840.1.113883.6.1" displayName="Lettre de liaison"/>
	<title>Lettre de liaison</title><effectiveTime value="20261103170000+0100"/>
	<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/><languageCode code="fr-FR"/>
	<recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="260058815400233"/></patientRole></recordTarget>
	<!-- a remark of the writer's -->
	<component><nonXMLBody><text mediaType="text/plain">Suites simples.</text></nonXMLBody></component>
</ClinicalDocument>
`

var errNotSent = errors.New("kept and not sent")

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	if _, err := testpki.Make(filepath.Join(w.dir, "pki"), testpki.Options{}); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.cfg, err = server.LoadConfig(filepath.Join(w.dir, "pki", "liasse.toml")); err != nil {
		t.Fatal(err)
	}
	identity, err := vihf.LoadIdentity(filepath.Join(w.dir, "pki", "identities", "medecin"))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(w.dir, "letter.xml")
	if err := os.WriteFile(name, []byte(letter), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := xdsclient.ReadFiles([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	client := &xdsclient.Client{Identity: identity, Repository: "http://localhost/xds/repository",
		SOAP: &soap.Client{HTTP: &http.Client{Transport: keep(func(body []byte) { w.request = body })}}}
	lots, err := xdsclient.Lots(files, xdsclient.LotOptions{Size: 1, Document: cda.Options{Fallback: cda.DefaultFallback("fr-FR")},
		Submission: cda.LotOptions{Authors: client.Authors()}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Send(t.Context(), &lots[0]); !errors.Is(err, errNotSent) {
		t.Fatal(err)
	}
	return w
}

// keep is a connection that keeps a request and goes nowhere.
type keep func(body []byte)

func (k keep) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	k(append([]byte("Content-Type: "+req.Header.Get("Content-Type")+"\r\n\r\n"), body...))
	return nil, errNotSent
}

func (w *world) judge(t *testing.T, content []byte, now func() time.Time) (*check.Result, []check.Hashed) {
	t.Helper()
	in, err := check.Recognise("capture", content)
	if err != nil {
		t.Fatal(err)
	}
	by, err := w.cfg.Judging(now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := check.New(context.Background(), check.Config{Dir: t.TempDir(), Verifier: by.Verifier, Profile: by.Profile, Rules: by.Rules,
		Language: "en", Affinity: by.Affinity, RepositoryID: by.RepositoryID})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	for range 2 { // what is accepted is forgotten
		if _, err := c.Judge(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	result, err := c.Judge(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result, check.Explain([]*check.Input{in})
}

// TestJudge damages a signed lot on its way and wants the server's words for it, and what happened to the digest.
func TestJudge(t *testing.T) {
	w := newWorld(t)
	replace := func(old, by string) func([]byte) []byte {
		return func(request []byte) []byte {
			if !bytes.Contains(request, []byte(old)) {
				t.Fatalf("the request does not hold %q", old)
			}
			return bytes.Replace(request, []byte(old), []byte(by), 1)
		}
	}
	inLetter := func(change func(string) string) func([]byte) []byte {
		return func(request []byte) []byte {
			return bytes.Replace(request, []byte(letter), []byte(change(letter)), 1)
		}
	}
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
		rule   string // of the first error; empty when it is accepted
		uri    string
	}{
		{name: "as it was signed", damage: bytes.Clone},
		{name: "line ends are not signed", damage: inLetter(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") })},
		{name: "a letter of the document", damage: replace("Suites simples", "Suites graves"), rule: "LOT-055", uri: "urn:oid:1.3.6.1.4.1.21367.13.50.77"},
		{name: "comments dropped", damage: replace("<!-- a remark of the writer's -->", ""), rule: "LOT-055", uri: "urn:oid:1.3.6.1.4.1.21367.13.50.77"},
		{name: "pretty-printing undone", damage: inLetter(func(s string) string { return regexp.MustCompile(`>\s+<`).ReplaceAllString(s, "><") }), rule: "LOT-055",
			uri: "urn:oid:1.3.6.1.4.1.21367.13.50.77"},
		{name: "a claim of the token", damage: replace(`code="normal"`, `code="centre_15"`), rule: "VIHF-", uri: "#"},
	} {
		t.Run(c.name, func(t *testing.T) {
			request := c.damage(w.request)
			result, hashed := w.judge(t, request, nil)
			first := ""
			for i := range result.Findings {
				if result.Findings[i].Severity.String() == "error" {
					first = result.Findings[i].Rule.ID
					break
				}
			}
			if (c.rule == "") != (first == "") || !strings.HasPrefix(first, c.rule) {
				t.Errorf("first error %q, want %q:\n%s", first, c.rule, result.In("en"))
			}
			if result.Caller == nil || result.Caller.NameID != "899900000118" {
				t.Errorf("the token's caller is %+v", result.Caller)
			}
			var text strings.Builder
			if err := check.WriteHashed(&text, hashed, "fr"); err != nil {
				t.Fatal(err)
			}
			for i := range hashed {
				h := &hashed[i]
				if h.Computed == "" || h.Octets == nil {
					continue
				}
				wrong := c.uri != "" && strings.HasPrefix(h.URI, c.uri) && (c.uri != "#" || strings.Contains(string(h.Octets), "centre_15"))
				if h.Matches() == wrong {
					t.Errorf("%s matches: %v, in\n%s", h.URI, h.Matches(), text.String())
				}
			}
		})
	}
}

// TestJudgeLater wants a token judged at the time asked for.
func TestJudgeLater(t *testing.T) {
	w := newWorld(t)
	later, _ := w.judge(t, w.request, func() time.Time { return time.Now().Add(3 * time.Hour) })
	if !later.Failed() || !strings.Contains(later.In("en"), "IssueInstant") {
		t.Errorf("after three hours it is said:\n%s", later.In("en"))
	}
	before, _ := w.judge(t, w.request, func() time.Time { return time.Now().Add(-24 * time.Hour * 365 * 5) })
	if !before.Failed() {
		t.Error("five years before it was issued the token is accepted")
	}
}

// TestUnjudged wants said what is not judged.
func TestUnjudged(t *testing.T) {
	w := newWorld(t)
	for _, content := range []string{letter, `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`} {
		result, _ := w.judge(t, []byte(content), nil)
		if result.Unjudged == (rule.Text{}) || !strings.Contains(result.In("en"), "not judged") || !strings.Contains(result.In("fr"), "sans jugement") {
			t.Errorf("it is said:\n%s", result.In("en"))
		}
	}
}
