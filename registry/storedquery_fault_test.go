package registry_test

import (
	"slices"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/registry/storetest"
)

const (
	queryNamespaces = `xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"`
	findDocumentsID = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
)

// TestQueryRules breaks each rule of the stored queries by a message, and says what the wire carries. Two rules need more
// than a message: they have a test of their own.
func TestQueryRules(t *testing.T) {
	w := goldenWorld(t)
	const de = "$XDSDocumentEntry"
	ok := []slot{patient(1), status(approved)}
	plus := func(more ...slot) []slot { return append(slices.Clone(ok), more...) }
	find := func(slots ...slot) string { return adhocQuery(findDocumentsID, "LeafClass", slots...) }
	ask := func(name string, slots ...slot) string {
		id, _ := queryID(t, name)
		return adhocQuery(id, "LeafClass", slots...)
	}
	a1 := list(w.urn("A.1"))
	broken := map[string]bool{"XDS-SQ-004": true /* TestWithDocuments */, "XDS-SQ-052": true /* TestTooManyResults */}
	for _, c := range []struct {
		name, rule, code string
		// fails: the query is refused; otherwise it is answered with a warning.
		fails   bool
		request string
		subject string
		// transaction is ITI-18 when empty.
		transaction string
	}{
		{name: "no AdhocQuery", rule: "XDS-SQ-001", code: "XDSRegistryError", fails: true, subject: "AdhocQuery",
			request: `<q:AdhocQueryRequest ` + queryNamespaces + `><q:ResponseOption returnType="LeafClass"/></q:AdhocQueryRequest>`},
		{name: "two AdhocQueries", rule: "XDS-SQ-001", code: "XDSRegistryError", fails: true, subject: "AdhocQuery",
			request: strings.Replace(find(ok...), `</r:AdhocQuery>`, `</r:AdhocQuery><r:AdhocQuery id="`+findDocumentsID+`"/>`, 1)},
		{name: "no ResponseOption", rule: "XDS-SQ-002", code: "XDSRegistryError", subject: "returnType",
			request: strings.Replace(find(ok...), `<q:ResponseOption returnComposedObjects="true" returnType="LeafClass"/>`, "", 1)},
		{name: "no returnType", rule: "XDS-SQ-002", code: "XDSRegistryError", subject: "returnType",
			request: strings.Replace(find(ok...), ` returnType="LeafClass"`, "", 1)},
		{name: "RegistryObject", rule: "XDS-SQ-002", code: "XDSRegistryError", subject: "returnType",
			request: adhocQuery(findDocumentsID, "RegistryObject", ok...)},
		{name: "unknown returnType", rule: "XDS-SQ-003", code: "XDSRegistryError", fails: true, subject: "returnType",
			request: adhocQuery(findDocumentsID, "RepositoryItem", ok...)},
		{name: "ResponseOption last", rule: "XDS-SQ-005", code: "XDSRegistryError",
			request: `<q:AdhocQueryRequest ` + queryNamespaces + `><r:AdhocQuery id="urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155"><r:Slot name="$uuid"><r:ValueList><r:Value>` +
				escape(a1) + `</r:Value></r:ValueList></r:Slot></r:AdhocQuery><q:ResponseOption returnType="ObjectRef"/></q:AdhocQueryRequest>`},
		{name: "id in capitals", rule: "XDS-SQ-006", code: "XDSUnknownStoredQuery", subject: "FindDocuments",
			request: adhocQuery(strings.ToUpper(findDocumentsID), "LeafClass", ok...)},
		{name: "id without prefix", rule: "XDS-SQ-006", code: "XDSUnknownStoredQuery", subject: "FindDocuments",
			request: adhocQuery(findDocumentsID[9:], "LeafClass", ok...)},
		{name: "unknown id", rule: "XDS-SQ-007", code: "XDSUnknownStoredQuery", fails: true, subject: "AdhocQuery/@id",
			request: adhocQuery("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0e", "LeafClass", ok...)},
		{name: "SQL", rule: "XDS-SQ-007", code: "XDSUnknownStoredQuery", fails: true,
			request: `<q:AdhocQueryRequest ` + queryNamespaces + `><q:ResponseOption returnType="LeafClass"/><r:AdhocQuery id="q"><r:QueryExpression queryLanguage="SQL">SELECT 1</r:QueryExpression></r:AdhocQuery></q:AdhocQueryRequest>`},
		{name: "query of ITI-51", rule: "XDS-SQ-008", code: "XDSUnknownStoredQuery", fails: true, subject: "FindDocumentsForMultiplePatients",
			request: ask("FindDocumentsForMultiplePatients", with(de+"PatientId", list(storetest.PatientID(1))), status(approved))},
		{name: "query of ITI-18", rule: "XDS-SQ-008", code: "XDSUnknownStoredQuery", fails: true, subject: "FindDocuments", transaction: "ITI-51", request: find(ok...)},

		{name: "no status", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "Status", request: find(patient(1))},
		{name: "no patient", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "PatientId", request: find(status(approved))},
		{name: "status without Value", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "Status", request: find(patient(1), slot{de + "Status", nil})},
		{name: "no status understood", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "Status",
			request: find(patient(1), status("('urn:oasis:names:tc:ebxml-regrep:StatusType:Submitted')"))},
		{name: "no alternative", rule: "XDS-SQ-011", code: "XDSStoredQueryMissingParam", fails: true, subject: "GetDocuments", request: ask("GetDocuments")},
		{name: "nothing to select patients by", rule: "XDS-SQ-011", code: "XDSStoredQueryMissingParam", fails: true, subject: "FindDocumentsForMultiplePatients",
			transaction: "ITI-51", request: ask("FindDocumentsForMultiplePatients", status(approved), with(de+"TypeCode", "('a^^1')"))},
		{name: "both alternatives", rule: "XDS-SQ-012", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "UniqueId",
			request: ask("GetDocuments", with(de+"EntryUUID", a1), with(de+"UniqueId", "('1.2')"))},
		{name: "excluded and included", rule: "XDS-SQ-013", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "ClassCodeExclude",
			request: ask("FindDocumentsExclude", plus(with(de+"ClassCode", "('a^^1')"), with(de+"ClassCodeExclude", "('b^^1')"))...)},
		{name: "class in two Slots", rule: "XDS-SQ-014", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "ClassCode",
			request: find(plus(with(de+"ClassCode", "('a^^1')"), with(de+"ClassCode", "('b^^1')"))...)},
		{name: "two patients", rule: "XDS-SQ-015", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "PatientId",
			request: find(with(de+"PatientId", list(storetest.PatientID(1), otherPatient)), status(approved))},
		{name: "two patients in two Values", rule: "XDS-SQ-015", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "PatientId",
			request: find(slot{de + "PatientId", []string{quote(storetest.PatientID(1)), quote(otherPatient)}}, status(approved))},
		{name: "10001 values", rule: "XDS-SQ-016", code: "XDSStoredQueryParamNumber", fails: true, subject: "$uuid",
			request: ask("GetAssociations", with("$uuid", list(slices.Repeat([]string{"urn:uuid:00000000-0000-4000-8000-000000000000"}, 10001)...)))},
		{name: "name in other letters", rule: "XDS-SQ-017", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(with("$xdsDocumentEntryclassCode", "('a^^1')"))...)},
		{name: "name without $", rule: "XDS-SQ-017", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(with("XDSDocumentEntryClassCode", "('a^^1')"))...)},
		{name: "optional parameter without Value", rule: "XDS-SQ-018", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(slot{de + "ClassCode", nil})...)},
		{name: "blank optional parameter", rule: "XDS-SQ-018", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(with(de+"ClassCode", " \n "))...)},

		{name: "open list", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(with(de+"ClassCode", "('a^^1'"))...)},
		{name: "comma at the end", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(with(de+"ClassCode", "('a^^1',)"))...)},
		{name: "two lists", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(with(de+"ClassCode", "('a^^1')('b^^1')"))...)},
		{name: "empty list", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(with(de+"ClassCode", "()"))...)},
		{name: "unclosed time", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "CreationTimeFrom", request: find(plus(with(de+"CreationTimeFrom", "20260101'"))...)},
		{name: "text without quotes", rule: "XDS-SQ-021", code: "XDSRegistryError", subject: de + "PatientId", request: find(with(de+"PatientId", storetest.PatientID(1)), status(approved))},
		{name: "list without parentheses", rule: "XDS-SQ-022", code: "XDSRegistryError", subject: de + "Status", request: find(patient(1), status(quote("urn:oasis:names:tc:ebxml-regrep:StatusType:Approved")))},
		{name: "single in parentheses", rule: "XDS-SQ-023", code: "XDSStoredQueryParamNumber", subject: de + "PatientId", request: find(with(de+"PatientId", list(storetest.PatientID(1))), status(approved))},
		{name: "double quotes", rule: "XDS-SQ-024", code: "XDSRegistryError", subject: "$uuid", request: ask("GetAssociations", with("$uuid", strings.ReplaceAll(a1, "'", `"`)))},

		{name: "impossible date", rule: "XDS-SQ-030", code: "XDSRegistryError", fails: true, subject: de + "CreationTimeTo", request: find(plus(with(de+"CreationTimeTo", "20261301"))...)},
		{name: "date with a zone", rule: "XDS-SQ-030", code: "XDSRegistryError", fails: true, subject: de + "CreationTimeTo", request: find(plus(with(de+"CreationTimeTo", "20260101000000+0100"))...)},
		{name: "backwards", rule: "XDS-SQ-031", code: "XDSRegistryError", subject: de + "CreationTimeFrom", request: find(plus(with(de+"CreationTimeFrom", "2026"), with(de+"CreationTimeTo", "20260101"))...)},
		{name: "code without scheme", rule: "XDS-SQ-032", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(with(de+"ClassCode", "('a^^1','b')"))...)},
		{name: "unknown status beside a known one", rule: "XDS-SQ-033", code: "XDSRegistryError", subject: de + "Status",
			request: find(patient(1), status("('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved','urn:ihe:iti:2010:StatusType:DeferredCreation')"))},
		{name: "status of an answer", rule: "XDS-SQ-034", code: "XDSStoredQueryMissingParam", subject: de + "Status",
			request: find(patient(1), status("('urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Approved')"))},
		{name: "endless pattern", rule: "XDS-SQ-035", code: "XDSRegistryError", fails: true, subject: de + "AuthorPerson", request: find(plus(with(de+"AuthorPerson", list(strings.Repeat("a%", 3000))))...)},
		{name: "UUID in capitals", rule: "XDS-SQ-036", code: "XDSRegistryError", subject: "$uuid", request: ask("GetAssociations", with("$uuid", list("urn:uuid:"+strings.ToUpper(w.urn("A.1")[9:]))))},
		{name: "no UUID", rule: "XDS-SQ-037", code: "XDSRegistryError", subject: "$uuid", request: ask("GetAssociations", with("$uuid", "('Document01')"))},
		{name: "unknown entry type", rule: "XDS-SQ-038", code: "XDSRegistryError", subject: de + "Type", request: find(plus(with(de+"Type", "('stable')"))...)},
		{name: "short association type", rule: "XDS-SQ-039", code: "XDSRegistryError", subject: "$AssociationTypes",
			request: ask("GetRelatedDocuments", with(de+"EntryUUID", quote(w.urn("E.1"))), with("$AssociationTypes", "('RPLC')"))},
		{name: "level 3", rule: "XDS-SQ-040", code: "XDSRegistryError", fails: true, subject: "$MetadataLevel", request: find(plus(with("$MetadataLevel", "3"))...)},
		{name: "logicalID at level 1", rule: "XDS-SQ-041", code: "XDSRegistryError", fails: true, subject: de + "LogicalID", request: ask("GetDocuments", with(de+"LogicalID", a1))},
		{name: "unknown availability", rule: "XDS-SQ-042", code: "XDSRegistryError", subject: de + "DocumentAvailability", request: find(plus(with(de+"DocumentAvailability", "('Online')"))...)},
		{name: "patient without authority", rule: "XDS-SQ-043", code: "XDSUnknownPatientId", fails: true, subject: de + "PatientId", request: find(with(de+"PatientId", "'123'"), status(approved))},
		{name: "patient escaped twice", rule: "XDS-SQ-043", code: "XDSUnknownPatientId", fails: true, subject: de + "PatientId", request: find(with(de+"PatientId", "'123^^^&amp;1.2.3&amp;ISO'"), status(approved))},
		{name: "patient with an identifier type", rule: "XDS-SQ-044", code: "XDSUnknownPatientId", subject: de + "PatientId", request: find(with(de+"PatientId", quote(storetest.PatientID(1)+"^PI")), status(approved))},
		{name: "unknown patient", rule: "XDS-SQ-050", code: "XDSUnknownPatientId", subject: de + "PatientId", request: find(patient(77), status(approved))},
		{name: "two patients' documents", rule: "XDS-SQ-051", code: "XDSResultNotSinglePatient", fails: true, subject: "GetDocuments",
			request: ask("GetDocuments", with(de+"EntryUUID", list(w.urn("A.1"), w.urn("X.1"))))},
	} {
		broken[c.rule] = true
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			transaction := c.transaction
			if transaction == "" {
				transaction = "ITI-18"
			}
			got := w.send(t.Context(), transaction, c.request, nil)
			wantStatus := "Success"
			if c.fails {
				wantStatus = "Failure"
			}
			if got.status != wantStatus {
				t.Fatalf("status %s, want %s: %s", got.status, wantStatus, got.raw)
			}
			if c.fails && len(got.names) > 0 {
				t.Errorf("a refused query answers %v", got.names)
			}
			i := slices.IndexFunc(got.findings, func(f rule.Finding) bool { return f.Rule.ID == c.rule && (c.subject == "" || f.Subject == c.subject) })
			if i < 0 {
				t.Fatalf("no finding of %s on %q: %s", c.rule, c.subject, got.raw)
			}
			if !slices.Contains(got.codes, c.code) || got.findings[i].WireCode() != c.code {
				t.Errorf("codes %v, want %s", got.codes, c.code)
			}
			if f := got.findings[i]; f.Rule.ID < "XDS-SQ-051" && (f.Line == 0 || f.XPath == "") {
				t.Errorf("the finding has no place: %+v", f.Place)
			}
			if !strings.Contains(got.raw, "["+c.rule+"] ") {
				t.Errorf("the answer does not name the rule: %s", got.raw)
			}
		})
	}
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "XDS-SQ-") && !broken[r.ID] {
			t.Errorf("no message breaks %s (%s)", r.ID, r.Title.EN)
		}
	}
}

