package registry_test

import (
	"strings"
	"testing"

	"liasse/registry"
	"liasse/registry/storetest"
)

const otherPatient = "OTHER^^^&1.3.6.1.4.1.21367.13.20.1000&ISO"

// findWorld has three documents of one patient (one stable with every attribute, one stable with others and none of the
// optional, one on-demand), and one of another patient.
func findWorld(t testing.TB) *world {
	w := newWorld(t, nil)
	one := storetest.Document()
	one.ClassCode = registry.Code{Value: "class1", Scheme: "1.1"}
	one.TypeCode = registry.Code{Value: "type1", Scheme: "1.2"}
	one.PracticeSetting = registry.Code{Value: "practice1", Scheme: "1.3"}
	one.FacilityType = registry.Code{Value: "facility1", Scheme: "1.4"}
	one.FormatCode = registry.Code{Value: "format1", Scheme: "1.5"}
	one.ConfidentialityCodes = []registry.Code{{Value: "N", Scheme: "1.6"}, {Value: "M", Scheme: "1.6"}}
	one.EventCodes = []registry.Code{{Value: "event1", Scheme: "1.7"}, {Value: "event'2", Scheme: "1.7"}}
	one.CreationTime, one.ServiceStart, one.ServiceStop = "20240229120000", "20240301000000", "20240302000000"
	one.AuthorPersons = []string{"^Dupont^Éloïse^^^Dr", "801^DURAND^Jean^^^^^^&1.2.250.1.71.4.2.1&ISO"}
	one.ReferenceIDs = []string{"REF1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession", "REF_2^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order"}
	two := storetest.Document()
	two.ClassCode = registry.Code{Value: "class1", Scheme: "9.9"}
	two.ConfidentialityCodes = []registry.Code{{Value: "N", Scheme: "1.6"}}
	two.CreationTime = "20250101000000"
	two.AuthorPersons = []string{"^dupont^X"}
	two.Status = registry.Deprecated
	onDemand := storetest.Document()
	onDemand.ObjectType, onDemand.CreationTime, onDemand.Hash, onDemand.Size = registry.OnDemand, "", "", -1
	w.lot("P", storetest.PatientID(1), true, one, two, onDemand)
	other := storetest.Document()
	other.ClassCode = one.ClassCode
	w.lot("Q", otherPatient, true, other)
	return w
}

// patient and status are what every FindDocuments must have.
func patient(n int) slot { return with("$XDSDocumentEntryPatientId", quote(storetest.PatientID(n))) }

func status(value string) slot { return with("$XDSDocumentEntryStatus", value) }

const bothTypes = "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1','urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')"

