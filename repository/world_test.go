package repository_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/repository/fsblob"
	"liasse/soap"
)

// world is a repository and its registry, served over HTTP.
type world struct {
	dir        string
	store      registry.Store
	blobs      repository.Blobs
	repository *repository.Repository
	handler    http.Handler
	url        string
}

// options change what a world is made of.
type options struct {
	repository func(*repository.Config)
	blobs      func(repository.Blobs) repository.Blobs
	rules      map[string]rule.Severity
	limits     soap.Limits
}

func newWorld(t testing.TB, o options) *world {
	t.Helper()
	w, err := openWorld(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	w.url = serve(t, w)
	return w
}

// serve gives the address under which the world answers until the test ends.
func serve(t testing.TB, w *world) string {
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.Close)
	return server.URL
}

func openWorld(dir string, o options) (*world, error) {
	w := &world{dir: dir}
	blobs, err := fsblob.Open(filepath.Join(dir, "documents"))
	if err != nil {
		return nil, err
	}
	w.blobs = blobs
	if o.blobs != nil {
		w.blobs = o.blobs(blobs)
	}
	if w.store, err = sqlstore.Open(context.Background(), sqlstore.Config{Path: filepath.Join(dir, "registry.db")}); err != nil {
		return nil, err
	}
	err = w.store.Submit(context.Background(), func(tx registry.Tx) error {
		_, err := tx.AddPatient(context.Background(), strings.ReplaceAll(patientCX, "&amp;", "&"))
		return err
	})
	if err != nil {
		return nil, err
	}
	policy, err := rule.NewPolicy(o.rules)
	if err != nil {
		return nil, err
	}
	actor, err := registry.New(registry.Config{Store: w.store, Affinity: registry.Affinity{AssigningAuthorities: []string{authorityOID}}, Rules: policy})
	if err != nil {
		return nil, err
	}
	cfg := repository.Config{UniqueID: repositoryOID, Blobs: w.blobs, Store: w.store, Registrar: repository.Local{Registry: actor}}
	if o.repository != nil {
		o.repository(&cfg)
	}
	if w.repository, err = repository.New(cfg); err != nil {
		return nil, err
	}
	w.handler = soap.NewHandler(soap.Config{Rules: policy, Limits: o.limits, SpoolDir: dir}, append(w.repository.Transactions(), actor.Transactions()...)...)
	return w, nil
}

func (w *world) close() error { return errors.Join(w.store.Close(), w.blobs.Close()) }

// reply is an answer, read whole.
type reply struct {
	status     int // of HTTP
	retryAfter string
	outcome    string // last word of the RegistryResponse's status, or Fault
	reason     string // of a fault
	errors     []registryError
	documents  []document
	length     int64
	raw        string
}

type registryError struct{ code, context, location, severity string }

type document struct {
	home, repository, uniqueID, mimeType, partType string
	content                                        []byte
}

func (r *reply) codes() string {
	codes := make([]string, len(r.errors))
	for i := range r.errors {
		codes[i] = r.errors[i].code
	}
	return strings.Join(codes, " ")
}

func (r *reply) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP %d %s %s", r.status, r.outcome, r.reason)
	for _, e := range r.errors {
		fmt.Fprintf(&b, "\n\t%s %s %s @%s", e.severity, e.code, e.context, e.location)
	}
	return b.String()
}

// has tells whether an error of the rule is there.
func (r *reply) has(id string) bool {
	for i := range r.errors {
		if strings.HasPrefix(r.errors[i].context, "["+id+"]") {
			return true
		}
	}
	return false
}

func (w *world) provide(t testing.TB, m *message) *reply {
	t.Helper()
	return post(t, w.url, mtomType, bytes.NewReader(m.mtom()))
}

func (w *world) retrieve(t testing.TB, requests ...string) *reply {
	t.Helper()
	return post(t, w.url, mtomType, strings.NewReader(rootPart(retrieval(requests...))+end))
}

func post(t testing.TB, url, contentType string, body io.Reader) *reply {
	t.Helper()
	return postWith(t, &soap.Client{}, url, contentType, body)
}

