package server

import (
	"crypto/x509"
	"errors"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
)

// refusal is why a connection was refused, or a request for what its connection is.
type refusal struct {
	rule *rule.Rule
	// remote is the network address of who connected.
	remote string
	// certificate is what was presented, nil when nothing was; it is not proven that the peer holds its key.
	certificate *x509.Certificate
	// byProxy tells that a proxy presented it.
	byProxy bool
	// fault says which element of the chain is at fault, nil where the rule is about no certificate.
	fault *pki.Fault
	// found is what was met instead of what was wanted.
	found, expected string
	// count is how many connections the refusal stands for, where not for one.
	count int
}

// Error says why in English; a refusal is an error to crypto/tls, which passes it back to us.
func (r *refusal) Error() string {
	finding := r.finding()
	return finding.Sentence("en")
}

// finding gives the refusal in the form that answers and logs have.
func (r *refusal) finding() rule.Finding {
	f := rule.Finding{Rule: r.rule, Severity: rule.Error, Found: r.found, Expected: r.expected}
	if r.fault != nil {
		f.Found, f.Expected = r.fault.Found, r.fault.Expected
		if r.fault.Certificate != nil {
			f.Subject = subjectOf(r.fault.Certificate)
		}
	} else if r.certificate != nil {
		f.Subject = subjectOf(r.certificate)
	}
	return f
}

// refusalOf makes a refusal of what pki says of a certificate. An error that is no fault of the certificate says that it
// cannot be judged.
func refusalOf(err error, remote string, certificate *x509.Certificate) *refusal {
	r := &refusal{rule: ruleMalformed, remote: remote, certificate: certificate}
	if !errors.As(err, &r.fault) {
		r.found = err.Error()
		return r
	}
	if broken, known := certificateRules[r.fault.Reason]; known {
		r.rule = broken
	}
	return r
}

// refused tells of a refusal once everywhere that it is told: one line of the log, one count, one audit record.
func (s *Server) refused(r *refusal) {
	finding := r.finding()
	if r.count == 0 { // those that were turned away for their number are counted one by one
		s.metrics.refused.WithLabelValues(r.rule.ID).Inc()
	}
	event := s.log.Warn().Str("rule", r.rule.ID).Str("why", finding.Sentence(s.cfg.Language)).Str("remote", r.remote)
	if r.byProxy {
		event.Bool("by_proxy", true)
	}
	if r.count > 0 {
		event.Int("connections", r.count)
	}
	if r.fault != nil {
		event.Str("reason", r.fault.Reason.String())
		if r.fault.Certificate != nil {
			event.Str("element", subjectOf(r.fault.Certificate))
		}
	}
	if c := r.certificate; c != nil {
		event.Str("subject", subjectOf(c)).Str("issuer", issuerOf(c)).Str("serial", c.SerialNumber.Text(16)).
			Str("not_before", c.NotBefore.UTC().Format(time.RFC3339)).Str("not_after", c.NotAfter.UTC().Format(time.RFC3339))
	}
	event.Msg("handshake refused")
	s.audit.refused(s.addresses.Repository, r)
}

// subjectOf and issuerOf name a certificate in the log, bounded: the name of one that is refused may be anything at all.
func subjectOf(c *x509.Certificate) string { return bounded(pki.SubjectOf(c)) }
func issuerOf(c *x509.Certificate) string  { return bounded(pki.IssuerOf(c)) }

// nameLimit bounds a name in the log, in characters.
const nameLimit = 300

func bounded(name string) string {
	if runes := []rune(name); len(runes) > nameLimit {
		return string(runes[:nameLimit]) + "…"
	}
	return name
}
