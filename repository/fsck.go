package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"liasse/registry"
)

// DefaultGrace is the age below which a blob without a document is left alone: its lot may be under way.
const DefaultGrace = time.Hour

// ProblemKind says what Fsck found.
type ProblemKind string

// The problems that Fsck finds.
const (
	// Orphan is a blob that no document has: a crash came between storing and registering. It takes room, nothing more.
	Orphan ProblemKind = "orphan"
	// Missing is a document whose bytes are not there.
	Missing ProblemKind = "missing"
	// Damaged is a document whose bytes are not those that were stored.
	Damaged ProblemKind = "damaged"
)

// Problem is one thing that Fsck found.
type Problem struct {
	Kind    ProblemKind
	Address Address
	// UniqueID is the document's; empty for an orphan.
	UniqueID string
	Size     int64
	// Used is when an orphan was last stored.
	Used time.Time
	// Removed tells that the orphan was taken away.
	Removed bool
	// Err says more where there is more to say.
	Err error
}

// FsckOptions says how thoroughly to look. Its zero value reads everything and removes nothing.
type FsckOptions struct {
	// Grace is the age from which a blob without a document is an orphan; DefaultGrace when zero, none when negative.
	Grace time.Duration
	// Quick leaves the bytes of documents larger than VerifiedFirst unread: it looks whether they are there with the right
	// size.
	Quick bool
	// Remove takes orphans away.
	Remove bool
	// Each is called for every problem; an error it returns ends the run.
	Each func(Problem) error
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// FsckReport counts what Fsck looked at and found.
type FsckReport struct {
	Blobs, Documents                  int
	Bytes                             int64
	Orphans, Removed, Missing, Damage int
	// Young counts the blobs without a document that are younger than the grace: their lots may be under way.
	Young int
}

// Clean tells whether nothing is wrong now.
func (r *FsckReport) Clean() bool { return r.Orphans == r.Removed && r.Missing == 0 && r.Damage == 0 }

// Fsck compares the blobs with the documents that need them. It may run beside a server on the same store: a blob that a
// lot uses meanwhile is not removed.
func Fsck(ctx context.Context, store registry.Store, blobs Blobs, options FsckOptions) (FsckReport, error) {
	if options.Grace == 0 {
		options.Grace = DefaultGrace
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Each == nil {
		options.Each = func(Problem) error { return nil }
	}
	f := &fsck{store: store, blobs: blobs, options: options}
	if err := f.documents(ctx); err != nil {
		return f.report, err
	}
	return f.report, f.orphans(ctx)
}

type fsck struct {
	store   registry.Store
	blobs   Blobs
	options FsckOptions
	report  FsckReport
}

// documents reads the bytes of every document. The rows are gathered first, for a snapshot held open as long as all the
// bytes take to read would keep a database from tidying up.
func (f *fsck) documents(ctx context.Context) error {
	var all []registry.Content
	err := f.store.View(ctx, func(read registry.Reader) error {
		all = all[:0]
		return read.EachContent(ctx, func(c *registry.Content) error {
			all = append(all, *c)
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("listing the documents: %w", err)
	}
	seen := make(map[Address]error)
	for i := range all {
		c := &all[i]
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("checking the documents: %w", err)
		}
		f.report.Documents++
		err, known := seen[c.SHA256]
		if !known {
			err = f.check(ctx, c)
			seen[c.SHA256] = err
		}
		if err == nil {
			continue
		}
		p := Problem{Kind: Damaged, Address: c.SHA256, UniqueID: c.UniqueID, Size: c.Size, Err: err}
		if errors.Is(err, ErrNoBlob) {
			p.Kind = Missing
			f.report.Missing++
		} else {
			f.report.Damage++
		}
		if err := f.options.Each(p); err != nil {
			return err
		}
	}
	return nil
}

// check reads one document.
func (f *fsck) check(ctx context.Context, c *registry.Content) error {
	if f.options.Quick {
		return f.glance(ctx, c)
	}
	blob, err := f.blobs.Open(ctx, c.SHA256, c.Size)
	if err != nil {
		return err
	}
	digest, _, err := digestOf(blob, c.Size+1)
	if closed := blob.Close(); err == nil {
		err = closed
	}
	f.report.Bytes += digest.Size
	if err == nil && digest.SHA1 != c.SHA1 {
		err = fmt.Errorf("%w: their SHA-1 is not the one recorded", ErrDamaged)
	}
	return err
}

// glance opens a large document without reading it; smaller ones cost no more to read.
func (f *fsck) glance(ctx context.Context, c *registry.Content) error {
	blob, err := f.blobs.Open(ctx, c.SHA256, c.Size)
	if err != nil {
		return err
	}
	if _, err := blob.Read(make([]byte, 1)); err != nil && err != io.EOF {
		return errors.Join(err, blob.Close())
	}
	return blob.Close()
}

// orphans finds the blobs that no document has.
func (f *fsck) orphans(ctx context.Context) error {
	const together = 500
	var batch []BlobInfo
	err := f.blobs.Walk(ctx, func(info BlobInfo) error {
		f.report.Blobs++
		if batch = append(batch, info); len(batch) < together {
			return nil
		}
		err := f.judge(ctx, batch)
		batch = batch[:0]
		return err
	})
	if err == nil {
		err = f.judge(ctx, batch)
	}
	if err != nil {
		return fmt.Errorf("looking for documents that nobody needs: %w", err)
	}
	return nil
}

// judge tells orphans among the blobs, and removes them when that is wanted.
func (f *fsck) judge(ctx context.Context, batch []BlobInfo) error {
	var orphans []BlobInfo
	err := f.store.View(ctx, func(read registry.Reader) error {
		orphans = orphans[:0]
		for _, info := range batch {
			kept, err := read.ContentKept(ctx, info.Address)
			if err != nil {
				return err
			}
			if !kept {
				orphans = append(orphans, info)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, info := range orphans {
		if f.options.Grace > 0 && f.options.Now().Sub(info.Used) < f.options.Grace {
			f.report.Young++
			continue
		}
		p := Problem{Kind: Orphan, Address: info.Address, Size: info.Size, Used: info.Used}
		if f.options.Remove {
			p.Err = f.blobs.Remove(ctx, info.Address, info.Used)
			if errors.Is(p.Err, ErrInUse) {
				continue // a lot has come for it
			}
			p.Removed = p.Err == nil
		}
		f.report.Orphans++
		if p.Removed {
			f.report.Removed++
		}
		if err := f.options.Each(p); err != nil {
			return err
		}
	}
	return nil
}
