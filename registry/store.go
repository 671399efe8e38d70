package registry

import (
	"context"
	"errors"
	"time"

	"liasse/internal/audit"
)

// ErrBusy is returned by Store.Submit when its queue is full. The caller answers XDSRegistryBusy with HTTP 503 and
// Retry-After; nothing was stored.
var ErrBusy = errors.New("the registry's queue is full")

// ErrOutOfSpace is wrapped by a Store when its disk is full. The caller answers XDSRegistryOutOfResources; nothing was
// stored and reads go on.
var ErrOutOfSpace = errors.New("the registry's disk is full")

// ErrUnavailable is wrapped by a Store that cannot be reached, or that cannot read or write: its server is down, its file
// cannot be opened, its disk is not to be trusted, it was closed. The caller answers XDSRegistryBusy with HTTP 503 and
// Retry-After (ITI-41: XDSRegistryNotAvailable); nothing was stored.
var ErrUnavailable = errors.New("the registry is not available")

// ErrOutcomeUnknown is wrapped by Submit when the commit was asked for and not answered: the change may be stored or not.
// The caller says neither; a Reader tells later, by the SubmissionSet's uniqueId.
var ErrOutcomeUnknown = errors.New("the commit was not answered, and may have been made")

// Store keeps registered objects. One SQL implementation serves SQLite and PostgreSQL (registry/sqlstore); the suite
// that every implementation passes is registry/storetest.
type Store interface {
	// View runs read on one consistent snapshot: several queries inside it see the same committed state. A store that
	// cannot be read now is ErrUnavailable, or ErrBusy when somebody else holds it.
	View(ctx context.Context, read func(Reader) error) error

	// Submit runs change in a transaction of its own and returns after it is durable. Submissions are serialised, and
	// neighbours in time share one durable commit: one that returns an error leaves the others untouched. change may be
	// run more than once (after a conflict, or when a neighbour spoilt the shared commit), so it must have no other
	// effect than through tx; when it returns an error nothing of it is stored and Submit returns that very error.
	// A full queue is ErrBusy; ErrOutOfSpace, ErrUnavailable and ErrOutcomeUnknown say what they say.
	Submit(ctx context.Context, change func(Tx) error) error

	// Audit makes audit records durable that belong to no submission, sharing commits as Submit does. Its errors are those
	// of Submit.
	Audit(ctx context.Context, messages ...audit.Message) error

	// Records reads audit records; it is audit.Log.
	Records(ctx context.Context, f *audit.Filter, each func(*audit.Record) error) error

	// UseToken notes that an identity token is used, and tells whether that is the first time before it expires, whatever
	// process of the store it was used in.
	UseToken(ctx context.Context, id string, expires time.Time) (first bool, err error)

	// Ready tells whether the store can answer now (GET /ready).
	Ready(ctx context.Context) error

	// Close ends the writer after the submissions under way, then the connections.
	Close() error
}

// Reader answers what the stored queries and the submission rules ask. Filters are conjunctions; an empty field of a
// filter does not restrict. Every answer is ordered by Key, without duplicates, and shows patient ids after merges.
type Reader interface {
	// Patient finds a patient identifier (full CX, canonical). It is nil without error when unknown.
	Patient(ctx context.Context, cx string) (*Patient, error)

	// Documents calls each for every DocumentEntry the filter selects, at most Limit of them when Limit > 0. The record
	// and its byte slices are valid only during the call; DocumentRecord.Clone keeps it. each must not use the Reader:
	// one connection answers one question at a time.
	Documents(ctx context.Context, f *DocumentFilter, each func(*DocumentRecord) error) error

	// SubmissionSets, Folders and Associations do the same for the other objects.
	SubmissionSets(ctx context.Context, f *SubmissionSetFilter, each func(*SubmissionSetRecord) error) error
	Folders(ctx context.Context, f *FolderFilter, each func(*FolderRecord) error) error
	Associations(ctx context.Context, f *AssociationFilter, each func(*AssociationRecord) error) error

	// Identities finds the registered objects, of whatever kind, that have one of these entryUUIDs.
	Identities(ctx context.Context, ids []UUID) ([]Identity, error)

	// UniqueIDs finds the registered objects, of whatever kind, that have one of these uniqueIds (exact bytes).
	UniqueIDs(ctx context.Context, uniqueIDs []string) ([]Identity, error)

	// Contents finds where the bytes of documents are, by uniqueId (exact bytes).
	Contents(ctx context.Context, uniqueIDs []string) ([]Content, error)

	// ContentKept tells whether any document's bytes are the blob of this SHA-256 (for fsck and after a refusal).
	ContentKept(ctx context.Context, sha256 [32]byte) (bool, error)

	// EachContent calls each for every content row, ordered by uniqueId (for fsck).
	EachContent(ctx context.Context, each func(*Content) error) error
}

