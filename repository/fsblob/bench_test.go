package fsblob

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"liasse/repository"
	"liasse/repository/blobtest"
)

// cpu is the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// pairs runs do for b.N pairs of documents of 30 KB from several writers and reports processor time for each pair.
func pairs(b *testing.B, do func(pair [2][]byte) error) {
	for _, writers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			template := blobtest.Content(30_000, 1)
			var left atomic.Int64
			left.Store(int64(b.N))
			start := cpu(b)
			var wait sync.WaitGroup
			for range writers {
				wait.Go(func() {
					pair := [2][]byte{bytes.Clone(template), bytes.Clone(template)}
					for n := left.Add(-1); n >= 0; n = left.Add(-1) {
						for i := range pair {
							_, _ = rand.Read(pair[i][:16]) // never fails
							binary.LittleEndian.PutUint64(pair[i][16:], uint64(n))
						}
						if err := do(pair); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wait.Wait()
			b.ReportMetric(float64((cpu(b)-start).Microseconds())/float64(b.N), "cpu-µs/pair")
		})
	}
}

// BenchmarkCommit is the whole durable way of the two documents of a lot: digests, files, folders.
func BenchmarkCommit(b *testing.B) {
	s := open(b, b.TempDir()+"/documents")
	pairs(b, func(pair [2][]byte) error {
		var staged [2]repository.Staged
		for i := range pair {
			var err error
			if staged[i], err = s.Stage(b.Context(), bytes.NewReader(pair[i])); err != nil {
				return err
			}
		}
		_, err := s.Commit(b.Context(), staged[:])
		return err
	})
}

// BenchmarkFloor is the same without any promise of durability: two files made, written and renamed.
func BenchmarkFloor(b *testing.B) {
	s := open(b, b.TempDir()+"/documents")
	s.sync = func(int) error { return nil }
	var n atomic.Int64
	pairs(b, func(pair [2][]byte) error {
		for i := range pair {
			fd, name, err := s.createStaged()
			if err != nil {
				return err
			}
			if err := writeAll(fd, pair[i]); err != nil {
				return err
			}
			closeFile(fd)
			at := n.Add(1)
			if err := unix.Renameat(s.staging, name, s.fanOut[byte(at)], fmt.Sprint(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

// BenchmarkStage is the digests alone, with the bytes held in memory.
func BenchmarkStage(b *testing.B) {
	s := open(b, b.TempDir()+"/documents")
	pairs(b, func(pair [2][]byte) error {
		for i := range pair {
			staged, err := s.Stage(b.Context(), bytes.NewReader(pair[i]))
			if err != nil {
				return err
			}
			staged.Discard()
		}
		return nil
	})
}

// BenchmarkOpen reads a document of 200 KB that the page cache holds, verified before its first byte.
func BenchmarkOpen(b *testing.B) {
	s := open(b, b.TempDir()+"/documents")
	content := blobtest.Content(200_000, 1)
	if _, err := put(b, s, content); err != nil {
		b.Fatal(err)
	}
	digest := blobtest.Digest(content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		blob, err := s.Open(b.Context(), digest.Address, digest.Size)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, blob); err != nil {
			b.Fatal(err)
		}
		if err := blob.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
