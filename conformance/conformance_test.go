package conformance_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/conformance"
	"liasse/internal/postgrestest"
	"liasse/internal/rule"
	"liasse/internal/server"
)

var (
	reportDir = flag.String("report", "", "folder to write the reports of the run to")
	only      = flag.String("checks", "", "run only the checks whose id begins so")
)

// start starts a server of our own for the test.
func start(t *testing.T, change func(*server.Config)) server.Addresses {
	t.Helper()
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.Listen, cfg.AdminListen, cfg.LogLevel = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0", "error"
	cfg.MLLP.Listen = "127.0.0.1:0"
	if change != nil {
		change(&cfg)
	}
	var logs bytes.Buffer
	s, err := server.Start(context.Background(), cfg, &logs)
	if err != nil {
		t.Fatalf("starting the server: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("ending the server: %v", err)
		}
		if text := logs.String(); text != "" {
			t.Logf("errors that the server logged:\n%s", text)
		}
	})
	return s.Addresses()
}

// TestLiasseOnPostgreSQL runs every suite against a server whose registry is in PostgreSQL.
func TestLiasseOnPostgreSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every suite on PostgreSQL")
	}
	t.Parallel()
	dsn := postgrestest.Start(t).Database(t)
	report, err := conformance.Run(t.Context(), target(start(t, func(c *server.Config) {
		c.Store.Driver, c.Store.DSN = "postgres", dsn
	})), conformance.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.Status == conformance.Failed || r.Status == conformance.Blocked {
			t.Errorf("%s %s: %s %v", r.ID, r.Status, r.Reason, r.Problems)
		}
	}
	if n := report.Count(conformance.Passed); n < 800 {
		t.Errorf("only %d checks passed", n)
	}
}

func target(a server.Addresses) conformance.Target {
	return conformance.Target{Registry: a.Registry, Repository: a.Repository, Admin: a.Admin, MLLP: a.MLLP}
}

// variant is a server configured so that checks with this need can be run.
type variant struct {
	need   string
	change func(*server.Config, server.Addresses)
	// registry and repository say which of the two are the variant's; the other is the ordinary server's.
	registry, repository bool
}

var variants = []variant{
	{"few-results", func(c *server.Config, _ server.Addresses) { c.Registry.MaxResults = 5 }, true, true},
	{"registry-down", func(c *server.Config, _ server.Addresses) { c.RegistryURL = "http://127.0.0.1:1/xds/registry" }, false, true},
	{"registry-elsewhere", func(c *server.Config, ordinary server.Addresses) { c.RegistryURL = ordinary.Registry }, false, true},
	{"code-lists", func(c *server.Config, _ server.Addresses) {
		c.Affinity.CodeMode = "enforced"
		c.Affinity.Codes = map[string][]server.CodeConfig{}
		for _, name := range []string{"classCode", "typeCode", "practiceSettingCode", "healthcareFacilityTypeCode", "formatCode", "confidentialityCode", "eventCodeList", "contentTypeCode", "codeList"} {
			code := conformance.DefaultCode(name)
			c.Affinity.Codes[name] = []server.CodeConfig{{Code: code[0], Scheme: code[2], Display: code[1]}, {Code: "ALLOWED", Scheme: "1.2.3", Display: "allowed"}}
		}
		c.Affinity.MimeTypes = []string{"text/plain", "text/xml"}
		c.Affinity.RepositoryIDs = []string{c.Repository.UniqueID}
	}, true, true},
	{"strict", func(c *server.Config, _ server.Addresses) {
		c.Rules = map[string]string{}
		for _, r := range rule.All() {
			if r.Severity == rule.Off {
				c.Rules[r.ID] = "error"
			}
		}
	}, true, true},
	{"small-limits", func(c *server.Config, _ server.Addresses) {
		c.Repository.MaxDocumentBytes, c.Limits.MaxRequestBytes = 100000, 400000
		c.Registry.MaxItemBytes = 1000
	}, true, true},
}

