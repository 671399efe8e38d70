package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"liasse/conformance"
	"liasse/internal/server"
	"liasse/internal/xmltree"
	"liasse/schemas"
)

// exchanges runs every suite against a server and gives what went over the wire.
func exchanges(t *testing.T) []conformance.Exchange {
	t.Helper()
	srv, _ := start(t, func(c *server.Config) { c.LogLevel = "error" })
	a := srv.Addresses()
	var all []conformance.Exchange
	_, err := conformance.Run(t.Context(), conformance.Target{Registry: a.Registry, Repository: a.Repository, Admin: a.Admin}, conformance.Options{
		OnExchange: func(e conformance.Exchange) { all = append(all, e) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// envelope gives the SOAP envelope of a message: the body, or its root part. Nil when there is none.
func envelope(head, body []byte) []byte {
	_, fields, _ := bytes.Cut(head, []byte("\n"))
	header := make(http.Header)
	for line := range bytes.Lines(fields) {
		if name, value, ok := strings.Cut(strings.TrimSpace(string(line)), ":"); ok {
			header.Add(textproto.CanonicalMIMEHeaderKey(name), strings.TrimSpace(value))
		}
	}
	media, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil
	case media == "application/soap+xml":
		return body
	case media != "multipart/related":
		return nil
	}
	parts := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return nil
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil
		}
		if start := parameters["start"]; start == "" || part.Header.Get("Content-ID") == start {
			return content
		}
	}
}

// What goes over the wire while the suites run is judged by the schemas, ours and the official ones, and its canonical
// forms by xmllint.
func TestExchanges(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every suite, and xmllint on every message")
	}
	all := exchanges(t)
	t.Run("valid", func(t *testing.T) { expectMessagesValid(t, all) })
	t.Run("official", func(t *testing.T) { expectOfficiallyValid(t, all) })
	t.Run("canonical", func(t *testing.T) { expectCanonicalForms(t, all) })
}

// Every answer that the suites get is valid, and so is every request that was answered with Success and no warning.
func expectMessagesValid(t *testing.T, all []conformance.Exchange) {
	validator, err := schemas.New()
	if err != nil {
		t.Fatal(err)
	}
	defer validator.Close()
	answers, requests := 0, 0
	judged(all, func(name string, message []byte, answer bool) {
		if answer {
			answers++
		} else {
			requests++
		}
		expectValid(t, validator, name, message)
	})
	t.Logf("%d answers and %d requests are valid", answers, requests)
	if answers < 500 || requests < 200 {
		t.Errorf("only %d answers and %d requests were seen", answers, requests)
	}
}

// judged calls each for every answer, and for every request that was answered with Success and no warning.
func judged(all []conformance.Exchange, each func(name string, message []byte, answer bool)) {
	for _, e := range all {
		answer := envelope(e.ResponseHead, e.ResponseBody)
		if answer == nil || bytes.Contains(answer[:min(len(answer), 300)], []byte("http://schemas.xmlsoap.org/soap/envelope/")) {
			continue // no SOAP, or the one answer in SOAP 1.1, which lets a sender of SOAP 1.1 read its fault
		}
		each(e.Name+" answer", longBase64.ReplaceAll(answer, []byte(">AAAA<")), true)
		request := envelope(e.RequestHead, e.RequestBody)
		clean := bytes.Contains(answer, []byte("ResponseStatusType:Success")) && !bytes.Contains(answer, []byte("RegistryErrorList"))
		if request != nil && clean && !longValue.Match(request) {
			each(e.Name+" request", request, false)
		}
	}
}

// longBase64 is a document inside of an answer, which may be longer than a text of an envelope that is parsed whole.
var longBase64 = regexp.MustCompile(`>[A-Za-z0-9+/=]{1000,}<`)

// longValue is a query parameter longer than the 256 characters of an ebRIM value, which queries are never held to: a
// list of ids is easily longer.
var longValue = regexp.MustCompile(`<rim:Value>[^<]{257,}</rim:Value></rim:ValueList></rim:Slot>.*</rim:AdhocQuery>`)

func expectValid(t *testing.T, v schemas.Validator, what string, message []byte) {
	t.Helper()
	violations, err := v.Validate(message, schemas.Message)
	if err != nil {
		t.Errorf("%s: %v\n%.600s", what, err, message)
		return
	}
	for _, one := range violations {
		t.Errorf("%s: %v", what, one)
	}
}

