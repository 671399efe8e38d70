package xmldsig

import (
	"bytes"
	"crypto"
	"errors"
	"hash"
	"io"

	"liasse/internal/xmltree"
)

// Damage is what happened between signing and receiving, or what the signer did otherwise than it says.
type Damage uint8

const (
	// OtherDigest: the digest is of another algorithm than DigestMethod or SignatureMethod says.
	OtherDigest Damage = iota + 1
	// OtherForm: the octets were canonicalised by another algorithm than the one declared.
	OtherForm
	// Comments: comments were kept where the declared algorithm drops them, or the other way round.
	Comments
	// PrefixList: the octets are those of another InclusiveNamespaces PrefixList.
	PrefixList
	// OutOfContext: the element was signed before it stood in the message, with none of the namespaces and xml: attributes
	// around it.
	OutOfContext
	// Raw: the octets were digested as they stood, not in the canonical form that is declared.
	Raw
	// Canonical: a canonical form was digested where no transform is declared.
	Canonical
	// SignatureKept: the digest was taken with the Signature, still empty, inside.
	SignatureKept
	// LineEnds: CR LF became LF, or the other way round.
	LineEnds
	// Indentation: blanks between elements were put in or taken out.
	Indentation
	// Trimmed: blanks around texts were put in or taken out.
	Trimmed
	// AttributeBlanks: line feeds or tabs stood in an attribute unescaped; every XML reader makes them blanks.
	AttributeBlanks
	// Base64Lines: lines of base64 were broken otherwise.
	Base64Lines
	// RenamedPrefix: a namespace prefix was another one.
	RenamedPrefix
	// ByteOrderMark: a byte order mark was put in or taken out.
	ByteOrderMark
	// FinalNewline: a line end after the last character was counted, or is there uncounted.
	FinalNewline
	// Declaration: the XML declaration was put in or taken out.
	Declaration
	// Charset: the text was digested in another character encoding than it is sent in.
	Charset
	// Base64Text: the base64 text of the document was digested, not the document.
	Base64Text
	// HexDigest: the value is the base64 of the hexadecimal digits of the digest.
	HexDigest
	// OtherDocument: the digest is of another document of the lot.
	OtherDocument
	// Nothing: the digest is of no octets at all.
	Nothing
	// OtherKey: the signature is by the key of another certificate.
	OtherKey
	// NotRS: an ECDSA value in ASN.1 or padded, not r and s.
	NotRS
	// Reversed: the bytes of the value stand in reverse order.
	Reversed
	// BareDigest: an RSA value over the digest without its DigestInfo, or with one that is not DER.
	BareDigest
	// OtherSalt: an RSA value of PSS with a salt that is not as long as the digest.
	OtherSalt
	// OtherPadding: a value of PKCS #1 v1.5 for one of PSS, or the other way round.
	OtherPadding
	// Edited: the key did sign, but another SignedInfo: it was changed afterwards.
	Edited
)

// Cause is what explains a digest or a signature value that does not verify: with that undone, it does.
type Cause struct {
	Damage Damage
	// Method is the algorithm that was used in fact, where that is the damage.
	Method Method
	// Detail names what is concerned: the other document, the prefixes, the encoding.
	Detail string
}

// Document is another document of the lot.
type Document struct {
	Name   string
	Octets []byte
}

// Evidence is what a Reference of a Manifest names, as it came.
type Evidence struct {
	// Octets are those that were received.
	Octets []byte
	// Document is what they are parsed into; nil where they are not XML.
	Document *xmltree.Document
	// Others are the other documents of the lot.
	Others []Document
}

// The octets that one explanation may digest, or do as much work as digesting them would be, so that asking why a message
// is refused stays cheap however it is made. A document of a lot may be large and has its own.
const (
	signatureBudget = 16 << 20
	documentBudget  = 128 << 20
)

// Explain says why Verify refused a signature, when the digest of a reference or the signature value was wrong and a known
// damage explains it. err is what Verify returned. others are keys that may have signed beside the one that was asked for
// and those of the certificates in the signature.
func Explain(s *Signature, err error, others ...crypto.PublicKey) (Cause, bool) {
	e := AsError(err)
	if e == nil {
		return Cause{}, false
	}
	switch e.Reason {
	case ReasonSignatureValue:
		return s.explainValue(others)
	case ReasonDigest:
		for i := range s.References {
			if r := &s.References[i]; r.Node == e.At {
				return s.explainReference(r)
			}
		}
	}
	return Cause{}, false
}