// runAll runs every suite against servers of ours: the ordinary one, and a variant for the checks that need one.
func runAll(t *testing.T, onExchange func(conformance.Exchange)) *conformance.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	suites, err := conformance.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	needs := map[string][]string{}
	for _, s := range suites {
		for _, c := range s.Checks {
			needs[c.ID] = append(slices.Clone(s.Needs), c.Needs...)
		}
	}
	ordinary := start(t, nil)
	main := target(ordinary)
	if !testing.Short() {
		main.Traits = []string{"patience"}
	}
	isVariant := func(check string) bool {
		return slices.ContainsFunc(variants, func(v variant) bool { return slices.Contains(needs[check], v.need) }) ||
			slices.ContainsFunc(assembledTraits, func(need string) bool { return slices.Contains(needs[check], need) }) || isTrusted(needs[check])
	}
	chosen := func(check string) bool {
		return strings.HasPrefix(check, *only) && !(testing.Short() && slices.Contains(needs[check], "patience"))
	}
	report, err := conformance.Run(ctx, main, conformance.Options{Parallel: 4, OnExchange: onExchange,
		Filter: func(_, check string) bool { return chosen(check) && !isVariant(check) }})
	if err != nil {
		t.Fatal(err)
	}
	run := func(needed []string, to func() conformance.Target) {
		mine := func(_, check string) bool {
			return chosen(check) && slices.ContainsFunc(needed, func(need string) bool { return slices.Contains(needs[check], need) })
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(needs)), func(id string) bool { return mine("", id) }) {
			return
		}
		part, err := conformance.Run(ctx, to(), conformance.Options{OnExchange: onExchange, Filter: mine})
		if err != nil {
			t.Fatal(err)
		}
		report.Results = append(report.Results, part.Results...)
	}
	for _, v := range variants {
		run([]string{v.need}, func() conformance.Target {
			other := target(start(t, func(c *server.Config) { v.change(c, ordinary) }))
			if !v.registry {
				other.Registry, other.Admin, other.RepositoryUniqueID = ordinary.Registry, ordinary.Admin, server.DefaultRepositoryID
			}
			other.Traits = []string{v.need}
			return other
		})
	}
	run(assembledTraits, func() conformance.Target { return assemble(t) })
	runTrusted(t, report, needs, chosen, onExchange)
	return report
}

// TestLiasse runs every suite against Liasse itself. Every check must pass, and every rule of the catalogue must have a
// check whose message broke it, seen in the answer, and one that met it.
func TestLiasse(t *testing.T) {
	t.Parallel()
	report := runAll(t, nil)
	if report.Count(conformance.Passed) != len(report.Results) {
		var text bytes.Buffer
		if err := report.WriteText(&text, false); err != nil {
			t.Fatal(err)
		}
		t.Errorf("not every check passed:\n%s", text.String())
	}
	if *reportDir != "" {
		writeReports(t, report)
	}
	t.Run("every rule is broken and met", func(t *testing.T) { ruleCoverage(t, report) })
}

