package registry

import (
	"context"
	"fmt"
)

// memberships finds the HasMember of registered Folders to registered documents that say what is registered already. Such
// a document is in its Folder once, whatever the sources say: nothing else tells two of these Associations apart.
func (c *checker) memberships(ctx context.Context, read Reader, st *state) error {
	type holding struct{ folder, document UUID }
	var said map[holding]int
	var folders, documents []UUID
	for i, a := range c.sub.Associations {
		e := &c.ends[i]
		if a.Type != HasMember || !e.source.outside || !e.target.outside {
			continue
		}
		if said == nil {
			said = make(map[holding]int)
		}
		said[holding{e.source.uuid, e.target.uuid}] = i
		folders = append(folders, e.source.uuid)
		documents = append(documents, e.target.uuid)
	}
	if len(said) == 0 {
		return nil
	}
	filter := &AssociationFilter{Sources: folders, Targets: documents, Types: []AssociationType{HasMember}, Status: []Status{Approved}, IdentityOnly: true}
	err := read.Associations(ctx, filter, func(a *AssociationRecord) error {
		i, again := said[holding{a.Source, a.Target}]
		if !again || a.SourceKind != KindFolder {
			return nil
		}
		delete(said, holding{a.Source, a.Target})
		if st.repeated == nil {
			st.repeated = make(map[int]UUID)
		}
		st.repeated[i] = a.ID
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading what folders hold: %w", err)
	}
	for i, a := range c.sub.Associations {
		if first, again := st.repeated[i]; again {
			c.add(ruleMembershipNew, a.At, a.subject(), a.Source+" → "+a.Target, first.String())
		}
	}
	return nil
}

// fills tells whether the submission puts a document into a registered Folder.
func (c *checker) fills(st *state, folder UUID) bool {
	if st.filled == nil {
		st.filled = make(map[UUID]bool)
		for i, a := range c.sub.Associations {
			if e := &c.ends[i]; a.Type == HasMember && e.source.outside {
				st.filled[e.source.uuid] = true
			}
		}
	}
	return st.filled[folder]
}

// withoutRepeated leaves out the memberships that are registered already. What named one of them names the registered one.
func (st *state) withoutRepeated(associations []*AssociationRecord) []*AssociationRecord {
	if len(st.repeated) == 0 {
		return associations
	}
	first := make(map[UUID]UUID, len(st.repeated))
	for i, registered := range st.repeated {
		first[associations[i].ID] = registered
	}
	kept := make([]*AssociationRecord, 0, len(associations))
	for _, a := range associations {
		if _, again := first[a.ID]; again {
			continue
		}
		if registered, moved := first[a.Target]; moved {
			renamed := *a // the lot may be applied again to another state
			renamed.Target = registered
			a = &renamed
		}
		kept = append(kept, a)
	}
	return kept
}
