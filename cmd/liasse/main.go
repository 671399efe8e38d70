// Command liasse is an IHE XDS.b Document Registry and Repository, and the tools that speak to one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// command is one subcommand: its name, a line for the overview, and what it does.
type command struct {
	name    string
	summary string
	run     func(ctx context.Context, args []string, std streams) error
}

// streams are the program's standard streams, given so that the subcommands never reach for globals.
type streams struct {
	out, err io.Writer
}

func commands() []command {
	return []command{
		{"serve", "run the registry and the repository", runServe},
		{"send", "send CDA documents as a lot (ITI-41)", runSend},
		{"find", "find documents of a patient (ITI-18)", runFind},
		{"get", "retrieve documents by uniqueId (ITI-43)", runGet},
		{"check", "judge captured messages and tokens without a server", runCheck},
		{"rules", "list the rules that messages are judged by", runRules},
		{"conform", "run the conformance suites against a server", runConform},
		{"pki", "make a test PKI, or show certificates", runPKI},
		{"vihf", "issue an identity token, or say what is wrong with one", runVIHF},
		{"bench", "measure this machine and this program", runBench},
		{"fsck", "check that database and documents agree", runFsck},
		{"audit", "verify, list and prune the audit records", runAudit},
		{"demo", "show a lot going in, found, and coming back", runDemo},
		{"version", "print the version", runVersion},
	}
}

// Exit statuses: done; a refusal or a failed check; could not run.
const (
	exitDone   = 0
	exitFailed = 1
	exitUnable = 2
)

// errFailed ends a command with exit status 1 after it has said why itself.
var errFailed = errors.New("failed")

// usageError says what is wrong with the command line. Like every error but errFailed it ends the command with exit
// status 2.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func main() {
	syscall.Umask(0o077) // what a server writes is about patients
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(status)
}

// run finds the subcommand, runs it and gives the exit status.
func run(ctx context.Context, args []string, std streams) int {
	if len(args) == 0 {
		overview(std.err)
		return exitUnable
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		overview(std.out)
		return exitDone
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, args[1:], std)
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return exitDone
		case errors.Is(err, errFailed):
			return exitFailed
		}
		fmt.Fprintf(std.err, "liasse %s: %v\n", c.name, err)
		return exitUnable
	}
	fmt.Fprintf(std.err, "liasse: there is no command %q; liasse --help lists them\n", args[0])
	return exitUnable
}

func overview(w io.Writer) {
	fmt.Fprint(w, "Liasse keeps lots of medical documents and says why it refuses one: an IHE XDS.b\nDocument Registry and Repository in one program.\n\nUsage: liasse COMMAND [flags]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nliasse COMMAND --help says more. Exit status: 0 done, 1 refused or failed, 2 could not run.\n")
}

// flags makes a flag set whose help text begins with what the command is for.
func flags(name, arguments, purpose string, std streams) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(std.err)
	fs.Usage = func() {
		fmt.Fprintf(fs.Output(), "Usage: liasse %s %s\n\n%s\n\nFlags:\n", name, arguments, purpose)
		fs.PrintDefaults()
	}
	return fs
}

// parse reads the flags wherever they stand among the arguments and gives the arguments that are not flags.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	for _, a := range args {
		if a == "-h" || a == "--help" || a == "-help" {
			fs.SetOutput(os.Stdout)
		}
	}
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{err.Error()}
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
}
