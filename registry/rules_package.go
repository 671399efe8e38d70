package registry

import "liasse/internal/rule"

// The rules of the attributes of SubmissionSets and Folders (ITI TF-3 4.2.3.3, 4.2.3.4).
var (
	ruleSetContentType = presenceRule("XDS-SS-001", "ITI TF-3 4.2.3.3.4", "SubmissionSet", "contentTypeCode", "Classification/@classificationScheme="+SchemeSubmissionSetContentType)
	ruleSetPatient     = presenceRule("XDS-SS-002", "ITI TF-3 4.2.3.3.8", "SubmissionSet", "patientId", "ExternalIdentifier/@identificationScheme="+SchemeSubmissionSetPatientID)
	ruleSetSource      = presenceRule("XDS-SS-003", "ITI TF-3 4.2.3.3.9", "SubmissionSet", "sourceId", "ExternalIdentifier/@identificationScheme="+SchemeSubmissionSetSourceID)
	ruleSetTime        = presenceRule("XDS-SS-004", "ITI TF-3 4.2.3.3.10", "SubmissionSet", "submissionTime", `Slot name="submissionTime"`)
	ruleSetUniqueID    = presenceRule("XDS-SS-005", "ITI TF-3 4.2.3.3.12", "SubmissionSet", "uniqueId", "ExternalIdentifier/@identificationScheme="+SchemeSubmissionSetUniqueID)

	ruleSetPatientForm   = formRule("XDS-SS-006", "ITI TF-3 4.2.3.3.8", "SubmissionSet", "patientId", "a CX", "un CX", formCX)
	ruleSetSourceForm    = formRule("XDS-SS-007", "ITI TF-3 4.2.3.3.9", "SubmissionSet", "sourceId", "an OID", "un OID", "1.2.3.4")
	ruleSetTimeForm      = formRule("XDS-SS-008", "ITI TF-3 4.2.3.3.10", "SubmissionSet", "submissionTime", "a DTM", "un DTM", formDTM)
	ruleSetUniqueIDForm  = formRule("XDS-SS-009", "ITI TF-3 4.2.3.3.12", "SubmissionSet", "uniqueId", "an OID", "un OID", "1.2.3.4")
	ruleSetRecipientForm = formRule("XDS-SS-010", "ITI TF-3 4.2.3.3.7", "SubmissionSet", "intendedRecipient", "an XON, XCN and XTN separated by |", "un XON, un XCN et un XTN séparés par |", "XON|XCN|XTN")
	ruleSetTitleLength   = metadataRule("XDS-SS-011", "ITI TF-3 4.2.3.3.11", rule.Warning,
		both("The title of a SubmissionSet has at most 256 characters", "Le titre d'un SubmissionSet a au plus 256 caractères"),
		both("Shorten the title; it was kept whole", "Raccourcir le titre ; il a été conservé entier"))

	ruleFolderCode     = presenceRule("XDS-FO-001", "ITI TF-3 4.2.3.4.2", "Folder", "codeList", "Classification/@classificationScheme="+SchemeFolderCode)
	ruleFolderPatient  = presenceRule("XDS-FO-002", "ITI TF-3 4.2.3.4.7", "Folder", "patientId", "ExternalIdentifier/@identificationScheme="+SchemeFolderPatientID)
	ruleFolderTitle    = presenceRule("XDS-FO-003", "ITI TF-3 4.2.3.4.8", "Folder", "title", "Name/LocalizedString/@value")
	ruleFolderUniqueID = presenceRule("XDS-FO-004", "ITI TF-3 4.2.3.4.9", "Folder", "uniqueId", "ExternalIdentifier/@identificationScheme="+SchemeFolderUniqueID)

	ruleFolderPatientForm  = formRule("XDS-FO-005", "ITI TF-3 4.2.3.4.7", "Folder", "patientId", "a CX", "un CX", formCX)
	ruleFolderUniqueIDForm = formRule("XDS-FO-006", "ITI TF-3 4.2.3.4.9", "Folder", "uniqueId", "an OID", "un OID", "1.2.3.4")
	ruleFolderTitleLength  = metadataRule("XDS-FO-007", "ITI TF-3 4.2.3.4.8", rule.Warning,
		both("The title of a Folder has at most 256 characters", "Le titre d'un Folder a au plus 256 caractères"),
		both("Shorten the title; it was kept whole", "Raccourcir le titre ; il a été conservé entier"))
)
