package conformance

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// SignatureNote says how an XML signature departs from the plain form. The order is: digests are taken, Mutate changes
// the ds:Signature, SignedInfo is signed. What is tampered with comes after.
type SignatureNote struct {
	// None leaves the message unsigned.
	None bool `yaml:"none"`
	// Key signs: sign (the default) or auth of the identity, or NAME.sign, NAME.auth of another.
	Key string `yaml:"key"`
	// Certificate lists what KeyInfo holds, in the same words; the key's own when not given, nothing for an empty list.
	// Chain adds the certificates of the authorities.
	Certificate *Strings `yaml:"certificate"`
	Chain       bool     `yaml:"chain"`
	// Method, Digest, Canonicalization are words of signatureMethods, digestMethods, canonicalizations.
	Method           string `yaml:"method"`
	Digest           string `yaml:"digest"`
	Canonicalization string `yaml:"canonicalization"`
	// Transforms of the reference to a token, performed in this order; enveloped is the enveloped-signature transform.
	Transforms *Strings `yaml:"transforms"`
	// Prefixes is the PrefixList of the exclusive canonicalisation.
	Prefixes string `yaml:"prefixes"`
	// Reference replaces the URI of the reference to the token.
	Reference *string `yaml:"reference"`
	// Last puts the signature at the end of the token instead of behind its Issuer.
	Last bool `yaml:"last"`
	// DER writes an ECDSA value as a DER sequence instead of r‖s; Drop takes so many leading bytes of the value away.
	DER  bool `yaml:"der"`
	Drop int  `yaml:"drop"`
	// Mutate changes the ds:Signature before SignedInfo is signed.
	Mutate []Mutation `yaml:"mutate"`
}

// signatureMethod is an algorithm that the witness performs.
type signatureMethod struct {
	uri  string
	hash crypto.Hash
	form string // rsa, pss, ecdsa, hmac
}

const (
	dsigNS     = "http://www.w3.org/2000/09/xmldsig#"
	dsigMoreNS = "http://www.w3.org/2001/04/xmldsig-more#"
	dsig2007NS = "http://www.w3.org/2007/05/xmldsig-more#"
	xmlencNS   = "http://www.w3.org/2001/04/xmlenc#"
	envelopedT = dsigNS + "enveloped-signature"
)

var signatureMethods = map[string]signatureMethod{
	"rsa-md5":      {dsigMoreNS + "rsa-md5", crypto.MD5, "rsa"},
	"rsa-sha1":     {dsigNS + "rsa-sha1", crypto.SHA1, "rsa"},
	"rsa-sha256":   {dsigMoreNS + "rsa-sha256", crypto.SHA256, "rsa"},
	"rsa-sha384":   {dsigMoreNS + "rsa-sha384", crypto.SHA384, "rsa"},
	"rsa-sha512":   {dsigMoreNS + "rsa-sha512", crypto.SHA512, "rsa"},
	"pss-sha1":     {dsig2007NS + "sha1-rsa-MGF1", crypto.SHA1, "pss"},
	"pss-sha256":   {dsig2007NS + "sha256-rsa-MGF1", crypto.SHA256, "pss"},
	"pss-sha384":   {dsig2007NS + "sha384-rsa-MGF1", crypto.SHA384, "pss"},
	"pss-sha512":   {dsig2007NS + "sha512-rsa-MGF1", crypto.SHA512, "pss"},
	"ecdsa-sha1":   {dsigMoreNS + "ecdsa-sha1", crypto.SHA1, "ecdsa"},
	"ecdsa-sha256": {dsigMoreNS + "ecdsa-sha256", crypto.SHA256, "ecdsa"},
	"ecdsa-sha384": {dsigMoreNS + "ecdsa-sha384", crypto.SHA384, "ecdsa"},
	"ecdsa-sha512": {dsigMoreNS + "ecdsa-sha512", crypto.SHA512, "ecdsa"},
	"hmac-sha1":    {dsigNS + "hmac-sha1", crypto.SHA1, "hmac"},
	"hmac-sha256":  {dsigMoreNS + "hmac-sha256", crypto.SHA256, "hmac"},
}

type digestMethod struct {
	uri  string
	hash crypto.Hash
}

