package dmp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/repository"
	"liasse/vihf"
	"liasse/xmldsig"
)

// TestSeveritiesOfTheSignature: what a configuration tolerates is a warning, and what it turns off is not looked for.
func TestSeveritiesOfTheSignature(t *testing.T) {
	p := profile(t, now)
	for severity, want := range map[rule.Severity]string{rule.Off: "", rule.Warning: "LOT-034", rule.Error: "LOT-034"} {
		s := newSetting(t)
		s.draft.signer.Method, s.draft.signer.Digest = "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1"
		s.seal()
		s.contents[s.signed.Entry.ID] = s.signed.Signature
		found := newBench(t, p, map[string]rule.Severity{"LOT-034": severity}).judge(t, s.caller, nil, s.signed.Submission, s.contents)
		if ids(found) != want || found.Failed() != (severity == rule.Error) {
			t.Errorf("%v:\n%s", severity, sentences(found))
		}
	}
}

// TestAllFindingsInOneAnswer: independent faults of one lot are found together, most basic first.
func TestAllFindingsInOneAnswer(t *testing.T) {
	s := newSetting(t)
	s.object(purposeSource, "1.2.3")
	s.draft.manifest[0].Value = []byte{1}
	s.seal()
	s.contents[s.signed.Entry.ID] = s.signed.Signature
	s.contents["document-2"] = []byte("other")
	s.entry().SetSlot(registry.SlotLanguageCode, "fr-FR")
	s.caller.Structure = "x"
	found := newBench(t, profile(t, now), nil).judge(t, s.caller, nil, s.signed.Submission, s.contents)
	if got := ids(found); got != "DMP-006 LOT-009 LOT-051 LOT-055 LOT-079" || found[0].Rule.ID != "DMP-006" {
		t.Errorf("found %s:\n%s", got, sentences(found))
	}
}

// TestTransplantedSignature refuses the signature of one lot in another: with the same documents under new uniqueIds, with
// the same uniqueIds of another patient, and with its whole self.
func TestTransplantedSignature(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	one := newSetting(t)
	one.seal()
	other := newSetting(t)
	other.seal()
	other.contents[other.signed.Entry.ID] = one.signed.Signature
	if got := ids(b.judge(t, other.caller, nil, other.signed.Submission, other.contents)); got != "LOT-050 LOT-052 LOT-054" {
		t.Errorf("the signature of another lot of the same documents: %s", got)
	}
	// The same uniqueIds in the record of another patient: the token is that patient's, the document is not.
	one.contents[one.signed.Entry.ID] = one.signed.Signature
	stranger := *one.caller
	stranger.Patient.ID = "180035121518990"
	for _, d := range one.signed.Submission.Documents {
		identify(&d.Object, registry.SchemeDocumentPatientID, strangerCX)
	}
	identify(&one.lot.SubmissionSet.Object, registry.SchemeSubmissionSetPatientID, strangerCX)
	if got := ids(b.judge(t, &stranger, nil, one.signed.Submission, one.contents)); got != "DMP-004 LOT-012" {
		t.Errorf("the same lot in another patient's record: %s", got)
	}
}

// TestLotsOfManyDocuments signs and judges lots up to what a Manifest may hold.
func TestLotsOfManyDocuments(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	who := identity(t, "medecin")
	for _, n := range []int{1, 50, 255, 256} {
		var files []file
		for i := range n {
			if i%2 == 0 {
				files = append(files, xmlFile(note(fmt.Sprintf("1.2.%d", i+1), 1)))
			} else {
				files = append(files, binaryFile([]byte{byte(i)}))
			}
		}
		lot, contents := makeLot(t, who, files...)
		signed, err := SignLot(lot, signing(contents), who, now)
		if err != nil {
			t.Fatal(err)
		}
		contents[signed.Entry.ID] = signed.Signature
		want := ""
		if n == 256 {
			want = "LOT-032" // with the SubmissionSet one more than is read
		}
		if got := ids(b.judge(t, callerOf(who), nil, signed.Submission, contents)); got != want {
			t.Errorf("%d documents: %s", n, got)
		}
	}
}

