package testpki

import (
	"encoding/asn1"
	"fmt"

	"liasse/internal/pki"
)

// Attribute is one attribute of a subject. Values are UTF8String, countries PrintableString, and TeletexString in Latin-1
// when Teletex is set, as on CPS cards.
type Attribute struct {
	OID, Value string
	Teletex    bool
}

// Subject is a distinguished name in the order of its encoding, the country first. Each inner list is one RDN.
type Subject [][]Attribute

// DER encodes the name. The attributes of an RDN are a SET OF, in the order that X.690 section 11.6 asks for.
func (s Subject) DER() ([]byte, error) {
	rdns := make([]asn1.RawValue, 0, len(s))
	for _, rdn := range s {
		pairs := make([]attributeDER, 0, len(rdn))
		for _, a := range rdn {
			one, err := a.der()
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, one)
		}
		set, err := asn1.MarshalWithParams(pairs, "set")
		if err != nil {
			return nil, fmt.Errorf("encoding an RDN: %w", err)
		}
		rdns = append(rdns, asn1.RawValue{FullBytes: set})
	}
	der, err := asn1.Marshal(rdns)
	if err != nil {
		return nil, fmt.Errorf("encoding a name: %w", err)
	}
	return der, nil
}

// attributeDER is AttributeTypeAndValue.
type attributeDER struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

func (a Attribute) der() (attributeDER, error) {
	oid, err := parseOID(a.OID)
	if err != nil {
		return attributeDER{}, err
	}
	value := asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(a.Value)}
	switch {
	case a.OID == pki.OIDCountry:
		value.Tag = asn1.TagPrintableString
	case a.Teletex:
		value.Tag, value.Bytes = asn1.TagT61String, nil
		for _, r := range a.Value {
			if r > 0xFF {
				return attributeDER{}, fmt.Errorf("%q has characters outside of Latin-1", a.Value)
			}
			value.Bytes = append(value.Bytes, byte(r))
		}
	}
	return attributeDER{oid, value}, nil
}

func parseOID(dotted string) (asn1.ObjectIdentifier, error) {
	var oid asn1.ObjectIdentifier
	arc, digits := 0, false
	for i := 0; i <= len(dotted); i++ {
		switch {
		case i == len(dotted) || dotted[i] == '.':
			if !digits {
				return nil, fmt.Errorf("%q is no OID", dotted)
			}
			oid, arc, digits = append(oid, arc), 0, false
		case dotted[i] >= '0' && dotted[i] <= '9' && arc < 1<<40:
			arc, digits = arc*10+int(dotted[i]-'0'), true
		default:
			return nil, fmt.Errorf("%q is no OID", dotted)
		}
	}
	return oid, nil
}
