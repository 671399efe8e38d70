package xdsclient

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Saved is a document that was retrieved into a file.
type Saved struct {
	UniqueID string
	Path     string
	Size     int64
	// Checked tells that hash and size were compared with the registry's and agree.
	Checked bool
}

// Save retrieves documents into files of a folder. Which repository has them is asked of the registry unless
// repositoryID says it. What was saved comes back also with an error; a document whose bytes disagree with the registry
// is an error and its file is removed.
func (c *Client) Save(ctx context.Context, uniqueIDs []string, repositoryID, dir string) ([]Saved, error) {
	entries := make(map[string]Found)
	wanted := make([]Wanted, 0, len(uniqueIDs))
	if repositoryID == "" {
		found, _, err := c.Documents(ctx, uniqueIDs)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			entries[f.UniqueID] = f
		}
	}
	var unknown []string
	for _, id := range uniqueIDs {
		entry, known := entries[id]
		if !known && repositoryID == "" {
			unknown = append(unknown, id)
			continue
		}
		w := Wanted{UniqueID: id, RepositoryUniqueID: repositoryID, Home: entry.Home}
		if repositoryID == "" {
			w.RepositoryUniqueID = entry.RepositoryUniqueID
		}
		wanted = append(wanted, w)
	}
	var failed error
	if len(unknown) > 0 {
		failed = fmt.Errorf("the registry knows no document with the uniqueId %s", strings.Join(unknown, ", "))
	}
	if len(wanted) == 0 {
		return nil, failed
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the folder: %w", err)
	}
	var saved []Saved
	err := c.Retrieve(ctx, wanted, func(uniqueID, mimeType string, content io.Reader) error {
		s, err := saveOne(dir, uniqueID, mimeType, content, entries[uniqueID])
		if err == nil {
			saved = append(saved, *s)
		}
		return err
	})
	if err != nil {
		// A refusal is shown with its findings, so it must stay what errors.As finds first.
		return saved, errors.Join(err, failed)
	}
	return saved, failed
}

func saveOne(dir, uniqueID, mimeType string, content io.Reader, entry Found) (s *Saved, err error) {
	path := filepath.Join(dir, fileName(uniqueID, mimeType))
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("making a file: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	sum := sha1.New()
	n, err := io.Copy(io.MultiWriter(f, sum), content)
	if err != nil {
		return nil, fmt.Errorf("receiving %s: %w", uniqueID, err)
	}
	s = &Saved{UniqueID: uniqueID, Path: path, Size: n}
	s.Checked, err = agrees(sum, n, entry)
	return s, err
}

// agrees compares bytes with what the registry says of them; false without error when it says nothing.
func agrees(sum hash.Hash, size int64, entry Found) (bool, error) {
	if entry.Hash == "" {
		return false, nil
	}
	if got := hex.EncodeToString(sum.Sum(nil)); !strings.EqualFold(got, entry.Hash) {
		return false, fmt.Errorf("the bytes of %s have the SHA-1 %s, the registry says %s", entry.UniqueID, got, entry.Hash)
	}
	if want, err := strconv.ParseInt(entry.Size, 10, 64); err == nil && want != size {
		return false, fmt.Errorf("%s has %d bytes, the registry says %d", entry.UniqueID, size, want)
	}
	return true, nil
}

// fileName makes a name of a uniqueId, which may hold any character, that keeps different ids apart.
func fileName(uniqueID, mimeType string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '.', r == '-':
			return r
		}
		return '_'
	}, strings.TrimPrefix(uniqueID, "urn:uuid:"))
	safe = strings.TrimLeft(safe, ".")
	if safe != uniqueID || safe == "" || len(safe) > 120 {
		sum := sha1.Sum([]byte(uniqueID))
		safe = safe[:min(len(safe), 120)] + "-" + hex.EncodeToString(sum[:4])
	}
	return safe + extension(mimeType)
}

// extension gives the file name extension of the media types that registries hold most.
func extension(mimeType string) string {
	media, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		return ".bin"
	}
	switch media {
	case "text/xml", "application/xml", "application/hl7-v3+xml":
		return ".xml"
	case "application/pdf":
		return ".pdf"
	case "text/plain":
		return ".txt"
	case "text/rtf", "application/rtf":
		return ".rtf"
	case "image/jpeg":
		return ".jpg"
	case "image/tiff":
		return ".tiff"
	case "application/dicom":
		return ".dcm"
	}
	return ".bin"
}
