package soap

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"liasse/internal/mime"
)

// outgoing writes one envelope and its attachments as an HTTP body. Up to a bound the envelope is held, so that its
// length can be announced and a failure while it is written can still become a fault.
type outgoing struct {
	to      io.Writer
	bound   int
	buf     *bytes.Buffer
	began   bool // what is written goes out
	begin   func(length int64) error
	mtom    bool
	version version
	// contentType is that of the whole body.
	contentType string
	boundary    string
}

var envelopes = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keptEnvelope is the size of a buffer above which it is left to the collector.
const keptEnvelope = 1 << 20

// newOutgoing begins an envelope in the version and encoding given.
func newOutgoing(v version, mtom bool) *outgoing {
	o := &outgoing{mtom: mtom, version: v, buf: envelopes.Get().(*bytes.Buffer)}
	o.buf.Reset()
	media := "application/soap+xml"
	if v == soap11 {
		media = "text/xml"
	}
	if !mtom {
		o.contentType = media + "; charset=UTF-8"
		return o
	}
	o.boundary = mime.NewBoundary()
	root := "<root-" + o.boundary[len("liasse-"):] + "@liasse>"
	o.contentType = `multipart/related; type="application/xop+xml"; boundary="` + o.boundary + `"; start="` + root + `"; start-info="` + media + `"`
	o.buf.Write(mime.AppendPartHeader(o.buf.AvailableBuffer(), o.boundary, true, mime.Header{
		{Name: "Content-Type", Value: `application/xop+xml; charset=UTF-8; type="` + media + `"`},
		{Name: "Content-Transfer-Encoding", Value: "binary"},
		{Name: "Content-ID", Value: root},
	}))
	return o
}

// release gives the buffer back.
func (o *outgoing) release() {
	if o.buf != nil && o.buf.Cap() <= keptEnvelope {
		envelopes.Put(o.buf)
	}
	o.buf = nil
}

// Write takes a piece of the envelope.
func (o *outgoing) Write(p []byte) (int, error) {
	if !o.began && o.bound > 0 && o.buf.Len()+len(p) > o.bound {
		if err := o.flush(-1); err != nil {
			return 0, err
		}
	}
	if o.began {
		return o.to.Write(p)
	}
	return o.buf.Write(p)
}

// flush announces the body and sends what was held.
func (o *outgoing) flush(length int64) error {
	o.began = true
	if err := o.begin(length); err != nil {
		return err
	}
	_, err := o.to.Write(o.buf.Bytes())
	return err
}

// head writes the envelope up to the content of Body.
func (o *outgoing) head(action, relatesTo string, blocks []byte) {
	b := o.buf.AvailableBuffer()
	b = append(b, `<env:Envelope xmlns:env="`...)
	b = append(b, o.version.space()...)
	b = append(b, `" xmlns:wsa="`+AddressingNamespace+`"><env:Header>`...)
	if action != "" {
		b = append(b, `<wsa:Action env:mustUnderstand="`...)
		if o.version == soap11 {
			b = append(b, '1')
		} else {
			b = append(b, "true"...)
		}
		b = append(b, `">`...)
		b = append(appendText(b, action), `</wsa:Action>`...)
	}
	if relatesTo != "" {
		b = append(b, `<wsa:RelatesTo>`...)
		b = append(appendText(b, relatesTo), `</wsa:RelatesTo>`...)
	}
	b = append(b, blocks...)
	b = append(b, `</env:Header><env:Body>`...)
	o.buf.Write(b)
}

const envelopeEnd = `</env:Body></env:Envelope>`

// attachmentHeader gives what comes before an attachment.
func (o *outgoing) attachmentHeader(dst []byte, a *Attachment) []byte {
	contentType := mime.Clean(a.ContentType)
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	return mime.AppendPartHeader(dst, o.boundary, false, mime.Header{
		{Name: "Content-Type", Value: contentType},
		{Name: "Content-Transfer-Encoding", Value: "binary"},
		{Name: "Content-ID", Value: "<" + a.ContentID + ">"},
	})
}

// length gives the size of the whole body when the envelope is complete and every attachment's size is known, else -1.
func (o *outgoing) length(attachments []Attachment) int64 {
	total := int64(o.buf.Len())
	if !o.mtom {
		return total
	}
	var scratch [512]byte
	for i := range attachments {
		if attachments[i].Size < 0 {
			return -1
		}
		total += attachments[i].Size + int64(len(o.attachmentHeader(scratch[:0], &attachments[i])))
	}
	return total + int64(len(mime.AppendEnd(scratch[:0], o.boundary)))
}

