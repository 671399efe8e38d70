package soap

import (
	"io"
	"mime/quotedprintable"
	"strings"

	"liasse/internal/mime"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// content reads a document, whichever way it came, and holds it to its limit; what goes wrong comes out as the fault that
// it is.
type content struct {
	in    *incoming
	src   io.Reader
	left  int64
	place rule.Place
}

// decode undoes a transfer encoding.
func (in *incoming) decode(encoding transferEncoding, src io.Reader) io.Reader {
	switch encoding {
	case base64Encoding:
		return mime.NewBase64Reader(src)
	case quotedPrintable:
		return quotedprintable.NewReader(src)
	}
	return src
}

// Read gives content, io.EOF at its end.
func (c *content) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, c.tooLarge()
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.src.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, c.tooLarge()
	}
	if err == nil {
		return n, nil
	}
	if err == io.EOF {
		return n, c.atEnd()
	}
	return n, c.in.failure(err)
}

// WriteTo writes what is left, without a copy where the source can.
func (c *content) WriteTo(w io.Writer) (int64, error) {
	from, direct := c.src.(io.WriterTo)
	if !direct {
		return io.Copy(w, struct{ io.Reader }{c})
	}
	n, err := from.WriteTo(&limitedWriter{c: c, to: w})
	if err != nil {
		return n, c.in.failure(err)
	}
	if err := c.atEnd(); err != io.EOF {
		return n, err
	}
	return n, nil
}

type limitedWriter struct {
	c  *content
	to io.Writer
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if l.c.left -= int64(len(p)); l.c.left < 0 {
		return 0, l.c.tooLarge()
	}
	return l.to.Write(p)
}

func (c *content) tooLarge() error {
	return c.in.refuse(ruleDocumentSize, rule.Finding{Place: c.place})
}

// atEnd judges what can be known only when all was read; io.EOF when nothing is wrong.
func (c *content) atEnd() error {
	if b, ok := c.src.(*mime.Base64Reader); ok && b.Unpadded() {
		c.in.report.Add(rule.Finding{Rule: rulePadding, Place: c.place})
		if err := c.in.check(); err != nil {
			return err
		}
	}
	return io.EOF
}

// inline gives the base64 content of an element; see Request.Inline.
func (in *incoming) inline(n xmltree.Node) (io.Reader, bool, error) {
	for i := range in.diverted {
		if in.diverted[i].node == n {
			return in.decoded(n, in.spool.open(in.diverted[i].content)), true, nil
		}
	}
	if !n.Child(IncludeNamespace, "Include").IsZero() {
		return nil, false, nil
	}
	text, plain := n.PlainText()
	if !plain {
		return nil, true, in.refuse(ruleInlineAlone, rule.Finding{Place: rule.At(n)})
	}
	return in.decoded(n, strings.NewReader(text)), true, nil
}

func (in *incoming) decoded(n xmltree.Node, text io.Reader) io.Reader {
	return &content{in: in, src: mime.NewBase64Reader(text), left: in.limits.Document, place: rule.At(n)}
}
