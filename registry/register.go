package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"liasse/internal/audit"
	"liasse/internal/rule"
)

// errRefused takes a transaction back whose findings are in the report.
var errRefused = errors.New("the submission is refused")

// Register judges a submission and, when nothing refuses it, makes it visible: one transaction of the store holds the
// stateful rules and every effect (ITI TF-2 3.42.4.1.3). What is wrong with it goes into the report, and nothing is
// stored then; the error is only for what is not the submission's fault: ErrBusy, ErrOutOfSpace, ErrUnavailable,
// ErrOutcomeUnknown, a cancelled context, a broken store. contents are recorded in the same transaction, and so is the
// audit event of the context, as a success. The submission is
// changed: its objects get their UUIDs, logical ids, status and version.
func (r *Registry) Register(ctx context.Context, sub *Submission, report *rule.Report, contents []Content) error {
	err := r.register(ctx, sub, report, contents)
	r.logSubmission(sub, report, err)
	return err
}

func (r *Registry) register(ctx context.Context, sub *Submission, report *rule.Report, contents []Content) error {
	check := &checker{registry: r, sub: sub, report: report}
	check.stateless()
	base := len(report.Findings)
	if report.Failed() {
		err := r.cfg.Store.View(ctx, func(read Reader) error {
			report.Findings = report.Findings[:base]
			_, err := check.stateful(ctx, read)
			return err
		})
		if err != nil {
			report.Findings = report.Findings[:base]
			return fmt.Errorf("judging a refused submission against the registry: %w", err)
		}
		return nil
	}
	lot := newLot(check, r.cfg.Now(), contents)
	event := audit.EventOf(ctx)
	records := event.Messages(audit.Success, "")
	err := r.cfg.Store.Submit(ctx, func(tx Tx) error {
		report.Findings = report.Findings[:base]
		state, err := check.stateful(ctx, tx)
		if err != nil {
			return err
		}
		if report.Failed() || state.identical {
			return errRefused
		}
		if err := lot.apply(ctx, tx, state); err != nil {
			return err
		}
		return tx.Audit(ctx, records...)
	})
	switch {
	case errors.Is(err, errRefused):
		return nil
	case err != nil:
		report.Findings = report.Findings[:base] // what was found in a state that could not be kept
		return fmt.Errorf("registering a submission: %w", err)
	}
	event.MarkRecorded()
	return nil
}

// logSubmission says what became of a submission, with counts and rule ids but no value of the metadata beyond the
// SubmissionSet's entryUUID.
func (r *Registry) logSubmission(sub *Submission, report *rule.Report, err error) {
	event := r.cfg.Log.Debug()
	outcome := "registered"
	switch {
	case err != nil:
		event, outcome = r.cfg.Log.Error().Err(err), "failed"
	case report.Failed():
		event, outcome = r.cfg.Log.Info(), "refused"
	}
	if !event.Enabled() {
		return
	}
	if s := sub.SubmissionSet; s != nil {
		event.Stringer("submissionSet", s.EntryUUID)
	}
	ids := make([]string, 0, len(report.Findings))
	for i := range report.Findings {
		if id := report.Findings[i].Rule.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	event.Int("documents", len(sub.Documents)).Int("folders", len(sub.Folders)).Bool("onDemand", sub.OnDemand).Strs("rules", ids).Msg("submission " + outcome)
}
