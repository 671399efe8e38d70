package conformance

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// IdentityNote makes an identity of another one, with certificates that depart from it: what no authority would issue,
// to see that the server does not take it.
type IdentityNote struct {
	// Like names the identity that it is made of; the target's own when empty.
	Like string `yaml:"like"`
	// Auth and Sign reissue the certificates; nil keeps them.
	Auth *CertificateNote `yaml:"auth"`
	Sign *CertificateNote `yaml:"sign"`
	// NameID and Structure replace what its tokens say of the holder; Mode, how it was authenticated.
	NameID    string `yaml:"nameID"`
	Structure string `yaml:"structure"`
	Mode      string `yaml:"mode"`
}

// CertificateNote says how a certificate departs from the one it is made of.
type CertificateNote struct {
	// Issuer is persons, organisations, servers or root of the target's PKI; stranger (an authority of the same name
	// with another key), or self. The authority that issued the original when empty.
	Issuer string `yaml:"issuer"`
	// From and To are offsets from now: -48h, 720h.
	From string `yaml:"from"`
	To   string `yaml:"to"`
	// Key is a new key of this kind: rsa-1024 to rsa-16384, p224, p256, p384, p521, ed25519. The original's when empty.
	Key string `yaml:"key"`
	// Usage and Extended replace keyUsage and extKeyUsage (OIDs or their names in usageWords).
	Usage    *Strings `yaml:"usage"`
	Extended *Strings `yaml:"extended"`
	// Subject replaces the values of attributes (CN, OU, O, T, SN, GN …).
	Subject map[string]string `yaml:"subject"`
	CA      bool              `yaml:"ca"`
	// Extensions replaces extensions by OID: DER in hexadecimal, empty to leave one out, with ! before it for critical.
	Extensions map[string]string `yaml:"extensions"`
	// SHA1 signs with rsa-sha1.
	SHA1 bool `yaml:"sha1"`
	// Alone leaves out the certificates of the authorities.
	Alone bool `yaml:"alone"`
}

// authority is a certificate authority whose key is at hand.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// authorities are those of the folder ca of a PKI.
type authorities map[string]*authority

func loadAuthorities(dir string) (*authorities, error) {
	all := authorities{}
	for _, name := range []string{"root", "persons", "organisations", "servers"} {
		chain, err := readCertificates(filepath.Join(dir, name+".crt"))
		if err != nil {
			return nil, fmt.Errorf("authority %s: %w", name, err)
		}
		certificate, err := x509.ParseCertificate(chain[0])
		if err != nil {
			return nil, fmt.Errorf("authority %s: %w", name, err)
		}
		key, err := readKey(filepath.Join(dir, name+".key"))
		if err != nil {
			return nil, fmt.Errorf("authority %s: %w", name, err)
		}
		all[name] = &authority{certificate: certificate, key: key}
	}
	return &all, nil
}

// issuerOf finds the authority that issued a certificate.
func (all *authorities) issuerOf(leaf *x509.Certificate) *authority {
	if all == nil {
		return nil
	}
	for _, a := range *all {
		if string(a.certificate.RawSubject) == string(leaf.RawIssuer) {
			return a
		}
	}
	return nil
}

// make issues what the note says.
func (all *identities) make(n *IdentityNote) (*identity, error) {
	like := n.Like
	if like == "" {
		like = all.fallback
	}
	base := all.byName[like]
	if base == nil {
		return nil, fmt.Errorf("no identity is called %q", like)
	}
	made := *base
	made.client = nil
	for _, c := range []struct {
		note *CertificateNote
		pair *pair
	}{{n.Auth, &made.auth}, {n.Sign, &made.sign}} {
		if c.note == nil {
			continue
		}
		issued, err := all.pki.reissue(c.pair, c.note)
		if err != nil {
			return nil, err
		}
		*c.pair = *issued
	}
	if n.NameID != "" {
		made.NameID = n.NameID
	}
	if n.Structure != "" {
		made.Structure.ID = n.Structure
	}
	if n.Mode != "" {
		made.Mode = n.Mode
	}
	return &made, nil
}

