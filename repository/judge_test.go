package repository_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/repository"
	"liasse/repository/blobtest"
)

// judging is a profile that reads every document again and does as the test says.
type judging struct {
	t       *testing.T
	refuse  bool
	err     error
	lots    int
	read    []string // by document: its entry, part and bytes
	partial bool
}

func (j *judging) judge(_ context.Context, lot *repository.Lot, report *rule.Report) error {
	j.lots++
	j.read, j.partial = nil, false
	for i := range lot.Documents {
		d := &lot.Documents[i]
		if !d.Read {
			j.partial = true
			if _, err := d.Open(); err == nil {
				j.t.Error("a document that was not read is opened")
			}
			continue
		}
		r, err := d.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		if blobtest.Digest(content) != d.Digest {
			j.t.Errorf("%s is read again as other bytes", d.Entry.UniqueID)
		}
		j.read = append(j.read, d.Entry.UniqueID+" "+d.Part)
	}
	if j.refuse {
		report.Add(rule.Finding{Rule: rule.Lookup("XDS-REP-010"), Place: rule.At(lot.Documents[0].At)})
	}
	return j.err
}

func (j *judging) world(t *testing.T) *world {
	j.t = t
	return newWorld(t, options{repository: func(cfg *repository.Config) { cfg.Judge = j.judge }})
}

// TestJudge: a profile sees every document of a lot before anything is kept, and its findings refuse the lot with the rest.
func TestJudge(t *testing.T) {
	j := &judging{}
	w := j.world(t)
	m := two()
	m.docs[0].content = blobtest.Content(200_000, 3) // one waits in a file, one in memory
	if r := w.provide(t, m); r.outcome != "Success" || j.lots != 1 || len(j.read) != 2 || !strings.Contains(j.read[0], m.docs[0].uniqueID+" ") {
		t.Fatalf("%v; %d lots judged, %q read", r, j.lots, j.read)
	}
	before := w.state(t)
	j.refuse = true
	m = two()
	m.set += ".1"
	for i := range m.docs {
		m.docs[i].uniqueID += ".1"
		m.docs[i].content = append([]byte("other"), m.docs[i].content...)
	}
	if r := w.provide(t, m); r.outcome != "Failure" || !r.has("XDS-REP-010") {
		t.Errorf("a lot that the profile refuses: %v", r)
	}
	if after := w.state(t); after != before || len(w.staged(t)) != 0 {
		t.Errorf("a refused lot leaves\n%s\nafter\n%s", after, before)
	}
	m.docs[0].slots = slot("hash", strings.Repeat("0", 40))
	if r := w.provide(t, m); r.outcome != "Failure" || !r.has("XDS-REP-010") || !r.has("XDS-REP-008") {
		t.Errorf("a lot that is refused twice: %v", r)
	}
}

// TestJudgeOfRefusedLot: of a lot that its metadata refuse already, the profile sees what can be read within the bound.
func TestJudgeOfRefusedLot(t *testing.T) {
	j := &judging{}
	w := j.world(t)
	before := w.state(t)
	m := two()
	m.docs[0].slots = slot("size", "many")
	if r := w.provide(t, m); r.outcome != "Failure" || j.lots != 1 || len(j.read) != 2 || j.partial {
		t.Errorf("%v; %d lots judged, %q read", r, j.lots, j.read)
	}
	m.docs[1].content = bytes.Repeat([]byte("sixteen letters "), 1<<20+1)
	if r := w.provide(t, m); r.outcome != "Failure" || j.lots != 2 || len(j.read) != 1 || !j.partial {
		t.Errorf("%v; %d lots judged, %q read", r, j.lots, j.read)
	}
	if after := w.state(t); after != before || len(w.staged(t)) != 0 {
		t.Errorf("refused lots leave\n%s\nafter\n%s", after, before)
	}
}

// TestJudgeFails: an error of the profile is nobody's finding, and nothing is kept.
func TestJudgeFails(t *testing.T) {
	j := &judging{err: errors.New("the trust store is on fire")}
	w := j.world(t)
	before := w.state(t)
	if r := w.provide(t, two()); r.outcome != "Fault" || r.status != 500 || strings.Contains(r.String(), "fire") {
		t.Errorf("%v", r)
	}
	if after := w.state(t); after != before || len(w.staged(t)) != 0 {
		t.Errorf("a lot that could not be judged leaves\n%s\nafter\n%s", after, before)
	}
}

// TestDocumentIDCapitals: a Document whose id differs from its entry's by capitals is tolerated with a warning.
func TestDocumentIDCapitals(t *testing.T) {
	for severity, outcome := range map[rule.Severity]string{rule.Off: "Success", rule.Warning: "Success", rule.Error: "Failure"} {
		w := newWorld(t, options{rules: map[string]rule.Severity{"XDS-REP-013": severity}})
		m := two()
		m.docs[0].id = "Document1"
		m.docs[0].documentID = "document1"
		r := w.provide(t, m)
		if r.outcome != outcome || r.has("XDS-REP-013") != (severity != rule.Off) || r.has("XDS-REP-005") || r.has("XDS-REP-006") {
			t.Errorf("%v: %v", severity, r)
		}
	}
}
