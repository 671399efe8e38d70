package registry_test

import (
	"slices"
	"strconv"
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
	ok := []querySlot{ofPatient(1), ofStatus(approvedList)}
	plus := func(more ...querySlot) []querySlot { return append(slices.Clone(ok), more...) }
	find := func(slots ...querySlot) string { return adhocQuery(findDocumentsID, "LeafClass", slots...) }
	ask := func(name string, slots ...querySlot) string {
		id, _ := queryID(t, name)
		return adhocQuery(id, "LeafClass", slots...)
	}
	a1 := quotedList(w.urn("A.1"))
	broken := map[string]bool{"XDS-SQ-004": true /* TestWithDocuments */, "XDS-SQ-052": true, /* TestTooManyResults */
		"XDS-SQ-053": true, "XDS-SQ-054": true, "XDS-SQ-055": true /* TestItemsBound, TestItemsNotKept, TestItemsInline */}
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
				xmlText(a1) + `</r:Value></r:ValueList></r:Slot></r:AdhocQuery><q:ResponseOption returnType="ObjectRef"/></q:AdhocQueryRequest>`},
		{name: "id in capitals", rule: "XDS-SQ-006", code: "XDSUnknownStoredQuery", subject: "FindDocuments",
			request: adhocQuery(strings.ToUpper(findDocumentsID), "LeafClass", ok...)},
		{name: "id without prefix", rule: "XDS-SQ-006", code: "XDSUnknownStoredQuery", subject: "FindDocuments",
			request: adhocQuery(findDocumentsID[9:], "LeafClass", ok...)},
		{name: "unknown id", rule: "XDS-SQ-007", code: "XDSUnknownStoredQuery", fails: true, subject: "AdhocQuery/@id",
			request: adhocQuery("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0e", "LeafClass", ok...)},
		{name: "SQL", rule: "XDS-SQ-007", code: "XDSUnknownStoredQuery", fails: true,
			request: `<q:AdhocQueryRequest ` + queryNamespaces + `><q:ResponseOption returnType="LeafClass"/><r:AdhocQuery id="q"><r:QueryExpression queryLanguage="SQL">SELECT 1</r:QueryExpression></r:AdhocQuery></q:AdhocQueryRequest>`},
		{name: "query of ITI-51", rule: "XDS-SQ-008", code: "XDSUnknownStoredQuery", fails: true, subject: "FindDocumentsForMultiplePatients",
			request: ask("FindDocumentsForMultiplePatients", param(de+"PatientId", quotedList(storetest.PatientID(1))), ofStatus(approvedList))},
		{name: "query of ITI-18", rule: "XDS-SQ-008", code: "XDSUnknownStoredQuery", fails: true, subject: "FindDocuments", transaction: "ITI-51", request: find(ok...)},

		{name: "no status", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "Status", request: find(ofPatient(1))},
		{name: "no patient", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "PatientId", request: find(ofStatus(approvedList))},
		{name: "status without Value", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "Status", request: find(ofPatient(1), querySlot{de + "Status", nil})},
		{name: "no status understood", rule: "XDS-SQ-010", code: "XDSStoredQueryMissingParam", fails: true, subject: de + "Status",
			request: find(ofPatient(1), ofStatus("('urn:oasis:names:tc:ebxml-regrep:StatusType:Submitted')"))},
		{name: "no alternative", rule: "XDS-SQ-011", code: "XDSStoredQueryMissingParam", fails: true, subject: "GetDocuments", request: ask("GetDocuments")},
		{name: "nothing to select patients by", rule: "XDS-SQ-011", code: "XDSStoredQueryMissingParam", fails: true, subject: "FindDocumentsForMultiplePatients",
			transaction: "ITI-51", request: ask("FindDocumentsForMultiplePatients", ofStatus(approvedList), param(de+"TypeCode", "('a^^1')"))},
		{name: "both alternatives", rule: "XDS-SQ-012", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "UniqueId",
			request: ask("GetDocuments", param(de+"EntryUUID", a1), param(de+"UniqueId", "('1.2')"))},
		{name: "excluded and included", rule: "XDS-SQ-013", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "ClassCodeExclude",
			request: ask("FindDocumentsExclude", plus(param(de+"ClassCode", "('a^^1')"), param(de+"ClassCodeExclude", "('b^^1')"))...)},
		{name: "class in two Slots", rule: "XDS-SQ-014", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "ClassCode",
			request: find(plus(param(de+"ClassCode", "('a^^1')"), param(de+"ClassCode", "('b^^1')"))...)},
		{name: "two patients", rule: "XDS-SQ-015", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "PatientId",
			request: find(param(de+"PatientId", quotedList(storetest.PatientID(1), otherPatient)), ofStatus(approvedList))},
		{name: "two patients in two Values", rule: "XDS-SQ-015", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "PatientId",
			request: find(querySlot{de + "PatientId", []string{quoted(storetest.PatientID(1)), quoted(otherPatient)}}, ofStatus(approvedList))},
		{name: "10001 values", rule: "XDS-SQ-016", code: "XDSStoredQueryParamNumber", fails: true, subject: "$uuid",
			request: ask("GetAssociations", param("$uuid", quotedList(slices.Repeat([]string{"urn:uuid:00000000-0000-4000-8000-000000000000"}, 10001)...)))},
		{name: "65 Slots of one parameter", rule: "XDS-SQ-019", code: "XDSStoredQueryParamNumber", fails: true, subject: de + "EventCodeList",
			request: find(plus(slices.Repeat([]querySlot{param(de+"EventCodeList", "('a^^1')")}, 200)...)...)},
		{name: "name in other letters", rule: "XDS-SQ-017", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(param("$xdsDocumentEntryclassCode", "('a^^1')"))...)},
		{name: "name without $", rule: "XDS-SQ-017", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(param("XDSDocumentEntryClassCode", "('a^^1')"))...)},
		{name: "optional parameter without Value", rule: "XDS-SQ-018", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(querySlot{de + "ClassCode", nil})...)},
		{name: "blank optional parameter", rule: "XDS-SQ-018", code: "XDSRegistryError", subject: de + "ClassCode", request: find(plus(param(de+"ClassCode", " \n "))...)},

		{name: "open list", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(param(de+"ClassCode", "('a^^1'"))...)},
		{name: "comma at the end", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(param(de+"ClassCode", "('a^^1',)"))...)},
		{name: "two lists", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(param(de+"ClassCode", "('a^^1')('b^^1')"))...)},
		{name: "empty list", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(param(de+"ClassCode", "()"))...)},
		{name: "unclosed time", rule: "XDS-SQ-020", code: "XDSRegistryError", fails: true, subject: de + "CreationTimeFrom", request: find(plus(param(de+"CreationTimeFrom", "20260101'"))...)},
		{name: "text without quotes", rule: "XDS-SQ-021", code: "XDSRegistryError", subject: de + "PatientId", request: find(param(de+"PatientId", storetest.PatientID(1)), ofStatus(approvedList))},
		{name: "list without parentheses", rule: "XDS-SQ-022", code: "XDSRegistryError", subject: de + "Status", request: find(ofPatient(1), ofStatus(quoted("urn:oasis:names:tc:ebxml-regrep:StatusType:Approved")))},
		{name: "single in parentheses", rule: "XDS-SQ-023", code: "XDSStoredQueryParamNumber", subject: de + "PatientId", request: find(param(de+"PatientId", quotedList(storetest.PatientID(1))), ofStatus(approvedList))},
		{name: "double quotes", rule: "XDS-SQ-024", code: "XDSRegistryError", subject: "$uuid", request: ask("GetAssociations", param("$uuid", strings.ReplaceAll(a1, "'", `"`)))},

		{name: "impossible date", rule: "XDS-SQ-030", code: "XDSRegistryError", fails: true, subject: de + "CreationTimeTo", request: find(plus(param(de+"CreationTimeTo", "20261301"))...)},
		{name: "date with a zone", rule: "XDS-SQ-030", code: "XDSRegistryError", fails: true, subject: de + "CreationTimeTo", request: find(plus(param(de+"CreationTimeTo", "20260101000000+0100"))...)},
		{name: "backwards", rule: "XDS-SQ-031", code: "XDSRegistryError", subject: de + "CreationTimeFrom", request: find(plus(param(de+"CreationTimeFrom", "2026"), param(de+"CreationTimeTo", "20260101"))...)},
		{name: "code without scheme", rule: "XDS-SQ-032", code: "XDSRegistryError", fails: true, subject: de + "ClassCode", request: find(plus(param(de+"ClassCode", "('a^^1','b')"))...)},
		{name: "unknown status beside a known one", rule: "XDS-SQ-033", code: "XDSRegistryError", subject: de + "Status",
			request: find(ofPatient(1), ofStatus("('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved','urn:ihe:iti:2010:StatusType:DeferredCreation')"))},
		{name: "status of an answer", rule: "XDS-SQ-034", code: "XDSStoredQueryMissingParam", subject: de + "Status",
			request: find(ofPatient(1), ofStatus("('urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Approved')"))},
		{name: "endless pattern", rule: "XDS-SQ-035", code: "XDSRegistryError", fails: true, subject: de + "AuthorPerson", request: find(plus(param(de+"AuthorPerson", quotedList(strings.Repeat("a%", 3000))))...)},
		{name: "UUID in capitals", rule: "XDS-SQ-036", code: "XDSRegistryError", subject: "$uuid", request: ask("GetAssociations", param("$uuid", quotedList("urn:uuid:"+strings.ToUpper(w.urn("A.1")[9:]))))},
		{name: "no UUID", rule: "XDS-SQ-037", code: "XDSRegistryError", subject: "$uuid", request: ask("GetAssociations", param("$uuid", "('Document01')"))},
		{name: "unknown entry type", rule: "XDS-SQ-038", code: "XDSRegistryError", subject: de + "Type", request: find(plus(param(de+"Type", "('stable')"))...)},
		{name: "short association type", rule: "XDS-SQ-039", code: "XDSRegistryError", subject: "$AssociationTypes",
			request: ask("GetRelatedDocuments", param(de+"EntryUUID", quoted(w.urn("E.1"))), param("$AssociationTypes", "('RPLC')"))},
		{name: "level 3", rule: "XDS-SQ-040", code: "XDSRegistryError", fails: true, subject: "$MetadataLevel", request: find(plus(param("$MetadataLevel", "3"))...)},
		{name: "logicalID at level 1", rule: "XDS-SQ-041", code: "XDSRegistryError", fails: true, subject: de + "LogicalID", request: ask("GetDocuments", param(de+"LogicalID", a1))},
		{name: "unknown availability", rule: "XDS-SQ-042", code: "XDSRegistryError", subject: de + "DocumentAvailability", request: find(plus(param(de+"DocumentAvailability", "('Online')"))...)},
		{name: "patient without authority", rule: "XDS-SQ-043", code: "XDSUnknownPatientId", fails: true, subject: de + "PatientId", request: find(param(de+"PatientId", "'123'"), ofStatus(approvedList))},
		{name: "patient escaped twice", rule: "XDS-SQ-043", code: "XDSUnknownPatientId", fails: true, subject: de + "PatientId", request: find(param(de+"PatientId", "'123^^^&amp;1.2.3&amp;ISO'"), ofStatus(approvedList))},
		{name: "patient with an identifier type", rule: "XDS-SQ-044", code: "XDSUnknownPatientId", subject: de + "PatientId", request: find(param(de+"PatientId", quoted(storetest.PatientID(1)+"^PI")), ofStatus(approvedList))},
		{name: "unknown patient", rule: "XDS-SQ-050", code: "XDSUnknownPatientId", subject: de + "PatientId", request: find(ofPatient(77), ofStatus(approvedList))},
		{name: "two patients' documents", rule: "XDS-SQ-051", code: "XDSResultNotSinglePatient", fails: true, subject: "GetDocuments",
			request: ask("GetDocuments", param(de+"EntryUUID", quotedList(w.urn("A.1"), w.urn("X.1"))))},
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
		{"", adhocQuery(findDocumentsID, "LeafClass", ofPatient(1), ofStatus(approvedList))},
		{"", adhocQuery(findDocumentsID, "LeafClass", ofPatient(1), ofStatus("( 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'\n, 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated' )"),
			param("$XDSDocumentEntryCreationTimeFrom", "'2004'"), param("$unknown", "x"))},
		{"XDSUnknownStoredQuery", adhocQuery(findDocumentsID[9:], "LeafClass", ofPatient(1), ofStatus(approvedList))},
		{"XDSRegistryError", adhocQuery(findDocumentsID, "LeafClass", param("$XDSDocumentEntryPatientId", storetest.PatientID(1)), ofStatus(approvedList))},
		{"XDSStoredQueryParamNumber", adhocQuery(findDocumentsID, "LeafClass", param("$XDSDocumentEntryPatientId", quotedList(storetest.PatientID(1))), ofStatus(approvedList))},
		{"XDSUnknownPatientId", adhocQuery(findDocumentsID, "LeafClass", ofPatient(77), ofStatus(approvedList))},
		{"XDSStoredQueryMissingParam", adhocQuery(findDocumentsID, "LeafClass", ofPatient(1), ofStatus("('Approved')"))},
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
	got := w.query("FindDocuments", "Everything", param("$XDSDocumentEntryPatientId", "'x'"),
		param("$XDSDocumentEntryClassCode", "('a')"), param("$XDSDocumentEntryCreationTimeFrom", "20260231"))
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
		got := w.query("FindDocuments", returnType, ofPatient(1), ofStatus(approvedList))
		if got.status != "Failure" || !slices.Equal(got.codes, []string{"XDSRegistryError"}) || got.findings[0].Rule.ID != "XDS-SQ-004" || len(got.names) != 0 {
			t.Errorf("%s: %s %v %v", returnType, got.status, got.codes, got.names)
		}
	}
}

