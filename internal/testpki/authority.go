package testpki

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"time"

	"liasse/internal/pki"
)

// Names of the authorities, which are those of their files.
const (
	Root          = "root"
	Persons       = "persons"
	Organisations = "organisations"
	Servers       = "servers"
	// Foreign is a root that nobody trusts; Homonym has the name of Persons and another key.
	Foreign = "foreign"
	Homonym = "homonym"
	// Unlisted stands below the root, but is neither configured nor has a CRL.
	Unlisted = "unlisted"
)

// authoritySubject is shaped as the names of IGC-Santé, with two OUs in RDNs of their own.
func authoritySubject(cn string) Subject {
	return Subject{
		{{OID: pki.OIDCountry, Value: "FR"}},
		{{OID: pki.OIDOrganisation, Value: "LIASSE"}},
		{{OID: pki.OIDOrganisationalUnit, Value: "0002 000000000"}},
		{{OID: pki.OIDOrganisationalUnit, Value: "LIASSE TEST"}},
		{{OID: pki.OIDCommonName, Value: cn}},
	}
}

var authorityNames = map[string]string{
	Root:          "TEST LIASSE AC RACINE",
	Persons:       "TEST LIASSE AC PERSONNES",
	Organisations: "TEST LIASSE AC ORGANISATIONS",
	Servers:       "TEST LIASSE AC SERVEURS",
	Foreign:       "TEST AC INCONNUE",
	Homonym:       "TEST LIASSE AC PERSONNES",
	Unlisted:      "TEST LIASSE AC NON DECLAREE",
}

// AuthorityProfile is the profile of a certification authority.
func AuthorityProfile(cn string, key crypto.Signer, from, to time.Time) Profile {
	return Profile{Subject: authoritySubject(cn), Key: key, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, CA: true, PathLength: -1}
}

// NewAuthority makes an authority below another, or a root when there is none above.
func NewAuthority(name string, above *Authority, p Profile) (*Authority, error) {
	c, err := Issue(above, p)
	if err != nil {
		return nil, fmt.Errorf("making the authority %s: %w", name, err)
	}
	return &Authority{Credential: *c, Name: name}, nil
}

// OpenAuthority reads an authority of a test PKI, to issue more certificates with it.
func OpenAuthority(dir, name string) (*Authority, error) {
	c, err := readCredential(filepath.Join(dir, "ca"), name)
	if err != nil {
		return nil, fmt.Errorf("opening the authority %s: %w", name, err)
	}
	return &Authority{Credential: *c, Name: name}, nil
}
