package repository

import (
	"context"
	"errors"
	"fmt"

	"liasse/internal/rule"
	"liasse/registry"
)

// Registrar has a lot registered (ITI-42) once its documents are durable.
type Registrar interface {
	// Register hands the metadata of a lot to the registry, and records with it where the documents are. When the report
	// has refused the lot already it is only judged, as far as that can be done here, and nothing is changed anywhere.
	// Findings of a registry in this process go into the report; the errors and warnings of one elsewhere are given as
	// they came. The lot is registered when neither holds an error and the error is nil. An error is for what is not the
	// lot's fault: registry.ErrBusy, registry.ErrOutOfSpace, registry.ErrUnavailable (also for a registry elsewhere that
	// could not be reached, or answered that it took nothing), registry.ErrOutcomeUnknown (also for one that got the lot and
	// gave no answer that tells what became of it); and after any error but the first three and a cancelled context the
	// contents must be taken to be needed.
	Register(ctx context.Context, sub *registry.Submission, report *rule.Report, contents []registry.Content) ([]RegistryError, error)
}

// certain tells whether after this error the lot is known not to be registered.
func certain(err error) bool {
	if errors.Is(err, registry.ErrOutcomeUnknown) {
		return false
	}
	for _, known := range []error{registry.ErrBusy, registry.ErrOutOfSpace, registry.ErrUnavailable, context.Canceled} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// Local registers with the registry of this process: the contents are recorded in the same transaction as the metadata.
type Local struct{ Registry *registry.Registry }

// Register judges and registers the lot.
func (l Local) Register(ctx context.Context, sub *registry.Submission, report *rule.Report, contents []registry.Content) ([]RegistryError, error) {
	if err := l.Registry.Register(ctx, sub, report, contents); err != nil {
		return nil, fmt.Errorf("registering a lot: %w", err)
	}
	return nil, nil
}
