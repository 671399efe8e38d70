package registry

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/soap"
)

// item is the place in an answer where the document of a DocumentEntry belongs: the last child of its ExtrinsicObject.
type item struct {
	// after is how many bytes of the objects stand before it.
	after                          int
	repository, uniqueID, mimeType string
	onDemand                       bool
	patient                        string
	// content is nil where the entry comes without its document. cid names the part that carries it; empty for base64
	// inside of the element.
	content OpenedDocument
	cid     string
}

const (
	documentStart = `<Document xmlns="` + NamespaceXDSB + `">`
	documentEnd   = `</Document>`
)

// leaveRoom remembers that a document may stand here.
func (a *answer) leaveRoom(at int, d *DocumentRecord) {
	a.items = append(a.items, item{
		after: at, repository: d.RepositoryUniqueID, uniqueID: d.UniqueID, mimeType: d.MimeType, onDemand: d.ObjectType == OnDemand,
		patient: d.PatientID,
	})
}

// openItems opens the documents of the entries that are answered: as attachments of an MTOM answer, else to be encoded
// where they stand. An entry whose document is not to be had here comes without it, and a finding says so.
func (r *Registry) openItems(ctx context.Context, a *answer, req *soap.Request, response *soap.Response) error {
	var opened []OpenedDocument
	end := func() {
		for _, one := range opened {
			_ = one.Close() // what was read has been verified or refused
		}
	}
	left := r.cfg.MaxItemBytes
	for i := range a.items {
		it := &a.items[i]
		content, err := r.openItem(ctx, it)
		if err == nil {
			opened = append(opened, content)
		}
		if ctx.Err() != nil {
			end()
			return fmt.Errorf("opening the documents of an answer: %w", ctx.Err())
		}
		if err != nil {
			req.Report.Add(rule.Finding{Rule: ruleQueryItemKept, Place: rule.Place{XPath: it.uniqueID}, Subject: it.uniqueID, Found: it.repository})
			continue
		}
		it.content = content
		if r.tooMuch(left, content.Size(), len(opened), req.Report) {
			break
		}
		left -= content.Size()
	}
	if req.Report.Failed() {
		end()
		return nil
	}
	a.enterDocuments(audit.EventOf(ctx))
	// Whatever of the answer is never sent, the documents are closed when the request ends.
	context.AfterFunc(ctx, end)
	if req.MTOM {
		response.Attachments = a.attach()
	}
	return nil
}

// openItem opens one document; that it is kept here and cannot be read is for the operator to know.
func (r *Registry) openItem(ctx context.Context, it *item) (OpenedDocument, error) {
	if it.onDemand {
		return nil, ErrNoDocument
	}
	content, err := r.cfg.Documents.OpenDocument(ctx, it.repository, it.uniqueID)
	if err != nil && !errors.Is(err, ErrNoDocument) && ctx.Err() == nil {
		r.cfg.Log.Error().Err(err).Str("uniqueId", it.uniqueID).Msg("a document cannot be given with its entry")
	}
	return content, err
}

// tooMuch reports once that the documents go beyond the bounds, and tells whether that refuses the query.
func (r *Registry) tooMuch(left, size int64, count int, report *rule.Report) bool {
	finding := rule.Finding{Rule: ruleQueryItemsFit}
	switch {
	case count == maxItems+1:
		finding.Expected = "≤ " + strconv.Itoa(maxItems) + " xds:Document"
	case left >= 0 && size > left:
		finding.Expected = "≤ " + strconv.FormatInt(r.cfg.MaxItemBytes, 10) + " B"
	default:
		return false
	}
	return report.Add(finding)
}

// attach makes attachments of the documents that were opened.
func (a *answer) attach() []soap.Attachment {
	var all []soap.Attachment
	for i := range a.items {
		it := &a.items[i]
		if it.content == nil {
			continue
		}
		content := it.content
		it.cid = "document" + strconv.Itoa(i+1) + "." + NewUUID().String()[len(uuidPrefix):] + "@liasse"
		all = append(all, soap.Attachment{ContentID: it.cid, ContentType: it.mimeType, Size: content.Size(),
			Open: func() (io.ReadCloser, error) { return content, nil }})
	}
	return all
}

// writeObjects writes the objects with their documents in between.
func (a *answer) writeObjects(w io.Writer) (written int64, err error) {
	from := 0
	for i := range a.items {
		it := &a.items[i]
		if it.content == nil {
			continue
		}
		n, err := w.Write(a.body[from:it.after])
		written += int64(n)
		if err != nil {
			return written, err
		}
		from = it.after
		m, err := it.write(w)
		written += m
		if err != nil {
			return written, fmt.Errorf("writing a document inside of its entry: %w", err)
		}
	}
	n, err := w.Write(a.body[from:])
	return written + int64(n), err
}

// write writes the element, encoding the document as it is read.
func (it *item) write(w io.Writer) (int64, error) {
	if it.cid != "" {
		n, err := io.WriteString(w, documentStart+`<xop:Include xmlns:xop="`+soap.IncludeNamespace+`" href="cid:`+it.cid+`"/>`+documentEnd)
		return int64(n), err
	}
	if _, err := io.WriteString(w, documentStart); err != nil {
		return 0, err
	}
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	n, err := io.Copy(encoder, it.content)
	if closed := encoder.Close(); err == nil {
		err = closed
	}
	if failed := it.content.Close(); err == nil {
		err = failed
	}
	if err == nil {
		_, err = io.WriteString(w, documentEnd)
	}
	encoded := int64(base64.StdEncoding.EncodedLen(int(n)))
	return encoded + int64(len(documentStart)+len(documentEnd)), err
}