func TestFindDocumentsEachParameter(t *testing.T) {
	w := findWorld(t)
	const (
		one, two, onDemand = "P.1", "P.2", "P.3"
		p                  = "$XDSDocumentEntry"
	)
	for _, c := range []struct {
		name  string
		slots []slot
		want  []string
	}{
		{"nothing else", nil, []string{one, two}},
		{"status approved", []slot{status(approved)}, []string{one}},
		{"status deprecated", []slot{status(deprecated)}, []string{two}},

		{"class", []slot{with(p+"ClassCode", "('class1^^1.1')")}, []string{one}},
		{"class, two", []slot{with(p+"ClassCode", "('class1^^1.1','class1^^9.9')")}, []string{one, two}},
		{"class, two Values", []slot{{p + "ClassCode", []string{"('class1^^1.1')", "('class1^^9.9')"}}}, []string{one, two}},
		{"class, other scheme", []slot{with(p+"ClassCode", "('class1^^1.2')")}, nil},
		{"type", []slot{with(p+"TypeCode", "('type1^^1.2')")}, []string{one}},
		{"type, none", []slot{with(p+"TypeCode", "('TYPE1^^1.2')")}, nil},
		{"practice", []slot{with(p+"PracticeSettingCode", "('practice1^^1.3')")}, []string{one}},
		{"practice, none", []slot{with(p+"PracticeSettingCode", "('x^^1.3')")}, nil},
		{"facility", []slot{with(p+"HealthcareFacilityTypeCode", "('facility1^^1.4')")}, []string{one}},
		{"facility, none", []slot{with(p+"HealthcareFacilityTypeCode", "('practice1^^1.3')")}, nil},
		{"format", []slot{with(p+"FormatCode", "('format1^^1.5')")}, []string{one}},
		{"format, none", []slot{with(p+"FormatCode", "('format1^^1')")}, nil},

		{"event", []slot{with(p+"EventCodeList", "('event1^^1.7')")}, []string{one}},
		{"event with an apostrophe", []slot{with(p+"EventCodeList", "('event''2^^1.7')")}, []string{one}},
		{"event or", []slot{with(p+"EventCodeList", "('event1^^1.7','none^^1.7')")}, []string{one}},
		{"event and", []slot{with(p+"EventCodeList", "('event1^^1.7')"), with(p+"EventCodeList", "('event''2^^1.7')")}, []string{one}},
		{"event and, none", []slot{with(p+"EventCodeList", "('event1^^1.7')"), with(p+"EventCodeList", "('none^^1.7')")}, nil},
		{"confidentiality", []slot{with(p+"ConfidentialityCode", "('N^^1.6')")}, []string{one, two}},
		{"confidentiality or", []slot{with(p+"ConfidentialityCode", "('M^^1.6','N^^1.6')")}, []string{one, two}},
		{"confidentiality and", []slot{with(p+"ConfidentialityCode", "('M^^1.6')"), with(p+"ConfidentialityCode", "('N^^1.6')")}, []string{one}},
		{"confidentiality, none", []slot{with(p+"ConfidentialityCode", "('V^^1.6')")}, nil},

		{"author, whole", []slot{with(p+"AuthorPerson", "('^Dupont^Éloïse^^^Dr')")}, []string{one}},
		{"author, any text", []slot{with(p+"AuthorPerson", "('%Dupont%')")}, []string{one}},
		{"author, one character", []slot{with(p+"AuthorPerson", "('^Dupont^_loïse%')")}, []string{one}},
		{"author, case matters", []slot{with(p+"AuthorPerson", "('%dupont%')")}, []string{two}},
		{"author, second", []slot{with(p+"AuthorPerson", "('801^%')")}, []string{one}},
		{"author, or", []slot{with(p+"AuthorPerson", "('%dupont%','801^%')")}, []string{one, two}},
		{"author, everybody", []slot{with(p+"AuthorPerson", "('%%%')")}, []string{one, two}},
		{"author, whole text counts", []slot{with(p+"AuthorPerson", "('Dupont')")}, nil},
		{"author, no other wildcards", []slot{with(p+"AuthorPerson", `('*Dupont*','?Dupont%','[^]Dupont%','\%')`)}, nil},

		{"created from, at the second", []slot{with(p+"CreationTimeFrom", "20240229120000")}, []string{one, two}},
		{"created from, a second later", []slot{with(p+"CreationTimeFrom", "20240229120001")}, []string{two}},
		{"created to, at the second", []slot{with(p+"CreationTimeTo", "20240229120000")}, nil},
		{"created to, a second later", []slot{with(p+"CreationTimeTo", "20240229120001")}, []string{one}},
		{"created in a month", []slot{with(p+"CreationTimeFrom", "202402"), with(p+"CreationTimeTo", "202403")}, []string{one}},
		{"created to a year", []slot{with(p+"CreationTimeTo", "2025")}, []string{one}},
		{"created from a year", []slot{with(p+"CreationTimeFrom", "2025")}, []string{two}},
		{"created, quoted", []slot{with(p+"CreationTimeFrom", "'2025'")}, []string{two}},
		{"created, backwards", []slot{with(p+"CreationTimeFrom", "2025"), with(p+"CreationTimeTo", "2024")}, nil},
		{"created does not judge on-demand", []slot{with(p+"CreationTimeFrom", "2030"), with(p+"Type", bothTypes)}, []string{onDemand}},
		{"started from", []slot{with(p+"ServiceStartTimeFrom", "20240301000000")}, []string{one, two}},
		{"started later; none passes", []slot{with(p+"ServiceStartTimeFrom", "20240301000001")}, []string{two}},
		{"started to", []slot{with(p+"ServiceStartTimeTo", "20240301")}, []string{two}},
		{"stopped from", []slot{with(p+"ServiceStopTimeFrom", "20240302")}, []string{one, two}},
		{"stopped later; none passes", []slot{with(p+"ServiceStopTimeFrom", "20240302000001")}, []string{two}},
		{"stopped to", []slot{with(p+"ServiceStopTimeTo", "20240302000001")}, []string{one, two}},

		{"stable", []slot{with(p+"Type", "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')")}, []string{one, two}},
		{"on-demand", []slot{with(p+"Type", "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')")}, []string{onDemand}},
		{"both types", []slot{with(p+"Type", bothTypes)}, []string{one, two, onDemand}},
		{"unknown type", []slot{with(p+"Type", "('urn:uuid:00000000-054d-47f2-a032-9b2a5b5186c1')")}, nil},

		{"online", []slot{with(p+"DocumentAvailability", "('urn:ihe:iti:2010:DocumentAvailability:Online')")}, []string{one, two}},
		{"offline", []slot{with(p+"DocumentAvailability", "('urn:ihe:iti:2010:DocumentAvailability:Offline')"), with("$MetadataLevel", "2")}, nil},
		{"level 2", []slot{with("$MetadataLevel", "2")}, []string{one, two}},

		{"unknown parameter", []slot{with("$XDSDocumentEntryColour", "('blue')"), with("urn:vendor:x", "1")}, []string{one, two}},
		{"parameter of another query", []slot{with("$XDSFolderCodeList", "('x^^1')")}, []string{one, two}},
	} {
		t.Run(c.name, func(t *testing.T) {
			slots := append([]slot{patient(1)}, c.slots...)
			if len(c.slots) == 0 || c.slots[0].name != "$XDSDocumentEntryStatus" {
				slots = append(slots, status(bothStatus))
			}
			w.expect(t, c.want, "FindDocuments", slots...)
		})
	}
}

