package registry

// UUIDs that XDS gives to classification schemes, classification nodes and identification schemes (ITI TF-3 4.2.5).
const (
	SchemeDocumentAuthor          = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
	SchemeDocumentClassCode       = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
	SchemeDocumentConfidentiality = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
	SchemeDocumentEventCode       = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
	SchemeDocumentFormatCode      = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
	SchemeDocumentFacilityType    = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
	SchemeDocumentPracticeSetting = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
	SchemeDocumentTypeCode        = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
	SchemeDocumentPatientID       = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
	SchemeDocumentUniqueID        = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
	NodeDocumentLimitedMetadata   = "urn:uuid:ab9b591b-83ab-4d03-8f5d-f93b1fb92e85"

	NodeSubmissionSet                = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
	SchemeSubmissionSetAuthor        = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
	SchemeSubmissionSetContentType   = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
	SchemeSubmissionSetPatientID     = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
	SchemeSubmissionSetSourceID      = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
	SchemeSubmissionSetUniqueID      = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
	NodeSubmissionSetLimitedMetadata = "urn:uuid:5003a9db-8d8d-49e6-bf0c-990e34ac7707"

	NodeFolder                = "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2"
	SchemeFolderCode          = "urn:uuid:1ba97051-7806-41a8-a48b-8fce7af683c5"
	SchemeFolderPatientID     = "urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a"
	SchemeFolderUniqueID      = "urn:uuid:75df8f67-9973-4fbe-a900-df66cefecc5a"
	NodeFolderLimitedMetadata = "urn:uuid:2c144a76-29a9-4b7c-af54-b25409fe7d03"

	SchemeAssociationDocumentation = "urn:uuid:abd807a3-4432-4053-87b4-fd82c643d1f3"
)

// The objectType of elements whose class already says it (ITI TF-3 4.2.5.2); results always carry them.
const (
	ObjectTypeClassification     = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification"
	ObjectTypeExternalIdentifier = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:ExternalIdentifier"
	ObjectTypeAssociation        = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association"
	ObjectTypeRegistryPackage    = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:RegistryPackage"
)

// Slot names (ITI TF-3 Tables 4.2.3.2-1, 4.2.3.3-1, 4.2.3.4-1).
const (
	SlotCreationTime         = "creationTime"
	SlotLanguageCode         = "languageCode"
	SlotSourcePatientID      = "sourcePatientId"
	SlotSourcePatientInfo    = "sourcePatientInfo"
	SlotLegalAuthenticator   = "legalAuthenticator"
	SlotServiceStartTime     = "serviceStartTime"
	SlotServiceStopTime      = "serviceStopTime"
	SlotHash                 = "hash"
	SlotSize                 = "size"
	SlotURI                  = "URI"
	SlotRepositoryUniqueID   = "repositoryUniqueId"
	SlotDocumentAvailability = "documentAvailability"
	SlotReferenceIDList      = "urn:ihe:iti:xds:2013:referenceIdList"
	SlotSubmissionTime       = "submissionTime"
	SlotIntendedRecipient    = "intendedRecipient"
	SlotHomeCommunityID      = "homeCommunityId"
	SlotLastUpdateTime       = "lastUpdateTime"
	SlotSubmissionSetStatus  = "SubmissionSetStatus"
	SlotCodingScheme         = "codingScheme"
	SlotAuthorPerson         = "authorPerson"
	SlotAuthorInstitution    = "authorInstitution"
	SlotAuthorRole           = "authorRole"
	SlotAuthorSpecialty      = "authorSpecialty"
	SlotAuthorTelecom        = "authorTelecommunication"
)

// ResponseStatus and severity URNs of rs:RegistryResponse (ITI TF-3 4.2.4).
const (
	StatusSuccess        = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
	StatusFailure        = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"
	StatusPartialSuccess = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
	severityErrorURN     = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"
	severityWarningURN   = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning"
)
