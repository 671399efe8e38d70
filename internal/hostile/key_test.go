package hostile_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
)

// certified is a token signed with a key of its own, whose certificate the right authority issued.
func certified(l *lot, name, codes, rules string, by func(w *world) *pair, change func(s *signing)) hostile {
	return hostile{name: name, codes: codes, rules: rules, make: func(w *world) *message {
		i := l.by.with(by(w))
		t := newToken(i, w.patient)
		if change != nil {
			change(t.signed)
		}
		return l.message(t)
	}}
}

// persons is the authority of cards.
func (w *world) persons() *authority { return loadAuthority(w.pki, "persons") }

// rsaOf has the authority certify a modulus and an exponent, of which nobody need know the private key.
func rsaOf(l *lot, n *big.Int, e int) func(w *world) *pair {
	return func(w *world) *pair {
		return w.persons().reissue(l.by.sign, func(b *rawBody) { b.PublicKey = rsaPublicKey(n, e) })
	}
}

// SIG-20: keys that are too small, too large, or of a kind that is not in use.
func keyPolicy(l *lot) (cases []hostile) {
	small := func(name string, bits, e int) {
		key := newSmallRSA(bits, e)
		cases = append(cases, certified(l, "SIG-20 "+name, badKey, "VIHF-032 VIHF-021 VIHF-025", rsaOf(l, key.n, key.e), func(s *signing) { s.signer = key.sign }))
	}
	small("RSA of 512 bits", 512, 65537)
	small("RSA of 1 024 bits", 1024, 65537)
	small("RSA of 2 047 bits", 2047, 65537)
	small("RSA with exponent 3", 2048, 3)
	small("RSA with exponent 257", 2048, 257)
	void := func(name string, n *big.Int, e int) {
		cases = append(cases, certified(l, "SIG-20 "+name, badKey+" "+notSigned, "VIHF-032 VIHF-021 VIHF-025 VIHF-020", rsaOf(l, n, e), func(s *signing) {
			s.signer = func(octets []byte) []byte { return padded(octets, (n.BitLen()+7)/8) } // with exponent 1 this is a signature
		}))
	}
	void("RSA with exponent 1", oddNumber(2048), 1)
	void("RSA with an even exponent", oddNumber(2048), 65536)
	void("RSA with an even modulus", new(big.Int).Lsh(oddNumber(2047), 1), 65537)
	void("RSA of 16 384 bits", oddNumber(16384), 65537)
	void("RSA of 8 193 bits", oddNumber(8193), 65537)
	curve := func(name string, c elliptic.Curve) {
		key := ecKey(c)
		cases = append(cases, certified(l, "SIG-20 "+name, badKey, "VIHF-032 VIHF-021 VIHF-025", func(w *world) *pair { return w.persons().issue(l.by.sign, key, nil) },
			func(s *signing) { s.method = moreSpace + "ecdsa-sha256" }))
	}
	curve("P-224", elliptic.P224())
	foreign := func(name string, parameters asn1.RawValue) {
		key := ecKey(elliptic.P256())
		point, err := key.PublicKey.Bytes()
		must(err)
		cases = append(cases, certified(l, "SIG-20 "+name, badKey, "VIHF-032 VIHF-021 VIHF-025", func(w *world) *pair {
			p := w.persons().reissue(l.by.sign, func(b *rawBody) { b.PublicKey = publicKey("1.2.840.10045.2.1", parameters, point) })
			p.key = key
			return p
		}, func(s *signing) { s.method = moreSpace + "ecdsa-sha256" }))
	}
	foreign("secp256k1", namedCurve("1.3.132.0.10"))
	foreign("P-192", namedCurve("1.2.840.10045.3.1.1"))
	foreign("a curve without parameters", asn1.NullRawValue)
	key := ecKey(elliptic.P256())
	cases = append(cases, certified(l, "SIG-20 a point that is not on the curve", badKey, "VIHF-032 VIHF-021 VIHF-025", func(w *world) *pair {
		point, err := key.PublicKey.Bytes()
		must(err)
		point[40] ^= 1
		p := w.persons().reissue(l.by.sign, func(b *rawBody) {
			b.PublicKey = publicKey("1.2.840.10045.2.1", namedCurve("1.2.840.10045.3.1.7"), point)
		})
		p.key = key
		return p
	}, func(s *signing) { s.method = moreSpace + "ecdsa-sha256" }))
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	for name, method := range map[string]string{"Ed25519 as rsa-sha256": rsaSHA256, "Ed25519 as ecdsa-sha256": moreSpace + "ecdsa-sha256"} {
		cases = append(cases, certified(l, "SIG-20 "+name, badKey, "VIHF-032 VIHF-021 VIHF-025", func(w *world) *pair { return w.persons().issue(l.by.sign, edwards, nil) },
			func(s *signing) { s.method = method }))
	}
	slices.SortFunc(cases, func(a, b hostile) int { return strings.Compare(a.name, b.name) })
	return cases
}

