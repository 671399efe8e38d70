package mime

import (
	"bytes"
	"io"
)

// scan settles how much of what the buffer holds is content, reading more as long as nothing can be said.
func (p *Part) scan() error {
	r := p.r
	if !p.begun {
		p.begun = true
		bare, err := r.beginsWithBoundary()
		if err != nil {
			return err
		}
		if bare {
			p.ended = true
			return nil
		}
	}
	for {
		data := r.buf[r.start:r.end]
		at, found := r.find(data)
		if found {
			if !r.crlf && at > 0 && data[at-1] == '\r' {
				return framing(MixedLineEnds, "a boundary comes after CR LF although the first boundary line ends with LF alone")
			}
			p.ready, p.ended = at, true
			return nil
		}
		if !r.crlf && at > 0 && data[at-1] == '\r' {
			at-- // it may belong to a mixed line end
		}
		if at > 0 {
			p.ready = at
			return nil
		}
		if r.srcErr != nil {
			return truncated(r.srcErr, "the body ends inside a part, before the final boundary")
		}
		if len(data) == len(r.buf) {
			return framing(BadHeader, "a boundary line is longer than %d bytes", len(r.buf))
		}
		if err := r.fill(); err != nil && err != io.EOF {
			return truncated(err, "the body ends inside a part, before the final boundary")
		}
	}
}

// find looks for the delimiter. Found, at is where it begins; else at is where one may begin that is not all there yet.
func (r *Reader) find(data []byte) (at int, found bool) {
	for from := 0; ; {
		i := bytes.Index(data[from:], r.delimiter)
		if i < 0 {
			return max(0, len(data)-len(r.delimiter)+1), false
		}
		i += from
		after := data[i+len(r.delimiter):]
		switch lineAfter(after) {
		case isDelimiter:
			return i, true
		case isData:
			from = i + 1
		case undecided:
			return i, r.srcErr == io.EOF && endsDelimiter(after)
		}
	}
}

// beginsWithBoundary tells whether the content that begins here is nothing at all: the boundary follows the header's
// blank line at once, which then stands for the line end before the boundary.
func (r *Reader) beginsWithBoundary() (bool, error) {
	dashes := r.dashes()
	for {
		data := r.buf[r.start:r.end]
		if after, whole := bytes.CutPrefix(data, dashes); whole {
			switch v := lineAfter(after); {
			case v != undecided:
				return v == isDelimiter, nil
			case r.srcErr == io.EOF:
				return endsDelimiter(after), nil
			case len(data) == len(r.buf):
				return false, nil
			}
		} else if !bytes.HasPrefix(dashes, data) {
			return false, nil
		}
		if r.srcErr != nil {
			return false, nil // scan says what is wrong
		}
		if err := r.fill(); err != nil && err != io.EOF {
			return false, truncated(err, "the body ends inside a part, before the final boundary")
		}
	}
}

type verdict uint8

const (
	undecided verdict = iota
	isDelimiter
	isData
)

// lineAfter judges what follows the boundary characters: only "--", blanks and a line end make it a boundary.
func lineAfter(data []byte) verdict {
	if len(data) == 0 || (len(data) == 1 && data[0] == '-') {
		return undecided
	}
	if data[0] == '-' {
		if data[1] != '-' {
			return isData
		}
		data = data[2:]
	}
	for i, c := range data {
		switch c {
		case ' ', '\t':
		case '\n':
			return isDelimiter
		case '\r':
			if i+1 == len(data) {
				return undecided
			}
			if data[i+1] == '\n' {
				return isDelimiter
			}
			return isData
		default:
			return isData
		}
	}
	return undecided
}

// endsDelimiter judges the same at the end of the source, where the final boundary needs no line end.
func endsDelimiter(data []byte) bool {
	after, final := bytes.CutPrefix(data, []byte("--"))
	return final && len(trimPadding(after)) == 0
}

// Read gives the content of the part, io.EOF at its end.
func (p *Part) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if err := p.settle(); err != nil {
		return 0, err
	}
	n := copy(b, p.r.buf[p.r.start:p.r.start+p.ready])
	p.consume(n)
	return n, nil
}

// WriteTo writes the content that is left of the part without an intermediate copy.
func (p *Part) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for {
		if err := p.settle(); err != nil {
			if err == io.EOF {
				return total, nil
			}
			return total, err
		}
		n, err := w.Write(p.r.buf[p.r.start : p.r.start+p.ready])
		p.consume(n)
		total += int64(n)
		if err != nil {
			return total, err
		}
	}
}

// settle makes content ready, or says io.EOF.
func (p *Part) settle() error {
	if p.done || p.r.current != p {
		return io.EOF
	}
	if p.ready == 0 && !p.ended {
		if err := p.scan(); err != nil {
			if p.r.err == nil {
				p.r.err = err
			}
			return err
		}
	}
	if p.ready == 0 {
		p.done = true
		return io.EOF
	}
	return nil
}

func (p *Part) consume(n int) {
	p.r.start += n
	p.ready -= n
}

// skip passes over what is left of the part.
func (p *Part) skip() error {
	for {
		if err := p.settle(); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		p.consume(p.ready)
	}
}

// delimiterLine consumes the boundary line that ends a part and tells whether it is the final one.
func (r *Reader) delimiterLine() (final bool, err error) {
	rest := r.buf[r.start:r.end]
	if after, with := bytes.CutPrefix(rest, r.delimiter); with {
		rest = after
	} else {
		rest = rest[len(r.dashes()):]
	}
	if after, last := bytes.CutPrefix(rest, []byte("--")); last {
		final, rest = true, after
	}
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		if i == 0 || rest[i-1] != '\r' {
			r.oddities |= BareLF
		}
		rest = rest[i+1:]
	} else {
		rest = nil
	}
	r.start = r.end - len(rest)
	return final, nil
}

// epilogue reads what follows the final boundary to the end of the source.
func (r *Reader) epilogue() error {
	total := 0
	for {
		data := r.buf[r.start:r.end]
		if len(bytes.TrimSpace(data)) > 0 {
			r.oddities |= EpilogueText
		}
		if total += len(data); total > r.limits.Around {
			return framing(AroundTooLarge, "more than %d bytes follow the final boundary", r.limits.Around)
		}
		r.start, r.end = 0, 0
		if err := r.fill(); err == io.EOF {
			return nil
		} else if err != nil {
			return truncated(err, "the body ends after the final boundary")
		}
	}
}
