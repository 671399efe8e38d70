package registry

// Author is one author of a DocumentEntry or SubmissionSet (ITI TF-3 4.2.3.2.1): raw XCN, XON, coded string and XTN values.
type Author struct {
	Person                                     string
	Institutions, Roles, Specialties, Telecoms []string
}

// DocumentEntry describes one document (ITI TF-3 4.2.3.2). The typed fields are what was read from the ebRIM object;
// a field is empty when the attribute is absent or not readable (a finding says so).
type DocumentEntry struct {
	Object
	// EntryUUID is zero until the registry has given it, unless the source sent a UUID.
	EntryUUID UUID
	Type      ObjectType
	// PatientID and SourcePatientID are canonical CX.
	PatientID, SourcePatientID string
	UniqueID                   string
	RepositoryUniqueID         string
	// CreationTime, ServiceStartTime and ServiceStopTime are DTM as sent.
	CreationTime, ServiceStartTime, ServiceStopTime string
	LanguageCode                                    string
	LegalAuthenticator                              string
	SourcePatientInfo                               []string
	ReferenceIDs                                    []string
	// Hash is the SHA-1 in hexadecimal as sent; Size in bytes is -1 when absent.
	Hash string
	Size int64
	// URI is put together from its numbered pieces.
	URI             string
	Title, Comments string
	Authors         []Author

	ClassCode, TypeCode, FormatCode, PracticeSettingCode, HealthcareFacilityTypeCode Code
	ConfidentialityCodes, EventCodes                                                 []Code
}

// SetSlot replaces the slot of that name or adds it, and the typed field with it where the registry or a repository may
// set one: hash, size and repositoryUniqueId.
func (d *DocumentEntry) SetSlot(name string, values ...string) {
	d.Object.SetSlot(name, values...)
	value := ""
	if len(values) > 0 {
		value = values[0]
	}
	switch name {
	case SlotHash:
		d.Hash = value
	case SlotRepositoryUniqueID:
		d.RepositoryUniqueID = value
	case SlotSize:
		d.Size = -1
		if size, _, e := checkSize(value); e == nil {
			d.Size = size
		}
	}
}
