package registry

// dropRepeated leaves out Associations that say what one before them says. What named the one left out names the one kept.
func (c *checker) dropRepeated() {
	type saying struct{ kind, source, target, label string }
	said := make(map[saying]string, len(c.sub.Associations))
	same := map[string]string{}
	name := func(id string) string {
		if kept, dropped := same[id]; dropped {
			return kept
		}
		return id
	}
	dropped := make([]bool, len(c.sub.Associations))
	count := 0
	// Memberships of Folders and relationships come first: the SubmissionSet's own memberships may name them.
	for _, ofSet := range [...]bool{false, true} {
		for i, a := range c.sub.Associations {
			if (c.objects[a.Source].kind == KindSubmissionSet) != ofSet || a.Source == "" || a.Target == "" {
				continue
			}
			one := saying{a.TypeURN, name(a.Source), name(a.Target), a.Label}
			if kept, twice := said[one]; twice {
				c.add(ruleAssociationTwice, a.At, a.ID, kept, "")
				same[a.ID] = kept
				dropped[i] = true
				count++
				continue
			}
			said[one] = a.ID
		}
	}
	if count == 0 {
		return
	}
	kept := make([]*Association, 0, len(c.sub.Associations)-count)
	for i, a := range c.sub.Associations {
		if dropped[i] {
			delete(c.objects, a.ID)
			continue
		}
		a.Source, a.Target = name(a.Source), name(a.Target)
		c.objects[a.ID] = local{KindAssociation, len(kept)}
		kept = append(kept, a)
	}
	c.sub.Associations = kept
}

// resolve finds what each Association leads from and to.
func (c *checker) resolve() {
	c.ends = make([]ends, len(c.sub.Associations))
	for i, a := range c.sub.Associations {
		c.ends[i] = ends{source: c.end(a, a.Source), target: c.end(a, a.Target)}
		if a.Source != "" && a.Source == a.Target || a.ID == a.Source || a.ID == a.Target {
			c.add(ruleSelfReference, a.At, a.ID, a.Source+" → "+a.Target, "")
		}
	}
}

func (c *checker) end(a *Association, id string) (e end) {
	if o, here := c.objects[id]; here {
		e.local = o
		return e
	}
	if isUUIDURN(id) {
		var err error
		e.uuid, err = ParseUUID(id)
		e.outside = err == nil
		return e
	}
	if id != "" {
		c.add(ruleSymbol, a.At, a.ID, id, "")
	}
	return e
}

// isRelationship tells the types that relate two documents.
func (t AssociationType) isRelationship() bool { return t >= Replaces }

// replaces tells the types that deprecate their target.
func (t AssociationType) replaces() bool { return t == Replaces || t == TransformsAndReplaces }

// otherLabel counts a membership that is not Original, so that no sum with it is one.
const otherLabel = 1 << 20

// shape holds the Associations to what a submission must be (ITI TF-3 4.1.4).
func (c *checker) shape() {
	s := c.sub
	transformed := c.transformed()
	originals := make([]int, len(s.Documents))
	folders := make([]int, len(s.Folders))
	memberships := make([]int, len(s.Associations))
	members := 0
	for i, a := range s.Associations {
		source, target := c.ends[i].source, c.ends[i].target
		if target.kind == KindSubmissionSet && a.Type != Signs {
			c.add(ruleSetTargeted, a.At, a.ID, a.Target, "")
			continue
		}
		switch {
		case a.Type.isRelationship():
			c.relationship(a, source, target, transformed)
		case a.Type != HasMember:
		case source.kind == KindSubmissionSet:
			members++
			switch target.kind {
			case KindDocument:
				originals[target.index]++
				if a.Label != LabelOriginal {
					originals[target.index] += otherLabel
				}
			case KindFolder:
				folders[target.index]++
			case KindAssociation:
				if !c.isMembership(target.index) {
					c.add(ruleMemberKinds, a.At, a.ID, a.Target, "")
				}
				memberships[target.index]++
			}
		default:
			c.folderMember(a, source, target)
		}
		if a.Label != "" && a.Type != 0 && !c.labelled(i) {
			c.add(ruleLabelPlace, findSlot(a.Slots, SlotSubmissionSetStatus).At, a.ID, a.Label, "")
			a.Label = ""
			a.SetSlot(SlotSubmissionSetStatus)
		}
	}
	if s.SubmissionSet == nil {
		return
	}
	if members == 0 {
		c.add(ruleSetHasMembers, s.SubmissionSet.At, s.SubmissionSet.ID, "", "")
	}
	for i, d := range s.Documents {
		if originals[i] != 1 && d.ID != "" {
			if surplus(c.report, ruleDocumentMember) {
				break
			}
			c.add(ruleDocumentMember, d.At, d.ID, c.foundMember(i), "")
		}
	}
	for i, f := range s.Folders {
		if folders[i] == 0 && f.ID != "" {
			c.add(ruleFolderMember, f.At, f.ID, "", "")
		}
	}
	for i, a := range s.Associations {
		if c.isMembership(i) && memberships[i] != 1 {
			c.add(ruleMembershipMember, a.At, a.ID, "", "")
		}
	}
}

