package server_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"liasse/conformance"
	"liasse/internal/audit"
	"liasse/internal/audit/audittest"
	"liasse/internal/server"
	"liasse/registry/sqlstore"
	"liasse/vihf"
)

// audited has a server write audit records.
func audited(c *server.Config) { yes := true; c.Audit.Enabled = &yes }

// recorded is a record with its message read.
type recorded struct {
	audit.Record
	*audit.Parsed
	// request is the id of the request that it is of.
	request string
}

// detail gives the first detail of a kind.
func (r *recorded) detail(kind string) string {
	for i := range r.What {
		if d := r.What[i].Detail(kind); d != "" {
			return d
		}
	}
	return ""
}

// records gives what a server has recorded, after it has verified the chains and held each message to the schema.
func records(t *testing.T, srv *server.Server) []recorded {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(srv.Dir(), "registry", "registry.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := audit.Verify(t.Context(), store); err != nil {
		t.Errorf("verifying the audit records: %v", err)
	}
	var all []recorded
	err = store.Records(t.Context(), &audit.Filter{}, func(r *audit.Record) error {
		if err := audittest.Check(r.XML); err != nil {
			return fmt.Errorf("%w in %s", err, r.XML)
		}
		message, err := audit.Parse(r.XML)
		one := recorded{Record: *r, Parsed: message}
		one.XML = bytes.Clone(r.XML)
		one.request = one.detail("Request")
		all = append(all, one)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// of gives the records of an event and kind.
func of(all []recorded, event, kind string) (some []recorded) {
	for _, r := range all {
		if r.Record.Event == event && strings.Contains(" "+r.Kinds+" ", " "+kind+" ") {
			some = append(some, r)
		}
	}
	return some
}

// requests gives the ids of the requests in the log that were looked at, with their transactions.
func requests(t *testing.T, logs *logBuffer) map[string]string {
	t.Helper()
	ids := make(map[string]string)
	for line := range strings.Lines(logs.String()) {
		var entry struct {
			Message, Request, Transaction string
			Rules                         []string
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("a line of the log is no JSON: %s", line)
		}
		if entry.Message == "request" && !slices.Contains(entry.Rules, "OPS-002") {
			ids[entry.Request] = entry.Transaction
		}
	}
	return ids
}

// TestEveryRequestIsRecorded runs every suite and counts: each request, accepted or refused, has its record, one where the
// standard does not ask for one of each patient or of each part of the outcome.
func TestEveryRequestIsRecorded(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every suite")
	}
	srv, logs := start(t, func(c *server.Config) { audited(c); c.MLLP.Listen = "127.0.0.1:0" })
	a := srv.Addresses()
	report, err := conformance.Run(t.Context(), conformance.Target{Registry: a.Registry, Repository: a.Repository, Admin: a.Admin, MLLP: a.MLLP}, conformance.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.Status == conformance.Failed {
			t.Errorf("%s/%s fails of a server that records", r.Suite, r.ID)
		}
	}
	all := records(t, srv)
	known := requests(t, logs)
	times := make(map[string]int)
	several := map[string]bool{"ITI-43": true, "ITI-51": true, "ITI-44": true, "ITI-18": true}
	for _, r := range all {
		if r.request == "" {
			continue
		}
		if _, there := known[r.request]; !there {
			t.Errorf("a record of a request that the log does not know: %s", r.XML)
		}
		times[r.request]++
	}
	seen := make(map[string]int)
	for id, transaction := range known {
		seen[transaction]++
		if n := times[id]; n == 0 || n > 1 && !several[transaction] {
			t.Errorf("request %s of %s has %d records", id, transaction, n)
		}
	}
	for _, kind := range []string{"ITI-8", audit.PatientByOperator, "110120"} {
		if !slices.ContainsFunc(all, func(r recorded) bool { return slices.Contains(strings.Fields(r.Kinds), kind) }) {
			t.Errorf("nothing of %s is recorded", kind)
		}
	}
	t.Logf("%d records of %d requests: %v", len(all), len(known), seen)
}

// query is one for the documents of a patient.
func query(patient string) string {
	slot := func(name, value string) string {
		return `<rim:Slot name="` + name + `"><rim:ValueList><rim:Value>` + value + `</rim:Value></rim:ValueList></rim:Slot>`
	}
	body := `<query:AdhocQueryRequest xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">` +
		`<query:ResponseOption returnType="LeafClass" returnComposedObjects="true"/><rim:AdhocQuery id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d">` +
		slot("$XDSDocumentEntryPatientId", "'"+strings.ReplaceAll(patient, "&", "&amp;")+"'") +
		slot("$XDSDocumentEntryStatus", "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')") + `</rim:AdhocQuery></query:AdhocQueryRequest>`
	return message("urn:ihe:iti:2007:RegistryStoredQuery", body)
}

// asked is a query of a patient with a token.
func asked(t *testing.T, pki, name, patient string, purpose vihf.Purpose) string {
	t.Helper()
	identity, err := vihf.LoadIdentity(filepath.Join(pki, "identities", name))
	if err != nil {
		t.Fatal(err)
	}
	assertion, err := identity.Issue(vihf.Claims{Patient: patient, Purpose: purpose})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(query(patient), "</s:Header>", string(vihf.Security(assertion))+"</s:Header>", 1)
}

// TestWhoAskedIsRecorded: who came in with which token, who was refused at which door, and nothing of it in the log.
func TestWhoAskedIsRecorded(t *testing.T) {
	pki := pkiFolder(t)
	srv, logs := start(t, asDMP(pki))
	const patient = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO"
	client, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	url := srv.Addresses().Registry
	for _, purpose := range []vihf.Purpose{vihf.Normal, vihf.BreakGlass} {
		if status, body := send(t, client, url, asked(t, pki, "medecin", patient, purpose)); status != http.StatusOK {
			t.Fatalf("%s: %d %s", purpose, status, body)
		}
	}
	if status, _ := send(t, client, url, message("urn:ihe:iti:2007:RegistryStoredQuery", queryBody)); status != http.StatusBadRequest {
		t.Errorf("without a token: %d", status)
	}
	another := strings.Replace(asked(t, pki, "medecin", patient, vihf.Normal), "'279035121518989", "'161045121518976", 1)
	if _, body := send(t, client, url, another); !strings.Contains(body, "[DMP-") {
		t.Errorf("for another patient than the token's: %s", body)
	}
	if status, _ := send(t, client, url, asked(t, pki, "medecin", patient, "curiosity")); status != http.StatusBadRequest {
		t.Errorf("for no purpose of the DMP: %d", status)
	}
	if status, _ := send(t, client, url, "<a"); status != http.StatusBadRequest {
		t.Errorf("what is no message: %d", status)
	}
	stranger, _ := clientOf(t, pki)
	if response, err := stranger.Get(url); err == nil {
		response.Body.Close()
		t.Error("a client without a certificate is let in")
	}
	var all []recorded
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && len(of(all, "110113", "110126")) == 0; {
		all = records(t, srv)
	}
	queries := of(all, "110112", "ITI-18")
	if len(queries) != 3 || queries[0].Emergency() || !queries[1].Emergency() {
		t.Fatalf("%d queries are recorded", len(queries))
	}
	q := queries[0]
	for what, got := range map[string]bool{
		"the patient": q.Patient == patient, "the outcome": q.Outcome == audit.Success, "the certificate of the connection": strings.Contains(q.Who[0].ID, "CN="+q.User),
		"the person": q.User != "" && q.Who[2].ID == q.User, "the structure": q.detail("Structure") == "10B0000011", "the mode": q.detail("Mode") == "DIRECTE",
		"the purpose": q.detail("Purpose Of Use") == "normal", "the assertion": strings.HasPrefix(q.What[len(q.What)-1].ID, "_"), "the serial": q.detail("Certificate Serial") != "",
		"the query": strings.Contains(string(q.What[1].Query), "StatusType:Approved"),
	} {
		if !got {
			t.Errorf("%s is not recorded: %s", what, q.XML)
		}
	}
	if r := queries[2]; r.Outcome != audit.Serious || r.User != q.User || !strings.HasPrefix(r.Patient, "161045121518976^") || r.detail("Resource") != patient ||
		!strings.Contains(r.Parsed.Event.Reason, "[DMP-") || strings.Contains(r.Parsed.Event.Reason, "161045121518976") {
		t.Errorf("the query for another patient is recorded as %s", r.XML)
	}
	if decisions := of(all, "110113", "110143"); len(decisions) != 2 || !strings.Contains(decisions[0].Parsed.Event.Reason, "[VIHF-") || decisions[0].Outcome != audit.Serious {
		t.Errorf("%d decisions on who asks are recorded", len(decisions))
	}
	if rights := of(all, "110113", "110144"); len(rights) != 1 || !strings.Contains(rights[0].Kinds, "ITI-18") || len(rights[0].Who) != 2 {
		t.Errorf("%d decisions on what somebody may do are recorded", len(rights))
	}
	if doors := of(all, "110113", "110126"); len(doors) != 1 || !strings.Contains(doors[0].Parsed.Event.Reason, "[TLS-") || doors[0].Who[0].Network != "127.0.0.1" {
		t.Errorf("%d refused connections are recorded", len(doors))
	}
	for _, secret := range []string{q.User, "279035121518989", q.What[len(q.What)-1].ID, "SignatureValue", "StatusType"} {
		if strings.Contains(logs.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// TestNoRecordNoAnswer holds the database locked: what could be read is not answered, for nobody could tell later who read
// it. The rule is "[OPS-003] ".
func TestNoRecordNoAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a lock")
	}
	srv, _ := start(t, func(c *server.Config) { audited(c); c.ForFirstTry() })
	db, err := sql.Open("sqlite3", filepath.Join(srv.Dir(), "registry", "registry.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	request := query("279035121518989^^^&1.2.250.1.213.1.4.10&ISO")
	for _, message := range []string{request, "<a"} {
		status, body := send(t, http.DefaultClient, srv.Addresses().Registry, message)
		if status != http.StatusServiceUnavailable || !strings.Contains(body, "[OPS-003] ") || strings.Contains(body, "AdhocQueryResponse") {
			t.Errorf("without a record: %d %s", status, body)
		}
	}
	if _, err := db.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if status, body := send(t, http.DefaultClient, srv.Addresses().Registry, request); status != http.StatusOK {
		t.Errorf("with a record: %d %s", status, body)
	}
	if queries := of(records(t, srv), "110112", "ITI-18"); len(queries) != 1 {
		t.Errorf("%d queries are recorded", len(queries))
	}
}

// TestRecordsAreSent has the records go to an audit repository that is away for a while, up to that of the end.
func TestRecordsAreSent(t *testing.T) {
	collector := audittest.NewCollector(t)
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.Listen, cfg.AdminListen = filepath.Join(dir, "data"), "127.0.0.1:0", "127.0.0.1:0"
	audited(&cfg)
	cfg.Audit.SourceID, cfg.Audit.Syslog = "the-registry", collector.Address
	cfg.Audit.SyslogCA, cfg.Audit.SyslogCertificate, cfg.Audit.SyslogKey = file("ca.crt", collector.Authority), file("client.crt", collector.Certificate), file("client.key", collector.Key)
	collector.Stop()
	logs := &logBuffer{}
	srv, err := server.Start(context.Background(), cfg, logs)
	if err != nil {
		t.Fatal(err)
	}
	send(t, http.DefaultClient, srv.Addresses().Registry, "<a")
	for !strings.Contains(logs.String(), "audit records cannot be sent") {
		time.Sleep(5 * time.Millisecond)
	}
	collector.Start(t)
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(collector.Messages(), "\n")
	last := -1
	for _, kind := range []string{"110134", "110120", "110143", "110121"} {
		at := strings.Index(all, `<EventTypeCode csd-code="`+kind+`"`)
		if at <= last || strings.Count(all, `<EventTypeCode csd-code="`+kind+`"`) != 1 {
			t.Errorf("%s came at %d, after %d", kind, at, last)
		}
		last = at
	}
	if !strings.Contains(all, `AuditSourceID="the-registry"`) {
		t.Error("the records do not say who reports them")
	}
}

// TestFeedIsRecorded has a message of ITI-8 that is accepted and one that is refused leave a record each.
func TestFeedIsRecorded(t *testing.T) {
	srv, _ := start(t, func(c *server.Config) { audited(c); c.MLLP.Listen = "127.0.0.1:0" })
	conn, err := net.Dial("tcp", srv.Addresses().MLLP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	patient := "77^^^&" + server.DefaultAuthority + "&ISO"
	for _, m := range []string{"A04", "A99", "A08"} {
		fmt.Fprintf(conn, "\x0bMSH|^~\\&|A|B|C|D|20260101||ADT^%s|control-%s|P|2.3.1\rPID|1||%s\r\x1c\r", m, m, patient)
		answer := make([]byte, 4096)
		if _, err := conn.Read(answer); err != nil {
			t.Fatal(err)
		}
	}
	feeds := of(records(t, srv), "110110", "ITI-8")
	if len(feeds) != 3 {
		t.Fatalf("%d messages are recorded", len(feeds))
	}
	if f := feeds[0]; f.Action != audit.Create || f.Patient != patient || f.Outcome != audit.Success || f.detail("MSH-10") != "control-A04" || f.Who[0].Network != "127.0.0.1" {
		t.Errorf("the admission is recorded as %s", f.XML)
	}
	if f := feeds[1]; f.Outcome != audit.Serious || !strings.HasPrefix(f.Parsed.Event.Reason, "[") {
		t.Errorf("the refusal is recorded as %s", f.XML)
	}
	if f := feeds[2]; f.Action != audit.Update || f.Outcome != audit.Success {
		t.Errorf("the revision is recorded as %s", f.XML)
	}
}
