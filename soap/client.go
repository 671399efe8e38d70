package soap

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// Client sends SOAP 1.2 messages. Its zero value works; it is safe for concurrent use.
type Client struct {
	// HTTP makes the exchange, http.DefaultClient when nil.
	HTTP *http.Client
	// Timeout bounds the time without progress: until bytes of the request are taken, until the answer begins, until more
	// of it comes. Two minutes when zero. The context bounds the whole call.
	Timeout time.Duration
	// Limits bounds the answer by its fields Root (64 MiB when zero), Request, Document, Parts, PartHeaders and
	// PartHeaderBytes, as a server bounds a request.
	Limits Limits
	// Rules changes how strictly answers are read; nil tolerates what still has one reading.
	Rules *rule.Policy
	// SpoolDir is where parts that come before the root part wait; the system's temporary folder when empty.
	SpoolDir string
	// Header is added to every request.
	Header http.Header
}

// Message is what a Client sends.
type Message struct {
	// Action is the wsa:Action.
	Action string
	// To is the wsa:To, the address called when empty. MessageID is the wsa:MessageID, a fresh urn:uuid: when empty.
	To, MessageID string
	// Blocks are further header blocks, serialised, each declaring its prefixes.
	Blocks []byte
	// Body writes the one child of Body.
	Body io.WriterTo
	// MTOM sends multipart/related, with the attachments. Without it there may be none.
	MTOM        bool
	Attachments []Attachment
}

// Reply is an answer. Close must be called when it is not nil.
type Reply struct {
	// Status is that of HTTP, HTTPHeader the header.
	Status     int
	HTTPHeader http.Header
	// Envelope, Header and Body are as in Request; they are zero when the answer had no body (202).
	Envelope *xmltree.Document
	Header   Header
	Body     xmltree.Node
	// MTOM tells whether the answer was multipart.
	MTOM bool
	// Fault is set when the Body is a fault; Call returns it as its error too.
	Fault *ReceivedFault
	// Report holds the oddities of the answer.
	Report *rule.Report

	in    *incoming
	close func()
}

// NextPart gives the next attachment of the answer, io.EOF after the last.
func (r *Reply) NextPart() (*Part, error) { return r.in.nextPart() }

// Inline gives the base64 content of an element of the answer; see Request.Inline.
func (r *Reply) Inline(n xmltree.Node) (io.Reader, bool, error) { return r.in.inline(n) }

// Close ends the reading of the answer.
func (r *Reply) Close() error {
	r.close()
	return r.in.close()
}

// StatusError is an answer that is no SOAP message.
type StatusError struct {
	Status int
	// Text is the first line of the answer when it is plain text.
	Text string
	// RetryAfter is how long the server asks to wait, zero when it does not.
	RetryAfter time.Duration
}

// Error gives the status and the text.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("the server answered HTTP %d %s", e.Status, http.StatusText(e.Status))
	if e.Text != "" {
		text += ": " + e.Text
	}
	return text
}

// NewMessageID draws a urn:uuid: of version 4 (RFC 9562).
func NewMessageID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Call sends a message and reads the answer up to the end of its envelope. When the answer is a fault, the error is a
// *ReceivedFault and the Reply is there as well; when it is no SOAP message, the error is a *StatusError.
func (c *Client) Call(ctx context.Context, url string, m Message) (*Reply, error) {
	if !m.MTOM && len(m.Attachments) > 0 {
		return nil, errors.New("sending a message: attachments need MTOM")
	}
	o := newOutgoing(soap12, m.MTOM)
	m.MessageID = or(m.MessageID, NewMessageID())
	o.head(m.Action, "", requestBlocks(&m, url))
	if _, err := m.Body.WriteTo(o.buf); err != nil {
		o.release()
		return nil, fmt.Errorf("writing the message: %w", err)
	}
	o.buf.WriteString(envelopeEnd)
	length := o.length(m.Attachments)
	root := append([]byte(nil), o.buf.Bytes()...)
	o.release()
	return c.exchange(ctx, url, o.contentType, length, func(progress func()) io.ReadCloser {
		return newMessageBody(o, root, m.Attachments, progress)
	})
}

// Post sends bytes as they are, for messages that are made otherwise, and reads the answer as Call does. Length is -1 when
// it is not known.
func (c *Client) Post(ctx context.Context, url, contentType string, body io.Reader, length int64) (*Reply, error) {
	return c.exchange(ctx, url, contentType, length, func(progress func()) io.ReadCloser {
		return io.NopCloser(&progressReader{src: body, progress: progress})
	})
}

// requestBlocks writes the WS-Addressing blocks of a request beside wsa:Action.
func requestBlocks(m *Message, url string) []byte {
	b := append([]byte(nil), `<wsa:MessageID>`...)
	b = append(appendText(b, m.MessageID), `</wsa:MessageID><wsa:ReplyTo><wsa:Address>`+AnonymousAddress+`</wsa:Address></wsa:ReplyTo><wsa:To>`...)
	b = append(appendText(b, or(m.To, url)), `</wsa:To>`...)
	return append(b, m.Blocks...)
}

type progressReader struct {
	src      io.Reader
	progress func()
}

