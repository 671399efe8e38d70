package registry

import (
	"liasse/internal/audit"
	"liasse/internal/xmltree"
)

// Submission is one SubmitObjectsRequest read into typed values (ITI TF-3 4.1.4).
type Submission struct {
	// At is the SubmitObjectsRequest element; zero when the submission was made here.
	At xmltree.Node
	// SubmissionSet is nil when the request has none.
	SubmissionSet *SubmissionSet
	Documents     []*DocumentEntry
	Folders       []*Folder
	Associations  []*Association
	// OnDemand is set for ITI-61: every DocumentEntry must be on-demand, none otherwise.
	OnDemand bool
}

// EnterInto enters into an audit event what it is about: the patient and the SubmissionSet (ITI TF-2 3.42.5.1).
func (s *Submission) EnterInto(e *audit.Event) {
	if s == nil || s.SubmissionSet == nil {
		return
	}
	e.AddPatient(s.SubmissionSet.PatientID)
	e.AddSubmissionSet(s.SubmissionSet.UniqueID)
}
