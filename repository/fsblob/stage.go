package fsblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sys/unix"

	"liasse/repository"
)

const (
	// stageBuffer is the size in bytes up to which a content waits in memory for Commit. Most documents are shorter, and
	// then a refused lot has touched no disk.
	stageBuffer = 64 << 10
	// heldBuffers bounds the contents that wait in memory at once (16 MiB in all); others wait in files.
	heldBuffers = 256
	// writebackEvery is how many bytes of a long content are written before the kernel is asked to begin writing them
	// out, so that the fsync at the end has little left to wait for.
	writebackEvery = 8 << 20
)

var stageBuffers = sync.Pool{New: func() any { return new([stageBuffer]byte) }}

// staged is a content in memory (buffer) or in a file of the staging folder (name, fd).
type staged struct {
	store  *Store
	digest repository.Digest
	buffer *[stageBuffer]byte
	name   string
	fd     int
	done   bool
}

// Digest gives what the bytes come to.
func (c *staged) Digest() repository.Digest { return c.digest }

var errUsedUp = errors.New("the staged document was stored or given up")

// Open gives the bytes again.
func (c *staged) Open() (io.ReadCloser, error) {
	if c.done {
		return nil, errUsedUp
	}
	return &stagedReader{of: c}, nil
}

// stagedReader reads a staged content where it waits.
type stagedReader struct {
	of     *staged
	offset int64
	closed bool
}

// Read reads on.
func (r *stagedReader) Read(p []byte) (int, error) {
	left := r.of.digest.Size - r.offset
	switch {
	case r.closed || r.of.done:
		return 0, errUsedUp
	case left <= 0:
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), left)]
	if r.of.buffer != nil {
		n := copy(p, r.of.buffer[r.offset:])
		r.offset += int64(n)
		return n, nil
	}
	if err := r.of.store.enter(); err != nil {
		return 0, err
	}
	defer r.of.store.leave()
	n, err := readFull(r.of.fd, p, r.offset)
	r.offset += int64(n)
	switch {
	case err != nil:
		return n, fmt.Errorf("reading a staged document: %w", err)
	case n < len(p):
		return n, fmt.Errorf("reading a staged document: %w", io.ErrUnexpectedEOF)
	}
	return n, nil
}

// Close ends the reading.
func (r *stagedReader) Close() error {
	r.closed = true
	return nil
}

// Discard forgets the content.
func (c *staged) Discard() {
	if c.done {
		return
	}
	c.done = true
	c.releaseBuffer()
	if c.name == "" {
		return
	}
	if err := c.store.enter(); err != nil {
		return // Close took the whole folder away
	}
	defer c.store.leave()
	c.store.dropStaged(c.fd, c.name)
}

func (c *staged) releaseBuffer() {
	if c.buffer != nil {
		stageBuffers.Put(c.buffer)
		c.buffer = nil
		c.store.held.give()
	}
}

// Stage sets a content aside: short ones in memory, others in a file that is written as the bytes come.
func (s *Store) Stage(ctx context.Context, r io.Reader) (repository.Staged, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	if err := s.poisoned(); err != nil {
		return nil, err
	}
	buffer := stageBuffers.Get().(*[stageBuffer]byte)
	hasher := repository.NewHasher()
	defer hasher.Release()
	n, err := fill(r, buffer[:])
	_, _ = hasher.Write(buffer[:n]) // never fails
	if err == io.EOF && s.held.take() {
		return &staged{store: s, digest: hasher.Digest(), buffer: buffer}, nil
	}
	defer stageBuffers.Put(buffer)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading a document: %w", err)
	}
	return s.stageFile(ctx, r, buffer[:], n, err == io.EOF, hasher)
}

// stageFile writes a content to a file: the n bytes read already, then the rest.
func (s *Store) stageFile(ctx context.Context, r io.Reader, buffer []byte, n int, ended bool, hasher *repository.Hasher) (repository.Staged, error) {
	fd, name, err := s.createStaged()
	if err != nil {
		return nil, explain("making a file for a document", err)
	}
	for unwritten := 0; ; {
		if err := writeAll(fd, buffer[:n]); err != nil {
			s.dropStaged(fd, name)
			return nil, s.writeError(err)
		}
		if unwritten += n; unwritten >= writebackEvery {
			beginWriteback(fd)
			unwritten = 0
		}
		if ended {
			return &staged{store: s, digest: hasher.Digest(), name: name, fd: fd}, nil
		}
		if err = ctx.Err(); err == nil {
			n, err = fill(r, buffer)
			ended = err == io.EOF
		}
		if err != nil && !ended {
			s.dropStaged(fd, name)
			return nil, fmt.Errorf("reading a document: %w", err)
		}
		_, _ = hasher.Write(buffer[:n]) // never fails
	}
}

// writeError tells a full disk, which passes, from a failing one, which poisons the store.
func (s *Store) writeError(err error) error {
	if errors.Is(err, unix.EIO) {
		return s.fail("writing a document", err)
	}
	return explain("writing a document", err)
}

// fill reads until p is full or r ends. At the end of r it gives io.EOF, also when p is full by then and r says so.
func fill(r io.Reader, p []byte) (n int, err error) {
	for empty := 0; n < len(p) && err == nil; {
		var m int
		m, err = r.Read(p[n:])
		n += m
		if m > 0 || err != nil {
			empty = 0
		} else if empty++; empty > 100 {
			return n, io.ErrNoProgress
		}
	}
	return n, err
}
