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

// ofPatient and ofStatus are what every FindDocuments must have.
func ofPatient(n int) querySlot {
	return param("$XDSDocumentEntryPatientId", quoted(storetest.PatientID(n)))
}

func ofStatus(value string) querySlot { return param("$XDSDocumentEntryStatus", value) }

const bothTypes = "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1','urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')"

func TestFindDocumentsEachParameter(t *testing.T) {
	w := findWorld(t)
	const (
		one, two, onDemand = "P.1", "P.2", "P.3"
		p                  = "$XDSDocumentEntry"
	)
	for _, c := range []struct {
		name  string
		slots []querySlot
		want  []string
	}{
		{"nothing else", nil, []string{one, two}},
		{"status approved", []querySlot{ofStatus(approvedList)}, []string{one}},
		{"status deprecated", []querySlot{ofStatus(deprecatedList)}, []string{two}},

		{"class", []querySlot{param(p+"ClassCode", "('class1^^1.1')")}, []string{one}},
		{"class, two", []querySlot{param(p+"ClassCode", "('class1^^1.1','class1^^9.9')")}, []string{one, two}},
		{"class, two Values", []querySlot{{p + "ClassCode", []string{"('class1^^1.1')", "('class1^^9.9')"}}}, []string{one, two}},
		{"class, other scheme", []querySlot{param(p+"ClassCode", "('class1^^1.2')")}, nil},
		{"type", []querySlot{param(p+"TypeCode", "('type1^^1.2')")}, []string{one}},
		{"type, none", []querySlot{param(p+"TypeCode", "('TYPE1^^1.2')")}, nil},
		{"practice", []querySlot{param(p+"PracticeSettingCode", "('practice1^^1.3')")}, []string{one}},
		{"practice, none", []querySlot{param(p+"PracticeSettingCode", "('x^^1.3')")}, nil},
		{"facility", []querySlot{param(p+"HealthcareFacilityTypeCode", "('facility1^^1.4')")}, []string{one}},
		{"facility, none", []querySlot{param(p+"HealthcareFacilityTypeCode", "('practice1^^1.3')")}, nil},
		{"format", []querySlot{param(p+"FormatCode", "('format1^^1.5')")}, []string{one}},
		{"format, none", []querySlot{param(p+"FormatCode", "('format1^^1')")}, nil},

		{"event", []querySlot{param(p+"EventCodeList", "('event1^^1.7')")}, []string{one}},
		{"event with an apostrophe", []querySlot{param(p+"EventCodeList", "('event''2^^1.7')")}, []string{one}},
		{"event or", []querySlot{param(p+"EventCodeList", "('event1^^1.7','none^^1.7')")}, []string{one}},
		{"event and", []querySlot{param(p+"EventCodeList", "('event1^^1.7')"), param(p+"EventCodeList", "('event''2^^1.7')")}, []string{one}},
		{"event and, none", []querySlot{param(p+"EventCodeList", "('event1^^1.7')"), param(p+"EventCodeList", "('none^^1.7')")}, nil},
		{"confidentiality", []querySlot{param(p+"ConfidentialityCode", "('N^^1.6')")}, []string{one, two}},
		{"confidentiality or", []querySlot{param(p+"ConfidentialityCode", "('M^^1.6','N^^1.6')")}, []string{one, two}},
		{"confidentiality and", []querySlot{param(p+"ConfidentialityCode", "('M^^1.6')"), param(p+"ConfidentialityCode", "('N^^1.6')")}, []string{one}},
		{"confidentiality, none", []querySlot{param(p+"ConfidentialityCode", "('V^^1.6')")}, nil},

		{"author, whole", []querySlot{param(p+"AuthorPerson", "('^Dupont^Éloïse^^^Dr')")}, []string{one}},
		{"author, any text", []querySlot{param(p+"AuthorPerson", "('%Dupont%')")}, []string{one}},
		{"author, one character", []querySlot{param(p+"AuthorPerson", "('^Dupont^_loïse%')")}, []string{one}},
		{"author, case matters", []querySlot{param(p+"AuthorPerson", "('%dupont%')")}, []string{two}},
		{"author, second", []querySlot{param(p+"AuthorPerson", "('801^%')")}, []string{one}},
		{"author, or", []querySlot{param(p+"AuthorPerson", "('%dupont%','801^%')")}, []string{one, two}},
		{"author, everybody", []querySlot{param(p+"AuthorPerson", "('%%%')")}, []string{one, two}},
		{"author, whole text counts", []querySlot{param(p+"AuthorPerson", "('Dupont')")}, nil},
		{"author, no other wildcards", []querySlot{param(p+"AuthorPerson", `('*Dupont*','?Dupont%','[^]Dupont%','\%')`)}, nil},

		{"created from, at the second", []querySlot{param(p+"CreationTimeFrom", "20240229120000")}, []string{one, two}},
		{"created from, a second later", []querySlot{param(p+"CreationTimeFrom", "20240229120001")}, []string{two}},
		{"created to, at the second", []querySlot{param(p+"CreationTimeTo", "20240229120000")}, nil},
		{"created to, a second later", []querySlot{param(p+"CreationTimeTo", "20240229120001")}, []string{one}},
		{"created in a month", []querySlot{param(p+"CreationTimeFrom", "202402"), param(p+"CreationTimeTo", "202403")}, []string{one}},
		{"created to a year", []querySlot{param(p+"CreationTimeTo", "2025")}, []string{one}},
		{"created from a year", []querySlot{param(p+"CreationTimeFrom", "2025")}, []string{two}},
		{"created, quoted", []querySlot{param(p+"CreationTimeFrom", "'2025'")}, []string{two}},
		{"created, backwards", []querySlot{param(p+"CreationTimeFrom", "2025"), param(p+"CreationTimeTo", "2024")}, nil},
		{"created does not judge on-demand", []querySlot{param(p+"CreationTimeFrom", "2030"), param(p+"Type", bothTypes)}, []string{onDemand}},
		{"started from", []querySlot{param(p+"ServiceStartTimeFrom", "20240301000000")}, []string{one, two}},
		{"started later; none passes", []querySlot{param(p+"ServiceStartTimeFrom", "20240301000001")}, []string{two}},
		{"started to", []querySlot{param(p+"ServiceStartTimeTo", "20240301")}, []string{two}},
		{"stopped from", []querySlot{param(p+"ServiceStopTimeFrom", "20240302")}, []string{one, two}},
		{"stopped later; none passes", []querySlot{param(p+"ServiceStopTimeFrom", "20240302000001")}, []string{two}},
		{"stopped to", []querySlot{param(p+"ServiceStopTimeTo", "20240302000001")}, []string{one, two}},

		{"stable", []querySlot{param(p+"Type", "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')")}, []string{one, two}},
		{"on-demand", []querySlot{param(p+"Type", "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')")}, []string{onDemand}},
		{"both types", []querySlot{param(p+"Type", bothTypes)}, []string{one, two, onDemand}},
		{"unknown type", []querySlot{param(p+"Type", "('urn:uuid:00000000-054d-47f2-a032-9b2a5b5186c1')")}, nil},

		{"online", []querySlot{param(p+"DocumentAvailability", "('urn:ihe:iti:2010:DocumentAvailability:Online')")}, []string{one, two}},
		{"offline", []querySlot{param(p+"DocumentAvailability", "('urn:ihe:iti:2010:DocumentAvailability:Offline')"), param("$MetadataLevel", "2")}, nil},
		{"level 2", []querySlot{param("$MetadataLevel", "2")}, []string{one, two}},

		{"unknown parameter", []querySlot{param("$XDSDocumentEntryColour", "('blue')"), param("urn:vendor:x", "1")}, []string{one, two}},
		{"parameter of another query", []querySlot{param("$XDSFolderCodeList", "('x^^1')")}, []string{one, two}},
	} {
		t.Run(c.name, func(t *testing.T) {
			slots := append([]querySlot{ofPatient(1)}, c.slots...)
			if len(c.slots) == 0 || c.slots[0].name != "$XDSDocumentEntryStatus" {
				slots = append(slots, ofStatus(bothStatuses))
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
		slots []querySlot
		want  []string
	}{
		{"one", []querySlot{param(p, quotedList(first))}, []string{"P.1"}},
		{"or", []querySlot{param(p, quotedList("none", second))}, []string{"P.1"}},
		{"and", []querySlot{param(p, quotedList(first)), param(p, quotedList(second))}, []string{"P.1"}},
		{"and, none", []querySlot{param(p, quotedList(first)), param(p, quotedList("none"))}, nil},
		{"wildcards are text", []querySlot{param(p, quotedList("REF%", "REF_^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession"))}, nil},
		{"with a class", []querySlot{param(p, quotedList(first)), param("$XDSDocumentEntryClassCode", "('class1^^9.9')")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			slots := append([]querySlot{ofPatient(1), ofStatus(bothStatuses)}, c.slots...)
			w.expect(t, c.want, "FindDocumentsByReferenceId", slots...)
			w.expect(t, c.want, "FindDocumentsByReferenceIdForMultiplePatients", append(slots[1:], param("$XDSDocumentEntryPatientId", quotedList(storetest.PatientID(1))))...)
			w.expect(t, c.want, "FindDocumentsByReferenceIdForMultiplePatients", slots[1:]...)
		})
	}
}

func TestFindDocumentsExclude(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSDocumentEntry"
	for _, c := range []struct {
		name  string
		slots []querySlot
		want  []string
	}{
		{"nothing excluded", nil, []string{"P.1", "P.2"}},
		{"class", []querySlot{param(p+"ClassCodeExclude", "('class1^^1.1')")}, []string{"P.2"}},
		{"class, unknown code", []querySlot{param(p+"ClassCodeExclude", "('none^^1.1')")}, []string{"P.1", "P.2"}},
		{"type code", []querySlot{param(p+"TypeCodeExclude", "('type1^^1.2')")}, []string{"P.2"}},
		{"practice", []querySlot{param(p+"PracticeSettingCodeExclude", "('practice1^^1.3')")}, []string{"P.2"}},
		{"facility", []querySlot{param(p+"HealthcareFacilityTypeCodeExclude", "('facility1^^1.4')")}, []string{"P.2"}},
		{"format", []querySlot{param(p+"FormatCodeExclude", "('format1^^1.5')")}, []string{"P.2"}},
		{"event", []querySlot{param(p+"EventCodeListExclude", "('event1^^1.7')")}, []string{"P.2"}},
		{"confidentiality", []querySlot{param(p+"ConfidentialityCodeExclude", "('M^^1.6')")}, []string{"P.2"}},
		{"confidentiality, all", []querySlot{param(p+"ConfidentialityCodeExclude", "('M^^1.6')"), param(p+"ConfidentialityCodeExclude", "('N^^1.6')")}, nil},
		{"author", []querySlot{param(p+"AuthorPersonExclude", "('%Dupont%')")}, []string{"P.2"}},
		{"stable", []querySlot{param(p+"TypeExclude", "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')")}, []string{"P.3"}},
		{"on-demand", []querySlot{param(p+"TypeExclude", "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')")}, []string{"P.1", "P.2"}},
		{"both types", []querySlot{param(p+"TypeExclude", bothTypes)}, nil},
		{"reference", []querySlot{param(p+"ReferenceIdListExclude", quotedList("REF1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession"))}, []string{"P.2"}},
		{"reference, positive", []querySlot{param(p+"ReferenceIdList", quotedList("REF1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession"))}, []string{"P.1"}},
		{"both ways", []querySlot{param(p+"ClassCode", "('class1^^1.1','class1^^9.9')"), param(p+"FormatCodeExclude", "('format1^^1.5')")}, []string{"P.2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.expect(t, c.want, "FindDocumentsExclude", append([]querySlot{ofPatient(1), ofStatus(bothStatuses)}, c.slots...)...)
		})
	}
}

func TestFindForMultiplePatients(t *testing.T) {
	w := findWorld(t)
	both := quotedList(storetest.PatientID(1), otherPatient)
	docs := func(slots ...querySlot) []querySlot { return append(slots, ofStatus(bothStatuses)) }
	w.expect(t, []string{"P.1", "P.2", "Q.1"}, "FindDocumentsForMultiplePatients", docs(param("$XDSDocumentEntryPatientId", both))...)
	w.expect(t, []string{"Q.1"}, "FindDocumentsForMultiplePatients", docs(param("$XDSDocumentEntryPatientId", quotedList(otherPatient)))...)
	w.expect(t, []string{"P.1", "Q.1"}, "FindDocumentsForMultiplePatients", docs(param("$XDSDocumentEntryClassCode", "('class1^^1.1')"))...)
	w.expect(t, []string{"P.1"}, "FindDocumentsForMultiplePatients", docs(param("$XDSDocumentEntryEventCodeList", "('event1^^1.7')"))...)
	w.expect(t, []string{"P.1"}, "FindDocumentsForMultiplePatients", docs(param("$XDSDocumentEntryHealthcareFacilityTypeCode", "('facility1^^1.4')"))...)
	w.expect(t, nil, "FindDocumentsForMultiplePatients", docs(param("$XDSDocumentEntryPatientId", quotedList(storetest.PatientID(99))))...)

	folders := func(slots ...querySlot) []querySlot { return append(slots, param("$XDSFolderStatus", approvedList)) }
	w.expect(t, []string{"P.fol", "Q.fol"}, "FindFoldersForMultiplePatients", folders(param("$XDSFolderPatientId", both))...)
	w.expect(t, []string{"P.fol", "Q.fol"}, "FindFoldersForMultiplePatients", folders(param("$XDSFolderCodeList", "('SUIVI^^1.2.250.1.999.4')"))...)
	w.expect(t, nil, "FindFoldersForMultiplePatients", folders(param("$XDSFolderPatientId", both), param("$XDSFolderCodeList", "('none^^1')"))...)
}

func TestFindSubmissionSets(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSSubmissionSet"
	for _, c := range []struct {
		name  string
		asked querySlot
		want  []string
	}{
		{"nothing else", param("$MetadataLevel", "1"), []string{"P.ss"}},
		{"source", param(p+"SourceId", quotedList("1.2.3", "1.3.6.1.4.1.21367.2005.3.7")), []string{"P.ss"}},
		{"source, none", param(p+"SourceId", quotedList("1.2.3")), nil},
		{"from, at the second", param(p+"SubmissionTimeFrom", "20261122101500"), []string{"P.ss"}},
		{"from, later", param(p+"SubmissionTimeFrom", "20261122101501"), nil},
		{"to, at the second", param(p+"SubmissionTimeTo", "20261122101500"), nil},
		{"to, later", param(p+"SubmissionTimeTo", "20261123"), []string{"P.ss"}},
		{"author", param(p+"AuthorPerson", "'%^DUPONT^%'"), []string{"P.ss"}},
		{"author, none", param(p+"AuthorPerson", "'%^Dupont^%'"), nil},
		{"content type", param(p+"ContentType", "('04^^1.2.250.1.213.2.2')"), []string{"P.ss"}},
		{"content type, none", param(p+"ContentType", "('05^^1.2.250.1.213.2.2')"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.expect(t, c.want, "FindSubmissionSets", param(p+"PatientId", quoted(storetest.PatientID(1))), param(p+"Status", approvedList), c.asked)
		})
	}
	w.expect(t, nil, "FindSubmissionSets", param(p+"PatientId", quoted(storetest.PatientID(1))), param(p+"Status", deprecatedList))
}

func TestFindFolders(t *testing.T) {
	w := findWorld(t)
	const p = "$XDSFolder"
	for _, c := range []struct {
		name  string
		slots []querySlot
		want  []string
	}{
		{"nothing else", nil, []string{"P.fol"}},
		{"from, at the second", []querySlot{param(p+"LastUpdateTimeFrom", "20261122101500")}, []string{"P.fol"}},
		{"from, later", []querySlot{param(p+"LastUpdateTimeFrom", "20261122101501")}, nil},
		{"to, at the second", []querySlot{param(p+"LastUpdateTimeTo", "20261122101500")}, nil},
		{"to, later", []querySlot{param(p+"LastUpdateTimeTo", "20261122101501")}, []string{"P.fol"}},
		{"code", []querySlot{param(p+"CodeList", "('SUIVI^^1.2.250.1.999.4')")}, []string{"P.fol"}},
		{"code or", []querySlot{param(p+"CodeList", "('x^^1','SUIVI^^1.2.250.1.999.4')")}, []string{"P.fol"}},
		{"code and, none", []querySlot{param(p+"CodeList", "('x^^1')"), param(p+"CodeList", "('SUIVI^^1.2.250.1.999.4')")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.expect(t, c.want, "FindFolders", append([]querySlot{param(p+"PatientId", quoted(storetest.PatientID(1))), param(p+"Status", approvedList)}, c.slots...)...)
		})
	}
	w.expect(t, nil, "FindFolders", param(p+"PatientId", quoted(storetest.PatientID(1))), param(p+"Status", deprecatedList))
}

func TestGetAll(t *testing.T) {
	w := findWorld(t)
	base := func(documents, sets, folders string, more ...querySlot) []querySlot {
		return append([]querySlot{param("$patientId", quoted(storetest.PatientID(1))), param("$XDSDocumentEntryStatus", documents),
			param("$XDSSubmissionSetStatus", sets), param("$XDSFolderStatus", folders)}, more...)
	}
	// Whatever touches the SubmissionSet or the Folder is answered, even when its other end is not.
	everything := []string{
		"P.ss", "P.fol", "P.ss>P.fol",
		"P.ss>P.1", "P.fol>P.1", "P.ss>P.fol>P.1",
		"P.ss>P.2", "P.fol>P.2", "P.ss>P.fol>P.2",
		"P.ss>P.3", "P.fol>P.3", "P.ss>P.fol>P.3",
	}
	and := func(more ...string) []string { return append(append([]string{}, everything...), more...) }
	w.expect(t, and("P.1", "P.2"), "GetAll", base(bothStatuses, approvedList, approvedList)...)
	w.expect(t, and("P.1"), "GetAll", base(approvedList, approvedList, approvedList)...)
	w.expect(t, and("P.2"), "GetAll", base(deprecatedList, approvedList, approvedList)...)
	w.expect(t, and("P.1", "P.2", "P.3"), "GetAll", base(bothStatuses, approvedList, approvedList, param("$XDSDocumentEntryType", bothTypes))...)
	w.expect(t, and("P.1"), "GetAll", base(bothStatuses, approvedList, approvedList, param("$XDSDocumentEntryFormatCode", "('format1^^1.5')"))...)
	w.expect(t, and("P.1"), "GetAll", base(bothStatuses, approvedList, approvedList,
		param("$XDSDocumentEntryConfidentialityCode", "('N^^1.6')"), param("$XDSDocumentEntryConfidentialityCode", "('M^^1.6')"))...)
	w.expect(t, everything, "GetAll", base(bothStatuses, approvedList, approvedList, param("$XDSDocumentEntryConfidentialityCode", "('V^^1.6')"))...)
	w.expect(t, []string{"P.1", "P.ss>P.1", "P.fol>P.1"}, "GetAll", base(approvedList, deprecatedList, deprecatedList)...)
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
			slots []querySlot
		}{
			{"GetDocuments", []querySlot{param("$XDSDocumentEntryUniqueId", quotedList(value))}},
			{"GetDocuments", []querySlot{param("$XDSDocumentEntryEntryUUID", quotedList(value, value+"x"))}},
			{"GetFolders", []querySlot{param("$XDSFolderUniqueId", quotedList(value))}},
			{"GetAssociations", []querySlot{param("$uuid", quotedList(value))}},
			{"GetSubmissionSetAndContents", []querySlot{param("$XDSSubmissionSetUniqueId", quoted(value))}},
			{"FindSubmissionSets", []querySlot{param("$XDSSubmissionSetPatientId", quoted(storetest.PatientID(1))), param("$XDSSubmissionSetStatus", approvedList),
				param("$XDSSubmissionSetSourceId", quotedList(value))}},
			{"FindDocumentsByReferenceId", []querySlot{ofPatient(1), ofStatus(bothStatuses), param("$XDSDocumentEntryReferenceIdList", quotedList(value))}},
			{"FindDocuments", []querySlot{ofPatient(1), ofStatus(bothStatuses), param("$XDSDocumentEntryClassCode", quotedList(strings.ReplaceAll(value, "^", "")+"^^1.1"))}},
			{"FindDocuments", []querySlot{ofPatient(1), ofStatus(bothStatuses), param("$XDSDocumentEntryClassCode", quotedList("class1^^"+strings.ReplaceAll(value, "^", "")))}},
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
			if got := w.query("FindDocuments", "LeafClass", ofPatient(1), ofStatus(bothStatuses), param("$XDSDocumentEntryAuthorPerson", quotedList(value))); got.status != "Success" || len(got.names) != 0 {
				t.Errorf("author %.40q: %s %v %v", value, got.status, got.codes, got.names)
			}
		}
	}
	w.expect(t, []string{"P.1", "P.2"}, "FindDocuments", ofPatient(1), ofStatus(bothStatuses))
}
