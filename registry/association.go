package registry

// Association relates two objects (ITI TF-3 4.2.2).
type Association struct {
	Object
	EntryUUID UUID
	// TypeURN is @associationType as sent; Type is zero when it is not one that a submission may hold.
	TypeURN string
	Type    AssociationType
	// Source and Target are @sourceObject and @targetObject as sent, lower-cased when UUIDs.
	Source, Target string
	// SourceUUID and TargetUUID are known once the registry has resolved the ids.
	SourceUUID, TargetUUID UUID
	// Label is SubmissionSetStatus: Original, Reference, or empty.
	Label string
}

// LabelOriginal and LabelReference are the values of SubmissionSetStatus (ITI TF-3 4.2.2.1.1).
const (
	LabelOriginal  = "Original"
	LabelReference = "Reference"
)
