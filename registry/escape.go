package registry

// appendText appends character data: & < > escaped, and CR, which a reader would turn into a line feed.
func appendText(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var escaped string
		switch s[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '\r':
			escaped = "&#13;"
		default:
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, escaped...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// appendAttrValue appends an attribute's value between quotes: the white space that a reader would normalise as references.
func appendAttrValue(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var escaped string
		switch s[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '"':
			escaped = "&quot;"
		case '\t':
			escaped = "&#9;"
		case '\n':
			escaped = "&#10;"
		case '\r':
			escaped = "&#13;"
		default:
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, escaped...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// appendAttr appends a blank and name="value".
func appendAttr(dst []byte, name, value string) []byte {
	dst = append(dst, ' ')
	dst = append(dst, name...)
	dst = append(dst, '=', '"')
	dst = appendAttrValue(dst, value)
	return append(dst, '"')
}

// appendOptional appends the attribute unless its value is empty.
func appendOptional(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendAttr(dst, name, value)
}
