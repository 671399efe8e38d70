package pki

import (
	"crypto/x509"
	"errors"
)

// misencoded is what is wrong with an encoding: found in the terms of ASN.1 that every language shares, for a Fault, and in
// English, for whoever reads an error.
type misencoded struct {
	found string
	err   error
}

// Error is the English text.
func (m *misencoded) Error() string { return m.err.Error() }

// Unwrap gives the cause.
func (m *misencoded) Unwrap() error { return m.err }

// misencodes makes such an error.
func misencodes(found, english string) error {
	return &misencoded{found: found, err: errors.New(english)}
}

// misencodesExtension says which extension an error of reading it is about.
func misencodesExtension(oid string, err error) error {
	found := oid + " ≠ ASN.1"
	var inner *misencoded
	if errors.As(err, &inner) {
		found = oid + ": " + inner.found
	}
	return &misencoded{found: found, err: err}
}

// malformed is the fault of a certificate, nil where there is none yet, that cannot be read.
func malformed(c *x509.Certificate, err error) *Fault {
	found := "Certificate ∉ RFC 5280"
	var bad *misencoded
	if errors.As(err, &bad) {
		found = bad.found
	}
	return &Fault{Reason: Malformed, Certificate: c, Found: found, Err: err}
}
