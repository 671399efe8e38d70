package soap

import (
	"bytes"
	"io"
	"time"

	"liasse/internal/rule"
)

// Response is what Serve answers.
type Response struct {
	// Body writes the one child of the answer's Body: an element that declares every prefix it uses.
	Body io.WriterTo
	// Attachments are the parts that the body's xop:Include elements name, in that order. To a request that was not
	// multipart there is no place for them: Serve must look at Request.MTOM and inline documents as base64.
	Attachments []Attachment
	// Status is the HTTP status, 200 when zero. A 503 has RetryAfter.
	Status int
	// RetryAfter, when not zero, is sent as Retry-After in whole seconds.
	RetryAfter time.Duration
	// Outcome and Findings say what the body says, for the log, the metrics and the audit record; nothing of them is sent.
	Outcome  Outcome
	Findings rule.Findings
}

// Attachment is a MIME part to be sent.
type Attachment struct {
	// ContentID is without angle brackets, as in the cid: address once decoded.
	ContentID string
	// ContentType is the part's; application/octet-stream when empty.
	ContentType string
	// Size is that of the content in bytes, -1 when it is not known. When every size is known the message has a
	// Content-Length.
	Size int64
	// Open begins the content. It is called once per sending, when the part's turn comes.
	Open func() (io.ReadCloser, error)
}

// Bytes is a body that is already serialised.
type Bytes []byte

// WriteTo writes the bytes.
func (b Bytes) WriteTo(w io.Writer) (int64, error) {
	n, err := bytes.NewReader(b).WriteTo(w)
	return n, err
}
