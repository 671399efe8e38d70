package pki

import (
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// ParseName reads a distinguished name that somebody wrote: RFC 4514, RFC 2253 (quoted values, semicolons), or with slashes
// as OpenSSL once did ("/C=FR/O=…/CN=…"). Attribute types may be spelled in the ways in use or as OIDs, values may be
// hexadecimal encodings ("#1404…"). What is neither is an error, so that no name is read as another's.
func ParseName(s string) (Name, error) {
	switch {
	case len(s) > maxNameBytes:
		return Name{}, fmt.Errorf("the name has %d bytes, more than %d", len(s), maxNameBytes)
	case !utf8.ValidString(s):
		return Name{}, errors.New("the name is not UTF-8")
	}
	s = trimName(s)
	if s == "" {
		return Name{}, errors.New("the name is empty")
	}
	if s[0] == '/' {
		return parseSlashes(s)
	}
	p := nameParser{text: s}
	name, err := p.name()
	if err != nil {
		return Name{}, fmt.Errorf("reading the name at character %d: %w", utf8.RuneCountInString(s[:p.at])+1, err)
	}
	slices.Reverse(name.rdns) // it is written with the most specific RDN first
	return name, nil
}

// trimName drops blanks around a name, but not one that a backslash makes part of the last value.
func trimName(s string) string {
	trimmed := strings.Trim(s, " \t\r\n")
	if strings.HasSuffix(trimmed, `\`) && strings.HasSuffix(strings.TrimRight(s, "\t\r\n"), `\ `) {
		trimmed += " "
	}
	return trimmed
}

// nameParser reads RFC 4514.
type nameParser struct {
	text string
	at   int
}

func (p *nameParser) name() (Name, error) {
	var name Name
	var rdn []attribute
	for count := 1; ; count++ {
		if count > maxNameAttributes {
			return Name{}, fmt.Errorf("there are more than %d attributes", maxNameAttributes)
		}
		one, err := p.attribute()
		if err != nil {
			return Name{}, err
		}
		rdn = append(rdn, one)
		switch c := p.next(); c {
		case '+':
			continue
		case ',', ';':
			name.rdns, rdn = append(name.rdns, rdn), nil
		default: // the end
			name.rdns = append(name.rdns, rdn)
			return name, nil
		}
	}
}

// next takes one byte, or gives 0 at the end.
func (p *nameParser) next() byte {
	if p.at >= len(p.text) {
		return 0
	}
	c := p.text[p.at]
	p.at++
	return c
}

func (p *nameParser) attribute() (attribute, error) {
	equals := strings.IndexByte(p.text[p.at:], '=')
	if equals < 0 {
		return attribute{}, errors.New("an attribute has no equals sign")
	}
	written := strings.Trim(p.text[p.at:p.at+equals], " \t\r\n")
	oid, known := attributeType(written)
	if !known {
		return attribute{}, fmt.Errorf("%.40q is no attribute type", written)
	}
	p.at += equals + 1
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
	switch {
	case strings.HasPrefix(p.text[p.at:], "#"):
		return p.hexValue(oid)
	case strings.HasPrefix(p.text[p.at:], `"`):
		return p.quotedValue(oid)
	}
	return p.plainValue(oid)
}

// isSeparator tells whether a byte ends a value.
func isSeparator(c byte) bool { return c == ',' || c == ';' || c == '+' }

func (p *nameParser) hexValue(oid string) (attribute, error) {
	end := p.at + 1
	for end < len(p.text) && !isSeparator(p.text[end]) {
		end++
	}
	digits := strings.TrimRight(p.text[p.at+1:end], " ")
	p.at = end
	return attributeOfHex(oid, digits)
}

func attributeOfHex(oid, digits string) (attribute, error) {
	der, err := hex.DecodeString(digits)
	if err != nil {
		return attribute{}, fmt.Errorf("a value after # is not hexadecimal: %w", err)
	}
	var value asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &value); err != nil || len(rest) > 0 {
		return attribute{}, errors.New("a value after # is not one encoded value")
	}
	return attributeOf(oid, value)
}

