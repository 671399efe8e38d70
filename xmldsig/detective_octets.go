package xmldsig

import (
	"bytes"
	"encoding/base64"
	"unicode/utf8"
)

// octets looks whether the octets of a document were digested with something else at their edges or in their line ends.
// What is tried is digested as it stands, whatever the transforms: a signer that does not know them knows octets alone.
func (d *detective) octets(src []byte) (Cause, bool) {
	for _, try := range []struct {
		damage Damage
		detail string
		change func([]byte) []byte
	}{
		{OtherDigest, "", func(b []byte) []byte { return b }},
		{FinalNewline, "LF", func(b []byte) []byte { return append(bytes.Clone(b), '\n') }},
		{FinalNewline, "CR LF", func(b []byte) []byte { return append(bytes.Clone(b), "\r\n"...) }},
		{FinalNewline, "", func(b []byte) []byte { return bytes.TrimRight(b, "\r\n") }},
		{FinalNewline, "", func(b []byte) []byte { return bytes.TrimSpace(b) }},
		{ByteOrderMark, "", toggleMark},
		{LineEnds, "LF", unixLines},
		{LineEnds, "CR LF", windowsLines},
		{Declaration, "", withoutDeclaration},
		{Declaration, "", func(b []byte) []byte { return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), b...) }},
		{Declaration, "", func(b []byte) []byte { return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), b...) }},
		{Base64Text, "", func(b []byte) []byte { return broken(b, 0, "") }},
		{Base64Text, "76, CR LF", func(b []byte) []byte { return broken(b, 76, "\r\n") }},
		{Base64Text, "76, LF", func(b []byte) []byte { return broken(b, 76, "\n") }},
		{Base64Text, "64, LF", func(b []byte) []byte { return broken(b, 64, "\n") }},
		{Base64Text, "", unbase64},
		{Charset, "ISO-8859-1", latin1},
		{Charset, "UTF-8", fromLatin1},
	} {
		changed := try.change(src)
		if changed == nil || try.damage != OtherDigest && bytes.Equal(changed, src) || !d.matchesOctets(changed) {
			continue
		}
		switch {
		case try.damage != OtherDigest:
			return d.cause(try.damage, "", try.detail)
		case d.isHex:
			return d.cause(HexDigest, d.found, "")
		case len(d.r.Transforms) > 0:
			return d.cause(Raw, "", "")
		case d.found != d.r.DigestMethod:
			return d.cause(OtherDigest, d.found, "")
		}
	}
	return Cause{}, false
}

// others looks whether the digest is of another document of the lot, as it is.
func (d *detective) others(documents []Document) (Cause, bool) {
	for _, other := range documents {
		if d.matchesOctets(other.Octets) {
			return d.cause(OtherDocument, "", other.Name)
		}
		if d.again(other.Octets, -1, d.matchesNode) {
			return d.cause(OtherDocument, "", other.Name)
		}
	}
	return Cause{}, false
}

var mark = []byte("\xEF\xBB\xBF")

func toggleMark(b []byte) []byte {
	if rest, marked := bytes.CutPrefix(b, mark); marked {
		return rest
	}
	return append(bytes.Clone(mark), b...)
}

func unixLines(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

func windowsLines(b []byte) []byte {
	return bytes.ReplaceAll(unixLines(b), []byte("\n"), []byte("\r\n"))
}

func withoutDeclaration(b []byte) []byte {
	rest := bytes.TrimPrefix(b, mark)
	if !bytes.HasPrefix(rest, []byte("<?xml ")) {
		return nil
	}
	_, rest, _ = bytes.Cut(rest, []byte("?>"))
	return bytes.TrimLeft(rest, "\r\n")
}

// broken writes base64 in lines; width 0 has it in one.
func broken(b []byte, width int, end string) []byte {
	text := []byte(base64.StdEncoding.EncodeToString(b))
	if width == 0 {
		return text
	}
	var out []byte
	for len(text) > 0 {
		line := text[:min(width, len(text))]
		out = append(append(out, line...), end...)
		text = text[len(line):]
	}
	return out
}

// unbase64 decodes what came as base64 and was digested before it was encoded.
func unbase64(b []byte) []byte {
	decoded, err := decodeBase64(string(b))
	if err != nil || len(decoded) == 0 {
		return nil
	}
	return decoded
}

// latin1 writes UTF-8 as ISO-8859-1, where it can be.
func latin1(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r > 0xFF {
			return nil
		}
		out = append(out, byte(r))
		b = b[size:]
	}
	return out
}

// fromLatin1 writes ISO-8859-1 as UTF-8.
func fromLatin1(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}
