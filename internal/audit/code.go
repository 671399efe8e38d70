package audit

// Code is a coded value as the AuditMessage carries it (DICOM PS3.15 A.5.1, CodedValueType).
type Code struct {
	// Value, System and Text are csd-code, codeSystemName and originalText.
	Value, System, Text string
}

const (
	systemDCM      = "DCM"
	systemRFC3881  = "RFC-3881"
	systemIHE      = "IHE Transactions"
	systemMetadata = "IHE XDS Metadata"
	systemSAML     = "urn:oasis:names:tc:SAML:2.0"
	systemOurs     = "Liasse"
)

// What an event is (DICOM PS3.16 CID 400).
var (
	EventApplicationActivity = Code{"110100", systemDCM, "Application Activity"}
	EventAuditLogUsed        = Code{"110101", systemDCM, "Audit Log Used"}
	EventExport              = Code{"110106", systemDCM, "Export"}
	EventImport              = Code{"110107", systemDCM, "Import"}
	EventPatientRecord       = Code{"110110", systemDCM, "Patient Record"}
	EventQuery               = Code{"110112", systemDCM, "Query"}
	EventSecurityAlert       = Code{"110113", systemDCM, "Security Alert"}
)

// What kind of event it is (DICOM PS3.16 CID 401).
var (
	ApplicationStart       = Code{"110120", systemDCM, "Application Start"}
	ApplicationStop        = Code{"110121", systemDCM, "Application Stop"}
	NodeAuthentication     = Code{"110126", systemDCM, "Node Authentication"}
	EmergencyOverride      = Code{"110127", systemDCM, "Emergency Override Started"}
	RecordingStarted       = Code{"110134", systemDCM, "Audit Recording Started"}
	AuthenticationDecision = Code{"110143", systemDCM, "Authentication Decision"}
	AuthorizationDecision  = Code{"110144", systemDCM, "Authorization Decision"}
	// RecordsPruned is of our own: records past their retention were taken out.
	RecordsPruned = Code{"prune", systemOurs, "Audit Records Pruned"}
)

// What a participant is to the event (DICOM PS3.16 CID 402).
var (
	roleApplication = Code{"110150", systemDCM, "Application"}
	roleDestination = Code{"110152", systemDCM, "Destination Role ID"}
	roleSource      = Code{"110153", systemDCM, "Source Role ID"}
)

// What an identifier of an object is (RFC 3881 5.5.4, ITI TF-2 3.18.5.1 and after).
var (
	idPatient       = Code{"2", systemRFC3881, "Patient Number"}
	idReport        = Code{"9", systemRFC3881, "Report Number"}
	idURI           = Code{"12", systemRFC3881, "URI"}
	idSubmissionSet = Code{"urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd", systemMetadata, "submission set classificationNode"}
	idAssertion     = Code{"assertion", systemSAML, "SAML Assertion"}
	idChain         = Code{"chain", systemOurs, "Head of a chain of audit records"}
)

// Action is what the event did (EventActionCode).
type Action byte

// The actions.
const (
	Create  Action = 'C'
	Read    Action = 'R'
	Update  Action = 'U'
	Delete  Action = 'D'
	Execute Action = 'E'
)

// Outcome is how the event ended (EventOutcomeIndicator).
type Outcome uint8

// The outcomes. Minor is what was refused of an event the rest of which was done; Serious an event that was refused; Major
// one that the server could not serve.
const (
	Success Outcome = 0
	Minor   Outcome = 4
	Serious Outcome = 8
	Major   Outcome = 12
)

// transaction is how the standard has a transaction recorded by who receives it.
type transaction struct {
	event  Code
	action Action
	text   string
	// ours tells that the standard does not know it.
	ours bool
}

// PatientByOperator is the Transaction of an operator who makes a patient identifier known by the admin interface.
const PatientByOperator = "admin-patient"

// transactions are those of ITI TF-2, "Security Audit Considerations" of each, on the side of the registry or repository.
var transactions = map[string]transaction{
	"ITI-8":  {EventPatientRecord, Update, "Patient Identity Feed", false},
	"ITI-18": {EventQuery, Execute, "Registry Stored Query", false},
	"ITI-41": {EventImport, Create, "Provide and Register Document Set-b", false},
	"ITI-42": {EventImport, Create, "Register Document Set-b", false},
	"ITI-43": {EventExport, Read, "Retrieve Document Set", false},
	"ITI-44": {EventPatientRecord, Update, "Patient Identity Feed HL7 V3", false},
	"ITI-51": {EventQuery, Execute, "Multi-Patient Stored Query", false},
	"ITI-57": {EventImport, Update, "Update Document Set", false},
	"ITI-61": {EventImport, Create, "Register On-Demand Document Entry", false},
	"ITI-62": {EventPatientRecord, Delete, "Remove Metadata", false},
	"ITI-86": {EventPatientRecord, Delete, "Remove Documents", false},
	"ITI-92": {EventImport, Update, "Restricted Update Document Set", false},

	PatientByOperator: {EventPatientRecord, Create, "Patient Made Known By The Operator", true},
}

// transactionCode gives the EventTypeCode of a transaction.
func transactionCode(name string) Code {
	t := transactions[name]
	if t.ours {
		return Code{name, systemOurs, t.text}
	}
	return Code{name, systemIHE, t.text}
}