// TestStrict sets every tolerance to error: what was answered with a warning is refused with the same code.
func TestStrict(t *testing.T) {
	w := goldenWorld(t)
	severities := map[string]rule.Severity{}
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "XDS-SQ-") {
			severities[r.ID] = rule.Error
		}
	}
	policy, err := rule.NewPolicy(severities)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code    string
		request string
	}{
		{"", adhocQuery(findDocumentsID, "LeafClass", patient(1), status(approved))},
		{"", adhocQuery(findDocumentsID, "LeafClass", patient(1), status("( 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'\n, 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated' )"),
			with("$XDSDocumentEntryCreationTimeFrom", "'2004'"), with("$unknown", "x"))},
		{"XDSUnknownStoredQuery", adhocQuery(findDocumentsID[9:], "LeafClass", patient(1), status(approved))},
		{"XDSRegistryError", adhocQuery(findDocumentsID, "LeafClass", with("$XDSDocumentEntryPatientId", storetest.PatientID(1)), status(approved))},
		{"XDSStoredQueryParamNumber", adhocQuery(findDocumentsID, "LeafClass", with("$XDSDocumentEntryPatientId", list(storetest.PatientID(1))), status(approved))},
		{"XDSUnknownPatientId", adhocQuery(findDocumentsID, "LeafClass", patient(77), status(approved))},
		{"XDSStoredQueryMissingParam", adhocQuery(findDocumentsID, "LeafClass", patient(1), status("('Approved')"))},
	} {
		got := w.send(t.Context(), "ITI-18", c.request, policy)
		if c.code == "" {
			if got.status != "Success" || len(got.names) == 0 {
				t.Errorf("%s %v for %s", got.status, got.codes, c.request)
			}
			continue
		}
		if got.status != "Failure" || !slices.Contains(got.codes, c.code) || len(got.names) != 0 {
			t.Errorf("%s %v, want %s for %s", got.status, got.codes, c.code, c.request)
		}
	}
}

