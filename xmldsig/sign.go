package xmldsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"liasse/internal/xmltree"
)

// Signer makes signatures.
type Signer struct {
	Key crypto.Signer
	// Method is the signature algorithm; empty, SHA-256 with an RSA key and the digest that fits the curve otherwise.
	Method Method
	// Digest is the digest algorithm of references that name none; empty, SHA-256.
	Digest Method
	// Certificates go into KeyInfo, DER, the signer's own first.
	Certificates [][]byte
	// Rand is where chance comes from; nil, crypto/rand.
	Rand io.Reader
}

// NewReference is a Reference to write.
type NewReference struct {
	ID, URI, Type string
	// Transforms are written as they stand; their Nodes matter not.
	Transforms []Transform
	// Digest is the digest algorithm, empty for the Signer's.
	Digest Method
	// Value is the digest where the caller has it, as for what a Manifest names; nil has it taken of the element that the
	// URI names.
	Value []byte
}

func (s *Signer) method() (Method, signatureMethod, error) {
	m := s.Method
	if m == "" {
		switch k := s.Key.Public().(type) {
		case *rsa.PublicKey:
			m = RSASHA256
		case *ecdsa.PublicKey:
			m = map[int]Method{256: ECDSASHA256, 384: ECDSASHA384, 521: ECDSASHA512}[k.Params().BitSize]
		}
	}
	known := signatureMethods[m]
	if known.hash == 0 {
		return "", known, fmt.Errorf("signing with %q: the algorithm is not one that is made", m)
	}
	return m, known, nil
}

func (s *Signer) digest() Method {
	if s.Digest != "" {
		return s.Digest
	}
	return SHA256
}

// value signs octets.
func (s *Signer) value(octets []byte) ([]byte, error) {
	_, how, err := s.method()
	if err != nil {
		return nil, err
	}
	random := s.Rand
	if random == nil {
		random = rand.Reader
	}
	var options crypto.SignerOpts = how.hash
	if how.scheme == pss {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: how.hash}
	}
	_, isRSA := s.Key.Public().(*rsa.PublicKey)
	if isRSA == (how.scheme == ecdsaRS) {
		return nil, errors.New("signing: the algorithm is not one of the key's")
	}
	value, err := s.Key.Sign(random, sumOf(how.hash, octets), options)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if how.scheme == ecdsaRS {
		return fixedRS(s.Key.Public(), value)
	}
	return value, nil
}

// fixedRS writes the ASN.1 signature of a crypto.Signer as XML Signature has it.
func fixedRS(public crypto.PublicKey, der []byte) ([]byte, error) {
	key, ok := public.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("signing: the key is not one of an elliptic curve")
	}
	var rs struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &rs); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("reading the signature that the key made: %w", err)
	}
	size := (key.Params().N.BitLen() + 7) / 8
	value := make([]byte, 2*size)
	rs.R.FillBytes(value[:size])
	rs.S.FillBytes(value[size:])
	return value, nil
}

// draft is a document with a Signature whose SignatureValue is still empty.
type draft struct {
	text []byte
	at   int // where the Signature begins
}

const emptyValue = "<ds:SignatureValue></ds:SignatureValue>"

// finish signs the SignedInfo of a draft, in the namespaces in scope where it stands.
func (s *Signer) finish(d draft) ([]byte, error) {
	doc, err := xmltree.Parse(d.text, xmltree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("reading what is being signed: %w", err)
	}
	defer doc.Release()
	signature, err := elementAt(doc, d.at)
	if err != nil {
		return nil, err
	}
	read := &Signature{Node: signature, policy: Engine(), info: signature.FirstElement()}
	if err := read.readSignedInfo(); err != nil {
		return nil, fmt.Errorf("reading what is being signed: %w", err)
	}
	octets, fault := read.signedOctets()
	if fault != nil {
		return nil, fmt.Errorf("writing what is signed: %w", fault)
	}
	value, err := s.value(octets)
	if err != nil {
		return nil, err
	}
	at := read.info.NextElement().ContentOffset()
	return splice(d.text, at, []byte(encode(value))), nil
}

