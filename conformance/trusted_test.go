package conformance_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"liasse/conformance"
	"liasse/internal/postgrestest"
	"liasse/internal/server"
	"liasse/internal/testpki"
)

// testPKI is the folder of a test PKI that all tests of the package share; TestMain removes it.
var testPKI = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "liasse-conformance-pki-")
	if err != nil {
		return "", err
	}
	_, err = testpki.Make(filepath.Join(dir, "pki"), testpki.Options{})
	return dir, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := testPKI(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// startTrusted starts a server in profile dmp, configured as `liasse pki` writes it, and gives it as a target with all
// identities.
func startTrusted(t *testing.T, change func(*server.Config)) conformance.Target {
	t.Helper()
	dir, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	pki := filepath.Join(dir, "pki")
	addresses := start(t, func(c *server.Config) {
		trusting, err := server.LoadConfig(filepath.Join(pki, "liasse.toml"))
		if err != nil {
			t.Fatal(err)
		}
		trusting.Dir, trusting.Listen, trusting.AdminListen, trusting.LogLevel = c.Dir, c.Listen, c.AdminListen, c.LogLevel
		*c = trusting
		if change != nil {
			change(c)
		}
	})
	target := target(addresses)
	target.PKI, target.MLLP, target.Traits = pki, "", []string{conformance.ProfileDMP}
	return target
}

// trustedVariant is a server in profile dmp configured so that checks with this need can be run.
type trustedVariant struct {
	need   string
	change func(*server.Config)
}

// trustedVariants are configurations of a server in profile dmp for checks that need one.
var trustedVariants = []trustedVariant{
	{"homologations", func(c *server.Config) { c.VIHF.Homologations = []string{"ESSAI-0001"} }},
	{"replay-writes", func(c *server.Config) { c.VIHF.Replay = "writes" }},
	{"holder-tolerated", func(c *server.Config) { c.Rules = map[string]string{"VIHF-105": "warning"} }},
}

// isTrusted tells the checks that a server in profile dmp is judged by.
func isTrusted(needs []string) bool { return slices.Contains(needs, "identities") }

// runTrusted runs the suites of identities, tokens and signed lots, and adds what came of them to the report.
func runTrusted(t *testing.T, report *conformance.Report, needs map[string][]string, chosen func(check string) bool, onExchange func(conformance.Exchange)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	variantOf := func(check string) string {
		for _, v := range trustedVariants {
			if slices.Contains(needs[check], v.need) {
				return v.need
			}
		}
		return ""
	}
	for _, v := range append([]trustedVariant{{}}, trustedVariants...) {
		mine := func(check string) bool { return isTrusted(needs[check]) && chosen(check) && variantOf(check) == v.need }
		if !slices.ContainsFunc(slices.Collect(maps.Keys(needs)), mine) {
			continue
		}
		target := startTrusted(t, v.change)
		if v.need != "" {
			target.Traits = append(target.Traits, v.need)
		}
		if !testing.Short() {
			target.Traits = append(target.Traits, "patience")
		}
		part, err := conformance.Run(ctx, target, conformance.Options{Parallel: 4, OnExchange: onExchange, Filter: func(_, check string) bool { return mine(check) }})
		if err != nil {
			t.Fatal(err)
		}
		report.Results = append(report.Results, part.Results...)
	}
}

// TestTrustedOnPostgreSQL runs the suites of identities against a server whose registry, audit records and used tokens are in
// PostgreSQL.
func TestTrustedOnPostgreSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("runs on PostgreSQL")
	}
	t.Parallel()
	dsn := postgrestest.Start(t).Database(t)
	target := startTrusted(t, func(c *server.Config) {
		c.Store.Driver, c.Store.DSN, c.VIHF.Replay = "postgres", dsn, "writes"
	})
	target.Traits = append(target.Traits, "replay-writes")
	report, err := conformance.Run(t.Context(), target, conformance.Options{Filter: func(suite, _ string) bool {
		return !slices.Contains([]string{"trust-tls", "trust-wrapping"}, suite)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.Status == conformance.Failed || r.Status == conformance.Blocked {
			t.Errorf("%s %s: %s %v", r.ID, r.Status, r.Reason, r.Problems)
		}
	}
	if n := report.Count(conformance.Passed); n < 400 {
		t.Errorf("only %d checks passed", n)
	}
}

// TestTrustedAsStranger judges a server in profile dmp as any other: what the standards ask of all must hold.
func TestTrustedAsStranger(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every suite of trust once more")
	}
	t.Parallel()
	target := startTrusted(t, nil)
	target.Server = "other"
	report, err := conformance.Run(t.Context(), target, conformance.Options{Parallel: 2})
	if err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, r := range report.Results {
		switch r.Status {
		case conformance.Passed:
			passed++
		case conformance.Failed, conformance.Blocked:
			t.Errorf("%s %s: %s %v", r.ID, r.Status, r.Reason, r.Problems)
		}
	}
	if passed < 350 {
		t.Errorf("only %d checks were run", passed)
	}
}

// TestOneIdentity judges with the folder of one identity alone, as somebody does whose server is of another PKI: what
// needs more is not run.
func TestOneIdentity(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every suite of trust once more")
	}
	t.Parallel()
	target := startTrusted(t, nil)
	target.PKI, target.Identity = "", filepath.Join(target.PKI, "identities", "pharmacien")
	report, err := conformance.Run(t.Context(), target, conformance.Options{Filter: func(suite, _ string) bool {
		return slices.Contains([]string{"trust-token", "trust-certificate", "trust-lot", "envelope"}, suite)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.Status == conformance.Failed || r.Status == conformance.Blocked {
			t.Errorf("%s %s: %s %v", r.ID, r.Status, r.Reason, r.Problems)
		}
	}
	if passed, skipped := report.Count(conformance.Passed), report.Count(conformance.Skipped); passed < 80 || skipped < 10 {
		t.Errorf("%d checks passed and %d were not run", passed, skipped)
	}
}

// TestTrustSuitesNotice lowers one rule of the server at a time and wants the checks of it to fail: a server that lets
// such a token or lot in must not pass.
func TestTrustSuitesNotice(t *testing.T) {
	t.Parallel()
	for lowered, named := range map[string][]string{
		"VIHF-044": {"TRUST-AST-015"},
		"VIHF-071": {"TRUST-ATT-028"},
		"VIHF-105": {"TRUST-HOLD-021", "TRUST-TLS-034"},
		"DMP-008":  {"TRUST-PAT-032"},
		"LOT-001":  {"TRUST-LOT-012"},
		"LOT-055":  {"TRUST-LSIG-051", "TRUST-LSIG-052"},
		"LOT-100":  {"TRUST-SIGN-036"},
	} {
		t.Run(lowered, func(t *testing.T) {
			t.Parallel()
			target := startTrusted(t, func(c *server.Config) { c.Rules = map[string]string{lowered: "off"} })
			report, err := conformance.Run(t.Context(), target, conformance.Options{Filter: func(_, check string) bool { return slices.Contains(named, check) }})
			if err != nil {
				t.Fatal(err)
			}
			if failed := report.Count(conformance.Failed); failed != len(named) {
				t.Errorf("%d of %d checks notice that %s is off", failed, len(named), lowered)
			}
		})
	}
}
