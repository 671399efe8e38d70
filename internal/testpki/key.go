package testpki

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
)

// Sizes of keys: what is used, and what is refused.
const (
	rsaBits      = 2048
	shortRSABits = 1024
)

// keyRing hands out the keys that were made beforehand.
type keyRing struct {
	left []crypto.Signer
	// auth and sign are those of all identities with bad certificates; short is too short.
	auth, sign, short crypto.Signer
}

// take gives a key that nobody has yet.
func (r *keyRing) take() crypto.Signer {
	key := r.left[0]
	r.left = r.left[1:]
	return key
}

// makeKeys makes every key side by side, for that is most of the work.
func (m *maker) makeKeys() error {
	const others = 3 // shared ones
	needed := len(authorityNames) + 1 + 2*len(cast()) + others
	type made struct {
		at  int
		key crypto.Signer
		err error
	}
	results := make(chan made)
	for i := range needed {
		bits := rsaBits
		if i == 0 {
			bits = shortRSABits
		}
		go func() {
			key, err := rsa.GenerateKey(rand.Reader, bits)
			results <- made{i, key, err}
		}()
	}
	keys := make([]crypto.Signer, needed)
	var failed error
	for range needed {
		one := <-results
		keys[one.at] = one.key
		if one.err != nil {
			failed = fmt.Errorf("making a key: %w", one.err)
		}
	}
	m.keys = keyRing{short: keys[0], auth: keys[1], sign: keys[2], left: keys[others:]}
	return failed
}