// sendAttachments writes the attachments and the final boundary. First is the opened content of the first one.
func (o *outgoing) sendAttachments(out *steady, attachments []Attachment, first io.ReadCloser) error {
	var scratch [512]byte
	for i := range attachments {
		a := &attachments[i]
		if _, err := out.Write(o.attachmentHeader(scratch[:0], a)); err != nil {
			return err
		}
		open := first
		if i > 0 {
			var err error
			if open, err = a.Open(); err != nil {
				return fmt.Errorf("opening the attachment %s: %w", a.ContentID, err)
			}
		}
		n, err := out.copyAll(open, a.Size)
		if failed := open.Close(); err == nil && failed != nil {
			err = failed
		}
		if err != nil {
			return fmt.Errorf("sending the attachment %s: %w", a.ContentID, err)
		}
		if a.Size >= 0 && n != a.Size {
			return fmt.Errorf("the attachment %s has %d bytes and not %d", a.ContentID, n, a.Size)
		}
	}
	_, err := out.Write(mime.AppendEnd(scratch[:0], o.boundary))
	return err
}

// answer sends a response. An error that it returns can still be answered by a fault; once the answer has begun, a failure
// breaks the connection, so that the peer cannot take half an answer for a whole one.
func (x *exchange) answer(response *Response) error {
	if x.request.Header.ReplyTo == NoneAddress {
		x.turn.rest()
		x.discardRest()
		x.begin("", 0, http.StatusAccepted, 0)
		return nil
	}
	attachments := response.Attachments
	if !x.in.mtom && len(attachments) > 0 {
		return fmt.Errorf("the answer to a message that was not multipart has %d attachments", len(attachments))
	}
	o := newOutgoing(x.in.version, x.in.mtom)
	defer o.release()
	o.to, o.bound = &x.out, x.h.limits.Buffered
	o.begin = func(length int64) error {
		x.discardRest()
		x.begin(o.contentType, length, or(response.Status, http.StatusOK), response.RetryAfter)
		return x.out.err
	}
	o.head(x.request.Transaction.ResponseAction, x.request.Header.MessageID, nil)
	if _, err := response.Body.WriteTo(o); err != nil {
		if o.began {
			x.abort(err)
		}
		return fmt.Errorf("writing the answer: %w", err)
	}
	if _, err := io.WriteString(o, envelopeEnd); err != nil {
		x.abort(err)
	}
	x.turn.rest() // what is left goes at the pace of the peer
	var first io.ReadCloser
	if len(attachments) > 0 {
		var err error
		if first, err = attachments[0].Open(); err != nil {
			if o.began {
				x.abort(err)
			}
			return fmt.Errorf("opening the attachment %s: %w", attachments[0].ContentID, err)
		}
	}
	if !o.began {
		if err := o.flush(o.length(attachments)); err != nil {
			x.abort(err)
		}
	}
	if o.mtom {
		if err := o.sendAttachments(&x.out, attachments, first); err != nil {
			x.abort(err)
		}
	}
	return nil
}

// begin writes the HTTP header of the answer. A length below zero is not announced.
func (x *exchange) begin(contentType string, length int64, status int, retryAfter time.Duration) {
	header := x.out.Header()
	if contentType != "" {
		header["Content-Type"] = []string{contentType}
	}
	if length >= 0 {
		header["Content-Length"] = []string{strconv.FormatInt(length, 10)}
	}
	if retryAfter > 0 {
		header.Set("Retry-After", strconv.FormatInt(int64((retryAfter+time.Second-1)/time.Second), 10))
	}
	x.status = status
	x.out.extend()
	x.out.WriteHeader(status)
}

// discardRest reads what the transaction left of the request, or announces that the connection ends: at once where more is
// announced than would be read.
func (x *exchange) discardRest() {
	if x.http.ContentLength-x.body.read > x.body.limits.Drain || !x.body.drain() {
		x.out.Header().Set("Connection", "close")
	}
}

// abort breaks the connection in the middle of an answer.
func (x *exchange) abort(err error) {
	x.h.cfg.Log.Warn().Err(err).Str("request", x.request.ID).Msg("breaking off an answer")
	panic(http.ErrAbortHandler)
}