func TestFindDocumentsByReferenceId(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSDocumentEntryReferenceIdList"
	first, second := "REF1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession", "REF_2^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order"
	for _, c := range []struct {
		name  string
		slots []slot
		want  []string
	}{
		{"one", []slot{with(p, list(first))}, []string{"P.1"}},
		{"or", []slot{with(p, list("none", second))}, []string{"P.1"}},
		{"and", []slot{with(p, list(first)), with(p, list(second))}, []string{"P.1"}},
		{"and, none", []slot{with(p, list(first)), with(p, list("none"))}, nil},
		{"wildcards are text", []slot{with(p, list("REF%", "REF_^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession"))}, nil},
		{"with a class", []slot{with(p, list(first)), with("$XDSDocumentEntryClassCode", "('class1^^9.9')")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			slots := append([]slot{patient(1), status(bothStatus)}, c.slots...)
			w.expect(t, c.want, "FindDocumentsByReferenceId", slots...)
			w.expect(t, c.want, "FindDocumentsByReferenceIdForMultiplePatients", append(slots[1:], with("$XDSDocumentEntryPatientId", list(storetest.PatientID(1))))...)
			w.expect(t, c.want, "FindDocumentsByReferenceIdForMultiplePatients", slots[1:]...)
		})
	}
}

