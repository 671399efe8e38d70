package registry

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"liasse/internal/rule"
)

// state is what the registry holds that matters to one submission.
type state struct {
	// patient is nil when the store must make it known (AnyPatient).
	patient *Patient
	cx      string
	known   map[UUID]*Identity
	// identical tells that the very same lot is registered.
	identical bool
	// transformed are the registered documents that are transformations and get an addendum.
	transformed map[UUID]bool
	// deprecate are the documents that a replacement deprecates, those replaced first.
	deprecate []UUID
	// holders are, for each replaced document, the Approved Folders that hold it.
	holders map[UUID][]UUID
	// repeated are the Associations of the submission, by their place in it, that say again which document a Folder
	// holds, each with the registered Association that said so first.
	repeated map[int]UUID
	// filled are the registered objects that the submission makes Folders of its HasMember, nil until somebody asks.
	filled map[UUID]bool
}

// stateful runs the rules that look at the registry, and gathers what the effects need.
func (c *checker) stateful(ctx context.Context, read Reader) (*state, error) {
	st := &state{}
	if err := c.patient(ctx, read, st); err != nil {
		return nil, err
	}
	if err := c.uniqueIDs(ctx, read, st); err != nil || st.identical {
		return st, err
	}
	if err := c.identities(ctx, read, st); err != nil {
		return nil, err
	}
	if err := c.transformations(ctx, read, st); err != nil {
		return nil, err
	}
	for i, a := range c.sub.Associations {
		c.reference(st, a, &c.ends[i])
	}
	if err := c.memberships(ctx, read, st); err != nil {
		return nil, err
	}
	if err := c.chains(ctx, read); err != nil {
		return nil, err
	}
	if err := c.replacements(ctx, read, st); err != nil {
		return nil, err
	}
	c.replacedHere(st)
	return st, nil
}

// patient holds the patientId to the identity feed (R2).
func (c *checker) patient(ctx context.Context, read Reader, st *state) error {
	var o *Object
	scheme := SchemeSubmissionSetPatientID
	if s := c.sub.SubmissionSet; s != nil {
		o, st.cx = &s.Object, s.PatientID
	}
	for i := 0; st.cx == "" && i < len(c.sub.Documents); i++ {
		o, st.cx, scheme = &c.sub.Documents[i].Object, c.sub.Documents[i].PatientID, SchemeDocumentPatientID
	}
	if st.cx == "" {
		return nil
	}
	at := o.identified(scheme).At
	affinity := &c.registry.cfg.Affinity
	if cx, err := ParseCX(st.cx); err != nil || !affinity.Issues(cx.Authority) {
		c.add(rulePatientAuthority, at, o.subject(), st.cx, "…^^^&"+affinity.AssigningAuthorities[0]+"&ISO")
		return nil
	}
	p, err := read.Patient(ctx, st.cx)
	if err != nil {
		return fmt.Errorf("looking the patient up: %w", err)
	}
	switch {
	case p == nil && !affinity.AnyPatient:
		c.add(rulePatientKnown, at, o.subject(), st.cx, "")
	case p != nil && !p.Active():
		c.add(rulePatientActive, at, o.subject(), st.cx, "")
	}
	st.patient = p
	return nil
}

