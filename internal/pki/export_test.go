package pki

import "crypto/x509"

// MaxSignatureChecks is the bound of the search for a path.
const MaxSignatureChecks = maxSignatureChecks

// SignatureChecks tells how many signatures the search for paths to the anchors verifies.
func (t *Trust) SignatureChecks(leaf *x509.Certificate, extra []*x509.Certificate) int {
	_, checks, _ := t.findPaths(t.state.Load(), leaf, extra)
	return checks
}

// Remembered tells how many verifications are kept.
func (t *Trust) Remembered() int {
	v := t.state.Load().verified
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.kept)
}
