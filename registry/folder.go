package registry

// Folder groups DocumentEntries of one patient (ITI TF-3 4.2.3.4).
type Folder struct {
	Object
	EntryUUID UUID
	// PatientID is a canonical CX.
	PatientID       string
	UniqueID        string
	Codes           []Code
	Title, Comments string
}
