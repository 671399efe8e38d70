package registry

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// updating tells whether golden files are to be rewritten; the flag is defined once for the package's tests.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func testMessage(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func parse(t testing.TB, src []byte) *xmltree.Document {
	t.Helper()
	doc, err := xmltree.Parse(src, xmltree.SOAPLimits)
	if err != nil {
		t.Fatalf("parsing %s: %v", src, err)
	}
	return doc
}

// alike compares submissions without regard to where in a message they stood.
var alike = cmp.Options{
	cmpopts.IgnoreTypes(xmltree.Node{}), cmpopts.IgnoreUnexported(Object{}), cmpopts.EquateEmpty(),
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if updating() {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// lines puts each element on a line of its own, for golden files that people can read.
func lines(xml []byte) []byte {
	return append(bytes.ReplaceAll(xml, []byte("><"), []byte(">\n<")), '\n')
}

func TestReadSubmission(t *testing.T) {
	report := &rule.Report{}
	sub := ReadSubmission(parse(t, testMessage(t, "lot")).Root(), report)
	if len(report.Findings) > 0 {
		t.Fatalf("found %v", report.Findings)
	}
	d := sub.Documents[0]
	d.Object = Object{}
	want := &DocumentEntry{
		PatientID: "4711^^^&1.3.6.1.4.1.21367.13.20.1000&ISO", SourcePatientID: "IPP-1989^^^&1.2.250.1.999.1.1&ISO",
		UniqueID: "1.2.250.1.999.6.1^CR-1", RepositoryUniqueID: "1.2.250.1.999.3.1",
		CreationTime: "20261105142233", ServiceStartTime: "20261104", ServiceStopTime: "202611051200", LanguageCode: "fr-FR",
		LegalAuthenticator: "801234567^MOREAU^Claire^^^Dr^^^&1.2.250.1.71.4.2.1&ISO",
		SourcePatientInfo:  []string{"PID-3|IPP-1989^^^&1.2.250.1.999.1.1&ISO", "PID-5|DURAND^Lucie^^^^^L", "PID-7|19890412", "PID-8|F"},
		ReferenceIDs:       []string{"2026-0042^^^&1.2.250.1.999.2&ISO^urn:ihe:iti:xds:2013:accession"},
		Hash:               "8843d7f92416211de9ebb963ff4ce28125932878", Size: 30412,
		Title: "Compte rendu de consultation", Comments: `Consultation du 5 novembre, "contrôle"`,
		Authors: []Author{{
			Person:       "801234567^MOREAU^Claire^^^Dr^^^&1.2.250.1.71.4.2.1&ISO",
			Institutions: []string{"Clinique des Tilleuls^^^^^&1.2.250.1.71.4.2.2&ISO^^^^1750812345"},
			Roles:        []string{"médecin traitant"},
			Specialties:  []string{"SM54^^^&1.2.250.1.71.4.2.5&ISO"},
			Telecoms:     []string{"^^Internet^claire.moreau@tilleuls.example", "^WPN^PH^^^^0102030405"},
		}},
		ClassCode:                  Code{"11488-4", "2.16.840.1.113883.6.1", "Consultation"},
		TypeCode:                   Code{"11488-4", "2.16.840.1.113883.6.1", "Compte rendu"},
		FormatCode:                 Code{"urn:ihe:iti:xds:2017:mimeTypeSufficient", "1.3.6.1.4.1.19376.1.2.3", "MimeType sufficient"},
		PracticeSettingCode:        Code{"ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Établissement de santé"},
		HealthcareFacilityTypeCode: Code{"SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"},
		ConfidentialityCodes:       []Code{{"N", "2.16.840.1.113883.5.25", "Normal"}},
		EventCodes:                 []Code{{"DEQP003", "1.2.250.1.213.2.5", "Électrocardiographie"}},
	}
	if diff := cmp.Diff(want, d, alike); diff != "" {
		t.Error(diff)
	}
	if s := sub.SubmissionSet; s.SourceID != "1.2.250.1.999.4.1" || s.SubmissionTime != "20261105143000" || len(s.IntendedRecipients) != 1 || len(s.Authors) != 1 {
		t.Errorf("the SubmissionSet is %+v", s)
	}
	if f := sub.Folders[0]; f.Title != "Suivi cardiologique" || len(f.Codes) != 1 || f.UniqueID != "1.2.250.1.999.8.1" {
		t.Errorf("the Folder is %+v", f)
	}
}

func TestAppendXML(t *testing.T) {
	for _, name := range []string{"lot", "ondemand"} {
		sub := ReadSubmission(parse(t, testMessage(t, name)).Root(), &rule.Report{})
		golden(t, name+".forwarded.golden", lines(sub.AppendXML(nil)))
	}
}

// TestRecords shows the fragments that the store keeps, with every id a UUID.
func TestRecords(t *testing.T) {
	ids := func(s string) string { return "urn:uuid:00000000-0000-4000-8000-0000000000" + s }
	src := string(testMessage(t, "lot"))
	n := 10
	for strings.Contains(src, ` id="`) {
		// Every symbolic id becomes a UUID, so that the golden file is the same each time.
		_, rest, _ := strings.Cut(src, ` id="`)
		id, _, _ := strings.Cut(rest, `"`)
		src = strings.ReplaceAll(src, `"`+id+`"`, `"`+ids(string(rune('0'+n/10%10))+string(rune('0'+n%10)))+`"`)
		src = strings.Replace(src, ` id="`, ` ID="`, 1)
		n++
	}
	src = strings.ReplaceAll(src, ` ID="`, ` id="`)
	report := &rule.Report{}
	sub := ReadSubmission(parse(t, []byte(src)).Root(), report)
	r := &Registry{cfg: Config{Affinity: Affinity{AssigningAuthorities: []string{"1.3.6.1.4.1.21367.13.20.1000"}}}}
	c := &checker{registry: r, sub: sub, report: report}
	c.stateless()
	if len(report.Findings) > 0 {
		t.Fatalf("found %v", report.Findings)
	}
	l := newLot(c, time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC), nil)
	var all []byte
	add := func(o *ObjectRecord) {
		all = append(all, "<!-- "+o.ID.String()+" Head -->\n"...)
		all = append(all, lines(o.Head)...)
		all = append(all, "<!-- Tail -->\n"...)
		all = append(all, lines(o.Tail)...)
	}
	for _, d := range l.batch.Documents {
		add(&d.ObjectRecord)
	}
	add(&l.batch.SubmissionSets[0].ObjectRecord)
	add(&l.batch.Folders[0].ObjectRecord)
	for _, a := range l.batch.Associations {
		add(&a.ObjectRecord)
	}
	golden(t, "records.golden", all)
	d := l.batch.Documents[0]
	if d.ServiceStart != "20261104000000" || d.ServiceStop != "20261105120000" || d.AuthorPersons[0] != "801234567^MOREAU^Claire^^^Dr^^^&1.2.250.1.71.4.2.1&ISO" {
		t.Errorf("the columns are %+v", d)
	}
}

// TestWrittenAsRead makes submissions of arbitrary values and holds reading what was written to what was written.
func TestWrittenAsRead(t *testing.T) {
	any := rapid.StringOf(rapid.RuneFrom([]rune("aéZ0 <>&\"'\t\n\r^|~😀]"))).Filter(func(s string) bool { return !isBlank(s) })
	texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) LocalizedString {
		return LocalizedString{Lang: rapid.SampledFrom([]string{"", "fr-FR"}).Draw(t, "lang"), Charset: rapid.SampledFrom([]string{"", "UTF-8"}).Draw(t, "charset"), Value: any.Draw(t, "text")}
	}), 0, 3)
	slots := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Slot {
		return Slot{Name: any.Draw(t, "name"), Type: rapid.SampledFrom([]string{"", "t"}).Draw(t, "type"), Values: rapid.SliceOfN(any, 1, 3).Draw(t, "values")}
	}), 0, 4, func(s Slot) string { return s.Name })
	object := func(t *rapid.T, kind Kind, id string) Object {
		o := Object{Kind: kind, ID: id, Slots: slots.Draw(t, "slots"), Name: texts.Draw(t, "name"), Description: texts.Draw(t, "description"),
			VersionName: rapid.SampledFrom([]string{"", "3"}).Draw(t, "version"), Home: rapid.SampledFrom([]string{"", "urn:oid:1.2.3"}).Draw(t, "home")}
		if kind == KindSubmissionSet {
			o.Classifications = append(o.Classifications, Classification{ID: "mark", ClassifiedObject: id, Node: NodeSubmissionSet})
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "classifications") {
			o.Classifications = append(o.Classifications, Classification{ID: "c" + string(rune('0'+i)), ClassifiedObject: id, Scheme: SchemeDocumentEventCode,
				NodeRepresentation: any.Draw(t, "code"), Slots: slots.Draw(t, "code slots"), Name: texts.Draw(t, "display")})
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "identifiers") {
			o.ExternalIdentifiers = append(o.ExternalIdentifiers, ExternalIdentifier{ID: "x" + string(rune('0'+i)), RegistryObject: id, Scheme: SchemeDocumentUniqueID,
				Value: any.Draw(t, "value"), Name: texts.Draw(t, "identifier name")})
		}
		return o
	}
	rapid.Check(t, func(t *rapid.T) {
		d := &DocumentEntry{Object: object(t, KindDocument, "doc")}
		d.ObjectType, d.MimeType = Stable.URN(), "text/xml"
		a := &Association{Object: object(t, KindAssociation, "a"), TypeURN: HasMember.URN(), Type: HasMember, Source: "set", Target: "doc"}
		made := &Submission{SubmissionSet: &SubmissionSet{Object: object(t, KindSubmissionSet, "set")}, Documents: []*DocumentEntry{d}, Associations: []*Association{a}}
		first := made.AppendXML(nil)
		doc, err := xmltree.Parse(first, xmltree.SOAPLimits)
		if err != nil {
			t.Fatalf("what was written is not well-formed: %v\n%s", err, first)
		}
		read := ReadSubmission(doc.Root(), &rule.Report{})
		if diff := cmp.Diff(&d.Object, &read.Documents[0].Object, alike); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(&made.SubmissionSet.Object, &read.SubmissionSet.Object, alike); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(&a.Object, &read.Associations[0].Object, alike); diff != "" {
			t.Fatal(diff)
		}
		if second := read.AppendXML(nil); !bytes.Equal(first, second) {
			t.Fatalf("written again otherwise:\n%s\n%s", first, second)
		}
	})
}

