package registry

import "context"

// findDocuments is FindDocuments and its relatives: by reference id, excluding, for multiple patients. They differ only
// by which parameters the catalogue lets them have.
func findDocuments(ctx context.Context, s *search) error {
	patients, found, err := s.patients(ctx, "$XDSDocumentEntryPatientId")
	types, some := s.entryTypes()
	if err != nil || !found || !some || !s.selects() {
		return err
	}
	f := &DocumentFilter{
		PatientIDs: patients,
		Status:     s.statuses("$XDSDocumentEntryStatus"),
		Types:      types,
		Created:    s.interval("$XDSDocumentEntryCreationTime"),
		Started:    s.interval("$XDSDocumentEntryServiceStartTime"),
		Stopped:    s.interval("$XDSDocumentEntryServiceStopTime"),
		Authors:    s.textConditions("$XDSDocumentEntryAuthorPerson"),
		References: s.textConditions("$XDSDocumentEntryReferenceIdList"),
	}
	for _, coded := range [...]struct {
		name string
		kind CodeKind
	}{
		{"$XDSDocumentEntryClassCode", CodeClass},
		{"$XDSDocumentEntryTypeCode", CodeType},
		{"$XDSDocumentEntryPracticeSettingCode", CodePracticeSetting},
		{"$XDSDocumentEntryHealthcareFacilityTypeCode", CodeFacilityType},
		{"$XDSDocumentEntryEventCodeList", CodeEvent},
		{"$XDSDocumentEntryConfidentialityCode", CodeConfidentiality},
		{"$XDSDocumentEntryFormatCode", CodeFormat},
	} {
		f.Codes = s.codeConditions(f.Codes, coded.name, coded.kind)
	}
	return s.documents(ctx, f, nil)
}

// findSubmissionSets is FindSubmissionSets.
func findSubmissionSets(ctx context.Context, s *search) error {
	patients, found, err := s.patients(ctx, "$XDSSubmissionSetPatientId")
	if err != nil || !found || !s.selects() {
		return err
	}
	_, err = s.submissionSets(ctx, &SubmissionSetFilter{
		PatientIDs:   patients,
		Status:       s.statuses("$XDSSubmissionSetStatus"),
		SourceIDs:    s.texts("$XDSSubmissionSetSourceId"),
		Submitted:    s.interval("$XDSSubmissionSetSubmissionTime"),
		Authors:      s.textConditions("$XDSSubmissionSetAuthorPerson"),
		ContentTypes: s.codes("$XDSSubmissionSetContentType"),
	})
	return err
}

// findFolders is FindFolders, for one patient or for several.
func findFolders(ctx context.Context, s *search) error {
	patients, found, err := s.patients(ctx, "$XDSFolderPatientId")
	if err != nil || !found || !s.selects() {
		return err
	}
	_, err = s.folders(ctx, &FolderFilter{
		PatientIDs: patients,
		Status:     s.statuses("$XDSFolderStatus"),
		Updated:    s.interval("$XDSFolderLastUpdateTime"),
		Codes:      s.codeConditions(nil, "$XDSFolderCodeList", CodeFolder),
	})
	return err
}

// getAll is GetAll: everything of a patient, and every association that touches it.
func getAll(ctx context.Context, s *search) error {
	patients, found, err := s.patients(ctx, "$patientId")
	if err != nil || !found || !s.selects("$patientId") {
		return err
	}
	ids, err := s.submissionSets(ctx, &SubmissionSetFilter{
		PatientIDs: patients,
		Status:     s.statuses("$XDSSubmissionSetStatus"),
	})
	if err != nil {
		return err
	}
	f := &DocumentFilter{PatientIDs: patients, Status: s.statuses("$XDSDocumentEntryStatus")}
	if s.contentFilter(f) {
		err := s.documents(ctx, f, func(d *DocumentRecord) { ids = append(ids, d.ID) })
		if err != nil {
			return err
		}
	}
	folders, err := s.folders(ctx, &FolderFilter{
		PatientIDs: patients,
		Status:     s.statuses("$XDSFolderStatus"),
	})
	if err != nil {
		return err
	}
	return s.touching(ctx, append(ids, folders...))
}

// contentFilter adds the parameters that select among the DocumentEntries of a container; false when they select none.
func (s *search) contentFilter(f *DocumentFilter) bool {
	f.Codes = s.codeConditions(f.Codes, "$XDSDocumentEntryFormatCode", CodeFormat)
	f.Codes = s.codeConditions(f.Codes, "$XDSDocumentEntryConfidentialityCode", CodeConfidentiality)
	types, some := s.entryTypes()
	f.Types = types
	return some && s.selects("$XDSDocumentEntryFormatCode", "$XDSDocumentEntryConfidentialityCode")
}

// touching answers the associations that have one of the objects at either end.
func (s *search) touching(ctx context.Context, ids []UUID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.gather(ctx, &AssociationFilter{Either: ids}, nil); err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	return s.writeAssociations()
}
