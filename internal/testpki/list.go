package testpki

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// CRL says what a certificate revocation list is to be.
type CRL struct {
	Number                 int64
	ThisUpdate, NextUpdate time.Time
	Revoked                []x509.RevocationListEntry
	// Delta is the number of the complete list that this one is a delta to; 0 for a complete list.
	Delta int64
	// SHA1 signs with SHA-1, for which the authority's key must be RSA.
	SHA1 bool
	// Change is the last to change what crypto/x509 is asked to sign.
	Change func(*x509.RevocationList)
}

// IssueCRL signs a list and gives it in DER.
func (a *Authority) IssueCRL(c CRL) ([]byte, error) {
	template := &x509.RevocationList{Number: big.NewInt(c.Number), ThisUpdate: c.ThisUpdate, NextUpdate: c.NextUpdate, RevokedCertificateEntries: c.Revoked}
	if c.Delta > 0 {
		e, err := deltaIndicator(c.Delta)
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = append(template.ExtraExtensions, e)
	}
	if c.Change != nil {
		c.Change(template)
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, a.Certificate, a.Key)
	if err != nil {
		return nil, fmt.Errorf("signing the CRL of %s: %w", a.Name, err)
	}
	if c.SHA1 {
		return signWithSHA1(der, a.Key)
	}
	return der, nil
}

// Revoke puts certificates on the CRL of the authority that issued them, in a test PKI in use. The file is replaced at once,
// so that a server that watches it reads the old list or the new one.
func Revoke(dir string, authority string, certificates ...*x509.Certificate) error {
	ca, err := OpenAuthority(dir, authority)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "trust", "crls", authority+".crl")
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the CRL: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return fmt.Errorf("reading the CRL: %s is not PEM", path)
	}
	old, err := x509.ParseRevocationList(block.Bytes)
	if err != nil {
		return fmt.Errorf("reading the CRL: %w", err)
	}
	now := time.Now()
	next := CRL{Number: old.Number.Int64() + 1, ThisUpdate: now, NextUpdate: old.NextUpdate, Revoked: old.RevokedCertificateEntries}
	for _, c := range certificates {
		next.Revoked = append(next.Revoked, revokedEntry(c, now))
	}
	der, err := ca.IssueCRL(next)
	if err != nil {
		return err
	}
	return replaceFile(path, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}), 0o644)
}

// RevokeIdentity revokes both certificates of an identity.
func RevokeIdentity(dir, name string) error {
	byAuthority := make(map[string][]*x509.Certificate)
	for _, use := range []string{"auth", "sign"} {
		c, err := readCredential(filepath.Join(dir, "identities", name), use)
		if err != nil {
			return fmt.Errorf("revoking %s: %w", name, err)
		}
		authority := slices.IndexFunc(listedAuthorities, func(a string) bool { return authorityNames[a] == c.Certificate.Issuer.CommonName })
		if authority < 0 {
			return fmt.Errorf("revoking %s: its issuer %s keeps no CRL", name, c.Certificate.Issuer.CommonName)
		}
		byAuthority[listedAuthorities[authority]] = append(byAuthority[listedAuthorities[authority]], c.Certificate)
	}
	var failed error
	for authority, certificates := range byAuthority {
		failed = errors.Join(failed, Revoke(dir, authority, certificates...))
	}
	return failed
}

// listedAuthorities have a CRL in the trust.
var listedAuthorities = []string{Root, Persons, Organisations, Servers}

func revokedEntry(c *x509.Certificate, at time.Time) x509.RevocationListEntry {
	return x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: at, ReasonCode: 1}
}

// deltaIndicator is the critical extension that makes a list a delta (RFC 5280 section 5.2.4).
func deltaIndicator(base int64) (pkix.Extension, error) {
	der, err := asn1.Marshal(base)
	if err != nil {
		return pkix.Extension{}, fmt.Errorf("encoding the delta CRL indicator: %w", err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: der}, nil
}