// quotedValue reads the form of RFC 2253 section 4 and RFC 1779.
func (p *nameParser) quotedValue(oid string) (attribute, error) {
	p.at++
	var value []byte
	for {
		switch c := p.next(); c {
		case '"':
			for p.at < len(p.text) && p.text[p.at] == ' ' {
				p.at++
			}
			if p.at < len(p.text) && !isSeparator(p.text[p.at]) {
				return attribute{}, errors.New("something follows a quoted value")
			}
			return textAttribute(oid, string(value))
		case '\\':
			escaped, err := p.escaped()
			if err != nil {
				return attribute{}, err
			}
			value = append(value, escaped)
		case 0:
			return attribute{}, errors.New("a quoted value does not end")
		default:
			value = append(value, c)
		}
	}
}

func (p *nameParser) plainValue(oid string) (attribute, error) {
	var value []byte
	kept := 0 // blanks after this length are not part of the value unless something follows
	for p.at < len(p.text) && !isSeparator(p.text[p.at]) {
		switch c := p.next(); c {
		case '\\':
			escaped, err := p.escaped()
			if err != nil {
				return attribute{}, err
			}
			value = append(value, escaped)
			kept = len(value)
		case '"', '<', '>', 0:
			return attribute{}, fmt.Errorf("%q stands in a value without a backslash", c)
		default:
			value = append(value, c)
			if c != ' ' {
				kept = len(value)
			}
		}
	}
	return textAttribute(oid, string(value[:kept]))
}

// escaped reads what follows a backslash: a special character, or two hexadecimal digits for one byte.
func (p *nameParser) escaped() (byte, error) {
	if p.at < len(p.text) && strings.IndexByte(` "#+,;<=>\/`, p.text[p.at]) >= 0 {
		return p.next(), nil
	}
	if p.at+2 <= len(p.text) {
		if b, err := hex.DecodeString(p.text[p.at : p.at+2]); err == nil {
			p.at += 2
			return b[0], nil
		}
	}
	return 0, errors.New("a backslash is followed by neither a special character nor two hexadecimal digits")
}

// parseSlashes reads "/C=FR/O=…/CN=…". A slash or a plus sign begins an attribute only where a known type and an equals
// sign follow; elsewhere it belongs to the value ("/CN=310B0000011/0001").
func parseSlashes(s string) (Name, error) {
	var name Name
	count := 0
	for s != "" {
		joined := s[0] == '+'
		oid, value, rest, err := cutSlashed(s[1:])
		if err != nil {
			return Name{}, fmt.Errorf("reading the name with slashes: %w", err)
		}
		if count++; count > maxNameAttributes {
			return Name{}, fmt.Errorf("reading the name with slashes: there are more than %d attributes", maxNameAttributes)
		}
		one, err := slashedAttribute(oid, value)
		if err != nil {
			return Name{}, fmt.Errorf("reading the name with slashes: %w", err)
		}
		if joined {
			last := len(name.rdns) - 1
			name.rdns[last] = append(name.rdns[last], one)
		} else {
			name.rdns = append(name.rdns, []attribute{one})
		}
		s = rest
	}
	return name, nil
}

// cutSlashed takes "CN=value" from the front and leaves the rest with the sign that begins the next attribute.
func cutSlashed(s string) (oid, value, rest string, err error) {
	written, after, found := strings.Cut(s, "=")
	oid, known := attributeType(written)
	if !found || !known {
		return "", "", "", fmt.Errorf("%.40q is no attribute", s)
	}
	for i := range len(after) {
		if after[i] != '/' && after[i] != '+' {
			continue
		}
		next, _, found := strings.Cut(after[i+1:min(len(after), i+1+140)], "=")
		if _, known := attributeType(next); found && known {
			return oid, after[:i], after[i:], nil
		}
	}
	return oid, after, "", nil
}

// slashedAttribute decodes a value: bytes outside of ASCII may be written as OpenSSL does, "\xC3\xA9".
func slashedAttribute(oid, written string) (attribute, error) {
	if !strings.Contains(written, `\x`) {
		return textAttribute(oid, strings.Trim(written, " "))
	}
	var value []byte
	for i := 0; i < len(written); i++ {
		if strings.HasPrefix(written[i:], `\x`) && i+4 <= len(written) {
			if b, err := hex.DecodeString(written[i+2 : i+4]); err == nil {
				value = append(value, b[0])
				i += 3
				continue
			}
		}
		value = append(value, written[i])
	}
	if !utf8.Valid(value) {
		return textAttribute(oid, latin1(value))
	}
	return textAttribute(oid, string(value))
}
