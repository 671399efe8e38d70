package xmldsig

import (
	"encoding/base64"

	"liasse/internal/xmltree"
)

// strictBase64 refuses bits that no byte takes.
var strictBase64 = base64.StdEncoding.Strict()

// decodeBase64 reads a value of XML Schema type base64Binary: white space of XML may stand anywhere, nothing else may.
func decodeBase64(text string) ([]byte, error) {
	packed := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; c {
		case ' ', '\t', '\r', '\n':
		default:
			packed = append(packed, c)
		}
	}
	n, err := strictBase64.Decode(packed, packed)
	return packed[:n], err
}

// binary reads the value of an element that must hold nothing but base64: a comment or an instruction inside is refused,
// since readers that skip it and readers that stop at it see two values.
func binary(n xmltree.Node) ([]byte, *Error) {
	text, plain := n.PlainText()
	if !plain {
		return nil, fault(ReasonEncoding, n, path(n, foreign(n)), "base64")
	}
	value, err := decodeBase64(text)
	if err != nil {
		return nil, &Error{Reason: ReasonEncoding, At: n, Found: name(n) + " = " + quote(text), Expected: "base64", Err: err}
	}
	if len(value) == 0 {
		return nil, fault(ReasonEncoding, n, name(n)+" = ∅", "base64")
	}
	return value, nil
}

// foreign gives the first child that is not text.
func foreign(n xmltree.Node) xmltree.Node {
	c := n.FirstChild()
	for !c.IsZero() && (c.Kind() == xmltree.Text || c.Kind() == xmltree.CDATA) {
		c = c.NextSibling()
	}
	return c
}