// FuzzReadSubmission reads anything well-formed; whatever it read without an error must be written and read the same.
func FuzzReadSubmission(f *testing.F) {
	// Short seeds: the fuzzer minimises what it finds, and that takes the square of the length.
	const head, foot = `<q xmlns="` + NamespaceRIM + `"><RegistryObjectList>`, `</RegistryObjectList></q>`
	for _, seed := range []string{
		`<ExtrinsicObject id="d" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"><Slot name="size"><ValueList><Value>1</Value></ValueList></Slot></ExtrinsicObject>`,
		`<RegistryPackage id="s"><Name><LocalizedString value="x"/></Name><Classification id="c" classifiedObject="s" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/></RegistryPackage>`,
		`<Association id="a" associationType="urn:ihe:iti:2007:AssociationType:RPLC" sourceObject="d" targetObject="urn:uuid:00000000-0000-4000-8000-000000000001"/>`,
		`<ExtrinsicObject id="d"><Slot name="sourcePatientInfo"><ValueList><Value>PID-8|F</Value></ValueList></Slot><ExternalIdentifier id="x" registryObject="d" identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427" value="1^^^&amp;1.2&amp;ISO"/></ExtrinsicObject>`,
		`<ExtrinsicObject id="d"><Classification id="c" classifiedObject="d" classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" nodeRepresentation=""><Slot name="authorPerson"><ValueList><Value>1^A</Value></ValueList></Slot></Classification></ExtrinsicObject>`,
		`<RegistryPackage/><Association/><Classification/><ExtrinsicObject><Slot/></ExtrinsicObject>`,
	} {
		f.Add([]byte(head + seed + foot))
	}
	f.Add([]byte(`<a/>`))
	r := &Registry{cfg: Config{Affinity: Affinity{AssigningAuthorities: []string{"1.3.6.1.4.1.21367.13.20.1000"}}}}
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, err := xmltree.Parse(src, xmltree.SOAPLimits)
		if err != nil {
			return
		}
		report := &rule.Report{}
		sub := ReadSubmission(doc.Root(), report)
		written := sub.AppendXML(nil)
		c := &checker{registry: r, sub: sub, report: report}
		c.stateless()
		if report.Failed() {
			return
		}
		again, err := xmltree.Parse(written, xmltree.SOAPLimits)
		if err != nil {
			t.Fatalf("what was written is not well-formed: %v", err)
		}
		second := &rule.Report{}
		if more := ReadSubmission(again.Root(), second).AppendXML(nil); second.Failed() || !bytes.Equal(more, written) {
			t.Fatalf("read again otherwise: %v", second.Findings)
		}
		newLot(c, time.Unix(0, 0), nil)
	})
}

func BenchmarkSubmission(b *testing.B) {
	src := testMessage(b, "lot")
	r := &Registry{cfg: Config{Affinity: Affinity{AssigningAuthorities: []string{"1.3.6.1.4.1.21367.13.20.1000"}}}}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		doc, err := xmltree.Parse(src, xmltree.SOAPLimits)
		if err != nil {
			b.Fatal(err)
		}
		report := &rule.Report{}
		c := &checker{registry: r, report: report, sub: ReadSubmission(doc.Root(), report)}
		c.stateless()
		newLot(c, time.Unix(0, 0), nil)
		if report.Failed() {
			b.Fatal(report.Findings)
		}
		doc.Release()
	}
}
