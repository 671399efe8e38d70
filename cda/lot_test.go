package cda_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"liasse/cda"
	"liasse/internal/xmltree"
	"liasse/registry"
)

var submission = time.Date(2026, 1, 12, 10, 0, 0, 0, time.FixedZone("", 3600))

func TestLot(t *testing.T) {
	const patient = "42^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"
	lot, err := cda.BuildLot([]cda.Document{
		{Name: "consultation.xml", Header: consultation(t)},
		{Name: "scan.pdf", Options: cda.Options{MimeType: "application/pdf", UniqueID: "1.2.3.4", Fallback: cda.DefaultFallback("fr-FR"), Comments: "Reçu par courrier"}},
	}, cda.LotOptions{PatientID: patient, UniqueID: "1.2.3.5", SourceID: "1.2.3", Now: submission, Title: "Dossier", Comments: "Deux pièces"})
	if err != nil {
		t.Fatal(err)
	}
	got, wire, report := received(t, lot)
	for i := range report.Findings {
		t.Error(report.Findings[i].Sentence("en"))
	}
	compare(t, lot, got)
	golden := filepath.Join("testdata", "lot.golden")
	indented := regexp.MustCompile(`(<(?:rim:)?(?:ExtrinsicObject|RegistryPackage|Association|Slot|Classification|ExternalIdentifier)[ >])`).ReplaceAll(wire, []byte("\n$1"))
	if *update {
		if err := os.WriteFile(golden, indented, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, indented) {
		t.Errorf("the lot is not that of %s:\n%s", golden, indented)
	}
}

func TestLotDefaults(t *testing.T) {
	lot, err := cda.BuildLot([]cda.Document{{Name: "a", Header: consultation(t)}}, cda.LotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := lot.SubmissionSet
	if s.SourceID != cda.DefaultSourceID || registry.CheckOID(s.SourceID) != nil || registry.CheckOID(s.UniqueID) != nil || s.ContentTypeCode != lot.Documents[0].TypeCode ||
		len(s.Authors) != 2 || registry.CheckDTM(s.SubmissionTime) != nil || s.PatientID != lot.Documents[0].PatientID {
		t.Errorf("%+v", s)
	}
	again, err := cda.BuildLot([]cda.Document{{Name: "a", Header: consultation(t)}}, cda.LotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again.SubmissionSet.UniqueID == s.UniqueID {
		t.Error("two lots have one uniqueId")
	}
}

func TestLotRefuses(t *testing.T) {
	pdf := cda.Document{Name: "scan.pdf"}
	nameless := cda.Document{Name: "vide.xml", Header: &cda.Header{}}
	for _, c := range []struct {
		name string
		docs []cda.Document
		says []string
	}{
		{"nothing", nil, []string{"needs a document"}},
		{"a file of no type", []cda.Document{pdf}, []string{"scan.pdf", "media type"}},
		{"two bad ones", []cda.Document{pdf, nameless}, []string{"scan.pdf", "vide.xml", "typeCode"}},
		{"two patients", []cda.Document{{Name: "a", Header: consultation(t)}, {Name: "b", Header: consultation(t), Options: cda.Options{PatientID: "1^^^&1.2&ISO"}}}, []string{"a is of patient", "b of patient 1^^^"}},
	} {
		_, err := cda.BuildLot(c.docs, cda.LotOptions{})
		for _, part := range c.says {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

// FuzzLot makes a lot of any header that can be read: what comes out is XML that a registry can parse.
func FuzzLot(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "consultation.xml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="x" extension="^&amp;|"/><effectiveTime value="20260112003000+0100"/></ClinicalDocument>`))
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := xmltree.Parse(src, xmltree.DocumentLimits)
		if err != nil {
			return
		}
		h, err := cda.Read(d)
		if err != nil {
			return
		}
		lot, err := cda.BuildLot([]cda.Document{{Name: "x", Header: h, Options: cda.Options{
			UniqueID: "1.2.3", PatientID: "1^^^&1.2&ISO", CreationTime: "2026", Fallback: cda.DefaultFallback("fr-FR"),
		}}}, cda.LotOptions{Now: submission})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := xmltree.Parse(lot.AppendXML(nil), xmltree.SOAPLimits); err != nil {
			t.Fatal(err)
		}
	})
}
