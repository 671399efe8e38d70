package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"liasse/internal/audit"
	"liasse/internal/hl7v2"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// ErrForeignPatient is wrapped by AddPatient for an identifier of an assigning authority outside of the affinity domain.
var ErrForeignPatient = errors.New("the assigning authority is not one of the affinity domain")

// ErrMergedPatient is wrapped by AddPatient for an identifier that a merge has subsumed.
var ErrMergedPatient = errors.New("the identifier was merged into another")

// AddPatient makes an identifier known and active, as an admission in the identity feed does (ITI TF-2 3.8.4.1.4); one that
// is known already stays as it is. The error is a *FormatError, ErrForeignPatient, ErrMergedPatient, or the store's.
func (r *Registry) AddPatient(ctx context.Context, cx string) error {
	id, err := ParseCX(cx)
	if err != nil {
		return fmt.Errorf("adding a patient: %w", err)
	}
	if !r.cfg.Affinity.Issues(id.Authority) {
		return fmt.Errorf("adding a patient: %w: %s, not %s", ErrForeignPatient, strings.Join(r.cfg.Affinity.AssigningAuthorities, ", "), id.Authority)
	}
	event := audit.EventOf(ctx)
	event.AddPatientAction(id.String(), audit.Create)
	records := event.Messages(audit.Success, "")
	err = r.cfg.Store.Submit(ctx, func(tx Tx) error {
		p, err := tx.AddPatient(ctx, id.String())
		if err == nil && !p.Active() {
			err = fmt.Errorf("%w: %s", ErrMergedPatient, p.Survivor)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, records...)
	})
	if err != nil {
		return fmt.Errorf("adding a patient: %w", err)
	}
	event.MarkRecorded()
	return nil
}

// feedPlace says where in a feed message something stands: of HL7 v2 the field (PID^1^3), of HL7 v3 the node.
type feedPlace struct {
	name  string
	field string
	node  xmltree.Node
}

// feedReport collects the findings of one feed message and, for HL7 v2, the field of each.
type feedReport struct {
	*rule.Report
	base   int // findings that were there before
	fields []string
}

func newFeedReport(report *rule.Report) *feedReport {
	return &feedReport{Report: report, base: len(report.Findings)}
}

func (f *feedReport) add(broken *rule.Rule, at feedPlace, found, expected string) {
	before := len(f.Findings)
	finding := rule.Finding{Rule: broken, Subject: at.name, Found: found, Expected: expected}
	if !at.node.IsZero() {
		finding.Place = rule.At(at.node)
	}
	f.Add(finding)
	if len(f.Findings) > before {
		f.fields = append(f.fields, at.field)
	}
}

// field gives the HL7 v2 field of a finding, empty when it is about the message.
func (f *feedReport) field(i int) string {
	if i -= f.base; i < 0 || i >= len(f.fields) {
		return ""
	}
	return f.fields[i]
}

// cut takes back the findings after the first n, for a transaction of the store that runs again.
func (f *feedReport) cut(n int) {
	f.Findings = f.Findings[:n]
	f.fields = f.fields[:max(0, n-f.base)]
}

// feedID is an identifier of the affinity domain in a feed message.
type feedID struct {
	CX
	at feedPlace
}

// feedMerge is one merge of a feed message: subsumed is from now on survivor.
type feedMerge struct{ survivor, subsumed feedID }

// feedEvent is what a message asks of the registry, whichever version of HL7 it came in. The zero feedEvent asks nothing,
// as a revision of demographics does, which the registry does not keep (ITI TF-2 3.8.4.1.4).
type feedEvent struct {
	admitted []feedID
	merges   []feedMerge
	// revised are those whose demographics the message revises: they are recorded and nothing else.
	revised []feedID
}

// enterInto enters into an audit event what the message does to whom (ITI TF-2 3.8.5.1, 3.44.5.1): a merge deletes the
// subsumed identifier and updates the surviving one.
func (f *feedEvent) enterInto(e *audit.Event) {
	for i := range f.admitted {
		e.AddPatientAction(f.admitted[i].String(), audit.Create)
	}
	for i := range f.revised {
		e.AddPatientAction(f.revised[i].String(), audit.Update)
	}
	for i := range f.merges {
		e.AddPatientAction(f.merges[i].subsumed.String(), audit.Delete)
		e.AddPatientAction(f.merges[i].survivor.String(), audit.Update)
	}
}

// identified judges one identifier of a message: id and authority are as the domain's if ok. One of another authority is
// no concern of the registry (ITI TF-2 3.8.4.1.3).
func (r *Registry) identified(report *feedReport, id, authority, kind string, at feedPlace) (feedID, bool) {
	if !r.cfg.Affinity.Issues(authority) {
		return feedID{}, false
	}
	cx := string(hl7v2.Standard.AppendEscaped(nil, id)) + "^^^&" + authority + "&" + kind
	parsed, err := ParseCX(cx)
	if err != nil {
		report.add(ruleFeedForm, at, cx, formCX)
		return feedID{}, false
	}
	return feedID{parsed, at}, true
}

