// Package mime reads and writes the MIME that carries SOAP: Content-Type values as software in the field writes them,
// multipart/related bodies as streams, base64. It accepts more than the RFCs allow, and names each departure it accepted
// as an Oddity so that the caller can judge it by a rule; what could be read in two ways is an error.
package mime

import "strings"

// Oddity is a set of departures from the RFCs that were met and read through.
type Oddity uint32

const (
	// UnquotedValue: a parameter value that is no token stands without quotes (RFC 2045 section 5.1).
	UnquotedValue Oddity = 1 << iota
	// EmptyParameter: two semicolons follow each other, or one ends the value (RFC 2045 section 5.1).
	EmptyParameter
	// SpacedParameter: white space stands around the '=' of a parameter (RFC 2045 section 5.1).
	SpacedParameter
	// StrayQuote: an unquoted value ends with a quote that nothing opened.
	StrayQuote
	// BoundaryCharacters: the boundary has characters outside those of RFC 2046 section 5.1.1.
	BoundaryCharacters
	// BareLF: lines of the multipart framing end with LF alone (RFC 2046 section 5.1.1).
	BareLF
	// FoldedHeader: a header field of a part goes on over several lines (RFC 7230 section 3.2.4).
	FoldedHeader
	// PreambleText: text stands before the first boundary.
	PreambleText
	// EpilogueText: text follows the final boundary.
	EpilogueText
	// UnbracketedID: a Content-ID lacks its angle brackets (RFC 2045 section 7).
	UnbracketedID
)

// MediaType is a parsed Content-Type.
type MediaType struct {
	// Type is type and subtype in lower case: "multipart/related".
	Type string
	// Parameters are in the order written, names in lower case.
	Parameters []Parameter
	// Oddities are the departures that were read through.
	Oddities Oddity
}

// Parameter is one parameter of a media type.
type Parameter struct{ Name, Value string }

// Parameter gives the value of a parameter by its name in lower case, and whether it is there.
func (m *MediaType) Parameter(name string) (string, bool) {
	for i := range m.Parameters {
		if m.Parameters[i].Name == name {
			return m.Parameters[i].Value, true
		}
	}
	return "", false
}

// MediaTypeError says why a Content-Type cannot be read.
type MediaTypeError struct{ message }

func unreadable(format string, args ...any) error {
	return &MediaTypeError{say(format, args...)}
}

const (
	maxMediaType  = 4 << 10
	maxParameters = 32
)

// ParseMediaType reads a Content-Type value. It refuses what has no single reading: a parameter twice, the continued or
// encoded parameters of RFC 2231, an open quote, text after a quoted value, a tab inside of one, control and
// non-ASCII characters.
func ParseMediaType(value string) (MediaType, error) {
	var m MediaType
	if len(value) > maxMediaType {
		return m, unreadable("the value is longer than %d bytes", maxMediaType)
	}
	for i := 0; i < len(value); i++ {
		if c := value[i]; (c < ' ' && c != '\t') || c >= 0x7F {
			return m, unreadable("the value holds the byte 0x%02X at position %d", c, i+1)
		}
	}
	essence, rest, more := strings.Cut(value, ";")
	essence = trimBlank(essence)
	kind, sub, ok := strings.Cut(essence, "/")
	if !ok || !isToken(kind) || !isToken(sub) {
		return m, unreadable("«%s» is not a type and a subtype", essence)
	}
	m.Type = strings.ToLower(essence)
	if more {
		m.Parameters = make([]Parameter, 0, 6)
	}
	for more {
		rest = trimLeftBlank(rest)
		if rest == "" || rest[0] == ';' {
			m.Oddities |= EmptyParameter
			if rest == "" {
				break
			}
			rest = rest[1:]
			continue
		}
		var p Parameter
		var err error
		if p, rest, more, err = m.parameter(rest); err != nil {
			return m, err
		}
		if _, twice := m.Parameter(p.Name); twice {
			return m, unreadable("the parameter %s stands twice", p.Name)
		}
		if strings.Contains(p.Value, "\t") {
			return m, unreadable("the value of %s holds a tab", p.Name)
		}
		if len(m.Parameters) == maxParameters {
			return m, unreadable("there are more than %d parameters", maxParameters)
		}
		m.Parameters = append(m.Parameters, p)
	}
	return m, nil
}

