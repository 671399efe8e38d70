package testpki

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
)

// Sizes of keys: what is used, and what is refused.
const (
	rsaBits      = 2048
	shortRSABits = 1024
)

// keyRing hands out the keys that were made beforehand. Making them is most of the work, so that they are shared where a test
// is not misled by it.
type keyRing struct {
	left []crypto.Signer
	// auth and sign are those of all identities with a fault, auth that of most others too; short is too short.
	auth, sign, short crypto.Signer
}

// take gives a key that nobody has yet.
func (r *keyRing) take() crypto.Signer {
	key := r.left[0]
	r.left = r.left[1:]
	return key
}

// ownAuthentication are the identities whose authentication certificate has a key of its own.
var ownAuthentication = []string{"medecin", "etablissement"}

func (r *keyRing) forAuthentication(identity string) crypto.Signer {
	if slices.Contains(ownAuthentication, identity) {
		return r.take()
	}
	return r.auth
}

// forSignature gives everybody a key of their own, for a signature that verifies with another's certificate would mislead.
func (r *keyRing) forSignature(identity string) crypto.Signer {
	if strings.HasPrefix(identity, FaultPrefix) {
		return r.sign
	}
	return r.take()
}

// keysNeeded counts the keys that will be taken: of the listed authorities and the foreign one, the server, and identities.
func keysNeeded() int {
	count := len(listedAuthorities) + 1 + 1 + len(ownAuthentication)
	for _, c := range cast() {
		if !strings.HasPrefix(c.identity.Name, FaultPrefix) {
			count++
		}
	}
	return count
}

// makeKeys makes every key side by side.
func (m *maker) makeKeys() error {
	const shared = 3
	needed := shared + keysNeeded()
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
	m.keys = keyRing{short: keys[0], auth: keys[1], sign: keys[2], left: keys[shared:]}
	return failed
}
