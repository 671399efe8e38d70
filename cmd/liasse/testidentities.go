package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"liasse/internal/server"
	"liasse/internal/testpki"
)

// testIdentities are the clients of the test PKI that a server in profile dmp started for a first try believes.
type testIdentities struct {
	dir  string
	made bool
}

// trustTestIdentities has the configuration believe the test PKI in its data folder, made now where there is none. A
// configuration that names its own trust keeps it, and gets nil.
func trustTestIdentities(cfg *server.Config) (*testIdentities, error) {
	if !namesNobody(cfg) {
		return nil, nil
	}
	dir, err := filepath.Abs(filepath.Join(cfg.Dir, "pki"))
	if err != nil {
		return nil, fmt.Errorf("finding the folder of the test PKI: %w", err)
	}
	t := &testIdentities{dir: dir}
	switch _, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("making the data folder: %w", err)
		}
		if _, err := testpki.Make(dir, testpki.Options{}); err != nil {
			return nil, fmt.Errorf("making the test PKI: %w", err)
		}
		t.made = true
	case err != nil:
		return nil, fmt.Errorf("looking at the test PKI: %w", err)
	}
	cfg.TrustTestPKI(dir)
	return t, nil
}

// namesNobody tells whether a configuration of profile dmp says nothing of whom to believe.
func namesNobody(cfg *server.Config) bool {
	return cfg.Profile == server.ProfileDMP && cfg.TLSCertificate == "" &&
		len(cfg.Trust.TLS.Anchors)+len(cfg.Trust.Token.Anchors)+len(cfg.Trust.Lot.Anchors) == 0
}

// folder is where the identities lie, one folder for each.
func (t *testIdentities) folder() string { return filepath.Join(t.dir, "identities") }

// show tells people where the keys of the clients are, and what to try.
func (t *testIdentities) show(w io.Writer, a server.Addresses) {
	what := "The test PKI of this folder is used again"
	if t.made {
		what = "A test PKI was made"
	}
	medecin, root := filepath.Join(t.folder(), "medecin"), filepath.Join(t.dir, "trust", "roots", "root.crt")
	fmt.Fprintf(w, `%s: %s
Its keys lie beside its certificates: for tests only.
  clients       %s/NAME: auth.crt and auth.key for TLS, sign.crt and sign.key for tokens and lots
  to trust us   %s
  to try        liasse send letter.xml --identity '%s' --repository '%s'
  or            curl --cacert '%s' --cert '%s/auth.crt' --key '%s/auth.key' '%s?wsdl'
`, what, t.dir, t.folder(), root, medecin, a.Repository, root, medecin, medecin, a.Registry)
}
