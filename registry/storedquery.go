package registry

import (
	"context"
	"slices"
)

// transactionName tells by which transaction a stored query travels.
type transactionName string

const (
	iti18 transactionName = "ITI-18" // Registry Stored Query
	iti51 transactionName = "ITI-51" // Multi-Patient Stored Query
)

// storedQuery is a query as the standard defines it (ITI TF-2 3.18.4.1.2.3.7, 3.51.4.1.2.3): what it may be asked with,
// and what it answers. Reading and judging a request follow from the parameters.
type storedQuery struct {
	name        string
	id          string
	transaction transactionName
	section     string
	parameters  []parameter
	// onePatient: whole objects in the answer must share one patient (ITI TF-2 3.18.4.1.2.3.8).
	onePatient bool
	// collect turns the arguments into filters and collects the objects.
	collect func(context.Context, *search) error
}

// parameter is one that a query takes, as a row of the standard's tables: name, Opt, Mult, and what its values are.
type parameter struct {
	name string
	need need
	mult multiplicity
	kind valueKind
}

// need is the column Opt.
type need uint8

const (
	isOptional need = iota
	isRequired
	// exactlyOne of the parameters so marked.
	exactlyOne
	// atLeastOne of the parameters so marked; those given restrict together.
	atLeastOne
)

// multiplicity is the column Mult, with its note on AND and OR (ITI TF-2 3.18.4.1.2.3.5).
type multiplicity uint8

const (
	oneValue multiplicity = iota
	// listOfValues: one of them must match (OR).
	listOfValues
	// andOrList: as listOfValues, and the Slot may be repeated; each Slot must match (AND).
	andOrList
)

