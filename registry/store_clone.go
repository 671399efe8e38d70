package registry

import "bytes"

func (o ObjectRecord) clone() ObjectRecord {
	o.Head, o.Tail = bytes.Clone(o.Head), bytes.Clone(o.Tail)
	return o
}

// Clone copies a record that a Reader lent for the time of a call.
func (d *DocumentRecord) Clone() *DocumentRecord {
	c := *d
	c.ObjectRecord = d.clone()
	return &c
}

// Clone copies a record that a Reader lent for the time of a call.
func (s *SubmissionSetRecord) Clone() *SubmissionSetRecord {
	c := *s
	c.ObjectRecord = s.clone()
	return &c
}

// Clone copies a record that a Reader lent for the time of a call.
func (f *FolderRecord) Clone() *FolderRecord {
	c := *f
	c.ObjectRecord = f.clone()
	return &c
}

// Clone copies a record that a Reader lent for the time of a call.
func (a *AssociationRecord) Clone() *AssociationRecord {
	c := *a
	c.ObjectRecord = a.clone()
	return &c
}
