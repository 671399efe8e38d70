package conformance

// Namespaces of the messages (ITI TF-2 Appendix V, Table V.2.4-1) by the prefix that every path in a suite uses,
// whatever prefix the server chose.
var namespaces = map[string]string{
	"env":   "http://www.w3.org/2003/05/soap-envelope",
	"env11": "http://schemas.xmlsoap.org/soap/envelope/",
	"wsa":   "http://www.w3.org/2005/08/addressing",
	"wsse":  "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
	"xop":   "http://www.w3.org/2004/08/xop/include",
	"rim":   "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
	"rs":    "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0",
	"lcm":   "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0",
	"query": "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0",
	"xds":   "urn:ihe:iti:xds-b:2007",
	"hl7":   "urn:hl7-org:v3",
	"wsu":   "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
	"saml2": "urn:oasis:names:tc:SAML:2.0:assertion",
	"ds":    dsigNS,
	"xades": xadesNS,
	"xs":    "http://www.w3.org/2001/XMLSchema",
	"xsi":   "http://www.w3.org/2001/XMLSchema-instance",
}

var prefixes = invert(namespaces)

func invert(m map[string]string) map[string]string {
	inverse := make(map[string]string, len(m))
	for k, v := range m {
		inverse[v] = k
	}
	return inverse
}

const anonymous = "http://www.w3.org/2005/08/addressing/anonymous"

// transaction is what a suite's send key stands for (xds.b transactions, ITI TF-2 3.18 to 3.61).
type transaction struct {
	name, action, answer string
	endpoint             string // registry or repository
	mtom                 bool
}

var (
	provideAndRegister = transaction{"ITI-41", "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse", "repository", true}
	register           = transaction{"ITI-42", "urn:ihe:iti:2007:RegisterDocumentSet-b", "urn:ihe:iti:2007:RegisterDocumentSet-bResponse", "registry", false}
	registerOnDemand   = transaction{"ITI-61", "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry", "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse", "registry", false}
	storedQuery        = transaction{"ITI-18", "urn:ihe:iti:2007:RegistryStoredQuery", "urn:ihe:iti:2007:RegistryStoredQueryResponse", "registry", false}
	multiPatientQuery  = transaction{"ITI-51", "urn:ihe:iti:2009:MultiPatientStoredQuery", "urn:ihe:iti:2009:MultiPatientStoredQueryResponse", "registry", false}
	retrieveSet        = transaction{"ITI-43", "urn:ihe:iti:2007:RetrieveDocumentSet", "urn:ihe:iti:2007:RetrieveDocumentSetResponse", "repository", true}
	patientFeed        = transaction{"ITI-44", "", "urn:hl7-org:v3:MCCI_IN000002UV01", "registry", false}
)

// vocabulary holds the words that a suite may use as ${word}.
var vocabulary = map[string]string{
	"Approved":        "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved",
	"Deprecated":      "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated",
	"Stable":          "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1",
	"OnDemand":        "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248",
	"HasMember":       "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
	"RPLC":            "urn:ihe:iti:2007:AssociationType:RPLC",
	"XFRM":            "urn:ihe:iti:2007:AssociationType:XFRM",
	"APND":            "urn:ihe:iti:2007:AssociationType:APND",
	"XFRM_RPLC":       "urn:ihe:iti:2007:AssociationType:XFRM_RPLC",
	"signs":           "urn:ihe:iti:2007:AssociationType:signs",
	"IsSnapshotOf":    "urn:ihe:iti:2010:AssociationType:IsSnapshotOf",
	"referenceIdList": "urn:ihe:iti:xds:2013:referenceIdList",
	"sha1-of-empty":   "da39a3ee5e6b4b0d3255bfef95601890afd80709",
}

const uuidURN = "urn:uuid:"

// marker is the classificationNode that makes a RegistryPackage what it is (ITI TF-3 4.2.5).
var marker = map[string]string{
	"SubmissionSet": uuidURN + "a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
	"Folder":        uuidURN + "d9d542f3-6cc4-48b6-8870-ea235fbc94c2",
}

