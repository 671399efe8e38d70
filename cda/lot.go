package cda

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"liasse/registry"
)

// Document is one file of a lot.
type Document struct {
	// Name names the file in errors.
	Name string
	// Header is the CDA header; nil for a file that is no CDA, which Options then describe.
	Header *Header
	// Options of the document; an empty ID gets document-1, document-2 and so on.
	Options Options
}

// LotOptions says what a submission has besides its documents.
type LotOptions struct {
	// SourceID is the OID of the system that submits; empty is DefaultSourceID.
	SourceID string
	// UniqueID is the OID of the submission set; empty draws one.
	UniqueID string
	// PatientID is the patient's identifier in the affinity domain for the whole lot, a CX; empty takes that of the
	// documents, which must then be one.
	PatientID string
	// ContentType is the contentTypeCode; when it is the zero Code, the type of the first document.
	ContentType registry.Code
	// Authors of the submission; none takes those of the first document.
	Authors         []registry.Author
	Title, Comments string
	// Now is the time of submission; the zero Time is the current one.
	Now time.Time
}

// DefaultSourceID is the source of lots whose sender has no OID of its own: an OID made of a UUID (ITU-T X.667) that was
// drawn for this program.
const DefaultSourceID = "2.25.105318162660004945110179720466561667137"

// NewOID draws an OID that nobody else has: 2.25 and a random UUID as a number (ITU-T X.667).
func NewOID() string {
	u := registry.NewUUID()
	return "2.25." + new(big.Int).SetBytes(u[:]).String()
}

// submissionSetID is the symbolic id of the SubmissionSet of a lot.
const submissionSetID = "submission-set"

// BuildLot makes one submission of documents of one patient: a SubmissionSet, a DocumentEntry for each, and the HasMember
// associations between (ITI TF-3 4.1.4). The error names the documents that cannot be described, and how, all at once.
func BuildLot(docs []Document, opt LotOptions) (*registry.Submission, error) {
	if len(docs) == 0 {
		return nil, errors.New("a lot needs a document")
	}
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	lot := &registry.Submission{}
	var wrong []error
	for i := range docs {
		entry, err := docs[i].entry(i+1, &opt)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("describing %s: %w", docs[i].Name, err))
			continue
		}
		lot.Documents = append(lot.Documents, entry)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	for i, d := range lot.Documents {
		if first := lot.Documents[0]; d.PatientID != first.PatientID {
			return nil, fmt.Errorf("%s is of patient %s and %s of patient %s: a lot is of one patient",
				docs[0].Name, first.PatientID, docs[i].Name, d.PatientID)
		}
	}
	lot.SubmissionSet = submissionSet(lot.Documents[0], &opt)
	for i, d := range lot.Documents {
		lot.Associations = append(lot.Associations, member(i+1, d.ID))
	}
	return lot, nil
}

func (d *Document) entry(number int, lot *LotOptions) (*registry.DocumentEntry, error) {
	opt := d.Options
	opt.ID = or(opt.ID, fmt.Sprintf("document-%d", number))
	opt.PatientID = or(opt.PatientID, lot.PatientID)
	h := d.Header
	if h == nil {
		if opt.MimeType == "" {
			return nil, errors.New("it is no CDA document and its media type is not known")
		}
		h = &Header{}
		opt.UniqueID = or(opt.UniqueID, NewOID())
		opt.Title = or(opt.Title, d.Name)
		opt.CreationTime = or(opt.CreationTime, lot.Now.UTC().Format(layouts[14]))
	}
	return h.DocumentEntry(opt)
}

func submissionSet(first *registry.DocumentEntry, opt *LotOptions) *registry.SubmissionSet {
	s := &registry.SubmissionSet{
		PatientID: first.PatientID, UniqueID: or(opt.UniqueID, NewOID()), SourceID: or(opt.SourceID, DefaultSourceID),
		SubmissionTime: opt.Now.UTC().Format(layouts[14]), ContentTypeCode: choose(opt.ContentType, first.TypeCode),
		Authors: opt.Authors, Title: clip(opt.Title, titleMax), Comments: clip(opt.Comments, titleMax),
	}
	if len(s.Authors) == 0 {
		s.Authors = first.Authors
	}
	fillSubmissionSet(s, submissionSetID)
	return s
}

// member is the association that puts a document of the lot into its SubmissionSet (ITI TF-3 4.2.2.1).
func member(number int, document string) *registry.Association {
	a := &registry.Association{
		TypeURN: registry.HasMember.URN(), Type: registry.HasMember,
		Source: submissionSetID, Target: document, Label: registry.LabelOriginal,
	}
	a.Kind, a.ID, a.ObjectType = registry.KindAssociation, fmt.Sprintf("member-%d", number), registry.ObjectTypeAssociation
	a.SetSlot(registry.SlotSubmissionSetStatus, registry.LabelOriginal)
	return a
}