func TestTooManyResults(t *testing.T) {
	w := goldenWorld(t)
	all := []querySlot{param("$patientId", quoted(storetest.PatientID(1))), param("$XDSDocumentEntryStatus", bothStatuses),
		param("$XDSSubmissionSetStatus", approvedList), param("$XDSFolderStatus", approvedList)}
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
	ask := func(id string) *queryReply {
		t.Helper()
		return w.query("FindDocuments", "LeafClass", param("$XDSDocumentEntryPatientId", quoted(id)), ofStatus(approvedList))
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
	w.expect(t, []string{"A.1", "B.1", "C.1", "C.2", "E.1", "X.1"}, "FindDocuments", ofPatient(1), ofStatus(approvedList))
	got := w.query("FindDocuments", "LeafClass", param("$XDSDocumentEntryPatientId", quoted(otherPatient)), ofStatus(approvedList))
	if got.status != "Success" || len(got.names) != 0 || !slices.Equal(got.codes, []string{"XDSUnknownPatientId"}) {
		t.Errorf("by the subsumed identifier: %s %v %v", got.status, got.codes, got.names)
	}
	got = w.query("GetDocuments", "LeafClass", w.uuids("$XDSDocumentEntryEntryUUID", "A.1", "X.1"))
	if got.status != "Success" || strings.Contains(got.raw, "OTHER^^^") || strings.Count(got.raw, xmlText(storetest.PatientID(1))) != 2 {
		t.Errorf("the survivor is shown: %s", got.raw)
	}
}

// TestManyValues asks with nearly as many values as are allowed: the query is answered, whatever the values are.
func TestManyValues(t *testing.T) {
	w := goldenWorld(t)
	many := func(value func(int) string, last string) string {
		values := make([]string, 0, 9991)
		for i := range 9990 {
			values = append(values, value(i))
		}
		return quotedList(append(values, last)...)
	}
	uuid := func(int) string { return registry.NewUUID().String() }
	number := func(prefix, suffix string) func(int) string {
		return func(i int) string { return prefix + strconv.Itoa(i) + suffix }
	}
	de := "$XDSDocumentEntry"
	w.expect(t, []string{"A.1"}, "GetDocuments", param(de+"EntryUUID", many(uuid, w.urn("A.1"))))
	w.expect(t, []string{"A.1"}, "GetDocuments", param(de+"UniqueId", many(number("1.2.", ""), w.uniqueID("A.1"))))
	w.expect(t, []string{"A.ss>A.1"}, "GetAssociations", param("$uuid", many(uuid, w.urn("A.1"))))
	w.expect(t, []string{"A.ss", "A.ss>A.1"}, "GetSubmissionSets", param("$uuid", many(uuid, w.urn("A.1"))))
	w.expect(t, []string{"C.1"}, "FindDocuments", ofPatient(1), ofStatus(approvedList), param(de+"FormatCode", many(number("f", "^^1.5"), "special^^1.5")))
	w.expect(t, []string{"C.1"}, "FindDocuments", ofPatient(1), ofStatus(approvedList), param(de+"ConfidentialityCode", many(number("f", "^^1.5"), "V^^1.6")))
	w.expect(t, []string{"A.1", "B.1", "C.1", "C.2", "E.1"}, "FindDocuments", ofPatient(1), ofStatus(approvedList), param(de+"AuthorPerson", many(number("%x", "%"), "%DUPONT%")))
}
