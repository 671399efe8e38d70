package registry_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/storetest"
	"liasse/schemas"
	"liasse/soap"
)

// shelf is a repository of documents in memory.
type shelf struct {
	repository string
	documents  map[string]string // by uniqueId
	failing    map[string]error
	opened     atomic.Int32
	open       atomic.Int32
}

type shelved struct {
	*strings.Reader
	close func()
}

func (s *shelved) Close() error { s.close(); return nil }

func (s *shelf) OpenDocument(_ context.Context, repository, uniqueID string) (registry.OpenedDocument, error) {
	if err := s.failing[uniqueID]; err != nil {
		return nil, err
	}
	text, ok := s.documents[uniqueID]
	if !ok || repository != s.repository {
		return nil, registry.ErrNoDocument
	}
	s.opened.Add(1)
	s.open.Add(1)
	closed := false
	return &shelved{strings.NewReader(text), func() {
		if !closed {
			s.open.Add(-1)
		}
		closed = true
	}}, nil
}

// itemWorld has a lot of entries I.1, I.2, … whose documents are of these texts; I.1's is of the first.
func itemWorld(t *testing.T, change func(*registry.Config), texts ...string) (*world, *shelf, []*registry.DocumentRecord) {
	t.Helper()
	s := &shelf{repository: "1.2.250.1.999.1.1.7898", documents: map[string]string{}, failing: map[string]error{}}
	w := newWorld(t, func(cfg *registry.Config) {
		cfg.Documents = s
		if change != nil {
			change(cfg)
		}
	})
	var entries []*registry.DocumentRecord
	for _, text := range texts {
		d := storetest.Document()
		s.documents[d.UniqueID] = text
		entries = append(entries, d)
	}
	w.lot("I", storetest.PatientID(1), false, entries...)
	return w, s, entries
}

// itemAnswer serves FindDocuments for the first patient and gives the answer's text.
func itemAnswer(ctx context.Context, w *world, returnType string, mtom bool, report *rule.Report) (string, *soap.Response, error) {
	w.t.Helper()
	doc, err := xmltree.Parse([]byte(adhocQuery(findDocumentsID, returnType, ofPatient(1), ofStatus(approvedList), param("$XDSDocumentEntryType", quotedList(registry.Stable.URN(), registry.OnDemand.URN())))), xmltree.SOAPLimits)
	if err != nil {
		w.t.Fatal(err)
	}
	response, err := registry.QueryTransactions(w.registry)[0].Serve(ctx, &soap.Request{Envelope: doc, Body: doc.Root(), MTOM: mtom, Report: report})
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	n, err := response.Body.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		w.t.Fatalf("writing %d bytes says %d: %v", out.Len(), n, err)
	}
	return out.String(), response, nil
}

// itemsOf gives the content of the last child of each ExtrinsicObject when it is a Document, by entryUUID.
func itemsOf(t *testing.T, raw string) map[string]xmltree.Node {
	t.Helper()
	doc, err := xmltree.Parse([]byte(raw), xmltree.DocumentLimits)
	if err != nil {
		t.Fatalf("the answer is not well-formed: %v\n%s", err, raw)
	}
	found := map[string]xmltree.Node{}
	for n := range doc.Root().Descendants() {
		if !n.Is(registry.NamespaceRIM, "ExtrinsicObject") {
			continue
		}
		last := xmltree.Node{}
		for child := range n.Elements() {
			if last.Local() == "Document" {
				t.Errorf("a Document stands before %s", child.Local())
			}
			last = child
		}
		if last.Is(registry.NamespaceXDSB, "Document") {
			found[n.AttrValue("", "id")] = last
		}
	}
	return found
}

func TestItemsInline(t *testing.T) {
	texts := []string{"", "a", "<?xml version=\"1.0\"?>\r\n<a/>", strings.Repeat("\x00\xff\r\n&]]>", 20000)}
	v := newValidator(t)
	for returnType, warned := range map[string]bool{"LeafClassWithRepositoryItem": false, "LeafClassWithRepositoryDocument": true} {
		w, s, entries := itemWorld(t, nil, texts...)
		report := &rule.Report{}
		ctx, end := context.WithCancel(t.Context())
		raw, response, err := itemAnswer(ctx, w, returnType, false, report)
		if err != nil || report.Failed() || (len(report.Findings) > 0) != warned || len(response.Attachments) > 0 {
			t.Fatalf("%v %v, %d attachments", err, report.Findings, len(response.Attachments))
		}
		if warned && report.Findings[0].Rule.ID != "XDS-SQ-055" {
			t.Errorf("found %v", report.Findings)
		}
		valid(t, v, []byte(raw), schemas.Payload)
		found := itemsOf(t, raw)
		for i, d := range entries {
			got, err := base64.StdEncoding.DecodeString(found[d.ID.String()].Text())
			if err != nil || string(got) != texts[i] {
				t.Errorf("the document %d comes as %d bytes: %v", i, len(got), err)
			}
		}
		end()
		if s.open.Load() != 0 {
			t.Error("documents that were written stay open")
		}
	}
}

