package pki

import (
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Name is a distinguished name: a sequence of relative distinguished names (RDN), each a set of attributes (X.501).
type Name struct {
	rdns [][]attribute // in the order of the DER encoding: the country first
}

// attribute is one type and its value. A value that is no string is kept as the hexadecimal form of its encoding.
type attribute struct {
	oid    string
	value  string
	opaque bool
}

// Limits of names. Real ones have at most a dozen attributes.
const (
	maxNameBytes      = 64 << 10
	maxNameAttributes = 128
)

// NameOf reads a distinguished name from its DER encoding, such as x509.Certificate.RawSubject. It keeps which attributes
// share an RDN, which crypto/x509/pkix.Name does not.
func NameOf(rawDER []byte) (Name, error) {
	if len(rawDER) > maxNameBytes {
		return Name{}, misencodes(fmt.Sprintf("Name: %d octets > %d", len(rawDER), maxNameBytes),
			fmt.Sprintf("reading a distinguished name: it has %d bytes, more than %d", len(rawDER), maxNameBytes))
	}
	var sequence []asn1.RawValue
	rest, err := asn1.Unmarshal(rawDER, &sequence)
	if err != nil {
		return Name{}, &misencoded{found: "Name ≠ ASN.1", err: fmt.Errorf("reading a distinguished name: %w", err)}
	}
	if len(rest) > 0 {
		return Name{}, misencodes(fmt.Sprintf("Name + %d octets", len(rest)), "reading a distinguished name: bytes follow it")
	}
	var name Name
	count := 0
	for _, set := range sequence {
		rdn, err := readRDN(set)
		if err != nil {
			return Name{}, fmt.Errorf("reading a distinguished name: %w", err)
		}
		if count += len(rdn); count > maxNameAttributes {
			return Name{}, misencodes(fmt.Sprintf("Name: AttributeTypeAndValue × > %d", maxNameAttributes),
				fmt.Sprintf("reading a distinguished name: it has more than %d attributes", maxNameAttributes))
		}
		name.rdns = append(name.rdns, rdn)
	}
	return name, nil
}

func readRDN(set asn1.RawValue) ([]attribute, error) {
	if set.Class != asn1.ClassUniversal || set.Tag != asn1.TagSet || !set.IsCompound {
		return nil, misencodes("RelativeDistinguishedName ≠ SET", "a relative distinguished name is not a SET")
	}
	var rdn []attribute
	for rest := set.Bytes; len(rest) > 0; {
		var pair struct {
			Type  asn1.ObjectIdentifier
			Value asn1.RawValue
		}
		var err error
		if rest, err = asn1.Unmarshal(rest, &pair); err != nil {
			return nil, &misencoded{found: "AttributeTypeAndValue ≠ ASN.1", err: fmt.Errorf("an attribute: %w", err)}
		}
		one, err := attributeOf(pair.Type.String(), pair.Value)
		if err != nil {
			return nil, err
		}
		if rdn = append(rdn, one); len(rdn) > maxNameAttributes {
			return nil, misencodes(fmt.Sprintf("RelativeDistinguishedName: AttributeTypeAndValue × > %d", maxNameAttributes),
				fmt.Sprintf("a relative distinguished name has more than %d attributes", maxNameAttributes))
		}
	}
	if len(rdn) == 0 {
		return nil, misencodes("RelativeDistinguishedName = ∅", "a relative distinguished name is empty")
	}
	return rdn, nil
}

// attributeOf makes an attribute of a value in DER.
func attributeOf(oid string, value asn1.RawValue) (attribute, error) {
	text, isString, err := directoryString(value)
	if err != nil {
		return attribute{}, fmt.Errorf("attribute %s: %w", oid, err)
	}
	if isString {
		return textAttribute(oid, text)
	}
	return attribute{oid: oid, value: hex.EncodeToString(value.FullBytes), opaque: true}, nil
}

// textAttribute makes an attribute of a value in characters. Control characters, and the character that stands for what could
// not be decoded, have no place in a name: two different ones would look alike.
func textAttribute(oid, text string) (attribute, error) {
	if !utf8.ValidString(text) {
		return attribute{}, misencodes(oid+" ≠ UTF-8", "attribute "+oid+" is not UTF-8")
	}
	for _, r := range text {
		if r < 0x20 || r == 0x7F || r == utf8.RuneError {
			return attribute{}, misencodes(fmt.Sprintf("%s ∋ U+%04X", oid, r), fmt.Sprintf("attribute %s holds the character U+%04X", oid, r))
		}
	}
	return attribute{oid: oid, value: text}, nil
}

// ASN.1 string types that encoding/asn1 has no constant for.
const (
	tagVisibleString   = 26
	tagUniversalString = 28
)

// directoryString decodes the string types of X.520. TeletexString is read as Latin-1, which is what every issuer means by
// it, the CPS cards included.
func directoryString(v asn1.RawValue) (text string, isString bool, err error) {
	if v.Class != asn1.ClassUniversal || v.IsCompound {
		return "", false, nil
	}
	switch v.Tag {
	case asn1.TagUTF8String:
		if !utf8.Valid(v.Bytes) {
			return "", true, misencodes("UTF8String ≠ UTF-8", "a UTF8String is not UTF-8")
		}
		return string(v.Bytes), true, nil
	case asn1.TagPrintableString, asn1.TagIA5String, asn1.TagNumericString, tagVisibleString:
		// Software that writes UTF-8 into these is met; what is not UTF-8 was meant as Latin-1.
		if utf8.Valid(v.Bytes) {
			return string(v.Bytes), true, nil
		}
		return latin1(v.Bytes), true, nil
	case asn1.TagT61String:
		return latin1(v.Bytes), true, nil
	case asn1.TagBMPString:
		if len(v.Bytes)%2 != 0 {
			return "", true, misencodes("BMPString: octets mod 2 ≠ 0", "a BMPString has an odd number of bytes")
		}
		units := make([]uint16, 0, len(v.Bytes)/2)
		for pair := range slices.Chunk(v.Bytes, 2) {
			units = append(units, uint16(pair[0])<<8|uint16(pair[1]))
		}
		return string(utf16.Decode(units)), true, nil
	case tagUniversalString:
		if len(v.Bytes)%4 != 0 {
			return "", true, misencodes("UniversalString: octets mod 4 ≠ 0", "a UniversalString is not made of groups of four bytes")
		}
		var b strings.Builder
		for four := range slices.Chunk(v.Bytes, 4) {
			b.WriteRune(rune(uint32(four[0])<<24 | uint32(four[1])<<16 | uint32(four[2])<<8 | uint32(four[3])))
		}
		return b.String(), true, nil
	}
	return "", false, nil
}

func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// IsZero tells whether the name has no attribute.
func (n Name) IsZero() bool { return len(n.rdns) == 0 }

// Get gives the value of the first attribute of the type, or empty. The first is the one nearest to the root.
func (n Name) Get(oid string) string {
	if all := n.All(oid); len(all) > 0 {
		return all[0]
	}
	return ""
}

// All gives the values of every attribute of the type.
func (n Name) All(oid string) []string {
	var values []string
	for _, rdn := range n.rdns {
		for _, a := range rdn {
			if a.oid == oid && !a.opaque {
				values = append(values, a.value)
			}
		}
	}
	return values
}

// Equal tells whether two names are the same: the same RDNs, each with the same attributes, values compared without regard
// to case and to the width of blanks (RFC 5280 section 7.1, RFC 4518) and whatever their string type. The order of the RDNs
// is not regarded, because people write names from either end; which attributes share an RDN is.
func (n Name) Equal(other Name) bool {
	return slices.Equal(n.key(), other.key())
}

// SameAttributes tells whether two names have the same attributes however they are grouped into RDNs. It is weaker than
// Equal and for what prints names without their structure, as crypto/x509/pkix does.
func (n Name) SameAttributes(other Name) bool {
	return slices.Equal(n.attributeKeys(), other.attributeKeys())
}

// key is the name with RDNs and attributes in a fixed order.
func (n Name) key() []string {
	keys := make([]string, len(n.rdns))
	for i, rdn := range n.rdns {
		inner := make([]string, len(rdn))
		for j, a := range rdn {
			inner[j] = a.key()
		}
		slices.Sort(inner)
		keys[i] = frame(inner)
	}
	slices.Sort(keys)
	return keys
}

func (n Name) attributeKeys() []string {
	var keys []string
	for _, rdn := range n.rdns {
		for _, a := range rdn {
			keys = append(keys, a.key())
		}
	}
	slices.Sort(keys)
	return keys
}

func (a attribute) key() string {
	if a.opaque {
		return frame([]string{a.oid, "#", a.value})
	}
	return frame([]string{a.oid, "=", foldValue(a.value)})
}

// frame joins strings so that no two lists give the same: each stands after its length.
func frame(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%d:%s", len(p), p)
	}
	return b.String()
}

// foldValue brings a value to the form in which it is compared: one case, blanks at the ends dropped and others single.
func foldValue(s string) string {
	var b strings.Builder
	for i, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			b.WriteRune(foldRune(r))
		}
	}
	return b.String()
}

// foldRune gives one character for all that differ by case only.
func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// String writes the name in the form of RFC 4514: the most specific RDN first.
func (n Name) String() string {
	var b strings.Builder
	for i := len(n.rdns) - 1; i >= 0; i-- {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		for j, a := range n.rdns[i] {
			if j > 0 {
				b.WriteByte('+')
			}
			spelling := spellingByType[a.oid]
			if spelling == "" {
				spelling = a.oid
			}
			b.WriteString(spelling)
			b.WriteByte('=')
			if a.opaque {
				b.WriteString("#" + a.value)
			} else {
				b.WriteString(escapeValue(a.value))
			}
		}
	}
	return b.String()
}

// escapeValue escapes as RFC 4514 section 2.4 says.
func escapeValue(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case strings.ContainsRune(`,+"\<>;=`, r),
			r == ' ' && (i == 0 || i == len(s)-1),
			r == '#' && i == 0:
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
