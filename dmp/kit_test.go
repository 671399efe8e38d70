package dmp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/cda"
	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/testpki"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/repository"
	"liasse/repository/fsblob"
	"liasse/vihf"
	"liasse/xmldsig"
)

// now is when every test takes place; the test PKI is made then.
var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

const (
	insAuthority = "1.2.250.1.213.1.4.10"
	patientID    = "279035121518989"
	patientCX    = patientID + "^^^&" + insAuthority + "&ISO"
	strangerCX   = "180035121518990^^^&" + insAuthority + "&ISO"
)

// world is a test PKI that the tests share.
var world *testpki.Result

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "dmp")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		defer os.RemoveAll(dir)
		if world, err = testpki.Make(filepath.Join(dir, "pki"), testpki.Options{Now: now}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		return m.Run()
	}())
}

func identity(t testing.TB, name string) *vihf.Identity {
	t.Helper()
	i, err := vihf.LoadIdentity(filepath.Join(world.Dir, "identities", name))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func trust(t testing.TB, usage pki.Usage, realm pki.Realm, at time.Time) *pki.Trust {
	t.Helper()
	tr, err := pki.Open(pki.Config{
		Usage: usage, Realm: realm, RequireCRL: true, Now: func() time.Time { return at },
		Anchors:       []string{filepath.Join(world.Dir, "trust", "roots")},
		Intermediates: []string{filepath.Join(world.Dir, "trust", "intermediates")},
		CRLs:          []string{filepath.Join(world.Dir, "trust", "crls")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// profile makes a profile at a moment.
func profile(t testing.TB, at time.Time) *Profile {
	t.Helper()
	return profileIn(t, "en", at)
}

// profileIn is a profile whose findings quote what a parser says in a language.
func profileIn(t testing.TB, language string, at time.Time) *Profile {
	t.Helper()
	structures, err := vihf.LoadStructures(world.Structures)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := vihf.New(vihf.Config{Trust: trust(t, pki.TokenSigner, pki.RealmTest, at), Structures: structures, Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Config{Verifier: verifier, LotTrust: trust(t, pki.LotSigner, pki.RealmTest, at), Language: language, Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// callerOf is the caller that a token of the identity makes.
func callerOf(i *vihf.Identity) *vihf.Caller {
	own := &i.Claims
	c := &vihf.Caller{NameID: own.NameID, Mode: own.Mode, Structure: own.Structure.ID, Certificate: i.Signing.Leaf,
		Patient: vihf.Patient{ID: patientID, Authority: insAuthority}}
	if len(own.Roles) > 0 {
		c.Profession = vihf.Role{Code: own.Roles[0].Code, System: own.Roles[0].System}
	}
	return c
}

// note writes a CDA document of a patient, as long as n paragraphs make it.
func note(id string, n int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\r\n" + `<?xml-stylesheet href="a.xsl"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<id root="` + id + `"/><code code="11490-0" codeSystem="2.16.840.1.113883.6.1" displayName="CR"/><title>Lettre</title>` +
		`<effectiveTime value="20261122083000+0000"/><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>` +
		`<recordTarget><patientRole><id root="` + insAuthority + `" extension="` + patientID + `"/></patientRole></recordTarget><!-- a comment -->` +
		"<component>\r\n<structuredBody>")
	for i := range n {
		fmt.Fprintf(&b, "<section><title>Motif %d</title><text><![CDATA[a < b & c]]> é\r\n<content xsi:type='ST' ID=\"c%d\">Toux sèche &amp; fièvre</content></text></section>", i, i)
	}
	b.WriteString("</structuredBody></component></ClinicalDocument>\n")
	return []byte(b.String())
}

// file is one document of a lot.
type file struct {
	mime    string
	content []byte
	header  *cda.Header
}

// makeLot makes a lot of an identity and its bytes by entry.
func makeLot(t testing.TB, who *vihf.Identity, files ...file) (*registry.Submission, map[string][]byte) {
	t.Helper()
	documents := make([]cda.Document, len(files))
	contents := make(map[string][]byte, len(files))
	for i, f := range files {
		documents[i] = cda.Document{Name: fmt.Sprintf("file-%d", i), Header: f.header, Options: cda.Options{
			ID: fmt.Sprintf("document-%d", i+1), MimeType: f.mime, PatientID: patientCX, UniqueID: cda.NewOID(), Fallback: cda.DefaultFallback("fr-FR")}}
		contents[documents[i].Options.ID] = f.content
	}
	lot, err := cda.BuildLot(documents, cda.LotOptions{Now: now, Authors: []registry.Author{AuthorOf(who)}})
	if err != nil {
		t.Fatal(err)
	}
	return lot, contents
}

func xmlFile(content []byte) file    { return file{mime: "text/xml", content: content} }
func binaryFile(content []byte) file { return file{mime: "application/dicom", content: content} }

// signing gives the documents of a lot to be signed.
func signing(contents map[string][]byte) (all []Document) {
	for id, content := range contents {
		all = append(all, Document{EntryID: id, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }})
	}
	return all
}

// bench is a repository whose lots are judged and never kept: the way by which a judgement gets its lot.
type bench struct {
	profile *Profile
	rules   *rule.Policy
	blobs   repository.Blobs
}

func newBench(t testing.TB, p *Profile, severities map[string]rule.Severity) *bench {
	t.Helper()
	policy, err := rule.NewPolicy(severities)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := fsblob.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blobs.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{p, policy, blobs}
}

// stage sets the bytes of a lot aside as the repository does.
func (b *bench) stage(t testing.TB, lot *registry.Submission, contents map[string][]byte) *repository.Lot {
	t.Helper()
	whole := &repository.Lot{Submission: lot}
	for _, entry := range lot.Documents {
		content, there := contents[entry.ID]
		if !there {
			continue
		}
		staged, err := b.blobs.Stage(t.Context(), bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(staged.Discard)
		whole.Documents = append(whole.Documents, repository.NewLotDocument(entry, entry.ID+"@test", staged))
	}
	return whole
}

// judge judges a lot as it would read on the wire.
func (b *bench) judge(t testing.TB, caller *vihf.Caller, peer *pki.Peer, lot *registry.Submission, contents map[string][]byte) rule.Findings {
	t.Helper()
	src := lot.AppendXML(nil)
	doc, err := xmltree.Parse(src, xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	report := &rule.Report{Policy: b.rules}
	read := registry.ReadSubmission(doc.Root(), &rule.Report{})
	ctx := vihf.WithCaller(context.Background(), caller)
	if peer != nil {
		ctx = pki.WithPeer(ctx, peer)
	}
	if err := b.profile.Judge(ctx, b.stage(t, read, contents), report); err != nil {
		t.Fatal(err)
	}
	return report.Findings
}

func ids(found rule.Findings) string {
	var all []string
	for i := range found {
		if id := found[i].Rule.ID; !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func sentences(found rule.Findings) string {
	var b strings.Builder
	for i := range found {
		b.WriteString(found[i].Sentence("en") + " @ " + found[i].XPath + "\n")
	}
	return b.String()
}

// canonicalDigest digests a document by a canonicalization.
func canonicalDigest(src []byte, method xmldsig.Method) ([]byte, error) {
	doc, err := xmltree.Parse(src, xmltree.DocumentLimits)
	if err != nil {
		return nil, err
	}
	how := xmltree.Canonicalization{Comments: strings.HasSuffix(string(method), "WithComments")}
	if strings.Contains(string(method), "exc-c14n") {
		how.Method = xmltree.Exclusive
	}
	hash, _ := xmldsig.SHA256.Hash()
	sum := hash.New()
	sum.Write(doc.Node().AppendCanonical(nil, how))
	return sum.Sum(nil), nil
}

// Note, PatientCX and StrangerCX are for the tests from outside.
var Note = note

// The patients of the tests from outside.
const (
	PatientCX  = patientCX
	StrangerCX = strangerCX
)
