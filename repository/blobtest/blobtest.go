// Package blobtest is the suite that every repository.Blobs passes.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // the hash attribute of XDS
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"liasse/repository"
)

// Run runs the suite. open gives an empty store for one test, closed by the suite.
func Run(t *testing.T, open func(t *testing.T) repository.Blobs) {
	tests := []struct {
		name string
		run  func(*testing.T, repository.Blobs)
	}{
		{"contents of all sizes come back", sizes},
		{"a content is stored once", once},
		{"a content twice in a lot is stored once", twiceInLot},
		{"staged contents are not visible", stagedInvisible},
		{"discarded contents leave nothing", discarded},
		{"staged contents can be read again", rereading},
		{"a broken reader leaves nothing", brokenReader},
		{"a cancelled lot leaves nothing", cancelled},
		{"an unknown address has no blob", unknown},
		{"a wrong size is refused", wrongSize},
		{"a removed blob is gone and can be stored again", removed},
		{"a blob stored again is not removed", removedInUse},
		{"walking lists every blob in order", walked},
		{"an equal SHA-1 does not make an equal address", addressedBySHA256},
		{"concurrent lots with shared contents are all there", concurrent},
		{"closing a blob twice and while it is read is harmless", closing},
		{"the store is ready", func(t *testing.T, b repository.Blobs) { must(t, b.Ready(t.Context())) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := open(t)
			defer func() { must(t, b.Close()) }()
			test.run(t, b)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Content makes n bytes that depend on n and seed alone.
func Content(n int, seed uint64) []byte {
	var key [32]byte
	key[0], key[1], key[2] = byte(seed), byte(seed>>8), byte(n)
	b := make([]byte, n)
	_, _ = rand.NewChaCha8(key).Read(b) // never fails
	return b
}

// Digest gives the digest of bytes by other means than the store's.
func Digest(b []byte) repository.Digest {
	return repository.Digest{Address: sha256.Sum256(b), SHA1: sha1.Sum(b), Size: int64(len(b))} //nolint:gosec // see the import
}

func stage(t *testing.T, b repository.Blobs, contents ...[]byte) []repository.Staged {
	t.Helper()
	staged := make([]repository.Staged, len(contents))
	for i, content := range contents {
		var err error
		staged[i], err = b.Stage(t.Context(), bytes.NewReader(content))
		must(t, err)
		if got := staged[i].Digest(); got != Digest(content) {
			t.Fatalf("the digest of %d bytes is %+v, not %+v", len(content), got, Digest(content))
		}
	}
	return staged
}

func store(t *testing.T, b repository.Blobs, contents ...[]byte) []repository.Committed {
	t.Helper()
	committed, err := b.Commit(t.Context(), stage(t, b, contents...))
	must(t, err)
	if len(committed) != len(contents) {
		t.Fatalf("%d contents were committed, %d answers came", len(contents), len(committed))
	}
	return committed
}

// Read gives the bytes of a blob.
func Read(ctx context.Context, b repository.Blobs, d repository.Digest) ([]byte, error) {
	blob, err := b.Open(ctx, d.Address, d.Size)
	if err != nil {
		return nil, err
	}
	read, err := io.ReadAll(blob)
	return read, errors.Join(err, blob.Close())
}

func expect(t *testing.T, b repository.Blobs, contents ...[]byte) {
	t.Helper()
	for _, content := range contents {
		read, err := Read(t.Context(), b, Digest(content))
		must(t, err)
		if !bytes.Equal(read, content) {
			t.Fatalf("%d bytes came back as %d others", len(content), len(read))
		}
	}
}

func list(t *testing.T, b repository.Blobs) []repository.BlobInfo {
	t.Helper()
	var all []repository.BlobInfo
	must(t, b.Walk(t.Context(), func(i repository.BlobInfo) error {
		all = append(all, i)
		return nil
	}))
	return all
}

func expectCount(t *testing.T, b repository.Blobs, n int) {
	t.Helper()
	if all := list(t, b); len(all) != n {
		t.Fatalf("the store holds %d blobs, not %d", len(all), n)
	}
}

func sizes(t *testing.T, b repository.Blobs) {
	all := []int{0, 1, 100, 30_000, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000, 256 << 10, 256<<10 + 1, 1 << 20, 9 << 20, 16 << 20, 16<<20 + 1, 20 << 20}
	if testing.Short() {
		all = all[:11]
	}
	contents := make([][]byte, len(all))
	for i, n := range all {
		contents[i] = Content(n, 1)
	}
	for i, c := range store(t, b, contents...) {
		if !c.Created {
			t.Errorf("the content of %d bytes is said to have been there", all[i])
		}
	}
	expect(t, b, contents...)
	expect(t, b, contents[3], contents[3])
	blob, err := b.Open(t.Context(), Digest(contents[7]).Address, int64(all[7]))
	must(t, err)
	defer blob.Close()
	if blob.Size() != int64(all[7]) {
		t.Errorf("Size is %d, not %d", blob.Size(), all[7])
	}
	must(t, iotest.TestReader(blob, contents[7]))
}

func once(t *testing.T, b repository.Blobs) {
	content := Content(50_000, 2)
	first := store(t, b, content)[0]
	second := store(t, b, content, Content(5, 2))
	if !first.Created || second[0].Created || !second[1].Created {
		t.Errorf("created: %v, then %v and %v", first.Created, second[0].Created, second[1].Created)
	}
	expect(t, b, content)
	expectCount(t, b, 2)
}

func twiceInLot(t *testing.T, b repository.Blobs) {
	short, long := Content(10, 3), Content(300_000, 3)
	committed := store(t, b, short, long, short, long)
	for i, created := range []bool{true, true, false, false} {
		if committed[i].Created != created {
			t.Errorf("content %d: created is %v", i, committed[i].Created)
		}
	}
	expect(t, b, short, long)
	expectCount(t, b, 2)
}

func stagedInvisible(t *testing.T, b repository.Blobs) {
	content := Content(100_000, 4)
	staged := stage(t, b, content)
	expectCount(t, b, 0)
	if _, err := Read(t.Context(), b, Digest(content)); !errors.Is(err, repository.ErrNoBlob) {
		t.Errorf("a staged content can be opened: %v", err)
	}
	_, err := b.Commit(t.Context(), staged)
	must(t, err)
	staged[0].Discard() // does nothing any more
	expect(t, b, content)
}

func discarded(t *testing.T, b repository.Blobs) {
	for _, staged := range stage(t, b, Content(10, 5), Content(100_000, 5)) {
		staged.Discard()
		staged.Discard()
	}
	expectCount(t, b, 0)
	committed, err := b.Commit(t.Context(), nil)
	must(t, err)
	if len(committed) != 0 {
		t.Errorf("an empty lot has %d answers", len(committed))
	}
}

func rereading(t *testing.T, b repository.Blobs) {
	for _, n := range []int{0, 1, 30_000, 64<<10 - 1, 64 << 10, 64<<10 + 1, 300_000} {
		content := Content(n, 17)
		staged := stage(t, b, content)[0]
		first, err := staged.Open()
		must(t, err)
		second, err := staged.Open()
		must(t, err)
		must(t, iotest.TestReader(second, content))
		must(t, iotest.TestReader(iotest.OneByteReader(io.LimitReader(first, 10)), content[:min(n, 10)]))
		must(t, first.Close())
		if _, err := first.Read(make([]byte, 1)); err == nil || n > 10 && err == io.EOF {
			t.Errorf("a closed reader of %d bytes reads on: %v", n, err)
		}
		must(t, second.Close())
		expectCount(t, b, 0)
		third, err := staged.Open()
		must(t, err)
		if n%2 == 0 {
			staged.Discard()
		} else {
			_, err := b.Commit(t.Context(), []repository.Staged{staged})
			must(t, err)
			expect(t, b, content)
			must(t, b.Remove(t.Context(), Digest(content).Address))
		}
		if _, err := third.Read(make([]byte, 1)); err == nil {
			t.Errorf("%d bytes are read after their end", n)
		}
		if _, err := staged.Open(); err == nil {
			t.Errorf("a content of %d bytes is opened after its end", n)
		}
	}
}

func brokenReader(t *testing.T, b repository.Blobs) {
	broken := errors.New("the connection broke")
	for _, n := range []int{0, 100, 64 << 10, 200_000} {
		r := io.MultiReader(bytes.NewReader(Content(n, 6)), iotest.ErrReader(broken))
		if staged, err := b.Stage(t.Context(), r); !errors.Is(err, broken) || staged != nil {
			t.Errorf("after %d bytes: %v, %v", n, staged, err)
		}
	}
	slow := Content(150_000, 6)
	staged, err := b.Stage(t.Context(), iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(slow))))
	must(t, err)
	_, err = b.Commit(t.Context(), []repository.Staged{staged})
	must(t, err)
	expect(t, b, slow)
	expectCount(t, b, 1)
}

func cancelled(t *testing.T, b repository.Blobs) {
	ctx, cancel := context.WithCancel(t.Context())
	staged := stage(t, b, Content(10, 7), Content(100_000, 7))
	cancel()
	if _, err := b.Commit(ctx, staged); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Commit: %v", err)
	}
	if _, err := b.Stage(ctx, strings.NewReader(strings.Repeat("x", 1<<20))); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Stage: %v", err)
	}
	expectCount(t, b, 0)
}