func writeReports(t *testing.T, report *conformance.Report) {
	for name, write := range map[string]func(io.Writer) error{
		"report.json": report.WriteJSON, "report.html": report.WriteHTML, "report.xml": report.WriteJUnit,
		"report.txt": func(w io.Writer) error { return report.WriteText(w, true) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*reportDir, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func ruleCoverage(t *testing.T, report *conformance.Report) {
	if *only != "" {
		t.Skip("only some checks were run")
	}
	if testing.Short() {
		t.Skip("the checks that wait were left out")
	}
	violated, satisfied := map[string]bool{}, map[string]bool{}
	for _, r := range report.Results {
		if r.Status != conformance.Passed {
			continue
		}
		for _, id := range r.Violates {
			violated[id] = slices.Contains(r.Rules, id) || violated[id]
		}
		for _, id := range r.Satisfies {
			satisfied[id] = true
		}
	}
	var broken, met []string
	for _, r := range rule.All() {
		if r.Operational { // see TestOperationalRulesAreTested
			continue
		}
		if !violated[r.ID] {
			broken = append(broken, r.ID+" "+r.Title.EN)
		}
		if !satisfied[r.ID] {
			met = append(met, r.ID+" "+r.Title.EN)
		}
	}
	if len(broken) > 0 {
		t.Errorf("%d rules that no passing check breaks:\n%s", len(broken), strings.Join(broken, "\n"))
	}
	if len(met) > 0 {
		t.Errorf("%d rules that no passing check meets:\n%s", len(met), strings.Join(met, "\n"))
	}
	for _, r := range report.Results {
		for _, id := range append(slices.Clone(r.Violates), r.Satisfies...) {
			if rule.Lookup(id) == nil {
				t.Errorf("%s names the rule %s, which does not exist", r.ID, id)
			}
		}
	}
}

// TestTolerancesCanBeRefused sets every tolerated rule to error, as a strict user does: the messages that break one must
// then be refused, by name.
func TestTolerancesCanBeRefused(t *testing.T) {
	t.Parallel()
	suites, err := conformance.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	tolerated := map[string][]string{} // by check
	for _, s := range suites {
		for _, c := range s.Checks {
			for _, id := range c.Violates {
				if r := rule.Lookup(id); r != nil && r.Severity != rule.Error && len(c.Then) == 0 {
					tolerated[c.ID] = append(tolerated[c.ID], id)
				}
			}
		}
	}
	everything := func(c *server.Config) {
		c.Rules = map[string]string{}
		for _, r := range rule.All() {
			if r.Severity != rule.Error {
				c.Rules[r.ID] = "error"
			}
		}
	}
	strict := target(start(t, everything))
	strict.Server, strict.Traits = "other", append(assembledTraits, "metadata-update", "strict")
	trusted := startTrusted(t, everything)
	refused := map[string]bool{"WSA-013": true} // needs a server that knows its addresses; TestLiasse has one
	for _, to := range []conformance.Target{strict, trusted} {
		report, err := conformance.Run(context.Background(), to, conformance.Options{
			Filter: func(_, check string) bool {
				return tolerated[check] != nil && strings.HasPrefix(check, "TRUST-") == (to.PKI != "")
			},
			OnExchange: func(e conformance.Exchange) {
				check, rest, _ := strings.Cut(e.Name, " ")
				if !strings.HasPrefix(rest, "step 1") || strings.Contains(rest, "look") {
					return
				}
				for _, id := range tolerated[check] {
					if bytes.Contains(e.ResponseBody, []byte("["+id+"]")) && isRefusal(e) {
						refused[id] = true
					}
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Results {
			if r.Status == conformance.Skipped || r.Status == conformance.Blocked {
				t.Errorf("%s was not run: %s", r.ID, r.Reason)
			}
		}
	}
	for _, ids := range tolerated {
		for _, id := range ids {
			if !refused[id] {
				t.Errorf("%s is set to error, and a message that breaks it was not refused by its name", id)
				refused[id] = true
			}
		}
	}
}

// isRefusal tells whether an answer refuses: an HTTP error, a fault, a Failure, an acknowledgement of error.
func isRefusal(e conformance.Exchange) bool {
	head, _, _ := bytes.Cut(e.ResponseHead, []byte("\r\n"))
	return len(head) > 0 && !bytes.Contains(head, []byte(" 200 ")) || bytes.Contains(e.ResponseBody, []byte("ResponseStatusType:Failure")) ||
		bytes.Contains(e.ResponseBody, []byte("MSA|A")) && !bytes.Contains(e.ResponseBody, []byte("MSA|AA")) ||
		bytes.Contains(e.ResponseBody, []byte(`typeCode code="CE"`)) || bytes.Contains(e.ResponseBody, []byte(`typeCode code="CR"`))
}
