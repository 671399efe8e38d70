package hl7v2

import (
	"encoding/hex"
	"strings"
)

// Unescape puts characters in the place of the escapes for delimiters (\F\ \S\ \T\ \R\ \E\), for bytes (\X0D\) and for a
// line break (\.br\); highlighting (\H\ \N\) is dropped. What is no escape that HL7 v2.3.1 section 2.9 knows stays as it is.
func (d *Delimiters) Unescape(s string) string {
	if d.Escape == 0 || strings.IndexByte(s, d.Escape) < 0 {
		return s
	}
	var b strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, string(d.Escape))
		b.WriteString(before)
		if !found {
			break
		}
		code, after, closed := strings.Cut(rest, string(d.Escape))
		meaning, known := d.meaning(code)
		if !closed || !known {
			b.WriteByte(d.Escape)
			s = rest
			continue
		}
		b.WriteString(meaning)
		s = after
	}
	return b.String()
}

func (d *Delimiters) meaning(code string) (text string, known bool) {
	switch code {
	case "F":
		return string(d.Field), true
	case "S":
		return string(d.Component), true
	case "T":
		return string(d.Subcomponent), true
	case "R":
		return string(d.Repetition), true
	case "E":
		return string(d.Escape), true
	case ".br":
		return "\n", true
	case "H", "N":
		return "", true
	}
	if digits, isHex := strings.CutPrefix(code, "X"); isHex && digits != "" {
		if b, err := hex.DecodeString(digits); err == nil {
			return decode(b), true
		}
	}
	return "", false
}

// AppendEscaped appends a text with its delimiters and control characters escaped, so that Unescape gives it back.
func (d *Delimiters) AppendEscaped(dst []byte, s string) []byte {
	for i := range len(s) {
		code := byte(0)
		switch c := s[i]; {
		case c == d.Field:
			code = 'F'
		case c == d.Component:
			code = 'S'
		case c == d.Subcomponent:
			code = 'T'
		case c == d.Repetition:
			code = 'R'
		case c == d.Escape:
			code = 'E'
		case c < 0x20 || c == 0x7F:
			dst = append(dst, d.Escape, 'X')
			dst = append(dst, strings.ToUpper(hex.EncodeToString([]byte{c}))...)
			dst = append(dst, d.Escape)
			continue
		default:
			dst = append(dst, c)
			continue
		}
		dst = append(dst, d.Escape, code, d.Escape)
	}
	return dst
}
