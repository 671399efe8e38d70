package audit

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
)

// Certificate identifies a certificate without naming anybody: its serial number, and the SHA-256 of its issuer's name.
type Certificate struct{ Serial, IssuerHash string }

// CertificateOf gives what identifies a certificate; nothing of nil.
func CertificateOf(c *x509.Certificate) Certificate {
	if c == nil {
		return Certificate{}
	}
	return Certificate{Serial: c.SerialNumber.Text(16), IssuerHash: hashOf(string(c.RawIssuer))}
}

// hashOf gives the hexadecimal SHA-256 of what must not be recorded as it is; nothing of nothing.
func hashOf(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
