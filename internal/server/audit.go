package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/audit"
	"liasse/internal/pki"
	"liasse/registry"
	"liasse/soap"
	"liasse/vihf"
)

// recordWithin bounds how long a request waits for its record. The request may have been given up meanwhile: what was done
// is recorded all the same.
const recordWithin = 30 * time.Second

// auditor records what happens to requests and connections. A nil auditor records nothing.
type auditor struct {
	source *audit.Source
	store  registry.Store
	log    zerolog.Logger
	now    func() time.Time
	sender *audit.Sender // nil where records are sent nowhere
	begun  bool
}

// watch has an endpoint's requests recorded: each once, before its answer leaves.
func (a *auditor) watch(cfg *soap.Config, endpoint string) {
	if a == nil {
		return
	}
	cfg.Begin = func(ctx context.Context, r *http.Request) context.Context {
		return audit.WithEvent(ctx, a.event(endpoint, peerOf(ctx, r)))
	}
	authenticates := cfg.Authenticate != nil
	if authenticates {
		cfg.Authenticate = a.authenticated(cfg.Authenticate)
	}
	cfg.Record = func(ctx context.Context, info *soap.RequestInfo) error { return a.record(ctx, info, authenticates) }
}

func (a *auditor) event(endpoint string, peer audit.Peer) *audit.Event {
	return &audit.Event{Source: a.source, Time: a.now(), Endpoint: endpoint, Peer: peer}
}

// peerOf gives who is at the other end: the certificate that the connection was accepted with, and the address.
func peerOf(ctx context.Context, r *http.Request) audit.Peer {
	peer := audit.Peer{Address: hostOf(r.RemoteAddr)}
	if known := pki.PeerOf(ctx); known != nil && known.Certificate != nil {
		peer.Subject, peer.Certificate = pki.SubjectOf(known.Certificate), audit.CertificateOf(known.Certificate)
	}
	return peer
}

// hostOf gives the address without its port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// named gives the transactions such that each enters its name into the event before it serves: a registration is recorded
// where it is committed.
func (a *auditor) named(transactions []soap.Transaction) []soap.Transaction {
	if a == nil {
		return transactions
	}
	all := make([]soap.Transaction, len(transactions))
	for i, t := range transactions {
		serve := t.Serve
		t.Serve = func(ctx context.Context, req *soap.Request) (*soap.Response, error) {
			e := audit.EventOf(ctx)
			e.Transaction, e.Request = req.Transaction.Name, req.ID
			if to := req.Header.ReplyTo; to != soap.AnonymousAddress && to != soap.NoneAddress {
				e.ReplyTo = to
			}
			return serve(ctx, req)
		}
		all[i] = t
	}
	return all
}

// authenticated enters into the event whom the profile has let in, or what it has refused.
func (a *auditor) authenticated(authenticate func(context.Context, *soap.Request) (context.Context, error)) func(context.Context, *soap.Request) (context.Context, error) {
	return func(ctx context.Context, req *soap.Request) (context.Context, error) {
		e := audit.EventOf(ctx)
		known, err := authenticate(ctx, req)
		if err != nil {
			e.Alert = decisionOf(err)
			return known, err
		}
		if caller := vihf.CallerOf(known); caller != nil {
			e.Human, e.Opened = humanOf(caller), caller.Patient.CX()
		}
		return known, nil
	}
}

// decisionOf tells a refusal of who asks from one of what they may do.
func decisionOf(err error) audit.Code {
	var fault *soap.Fault
	if errors.As(err, &fault) {
		for _, code := range fault.Subcodes {
			if code.Local == vihf.AccessDenied {
				return audit.AuthorizationDecision
			}
		}
	}
	return audit.AuthenticationDecision
}

// humanOf gives the facts of an accepted token by which an act can be laid at somebody's door. The name is made of the
// token's own; nothing of it is asked elsewhere.
func humanOf(c *vihf.Caller) *audit.Human {
	h := &audit.Human{
		ID: c.NameID, Name: c.SubjectName, Issuer: c.Issuer, Structure: c.Structure, Sector: c.Sector,
		Mode: string(c.Mode), Context: c.AuthnContext, Means: c.AuthnContextDecl,
		Purpose: string(c.Purpose), Emergency: c.Purpose == vihf.BreakGlass, Secret: c.SecretConnection,
		SoftwareID: c.Software.ID, SoftwareName: c.Software.Name, SoftwareVersion: c.Software.Version, Homologation: c.Software.Homologation,
		Assertion: c.AssertionID, Version: c.Version, Certificate: audit.CertificateOf(c.Certificate),
	}
	for _, r := range c.Roles {
		h.Roles = append(h.Roles, audit.Code{Value: r.Code, System: r.System, Text: r.Display})
	}
	return h
}

// record writes what became of a request, unless that was committed with it.
func (a *auditor) record(ctx context.Context, info *soap.RequestInfo, authenticates bool) error {
	e := audit.EventOf(ctx)
	if e.Recorded() {
		return nil
	}
	e.Transaction, e.Request = info.Transaction, info.ID
	if e.Alert == (audit.Code{}) && (e.Transaction == "" || authenticates && e.Human == nil) {
		e.Alert = audit.AuthenticationDecision // refused before it was known who asks, or for what
	}
	return a.write(ctx, e.Messages(outcomeOf(info), info.Findings.Reasons("en")))
}

// outcomeOf says what a decision is to an audit record.
func outcomeOf(info *soap.RequestInfo) audit.Outcome {
	switch info.Outcome {
	case soap.OutcomeSuccess:
		return audit.Success
	case soap.OutcomePartial:
		return audit.Minor
	}
	if found := registry.AuditOutcome(info.Findings); found != audit.Success {
		return found
	}
	return audit.Serious
}

// write makes records durable, also of a request that was given up.
func (a *auditor) write(ctx context.Context, messages []audit.Message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	return a.store.Audit(ctx, messages...)
}

// refused records a connection that was refused, or a request for what its connection is (DICOM PS3.15 A.5.3.11, 110126).
// Nobody waits for an answer that could say that it was not recorded; the log does.
func (a *auditor) refused(endpoint string, r *refusal) {
	if a == nil {
		return
	}
	peer := audit.Peer{Address: hostOf(r.remote), Certificate: audit.CertificateOf(r.certificate)}
	if r.certificate != nil {
		peer.Subject = pki.SubjectOf(r.certificate)
	}
	e := a.event(endpoint, peer)
	e.Alert = audit.NodeAuthentication
	reason := "[" + r.rule.ID + "] " + r.rule.Title.EN
	if r.fault != nil {
		reason += ": " + r.fault.Reason.String()
	}
	if err := a.write(context.Background(), e.Messages(audit.Serious, reason)); err != nil {
		a.log.Error().Err(err).Str("rule", r.rule.ID).Msg("the audit record of a refused handshake could not be written")
	}
}

// operator records what somebody does by the admin interface: do is given the context that carries the event.
func (a *auditor) operator(r *http.Request, transaction string, do func(context.Context) error) error {
	if a == nil {
		return do(r.Context())
	}
	e := a.event(r.URL.Path, peerOf(r.Context(), r))
	e.Transaction = transaction
	err := do(audit.WithEvent(r.Context(), e))
	if e.Recorded() {
		return err
	}
	outcome := audit.Success
	if err != nil {
		outcome = audit.Serious
	}
	return errors.Join(err, a.write(r.Context(), e.Messages(outcome, "")))
}
