package pki

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
)

// productionOperators are the organisations whose authorities are production unless their name says TEST (IGC-Santé and the
// IGC of the CPS before it).
var productionOperators = []string{"ASIP-SANTE", "GIP-CPS"}

// authorityRealm tells the realm that the name of a certification authority gives away: TEST as a word of its CN or OU, or
// the name of an operator of production authorities. It is empty for any other name.
func authorityRealm(c *x509.Certificate) Realm {
	name, err := NameOf(c.RawSubject)
	if err != nil {
		return ""
	}
	for _, value := range slices.Concat(name.All(OIDCommonName), name.All(OIDOrganisationalUnit)) {
		words := strings.FieldsFunc(strings.ToUpper(value), func(r rune) bool { return r == ' ' || r == '-' || r == '_' })
		if slices.Contains(words, "TEST") {
			return RealmTest
		}
	}
	if slices.Contains(productionOperators, strings.ToUpper(name.Get(OIDOrganisation))) {
		return RealmProduction
	}
	return ""
}

// RealmOf tells the realm that a certificate itself names: by the product category of an end entity, which is -1 where it
// has none, or by the name of an authority. It is empty for a certificate that does not say.
func RealmOf(c *x509.Certificate) (realm Realm, category int, err error) {
	category, err = productCategory(c)
	switch {
	case err != nil:
		return "", -1, err
	case category >= firstTestCategory:
		return RealmTest, category, nil
	case category >= 0:
		return RealmProduction, category, nil
	case c.IsCA:
		return authorityRealm(c), -1, nil
	}
	return "", -1, nil
}

// realmFault compares the product category of a certificate with the realm. A certificate without one belongs to the realm
// of its trust anchor.
func realmFault(leaf *x509.Certificate, realm Realm) *Fault {
	found, category, err := RealmOf(leaf)
	switch {
	case err != nil:
		return malformed(leaf, err)
	case category < 0 || found == realm:
		return nil
	}
	return &Fault{Reason: WrongRealm, Certificate: leaf,
		Found:    fmt.Sprintf("%s (%s = %02X)", found, OIDProductCategory, category),
		Expected: string(realm)}
}
