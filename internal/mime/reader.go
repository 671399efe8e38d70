package mime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Limits bounds what of a multipart body is not content.
type Limits struct {
	// Parts bounds the parts, Headers the header fields of one, HeaderBytes the size of one part's header.
	Parts, Headers, HeaderBytes int
	// Around bounds the bytes before the first boundary, and those after the final one.
	Around int
}

// FramingKind says which family of framing rule is broken.
type FramingKind uint8

const (
	// NoBoundary: the first boundary was not found where it must be.
	NoBoundary FramingKind = iota + 1
	// Truncated: the body ends before its final boundary.
	Truncated
	// BadHeader: a part's header has no single reading.
	BadHeader
	// MixedLineEnds: framing lines end in CRLF in one place and in LF in another, where it would change content.
	MixedLineEnds
	// TooManyParts: Limits.Parts is exceeded.
	TooManyParts
	// TooManyHeaders: Limits.Headers is exceeded.
	TooManyHeaders
	// HeaderTooLarge: Limits.HeaderBytes is exceeded.
	HeaderTooLarge
	// AroundTooLarge: Limits.Around is exceeded.
	AroundTooLarge
)

// IsLimit tells whether the kind is a bound the reader set rather than a fault of the framing itself.
func (k FramingKind) IsLimit() bool { return k >= TooManyParts }

// FramingError says why a multipart body cannot be read on.
type FramingError struct {
	Kind FramingKind
	message
}

func framing(kind FramingKind, format string, args ...any) error {
	return &FramingError{kind, say(format, args...)}
}

const bufferSize = 64 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, bufferSize); return &b }}

// Reader reads a multipart body part by part, each as a stream. It is not safe for concurrent use.
type Reader struct {
	src    io.Reader
	srcErr error
	limits Limits

	pooled     *[]byte
	buf        []byte
	start, end int

	delimiter []byte // CRLF (or LF) "--" boundary
	crlf      bool
	oddities  Oddity
	parts     int
	current   *Part
	finished  bool
	err       error
}

// NewReader begins to read a body with the boundary given, which CheckBoundary has accepted. Close gives its buffer back.
func NewReader(src io.Reader, boundary string, limits Limits) *Reader {
	pooled := buffers.Get().(*[]byte)
	limits.HeaderBytes = min(limits.HeaderBytes, bufferSize/2)
	limits.Around = min(limits.Around, bufferSize/2)
	return &Reader{src: src, limits: limits, pooled: pooled, buf: *pooled, delimiter: []byte("\r\n--" + boundary)}
}

// Close gives the buffer back. No part can be read after it.
func (r *Reader) Close() {
	if r.pooled != nil {
		buffers.Put(r.pooled)
		r.pooled, r.buf, r.start, r.end = nil, nil, 0, 0
		r.err = errors.New("reading a multipart body that was closed")
	}
}

// Oddities gives the departures met so far.
func (r *Reader) Oddities() Oddity { return r.oddities }

// Part is one part of a multipart body.
type Part struct {
	Header Header

	r *Reader
	// ready is how many bytes at the beginning of the buffer are known to be content; when ended, the delimiter follows.
	ready int
	ended bool
	begun bool
	done  bool
}

// fill reads more bytes; the buffer must not be full. At the end of the source it gives io.EOF.
func (r *Reader) fill() error {
	if r.srcErr != nil {
		return r.srcErr
	}
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.end -= r.start
		r.start = 0
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		if err != nil {
			r.srcErr = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	r.srcErr = io.ErrNoProgress
	return r.srcErr
}

// truncated turns the end of the source into the fault that it is; other errors stay.
func truncated(err error, message string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &FramingError{Truncated, sayPlain(message)}
	}
	return fmt.Errorf("reading a multipart body: %w", err)
}

// Next skips what was not read of the part before and gives the next one, or io.EOF after the final boundary when
// nothing wrong follows it. Any other error ends the reading.
func (r *Reader) Next() (*Part, error) {
	if r.err != nil {
		return nil, r.err
	}
	if r.finished {
		return nil, io.EOF
	}
	part, err := r.next()
	if err != nil && err != io.EOF {
		r.err = err
	}
	return part, err
}

