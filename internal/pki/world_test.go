package pki_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

// present is when the tests take place.
var present = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// world is a small PKI on disk: a root, one authority below it, and their CRLs.
type world struct {
	t           testing.TB
	dir         string
	root, below *testpki.Authority
	now         time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), now: present}
	w.root = w.authority("root", nil, "TEST RACINE")
	w.below = w.authority("below", w.root, "TEST PERSONNES")
	w.write("roots/root.pem", "CERTIFICATE", w.root.Certificate.Raw)
	w.write("intermediates/below.pem", "CERTIFICATE", w.below.Certificate.Raw)
	w.list(w.root, testpki.CRL{})
	w.list(w.below, testpki.CRL{})
	return w
}

// key makes a key quickly.
func (w *world) key() crypto.Signer {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	return key
}

func (w *world) authority(name string, above *testpki.Authority, cn string, change ...func(*testpki.Profile)) *testpki.Authority {
	w.t.Helper()
	p := testpki.AuthorityProfile(cn, w.key(), present.AddDate(-5, 0, 0), present.AddDate(10, 0, 0))
	for _, f := range change {
		f(&p)
	}
	a, err := testpki.NewAuthority(name, above, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// write writes one PEM block below the folder of the world.
func (w *world) write(path, kind string, der []byte) {
	w.t.Helper()
	path = filepath.Join(w.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	beside := filepath.Join(filepath.Dir(path), ".new")
	if err := os.WriteFile(beside, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(beside, path); err != nil {
		w.t.Fatal(err)
	}
}

// list writes the CRL of an authority; what the test leaves out is filled in.
func (w *world) list(a *testpki.Authority, c testpki.CRL) {
	w.t.Helper()
	w.listAs(a.Name+".crl", a, c)
}

func (w *world) listAs(file string, a *testpki.Authority, c testpki.CRL) {
	w.t.Helper()
	if c.Number == 0 {
		c.Number = 1
	}
	if c.ThisUpdate.IsZero() {
		c.ThisUpdate = present.Add(-time.Hour)
	}
	if c.NextUpdate.IsZero() {
		c.NextUpdate = present.Add(24 * time.Hour)
	}
	der, err := a.IssueCRL(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("crls/"+file, "X509 CRL", der)
}

// config is the trust of the world for a usage.
func (w *world) config(usage pki.Usage) pki.Config {
	return pki.Config{Usage: usage, Realm: pki.RealmTest, RequireCRL: true, Now: func() time.Time { return w.now },
		Anchors: []string{filepath.Join(w.dir, "roots")}, Intermediates: []string{filepath.Join(w.dir, "intermediates")}, CRLs: []string{filepath.Join(w.dir, "crls")}}
}

func (w *world) open(usage pki.Usage, change ...func(*pki.Config)) *pki.Trust {
	w.t.Helper()
	cfg := w.config(usage)
	for _, f := range change {
		f(&cfg)
	}
	trust, err := pki.Open(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	return trust
}

// martin is the person to whom certificates are issued.
var martin = testpki.Holder{ID: "899900000118", Family: "MARTIN", Given: "CLAIRE", Title: "Médecin", Profession: "10", Specialities: []string{"SM26"}}

// signature issues a good signature certificate, with changes.
func (w *world) signature(ca *testpki.Authority, change ...func(*testpki.Profile)) *testpki.Credential {
	w.t.Helper()
	return w.issue(ca, martin.Signature(w.key(), present.AddDate(-1, 0, 0), present.AddDate(2, 0, 0)), change...)
}

func (w *world) authentication(ca *testpki.Authority, change ...func(*testpki.Profile)) *testpki.Credential {
	w.t.Helper()
	return w.issue(ca, martin.Authentication(w.key(), present.AddDate(-1, 0, 0), present.AddDate(2, 0, 0)), change...)
}

func (w *world) issue(ca *testpki.Authority, p testpki.Profile, change ...func(*testpki.Profile)) *testpki.Credential {
	w.t.Helper()
	for _, f := range change {
		f(&p)
	}
	c, err := testpki.Issue(ca, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func revocation(c *x509.Certificate, reason int) x509.RevocationListEntry {
	return x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: present.Add(-time.Hour), ReasonCode: reason}
}

// english finds words of English prose, which Found and Expected hold none of.
var english = regexp.MustCompile(`(?i)(^|[ (])(an?|the|than|of|for|inside|in|not|more|another|that|which|with|at|is|it|has|cannot|bytes|bits|key|value|cut)([ ).,;]|$)`)

// faultOf gives the fault of a verification, nil when there is none.
func faultOf(t testing.TB, err error) *pki.Fault {
	t.Helper()
	if err == nil {
		return nil
	}
	var fault *pki.Fault
	if !errors.As(err, &fault) {
		t.Fatalf("the error is no Fault: %v", err)
	}
	if word := english.FindString(fault.Found + " " + fault.Expected); word != "" {
		t.Errorf("found %q, expected %q: %q is English", fault.Found, fault.Expected, word)
	}
	return fault
}

// expect verifies and compares the reason, 0 for accepted.
func expect(t testing.TB, trust *pki.Trust, c *testpki.Credential, want pki.Reason) *pki.Fault {
	t.Helper()
	_, err := trust.Verify(c.Certificate, c.Chain, time.Time{})
	fault := faultOf(t, err)
	var got pki.Reason
	if fault != nil {
		got = fault.Reason
	}
	if got != want {
		t.Errorf("%v, want %v: %v", got, want, err)
	}
	return fault
}
