package mime

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// NewBoundary draws a boundary of 160 random bits, made of letters, digits and hyphens only.
func NewBoundary() string {
	var b [20]byte
	rand.Read(b[:]) // never fails: it ends the process instead
	return "liasse-" + hex.EncodeToString(b[:])
}

// AppendPartHeader appends what stands between the parts of a multipart body: the line end and boundary before a part, its
// header fields, and the blank line.
func AppendPartHeader(dst []byte, boundary string, first bool, header Header) []byte {
	if !first {
		dst = append(dst, "\r\n"...)
	}
	dst = append(dst, "--"...)
	dst = append(dst, boundary...)
	dst = append(dst, "\r\n"...)
	for _, f := range header {
		dst = append(dst, f.Name...)
		dst = append(dst, ": "...)
		dst = append(dst, Clean(f.Value)...)
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// AppendEnd appends the final boundary.
func AppendEnd(dst []byte, boundary string) []byte {
	dst = append(dst, "\r\n--"...)
	dst = append(dst, boundary...)
	return append(dst, "--\r\n"...)
}

// Clean leaves out of a header value what could end the field or is not ASCII.
func Clean(value string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7F {
			return -1
		}
		return c
	}, value)
}

// Quote writes a parameter value as a quoted string.
func Quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(Clean(value)) + `"`
}
