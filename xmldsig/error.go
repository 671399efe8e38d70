package xmldsig

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"liasse/internal/xmltree"
)

// Reason says what kind of fault a signature has.
type Reason uint8

const (
	// ReasonStructure: the elements and attributes are not those of XML Signature section 4.
	ReasonStructure Reason = iota + 1
	// ReasonAlgorithm: a signature, digest or canonicalization algorithm is not let in, or its parameters are not.
	ReasonAlgorithm
	// ReasonTransform: a transform is not let in, or not where it stands.
	ReasonTransform
	// ReasonReference: a Reference names what is not there or may not be named.
	ReasonReference
	// ReasonDuplicateID: a Reference names an id that occurs twice.
	ReasonDuplicateID
	// ReasonDigest: a DigestValue is not the digest of what its Reference names.
	ReasonDigest
	// ReasonSignatureValue: the SignatureValue is not that of SignedInfo by the key.
	ReasonSignatureValue
	// ReasonKey: there is no certificate, there are too many, or the key is of a kind or size that is not let in.
	ReasonKey
	// ReasonLimit: there is more of something than is read.
	ReasonLimit
	// ReasonCanonicalization: what is to be digested has no canonical form that all readers agree on, or an empty one.
	ReasonCanonicalization
	// ReasonEncoding: a value is not base64, or something stands inside it.
	ReasonEncoding
)

var reasonNames = [...]string{
	"none", "structure", "algorithm", "transform", "reference", "duplicate id", "digest", "signature value", "key", "limit",
	"canonicalization", "encoding",
}

// String names the reason in plain words.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "Reason(" + strconv.Itoa(int(r)) + ")"
}

// Error says why a signature is refused, and where. It is what Read, ReadManifest and Verify return.
type Error struct {
	Reason Reason
	// At is the node that is at fault.
	At xmltree.Node
	// Found and Expected say in English what stands there and what would do. Found quotes no more than one short value of
	// the signature, never of what is signed.
	Found, Expected string
	// Err is what lies beneath, where something does.
	Err error
}

// Error gives the reason, what was found and what was expected.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("XML signature: " + e.Reason.String())
	if e.At.Kind() == xmltree.Element {
		b.WriteString(" at " + e.At.Local())
	}
	if e.Found != "" {
		b.WriteString(": " + e.Found)
	}
	if e.Expected != "" {
		b.WriteString("; expected " + e.Expected)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives what lies beneath.
func (e *Error) Unwrap() error { return e.Err }

func fault(r Reason, at xmltree.Node, found, expected string) *Error {
	return &Error{Reason: r, At: at, Found: found, Expected: expected}
}

// quote gives a value of the signature for a message, cut where it is long.
func quote(value string) string {
	const most = 120
	if len(value) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(value[cut]) {
			cut--
		}
		value = value[:cut] + "…"
	}
	return strconv.Quote(value)
}

// name gives an element's name for a message.
func name(n xmltree.Node) string {
	switch n.Kind() {
	case xmltree.Element:
		return quote(n.Local())
	case 0:
		return "nothing"
	}
	return "a " + n.Kind().String()
}
