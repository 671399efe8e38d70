package registry

import "context"

// door is the one place where the Policy is asked: every object of every stored query passes it, as an answer or as
// something that an answer is found by. Without a policy it stands open and costs nothing.
type door struct {
	policy Policy
	reader Reader
	known  map[UUID]bool
}

// associationDepth bounds how far associations to associations are followed: a SubmissionSet's HasMember to a Folder's
// HasMember is the only such chain that the standard has.
const associationDepth = 4

// admitsRecord tells whether the caller may see the object.
func (d *door) admitsRecord(ctx context.Context, kind Kind, o *ObjectRecord) bool {
	return d.policy == nil || d.policy.Visible(ctx, identityOf(kind, o))
}

// admitsDocument tells whether the caller may see the DocumentEntry.
func (d *door) admitsDocument(ctx context.Context, doc *DocumentRecord) bool {
	if d.policy == nil {
		return true
	}
	id := identityOf(KindDocument, &doc.ObjectRecord)
	id.ObjectType, id.Hash, id.Size = doc.ObjectType, doc.Hash, doc.Size
	id.ClassCode, id.FormatCode = doc.ClassCode, doc.FormatCode
	return d.policy.Visible(ctx, id)
}

func identityOf(kind Kind, o *ObjectRecord) *Identity {
	return &Identity{
		Kind: kind, ID: o.ID, LID: o.LID, Version: o.Version, UniqueID: o.UniqueID,
		Patient: o.Patient, PatientID: o.PatientID, Status: o.Status,
	}
}

// through keeps the ids of objects that the caller may see: what hangs on an object that may not be seen must not be
// found by it.
func (d *door) through(ctx context.Context, ids []UUID) ([]UUID, error) {
	if d.policy == nil {
		return ids, nil
	}
	if err := d.resolve(ctx, ids, associationDepth); err != nil {
		return nil, err
	}
	var visible []UUID
	for _, id := range ids {
		if d.known[id] {
			visible = append(visible, id)
		}
	}
	return visible, nil
}

// associations keeps those that the caller may see together with both of their ends: an association to a hidden
// object would tell of it.
func (d *door) associations(ctx context.Context, all []*AssociationRecord) ([]*AssociationRecord, error) {
	if d.policy == nil {
		return all, nil
	}
	if err := d.resolve(ctx, endsOf(all), associationDepth); err != nil {
		return nil, err
	}
	visible := all[:0]
	for _, a := range all {
		if d.admitsAssociation(ctx, a) {
			visible = append(visible, a)
		}
	}
	return visible, nil
}

// admitsAssociation tells whether the caller may see the association whose ends are resolved.
func (d *door) admitsAssociation(ctx context.Context, a *AssociationRecord) bool {
	return d.known[a.Source] && d.known[a.Target] && d.policy.Visible(ctx, identityOf(KindAssociation, &a.ObjectRecord))
}

// resolve finds out which of the objects may be seen. One that is not registered may not; an association may when its
// ends may, so they are resolved before it.
func (d *door) resolve(ctx context.Context, ids []UUID, depth int) error {
	if d.known == nil {
		d.known = make(map[UUID]bool)
	}
	var unknown, nested []UUID
	for _, id := range ids {
		if _, asked := d.known[id]; !asked {
			d.known[id] = false
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	identities, err := d.reader.Identities(ctx, unknown)
	if err != nil {
		return err
	}
	for i := range identities {
		id := &identities[i]
		if id.Kind == KindAssociation {
			nested = append(nested, id.ID)
			continue
		}
		d.known[id.ID] = d.policy.Visible(ctx, id)
	}
	if len(nested) == 0 || depth == 0 {
		return nil
	}
	var between []*AssociationRecord
	err = d.reader.Associations(ctx, &AssociationFilter{IDs: nested, IdentityOnly: true}, func(a *AssociationRecord) error {
		between = append(between, a.Clone())
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.resolve(ctx, endsOf(between), depth-1); err != nil {
		return err
	}
	for _, a := range between {
		d.known[a.ID] = d.admitsAssociation(ctx, a)
	}
	return nil
}

func endsOf(all []*AssociationRecord) []UUID {
	ends := make([]UUID, 0, 2*len(all))
	for _, a := range all {
		ends = append(ends, a.Source, a.Target)
	}
	return ends
}