func (r *Reader) next() (*Part, error) {
	if r.current == nil {
		if err := r.preamble(); err != nil {
			return nil, err
		}
	} else {
		if err := r.current.skip(); err != nil {
			return nil, err
		}
		final, err := r.delimiterLine()
		if err != nil {
			return nil, err
		}
		if final {
			r.finished = true
			if err := r.epilogue(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		}
	}
	if r.parts == r.limits.Parts {
		return nil, framing(TooManyParts, "the body has more than %d parts", r.limits.Parts)
	}
	r.parts++
	header, err := r.header()
	if err != nil {
		return nil, err
	}
	r.current = &Part{Header: header, r: r}
	return r.current, nil
}

// preamble reads up to the first boundary line and that line, and learns from it how lines end.
func (r *Reader) preamble() error {
	dashes := r.delimiter[2:]
	for skipped := 0; ; {
		line, size, err := r.line(r.limits.Around + len(dashes) + 80 - skipped)
		if errors.Is(err, errLongLine) {
			return framing(AroundTooLarge, "no boundary in the first %d bytes of the body", r.limits.Around)
		}
		if err != nil {
			if err == io.EOF {
				return framing(NoBoundary, "the body has no line made of two hyphens and the boundary")
			}
			return fmt.Errorf("reading a multipart body: %w", err)
		}
		crlf := bytes.HasSuffix(line, []byte("\r\n"))
		if after, found := bytes.CutPrefix(line, dashes); found {
			switch rest := trimPadding(after); string(rest) {
			case "":
				r.start += size
				r.crlf = crlf
				if !crlf {
					r.oddities |= BareLF
					r.delimiter = append([]byte("\n"), r.delimiter[2:]...)
				}
				return nil
			case "--":
				return framing(NoBoundary, "the body has a final boundary and no part")
			}
		}
		skipped += size
		if skipped > r.limits.Around {
			return framing(AroundTooLarge, "more than %d bytes stand before the first boundary", r.limits.Around)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			r.oddities |= PreambleText
		}
		r.start += size
	}
}

var errLongLine = errors.New("long line")

// line looks at the next line with its end, without consuming it.
func (r *Reader) line(most int) (line []byte, size int, err error) {
	for seen := 0; ; {
		data := r.buf[r.start:r.end]
		if i := bytes.IndexByte(data[seen:], '\n'); i >= 0 {
			if size = seen + i + 1; size > most {
				return nil, 0, errLongLine
			}
			return data[:size], size, nil
		}
		if seen = len(data); seen > most {
			return nil, 0, errLongLine
		}
		if err := r.fill(); err != nil {
			return nil, 0, err
		}
	}
}

func trimPadding(b []byte) []byte { return bytes.TrimRight(b, " \t\r\n") }

// header reads the header of a part and the blank line after it.
func (r *Reader) header() (Header, error) {
	size, skip := 0, 0
	for from := 0; ; {
		data := r.buf[r.start:r.end]
		if size, skip = headerEnd(data, from); size >= 0 {
			break
		}
		if from = max(0, len(data)-3); len(data) > r.limits.HeaderBytes {
			return nil, framing(HeaderTooLarge, "the header of a part is larger than %d bytes", r.limits.HeaderBytes)
		}
		if err := r.fill(); err != nil {
			return nil, truncated(err, "the body ends inside the header of a part")
		}
	}
	if size > r.limits.HeaderBytes {
		return nil, framing(HeaderTooLarge, "the header of a part is larger than %d bytes", r.limits.HeaderBytes)
	}
	block := string(r.buf[r.start : r.start+size])
	r.start += size + skip
	if strings.Contains(block, "--") && strings.Contains("\n"+block, "\n"+string(r.dashes())) {
		return nil, framing(BadHeader, "a boundary stands inside the header of a part")
	}
	header, odd, err := parseHeader(block, r.limits.Headers)
	r.oddities |= odd
	return header, err
}

// dashes is the delimiter without the line end before it.
func (r *Reader) dashes() []byte {
	if r.crlf {
		return r.delimiter[2:]
	}
	return r.delimiter[1:]
}

// headerEnd finds the end of a header block: size is that of its lines, skip that of the blank line. Size is -1 when the
// blank line is not there yet.
func headerEnd(data []byte, from int) (size, skip int) {
	if bytes.HasPrefix(data, []byte("\r\n")) {
		return 0, 2
	}
	if bytes.HasPrefix(data, []byte("\n")) {
		return 0, 1
	}
	for {
		i := bytes.IndexByte(data[from:], '\n')
		if i < 0 {
			return -1, 0
		}
		from += i + 1
		if bytes.HasPrefix(data[from:], []byte("\r\n")) {
			return from, 2
		}
		if bytes.HasPrefix(data[from:], []byte("\n")) {
			return from, 1
		}
	}
}
