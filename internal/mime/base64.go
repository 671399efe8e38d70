package mime

import (
	"encoding/base64"
	"io"
)

// Base64Error says why a base64 text cannot be decoded.
type Base64Error struct{ message }

// Base64Reader decodes base64 of the standard alphabet (RFC 4648 section 4) as it is read, passing over the white space
// of XML wherever it stands. Padding that is missing at the end is supplied, and told by Unpadded.
type Base64Reader struct {
	src      io.Reader
	buf      []byte
	group    []byte // characters of the alphabet waiting to be decoded
	out      []byte // decoded and not yet handed on
	decoded  []byte
	padded   bool
	unpadded bool
	err      error
}

const base64Chunk = 8 << 10

// NewBase64Reader decodes what src gives.
func NewBase64Reader(src io.Reader) *Base64Reader {
	return &Base64Reader{src: src, buf: make([]byte, base64Chunk), group: make([]byte, 0, base64Chunk+4), decoded: make([]byte, base64Chunk)}
}

// Unpadded tells, after io.EOF, whether the padding was missing.
func (r *Base64Reader) Unpadded() bool { return r.unpadded }

// Read gives decoded bytes. A text that is not base64 gives a *Base64Error.
func (r *Base64Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.advance()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// alphabet marks what a byte is in base64 text.
var alphabet = func() (t [256]uint8) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = inAlphabet
	}
	t['='] = padding
	for _, c := range []byte(" \t\r\n") {
		t[c] = blank
	}
	return t
}()

const (
	inAlphabet = 1 + iota
	padding
	blank
)

func (r *Base64Reader) advance() {
	n, err := r.src.Read(r.buf)
	for _, c := range r.buf[:n] {
		switch alphabet[c] {
		case inAlphabet:
			if r.padded {
				r.err = &Base64Error{say("characters follow the padding")}
				return
			}
			r.group = append(r.group, c)
		case padding:
			r.padded = true
			r.group = append(r.group, c)
		case blank:
		default:
			r.err = &Base64Error{say("the character 0x%02X is not of the base64 alphabet", c)}
			return
		}
	}
	if err != nil && err != io.EOF {
		r.err = err
		return
	}
	if err == io.EOF {
		r.err = io.EOF
		if rest := len(r.group) % 4; rest != 0 && !r.padded {
			r.unpadded = true
			for ; rest < 4; rest++ {
				r.group = append(r.group, '=')
			}
		}
	}
	whole := len(r.group)
	if err == nil {
		whole -= whole % 4
	}
	m, failed := base64.StdEncoding.Strict().Decode(r.decoded, r.group[:whole])
	if failed != nil {
		r.err = &Base64Error{say("the text does not end as base64 does")}
		return
	}
	r.out = r.decoded[:m]
	r.group = append(r.group[:0], r.group[whole:]...)
}
