package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
)

// usageFault holds an end entity's certificate to the profile of its usage: KeyUsage and ExtendedKeyUsage tell
// authentication certificates from signature certificates, for the certificate policies do not.
func usageFault(leaf *x509.Certificate, usage Usage) *Fault {
	wrong := func(found, expected string) *Fault {
		return &Fault{Reason: WrongUsage, Certificate: leaf, Found: found, Expected: expected}
	}
	if leaf.IsCA {
		return wrong("cA = TRUE", "cA = FALSE")
	}
	found := UsageNames(leaf)
	switch usage {
	case TLSClient:
		if leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 || !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
			return wrong(found, "digitalSignature, clientAuth")
		}
	case TLSServer:
		if leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 || !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth) {
			return wrong(found, "digitalSignature, serverAuth")
		}
	default:
		extended := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0
		if leaf.KeyUsage&x509.KeyUsageContentCommitment == 0 || extended && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) {
			return wrong(found, "nonRepudiation, emailProtection")
		}
	}
	return nil
}

// keyUsageNames are the names of RFC 5280 section 4.2.1.3, in the order of the bits.
var keyUsageNames = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

// extKeyUsageNames are the names of RFC 5280 section 4.2.1.12.
var extKeyUsageNames = map[x509.ExtKeyUsage]string{
	x509.ExtKeyUsageAny: "anyExtendedKeyUsage", x509.ExtKeyUsageServerAuth: "serverAuth", x509.ExtKeyUsageClientAuth: "clientAuth",
	x509.ExtKeyUsageCodeSigning: "codeSigning", x509.ExtKeyUsageEmailProtection: "emailProtection",
	x509.ExtKeyUsageTimeStamping: "timeStamping", x509.ExtKeyUsageOCSPSigning: "OCSPSigning",
}

// UsageNames names the bits of KeyUsage and the purposes of ExtendedKeyUsage.
func UsageNames(c *x509.Certificate) string {
	var words []string
	for bit, name := range keyUsageNames {
		if c.KeyUsage&(1<<bit) != 0 {
			words = append(words, name)
		}
	}
	if len(words) == 0 {
		words = append(words, "keyUsage = ∅")
	}
	for _, purpose := range c.ExtKeyUsage {
		name, known := extKeyUsageNames[purpose]
		if !known {
			name = fmt.Sprintf("extKeyUsage %d", purpose)
		}
		words = append(words, name)
	}
	for _, oid := range c.UnknownExtKeyUsage {
		words = append(words, oid.String())
	}
	return strings.Join(words, ", ")
}

// chainUsage is the purpose that every certificate of the chain must allow.
func chainUsage(u Usage) x509.ExtKeyUsage {
	switch u {
	case TLSClient:
		return x509.ExtKeyUsageClientAuth
	case TLSServer:
		return x509.ExtKeyUsageServerAuth
	}
	return x509.ExtKeyUsageEmailProtection
}

// keyPeriodFault holds a signature to the period in which its private key might be used, which IGC-Santé makes shorter than
// the certificate's validity.
func keyPeriodFault(leaf *x509.Certificate, at time.Time) (*Fault, keyUsagePeriod) {
	period, err := privateKeyUsagePeriod(leaf)
	switch {
	case err != nil:
		return malformed(leaf, err), period
	case !period.from.IsZero() && at.Before(period.from):
		return &Fault{Reason: NotYetValid, Certificate: leaf, Found: "privateKeyUsagePeriod.notBefore " + instant(period.from), Expected: "≤ " + instant(at)}, period
	case !period.to.IsZero() && at.After(period.to):
		return &Fault{Reason: Expired, Certificate: leaf, Found: "privateKeyUsagePeriod.notAfter " + instant(period.to), Expected: "≥ " + instant(at)}, period
	}
	return nil, period
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// minExponent is the smallest public exponent of RSA accepted (RGS annex B1).
const minExponent = 65537

// keyFault holds a public key to what is allowed: RSA between the minimum and maxRSABits, EC on P-256, P-384 or P-521.
func keyFault(c *x509.Certificate, minRSABits int) *Fault {
	weak := func(found, expected string) *Fault {
		return &Fault{Reason: WeakKey, Certificate: c, Found: found, Expected: expected}
	}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		bits := key.N.BitLen()
		switch {
		case bits < minRSABits || bits > maxRSABits:
			return weak(fmt.Sprintf("RSA %d", bits), fmt.Sprintf("RSA %d … %d", minRSABits, maxRSABits))
		case key.E < minExponent || key.E%2 == 0:
			return weak(fmt.Sprintf("RSA, e = %d", key.E), fmt.Sprintf("e ≥ %d", minExponent))
		}
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() && key.Curve != elliptic.P384() && key.Curve != elliptic.P521() {
			return weak("ECDSA "+key.Curve.Params().Name, "P-256, P-384, P-521")
		}
	default:
		return weak(c.PublicKeyAlgorithm.String(), "RSA, ECDSA")
	}
	return nil
}

// signatureFault refuses certificates signed with SHA-1 or less.
func signatureFault(c *x509.Certificate) *Fault {
	if !weakAlgorithm(c.SignatureAlgorithm) {
		return nil
	}
	return &Fault{Reason: WeakSignature, Certificate: c, Found: c.SignatureAlgorithm.String(), Expected: "SHA-256, SHA-384, SHA-512"}
}

// weakAlgorithm tells whether an algorithm is none of those accepted; one that is not known is weak too.
func weakAlgorithm(a x509.SignatureAlgorithm) bool {
	switch a {
	case x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA,
		x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
		x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512:
		return false
	}
	return true
}