// TestSignaturePartsMissing: of a lot whose signature or documents did not come the rest is judged, and what is missing is
// the repository's to say.
func TestSignaturePartsMissing(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	s := newSetting(t)
	s.seal()
	if found := b.judge(t, s.caller, nil, s.signed.Submission, s.contents); len(found) > 0 {
		t.Errorf("without the signature's bytes:\n%s", sentences(found))
	}
	s.contents[s.signed.Entry.ID] = s.signed.Signature
	delete(s.contents, "document-1")
	if found := b.judge(t, s.caller, nil, s.signed.Submission, s.contents); len(found) > 0 {
		t.Errorf("without a document's bytes:\n%s", sentences(found))
	}
}

// huge is a staged document that is larger than is parsed.
type huge struct{ repository.Staged }

func (h huge) Digest() repository.Digest {
	d := h.Staged.Digest()
	d.Size = int64(xmltree.DocumentLimits.Bytes) + 1
	return d
}

func (huge) Open() (io.ReadCloser, error) { panic("it is not to be read") }

// TestHugeXMLDocument: XML beyond what is parsed is refused unread.
func TestHugeXMLDocument(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	s := newSetting(t)
	s.seal()
	s.contents[s.signed.Entry.ID] = s.signed.Signature
	lot := b.stage(t, s.signed.Submission, s.contents)
	staged, err := b.blobs.Stage(t.Context(), bytes.NewReader(s.contents["document-1"]))
	if err != nil {
		t.Fatal(err)
	}
	defer staged.Discard()
	lot.Documents[0] = repository.NewLotDocument(lot.Documents[0].Entry, "d", huge{staged})
	report := &rule.Report{}
	if err := b.profile.Judge(vihf.WithCaller(t.Context(), s.caller), lot, report); err != nil {
		t.Fatal(err)
	}
	if got := ids(report.Findings); got != "LOT-059" {
		t.Errorf("found %s:\n%s", got, sentences(report.Findings))
	}
}

// TestRevocationUnknown: without a current revocation list nobody is trusted.
func TestRevocationUnknown(t *testing.T) {
	p := profile(t, now)
	var err error
	p.cfg.LotTrust, err = pki.Open(pki.Config{Usage: pki.LotSigner, Realm: pki.RealmTest, RequireCRL: true, Now: func() time.Time { return now },
		Anchors: []string{filepath.Join(world.Dir, "trust", "roots")}, Intermediates: []string{filepath.Join(world.Dir, "trust", "intermediates")}})
	if err != nil {
		t.Fatal(err)
	}
	s := newSetting(t)
	s.seal()
	s.contents[s.signed.Entry.ID] = s.signed.Signature
	if got := ids(newBench(t, p, nil).judge(t, s.caller, nil, s.signed.Submission, s.contents)); got != "LOT-097" {
		t.Errorf("found %s", got)
	}
}

// TestWithoutACaller: nothing is judged, and nothing is seen, of nobody.
func TestWithoutACaller(t *testing.T) {
	p := profile(t, now)
	if err := p.Judge(context.Background(), &repository.Lot{Submission: &registry.Submission{}}, &rule.Report{}); err == nil {
		t.Error("a lot of nobody is judged")
	}
	if p.Visible(context.Background(), &registry.Identity{PatientID: patientCX}) {
		t.Error("nobody sees an object")
	}
}

// TestVisible: the record that the token opens is seen, without the signatures of its lots.
func TestVisible(t *testing.T) {
	p := profile(t, now)
	ctx := vihf.WithCaller(t.Context(), callerOf(identity(t, "medecin")))
	for _, c := range []struct {
		name string
		id   registry.Identity
		seen bool
	}{
		{"a document", registry.Identity{Kind: registry.KindDocument, PatientID: patientCX}, true},
		{"a document with a type beside the identifier", registry.Identity{Kind: registry.KindDocument, PatientID: patientCX + "^"}, true},
		{"a SubmissionSet", registry.Identity{Kind: registry.KindSubmissionSet, PatientID: patientCX}, true},
		{"a stranger's document", registry.Identity{Kind: registry.KindDocument, PatientID: strangerCX}, false},
		{"a stranger's SubmissionSet", registry.Identity{Kind: registry.KindSubmissionSet, PatientID: strangerCX}, false},
		{"the same number of another authority", registry.Identity{PatientID: patientID + "^^^&1.2.3&ISO"}, false},
		{"an object without a patient", registry.Identity{}, false},
		{"a signature", registry.Identity{Kind: registry.KindDocument, PatientID: patientCX, ClassCode: signatureClass, FormatCode: signatureFormats[0]}, false},
		{"a signature by its class", registry.Identity{Kind: registry.KindDocument, PatientID: patientCX, ClassCode: signatureClass}, false},
		{"a signature by its format", registry.Identity{Kind: registry.KindDocument, PatientID: patientCX, FormatCode: signatureFormats[1]}, false},
	} {
		if got := p.Visible(ctx, &c.id); got != c.seen {
			t.Errorf("%s is seen: %v", c.name, got)
		}
	}
	nobody := vihf.WithCaller(t.Context(), &vihf.Caller{})
	if p.Visible(nobody, &registry.Identity{PatientID: "^^^&&ISO"}) {
		t.Error("a caller without a patient sees an object without one")
	}
}

