package xmltree

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Classes of ASCII characters.
const (
	nameStart = 1 << iota // NameStartChar, the colon left out
	nameRest              // NameChar, the colon left out
	blank                 // S
	forbidden             // not a Char
)

var class = func() (t [256]uint8) {
	for c := range 0x20 {
		t[c] = forbidden
	}
	for _, c := range " \t\r\n" {
		t[c] = blank
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c], t[c|0x20] = nameStart|nameRest, nameStart|nameRest
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = nameRest
	}
	t['_'] = nameStart | nameRest
	t['-'], t['.'] = nameRest, nameRest
	return t
}()

func isBlank(c byte) bool { return class[c]&blank != 0 }

// isChar is the production Char of XML 1.0.
func isChar(r rune) bool {
	return r >= 0x20 && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// isNameStart is NameStartChar of the fifth edition outside ASCII.
func isNameStart(r rune) bool {
	switch {
	case r < 0xC0 || r == 0xD7 || r == 0xF7:
		return false
	case r <= 0x2FF:
		return true
	}
	return r >= 0x370 && r <= 0x37D || r >= 0x37F && r <= 0x1FFF || r == 0x200C || r == 0x200D ||
		r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF || r >= 0x3001 && r <= 0xD7FF ||
		r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// isNameRest is NameChar of the fifth edition outside ASCII.
func isNameRest(r rune) bool {
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// firstForbidden gives the offset of the first byte of src that is not part of a Char in UTF-8, or len(src). The parser
// then never looks at characters again: what it reads is known to be valid.
func firstForbidden(src []byte) int {
	i := 0
	for i+32 <= len(src) {
		if unusual(src, i)|unusual(src, i+8)|unusual(src, i+16)|unusual(src, i+24) == 0 {
			i += 32
			continue
		}
		for {
			m := unusual(src, i)
			if m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		size := charSize(src, i)
		if size == 0 {
			return i
		}
		i += size
	}
	for i < len(src) {
		size := charSize(src, i)
		if size == 0 {
			return i
		}
		i += size
	}
	return len(src)
}

// unusual looks at the eight bytes at i and marks, the lowest mark being exact, those outside 0x20 to 0x7F: taking 0x20
// away sets the high bit of a smaller byte, and a byte of a longer character has it already.
func unusual(src []byte, i int) uint64 {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	w := binary.LittleEndian.Uint64(src[i : i+8])
	return ((w - ones*0x20) | w) & high
}

// charSize gives the bytes of the Char at i, or 0 when there is none.
func charSize(src []byte, i int) int {
	if c := src[i]; c < utf8.RuneSelf {
		if class[c]&forbidden != 0 {
			return 0
		}
		return 1
	}
	r, size := utf8.DecodeRune(src[i:])
	if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return size
}

// forbiddenFault says what is wrong with the byte that firstForbidden found.
func forbiddenFault(src []byte, offset int) *SyntaxError {
	r, size := utf8.DecodeRune(src[offset:])
	if r == utf8.RuneError && size <= 1 {
		return fault(Encoding, offset, "the byte 0x%02X is not UTF-8 here; send the document in UTF-8", src[offset])
	}
	return fault(NotWellFormed, offset, "the character U+%04X is not allowed in XML", r)
}
