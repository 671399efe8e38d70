package fsblob

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"liasse/repository"
	"liasse/repository/blobtest"
)

// TestModel plays random lots, removals and restarts against a map.
func TestModel(t *testing.T) {
	dir := t.TempDir() + "/documents" // one for all plays: making its folders is most of the work
	ctx := context.Background()
	rapid.Check(t, func(r *rapid.T) {
		var s *Store
		reopen := func() {
			var err error
			if s, err = Open(dir); err != nil {
				r.Fatal(err)
			}
			s.sync = func(int) error { return nil } // no power is cut here
		}
		reopen()
		defer func() { _ = s.Close() }()
		err := s.Walk(ctx, func(info repository.BlobInfo) error { return s.Remove(ctx, info.Address) })
		if err != nil {
			r.Fatal(err)
		}
		model := make(map[repository.Address][]byte)
		at := make(map[repository.Address]time.Time)
		size := rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(65_530, 65_540), rapid.SampledFrom([]int{100_000, 262_144, 262_145, 400_000}))
		content := rapid.Custom(func(r *rapid.T) []byte {
			return blobtest.Content(size.Draw(r, "size"), rapid.Uint64Range(0, 3).Draw(r, "seed"))
		})
		r.Repeat(map[string]func(*rapid.T){
			"lot": func(r *rapid.T) {
				contents := rapid.SliceOfN(content, 0, 4).Draw(r, "contents")
				var staged []repository.Staged
				for _, c := range contents {
					one, err := s.Stage(ctx, iotest.HalfReader(bytes.NewReader(c)))
					if err != nil {
						r.Fatal(err)
					}
					if one.Digest() != blobtest.Digest(c) {
						r.Fatal("a wrong digest")
					}
					staged = append(staged, one)
				}
				if rapid.Bool().Draw(r, "discard") {
					for _, one := range staged {
						one.Discard()
					}
					return
				}
				committed, err := s.Commit(ctx, staged)
				if err != nil {
					r.Fatal(err)
				}
				for i, c := range contents {
					address := blobtest.Digest(c).Address
					if _, there := model[address]; there == committed[i].Created {
						r.Fatalf("created is %v", committed[i].Created)
					}
					model[address], at[address] = c, committed[i].At
				}
			},
			"remove": func(r *rapid.T) {
				address := blobtest.Digest(content.Draw(r, "content")).Address
				_, there := model[address]
				if there && rapid.Bool().Draw(r, "at another moment") {
					if err := s.Remove(ctx, address, at[address].Add(time.Nanosecond)); !errors.Is(err, repository.ErrInUse) {
						r.Fatal(err)
					}
					return
				}
				if err := s.Remove(ctx, address, at[address]); err != nil {
					r.Fatal(err)
				}
				delete(model, address)
			},
			"restart": func(r *rapid.T) {
				if rapid.IntRange(0, 4).Draw(r, "rarely") != 0 {
					return // 256 folders are opened anew each time
				}
				if err := s.Close(); err != nil {
					r.Fatal(err)
				}
				reopen()
			},
			"": func(r *rapid.T) {
				n := 0
				err := s.Walk(ctx, func(info repository.BlobInfo) error {
					n++
					read, err := blobtest.Read(ctx, s, repository.Digest{Address: info.Address, Size: info.Size})
					if err == nil && (!bytes.Equal(read, model[info.Address]) || !info.Used.Equal(at[info.Address])) {
						r.Fatalf("%s has %d bytes, used %v, not %v", info.Address, len(read), info.Used, at[info.Address])
					}
					return err
				})
				if err != nil || n != len(model) {
					r.Fatalf("%d blobs, not %d: %v", n, len(model), err)
				}
				if held := s.held.out.Load(); held != 0 {
					r.Fatalf("%d buffers are held", held)
				}
			},
		})
	})
}
