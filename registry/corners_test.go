package registry_test

import (
	"slices"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
)

func ruleOf(id string) func(rule.Finding) bool {
	return func(f rule.Finding) bool { return f.Rule.ID == id }
}

// TestChainOfTheLongestLengthCanBeReplaced adds the last link that is allowed in a lot of its own, is refused one more,
// and then replaces the head with all that hangs on it.
func TestChainOfTheLongestLengthCanBeReplaced(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	added := h.play(aDocument("urn:uuid:50000000-0000-4000-8000-000000000001", "10", swap("1.2.250.1.999.6.10", "1.2.250.1.999.6.9"), swapAll("urn:uuid:50000000-0000-4000-8000-000000000001", "doc"), chain(uuidA, 127)))
	last := added.Documents[len(added.Documents)-1].ID
	h.play(aDocument(uuidC, "11", related("r", "XFRM", uuidC, last)))
	const more, replacement = "urn:uuid:50000000-0000-4000-8000-000000000002", "urn:uuid:50000000-0000-4000-8000-000000000003"
	s := aDocument(more, "12", related("r", "XFRM", more, uuidC))
	if _, found := h.send(message(t, s.base, s.changes...)); !found.Failed() || !slices.ContainsFunc(found, ruleOf("XDS-REG-019")) {
		t.Errorf("the link beyond was not refused:\n%s", sentences(found))
	}
	h.play(aDocument(replacement, "13", related("r", "RPLC", replacement, uuidA)))
	for id, d := range h.holdings(patientID).documents {
		hangs := id == uuidA || id == uuidC || slices.ContainsFunc(added.Documents[1:], func(a *registry.DocumentEntry) bool { return a.ID == id })
		if deprecated := d.Status == registry.Deprecated; deprecated != hangs {
			t.Errorf("%s is %s", id, d.Status.URN())
		}
	}
}

// TestContinuationOfWhatTheLotReplaces appends to an addendum whose head the same lot replaces.
func TestContinuationOfWhatTheLotReplaces(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	h.play(aDocument(uuidC, "11", related("r", "APND", uuidC, uuidA)))
	const replacement = "urn:uuid:50000000-0000-4000-8000-000000000003"
	s := aDocument(replacement, "12", related("r", "RPLC", replacement, uuidA), related("q", "APND", replacement, uuidC))
	_, found := h.send(message(t, s.base, s.changes...))
	if !found.Failed() || !slices.ContainsFunc(found, ruleOf("XDS-REG-023")) {
		t.Errorf("not refused:\n%s", sentences(found))
	}
}

// TestDocumentIsInItsFolderOnce puts a document again into the Folder that holds it: the Folder is not touched, and the
// new SubmissionSet holds the membership that was there.
func TestDocumentIsInItsFolderOnce(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	before := h.holdings(patientID)
	first, ok := before.has(registry.HasMember, uuidB, uuidA)
	if !ok {
		t.Fatal("the document is not in the Folder")
	}
	s := aDocument(uuidC, "11", related("m", "HasMember", uuidB, uuidA), related("n", "HasMember", "set", "m"))
	sub, found := h.send(message(t, s.base, s.changes...))
	if found.Failed() || !slices.ContainsFunc(found, ruleOf("XDS-REG-024")) {
		t.Fatalf("not taken with a warning:\n%s", sentences(found))
	}
	all := h.holdings(patientID)
	count := 0
	for _, a := range all.associations {
		if a.Source.String() == uuidB && a.Target.String() == uuidA {
			count++
		}
	}
	if count != 1 {
		t.Errorf("the Folder holds the document %d times", count)
	}
	if _, ok := all.has(registry.HasMember, sub.SubmissionSet.ID, first); !ok {
		t.Error("the second SubmissionSet does not hold the membership")
	}
	if all.folders[uuidB].LastUpdateTime != before.folders[uuidB].LastUpdateTime {
		t.Error("the Folder was touched")
	}
}
