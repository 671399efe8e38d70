package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"liasse/internal/testpki"
)

// hostList is a flag that may be given several times.
type hostList []string

func (l *hostList) String() string { return strings.Join(*l, " ") }

func (l *hostList) Set(s string) error {
	if s == "" {
		return errors.New("a name is empty")
	}
	*l = append(*l, s)
	return nil
}

func runPKI(ctx context.Context, args []string, std streams) error {
	if len(args) > 0 {
		switch args[0] {
		case "show":
			return runPKIShow(ctx, args[1:], std)
		case "revoke":
			return runPKIRevoke(args[1:], std)
		}
	}
	fs := flags("pki", "DIR [--name HOST]… [--force]",
		"Makes a test PKI shaped as the test realm of IGC-Santé: authorities, CRLs, the certificate of a\nserver, identities with good and with bad certificates, directories, and the configuration that\ntrusts all this. Its keys are for tests only.\n\n  liasse pki pki && liasse serve --config pki/liasse.toml\n\nliasse pki show FILE… tells what is in certificates, liasse pki revoke DIR NAME… revokes\nidentities of a test PKI; both have a --help.", std)
	var opt testpki.Options
	fs.Var((*hostList)(&opt.Hosts), "name", "a name or address of the server beside localhost, 127.0.0.1 and ::1")
	fs.BoolVar(&opt.Force, "force", false, "replace a test PKI that is there")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError{"one folder is needed"}
	}
	made, err := testpki.Make(rest[0], opt)
	if errors.Is(err, testpki.ErrExists) {
		return usageError{err.Error() + " (--force replaces a test PKI)"}
	}
	if err != nil {
		return err
	}
	return showPKI(std.out, made)
}

func runPKIRevoke(args []string, std streams) error {
	fs := flags("pki revoke", "DIR NAME…",
		"Puts both certificates of identities of a test PKI on the CRL of their authority. A server that\nwatches the CRL refuses them within its refresh.\n\n  liasse pki revoke pki medecin", std)
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) < 2 {
		return usageError{"the folder of a test PKI and at least one identity are needed"}
	}
	for _, name := range rest[1:] {
		if err := testpki.RevokeIdentity(rest[0], name); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s is revoked\n", name)
	}
	return nil
}

// showPKI tells where everything lies.
func showPKI(w io.Writer, made *testpki.Result) error {
	good, bad := 0, 0
	for _, name := range made.Identities {
		if strings.HasPrefix(name, testpki.FaultPrefix) {
			bad++
		} else {
			good++
		}
	}
	_, err := fmt.Fprintf(w, `A test PKI was made in %[1]s. Its keys are for tests only.

  configuration     %[2]s
  server            %[3]s and .key
  to trust us       %[4]s
  identities        %[1]s/identities/NAME: %[5]d good ones (medecin, pharmacien, etablissement, …)
                    and %[6]d with a fault (%[7]s…), each with auth.crt, auth.key for TLS,
                    sign.crt, sign.key for tokens and lots, and identity.json
  authorities       %[1]s/ca: their keys issue more certificates
  directories       %[8]s
                    %[9]s

Next: liasse serve --config '%[2]s'
`, made.Dir, made.Config, made.ServerCert, made.RootCert, good, bad, testpki.FaultPrefix, made.Structures, made.Professionals)
	return err
}