// attribute tells how an XDS attribute is written in ebRIM (ITI TF-3 4.2.3.2 to 4.2.3.4).
type attribute struct {
	form   string // attr, slot, code, id, text
	target string // attribute name, slot name, scheme, or element name
	label  string // the fixed Name of an ExternalIdentifier
}

var documentAttributes = map[string]attribute{
	"entryUUID":                  {form: "attr", target: "id"},
	"lid":                        {form: "attr", target: "lid"},
	"home":                       {form: "attr", target: "home"},
	"status":                     {form: "attr", target: "status"},
	"mimeType":                   {form: "attr", target: "mimeType"},
	"objectType":                 {form: "attr", target: "objectType"},
	"creationTime":               {form: "slot", target: "creationTime"},
	"languageCode":               {form: "slot", target: "languageCode"},
	"sourcePatientId":            {form: "slot", target: "sourcePatientId"},
	"sourcePatientInfo":          {form: "slot", target: "sourcePatientInfo"},
	"legalAuthenticator":         {form: "slot", target: "legalAuthenticator"},
	"serviceStartTime":           {form: "slot", target: "serviceStartTime"},
	"serviceStopTime":            {form: "slot", target: "serviceStopTime"},
	"hash":                       {form: "slot", target: "hash"},
	"size":                       {form: "slot", target: "size"},
	"URI":                        {form: "slot", target: "URI"},
	"repositoryUniqueId":         {form: "slot", target: "repositoryUniqueId"},
	"documentAvailability":       {form: "slot", target: "documentAvailability"},
	"referenceIdList":            {form: "slot", target: "urn:ihe:iti:xds:2013:referenceIdList"},
	"classCode":                  {form: "code", target: uuidURN + "41a5887f-8865-4c09-adf7-e362475b143a"},
	"typeCode":                   {form: "code", target: uuidURN + "f0306f51-975f-434e-a61c-c59651d33983"},
	"formatCode":                 {form: "code", target: uuidURN + "a09d5840-386c-46f2-b5ad-9c3699a4309d"},
	"healthcareFacilityTypeCode": {form: "code", target: uuidURN + "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"},
	"practiceSettingCode":        {form: "code", target: uuidURN + "cccf5598-8b07-4b77-a05e-ae952c785ead"},
	"confidentialityCode":        {form: "code", target: uuidURN + "f4f85eac-e6cb-4883-b524-f2705394840f"},
	"eventCodeList":              {form: "code", target: uuidURN + "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"},
	"authors":                    {form: "author", target: uuidURN + "93606bcf-9494-43ec-9b4e-a7748d1a838d"},
	"title":                      {form: "text", target: "Name"},
	"comments":                   {form: "text", target: "Description"},
	"patientId":                  {form: "id", target: uuidURN + "58a6f841-87b3-4a3e-92fd-a8ffeff98427", label: "XDSDocumentEntry.patientId"},
	"uniqueId":                   {form: "id", target: uuidURN + "2e82c1f6-a085-4c72-9da3-8640a32e42ab", label: "XDSDocumentEntry.uniqueId"},
}

var submissionSetAttributes = map[string]attribute{
	"entryUUID":         {form: "attr", target: "id"},
	"lid":               {form: "attr", target: "lid"},
	"home":              {form: "attr", target: "home"},
	"status":            {form: "attr", target: "status"},
	"submissionTime":    {form: "slot", target: "submissionTime"},
	"intendedRecipient": {form: "slot", target: "intendedRecipient"},
	"contentTypeCode":   {form: "code", target: uuidURN + "aa543740-bdda-424e-8c96-df4873be8500"},
	"authors":           {form: "author", target: uuidURN + "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"},
	"title":             {form: "text", target: "Name"},
	"comments":          {form: "text", target: "Description"},
	"patientId":         {form: "id", target: uuidURN + "6b5aea1a-874d-4603-a4bc-96a0a7b38446", label: "XDSSubmissionSet.patientId"},
	"uniqueId":          {form: "id", target: uuidURN + "96fdda7c-d067-4183-912e-bf5ee74998a8", label: "XDSSubmissionSet.uniqueId"},
	"sourceId":          {form: "id", target: uuidURN + "554ac39e-e3fe-47fe-b233-965d2a147832", label: "XDSSubmissionSet.sourceId"},
}

