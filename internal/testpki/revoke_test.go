package testpki_test

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

func TestATestPKIInUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pki")
	made, err := testpki.Make(dir, testpki.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("private keys are for the owner alone", func(t *testing.T) {
		keys, err := filepath.Glob(filepath.Join(dir, "*", "*.key"))
		if err != nil {
			t.Fatal(err)
		}
		more, err := filepath.Glob(filepath.Join(dir, "identities", "*", "*.key"))
		if err != nil || len(keys) < 8 || len(more) < 40 {
			t.Fatalf("%d and %d keys, %v", len(keys), len(more), err)
		}
		for _, path := range slices.Concat(keys, more) {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
	})
	t.Run("directories name what identities claim", func(t *testing.T) {
		for file, header := range map[string]string{made.Structures: "id\tname\tkind\tparent\tsector\tfrom\tto\n", made.Professionals: "id\tfamily\tgiven\tprofession\tspeciality\tstructure\tfrom\tto\n"} {
			text, err := os.ReadFile(file)
			if err != nil || !strings.HasPrefix(string(text), header) {
				t.Errorf("%s: %v", file, err)
			}
			for line := range strings.Lines(string(text)) {
				if strings.Count(line, "\t") != strings.Count(header, "\t") {
					t.Errorf("%s: %q", file, line)
				}
			}
		}
	})
	t.Run("an identity is revoked", func(t *testing.T) {
		trust := trustOf(t, dir, pki.TokenSigner)
		_, sign, err := testpki.ReadIdentity(dir, "etablissement")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := trust.Verify(sign.Certificate, sign.Chain, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := testpki.RevokeIdentity(dir, "etablissement"); err != nil {
			t.Fatal(err)
		}
		if _, err := trust.Reload(); err != nil {
			t.Fatal(err)
		}
		if _, err := trust.Verify(sign.Certificate, sign.Chain, time.Time{}); reasonOf(err) != pki.Revoked {
			t.Errorf("%v", err)
		}
		for _, name := range []string{"faute-sans-crl", "nobody"} {
			if err := testpki.RevokeIdentity(dir, name); err == nil {
				t.Errorf("%s was revoked", name)
			}
		}
	})
	t.Run("one more certificate is issued", func(t *testing.T) {
		ca, err := testpki.OpenAuthority(dir, testpki.Persons)
		if err != nil {
			t.Fatal(err)
		}
		one, err := testpki.Issue(ca, testpki.Profile{
			Subject:   testpki.Subject{{{OID: pki.OIDCommonName, Value: "899900000999"}}},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			KeyUsage: x509.KeyUsageContentCommitment, Category: testpki.CategoryTestCard,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := trustOf(t, dir, pki.LotSigner).Verify(one.Certificate, one.Chain, time.Time{}); err != nil {
			t.Error(err)
		}
		if pair := one.TLS(); len(pair.Certificate) != 2 || pair.Leaf != one.Certificate {
			t.Errorf("%d certificates are sent", len(pair.Certificate))
		}
		if err := one.Write(t.TempDir(), "more"); err != nil {
			t.Error(err)
		}
	})
	t.Run("it is not overwritten unless asked to", func(t *testing.T) {
		if _, err := testpki.Make(dir, testpki.Options{}); !errors.Is(err, testpki.ErrExists) {
			t.Errorf("%v", err)
		}
		other := t.TempDir()
		if err := os.WriteFile(filepath.Join(other, "mine"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := testpki.Make(other, testpki.Options{Force: true}); !errors.Is(err, testpki.ErrExists) {
			t.Errorf("%v", err)
		}
		mine := filepath.Join(dir, "notes.txt")
		if err := os.WriteFile(mine, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := testpki.Make(dir, testpki.Options{Force: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(mine); err != nil {
			t.Error(err)
		}
		if again.Authorities[testpki.Root].Certificate.Equal(made.Authorities[testpki.Root].Certificate) {
			t.Error("the root is the old one")
		}
	})
}

func TestSubjectsThatCannotBeEncoded(t *testing.T) {
	for name, s := range map[string]testpki.Subject{
		"no OID":       {{{OID: "CN", Value: "a"}}},
		"an empty arc": {{{OID: "2..5", Value: "a"}}},
		"not Latin-1":  {{{OID: pki.OIDCommonName, Value: "Ω", Teletex: true}}},
	} {
		if _, err := s.DER(); err == nil {
			t.Errorf("%s: encoded", name)
		}
	}
}
