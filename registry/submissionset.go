package registry

// SubmissionSet describes one submission (ITI TF-3 4.2.3.3).
type SubmissionSet struct {
	Object
	EntryUUID UUID
	// PatientID is a canonical CX.
	PatientID          string
	UniqueID, SourceID string
	// SubmissionTime is a DTM as sent.
	SubmissionTime     string
	ContentTypeCode    Code
	Authors            []Author
	IntendedRecipients []string
	Title, Comments    string
}
