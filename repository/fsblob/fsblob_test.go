package fsblob

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"liasse/repository"
	"liasse/repository/blobtest"
)

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t testing.TB, s *Store, contents ...[]byte) ([]repository.Committed, error) {
	t.Helper()
	var staged []repository.Staged
	for _, content := range contents {
		one, err := s.Stage(t.Context(), bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		staged = append(staged, one)
	}
	return s.Commit(t.Context(), staged)
}

// file is where a content lies.
func file(s *Store, content []byte) string {
	name := blobtest.Digest(content).Address.String()
	return filepath.Join(s.path, "blobs", name[:2], name)
}

// files counts what lies under a folder of the store.
func files(t *testing.T, s *Store, under string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(s.path, under), func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSuite(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) repository.Blobs { return open(t, t.TempDir()+"/documents") })
}

// TestSuiteWithoutMemory runs the suite with contents staged in files and blobs read from files alone.
func TestSuiteWithoutMemory(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) repository.Blobs {
		s := open(t, t.TempDir()+"/documents")
		s.held.limit, s.lent.limit = 0, 0
		return s
	})
}

func TestLooseModesAreRefused(t *testing.T) {
	for _, loose := range []string{"", "blobs", "blobs/7f", "staging"} {
		dir := t.TempDir() + "/documents"
		if err := open(t, dir).Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, loose), 0o750); err != nil { //nolint:gosec // loose on purpose
			t.Fatal(err)
		}
		if s, err := Open(dir); err == nil {
			_ = s.Close()
			t.Errorf("the folder %q of mode 0750 is accepted", loose)
		}
	}
	dir := t.TempDir()
	if err := os.Symlink(t.TempDir(), dir+"/documents"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir + "/documents"); err == nil {
		t.Error("a symbolic link is accepted as the folder")
	}
}

