package pki_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	file := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.root.Certificate.Raw})
	key, err := x509.MarshalPKCS8PrivateKey(w.root.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*pki.Config)
		want   string
	}{
		{"no usage", func(c *pki.Config) { c.Usage = 0 }, "usage 0 is not known"},
		{"no realm", func(c *pki.Config) { c.Realm = "" }, `"" is no realm`},
		{"no anchors named", func(c *pki.Config) { c.Anchors = nil }, "no trust anchors are named"},
		{"a folder without anchors", func(c *pki.Config) { c.Anchors = []string{t.TempDir()} }, "there is no certificate in"},
		{"a path to nothing", func(c *pki.Config) { c.CRLs = []string{filepath.Join(w.dir, "nothing")} }, "nothing"},
		{"text", func(c *pki.Config) { c.Anchors = []string{file("a", []byte("text"))} }, "neither PEM nor DER"},
		{"nothing in a file", func(c *pki.Config) { c.Anchors = []string{file("a", nil)} }, "neither PEM nor DER"},
		{"a private key", func(c *pki.Config) {
			c.Anchors = []string{file("a", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))}
		}, `it holds a block "PRIVATE KEY"`},
		{"a damaged block", func(c *pki.Config) {
			c.Anchors = []string{file("a", append(bytes.Clone(root), bytes.Replace(root, []byte("M"), []byte("!"), 1)...))}
		}, "1 of 2 PEM blocks are damaged"},
		{"DER with a byte too many", func(c *pki.Config) {
			c.Anchors = []string{file("a", append(bytes.Clone(w.root.Certificate.Raw), 0))}
		}, "1 bytes follow"},
		{"a person as anchor", func(c *pki.Config) { c.Anchors = []string{file("a", w.signature(w.below).Certificate.Raw)} }, "cannot be a trust anchor"},
		{"a certificate for a CRL", func(c *pki.Config) { c.CRLs = []string{file("a", root)} }, `it holds a block "CERTIFICATE" where only "X509 CRL"`},
		{"garbage for a CRL", func(c *pki.Config) { c.CRLs = []string{file("a", []byte{0x30, 0})} }, "reading a CRL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := w.config(pki.TokenSigner)
			c.change(&cfg)
			if _, err := pki.Open(cfg); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestFilesAndFolders(t *testing.T) {
	w := newWorld(t)
	single := filepath.Join(t.TempDir(), "root.der")
	if err := os.WriteFile(single, w.root.Certificate.Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".hidden", "sub/ignored.pem"} {
		w.write("intermediates/"+name, "PRIVATE KEY", []byte{1})
	}
	if err := os.Symlink(filepath.Join(w.dir, "intermediates", "below.pem"), filepath.Join(w.dir, "intermediates", "linked.pem")); err != nil {
		t.Fatal(err)
	}
	trust := w.open(pki.TokenSigner, func(c *pki.Config) { c.Anchors = []string{single} })
	leaf := w.signature(w.below)
	leaf.Chain = nil // the configured intermediate completes it
	expect(t, trust, leaf, 0)
}

func TestAFailedReloadKeepsWhatWasBelieved(t *testing.T) {
	w := newWorld(t)
	trust := w.open(pki.TokenSigner)
	leaf := w.signature(w.below)
	expect(t, trust, leaf, 0)
	broken := filepath.Join(w.dir, "crls", "broken.crl")
	if err := os.WriteFile(broken, []byte("half a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 { // it is told as long as it lasts
		if changed, err := trust.Reload(); changed || err == nil || !strings.Contains(err.Error(), "broken.crl") {
			t.Errorf("changed %v, %v", changed, err)
		}
		expect(t, trust, leaf, 0)
	}
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	if changed, err := trust.Reload(); changed || err != nil {
		t.Errorf("mended: changed %v, %v", changed, err)
	}
	if trust.Remembered() != 1 {
		t.Error("a reload that changes nothing forgot what was verified")
	}
	if err := os.RemoveAll(filepath.Join(w.dir, "roots")); err != nil {
		t.Fatal(err)
	}
	if _, err := trust.Reload(); err == nil {
		t.Error("a folder that went away is not told")
	}
	expect(t, trust, leaf, 0)
}

func TestReloadSeesANewAuthorityAndForgetsAnOldOne(t *testing.T) {
	w := newWorld(t)
	trust := w.open(pki.TokenSigner)
	old := w.signature(w.below)
	expect(t, trust, old, 0)
	next := w.authority("next", nil, "TEST SUIVANTE")
	w.write("roots/root.pem", "CERTIFICATE", next.Certificate.Raw)
	w.list(next, testpki.CRL{})
	if changed, err := trust.Reload(); !changed || err != nil {
		t.Fatalf("changed %v, %v", changed, err)
	}
	expect(t, trust, old, pki.UnknownIssuer)
	expect(t, trust, w.signature(next), 0)
}

// Files that have not changed for long are not read again, so that a look at them every second costs nothing.
func TestOldFilesAreNotReadAgain(t *testing.T) {
	w := newWorld(t)
	long := time.Now().Add(-time.Hour)
	var paths []string
	if err := filepath.Walk(w.dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			paths = append(paths, path)
			return os.Chtimes(path, long, long)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	trust := w.open(pki.TokenSigner)
	for _, path := range paths { // changed behind its back, with size and time kept
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Repeat([]byte{'x'}, len(content)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	if changed, err := trust.Reload(); changed || err != nil {
		t.Errorf("the files were read: changed %v, %v", changed, err)
	}
	if err := os.Chtimes(paths[0], time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := trust.Reload(); err == nil {
		t.Error("the files were not read although one is new")
	}
}

func TestWatchTellsAFailureOnceAndItsEnd(t *testing.T) {
	w := newWorld(t)
	trust := w.open(pki.TokenSigner)
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan error, 100)
	var watching sync.WaitGroup
	watching.Go(func() { trust.Watch(ctx, time.Millisecond, func(err error) { told <- err }) })
	broken := filepath.Join(w.dir, "roots", "broken.pem")
	if err := os.WriteFile(broken, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := <-told; err == nil || !strings.Contains(err.Error(), "broken.pem") {
		t.Errorf("told %v", err)
	}
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	if err := <-told; err != nil {
		t.Errorf("told %v of what was mended", err)
	}
	stop()
	watching.Wait()
	if len(told) > 0 {
		t.Errorf("told %v too", <-told)
	}
}

func TestPeers(t *testing.T) {
	if pki.PeerOf(t.Context()) != nil {
		t.Error("a peer of nowhere")
	}
	p := &pki.Peer{Address: "192.0.2.1", ByProxy: true}
	if pki.PeerOf(pki.WithPeer(t.Context(), p)) != p {
		t.Error("another peer")
	}
}

func TestHolders(t *testing.T) {
	w := newWorld(t)
	card := testpki.Holder{ID: "30B0000011/0001", Organisation: "Cabinet", Structure: "10B0000011"}
	org := testpki.Holder{ID: "10B0000102", Organisation: "Hôpital", Service: "Dossier"}
	other := testpki.Holder{ID: "10B0000201", Organisation: "Hôpital", Service: "Dossier"}
	from, to := present.AddDate(-1, 0, 0), present.AddDate(1, 0, 0)
	issue := func(p testpki.Profile) *x509.Certificate {
		p.Key = w.below.Key
		return w.issue(w.below, p).Certificate
	}
	person, personAuth := issue(martin.Signature(nil, from, to)), issue(martin.Authentication(nil, from, to))
	if h := pki.HolderOf(person); h.Kind != pki.Person || h.ID != "899900000118" || h.Family != "MARTIN" || h.Given != "CLAIRE" || h.Title != "Médecin" || h.Profession != "10" || len(h.Specialities) != 1 || h.Specialities[0] != "SM26" || h.Category != 0x80 {
		t.Errorf("%+v", h)
	}
	desk := issue(card.Signature(nil, from, to))
	if h := pki.HolderOf(desk); h.Kind != pki.Person || h.ID != "30B0000011/0001" || h.Family != "Cabinet" || h.Given != "30B0000011/0001" || h.Profession != "" {
		t.Errorf("%+v", h)
	}
	organisation, organisationAuth := issue(org.Signature(nil, from, to)), issue(org.Authentication(nil, from, to))
	if h := pki.HolderOf(organisation); h.Kind != pki.Organisation || h.ID != "10B0000102" || h.OrganisationName != "Hôpital" || h.Category != 0x83 {
		t.Errorf("%+v", h)
	}
	anonymous := issue(testpki.Profile{Subject: testpki.Subject{rdn(nation, "FR")}, NotBefore: from, NotAfter: to})
	if h := pki.HolderOf(anonymous); h.ID != "" || h.Category != -1 {
		t.Errorf("%+v", h)
	}
	if h := pki.HolderOf(nil); h.Kind != 0 || h.Kind.String() == pki.Person.String() {
		t.Errorf("%+v", h)
	}
	for _, c := range []struct {
		name string
		a, b *x509.Certificate
		same bool
	}{
		{"both of a card", person, personAuth, true},
		{"both of an organisation", organisation, organisationAuth, true},
		{"person and card without a name", person, desk, false},
		{"person and organisation", person, organisation, false},
		{"two organisations", organisation, issue(other.Signature(nil, from, to)), false},
		{"nobody and nobody", anonymous, anonymous, false},
		{"none and none", nil, nil, false},
	} {
		if pki.SameHolder(c.a, c.b) != c.same || pki.SameHolder(c.b, c.a) != c.same {
			t.Errorf("%s: same holder is not %v", c.name, c.same)
		}
	}
}
