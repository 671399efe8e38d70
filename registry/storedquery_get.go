package registry

import (
	"context"
	"slices"
)

// set is the entryUUIDs of objects that are in the answer.
type set map[UUID]struct{}

func setOf(ids []UUID) set {
	s := make(set, len(ids))
	for _, id := range ids {
		s[id] = struct{}{}
	}
	return s
}

func (s set) has(id UUID) bool {
	_, in := s[id]
	return in
}

// identified is the filter of the DocumentEntries that the parameters name by entryUUID, uniqueId or logicalID.
func (s *search) identified() *DocumentFilter {
	return &DocumentFilter{
		IDs:        s.uuids("$XDSDocumentEntryEntryUUID"),
		UniqueIDs:  s.texts("$XDSDocumentEntryUniqueId"),
		LogicalIDs: s.uuids("$XDSDocumentEntryLogicalID"),
	}
}

// getDocuments is GetDocuments.
func getDocuments(ctx context.Context, s *search) error {
	if !s.selects() {
		return nil
	}
	return s.documents(ctx, s.identified(), nil)
}

// getFolders is GetFolders.
func getFolders(ctx context.Context, s *search) error {
	if !s.selects() {
		return nil
	}
	_, err := s.folders(ctx, s.identifiedFolders())
	return err
}

// identifiedFolders is the filter of the Folders that the parameters name.
func (s *search) identifiedFolders() *FolderFilter {
	return &FolderFilter{
		IDs:        s.uuids("$XDSFolderEntryUUID"),
		UniqueIDs:  s.texts("$XDSFolderUniqueId"),
		LogicalIDs: s.uuids("$XDSFolderLogicalID"),
	}
}

// getAssociations is GetAssociations.
func getAssociations(ctx context.Context, s *search) error {
	return s.touching(ctx, s.uuids("$uuid"))
}

// getDocumentsAndAssociations is GetDocumentsAndAssociations.
func getDocumentsAndAssociations(ctx context.Context, s *search) error {
	if !s.selects() {
		return nil
	}
	var ids []UUID
	err := s.documents(ctx, s.identified(), func(d *DocumentRecord) { ids = append(ids, d.ID) })
	if err != nil {
		return err
	}
	return s.touching(ctx, ids)
}

// getSubmissionSets is GetSubmissionSets: the SubmissionSets that hold one of the DocumentEntries or Folders, and the
// HasMember associations by which they do.
func getSubmissionSets(ctx context.Context, s *search) error {
	members, err := s.door.through(ctx, s.uuids("$uuid"))
	if err != nil || len(members) == 0 {
		return err
	}
	err = s.gather(ctx, &AssociationFilter{Targets: members, Types: []AssociationType{HasMember}},
		func(a *AssociationRecord) bool {
			return a.SourceKind == KindSubmissionSet && a.TargetKind != KindAssociation
		})
	if err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil || len(s.associations) == 0 {
		return err
	}
	sets := make([]UUID, len(s.associations))
	for i, a := range s.associations {
		sets[i] = a.Source
	}
	if _, err := s.submissionSets(ctx, &SubmissionSetFilter{IDs: sets}); err != nil {
		return err
	}
	return s.writeAssociations()
}

