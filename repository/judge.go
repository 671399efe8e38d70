package repository

import (
	"context"
	"errors"
	"fmt"
	"io"

	"liasse/internal/xmltree"
	"liasse/registry"
)

// Lot is what a Judge sees of an ITI-41: its metadata, and its documents as they were received.
type Lot struct {
	// Submission is the metadata. Hash, size and repositoryUniqueId of the entries are settled.
	Submission *registry.Submission
	// Documents are those that have a DocumentEntry, in the order of the message.
	Documents []LotDocument
}

// LotDocument is one document of a Lot.
type LotDocument struct {
	Entry *registry.DocumentEntry
	// At is the xds:Document, Part the Content-ID of the part that carries it, empty when it is inline.
	At   xmltree.Node
	Part string
	// Digest is what its bytes come to. Read is false when they were not read to their end, because the lot was refused
	// already and they are large; then Digest is zero and Open must not be called.
	Digest Digest
	Read   bool

	staged Staged
}

// NewLotDocument makes a document whose bytes are staged, for a Judge that is asked about a lot elsewhere than in ITI-41.
func NewLotDocument(entry *registry.DocumentEntry, part string, staged Staged) LotDocument {
	return LotDocument{Entry: entry, At: entry.At, Part: part, Digest: staged.Digest(), Read: true, staged: staged}
}

// Open reads the bytes of the document again from their beginning. The reader must be closed before the Judge returns.
func (d *LotDocument) Open() (io.ReadCloser, error) {
	if d.staged == nil {
		return nil, errNotStaged
	}
	r, err := d.staged.Open()
	if err != nil {
		return nil, fmt.Errorf("reading a document of a lot again: %w", err)
	}
	return r, nil
}

var errNotStaged = errors.New("the document was not read")

// judge has the profile say what it finds in the lot.
func (r *Repository) judge(ctx context.Context, l *lot) error {
	if r.cfg.Judge == nil || l.sub == nil {
		return nil
	}
	whole := &Lot{Submission: l.sub, Documents: make([]LotDocument, 0, len(l.documents))}
	for _, d := range l.documents {
		if d.entry != nil {
			whole.Documents = append(whole.Documents, LotDocument{Entry: d.entry, At: d.at, Part: d.part, Digest: d.digest,
				Read: d.staged != nil, staged: d.staged})
		}
	}
	if err := r.cfg.Judge(ctx, whole, l.report); err != nil {
		return fmt.Errorf("judging a lot: %w", err)
	}
	return nil
}

// errEnough ends the staging of a document that goes beyond what is read of a refused lot.
var errEnough = errors.New("more of a refused lot is not read")

// boundedReader gives errEnough instead of more bytes than it has left.
type boundedReader struct {
	from io.Reader
	left int64
}

// Read reads on within the bound.
func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errEnough
	}
	return n, err
}

// stageRefused sets a document of a refused lot aside for the Judge, as far as such a lot is read; false when it is
// larger than that.
func (r *Repository) stageRefused(ctx context.Context, content io.Reader, left int64) (Staged, bool, error) {
	staged, err := r.cfg.Blobs.Stage(ctx, &boundedReader{content, left})
	switch {
	case errors.Is(err, errEnough):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("setting a document of a refused lot aside: %w", err)
	}
	return staged, true, nil
}
