package repository_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"liasse/registry"
	"liasse/repository"
	"liasse/repository/blobtest"
)

// TestDocumentsForTheRegistry opens documents as a registry in the same process does: what ITI-43 would not give is not
// opened either.
func TestDocumentsForTheRegistry(t *testing.T) {
	policy := hidden{}
	w := newWorld(t, options{})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	documents := &repository.Documents{UniqueID: repositoryOID, Blobs: w.blobs, Store: w.store, Policy: policy}
	open := func(of, uniqueID string) ([]byte, error) {
		opened, err := documents.OpenDocument(t.Context(), of, uniqueID)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(opened)
		if err == nil && opened.Size() != int64(len(content)) {
			t.Errorf("%d bytes of a document of %d", len(content), opened.Size())
		}
		return content, errors.Join(err, opened.Close())
	}
	for i, id := range []string{"1.2.3.1", "1.2.3.2"} {
		for _, of := range []string{repositoryOID, "urn:oid:" + repositoryOID} {
			if got, err := open(of, id); err != nil || !bytes.Equal(got, two().docs[i].content) {
				t.Errorf("%s of %s: %d bytes, %v", id, of, len(got), err)
			}
		}
	}
	policy["1.2.3.1"] = true
	for _, refused := range [][2]string{{repositoryOID, "1.2.3.9"}, {"1.2.3.4", "1.2.3.2"}, {"", "1.2.3.2"}, {repositoryOID, "1.2.3.1"}, {repositoryOID, ""}} {
		if _, err := open(refused[0], refused[1]); !errors.Is(err, registry.ErrNoDocument) {
			t.Errorf("%q of %q: %v", refused[1], refused[0], err)
		}
	}
	name := blobtest.Digest(two().docs[1].content).Address.String()
	wrong := bytes.Clone(two().docs[1].content)
	wrong[100_000] ^= 4
	if err := os.WriteFile(filepath.Join(w.dir, "documents", "blobs", name[:2], name), wrong, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(repositoryOID, "1.2.3.2"); !errors.Is(err, repository.ErrDamaged) || errors.Is(err, registry.ErrNoDocument) {
		t.Errorf("damaged: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := documents.OpenDocument(ended, repositoryOID, "1.2.3.2"); err == nil {
		t.Error("a document is opened for a request that ended")
	}
}
