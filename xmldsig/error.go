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
	// Found and Expected say what stands there and what would do, in terms that every language shares: names of elements and
	// attributes, paths of XPath, algorithm identifiers, numbers and signs, so that a finding in any language may quote them.
	// Found quotes no more than one short value of the signature, never of what is signed.
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

// longest is how many octets of a value a message gives, and fewest how many of one that is mostly escapes when quoted.
const longest, fewest = 120, 30

// quote gives a value of the signature for a message, cut where it is long.
func quote(value string) string {
	quoted := strconv.Quote(cut(value, longest))
	if len(quoted) > 2*longest {
		return strconv.Quote(cut(value, fewest))
	}
	return quoted
}

// cut shortens a value to a number of octets, between characters.
func cut(value string, most int) string {
	if len(value) <= most {
		return value
	}
	for most > 0 && !utf8.RuneStart(value[most]) {
		most--
	}
	return value[:most] + "…"
}

// name gives an element's name for a message, with the prefix ds when it is one of XML Signature, and the node test of
// XPath for a node of another kind.
func name(n xmltree.Node) string {
	switch n.Kind() {
	case xmltree.Element:
		if n.Space() == Namespace {
			return "ds:" + cut(n.Local(), longest)
		}
		return cut(n.Local(), longest)
	case xmltree.Text, xmltree.CDATA:
		return "text()"
	case xmltree.Comment:
		return "comment()"
	case xmltree.Instruction:
		return "processing-instruction()"
	}
	return "∅"
}

// path gives for a message where a node stands in an element.
func path(of, n xmltree.Node) string { return name(of) + "/" + name(n) }

// such gives for a message an algorithm that is let in, and that it is not the only one.
func such(m Method) string { return string(m) + ", …" }

// tooMany refuses what stands more often than is read.
func tooMany(r Reason, at xmltree.Node, what string, most int) *Error {
	return fault(r, at, what+" × ≥ "+number(most+1), what+" × ≤ "+number(most))
}
