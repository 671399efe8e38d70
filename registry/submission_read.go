package registry

import (
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// ReadSubmission reads an lcm:SubmitObjectsRequest into typed values. Everything that is wrong with the ebRIM structure
// and with the form of single attributes goes into the report; it never stops at the first fault, and what is absent is
// nil or empty. Presence, the shape of the whole and the state of the registry are judged by Register.
func ReadSubmission(submitObjectsRequest xmltree.Node, report *rule.Report) *Submission {
	rd := &reader{report: report}
	rd.reserve(submitObjectsRequest)
	return rd.submission(submitObjectsRequest)
}

// pack is a RegistryPackage whose class is not yet known.
type pack struct {
	object      Object
	set, folder bool
}

func (rd *reader) submission(n xmltree.Node) *Submission {
	sub := &Submission{At: n}
	list := n.Child(NamespaceRIM, "RegistryObjectList")
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		if c != list && !c.Is(NamespaceRS, "RequestSlotList") {
			rd.add(ruleObjectList, c, "", c.Local(), "rim:RegistryObjectList")
		}
	}
	if list.IsZero() {
		rd.add(ruleObjectList, n, "", "", "rim:RegistryObjectList")
		return sub
	}
	documents, packages, associations := countObjects(list)
	entries := make([]DocumentEntry, 0, documents)
	packs := make([]pack, 0, packages)
	relations := make([]Association, 0, associations)
	var marks []Classification
	for c := list.FirstElement(); !c.IsZero(); c = c.NextElement() {
		name := ""
		if c.Space() == NamespaceRIM {
			name = c.Local()
		}
		switch name {
		case "ExtrinsicObject":
			entries = append(entries, DocumentEntry{Object: Object{Kind: KindDocument}})
			rd.registryObject(c, &entries[len(entries)-1].Object)
		case "RegistryPackage":
			packs = append(packs, pack{})
			rd.registryObject(c, &packs[len(packs)-1].object)
		case "Association":
			relations = append(relations, Association{Object: Object{Kind: KindAssociation}})
			rd.association(c, &relations[len(relations)-1])
		case "Classification":
			marks = append(marks, rd.classification(c, ""))
		case "ObjectRef":
		default:
			rd.add(ruleListMember, c, c.AttrValue("", "id"), c.Local(), "")
		}
	}
	rd.mark(packs, marks)
	sub.Documents = make([]*DocumentEntry, 0, len(entries))
	for i := range entries {
		rd.documentEntry(&entries[i])
		sub.Documents = append(sub.Documents, &entries[i])
	}
	rd.packages(sub, packs)
	sub.Associations = make([]*Association, 0, len(relations))
	for i := range relations {
		sub.Associations = append(sub.Associations, &relations[i])
	}
	return sub
}

func countObjects(list xmltree.Node) (documents, packages, associations int) {
	for c := list.FirstElement(); !c.IsZero(); c = c.NextElement() {
		switch c.Local() {
		case "ExtrinsicObject":
			documents++
		case "RegistryPackage":
			packages++
		case "Association":
			associations++
		}
	}
	return documents, packages, associations
}

func (rd *reader) registryObject(n xmltree.Node, o *Object) {
	rd.object(n, o)
	if o.ID == "" {
		rd.add(ruleObjectID, n, "", n.Local(), "")
	}
}

// mark finds the class of each package: the classificationNode of a Classification inside it or beside it.
func (rd *reader) mark(packs []pack, marks []Classification) {
	if len(marks) > 0 {
		rd.marksBeside(packs, marks)
	}
	for k := range packs {
		p := &packs[k]
		kept := p.object.Classifications[:0]
		for _, c := range p.object.Classifications {
			// The same mark inside and beside, or twice, is one.
			if c.Node == NodeSubmissionSet && p.set || c.Node == NodeFolder && p.folder {
				continue
			}
			p.set = p.set || c.Node == NodeSubmissionSet
			p.folder = p.folder || c.Node == NodeFolder
			kept = append(kept, c)
		}
		p.object.Classifications = kept
	}
}

// marksBeside gives each package the Classifications of the list that mark it.
func (rd *reader) marksBeside(packs []pack, marks []Classification) {
	byID := make(map[string]*Object, len(packs))
	for k := range packs {
		byID[packs[k].object.ID] = &packs[k].object
	}
	for i := range marks {
		c := &marks[i]
		o := byID[c.ClassifiedObject]
		if o == nil || c.ClassifiedObject == "" || !isMark(c.Node) {
			rd.add(ruleTopClassification, c.At, c.ClassifiedObject, c.Node+c.Scheme, "")
			continue
		}
		o.Classifications = append(o.Classifications, *c)
	}
}

