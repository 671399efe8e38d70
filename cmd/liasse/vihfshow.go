package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"liasse/check"
	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/server"
	"liasse/vihf"
)

func runVIHFShow(ctx context.Context, args []string, std streams) error {
	fs := flags("vihf show", "FILE [--config FILE | --trust DIR] [--at TIME] [--lang en|fr]",
		"Says what a token claims and every rule that it breaks. FILE holds an assertion, a wsse:Security\nblock, a SOAP envelope, or a captured request with its header or without. --config judges it by\nthe configuration of a server, --trust by a folder with roots, intermediates and crls; without\neither it stays open whether the signer is to be believed. The connection that a token came by and\nwhether it was used before are not judged. Exit status 1 when the token is refused.\n\n  liasse vihf show capture.http --config pki/liasse.toml", std)
	config := fs.String("config", "", "the configuration of a server")
	trust := fs.String("trust", "", "a folder with roots, intermediates and crls")
	realm := fs.String("realm", string(pki.RealmTest), "with --trust: test or production")
	at := fs.String("at", "", "judge it at that time, RFC 3339; empty for now")
	lang := fs.String("lang", "en", "language of the findings: en or fr")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(files) != 1:
		return usageError{"one file is needed"}
	case *config != "" && *trust != "":
		return usageError{"--config and --trust exclude each other"}
	case *lang != "en" && *lang != "fr":
		return usageError{fmt.Sprintf("--lang is %q; it may be en or fr", *lang)}
	}
	when, err := timeFlag("at", *at)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		return err
	}
	input, err := check.Recognise(files[0], content)
	if err != nil {
		return err
	}
	if input.Tree == nil {
		return fmt.Errorf("%s holds no XML that can be read", files[0])
	}
	defer input.Tree.Release()
	now := time.Now
	if !when.IsZero() {
		now = func() time.Time { return when }
	}
	by, err := judgingOf(*config, *trust, *realm, now)
	if err != nil {
		return err
	}
	return by.show(ctx, std.out, input, *lang)
}

// judging is what tokens are shown against.
type judging struct {
	// verifier is nil where nothing says whom to trust; now is then the time of judging.
	verifier *vihf.Verifier
	now      func() time.Time
	rules    *rule.Policy
}

// judgingOf reads what a token is judged by, from the configuration of a server, from a folder of certificates, or from
// neither.
func judgingOf(config, trust, realm string, now func() time.Time) (judging, error) {
	switch {
	case config != "":
		cfg, err := server.LoadConfig(config)
		if err != nil {
			return judging{}, err
		}
		by, err := cfg.Judging(now)
		if err != nil {
			return judging{}, err
		}
		return judging{verifier: by.Verifier, now: now, rules: by.Rules}, nil
	case trust != "":
		within, err := pki.ParseRealm(realm)
		if err != nil {
			return judging{}, usageError{"--realm: " + err.Error()}
		}
		opened, err := pki.Open(pki.Config{Usage: pki.TokenSigner, Realm: within, RequireCRL: true,
			Anchors: []string{filepath.Join(trust, "roots")}, Intermediates: []string{filepath.Join(trust, "intermediates")}, CRLs: []string{filepath.Join(trust, "crls")}})
		if err != nil {
			return judging{}, err
		}
		verifier, err := vihf.New(vihf.Config{Trust: opened, Now: now})
		return judging{verifier: verifier, now: now}, err
	}
	return judging{now: now}, nil
}

// show writes what a token claims, then what is wrong with it.
func (j judging) show(ctx context.Context, w io.Writer, input *check.Input, lang string) error {
	report := &rule.Report{Policy: j.rules}
	said, err := j.judge(ctx, input, report)
	if err != nil {
		return err
	}
	if said.Claimed == nil {
		fmt.Fprintf(w, "%s: no token to read\n", input.Name)
	} else {
		fmt.Fprintf(w, "%s: token %s\n", input.Name, said.Claimed.AssertionID)
		for _, line := range claimsOf(said) {
			fmt.Fprintf(w, "  %-14s %s\n", line[0], line[1])
		}
		fmt.Fprintln(w, "  attributes")
		for _, a := range said.Attributes {
			fmt.Fprintf(w, "    %s = %s\n", printable(a.Name), printable(strings.Join(a.Values, ", ")))
		}
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		fmt.Fprintf(w, "  %s: %s\n", f.Severity, f.Sentence(lang))
		fmt.Fprintf(w, "      at %s\n", f.XPath)
	}
	switch {
	case report.Failed():
		fmt.Fprintln(w, "  refused")
		return errFailed
	case !said.Accepted:
		fmt.Fprintln(w, "  nothing is wrong with it; whether its signer is to be believed was not asked (--config, --trust)")
	default:
		fmt.Fprintln(w, "  accepted")
	}
	return nil
}

func (j judging) judge(ctx context.Context, input *check.Input, report *rule.Report) (*vihf.Judgement, error) {
	if j.verifier == nil {
		return vihf.Inspect(ctx, vihf.Config{Now: j.now}, input.Tree, report)
	}
	return j.verifier.Judge(ctx, input.Tree, report)
}

// claimsOf gives what people ask of a token.
func claimsOf(said *vihf.Judgement) [][2]string {
	c := said.Claimed
	lines := [][2]string{
		{"user", strings.TrimSpace(c.NameID + " " + c.SubjectName)},
		{"mode", string(c.Mode)},
		{"structure", strings.TrimSpace(c.Structure + " " + c.Sector)},
	}
	for _, r := range c.Roles {
		lines = append(lines, [2]string{"role", strings.TrimSpace(r.Code + "^" + r.System + " " + r.Display)})
	}
	patient := ""
	if !c.Patient.IsZero() {
		patient = c.Patient.CX()
	}
	lines = append(lines, [][2]string{
		{"patient", patient}, {"purpose", string(c.Purpose)}, {"version", c.Version},
		{"issued", moment(c.IssueInstant)}, {"login", strings.TrimSpace(moment(c.AuthnInstant) + " " + c.AuthnContext + " " + c.AuthnContextDecl)},
		{"software", strings.Join(strings.Fields(strings.Join([]string{c.Software.Name, c.Software.Version, c.Software.ID, c.Software.Homologation}, " ")), " ")},
		{"issuer", c.Issuer},
	}...)
	if c.SecretConnection {
		lines = append(lines, [2]string{"secret", "the legal representatives do not learn of this connection"})
	}
	if c.Certificate != nil {
		lines = append(lines, [2]string{"signed by", holderOf(c.Certificate)}, [2]string{"", "certificate " + pki.SubjectOf(c.Certificate) + ", issued by " + pki.IssuerOf(c.Certificate)})
	}
	shown := lines[:0]
	for _, line := range lines {
		if line[1] != "" {
			shown = append(shown, [2]string{line[0], printable(line[1])})
		}
	}
	return shown
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// printable keeps what a stranger wrote from moving the cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return '\uFFFD'
		}
		return r
	}, s)
}
