package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"time"
)

// ErrOutOfSpace is wrapped by a Blobs when there is no room for more bytes. The repository answers
// XDSRepositoryOutOfResources; nothing was kept and reads go on.
var ErrOutOfSpace = errors.New("the document store is full")

// ErrNoBlob is wrapped when no blob has the address asked for.
var ErrNoBlob = errors.New("there is no such blob")

// ErrDamaged is wrapped when the bytes kept are not those of the address: never are wrong bytes given as right ones.
var ErrDamaged = errors.New("the blob's bytes are not those that were stored")

// ErrInUse is returned by Blobs.Remove when the blob was stored again at another moment than those given.
var ErrInUse = errors.New("the blob was stored again meanwhile")

// Address names a blob: the SHA-256 of its bytes. XDS knows documents by SHA-1 (the hash attribute), for which two
// different documents can be made to agree; storage therefore never goes by it.
type Address [32]byte

// String gives the 64 lower-case hexadecimal digits.
func (a Address) String() string { return hex.EncodeToString(a[:]) }

// Digest is what the bytes of a document come to.
type Digest struct {
	// Address is the SHA-256, by which the bytes are stored.
	Address Address
	// SHA1 is the hash attribute of the DocumentEntry (ITI TF-3 4.2.3.2.10).
	SHA1 [20]byte
	// Size is the number of bytes (ITI TF-3 4.2.3.2.22).
	Size int64
}

// Blobs keeps the bytes of documents, each content once under its Address. Implementations pass the suite
// repository/blobtest. All methods may be called concurrently.
type Blobs interface {
	// Stage reads r to its end and sets its bytes aside, digested, in memory that does not grow with their number. They
	// are neither visible nor durable before Commit. An error of r is returned as it is, wrapped; nothing is kept then.
	Stage(ctx context.Context, r io.Reader) (Staged, error)

	// Commit makes the contents of one lot durable, then visible under their addresses; it returns when both survive a
	// power cut. Contents that are there already are verified and kept (and count as used now), damaged ones are
	// replaced. The answer has one element for each of staged, also after an error, when some may have become visible.
	// The staged contents are used up in every case.
	Commit(ctx context.Context, staged []Staged) ([]Committed, error)

	// Open gives the bytes of a blob, verified against address and size: up to VerifiedFirst bytes before Open returns,
	// larger ones while they are read, when the last bytes are held back until all are known to be right. ErrNoBlob
	// when there is none, ErrDamaged (from Open or Read) when the bytes are not the right ones.
	Open(ctx context.Context, address Address, size int64) (Blob, error)

	// Remove takes a blob away if one of the moments given is its last moment of use (Committed.At, BlobInfo.Used);
	// else it was stored again meanwhile: ErrInUse. Without a moment it is taken away in any case. No blob is no error.
	Remove(ctx context.Context, address Address, used ...time.Time) error

	// Walk calls each for every blob, ordered by address, without reading the bytes. Blobs stored or removed
	// meanwhile may be left out.
	Walk(ctx context.Context, each func(BlobInfo) error) error

	// Ready tells whether blobs can be stored and read now.
	Ready(ctx context.Context) error

	// Close gives up what the implementation holds; staged contents are lost.
	Close() error
}

// VerifiedFirst is the size in bytes up to which Blobs.Open verifies a blob before the first byte is given.
const VerifiedFirst = 16 << 20

// Staged is a content set aside by Blobs.Stage.
type Staged interface {
	Digest() Digest
	// Open gives the bytes from their beginning, as often as it is called. Readers are used and closed by the one that
	// staged the content, before Commit or Discard; afterwards Open and Read fail.
	Open() (io.ReadCloser, error)
	// Discard forgets the content. It does nothing after Commit or a first Discard.
	Discard()
}

// Committed is what became of one staged content.
type Committed struct {
	// Created tells that the content was not there before.
	Created bool
	// At is the moment of use that this Commit left: Remove with it takes back what the Commit did unless someone else
	// stored the same content later.
	At time.Time
}

// Blob is a content being read. Close may be called while Read is under way in another goroutine, and more than once.
type Blob interface {
	io.ReadCloser
	// Size is the number of bytes of the whole.
	Size() int64
}

// BlobInfo is what Walk tells of a blob.
type BlobInfo struct {
	Address Address
	Size    int64
	// Used is when the content was last stored.
	Used time.Time
}
