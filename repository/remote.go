package repository

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// Remote registers with a registry elsewhere: it sends ITI-42 Register Document Set-b (ITI TF-2 3.42). Where the
// documents are is recorded in the repository's own store before, and taken back when the registry refuses, so that a
// registered document can always be retrieved.
type Remote struct {
	// URL is the address of the registry's ITI-42.
	URL string
	// Client sends the messages; its Timeout says how long the registry may be silent.
	Client *soap.Client
	// Store keeps where documents are.
	Store registry.Store
	// Language of what the repository says itself: "en" or "fr".
	Language string
	Log      zerolog.Logger

	lots idLocks
}

var errOtherBytes = errors.New("another document has this uniqueId")

// errRecording wraps the error of the repository's own store, after which nothing was sent to the registry.
var errRecording = errors.New("recording where the documents are")

// Register sends the lot and gives the registry's errors and warnings as they came.
func (m *Remote) Register(ctx context.Context, sub *registry.Submission, report *rule.Report, contents []registry.Content) ([]RegistryError, error) {
	if report.Failed() {
		return nil, nil // nothing of the lot leaves this process
	}
	ids := make([]string, 0, len(contents))
	for i := range contents {
		ids = append(ids, contents[i].UniqueID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	// Two lots with one uniqueId follow each other, so that what one takes back is not what the other counts on.
	if err := m.lots.lock(ctx, ids); err != nil {
		return nil, err
	}
	defer m.lots.unlock(ids)
	fresh, err := m.record(ctx, report, contents)
	if err != nil || report.Failed() {
		return nil, err
	}
	answers, err := m.send(ctx, sub)
	m.enterInto(audit.EventOf(ctx), answers, err)
	if err != nil && !certain(err) || err == nil && !failed(answers) {
		return answers, err
	}
	if undo := m.takeBack(context.WithoutCancel(ctx), fresh); undo != nil {
		m.Log.Error().Err(undo).Msg("where the documents of a refused lot are stays recorded")
	}
	return answers, err
}

// record writes where the documents are and tells which of them were not recorded yet. A uniqueId of other bytes is
// refused: its old document could no longer be told from the new one.
func (m *Remote) record(ctx context.Context, report *rule.Report, contents []registry.Content) ([]string, error) {
	var fresh []string
	var other []registry.Content
	err := m.Store.Submit(ctx, func(tx registry.Tx) error {
		fresh, other = fresh[:0], other[:0]
		known := make(map[string][32]byte)
		ids := make([]string, len(contents))
		for i := range contents {
			ids[i] = contents[i].UniqueID
		}
		found, err := tx.Contents(ctx, ids)
		if err != nil {
			return err
		}
		for i := range found {
			known[found[i].UniqueID] = found[i].SHA256
		}
		for i := range contents {
			sum, there := known[contents[i].UniqueID]
			if there && sum != contents[i].SHA256 {
				other = append(other, contents[i])
			}
			if !there {
				known[contents[i].UniqueID] = contents[i].SHA256
				fresh = append(fresh, contents[i].UniqueID)
			}
		}
		if len(other) > 0 {
			return errOtherBytes
		}
		return tx.PutContents(ctx, contents)
	})
	if errors.Is(err, errOtherBytes) {
		for i := range other {
			f := rule.Finding{Rule: ruleBytesKept, Subject: other[i].UniqueID}
			if !report.Add(f) { // refused whatever severity the rule has: the row that is there stays
				f.Severity = rule.Error
				report.Findings = append(report.Findings, f)
			}
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errRecording, err)
	}
	return fresh, nil
}

func (m *Remote) takeBack(ctx context.Context, fresh []string) error {
	if len(fresh) == 0 {
		return nil
	}
	err := m.Store.Submit(ctx, func(tx registry.Tx) error { return tx.RemoveContents(ctx, fresh) })
	if err != nil {
		return fmt.Errorf("taking back where the documents of a refused lot are: %w", err)
	}
	return nil
}

// send makes the exchange and tells what became of the lot.
func (m *Remote) send(ctx context.Context, sub *registry.Submission) ([]RegistryError, error) {
	var sent atomic.Bool
	// A source that hangs up must not cut this exchange short: its outcome would not be known.
	ctx = httptrace.WithClientTrace(context.WithoutCancel(ctx), &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	reply, err := m.Client.Call(ctx, m.URL, soap.Message{
		Action: "urn:ihe:iti:2007:RegisterDocumentSet-b",
		Body:   soap.Bytes(sub.AppendXML(nil)),
	})
	if reply != nil {
		defer reply.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("registering at %s: %w: %w", m.URL, outcome(err, sent.Load()), err)
	}
	if reply.Status == http.StatusServiceUnavailable {
		return nil, fmt.Errorf("registering at %s: %w", m.URL, registry.ErrBusy)
	}
	answers, err := readAnswer(reply.Body, m.Language)
	if err != nil {
		return nil, fmt.Errorf("registering at %s: %w: %w", m.URL, registry.ErrOutcomeUnknown, err)
	}
	if slices.ContainsFunc(answers, func(e RegistryError) bool { return registry.SaysOutcomeUnknown(e.Context) }) {
		return nil, fmt.Errorf("registering at %s: %w: it says so itself", m.URL, registry.ErrOutcomeUnknown)
	}
	return answers, nil
}

// Reachable asks the registry's address for anything and tells whether something answers there that is no gateway's
// excuse. Nothing is sent to the registry's transactions.
func (m *Remote) Reachable(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, m.URL, nil)
	if err != nil {
		return fmt.Errorf("asking for %s: %w", m.URL, err)
	}
	client := m.Client.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("asking for %s: %w", m.URL, err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("asking for %s: %w", m.URL, err)
	}
	switch answer.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Errorf("asking for %s: %s", m.URL, answer.Status)
	}
	return nil
}

// outcome tells a lot that was surely not registered from one of which nothing is known.
func outcome(err error, sent bool) error {
	var fault *soap.ReceivedFault
	var status *soap.StatusError
	switch {
	case !sent:
		return registry.ErrUnavailable
	case errors.As(err, &fault) && fault.Code != soap.Receiver:
		return registry.ErrUnavailable // it read the envelope and would not have it
	case errors.As(err, &status) && (status.Status < 500 || status.Status == http.StatusServiceUnavailable || status.Status == http.StatusNotImplemented):
		return registry.ErrUnavailable
	}
	return registry.ErrOutcomeUnknown
}

// readAnswer reads an rs:RegistryResponse. Of a Success all are warnings; a Failure has an error.
func readAnswer(n xmltree.Node, lang string) ([]RegistryError, error) {
	if !n.Is(registry.NamespaceRS, "RegistryResponse") {
		return nil, fmt.Errorf("the answer is %s and not a RegistryResponse", nameOf(n))
	}
	status := strings.TrimSpace(n.AttrValue("", "status"))
	if status != statusSuccess && status != statusFailure {
		return nil, fmt.Errorf("the answer has the status %.80q", status)
	}
	var answers []RegistryError
	for e := range n.Child(registry.NamespaceRS, "RegistryErrorList").Children(registry.NamespaceRS, "RegistryError") {
		answers = append(answers, RegistryError{
			Code:     strings.Clone(e.AttrValue("", "errorCode")),
			Context:  strings.Clone(e.AttrValue("", "codeContext")),
			Location: strings.Clone(e.AttrValue("", "location")),
			Warning:  status == statusSuccess || strings.HasSuffix(e.AttrValue("", "severity"), ":Warning"),
		})
	}
	if status == statusFailure && !failed(answers) {
		answers = append(answers, errorsOf(rule.Findings{{Rule: ruleReasonGiven, Severity: rule.Error}}, lang)...)
	}
	return answers, nil
}

// idLocks lets one holder at a time have each uniqueId.
type idLocks struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

// lock takes all of the ids, which are sorted and without duplicates, so that no two holders wait for each other.
func (k *idLocks) lock(ctx context.Context, ids []string) error {
	for i, id := range ids {
		for {
			k.mu.Lock()
			if k.held == nil {
				k.held = make(map[string]chan struct{})
			}
			released, taken := k.held[id]
			if !taken {
				k.held[id] = make(chan struct{})
				k.mu.Unlock()
				break
			}
			k.mu.Unlock()
			select {
			case <-released:
			case <-ctx.Done():
				k.unlock(ids[:i])
				return fmt.Errorf("waiting for another lot with the same uniqueId: %w", ctx.Err())
			}
		}
	}
	return nil
}

func (k *idLocks) unlock(ids []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, id := range ids {
		close(k.held[id])
		delete(k.held, id)
	}
}
