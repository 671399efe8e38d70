package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"liasse/vihf"
)

func runVIHF(ctx context.Context, args []string, std streams) error {
	if len(args) > 0 {
		switch args[0] {
		case "issue":
			return runVIHFIssue(ctx, args[1:], std)
		case "show":
			return runVIHFShow(ctx, args[1:], std)
		}
	}
	fs := flags("vihf", "issue|show …",
		"Makes identity tokens (VIHF) and says what is in them and what is wrong with them.\n\n  liasse vihf issue --identity pki/identities/medecin --patient CX\n  liasse vihf show FILE --config pki/liasse.toml\n\nliasse vihf issue --help and liasse vihf show --help say more.", std)
	if _, err := parse(fs, args); err != nil {
		return err
	}
	return usageError{"say issue or show"}
}

func runVIHFIssue(_ context.Context, args []string, std streams) error {
	fs := flags("vihf issue", "--identity DIR --patient CX [--purpose normal|bris_de_glace|centre_15] [-o FILE]",
		"Issues a token: a SAML 2.0 assertion signed with the signature certificate of the identity, for\none patient. It is what stands in wsse:Security; --security writes that block around it.\n\n  liasse vihf issue --identity pki/identities/medecin \\\n      --patient '279035121518989^^^&1.2.250.1.213.1.4.10&ISO' -o token.xml", std)
	dir := fs.String("identity", "", "folder of the identity: identity.json, certificates and keys")
	var claims vihf.Claims
	fs.StringVar(&claims.Patient, "patient", "", "patient identifier: ID^^^&OID&ISO, with ^NH or without")
	purpose := fs.String("purpose", string(vihf.Normal), "why the record is opened: normal, bris_de_glace or centre_15")
	fs.StringVar(&claims.Version, "vihf-version", "3.0", "VIHF_Version")
	at := fs.String("at", "", "issue it at that time, RFC 3339; empty for now")
	block := fs.Bool("security", false, "write the wsse:Security header block that holds the token")
	file := fs.String("o", "", "file to write; empty for the standard output")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	claims.Purpose = vihf.Purpose(*purpose)
	switch {
	case *dir == "" || claims.Patient == "" || len(rest) > 0:
		return usageError{"--identity and --patient are needed, and nothing but flags"}
	case claims.Purpose != vihf.Normal && claims.Purpose != vihf.BreakGlass && claims.Purpose != vihf.Centre15:
		return usageError{fmt.Sprintf("--purpose is %q; it may be normal, bris_de_glace or centre_15", *purpose)}
	}
	if claims.Now, err = timeFlag("at", *at); err != nil {
		return err
	}
	who, err := vihf.LoadIdentity(*dir)
	if err != nil {
		return err
	}
	token, err := who.Issue(claims)
	if err != nil {
		return err
	}
	if *block {
		token = vihf.Security(token)
	}
	token = append(token, '\n')
	if *file == "" {
		_, err = std.out.Write(token)
		return err
	}
	return os.WriteFile(*file, token, 0o600)
}

// timeFlag reads a time that was given on the command line; empty is the zero time.
func timeFlag(name, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return at, usageError{fmt.Sprintf("--%s is %q; it must be as 2026-11-22T20:00:00Z", name, value)}
	}
	return at, nil
}
