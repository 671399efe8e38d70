package pki

import (
	"crypto/x509"
	"fmt"
	"time"
)

// revocationFault asks the CRLs about every certificate of the path but the anchor. That one is revoked goes before that it
// is not known of another. until is when a list must be newer for the answer to hold.
func (t *Trust) revocationFault(m *material, path []*x509.Certificate, now time.Time) (until time.Time, fault *Fault) {
	for i, c := range path[:len(path)-1] {
		status := m.revocation(c, path[i+1], now, t.cfg.CRLGrace)
		switch {
		case status.revoked != nil:
			return time.Time{}, status.revoked
		case status.unknown == nil:
			until = earlier(until, status.until)
		case t.cfg.RequireCRL && fault == nil:
			fault = status.unknown
		}
	}
	return until, fault
}

// earlier gives the earlier of two times, where zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// revocationStatus is what the lists say of one certificate: revoked, unknown, or neither until a time.
type revocationStatus struct {
	revoked, unknown *Fault
	until            time.Time
}

// revocation reads the newest complete list of the issuer and the newest delta to it (RFC 5280 section 6.3.3).
func (m *material) revocation(c, issuer *x509.Certificate, now time.Time, grace time.Duration) revocationStatus {
	lists := m.crls[string(issuer.RawSubject)]
	complete, met := newestComplete(lists, c, issuer, now)
	if complete == nil {
		return revocationStatus{unknown: &Fault{Reason: RevocationUnknown, Certificate: c, Found: met, Expected: "CRL: " + SubjectOf(issuer)}}
	}
	serial := string(c.SerialNumber.Bytes())
	entry, revoked := complete.entries[serial]
	until := complete.list.NextUpdate.Add(grace)
	if delta := newestDelta(lists, complete, c, issuer, now); delta != nil {
		changed, mentioned := delta.entries[serial]
		switch {
		case !mentioned:
		case changed.reason != reasonRemoveFromCRL:
			entry, revoked = changed, true // even when the delta has expired
		case delta.current(now, grace):
			revoked = false
			until = earlier(until, delta.list.NextUpdate.Add(grace))
		}
	}
	if revoked {
		return revocationStatus{revoked: &Fault{Reason: Revoked, Certificate: c, Found: fmt.Sprintf("serialNumber %X, %s, %s", c.SerialNumber, instant(entry.on), revocationReason(entry.reason))}}
	}
	if !complete.current(now, grace) {
		return revocationStatus{unknown: &Fault{Reason: RevocationUnknown, Certificate: c,
			Found:    fmt.Sprintf("CRL: %s, nextUpdate %s", SubjectOf(issuer), instant(complete.list.NextUpdate)),
			Expected: "nextUpdate ≥ " + instant(now)}}
	}
	return revocationStatus{until: until}
}

// newestComplete gives the newest complete list that covers the certificate, or what was met instead.
func newestComplete(lists []*crl, c, issuer *x509.Certificate, now time.Time) (newest *crl, met string) {
	met = "CRL: ∅"
	for _, l := range lists {
		switch {
		case l.base != nil:
		case !l.covers(c):
			met = "CRL: issuingDistributionPoint ∌ " + SubjectOf(c)
		case !l.signedBy(issuer):
			met = "CRL: signatureValue ≠ " + SubjectOf(issuer)
		case now.Add(crlAhead).Before(l.list.ThisUpdate):
			met = "CRL: thisUpdate " + instant(l.list.ThisUpdate)
		case newest == nil || l.list.ThisUpdate.After(newest.list.ThisUpdate):
			newest = l
		}
	}
	return newest, met
}

// newestDelta gives the newest delta that can be read with the complete list.
func newestDelta(lists []*crl, complete *crl, c, issuer *x509.Certificate, now time.Time) *crl {
	var newest *crl
	for _, l := range lists {
		fits := l.base != nil && complete.list.Number != nil &&
			l.base.Cmp(complete.list.Number) <= 0 && l.list.Number.Cmp(complete.list.Number) > 0
		if !fits || !l.covers(c) || now.Add(crlAhead).Before(l.list.ThisUpdate) || !l.signedBy(issuer) {
			continue
		}
		if newest == nil || l.list.Number.Cmp(newest.list.Number) > 0 {
			newest = l
		}
	}
	return newest
}

// revocationReason names CRLReason.
func revocationReason(code int) string {
	names := []string{"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise"}
	if code >= 0 && code < len(names) && names[code] != "" {
		return names[code]
	}
	return fmt.Sprintf("reason %d", code)
}

// ListState is the state of one CRL, for those who watch over it.
type ListState struct {
	Issuer                 string
	Delta                  bool
	ThisUpdate, NextUpdate time.Time
	Entries                int
}

// Lists gives the state of every CRL that the trust has read.
func (t *Trust) Lists() []ListState {
	var states []ListState
	for _, lists := range t.state.Load().crls {
		for _, l := range lists {
			states = append(states, ListState{Issuer: nameOrHex(l.list.RawIssuer), Delta: l.base != nil,
				ThisUpdate: l.list.ThisUpdate, NextUpdate: l.list.NextUpdate, Entries: len(l.entries)})
		}
	}
	return states
}
