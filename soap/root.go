package soap

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

const (
	// scanFrom is the size of an envelope up to which it is not looked at for long inline documents.
	scanFrom = 256 << 10
	// divertFrom is the length of inline text from which the rest of it goes to disk.
	divertFrom = 16 << 10
	// scratchSize is what an envelope's buffer begins with, scratchKept what is kept for the next.
	scratchSize = 64 << 10
	scratchKept = 256 << 10
	// scanStep is how much is read at once while an envelope is looked at.
	scanStep = 32 << 10
)

var scratches = sync.Pool{New: func() any { b := make([]byte, 0, scratchSize); return &b }}

// diversion is the content of an inline document that was left out of the envelope and waits on disk.
type diversion struct {
	// offset is where it stood in the envelope as kept, right after the start tag.
	offset  int
	content stretch
	// node is the element, once the envelope is parsed.
	node xmltree.Node
}

// readEnvelope reads the bytes of an envelope, of which size are announced, or -1. The result is not shared with any
// buffer: strings of the tree made of it stay valid as long as they are kept. The text of a Document element that is too
// long is diverted to disk as it comes.
func (in *incoming) readEnvelope(r io.Reader, size int64) ([]byte, error) {
	if size >= 0 && size <= scratchSize { // more is given room only as it comes
		src := make([]byte, size)
		if n, err := io.ReadFull(r, src); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		} else if n < len(src) {
			return nil, in.refuse(ruleBodyComplete, rule.Finding{})
		}
		if extra, err := r.Read(make([]byte, 1)); extra != 0 || err != io.EOF {
			return nil, or(err, error(in.refuse(ruleBodyComplete, rule.Finding{})))
		}
		return src, nil
	}
	pooled := scratches.Get().(*[]byte)
	d := diverter{in: in, buf: (*pooled)[:0]}
	err := d.readAll(r)
	src := d.buf
	if cap(d.buf) <= scratchKept {
		src = bytes.Clone(d.buf)
		*pooled = d.buf[:0]
	}
	scratches.Put(pooled)
	return src, err
}

// diverter reads an envelope and follows its markup just enough to know, while bytes still come, that they are the text
// of a Document element. What the markup really is, the parser says afterwards.
type diverter struct {
	in  *incoming
	buf []byte
	pos int // what comes before has been followed

	state     scanState
	quote     byte
	tag       int  // where the tag under way begins
	run       int  // where the text under way begins
	candidate bool // the text under way follows the start tag of a Document
}

type scanState uint8

const (
	inText scanState = iota
	inTag
	inQuotes
	inComment
	inCDATA
	inInstruction
)