// uniqueIDs holds uniqueIds to those registered (R4 to R8, R16).
func (c *checker) uniqueIDs(ctx context.Context, read Reader, st *state) error {
	s := c.sub
	wanted := make([]string, 0, 1+len(s.Documents)+len(s.Folders))
	if s.SubmissionSet != nil && s.SubmissionSet.UniqueID != "" {
		wanted = append(wanted, s.SubmissionSet.UniqueID)
	}
	for _, f := range s.Folders {
		if f.UniqueID != "" {
			wanted = append(wanted, f.UniqueID)
		}
	}
	for _, d := range s.Documents {
		if d.UniqueID != "" {
			wanted = append(wanted, d.UniqueID)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	registered, err := read.UniqueIDs(ctx, wanted)
	if err != nil {
		return fmt.Errorf("looking uniqueIds up: %w", err)
	}
	if len(registered) == 0 {
		return nil
	}
	if err := c.sameLot(ctx, read, st, registered); err != nil || st.identical {
		return err
	}
	for i := range registered {
		id := &registered[i]
		if set := s.SubmissionSet; set != nil && set.UniqueID == id.UniqueID {
			c.taken(ruleSetUniqueIDFree, &set.Object, SchemeSubmissionSetUniqueID, id)
		}
		for _, f := range s.Folders {
			if f.UniqueID == id.UniqueID {
				c.taken(ruleFolderUniqueIDFree, &f.Object, SchemeFolderUniqueID, id)
			}
		}
		if id.Kind != KindDocument {
			continue
		}
		for _, d := range s.Documents {
			if d.UniqueID == id.UniqueID {
				c.sameDocument(d, id)
			}
		}
	}
	return nil
}

func (c *checker) taken(r *rule.Rule, o *Object, scheme string, id *Identity) {
	c.add(r, o.identified(scheme).At, o.subject(), id.UniqueID+" ("+id.Kind.String()+")", "")
}

// sameDocument holds a DocumentEntry to a registered one with its uniqueId.
func (c *checker) sameDocument(d *DocumentEntry, id *Identity) {
	x := d.identified(SchemeDocumentUniqueID)
	if d.Type == OnDemand {
		if id.ObjectType == Stable {
			c.add(ruleOnDemandUniqueID, x.At, d.subject(), id.UniqueID, "")
		}
		return
	}
	if d.Hash != "" && !strings.EqualFold(d.Hash, id.Hash) {
		c.add(ruleSameHash, x.At, id.UniqueID, d.Hash, "")
	}
	if d.Size >= 0 && d.Size != id.Size {
		c.add(ruleSameSize, x.At, id.UniqueID, strconv.FormatInt(d.Size, 10), "")
	}
}

// sameLot tells whether the submission repeats one registered whole: the same SubmissionSet with the same documents and
// Folders. A source that lost the answer and sends again is told so by a rule of its own.
func (c *checker) sameLot(ctx context.Context, read Reader, st *state, registered []Identity) error {
	set := c.sub.SubmissionSet
	if set == nil || set.UniqueID == "" || !c.report.Applies(ruleLotNew) {
		return nil
	}
	var old *Identity
	for i := range registered {
		if registered[i].Kind == KindSubmissionSet && registered[i].UniqueID == set.UniqueID && registered[i].PatientID == set.PatientID {
			old = &registered[i]
		}
	}
	if old == nil {
		return nil
	}
	same, err := c.sameMembers(ctx, read, old.ID)
	if err != nil {
		return err
	}
	if !same {
		return nil
	}
	st.identical = true
	when := old.Registered.UTC().Format(time.RFC3339)
	c.report.Add(rule.Finding{
		Rule: ruleLotNew, Place: rule.At(set.identified(SchemeSubmissionSetUniqueID).At), Subject: set.subject(), Found: set.UniqueID,
		Fix: both(
			"This SubmissionSet and all of its documents, with the same hashes, were registered on "+when+"; nothing is to be done",
			"Ce SubmissionSet et tous ses documents, avec les mêmes empreintes, ont été enregistrés le "+when+" ; il n'y a rien à faire"),
	})
	return nil
}

// member is what tells one member of a lot from another.
type member struct {
	uniqueID, hash string
	size           int64
}

func (c *checker) sameMembers(ctx context.Context, read Reader, set UUID) (bool, error) {
	members := make(map[member]int, len(c.sub.Documents)+len(c.sub.Folders))
	for _, d := range c.sub.Documents {
		members[member{d.UniqueID, strings.ToLower(d.Hash), d.Size}]++
	}
	for _, f := range c.sub.Folders {
		members[member{uniqueID: f.UniqueID}]++
	}
	referenced := 0
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type == HasMember && e.source.kind == KindSubmissionSet && e.target.outside {
			referenced++
		}
	}
	others := 0
	meet := func(m member) {
		if members[m] > 0 {
			members[m]--
		} else {
			others++
		}
	}
	err := read.Documents(ctx, &DocumentFilter{MemberOf: []UUID{set}, IdentityOnly: true}, func(d *DocumentRecord) error {
		meet(member{d.UniqueID, strings.ToLower(d.Hash), d.Size})
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("reading the documents of a registered lot: %w", err)
	}
	err = read.Folders(ctx, &FolderFilter{MemberOf: []UUID{set}, IdentityOnly: true}, func(f *FolderRecord) error {
		meet(member{uniqueID: f.UniqueID})
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("reading the folders of a registered lot: %w", err)
	}
	for _, left := range members {
		if left != 0 {
			return false, nil
		}
	}
	return others == referenced, nil
}

// identities finds the registered objects that the submission names, and tells UUIDs that are taken (R13).
func (c *checker) identities(ctx context.Context, read Reader, st *state) error {
	wanted := append(make([]UUID, 0, len(c.given)+2), c.given...)
	for i := range c.ends {
		for _, e := range [...]*end{&c.ends[i].source, &c.ends[i].target} {
			if e.outside {
				wanted = append(wanted, e.uuid)
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found, err := read.Identities(ctx, wanted)
	if err != nil {
		return fmt.Errorf("looking entryUUIDs up: %w", err)
	}
	st.known = make(map[UUID]*Identity, len(found))
	taken := make(map[UUID]*Identity, len(found))
	policy := c.registry.cfg.Policy
	for i := range found {
		id := &found[i]
		taken[id.ID] = id
		if policy == nil || policy.Visible(ctx, id) {
			st.known[id.ID] = id // what the caller may not see is not there to be named
		}
	}
	for _, u := range c.given {
		if id := taken[u]; id != nil {
			urn := u.String()
			c.add(ruleUUIDFree, c.object(c.objects[urn]).At, urn, urn+" ("+id.Kind.String()+")", "")
		}
	}
	return nil
}

// object gives an object of the submission.
func (c *checker) object(l local) *Object {
	switch l.kind {
	case KindDocument:
		return &c.sub.Documents[l.index].Object
	case KindFolder:
		return &c.sub.Folders[l.index].Object
	case KindAssociation:
		return &c.sub.Associations[l.index].Object
	}
	return &c.sub.SubmissionSet.Object
}

// transformations finds the registered targets of addenda that are transformations (S13).
func (c *checker) transformations(ctx context.Context, read Reader, st *state) error {
	var targets []UUID
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type == Appends && e.target.outside {
			targets = append(targets, e.target.uuid)
		}
	}
	if len(targets) == 0 {
		return nil
	}
	st.transformed = make(map[UUID]bool)
	filter := &AssociationFilter{Sources: targets, Types: []AssociationType{Transforms, TransformsAndReplaces}, IdentityOnly: true}
	err := read.Associations(ctx, filter, func(a *AssociationRecord) error {
		st.transformed[a.Source] = true
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the relationships of documents that get an addendum: %w", err)
	}
	return nil
}

// reference holds an Association to the registered objects that it names.
func (c *checker) reference(st *state, a *Association, e *ends) {
	source, sourceThere := c.registered(st, a, &e.source)
	target, targetThere := c.registered(st, a, &e.target)
	if !sourceThere || !targetThere {
		return
	}
	switch {
	case a.Type.isRelationship():
		if target != nil {
			c.relationshipTarget(st, a, target)
		}
	case a.Type == HasMember && e.source.kind == KindSubmissionSet:
		if target != nil {
			c.setMember(st, a, target)
		}
	case a.Type == HasMember:
		c.folderMembership(st, a, source, target)
	}
}

// registered finds what an end names in the registry: nil for an end in the submission, false when there is nothing to
// judge further.
func (c *checker) registered(st *state, a *Association, e *end) (*Identity, bool) {
	if !e.outside {
		return nil, e.kind != KindUnknown
	}
	id := st.known[e.uuid]
	if id == nil {
		c.add(ruleReferenceResolves, a.At, a.subject(), e.uuid.String(), "")
		return nil, false
	}
	if id.Kind == KindSubmissionSet {
		c.add(ruleOldSet, a.At, a.subject(), e.uuid.String(), "")
		return nil, false
	}
	return id, true
}

// relationshipTarget holds the registered target of a relationship (S11, S12, S13, R17).
func (c *checker) relationshipTarget(st *state, a *Association, target *Identity) {
	if target.Kind != KindDocument {
		c.add(ruleRelationshipKinds, a.At, a.subject(), a.Target+" ("+target.Kind.String()+")", "")
		return
	}
	if target.PatientID != st.cx && st.cx != "" {
		c.add(ruleRelationshipPatient, a.At, a.subject(), a.Target, "")
		return
	}
	if target.Status != Approved {
		c.add(ruleTargetApproved, a.At, a.subject(), a.Target, "")
	}
	if a.Type == IsSnapshotOf && target.ObjectType != OnDemand {
		c.add(ruleSnapshot, a.At, a.subject(), a.Target, "")
	}
	if a.Type == Appends && st.transformed[target.ID] {
		c.add(ruleAppendTransformed, a.At, a.subject(), a.Target, "")
	}
}

// setMember holds a registered member of the SubmissionSet: a document by Reference, which may be of another patient, or
// a Folder of the same.
func (c *checker) setMember(st *state, a *Association, target *Identity) {
	switch target.Kind {
	case KindDocument:
		if a.Label != LabelReference {
			c.add(ruleReferenceLabel, a.At, a.subject(), a.Label, LabelReference)
		}
	case KindFolder:
		switch {
		case target.PatientID != st.cx && st.cx != "":
			c.add(ruleFolderPatientSame, a.At, a.subject(), a.Target, "")
		case !c.fills(st, target.ID):
			c.add(ruleOldFolder, a.At, a.subject(), a.Target, "")
		}
	case KindAssociation:
		c.add(ruleMemberKinds, a.At, a.subject(), a.Target+" ("+target.Kind.String()+")", "")
	}
}

// folderMembership holds the registered ends of a HasMember from a Folder (S14, R3, R10); one in the submission is nil.
func (c *checker) folderMembership(st *state, a *Association, source, target *Identity) {
	wrongSource := source != nil && source.Kind != KindFolder
	wrongTarget := target != nil && target.Kind != KindDocument
	if wrongSource || wrongTarget {
		c.add(ruleMemberKinds, a.At, a.subject(), a.Source+" → "+a.Target, "")
		return
	}
	for _, id := range [...]*Identity{source, target} {
		switch {
		case id == nil:
		case id.PatientID != st.cx && st.cx != "":
			c.add(ruleFolderPatientSame, a.At, a.subject(), id.ID.String(), "")
		case id.Status != Approved:
			c.add(ruleFolderEndsApproved, a.At, a.subject(), id.ID.String(), "")
		}
	}
}
