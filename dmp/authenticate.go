package dmp

import (
	"context"
	"errors"
	"fmt"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/registry"
	"liasse/soap"
	"liasse/vihf"
)

// writing are the transactions that change the record.
var writing = map[string]bool{"ITI-41": true, "ITI-42": true, "ITI-57": true, "ITI-61": true, "ITI-62": true, "ITI-86": true}

// Authenticate judges the identity token of a message (soap.Config.Authenticate). The context it gives carries the
// vihf.Caller. A message whose token is refused gets a fault with every finding.
func (p *Profile) Authenticate(ctx context.Context, req *soap.Request) (context.Context, error) {
	report := &rule.Report{Policy: req.Report.Policy}
	caller, err := p.cfg.Verifier.Verify(ctx, vihf.Request{
		Envelope: req.Envelope, Security: req.Header.Security, Peer: pki.PeerOf(ctx),
		Transaction: req.Transaction.Name, Writes: writing[req.Transaction.Name],
	}, report)
	if err != nil {
		return nil, unjudged(err)
	}
	if caller == nil {
		return nil, p.refusal(report.Findings)
	}
	req.Report.Findings = append(req.Report.Findings, report.Findings...)
	return vihf.WithCaller(ctx, caller), nil
}

// unjudged gives the error of a token that could not be judged: where the memory of used tokens is busy or out of reach, a
// fault that says to try again. Whether a token was marked as used or not, nothing else has happened.
func unjudged(err error) error {
	err = fmt.Errorf("judging an identity token: %w", err)
	o := registry.OutageOf(err)
	if errors.Is(err, registry.ErrOutcomeUnknown) {
		o = registry.OutageOf(registry.ErrUnavailable)
	}
	if o == nil {
		return err
	}
	return &soap.Fault{Code: soap.Receiver, Findings: rule.Findings{o.Finding}, Status: o.Status, RetryAfter: o.RetryAfter}
}

// refusal makes the fault of a refused token: the DMP's own subcode first, in the namespace of the envelope as the DMP
// sends it, then that of WS-Security.
func (p *Profile) refusal(findings rule.Findings) *soap.Fault {
	fault := soap.FaultOf(findings)
	for i := range findings {
		if findings[i].Severity != rule.Error {
			continue
		}
		if code := p.cfg.Verifier.Subcode(findings[i].Rule); code != "" {
			fault.Subcodes = append([]soap.QName{{Space: soap.EnvelopeNamespace, Local: code}}, fault.Subcodes...)
		}
		break
	}
	return fault
}
