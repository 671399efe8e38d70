package fsblob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"liasse/repository"
)

// lot is one Commit under way.
type lot struct {
	store   *Store
	items   []item
	answers []repository.Committed
	// touched are the folders in which a name must be made durable.
	touched map[byte]struct{}
}

// item is one content of a lot.
type item struct {
	*staged
	file string // the blob's name within its folder
	// fresh tells that the bytes have to be written; a content that the store has, or that comes twice in the lot, does not.
	fresh bool
	// same is the index of the first item with the same content, its own index for the first.
	same int
}

// Commit writes all files of the lot and begins their way to the disk, waits for each, names each, and then makes each
// folder with a new name durable once. Concurrent lots are not gathered: the kernel does that already, and a single
// owner of the fsyncs measured slower (compare BenchmarkCommit with BenchmarkFloor).
func (s *Store) Commit(ctx context.Context, contents []repository.Staged) ([]repository.Committed, error) {
	l := &lot{store: s, answers: make([]repository.Committed, len(contents)), touched: make(map[byte]struct{}, len(contents))}
	l.gather(contents)
	if err := s.enter(); err != nil {
		return l.answers, err
	}
	defer s.leave()
	defer l.release()
	if err := s.poisoned(); err != nil {
		return l.answers, err
	}
	for _, step := range []func() error{l.find, l.write, l.makeBytesDurable, l.name, l.makeNamesDurable} {
		if err := ctx.Err(); err != nil {
			return l.answers, fmt.Errorf("storing documents: %w", err)
		}
		if err := step(); err != nil {
			return l.answers, err
		}
	}
	return l.answers, nil
}

func (l *lot) gather(contents []repository.Staged) {
	first := make(map[repository.Address]int, len(contents))
	for i, c := range contents {
		it := item{staged: c.(*staged), same: i}
		if at, twice := first[it.digest.Address]; twice {
			it.same = at
		} else {
			first[it.digest.Address] = i
		}
		it.file = it.digest.Address.String()
		l.items = append(l.items, it)
	}
}

// release gives back what the lot still holds, whatever became of it.
func (l *lot) release() {
	for i := range l.items {
		it := &l.items[i]
		if it.done {
			continue
		}
		it.done = true
		it.releaseBuffer()
		if it.name != "" {
			l.store.dropStaged(it.fd, it.name)
		}
	}
}

// folder is the handle of the folder that the item's blob lies in.
func (l *lot) folder(it *item) int { return l.store.fanOut[it.digest.Address[0]] }

// find looks for contents that are there already. One that is there and right counts as used from now on. Its folder is
// made durable with the others, for whoever stored it may not have come to that.
func (l *lot) find() error {
	for i := range l.items {
		it := &l.items[i]
		if it.same != i {
			continue
		}
		it.fresh = true
		right, err := l.store.verify(l.folder(it), it.file, it.digest.Address, it.digest.Size)
		if err != nil || !right {
			continue // none, or not readable, or damaged: written anew
		}
		now := time.Now()
		if err := touch(l.folder(it), it.file, now); err != nil {
			continue // removed in this very moment
		}
		it.fresh = false
		l.answers[i] = repository.Committed{At: now}
		l.touched[it.digest.Address[0]] = struct{}{}
	}
	return nil
}

// write brings contents that waited in memory into files and begins the way of every file to the disk.
func (l *lot) write() error {
	for i := range l.items {
		it := &l.items[i]
		if !it.fresh {
			continue
		}
		if it.buffer != nil {
			fd, name, err := l.store.createStaged()
			if err != nil {
				return explain("making a file for a document", err)
			}
			it.fd, it.staged.name = fd, name
			if err := writeAll(fd, it.buffer[:it.digest.Size]); err != nil {
				return l.store.writeError(err)
			}
			it.releaseBuffer()
		}
		// The moment is written into the file so that Remove can tell this very storing from a later one.
		l.answers[i] = repository.Committed{At: time.Now()}
		if err := touch(l.store.staging, it.staged.name, l.answers[i].At); err != nil {
			return explain("dating a document", err)
		}
		beginWriteback(it.fd)
	}
	return nil
}

func (l *lot) makeBytesDurable() error {
	for i := range l.items {
		it := &l.items[i]
		if !it.fresh {
			continue
		}
		if err := l.store.sync(it.fd); err != nil {
			if full(err) {
				return explain("making a document durable", err)
			}
			return l.store.fail("making a document durable", err)
		}
		dropCached(it.fd)
		fd := it.fd
		it.fd = -1
		if err := unix.Close(fd); err != nil && !errors.Is(err, unix.EINTR) {
			return l.store.fail("closing a document", err)
		}
	}
	return nil
}

// name makes the contents visible.
func (l *lot) name() error {
	for i := range l.items {
		it := &l.items[i]
		if !it.fresh {
			continue
		}
		if err := again(func() error { return unix.Renameat(l.store.staging, it.name, l.folder(it), it.file) }); err != nil {
			return explain("naming a document", err)
		}
		it.done = true
		l.answers[i].Created = true
		l.touched[it.digest.Address[0]] = struct{}{}
	}
	return nil
}

func (l *lot) makeNamesDurable() error {
	for folder := range l.touched {
		if err := l.store.sync(l.store.fanOut[folder]); err != nil {
			return l.store.fail("making the name of a document durable", err)
		}
	}
	for i := range l.items {
		if same := l.items[i].same; same != i {
			l.answers[i] = repository.Committed{At: l.answers[same].At}
		}
	}
	return nil
}

// touch marks a blob as used.
func touch(dir int, name string, at time.Time) error {
	ts := unix.NsecToTimespec(at.UnixNano())
	return again(func() error {
		return os.NewSyscallError("utimensat", unix.UtimesNanoAt(dir, name, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW))
	})
}
