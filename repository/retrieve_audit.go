package repository

import (
	"context"
	"fmt"

	"liasse/internal/audit"
	"liasse/registry"
)

// enterInto enters into an audit event which documents were asked for and which were given (ITI TF-2 3.43.5.1).
func (v *retrieval) enterInto(e *audit.Event) {
	for _, w := range v.requests {
		e.AddDocument(audit.Document{UniqueID: w.uniqueID, Repository: w.repository, Home: w.home, Patient: w.patient, Refused: w.blob == nil})
	}
}

// findPatients looks up whose documents will be given, so that the record of each is found by its patient. A repository whose
// registry is elsewhere does not know.
func (v *retrieval) findPatients(ctx context.Context) error {
	var ids []string
	for _, w := range v.requests {
		if !w.refused {
			ids = append(ids, w.uniqueID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	patients := make(map[string]string, len(ids))
	err := v.repository.cfg.Store.View(ctx, func(read registry.Reader) error {
		found, err := read.UniqueIDs(ctx, ids)
		for i := range found {
			if found[i].Kind == registry.KindDocument {
				patients[found[i].UniqueID] = found[i].PatientID
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("looking up whose documents are asked for: %w", err)
	}
	for _, w := range v.requests {
		w.patient = patients[w.uniqueID]
	}
	return nil
}