func (all *authorities) reissue(original *pair, n *CertificateNote) (*pair, error) {
	old, err := original.leaf()
	if err != nil {
		return nil, err
	}
	key := original.key
	if n.Key != "" {
		if key, err = newKey(n.Key); err != nil {
			return nil, err
		}
	}
	template, err := n.template(old)
	if err != nil {
		return nil, err
	}
	parent, signer := template, key
	if n.Issuer != "self" {
		issuer, err := all.issuer(n.Issuer, old)
		if err != nil {
			return nil, err
		}
		parent, signer = issuer.certificate, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("issuing the certificate: %w", err)
	}
	chain := [][]byte{der}
	if !n.Alone {
		chain = append(chain, original.chain[1:]...)
	}
	return &pair{chain: chain, key: key}, nil
}

// issuer gives the authority that the note asks for.
func (all *authorities) issuer(name string, old *x509.Certificate) (*authority, error) {
	if name == "stranger" {
		return stranger(old)
	}
	if all == nil {
		return nil, fmt.Errorf("issuing needs the keys of the authorities (a folder made by liasse pki)")
	}
	if name == "" {
		if a := all.issuerOf(old); a != nil {
			return a, nil
		}
		return nil, fmt.Errorf("the authority %s is not at hand", old.Issuer)
	}
	if a := (*all)[name]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("no authority is called %q", name)
}

// stranger makes an authority that has the name of the real one and another key.
func stranger(old *x509.Certificate) (*authority, error) {
	key, err := newKey("p256")
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), RawSubject: old.RawIssuer, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making an authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("making an authority: %w", err)
	}
	return &authority{certificate: certificate, key: key}, nil
}

// replacedExtensions are those that the template's own fields write.
var replacedExtensions = []string{"2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35", "2.5.29.37"}

func (n *CertificateNote) template(old *x509.Certificate) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("making a serial number: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial, RawSubject: old.RawSubject, NotBefore: old.NotBefore, NotAfter: old.NotAfter,
		KeyUsage: old.KeyUsage, ExtKeyUsage: old.ExtKeyUsage, UnknownExtKeyUsage: old.UnknownExtKeyUsage,
		BasicConstraintsValid: true, IsCA: n.CA,
	}
	if n.CA {
		t.KeyUsage |= x509.KeyUsageCertSign
	}
	if n.SHA1 {
		t.SignatureAlgorithm = x509.SHA1WithRSA
	}
	for _, e := range old.Extensions {
		_, replaced := n.Extensions[e.Id.String()]
		if !replaced && !slices.Contains(replacedExtensions, e.Id.String()) {
			t.ExtraExtensions = append(t.ExtraExtensions, e)
		}
	}
	if err := n.extensions(t); err != nil {
		return nil, err
	}
	if err := n.period(t); err != nil {
		return nil, err
	}
	if err := n.usages(t); err != nil {
		return nil, err
	}
	if len(n.Subject) > 0 {
		if t.RawSubject, err = renamed(old.RawSubject, n.Subject); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (n *CertificateNote) period(t *x509.Certificate) error {
	for _, bound := range []struct {
		offset string
		at     *time.Time
	}{{n.From, &t.NotBefore}, {n.To, &t.NotAfter}} {
		if bound.offset == "" {
			continue
		}
		offset, err := time.ParseDuration(bound.offset)
		if err != nil {
			return fmt.Errorf("validity: %w", err)
		}
		*bound.at = time.Now().Add(offset)
	}
	return nil
}

var usageWords = map[string]x509.KeyUsage{
	"digitalSignature": x509.KeyUsageDigitalSignature, "nonRepudiation": x509.KeyUsageContentCommitment,
	"keyEncipherment": x509.KeyUsageKeyEncipherment, "dataEncipherment": x509.KeyUsageDataEncipherment,
	"keyCertSign": x509.KeyUsageCertSign,
}

var extendedWords = map[string]x509.ExtKeyUsage{
	"clientAuth": x509.ExtKeyUsageClientAuth, "serverAuth": x509.ExtKeyUsageServerAuth,
	"emailProtection": x509.ExtKeyUsageEmailProtection, "codeSigning": x509.ExtKeyUsageCodeSigning, "any": x509.ExtKeyUsageAny,
}

func (n *CertificateNote) usages(t *x509.Certificate) error {
	if n.Usage != nil {
		t.KeyUsage = 0
		for _, word := range *n.Usage {
			usage, known := usageWords[word]
			if !known {
				return fmt.Errorf("usage: there is no %q", word)
			}
			t.KeyUsage |= usage
		}
	}
	if n.Extended != nil {
		t.ExtKeyUsage, t.UnknownExtKeyUsage = nil, nil
		for _, word := range *n.Extended {
			usage, known := extendedWords[word]
			if !known {
				return fmt.Errorf("extended: there is no %q", word)
			}
			t.ExtKeyUsage = append(t.ExtKeyUsage, usage)
		}
	}
	return nil
}

func (n *CertificateNote) extensions(t *x509.Certificate) error {
	for _, text := range sortedKeys(n.Extensions) {
		value := n.Extensions[text]
		if value == "" {
			continue
		}
		oid, err := parseOID(text)
		if err != nil {
			return err
		}
		value, critical := strings.CutPrefix(value, "!")
		der, err := hex.DecodeString(value)
		if err != nil {
			return fmt.Errorf("extension %s: %w", text, err)
		}
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: oid, Critical: critical, Value: der})
	}
	return nil
}

