package registry

// class is what XDS gives to one class of objects: the schemes of its coded attributes, its identifiers, its slots and
// the nodes that mark it (ITI TF-3 4.2.3.2 to 4.2.3.4, 4.2.5).
type class struct {
	schemes     []scheme
	identifiers []identification
	slots       []string
	marker      string // classificationNode that makes a package one of this class
	limited     string // classificationNode of limitedMetadata
}

// scheme is a coded attribute or, with kind 0, an author.
type scheme struct {
	uuid, attribute string
	kind            CodeKind
	many            bool
}

// identification is an external identifier and the Name that the standard fixes for it.
type identification struct{ uuid, name string }

var (
	documentClass = class{
		schemes: []scheme{
			{SchemeDocumentAuthor, "author", 0, true},
			{SchemeDocumentClassCode, "classCode", CodeClass, false},
			{SchemeDocumentConfidentiality, "confidentialityCode", CodeConfidentiality, true},
			{SchemeDocumentEventCode, "eventCodeList", CodeEvent, true},
			{SchemeDocumentFormatCode, "formatCode", CodeFormat, false},
			{SchemeDocumentFacilityType, "healthcareFacilityTypeCode", CodeFacilityType, false},
			{SchemeDocumentPracticeSetting, "practiceSettingCode", CodePracticeSetting, false},
			{SchemeDocumentTypeCode, "typeCode", CodeType, false},
		},
		identifiers: []identification{
			{SchemeDocumentPatientID, "XDSDocumentEntry.patientId"},
			{SchemeDocumentUniqueID, "XDSDocumentEntry.uniqueId"},
		},
		slots: []string{
			SlotCreationTime, SlotLanguageCode, SlotSourcePatientID, SlotSourcePatientInfo, SlotLegalAuthenticator,
			SlotServiceStartTime, SlotServiceStopTime, SlotHash, SlotSize, SlotURI, SlotRepositoryUniqueID,
			SlotDocumentAvailability, SlotReferenceIDList,
		},
		limited: NodeDocumentLimitedMetadata,
	}
	submissionSetClass = class{
		schemes: []scheme{
			{SchemeSubmissionSetAuthor, "author", 0, true},
			{SchemeSubmissionSetContentType, "contentTypeCode", CodeContentType, false},
		},
		identifiers: []identification{
			{SchemeSubmissionSetPatientID, "XDSSubmissionSet.patientId"},
			{SchemeSubmissionSetSourceID, "XDSSubmissionSet.sourceId"},
			{SchemeSubmissionSetUniqueID, "XDSSubmissionSet.uniqueId"},
		},
		slots:  []string{SlotSubmissionTime, SlotIntendedRecipient, SlotHomeCommunityID},
		marker: NodeSubmissionSet, limited: NodeSubmissionSetLimitedMetadata,
	}
	folderClass = class{
		schemes: []scheme{{SchemeFolderCode, "codeList", CodeFolder, true}},
		identifiers: []identification{
			{SchemeFolderPatientID, "XDSFolder.patientId"},
			{SchemeFolderUniqueID, "XDSFolder.uniqueId"},
		},
		slots:  []string{SlotLastUpdateTime},
		marker: NodeFolder, limited: NodeFolderLimitedMetadata,
	}
	associationClass = class{
		schemes: []scheme{{SchemeAssociationDocumentation, "documentation", 0, true}},
		slots:   []string{SlotSubmissionSetStatus, slotPreviousVersion, slotPropagation, slotOriginalStatus, slotNewStatus},
	}
)

func classOf(k Kind) *class {
	switch k {
	case KindDocument:
		return &documentClass
	case KindSubmissionSet:
		return &submissionSetClass
	case KindFolder:
		return &folderClass
	}
	return &associationClass
}

func (c *class) scheme(uuid string) *scheme {
	for i := range c.schemes {
		if c.schemes[i].uuid == uuid {
			return &c.schemes[i]
		}
	}
	return nil
}

func (c *class) identification(uuid string) *identification {
	for i := range c.identifiers {
		if c.identifiers[i].uuid == uuid {
			return &c.identifiers[i]
		}
	}
	return nil
}

func (c *class) hasSlot(name string) bool {
	for _, s := range c.slots {
		if s == name {
			return true
		}
	}
	return false
}

// isURN tells whether a name is a URN: urn:, a namespace of letters, digits and hyphens, a colon and more.
func isURN(name string) bool {
	if len(name) < 4 || name[:4] != "urn:" {
		return false
	}
	for i := 4; i < len(name); i++ {
		switch c := name[i]; {
		case c == ':':
			return i > 5 && i < 37 && i+1 < len(name)
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-' && i > 4:
		default:
			return false
		}
	}
	return false
}