var folderAttributes = map[string]attribute{
	"entryUUID":      {form: "attr", target: "id"},
	"lid":            {form: "attr", target: "lid"},
	"home":           {form: "attr", target: "home"},
	"status":         {form: "attr", target: "status"},
	"lastUpdateTime": {form: "slot", target: "lastUpdateTime"},
	"codeList":       {form: "code", target: uuidURN + "1ba97051-7806-41a8-a48b-8fce7af683c5"},
	"title":          {form: "text", target: "Name"},
	"comments":       {form: "text", target: "Description"},
	"patientId":      {form: "id", target: uuidURN + "f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a", label: "XDSFolder.patientId"},
	"uniqueId":       {form: "id", target: uuidURN + "75df8f67-9973-4fbe-a900-df66cefecc5a", label: "XDSFolder.uniqueId"},
}

// storedQueryNote is what a suite needs to know of a stored query (ITI TF-2 3.18.4.1.2.4): its id, and the parameters
// that patient: and status: stand for.
type storedQueryNote struct {
	id       string
	patient  string
	statuses []string
	many     bool // the patient parameter is a list (ITI-51)
}

var storedQueries = map[string]storedQueryNote{
	"FindDocuments":                                 {"14d4debf-8f97-4251-9a74-a90016b0af0d", "$XDSDocumentEntryPatientId", []string{"$XDSDocumentEntryStatus"}, false},
	"FindDocumentsByReferenceId":                    {"12941a89-e02e-4be5-967c-ce4bfc8fe492", "$XDSDocumentEntryPatientId", []string{"$XDSDocumentEntryStatus"}, false},
	"FindDocumentsExclude":                          {"4308b1df-36de-4bef-8e2e-ba91f593c435", "$XDSDocumentEntryPatientId", []string{"$XDSDocumentEntryStatus"}, false},
	"FindSubmissionSets":                            {"f26abbcb-ac74-4422-8a30-edb644bbc1a9", "$XDSSubmissionSetPatientId", []string{"$XDSSubmissionSetStatus"}, false},
	"FindFolders":                                   {"958f3006-baad-4929-a4de-ff1114824431", "$XDSFolderPatientId", []string{"$XDSFolderStatus"}, false},
	"GetAll":                                        {"10b545ea-725c-446d-9b95-8aeb444eddf3", "$patientId", []string{"$XDSDocumentEntryStatus", "$XDSSubmissionSetStatus", "$XDSFolderStatus"}, false},
	"GetDocuments":                                  {id: "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"},
	"GetFolders":                                    {id: "5737b14c-8a1a-4539-b659-e03a34a5e1e4"},
	"GetAssociations":                               {id: "a7ae438b-4bc2-4642-93e9-be891f7bb155"},
	"GetDocumentsAndAssociations":                   {id: "bab9529a-4a10-40b3-a01f-f68a615d247a"},
	"GetSubmissionSets":                             {id: "51224314-5390-4169-9b91-b1980040715a"},
	"GetSubmissionSetAndContents":                   {id: "e8e3cb2c-e39c-46b9-99e4-c12f57260b83"},
	"GetFolderAndContents":                          {id: "b909a503-523d-4517-8acf-8e5834dfc4c7"},
	"GetFoldersForDocument":                         {id: "10cae35a-c7f9-4cf5-b61e-fc3278ffb578"},
	"GetRelatedDocuments":                           {id: "d90e5407-b356-4d91-a89f-873917b4b0e6"},
	"FindDocumentsForMultiplePatients":              {"3d1bdb10-39a2-11de-89c2-2f44d94eaa9f", "$XDSDocumentEntryPatientId", []string{"$XDSDocumentEntryStatus"}, true},
	"FindFoldersForMultiplePatients":                {"50d3f5ac-39a2-11de-a1ca-b366239e58df", "$XDSFolderPatientId", []string{"$XDSFolderStatus"}, true},
	"FindDocumentsByReferenceIdForMultiplePatients": {"1191642d-86c4-42d8-b784-f95445f9f0d5", "$XDSDocumentEntryPatientId", []string{"$XDSDocumentEntryStatus"}, true},
}
