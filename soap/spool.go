package soap

import (
	"fmt"
	"io"
	"os"
)

// spool keeps on disk what of a message cannot be handed on yet. Its file has no name any more once it is open, so that
// nothing is left behind however the process ends.
type spool struct {
	dir  string
	file *os.File
	size int64
}

// stretch is a run of bytes of a spool.
type stretch struct{ offset, size int64 }

// Write appends to the spool.
func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil {
		file, err := os.CreateTemp(s.dir, "liasse-spool-*")
		if err != nil {
			return 0, fmt.Errorf("making a spool file: %w", err)
		}
		s.file = file
		if err := os.Remove(file.Name()); err != nil {
			return 0, fmt.Errorf("unlinking a spool file: %w", err)
		}
	}
	n, err := s.file.Write(p)
	s.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("writing a spool file: %w", err)
	}
	return n, nil
}

// open reads a stretch back.
func (s *spool) open(part stretch) io.Reader {
	if part.size == 0 {
		return eof{}
	}
	return io.NewSectionReader(s.file, part.offset, part.size)
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return file.Close()
}

// eof is an empty content.
type eof struct{}

// Read says that there is nothing.
func (eof) Read([]byte) (int, error) { return 0, io.EOF }
