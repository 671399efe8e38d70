package cda_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"liasse/cda"
	"liasse/internal/xmltree"
	"liasse/registry"
)

var update = flag.Bool("update", false, "write the golden files anew")

// header reads a document from text.
func header(t *testing.T, text string) *cda.Header {
	t.Helper()
	d, err := xmltree.Parse([]byte(text), xmltree.DocumentLimits)
	if err != nil {
		t.Fatal(err)
	}
	h, err := cda.Read(d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// consultation is our document with every part of a header, with changes.
func consultation(t *testing.T, oldnew ...string) *cda.Header {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "consultation.xml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(text, oldnew[i]) {
			t.Fatalf("the document has no %s", oldnew[i])
		}
		text = strings.Replace(text, oldnew[i], oldnew[i+1], 1)
	}
	return header(t, text)
}

func TestEntry(t *testing.T) {
	got, err := consultation(t).DocumentEntry(cda.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const loinc, profession = "2.16.840.1.113883.6.1", "&1.2.250.1.213.1.1.4.5&ISO"
	want := &registry.DocumentEntry{
		UniqueID: "1.3.6.1.4.1.21367.13.77.1^CR-2026/001", Title: "Compte rendu de consultation", LanguageCode: "fr-FR", Size: -1,
		CreationTime: "20260111233000", ServiceStartTime: "202601111645",
		PatientID: `P\S\42\T\7^^^&1.3.6.1.4.1.21367.13.20.1000&ISO`, SourcePatientID: `P\S\42\T\7^^^&1.3.6.1.4.1.21367.13.20.1000&ISO`,
		SourcePatientInfo: []string{
			`PID-3|P\S\42\T\7^^^&1.3.6.1.4.1.21367.13.20.1000&ISO`, "PID-3|190017510000154^^^&1.2.250.1.213.1.4.10&ISO",
			`PID-5|D'ÉTÉ^Zoé^^^^^L~MARTIN\F\DURAND^Zoé^^^^^D`, "PID-7|19900131", "PID-8|F"},
		LegalAuthenticator: "899700000001^Léa Exemple^^^^^^^&1.2.250.1.71.4.2.1&ISO",
		Authors: []registry.Author{
			{Person: "899700000001^EXEMPLE^Léa^^II^DR^^^&1.2.250.1.71.4.2.1&ISO",
				Institutions: []string{`Maison de santé R\T\D \S\ Sud^^^^^&1.2.250.1.71.4.2.2&ISO^^^^1999999991`},
				Roles:        []string{"PCP^^^&2.16.840.1.113883.5.88&ISO"}, Specialties: []string{"G15_10/SM26^^^" + profession},
				Telecoms: []string{"^^PH^^^^+33102030405", "^^CP^^^^+33602030405", "^NET^Internet^lea.exemple@exemple.test", "^^FX^^^^+33102030406"}},
			{Person: "^Logiciel^Exemple 3", Institutions: []string{"Éditeur^^^^^^^^^1.3.6.1.4.1.21367.13.79"}},
		},
		TypeCode:                   registry.Code{Value: "11488-4", Scheme: loinc, Display: "CR ou fiche de consultation"},
		ClassCode:                  registry.Code{Value: "10", Scheme: "1.2.250.1.213.1.1.4.1", Display: "Compte rendu"},
		FormatCode:                 registry.Code{Value: "urn:asip:ci-sis:crrtn:2013", Scheme: "1.2.250.1.213.1.1.4.2.282", Display: "urn:asip:ci-sis:crrtn:2013"},
		PracticeSettingCode:        registry.Code{Value: "AMBULATOIRE", Scheme: "1.2.250.1.213.1.1.4.9", Display: "Ambulatoire"},
		HealthcareFacilityTypeCode: registry.Code{Value: "SA05", Scheme: "1.2.250.1.71.4.2.4", Display: "Centre de santé"},
		ConfidentialityCodes:       []registry.Code{{Value: "R", Scheme: "2.16.840.1.113883.5.25", Display: "Restreint"}},
		EventCodes:                 []registry.Code{{Value: "AMY", Scheme: "1.2.250.1.213.2.10", Display: "Acte d'orthoptie"}},
	}
	want.MimeType = "text/xml"
	if got.MimeType != want.MimeType || got.ID != "document" {
		t.Errorf("mimeType %s, id %s", got.MimeType, got.ID)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(registry.DocumentEntry{}, "Object")); diff != "" {
		t.Error(diff)
	}
}

func TestHeader(t *testing.T) {
	h := consultation(t)
	if h.Version != "2" || h.SetID != (cda.II{Root: "1.3.6.1.4.1.21367.13.77", Extension: "CR-2026"}) || h.Body != "" {
		t.Errorf("%+v", h)
	}
	if diff := cmp.Diff([]cda.II{{Root: "1.3.6.1.4.1.21367.13.77.1", Extension: "CR-2025/099"}}, h.Replaces); diff != "" {
		t.Error(diff)
	}
	inside := header(t, `<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"><x:template match="/"/>`+
		`<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.3"/></ClinicalDocument></x:stylesheet>`)
	if inside.ID.String() != "1.2.3" {
		t.Errorf("%+v", inside.ID)
	}
	for _, text := range []string{`<ClinicalDocument/>`, `<x><ClinicalDocument xmlns="urn:x"/></x>`} {
		d, err := xmltree.Parse([]byte(text), xmltree.DocumentLimits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cda.Read(d); !errors.Is(err, cda.ErrNoDocument) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestEntryVariants changes the document or the options and looks at one attribute.
func TestEntryVariants(t *testing.T) {
	code := registry.Code{Value: "X", Scheme: "1.2.3", Display: "x"}
	for _, c := range []struct {
		name   string
		change []string
		opt    cda.Options
		get    func(*registry.DocumentEntry) string
		want   string
	}{
		{"an id without extension", []string{` extension="CR-2026/001"`, ""}, cda.Options{}, uniqueID, "1.3.6.1.4.1.21367.13.77.1"},
		{"an id that is a UUID", []string{`root="1.3.6.1.4.1.21367.13.77.1" extension="CR-2026/001"`, `root="8F1F1A4E-0000-4000-8000-00000000000A"`}, cda.Options{}, uniqueID, "urn:uuid:8f1f1a4e-0000-4000-8000-00000000000a"},
		{"an id given", nil, cda.Options{UniqueID: "1.2.3"}, uniqueID, "1.2.3"},
		{"a patient given", nil, cda.Options{PatientID: "1^^^&1.2&ISO"}, patientIDs, `1^^^&1.2&ISO P\S\42\T\7^^^&1.3.6.1.4.1.21367.13.20.1000&ISO`},
		{"a source patient given", nil, cda.Options{PatientID: "1^^^&1.2&ISO", SourcePatientID: "2^^^&1.2&ISO"}, patientIDs, "1^^^&1.2&ISO 2^^^&1.2&ISO"},
		{"codes given", nil, cda.Options{Type: code, Format: code, Facility: code, PracticeSetting: code, Class: code}, codes, "X X X X X"},
		{"a type that is its own class", nil, cda.Options{Type: code}, func(e *registry.DocumentEntry) string { return e.ClassCode.Value }, "X"},
		{"no confidentiality", []string{`<confidentialityCode code="R"`, `<confidentialityCode nullFlavor="UNK" code="R"`}, cda.Options{},
			func(e *registry.DocumentEntry) string { return e.ConfidentialityCodes[0].Value }, "N"},
		{"confidentiality given", nil, cda.Options{Confidentiality: []registry.Code{code}}, func(e *registry.DocumentEntry) string { return e.ConfidentialityCodes[0].Value }, "X"},
		{"no title", []string{"<title>Compte rendu\n    de consultation</title>", ""}, cda.Options{}, title, "CR ou fiche de consultation"},
		{"a title given", nil, cda.Options{Title: "a\x00b\xff"}, title, "a b\uFFFD"},
		{"a long title", nil, cda.Options{Title: strings.Repeat("é", 2000)}, title, strings.Repeat("é", 1024)},
		{"no known template", []string{"1.2.250.1.213.1.1.1.18", "1.2.3"}, cda.Options{}, format, "urn:ihe:iti:xds:2017:mimeTypeSufficient"},
		{"a file inside", []string{"1.2.250.1.213.1.1.1.18", "1.3.6.1.4.1.19376.1.2.20", "<structuredBody/>", `<nonXMLBody><text mediaType="application/pdf" representation="B64">QQ==</text></nonXMLBody>`}, cda.Options{}, format, "urn:ihe:iti:xds-sd:pdf:2008"},
		{"a video inside", []string{"1.2.250.1.213.1.1.1.18", "1.3.6.1.4.1.19376.1.2.20", "<structuredBody/>", `<nonXMLBody><text mediaType="video/mpeg">QQ==</text></nonXMLBody>`}, cda.Options{}, format, "urn:ihe:iti:xds:2017:mimeTypeSufficient"},
		{"a stop after the start", []string{`<high value="20260111"/>`, `<high value="20260112"/>`}, cda.Options{}, service, "202601111645-20260112"},
		{"an act of a moment", []string{`<low value="202601111745+0100"/><high value="20260111"/>`, ``, `<effectiveTime></effectiveTime>`, `<effectiveTime value="2026"/>`}, cda.Options{}, service, "2026-2026"},
		{"no time of the act", []string{`<low value="202601111745+0100"/><high value="20260111"/>`, ``}, cda.Options{}, service, "2025-"},
		{"a time that is none", []string{`<low value="202601111745+0100"/>`, `<low value="yesterday"/>`}, cda.Options{}, service, "-20260111"},
		{"a name without qualifiers", []string{` qualifier="BR">D'ÉTÉ`, `>D'ÉTÉ`, `<family qualifier="CL">MARTIN|DURAND</family>`, ``, `<given>Zoé Anaïs</given><given qualifier="BR">Zoé</given>`, `<given>Zoé</given>`}, cda.Options{}, pid5, "PID-5|D'ÉTÉ^Zoé"},
		{"no name", []string{`<name>
          <family`, `<name nullFlavor="UNK"><family`}, cda.Options{}, pid5, ""},
		{"authors given for none", []string{"<author>", "<x>", "</author>", "</x>", "<author>", "<x>", "</author>", "</x>", "<author>", "<x>", "</author>", "</x>"},
			cda.Options{Authors: []registry.Author{{Person: "^A"}}}, func(e *registry.DocumentEntry) string { return e.Authors[0].Person }, "^A"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := consultation(t, c.change...).DocumentEntry(c.opt)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.get(e); got != c.want {
				t.Errorf("%q", got)
			}
		})
	}
}

func uniqueID(e *registry.DocumentEntry) string   { return e.UniqueID }
func patientIDs(e *registry.DocumentEntry) string { return e.PatientID + " " + e.SourcePatientID }
func title(e *registry.DocumentEntry) string      { return e.Name[0].Value }
func format(e *registry.DocumentEntry) string     { return e.FormatCode.Value }
func service(e *registry.DocumentEntry) string    { return e.ServiceStartTime + "-" + e.ServiceStopTime }
func codes(e *registry.DocumentEntry) string {
	return strings.Join([]string{e.TypeCode.Value, e.FormatCode.Value, e.HealthcareFacilityTypeCode.Value, e.PracticeSettingCode.Value, e.ClassCode.Value}, " ")
}
func pid5(e *registry.DocumentEntry) string {
	for _, v := range e.SourcePatientInfo {
		if strings.HasPrefix(v, "PID-5") {
			return v
		}
	}
	return ""
}

func TestEntryLacks(t *testing.T) {
	h := header(t, `<ClinicalDocument xmlns="urn:hl7-org:v3"/>`)
	_, err := h.DocumentEntry(cda.Options{})
	for _, attribute := range []string{"uniqueId", "creationTime", "languageCode", "patientId", "typeCode", "healthcareFacilityTypeCode", "practiceSettingCode"} {
		if err == nil || !strings.Contains(err.Error(), attribute) {
			t.Errorf("%s is not missed: %v", attribute, err)
		}
	}
	if _, err := consultation(t, "20260112003000+0100", "12/01/2026").DocumentEntry(cda.Options{}); err == nil || !strings.Contains(err.Error(), "effectiveTime") {
		t.Errorf("a time that is none: %v", err)
	}
	e, err := h.DocumentEntry(cda.Options{UniqueID: "1.2", CreationTime: "2026", PatientID: "1^^^&1.2&ISO", Fallback: cda.DefaultFallback("fr-FR")})
	if err != nil {
		t.Fatal(err)
	}
	if e.TypeCode.Value != "34109-9" || e.ClassCode != e.TypeCode || e.HealthcareFacilityTypeCode.Value != "UNK" || e.LanguageCode != "fr-FR" {
		t.Errorf("%+v", e)
	}
}

func TestDTM(t *testing.T) {
	paris := time.FixedZone("", 3600)
	for _, c := range []struct {
		ts, want string
		location *time.Location
	}{
		{"2026", "2026", nil}, {"202601", "202601", nil}, {"20260112", "20260112", paris}, {"20260112+0100", "20260112", nil},
		{"2026011200", "2026011200", nil}, {"2026011200", "2026011123", paris}, {"202601120030+0100", "202601112330", nil},
		{"20260112003000+0100", "20260111233000", nil}, {"20260112003000.1234+0100", "20260111233000", nil}, {"20260112003000-0530", "20260112060000", nil},
		{"20260112003000+01", "20260111233000", nil}, {" 20260112003000 ", "20260112003000", nil}, {"20260112003000+0000", "20260112003000", paris},
	} {
		if got, err := cda.DTM(c.ts, c.location); err != nil || got != c.want {
			t.Errorf("%s: %s, %v", c.ts, got, err)
		}
	}
	for _, ts := range []string{"", "x", "202", "20261301", "20260230", "2026011225", "20260112003000+", "20260112003000+1", "20260112003000+9999", "2026-01-12", "+0100"} {
		if got, err := cda.DTM(ts, nil); err == nil {
			t.Errorf("%q is %s", ts, got)
		}
	}
}
