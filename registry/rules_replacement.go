package registry

import (
	"context"
	"fmt"
)

// replacements gathers what a replacement deprecates, through chains of addenda and transformations, and the Folders
// that take up the replacement (ITI TF-2 3.42.4.1.3.5).
func (c *checker) replacements(ctx context.Context, read Reader, st *state) error {
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type.replaces() && e.target.outside && st.known[e.target.uuid] != nil {
			st.deprecate = append(st.deprecate, e.target.uuid)
		}
	}
	if len(st.deprecate) == 0 {
		return nil
	}
	var folders []UUID
	seen := make(map[UUID]bool, len(st.deprecate))
	for _, u := range st.deprecate {
		seen[u] = true
	}
	level := st.deprecate
	for depth := 0; len(level) > 0; depth++ {
		types := []AssociationType{Transforms, Appends, HasMember}
		if depth > 0 {
			types = types[:2]
		}
		var next []UUID
		filter := &AssociationFilter{Targets: level, Types: types, Status: []Status{Approved}, IdentityOnly: true}
		err := read.Associations(ctx, filter, func(a *AssociationRecord) error {
			switch {
			case a.Type != HasMember:
				if !seen[a.Source] {
					seen[a.Source] = true
					next = append(next, a.Source)
				}
			case a.SourceKind == KindFolder:
				if st.holders == nil {
					st.holders = make(map[UUID][]UUID)
				}
				st.holders[a.Target] = append(st.holders[a.Target], a.Source)
				folders = append(folders, a.Source)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("reading what hangs on a replaced document: %w", err)
		}
		st.deprecate = append(st.deprecate, next...)
		level = next
	}
	return c.holders(ctx, read, st, folders)
}

// holders leaves only Approved Folders among those that hold replaced documents.
func (c *checker) holders(ctx context.Context, read Reader, st *state, folders []UUID) error {
	if len(folders) == 0 {
		return nil
	}
	found, err := read.Identities(ctx, folders)
	if err != nil {
		return fmt.Errorf("looking the folders of a replaced document up: %w", err)
	}
	approved := make(map[UUID]bool, len(found))
	for i := range found {
		approved[found[i].ID] = found[i].Status == Approved && found[i].PatientID == st.cx
	}
	for document, holders := range st.holders {
		kept := holders[:0]
		for _, f := range holders {
			if approved[f] {
				kept = append(kept, f)
			}
		}
		st.holders[document] = kept
	}
	return nil
}
