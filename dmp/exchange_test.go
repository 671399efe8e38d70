package dmp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"liasse/cda"
	"liasse/dmp"
	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/testpki"
	"liasse/internal/xdsclient"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/repository/fsblob"
	"liasse/soap"
	"liasse/vihf"
)

const repositoryOID = "1.2.250.1.213.4.1.1.1.2"

// house is a registry and a repository of profile dmp over HTTP without TLS.
type house struct {
	t     *testing.T
	pki   *testpki.Result
	store registry.Store
	blobs repository.Blobs
	url   string
	log   bytes.Buffer
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t}
	var err error
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h.pki, err = testpki.Make(filepath.Join(dir, "pki"), testpki.Options{})
	must(err)
	trust := func(usage pki.Usage) *pki.Trust {
		tr, err := pki.Open(pki.Config{Usage: usage, Realm: pki.RealmTest, RequireCRL: true,
			Anchors:       []string{filepath.Join(h.pki.Dir, "trust", "roots")},
			Intermediates: []string{filepath.Join(h.pki.Dir, "trust", "intermediates")},
			CRLs:          []string{filepath.Join(h.pki.Dir, "trust", "crls")}})
		must(err)
		return tr
	}
	structures, err := vihf.LoadStructures(h.pki.Structures)
	must(err)
	verifier, err := vihf.New(vihf.Config{Trust: trust(pki.TokenSigner), Structures: structures})
	must(err)
	profile, err := dmp.New(dmp.Config{Verifier: verifier, LotTrust: trust(pki.LotSigner)})
	must(err)
	h.store, err = sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(dir, "registry.db")})
	must(err)
	h.blobs, err = fsblob.Open(filepath.Join(dir, "documents"))
	must(err)
	log := zerolog.New(&h.log)
	// An organisation of the CI-SIS says the type of its identifier.
	rules, err := rule.NewPolicy(map[string]rule.Severity{"XDS-OBJ-044": rule.Off})
	must(err)
	actor, err := registry.New(registry.Config{Store: h.store, Policy: profile, Rules: rules, Log: log,
		Affinity: registry.Affinity{AssigningAuthorities: []string{"1.2.250.1.213.1.4.10"}, AnyPatient: true}})
	must(err)
	store, err := repository.New(repository.Config{UniqueID: repositoryOID, Blobs: h.blobs, Store: h.store,
		Registrar: repository.Local{Registry: actor}, Policy: profile, Judge: profile.Judge, Log: log})
	must(err)
	served := slices.DeleteFunc(append(store.Transactions(), actor.Transactions()...),
		func(x soap.Transaction) bool { return !slices.Contains([]string{"ITI-41", "ITI-18", "ITI-43"}, x.Name) })
	server := httptest.NewServer(soap.NewHandler(soap.Config{Rules: rules, Authenticate: profile.Authenticate, SpoolDir: dir, Log: log}, served...))
	h.url = server.URL
	t.Cleanup(func() {
		server.Close()
		must(errors.Join(h.store.Close(), h.blobs.Close()))
	})
	return h
}

func (h *house) client(name, patient string) *xdsclient.Client {
	h.t.Helper()
	c := &xdsclient.Client{SOAP: &soap.Client{}, Registry: h.url, Repository: h.url, Patient: patient}
	if name != "" {
		identity, err := vihf.LoadIdentity(filepath.Join(h.pki.Dir, "identities", name))
		if err != nil {
			h.t.Fatal(err)
		}
		c.Identity = identity
	}
	return c
}

// lot makes a lot of the client's identity: a CDA and a PDF.
func (h *house) lot(c *xdsclient.Client) (*registry.Submission, []xdsclient.Document) {
	h.t.Helper()
	contents := [][]byte{dmp.Note(cda.NewOID(), 5), []byte("%PDF-1.4 of " + cda.NewOID())}
	var documents []cda.Document
	var sent []xdsclient.Document
	for i, content := range contents {
		d := cda.Document{Name: fmt.Sprintf("file-%d", i), Options: cda.Options{ID: fmt.Sprintf("document-%d", i+1), UniqueID: cda.NewOID(),
			MimeType: "application/pdf", PatientID: dmp.PatientCX, Fallback: cda.DefaultFallback("fr-FR")}}
		if i == 0 {
			tree, err := xmltree.Parse(content, xmltree.DocumentLimits)
			if err != nil {
				h.t.Fatal(err)
			}
			if d.Header, err = cda.Read(tree); err != nil {
				h.t.Fatal(err)
			}
			d.Options.MimeType = "text/xml"
		}
		documents = append(documents, d)
		sent = append(sent, xdsclient.Document{EntryID: d.Options.ID, MimeType: d.Options.MimeType, Size: int64(len(content)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }})
	}
	lot, err := cda.BuildLot(documents, cda.LotOptions{Authors: c.Authors()})
	if err != nil {
		h.t.Fatal(err)
	}
	return lot, sent
}

