package repository_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/repository"
	"liasse/repository/blobtest"
	"liasse/soap"
)

// registrarFunc is a registry that does as the test says.
type registrarFunc func(context.Context, *registry.Submission, *rule.Report, []registry.Content) ([]repository.RegistryError, error)

func (f registrarFunc) Register(ctx context.Context, sub *registry.Submission, report *rule.Report, contents []registry.Content) ([]repository.RegistryError, error) {
	return f(ctx, sub, report, contents)
}

// TestTrouble: what is not the lot's fault is said as such, and contents are taken back when the lot is surely not
// registered.
func TestTrouble(t *testing.T) {
	for _, c := range []struct {
		err        error
		outcome    string
		status     int
		code       string
		retryAfter bool
		kept       bool
		says       string
	}{
		{registry.ErrBusy, "Failure", 503, "XDSRegistryBusy", true, false, "[OPS-010] "},
		{registry.ErrOutOfSpace, "Failure", 200, "XDSRegistryOutOfResources", false, false, "[OPS-011] "},
		{registry.ErrUnavailable, "Failure", 200, "XDSRegistryNotAvailable", false, false, "[OPS-012] "},
		{registry.ErrOutcomeUnknown, "Failure", 200, "XDSRegistryNotAvailable", false, true, "[OPS-013] "},
		{errors.New("a disk burnt"), "Fault", 500, "", false, true, "[OPS-001] "},
	} {
		t.Run(c.err.Error(), func(t *testing.T) {
			w := newWorld(t, options{repository: func(cfg *repository.Config) {
				cfg.Registrar = registrarFunc(func(context.Context, *registry.Submission, *rule.Report, []registry.Content) ([]repository.RegistryError, error) {
					return nil, fmt.Errorf("registering: %w", c.err)
				})
			}})
			r := w.provide(t, two())
			if r.outcome != c.outcome || r.status != c.status || r.codes() != c.code || (r.retryAfter != "") != c.retryAfter {
				t.Errorf("%v, Retry-After %q", r, r.retryAfter)
			}
			if len(r.errors) > 0 && !strings.HasPrefix(r.errors[0].context, c.says) || len(r.errors) == 0 && !strings.Contains(r.reason, c.says) {
				t.Errorf("%s is not said: %v", c.says, r)
			}
			if strings.Contains(r.reason, "burnt") {
				t.Error("the fault tells what is inside")
			}
			if kept := strings.Count(w.state(t), "blob "); (kept > 0) != c.kept {
				t.Errorf("%d blobs stay", kept)
			}
		})
	}
}

// TestDiskFull: a full disk under the documents refuses lots, keeps nothing of them, goes on giving documents, and takes
// lots again when there is room.
func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "documents"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", filepath.Join(dir, "documents"), "tmpfs", 0, "size=4m,mode=0700"); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(filepath.Join(dir, "documents"), unix.MNT_DETACH) })
	w := newWorldIn(t, dir, options{})
	if r := w.provide(t, two()); r.outcome != "Success" {
		t.Fatal(r)
	}
	before := w.state(t)
	large := &message{set: "1.2.3.102", docs: []doc{
		{id: "doc1", uniqueID: "1.2.3.11", content: blobtest.Content(1000, 11)},
		{id: "doc2", uniqueID: "1.2.3.12", content: blobtest.Content(5<<20, 12)},
	}}
	r := w.provide(t, large)
	if r.outcome != "Failure" || r.codes() != "XDSRepositoryOutOfResources" || !strings.HasPrefix(r.errors[0].context, "[OPS-020] ") {
		t.Error(r)
	}
	if state := w.state(t); state != before {
		t.Errorf("something stays:\n%s", state)
	}
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.1"), request("", repositoryOID, "1.2.3.2")); r.outcome != "Success" {
		t.Errorf("reading: %v", r)
	}
	large.docs[1].content = blobtest.Content(2<<20, 12)
	if r := w.provide(t, large); r.outcome != "Success" {
		t.Errorf("a lot that fits: %v", r)
	}
}

