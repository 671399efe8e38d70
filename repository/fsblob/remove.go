package fsblob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"liasse/repository"
)

// removing begins the name of a blob that is being removed.
const removing = "removing-"

// Remove takes a blob away when it still bears one of the moments given, or none is given. The blob first loses its name: a Commit that comes then stores its content anew, and one that had just marked it as used
// is seen by the moment it left.
func (s *Store) Remove(_ context.Context, address repository.Address, used ...time.Time) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	dir, name := s.fanOut[address[0]], address.String()
	same, err := bears(dir, name, used)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking at the document %s: %w", address, err)
	}
	if !same {
		return repository.ErrInUse
	}
	if err := again(func() error { return unix.Renameat(dir, name, dir, removing+name) }); err != nil {
		if errors.Is(err, unix.ENOENT) {
			return nil
		}
		return fmt.Errorf("removing the document %s: %w", address, err)
	}
	if same, err = bears(dir, removing+name, used); err == nil && !same {
		if err := again(func() error { return unix.Renameat(dir, removing+name, dir, name) }); err != nil {
			return fmt.Errorf("putting back the document %s: %w", address, err)
		}
		return repository.ErrInUse
	}
	if err := unix.Unlinkat(dir, removing+name, 0); err != nil && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("removing the document %s: %w", address, err)
	}
	return nil
}

// bears tells whether a blob was last used at one of the moments, or none is given.
func bears(dir int, name string, used []time.Time) (bool, error) {
	var stat unix.Stat_t
	if err := unix.Fstatat(dir, name, &stat, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return false, err
	}
	last := time.Unix(stat.Mtim.Unix())
	return len(used) == 0 || slices.ContainsFunc(used, last.Equal), nil
}

// Walk calls each for every blob, one folder at a time. Files that are no blobs are passed over.
func (s *Store) Walk(ctx context.Context, each func(repository.BlobInfo) error) error {
	for i := range s.fanOut {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("listing the documents: %w", err)
		}
		found, err := s.list(byte(i))
		if err != nil {
			return fmt.Errorf("listing the documents: %w", err)
		}
		for _, info := range found {
			if err := each(info); err != nil {
				return err
			}
		}
	}
	return nil
}

// list gives the blobs of one folder in order.
func (s *Store) list(folder byte) ([]repository.BlobInfo, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	path := filepath.Join(s.path, "blobs", hex.EncodeToString([]byte{folder}))
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	found := make([]repository.BlobInfo, 0, len(entries))
	for _, entry := range entries {
		name, left := strings.CutPrefix(entry.Name(), removing)
		address, ok := addressOf(name, folder)
		if !ok || !entry.Type().IsRegular() {
			continue
		}
		stat, err := entry.Info()
		if err != nil {
			continue // removed meanwhile
		}
		if left && !s.putBack(folder, name) {
			continue
		}
		found = append(found, repository.BlobInfo{Address: address, Size: stat.Size(), Used: stat.ModTime()})
	}
	slices.SortFunc(found, func(a, b repository.BlobInfo) int { return slices.Compare(a.Address[:], b.Address[:]) })
	return slices.CompactFunc(found, func(a, b repository.BlobInfo) bool { return a.Address == b.Address }), nil
}

// putBack gives a blob its name again that a process which is gone was removing. Where the process still lives, what was
// being removed stays, and is found again.
func (s *Store) putBack(folder byte, name string) bool {
	dir := s.fanOut[folder]
	return again(func() error { return unix.Renameat(dir, removing+name, dir, name) }) == nil
}

// addressOf reads the name of a blob's file.
func addressOf(name string, folder byte) (address repository.Address, ok bool) {
	if len(name) != 2*len(address) || strings.ToLower(name) != name {
		return address, false
	}
	_, err := hex.Decode(address[:], []byte(name))
	return address, err == nil && address[0] == folder
}
