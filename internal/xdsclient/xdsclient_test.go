package xdsclient

import (
	"strings"
	"testing"

	"liasse/cda"
	"liasse/internal/xmltree"
)

func TestFileNamesKeepIdsApart(t *testing.T) {
	seen := make(map[string]string)
	for _, id := range []string{"1.2.3", "1.2.3^4", "1.2.3_4", "1.2.3/4", "urn:uuid:0af6", "0af6", "../../etc/passwd", "..", "", strings.Repeat("9", 300), strings.Repeat("9", 301), "é", "è"} {
		name := fileName(id, "text/xml")
		if other, taken := seen[name]; taken {
			t.Errorf("%q and %q are both %q", id, other, name)
		}
		seen[name] = id
		if strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") && name != ".xml" || len(name) > 200 {
			t.Errorf("%q became %q", id, name)
		}
	}
	for mime, want := range map[string]string{"text/xml; charset=utf-8": ".xml", "application/pdf": ".pdf", "": ".bin", "x/y": ".bin"} {
		if got := extension(mime); got != want {
			t.Errorf("extension of %q is %q", mime, got)
		}
	}
}

func TestLotsAreOfOnePatientAndBounded(t *testing.T) {
	document := func(patient string) File {
		h := &cda.Header{
			ID: cda.II{Root: cda.NewOID()}, Code: cda.Coded{Code: "11490-0", System: "2.16.840.1.113883.6.1", Display: "x"}, Time: "20261103", Language: "fr-FR",
			Confidentiality: []cda.Coded{{Code: "N", System: "2.16.840.1.113883.5.25"}},
		}
		h.Patient.IDs = []cda.II{{Root: "1.2.3", Extension: patient}}
		return File{Path: patient + ".xml", MimeType: "text/xml", Header: h}
	}
	files := []File{document("a"), document("b"), document("a"), document("a"), document("b")}
	opt := LotOptions{Size: 2, Document: cda.Options{Fallback: cda.DefaultFallback("fr-FR")}}
	lots, err := Lots(files, opt)
	if err != nil {
		t.Fatal(err)
	}
	var shape []string
	for _, lot := range lots {
		for i, d := range lot.Submission.Documents {
			if d.PatientID != lot.Submission.SubmissionSet.PatientID {
				t.Errorf("a lot of %s holds a document of %s", lot.Submission.SubmissionSet.PatientID, d.PatientID)
			}
			shape = append(shape, lot.Files[i].Path)
		}
		shape = append(shape, "|")
	}
	if got := strings.Join(shape, " "); got != "a.xml a.xml | a.xml | b.xml b.xml |" {
		t.Errorf("the lots are %s", got)
	}
	opt.Patient, opt.Size = "z^^^&1.2.3&ISO", 50
	if lots, err = Lots(files, opt); err != nil || len(lots) != 1 || lots[0].Submission.SubmissionSet.PatientID != opt.Patient {
		t.Errorf("with a patient given: %d lots, %v", len(lots), err)
	}
}

func TestParametersAreQuoted(t *testing.T) {
	if got := list([]string{"O'Brien", "b"}); got != "('O''Brien','b')" {
		t.Errorf("the list is %s", got)
	}
	text := `<rim:Slot xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"` + strings.TrimPrefix(parameter("$x", `<&"'`), "<rim:Slot")
	document, err := xmltree.Parse([]byte(text), xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	if got := firstValue(document.Root()); got != `<&"'` {
		t.Errorf("the value reads %q", got)
	}
}

func TestPersonName(t *testing.T) {
	for xcn, want := range map[string]string{"1^Smith^John": "John Smith", "^Smith": "Smith", "1": "1", "": ""} {
		if got := personName(xcn); got != want {
			t.Errorf("%q is %q, want %q", xcn, got, want)
		}
	}
}
