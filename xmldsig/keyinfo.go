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
		return fault(ReasonKey, s.Node, "no KeyInfo", "KeyInfo/X509Data/X509Certificate")
	}
	for n := range s.KeyInfo.Elements() {
		switch {
		case n.Is(Namespace, "X509Data"):
			if err := s.readX509Data(n); err != nil {
				return err
			}
		case s.policy.Lenient, n.Is(Namespace, "KeyName"), n.Is(Namespace, "KeyValue"):
		default:
			return fault(ReasonKey, n, name(n)+" inside KeyInfo", "X509Data/X509Certificate")
		}
	}
	if len(s.Certificates) == 0 && !s.policy.Lenient {
		return fault(ReasonKey, s.KeyInfo, "no X509Certificate", "X509Data/X509Certificate")
	}
	return nil
}

func (s *Signature) readX509Data(data xmltree.Node) *Error {
	first := len(s.Certificates)
	for n := range data.Children(Namespace, "X509Certificate") {
		if len(s.Certificates) == s.policy.MaxCertificates {
			return fault(ReasonKey, n, "more than "+number(s.policy.MaxCertificates)+" X509Certificate", "the signer's certificate alone")
		}
		der, err := binary(n)
		if err != nil {
			err.Reason = ReasonKey
			return err
		}
		if len(der) > s.policy.MaxCertificateBytes {
			return fault(ReasonLimit, n, "a certificate of "+number(len(der))+" bytes", "at most "+number(s.policy.MaxCertificateBytes))
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
				return fault(ReasonKey, n, "the serial number of another certificate", "that of the certificate in X509Data")
			}
		case n.Is(Namespace, "X509SKI"):
			ski, err := binary(n)
			if err != nil || !anyCertificate(certificates, func(c *x509.Certificate) bool { return bytes.Equal(c.SubjectKeyId, ski) }) {
				return fault(ReasonKey, n, "the key identifier of another certificate", "that of the certificate in X509Data")
			}
		default:
			return fault(ReasonKey, n, name(n)+" inside X509Data", "X509Certificate")
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

// anyCertificate tells whether one of a few certificates fits. One that cannot be read fits nothing; its reader says why.
func anyCertificate(ders [][]byte, fits func(*x509.Certificate) bool) bool {
	for _, der := range ders {
		if c, err := x509.ParseCertificate(der); err == nil && fits(c) {
			return true
		}
	}
	return false
}
