package cda_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"liasse/cda"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/schemas"
)

// corpus finds the real documents of ../shared/data from the module's root.
func corpus(t *testing.T) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, "..", "shared", "data", "cda", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("cda: ../shared/data is absent")
	}
	return files
}

func read(t *testing.T, path string) *cda.Header {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := xmltree.Parse(b, xmltree.DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	h, err := cda.Read(d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// received writes a lot as the wire has it and reads it as a registry does.
func received(t *testing.T, lot *registry.Submission) (*registry.Submission, []byte, *rule.Report) {
	t.Helper()
	wire := lot.AppendXML(nil)
	d, err := xmltree.Parse(wire, xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	report := &rule.Report{}
	return registry.ReadSubmission(d.Root(), report), wire, report
}

// TestRealDocuments makes a lot of every real document and has it read without a complaint of any severity.
func TestRealDocuments(t *testing.T) {
	files := corpus(t)
	v, err := schemas.New()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	formats := make(map[string]int)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			lot, err := cda.BuildLot([]cda.Document{{Name: path, Header: read(t, path)}}, cda.LotOptions{Now: time.Date(2026, 1, 12, 9, 30, 0, 0, time.FixedZone("", 3600))})
			if err != nil {
				t.Fatal(err)
			}
			got, wire, report := received(t, lot)
			for i := range report.Findings {
				t.Error(report.Findings[i].Sentence("en"))
			}
			violations, err := v.Validate(wire, schemas.Payload)
			if err != nil || len(violations) > 0 {
				t.Errorf("%v, %v", violations, err)
			}
			compare(t, lot, got)
			made := lot.Documents[0]
			if len(made.Authors) == 0 || made.LegalAuthenticator == "" || len(made.SourcePatientInfo) < 4 || made.Title == "" {
				t.Errorf("poor metadata: %+v", made)
			}
			formats[made.FormatCode.Value]++
		})
	}
	if len(files) != 47 {
		t.Errorf("%d documents", len(files))
	}
	if n := formats["urn:ihe:iti:xds:2017:mimeTypeSufficient"]; n > 5 || len(formats) < 15 {
		t.Errorf("formats: %v", formats)
	}
}

// compare holds what was read to what was made.
func compare(t *testing.T, made, got *registry.Submission) {
	t.Helper()
	if got.SubmissionSet == nil || len(got.Documents) != len(made.Documents) || len(got.Associations) != len(made.Associations) {
		t.Fatalf("read %d documents, %d associations", len(got.Documents), len(got.Associations))
	}
	views := cmp.Options{cmpopts.IgnoreFields(registry.DocumentEntry{}, "Object"), cmpopts.IgnoreFields(registry.SubmissionSet{}, "Object"),
		cmpopts.EquateEmpty()}
	for i := range made.Documents {
		if diff := cmp.Diff(made.Documents[i], got.Documents[i], views); diff != "" {
			t.Error(diff)
		}
		if got.Associations[i].Label != registry.LabelOriginal || got.Associations[i].Target != made.Documents[i].ID {
			t.Errorf("association %+v", got.Associations[i])
		}
	}
	if diff := cmp.Diff(made.SubmissionSet, got.SubmissionSet, views); diff != "" {
		t.Error(diff)
	}
}

// TestOneLotOfAll forces one patient on all documents and submits them together.
func TestOneLotOfAll(t *testing.T) {
	var docs []cda.Document
	seen := make(map[string]bool)
	for _, path := range corpus(t) {
		h := read(t, path)
		if seen[h.ID.String()] {
			continue
		}
		seen[h.ID.String()] = true
		docs = append(docs, cda.Document{Name: path, Header: h})
	}
	const patient = "42^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"
	if _, err := cda.BuildLot(docs, cda.LotOptions{}); err == nil || !strings.Contains(err.Error(), "one patient") {
		t.Errorf("a lot of several patients: %v", err)
	}
	lot, err := cda.BuildLot(docs, cda.LotOptions{PatientID: patient})
	if err != nil {
		t.Fatal(err)
	}
	got, _, report := received(t, lot)
	for i := range report.Findings {
		t.Error(report.Findings[i].Sentence("fr"))
	}
	compare(t, lot, got)
	for _, d := range got.Documents {
		if d.PatientID != patient || d.SourcePatientID == patient {
			t.Errorf("%s: patient %s, source patient %s", d.UniqueID, d.PatientID, d.SourcePatientID)
		}
	}
}