// TestSeveralFaults has all of them answered at once.
func TestSeveralFaults(t *testing.T) {
	w := newWorld(t, nil)
	got := w.query("FindDocuments", "Everything", with("$XDSDocumentEntryPatientId", "'x'"),
		with("$XDSDocumentEntryClassCode", "('a')"), with("$XDSDocumentEntryCreationTimeFrom", "20260231"))
	want := []string{"XDSRegistryError", "XDSUnknownPatientId", "XDSRegistryError", "XDSRegistryError", "XDSStoredQueryMissingParam"}
	if !slices.Equal(got.codes, want) {
		t.Errorf("codes %v, want %v", got.codes, want)
	}
	if !strings.Contains(got.raw, `<RegistryObjectList xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"></RegistryObjectList>`) {
		t.Errorf("a failure has an empty RegistryObjectList: %s", got.raw)
	}
}

func TestWithDocuments(t *testing.T) {
	w := goldenWorld(t)
	for _, returnType := range []string{"LeafClassWithRepositoryItem", "LeafClassWithRepositoryDocument"} {
		got := w.query("FindDocuments", returnType, patient(1), status(approved))
		if got.status != "Failure" || !slices.Equal(got.codes, []string{"XDSRegistryError"}) || got.findings[0].Rule.ID != "XDS-SQ-004" || len(got.names) != 0 {
			t.Errorf("%s: %s %v %v", returnType, got.status, got.codes, got.names)
		}
	}
}

