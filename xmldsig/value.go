package xmldsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
)

// The faults of a signature value.
var (
	errValue  = errors.New("it is not the signature of SignedInfo by this key")
	errLength = errors.New("it is not as long as the key has it")
	errRange  = errors.New("r or s is not between 1 and the order of the curve")
)

// checkKey holds a key to the method and the policy.
func (s *Signature) checkKey(key crypto.PublicKey) *Error {
	p := s.policy
	switch k := key.(type) {
	case *rsa.PublicKey:
		bits := k.N.BitLen()
		switch {
		case s.scheme == ecdsaRS:
			return fault(ReasonAlgorithm, s.KeyInfo, string(s.Method)+" ⇐ RSA", "EC")
		case bits < p.MinRSABits:
			return fault(ReasonKey, s.KeyInfo, "RSA "+number(bits), "RSA ≥ "+number(p.MinRSABits))
		case bits > p.MaxRSABits:
			return fault(ReasonKey, s.KeyInfo, "RSA "+number(bits), "RSA ≤ "+number(p.MaxRSABits))
		case k.E < p.MinRSAExponent || k.E%2 == 0:
			return fault(ReasonKey, s.KeyInfo, "RSA, e = "+number(k.E), "e ≥ "+number(p.MinRSAExponent)+", e mod 2 = 1")
		case k.N.Bit(0) == 0:
			return fault(ReasonKey, s.KeyInfo, "RSA, n mod 2 = 0", "n mod 2 = 1")
		}
	case *ecdsa.PublicKey:
		if s.scheme != ecdsaRS {
			return fault(ReasonAlgorithm, s.KeyInfo, string(s.Method)+" ⇐ EC", "RSA")
		}
		if k.Curve != elliptic.P256() && k.Curve != elliptic.P384() && k.Curve != elliptic.P521() {
			return fault(ReasonKey, s.KeyInfo, "EC "+curveName(k.Curve), "P-256, P-384, P-521")
		}
		if _, err := k.ECDH(); err != nil { // the point is on the curve
			return &Error{Reason: ReasonKey, At: s.KeyInfo, Found: "(x, y) ∉ " + curveName(k.Curve), Expected: "(x, y) ∈ " + curveName(k.Curve), Err: err}
		}
	default:
		return fault(ReasonKey, s.KeyInfo, keyKind(key), "RSA, EC")
	}
	return nil
}

// curveName names a curve for a message.
func curveName(c elliptic.Curve) string {
	if c == nil {
		return "∅"
	}
	return c.Params().Name
}

// keyKind names for a message the kind of a key that is neither RSA nor EC.
func keyKind(key crypto.PublicKey) string {
	switch key.(type) {
	case nil:
		return "∅"
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return fmt.Sprintf("%T", key)
}

// valueFault says for a message why a signature value does not verify.
func (s *Signature) valueFault(failed error) *Error {
	e := &Error{Reason: ReasonSignatureValue, At: s.valueNode, Err: failed}
	switch {
	case errors.Is(failed, errLength):
		e.Found, e.Expected = "ds:SignatureValue: "+number(len(s.Value))+" octets", number(valueSize(s.key))+" octets"
	case errors.Is(failed, errRange):
		e.Found, e.Expected = "ds:SignatureValue: r, s ∉ [1, n − 1]", "r, s ∈ [1, n − 1]"
	default:
		of := string(s.Method) + " (ds:SignedInfo)"
		e.Found, e.Expected = "ds:SignatureValue ≠ "+of, "ds:SignatureValue = "+of
	}
	return e
}

// valueSize gives how many octets a signature value by a key has.
func valueSize(key crypto.PublicKey) int {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.Size()
	case *ecdsa.PublicKey:
		return 2 * orderSize(k)
	}
	return 0
}

// orderSize gives how many octets the order of a key's curve takes.
func orderSize(key *ecdsa.PublicKey) int { return (key.Params().N.BitLen() + 7) / 8 }

// verifyValue holds a signature value to the digest of what was signed.
func verifyValue(key crypto.PublicKey, by scheme, hash crypto.Hash, sum, value []byte) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if len(value) != k.Size() {
			return errLength
		}
		var err error
		if by == pss {
			err = rsa.VerifyPSS(k, hash, sum, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			err = rsa.VerifyPKCS1v15(k, hash, sum, value)
		}
		if err != nil {
			return errValue
		}
		return nil
	case *ecdsa.PublicKey:
		return verifyRS(k, sum, value)
	}
	return errValue
}

// verifyRS verifies r and s, each as long as the order of the curve (RFC 4050 and XML Signature 1.1 section 6.4.3).
func verifyRS(key *ecdsa.PublicKey, sum, value []byte) error {
	order := key.Params().N
	size := orderSize(key)
	if len(value) != 2*size {
		return errLength
	}
	r, s := new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:])
	if r.Sign() == 0 || s.Sign() == 0 || r.Cmp(order) >= 0 || s.Cmp(order) >= 0 {
		return errRange
	}
	if !ecdsa.Verify(key, sum, r, s) {
		return errValue
	}
	return nil
}