// explainReference finds out what a reference to an element of the message was digested of.
func (s *Signature) explainReference(r *Reference) (Cause, bool) {
	from, err := s.resolve(r, CollectIDs(s.Node.Document()))
	if err != nil {
		return Cause{}, false
	}
	d := newDetective(r, signatureBudget)
	if d.left == 0 {
		return Cause{}, false
	}
	return d.firstOf(
		func() (Cause, bool) { return d.sameOctets(from) },
		func() (Cause, bool) { return d.outOfContext(from) },
		func() (Cause, bool) { return d.forms(from) },
		func() (Cause, bool) { return d.signatureKept(from) },
		func() (Cause, bool) { return d.variants(from) },
	)
}

// Explain says why the digest of what a Manifest's reference names is not its DigestValue, when a known damage explains it.
func (r *Reference) Explain(e Evidence) (Cause, bool) {
	d := newDetective(r, documentBudget)
	if d.left == 0 {
		return Cause{}, false
	}
	tries := []func() (Cause, bool){
		func() (Cause, bool) { return d.octets(e.Octets) },
		func() (Cause, bool) { return d.others(e.Others) },
	}
	if e.Document != nil {
		from := r.external(e.Document.Node())
		tries = append([]func() (Cause, bool){
			func() (Cause, bool) { return d.sameOctets(from) },
			func() (Cause, bool) { return d.forms(from) },
		}, append(tries, func() (Cause, bool) { return d.variants(from) })...)
	}
	return d.firstOf(tries...)
}

// detective looks for octets with a digest.
type detective struct {
	r *Reference
	// value is the digest that is looked for, methods those that give as many bytes.
	value   []byte
	methods []Method
	isHex   bool
	left    int
	found   Method
}

// newDetective settles which algorithms the value can be of; with none there is nothing left to look for.
func newDetective(r *Reference, budget int) *detective {
	d := &detective{r: r, value: r.DigestValue}
	if raw, ok := fromHex(r.DigestValue); ok {
		d.value, d.isHex = raw, true
	}
	for _, m := range []Method{r.DigestMethod, SHA256, SHA1, SHA512, SHA384, SHA224, SHA3256, SHA3512, SHA3384} {
		if h, _ := m.Hash(); h != 0 && h.Size() == len(d.value) && (m != r.DigestMethod || len(d.methods) == 0) {
			d.methods = append(d.methods, m)
		}
	}
	if len(d.methods) > 0 {
		d.left = budget
	}
	return d
}

// fromHex reads a value that is itself the hexadecimal digits of a digest.
func fromHex(value []byte) ([]byte, bool) {
	if len(value) != 40 && len(value) != 64 && len(value) != 96 && len(value) != 128 {
		return nil, false
	}
	raw := make([]byte, 0, len(value)/2)
	for i := 0; i < len(value); i += 2 {
		high, low := hexDigit(value[i]), hexDigit(value[i+1])
		if high < 0 || low < 0 {
			return nil, false
		}
		raw = append(raw, byte(high<<4|low))
	}
	return raw, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func (d *detective) firstOf(tries ...func() (Cause, bool)) (Cause, bool) {
	for _, try := range tries {
		if cause, found := try(); found {
			return cause, true
		}
	}
	if d.matchesOctets(nil) {
		return Cause{Damage: Nothing}, true
	}
	return Cause{}, false
}

// matches tells whether what is written has the digest, and keeps by which method. When the budget is spent, nothing has.
func (d *detective) matches(write func(io.Writer) error) bool {
	sums := make([]hash.Hash, len(d.methods))
	outs := make([]io.Writer, len(d.methods))
	for i, m := range d.methods {
		h, _ := m.Hash()
		sums[i] = h.New()
		outs[i] = sums[i]
	}
	spent := &spender{out: io.MultiWriter(outs...), left: &d.left}
	if write(spent) != nil {
		return false
	}
	for i, sum := range sums {
		if bytes.Equal(sum.Sum(nil), d.value) {
			d.found = d.methods[i]
			return true
		}
	}
	return false
}

func (d *detective) matchesOctets(octets []byte) bool {
	return d.matches(func(out io.Writer) error { _, err := out.Write(octets); return err })
}

// cause gives what was found.
func (d *detective) cause(damage Damage, m Method, detail string) (Cause, bool) {
	return Cause{Damage: damage, Method: m, Detail: detail}, true
}

// errSpent tells that the detective has digested as much as it may.
var errSpent = errors.New("the explanation would take too long")

// spender passes on what it is given until the budget is spent.
type spender struct {
	out  io.Writer
	left *int
}

// Write passes octets on.
func (s *spender) Write(p []byte) (int, error) {
	if *s.left -= len(p); *s.left <= 0 {
		return 0, errSpent
	}
	return s.out.Write(p)
}
