package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"liasse/conformance"
	"liasse/internal/server"
)

func runConform(ctx context.Context, args []string, std streams) error {
	fs := flags("conform", "--registry URL --repository URL [--admin URL] [--suite NAME] [--junit FILE] [--html FILE]",
		"Runs the conformance suites against any XDS.b system. Exit status: 0 every check passed, 1 one\nfailed, 2 the checks could not be run. Without --admin (Liasse's own admin address) patients are\nfed by ITI-44, or one known patient is named with --patient.", std)
	base := "http://" + server.DefaultConfig().Listen
	var target conformance.Target
	fs.StringVar(&target.Registry, "registry", base+"/xds/registry", "address of the Document Registry")
	fs.StringVar(&target.Repository, "repository", base+"/xds/repository", "address of the Document Repository")
	fs.StringVar(&target.Admin, "admin", "", "Liasse's admin address, to make patients known")
	fs.StringVar(&target.Patient, "patient", "", "a patient that the registry knows: ID^^^&OID&ISO")
	fs.StringVar(&target.MLLP, "mllp", "", "host:port of the ITI-8 listener")
	fs.StringVar(&target.AssigningAuthority, "authority", "", "OID that new patients get; with identities the one of national health identities for tests")
	fs.StringVar(&target.RepositoryUniqueID, "repository-id", "", "repositoryUniqueId; found out when empty")
	fs.StringVar(&target.PKI, "pki", "", "folder made by liasse pki: messages go by mutual TLS, with tokens and signed lots")
	fs.StringVar(&target.Identity, "identity", "", "folder of one identity to send as, where the PKI is not at hand")
	fs.StringVar(&target.Server, "server", "", "liasse or other; found out when empty")
	traits := fs.String("trait", "", "what the server is known to offer or how it is configured, for checks that need it; separated by commas")
	suites := fs.String("suite", "", "suites to run, separated by commas; all when empty")
	check := fs.String("check", "", "run only checks whose id begins with this")
	list := fs.Bool("list", false, "list the suites and their checks, and run nothing")
	verbose := fs.Bool("v", false, "show every check, not only those that failed")
	lang := fs.String("lang", "en", "language of the report: en or fr")
	files := map[string]*string{
		"text":  fs.String("text", "-", "file for the text report; - for standard output"),
		"junit": fs.String("junit", "", "file for a JUnit XML report"),
		"html":  fs.String("html", "", "file for an HTML report"),
		"json":  fs.String("json", "", "file for a JSON report"),
	}
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{"conform takes flags only"}
	}
	all, err := conformance.Embedded()
	if err != nil {
		return usageError{err.Error()}
	}
	comma := func(r rune) bool { return r == ',' }
	target.Traits = strings.FieldsFunc(*traits, comma)
	wanted := strings.FieldsFunc(*suites, comma)
	for _, name := range wanted {
		if !slices.ContainsFunc(all, func(s *conformance.Suite) bool { return s.Name == name }) {
			return usageError{fmt.Sprintf("there is no suite %q; --list shows them", name)}
		}
	}
	keep := func(suite, id string) bool {
		return (len(wanted) == 0 || slices.Contains(wanted, suite)) && strings.HasPrefix(id, *check)
	}
	if *list {
		return listChecks(std.out, all, keep)
	}
	report, err := conformance.Run(ctx, target, conformance.Options{Suites: all, Filter: keep, Lang: *lang})
	if err != nil {
		return usageError{err.Error()}
	}
	writers := map[string]func(io.Writer) error{
		"text":  func(w io.Writer) error { return report.WriteText(w, *verbose) },
		"junit": report.WriteJUnit, "html": report.WriteHTML, "json": report.WriteJSON,
	}
	for kind, write := range writers {
		if err := writeReport(*files[kind], std.out, write); err != nil {
			return fmt.Errorf("writing the %s report: %w", kind, err)
		}
	}
	switch report.ExitCode() {
	case exitDone:
		return nil
	case exitFailed:
		return errFailed
	}
	return usageError{"checks could not be run; the report says which and why"}
}

func listChecks(w io.Writer, suites []*conformance.Suite, keep func(suite, id string) bool) error {
	n := 0
	for _, s := range suites {
		for i := range s.Checks {
			if keep(s.Name, s.Checks[i].ID) {
				n++
				if _, err := fmt.Fprintf(w, "%-14s %-14s %s\n", s.Name, s.Checks[i].ID, s.Checks[i].Title); err != nil {
					return err
				}
			}
		}
	}
	_, err := fmt.Fprintf(w, "%d checks\n", n)
	return err
}

// writeReport writes to a file, to standard output for -, or not at all.
func writeReport(path string, out io.Writer, write func(io.Writer) error) (err error) {
	switch path {
	case "":
		return nil
	case "-":
		return write(out)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}
