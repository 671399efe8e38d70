package repository

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"liasse/registry"
	"liasse/soap"
)

// answer makes the RetrieveDocumentSetResponse: Success when all was given, PartialSuccess when some was, Failure when
// nothing was (ITI TF-2 3.43.4.2.2).
func (v *retrieval) answer(mtom bool) (*soap.Response, error) {
	given := 0
	for _, w := range v.requests {
		if w.blob != nil {
			given++
		}
	}
	status := statusSuccess
	switch {
	case given == 0:
		status = statusFailure
	case failed(v.errors):
		status = statusPartialSuccess
	}
	a := &retrieved{}
	a.piece.WriteString(`<xds:RetrieveDocumentSetResponse xmlns:xds="` + registry.NamespaceXDSB + `">`)
	writeResponse(&a.piece, status, v.errors)
	var name [16]byte
	_, _ = rand.Read(name[:]) // crypto/rand never fails: it ends the process instead
	suffix := "." + hex.EncodeToString(name[:]) + "@liasse"
	response := &soap.Response{Body: a, Outcome: outcomeOf(status), Findings: v.found}
	for i, w := range v.requests {
		if w.blob == nil {
			continue
		}
		w.writeHead(&a.piece)
		if mtom {
			cid := "document" + strconv.Itoa(i+1) + suffix
			a.piece.WriteString(`<xop:Include xmlns:xop="` + soap.IncludeNamespace + `" href="cid:` + cid + `"/>`)
			response.Attachments = append(response.Attachments, soap.Attachment{ContentID: cid, ContentType: w.content.MimeType,
				Size: w.content.Size, Open: func() (io.ReadCloser, error) { return w.blob, nil }})
		} else {
			a.inline = append(a.inline, inlined{after: a.piece.Len(), blob: w.blob})
		}
		a.piece.WriteString(`</xds:Document></xds:DocumentResponse>`)
	}
	a.piece.WriteString(`</xds:RetrieveDocumentSetResponse>`)
	return response, nil
}

// writeHead writes a DocumentResponse up to the content of its Document.
func (w *wanted) writeHead(b *bytes.Buffer) {
	b.WriteString(`<xds:DocumentResponse>`)
	for _, field := range [...]struct{ name, value string }{
		{"HomeCommunityId", w.home}, {"RepositoryUniqueId", w.repository},
		{"DocumentUniqueId", w.uniqueID}, {"mimeType", w.content.MimeType},
	} {
		if field.value == "" && field.name == "HomeCommunityId" {
			continue
		}
		b.WriteString(`<xds:` + field.name + `>`)
		escape(b, field.value)
		b.WriteString(`</xds:` + field.name + `>`)
	}
	b.WriteString(`<xds:Document>`)
}

// retrieved is the body of the answer: text, and for a request that was not MTOM documents as base64 in between.
type retrieved struct {
	piece  bytes.Buffer
	inline []inlined
}

// inlined is a document that stands after so many bytes of the text.
type inlined struct {
	after int
	blob  Blob
}

// WriteTo writes the body; documents are encoded as they are read.
func (a *retrieved) WriteTo(w io.Writer) (int64, error) {
	counter := &countingWriter{to: w}
	text, from := a.piece.Bytes(), 0
	for _, one := range a.inline {
		if _, err := counter.Write(text[from:one.after]); err != nil {
			return counter.n, fmt.Errorf("writing the answer: %w", err)
		}
		from = one.after
		encoder := base64.NewEncoder(base64.StdEncoding, counter)
		_, err := io.Copy(encoder, one.blob)
		if closed := encoder.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return counter.n, fmt.Errorf("writing a document inline: %w", err)
		}
	}
	_, err := counter.Write(text[from:])
	return counter.n, err
}

type countingWriter struct {
	to io.Writer
	n  int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}