var digestMethods = map[string]digestMethod{
	"md5":    {dsigMoreNS + "md5", crypto.MD5},
	"sha1":   {dsigNS + "sha1", crypto.SHA1},
	"sha256": {xmlencNS + "sha256", crypto.SHA256},
	"sha384": {dsigMoreNS + "sha384", crypto.SHA384},
	"sha512": {xmlencNS + "sha512", crypto.SHA512},
}

var canonicalizations = map[string]string{
	"exc-c14n":          "http://www.w3.org/2001/10/xml-exc-c14n#",
	"exc-c14n-comments": "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
	"c14n":              "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
	"c14n-comments":     "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
	"c14n11":            "http://www.w3.org/2006/12/xml-c14n11",
	"c14n11-comments":   "http://www.w3.org/2006/12/xml-c14n11#WithComments",
}

// canonical writes an element, where it stands in its document, in canonical form.
func canonical(e *etree.Element, word, prefixes string) ([]byte, error) {
	var c dsig.Canonicalizer
	switch word {
	case "exc-c14n":
		c = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes)
	case "exc-c14n-comments":
		c = dsig.MakeC14N10ExclusiveWithCommentsCanonicalizerWithPrefixList(prefixes)
	case "c14n":
		return canonicalBytes(dsig.MakeC14N10RecCanonicalizer(), e)
	case "c14n-comments":
		return canonicalBytes(dsig.MakeC14N10WithCommentsCanonicalizer(), e)
	case "c14n11":
		c = dsig.MakeC14N11Canonicalizer()
	case "c14n11-comments":
		c = dsig.MakeC14N11WithCommentsCanonicalizer()
	default:
		return nil, fmt.Errorf("there is no canonicalisation %q", word)
	}
	scope, err := etreeutils.NSBuildParentContext(e)
	if err != nil {
		return nil, fmt.Errorf("reading the namespaces in scope: %w", err)
	}
	detached, err := etreeutils.NSDetatch(scope, e)
	if err != nil {
		return nil, fmt.Errorf("reading the namespaces in scope: %w", err)
	}
	return canonicalBytes(c, detached)
}

func canonicalBytes(c dsig.Canonicalizer, e *etree.Element) ([]byte, error) {
	text, err := c.Canonicalize(e)
	if err != nil {
		return nil, fmt.Errorf("canonicalising %s: %w", e.FullTag(), err)
	}
	return text, nil
}

// reference is one ds:Reference of a SignedInfo that the witness makes.
type reference struct {
	uri, kind  string
	transforms []string // words
	prefixes   string
	target     *etree.Element
}

// signing is one ds:Signature in the making; its element stands where it will be sent.
type signing struct {
	scope     *scope
	note      *SignatureNote
	key       *pair
	keyInfo   [][]byte
	element   *etree.Element
	refs      []reference
	defaultOf string // canonicalisation unless the note says otherwise
}

// skeleton writes the element without digests and value. Prefix ds must be declared above.
func (s *signing) skeleton() error {
	method, err := s.method()
	if err != nil {
		return err
	}
	digest, known := digestMethods[orElse(s.note.Digest, "sha256")]
	if !known {
		return fmt.Errorf("there is no digest %q", s.note.Digest)
	}
	info := s.element.CreateElement("ds:SignedInfo")
	info.CreateElement("ds:CanonicalizationMethod").CreateAttr("Algorithm", canonicalizations[s.canonicalization()])
	info.CreateElement("ds:SignatureMethod").CreateAttr("Algorithm", method.uri)
	for _, r := range s.refs {
		e := info.CreateElement("ds:Reference")
		e.CreateAttr("URI", r.uri)
		if r.kind != "" {
			e.CreateAttr("Type", r.kind)
		}
		if err := addTransforms(e, r.transforms, r.prefixes); err != nil {
			return err
		}
		e.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", digest.uri)
		e.CreateElement("ds:DigestValue")
	}
	s.element.CreateElement("ds:SignatureValue")
	if len(s.keyInfo) > 0 {
		data := s.element.CreateElement("ds:KeyInfo").CreateElement("ds:X509Data")
		for _, der := range s.keyInfo {
			data.CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(der))
		}
	}
	return nil
}

