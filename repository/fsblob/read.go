package fsblob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"golang.org/x/sys/unix"

	"liasse/repository"
)

const (
	// lentBuffer is the size in bytes up to which a blob is read once, verified in memory and given from there.
	lentBuffer = 256 << 10
	// lentBuffers bounds the blobs given from memory at once (16 MiB in all); others are read twice.
	lentBuffers = 64
	// tailHeld is how many of the last bytes of a blob are given only after all have been verified.
	tailHeld = 64 << 10
)

var readBuffers = sync.Pool{New: func() any { return new([lentBuffer]byte) }}

// Open gives a blob. Up to lentBuffer bytes it is verified in memory and given from there; up to
// repository.VerifiedFirst it is read once to verify it and again to give it; beyond, it is verified as it is given.
// What is read a second time, or only once, is held to its digest at its end.
func (s *Store) Open(_ context.Context, address repository.Address, size int64) (repository.Blob, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	fd, err := s.openBlob(s.fanOut[address[0]], address.String(), size)
	if err != nil {
		return nil, fmt.Errorf("opening the document %s: %w", address, err)
	}
	if size <= lentBuffer && s.lent.take() {
		defer closeFile(fd)
		return s.lend(fd, address, size)
	}
	b := &fileBlob{fd: fd, address: address, size: size}
	if size <= repository.VerifiedFirst {
		right, err := verifyFile(fd, address, size)
		if err == nil && !right {
			err = repository.ErrDamaged
		}
		if err != nil {
			closeFile(fd)
			return nil, fmt.Errorf("verifying the document %s: %w", address, err)
		}
	}
	b.hash = sha256.New()
	return b, nil
}

// openBlob opens the file of a blob and compares its length.
func (s *Store) openBlob(dir int, name string, size int64) (int, error) {
	fd, err := openAt(dir, name, unix.O_RDONLY)
	if errors.Is(err, unix.ENOENT) {
		return -1, repository.ErrNoBlob
	}
	if err != nil {
		return -1, err
	}
	var stat unix.Stat_t
	err = unix.Fstat(fd, &stat)
	if err == nil && (stat.Mode&unix.S_IFMT != unix.S_IFREG || stat.Size != size) {
		err = fmt.Errorf("%w: its length is %d, not %d", repository.ErrDamaged, stat.Size, size)
	}
	if err != nil {
		closeFile(fd)
		return -1, err
	}
	return fd, nil
}

// lend reads a short blob into memory and verifies it there.
func (s *Store) lend(fd int, address repository.Address, size int64) (repository.Blob, error) {
	b := &lentBlob{store: s, buffer: readBuffers.Get().(*[lentBuffer]byte), size: size}
	n, err := readFull(fd, b.buffer[:size], 0)
	if err == nil && (int64(n) != size || sha256.Sum256(b.buffer[:size]) != address) {
		err = repository.ErrDamaged
	}
	if err != nil {
		_ = b.Close() // never fails
		return nil, fmt.Errorf("verifying the document %s: %w", address, err)
	}
	return b, nil
}

// verify tells whether a blob is there with the right bytes.
func (s *Store) verify(dir int, name string, address repository.Address, size int64) (bool, error) {
	fd, err := s.openBlob(dir, name, size)
	if err != nil {
		return false, err
	}
	defer closeFile(fd)
	return verifyFile(fd, address, size)
}

// verifyFile reads a whole file and compares its digest.
func verifyFile(fd int, address repository.Address, size int64) (bool, error) {
	buffer := stageBuffers.Get().(*[stageBuffer]byte)
	defer stageBuffers.Put(buffer)
	h := sha256.New()
	for at := int64(0); ; {
		n, err := readSome(fd, buffer[:], at)
		if err != nil {
			return false, err
		}
		if n == 0 {
			return at == size && repository.Address(h.Sum(nil)) == address, nil
		}
		_, _ = h.Write(buffer[:n]) // never fails
		at += int64(n)
	}
}

// lentBlob is a verified blob in memory.
type lentBlob struct {
	store  *Store
	mu     sync.Mutex
	buffer *[lentBuffer]byte
	size   int64
	at     int64
}

func (b *lentBlob) Size() int64 { return b.size }

func (b *lentBlob) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buffer == nil {
		return 0, errClosed
	}
	if b.at == b.size {
		return 0, io.EOF
	}
	n := copy(p, b.buffer[b.at:b.size])
	b.at += int64(n)
	return n, nil
}

func (b *lentBlob) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buffer != nil {
		readBuffers.Put(b.buffer)
		b.buffer = nil
		b.store.lent.give()
	}
	return nil
}

// fileBlob is a blob that is read from its file and digested on the way.
type fileBlob struct {
	mu      sync.Mutex
	fd      int
	closed  bool
	address repository.Address
	size    int64
	at      int64
	hash    hash.Hash
	// tail holds the last bytes once the whole was found right.
	tail []byte
	err  error
}

func (b *fileBlob) Size() int64 { return b.size }

func (b *fileBlob) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return 0, errClosed
	case b.err != nil:
		return 0, b.err
	case len(p) == 0:
		return 0, nil
	}
	free := b.size - min(b.size, tailHeld) - b.at
	if free <= 0 && b.tail == nil {
		if b.err = b.readTail(); b.err != nil {
			return 0, b.err
		}
	}
	if b.tail != nil {
		if len(b.tail) == 0 {
			return 0, io.EOF
		}
		n := copy(p, b.tail)
		b.tail = b.tail[n:]
		return n, nil
	}
	n, err := readSome(b.fd, p[:min(int64(len(p)), free)], b.at)
	if err == nil && n == 0 {
		err = fmt.Errorf("reading the document %s: %w: it ends at %d of %d bytes", b.address, repository.ErrDamaged, b.at, b.size)
	}
	if err != nil {
		b.err = err
		return 0, err
	}
	_, _ = b.hash.Write(p[:n]) // never fails
	b.at += int64(n)
	return n, nil
}

// readTail reads the last bytes and finds whether the whole is right.
func (b *fileBlob) readTail() error {
	tail := make([]byte, b.size-b.at+1) // one more, to see that the file ends there
	n, err := readFull(b.fd, tail, b.at)
	if err != nil {
		return fmt.Errorf("reading the document %s: %w", b.address, err)
	}
	_, _ = b.hash.Write(tail[:n]) // never fails
	if b.at+int64(n) != b.size || repository.Address(b.hash.Sum(nil)) != b.address {
		return fmt.Errorf("reading the document %s: %w", b.address, repository.ErrDamaged)
	}
	b.tail = tail[:n:n]
	return nil
}

func (b *fileBlob) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		closeFile(b.fd)
	}
	return nil
}