// Read reads on and tells of it.
func (p *progressReader) Read(b []byte) (int, error) {
	n, err := p.src.Read(b)
	p.progress()
	return n, err
}

var errNoProgress = errors.New("the server made no progress in time")

func (c *Client) exchange(ctx context.Context, url, contentType string, length int64, open func(func()) io.ReadCloser) (*Reply, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timeout := or(c.Timeout, 2*time.Minute)
	timer := time.AfterFunc(timeout, func() { cancel(errNoProgress) })
	progress := func() { timer.Reset(timeout) }
	end := func() {
		timer.Stop()
		cancel(nil)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, open(progress))
	if err != nil {
		end()
		return nil, fmt.Errorf("making the request: %w", err)
	}
	request.GetBody = func() (io.ReadCloser, error) { return open(progress), nil }
	request.ContentLength = length
	for name, values := range c.Header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/soap+xml, multipart/related, text/xml")
	response, err := or(c.HTTP, http.DefaultClient).Do(request)
	if err != nil {
		cause := context.Cause(ctx)
		end()
		if errors.Is(cause, errNoProgress) {
			err = cause
		}
		return nil, fmt.Errorf("calling %s: %w", url, err)
	}
	progress()
	reply := &Reply{Status: response.StatusCode, HTTPHeader: response.Header, Report: &rule.Report{Policy: or(c.Rules, replyPolicy)}}
	reply.close = func() {
		// What little is left is read so that the connection can serve again.
		io.CopyN(io.Discard, response.Body, 16<<10)
		response.Body.Close()
		end()
	}
	limits := c.Limits
	limits.Root = or(limits.Root, 64<<20)
	limits = limits.settled()
	bounded := &boundedReader{src: &progressReader{src: response.Body, progress: progress}, left: limits.Request}
	reply.in = newIncoming(&limits, c.SpoolDir, bounded, reply.Report)
	reply.in.xml = xmltree.DocumentLimits
	reply.in.xml.Bytes = limits.Root
	return reply.read(response)
}

// boundedReader refuses an answer that is larger than the client takes.
type boundedReader struct {
	src  io.Reader
	left int64
}

var errReplyTooLarge = errors.New("the answer is larger than the limit of the client")

// Read reads on within the bound.
func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errReplyTooLarge
	}
	return n, err
}

// read reads the answer up to the end of its envelope.
func (r *Reply) read(response *http.Response) (*Reply, error) {
	contentType := response.Header.Get("Content-Type")
	kind := strings.ToLower(mediaTypeOf(contentType))
	empty := response.StatusCode == http.StatusAccepted || response.ContentLength == 0
	if empty && response.StatusCode < 300 {
		return r, nil
	}
	if empty || (kind != "application/soap+xml" && kind != "multipart/related" && kind != "text/xml") {
		defer r.Close()
		return nil, statusError(response, kind)
	}
	if err := r.readEnvelope(contentType, response.ContentLength); err != nil {
		r.Close()
		return nil, fmt.Errorf("reading the answer (HTTP %d): %w", response.StatusCode, err)
	}
	if r.Fault != nil {
		return r, r.Fault
	}
	return r, nil
}

func (r *Reply) readEnvelope(contentType string, length int64) error {
	if err := r.in.receive(contentType, length); err != nil {
		return err
	}
	r.MTOM, r.Envelope = r.in.mtom, r.in.doc
	header, body, err := r.in.skeleton()
	if err != nil {
		return err
	}
	r.Body = body
	for block := range header.Elements() {
		r.Header.Blocks = append(r.Header.Blocks, block)
		if block.Space() != AddressingNamespace {
			continue
		}
		value := strings.TrimSpace(block.Text())
		switch block.Local() {
		case "Action":
			r.Header.Action = value
		case "MessageID":
			r.Header.MessageID = value
		case "To":
			r.Header.To = value
		case "RelatesTo":
			r.Header.RelatesTo = value
		}
	}
	if body.Is(r.in.version.space(), "Fault") {
		r.Fault = readFault(body, r.in.version, r.Status)
		return nil
	}
	r.in.collectIncludes(header, body)
	if err := r.in.check(); err != nil {
		return err
	}
	return r.in.settleDiversions(body)
}

// statusError reads what a server says that answers no SOAP.
func statusError(response *http.Response, kind string) error {
	e := &StatusError{Status: response.StatusCode}
	if kind == "text/plain" {
		text, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
		if err == nil {
			e.Text, _, _ = strings.Cut(strings.TrimSpace(string(text)), "\n")
		}
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	return e
}

// replyPolicy is how answers are read by default: whatever has one reading is read.
var replyPolicy = func() *rule.Policy {
	policy, err := rule.NewPolicy(map[string]rule.Severity{
		ruleSOAP12.ID: rule.Warning, ruleEpilogue.ID: rule.Warning, rulePartReferenced.ID: rule.Warning, rulePartID.ID: rule.Warning,
		ruleIncludePlace.ID: rule.Warning, ruleQuotedPrintable.ID: rule.Warning, ruleEncodingStyle.ID: rule.Warning,
	})
	if err != nil {
		panic(err)
	}
	return policy
}()