// Tx is a Reader that can also change the registry. What it changes is seen by its own later reads.
type Tx interface {
	Reader

	// Audit records something with the changes of the transaction: it is there when they are. Records have the order in which
	// their transactions were committed.
	Audit(ctx context.Context, messages ...audit.Message) error

	// Insert stores new objects whole. The store gives every record its Key. Records of one patient carry the key of a
	// Patient read or added in this transaction.
	Insert(ctx context.Context, b *Batch) error

	// SetStatus changes availabilityStatus of objects of one kind (ITI TF-2 3.42.4.1.3.5).
	SetStatus(ctx context.Context, kind Kind, ids []UUID, status Status) error

	// TouchFolders sets lastUpdateTime (ITI TF-3 4.2.3.4.6), a DTM of 14 digits.
	TouchFolders(ctx context.Context, ids []UUID, lastUpdateTime string) error

	// AddPatient makes an identifier known and active and returns it; one that is known already is returned as it is.
	AddPatient(ctx context.Context, cx string) (*Patient, error)

	// MergePatients subsumes one patient into another: objects of both, and of all merged into either before, are from
	// now on shown under the survivor (ITI TF-2 3.8.4.2.4). Both must be known and active; the caller has checked.
	MergePatients(ctx context.Context, subsumed, survivor *Patient) error

	// PutContents records where documents' bytes are. A uniqueId recorded already keeps its first row.
	PutContents(ctx context.Context, contents []Content) error

	// RemoveContents takes back rows that no registered document needs (a refused lot of a repository whose registry
	// is elsewhere).
	RemoveContents(ctx context.Context, uniqueIDs []string) error
}

// Batch is what one submission adds.
type Batch struct {
	Documents      []*DocumentRecord
	SubmissionSets []*SubmissionSetRecord
	Folders        []*FolderRecord
	Associations   []*AssociationRecord
	Contents       []Content
}

// Patient is an identifier of the affinity domain as the identity feed left it (ITI TF-2 3.8.4.1.4).
type Patient struct {
	Key int64
	// CX is the identifier: id^^^&OID&ISO.
	CX string
	// Survivor is the CX of the patient this one was merged into, at the end of the chain; equal to CX when active.
	Survivor string
	// SurvivorKey is the Key of Survivor.
	SurvivorKey int64
}

// Active tells whether the identifier was not subsumed by a merge.
func (p *Patient) Active() bool { return p.Key == p.SurvivorKey }

// Identity is what the submission rules need of a registered object of any kind.
type Identity struct {
	Kind       Kind
	ID, LID    UUID
	Version    int
	UniqueID   string // empty for associations
	Patient    int64  // key of the surviving patient; for an association that of its source
	PatientID  string // CX of the surviving patient
	Status     Status
	ObjectType ObjectType // of a DocumentEntry
	Hash       string     // of a DocumentEntry: hex as registered; empty for on-demand
	Size       int64      // of a DocumentEntry: -1 for on-demand
	// ClassCode and FormatCode are of a DocumentEntry, Display left out: what a Policy knows kinds of documents by.
	ClassCode, FormatCode Code
	// Registered is when the submission was committed.
	Registered time.Time
}

// ObjectRecord is what every registered object has.
type ObjectRecord struct {
	Key       int64
	ID, LID   UUID
	Version   int
	Status    Status
	UniqueID  string // empty for associations
	Patient   int64  // key; on insert of a key known in the transaction, on read of the survivor
	PatientID string // CX of the survivor; filled on read
	Home      string // homeCommunityId as submitted, or empty

	// Head and Tail are the object's ebRIM children as written by the registry, in schema order and with the rim
	// namespace as default: Head holds Slot, Name and Description, Tail holds Classification and ExternalIdentifier.
	// What changes after registration stands between or outside of them and is written anew in each answer: VersionInfo,
	// the patientId ExternalIdentifier, a folder's lastUpdateTime slot, and the attributes of the start tag.
	Head, Tail []byte
}

// DocumentRecord is a DocumentEntry as stored. On read, only ObjectRecord, ObjectType, MimeType, Hash, Size,
// RepositoryUniqueID and PatientIdentifierID are filled, and where the filter asks for them ClassCode and FormatCode
// without Display.
type DocumentRecord struct {
	ObjectRecord
	ObjectType         ObjectType
	MimeType           string
	Hash               string // as it is shown
	Size               int64  // -1 when the entry has none
	RepositoryUniqueID string
	// PatientIdentifierID is the id of the ExternalIdentifier that carries patientId.
	PatientIdentifierID UUID

	ClassCode, TypeCode, PracticeSetting, FacilityType, FormatCode Code
	ConfidentialityCodes, EventCodes                               []Code
	// CreationTime, ServiceStart and ServiceStop are padded with lowest values to 14 digits; empty when absent.
	CreationTime, ServiceStart, ServiceStop string
	AuthorPersons                           []string // raw XCN of each author
	ReferenceIDs                            []string // raw CXi
	Title                                   string
}

