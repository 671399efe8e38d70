package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"liasse/internal/audit"
	"liasse/registry"
)

// admin is the interface for operators: patients, health, metrics. It listens on loopback unless the configuration says
// otherwise and has no authentication of its own.
type admin struct {
	registry *registry.Registry // nil in a process that is a repository only
	ready    func(context.Context) error
	// elsewhere asks the registry that a repository forwards to, nil where the registry is of this process.
	elsewhere    func(context.Context) error
	metrics      http.Handler
	audit        *auditor // nil where nothing is recorded
	profile      string
	repositoryID string
}

// adminBodyLimit bounds the body of a request in bytes.
const adminBodyLimit = 4 << 10

func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", a.health)
	mux.HandleFunc("GET /ready", a.readiness)
	mux.HandleFunc("POST /patients", a.addPatient)
	mux.Handle("GET /metrics", a.metrics)
	return mux
}

// health says that the process is there and what it is.
func (a *admin) health(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "alive", "profile": a.profile, "repositoryUniqueId": a.repositoryID})
}

// reachableWithin bounds the question to a registry elsewhere, so that a probe is answered before it gives up.
const reachableWithin = 2 * time.Second

// readiness says whether the stores can be read and written now: 200 or 503. Whether a registry elsewhere answers is told
// beside it and changes nothing: a repository gives documents without it, and taking every repository out of service would
// mend no registry.
func (a *admin) readiness(w http.ResponseWriter, r *http.Request) {
	body := map[string]string{"status": "ready"}
	if a.elsewhere != nil {
		ctx, cancel := context.WithTimeout(r.Context(), reachableWithin)
		defer cancel()
		body["registry"] = "reachable"
		if a.elsewhere(ctx) != nil {
			body["registry"] = "not reachable"
		}
	}
	status := http.StatusOK
	if err := a.ready(r.Context()); err != nil {
		status, body["status"], body["why"] = http.StatusServiceUnavailable, "not ready", err.Error()
	}
	answer(w, status, body)
}

// addPatient makes a patient identifier known, as an ITI-8 A04 would: 201 with the identifier, also when it was known.
func (a *admin) addPatient(w http.ResponseWriter, r *http.Request) {
	if a.registry == nil {
		answer(w, http.StatusNotFound, map[string]string{"error": "this process is a repository only; its registry is elsewhere"})
		return
	}
	// A page in a browser on this machine can post forms and plain text to loopback, but not JSON without being asked.
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		answer(w, http.StatusUnsupportedMediaType, map[string]string{"error": `send Content-Type: application/json and {"id":"ID^^^&OID&ISO"}`})
		return
	}
	var body struct {
		ID string `json:"id"`
	}
	if err := decodeStrictly(http.MaxBytesReader(w, r.Body, adminBodyLimit), &body); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": `the body is not {"id":"ID^^^&OID&ISO"}`})
		return
	}
	err := a.audit.operator(r, audit.PatientByOperator, func(ctx context.Context) error { return a.registry.AddPatient(ctx, body.ID) })
	var format *registry.FormatError
	switch {
	case err == nil:
		answer(w, http.StatusCreated, map[string]string{"id": body.ID})
	case errors.As(err, &format), errors.Is(err, registry.ErrForeignPatient), errors.Is(err, registry.ErrMergedPatient):
		answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	default:
		w.Header().Set("Retry-After", "5")
		answer(w, http.StatusServiceUnavailable, map[string]string{"error": err.Error()})
	}
}

// decodeStrictly reads exactly one JSON value without unknown fields.
func decodeStrictly(r io.Reader, into any) error {
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

func answer(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body) // the client that went away is no matter of the server's
}
