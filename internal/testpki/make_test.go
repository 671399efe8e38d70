package testpki_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

// shared makes the test PKI that the tests share which do not change it.
var shared = sync.OnceValues(func() (*testpki.Result, error) {
	return testpki.Make(sharedDir, testpki.Options{Hosts: []string{"liasse.example"}})
})

var sharedDir string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "testpki")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		sharedDir = filepath.Join(dir, "pki")
		return m.Run()
	}())
}

// trustOf opens what the test PKI trusts for a usage.
func trustOf(t *testing.T, dir string, usage pki.Usage) *pki.Trust {
	t.Helper()
	trust, err := pki.Open(pki.Config{Usage: usage, Realm: pki.RealmTest, RequireCRL: true,
		Anchors: []string{filepath.Join(dir, "trust", "roots")}, Intermediates: []string{filepath.Join(dir, "trust", "intermediates")},
		CRLs: []string{filepath.Join(dir, "trust", "crls")}})
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func reasonOf(err error) pki.Reason {
	var fault *pki.Fault
	if errors.As(err, &fault) {
		return fault.Reason
	}
	return 0
}

// expected is the reason by which each fault is refused, for the handshake and for signatures.
var expected = map[string][2]pki.Reason{
	"revoquee":           {pki.Revoked, pki.Revoked},
	"expiree":            {pki.Expired, pki.Expired},
	"future":             {pki.NotYetValid, pki.NotYetValid},
	"cle-courte":         {pki.WeakKey, pki.WeakKey},
	"production":         {pki.WrongRealm, pki.WrongRealm},
	"inconnue":           {pki.UnknownIssuer, pki.UnknownIssuer},
	"homonyme":           {pki.UnknownIssuer, pki.UnknownIssuer},
	"sans-intermediaire": {pki.UnknownIssuer, pki.UnknownIssuer},
	"sans-crl":           {pki.RevocationUnknown, pki.RevocationUnknown},
	"ca":                 {pki.WrongUsage, pki.WrongUsage},
	"sha1":               {pki.WeakSignature, pki.WeakSignature},
	"usage":              {pki.WrongUsage, pki.WrongUsage},
	"serveur":            {pki.WrongUsage, 0},
	"porteur":            {0, 0},
	"structure-inactive": {0, 0},
	"non-liee":           {0, 0},
}

func TestEveryIdentityIsJudgedAsItsNameSays(t *testing.T) {
	made, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	dir := made.Dir
	handshake, token := trustOf(t, dir, pki.TLSClient), trustOf(t, dir, pki.TokenSigner)
	for _, name := range made.Identities {
		auth, sign, err := testpki.ReadIdentity(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		var want [2]pki.Reason
		if fault, is := strings.CutPrefix(name, "faute-jeton-"); is {
			want[1] = expected[fault][1]
		} else if fault, is := strings.CutPrefix(name, "faute-"); is {
			reasons, known := expected[fault]
			if !known {
				t.Errorf("%s is not expected", name)
			}
			want = reasons
		}
		for i, c := range []*testpki.Credential{auth, sign} {
			trust := []*pki.Trust{handshake, token}[i]
			_, err := trust.Verify(c.Certificate, c.Chain, time.Time{})
			if got := reasonOf(err); got != want[i] {
				t.Errorf("%s, %s: %v, want %v (%v)", name, trust.Usage(), got, want[i], err)
			}
		}
		text, err := os.ReadFile(filepath.Join(dir, "identities", name, "identity.json"))
		if err != nil {
			t.Fatal(err)
		}
		var identity testpki.Identity
		if err := json.Unmarshal(text, &identity); err != nil || identity.Name != name {
			t.Errorf("%s: identity.json: %v, name %q", name, err, identity.Name)
		}
	}
	server, err := trustOf(t, dir, pki.TLSServer).Verify(made.Server.Certificate, made.Server.Chain, time.Time{})
	if err != nil || len(server) != 3 {
		t.Errorf("the server: %v", err)
	}
	if err := made.Server.Certificate.VerifyHostname("liasse.example"); err != nil {
		t.Error(err)
	}
}
