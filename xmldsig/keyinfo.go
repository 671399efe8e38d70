package xmldsig

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"strings"

	"liasse/internal/xmltree"
)

// readKeyInfo takes the certificates out of KeyInfo. The key of a signature comes from them and from nowhere else: what
// names or holds a key otherwise is refused where it stands alone, and never followed.
func (s *Signature) readKeyInfo() *Error {
	if s.KeyInfo.IsZero() {
		if s.policy.Lenient {
			return nil
		}
		return fault(ReasonKey, s.Node, "ds:KeyInfo × 0", "ds:KeyInfo/ds:X509Data/ds:X509Certificate")
	}
	for n := range s.KeyInfo.Elements() {
		switch {
		case n.Is(Namespace, "X509Data"):
			if err := s.readX509Data(n); err != nil {
				return err
			}
		case s.policy.Lenient, n.Is(Namespace, "KeyName"), n.Is(Namespace, "KeyValue"):
		default:
			return fault(ReasonKey, n, path(s.KeyInfo, n), "ds:X509Data/ds:X509Certificate")
		}
	}
	if len(s.Certificates) == 0 && !s.policy.Lenient {
		return fault(ReasonKey, s.KeyInfo, "ds:X509Certificate × 0", "ds:X509Data/ds:X509Certificate")
	}
	return nil
}

func (s *Signature) readX509Data(data xmltree.Node) *Error {
	first := len(s.Certificates)
	for n := range data.Children(Namespace, "X509Certificate") {
		if len(s.Certificates) == s.policy.MaxCertificates {
			return tooMany(ReasonKey, n, "ds:X509Certificate", s.policy.MaxCertificates)
		}
		der, err := binary(n)
		if err != nil {
			err.Reason = ReasonKey
			return err
		}
		if len(der) > s.policy.MaxCertificateBytes {
			return fault(ReasonLimit, n, "ds:X509Certificate: "+number(len(der))+" octets", "≤ "+number(s.policy.MaxCertificateBytes)+" octets")
		}
		s.Certificates = append(s.Certificates, der)
	}
	if s.policy.Lenient {
		return nil
	}
	return sameCertificate(data, s.Certificates[first:])
}

// sameCertificate holds what else X509Data says of the certificate to the certificate itself (XML Signature section 4.5.4):
// a serial number or key identifier of another certificate is refused.
func sameCertificate(data xmltree.Node, certificates [][]byte) *Error {
	for n := range data.Elements() {
		switch {
		case n.Is(Namespace, "X509Certificate"), n.Is(Namespace, "X509SubjectName"):
		case n.Is(Namespace, "X509IssuerSerial"):
			serial := serialNumber(n)
			if serial == nil || !anyCertificate(certificates, func(c *x509.Certificate) bool { return c.SerialNumber.Cmp(serial) == 0 }) {
				return fault(ReasonKey, n, "ds:X509SerialNumber = "+quote(strings.TrimSpace(n.Child(Namespace, "X509SerialNumber").Text())), serials(certificates))
			}
		case n.Is(Namespace, "X509SKI"):
			ski, err := binary(n)
			if err != nil || !anyCertificate(certificates, func(c *x509.Certificate) bool { return bytes.Equal(c.SubjectKeyId, ski) }) {
				return fault(ReasonKey, n, "ds:X509SKI = "+quote(strings.TrimSpace(n.Text())), keyIdentifiers(certificates))
			}
		default:
			return fault(ReasonKey, n, path(data, n), "ds:X509Certificate")
		}
	}
	return nil
}

// serialNumber reads a X509SerialNumber; RFC 5280 section 4.1.2.2 bounds it to 20 octets.
func serialNumber(issuerSerial xmltree.Node) *big.Int {
	text := strings.TrimSpace(issuerSerial.Child(Namespace, "X509SerialNumber").Text())
	if len(text) > 60 {
		return nil
	}
	serial, _ := new(big.Int).SetString(text, 10)
	return serial
}

// serials gives the serial numbers of certificates for a message.
func serials(ders [][]byte) string {
	return shown(ders, func(c *x509.Certificate) string { return c.SerialNumber.String() })
}

// keyIdentifiers gives the SubjectKeyIdentifiers of certificates for a message.
func keyIdentifiers(ders [][]byte) string {
	return shown(ders, func(c *x509.Certificate) string { return encode(c.SubjectKeyId) })
}

// shown gives a value of each certificate that can be read, ∅ where there is none.
func shown(ders [][]byte, value func(*x509.Certificate) string) string {
	var values []string
	for _, der := range ders {
		if c, err := x509.ParseCertificate(der); err == nil && value(c) != "" {
			values = append(values, cut(value(c), longest))
		}
	}
	if len(values) == 0 {
		return "∅"
	}
	return strings.Join(values, ", ")
}

// anyCertificate tells whether one of a few certificates fits. One that cannot be read fits nothing; its reader says why.
func anyCertificate(ders [][]byte, fits func(*x509.Certificate) bool) bool {
	for _, der := range ders {
		if c, err := x509.ParseCertificate(der); err == nil && fits(c) {
			return true
		}
	}
	return false
}
