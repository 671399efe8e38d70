package registry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/sqlstore"
)

const (
	authority = "1.3.6.1.4.1.21367.13.20.1000"
	patientID = "4711^^^&" + authority + "&ISO"
	// escapedPatient is how the messages of testdata write it.
	escapedPatient = "4711^^^&amp;" + authority + "&amp;ISO"
)

// message reads one of testdata's submissions and changes it.
func message(t testing.TB, name string, changes ...change) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	for _, c := range changes {
		text = c(t, text)
	}
	return text
}

// change is one edit of a message; it fails the test when there is nothing to edit.
type change func(t testing.TB, message string) string

// swap puts one text in the place of the first occurrence of another.
func swap(old, new string) change {
	return func(t testing.TB, message string) string {
		t.Helper()
		if !strings.Contains(message, old) {
			t.Fatalf("the message does not hold %q", old)
		}
		return strings.Replace(message, old, new, 1)
	}
}

// swapAll does so everywhere.
func swapAll(old, new string) change {
	return func(t testing.TB, message string) string {
		t.Helper()
		return strings.ReplaceAll(swap(old, old)(t, message), old, new)
	}
}

// element finds the element of that name that holds the mark.
func element(t testing.TB, message, name, mark string) (from, to int) {
	t.Helper()
	at := strings.Index(message, mark)
	if at < 0 {
		t.Fatalf("the message does not hold %q", mark)
	}
	from = strings.LastIndex(message[:at+len(mark)], "<"+name+" ")
	end := strings.IndexByte(message[at:], '>') + at
	if message[end-1] == '/' {
		return from, end + 1
	}
	return from, strings.Index(message[from:], "</"+name+">") + from + len("</"+name+">")
}

// without takes the element of that name away that holds the mark.
func without(name, mark string) change {
	return func(t testing.TB, message string) string {
		t.Helper()
		from, to := element(t, message, name, mark)
		return message[:from] + message[to:]
	}
}

// twice repeats the element of that name that holds the mark.
func twice(name, mark string) change {
	return func(t testing.TB, message string) string {
		t.Helper()
		from, to := element(t, message, name, mark)
		return message[:to] + message[from:to] + message[to:]
	}
}

// moved puts the element that holds the mark before the first occurrence of another text.
func moved(name, mark, before string) change {
	return func(t testing.TB, message string) string {
		t.Helper()
		from, to := element(t, message, name, mark)
		piece := message[from:to]
		return swap(before, piece+before)(t, message[:from]+message[to:])
	}
}

// slotted adds a slot to the object of that id, as its first child.
func slotted(id, name string, values ...string) change {
	return func(t testing.TB, message string) string {
		t.Helper()
		at := strings.Index(message, ` id="`+id+`"`)
		if at < 0 {
			t.Fatalf("no object has the id %q", id)
		}
		at += strings.IndexByte(message[at:], '>') + 1
		slot := `<Slot name="` + name + `"><ValueList><Value>` + strings.Join(values, "</Value><Value>") + "</Value></ValueList></Slot>"
		return message[:at] + slot + message[at:]
	}
}

// listed adds elements to the end of the RegistryObjectList.
func listed(elements string) change {
	return swap("</RegistryObjectList>", elements+"</RegistryObjectList>")
}

// related adds an Association.
func related(id, kind, source, target string) change {
	urn := "urn:ihe:iti:2007:AssociationType:" + kind
	switch kind {
	case "HasMember":
		urn = registry.HasMember.URN()
	case "IsSnapshotOf":
		urn = registry.IsSnapshotOf.URN()
	}
	return listed(`<Association id="` + id + `" associationType="` + urn + `" sourceObject="` + source + `" targetObject="` + target + `"/>`)
}

// labelled adds a HasMember with a SubmissionSetStatus.
func labelled(id, source, target, label string) change {
	return listed(`<Association id="` + id + `" associationType="` + registry.HasMember.URN() + `" sourceObject="` + source + `" targetObject="` + target +
		`"><Slot name="SubmissionSetStatus"><ValueList><Value>` + label + `</Value></ValueList></Slot></Association>`)
}

// house is a registry on a store of its own, with the clock of the test.
type house struct {
	*registry.Registry
	t     testing.TB
	store *sqlstore.Store
	rules *rule.Policy
	now   time.Time
}

// newHouse makes a registry that knows the patient of testdata.
func newHouse(t testing.TB, settings ...func(*registry.Config)) *house {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "registry.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, store: store, now: time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC)}
	cfg := registry.Config{
		Store:    store,
		Affinity: registry.Affinity{AssigningAuthorities: []string{authority}},
		Now:      func() time.Time { return h.now },
	}
	for _, set := range settings {
		set(&cfg)
	}
	h.rules = cfg.Rules
	if h.Registry, err = registry.New(cfg); err != nil {
		t.Fatal(err)
	}
	h.know(patientID)
	return h
}

func (h *house) know(cx string) {
	h.t.Helper()
	err := h.store.Submit(h.t.Context(), func(tx registry.Tx) error {
		_, err := tx.AddPatient(h.t.Context(), cx)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// merge makes the second identifier known and the first one a part of it.
func (h *house) merge(subsumed, survivor string) {
	h.t.Helper()
	err := h.store.Submit(h.t.Context(), func(tx registry.Tx) error {
		from, err := tx.AddPatient(h.t.Context(), subsumed)
		if err != nil {
			return err
		}
		to, err := tx.AddPatient(h.t.Context(), survivor)
		if err != nil {
			return err
		}
		return tx.MergePatients(h.t.Context(), from, to)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// read parses a message and reads the submission in it.
func read(t testing.TB, text string, report *rule.Report) *registry.Submission {
	t.Helper()
	doc, err := xmltree.Parse([]byte(text), xmltree.SOAPLimits)
	if err != nil {
		t.Fatalf("parsing a message: %v", err)
	}
	return registry.ReadSubmission(doc.Root(), report)
}

// send registers a message and gives what was found.
func (h *house) send(text string) (*registry.Submission, rule.Findings) {
	h.t.Helper()
	return h.sendAs(text, false)
}

func (h *house) sendAs(text string, onDemand bool) (*registry.Submission, rule.Findings) {
	h.t.Helper()
	report := &rule.Report{Policy: h.rules}
	sub := read(h.t, text, report)
	sub.OnDemand = onDemand
	if err := h.Register(h.t.Context(), sub, report, nil); err != nil {
		h.t.Fatalf("registering: %v", err)
	}
	return sub, report.Findings
}

// accept registers a message that must pass without a finding.
func (h *house) accept(text string) *registry.Submission {
	h.t.Helper()
	sub, found := h.send(text)
	if len(found) > 0 {
		h.t.Fatalf("accepted with findings:\n%s", sentences(found))
	}
	return sub
}

func sentences(found rule.Findings) string {
	var b strings.Builder
	for i := range found {
		b.WriteString(found[i].Severity.String() + " " + found[i].WireCode() + " " + found[i].Sentence("en") + "\n")
	}
	return b.String()
}
