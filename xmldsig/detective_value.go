package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"iter"
	"math/big"
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

// signingHashes are the digests a signature may be over in fact, the likely ones first.
var signingHashes = []crypto.Hash{crypto.SHA256, crypto.SHA1, crypto.SHA512, crypto.SHA384, crypto.SHA224}

// explainValue finds out what a signature value was made over, how, and with which of some keys.
func (s *Signature) explainValue(others []crypto.PublicKey) (Cause, bool) {
	keys := []crypto.PublicKey{s.key}
	for _, der := range s.Certificates {
		if c, err := x509.ParseCertificate(der); err == nil {
			keys = append(keys, c.PublicKey)
		}
	}
	keys = append(keys, others...)
	reversed := slices.Clone(s.Value)
	slices.Reverse(reversed)
	for _, value := range [][]byte{s.Value, reversed} {
		for i, key := range keys {
			attempt := s.attempt(key, value)
			if attempt == nil {
				continue
			}
			switch {
			case i > 0 && !sameKey(key, s.key):
				attempt.damage = OtherKey
			case &value[0] != &s.Value[0]:
				attempt.damage = Reversed
			}
			attempt.brief = !attempt.signed && &value[0] != &s.Value[0]
			if cause, found := s.explainAttempt(attempt); found {
				return cause, true
			}
		}
	}
	return Cause{}, false
}

func sameKey(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.Equal(b)
}

// attempt is a way to take a value: with a key, and damaged or not.
type attempt struct {
	damage Damage // of the value itself, 0 for none
	// holds tells whether the value is over octets by a digest.
	holds func(hash crypto.Hash, octets []byte) bool
	// signed tells that the key has certainly signed something, whatever it was; holds then costs no more than a digest.
	signed bool
	// brief has nothing but the declared octets tried.
	brief bool
}

// attempt takes a value with a key; nil where it cannot be one of that key.
func (s *Signature) attempt(key crypto.PublicKey, value []byte) *attempt {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if len(value) == k.Size() {
			return s.attemptRSA(k, value)
		}
	case *ecdsa.PublicKey:
		return attemptECDSA(k, value)
	}
	return nil
}

func attemptECDSA(key *ecdsa.PublicKey, value []byte) *attempt {
	var rs struct{ R, S *big.Int }
	a := &attempt{}
	if rest, err := asn1.Unmarshal(value, &rs); err == nil && len(rest) == 0 {
		a.damage = NotRS
	} else if len(value)%2 == 0 {
		half := len(value) / 2
		rs.R, rs.S = new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:])
	} else {
		return nil
	}
	a.holds = func(hash crypto.Hash, octets []byte) bool {
		return ecdsa.Verify(key, sumOf(hash, octets), rs.R, rs.S)
	}
	return a
}

