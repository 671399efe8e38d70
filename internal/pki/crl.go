package pki

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"
)

// crl is one certificate revocation list (RFC 5280 section 5), complete or delta.
type crl struct {
	list *x509.RevocationList
	// base is the number of the complete list that a delta is to be read with; nil for a complete list.
	base    *big.Int
	scope   crlScope
	entries map[string]revoked // by the bytes of the serial number
	// signers remembers by the digest of a public key whether it signed the list.
	signers sync.Map // [sha256.Size]byte to bool
}

// revoked is one entry of a list.
type revoked struct {
	on     time.Time
	reason int
}

// crlScope is what issuingDistributionPoint narrows a list to.
type crlScope struct {
	usersOnly, authoritiesOnly bool
	uris                       []string // distribution points; empty for all
}

// Extensions of CRLs and their entries (RFC 5280 sections 5.2 and 5.3).
var (
	oidCRLNumber         = asn1.ObjectIdentifier{2, 5, 29, 20}
	oidReasonCode        = asn1.ObjectIdentifier{2, 5, 29, 21}
	oidInvalidityDate    = asn1.ObjectIdentifier{2, 5, 29, 24}
	oidDeltaCRLIndicator = asn1.ObjectIdentifier{2, 5, 29, 27}
	oidDistributionPoint = asn1.ObjectIdentifier{2, 5, 29, 28}
	oidAuthorityKeyID    = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidFreshestCRL       = asn1.ObjectIdentifier{2, 5, 29, 46}
)

// reasonRemoveFromCRL takes an entry of the complete list back (RFC 5280 section 5.3.1).
const reasonRemoveFromCRL = 8

// crlAhead is how far ahead of our clock a CRL may have been issued.
const crlAhead = 5 * time.Minute

// readCRL reads a list and refuses one that cannot be understood as a whole.
func readCRL(der []byte) (*crl, error) {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil, fmt.Errorf("reading a CRL: %w", err)
	}
	of := nameOrHex(list.RawIssuer)
	if list.NextUpdate.IsZero() {
		return nil, fmt.Errorf("reading the CRL of %s: it has no nextUpdate", of)
	}
	l := &crl{list: list, entries: make(map[string]revoked, len(list.RevokedCertificateEntries))}
	for _, e := range list.Extensions {
		if err := l.extension(e.Id, e.Value, e.Critical); err != nil {
			return nil, fmt.Errorf("reading the CRL of %s: %w", of, err)
		}
	}
	if l.base != nil && list.Number == nil {
		return nil, fmt.Errorf("reading the CRL of %s: a delta CRL has no number", of)
	}
	for _, entry := range list.RevokedCertificateEntries {
		for _, e := range entry.Extensions {
			if e.Critical && !e.Id.Equal(oidReasonCode) && !e.Id.Equal(oidInvalidityDate) {
				return nil, fmt.Errorf("reading the CRL of %s: an entry has the critical extension %s", of, e.Id)
			}
		}
		l.entries[string(entry.SerialNumber.Bytes())] = revoked{entry.RevocationTime, entry.ReasonCode}
	}
	list.RevokedCertificateEntries, list.RevokedCertificates = nil, nil // large, and in the map
	return l, nil
}

func (l *crl) extension(id asn1.ObjectIdentifier, value []byte, critical bool) error {
	switch {
	case id.Equal(oidDeltaCRLIndicator):
		if err := unmarshalAll(value, &l.base, ""); err != nil {
			return fmt.Errorf("its delta CRL indicator: %w", err)
		}
	case id.Equal(oidDistributionPoint):
		scope, err := readScope(value)
		if err != nil {
			return fmt.Errorf("its issuing distribution point: %w", err)
		}
		l.scope = scope
	case id.Equal(oidCRLNumber), id.Equal(oidAuthorityKeyID), id.Equal(oidFreshestCRL):
	case critical:
		return fmt.Errorf("it has the critical extension %s", id)
	}
	return nil
}

// Fields of IssuingDistributionPoint, by their tags (RFC 5280 section 5.2.5).
const (
	idpDistributionPoint = iota
	idpUsersOnly
	idpAuthoritiesOnly
	idpSomeReasons
	idpIndirect
	idpAttributesOnly
)

// tagURI is uniformResourceIdentifier of GeneralName.
const tagURI = 6

func readScope(der []byte) (crlScope, error) {
	var scope crlScope
	var fields []asn1.RawValue
	if err := unmarshalAll(der, &fields, ""); err != nil {
		return scope, err
	}
	for _, f := range fields {
		if f.Class != asn1.ClassContextSpecific {
			return scope, errors.New("it has a field that is not known")
		}
		set := len(f.Bytes) == 1 && f.Bytes[0] != 0
		switch f.Tag {
		case idpDistributionPoint:
			uris, err := distributionPointURIs(f.Bytes)
			if err != nil {
				return scope, err
			}
			scope.uris = uris
		case idpUsersOnly:
			scope.usersOnly = set
		case idpAuthoritiesOnly:
			scope.authoritiesOnly = set
		default: // partial by reason, indirect, attribute certificates
			if f.Tag == idpSomeReasons || set {
				return scope, errors.New("lists for some reasons only, indirect lists and lists of attribute certificates are not supported")
			}
		}
	}
	return scope, nil
}

// distributionPointURIs reads DistributionPointName, of which only a full name with URIs can be compared.
func distributionPointURIs(der []byte) ([]string, error) {
	var name asn1.RawValue
	if err := unmarshalAll(der, &name, ""); err != nil {
		return nil, err
	}
	if name.Tag != 0 {
		return nil, errors.New("a name relative to the issuer is not supported")
	}
	var uris []string
	for rest := name.Bytes; len(rest) > 0; {
		var general asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &general); err != nil {
			return nil, err
		}
		if general.Class == asn1.ClassContextSpecific && general.Tag == tagURI {
			uris = append(uris, string(general.Bytes))
		}
	}
	if len(uris) == 0 {
		return nil, errors.New("it names no URI")
	}
	return uris, nil
}

// covers tells whether the certificate would be on the list if it were revoked.
func (l *crl) covers(c *x509.Certificate) bool {
	if l.scope.usersOnly && c.IsCA || l.scope.authoritiesOnly && !c.IsCA {
		return false
	}
	return len(l.scope.uris) == 0 || slices.ContainsFunc(l.scope.uris, func(uri string) bool {
		return slices.Contains(c.CRLDistributionPoints, uri)
	})
}

// signedBy tells whether the issuer itself signed the list, not another authority of the same name.
func (l *crl) signedBy(issuer *x509.Certificate) bool {
	key := sha256.Sum256(issuer.Raw)
	if known, there := l.signers.Load(key); there {
		return known.(bool)
	}
	// crypto/x509 would take SHA-1 here
	signed := !weakAlgorithm(l.list.SignatureAlgorithm) && l.list.CheckSignatureFrom(issuer) == nil
	l.signers.Store(key, signed)
	return signed
}

// current tells whether the list may be believed now.
func (l *crl) current(now time.Time, grace time.Duration) bool {
	return !now.Add(crlAhead).Before(l.list.ThisUpdate) && !now.After(l.list.NextUpdate.Add(grace))
}