// elementAt finds the element whose start tag begins at an offset.
func elementAt(doc *xmltree.Document, offset int) (xmltree.Node, error) {
	for n := range elements(doc) {
		if n.Offset() == offset {
			return n, nil
		}
	}
	return xmltree.Node{}, fmt.Errorf("no element begins at offset %d", offset)
}

// splice inserts bytes into a copy.
func splice(src []byte, at int, insert []byte) []byte {
	out := make([]byte, 0, len(src)+len(insert))
	out = append(out, src[:at]...)
	out = append(out, insert...)
	return append(out, src[at:]...)
}

// appendHead writes a Signature as far as its Objects, the SignatureValue empty.
func (s *Signer) appendHead(dst []byte, id string, canonicalization Transform, refs []NewReference) ([]byte, error) {
	method, _, err := s.method()
	if err != nil {
		return nil, err
	}
	dst = append(dst, `<ds:Signature xmlns:ds="`+Namespace+`"`...)
	dst = appendOptional(dst, "Id", id)
	dst = append(dst, "><ds:SignedInfo>"...)
	dst = appendTransform(dst, "CanonicalizationMethod", canonicalization)
	dst = appendElement(dst, "SignatureMethod", string(method))
	for i := range refs {
		dst = s.appendReference(dst, &refs[i])
	}
	dst = append(dst, "</ds:SignedInfo>"+emptyValue...)
	if len(s.Certificates) > 0 {
		dst = append(dst, "<ds:KeyInfo><ds:X509Data>"...)
		for _, der := range s.Certificates {
			dst = append(dst, "<ds:X509Certificate>"+encode(der)+"</ds:X509Certificate>"...)
		}
		dst = append(dst, "</ds:X509Data></ds:KeyInfo>"...)
	}
	return dst, nil
}

func (s *Signer) appendReference(dst []byte, r *NewReference) []byte {
	dst = append(dst, "<ds:Reference"...)
	dst = appendOptional(dst, "Id", r.ID)
	dst = appendAttribute(dst, "URI", r.URI)
	dst = appendOptional(dst, "Type", r.Type)
	dst = append(dst, '>')
	if len(r.Transforms) > 0 {
		dst = append(dst, "<ds:Transforms>"...)
		for _, t := range r.Transforms {
			dst = appendTransform(dst, "Transform", t)
		}
		dst = append(dst, "</ds:Transforms>"...)
	}
	digest := r.Digest
	if digest == "" {
		digest = s.digest()
	}
	dst = appendElement(dst, "DigestMethod", string(digest))
	return append(dst, "<ds:DigestValue>"+encode(r.Value)+"</ds:DigestValue></ds:Reference>"...)
}

func appendTransform(dst []byte, element string, t Transform) []byte {
	if len(t.Prefixes) == 0 {
		return appendElement(dst, element, string(t.Algorithm))
	}
	dst = append(dst, "<ds:"+element...)
	dst = appendAttribute(dst, "Algorithm", string(t.Algorithm))
	dst = append(dst, `><ec:InclusiveNamespaces xmlns:ec="`+exclusiveNamespace+`"`...)
	dst = appendAttribute(dst, "PrefixList", strings.Join(t.Prefixes, " "))
	return append(dst, "/></ds:"+element+">"...)
}

func appendElement(dst []byte, element, algorithm string) []byte {
	dst = append(dst, "<ds:"+element...)
	dst = appendAttribute(dst, "Algorithm", algorithm)
	return append(dst, "/>"...)
}

func appendOptional(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendAttribute(dst, name, value)
}

var attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")

func appendAttribute(dst []byte, name, value string) []byte {
	dst = append(dst, " "+name+`="`...)
	dst = append(dst, attributeEscapes.Replace(value)...)
	return append(dst, '"')
}
