package registry

import (
	"context"
	"net"

	"liasse/internal/audit"
	"liasse/internal/hl7v2"
	"liasse/internal/rule"
)

// feedRecord begins the audit event of an ITI-8 message, which comes by no SOAP handler; nil when nothing is recorded.
func (r *Registry) feedRecord(ctx context.Context, control string) *audit.Event {
	if r.cfg.Audit == nil {
		return nil
	}
	e := &audit.Event{Source: r.cfg.Audit, Time: r.cfg.Now(), Transaction: "ITI-8", Endpoint: "mllp"}
	if remote := hl7v2.RemoteAddr(ctx); remote != nil {
		e.Peer.Address = remote.String()
		if host, _, err := net.SplitHostPort(e.Peer.Address); err == nil {
			e.Peer.Address = host
		}
	}
	e.SetControl("MSH-10", control)
	return e
}

// recordFeed writes the records of a message that changed nothing; those of a change were committed with it.
func (r *Registry) recordFeed(ctx context.Context, e *audit.Event, found rule.Findings) error {
	if e == nil || e.Recorded() {
		return nil
	}
	return r.cfg.Store.Audit(ctx, e.Messages(AuditOutcome(found), found.Reasons("en"))...)
}

// AuditOutcome gives the outcome that findings lead to: Success when none refuses, Major when the state of the server does,
// else Serious.
func AuditOutcome(found rule.Findings) audit.Outcome {
	outcome := audit.Success
	for i := range found {
		switch {
		case found[i].Severity != rule.Error:
		case found[i].Rule.Operational:
			return audit.Major
		default:
			outcome = audit.Serious
		}
	}
	return outcome
}
