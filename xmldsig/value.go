package xmldsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
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
			return fault(ReasonAlgorithm, s.KeyInfo, "an RSA key for "+string(s.Method), "an elliptic curve key")
		case bits < p.MinRSABits || bits > p.MaxRSABits:
			return fault(ReasonKey, s.KeyInfo, "an RSA key of "+number(bits)+" bits", number(p.MinRSABits)+" to "+number(p.MaxRSABits)+" bits")
		case k.E < p.MinRSAExponent || k.E%2 == 0 || k.N.Bit(0) == 0:
			return fault(ReasonKey, s.KeyInfo, "an RSA key with the public exponent "+number(k.E), "an odd one of "+number(p.MinRSAExponent)+" or more")
		}
	case *ecdsa.PublicKey:
		if s.scheme != ecdsaRS {
			return fault(ReasonAlgorithm, s.KeyInfo, "an elliptic curve key for "+string(s.Method), "an RSA key")
		}
		if k.Curve != elliptic.P256() && k.Curve != elliptic.P384() && k.Curve != elliptic.P521() {
			return fault(ReasonKey, s.KeyInfo, "a key on another curve", "P-256, P-384 or P-521")
		}
		if _, err := k.ECDH(); err != nil { // the point is on the curve
			return &Error{Reason: ReasonKey, At: s.KeyInfo, Found: "an elliptic curve key that is none", Err: err}
		}
	default:
		return fault(ReasonKey, s.KeyInfo, "a key that is neither RSA nor elliptic curve", "an RSA key or one on P-256, P-384 or P-521")
	}
	return nil
}

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
	size := (order.BitLen() + 7) / 8
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
