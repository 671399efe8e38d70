package pki

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// Private extensions of the French health professional certificates (IGC-Santé and CPS), and privateKeyUsagePeriod of
// X.509, which crypto/x509 does not read.
var (
	// OIDProductCategory is an OCTET STRING of one byte of terminology TRE_G01; from 0x80 on it is a test product.
	OIDProductCategory = asn1.ObjectIdentifier{1, 2, 250, 1, 71, 1, 2, 5}
	// OIDProfession is an INTEGER of terminology TRE_G15.
	OIDProfession = asn1.ObjectIdentifier{1, 2, 250, 1, 71, 1, 2, 7}
	// OIDSpecialities is a SEQUENCE of UTF8String of terminology TRE_R01 or TRE_G05.
	OIDSpecialities = asn1.ObjectIdentifier{1, 2, 250, 1, 71, 4, 2, 5}
	// OIDPrivateKeyUsagePeriod is RFC 3280 section 4.2.1.4.
	OIDPrivateKeyUsagePeriod = asn1.ObjectIdentifier{2, 5, 29, 16}
)

// firstTestCategory is the product category from which on products are for tests.
const firstTestCategory = 0x80

// cardCategory is the product category of a smart card, without the bit for tests.
const cardCategory = 0

func extensionOf(c *x509.Certificate, oid asn1.ObjectIdentifier) ([]byte, bool) {
	for _, e := range c.Extensions {
		if e.Id.Equal(oid) {
			return e.Value, true
		}
	}
	return nil, false
}

// unmarshalAll reads one DER value that must be all there is.
func unmarshalAll(der []byte, into any, params string) error {
	rest, err := asn1.UnmarshalWithParams(der, into, params)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return trailing(len(rest))
	}
	return nil
}

// productCategory gives the category, -1 when the certificate names none.
func productCategory(c *x509.Certificate) (int, error) {
	der, there := extensionOf(c, OIDProductCategory)
	if !there {
		return -1, nil
	}
	var octets []byte
	if err := unmarshalAll(der, &octets, ""); err != nil {
		return -1, fmt.Errorf("reading the product category: %w", misencodesExtension(OIDProductCategory.String(), err))
	}
	if len(octets) != 1 {
		return -1, misencodes(fmt.Sprintf("%s: %d octets ≠ 1", OIDProductCategory, len(octets)), fmt.Sprintf("reading the product category: it has %d bytes instead of 1", len(octets)))
	}
	return int(octets[0]), nil
}

// profession gives the code as decimal digits, empty when the certificate names none.
func profession(c *x509.Certificate) (string, error) {
	der, there := extensionOf(c, OIDProfession)
	if !there {
		return "", nil
	}
	var code *big.Int
	if err := unmarshalAll(der, &code, ""); err != nil {
		return "", fmt.Errorf("reading the profession: %w", misencodesExtension(OIDProfession.String(), err))
	}
	if code.Sign() < 0 || code.BitLen() > 32 {
		return "", misencodes(OIDProfession.String()+" ∉ [0, 2^32 − 1]", "reading the profession: it is out of range")
	}
	return code.String(), nil
}

// specialities gives the codes, none when the certificate names none.
func specialities(c *x509.Certificate) ([]string, error) {
	der, there := extensionOf(c, OIDSpecialities)
	if !there {
		return nil, nil
	}
	var values []asn1.RawValue
	if err := unmarshalAll(der, &values, ""); err != nil {
		return nil, fmt.Errorf("reading the specialities: %w", misencodesExtension(OIDSpecialities.String(), err))
	}
	codes := make([]string, 0, len(values))
	for _, v := range values {
		text, isString, err := directoryString(v)
		if err != nil || !isString {
			return nil, misencodes(OIDSpecialities.String()+" ≠ SEQUENCE OF DirectoryString", "reading the specialities: one is not a string")
		}
		codes = append(codes, text)
	}
	return codes, nil
}

// keyUsagePeriod is when a private key may be used; a zero end is open.
type keyUsagePeriod struct{ from, to time.Time }

// privateKeyUsagePeriod reads the extension; both ends are zero when it is not there.
func privateKeyUsagePeriod(c *x509.Certificate) (keyUsagePeriod, error) {
	der, there := extensionOf(c, OIDPrivateKeyUsagePeriod)
	if !there {
		return keyUsagePeriod{}, nil
	}
	var period struct {
		NotBefore time.Time `asn1:"optional,generalized,tag:0"`
		NotAfter  time.Time `asn1:"optional,generalized,tag:1"`
	}
	if err := unmarshalAll(der, &period, ""); err != nil {
		return keyUsagePeriod{}, fmt.Errorf("reading privateKeyUsagePeriod: %w", misencodesExtension("privateKeyUsagePeriod", err))
	}
	return keyUsagePeriod{from: period.NotBefore, to: period.NotAfter}, nil
}
