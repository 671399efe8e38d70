package audit

import (
	"context"
	"slices"
	"time"
)

// Source is who reports events: this server.
type Source struct {
	// ID is AuditSourceID, Site AuditEnterpriseSiteID.
	ID, Site string
	// Host is this node's name or address on the network, Process its operating system's number for the process.
	Host, Process string
}

// Peer is who is at the other end of the connection.
type Peer struct {
	// Address is the network address, without the port.
	Address string
	// Subject is the name of the certificate's subject (RFC 4514), empty when it showed none; Certificate identifies it.
	Subject string
	Certificate
}

// Human is the person for whom a request was made, as an accepted identity token names them.
type Human struct {
	// ID is the national identifier, Name as the token gives it, Issuer who vouches.
	ID, Name, Issuer string
	Roles            []Code
	// Structure is the identifier of the health structure, Sector its sector of activity.
	Structure, Sector string
	// Mode is how the person was authenticated; Context the class of authentication and Means what it was made with.
	Mode, Context, Means string
	// Purpose is why the record is opened; Emergency tells that it was opened by breaking the glass.
	Purpose   string
	Emergency bool
	// Secret marks a connection that the legal representatives of a minor do not learn of.
	Secret bool
	// Software made the token. Of its homologation number only a hash is recorded.
	SoftwareID, SoftwareName, SoftwareVersion, Homologation string
	// Assertion is the token's ID and Version its version; Certificate is the one it was signed by.
	Assertion, Version string
	Certificate
}

// Document is one document that was asked for, given or removed (ITI-43, ITI-86).
type Document struct {
	// UniqueID, Repository and Home are as they were asked for.
	UniqueID, Repository, Home string
	// Patient is the CX of whose document it is, where that is known.
	Patient string
	// Refused tells that it was not given.
	Refused bool
}

// patient is one whose record was touched. What is not zero replaces what the transaction says.
type patient struct {
	cx     string
	action Action
}

// query is the question of ITI-18 and its kin.
type query struct {
	id   string
	home string
	text []byte
}

// Event is one request, or something else that is to be recorded, while it becomes known. It belongs to one goroutine at a
// time. A nil Event is one that nobody records.
type Event struct {
	// Source reports the event.
	Source *Source
	// Time is when it happened.
	Time time.Time
	// Transaction is its name in the standard, empty when the request did not get as far.
	Transaction string
	// Request is the server's own id of the request, as the log has it.
	Request string
	// Endpoint is the address that was called.
	Endpoint string
	Peer     Peer
	// ReplyTo is the wsa:ReplyTo of an asynchronous request.
	ReplyTo string
	// Human is set when an identity token was accepted.
	Human *Human
	// Opened is the CX of the patient whose record the token opens.
	Opened string
	// Alert, when not zero, makes the record a Security Alert: nobody was let in, or this is what they were refused.
	Alert Code

	patients  []patient
	sets      []string
	documents []Document
	query     query
	message   detail // of the message that brought it
	exports   []Message
	recorded  bool
}

type eventKey struct{}

// WithEvent gives a context that carries the event of a request.
func WithEvent(ctx context.Context, e *Event) context.Context {
	return context.WithValue(ctx, eventKey{}, e)
}

// EventOf gives the event that a context carries, nil when nothing is recorded.
func EventOf(ctx context.Context) *Event {
	e, _ := ctx.Value(eventKey{}).(*Event)
	return e
}

// AddPatient enters a patient, by CX, whose record the event is about. One that is entered already stays once.
func (e *Event) AddPatient(cx string) { e.addPatient(cx, 0) }

// AddPatientAction enters a patient to whom something else was done than the transaction says: a merge deletes one and
// updates another.
func (e *Event) AddPatientAction(cx string, action Action) { e.addPatient(cx, action) }

func (e *Event) addPatient(cx string, action Action) {
	if e == nil || cx == "" {
		return
	}
	p := patient{cx, action}
	if n := len(e.patients); n > 0 && e.patients[n-1] == p || slices.Contains(e.patients, p) {
		return
	}
	e.patients = append(e.patients, p)
}

// HasPatients tells whether a patient is entered.
func (e *Event) HasPatients() bool { return e != nil && len(e.patients) > 0 }

// AddSubmissionSet enters the uniqueId of a SubmissionSet.
func (e *Event) AddSubmissionSet(uniqueID string) {
	if e != nil && uniqueID != "" {
		e.sets = append(e.sets, uniqueID)
	}
}

// SetQuery enters the stored query: its id, the homeCommunityId it is for, and the request as it came. The bytes must
// stay until the messages are made.
func (e *Event) SetQuery(id, home string, request []byte) {
	if e != nil {
		e.query = query{id, home, request}
	}
}

// AddDocument enters a document.
func (e *Event) AddDocument(d Document) {
	if e != nil {
		e.documents = append(e.documents, d)
	}
}

// SetControl enters the id of the HL7 message that brought the event: of HL7 v2 with the kind "MSH-10" (ITI TF-2 3.8.5.1),
// of v3 with "II" (3.44.5.1).
func (e *Event) SetControl(kind, id string) {
	if e != nil {
		e.message = detail{kind, id}
	}
}

// MarkRecorded notes that the records of the event are durable, so that nobody writes them again.
func (e *Event) MarkRecorded() {
	if e != nil {
		e.recorded = true
	}
}

// Recorded tells whether the records of the event are durable.
func (e *Event) Recorded() bool { return e != nil && e.recorded }
