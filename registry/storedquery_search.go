package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"liasse/internal/audit"
	"liasse/internal/rule"
)

// errQueryRefused ends a search after a finding that refuses the query; the finding says why.
var errQueryRefused = errors.New("the query is refused")

// referencesPerObject is how many times more ObjectRefs than whole objects an answer may hold.
const referencesPerObject = 10

// search is the work on one stored query: it reads on one snapshot, lets through what the caller may see, keeps the
// bounds, and writes each object into the answer as it comes.
type search struct {
	*queryRequest
	registry *Registry
	reader   Reader
	report   *rule.Report
	door     door
	answer   *answer

	limit        int
	count        int
	patient      string       // of the objects answered so far
	event        *audit.Event // learns of whom the answer is, when the query did not say; else nil
	associations []*AssociationRecord
}

// newSearch prepares the work on a request.
func (r *Registry) newSearch(ctx context.Context, q *queryRequest, reader Reader, report *rule.Report, a *answer) *search {
	s := &search{
		queryRequest: q, registry: r, reader: reader, report: report, answer: a,
		door:  door{policy: r.cfg.Policy, reader: reader},
		limit: r.cfg.MaxResults,
	}
	if q.returnType == objectRef {
		s.limit *= referencesPerObject
	}
	if event := audit.EventOf(ctx); !event.HasPatients() {
		s.event = event
	}
	return s
}

// admit counts an object into the answer and keeps the answer's bounds: its size, and for whole DocumentEntries,
// SubmissionSets and Folders of some queries that they are of one patient.
func (s *search) admit(kind Kind, o *ObjectRecord) error {
	s.count++
	s.event.AddPatient(o.PatientID)
	if s.count == s.limit+1 && s.report.Add(rule.Finding{
		Rule: ruleQueryTooMany, Subject: s.query.name, Expected: "≤ " + strconv.Itoa(s.limit),
	}) {
		return errQueryRefused
	}
	if !s.query.onePatient || s.returnType == objectRef || kind == KindAssociation {
		return nil
	}
	if s.patient != "" && s.patient != o.PatientID && !s.report.Findings.Has(ruleQueryOnePatient) &&
		s.report.Add(rule.Finding{Rule: ruleQueryOnePatient, Subject: s.query.name}) {
		return errQueryRefused
	}
	s.patient = o.PatientID
	return nil
}

// fetch is how many records are worth reading: one more than may be answered, or all (0) where the policy decides which
// of them count or the bound does not refuse.
func (s *search) fetch() int {
	if s.door.policy != nil || s.report.Policy.Severity(ruleQueryTooMany) != rule.Error {
		return 0
	}
	return s.limit - s.count + 1
}

// documents answers the DocumentEntries that the filter selects, and calls also for each.
func (s *search) documents(ctx context.Context, f *DocumentFilter, also func(*DocumentRecord)) error {
	f.Limit = s.fetch()
	return s.eachDocument(ctx, f, func(d *DocumentRecord) error {
		if err := s.admit(KindDocument, &d.ObjectRecord); err != nil {
			return err
		}
		s.answer.document(d)
		if also != nil {
			also(d)
		}
		return nil
	})
}

// documentIDs gives the entryUUIDs of the DocumentEntries that the filter selects, without answering them.
func (s *search) documentIDs(ctx context.Context, f *DocumentFilter) ([]UUID, error) {
	var ids []UUID
	err := s.eachDocument(ctx, f, func(d *DocumentRecord) error {
		ids = append(ids, d.ID)
		return nil
	})
	return ids, err
}

// eachDocument calls each for the DocumentEntries that the filter and $MetadataLevel select and the caller may see.
func (s *search) eachDocument(ctx context.Context, f *DocumentFilter, each func(*DocumentRecord) error) error {
	f.LatestOnly = s.level() == 1
	availability := s.availability()
	f.IdentityOnly = s.returnType == objectRef && availability == anyAvailability
	f.WithCodes = s.door.policy != nil
	return s.reader.Documents(ctx, f, func(d *DocumentRecord) error {
		if !availability.admits(d) || !s.door.admitsDocument(ctx, d) {
			return nil
		}
		return each(d)
	})
}

// submissionSets answers the SubmissionSets that the filter selects, and gives their entryUUIDs.
func (s *search) submissionSets(ctx context.Context, f *SubmissionSetFilter) ([]UUID, error) {
	var ids []UUID
	f.Limit, f.IdentityOnly = s.fetch(), s.returnType == objectRef
	err := s.reader.SubmissionSets(ctx, f, func(set *SubmissionSetRecord) error {
		if !s.door.admitsRecord(ctx, KindSubmissionSet, &set.ObjectRecord) {
			return nil
		}
		if err := s.admit(KindSubmissionSet, &set.ObjectRecord); err != nil {
			return err
		}
		s.answer.submissionSet(set)
		ids = append(ids, set.ID)
		return nil
	})
	return ids, err
}

