package registry

// fragmentHint is about what one object's ebRIM children take in bytes.
const fragmentHint = 8 << 10

// fragment gives what the writer has appended since from, for keeping.
func (w *writer) fragment(from int) []byte { return w.dst[from:len(w.dst):len(w.dst)] }

// objectRecord writes the fragments of an object and fills what every record has.
func (w *writer) objectRecord(o *Object, id UUID, uniqueID, exceptSlot, exceptIdentifier string) ObjectRecord {
	r := ObjectRecord{ID: id, LID: id, Version: 1, Status: Approved, UniqueID: uniqueID, Home: o.Home}
	from := len(w.dst)
	w.head(o, exceptSlot)
	r.Head = w.fragment(from)
	from = len(w.dst)
	w.tail(o, exceptIdentifier)
	r.Tail = w.fragment(from)
	return r
}

// identifierUUID gives the id of an identifier that is written anew in each answer.
func (w *writer) identifierUUID(x *ExternalIdentifier) UUID {
	if x != nil && isUUIDURN(x.ID) {
		if u, err := ParseUUID(x.ID); err == nil {
			return u
		}
	}
	return w.ids.next()
}

func (w *writer) documentRecord(d *DocumentEntry) *DocumentRecord {
	r := &DocumentRecord{
		ObjectRecord:         w.objectRecord(&d.Object, d.EntryUUID, d.UniqueID, "", SchemeDocumentPatientID),
		ObjectType:           d.Type,
		MimeType:             d.MimeType,
		Hash:                 d.Hash,
		Size:                 d.Size,
		RepositoryUniqueID:   d.RepositoryUniqueID,
		PatientIdentifierID:  w.identifierUUID(d.identified(SchemeDocumentPatientID)),
		ClassCode:            normalCode(d.ClassCode),
		TypeCode:             normalCode(d.TypeCode),
		PracticeSetting:      normalCode(d.PracticeSettingCode),
		FacilityType:         normalCode(d.HealthcareFacilityTypeCode),
		FormatCode:           normalCode(d.FormatCode),
		ConfidentialityCodes: normalCodes(d.ConfidentialityCodes),
		EventCodes:           normalCodes(d.EventCodes),
		CreationTime:         PadTime(d.CreationTime),
		ServiceStart:         PadTime(d.ServiceStartTime),
		ServiceStop:          PadTime(d.ServiceStopTime),
		AuthorPersons:        normalTexts(persons(d.Authors)),
		ReferenceIDs:         normalTexts(d.ReferenceIDs),
		Title:                normal(d.Title),
	}
	return r
}

func (w *writer) submissionSetRecord(s *SubmissionSet) *SubmissionSetRecord {
	return &SubmissionSetRecord{
		ObjectRecord:        w.objectRecord(&s.Object, s.EntryUUID, s.UniqueID, "", SchemeSubmissionSetPatientID),
		SourceID:            s.SourceID,
		SubmissionTime:      PadTime(s.SubmissionTime),
		ContentType:         normalCode(s.ContentTypeCode),
		AuthorPersons:       normalTexts(persons(s.Authors)),
		PatientIdentifierID: w.identifierUUID(s.identified(SchemeSubmissionSetPatientID)),
	}
}

func (w *writer) folderRecord(f *Folder, lastUpdateTime string) *FolderRecord {
	return &FolderRecord{
		ObjectRecord:        w.objectRecord(&f.Object, f.EntryUUID, f.UniqueID, SlotLastUpdateTime, SchemeFolderPatientID),
		LastUpdateTime:      lastUpdateTime,
		Codes:               normalCodes(f.Codes),
		PatientIdentifierID: w.identifierUUID(f.identified(SchemeFolderPatientID)),
	}
}

func (w *writer) associationRecord(a *Association) *AssociationRecord {
	return &AssociationRecord{
		ObjectRecord: w.objectRecord(&a.Object, a.EntryUUID, "", "", ""),
		Type:         a.Type,
		Source:       a.SourceUUID,
		Target:       a.TargetUUID,
		Label:        a.Label,
	}
}

// persons gives the raw XCN of each author that names one.
func persons(authors []Author) []string {
	count := 0
	for i := range authors {
		if authors[i].Person != "" {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	list := make([]string, 0, count)
	for i := range authors {
		if authors[i].Person != "" {
			list = append(list, authors[i].Person)
		}
	}
	return list
}