// refused gives the rule ids of a refusal.
func (h *house) refused(err error) string {
	h.t.Helper()
	var refusal *xdsclient.Refusal
	if !errors.As(err, &refusal) {
		h.t.Fatalf("not a refusal: %v", err)
	}
	var ids []string
	for _, f := range refusal.Findings {
		id, _, _ := strings.Cut(strings.TrimPrefix(f.Context, "["), "]")
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

// ask sends a body with a token and gives the answer's body, as it came.
func (h *house) ask(c *xdsclient.Client, action, body string) string {
	h.t.Helper()
	token, err := c.Identity.Issue(vihf.Claims{Patient: c.Patient})
	if err != nil {
		h.t.Fatal(err)
	}
	reply, err := c.SOAP.Call(h.t.Context(), h.url, soap.Message{Action: action, Body: soap.Bytes(body), Blocks: vihf.Security(token)})
	if err != nil {
		h.t.Fatal(err)
	}
	defer reply.Close()
	return string(reply.Body.Raw())
}

func slot(name, value string) string {
	return `<r:Slot name="` + name + `"><r:ValueList><r:Value>` + strings.ReplaceAll(value, "&", "&amp;") + `</r:Value></r:ValueList></r:Slot>`
}

func query(id, returnType string, slots ...string) string {
	return `<q:AdhocQueryRequest xmlns:q="` + registry.NamespaceQuery + `" xmlns:r="` + registry.NamespaceRIM + `"><q:ResponseOption returnComposedObjects="true" returnType="` +
		returnType + `"/><r:AdhocQuery id="urn:uuid:` + id + `">` + strings.Join(slots, "") + `</r:AdhocQuery></q:AdhocQueryRequest>`
}

func retrieval(uniqueID string) string {
	return `<x:RetrieveDocumentSetRequest xmlns:x="` + registry.NamespaceXDSB + `"><x:DocumentRequest><x:RepositoryUniqueId>` + repositoryOID +
		`</x:RepositoryUniqueId><x:DocumentUniqueId>` + uniqueID + `</x:DocumentUniqueId></x:DocumentRequest></x:RetrieveDocumentSetRequest>`
}

const (
	actionQuery    = "urn:ihe:iti:2007:RegistryStoredQuery"
	actionRetrieve = "urn:ihe:iti:2007:RetrieveDocumentSet"
)

// kept is what the registry has of the patient's documents, by whether they are signatures.
func (h *house) kept() (documents, signatures []registry.DocumentRecord, set registry.UUID) {
	h.t.Helper()
	err := h.store.View(h.t.Context(), func(r registry.Reader) error {
		err := r.Documents(h.t.Context(), &registry.DocumentFilter{WithCodes: true}, func(d *registry.DocumentRecord) error {
			if d.ClassCode.Value == "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1" {
				signatures = append(signatures, *d.Clone())
			} else {
				documents = append(documents, *d.Clone())
			}
			return nil
		})
		if err != nil {
			return err
		}
		return r.SubmissionSets(h.t.Context(), &registry.SubmissionSetFilter{}, func(s *registry.SubmissionSetRecord) error {
			set = s.ID
			return nil
		})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return documents, signatures, set
}

// TestExchange sends a signed lot over HTTP, finds and fetches its documents, and shows what is hidden from whom.
func TestExchange(t *testing.T) {
	h := newHouse(t)
	c := h.client("medecin", dmp.PatientCX)
	lot, documents := h.lot(c)
	warnings, err := c.Provide(t.Context(), lot, documents)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		t.Errorf("warned: %s", w.Context)
	}
	found, _, err := c.Find(t.Context(), xdsclient.Query{Patient: dmp.PatientCX})
	if err != nil || len(found) != 2 {
		t.Fatalf("%d documents found, %v", len(found), err)
	}
	saved, err := c.Save(t.Context(), []string{found[0].UniqueID, found[1].UniqueID}, "", t.TempDir())
	if err != nil || len(saved) != 2 || !saved[0].Checked {
		t.Fatalf("saved %+v, %v", saved, err)
	}
	own, signatures, set := h.kept()
	if len(own) != 2 || len(signatures) != 1 {
		t.Fatalf("%d documents and %d signatures are kept", len(own), len(signatures))
	}
	t.Run("doors", func(t *testing.T) { h.doors(c, &own[0], &signatures[0], set) })
	t.Run("hidden is unknown", func(t *testing.T) { h.hidden(c, &own[0], &signatures[0], set) })
	t.Run("refusals", func(t *testing.T) { h.refusals(c, &own[0]) })
	for _, secret := range []string{"279035121518989", "Toux", "saml2", "BEGIN"} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, h.log.String())
		}
	}
}