// folders answers the Folders that the filter and $MetadataLevel select, and gives their entryUUIDs.
func (s *search) folders(ctx context.Context, f *FolderFilter) ([]UUID, error) {
	if s.level() == 1 {
		if len(f.Status) > 0 && !slices.Contains(f.Status, Approved) {
			return nil, nil
		}
		f.Status, f.LatestOnly = []Status{Approved}, true
	}
	var ids []UUID
	f.Limit, f.IdentityOnly = s.fetch(), s.returnType == objectRef
	err := s.reader.Folders(ctx, f, func(folder *FolderRecord) error {
		if !s.door.admitsRecord(ctx, KindFolder, &folder.ObjectRecord) {
			return nil
		}
		if err := s.admit(KindFolder, &folder.ObjectRecord); err != nil {
			return err
		}
		s.answer.folder(folder)
		ids = append(ids, folder.ID)
		return nil
	})
	return ids, err
}

// gather collects the Associations that the filter and $XDSAssociationStatus select and that keep (all when nil) agrees
// to, for settle.
func (s *search) gather(ctx context.Context, f *AssociationFilter, keep func(*AssociationRecord) bool) error {
	status := s.associationStatus()
	if len(status) == 0 {
		return nil
	}
	f.Status, f.IdentityOnly = status, s.returnType == objectRef
	bound := s.registry.cfg.MaxResults * referencesPerObject
	return s.reader.Associations(ctx, f, func(a *AssociationRecord) error {
		if keep != nil && !keep(a) {
			return nil
		}
		if len(s.associations) > bound && s.report.Add(rule.Finding{
			Rule: ruleQueryTooMany, Subject: s.query.name, Expected: "≤ " + strconv.Itoa(s.limit),
		}) {
			return errQueryRefused
		}
		s.associations = append(s.associations, a.Clone())
		return nil
	})
}

// settle leaves of the Associations gathered those of which the caller may see both ends, each once and in the order of
// registration.
func (s *search) settle(ctx context.Context) (err error) {
	slices.SortFunc(s.associations, func(a, b *AssociationRecord) int { return cmp.Compare(a.Key, b.Key) })
	s.associations = slices.CompactFunc(s.associations, func(a, b *AssociationRecord) bool { return a.ID == b.ID })
	s.associations, err = s.door.associations(ctx, s.associations)
	return err
}

// writeAssociations answers the Associations that are settled.
func (s *search) writeAssociations() error {
	for _, a := range s.associations {
		if err := s.admit(KindAssociation, &a.ObjectRecord); err != nil {
			return err
		}
		s.answer.association(a)
	}
	return nil
}

// associationStatus gives the statuses of the Associations that are answered: what $XDSAssociationStatus says, Approved
// when it says nothing, and never Deprecated at $MetadataLevel 1.
func (s *search) associationStatus() []Status {
	status := s.statuses("$XDSAssociationStatus")
	if len(status) == 0 {
		return []Status{Approved}
	}
	if s.level() == 1 {
		status = slices.DeleteFunc(status, func(one Status) bool { return one != Approved })
	}
	return status
}

// patients gives the identifiers of that parameter under which the registry keeps objects, and reports those that it
// does not know or knows as merged into another; ok is false when there is no patient left to look for.
func (s *search) patients(ctx context.Context, name string) (cxs []string, ok bool, err error) {
	a := s.argument(name)
	if a == nil {
		return nil, true, nil
	}
	for _, slot := range a.slots {
		for i := range slot {
			cx := slot[i].text
			patient, err := s.reader.Patient(ctx, cx)
			if err != nil {
				return nil, false, err
			}
			if patient != nil && patient.Active() {
				cxs = append(cxs, cx)
			} else if s.unknownPatient(a, cx, patient) {
				return nil, false, errQueryRefused
			}
		}
	}
	return cxs, len(cxs) > 0, nil
}

// unknownPatient reports an identifier that is not of an active patient, and tells whether that refuses the query. Where
// the domain accepts any patient, one without objects is no mistake.
func (s *search) unknownPatient(a *argument, cx string, merged *Patient) bool {
	cfg := &s.registry.cfg
	if merged == nil && cfg.Affinity.AnyPatient {
		if parsed, err := ParseCX(cx); err == nil && cfg.Affinity.Issues(parsed.Authority) {
			return false
		}
	}
	before := len(s.report.Findings)
	refused := s.report.AddAt(a.at, rule.Finding{Rule: ruleQueryPatientKnown, Subject: a.parameter.name, Found: cx})
	if cfg.UnknownPatientQuery == AnswerError && len(s.report.Findings) > before {
		s.report.Findings[before].Severity, refused = rule.Error, true
	}
	return refused
}