func TestFindDocumentsExclude(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSDocumentEntry"
	for _, c := range []struct {
		name  string
		slots []slot
		want  []string
	}{
		{"nothing excluded", nil, []string{"P.1", "P.2"}},
		{"class", []slot{with(p+"ClassCodeExclude", "('class1^^1.1')")}, []string{"P.2"}},
		{"class, unknown code", []slot{with(p+"ClassCodeExclude", "('none^^1.1')")}, []string{"P.1", "P.2"}},
		{"type code", []slot{with(p+"TypeCodeExclude", "('type1^^1.2')")}, []string{"P.2"}},
		{"practice", []slot{with(p+"PracticeSettingCodeExclude", "('practice1^^1.3')")}, []string{"P.2"}},
		{"facility", []slot{with(p+"HealthcareFacilityTypeCodeExclude", "('facility1^^1.4')")}, []string{"P.2"}},
		{"format", []slot{with(p+"FormatCodeExclude", "('format1^^1.5')")}, []string{"P.2"}},
		{"event", []slot{with(p+"EventCodeListExclude", "('event1^^1.7')")}, []string{"P.2"}},
		{"confidentiality", []slot{with(p+"ConfidentialityCodeExclude", "('M^^1.6')")}, []string{"P.2"}},
		{"confidentiality, all", []slot{with(p+"ConfidentialityCodeExclude", "('M^^1.6')"), with(p+"ConfidentialityCodeExclude", "('N^^1.6')")}, nil},
		{"author", []slot{with(p+"AuthorPersonExclude", "('%Dupont%')")}, []string{"P.2"}},
		{"stable", []slot{with(p+"TypeExclude", "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')")}, []string{"P.3"}},
		{"on-demand", []slot{with(p+"TypeExclude", "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')")}, []string{"P.1", "P.2"}},
		{"both types", []slot{with(p+"TypeExclude", bothTypes)}, nil},
		{"reference", []slot{with(p+"ReferenceIdListExclude", list("REF1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession"))}, []string{"P.2"}},
		{"reference, positive", []slot{with(p+"ReferenceIdList", list("REF1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession"))}, []string{"P.1"}},
		{"both ways", []slot{with(p+"ClassCode", "('class1^^1.1','class1^^9.9')"), with(p+"FormatCodeExclude", "('format1^^1.5')")}, []string{"P.2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.expect(t, c.want, "FindDocumentsExclude", append([]slot{patient(1), status(bothStatus)}, c.slots...)...)
		})
	}
}

func TestFindForMultiplePatients(t *testing.T) {
	w := findWorld(t)
	both := list(storetest.PatientID(1), otherPatient)
	docs := func(slots ...slot) []slot { return append(slots, status(bothStatus)) }
	w.expect(t, []string{"P.1", "P.2", "Q.1"}, "FindDocumentsForMultiplePatients", docs(with("$XDSDocumentEntryPatientId", both))...)
	w.expect(t, []string{"Q.1"}, "FindDocumentsForMultiplePatients", docs(with("$XDSDocumentEntryPatientId", list(otherPatient)))...)
	w.expect(t, []string{"P.1", "Q.1"}, "FindDocumentsForMultiplePatients", docs(with("$XDSDocumentEntryClassCode", "('class1^^1.1')"))...)
	w.expect(t, []string{"P.1"}, "FindDocumentsForMultiplePatients", docs(with("$XDSDocumentEntryEventCodeList", "('event1^^1.7')"))...)
	w.expect(t, []string{"P.1"}, "FindDocumentsForMultiplePatients", docs(with("$XDSDocumentEntryHealthcareFacilityTypeCode", "('facility1^^1.4')"))...)
	w.expect(t, nil, "FindDocumentsForMultiplePatients", docs(with("$XDSDocumentEntryPatientId", list(storetest.PatientID(99))))...)

	folders := func(slots ...slot) []slot { return append(slots, with("$XDSFolderStatus", approved)) }
	w.expect(t, []string{"P.fol", "Q.fol"}, "FindFoldersForMultiplePatients", folders(with("$XDSFolderPatientId", both))...)
	w.expect(t, []string{"P.fol", "Q.fol"}, "FindFoldersForMultiplePatients", folders(with("$XDSFolderCodeList", "('SUIVI^^1.2.250.1.999.4')"))...)
	w.expect(t, nil, "FindFoldersForMultiplePatients", folders(with("$XDSFolderPatientId", both), with("$XDSFolderCodeList", "('none^^1')"))...)
}

