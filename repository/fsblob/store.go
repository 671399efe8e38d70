package fsblob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"liasse/repository"
)

// ErrPoisoned is wrapped by every write after the disk failed to make bytes durable once. What the kernel then still
// holds of earlier writes is not known, so nothing more is written until the process was started anew; reads go on.
var ErrPoisoned = errors.New("the disk failed to make documents durable; nothing more is stored before a restart")

var errClosed = errors.New("the document store is closed")

// Store is a repository.Blobs of files.
type Store struct {
	path string
	// fanOut holds an open handle of each of the 256 folders, staging that of this process's own.
	fanOut  [256]int
	staging int
	// sync makes a file or folder durable; tests put failures here.
	sync func(fd int) error

	sequence atomic.Uint64
	poison   atomic.Pointer[error]
	held     budget
	lent     budget

	// use is held for reading by every call and for writing by Close.
	use         sync.RWMutex
	closed      bool
	stagingPath string
}

var _ repository.Blobs = (*Store)(nil)

// Open opens the store in dir, which it makes (0700) when it is not there. Folders that others may enter are refused.
// What processes that are gone had staged is taken away. Several processes may have the same store open.
func Open(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder of documents: %w", err)
	}
	s := &Store{path: dir, staging: -1, sync: func(fd int) error {
		return again(func() error { return unix.Fsync(fd) })
	}}
	for i := range s.fanOut {
		s.fanOut[i] = -1
	}
	s.held.limit, s.lent.limit = heldBuffers, lentBuffers
	if err := s.open(); err != nil {
		s.closeHandles()
		return nil, err
	}
	return s, nil
}

func (s *Store) open() error {
	made, err := makeDir(s.path)
	if err != nil {
		return err
	}
	if made {
		if err := s.syncPath(filepath.Dir(s.path)); err != nil {
			return err
		}
	}
	if err := s.openFanOut(); err != nil {
		return err
	}
	return s.openStaging()
}

// openFanOut makes and opens the 256 folders; their names are durable before the first blob gets its own.
func (s *Store) openFanOut() error {
	blobs := filepath.Join(s.path, "blobs")
	if _, err := makeDir(blobs); err != nil {
		return err
	}
	some := false
	for i := range s.fanOut {
		path := filepath.Join(blobs, fmt.Sprintf("%02x", i))
		made, err := makeDir(path)
		if err != nil {
			return err
		}
		some = some || made
		if s.fanOut[i], err = openDir(path); err != nil {
			return err
		}
	}
	if !some {
		return nil
	}
	if err := s.syncPath(blobs); err != nil {
		return err
	}
	return s.syncPath(s.path)
}

// openStaging takes away what ended processes left and makes a folder of this process's own, held by a lock as long as
// the process lives.
func (s *Store) openStaging() error {
	all := filepath.Join(s.path, "staging")
	if _, err := makeDir(all); err != nil {
		return err
	}
	left, err := os.ReadDir(all)
	if err != nil {
		return fmt.Errorf("looking for what earlier processes left: %w", err)
	}
	for _, entry := range left {
		if err := removeAbandoned(filepath.Join(all, entry.Name())); err != nil {
			return err
		}
	}
	if fd, err := openDir(all); err == nil {
		spread(fd)
		closeFile(fd)
	}
	if s.stagingPath, err = os.MkdirTemp(all, strconv.Itoa(os.Getpid())+"-"); err != nil {
		return fmt.Errorf("making a folder to stage documents in: %w", err)
	}
	if s.staging, err = openDir(s.stagingPath); err != nil {
		return err
	}
	if err := unix.Flock(s.staging, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("locking the folder to stage documents in: %w", err)
	}
	return nil
}

// removeAbandoned takes a staging folder away unless the process it belongs to still holds its lock.
func removeAbandoned(path string) error {
	fd, err := openDir(path)
	if err == nil {
		defer closeFile(fd)
		if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
			return nil //nolint:nilerr // in use by another process
		}
	}
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("removing what an earlier process had staged: %w", err)
	}
	return nil
}

// syncPath makes the names in a folder durable.
func (s *Store) syncPath(path string) error {
	fd, err := openDir(path)
	if err != nil {
		return err
	}
	defer closeFile(fd)
	if err := s.sync(fd); err != nil {
		return fmt.Errorf("making the folder %s durable: %w", path, err)
	}
	return nil
}

// enter begins a call; the caller must leave.
func (s *Store) enter() error {
	s.use.RLock()
	if s.closed {
		s.use.RUnlock()
		return errClosed
	}
	return nil
}

func (s *Store) leave() { s.use.RUnlock() }

// poisoned gives the error by which every write is refused, or nil.
func (s *Store) poisoned() error {
	if cause := s.poison.Load(); cause != nil {
		return fmt.Errorf("%w: %w", ErrPoisoned, *cause)
	}
	return nil
}

// fail poisons the store with the first failure and gives the error to return for it.
func (s *Store) fail(doing string, err error) error {
	err = fmt.Errorf("%s: %w", doing, err)
	s.poison.CompareAndSwap(nil, &err)
	return fmt.Errorf("%w: %w", ErrPoisoned, err)
}

// Ready tells whether a file can be made and no write has failed for good.
func (s *Store) Ready(context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := s.poisoned(); err != nil {
		return err
	}
	fd, name, err := s.createStaged()
	if err != nil {
		return explain("making a file to see whether documents can be stored", err)
	}
	defer s.dropStaged(fd, name)
	if err := writeAll(fd, []byte{0}); err != nil {
		return explain("writing a byte to see whether documents can be stored", err)
	}
	return nil
}

// createStaged makes a file in this process's staging folder.
func (s *Store) createStaged() (fd int, name string, err error) {
	name = strconv.FormatUint(s.sequence.Add(1), 36)
	fd, err = openAt(s.staging, name, unix.O_CREAT|unix.O_EXCL|unix.O_RDWR)
	return fd, name, err
}

// dropStaged gives a staged file up.
func (s *Store) dropStaged(fd int, name string) {
	if fd >= 0 {
		closeFile(fd)
	}
	_ = unix.Unlinkat(s.staging, name, 0) // what stays is taken away at the next start
}

// Close waits for the calls under way, gives the handles back and takes the staging folder away.
func (s *Store) Close() error {
	s.use.Lock()
	defer s.use.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.closeHandles()
	return nil
}

func (s *Store) closeHandles() {
	for i, fd := range s.fanOut {
		if fd >= 0 {
			closeFile(fd)
			s.fanOut[i] = -1
		}
	}
	if s.stagingPath != "" {
		_ = os.RemoveAll(s.stagingPath) // what stays is taken away at the next start
	}
	if s.staging >= 0 {
		closeFile(s.staging)
		s.staging = -1
	}
}

// budget bounds how many buffers are out at once, so that many requests together cannot take the memory that each
// alone may have.
type budget struct {
	out   atomic.Int64
	limit int64
}

// take reserves one and tells whether there was one left.
func (b *budget) take() bool {
	if b.out.Add(1) <= b.limit {
		return true
	}
	b.out.Add(-1)
	return false
}

func (b *budget) give() { b.out.Add(-1) }
