package registry

import (
	"context"
	"errors"
	"io"
)

// Documents opens the documents that a repository of this process keeps, for answers that carry them inside of their
// entries (returnType LeafClassWithRepositoryItem, ebRS 3.0 6.1.1). The registry itself keeps no bytes.
type Documents interface {
	// OpenDocument opens the document of that uniqueId if its repository is the one of that repositoryUniqueId.
	// ErrNoDocument is wrapped when it is another one's, not there, or not the caller's to see; any other error means
	// that the document is there and cannot be read. What is read has been verified, or is not read to its end.
	OpenDocument(ctx context.Context, repositoryUniqueID, uniqueID string) (OpenedDocument, error)
}

// OpenedDocument is a document being read. Close may be called more than once, and while Read is under way.
type OpenedDocument interface {
	io.ReadCloser
	// Size is the number of bytes of the whole.
	Size() int64
}

// ErrNoDocument is wrapped by Documents when there is no such document for the caller.
var ErrNoDocument = errors.New("this process does not keep the document")

// DefaultMaxItemBytes bounds the documents inside of one answer when the configuration says nothing.
const DefaultMaxItemBytes = 64 << 20

// maxItems bounds their number, and with it the files that are open for one answer.
const maxItems = 256