func unknown(t *testing.T, b repository.Blobs) {
	if _, err := b.Open(t.Context(), repository.Address{1}, 3); !errors.Is(err, repository.ErrNoBlob) {
		t.Errorf("opening: %v", err)
	}
	must(t, b.Remove(t.Context(), repository.Address{1}, time.Now()))
}

func wrongSize(t *testing.T, b repository.Blobs) {
	content := Content(1000, 8)
	store(t, b, content)
	for _, size := range []int64{0, 999, 1001, 20 << 20} {
		if _, err := b.Open(t.Context(), Digest(content).Address, size); !errors.Is(err, repository.ErrDamaged) {
			t.Errorf("opening with the size %d: %v", size, err)
		}
	}
}

func removed(t *testing.T, b repository.Blobs) {
	content := Content(1000, 9)
	address := Digest(content).Address
	committed := store(t, b, content)[0]
	must(t, b.Remove(t.Context(), address, committed.At))
	expectCount(t, b, 0)
	must(t, b.Remove(t.Context(), address, committed.At))
	if !store(t, b, content)[0].Created {
		t.Error("a content that was removed is said to be there")
	}
	used := list(t, b)[0].Used
	must(t, b.Remove(t.Context(), address, used))
	expectCount(t, b, 0)
	store(t, b, content)
	must(t, b.Remove(t.Context(), address))
	expectCount(t, b, 0)
}

