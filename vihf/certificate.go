package vihf

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// signer is a certificate that signs tokens, or that a peer shows, and what is read in it.
type signer struct {
	certificate *x509.Certificate
	holder      pki.Holder
	name        pki.Name
}

// maxSigners bounds the certificates that are remembered.
const maxSigners = 2048

// signers remembers certificates by their digest, so that each is read once. Whether one is trusted is asked each time.
type signers struct {
	mu   sync.RWMutex
	kept map[[sha256.Size]byte]*signer
}

// signer reads a certificate, or remembers it.
func (s *signers) signer(der []byte) (*signer, error) {
	key := sha256.Sum256(der)
	s.mu.RLock()
	who := s.kept[key]
	s.mu.RUnlock()
	if who != nil {
		return who, nil
	}
	certificate, err := pki.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	name, err := pki.NameOf(certificate.RawSubject)
	if err != nil {
		return nil, fmt.Errorf("reading the subject of the certificate: %w", err)
	}
	who = &signer{certificate: certificate, holder: pki.HolderOf(certificate), name: name}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept) >= maxSigners {
		s.kept = make(map[[sha256.Size]byte]*signer) // what is in use comes back at once
	}
	s.kept[key] = who
	return who, nil
}

// faultRules says which rule a certificate breaks that is not trusted.
var faultRules = map[pki.Reason]*rule.Rule{
	pki.NoCertificate: ruleOneCertificate, pki.Malformed: ruleCertificateForm,
	pki.UnknownIssuer: ruleCertificateChain, pki.BadChain: ruleCertificateChain,
	pki.WeakKey: ruleCertificateStrength, pki.WeakSignature: ruleCertificateStrength,
	pki.Expired: ruleCertificateValid, pki.NotYetValid: ruleCertificateValid,
	pki.WrongRealm: ruleCertificateRealm, pki.WrongUsage: ruleCertificateUsage,
	pki.Revoked: ruleCertificateRevoked, pki.RevocationUnknown: ruleRevocationUnknown,
}

// judgeCertificate asks whether the certificate may sign tokens now. Its rules are firm, because what is examined after a
// fault is not examined at all.
func (j *judgement) judgeCertificate(who *signer, at xmltree.Node) bool {
	if j.v.cfg.Trust == nil {
		return false
	}
	_, err := j.v.cfg.Trust.Verify(who.certificate, nil, j.now)
	if err == nil {
		return true
	}
	var fault *pki.Fault
	if !errors.As(err, &fault) {
		fault = &pki.Fault{Reason: pki.BadChain, Certificate: who.certificate}
	}
	broken := faultRules[fault.Reason]
	if broken == nil {
		broken = ruleCertificateChain
	}
	j.add(rule.Finding{Rule: broken, Place: rule.At(at), Subject: fault.Subject(), Found: fault.FoundOrReason(), Expected: fault.Expected})
	return false
}
