package registry_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/registry/storetest"
)

// ruleOwnPatient stands in for the rule of a profile.
var ruleOwnPatient = rule.Lookup("XDS-REG-013")

// guarding is a policy that knows one patient, and hides documents of a class.
type guarding struct {
	patient string
	class   string
	asked   []string
}

func (g *guarding) Visible(_ context.Context, id *registry.Identity) bool {
	return id.PatientID == g.patient && (id.Kind != registry.KindDocument || id.ClassCode.Value != g.class)
}

func (g *guarding) Asked(_ context.Context, query string, patients []registry.AskedPatient, report *rule.Report) {
	g.asked = append(g.asked, query)
	for _, p := range patients {
		g.asked = append(g.asked, p.Parameter+"="+p.CX)
		if p.CX != g.patient {
			report.Add(rule.Finding{Rule: ruleOwnPatient, Place: rule.At(p.Node), Subject: p.Parameter})
		}
	}
}

// TestPolicyIsToldOfPatients shows what a policy hears of a query, and that it can end one before anything is looked for.
func TestPolicyIsToldOfPatients(t *testing.T) {
	w := goldenWorld(t)
	policy := &guarding{patient: storetest.PatientID(1)}
	w.reopen(func(cfg *registry.Config) { cfg.Policy = policy })
	status := param("$XDSDocumentEntryStatus", quotedList(registry.Approved.URN()))
	for _, c := range []struct {
		query   string
		slots   []querySlot
		told    string
		refused bool
	}{
		{"FindDocuments", []querySlot{param("$XDSDocumentEntryPatientId", quoted(storetest.PatientID(1))), status}, "FindDocuments $XDSDocumentEntryPatientId=" + storetest.PatientID(1), false},
		{"FindDocuments", []querySlot{param("$XDSDocumentEntryPatientId", quoted(storetest.PatientID(2))), status}, "FindDocuments $XDSDocumentEntryPatientId=" + storetest.PatientID(2), true},
		{"GetDocuments", []querySlot{param("$XDSDocumentEntryUniqueId", quotedList("1.2.3"))}, "GetDocuments", false},
		{"FindDocumentsForMultiplePatients", []querySlot{param("$XDSDocumentEntryPatientId", quotedList(storetest.PatientID(1), storetest.PatientID(2))), status},
			"FindDocumentsForMultiplePatients $XDSDocumentEntryPatientId=" + storetest.PatientID(1) + " $XDSDocumentEntryPatientId=" + storetest.PatientID(2), true},
	} {
		policy.asked = nil
		got := w.query(c.query, "ObjectRef", c.slots...)
		if told := strings.Join(policy.asked, " "); told != c.told {
			t.Errorf("%s: the policy was told %q, want %q", c.query, told, c.told)
		}
		if refused := strings.Contains(got.raw, "[XDS-REG-013]"); refused != c.refused || c.refused && strings.Contains(got.raw, "ObjectRef ") {
			t.Errorf("%s is answered\n%s", c.query, got.raw)
		}
	}
}

// TestHiddenObjectsCannotBeNamed has a submission name an object that its sender may not see, and answers as for one that
// is not registered.
func TestHiddenObjectsCannotBeNamed(t *testing.T) {
	codes := func(policy registry.Policy, target string, before ...step) []string {
		h := newHouse(t, func(cfg *registry.Config) { cfg.Policy = policy })
		for _, s := range before {
			h.accept(message(t, s.base, s.changes...))
		}
		_, found := h.send(message(t, "one", related("r", "RPLC", "doc", target)))
		var ids []string
		for _, f := range found {
			ids = append(ids, f.Rule.ID)
		}
		return ids
	}
	unknown := codes(nil, uuidA)
	if len(unknown) == 0 {
		t.Fatal("an unknown target is accepted")
	}
	if got := codes(nil, uuidA, aDocument(uuidA, "1")); len(got) != 0 {
		t.Fatalf("a registered target is refused: %v", got)
	}
	if got := codes(&guarding{patient: "nobody"}, uuidA, aDocument(uuidA, "1")); !slices.Equal(got, unknown) {
		t.Errorf("a hidden target is refused by %v, an unknown one by %v", got, unknown)
	}
}

// TestSignatureSignsItsLot accepts the one association that may target a SubmissionSet, with the label that it has in the
// French shared medical record, and answers it to queries.
func TestSignatureSignsItsLot(t *testing.T) {
	h := newHouse(t)
	sub := h.accept(message(t, "one", listed(`<Association id="s" associationType="`+registry.Signs.URN()+
		`" sourceObject="doc" targetObject="set"><Slot name="SubmissionSetStatus"><ValueList><Value>Original</Value></ValueList></Slot></Association>`)))
	last := sub.Associations[len(sub.Associations)-1]
	if last.Type != registry.Signs || last.TargetUUID != sub.SubmissionSet.EntryUUID || last.Label != registry.LabelOriginal {
		t.Errorf("the association is registered as %+v", last)
	}
	_, found := h.send(message(t, "one", related("s", "signs", "doc", uuidSet)))
	if !found.Failed() {
		t.Error("a signature of a lot that is not there is accepted")
	}
}
