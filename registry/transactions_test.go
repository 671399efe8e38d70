package registry_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/schemas"
	"liasse/soap"
)

const (
	registerAction = "urn:ihe:iti:2007:RegisterDocumentSet-b"
	onDemandAction = "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry"
)

// answered is one RegistryResponse as it came over the wire.
type answered struct {
	status, action, lines string
	http                  int
	codes                 []string
	raw                   []byte
}

// serve puts the registry's transactions behind an HTTP server.
func serve(t *testing.T, r *registry.Registry) string {
	t.Helper()
	server := httptest.NewServer(soap.NewHandler(soap.Config{}, r.Transactions()...))
	t.Cleanup(server.Close)
	return server.URL
}

func post(t *testing.T, url, action, body string) answered {
	t.Helper()
	reply, err := new(soap.Client).Call(t.Context(), url, soap.Message{Action: action, Body: soap.Bytes(body)})
	if err != nil {
		t.Fatalf("calling the registry: %v", err)
	}
	defer func() {
		if err := reply.Close(); err != nil {
			t.Error(err)
		}
	}()
	a := answered{status: reply.Body.AttrValue("", "status"), action: reply.Header.Action, http: reply.Status, raw: bytes.Clone(reply.Envelope.Source())}
	if !reply.Body.Is(registry.NamespaceRS, "RegistryResponse") {
		t.Fatalf("the answer is %s", a.raw)
	}
	for n := range reply.Body.Descendants() {
		if n.Is(registry.NamespaceRS, "RegistryError") {
			a.codes = append(a.codes, n.AttrValue("", "errorCode"))
			a.lines += fmt.Sprintf("%s %s %s\n", n.AttrValue("", "severity"), n.AttrValue("", "codeContext"), n.AttrValue("", "location"))
		}
	}
	return a
}

func valid(t *testing.T, v schemas.Validator, message []byte, s schemas.Schema) {
	t.Helper()
	violations, err := v.Validate(message, s)
	if err != nil || len(violations) > 0 {
		t.Errorf("not valid: %v %v\n%s", err, violations, message)
	}
}

func TestTransactionsOverTheWire(t *testing.T) {
	h := newHouse(t)
	url := serve(t, h.Registry)
	v := newValidator(t)
	for _, tt := range []struct {
		name, action, response string
		body                   string
		status                 string
		codes                  []string
	}{
		{"ITI-42 accepted", registerAction, "urn:ihe:iti:2007:RegisterDocumentSet-bResponse", message(t, "lot"), registry.StatusSuccess, nil},
		{"ITI-42 with a warning", registerAction, "urn:ihe:iti:2007:RegisterDocumentSet-bResponse",
			message(t, "one", swap(">30412<", ">+30412<")), registry.StatusSuccess, []string{"XDSRegistryMetadataError"}},
		{"ITI-42 refused", registerAction, "urn:ihe:iti:2007:RegisterDocumentSet-bResponse",
			message(t, "one", swapAll("4711^^^", "4799^^^"), swap("1.2.250.1.999.3.1", "x"), swap("1.2.250.1.999.7.9", "1.2.250.1.999.7.91")), registry.StatusFailure, []string{"XDSRegistryMetadataError", "XDSUnknownPatientId"}},
		{"ITI-61 accepted", onDemandAction, "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse", message(t, "ondemand"), registry.StatusSuccess, nil},
		{"ITI-61 of a stable entry", onDemandAction, "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse",
			message(t, "one", swap("1.2.250.1.999.7.9", "1.2.250.1.999.7.92")), registry.StatusFailure,
			[]string{"XDSRegistryMetadataError", "XDSRegistryMetadataError", "XDSRegistryMetadataError", "XDSRegistryMetadataError"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := post(t, url, tt.action, tt.body)
			if a.status != tt.status || a.action != tt.response || a.http != http.StatusOK {
				t.Errorf("HTTP %d, %s, %s\n%s", a.http, a.status, a.action, a.lines)
			}
			if fmt.Sprint(a.codes) != fmt.Sprint(tt.codes) {
				t.Errorf("codes %v, want %v\n%s", a.codes, tt.codes, a.lines)
			}
			valid(t, v, a.raw, schemas.Message)
		})
	}
}

// TestWhatIsWrittenIsValid holds messages of testdata, as they are and forwarded, to the schemas.
func TestWhatIsWrittenIsValid(t *testing.T) {
	v := newValidator(t)
	for _, name := range []string{"lot", "one", "ondemand"} {
		text := message(t, name)
		valid(t, v, []byte(text), schemas.Payload)
		valid(t, v, read(t, text, &rule.Report{}).AppendXML(nil), schemas.Payload)
	}
}

func TestResponseInFrench(t *testing.T) {
	h := newHouse(t, func(cfg *registry.Config) { cfg.Language = "fr" })
	a := post(t, serve(t, h.Registry), registerAction, message(t, "one", swap("fr-FR", "fr_FR")))
	for _, want := range []string{"[XDS-DE-020] L'attribut languageCode", "trouvé «fr_FR»", "ExtrinsicObject"} {
		if !strings.Contains(a.lines, want) {
			t.Errorf("%q is not in:\n%s", want, a.lines)
		}
	}
}

// TestLogsHoldNoContent registers and refuses with a log and looks for what must not be in it.
func TestLogsHoldNoContent(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, func(cfg *registry.Config) { cfg.Log = zerolog.New(&log) })
	h.send(message(t, "lot"))
	h.send(message(t, "lot"))
	if log.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	for _, secret := range []string{"DURAND", "Lucie", "19890412", "4711^^^", "Consultation du 5"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
}

// TestConcurrentSameLot sends one lot many times at once: one is registered, the others are told so.
func TestConcurrentSameLot(t *testing.T) {
	h := newHouse(t)
	text := message(t, "lot")
	const senders = 20
	outcomes := make(chan rule.Findings, senders)
	for range senders {
		go func() {
			report := &rule.Report{}
			sub := read(t, text, report)
			if err := h.Register(t.Context(), sub, report, nil); err != nil {
				t.Error(err)
			}
			outcomes <- report.Findings
		}()
	}
	accepted := 0
	for range senders {
		select {
		case found := <-outcomes:
			if len(found) == 0 {
				accepted++
			} else if found[0].Rule.ID != "XDS-REG-007" {
				t.Errorf("found:\n%s", sentences(found))
			}
		case <-time.After(20 * time.Second):
			t.Fatal("no answer")
		}
	}
	if all := h.holdings(patientID); accepted != 1 || len(all.documents) != 2 {
		t.Errorf("%d accepted, %d documents held", accepted, len(all.documents))
	}
}
