package hostile_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // what a sender of 2010 would sign with
	"encoding/hex"
	"fmt"
	"math/big"
)

// Algorithm identifiers that the cases name.
const (
	exclusive    = "http://www.w3.org/2001/10/xml-exc-c14n#"
	inclusive    = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	withComments = inclusive + "#WithComments"
	enveloped    = dsSpace + "enveloped-signature"
	moreSpace    = "http://www.w3.org/2001/04/xmldsig-more#"
	newerSpace   = "http://www.w3.org/2007/05/xmldsig-more#"
	rsaSHA256    = moreSpace + "rsa-sha256"
	digestSHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// pair is a key and the certificates that go with it, the leaf first.
type pair struct {
	key   crypto.Signer
	chain [][]byte
}

// signing says how a signature is made. Every field may be other than right.
type signing struct {
	by             *pair
	hash           crypto.Hash // of the signature value
	method, params string      // SignatureMethod and what stands inside it
	c14n           string      // CanonicalizationMethod
	prefixes       string      // what stands inside CanonicalizationMethod
	digestMethod   string
	digestHash     crypto.Hash
	uri            func(string) string // the URI attribute, with a blank before it
	transforms     string              // Transforms; "-" for none
	references     func(right string) string
	keyInfo        string // instead of KeyInfo; "-" for none
	objects        string // what follows KeyInfo
	id             string // the Id attribute of Signature, with a blank before it
	value          func([]byte) string
	signer         func(octets []byte) []byte // instead of the key
	info           func(string) string        // changes SignedInfo before it is signed
}

// sign signs as software of today does.
func sign(by *pair) *signing {
	return &signing{by: by, hash: crypto.SHA256, method: rsaSHA256, c14n: exclusive, digestMethod: digestSHA256, digestHash: crypto.SHA256}
}

const usualTransforms = `<ds:Transforms><ds:Transform Algorithm="` + enveloped + `"></ds:Transform><ds:Transform Algorithm="` + exclusive + `"></ds:Transform></ds:Transforms>`

// transform writes Transforms with one Transform for each algorithm.
func transforms(algorithms ...string) string {
	all := `<ds:Transforms>`
	for _, a := range algorithms {
		all += `<ds:Transform Algorithm="` + a + `"></ds:Transform>`
	}
	return all + `</ds:Transforms>`
}

// reference is a ds:Reference of text that is digested as it stands.
func (s *signing) reference(uri, digested string) string {
	attribute := ` URI="` + uri + `"`
	if s.uri != nil {
		attribute = s.uri(uri)
	}
	list := or(s.transforms, usualTransforms)
	if list == "-" {
		list = ""
	}
	return `<ds:Reference` + attribute + `>` + list + `<ds:DigestMethod Algorithm="` + s.digestMethod + `"></ds:DigestMethod><ds:DigestValue>` +
		digestOf(s.digestHash, digested) + `</ds:DigestValue></ds:Reference>`
}

func digestOf(h crypto.Hash, text string) string {
	sum := h.New()
	sum.Write([]byte(text))
	return encoded(sum.Sum(nil))
}

// signedInfo is written so that its canonical form, exclusive or inclusive below a Signature that declares ds alone, is
// its text.
func (s *signing) signedInfo(references string) string {
	text := `<ds:SignedInfo xmlns:ds="` + dsSpace + `"><ds:CanonicalizationMethod Algorithm="` + s.c14n + `">` + s.prefixes + `</ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="` + s.method + `">` + s.params + `</ds:SignatureMethod>` + references + `</ds:SignedInfo>`
	if s.info != nil {
		text = s.info(text)
	}
	return text
}

// signature is a ds:Signature with one reference.
func (s *signing) signature(uri, digested string) string {
	references := s.reference(uri, digested)
	if s.references != nil {
		references = s.references(references)
	}
	return s.around(references)
}

// around is a ds:Signature of the references given.
func (s *signing) around(references string) string {
	info := s.signedInfo(references)
	value := s.octets(info)
	written := encoded(value)
	if s.value != nil {
		written = s.value(value)
	}
	key := or(s.keyInfo, keyInfo(s.by.chain[0]))
	if key == "-" {
		key = ""
	}
	return `<ds:Signature xmlns:ds="` + dsSpace + `"` + s.id + `>` + info + `<ds:SignatureValue>` + written + `</ds:SignatureValue>` + key + s.objects + `</ds:Signature>`
}

// keyInfo names certificates.
func keyInfo(ders ...[]byte) string {
	text := `<ds:KeyInfo><ds:X509Data>`
	for _, der := range ders {
		text += `<ds:X509Certificate>` + encoded(der) + `</ds:X509Certificate>`
	}
	return text + `</ds:X509Data></ds:KeyInfo>`
}

// octets is the signature value of a text.
func (s *signing) octets(text string) []byte {
	if s.signer != nil {
		return s.signer([]byte(text))
	}
	sum := s.hash.New()
	sum.Write([]byte(text))
	digest := sum.Sum(nil)
	switch key := s.by.key.(type) {
	case *rsa.PrivateKey:
		value, err := rsa.SignPKCS1v15(rand.Reader, key, s.hash, digest)
		must(err)
		return value
	case *ecdsa.PrivateKey:
		r, t, err := ecdsa.Sign(rand.Reader, key, digest)
		must(err)
		return fixedPair(key, r, t)
	default:
		value, err := key.Sign(rand.Reader, []byte(text), crypto.Hash(0))
		must(err)
		return value
	}
}

// fixedPair is r and s, each as long as the order of the curve.
func fixedPair(key *ecdsa.PrivateKey, r, s *big.Int) []byte {
	size := (key.Curve.Params().N.BitLen() + 7) / 8
	return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
}

// must ends the test binary where making a case fails: that is a mistake in the cases, never a finding.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("making a case: %v", err))
	}
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}
