package pki

import (
	"crypto/x509"
	"slices"
	"time"
)

// Verify tells whether the certificate may be used for the trust's usage at the instant, and gives the path from it to the
// trust anchor. extra are certificates that were sent along; they are believed only as far as a path to an anchor proves
// them. A zero instant is now.
//
// Validity periods are judged at the instant; revocation is judged now, whatever the instant, because nothing but the
// signer's word tells when something was signed. The error is a *Fault.
func (t *Trust) Verify(leaf *x509.Certificate, extra []*x509.Certificate, at time.Time) (chain []*x509.Certificate, err error) {
	if leaf == nil {
		return nil, &Fault{Reason: NoCertificate}
	}
	now := t.cfg.Now()
	if at.IsZero() {
		at = now
	}
	m := t.state.Load()
	key := verificationKey(leaf, extra)
	if chain := m.verified.find(key, at, now); chain != nil {
		return slices.Clone(chain), nil
	}
	chain, limits, fault := t.judge(m, leaf, extra, at, now)
	if fault != nil {
		return nil, fault
	}
	m.verified.keep(key, chain, limits)
	return slices.Clone(chain), nil
}

// judge verifies without the memory of earlier verifications.
func (t *Trust) judge(m *material, leaf *x509.Certificate, extra []*x509.Certificate, at, now time.Time) ([]*x509.Certificate, limits, *Fault) {
	if fault := formFault(leaf); fault != nil {
		return nil, limits{}, fault
	}
	paths, _, fault := t.findPaths(m, leaf, extra)
	if fault != nil {
		return nil, limits{}, fault
	}
	for _, path := range paths {
		reach, f := t.judgePath(m, path, at, now)
		if f == nil {
			return path, reach, nil
		}
		if fault == nil || f.Reason > fault.Reason { // the path that came furthest says most
			fault = f
		}
	}
	return nil, limits{}, fault
}

// formFault refuses what ParseCertificate would, for certificates that came by another way, such as a handshake.
func formFault(c *x509.Certificate) *Fault {
	err := checkDER(c.Raw)
	if err == nil && len(c.Raw) > maxCertificateBytes {
		err = tooLong(len(c.Raw))
	}
	if err == nil {
		_, err = NameOf(c.RawSubject)
	}
	if err == nil {
		_, err = profession(c)
	}
	if err == nil {
		_, err = specialities(c)
	}
	if err != nil {
		return malformed(c, err)
	}
	return nil
}

// judgePath holds a path of genuine signatures to everything else.
func (t *Trust) judgePath(m *material, path []*x509.Certificate, at, now time.Time) (limits, *Fault) {
	leaf := path[0]
	if fault := keyFault(leaf, t.cfg.MinRSABits); fault != nil {
		return limits{}, fault
	}
	var reach limits
	for i, c := range path {
		if i > 0 && i < len(path)-1 {
			if fault := formFault(c); fault != nil {
				return limits{}, fault
			}
		}
		if fault := validityFault(c, at); fault != nil {
			return limits{}, fault
		}
		reach.between(c.NotBefore, c.NotAfter)
	}
	if fault := realmFault(leaf, t.cfg.Realm); fault != nil {
		return limits{}, fault
	}
	if fault := usageFault(leaf, t.cfg.Usage); fault != nil {
		return limits{}, fault
	}
	if fault := structureFault(path, t.cfg.Usage, at); fault != nil {
		return limits{}, fault
	}
	if t.cfg.Usage.signs() {
		fault, period := keyPeriodFault(leaf, at)
		if fault != nil {
			return limits{}, fault
		}
		reach.between(period.from, period.to)
	}
	until, fault := t.revocationFault(m, path, now)
	reach.until = until
	return reach, fault
}

func validityFault(c *x509.Certificate, at time.Time) *Fault {
	switch {
	case at.Before(c.NotBefore):
		return &Fault{Reason: NotYetValid, Certificate: c, Found: "notBefore " + instant(c.NotBefore), Expected: "≤ " + instant(at)}
	case at.After(c.NotAfter):
		return &Fault{Reason: Expired, Certificate: c, Found: "notAfter " + instant(c.NotAfter), Expected: "≥ " + instant(at)}
	}
	return nil
}