// foundMember tells how a DocumentEntry is a member where it should be so as Original.
func (c *checker) foundMember(document int) string {
	for i, a := range c.sub.Associations {
		e := &c.ends[i]
		if a.Type == HasMember && e.source.kind == KindSubmissionSet && e.target.local == (local{KindDocument, document}) && a.Label != LabelOriginal {
			return SlotSubmissionSetStatus + "=" + a.Label
		}
	}
	return ""
}

// labelled tells whether Association i is one that SubmissionSetStatus belongs to, or may stand at: the French shared
// medical record has it at the association by which a signature signs its lot. A target outside may be a document.
func (c *checker) labelled(i int) bool {
	e := &c.ends[i]
	if c.sub.Associations[i].Type == Signs {
		return e.target.kind == KindSubmissionSet
	}
	return c.sub.Associations[i].Type == HasMember && e.source.kind == KindSubmissionSet &&
		(e.target.kind == KindDocument || e.target.kind == KindUnknown)
}

// isMembership tells whether Association i puts a DocumentEntry into a Folder.
func (c *checker) isMembership(i int) bool {
	e := &c.ends[i]
	return c.sub.Associations[i].Type == HasMember &&
		(e.source.kind == KindFolder || e.source.outside) && (e.target.kind == KindDocument || e.target.outside)
}

// folderMember holds a HasMember that does not begin at the SubmissionSet to its ends.
func (c *checker) folderMember(a *Association, source, target end) {
	wrongSource := source.kind == KindDocument || source.kind == KindAssociation
	wrongTarget := target.kind == KindFolder || target.kind == KindAssociation
	if wrongSource || wrongTarget {
		c.add(ruleMemberKinds, a.At, a.ID, a.Source+" → "+a.Target, "")
	}
}

// relationship holds a relationship to its ends as far as the message tells.
func (c *checker) relationship(a *Association, source, target end, transformed []bool) {
	if a.Source != "" && source.kind != KindDocument {
		c.add(ruleRelationshipSource, a.At, a.ID, a.Source, "")
	}
	switch target.kind {
	case KindFolder, KindAssociation:
		c.add(ruleRelationshipKinds, a.At, a.ID, a.Target, "")
	case KindDocument:
		switch a.Type {
		case Replaces, TransformsAndReplaces, IsSnapshotOf:
			c.add(ruleReplacedRegistered, a.At, a.ID, a.Target, "")
		case Appends:
			if transformed[target.index] {
				c.add(ruleAppendTransformed, a.At, a.ID, a.Target, "")
			}
		}
	}
	if a.Type == IsSnapshotOf && source.kind == KindDocument && c.sub.Documents[source.index].Type != Stable {
		c.add(ruleSnapshot, a.At, a.ID, a.Source, "")
	}
}

// transformed tells of each DocumentEntry of the submission whether it is a transformation.
func (c *checker) transformed() []bool {
	are := make([]bool, len(c.sub.Documents))
	for i, a := range c.sub.Associations {
		if source := c.ends[i].source; (a.Type == Transforms || a.Type == TransformsAndReplaces) && source.kind == KindDocument {
			are[source.index] = true
		}
	}
	return are
}

// circles tells relationships among the documents of the submission that lead back to where they began: what is left
// when documents that nothing points to are taken away again and again.
func (c *checker) circles() {
	pointed := make([]int, len(c.sub.Documents))
	open := make([]int, 0, len(c.sub.Associations))
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type.isRelationship() && e.source.kind == KindDocument && e.target.kind == KindDocument && e.source.local != e.target.local {
			pointed[e.target.index]++
			open = append(open, i)
		}
	}
	if len(open) < 2 {
		return
	}
	leaving := make([][]int, len(c.sub.Documents))
	for _, i := range open {
		from := c.ends[i].source.index
		leaving[from] = append(leaving[from], i)
	}
	var free []int
	for d := range pointed {
		if pointed[d] == 0 {
			free = append(free, d)
		}
	}
	left := len(open)
	gone := make([]bool, len(c.sub.Documents))
	for len(free) > 0 {
		d := free[len(free)-1]
		free = free[:len(free)-1]
		gone[d] = true
		for _, i := range leaving[d] {
			left--
			to := c.ends[i].target.index
			if pointed[to]--; pointed[to] == 0 {
				free = append(free, to)
			}
		}
	}
	if left == 0 {
		return
	}
	for _, i := range open {
		if a := c.sub.Associations[i]; !gone[c.ends[i].source.index] {
			c.add(ruleCycle, a.At, a.ID, a.Source+" → "+a.Target, "")
			return
		}
	}
}