// attemptRSA opens a value, which tells by itself whether the key made it and, by PKCS #1 v1.5, over which digest.
func (s *Signature) attemptRSA(key *rsa.PublicKey, value []byte) *attempt {
	if key.N.BitLen() > 16384 || key.E < 2 {
		return nil
	}
	opened := new(big.Int).SetBytes(value)
	if opened.Cmp(key.N) >= 0 {
		return nil
	}
	em := opened.Exp(opened, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	payload, isPKCS1 := unpad(em)
	if !isPKCS1 {
		a := &attempt{holds: func(hash crypto.Hash, octets []byte) bool {
			return rsa.VerifyPSS(key, hash, sumOf(hash, octets), value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil
		}}
		if s.scheme == pkcs1 {
			a.damage = OtherPadding
		}
		return a
	}
	a := &attempt{signed: true, holds: func(hash crypto.Hash, octets []byte) bool {
		return bytes.HasSuffix(payload, sumOf(hash, octets))
	}}
	switch {
	case s.scheme == pss:
		a.damage = OtherPadding
	case slices.ContainsFunc(signingHashes, func(h crypto.Hash) bool { return h.Size() == len(payload) }):
		a.damage = BareDigest
	}
	return a
}

// unpad gives what a block of type 1 holds (RFC 8017 section 9.2).
func unpad(em []byte) (payload []byte, ok bool) {
	if len(em) < 11 || em[0] != 0 || em[1] != 1 {
		return nil, false
	}
	i := 2
	for i < len(em) && em[i] == 0xFF {
		i++
	}
	if i < 10 || i == len(em) || em[i] != 0 {
		return nil, false
	}
	return em[i+1:], true
}

// notation is what is wrong with a value that is over the right octets by the right digest and still does not verify.
var notation = map[scheme]Damage{pkcs1: BareDigest, pss: OtherSalt, ecdsaRS: NotRS}

// explainAttempt looks for the octets that a value is over.
func (s *Signature) explainAttempt(a *attempt) (Cause, bool) {
	for candidate, octets := range s.signedCandidates() {
		if a.damage == 0 && candidate.Damage == 0 && a.holds(s.hash, octets) {
			return Cause{Damage: notation[s.scheme]}, true
		}
		hashes := append([]crypto.Hash{s.hash}, signingHashes...)
		if isEdit := candidate.Damage >= LineEnds; isEdit && !a.signed {
			hashes = hashes[:1]
		}
		for _, hash := range hashes {
			if !a.holds(hash, octets) {
				continue
			}
			switch {
			case a.damage != 0:
				return Cause{Damage: a.damage}, true
			case hash != s.hash:
				return Cause{Damage: OtherDigest, Method: s.methodWith(hash)}, true
			}
			return candidate, true
		}
		if a.brief {
			break
		}
	}
	if a.signed && a.damage == OtherKey {
		return Cause{Damage: OtherKey}, true
	}
	return Cause{Damage: Edited}, a.signed
}

// methodWith gives the algorithm of the signature's kind with another digest.
func (s *Signature) methodWith(hash crypto.Hash) Method {
	for m, known := range signatureMethods {
		if known.scheme == s.scheme && known.hash == hash {
			return m
		}
	}
	return ""
}

// signedCandidates goes through the octets that a signer may have signed, the declared ones first.
func (s *Signature) signedCandidates() iter.Seq2[Cause, []byte] {
	return func(yield func(Cause, []byte) bool) {
		if octets, err := s.signedOctets(); err == nil && !yield(Cause{}, octets) {
			return
		}
		if !yield(Cause{Damage: Raw}, s.info.Raw()) {
			return
		}
		declared := Transform{Algorithm: s.Canonicalization, Prefixes: s.Prefixes}
		if !s.candidatesApart(declared, yield) {
			return
		}
		if !s.candidateForms(yield) {
			return
		}
		s.candidateVariants(yield)
	}
}

// candidatesApart gives SignedInfo as it was where the Signature, or an element around it, stood alone.
func (s *Signature) candidatesApart(declared Transform, yield func(Cause, []byte) bool) bool {
	apart := s.Node
	for range 4 {
		if alone, err := xmltree.Parse(apart.Raw(), xmltree.Limits{}); err == nil {
			info, err := elementAt(alone, s.info.Offset()-apart.Offset())
			going := err != nil || yield(Cause{Damage: OutOfContext}, formOf(info, declared))
			alone.Release()
			if !going {
				return false
			}
		}
		if apart = apart.Parent(); apart.IsZero() {
			break
		}
	}
	return true
}

// candidateForms gives every form of SignedInfo but the declared one.
func (s *Signature) candidateForms(yield func(Cause, []byte) bool) bool {
	declared := Transform{Algorithm: s.Canonicalization, Prefixes: s.Prefixes}
	for _, form := range formsNear(s.info, declared) {
		cause := Cause{Damage: OtherForm, Method: form.Algorithm}
		if form.Algorithm == declared.Algorithm {
			cause = Cause{Damage: PrefixList, Method: form.Algorithm, Detail: strings.Join(form.Prefixes, " ")}
		}
		if !yield(cause, formOf(s.info, form)) {
			return false
		}
	}
	return true
}

// candidateVariants gives SignedInfo as it may have been before its text was changed.
func (s *Signature) candidateVariants(yield func(Cause, []byte) bool) {
	d := &detective{left: signatureBudget}
	declared := Transform{Algorithm: s.Canonicalization, Prefixes: s.Prefixes}
	src := s.Node.Document().Source()
	for v := range allVariants(s.info, xmltree.Node{}) {
		edits := d.editsOf(v, s.info)
		if d.left <= 0 {
			return
		}
		if len(edits) == 0 {
			continue
		}
		stop := false
		d.again(apply(src, edits), moved(edits, s.info.Offset()), func(n xmltree.Node) bool {
			stop = !yield(Cause{Damage: v.damage, Detail: v.detail}, formOf(n, declared))
			return stop
		})
		if stop {
			return
		}
	}
}

// formOf gives a form of a SignedInfo, nothing where that is too long.
func formOf(info xmltree.Node, form Transform) []byte {
	how := canonicalizations[form.Algorithm]
	how.Prefixes = form.Prefixes
	out := &bounded{left: 1 << 20}
	if info.WriteCanonical(out, how) != nil {
		return nil
	}
	return out.octets
}
