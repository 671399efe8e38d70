package hl7v2

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// The bytes around a message on the wire.
const (
	startBlock     = 0x0B
	endBlock       = 0x1C
	carriageReturn = 0x0D
)

// ErrTooLong is returned by Reader.ReadMessage for a message over the limit.
var ErrTooLong = errors.New("the message is longer than the limit")

// ErrFraming is wrapped by what Reader.ReadMessage returns for bytes that are no MLLP block.
var ErrFraming = errors.New("the bytes are no MLLP block")

// Reader takes messages out of a stream of MLLP blocks. After an error other than io.EOF before a block, the stream is of
// no more use.
type Reader struct {
	in    *bufio.Reader
	limit int
}

// NewReader reads blocks of at most limit bytes each.
func NewReader(r io.Reader, limit int) *Reader {
	return &Reader{in: bufio.NewReader(r), limit: limit}
}

// Wait blocks until the next message begins; io.EOF when the stream ends before. CR and LF between blocks are skipped.
func (r *Reader) Wait() error {
	for {
		b, err := r.in.ReadByte()
		switch {
		case err != nil:
			return err
		case b == startBlock:
			if err := r.in.UnreadByte(); err != nil {
				return err
			}
			return nil
		case b != '\r' && b != '\n':
			return fmt.Errorf("%w: the byte 0x%02X stands before the start block 0x0B", ErrFraming, b)
		}
	}
}

// ReadMessage gives the content of the next block.
func (r *Reader) ReadMessage() ([]byte, error) {
	if err := r.Wait(); err != nil {
		return nil, err
	}
	if _, err := r.in.ReadByte(); err != nil {
		return nil, err
	}
	var message []byte
	for {
		piece, err := r.in.ReadSlice(endBlock)
		if len(message)+len(piece) > r.limit+1 {
			return nil, ErrTooLong
		}
		message = append(message, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		break
	}
	switch b, err := r.in.ReadByte(); {
	case errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	case b != carriageReturn:
		return nil, fmt.Errorf("%w: the byte 0x%02X stands after the end block 0x1C in the place of 0x0D", ErrFraming, b)
	}
	return message[:len(message)-1], nil
}

// WriteMessage writes a message as one block.
func WriteMessage(w io.Writer, message []byte) error {
	block := make([]byte, 0, len(message)+3)
	block = append(block, startBlock)
	block = append(block, message...)
	block = append(block, endBlock, carriageReturn)
	_, err := w.Write(block)
	return err
}