// expectOfficiallyValid judges the bodies by the schemas of OASIS and IHE, where they are present, with xmllint.
func expectOfficiallyValid(t *testing.T, all []conformance.Exchange) {
	needXmllint(t)
	official := filepath.Join("..", "..", "..", "shared", "data", "xsd", "ebrs")
	if _, err := os.Stat(official); err != nil {
		t.Skip("../shared/data is absent")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "ebrs"), os.DirFS(official)); err != nil {
		t.Fatal(err)
	}
	// A processor takes one file for each namespace, and IHE has two for its own: the second is made part of the first.
	xdsb := filepath.Join(dir, "ebrs", "IHE", "IHEXDSB.xsd")
	text, err := os.ReadFile(xdsb)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("<xs:import"), []byte(`<xs:include schemaLocation="xcf.xsd"/><xs:import`), 1)
	if err := os.WriteFile(xdsb, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var files, names []string
	judged(all, func(name string, message []byte, _ bool) {
		document, err := xmltree.Parse(message, xmltree.SOAPLimits)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		root := document.Root()
		payload := root.Child(root.Space(), "Body").FirstElement()
		if space := payload.Space(); !strings.HasPrefix(space, "urn:oasis:names:tc:ebxml-regrep:") && space != "urn:ihe:iti:xds-b:2007" {
			return
		}
		body := payload.AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.Exclusive})
		body = xopInclude.ReplaceAll(body, nil) // to a schema it is the content that it stands for
		file := filepath.Join(dir, fmt.Sprintf("%05d.xml", len(files)))
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		files, names = append(files, file), append(names, name)
	})
	for from := 0; from < len(files); from += 200 {
		to := min(from+200, len(files))
		cmd := exec.CommandContext(t.Context(), "xmllint", append([]string{"--nonet", "--noout", "--schema", xdsb}, files[from:to]...)...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			continue
		}
		for line := range strings.Lines(string(out)) {
			if file, fault, ok := strings.Cut(line, ".xml:"); ok && strings.Contains(fault, "error") {
				n, err := strconv.Atoi(filepath.Base(file))
				if err != nil {
					t.Fatalf("xmllint says %s", line)
				}
				t.Errorf("%s: %s", names[n], fault)
			}
		}
		if !t.Failed() {
			t.Fatalf("xmllint: %v\n%.2000s", err, out)
		}
	}
	t.Logf("%d bodies are valid", len(files))
	if len(files) < 700 {
		t.Errorf("only %d bodies were judged", len(files))
	}
}

var xopInclude = regexp.MustCompile(`<xop:Include[^>]*></xop:Include>`)

func needXmllint(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is missing: make deps-test installs it")
		}
		t.Skip("xmllint is absent")
	}
}

// expectCanonicalForms: the canonical forms of every message that the suites exchange are those of xmllint.
func expectCanonicalForms(t *testing.T, all []conformance.Exchange) {
	needXmllint(t)
	dir := t.TempDir()
	seen := make(map[[32]byte]bool)
	var documents []*xmltree.Document
	var files []string
	for _, e := range all {
		for _, message := range [][]byte{envelope(e.RequestHead, e.RequestBody), envelope(e.ResponseHead, e.ResponseBody)} {
			sum := sha256.Sum256(message)
			if message == nil || seen[sum] {
				continue
			}
			seen[sum] = true
			document, err := xmltree.Parse(message, xmltree.SOAPLimits)
			if err != nil {
				continue // what our parser refuses has no canonical form here; the parser's own tests say why it may
			}
			name := filepath.Join(dir, fmt.Sprintf("%05d.xml", len(files)))
			if err := os.WriteFile(name, message, 0o600); err != nil {
				t.Fatal(err)
			}
			documents, files = append(documents, document), append(files, name)
		}
	}
	for _, form := range []struct {
		flag   string
		method xmltree.Method
	}{{"--c14n", xmltree.C14N10}, {"--c14n11", xmltree.C14N11}, {"--exc-c14n", xmltree.Exclusive}} {
		different := 0
		// xmllint writes the forms of many files one after the other; that is enough to find a difference, and then the
		// one file is looked at alone.
		for from := 0; from < len(files); from += 200 {
			to := min(from+200, len(files))
			want := xmllint(t, form.flag, files[from:to])
			var got []byte
			for _, d := range documents[from:to] {
				got = d.Node().AppendCanonical(got, xmltree.Canonicalization{Method: form.method, Comments: true})
			}
			if bytes.Equal(got, want) {
				continue
			}
			for i := from; i < to && different < 5; i++ {
				one := documents[i].Node().AppendCanonical(nil, xmltree.Canonicalization{Method: form.method, Comments: true})
				if witness := xmllint(t, form.flag, files[i:i+1]); !bytes.Equal(one, witness) {
					different++
					at := 0
					for at < min(len(one), len(witness)) && one[at] == witness[at] {
						at++
					}
					from := max(at-100, 0)
					t.Errorf("%s: ours goes on with %.300q, xmllint's with %.300q", form.flag, one[from:], witness[min(from, len(witness)):])
				}
			}
		}
	}
	t.Logf("%d messages", len(files))
	if len(files) < 500 {
		t.Errorf("only %d messages were compared", len(files))
	}
}

func xmllint(t *testing.T, flag string, files []string) []byte {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "xmllint", append([]string{"--nonet", flag}, files...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xmllint %s: %v", flag, err)
	}
	return out
}
