package pki

import "crypto/x509"

// HolderKind tells persons and organisations apart.
type HolderKind uint8

// Kinds of holders.
const (
	Person HolderKind = iota + 1
	Organisation
)

// String names the kind.
func (k HolderKind) String() string {
	switch k {
	case Person:
		return "person"
	case Organisation:
		return "organisation"
	}
	return "unknown"
}

// Holder is whom a certificate was issued to, as its subject and private extensions say.
type Holder struct {
	Kind HolderKind
	// ID is the national identifier: the CN of a person (PS_IdNat), the OU of an organisation (Struct_IdNat).
	ID string
	// Family, Given and Title are a person's. A card that names no person (CPE) has its O and CN there.
	Family, Given, Title string
	// OrganisationName is the O.
	OrganisationName string
	// Profession is the code of TRE_G15 as decimal digits, Specialities those of TRE_R01 or TRE_G05.
	Profession   string
	Specialities []string
	// Category is the product category of TRE_G01, -1 when the certificate names none.
	Category int
}

// HolderOf reads the holder. What cannot be read is left empty; Trust.Verify refuses a certificate with such extensions.
func HolderOf(c *x509.Certificate) Holder {
	h := Holder{Category: -1}
	if c == nil {
		return h
	}
	name, err := NameOf(c.RawSubject)
	if err != nil {
		return h
	}
	if category, err := productCategory(c); err == nil {
		h.Category = category
	}
	if code, err := profession(c); err == nil {
		h.Profession = code
	}
	if codes, err := specialities(c); err == nil {
		h.Specialities = codes
	}
	h.OrganisationName = name.Get(OIDOrganisation)
	h.Family, h.Given, h.Title = name.Get(OIDSurname), name.Get(OIDGivenName), name.Get(OIDTitle)
	if !isPerson(h) {
		h.Kind = Organisation
		h.ID = name.Get(OIDOrganisationalUnit)
		return h
	}
	h.Kind = Person
	h.ID = name.Get(OIDCommonName)
	if h.Family == "" && h.Given == "" {
		h.Family, h.Given = h.OrganisationName, h.ID
	}
	return h
}

// isPerson: a person is named, or has a profession, or holds a card. Organisations hold software certificates.
func isPerson(h Holder) bool {
	return h.Family != "" || h.Given != "" || h.Profession != "" || h.Category >= 0 && h.Category&^firstTestCategory == cardCategory
}

// SameHolder tells whether two certificates were issued to the same holder: persons by the CN, organisations by the OU.
// Whether one organisation is a site of the other is for the caller to know.
func SameHolder(a, b *x509.Certificate) bool {
	first, second := HolderOf(a), HolderOf(b)
	return first.Kind == second.Kind && first.ID != "" && first.ID == second.ID && first.Kind != 0
}
