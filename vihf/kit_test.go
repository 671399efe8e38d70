package vihf_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/testpki"
	"liasse/internal/xmltree"
	"liasse/vihf"
)

// now is when every test takes place; the test PKI is made then.
var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

const patient = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO"

// world is a test PKI that the tests share.
var world *testpki.Result

// sharedWorld is the environment variable by which the processes of a fuzzer find the test PKI of the first of them, so that
// its seeds are good tokens to all.
const sharedWorld = "LIASSE_VIHF_TEST_PKI"

func TestMain(m *testing.M) {
	os.Exit(func() int {
		if dir := os.Getenv(sharedWorld); dir != "" {
			world = &testpki.Result{
				Dir: dir, RootCert: filepath.Join(dir, "trust", "roots", "root.crt"),
				Structures: filepath.Join(dir, "directories", "structures.tsv"), Professionals: filepath.Join(dir, "directories", "professionals.tsv"),
			}
			return m.Run()
		}
		dir, err := os.MkdirTemp("", "vihf")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		defer os.RemoveAll(dir)
		if world, err = testpki.Make(filepath.Join(dir, "pki"), testpki.Options{Now: now}); err == nil {
			err = os.Setenv(sharedWorld, world.Dir)
		}
		if err != nil {
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

func trust(t testing.TB, usage pki.Usage, realm pki.Realm) *pki.Trust {
	t.Helper()
	tr, err := pki.Open(pki.Config{
		Usage: usage, Realm: realm, RequireCRL: true, Now: func() time.Time { return now },
		Anchors:       []string{filepath.Join(world.Dir, "trust", "roots")},
		Intermediates: []string{filepath.Join(world.Dir, "trust", "intermediates")},
		CRLs:          []string{filepath.Join(world.Dir, "trust", "crls")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// config is that of a test server, with directories.
func config(t testing.TB) vihf.Config {
	t.Helper()
	structures, err := vihf.LoadStructures(world.Structures)
	if err != nil {
		t.Fatal(err)
	}
	professionals, err := vihf.LoadProfessionals(world.Professionals)
	if err != nil {
		t.Fatal(err)
	}
	return vihf.Config{
		Trust: trust(t, pki.TokenSigner, pki.RealmTest), Structures: structures, Professionals: professionals,
		PatientAuthorities: []string{"1.2.250.1.213.1.4.10"}, PeerChecks: true, Now: func() time.Time { return now },
	}
}

func verifier(t testing.TB, change ...func(*vihf.Config)) *vihf.Verifier {
	t.Helper()
	cfg := config(t)
	for _, c := range change {
		c(&cfg)
	}
	v, err := vihf.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// issue makes a token of the time of the tests.
func issue(t testing.TB, name string, change ...func(*vihf.Claims)) []byte {
	t.Helper()
	c := vihf.Claims{Patient: patient, Now: now.Add(-time.Minute), AuthnInstant: now.Add(-time.Hour)}
	for _, f := range change {
		f(&c)
	}
	token, err := identity(t, name).Issue(c)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// envelope puts header blocks into a SOAP message.
func envelope(blocks ...string) string {
	return `<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Header>` + strings.Join(blocks, "") +
		`</env:Header><env:Body><q:Request xmlns:q="urn:test"/></env:Body></env:Envelope>`
}

// sealed puts a token where it belongs.
func sealed(token []byte) string { return envelope(string(vihf.Security(token))) }

func parse(t testing.TB, message string) *xmltree.Document {
	t.Helper()
	doc, err := xmltree.Parse([]byte(message), xmltree.SOAPLimits)
	if err != nil {
		t.Fatalf("%v in %s", err, message)
	}
	return doc
}

// request takes the wsse:Security as package soap does.
func request(t testing.TB, message string) vihf.Request {
	t.Helper()
	doc := parse(t, message)
	r := vihf.Request{Envelope: doc, Transaction: "ITI-18"}
	const space = "http://www.w3.org/2003/05/soap-envelope"
	for n := range doc.Root().Child(space, "Header").Children(vihf.SecurityNamespace, "Security") {
		if role := n.AttrValue(space, "role"); role == "" || role == space+"/role/ultimateReceiver" {
			r.Security = n
			break
		}
	}
	return r
}

// verify judges a message and gives the caller with the ids of what was found.
func verify(t testing.TB, v *vihf.Verifier, r vihf.Request) (*vihf.Caller, rule.Findings) {
	t.Helper()
	var report rule.Report
	caller, err := v.Verify(context.Background(), r, &report)
	if err != nil {
		t.Fatal(err)
	}
	if (caller == nil) != report.Failed() {
		t.Fatalf("caller %v, and the report has %s", caller, sentences(report.Findings))
	}
	return caller, report.Findings
}

// ids gives the rules of findings, each once, in the order found.
func ids(findings rule.Findings) []string {
	var all []string
	for _, f := range findings {
		if len(all) == 0 || all[len(all)-1] != f.Rule.ID {
			all = append(all, f.Rule.ID)
		}
	}
	return all
}

func sentences(findings rule.Findings) string {
	var b strings.Builder
	for i := range findings {
		b.WriteString("\n  " + findings[i].Severity.String() + " " + findings[i].WireCode() + " " + findings[i].Sentence("en"))
	}
	return b.String()
}

func peerOf(t testing.TB, name string) *pki.Peer {
	return &pki.Peer{Certificate: identity(t, name).Authentication.Leaf}
}