// doors asks every query for what is there, and finds no trace of the signature in any answer.
func (h *house) doors(c *xdsclient.Client, own, signature *registry.DocumentRecord, set registry.UUID) {
	approved := slot("$XDSDocumentEntryStatus", "('"+registry.Approved.URN()+"')")
	uuid := "('" + own.ID.String() + "')"
	both := "('" + own.ID.String() + "','" + set.String() + "')"
	relations := slot("$AssociationTypes", "('"+registry.Signs.URN()+"','"+registry.HasMember.URN()+"','"+registry.Replaces.URN()+"')")
	for name, q := range map[string][]string{
		"FindDocuments": {"14d4debf-8f97-4251-9a74-a90016b0af0d", slot("$XDSDocumentEntryPatientId", "'"+dmp.PatientCX+"'"), approved},
		"FindDocuments by its format": {"14d4debf-8f97-4251-9a74-a90016b0af0d", slot("$XDSDocumentEntryPatientId", "'"+dmp.PatientCX+"'"), approved,
			slot("$XDSDocumentEntryFormatCode", "('http://www.w3.org/2000/09/xmldsig#^^URN')")},
		"FindSubmissionSets": {"f26abbcb-ac74-4422-8a30-edb644bbc1a9", slot("$XDSSubmissionSetPatientId", "'"+dmp.PatientCX+"'"),
			slot("$XDSSubmissionSetStatus", "('"+registry.Approved.URN()+"')")},
		"GetAll": {"10b545ea-725c-446d-9b95-8aeb444eddf3", slot("$patientId", "'"+dmp.PatientCX+"'"), approved,
			slot("$XDSSubmissionSetStatus", "('"+registry.Approved.URN()+"')"), slot("$XDSFolderStatus", "('"+registry.Approved.URN()+"')")},
		"GetAssociations":             {"a7ae438b-4bc2-4642-93e9-be891f7bb155", slot("$uuid", both)},
		"GetDocumentsAndAssociations": {"bab9529a-4a10-40b3-a01f-f68a615d247a", slot("$XDSDocumentEntryEntryUUID", uuid)},
		"GetSubmissionSets":           {"51224314-5390-4169-9b91-b1980040715a", slot("$uuid", uuid)},
		"GetSubmissionSetAndContents": {"e8e3cb2c-e39c-46b9-99e4-c12f57260b83", slot("$XDSSubmissionSetEntryUUID", "'"+set.String()+"'")},
		"GetRelatedDocuments":         {"d90e5407-b356-4d91-a89f-873917b4b0e6", slot("$XDSDocumentEntryEntryUUID", "'"+own.ID.String()+"'"), relations},
	} {
		for _, returnType := range []string{"LeafClass", "ObjectRef"} {
			answer := h.ask(c, actionQuery, query(q[0], returnType, q[1:]...))
			if !strings.Contains(answer, ":Success") {
				h.t.Errorf("%s: %s", name, answer)
			}
			for _, trace := range []string{signature.ID.String(), signature.UniqueID, "AssociationType:signs", "1.2.840.10065.1.12"} {
				if strings.Contains(answer, trace) {
					h.t.Errorf("%s for %s tells %s of the signature", name, returnType, trace)
				}
			}
		}
	}
}