func namedCurve(oid string) asn1.RawValue {
	der, err := asn1.Marshal(oidOf(oid))
	must(err)
	return asn1.RawValue{FullBytes: der}
}

// SIG-21: values of ECDSA that are written otherwise than r and s side by side.
func ecdsaValues(l *lot) (cases []hostile) {
	key := ecKey(elliptic.P256())
	n := key.Params().N
	value := func(name string, make func(octets []byte) []byte) {
		cases = append(cases, certified(l, "SIG-21 "+name, notSigned, "VIHF-020", func(w *world) *pair { return w.persons().issue(l.by.sign, key, nil) },
			func(s *signing) { s.method, s.signer = moreSpace+"ecdsa-sha256", make }))
	}
	written := func(change func(r, s *big.Int) (*big.Int, *big.Int), size int) func([]byte) []byte {
		return func(octets []byte) []byte {
			r, s := numbers(key, octets)
			r, s = change(r, s)
			return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
		}
	}
	same := func(r, s *big.Int) (*big.Int, *big.Int) { return r, s }
	zero := new(big.Int)
	value("ASN.1 in the place of r and s", func(octets []byte) []byte { return derPair(key, octets) })
	value("r is 0", written(func(_, s *big.Int) (*big.Int, *big.Int) { return zero, s }, 32))
	value("s is 0", written(func(r, _ *big.Int) (*big.Int, *big.Int) { return r, zero }, 32))
	value("both are 0", written(func(_, _ *big.Int) (*big.Int, *big.Int) { return zero, zero }, 32))
	value("r is the order", written(func(_, s *big.Int) (*big.Int, *big.Int) { return n, s }, 32))
	value("s is the order", written(func(r, _ *big.Int) (*big.Int, *big.Int) { return r, n }, 32))
	value("r is larger by the order", written(func(r, s *big.Int) (*big.Int, *big.Int) { return new(big.Int).Add(r, n), s }, 33))
	value("both have a leading zero", written(same, 33))
	value("both have 66 bytes, as on P-521", written(same, 66))
	value("cut short by a byte", func(octets []byte) []byte { return written(same, 32)(octets)[:63] })
	value("longer by a byte", func(octets []byte) []byte { return append(written(same, 32)(octets), 0) })
	value("r and s exchanged", written(func(r, s *big.Int) (*big.Int, *big.Int) { return s, r }, 32))
	value("one byte", func([]byte) []byte { return []byte{0} })
	value("r alone", func(octets []byte) []byte { return written(same, 32)(octets)[:32] })
	value("of another digest", func(octets []byte) []byte { return written(same, 32)(append(octets, ' ')) })
	return append(cases, certified(l, "SIG-21 rsa-sha256 for a key on P-256", badAlgorithm, "VIHF-014", func(w *world) *pair { return w.persons().issue(l.by.sign, key, nil) },
		func(s *signing) {
			s.method, s.signer = rsaSHA256, func(octets []byte) []byte { return derPair(key, octets) }
		}))
}

