package fsblob

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"liasse/repository/blobtest"
)

// ext4 stops at once, its journal not written out, as if the power were cut.
const (
	ext4Shutdown      = 0x8004587D
	shutdownNoFlush   = 2
	powerCutImageSize = 96 << 20
)

// TestPowerCut cuts the power of a small file system right after documents were acknowledged: all of them are there
// afterwards. Without the fsyncs they are not, which shows that the test sees.
func TestPowerCut(t *testing.T) {
	if testing.Short() {
		t.Skip("making and mounting file systems takes a few seconds")
	}
	if os.Getuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("mounting a file system needs root on Linux")
	}
	if _, err := exec.LookPath("mkfs.ext4"); err != nil {
		t.Skip("mkfs.ext4 is not installed")
	}
	for _, journal := range []bool{true, false} {
		for _, honest := range []bool{true, false} {
			kept, of, wrong := cutPower(t, journal, honest)
			t.Logf("journal %v, fsync %v: %d of %d documents are there, %d with wrong bytes", journal, honest, kept, of, wrong)
			if honest && (kept != of || wrong != 0) {
				t.Errorf("journal %v: %d of %d acknowledged documents are there, %d with wrong bytes", journal, kept, of, wrong)
			}
			if !honest && journal && kept == of { // without a journal the kernel may have written all by itself
				t.Error("nothing was lost without fsync: the test sees nothing")
			}
		}
	}
}

// cutPower stores documents, cuts the power and counts what is there afterwards.
func cutPower(t *testing.T, journal, honest bool) (kept, of, wrong int) {
	t.Helper()
	image, at := filepath.Join(t.TempDir(), "image"), t.TempDir()
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, powerCutImageSize); err != nil {
		t.Fatal(err)
	}
	features := "has_journal"
	if !journal {
		features = "^has_journal"
	}
	command(t, true, "mkfs.ext4", "-q", "-F", "-O", features, image)
	mount := func() { command(t, true, "mount", "-o", "loop", image, at) }
	mount()
	mounted := true
	t.Cleanup(func() {
		if mounted {
			_ = unix.Unmount(at, unix.MNT_DETACH)
		}
	})
	s := open(t, filepath.Join(at, "documents"))
	if !honest {
		unix.Sync() // the folders themselves are there in both cases
		s.sync = func(int) error { return nil }
	}
	const lots = 40
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for j := i; j < lots; j += 4 {
				if _, err := put(t, s, blobtest.Content(30_000, uint64(j)), blobtest.Content(100_000, uint64(j))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	shutDown(t, at)
	_ = s.Close() // takes nothing away any more
	if err := unix.Unmount(at, 0); err != nil {
		t.Fatal(err)
	}
	if !journal {
		command(t, false, "e2fsck", "-fy", image)
	}
	mount()
	again, err := Open(filepath.Join(at, "documents"))
	if err != nil {
		t.Fatal(err)
	}
	for j := range lots {
		for _, size := range []int{30_000, 100_000} {
			content := blobtest.Content(size, uint64(j))
			of++
			if read, err := blobtest.Read(t.Context(), again, blobtest.Digest(content)); err == nil && bytes.Equal(read, content) {
				kept++
			} else if _, there := os.Stat(file(again, content)); there == nil {
				wrong++
			}
		}
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	mounted = false
	if err := unix.Unmount(at, 0); err != nil {
		t.Fatal(err)
	}
	return kept, of, wrong
}

func shutDown(t *testing.T, at string) {
	t.Helper()
	fd, err := unix.Open(at, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile(fd)
	if err := unix.IoctlSetPointerInt(fd, ext4Shutdown, shutdownNoFlush); err != nil {
		t.Skipf("the file system cannot be shut down here: %v", err)
	}
}

// command runs a program of the system; a failure of one that must work skips the test.
func command(t *testing.T, must bool, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil && must {
		t.Skipf("%s does not work here: %v\n%s", name, err, out)
	}
}