// TestAsked: a query for another patient than the token's is refused.
func TestAsked(t *testing.T) {
	p := profile(t, now)
	ctx := vihf.WithCaller(t.Context(), callerOf(identity(t, "medecin")))
	report := &rule.Report{}
	p.Asked(ctx, "FindDocuments", []registry.AskedPatient{{Parameter: "$XDSDocumentEntryPatientId", CX: patientCX}}, report)
	p.Asked(ctx, "GetDocuments", nil, report)
	if len(report.Findings) > 0 {
		t.Errorf("one's own patient:\n%s", sentences(report.Findings))
	}
	p.Asked(ctx, "FindDocuments", []registry.AskedPatient{{Parameter: "$XDSDocumentEntryPatientId", CX: strangerCX}}, report)
	if got := ids(report.Findings); got != "DMP-003" || !report.Failed() || report.Findings[0].WireCode() != "XDSPatientIdDoesNotMatch" {
		t.Errorf("a stranger: %s", got)
	}
	if sentence := report.Findings[0].Sentence("en"); !strings.Contains(sentence, "[DMP-003] ") {
		t.Error(sentence)
	}
}

// TestConfiguration: what a profile cannot do without is said.
func TestConfiguration(t *testing.T) {
	whole := profile(t, now).cfg
	for want, cfg := range map[string]Config{"verifier": {LotTrust: whole.LotTrust}, "sign lots": {Verifier: whole.Verifier}} {
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without a %s: %v", want, err)
		}
	}
}

// TestExplanations: a digest or a signature that is wrong for a known reason is told with it.
func TestExplanations(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	for _, c := range []struct {
		name, rule, says string
		before, after    func(s *setting)
	}{
		{"raw for canonical", "LOT-055", "not in its canonical form", func(s *setting) {
			transforms := s.draft.manifest[1].Transforms
			s.raw(1, "document-1")
			s.draft.manifest[1].Transforms = transforms
		}, nil},
		{"exchanged", "LOT-055", "another document of the lot", func(s *setting) {
			hash, _ := xmldsig.SHA256.Hash()
			sum := hash.New()
			sum.Write(s.contents["document-1"])
			s.draft.manifest[2].Value = sum.Sum(nil)
		}, nil},
		{"another key", "LOT-040", "SignedInfo", nil, func(s *setting) { s.swap("<ds:SignedInfo>", `<ds:SignedInfo Id="a">`) }},
	} {
		s := newSetting(t)
		if c.before != nil {
			c.before(s)
		}
		s.seal()
		if c.after != nil {
			c.after(s)
		}
		s.contents[s.signed.Entry.ID] = s.signed.Signature
		found := b.judge(t, s.caller, nil, s.signed.Submission, s.contents)
		if got := ids(found); got != c.rule || !strings.Contains(found[0].Fix.EN, c.says) || found[0].Fix.FR == "" {
			t.Errorf("%s: %s, %q", c.name, got, sentences(found))
		}
	}
}

// TestExplanationsAreBounded: of documents that are long together only the first ones are explained, all are refused.
func TestExplanationsAreBounded(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	s := newSetting(t)
	long := note("1.2.3", maxExplained*3/5/120)
	s.lot, s.contents = makeLot(t, s.who, xmlFile(long), xmlFile(long))
	s.draw()
	for i, id := range []string{"document-1", "document-2"} {
		transforms := s.draft.manifest[i+1].Transforms
		s.raw(i+1, id)
		s.draft.manifest[i+1].Transforms = transforms
	}
	s.seal()
	s.contents[s.signed.Entry.ID] = s.signed.Signature
	found := b.judge(t, s.caller, nil, s.signed.Submission, s.contents)
	if len(found) != 2 || found[0].Fix.EN == "" || found[1].Fix.EN != "" || ids(found) != "LOT-055" {
		t.Errorf("%d bytes each: %s", len(long), sentences(found))
	}
}