func TestEverythingIsPrivate(t *testing.T) {
	s := open(t, t.TempDir()+"/documents")
	if _, err := put(t, s, blobtest.Content(10, 1), blobtest.Content(100_000, 1)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(s.path, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStagedGarbageIsTakenAway(t *testing.T) {
	dir := t.TempDir() + "/documents"
	s := open(t, dir)
	staged, err := s.Stage(t.Context(), bytes.NewReader(blobtest.Content(100_000, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "staging", "1-gone"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "staging", "1-gone", "x"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	second := open(t, dir)
	if _, err := os.Stat(filepath.Join(dir, "staging", "1-gone")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a process that is gone left is still there: %v", err)
	}
	if _, err := s.Commit(t.Context(), []repository.Staged{staged}); err != nil {
		t.Errorf("a second process took away what the first had staged: %v", err)
	}
	for _, store := range []*Store{s, second} {
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := files(t, s, "staging"); n != 0 {
		t.Errorf("%d files stay staged after Close", n)
	}
	if _, err := s.Stage(t.Context(), bytes.NewReader(nil)); err == nil {
		t.Error("a closed store takes documents")
	}
}

func TestShortContentsTouchNoDiskBeforeCommit(t *testing.T) {
	s := open(t, t.TempDir()+"/documents")
	staged, err := s.Stage(t.Context(), bytes.NewReader(blobtest.Content(30_000, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if n := files(t, s, "."); n != 0 {
		t.Errorf("%d files were written", n)
	}
	staged.Discard()
	if out := s.held.out.Load(); out != 0 {
		t.Errorf("%d buffers are still held", out)
	}
}

// TestDamageIsNeverServed flips, cuts, swaps and takes away what is stored.
func TestDamageIsNeverServed(t *testing.T) {
	sizes := []int{1000, 300_000, 17 << 20}
	if testing.Short() {
		sizes = sizes[:2]
	}
	damages := []struct {
		name   string
		damage func(path string, content []byte) error
		want   error
	}{
		{"one bit at the end", func(p string, c []byte) error { return flip(p, c, len(c)-1) }, repository.ErrDamaged},
		{"one bit at the beginning", func(p string, c []byte) error { return flip(p, c, 0) }, repository.ErrDamaged},
		{"cut", func(p string, c []byte) error { return os.Truncate(p, int64(len(c)-1)) }, repository.ErrDamaged},
		{"longer", func(p string, c []byte) error { return os.WriteFile(p, append(bytes.Clone(c), 'x'), 0o600) }, repository.ErrDamaged},
		{"another's bytes", func(p string, c []byte) error { return os.WriteFile(p, blobtest.Content(len(c), 99), 0o600) }, repository.ErrDamaged},
		{"taken away", func(p string, _ []byte) error { return os.Remove(p) }, repository.ErrNoBlob},
		{"a folder", func(p string, _ []byte) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, repository.ErrDamaged},
		{"a symbolic link", func(p string, _ []byte) error { return errors.Join(os.Rename(p, p+"x"), os.Symlink(p+"x", p)) }, unix.ELOOP},
	}
	for _, size := range sizes {
		for i, d := range damages {
			if size > repository.VerifiedFirst && i > 2 {
				break // the others are seen before a byte is read, whatever the size
			}
			t.Run(fmt.Sprintf("%d bytes, %s", size, d.name), func(t *testing.T) {
				s := open(t, t.TempDir()+"/documents")
				content := blobtest.Content(size, 1)
				if _, err := put(t, s, content); err != nil {
					t.Fatal(err)
				}
				if err := d.damage(file(s, content), content); err != nil {
					t.Fatal(err)
				}
				read, err := blobtest.Read(t.Context(), s, blobtest.Digest(content))
				if !errors.Is(err, d.want) {
					t.Errorf("reading gives %v, not %v", err, d.want)
				}
				if len(read) >= size {
					t.Errorf("all %d bytes were given", len(read))
				}
			})
		}
	}
}

func flip(path string, content []byte, at int) error {
	wrong := bytes.Clone(content)
	wrong[at] ^= 1
	return os.WriteFile(path, wrong, 0o600)
}

// TestDamagedContentIsHealed: storing the same content again mends a file that went bad.
func TestDamagedContentIsHealed(t *testing.T) {
	s := open(t, t.TempDir()+"/documents")
	content := blobtest.Content(1000, 1)
	if _, err := put(t, s, content); err != nil {
		t.Fatal(err)
	}
	if err := flip(file(s, content), content, 5); err != nil {
		t.Fatal(err)
	}
	if _, err := put(t, s, content); err != nil {
		t.Fatal(err)
	}
	if read, err := blobtest.Read(t.Context(), s, blobtest.Digest(content)); err != nil || !bytes.Equal(read, content) {
		t.Errorf("after storing it again: %v", err)
	}
}

// TestFailingDiskPoisons: after an fsync that failed nothing is stored any more, reads go on.
func TestFailingDiskPoisons(t *testing.T) {
	for fail := range 3 { // the first file, the second file, the first folder
		s := open(t, t.TempDir()+"/documents")
		kept := blobtest.Content(1000, 1)
		if _, err := put(t, s, kept); err != nil {
			t.Fatal(err)
		}
		calls, sync := 0, s.sync
		s.sync = func(fd int) error {
			if calls++; calls == fail+1 {
				return unix.EIO
			}
			return sync(fd)
		}
		if _, err := put(t, s, blobtest.Content(10, 2), blobtest.Content(20, 2)); !errors.Is(err, ErrPoisoned) || !errors.Is(err, unix.EIO) {
			t.Errorf("fsync %d fails: %v", fail, err)
		}
		if n := files(t, s, "staging"); n != 0 {
			t.Errorf("fsync %d fails: %d files stay staged", fail, n)
		}
		if _, err := put(t, s, blobtest.Content(10, 3)); !errors.Is(err, ErrPoisoned) {
			t.Errorf("fsync %d failed, and the next lot: %v", fail, err)
		}
		if err := s.Ready(t.Context()); !errors.Is(err, ErrPoisoned) {
			t.Errorf("fsync %d failed, and Ready: %v", fail, err)
		}
		if _, err := blobtest.Read(t.Context(), s, blobtest.Digest(kept)); err != nil {
			t.Errorf("fsync %d failed, and reading: %v", fail, err)
		}
	}
}

// TestOrder: no name before the bytes are durable, no answer before the names are, each folder once.
func TestOrder(t *testing.T) {
	s := open(t, t.TempDir()+"/documents")
	contents := [][]byte{blobtest.Content(10, 1), blobtest.Content(100_000, 1), blobtest.Content(30, 1)}
	var synced []string
	sync := s.sync
	s.sync = func(fd int) error {
		var stat unix.Stat_t
		if err := unix.Fstat(fd, &stat); err != nil {
			return err
		}
		kind, named := "file", 0
		if stat.Mode&unix.S_IFMT == unix.S_IFDIR {
			kind = "folder"
		}
		for _, content := range contents {
			if _, err := os.Stat(file(s, content)); err == nil {
				named++
			}
		}
		synced = append(synced, fmt.Sprintf("%s with %d named", kind, named))
		return sync(fd)
	}
	if _, err := put(t, s, contents...); err != nil {
		t.Fatal(err)
	}
	want := []string{"file with 0 named", "file with 0 named", "file with 0 named", "folder with 3 named", "folder with 3 named", "folder with 3 named"}
	if fmt.Sprint(synced) != fmt.Sprint(want) {
		t.Errorf("made durable: %q\nexpected: %q", synced, want)
	}
	synced = nil
	if _, err := put(t, s, contents...); err != nil {
		t.Fatal(err)
	}
	if want = want[3:]; fmt.Sprint(synced) != fmt.Sprint(want) {
		t.Errorf("made durable of contents that are there: %q\nexpected: %q", synced, want)
	}
}

// TestRemovalCutShort: a blob whose remover died is found again.
func TestRemovalCutShort(t *testing.T) {
	s := open(t, t.TempDir()+"/documents")
	content := blobtest.Content(100, 1)
	if _, err := put(t, s, content); err != nil {
		t.Fatal(err)
	}
	path := file(s, content)
	if err := os.Rename(path, filepath.Join(filepath.Dir(path), removing+filepath.Base(path))); err != nil {
		t.Fatal(err)
	}
	found := 0
	if err := s.Walk(t.Context(), func(repository.BlobInfo) error { found++; return nil }); err != nil || found != 1 {
		t.Fatalf("%d blobs listed: %v", found, err)
	}
	if read, err := blobtest.Read(t.Context(), s, blobtest.Digest(content)); err != nil || !bytes.Equal(read, content) {
		t.Errorf("after walking: %v", err)
	}
}

// TestDiskFull fills a small file system of its own.
func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=3m,mode=0700"); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	s := open(t, dir+"/documents")
	kept := blobtest.Content(500_000, 1)
	if _, err := put(t, s, kept); err != nil {
		t.Fatal(err)
	}
	var last [][]byte
	for i := range uint64(200) {
		content := blobtest.Content(40_000, 10+i)
		if _, err := put(t, s, content); err != nil {
			if !errors.Is(err, repository.ErrOutOfSpace) {
				t.Fatalf("a short document on a full disk: %v", err)
			}
			break
		}
		last = append(last, content)
	}
	if _, err := put(t, s, blobtest.Content(5<<20, 2)); !errors.Is(err, repository.ErrOutOfSpace) {
		t.Errorf("a long document on a full disk: %v", err)
	}
	if _, err := put(t, s, blobtest.Content(40_000, 3), blobtest.Content(40_000, 4)); !errors.Is(err, repository.ErrOutOfSpace) {
		t.Errorf("two short documents on a full disk: %v", err)
	}
	if n := files(t, s, "staging"); n != 0 {
		t.Errorf("%d files stay staged", n)
	}
	if n := files(t, s, "blobs"); n != 1+len(last) {
		t.Errorf("%d documents are there, %d were acknowledged", n, 1+len(last))
	}
	if read, err := blobtest.Read(t.Context(), s, blobtest.Digest(kept)); err != nil || !bytes.Equal(read, kept) {
		t.Errorf("reading on a full disk: %v", err)
	}
	for _, content := range last {
		if err := os.Remove(file(s, content)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := put(t, s, blobtest.Content(40_000, 3)); err != nil {
		t.Errorf("after there is room again: %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("after there is room again: %v", err)
	}
}
