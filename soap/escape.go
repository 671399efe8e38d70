package soap

import "unicode/utf8"

// appendText appends character data, every character escaped that could be read as markup, be normalised or is none of
// XML's.
func appendText(dst []byte, s string) []byte {
	return appendEscaped(dst, s, false)
}

// appendAttribute appends an attribute value for double quotes.
func appendAttribute(dst []byte, s string) []byte {
	return appendEscaped(dst, s, true)
}

func appendEscaped(dst []byte, s string, attribute bool) []byte {
	plain := 0
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		with := ""
		switch {
		case c == '<':
			with = "&lt;"
		case c == '>':
			with = "&gt;"
		case c == '&':
			with = "&amp;"
		case c == '"' && attribute:
			with = "&quot;"
		case c == '\r':
			with = "&#xD;"
		case c == '\n' && attribute:
			with = "&#xA;"
		case c == '\t' && attribute:
			with = "&#x9;"
		case c == utf8.RuneError && size == 1, c < ' ' && c != '\n' && c != '\t', c == 0xFFFE, c == 0xFFFF:
			with = "\uFFFD"
		}
		if with != "" {
			dst = append(dst, s[plain:i]...)
			dst = append(dst, with...)
			plain = i + size
		}
		i += size
	}
	return append(dst, s[plain:]...)
}
