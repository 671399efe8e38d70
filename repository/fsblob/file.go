package fsblob

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"

	"liasse/repository"
)

// again repeats a system call that a signal interrupted.
func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// openAt opens a file relative to an open folder, never through a symbolic link at its end.
func openAt(dir int, name string, flags int) (fd int, err error) {
	err = again(func() (e error) {
		fd, e = unix.Openat(dir, name, flags|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
		return e
	})
	return fd, err
}

// writeAll writes p whole, past short writes.
func writeAll(fd int, p []byte) error {
	for len(p) > 0 {
		var n int
		err := again(func() (e error) {
			n, e = unix.Write(fd, p)
			return e
		})
		if err != nil {
			return err
		}
		if n <= 0 {
			return unix.EIO
		}
		p = p[n:]
	}
	return nil
}

// readSome reads at an offset; 0 bytes mean the end of the file.
func readSome(fd int, p []byte, offset int64) (n int, err error) {
	err = again(func() (e error) {
		n, e = unix.Pread(fd, p, offset)
		return e
	})
	return max(n, 0), err
}

// readFull reads at an offset until p is full or the file ends.
func readFull(fd int, p []byte, offset int64) (read int, err error) {
	for read < len(p) {
		n, err := readSome(fd, p[read:], offset+int64(read))
		if err != nil || n == 0 {
			return read, err
		}
		read += n
	}
	return read, nil
}

// closeFile closes a file that was read, or whose bytes are given up.
func closeFile(fd int) { _ = unix.Close(fd) }

// full tells whether an error means that there is no room (or no quota, or no inode) left.
func full(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

// makeDir makes a private folder when it is not there and refuses one that others may enter. It tells whether it made it.
func makeDir(path string) (made bool, err error) {
	err = unix.Mkdir(path, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return false, fmt.Errorf("making the folder %s: %w", path, err)
	}
	made = err == nil
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return made, fmt.Errorf("looking at the folder %s: %w", path, err)
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		return made, fmt.Errorf("%s is not a folder", path)
	}
	if stat.Mode&0o077 != 0 {
		return made, fmt.Errorf("the folder %s may be used by others (mode %04o): chmod 700 it", path, stat.Mode&0o7777)
	}
	return made, nil
}

// openDir opens a folder for the calls that are relative to it.
func openDir(path string) (fd int, err error) {
	err = again(func() (e error) {
		fd, e = unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
		return e
	})
	if err != nil {
		return 0, fmt.Errorf("opening the folder %s: %w", path, err)
	}
	return fd, nil
}

// explain turns an error of the file system into one of the contract's where it is one.
func explain(doing string, err error) error {
	if full(err) {
		return fmt.Errorf("%s: %w (%w)", doing, repository.ErrOutOfSpace, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
