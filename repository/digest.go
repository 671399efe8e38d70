package repository

import (
	"crypto/sha1" //nolint:gosec // the hash attribute of XDS is SHA-1; addresses are SHA-256
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"sync"
)

// Hasher digests bytes that are written to it with SHA-256 and SHA-1 in one pass. NewHasher gives one out of a pool,
// Release puts it back.
type Hasher struct {
	sha256, sha1 hash.Hash
	size         int64
}

var hashers = sync.Pool{New: func() any {
	return &Hasher{sha256: sha256.New(), sha1: sha1.New()} //nolint:gosec // see the import
}}

// NewHasher gives a Hasher that has seen no bytes.
func NewHasher() *Hasher {
	h := hashers.Get().(*Hasher)
	h.sha256.Reset()
	h.sha1.Reset()
	h.size = 0
	return h
}

// Write takes more bytes; it never fails.
func (h *Hasher) Write(p []byte) (int, error) {
	// Both look at the same few kilobytes before the next ones come, while the processor's cache holds them.
	for rest := p; len(rest) > 0; {
		n := min(len(rest), 16<<10)
		_, _ = h.sha256.Write(rest[:n]) // hash.Hash.Write never returns an error
		_, _ = h.sha1.Write(rest[:n])
		rest = rest[n:]
	}
	h.size += int64(len(p))
	return len(p), nil
}

// Digest gives the digest of the bytes written so far.
func (h *Hasher) Digest() Digest {
	d := Digest{Size: h.size}
	h.sha256.Sum(d.Address[:0])
	h.sha1.Sum(d.SHA1[:0])
	return d
}

// Release puts the Hasher back; it must not be used afterwards.
func (h *Hasher) Release() { hashers.Put(h) }

// digestBuffers lends buffers to digestOf.
var digestBuffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// digestOf reads r to its end, or until it has read limit bytes, and tells whether it reached the end.
func digestOf(r io.Reader, limit int64) (d Digest, complete bool, err error) {
	h := NewHasher()
	defer h.Release()
	buffer := digestBuffers.Get().(*[64 << 10]byte)
	defer digestBuffers.Put(buffer)
	for h.size < limit {
		n, err := r.Read(buffer[:])
		_, _ = h.Write(buffer[:n]) // never fails
		if err == io.EOF {
			return h.Digest(), true, nil
		}
		if err != nil {
			return Digest{}, false, fmt.Errorf("reading a document to digest it: %w", err)
		}
	}
	return Digest{}, false, nil
}