// isMark tells the nodes that may classify a package from outside of it.
func isMark(node string) bool {
	switch node {
	case NodeSubmissionSet, NodeFolder, NodeSubmissionSetLimitedMetadata, NodeFolderLimitedMetadata:
		return true
	}
	return false
}

func (rd *reader) packages(sub *Submission, packs []pack) {
	for i := range packs {
		p := &packs[i]
		if p.set == p.folder {
			found := ""
			if p.set {
				found = NodeSubmissionSet + " " + NodeFolder
			}
			rd.add(rulePackageClass, p.object.At, p.object.ID, found, "")
			continue
		}
		if p.folder {
			f := &Folder{Object: p.object}
			f.Kind = KindFolder
			rd.folder(f)
			sub.Folders = append(sub.Folders, f)
			continue
		}
		s := &SubmissionSet{Object: p.object}
		s.Kind = KindSubmissionSet
		rd.submissionSet(s)
		if sub.SubmissionSet == nil {
			sub.SubmissionSet = s
			continue
		}
		rd.add(ruleOneSet, s.At, s.ID, "2", "1")
	}
}

// association reads an Association.
func (rd *reader) association(n xmltree.Node, a *Association) {
	rd.object(n, &a.Object)
	if a.ID == "" {
		a.ID = NewUUID().String()
		rd.add(ruleNestedID, n, a.ID, n.Local(), "")
	}
	if isUUIDURN(a.ID) {
		a.EntryUUID, _ = ParseUUID(a.ID)
	}
	a.TypeURN = n.AttrValue("", "associationType")
	a.Source = rd.uuid(n, a.ID, n.AttrValue("", "sourceObject"))
	a.Target = rd.uuid(n, a.ID, n.AttrValue("", "targetObject"))
	if a.Source == "" || a.Target == "" {
		rd.add(ruleAssociationEnds, n, a.ID, "", "")
	}
	rd.conform(&a.Object)
	rd.associationType(a)
	for _, name := range [...]string{slotPreviousVersion, slotPropagation, slotOriginalStatus, slotNewStatus} {
		if s := findSlot(a.Slots, name); s != nil {
			rd.add(ruleAssociationVersion, s.At, a.ID, name, "")
		}
	}
	label, s := rd.single(&a.Object, SlotSubmissionSetStatus)
	a.Label = label
	if s != nil && label != LabelOriginal && label != LabelReference {
		rd.add(ruleLabel, s.At, a.ID, label, LabelOriginal+" | "+LabelReference)
	}
	count := 0
	for i := range a.Classifications {
		if c := &a.Classifications[i]; c.Scheme == SchemeAssociationDocumentation {
			if count++; count > 1 || !documented(a.Type) {
				rd.add(ruleDocumentation, c.At, a.ID, "", "")
			}
			rd.conformCode(a.ID, "documentation", c)
		}
	}
}

// documented tells the types that may carry documentation.
func documented(t AssociationType) bool {
	return t == Replaces || t == Appends || t == Transforms || t == TransformsAndReplaces
}

// associationType reads the type; a short or misplaced one is answered with the URN that is meant.
func (rd *reader) associationType(a *Association) {
	known := false
	if a.Type, known = ParseAssociationType(a.TypeURN); known {
		return
	}
	switch a.TypeURN {
	case typeUpdateStatus, typeSubmitAssociation, typeNonVersioning:
		rd.add(ruleAssociationUpdate, a.At, a.ID, a.TypeURN, "")
		return
	}
	if surplus(rd.report, ruleAssociationType) {
		return
	}
	short := a.TypeURN[strings.LastIndexByte(a.TypeURN, ':')+1:]
	f := rule.Finding{Rule: ruleAssociationType, Place: rule.At(a.At), Subject: a.ID, Found: a.TypeURN}
	for t := HasMember; t <= IsSnapshotOf; t++ {
		urn := t.URN()
		if strings.EqualFold(urn[strings.LastIndexByte(urn, ':')+1:], short) {
			f.Expected = urn
			f.Fix = both("Write associationType=\""+urn+"\"", "Écrire associationType=\""+urn+"\"")
		}
	}
	rd.report.Add(f)
}
