package pki

import (
	"crypto/x509"
	"fmt"
)

// maxCertificateBytes bounds a certificate. Those of IGC-Santé have about two thousand bytes.
const maxCertificateBytes = 64 << 10

// ParseCertificate reads one certificate strictly: DER and nothing but DER (X.690 section 10), with no byte before or after
// it, so that one certificate has one form and one digest. The error is a *Fault.
func ParseCertificate(der []byte) (*x509.Certificate, error) {
	if len(der) == 0 {
		return nil, &Fault{Reason: NoCertificate}
	}
	if len(der) > maxCertificateBytes {
		return nil, malformed(nil, tooLong(len(der)))
	}
	if err := checkDER(der); err != nil {
		return nil, malformed(nil, err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, malformed(nil, err)
	}
	for _, raw := range [][]byte{c.RawSubject, c.RawIssuer} {
		if _, err := NameOf(raw); err != nil {
			return nil, malformed(nil, err)
		}
	}
	return c, nil
}

// maxDepthDER bounds how deep values nest. A certificate needs about nine levels.
const maxDepthDER = 32

// checkDER tells whether the bytes are exactly one value in distinguished encoding, as far as that can be told without a
// schema: lengths definite and minimal, tags minimal, BOOLEAN and INTEGER and OBJECT IDENTIFIER in their one form, BIT STRING
// with unused bits of zero, strings not in pieces.
func checkDER(der []byte) error {
	rest, err := checkValue(der, 0)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return trailing(len(rest))
	}
	return nil
}

// checkValue checks the first value and gives what follows it.
func checkValue(der []byte, depth int) (rest []byte, err error) {
	if depth > maxDepthDER {
		return nil, misencodes(fmt.Sprintf("DER: depth > %d", maxDepthDER), fmt.Sprintf("values nest more than %d deep", maxDepthDER))
	}
	tag, constructed, content, rest, err := cutValue(der)
	if err != nil {
		return nil, err
	}
	if tag.universal && !constructed && (tag.number == 16 || tag.number == 17) {
		return nil, misencodes("SEQUENCE, SET: constructed = 0", "a SEQUENCE or SET is primitive")
	}
	if !constructed {
		if tag.universal {
			return rest, checkPrimitive(tag.number, content)
		}
		return rest, nil
	}
	if tag.universal && tag.number != 16 && tag.number != 17 {
		return nil, misencodes(fmt.Sprintf("[UNIVERSAL %d]: constructed = 1", tag.number), "a primitive type is constructed")
	}
	for len(content) > 0 {
		if content, err = checkValue(content, depth+1); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// tagDER is an identifier octet, or several.
type tagDER struct {
	universal bool
	number    int
}

// cutValue splits the first value into tag and content.
func cutValue(der []byte) (tag tagDER, constructed bool, content, rest []byte, err error) {
	fail := func(found, text string) (tagDER, bool, []byte, []byte, error) {
		return tagDER{}, false, nil, nil, misencodes(found, text)
	}
	if len(der) < 2 {
		return fail("DER: length > octets", "a value is cut short")
	}
	tag.universal = der[0]&0xC0 == 0
	constructed = der[0]&0x20 != 0
	tag.number = int(der[0] & 0x1F)
	der = der[1:]
	if tag.number == 0x1F {
		// None of the types of a certificate has such a tag.
		return fail("DER: tag > 30", "a tag has several bytes")
	}
	if tag.universal && tag.number == 0 {
		return fail("DER: [UNIVERSAL 0]", "a value has the reserved tag 0")
	}
	length := int(der[0])
	der = der[1:]
	if length >= 0x80 {
		size := length & 0x7F
		if size == 0 {
			return fail("DER: length = ∞", "a length is indefinite")
		}
		if size > 3 || size > len(der) {
			return fail("DER: length > octets", "a length is too large")
		}
		length = 0
		for _, b := range der[:size] {
			length = length<<8 | int(b)
		}
		if length < 0x80 || der[0] == 0 {
			return fail("DER: length ≠ min", "a length is not in its shortest form")
		}
		der = der[size:]
	}
	if length > len(der) {
		return fail("DER: length > octets", "a value is cut short")
	}
	return tag, constructed, der[:length], der[length:], nil
}

// trailing refuses octets after a value.
func trailing(n int) error {
	return misencodes(fmt.Sprintf("DER + %d octets", n), fmt.Sprintf("%d bytes follow the value", n))
}

// tooLong refuses a certificate for its length.
func tooLong(n int) error {
	return misencodes(fmt.Sprintf("%d octets > %d", n, maxCertificateBytes), fmt.Sprintf("%d bytes, more than %d", n, maxCertificateBytes))
}

// checkPrimitive checks the contents whose distinguished form is one of several possible.
func checkPrimitive(tag int, content []byte) error {
	switch tag {
	case 1: // BOOLEAN
		if len(content) != 1 || content[0] != 0 && content[0] != 0xFF {
			return misencodes("BOOLEAN ∉ {00, FF}", "a BOOLEAN is neither 00 nor FF")
		}
	case 2, 10: // INTEGER, ENUMERATED
		if len(content) == 0 {
			return misencodes("INTEGER = ∅", "an INTEGER is empty")
		}
		if len(content) > 1 && (content[0] == 0 && content[1] < 0x80 || content[0] == 0xFF && content[1] >= 0x80) {
			return misencodes("INTEGER ≠ min", "an INTEGER is not in its shortest form")
		}
	case 3: // BIT STRING
		if len(content) == 0 || content[0] > 7 || len(content) == 1 && content[0] != 0 {
			return misencodes("BIT STRING: octets[0] ∉ [0, 7]", "a BIT STRING has a wrong count of unused bits")
		}
		if content[len(content)-1]&(1<<content[0]-1) != 0 && len(content) > 1 {
			return misencodes("BIT STRING: bits[n…] ≠ 0", "a BIT STRING has unused bits that are set")
		}
	case 5: // NULL
		if len(content) != 0 {
			return misencodes("NULL ≠ ∅", "a NULL has content")
		}
	case 6: // OBJECT IDENTIFIER
		if len(content) == 0 || content[len(content)-1]&0x80 != 0 {
			return misencodes("OBJECT IDENTIFIER: length > octets", "an OBJECT IDENTIFIER is cut short")
		}
		for i, b := range content {
			if b == 0x80 && (i == 0 || content[i-1]&0x80 == 0) {
				return misencodes("OBJECT IDENTIFIER ≠ min", "an OBJECT IDENTIFIER is not in its shortest form")
			}
		}
	}
	return nil
}
