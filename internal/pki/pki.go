// Package pki decides which certificates are believed, for what, and until when: trust anchors by usage and realm, path
// validation (RFC 5280 section 6) with certificate revocation lists, the usages that IGC-Santé tells apart by KeyUsage and
// ExtendedKeyUsage, distinguished names compared as sets of attributes, and who a certificate was issued to.
//
// Everything is read from configured files. No address inside of a certificate (AIA, CRLDP, OCSP) is ever dialled.
package pki

import "fmt"

// Usage is what a certificate is presented for. A set of trust anchors serves one usage.
type Usage uint8

// Usages of certificates, by the profiles of IGC-Santé.
const (
	// TLSClient is the client of a mutual TLS handshake: a card's authentication certificate or ORG AUTH_CLI.
	TLSClient Usage = iota + 1
	// TokenSigner signs the VIHF: a card's signature certificate or ORG SIGN.
	TokenSigner
	// LotSigner signs the submission set: the same certificates as TokenSigner.
	LotSigner
	// TLSServer is the server of a TLS handshake: SERV SSL_SERV.
	TLSServer
)

// String names the usage.
func (u Usage) String() string {
	switch u {
	case TLSClient:
		return "TLS client"
	case TokenSigner:
		return "token signer"
	case LotSigner:
		return "lot signer"
	case TLSServer:
		return "TLS server"
	}
	return fmt.Sprintf("usage %d", uint8(u))
}

// signs tells whether the usage is an electronic signature rather than a handshake.
func (u Usage) signs() bool { return u == TokenSigner || u == LotSigner }

// Realm tells test certificates and production certificates apart, which are never accepted for each other.
type Realm string

// Realms.
const (
	RealmTest       Realm = "test"
	RealmProduction Realm = "production"
)

// ParseRealm reads a realm as it is configured.
func ParseRealm(s string) (Realm, error) {
	switch r := Realm(s); r {
	case RealmTest, RealmProduction:
		return r, nil
	}
	return "", fmt.Errorf("%q is no realm; it may be test or production", s)
}