func (d *diverter) readAll(r io.Reader) error {
	for {
		if len(d.buf) == cap(d.buf) {
			if err := d.grow(); err != nil {
				return err
			}
		}
		room := d.buf[len(d.buf):cap(d.buf)]
		if len(d.buf) >= scanFrom && len(room) > scanStep {
			room = room[:scanStep]
		}
		n, err := r.Read(room)
		d.buf = d.buf[:len(d.buf)+n]
		if len(d.buf) > scanFrom {
			if divert := d.follow(); divert {
				if err == nil {
					err = d.divert(r)
				} else if err == io.EOF {
					return nil // cut off inside the document: the parser says so
				}
			}
		}
		if len(d.buf) > d.in.limits.Root {
			return d.in.refuse(ruleEnvelopeSize, rule.Finding{})
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow makes more room, which counts with that of all other requests.
func (d *diverter) grow() error {
	held := cap(d.buf)
	if d.buf = append(d.buf, 0)[:held]; d.in.turn != nil && !d.in.turn.hold(cap(d.buf)-held) {
		return full()
	}
	return nil
}

// follow goes on through what was read, and tells whether the text under way is to be diverted.
func (d *diverter) follow() bool {
	for d.pos < len(d.buf) {
		rest := d.buf[d.pos:]
		switch d.state {
		case inText:
			i := bytes.IndexByte(rest, '<')
			if i < 0 {
				d.pos = len(d.buf)
				return d.candidate && d.pos-d.run > divertFrom
			}
			d.pos += i
			if !d.open(d.buf[d.pos:]) {
				return false
			}
		case inTag:
			i := bytes.IndexAny(rest, `>"'`)
			if i < 0 {
				d.pos = len(d.buf)
				return false
			}
			d.pos += i + 1
			if rest[i] != '>' {
				d.quote, d.state = rest[i], inQuotes
				continue
			}
			d.state, d.run = inText, d.pos
			d.candidate = isDocumentTag(d.buf[d.tag:d.pos])
		case inQuotes:
			i := bytes.IndexByte(rest, d.quote)
			if i < 0 {
				d.pos = len(d.buf)
				return false
			}
			d.pos += i + 1
			d.state = inTag
		case inComment:
			if !d.pass("-->") {
				return false
			}
		case inCDATA:
			if !d.pass("]]>") {
				return false
			}
		case inInstruction:
			if !d.pass("?>") {
				return false
			}
		}
	}
	return false
}

// open looks at what begins with '<'; false when more must be read to know.
func (d *diverter) open(rest []byte) bool {
	starts := func(s string) bool { return bytes.HasPrefix(rest, []byte(s)) }
	d.candidate = false
	switch {
	case starts("<!--"):
		d.state, d.pos = inComment, d.pos+4
	case starts("<![CDATA["):
		d.state, d.pos = inCDATA, d.pos+9
	case starts("<?"):
		d.state, d.pos = inInstruction, d.pos+2
	case len(rest) < len("<![CDATA["):
		return false
	default:
		d.state, d.tag, d.pos = inTag, d.pos, d.pos+1
	}
	return true
}

// pass goes to after the end mark; false when it has not come yet.
func (d *diverter) pass(mark string) bool {
	i := bytes.Index(d.buf[d.pos:], []byte(mark))
	if i < 0 {
		d.pos = max(d.pos, len(d.buf)-len(mark)+1)
		return false
	}
	d.pos += i + len(mark)
	d.state, d.run, d.candidate = inText, d.pos, false
	return true
}

// isDocumentTag tells whether the tag is a start tag whose local name is Document.
func isDocumentTag(tag []byte) bool {
	if len(tag) < 3 || tag[1] == '/' || tag[len(tag)-2] == '/' {
		return false
	}
	name := tag[1 : len(tag)-1]
	if i := bytes.IndexAny(name, " \t\r\n"); i >= 0 {
		name = name[:i]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return string(name) == "Document"
}

// divert takes the text under way out of the buffer and reads the rest of it straight to disk.
func (d *diverter) divert(r io.Reader) error {
	begin := d.in.spool.size
	held := d.buf[d.run:]
	d.buf = d.buf[:d.run]
	if _, err := d.in.spool.Write(held); err != nil {
		return err
	}
	chunk := *chunks.Get().(*[]byte)
	defer chunks.Put(&chunk)
	for {
		n, err := r.Read(chunk)
		text, markup := chunk[:n], []byte(nil)
		if i := bytes.IndexByte(text, '<'); i >= 0 {
			text, markup = text[:i], text[i:]
		}
		if _, failed := d.in.spool.Write(text); failed != nil {
			return failed
		}
		if markup != nil || err != nil {
			d.in.diverted = append(d.in.diverted, diversion{offset: d.run, content: stretch{begin, d.in.spool.size - begin}})
			d.buf = append(d.buf, markup...)
			d.pos, d.candidate = d.run, false
			return err
		}
	}
}

var chunks = sync.Pool{New: func() any { b := make([]byte, scanStep); return &b }}

// settleDiversions finds the element of each diverted text, which must have nothing else inside.
func (in *incoming) settleDiversions(body xmltree.Node) error {
	if len(in.diverted) == 0 {
		return nil
	}
	left := len(in.diverted)
	for n := range body.Descendants() {
		if n.Kind() != xmltree.Element || n.Local() != "Document" {
			continue
		}
		for i := range in.diverted {
			if in.diverted[i].offset != n.ContentOffset() {
				continue
			}
			if in.diverted[i].node = n; !n.FirstChild().IsZero() {
				return in.refuse(ruleInlineAlone, rule.Finding{Place: rule.At(n)})
			}
			left--
		}
	}
	if left > 0 {
		return in.refuse(ruleEnvelopeSize, rule.Finding{})
	}
	return nil
}
