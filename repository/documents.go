package repository

import (
	"context"
	"fmt"
	"strings"

	"liasse/registry"
)

// Documents opens the documents of a repository for the registry that shares its process, by the way that ITI-43 takes:
// the same rights, the same verification of the bytes. It is a registry.Documents, made before either actor.
type Documents struct {
	// UniqueID is the repositoryUniqueId whose documents these are.
	UniqueID string
	// Blobs, Store and Policy are the repository's (see Config).
	Blobs  Blobs
	Store  registry.Store
	Policy registry.Policy
}

// OpenDocument opens a document; registry.ErrNoDocument is wrapped when it is of another repository, not kept, or not the
// caller's to see.
func (d *Documents) OpenDocument(ctx context.Context, repositoryUniqueID, uniqueID string) (registry.OpenedDocument, error) {
	if strings.TrimPrefix(repositoryUniqueID, "urn:oid:") != d.UniqueID {
		return nil, fmt.Errorf("opening a document of the repository %s: %w", repositoryUniqueID, registry.ErrNoDocument)
	}
	kept, err := keptFor(ctx, d.Store, d.Policy, []string{uniqueID})
	if err != nil {
		return nil, err
	}
	content, ok := kept[uniqueID]
	if !ok {
		return nil, fmt.Errorf("opening a document: %w", registry.ErrNoDocument)
	}
	blob, err := d.Blobs.Open(ctx, content.SHA256, content.Size)
	if err != nil {
		return nil, fmt.Errorf("opening a document: %w", err)
	}
	return blob, nil
}

// keptFor looks up where documents are, by uniqueId. Those that are not kept and those that the caller may not see are
// left out alike.
func keptFor(ctx context.Context, store registry.Store, policy registry.Policy, ids []string) (map[string]registry.Content, error) {
	kept := make(map[string]registry.Content, len(ids))
	visible := make(map[string]bool)
	err := store.View(ctx, func(read registry.Reader) error {
		found, err := read.Contents(ctx, ids)
		if err != nil {
			return err
		}
		for i := range found {
			kept[found[i].UniqueID] = found[i]
		}
		if policy == nil {
			return nil
		}
		identities, err := read.UniqueIDs(ctx, ids)
		for i := range identities {
			if one := &identities[i]; one.Kind == registry.KindDocument && policy.Visible(ctx, one) {
				visible[one.UniqueID] = true
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for documents: %w", err)
	}
	if policy != nil {
		for id := range kept {
			if !visible[id] {
				delete(kept, id)
			}
		}
	}
	return kept, nil
}
