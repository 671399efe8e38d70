package testpki_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
	"liasse/internal/witness"
)

// ours are the reasons for which OpenSSL, which knows no usage of signatures and no realm, refuses nothing.
var ours = []pki.Reason{0, pki.WrongRealm, pki.WrongUsage}

// OpenSSL accepts and refuses the same paths, by the same anchors and CRLs.
func TestOpenSSLJudgesPathsAsWeDo(t *testing.T) {
	program := witness.Program(t, "openssl")
	made, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	dir := made.Dir
	lists := joined(t, filepath.Join(dir, "trust", "crls", "*.crl"))
	intermediates := joined(t, filepath.Join(dir, "trust", "intermediates", "*.crt"))
	token := trustOf(t, dir, pki.TokenSigner)
	for _, name := range made.Identities {
		_, sign, err := testpki.ReadIdentity(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = token.Verify(sign.Certificate, sign.Chain, time.Time{})
		wanted := slices.Contains(ours, reasonOf(err))
		leaf := filepath.Join(dir, "identities", name, "sign.crt")
		out, failed := exec.Command(program, "verify", "-x509_strict", "-auth_level", "2", "-crl_check_all", "-CRLfile", lists, // #nosec: paths of our own
			"-CAfile", made.RootCert, "-untrusted", intermediates, "-untrusted", leaf, leaf).CombinedOutput()
		if accepted := failed == nil; accepted != wanted {
			t.Errorf("%s: we say %v, OpenSSL says %s", name, err, out)
		}
	}
}

// joined puts files into one, because openssl takes one.
func joined(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	var all []byte
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	path := filepath.Join(t.TempDir(), "joined.pem")
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