func TestFindSubmissionSets(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSSubmissionSet"
	for _, c := range []struct {
		name string
		slot slot
		want []string
	}{
		{"nothing else", with("$MetadataLevel", "1"), []string{"P.ss"}},
		{"source", with(p+"SourceId", list("1.2.3", "1.3.6.1.4.1.21367.2005.3.7")), []string{"P.ss"}},
		{"source, none", with(p+"SourceId", list("1.2.3")), nil},
		{"from, at the second", with(p+"SubmissionTimeFrom", "20261122101500"), []string{"P.ss"}},
		{"from, later", with(p+"SubmissionTimeFrom", "20261122101501"), nil},
		{"to, at the second", with(p+"SubmissionTimeTo", "20261122101500"), nil},
		{"to, later", with(p+"SubmissionTimeTo", "20261123"), []string{"P.ss"}},
		{"author", with(p+"AuthorPerson", "'%^DUPONT^%'"), []string{"P.ss"}},
		{"author, none", with(p+"AuthorPerson", "'%^Dupont^%'"), nil},
		{"content type", with(p+"ContentType", "('04^^1.2.250.1.213.2.2')"), []string{"P.ss"}},
		{"content type, none", with(p+"ContentType", "('05^^1.2.250.1.213.2.2')"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.expect(t, c.want, "FindSubmissionSets", with(p+"PatientId", quote(storetest.PatientID(1))), with(p+"Status", approved), c.slot)
		})
	}
	w.expect(t, nil, "FindSubmissionSets", with(p+"PatientId", quote(storetest.PatientID(1))), with(p+"Status", deprecated))
}

func TestFindFolders(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSFolder"
	for _, c := range []struct {
		name  string
		slots []slot
		want  []string
	}{
		{"nothing else", nil, []string{"P.fol"}},
		{"from, at the second", []slot{with(p+"LastUpdateTimeFrom", "20261122101500")}, []string{"P.fol"}},
		{"from, later", []slot{with(p+"LastUpdateTimeFrom", "20261122101501")}, nil},
		{"to, at the second", []slot{with(p+"LastUpdateTimeTo", "20261122101500")}, nil},
		{"to, later", []slot{with(p+"LastUpdateTimeTo", "20261122101501")}, []string{"P.fol"}},
		{"code", []slot{with(p+"CodeList", "('SUIVI^^1.2.250.1.999.4')")}, []string{"P.fol"}},
		{"code or", []slot{with(p+"CodeList", "('x^^1','SUIVI^^1.2.250.1.999.4')")}, []string{"P.fol"}},
		{"code and, none", []slot{with(p+"CodeList", "('x^^1')"), with(p+"CodeList", "('SUIVI^^1.2.250.1.999.4')")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.expect(t, c.want, "FindFolders", append([]slot{with(p+"PatientId", quote(storetest.PatientID(1))), with(p+"Status", approved)}, c.slots...)...)
		})
	}
	w.expect(t, nil, "FindFolders", with(p+"PatientId", quote(storetest.PatientID(1))), with(p+"Status", deprecated))
}

func TestGetAll(t *testing.T) {
	w := findWorld(t)
	base := func(documents, sets, folders string, more ...slot) []slot {
		return append([]slot{with("$patientId", quote(storetest.PatientID(1))), with("$XDSDocumentEntryStatus", documents),
			with("$XDSSubmissionSetStatus", sets), with("$XDSFolderStatus", folders)}, more...)
	}
	// Whatever touches the SubmissionSet or the Folder is answered, even when its other end is not.
	everything := []string{
		"P.ss", "P.fol", "P.ss>P.fol",
		"P.ss>P.1", "P.fol>P.1", "P.ss>P.fol>P.1",
		"P.ss>P.2", "P.fol>P.2", "P.ss>P.fol>P.2",
		"P.ss>P.3", "P.fol>P.3", "P.ss>P.fol>P.3",
	}
	and := func(more ...string) []string { return append(append([]string{}, everything...), more...) }
	w.expect(t, and("P.1", "P.2"), "GetAll", base(bothStatus, approved, approved)...)
	w.expect(t, and("P.1"), "GetAll", base(approved, approved, approved)...)
	w.expect(t, and("P.2"), "GetAll", base(deprecated, approved, approved)...)
	w.expect(t, and("P.1", "P.2", "P.3"), "GetAll", base(bothStatus, approved, approved, with("$XDSDocumentEntryType", bothTypes))...)
	w.expect(t, and("P.1"), "GetAll", base(bothStatus, approved, approved, with("$XDSDocumentEntryFormatCode", "('format1^^1.5')"))...)
	w.expect(t, and("P.1"), "GetAll", base(bothStatus, approved, approved,
		with("$XDSDocumentEntryConfidentialityCode", "('N^^1.6')"), with("$XDSDocumentEntryConfidentialityCode", "('M^^1.6')"))...)
	w.expect(t, everything, "GetAll", base(bothStatus, approved, approved, with("$XDSDocumentEntryConfidentialityCode", "('V^^1.6')"))...)
	w.expect(t, []string{"P.1", "P.ss>P.1", "P.fol>P.1"}, "GetAll", base(approved, deprecated, deprecated)...)
}

