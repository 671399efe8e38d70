package vihf

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// tableFile is a file that is read whole into a value of T and read again when it has changed. Readers are never kept
// waiting, and a file that cannot be read leaves the value before in force.
type tableFile[T any] struct {
	path  string
	parse func(src []byte) (*T, error)

	loading sync.Mutex
	sum     [sha256.Size]byte
	value   atomic.Pointer[T]
}

func openTable[T any](path string, parse func([]byte) (*T, error)) (*tableFile[T], error) {
	f := &tableFile[T]{path: path, parse: parse}
	if _, err := f.reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// reload reads the file again and tells whether its content changed.
func (f *tableFile[T]) reload() (changed bool, err error) {
	f.loading.Lock()
	defer f.loading.Unlock()
	src, err := os.ReadFile(f.path)
	if err != nil {
		return false, fmt.Errorf("reading a table: %w", err)
	}
	sum := sha256.Sum256(src)
	if f.value.Load() != nil && sum == f.sum {
		return false, nil
	}
	value, err := f.parse(src)
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", f.path, err)
	}
	f.value.Store(value)
	f.sum = sum
	return true, nil
}

// watch reloads at every interval until the context ends, and tells what failed.
func (f *tableFile[T]) watch(ctx context.Context, every time.Duration, failed func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := f.reload(); err != nil {
				failed(err)
			}
		}
	}
}
