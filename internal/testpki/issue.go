package testpki

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // #nosec: to make certificates that must be refused
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"time"

	"liasse/internal/pki"
)

// Credential is a certificate with its private key and the certificates that are sent with it.
type Credential struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
	Chain       []*x509.Certificate // without the certificate itself and without the root
}

// TLS gives the credential as crypto/tls presents it.
func (c *Credential) TLS() tls.Certificate {
	out := tls.Certificate{Certificate: [][]byte{c.Certificate.Raw}, PrivateKey: c.Key, Leaf: c.Certificate}
	for _, above := range c.Chain {
		out.Certificate = append(out.Certificate, above.Raw)
	}
	return out
}

// Authority is a certification authority that issues certificates and CRLs.
type Authority struct {
	Credential
	// Name is that of its files: root, persons, organisations, servers, foreign, homonym, unlisted.
	Name string
}

// Profile says what a certificate is to be. Its zero value with a subject and a key is an end entity without any usage.
type Profile struct {
	Subject Subject
	// Key is the subject's; Issue makes one of RSA 2048 when it is nil.
	Key                 crypto.Signer
	NotBefore, NotAfter time.Time
	KeyUsage            x509.KeyUsage
	ExtKeyUsage         []x509.ExtKeyUsage
	// KeyUsedFrom and KeyUsedTo are privateKeyUsagePeriod; zero leaves an end open.
	KeyUsedFrom, KeyUsedTo time.Time
	// Category is the product category (TRE_G01), such as CategoryTestCard; NoCategory leaves the extension out.
	Category     Category
	Profession   string
	Specialities []string
	CA           bool
	// PathLength bounds the authorities below when CA is set; negative for no bound.
	PathLength int
	// Hosts are names and addresses of a server.
	Hosts []string
	// SHA1 signs with SHA-1.
	SHA1 bool
	// Endpoints are put into AIA (issuer and OCSP) and CRLDP: addresses that nobody may dial. The authority's own, below
	// the reserved domain invalid, when nil.
	Endpoints []string
	// Extensions are added as they are.
	Extensions []pkix.Extension
	// Change is the last to change what crypto/x509 is asked to issue.
	Change func(*x509.Certificate)
}

// Category is the product category of a certificate.
type Category int

// Product categories of TRE_G01 and one for a certificate that names none.
const (
	NoCategory           Category = iota
	CategoryCard                  // 00
	CategorySoftware              // 03
	CategoryTestCard              // 80
	CategoryTestSoftware          // 83
)

var categoryBytes = map[Category]byte{CategoryCard: 0x00, CategorySoftware: 0x03, CategoryTestCard: 0x80, CategoryTestSoftware: 0x83}