// SIG-22: values of RSA whose padding or writing is not the one form that there is.
func rsaValues(l *lot) (cases []hostile) {
	value := func(name string, make func(octets []byte) []byte) {
		cases = append(cases, signatureCase(l, "SIG-22 "+name, notSigned, "VIHF-020", func(s *signing) { s.signer = make }))
	}
	block := func(build func(sum []byte) []byte) func([]byte) []byte {
		return func(octets []byte) []byte {
			sum := sha256.Sum256(octets)
			return rawRSA(l.by.sign.key, build(sum[:]))
		}
	}
	const size = 256
	value("garbage after the digest", block(func(sum []byte) []byte {
		head := slices.Concat([]byte{0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0}, digestInfo, sum)
		return append(head, make([]byte, size-len(head))...)
	}))
	value("a digest without DigestInfo", block(func(sum []byte) []byte { return around(sum, size) }))
	value("DigestInfo of SHA-512", block(func(sum []byte) []byte {
		other := slices.Clone(digestInfo)
		other[14] = 3
		return around(slices.Concat(other, sum), size)
	}))
	value("DigestInfo without NULL", block(func(sum []byte) []byte {
		return around(slices.Concat([]byte{0x30, 0x2F, 0x30, 0x0B, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 4, 0x20}, sum), size)
	}))
	value("DigestInfo with a long length", block(func(sum []byte) []byte {
		return around(slices.Concat([]byte{0x30, 0x81, 0x31}, digestInfo[2:], sum), size)
	}))
	value("block type 2", block(func(sum []byte) []byte {
		b := around(slices.Concat(digestInfo, sum), size)
		b[1] = 2
		return b
	}))
	value("padding of zeros", block(func(sum []byte) []byte {
		b := around(slices.Concat(digestInfo, sum), size)
		for i := 2; b[i] == 0xFF; i++ {
			b[i] = 0
		}
		return b
	}))
	value("no padding", block(func(sum []byte) []byte { return sum }))
	value("a value that is 0", func([]byte) []byte { return make([]byte, size) })
	value("a value that is 1", func([]byte) []byte { return append(make([]byte, size-1), 1) })
	value("the modulus added", func(octets []byte) []byte {
		v := new(big.Int).SetBytes(sign(l.by.sign).octets(string(octets)))
		return v.Add(v, l.by.sign.leaf().PublicKey.(*rsa.PublicKey).N).Bytes()
	})
	value("a leading zero", func(octets []byte) []byte { return append([]byte{0}, sign(l.by.sign).octets(string(octets))...) })
	value("cut short by a byte", func(octets []byte) []byte { return sign(l.by.sign).octets(string(octets))[:255] })
	value("longer by a byte", func(octets []byte) []byte { return append(sign(l.by.sign).octets(string(octets)), 0) })
	value("of SHA-1", func(octets []byte) []byte {
		s := sign(l.by.sign)
		s.hash = crypto.SHA1
		return s.octets(string(octets))
	})
	base := func(name string, write func([]byte) string) {
		cases = append(cases, signatureCase(l, "SIG-22 "+name, badSignature+" "+notSigned, "VIHF-013 VIHF-020", func(s *signing) { s.value = write }))
	}
	base("base64 without padding", func(v []byte) string { return strings.TrimRight(encoded(v), "=") })
	base("base64 padded twice", func(v []byte) string { return encoded(v) + "==" })
	base("base64 of URLs", base64.URLEncoding.EncodeToString)
	base("base64 with a no-break space", func(v []byte) string { return encoded(v)[:40] + "\u00a0" + encoded(v)[40:] })
	base("base64 with bits left over", func(v []byte) string {
		text := []byte(encoded(v)) // 256 bytes end in two bits that mean nothing
		text[len(text)-3]++
		return string(text)
	})
	base("hexadecimal", func(v []byte) string { return strings.ToUpper(new(big.Int).SetBytes(v).Text(16)) })
	base("base64 of base64", func(v []byte) string { return encoded([]byte(encoded(v))) })
	base("a number in decimal", func(v []byte) string { return new(big.Int).SetBytes(v).String() })
	base("PEM", func(v []byte) string { return "-----BEGIN SIGNATURE-----\n" + encoded(v) + "\n-----END SIGNATURE-----" })
	return cases
}