// parameter reads one parameter from the beginning of s and the semicolon after it; more tells whether there was one.
func (m *MediaType) parameter(s string) (p Parameter, rest string, more bool, err error) {
	name, after, ok := strings.Cut(s, "=")
	if !ok || strings.Contains(name, ";") {
		name, _, _ = strings.Cut(s, ";")
		return p, "", false, unreadable("the parameter «%s» has no value", trimBlank(name))
	}
	if trimmed := trimBlank(name); trimmed != name {
		m.Oddities |= SpacedParameter
		name = trimmed
	}
	if strings.Contains(name, "*") {
		return p, "", false, unreadable("the parameter %s is in a form of RFC 2231, which has no place here", name)
	}
	if !isToken(name) {
		return p, "", false, unreadable("«%s» is not the name of a parameter", name)
	}
	p.Name = strings.ToLower(name)
	if trimmed := trimLeftBlank(after); trimmed != after {
		m.Oddities |= SpacedParameter
		after = trimmed
	}
	if strings.HasPrefix(after, `"`) {
		if p.Value, rest, err = quotedString(p.Name, after[1:]); err != nil {
			return p, "", false, err
		}
		rest = trimLeftBlank(rest)
		if rest == "" {
			return p, "", false, nil
		}
		if rest[0] != ';' {
			return p, "", false, unreadable("text follows the quoted value of %s", p.Name)
		}
		return p, rest[1:], true, nil
	}
	raw, rest, more := strings.Cut(after, ";")
	raw = trimRightBlank(raw)
	if unquoted, stray := strings.CutSuffix(raw, `"`); stray {
		m.Oddities |= StrayQuote
		raw = unquoted
	}
	if strings.ContainsAny(raw, "\" \t") {
		return p, "", false, unreadable("the unquoted value of %s holds a blank or a quote", p.Name)
	}
	if raw == "" {
		return p, "", false, unreadable("the parameter «%s» has no value", p.Name)
	}
	if !isToken(raw) {
		m.Oddities |= UnquotedValue
	}
	p.Value = raw
	return p, rest, more, nil
}

// quotedString reads the quoted value of a parameter after its opening quote.
func quotedString(name, s string) (value, rest string, err error) {
	end := strings.IndexAny(s, `"\`)
	if end >= 0 && s[end] == '"' {
		return s[:end], s[end+1:], nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			i++
			if i == len(s) {
				return "", "", unreadable("the value of %s ends inside an escape", name)
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", unreadable("the value of %s has no closing quote", name)
}

// isToken tells whether s is a token of RFC 2045 section 5.1.
func isToken(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?=`, c) >= 0 {
			return false
		}
	}
	return true
}

func trimBlank(s string) string      { return strings.Trim(s, " \t") }
func trimLeftBlank(s string) string  { return strings.TrimLeft(s, " \t") }
func trimRightBlank(s string) string { return strings.TrimRight(s, " \t") }

// CheckBoundary judges a boundary parameter by RFC 2046 section 5.1.1. One that is empty, longer than 70 characters or
// ends with a blank is an error; other characters than those allowed are an oddity.
func CheckBoundary(boundary string) (Oddity, error) {
	switch {
	case boundary == "":
		return 0, unreadable("the boundary is empty")
	case len(boundary) > 70:
		return 0, unreadable("the boundary has %d characters, more than 70", len(boundary))
	case strings.HasSuffix(boundary, " ") || strings.HasSuffix(boundary, "\t"):
		return 0, unreadable("the boundary ends with a blank")
	}
	var odd Oddity
	for i := 0; i < len(boundary); i++ {
		c := boundary[i]
		if c < ' ' || c >= 0x7F {
			return 0, unreadable("the boundary holds the byte 0x%02X", c)
		}
		if !isAlphanumeric(c) && strings.IndexByte(`'()+_,-./:=? `, c) < 0 {
			odd = BoundaryCharacters
		}
	}
	return odd, nil
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