// foreign reports a patient none of whose identifiers is the domain's, unless another finding says why already.
func (r *Registry) foreign(report *feedReport, at feedPlace, found string) {
	if own := report.Findings[report.base:]; !own.Has(ruleFeedForm) && !own.Has(ruleFeedIdentifier) {
		report.add(ruleFeedForeign, at, found, "&"+strings.Join(r.cfg.Affinity.AssigningAuthorities, "&ISO, &")+"&ISO")
	}
}

// pair makes merges of the identifiers on both sides that have the same authority. What cannot be paired refuses the
// message: a merge is never done in part.
func (r *Registry) pair(report *feedReport, survivors, subsumed []feedID, at feedPlace) []feedMerge {
	var merges []feedMerge
	for _, s := range survivors {
		for _, p := range subsumed {
			if s.Authority == p.Authority {
				merges = append(merges, feedMerge{s, p})
			}
		}
	}
	if len(merges) == 0 && !report.Findings[report.base:].Has(ruleFeedForm) {
		report.add(ruleMergeDomain, at, "", "&"+strings.Join(r.cfg.Affinity.AssigningAuthorities, "&ISO, &")+"&ISO")
	}
	return merges
}

// applyFeed does what a message asks, whole or not at all. What refuses it goes into the report; the error is for what is
// not the message's fault.
func (r *Registry) applyFeed(ctx context.Context, event *feedEvent, report *feedReport) error {
	if report.Failed() || len(event.admitted)+len(event.merges) == 0 {
		return nil
	}
	before := len(report.Findings)
	recorded := audit.EventOf(ctx)
	records := recorded.Messages(audit.Success, "")
	err := r.cfg.Store.Submit(ctx, func(tx Tx) error {
		report.cut(before)
		for i := range event.admitted {
			if err := admit(ctx, tx, &event.admitted[i], report); err != nil {
				return err
			}
		}
		for i := range event.merges {
			if err := merge(ctx, tx, &event.merges[i], report); err != nil {
				return err
			}
		}
		if report.Failed() {
			return errRefused
		}
		return tx.Audit(ctx, records...)
	})
	switch {
	case err == nil:
		recorded.MarkRecorded()
	case !errors.Is(err, errRefused):
		return fmt.Errorf("applying a patient identity feed: %w", err)
	}
	return nil
}

func admit(ctx context.Context, tx Tx, id *feedID, report *feedReport) error {
	p, err := tx.AddPatient(ctx, id.String())
	if err != nil {
		return fmt.Errorf("adding a patient: %w", err)
	}
	if !p.Active() {
		report.add(ruleFeedMerged, id.at, p.CX, p.Survivor)
	}
	return nil
}

// merge checks every condition under which ITI TF-2 3.8.4.2.4 lets two identifiers become one.
func merge(ctx context.Context, tx Tx, m *feedMerge, report *feedReport) error {
	if m.survivor.CX == m.subsumed.CX {
		report.add(ruleMergeTwo, m.subsumed.at, m.subsumed.String(), "")
		return nil
	}
	subsumed, err := tx.Patient(ctx, m.subsumed.String())
	if err != nil {
		return fmt.Errorf("finding the patient who is merged: %w", err)
	}
	survivor, err := tx.Patient(ctx, m.survivor.String())
	if err != nil {
		return fmt.Errorf("finding the patient who survives a merge: %w", err)
	}
	refused := false
	refuse := func(broken *rule.Rule, id *feedID, expected string) {
		report.add(broken, id.at, id.String(), expected)
		refused = true
	}
	switch {
	case subsumed == nil:
		refuse(ruleMergePriorKnown, &m.subsumed, "")
	case !subsumed.Active():
		refuse(ruleMergePriorActive, &m.subsumed, subsumed.Survivor)
	}
	switch {
	case survivor == nil:
		refuse(ruleMergeSurvivorKnown, &m.survivor, "")
	case !survivor.Active():
		refuse(ruleMergeSurvivorActive, &m.survivor, survivor.Survivor)
	}
	if refused {
		return nil
	}
	if err := tx.MergePatients(ctx, subsumed, survivor); err != nil {
		return fmt.Errorf("merging two patients: %w", err)
	}
	return nil
}

// rejects tells whether a finding that refuses is of the kind that rejects a message instead of finding an error in it.
func (f *feedReport) rejects() bool {
	for i := range f.Findings {
		code := f.Findings[i].WireCode()
		if f.Findings[i].Severity == rule.Error && code >= hl7MessageType && code <= hl7Version && len(code) == 3 {
			return true
		}
	}
	return false
}