// Issue issues one certificate. With a nil authority it is self-signed.
func Issue(ca *Authority, p Profile) (*Credential, error) {
	if p.Key == nil {
		key, err := rsa.GenerateKey(rand.Reader, rsaBits)
		if err != nil {
			return nil, fmt.Errorf("making a key: %w", err)
		}
		p.Key = key
	}
	template, err := p.template(ca)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	parent, signer := template, p.Key
	var chain []*x509.Certificate
	if ca != nil {
		parent, signer = ca.Certificate, ca.Key
		if !bytes.Equal(parent.RawSubject, parent.RawIssuer) {
			chain = append([]*x509.Certificate{parent}, ca.Chain...)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, p.Key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	if p.SHA1 {
		if der, err = signWithSHA1(der, signer); err != nil {
			return nil, err
		}
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("reading a certificate just issued: %w", err)
	}
	return &Credential{Certificate: c, Key: p.Key, Chain: chain}, nil
}

func (p Profile) template(ca *Authority) (*x509.Certificate, error) {
	subject, err := p.Subject.DER()
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("making a serial number: %w", err)
	}
	t := &x509.Certificate{
		RawSubject: subject, SerialNumber: serial.SetBit(serial, 120, 1),
		NotBefore: p.NotBefore, NotAfter: p.NotAfter,
		KeyUsage: p.KeyUsage, ExtKeyUsage: p.ExtKeyUsage,
		BasicConstraintsValid: true, IsCA: p.CA,
	}
	if p.CA {
		t.MaxPathLen, t.MaxPathLenZero = p.PathLength, p.PathLength == 0
	}
	for _, host := range p.Hosts {
		if ip, err := netip.ParseAddr(host); err == nil {
			t.IPAddresses = append(t.IPAddresses, ip.AsSlice())
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	if err := p.addExtensions(t); err != nil {
		return nil, err
	}
	endpoints := p.Endpoints
	if endpoints == nil && ca != nil {
		endpoints = []string{"http://pki.liasse.invalid/" + ca.Name}
	}
	for _, e := range endpoints {
		t.IssuingCertificateURL = append(t.IssuingCertificateURL, e+".crt")
		t.OCSPServer = append(t.OCSPServer, e+"/ocsp")
		t.CRLDistributionPoints = append(t.CRLDistributionPoints, e+".crl")
	}
	if p.Change != nil {
		p.Change(t)
	}
	return t, nil
}

// addExtensions adds those that crypto/x509 knows nothing of.
func (p Profile) addExtensions(t *x509.Certificate) error {
	add := func(oid asn1.ObjectIdentifier, value any, params string) error {
		der, err := asn1.MarshalWithParams(value, params)
		if err != nil {
			return fmt.Errorf("encoding extension %s: %w", oid, err)
		}
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: oid, Value: der})
		return nil
	}
	if category, there := categoryBytes[p.Category]; there {
		if err := add(pki.OIDProductCategory, []byte{category}, ""); err != nil {
			return err
		}
	}
	if p.Profession != "" {
		code, err := strconv.Atoi(p.Profession)
		if err != nil {
			return fmt.Errorf("the profession is no number: %w", err)
		}
		if err := add(pki.OIDProfession, code, ""); err != nil {
			return err
		}
	}
	if len(p.Specialities) > 0 {
		codes := make([]asn1.RawValue, 0, len(p.Specialities))
		for _, s := range p.Specialities {
			codes = append(codes, asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(s)})
		}
		if err := add(pki.OIDSpecialities, codes, ""); err != nil {
			return err
		}
	}
	if !p.KeyUsedFrom.IsZero() || !p.KeyUsedTo.IsZero() {
		period := struct {
			From time.Time `asn1:"optional,generalized,tag:0"`
			To   time.Time `asn1:"optional,generalized,tag:1"`
		}{p.KeyUsedFrom.UTC().Truncate(time.Second), p.KeyUsedTo.UTC().Truncate(time.Second)}
		if err := add(pki.OIDPrivateKeyUsagePeriod, period, ""); err != nil {
			return err
		}
	}
	t.ExtraExtensions = append(t.ExtraExtensions, p.Extensions...)
	return nil
}

// Algorithm identifiers of RSA signatures (RFC 8017 appendix C); they are of one length.
var (
	oidSHA256WithRSA = []byte{6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 0x0B}
	oidSHA1WithRSA   = []byte{6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 0x05}
)

// signWithSHA1 signs a certificate or a CRL again, which crypto/x509 no longer does with SHA-1.
func signWithSHA1(der []byte, signer crypto.Signer) ([]byte, error) {
	var c struct { // Certificate or CertificateList
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &c); err != nil {
		return nil, fmt.Errorf("reading what to sign with SHA-1: %w", err)
	}
	c.TBS.FullBytes = bytes.Replace(c.TBS.FullBytes, oidSHA256WithRSA, oidSHA1WithRSA, 1)
	c.Algorithm.FullBytes = bytes.Replace(c.Algorithm.FullBytes, oidSHA256WithRSA, oidSHA1WithRSA, 1)
	digest := sha1.Sum(c.TBS.FullBytes) // #nosec: it must be refused
	value, err := signer.Sign(rand.Reader, digest[:], crypto.SHA1)
	if err != nil {
		return nil, fmt.Errorf("signing with SHA-1: %w", err)
	}
	c.Signature = asn1.BitString{Bytes: value, BitLength: 8 * len(value)}
	out, err := asn1.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encoding what was signed with SHA-1: %w", err)
	}
	return out, nil
}