// hidden asks for the signature, and as the caller of another record for a document, by every id there is: the answer is
// byte for byte that for what is not registered.
func (h *house) hidden(c *xdsclient.Client, own, signature *registry.DocumentRecord, set registry.UUID) {
	const nobody, unused = "urn:uuid:00000000-0000-4000-8000-000000000000", "1.2.3.4.5.6.7"
	stranger := h.client("autre-medecin", dmp.StrangerCX)
	for _, of := range []struct {
		name string
		as   *xdsclient.Client
		d    *registry.DocumentRecord
	}{{"the signature", c, signature}, {"another record's document", stranger, own}, {"another record's signature", stranger, signature}} {
		for _, q := range []struct {
			action, id, unknown string
			body                func(id string) string
		}{
			{actionRetrieve, of.d.UniqueID, unused, retrieval},
			{actionQuery, of.d.UniqueID, unused, func(id string) string {
				return query("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "LeafClass", slot("$XDSDocumentEntryUniqueId", "('"+id+"')"))
			}},
			{actionQuery, of.d.ID.String(), nobody, func(id string) string {
				return query("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "ObjectRef", slot("$XDSDocumentEntryEntryUUID", "('"+id+"')"))
			}},
			{actionQuery, of.d.ID.String(), nobody, func(id string) string {
				return query("a7ae438b-4bc2-4642-93e9-be891f7bb155", "LeafClass", slot("$uuid", "('"+id+"')"))
			}},
			{actionQuery, of.d.ID.String(), nobody, func(id string) string {
				return query("51224314-5390-4169-9b91-b1980040715a", "LeafClass", slot("$uuid", "('"+id+"')"))
			}},
		} {
			known, unknown := h.ask(of.as, q.action, q.body(q.id)), h.ask(of.as, q.action, q.body(q.unknown))
			if strings.ReplaceAll(known, q.id, q.unknown) != unknown {
				h.t.Errorf("%s is answered\n%s\nand what is not there\n%s", of.name, known, unknown)
			}
		}
	}
	contents := func(id string) string {
		return h.ask(stranger, actionQuery, query("e8e3cb2c-e39c-46b9-99e4-c12f57260b83", "LeafClass", slot("$XDSSubmissionSetEntryUUID", "'"+id+"'")))
	}
	if known, unknown := contents(set.String()), contents(nobody); known != unknown {
		h.t.Errorf("another record's SubmissionSet is answered\n%s\nand what is not there\n%s", known, unknown)
	}
}

// refusals sends what is refused, and finds the registry as it was.
func (h *house) refusals(c *xdsclient.Client, own *registry.DocumentRecord) {
	ctx := context.Background()
	count := func() int { documents, signatures, _ := h.kept(); return len(documents) + len(signatures) }
	before := count()
	send := func(c *xdsclient.Client, change func(*registry.Submission)) error {
		lot, documents := h.lot(c)
		if change != nil {
			change(lot)
		}
		_, err := c.Provide(ctx, lot, documents)
		return err
	}
	if err := send(h.client("", ""), nil); err == nil || !strings.Contains(h.refused(err), "VIHF-") {
		h.t.Errorf("a lot without a token: %v", err)
	}
	reinforced := h.client("etablissement-air", dmp.PatientCX)
	err := send(reinforced, nil)
	var refusal *xdsclient.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(h.refused(err), "VIHF-") {
		h.t.Errorf("a lot by the reinforced mode: %v", err)
	}
	if _, _, err := reinforced.Find(ctx, xdsclient.Query{Patient: dmp.PatientCX}); err != nil {
		h.t.Errorf("a query by the reinforced mode: %v", err)
	}
	if err := send(h.client("faute-revoquee", dmp.PatientCX), nil); err == nil || !strings.Contains(h.refused(err), "VIHF-") {
		h.t.Errorf("a lot of a revoked card: %v", err)
	}
	if _, _, err := h.client("medecin", "").Documents(ctx, []string{"1.2.3"}); err == nil || !strings.Contains(err.Error(), "--patient") {
		h.t.Errorf("a query of nobody's record: %v", err)
	}
	asStranger := h.client("medecin", dmp.StrangerCX)
	if _, _, err := asStranger.Find(ctx, xdsclient.Query{Patient: dmp.PatientCX}); err != nil {
		h.t.Errorf("a token for the patient that is asked for: %v", err)
	}
	answer := h.ask(asStranger, actionQuery, query("14d4debf-8f97-4251-9a74-a90016b0af0d", "LeafClass", slot("$XDSDocumentEntryPatientId", "'"+dmp.PatientCX+"'"),
		slot("$XDSDocumentEntryStatus", "('"+registry.Approved.URN()+"')")))
	if !strings.Contains(answer, "[DMP-003] ") || !strings.Contains(answer, `errorCode="XDSPatientIdDoesNotMatch"`) || strings.Contains(answer, "ExtrinsicObject") {
		h.t.Errorf("a query for another patient than the token's: %s", answer)
	}
	h.refuseUnsigned(c, own)
	if after := count(); after != before {
		h.t.Errorf("%d documents are kept after refusals, %d before", after, before)
	}
}

// refuseUnsigned sends a lot with a token and no signature, and one of another record that replaces a document it may not
// see.
func (h *house) refuseUnsigned(c *xdsclient.Client, own *registry.DocumentRecord) {
	ctx := context.Background()
	lot, documents := h.lot(c)
	if answer := h.provide(c, lot, documents); !strings.Contains(answer, "[LOT-001] ") || strings.Count(answer, "errorCode=") != 1 {
		h.t.Errorf("a lot without a signature: %s", answer)
	}
	stranger := h.client("autre-medecin", dmp.StrangerCX)
	lot, documents = h.lot(stranger)
	for _, d := range lot.Documents {
		setIdentifier(&d.Object, registry.SchemeDocumentPatientID)
		d.PatientID = dmp.StrangerCX
	}
	setIdentifier(&lot.SubmissionSet.Object, registry.SchemeSubmissionSetPatientID)
	lot.SubmissionSet.PatientID = dmp.StrangerCX
	lot.Documents, documents = lot.Documents[1:], documents[1:]
	lot.Associations = append(lot.Associations[1:], &registry.Association{TypeURN: registry.Replaces.URN(), Type: registry.Replaces,
		Source: lot.Documents[0].ID, Target: own.ID.String(), Object: registry.Object{Kind: registry.KindAssociation, ID: "replaces"}})
	if _, err := stranger.Provide(ctx, lot, documents); err == nil || h.refused(err) != "XDS-REG-011" {
		h.t.Errorf("replacing another record's document: %v", err)
	}
}

// provide sends a lot as it is, with a token, and gives the answer's body.
func (h *house) provide(c *xdsclient.Client, lot *registry.Submission, documents []xdsclient.Document) string {
	h.t.Helper()
	token, err := c.Identity.Issue(vihf.Claims{Patient: c.Patient})
	if err != nil {
		h.t.Fatal(err)
	}
	body := lot.AppendXML([]byte(`<x:ProvideAndRegisterDocumentSetRequest xmlns:x="` + registry.NamespaceXDSB + `">`))
	var attachments []soap.Attachment
	for _, d := range documents {
		cid := d.EntryID + "@test"
		body = append(body, `<x:Document id="`+d.EntryID+`"><i:Include xmlns:i="`+soap.IncludeNamespace+`" href="cid:`+cid+`"/></x:Document>`...)
		attachments = append(attachments, soap.Attachment{ContentID: cid, ContentType: d.MimeType, Size: d.Size, Open: d.Open})
	}
	body = append(body, `</x:ProvideAndRegisterDocumentSetRequest>`...)
	reply, err := c.SOAP.Call(h.t.Context(), h.url, soap.Message{Action: "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", Body: soap.Bytes(body),
		Blocks: vihf.Security(token), MTOM: true, Attachments: attachments})
	if err != nil {
		h.t.Fatal(err)
	}
	defer reply.Close()
	return string(reply.Body.Raw())
}

func setIdentifier(o *registry.Object, scheme string) {
	for i := range o.ExternalIdentifiers {
		if o.ExternalIdentifiers[i].Scheme == scheme {
			o.ExternalIdentifiers[i].Value = dmp.StrangerCX
		}
	}
}