func postWith(t testing.TB, client *soap.Client, url, contentType string, body io.Reader) *reply {
	t.Helper()
	answer, err := client.Post(t.Context(), url, contentType, body, -1)
	var fault *soap.ReceivedFault
	var status *soap.StatusError
	switch {
	case errors.As(err, &fault):
		defer answer.Close()
		return &reply{status: answer.Status, outcome: "Fault", reason: string(fault.Code) + " " + fault.Reason}
	case errors.As(err, &status):
		return &reply{status: status.Status}
	case err != nil:
		t.Fatal(err)
	}
	defer answer.Close()
	r := &reply{status: answer.Status, raw: string(answer.Body.Raw()), retryAfter: answer.HTTPHeader.Get("Retry-After")}
	if _, err := fmt.Sscan(or(answer.HTTPHeader.Get("Content-Length"), "-1"), &r.length); err != nil {
		t.Fatal(err)
	}
	response := answer.Body
	if inner := response.Child(registry.NamespaceRS, "RegistryResponse"); !inner.IsZero() {
		response = inner
	}
	status2 := response.AttrValue("", "status")
	r.outcome = status2[strings.LastIndexByte(status2, ':')+1:]
	for e := range response.Child(registry.NamespaceRS, "RegistryErrorList").Elements() {
		severity := e.AttrValue("", "severity")
		r.errors = append(r.errors, registryError{strings.Clone(e.AttrValue("", "errorCode")), strings.Clone(e.AttrValue("", "codeContext")),
			strings.Clone(e.AttrValue("", "location")), severity[strings.LastIndexByte(severity, ':')+1:]})
	}
	r.readDocuments(t, answer)
	return r
}

func (r *reply) readDocuments(t testing.TB, answer *soap.Reply) {
	t.Helper()
	content := make(map[xmltree.Node]*document)
	var order []*document
	for e := range answer.Body.Children(registry.NamespaceXDSB, "DocumentResponse") {
		text := func(name string) string { return strings.Clone(e.Child(registry.NamespaceXDSB, name).Text()) }
		d := &document{home: text("HomeCommunityId"), repository: text("RepositoryUniqueId"), uniqueID: text("DocumentUniqueId"), mimeType: text("mimeType")}
		node := e.Child(registry.NamespaceXDSB, "Document")
		content[node] = d
		order = append(order, d)
		inline, is, err := answer.Inline(node)
		if err != nil {
			t.Fatal(err)
		}
		if is {
			if d.content, err = io.ReadAll(inline); err != nil {
				t.Fatal(err)
			}
		}
	}
	for answer.MTOM {
		part, err := answer.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		d := content[part.Element]
		if d == nil {
			t.Fatalf("the part %s is of no document", part.ContentID)
		}
		d.partType = part.ContentType
		if d.content, err = io.ReadAll(part); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range order {
		r.documents = append(r.documents, *d)
	}
}

// state is all that a refused message must leave as it was: rows, blobs, staged files.
func (w *world) state(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	err := w.store.View(t.Context(), func(read registry.Reader) error {
		all := []string{strings.ReplaceAll(patientCX, "&amp;", "&")}
		err := errors.Join(
			read.Documents(t.Context(), &registry.DocumentFilter{PatientIDs: all}, func(r *registry.DocumentRecord) error {
				fmt.Fprintf(&b, "document %s %s %d %s\n", r.UniqueID, r.Hash, r.Size, r.RepositoryUniqueID)
				return nil
			}),
			read.SubmissionSets(t.Context(), &registry.SubmissionSetFilter{PatientIDs: all}, func(r *registry.SubmissionSetRecord) error {
				fmt.Fprintf(&b, "set %s\n", r.UniqueID)
				return nil
			}))
		return errors.Join(err, read.EachContent(t.Context(), func(c *registry.Content) error {
			fmt.Fprintf(&b, "content %s %s %d\n", c.UniqueID, hex.EncodeToString(c.SHA256[:]), c.Size)
			return nil
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = w.blobs.Walk(t.Context(), func(i repository.BlobInfo) error {
		fmt.Fprintf(&b, "blob %s %d\n", i.Address, i.Size)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range w.staged(t) {
		fmt.Fprintf(&b, "staged %s\n", file)
	}
	return b.String()
}

// staged lists the files under the staging folder, and spool files if there were any.
func (w *world) staged(t testing.TB) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join(w.dir, "documents", "staging"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	spooled, err := filepath.Glob(filepath.Join(w.dir, "liasse-spool-*"))
	if err != nil {
		t.Fatal(err)
	}
	return append(files, spooled...)
}
