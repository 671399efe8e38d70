package pki

import (
	"crypto/sha256"
	"crypto/x509"
	"sync"
	"time"
)

// limits is how far a verification holds without being done again.
type limits struct {
	from, to time.Time // the instants that it holds for; zero is open
	until    time.Time // when a CRL must be newer; zero is never
}

// between narrows the instants.
func (l *limits) between(from, to time.Time) {
	if !from.IsZero() && from.After(l.from) {
		l.from = from
	}
	if !to.IsZero() && (l.to.IsZero() || to.Before(l.to)) {
		l.to = to
	}
}

func (l *limits) hold(at, now time.Time) bool {
	return !at.Before(l.from) && (l.to.IsZero() || !at.After(l.to)) && (l.until.IsZero() || !now.After(l.until))
}

// maxVerifications bounds how many are kept.
const maxVerifications = 8192

// verifications remembers certificates that were accepted, so that a request on a known certificate costs one hash. What
// was refused is not kept: a refusal may depend on what was sent along.
type verifications struct {
	mu   sync.RWMutex
	kept map[[sha256.Size]byte]verification
}

type verification struct {
	chain  []*x509.Certificate
	limits limits
}

func newVerifications() *verifications {
	return &verifications{kept: make(map[[sha256.Size]byte]verification)}
}

// verificationKey is the digest of everything that was presented.
func verificationKey(leaf *x509.Certificate, extra []*x509.Certificate) [sha256.Size]byte {
	h := sha256.New()
	h.Write(leaf.Raw) // DER tells its own length, so that no two lists run together alike
	for _, c := range extra {
		if c != nil {
			h.Write(c.Raw)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func (v *verifications) find(key [sha256.Size]byte, at, now time.Time) []*x509.Certificate {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if one, there := v.kept[key]; there && one.limits.hold(at, now) {
		return one.chain
	}
	return nil
}

func (v *verifications) keep(key [sha256.Size]byte, chain []*x509.Certificate, l limits) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.kept) >= maxVerifications {
		clear(v.kept) // a full memory begins anew: what is in use comes back at once
	}
	v.kept[key] = verification{chain: chain, limits: l}
}