// TestInjection sends what would be SQL, patterns or markup anywhere else: as values they are text that nothing has.
func TestInjection(t *testing.T) {
	w := findWorld(t)
	hostile := []string{
		`'`, `''`, `' OR 1=1--`, `' OR '1'='1`, `'); DROP TABLE document;--`, `\`, `\'`, `%`, `_`, `%%`, `;`, `?`, `$1`, `:x`, `@x`, `*`, `[a-z]`,
		`" OR ""="`, `1; SELECT pg_sleep(10)`, `UNION SELECT * FROM document`, `'||'`, `/**/`, `<script>alert(1)</script>`, `&amp;`, `]]>`,
		"\u2028", "\u202e", "ﬀ", "𝒳", "\ufffd", `${jndi:ldap://x}`, `{{7*7}}`, strings.Repeat("A", 10000), strings.Repeat("'", 999),
	}
	for _, value := range hostile {
		for _, c := range []struct {
			query string
			slots []slot
		}{
			{"GetDocuments", []slot{with("$XDSDocumentEntryUniqueId", list(value))}},
			{"GetDocuments", []slot{with("$XDSDocumentEntryEntryUUID", list(value, value+"x"))}},
			{"GetFolders", []slot{with("$XDSFolderUniqueId", list(value))}},
			{"GetAssociations", []slot{with("$uuid", list(value))}},
			{"GetSubmissionSetAndContents", []slot{with("$XDSSubmissionSetUniqueId", quote(value))}},
			{"FindSubmissionSets", []slot{with("$XDSSubmissionSetPatientId", quote(storetest.PatientID(1))), with("$XDSSubmissionSetStatus", approved),
				with("$XDSSubmissionSetSourceId", list(value))}},
			{"FindDocumentsByReferenceId", []slot{patient(1), status(bothStatus), with("$XDSDocumentEntryReferenceIdList", list(value))}},
			{"FindDocuments", []slot{patient(1), status(bothStatus), with("$XDSDocumentEntryClassCode", list(strings.ReplaceAll(value, "^", "")+"^^1.1"))}},
			{"FindDocuments", []slot{patient(1), status(bothStatus), with("$XDSDocumentEntryClassCode", list("class1^^"+strings.ReplaceAll(value, "^", "")))}},
		} {
			if got := w.query(c.query, "LeafClass", c.slots...); got.status != "Success" || len(got.names) != 0 {
				t.Errorf("%s with %.40q: %s %v %v", c.query, value, got.status, got.codes, got.names)
			}
		}
		switch value {
		case "%", "%%":
		default:
			if len(value) > 4096 {
				continue
			}
			if got := w.query("FindDocuments", "LeafClass", patient(1), status(bothStatus), with("$XDSDocumentEntryAuthorPerson", list(value))); got.status != "Success" || len(got.names) != 0 {
				t.Errorf("author %.40q: %s %v %v", value, got.status, got.codes, got.names)
			}
		}
	}
	w.expect(t, []string{"P.1", "P.2"}, "FindDocuments", patient(1), status(bothStatus))
}
