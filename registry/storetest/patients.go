package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"liasse/registry"
)

// testPatients covers AddPatient, MergePatients and Patient (ITI TF-2 3.8.4.1.4, 3.8.4.2.4).
func testPatients(t *testing.T, open func(t *testing.T) registry.Store) {
	ctx := context.Background()
	s := open(t)
	a, b, c := PatientID(1), PatientID(2), PatientID(3)
	batches := map[string]*registry.Batch{a: Lot(2), b: Lot(1), c: Lot(1)}
	keys := make(map[string]int64)
	for _, cx := range []string{a, b, c} {
		submit(t, s, func(tx registry.Tx) error {
			p, err := tx.AddPatient(ctx, cx)
			if err != nil {
				return err
			}
			again, err := tx.AddPatient(ctx, cx)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(p, again); diff != "" {
				t.Errorf("a patient added twice differs: %s", diff)
			}
			if !p.Active() || p.CX != cx || p.Survivor != cx {
				t.Errorf("a new patient is %+v", p)
			}
			keys[cx] = p.Key
			SetPatient(batches[cx], p.Key)
			return tx.Insert(ctx, batches[cx])
		})
	}
	if got := patient(t, s, "unknown"); got != nil {
		t.Errorf("an unknown patient is %+v", got)
	}
	merge(t, s, a, b)
	merge(t, s, b, c)
	for cx, want := range map[string]*registry.Patient{
		a: {Key: keys[a], CX: a, Survivor: c, SurvivorKey: keys[c]},
		b: {Key: keys[b], CX: b, Survivor: c, SurvivorKey: keys[c]},
		c: {Key: keys[c], CX: c, Survivor: c, SurvivorKey: keys[c]},
	} {
		if diff := cmp.Diff(want, patient(t, s, cx)); diff != "" {
			t.Errorf("after the merges, %s: %s", cx, diff)
		}
	}
	if got := documents(t, s, &registry.DocumentFilter{PatientIDs: []string{c}}); len(got) != 4 {
		t.Errorf("the survivor shows %d documents, want the 4 of the whole chain", len(got))
	} else {
		for _, d := range got {
			if d.PatientID != c || d.Patient != keys[c] {
				t.Errorf("a merged document is shown under %q (%d)", d.PatientID, d.Patient)
			}
		}
	}
	if got := documents(t, s, &registry.DocumentFilter{PatientIDs: []string{a}}); len(got) != 0 {
		t.Errorf("a subsumed patient shows %d documents", len(got))
	}
	if got := documents(t, s, &registry.DocumentFilter{IDs: []registry.UUID{batches[a].Documents[0].ID}}); len(got) != 1 || got[0].PatientID != c {
		t.Errorf("a merged document, found by id, is %+v", got)
	}
	view(t, s, func(r registry.Reader) error {
		ids, err := r.Identities(ctx, []registry.UUID{batches[a].Associations[0].ID})
		if err == nil && (len(ids) != 1 || ids[0].PatientID != c || ids[0].Patient != keys[c]) {
			t.Errorf("the identity of a merged association is %+v", ids)
		}
		return err
	})
}

func patient(t *testing.T, s registry.Store, cx string) (p *registry.Patient) {
	t.Helper()
	view(t, s, func(r registry.Reader) (err error) {
		p, err = r.Patient(context.Background(), cx)
		return err
	})
	return p
}

// merge subsumes one patient into another and looks at the effect inside the same transaction.
func merge(t *testing.T, s registry.Store, subsumed, survivor string) {
	t.Helper()
	ctx := context.Background()
	submit(t, s, func(tx registry.Tx) error {
		from, err := tx.Patient(ctx, subsumed)
		if err != nil {
			return err
		}
		to, err := tx.Patient(ctx, survivor)
		if err != nil {
			return err
		}
		if err := tx.MergePatients(ctx, from, to); err != nil {
			return err
		}
		after, err := tx.Patient(ctx, subsumed)
		if err == nil && (after.Active() || after.Survivor != survivor) {
			t.Errorf("inside the transaction the merged patient is %+v", after)
		}
		return err
	})
}