// documentFilters are the parameters that every query of the FindDocuments family takes beside the patient's.
var documentFilters = []parameter{
	{"$XDSDocumentEntryTypeCode", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryPracticeSettingCode", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryCreationTimeFrom", isOptional, oneValue, valueTime},
	{"$XDSDocumentEntryCreationTimeTo", isOptional, oneValue, valueTime},
	{"$XDSDocumentEntryServiceStartTimeFrom", isOptional, oneValue, valueTime},
	{"$XDSDocumentEntryServiceStartTimeTo", isOptional, oneValue, valueTime},
	{"$XDSDocumentEntryServiceStopTimeFrom", isOptional, oneValue, valueTime},
	{"$XDSDocumentEntryServiceStopTimeTo", isOptional, oneValue, valueTime},
	{"$XDSDocumentEntryConfidentialityCode", isOptional, andOrList, valueCode},
	{"$XDSDocumentEntryAuthorPerson", isOptional, listOfValues, valuePattern},
	{"$XDSDocumentEntryFormatCode", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryStatus", isRequired, listOfValues, valueStatus},
	{"$XDSDocumentEntryType", isOptional, listOfValues, valueEntryType},
	{"$XDSDocumentEntryDocumentAvailability", isOptional, listOfValues, valueAvailability},
	{"$MetadataLevel", isOptional, oneValue, valueLevel},
}

// onePatientFilters and manyPatientsFilters complete them. Three codes alone may select among all patients.
var onePatientFilters = []parameter{
	{"$XDSDocumentEntryPatientId", isRequired, oneValue, valuePatientID},
	{"$XDSDocumentEntryClassCode", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryHealthcareFacilityTypeCode", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryEventCodeList", isOptional, andOrList, valueCode},
}

var manyPatientsFilters = []parameter{
	{"$XDSDocumentEntryPatientId", atLeastOne, listOfValues, valuePatientID},
	{"$XDSDocumentEntryClassCode", atLeastOne, listOfValues, valueCode},
	{"$XDSDocumentEntryHealthcareFacilityTypeCode", atLeastOne, listOfValues, valueCode},
	{"$XDSDocumentEntryEventCodeList", atLeastOne, andOrList, valueCode},
}

// excludeFilters are the negative parameters of FindDocumentsExclude; each excludes its counterpart without the suffix.
var excludeFilters = []parameter{
	{"$XDSDocumentEntryReferenceIdList", isOptional, andOrList, valueReference},
	{"$XDSDocumentEntryClassCodeExclude", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryTypeCodeExclude", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryPracticeSettingCodeExclude", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryHealthcareFacilityTypeCodeExclude", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryFormatCodeExclude", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryEventCodeListExclude", isOptional, andOrList, valueCode},
	{"$XDSDocumentEntryConfidentialityCodeExclude", isOptional, andOrList, valueCode},
	{"$XDSDocumentEntryAuthorPersonExclude", isOptional, listOfValues, valuePattern},
	{"$XDSDocumentEntryTypeExclude", isOptional, listOfValues, valueEntryType},
	{"$XDSDocumentEntryReferenceIdListExclude", isOptional, andOrList, valueReference},
}

// contentFilters select among the DocumentEntries of a SubmissionSet, a Folder or a patient.
var contentFilters = []parameter{
	{"$XDSDocumentEntryFormatCode", isOptional, listOfValues, valueCode},
	{"$XDSDocumentEntryConfidentialityCode", isOptional, andOrList, valueCode},
	{"$XDSDocumentEntryType", isOptional, listOfValues, valueEntryType},
	{"$XDSAssociationStatus", isOptional, listOfValues, valueStatus},
	{"$MetadataLevel", isOptional, oneValue, valueLevel},
}

// storedQueries is the catalogue of what the registry answers.
var storedQueries = []*storedQuery{
	{
		name: "FindDocuments", id: "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.1",
		parameters: slices.Concat(onePatientFilters, documentFilters),
		collect:    findDocuments,
	},
	{
		name: "FindSubmissionSets", id: "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.2",
		parameters: []parameter{
			{"$XDSSubmissionSetPatientId", isRequired, oneValue, valuePatientID},
			{"$XDSSubmissionSetSourceId", isOptional, listOfValues, valueText},
			{"$XDSSubmissionSetSubmissionTimeFrom", isOptional, oneValue, valueTime},
			{"$XDSSubmissionSetSubmissionTimeTo", isOptional, oneValue, valueTime},
			{"$XDSSubmissionSetAuthorPerson", isOptional, oneValue, valuePattern},
			{"$XDSSubmissionSetContentType", isOptional, listOfValues, valueCode},
			{"$XDSSubmissionSetStatus", isRequired, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: findSubmissionSets,
	},
	{
		name: "FindFolders", id: "urn:uuid:958f3006-baad-4929-a4de-ff1114824431",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.3",
		parameters: []parameter{
			{"$XDSFolderPatientId", isRequired, oneValue, valuePatientID},
			{"$XDSFolderLastUpdateTimeFrom", isOptional, oneValue, valueTime},
			{"$XDSFolderLastUpdateTimeTo", isOptional, oneValue, valueTime},
			{"$XDSFolderCodeList", isOptional, andOrList, valueCode},
			{"$XDSFolderStatus", isRequired, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: findFolders,
	},
	{
		name: "GetAll", id: "urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.4",
		parameters: slices.Concat([]parameter{
			{"$patientId", isRequired, oneValue, valuePatientID},
			{"$XDSDocumentEntryStatus", isRequired, listOfValues, valueStatus},
			{"$XDSSubmissionSetStatus", isRequired, listOfValues, valueStatus},
			{"$XDSFolderStatus", isRequired, listOfValues, valueStatus},
		}, contentFilters),
		collect: getAll,
	},
	{
		name: "GetDocuments", id: "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.5", onePatient: true,
		parameters: []parameter{
			{"$XDSDocumentEntryEntryUUID", exactlyOne, listOfValues, valueEntryUUID},
			{"$XDSDocumentEntryUniqueId", exactlyOne, listOfValues, valueText},
			{"$XDSDocumentEntryLogicalID", exactlyOne, listOfValues, valueLogicalID},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getDocuments,
	},
	{
		name: "GetFolders", id: "urn:uuid:5737b14c-8a1a-4539-b659-e03a34a5e1e4",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.6", onePatient: true,
		parameters: []parameter{
			{"$XDSFolderEntryUUID", exactlyOne, listOfValues, valueEntryUUID},
			{"$XDSFolderUniqueId", exactlyOne, listOfValues, valueText},
			{"$XDSFolderLogicalID", exactlyOne, listOfValues, valueLogicalID},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getFolders,
	},
	{
		name: "GetAssociations", id: "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.7",
		parameters: []parameter{
			{"$uuid", isRequired, listOfValues, valueEntryUUID},
			{"$XDSAssociationStatus", isOptional, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getAssociations,
	},
	{
		name: "GetDocumentsAndAssociations", id: "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.8", onePatient: true,
		parameters: []parameter{
			{"$XDSDocumentEntryEntryUUID", exactlyOne, listOfValues, valueEntryUUID},
			{"$XDSDocumentEntryUniqueId", exactlyOne, listOfValues, valueText},
			{"$XDSAssociationStatus", isOptional, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getDocumentsAndAssociations,
	},
	{
		name: "GetSubmissionSets", id: "urn:uuid:51224314-5390-4169-9b91-b1980040715a",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.9", onePatient: true,
		parameters: []parameter{
			{"$uuid", isRequired, listOfValues, valueEntryUUID},
			{"$XDSAssociationStatus", isOptional, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getSubmissionSets,
	},
	{
		name: "GetSubmissionSetAndContents", id: "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.10", onePatient: true,
		parameters: slices.Concat([]parameter{
			{"$XDSSubmissionSetEntryUUID", exactlyOne, oneValue, valueEntryUUID},
			{"$XDSSubmissionSetUniqueId", exactlyOne, oneValue, valueText},
		}, contentFilters),
		collect: getSubmissionSetAndContents,
	},
	{
		name: "GetFolderAndContents", id: "urn:uuid:b909a503-523d-4517-8acf-8e5834dfc4c7",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.11", onePatient: true,
		parameters: slices.Concat([]parameter{
			{"$XDSFolderEntryUUID", exactlyOne, oneValue, valueEntryUUID},
			{"$XDSFolderUniqueId", exactlyOne, oneValue, valueText},
		}, contentFilters),
		collect: getFolderAndContents,
	},
	{
		name: "GetFoldersForDocument", id: "urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.12",
		parameters: []parameter{
			{"$XDSDocumentEntryEntryUUID", exactlyOne, oneValue, valueEntryUUID},
			{"$XDSDocumentEntryUniqueId", exactlyOne, oneValue, valueText},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getFoldersForDocument,
	},
	{
		name: "GetRelatedDocuments", id: "urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.13",
		parameters: []parameter{
			{"$XDSDocumentEntryEntryUUID", exactlyOne, oneValue, valueEntryUUID},
			{"$XDSDocumentEntryUniqueId", exactlyOne, oneValue, valueText},
			{"$AssociationTypes", isRequired, listOfValues, valueAssociationType},
			{"$XDSDocumentEntryType", isOptional, listOfValues, valueEntryType},
			{"$XDSAssociationStatus", isOptional, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: getRelatedDocuments,
	},
	{
		name: "FindDocumentsByReferenceId", id: "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.14",
		parameters: slices.Concat(onePatientFilters, []parameter{
			{"$XDSDocumentEntryReferenceIdList", isRequired, andOrList, valueReference},
		}, documentFilters),
		collect: findDocuments,
	},
	{
		name: "FindDocumentsExclude", id: "urn:uuid:4308b1df-36de-4bef-8e2e-ba91f593c435",
		transaction: iti18, section: "ITI TF-2 3.18.4.1.2.3.7.15",
		parameters: slices.Concat(onePatientFilters, documentFilters, excludeFilters),
		collect:    findDocuments,
	},
	{
		name: "FindDocumentsForMultiplePatients", id: "urn:uuid:3d1bdb10-39a2-11de-89c2-2f44d94eaa9f",
		transaction: iti51, section: "ITI TF-2 3.51.4.1.2.3.1",
		parameters: slices.Concat(manyPatientsFilters, documentFilters),
		collect:    findDocuments,
	},
	{
		name: "FindFoldersForMultiplePatients", id: "urn:uuid:50d3f5ac-39a2-11de-a1ca-b366239e58df",
		transaction: iti51, section: "ITI TF-2 3.51.4.1.2.3.2",
		parameters: []parameter{
			{"$XDSFolderPatientId", atLeastOne, listOfValues, valuePatientID},
			{"$XDSFolderLastUpdateTimeFrom", isOptional, oneValue, valueTime},
			{"$XDSFolderLastUpdateTimeTo", isOptional, oneValue, valueTime},
			{"$XDSFolderCodeList", atLeastOne, andOrList, valueCode},
			{"$XDSFolderStatus", isRequired, listOfValues, valueStatus},
			{"$MetadataLevel", isOptional, oneValue, valueLevel},
		},
		collect: findFolders,
	},
	{
		name: "FindDocumentsByReferenceIdForMultiplePatients", id: "urn:uuid:1191642d-86c4-42d8-b784-f95445f9f0d5",
		transaction: iti51, section: "ITI TF-2 3.51.4.1.2.3.3",
		parameters: slices.Concat([]parameter{
			{"$XDSDocumentEntryPatientId", isOptional, listOfValues, valuePatientID},
			{"$XDSDocumentEntryClassCode", isOptional, listOfValues, valueCode},
			{"$XDSDocumentEntryHealthcareFacilityTypeCode", isOptional, listOfValues, valueCode},
			{"$XDSDocumentEntryEventCodeList", isOptional, andOrList, valueCode},
			{"$XDSDocumentEntryReferenceIdList", isRequired, andOrList, valueReference},
		}, documentFilters),
		collect: findDocuments,
	},
}