func parseOID(text string) (asn1.ObjectIdentifier, error) {
	var oid asn1.ObjectIdentifier
	for _, arc := range strings.Split(text, ".") {
		n, err := strconv.Atoi(arc)
		if err != nil {
			return nil, fmt.Errorf("OID %q: %w", text, err)
		}
		oid = append(oid, n)
	}
	return oid, nil
}

var nameWords = map[string]string{
	"CN": "2.5.4.3", "SN": "2.5.4.4", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8", "O": "2.5.4.10", "OU": "2.5.4.11",
	"T": "2.5.4.12", "GN": "2.5.4.42",
}

// renamed replaces the values of attributes in a DER name, keeping its relative distinguished names as they are.
func renamed(raw []byte, values map[string]string) ([]byte, error) {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &name); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("reading the subject: %w", err)
	}
	for _, word := range sortedKeys(values) {
		oid, known := nameWords[word]
		if !known {
			return nil, fmt.Errorf("subject: there is no attribute %q", word)
		}
		found := false
		for _, set := range name {
			for i := range set {
				if set[i].Type.String() == oid {
					set[i].Value, found = values[word], true
				}
			}
		}
		if !found {
			id, err := parseOID(oid)
			if err != nil {
				return nil, err
			}
			name = append(name, pkix.RelativeDistinguishedNameSET{{Type: id, Value: values[word]}})
		}
	}
	der, err := asn1.Marshal(name)
	if err != nil {
		return nil, fmt.Errorf("writing the subject: %w", err)
	}
	return der, nil
}

var curves = map[string]elliptic.Curve{"p224": elliptic.P224(), "p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()}

func newKey(kind string) (crypto.Signer, error) {
	var key crypto.Signer
	var err error
	bits, ofRSA := strings.CutPrefix(kind, "rsa-")
	switch curve := curves[kind]; {
	case ofRSA:
		size, parsed := strconv.Atoi(bits)
		if parsed != nil {
			return nil, fmt.Errorf("key %q: %w", kind, parsed)
		}
		key, err = rsa.GenerateKey(rand.Reader, size)
	case curve != nil:
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	case kind == "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, fmt.Errorf("there is no kind of key %q", kind)
	}
	if err != nil {
		return nil, fmt.Errorf("making a key of kind %s: %w", kind, err)
	}
	return key, nil
}

// distinguishedName writes a DER name as RFC 4514 does, last attribute first, with the short names of nameWords.
func distinguishedName(raw []byte) (string, error) {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &name); err != nil || len(rest) > 0 {
		return "", fmt.Errorf("reading the subject: %w", err)
	}
	words := map[string]string{}
	for word, oid := range nameWords {
		words[oid] = word
	}
	var sets []string
	for _, set := range slices.Backward(name) {
		var parts []string
		for _, a := range set {
			value := strings.NewReplacer(`\`, `\\`, ",", `\,`, "+", `\+`, `"`, `\"`, "<", `\<`, ">", `\>`, ";", `\;`).Replace(fmt.Sprint(a.Value))
			parts = append(parts, orElse(words[a.Type.String()], a.Type.String())+"="+value)
		}
		sets = append(sets, strings.Join(parts, "+"))
	}
	return strings.Join(sets, ","), nil
}