func TestItemsAttached(t *testing.T) {
	texts := []string{"one", "two"}
	w, s, entries := itemWorld(t, nil, texts...)
	ctx, end := context.WithCancel(t.Context())
	raw, response, err := itemAnswer(ctx, w, "LeafClassWithRepositoryItem", true, &rule.Report{})
	if err != nil || len(response.Attachments) != 2 {
		t.Fatalf("%v, %d attachments", err, len(response.Attachments))
	}
	found := itemsOf(t, raw)
	for i, d := range entries {
		cid, ok := soap.Include(found[d.ID.String()])
		at := slices.IndexFunc(response.Attachments, func(a soap.Attachment) bool { return a.ContentID == cid })
		if !ok || at < 0 {
			t.Fatalf("the entry %d includes %q", i, cid)
		}
		part := response.Attachments[at]
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != texts[i] || part.Size != int64(len(texts[i])) || part.ContentType != "text/xml" {
			t.Errorf("the part of the entry %d is %q, %d, %s: %v", i, got, part.Size, part.ContentType, err)
		}
	}
	// Nothing was closed: the client went away. The end of the request closes.
	end()
	for range 1000 {
		if s.open.Load() == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("documents stay open after the end of the request")
}

// TestItemsNotKept: an entry whose document is not here comes without it, with a warning that names its uniqueId.
func TestItemsNotKept(t *testing.T) {
	w, s, entries := itemWorld(t, nil, "here", "gone", "broken")
	elsewhere := storetest.Document()
	elsewhere.RepositoryUniqueID = "1.2.250.1.999.1.1.1"
	s.documents[elsewhere.UniqueID] = "of another repository"
	demand := storetest.Document()
	demand.ObjectType = registry.OnDemand
	s.documents[demand.UniqueID] = "not made yet"
	w.lot("J", storetest.PatientID(1), false, elsewhere, demand)
	delete(s.documents, entries[1].UniqueID)
	s.failing[entries[2].UniqueID] = errors.New("input/output error")
	report := &rule.Report{}
	raw, _, err := itemAnswer(t.Context(), w, "LeafClassWithRepositoryItem", false, report)
	if err != nil || report.Failed() || len(report.Findings) != 4 || strings.Count(raw, "<ExtrinsicObject ") != 5 {
		t.Fatalf("%v, findings %v\n%s", err, report.Findings, raw)
	}
	found := itemsOf(t, raw)
	if len(found) != 1 || found[entries[0].ID.String()].IsZero() {
		t.Errorf("%d entries have their document", len(found))
	}
	for i, d := range []*registry.DocumentRecord{entries[1], entries[2], elsewhere, demand} {
		f := report.Findings[i]
		if f.Rule.ID != "XDS-SQ-054" || f.Severity != rule.Warning || f.Subject != d.UniqueID || !strings.Contains(raw, `location="`+d.UniqueID+`"`) || !strings.Contains(raw, "["+f.Rule.ID+"]") {
			t.Errorf("the finding %d is %s of %s", i, f.Rule.ID, f.Subject)
		}
	}
	if strings.Contains(raw, "input/output") {
		t.Error("the answer tells what happened inside")
	}

	strict, err := rule.NewPolicy(map[string]rule.Severity{"XDS-SQ-054": rule.Error})
	if err != nil {
		t.Fatal(err)
	}
	raw, _, err = itemAnswer(t.Context(), w, "LeafClassWithRepositoryItem", false, &rule.Report{Policy: strict})
	if err != nil || !strings.Contains(raw, registry.StatusFailure) || strings.Contains(raw, "<ExtrinsicObject ") || s.open.Load() != 0 {
		t.Errorf("refused: %v, %d open\n%s", err, s.open.Load(), raw)
	}
}

func TestItemsBound(t *testing.T) {
	many := make([]string, 257)
	for _, tt := range []struct {
		name  string
		limit int64
		texts []string
		fails bool
	}{
		{"just enough", 10, []string{"12345", "12345"}, false},
		{"one byte more", 10, []string{"12345", "123456"}, true},
		{"the first alone", 10, []string{"12345678901"}, true},
		{"as many as may be", 10, many[:256], false},
		{"one document more", 10, many, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, s, _ := itemWorld(t, func(cfg *registry.Config) { cfg.MaxItemBytes = tt.limit }, tt.texts...)
			report := &rule.Report{}
			raw, _, err := itemAnswer(t.Context(), w, "LeafClassWithRepositoryItem", false, report)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.fails {
				if len(report.Findings) > 0 || len(itemsOf(t, raw)) != len(tt.texts) {
					t.Errorf("found %v in %d documents", report.Findings, len(itemsOf(t, raw)))
				}
				return
			}
			if len(report.Findings) != 1 || report.Findings[0].Rule.ID != "XDS-SQ-053" || !strings.Contains(raw, `errorCode="XDSTooManyResults"`) || strings.Contains(raw, "<ExtrinsicObject ") {
				t.Errorf("found %v\n%s", report.Findings, raw)
			}
			if s.open.Load() != 0 {
				t.Errorf("%d documents stay open", s.open.Load())
			}
		})
	}
}

// TestItemsAreAskedFor: no other answer opens a document, and a request that ended gets none.
func TestItemsAreAskedFor(t *testing.T) {
	w, s, _ := itemWorld(t, nil, "one")
	for _, returnType := range []string{"LeafClass", "ObjectRef"} {
		raw, _, err := itemAnswer(t.Context(), w, returnType, false, &rule.Report{})
		if err != nil || s.opened.Load() != 0 || strings.Contains(raw, "<Document") {
			t.Errorf("%s: %v, %d opened\n%s", returnType, err, s.opened.Load(), raw)
		}
	}
	ended, end := context.WithCancel(t.Context())
	s.failing = nil
	w.reopen(func(cfg *registry.Config) { cfg.Documents = &ending{s, end} })
	if _, _, err := itemAnswer(ended, w, "LeafClassWithRepositoryItem", false, &rule.Report{}); !errors.Is(err, context.Canceled) || s.open.Load() != 0 {
		t.Errorf("the request ended: %v, %d open", err, s.open.Load())
	}
}

// ending ends the request while a document is opened.
type ending struct {
	*shelf
	end context.CancelFunc
}

func (e *ending) OpenDocument(ctx context.Context, repository, uniqueID string) (registry.OpenedDocument, error) {
	e.end()
	return nil, ctx.Err()
}
