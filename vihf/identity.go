package vihf

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"liasse/internal/pki"
	"liasse/xmldsig"
)

// IdentityClaims is what an identity says of itself in its tokens: the file identity.json.
type IdentityClaims struct {
	Name string `json:"name"`
	Mode Mode   `json:"mode"`
	// NameID is the PS_IdNat; SubjectID the subject-id, none when empty.
	NameID    string `json:"nameID"`
	Family    string `json:"family"`
	Given     string `json:"given"`
	SubjectID string `json:"subjectID"`
	Structure struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"structure"`
	// Sector is code^OID.
	Sector string      `json:"sector"`
	Roles  []RoleClaim `json:"roles"`
	// AuthnContext is the class of authentication, AuthnContextDecl the primary means, none when empty.
	AuthnContext     string        `json:"authnContext"`
	AuthnContextDecl string        `json:"authnContextDecl"`
	Software         SoftwareClaim `json:"software"`
	Realm            string        `json:"realm"`
}

// RoleClaim is a role in identity.json.
type RoleClaim struct {
	Code       string `json:"code"`
	System     string `json:"system"`
	SystemName string `json:"systemName"`
	Display    string `json:"display"`
}

// SoftwareClaim is the software in identity.json.
type SoftwareClaim struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Version      string `json:"version"`
	Homologation string `json:"homologation"`
}

// Identity is a user of client software with the certificates of the card or of the structure: what tokens are issued and
// connections are made with.
type Identity struct {
	Claims IdentityClaims
	// Authentication is the certificate and key of the TLS client, Signing those that sign tokens and lots; the leaf comes
	// first in each.
	Authentication, Signing tls.Certificate
	// Servers are the authorities that server certificates are checked against; nil for those of the system.
	Servers *x509.CertPool
}

// LoadIdentity reads an identity from its folder: identity.json, auth.crt and auth.key, sign.crt and sign.key, and
// server-ca.crt where there is one. Keys and certificates are PEM.
func LoadIdentity(dir string) (*Identity, error) {
	src, err := os.ReadFile(filepath.Join(dir, "identity.json"))
	if err != nil {
		return nil, fmt.Errorf("reading an identity: %w", err)
	}
	i := &Identity{}
	if err := json.Unmarshal(src, &i.Claims); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, "identity.json"), err)
	}
	if i.Authentication, err = loadPair(dir, "auth"); err != nil {
		return nil, err
	}
	if i.Signing, err = loadPair(dir, "sign"); err != nil {
		return nil, err
	}
	authorities, err := os.ReadFile(filepath.Join(dir, "server-ca.crt"))
	if errors.Is(err, os.ErrNotExist) {
		return i, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the authorities of servers: %w", err)
	}
	i.Servers = x509.NewCertPool()
	if !i.Servers.AppendCertsFromPEM(authorities) {
		return nil, fmt.Errorf("%s holds no certificate", filepath.Join(dir, "server-ca.crt"))
	}
	return i, nil
}

// loadPair reads a certificate with its intermediates and its key. crypto/tls refuses pairs that do not fit.
func loadPair(dir, name string) (tls.Certificate, error) {
	certificates, err := os.ReadFile(filepath.Join(dir, name+".crt"))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading a certificate: %w", err)
	}
	key, err := os.ReadFile(filepath.Join(dir, name+".key"))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading a private key: %w", err)
	}
	if block, _ := pem.Decode(key); block == nil {
		return tls.Certificate{}, fmt.Errorf("%s holds no PEM key", filepath.Join(dir, name+".key"))
	}
	pair, err := tls.X509KeyPair(certificates, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading the certificate and key %s of %s: %w", name, dir, err)
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return tls.Certificate{}, fmt.Errorf("reading the certificate %s of %s: %w", name, dir, err)
		}
	}
	return pair, nil
}

// TLSConfig gives the configuration of a TLS client that shows the identity's certificate.
func (i *Identity) TLSConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: i.Servers, Certificates: []tls.Certificate{i.Authentication}}
}

// Signer gives what signs with the identity's signature certificate, which goes into KeyInfo alone.
func (i *Identity) Signer() *xmldsig.Signer {
	key, _ := i.Signing.PrivateKey.(crypto.Signer) // every key that crypto/tls reads is one
	return &xmldsig.Signer{Key: key, Certificates: i.Signing.Certificate[:1]}
}

// Issuer gives the name of the signing certificate's subject, as Issuer has it.
func (i *Identity) Issuer() string { return pki.SubjectOf(i.Signing.Leaf) }
