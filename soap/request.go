package soap

import (
	"io"
	"net/http"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// Request is a message whose envelope has been read and judged. It belongs to the Serve it was given to and must not be
// used after Serve returned and the answer was written.
type Request struct {
	// Transaction is the one that the action and the body name.
	Transaction *Transaction
	// Envelope is the parsed SOAP envelope; Body is the one child of its Body. Of an inline document that was too long to
	// be held, the envelope has an empty element: Inline gives its content. Lines after it count without its own.
	Envelope *xmltree.Document
	Body     xmltree.Node
	Header   Header
	// MTOM tells whether the request was multipart, as its answer will be.
	MTOM bool
	// Report holds what was found of the envelope so far, tolerated oddities only; Serve adds to it.
	Report *rule.Report
	// HTTP is the request that carried the message. Its body must not be read.
	HTTP *http.Request
	// ID is the request's own, for the log.
	ID string

	in *incoming
}

// Header is what the envelope's header says, WS-Addressing values without the white space around them.
type Header struct {
	// Action, MessageID, To and ReplyTo are those of WS-Addressing 1.0, empty where absent; ReplyTo is its address.
	Action, MessageID, To, ReplyTo string
	// RelatesTo is that of an answer: the MessageID of its request.
	RelatesTo string
	// Blocks are all header blocks in order.
	Blocks []xmltree.Node
	// Security is the wsse:Security block that is for this receiver, zero when there is none.
	Security xmltree.Node
}

// Part is one MIME part beside the root, read as a stream, once, and only until the next one is asked for.
type Part struct {
	// ContentID is without its angle brackets; ContentType is as the sender wrote it.
	ContentID, ContentType string
	// Element is the element of the envelope whose xop:Include names the part; zero when none does, which the rule
	// MTOM-026 tolerates by default so that the transaction can answer it in its own terms.
	Element xmltree.Node
	// Reader gives the content, transfer encoding undone. An error other than io.EOF is a *Fault where it is the
	// sender's.
	io.Reader
}

// NextPart gives the next attachment in the order of the wire, those that came before the root part among them, and io.EOF
// after the last, when the end of the whole message has been checked. What was not read of the part before is skipped. Any
// other error is a *Fault where it is the sender's, and Serve should return it as it is.
func (r *Request) NextPart() (*Part, error) { return r.in.nextPart() }

// Inline gives the base64 content of an element, decoded as it is read, and false when the element holds an xop:Include
// and its content comes by NextPart. A long content waits on disk. The element must hold text alone; an error, now or
// while reading, is a *Fault where it is the sender's.
func (r *Request) Inline(n xmltree.Node) (io.Reader, bool, error) { return r.in.inline(n) }

// WriteTo writes the content that is left without holding or copying it.
func (p *Part) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, p.Reader) }

// Include gives the content id that an element's xop:Include names, percent-decoded once, and whether it has one.
func Include(n xmltree.Node) (cid string, ok bool) {
	include := n.Child(IncludeNamespace, "Include")
	if include.IsZero() {
		return "", false
	}
	cid, _, err := contentIDOf(include.AttrValue("", "href"))
	return cid, err == nil
}