func addTransforms(e *etree.Element, words []string, prefixes string) error {
	if len(words) == 0 {
		return nil
	}
	list := e.CreateElement("ds:Transforms")
	for _, word := range words {
		t := list.CreateElement("ds:Transform")
		if word == "enveloped" {
			t.CreateAttr("Algorithm", envelopedT)
			continue
		}
		uri, known := canonicalizations[word]
		if !known {
			return fmt.Errorf("there is no transform %q", word)
		}
		t.CreateAttr("Algorithm", uri)
		if prefixes != "" {
			inclusive := t.CreateElement("ec:InclusiveNamespaces")
			inclusive.CreateAttr("xmlns:ec", canonicalizations["exc-c14n"])
			inclusive.CreateAttr("PrefixList", prefixes)
		}
	}
	return nil
}

func (s *signing) canonicalization() string { return orElse(s.note.Canonicalization, s.defaultOf) }

func (s *signing) method() (signatureMethod, error) {
	word := s.note.Method
	if word == "" {
		word = "rsa-sha256"
		if _, ok := s.key.key.Public().(*ecdsa.PublicKey); ok {
			word = "ecdsa-sha256"
		}
	}
	m, known := signatureMethods[word]
	if !known {
		return m, fmt.Errorf("there is no signature method %q", word)
	}
	return m, nil
}

// complete takes the digests, lets the note change the element, and signs.
func (s *signing) complete() error {
	values := s.element.FindElements("ds:SignedInfo/ds:Reference/ds:DigestValue")
	for i, r := range s.refs {
		digest, err := s.digest(r)
		if err != nil {
			return err
		}
		values[i].SetText(base64.StdEncoding.EncodeToString(digest))
	}
	for i := range s.note.Mutate {
		if err := s.note.Mutate[i].apply(s.scope, s.element); err != nil {
			return err
		}
	}
	info := s.element.SelectElement("ds:SignedInfo")
	holder := s.element.SelectElement("ds:SignatureValue")
	if info == nil || holder == nil {
		return fmt.Errorf("the signature has no SignedInfo or no SignatureValue left to sign")
	}
	text, err := canonical(info, s.canonicalization(), "")
	if err != nil {
		return err
	}
	value, err := s.value(text)
	if err != nil {
		return err
	}
	holder.SetText(base64.StdEncoding.EncodeToString(value[min(s.note.Drop, len(value)):]))
	return nil
}

// digest performs a reference's transforms.
func (s *signing) digest(r reference) ([]byte, error) {
	form, parent, at := "", s.element.Parent(), s.element.Index()
	enveloped := slices.Contains(r.transforms, "enveloped") && parent != nil
	for _, word := range r.transforms {
		if word != "enveloped" {
			form = word
		}
	}
	if enveloped {
		parent.RemoveChildAt(at)
	}
	text, err := canonical(r.target, orElse(form, "c14n"), r.prefixes)
	if enveloped {
		parent.InsertChildAt(at, s.element)
	}
	if err != nil {
		return nil, err
	}
	return sum(digestMethods[orElse(s.note.Digest, "sha256")].hash, text), nil
}

func sum(hash crypto.Hash, text []byte) []byte {
	h := hash.New()
	h.Write(text)
	return h.Sum(nil)
}

// value signs the canonical SignedInfo.
func (s *signing) value(text []byte) ([]byte, error) {
	m, err := s.method()
	if err != nil {
		return nil, err
	}
	if m.form == "hmac" { // with the public certificate as secret, as in the old attack
		mac := hmac.New(m.hash.New, s.key.chain[0])
		mac.Write(text)
		return mac.Sum(nil), nil
	}
	hashed := sum(m.hash, text)
	var options crypto.SignerOpts = m.hash
	if m.form == "pss" {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: m.hash}
	}
	value, err := s.key.key.Sign(rand.Reader, hashed, options)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if public, ok := s.key.key.Public().(*ecdsa.PublicKey); ok && !s.note.DER {
		return fixedECDSA(value, (public.Params().BitSize+7)/8)
	}
	return value, nil
}

// fixedECDSA turns the DER sequence of an ECDSA value into r‖s (XML Signature 1.1, 6.4.3).
func fixedECDSA(der []byte, size int) ([]byte, error) {
	var parts struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &parts); err != nil {
		return nil, fmt.Errorf("reading the ECDSA value: %w", err)
	}
	out := make([]byte, 2*size)
	parts.R.FillBytes(out[:size])
	parts.S.FillBytes(out[size:])
	return out, nil
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