func newWorldIn(t *testing.T, dir string, o options) *world {
	t.Helper()
	inner, err := openWorld(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := inner.close(); err != nil {
			t.Error(err)
		}
	})
	inner.url = serve(t, inner)
	return inner
}

// TestBrokenMessageLeavesNothing: a message that ends too early, or is refused in its framing, leaves no file.
func TestBrokenMessageLeavesNothing(t *testing.T) {
	w := newWorld(t, options{limits: soap.Limits{Document: 1 << 20}})
	before := w.state(t)
	whole := two()
	whole.docs[0].content = blobtest.Content(300_000, 1)
	raw := whole.mtom()
	for name, body := range map[string][]byte{
		"cut in the second document": raw[:len(raw)-50_000],
		"without the final boundary": raw[:len(raw)-len(end)],
		"bytes after the end":        append(bytes.Clone(raw), "trailing"...),
	} {
		r := post(t, w.url, mtomType, bytes.NewReader(body))
		if r.outcome == "Success" {
			t.Errorf("%s: %v", name, r)
		}
		if state := w.state(t); state != before {
			t.Errorf("%s: something stays:\n%s", name, state)
		}
	}
	whole.docs[1].content = blobtest.Content(1<<20+1, 2)
	if r := w.provide(t, whole); r.outcome == "Success" {
		t.Errorf("a document over the limit: %v", r)
	}
	if state := w.state(t); state != before {
		t.Errorf("something stays:\n%s", state)
	}
}

// TestStatelessFindingsTouchNoDisk: a lot refused by its metadata alone stages nothing.
func TestStatelessFindingsTouchNoDisk(t *testing.T) {
	counter := &countingBlobs{}
	w := newWorld(t, options{blobs: func(b repository.Blobs) repository.Blobs { counter.Blobs = b; return counter }})
	m := two()
	m.docs = append(m.docs, doc{id: "doc3", uniqueID: "1.2.3.3", noDocument: true})
	if r := w.provide(t, m); r.outcome != "Failure" {
		t.Fatal(r)
	}
	if counter.staged != 0 || counter.commits != 0 {
		t.Errorf("%d staged, %d commits", counter.staged, counter.commits)
	}
	m = two()
	m.docs[1].slots = slot("size", "1") // known only when the bytes have been read
	if r := w.provide(t, m); r.outcome != "Failure" {
		t.Fatal(r)
	}
	if counter.commits != 0 {
		t.Errorf("%d commits of refused lots", counter.commits)
	}
}

type countingBlobs struct {
	repository.Blobs
	staged, commits int
}

func (c *countingBlobs) Stage(ctx context.Context, r io.Reader) (repository.Staged, error) {
	c.staged++
	return c.Blobs.Stage(ctx, r)
}

func (c *countingBlobs) Commit(ctx context.Context, s []repository.Staged) ([]repository.Committed, error) {
	c.commits++
	return c.Blobs.Commit(ctx, s)
}

// TestSharedContents: many lots at once bring the same content, some are refused; what a registered document has is
// there, and when all are refused nothing stays.
func TestSharedContents(t *testing.T) {
	for _, allRefused := range []bool{false, true} {
		w := newWorld(t, options{limits: soap.Limits{Concurrent: 64, PerClient: 64, Queued: 64}})
		shared := blobtest.Content(70_000, 7)
		var wait sync.WaitGroup
		for i := range 24 {
			wait.Go(func() {
				m := &message{set: fmt.Sprint("1.2.3.1.", i), docs: []doc{{id: "doc1", uniqueID: fmt.Sprint("1.2.3.2.", i), content: shared}}}
				refused := allRefused || i%3 != 0
				if refused {
					m.patient = fmt.Sprint("nobody", i, "^^^&amp;", authorityOID, "&amp;ISO")
				}
				if r := w.provide(t, m); (r.outcome == "Success") == refused {
					t.Error(r)
				}
			})
		}
		wait.Wait()
		state := w.state(t)
		blobs, contents := strings.Count(state, "blob "), strings.Count(state, "content ")
		if allRefused && (blobs != 0 || contents != 0) || !allRefused && (blobs != 1 || contents != 8) {
			t.Errorf("all refused: %v; %d blobs, %d contents", allRefused, blobs, contents)
		}
		if report, err := repository.Fsck(t.Context(), w.store, w.blobs, repository.FsckOptions{Grace: -1}); err != nil || !report.Clean() {
			t.Errorf("fsck: %+v, %v", report, err)
		}
	}
}