// getSubmissionSetAndContents is GetSubmissionSetAndContents: the SubmissionSet, its DocumentEntries as far as they are
// selected, its Folders, its HasMember associations to these, and those of its HasMember associations that lie between
// these, with the association that makes each a member. An association is answered only when both its ends are.
func getSubmissionSetAndContents(ctx context.Context, s *search) error {
	if !s.selects("$XDSSubmissionSetEntryUUID", "$XDSSubmissionSetUniqueId") {
		return nil
	}
	sets, err := s.submissionSets(ctx, &SubmissionSetFilter{
		IDs:       s.uuids("$XDSSubmissionSetEntryUUID"),
		UniqueIDs: s.texts("$XDSSubmissionSetUniqueId"),
	})
	if err != nil || len(sets) == 0 {
		return err
	}
	documents, err := s.members(ctx, sets)
	if err != nil {
		return err
	}
	folders, err := s.folders(ctx, &FolderFilter{MemberOf: sets})
	if err != nil {
		return err
	}
	answered := setOf(append(documents, folders...))
	var nested []UUID
	err = s.gather(ctx, &AssociationFilter{Sources: sets, Types: []AssociationType{HasMember}},
		func(a *AssociationRecord) bool {
			if a.TargetKind == KindAssociation {
				nested = append(nested, a.Target)
				return true
			}
			return answered.has(a.Target)
		})
	if err != nil {
		return err
	}
	if len(nested) > 0 {
		err := s.gather(ctx, &AssociationFilter{IDs: nested, Types: []AssociationType{HasMember}},
			func(a *AssociationRecord) bool {
				between := answered.has(a.Source) && answered.has(a.Target)
				if between {
					answered[a.ID] = struct{}{}
				}
				return between
			})
		if err != nil {
			return err
		}
	}
	s.associations = slices.DeleteFunc(s.associations, func(a *AssociationRecord) bool { return !answered.has(a.Target) })
	if err := s.settle(ctx); err != nil {
		return err
	}
	return s.writeAssociations()
}

// members answers the DocumentEntries that are members of the containers, as far as the parameters select them.
func (s *search) members(ctx context.Context, containers []UUID) (ids []UUID, err error) {
	f := &DocumentFilter{MemberOf: containers}
	if !s.contentFilter(f) {
		return nil, nil
	}
	err = s.documents(ctx, f, func(d *DocumentRecord) { ids = append(ids, d.ID) })
	return ids, err
}

// getFolderAndContents is GetFolderAndContents: the Folder, its DocumentEntries as far as they are selected, and the
// HasMember associations between them.
func getFolderAndContents(ctx context.Context, s *search) error {
	if !s.selects("$XDSFolderEntryUUID", "$XDSFolderUniqueId") {
		return nil
	}
	folders, err := s.folders(ctx, s.identifiedFolders())
	if err != nil || len(folders) == 0 {
		return err
	}
	documents, err := s.members(ctx, folders)
	if err != nil || len(documents) == 0 {
		return err
	}
	answered := setOf(documents)
	err = s.gather(ctx, &AssociationFilter{Sources: folders, Types: []AssociationType{HasMember}},
		func(a *AssociationRecord) bool { return answered.has(a.Target) })
	if err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	return s.writeAssociations()
}

// getFoldersForDocument is GetFoldersForDocument.
func getFoldersForDocument(ctx context.Context, s *search) error {
	if !s.selects() {
		return nil
	}
	documents, err := s.documentIDs(ctx, s.identified())
	if err != nil || len(documents) == 0 {
		return err
	}
	_, err = s.folders(ctx, &FolderFilter{Members: documents})
	return err
}

// getRelatedDocuments is GetRelatedDocuments: the associations of the given types that link the document to another, and
// the DocumentEntries at both of their ends.
func getRelatedDocuments(ctx context.Context, s *search) error {
	var types []AssociationType
	for v := range s.values("$AssociationTypes") {
		if v.associationType != 0 {
			types = append(types, v.associationType)
		}
	}
	entryTypes, some := s.entryTypes()
	if !s.selects() || !some || len(types) == 0 {
		return nil
	}
	given, err := s.documentIDs(ctx, s.identified())
	if err != nil || len(given) == 0 {
		return err
	}
	err = s.gather(ctx, &AssociationFilter{Either: given, Types: types}, func(a *AssociationRecord) bool {
		return a.SourceKind == KindDocument && a.TargetKind == KindDocument
	})
	if err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil || len(s.associations) == 0 {
		return err
	}
	selected, err := s.documentIDs(ctx, &DocumentFilter{IDs: endsOf(s.associations), Types: entryTypes})
	if err != nil {
		return err
	}
	answered := setOf(selected)
	s.associations = slices.DeleteFunc(s.associations, func(a *AssociationRecord) bool {
		return !answered.has(a.Source) || !answered.has(a.Target)
	})
	if len(s.associations) == 0 {
		return nil
	}
	if err := s.documents(ctx, &DocumentFilter{IDs: endsOf(s.associations)}, nil); err != nil {
		return err
	}
	return s.writeAssociations()
}