// SubmissionSetRecord is a SubmissionSet as stored. On read, only ObjectRecord, SourceID and PatientIdentifierID are filled.
type SubmissionSetRecord struct {
	ObjectRecord
	SourceID            string
	SubmissionTime      string // padded to 14 digits
	ContentType         Code
	AuthorPersons       []string
	PatientIdentifierID UUID
}

// FolderRecord is a Folder as stored. On read, only ObjectRecord, LastUpdateTime and PatientIdentifierID are filled.
type FolderRecord struct {
	ObjectRecord
	LastUpdateTime      string // 14 digits
	Codes               []Code
	PatientIdentifierID UUID
}

// AssociationRecord is an Association as stored. Source and Target kinds tell which queries follow it.
type AssociationRecord struct {
	ObjectRecord
	Type       AssociationType
	Source     UUID
	Target     UUID
	SourceKind Kind
	TargetKind Kind
	// Label is SubmissionSetStatus for SubmissionSet to DocumentEntry HasMember: Original, Reference, or empty. It is
	// also written in Head.
	Label string
}

// Content says where the bytes of a document are (the repository's part of the store).
type Content struct {
	UniqueID string
	SHA256   [32]byte
	SHA1     [20]byte
	Size     int64
	MimeType string // as submitted with the document; ITI-43 answers it
}

// CodeCondition selects by a coded attribute: the entry must have (or, with Exclude, must not have) one of AnyOf. Several
// conditions of one kind are the AND of repeated slots (ITI TF-2 3.18.4.1.2.3.5).
type CodeCondition struct {
	Kind    CodeKind
	AnyOf   []Code // Display ignored
	Exclude bool
}

// TextCondition selects by author or reference id, the same way. Patterns use % and _ when Like is set.
type TextCondition struct {
	AnyOf   []string
	Like    bool
	Exclude bool
}

// TimeRange is half-open: From <= t < To, both padded to 14 digits, empty for unbounded.
type TimeRange struct{ From, To string }

// DocumentFilter selects DocumentEntries.
type DocumentFilter struct {
	PatientIDs []string // CX of active patients; objects of those merged into them are included
	IDs        []UUID
	UniqueIDs  []string
	LogicalIDs []UUID
	Status     []Status
	Types      []ObjectType
	Codes      []CodeCondition
	// Created excludes stable entries outside; on-demand entries pass. Started and Stopped let entries without the
	// attribute pass (ITI TF-2 3.18.4.1.2.3.7.1).
	Created, Started, Stopped TimeRange
	Authors                   []TextCondition
	References                []TextCondition
	// LatestOnly hides versions that have a newer one ($MetadataLevel 1).
	LatestOnly bool
	// MemberOf selects the targets of HasMember associations from these SubmissionSets or Folders.
	MemberOf []UUID
	// Limit stops after that many when > 0.
	Limit int
	// IdentityOnly leaves Head and Tail empty (ObjectRef answers).
	IdentityOnly bool
	// WithCodes fills ClassCode and FormatCode.
	WithCodes bool
}

// SubmissionSetFilter selects SubmissionSets. Members selects those with a HasMember to one of the objects.
type SubmissionSetFilter struct {
	PatientIDs   []string
	IDs          []UUID
	UniqueIDs    []string
	Status       []Status
	SourceIDs    []string
	Submitted    TimeRange
	Authors      []TextCondition
	ContentTypes []Code
	Members      []UUID
	Limit        int
	IdentityOnly bool
}

// FolderFilter selects Folders. Members selects those with a HasMember to one of the objects; MemberOf selects the
// targets of HasMember from these SubmissionSets.
type FolderFilter struct {
	PatientIDs   []string
	IDs          []UUID
	UniqueIDs    []string
	LogicalIDs   []UUID
	Status       []Status
	Updated      TimeRange
	Codes        []CodeCondition
	LatestOnly   bool
	Members      []UUID
	MemberOf     []UUID
	Limit        int
	IdentityOnly bool
}

// AssociationFilter selects Associations. Either selects those with one of the objects at either end.
type AssociationFilter struct {
	IDs          []UUID
	Sources      []UUID
	Targets      []UUID
	Either       []UUID
	Types        []AssociationType
	Status       []Status
	Limit        int
	IdentityOnly bool
}
