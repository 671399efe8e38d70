package registry_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
	"liasse/soap"
)

// world is a registry on a fresh SQLite store whose objects have names, so that answers can be compared as names.
type world struct {
	t        testing.TB
	store    registry.Store
	registry *registry.Registry
	names    map[string]string // by entryUUID URN
	ids      map[string]registry.UUID
}

func newWorld(t testing.TB, change func(*registry.Config)) *world {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "registry.db")})
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	w := &world{t: t, store: store, names: map[string]string{}, ids: map[string]registry.UUID{}}
	w.reopen(change)
	return w
}

// reopen makes the registry anew on the same store.
func (w *world) reopen(change func(*registry.Config)) {
	w.t.Helper()
	cfg := registry.Config{Store: w.store, Affinity: registry.Affinity{AssigningAuthorities: []string{"1.3.6.1.4.1.21367.13.20.1000"}}}
	if change != nil {
		change(&cfg)
	}
	r, err := registry.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.registry = r
}

// submit stores a batch for a patient.
func (w *world) submit(patient string, b *registry.Batch) {
	w.t.Helper()
	err := w.store.Submit(w.t.Context(), func(tx registry.Tx) error {
		p, err := tx.AddPatient(w.t.Context(), patient)
		if err != nil {
			return err
		}
		storetest.SetPatient(b, p.Key)
		return tx.Insert(w.t.Context(), b)
	})
	if err != nil {
		w.t.Fatalf("storing a submission: %v", err)
	}
}

// name remembers an object by a name.
func (w *world) name(name string, o *registry.ObjectRecord) {
	w.names[o.ID.String()] = name
	w.ids[name] = o.ID
}

// urn gives the entryUUID of a named object.
func (w *world) urn(name string) string {
	id, ok := w.ids[name]
	if !ok {
		w.t.Fatalf("no object is named %q", name)
	}
	return id.String()
}

// lot stores a submission of documents, and of a folder holding them all when folder is true. Its objects are named
// X.ss, X.fol, X.1, X.2, …; its associations X.ss>X.1, X.ss>X.fol>X.1 for the membership of a membership, and so on.
func (w *world) lot(x, patient string, folder bool, documents ...*registry.DocumentRecord) *registry.Batch {
	w.t.Helper()
	b := storetest.Lot(0)
	set := b.SubmissionSets[0]
	w.name(x+".ss", &set.ObjectRecord)
	link := func(name string, kind registry.AssociationType, from *registry.ObjectRecord, fromKind registry.Kind, to *registry.ObjectRecord, toKind registry.Kind) *registry.AssociationRecord {
		a := storetest.Link(kind, from, fromKind, to, toKind)
		w.name(name, &a.ObjectRecord)
		b.Associations = append(b.Associations, a)
		return a
	}
	if folder {
		f := storetest.Folder()
		b.Folders = append(b.Folders, f)
		w.name(x+".fol", &f.ObjectRecord)
		link(x+".ss>"+x+".fol", registry.HasMember, &set.ObjectRecord, registry.KindSubmissionSet, &f.ObjectRecord, registry.KindFolder)
	}
	for i, d := range documents {
		name := fmt.Sprintf("%s.%d", x, i+1)
		w.name(name, &d.ObjectRecord)
		b.Documents = append(b.Documents, d)
		link(x+".ss>"+name, registry.HasMember, &set.ObjectRecord, registry.KindSubmissionSet, &d.ObjectRecord, registry.KindDocument)
		if folder {
			in := x + ".fol>" + name
			member := link(in, registry.HasMember, &b.Folders[0].ObjectRecord, registry.KindFolder, &d.ObjectRecord, registry.KindDocument)
			link(x+".ss>"+in, registry.HasMember, &set.ObjectRecord, registry.KindSubmissionSet, &member.ObjectRecord, registry.KindAssociation)
		}
	}
	w.submit(patient, b)
	return b
}

// relate stores an association between two named documents in a submission of its own. The association is not a member
// of the SubmissionSet.
func (w *world) relate(patient string, kind registry.AssociationType, from, to string) {
	w.t.Helper()
	a := storetest.Link(kind, &registry.ObjectRecord{ID: w.ids[from]}, registry.KindDocument, &registry.ObjectRecord{ID: w.ids[to]}, registry.KindDocument)
	w.name(from+">"+to, &a.ObjectRecord)
	w.submit(patient, &registry.Batch{Associations: []*registry.AssociationRecord{a}})
}

// querySlot is a parameter as it is sent: its name and the texts of its Values.
type querySlot struct {
	name   string
	values []string
}

// param makes a parameter of one Value.
func param(name, value string) querySlot { return querySlot{name, []string{value}} }

// quotedList writes values as a parameter's list.
func quotedList(values ...string) string {
	items := make([]string, len(values))
	for i, v := range values {
		items[i] = quoted(v)
	}
	return "(" + strings.Join(items, ",") + ")"
}

