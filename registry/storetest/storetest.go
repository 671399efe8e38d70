// Package storetest is the suite that every registry.Store passes: what each method of its Reader and Tx must answer,
// that a submission is whole or absent, that neighbours in one commit do not touch each other, and that what was
// acknowledged is still there after the store is opened again.
package storetest

import (
	"context"
	"errors"
	"testing"

	"liasse/registry"
)

// Run runs the suite. open gives an empty store each time it is called with a new *testing.T; called again with the
// same one it gives the store kept there, which was closed before. open closes what it opened when the test ends.
func Run(t *testing.T, open func(t *testing.T) registry.Store) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, open func(t *testing.T) registry.Store)
	}{
		{"patients", testPatients},
		{"objects", testObjects},
		{"named codes", testNamedCodes},
		{"document filter", testDocumentFilter},
		{"submission set filter", testSubmissionSetFilter},
		{"folder filter", testFolderFilter},
		{"association filter", testAssociationFilter},
		{"identities", testIdentities},
		{"contents", testContents},
		{"changes", testChanges},
		{"versions", testVersions},
		{"long lists", testLongLists},
		{"refused inserts", testRefusedInserts},
		{"model", testModel},
		{"atomicity", testAtomicity},
		{"panics", testPanics},
		{"one winner", testOneWinner},
		{"snapshot", testSnapshot},
		{"misuse", testMisuse},
		{"cancellation", testCancellation},
		{"hostile text", testHostileText},
		{"reopening", testReopening},
		{"audit", testAudit},
		{"audit together", testAuditTogether},
		{"audit reopened", testAuditReopened},
		{"tokens", testTokens},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open) })
	}
}

// submit runs one change and fails the test when it is refused.
func submit(t testing.TB, s registry.Store, change func(tx registry.Tx) error) {
	t.Helper()
	if err := s.Submit(context.Background(), change); err != nil {
		t.Fatalf("Submit: %v", err)
	}
}

// view runs one read and fails the test when it fails.
func view(t testing.TB, s registry.Store, read func(r registry.Reader) error) {
	t.Helper()
	if err := s.View(context.Background(), read); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// insert stores a batch for a patient made known on the way.
func insert(t testing.TB, s registry.Store, cx string, b *registry.Batch) {
	t.Helper()
	submit(t, s, func(tx registry.Tx) error { return insertFor(tx, cx, b) })
}

// insertFor puts the patient's key into all records of a batch and inserts it.
func insertFor(tx registry.Tx, cx string, b *registry.Batch) error {
	ctx := context.Background()
	p, err := tx.AddPatient(ctx, cx)
	if err != nil {
		return err
	}
	SetPatient(b, p.Key)
	return tx.Insert(ctx, b)
}

var errRefused = errors.New("refused by the test")