func TestTooManyResults(t *testing.T) {
	w := goldenWorld(t)
	all := []slot{with("$patientId", quote(storetest.PatientID(1))), with("$XDSDocumentEntryStatus", bothStatus),
		with("$XDSSubmissionSetStatus", approved), with("$XDSFolderStatus", approved)}
	const size = 6 + 5 + 2 + 15 // documents, SubmissionSets, Folders, Associations of the first patient
	for _, c := range []struct {
		limit      int
		returnType string
		fails      bool
	}{
		{size, "LeafClass", false},
		{size - 1, "LeafClass", true},
		{5, "LeafClass", true},
		{1, "LeafClass", true},
		{3, "ObjectRef", false},
		{2, "ObjectRef", true},
	} {
		w.reopen(func(cfg *registry.Config) { cfg.MaxResults = c.limit })
		got := w.query("GetAll", c.returnType, all...)
		if !c.fails {
			if got.status != "Success" || len(got.names) != size {
				t.Errorf("limit %d, %s: %s %v, %d objects", c.limit, c.returnType, got.status, got.codes, len(got.names))
			}
			continue
		}
		if got.status != "Failure" || !slices.Equal(got.codes, []string{"XDSTooManyResults"}) || len(got.names) != 0 {
			t.Errorf("limit %d, %s: %s %v, %d objects", c.limit, c.returnType, got.status, got.codes, len(got.names))
		}
	}
}