func quoted(v string) string { return "'" + strings.ReplaceAll(v, "'", "''") + "'" }

const (
	approvedList   = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')"
	deprecatedList = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated')"
	bothStatuses   = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved','urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated')"
)

// queryID gives the id of a query, and by which transaction it travels.
func queryID(t testing.TB, name string) (id, transaction string) {
	for _, q := range registry.Catalogue() {
		if q.Name == name {
			return q.ID, q.Transaction
		}
	}
	t.Fatalf("no query is named %q", name)
	return "", ""
}

func xmlText(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}

// adhocQuery writes an AdhocQueryRequest.
func adhocQuery(id, returnType string, slots ...querySlot) string {
	var b strings.Builder
	b.WriteString(`<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">`)
	fmt.Fprintf(&b, `<q:ResponseOption returnComposedObjects="true" returnType="%s"/><r:AdhocQuery id="%s">`, returnType, id)
	for _, s := range slots {
		fmt.Fprintf(&b, `<r:Slot name="%s"><r:ValueList>`, xmlText(s.name))
		for _, v := range s.values {
			b.WriteString("<r:Value>" + xmlText(v) + "</r:Value>")
		}
		b.WriteString(`</r:ValueList></r:Slot>`)
	}
	b.WriteString(`</r:AdhocQuery></q:AdhocQueryRequest>`)
	return b.String()
}

// queryReply is an AdhocQueryResponse read back.
type queryReply struct {
	raw      string
	status   string // after the last colon
	names    []string
	findings rule.Findings
	codes    []string // errorCode of each RegistryError
}

// send serves a request as the transaction would.
func (w *world) send(ctx context.Context, transaction, request string, policy *rule.Policy) *queryReply {
	w.t.Helper()
	doc, err := xmltree.Parse([]byte(request), xmltree.SOAPLimits)
	if err != nil {
		w.t.Fatalf("the request is not well-formed: %v\n%s", err, request)
	}
	report := &rule.Report{Policy: policy}
	for _, tx := range registry.QueryTransactions(w.registry) {
		if tx.Name != transaction {
			continue
		}
		response, err := tx.Serve(ctx, &soap.Request{Transaction: &tx, Envelope: doc, Body: doc.Root(), Report: report})
		if err != nil {
			w.t.Fatalf("%s fails: %v\n%s", transaction, err, request)
		}
		var out bytes.Buffer
		if _, err := response.Body.WriteTo(&out); err != nil {
			w.t.Fatalf("writing the answer: %v", err)
		}
		return w.read(out.String(), report.Findings)
	}
	w.t.Fatalf("no transaction %s", transaction)
	return nil
}

// read reads an answer back with the strict parser.
func (w *world) read(raw string, findings rule.Findings) *queryReply {
	w.t.Helper()
	doc, err := xmltree.Parse([]byte(raw), xmltree.DocumentLimits)
	if err != nil {
		w.t.Fatalf("the answer is not well-formed: %v\n%s", err, raw)
	}
	root := doc.Root()
	if !root.Is(registry.NamespaceQuery, "AdhocQueryResponse") {
		w.t.Fatalf("the answer is a %s", root.Local())
	}
	a := &queryReply{raw: raw, findings: findings, names: []string{}}
	status := root.AttrValue("", "status")
	a.status = status[strings.LastIndexByte(status, ':')+1:]
	for e := range root.Child(registry.NamespaceRS, "RegistryErrorList").Elements() {
		a.codes = append(a.codes, e.AttrValue("", "errorCode"))
	}
	objects := root.Child(registry.NamespaceRIM, "RegistryObjectList")
	if objects.IsZero() {
		w.t.Fatalf("the answer has no RegistryObjectList: %s", raw)
	}
	for e := range objects.Elements() {
		id := e.AttrValue("", "id")
		name, known := w.names[id]
		if !known {
			name = id
		}
		a.names = append(a.names, name)
	}
	return a
}

// query asks a query by its name.
func (w *world) query(name, returnType string, slots ...querySlot) *queryReply {
	w.t.Helper()
	id, transaction := queryID(w.t, name)
	return w.send(w.t.Context(), transaction, adhocQuery(id, returnType, slots...), nil)
}

// expect asks a query for whole objects and for references, and compares the names of what is answered, in any order.
func (w *world) expect(t *testing.T, want []string, name string, slots ...querySlot) {
	t.Helper()
	want = slices.Sorted(slices.Values(want))
	for _, returnType := range []string{"LeafClass", "ObjectRef"} {
		got := w.query(name, returnType, slots...)
		if got.status != "Success" {
			t.Fatalf("%s for %s: %s %v\n%s", name, returnType, got.status, got.codes, got.raw)
		}
		if names := slices.Sorted(slices.Values(got.names)); !slices.Equal(names, want) {
			t.Errorf("%s for %s answers %q, want %q", name, returnType, names, want)
		}
	}
}
