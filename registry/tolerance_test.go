package registry_test

import (
	"slices"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
)

// TestStrictnessIsConfiguration sets every tolerance to error: what was accepted with a warning is refused then.
func TestStrictnessIsConfiguration(t *testing.T) {
	all := map[string]rule.Severity{}
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "XDS-") {
			all[r.ID] = rule.Error
		}
	}
	strict, err := rule.NewPolicy(all)
	if err != nil {
		t.Fatal(err)
	}
	strictHouse := func() *house { return newHouse(t, func(cfg *registry.Config) { cfg.Rules = strict }) }
	h := strictHouse()
	for _, e := range examples() {
		if !e.accepted {
			continue
		}
		to := h
		if len(e.before) > 0 {
			to = strictHouse()
		}
		for _, s := range e.before {
			to.play(s)
		}
		_, found := to.send(message(t, e.base, e.changes...))
		if !found.Failed() || !slices.ContainsFunc(found, func(f rule.Finding) bool { return f.Rule.ID == e.rule }) {
			t.Errorf("%s: found\n%s", e.rule, sentences(found))
		}
	}
	h.accept(message(t, "lot"))
}

func TestToleratedFormsAreMended(t *testing.T) {
	h := newHouse(t)
	upper := "urn:uuid:" + strings.ToUpper(uuidA[9:])
	sub := h.play(step{base: "lot", changes: does(swapAll(`"doc1"`, `"`+upper+`"`), swapAll(escapedPatient, escapedPatient+"^^"))})
	all := h.holdings(patientID)
	d := all.documents[uuidA]
	if d == nil {
		t.Fatal("the entry is not held under its UUID in lower case")
	}
	if strings.Contains(string(d.Head)+string(d.Tail), upper) {
		t.Error("a UUID in upper case was kept")
	}
	if _, ok := all.has(registry.HasMember, sub.SubmissionSet.ID, uuidA); !ok {
		t.Error("the Association lost its target")
	}
	if sub.SubmissionSet.PatientID != patientID {
		t.Errorf("the patientId is %s", sub.SubmissionSet.PatientID)
	}
}

func TestLimitedMetadataIsLeftOutWhenTolerated(t *testing.T) {
	lenient, err := rule.NewPolicy(map[string]rule.Severity{"XDS-OBJ-031": rule.Warning})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, func(cfg *registry.Config) { cfg.Rules = lenient })
	const node = "urn:uuid:ab9b591b-83ab-4d03-8f5d-f93b1fb92e85"
	sub := h.play(step{base: "one", changes: does(swap(`<Classification id="doc-class"`, `<Classification id="l" classifiedObject="doc" classificationNode="`+node+`"/><Classification id="doc-class"`))})
	if d := h.holdings(patientID).documents[sub.Documents[0].ID]; d == nil || strings.Contains(string(d.Tail), node) {
		t.Errorf("held as %+v", d)
	}
}

func TestExtraSlotsAreGivenBack(t *testing.T) {
	h := newHouse(t)
	h.play(step{base: "one", changes: does(slotted("doc", "urn:example:étage", "3 &lt; 4 &amp; «bis»"), slotted("set", "urn:example:poste", "a", "b"))})
	all := h.holdings(patientID)
	for _, d := range all.documents {
		if want := `<Slot name="urn:example:étage"><ValueList><Value>3 &lt; 4 &amp; «bis»</Value></ValueList></Slot>`; !strings.Contains(string(d.Head), want) {
			t.Errorf("not in %s", d.Head)
		}
	}
	for _, s := range all.sets {
		if want := `<Slot name="urn:example:poste"><ValueList><Value>a</Value><Value>b</Value></ValueList></Slot>`; !strings.Contains(string(s.Head), want) {
			t.Errorf("not in %s", s.Head)
		}
	}
}

// TestMetadataUpdateIsRefusedHere is test 21000 of the NIST kit: an update sent as a registration.
func TestMetadataUpdateIsRefusedHere(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	_, found := h.send(message(t, "one", listed(`<Association id="u" associationType="`+registry.HasMember.URN()+`" sourceObject="set" targetObject="`+uuidSet+`"></Association>`), slotted("u", "PreviousVersion", "1")))
	for _, id := range []string{"XDS-AS-004", "XDS-REG-015"} {
		if !slices.ContainsFunc(found, func(f rule.Finding) bool { return f.Rule.ID == id }) {
			t.Errorf("%s is not among\n%s", id, sentences(found))
		}
	}
}

func TestLabelsOfMembers(t *testing.T) {
	h := newHouse(t)
	h.play(theLot())
	for name, changes := range map[string][]change{
		"Reference to a document of the lot": does(swap("Original", "Reference")),
		"no label":                           does(without("Slot", "SubmissionSetStatus")),
		"both labels":                        does(labelled("again", "set", "doc", "Reference")),
	} {
		_, found := h.send(message(t, "one", changes...))
		if !found.Failed() || found[0].Rule.ID != "XDS-SUB-003" {
			t.Errorf("%s: found\n%s", name, sentences(found))
		}
	}
}

// TestFindingsNameTheirObjectAsItsSenderDoes looks at a stateful rule, judged after the registry has drawn UUIDs.
func TestFindingsNameTheirObjectAsItsSenderDoes(t *testing.T) {
	h := newHouse(t)
	_, found := h.send(message(t, "one", swapAll("4711^^^", "4799^^^")))
	if len(found) != 1 || found[0].Subject != "set" {
		t.Errorf("found\n%s", sentences(found))
	}
}