// TestFsck finds what is wrong, and removes only what nobody needs.
func TestFsck(t *testing.T) {
	w := newWorld(t, options{})
	m := two()
	m.docs = append(m.docs, doc{id: "doc3", uniqueID: "1.2.3.3", content: blobtest.Content(5000, 3)})
	if r := w.provide(t, m); r.outcome != "Success" {
		t.Fatal(r)
	}
	check := func(o repository.FsckOptions) (repository.FsckReport, string) {
		t.Helper()
		var found []string
		o.Each = func(p repository.Problem) error {
			found = append(found, fmt.Sprintf("%s %s", p.Kind, p.UniqueID))
			return nil
		}
		report, err := repository.Fsck(t.Context(), w.store, w.blobs, o)
		if err != nil {
			t.Fatal(err)
		}
		return report, strings.Join(found, ", ")
	}
	if report, found := check(repository.FsckOptions{}); !report.Clean() || found != "" || report.Blobs != 3 || report.Documents != 3 || report.Bytes != 205_015 {
		t.Errorf("%+v %s", report, found)
	}
	// A crash between naming and registering leaves a blob that nobody needs.
	staged, err := w.blobs.Stage(t.Context(), bytes.NewReader([]byte("orphan")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.blobs.Commit(t.Context(), []repository.Staged{staged}); err != nil {
		t.Fatal(err)
	}
	path := func(content []byte) string {
		name := blobtest.Digest(content).Address.String()
		return filepath.Join(w.dir, "documents", "blobs", name[:2], name)
	}
	if err := os.Remove(path(m.docs[0].content)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path(m.docs[1].content), make([]byte, 200_000), 0o600); err != nil {
		t.Fatal(err)
	}
	if report, found := check(repository.FsckOptions{Remove: true}); found != "missing 1.2.3.1, damaged 1.2.3.2" || report.Orphans != 0 {
		t.Errorf("within the grace: %+v %s", report, found)
	}
	later := func() time.Time { return time.Now().Add(2 * time.Hour) }
	if report, found := check(repository.FsckOptions{Now: later}); found != "missing 1.2.3.1, damaged 1.2.3.2, orphan " || report.Removed != 0 || report.Clean() {
		t.Errorf("%+v %s", report, found)
	}
	if report, _ := check(repository.FsckOptions{Now: later, Remove: true}); report.Removed != 1 {
		t.Errorf("%+v", report)
	}
	if report, found := check(repository.FsckOptions{Now: later, Quick: true}); found != "missing 1.2.3.1, damaged 1.2.3.2" {
		t.Errorf("%+v %s", report, found)
	}
}

func TestConfigIsChecked(t *testing.T) {
	w := newWorld(t, options{})
	right := repository.Config{UniqueID: repositoryOID, Blobs: w.blobs, Store: w.store, Registrar: registrarFunc(nil)}
	if _, err := repository.New(right); err != nil {
		t.Error(err)
	}
	for _, oid := range []string{"", "x", "1", "1.", ".1", "1..2", "1.02", "urn:oid:1.2", "3.1", "1.2 ", strings.Repeat("1.", 40) + "1"} {
		wrong := right
		wrong.UniqueID = oid
		if _, err := repository.New(wrong); err == nil {
			t.Errorf("the repositoryUniqueId %q is accepted", oid)
		}
	}
	for i, wrong := range []repository.Config{
		{UniqueID: repositoryOID, Store: w.store, Registrar: right.Registrar},
		{UniqueID: repositoryOID, Blobs: w.blobs, Registrar: right.Registrar},
		{UniqueID: repositoryOID, Blobs: w.blobs, Store: w.store},
	} {
		if _, err := repository.New(wrong); err == nil {
			t.Errorf("configuration %d is accepted", i)
		}
	}
	if err := w.repository.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