func removedInUse(t *testing.T, b repository.Blobs) {
	content := Content(1000, 10)
	first := store(t, b, content)[0]
	second := store(t, b, content)[0]
	if err := b.Remove(t.Context(), Digest(content).Address, first.At); !errors.Is(err, repository.ErrInUse) {
		t.Errorf("removing what was stored again: %v", err)
	}
	expect(t, b, content)
	must(t, b.Remove(t.Context(), Digest(content).Address, first.At, second.At))
	expectCount(t, b, 0)
}

func walked(t *testing.T, b repository.Blobs) {
	before := time.Now().Add(-time.Minute)
	var contents [][]byte
	for i := range 300 {
		contents = append(contents, Content(i, 11))
	}
	store(t, b, contents...)
	want := make(map[repository.Address]int64)
	for _, content := range contents {
		want[Digest(content).Address] = int64(len(content))
	}
	var last repository.Address
	for i, info := range list(t, b) {
		size, known := want[info.Address]
		if !known || size != info.Size || info.Used.Before(before) {
			t.Errorf("listed %+v, expected size %d", info, size)
		}
		if i > 0 && bytes.Compare(last[:], info.Address[:]) >= 0 {
			t.Error("the order is not that of the addresses")
		}
		last = info.Address
		delete(want, info.Address)
	}
	if len(want) != 0 {
		t.Errorf("%d blobs were not listed", len(want))
	}
	stop := errors.New("enough")
	if err := b.Walk(t.Context(), func(repository.BlobInfo) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of each is not returned: %v", err)
	}
}

// addressedBySHA256 stores two contents and shows that each is known by its SHA-256 alone: no method takes a SHA-1, so
// documents made to have the same one keep their own bytes.
func addressedBySHA256(t *testing.T, b repository.Blobs) {
	one, other := Content(320, 12), Content(320, 13)
	store(t, b, one, other)
	expect(t, b, one, other)
	if _, err := b.Open(t.Context(), addressWithSHA1(one), 320); !errors.Is(err, repository.ErrNoBlob) {
		t.Errorf("a SHA-1 opens a blob: %v", err)
	}
}

func addressWithSHA1(content []byte) (a repository.Address) {
	d := Digest(content)
	copy(a[:], d.SHA1[:])
	return a
}

func concurrent(t *testing.T, b repository.Blobs) {
	shared := Content(70_000, 14)
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			for j := range 5 {
				own := Content(100*i+j, 15)
				var staged []repository.Staged
				for _, content := range [][]byte{own, shared} {
					one, err := b.Stage(t.Context(), bytes.NewReader(content))
					if err != nil {
						t.Error(err)
						return
					}
					staged = append(staged, one)
				}
				if _, err := b.Commit(t.Context(), staged); err != nil {
					t.Error(err)
				}
				for _, content := range [][]byte{own, shared} {
					if read, err := Read(t.Context(), b, Digest(content)); err != nil || !bytes.Equal(read, content) {
						t.Errorf("reading after Commit: %v", err)
					}
				}
			}
		})
	}
	wait.Wait()
	expectCount(t, b, 81)
}

func closing(t *testing.T, b repository.Blobs) {
	for _, n := range []int{1000, 600_000} {
		content := Content(n, 16)
		store(t, b, content)
		blob, err := b.Open(t.Context(), Digest(content).Address, int64(n))
		must(t, err)
		var wait sync.WaitGroup
		wait.Go(func() {
			buffer := make([]byte, 16)
			for {
				if _, err := blob.Read(buffer); err != nil {
					return
				}
			}
		})
		must(t, blob.Close())
		must(t, blob.Close())
		wait.Wait()
		expect(t, b, content)
	}
}
