package testpki

import (
	"crypto"
	"crypto/x509"
	"time"

	"liasse/internal/pki"
)

// Holder is whom a pair of certificates is issued to.
type Holder struct {
	// ID is the CN of a person (PS_IdNat) or the OU of an organisation (Struct_IdNat).
	ID string
	// Family, Given, Title, Profession and Specialities are a person's. A CPE card has none of them.
	Family, Given, Title string
	Profession           string
	Specialities         []string
	// Organisation and Structure are the O and the OU, of an organisation or of a CPE card.
	Organisation, Structure string
	// Service is the CN of an organisation's certificate.
	Service string
	// Teletex writes the name as the cards of IGC-CPS do.
	Teletex bool
}

// isOrganisation: an organisation's certificate names a service.
func (h Holder) isOrganisation() bool { return h.Service != "" }

// subject has the shapes of IGC-Santé: an organisation's with OU and ST; a person's with the title in an RDN of its own and
// name, given name and identifier in one RDN; a CPE card's with the structure and an identifier of that structure.
func (h Holder) subject() Subject {
	country := []Attribute{{OID: pki.OIDCountry, Value: "FR"}}
	one := func(oid, value string) []Attribute { return []Attribute{{OID: oid, Value: value, Teletex: h.Teletex}} }
	switch {
	case h.isOrganisation():
		return Subject{country, one(pki.OIDState, "Paris (75)"), one(pki.OIDOrganisation, h.Organisation), one(pki.OIDOrganisationalUnit, h.ID), one(pki.OIDCommonName, h.Service)}
	case h.Family == "":
		return Subject{country, one(pki.OIDOrganisation, h.Organisation), one(pki.OIDOrganisationalUnit, h.Structure), one(pki.OIDCommonName, h.ID)}
	}
	name := []Attribute{
		{OID: pki.OIDCommonName, Value: h.ID, Teletex: h.Teletex},
		{OID: pki.OIDSurname, Value: h.Family, Teletex: h.Teletex},
		{OID: pki.OIDGivenName, Value: h.Given, Teletex: h.Teletex},
	}
	return Subject{country, one(pki.OIDTitle, h.Title), name}
}

func (h Holder) profile(key crypto.Signer, from, to time.Time) Profile {
	p := Profile{Subject: h.subject(), Key: key, NotBefore: from, NotAfter: to, Profession: h.Profession, Specialities: h.Specialities, Category: CategoryTestCard}
	if h.isOrganisation() {
		p.Category = CategoryTestSoftware
	}
	return p
}

// Authentication is the profile of a card's authentication certificate, or of ORG AUTH_CLI.
func (h Holder) Authentication(key crypto.Signer, from, to time.Time) Profile {
	p := h.profile(key, from, to)
	p.KeyUsage, p.ExtKeyUsage = x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if h.isOrganisation() {
		p.KeyUsage = x509.KeyUsageDigitalSignature
	}
	return p
}

// Signature is the profile of a card's signature certificate, or of ORG SIGN, whose key is used a month less than its
// certificate is valid.
func (h Holder) Signature(key crypto.Signer, from, to time.Time) Profile {
	p := h.profile(key, from, to)
	p.KeyUsage, p.ExtKeyUsage = x509.KeyUsageContentCommitment, []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	if h.isOrganisation() {
		p.KeyUsage |= x509.KeyUsageDigitalSignature
		p.KeyUsedFrom, p.KeyUsedTo = from, to.AddDate(0, -1, 0)
	}
	return p
}

// ServerProfile is the profile of a server's certificate (SERV SSL_SERV).
func ServerProfile(key crypto.Signer, from, to time.Time, hosts ...string) Profile {
	return Profile{
		Subject: Subject{
			{{OID: pki.OIDCountry, Value: "FR"}},
			{{OID: pki.OIDOrganisation, Value: "LIASSE"}},
			{{OID: pki.OIDCommonName, Value: hosts[0]}},
		},
		Key: key, NotBefore: from, NotAfter: to, Hosts: hosts, Category: CategoryTestSoftware,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}
