package hostile_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"time"
)

// rawCertificate is a certificate as RFC 5280 section 4.1 has it, to write what crypto/x509 would not.
type rawCertificate struct {
	TBS       rawBody
	Algorithm pkix.AlgorithmIdentifier
	Value     asn1.BitString
}

type rawBody struct {
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   asn1.RawValue
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	Extensions []pkix.Extension `asn1:"optional,explicit,tag:3"`
}

// reissue changes a certificate and has the authority sign it again.
func (a *authority) reissue(p *pair, change func(*rawBody)) *pair {
	var c rawCertificate
	_, err := asn1.Unmarshal(p.chain[0], &c)
	must(err)
	change(&c.TBS)
	body, err := asn1.Marshal(c.TBS)
	must(err)
	digest := sha256.Sum256(body)
	value, err := a.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	must(err)
	c.Value = asn1.BitString{Bytes: value, BitLength: 8 * len(value)}
	der, err := asn1.Marshal(struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Value     asn1.BitString
	}{asn1.RawValue{FullBytes: body}, c.Algorithm, c.Value})
	must(err)
	return &pair{key: p.key, chain: append([][]byte{der}, p.chain[1:]...)}
}

// publicKey is a SubjectPublicKeyInfo.
func publicKey(algorithm string, parameters asn1.RawValue, key []byte) asn1.RawValue {
	info := struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}{pkix.AlgorithmIdentifier{Algorithm: oidOf(algorithm), Parameters: parameters}, asn1.BitString{Bytes: key, BitLength: 8 * len(key)}}
	der, err := asn1.Marshal(info)
	must(err)
	return asn1.RawValue{FullBytes: der}
}

// rsaPublicKey is a key that need not be one: any modulus and any exponent.
func rsaPublicKey(n *big.Int, e int) asn1.RawValue {
	der, err := asn1.Marshal(struct {
		N *big.Int
		E int
	}{n, e})
	must(err)
	return publicKey("1.2.840.113549.1.1.1", asn1.NullRawValue, der)
}

func oidOf(text string) asn1.ObjectIdentifier {
	return extension(text, false, []byte{}).Id
}

// oddNumber is a number of so many bits that looks like a modulus.
func oddNumber(bits int) *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(bits-1)))
	must(err)
	return n.SetBit(n.SetBit(n, bits-1, 1), 0, 1)
}

// smallRSA is a key of a size or an exponent that no library makes any more. It signs by bare arithmetic.
type smallRSA struct {
	n, d *big.Int
	e    int
}

func newSmallRSA(bits, e int) *smallRSA {
	one, exponent := big.NewInt(1), big.NewInt(int64(e))
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		must(err)
		q, err := rand.Prime(rand.Reader, bits-bits/2)
		must(err)
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		if d := new(big.Int).ModInverse(exponent, phi); d != nil && n.BitLen() == bits {
			return &smallRSA{n, d, e}
		}
	}
}

// sign is RSASSA-PKCS1-v1_5 with SHA-256.
func (k *smallRSA) sign(octets []byte) []byte {
	size := (k.n.BitLen() + 7) / 8
	return new(big.Int).Exp(new(big.Int).SetBytes(padded(octets, size)), k.d, k.n).FillBytes(make([]byte, size))
}

// digestInfo is the ASN.1 that PKCS #1 v1.5 puts before a SHA-256 digest.
var digestInfo = []byte{0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20}

// padded is EMSA-PKCS1-v1_5 of octets.
func padded(octets []byte, size int) []byte {
	sum := sha256.Sum256(octets)
	return around(slices.Concat(digestInfo, sum[:]), size)
}

// around puts the padding of PKCS #1 v1.5 before what is signed.
func around(content []byte, size int) []byte {
	block := []byte{0, 1}
	for len(block) < size-len(content)-1 {
		block = append(block, 0xFF)
	}
	return append(append(block, 0), content...)
}

// rawRSA exponentiates with a private key whatever it is given.
func rawRSA(key crypto.Signer, block []byte) []byte {
	k := key.(*rsa.PrivateKey)
	return new(big.Int).Exp(new(big.Int).SetBytes(block), k.D, k.N).FillBytes(make([]byte, k.Size()))
}

// derPair is an ECDSA value as ASN.1 has it.
func derPair(key *ecdsa.PrivateKey, octets []byte) []byte {
	sum := sha256.Sum256(octets)
	value, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	must(err)
	return value
}

// numbers is an ECDSA value of a text.
func numbers(key *ecdsa.PrivateKey, octets []byte) (r, s *big.Int) {
	sum := sha256.Sum256(octets)
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	must(err)
	return r, s
}

// keyPeriod is a privateKeyUsagePeriod.
func keyPeriod(from, to time.Time) pkix.Extension {
	return extension("2.5.29.16", false, struct {
		From time.Time `asn1:"optional,generalized,tag:0"`
		To   time.Time `asn1:"optional,generalized,tag:1"`
	}{from.UTC().Truncate(time.Second), to.UTC().Truncate(time.Second)})
}