func TestUnknownPatient(t *testing.T) {
	w := goldenWorld(t)
	ask := func(id string) *reply {
		t.Helper()
		return w.query("FindDocuments", "LeafClass", with("$XDSDocumentEntryPatientId", quote(id)), status(approved))
	}
	if got := ask(storetest.PatientID(77)); got.status != "Success" || len(got.names) != 0 || !slices.Equal(got.codes, []string{"XDSUnknownPatientId"}) {
		t.Errorf("by default: %s %v %v", got.status, got.codes, got.names)
	}
	w.reopen(func(cfg *registry.Config) { cfg.UnknownPatientQuery = registry.AnswerError })
	if got := ask(storetest.PatientID(77)); got.status != "Failure" || !slices.Equal(got.codes, []string{"XDSUnknownPatientId"}) {
		t.Errorf("refused by configuration: %s %v %v", got.status, got.codes, got.names)
	}
	w.reopen(func(cfg *registry.Config) { cfg.Affinity.AnyPatient = true })
	if got := ask(storetest.PatientID(77)); got.status != "Success" || len(got.codes) != 0 {
		t.Errorf("any patient: %s %v", got.status, got.codes)
	}
	if got := ask("1^^^&1.2.3&ISO"); got.status != "Success" || !slices.Equal(got.codes, []string{"XDSUnknownPatientId"}) {
		t.Errorf("a patient of an authority outside: %s %v", got.status, got.codes)
	}
}

// TestMergedPatient finds the objects of the subsumed patient under the survivor, who is shown; the subsumed identifier
// is as good as unknown.
func TestMergedPatient(t *testing.T) {
	w := goldenWorld(t)
	err := w.store.Submit(t.Context(), func(tx registry.Tx) error {
		from, err := tx.Patient(t.Context(), otherPatient)
		if err != nil {
			return err
		}
		into, err := tx.Patient(t.Context(), storetest.PatientID(1))
		if err != nil {
			return err
		}
		return tx.MergePatients(t.Context(), from, into)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.expect(t, []string{"A.1", "B.1", "C.1", "C.2", "E.1", "X.1"}, "FindDocuments", patient(1), status(approved))
	got := w.query("FindDocuments", "LeafClass", with("$XDSDocumentEntryPatientId", quote(otherPatient)), status(approved))
	if got.status != "Success" || len(got.names) != 0 || !slices.Equal(got.codes, []string{"XDSUnknownPatientId"}) {
		t.Errorf("by the subsumed identifier: %s %v %v", got.status, got.codes, got.names)
	}
	got = w.query("GetDocuments", "LeafClass", w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "X.1"))
	if got.status != "Success" || strings.Contains(got.raw, "OTHER^^^") || strings.Count(got.raw, escape(storetest.PatientID(1))) != 2 {
		t.Errorf("the survivor is shown: %s", got.raw)
	}
}
