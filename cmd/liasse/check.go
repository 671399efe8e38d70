package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"liasse/check"
	"liasse/internal/rule"
	"liasse/internal/server"
)

func runCheck(ctx context.Context, args []string, std streams) (err error) {
	fs := flags("check", "FILE… [--config FILE] [--explain] [--at TIME]",
		"Judges files without a server, by the rules and in the words of one: SOAP requests as they were\ncaptured (an envelope, a multipart body, a MIME message, a whole HTTP request) and identity tokens.\nWithout --config by the profile xds; tokens and signatures of lots need the configuration of a server\nof profile dmp, such as the one that liasse pki makes. --explain shows of every signature the octets\nthat were hashed, and of digests that differ what happened to them; documents that a signature names\nmay be given as files beside it. Exit status 1 when one file would be refused, 2\nwhen there is none to judge.\n\n  liasse check capture.http --config pki/liasse.toml --explain", std)
	config := fs.String("config", "", "the configuration of a server")
	explain := fs.Bool("explain", false, "show what each signature hashed")
	octets := fs.String("octets", "", "with --explain: write the octets that were hashed into files of this folder")
	at := fs.String("at", "", "judge tokens and signatures at that time, RFC 3339; empty for now")
	asJSON := fs.Bool("json", false, "print a JSON object for each file")
	lang := fs.String("lang", "en", "language of the findings: en or fr")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(files) == 0:
		return usageError{"name at least one file"}
	case *lang != "en" && *lang != "fr":
		return usageError{fmt.Sprintf("--lang is %q; it may be en or fr", *lang)}
	}
	when, err := timeFlag("at", *at)
	if err != nil {
		return err
	}
	inputs, err := readInputs(files)
	if err != nil {
		return err
	}
	results, err := judge(ctx, inputs, *config, *lang, when)
	if err != nil {
		return err
	}
	if err := showResults(std.out, results, *lang, *asJSON); err != nil {
		return err
	}
	if *explain {
		if err := showHashed(std.out, check.Explain(inputs), *octets, *lang); err != nil {
			return err
		}
	}
	judged := *explain // shown to somebody, whatever it was
	for _, r := range results {
		if r.Failed() {
			return errFailed
		}
		judged = judged || r.Unjudged == rule.Text{}
	}
	if !judged {
		return errors.New("nothing was judged")
	}
	return nil
}

// readInputs reads files and takes each for what it is.
func readInputs(files []string) ([]*check.Input, error) {
	var inputs []*check.Input
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		in, err := check.Recognise(name, content)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// judge judges inputs as a server of that configuration would.
func judge(ctx context.Context, inputs []*check.Input, config, lang string, when time.Time) (results []*check.Result, err error) {
	cfg := server.DefaultConfig()
	if config != "" {
		if cfg, err = server.LoadConfig(config); err != nil {
			return nil, err
		}
	} else {
		cfg.ForFirstTry()
	}
	cfg.Language = lang
	now := time.Now
	if !when.IsZero() {
		now = func() time.Time { return when }
	}
	by, err := cfg.Judging(now)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "liasse-check-")
	if err != nil {
		return nil, fmt.Errorf("making a scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	checker, err := check.New(ctx, check.Config{Dir: scratch, Verifier: by.Verifier, Profile: by.Profile, Rules: by.Rules,
		Language: lang, Affinity: by.Affinity, RepositoryID: by.RepositoryID})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, checker.Close()) }()
	for _, in := range inputs {
		result, err := checker.Judge(ctx, in)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// finding is a finding as --json has it.
type finding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
	Section  string `json:"section"`
	XPath    string `json:"xpath,omitempty"`
	Part     string `json:"part,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Found    string `json:"found,omitempty"`
	Expected string `json:"expected,omitempty"`
}

func findingOf(f *rule.Finding, lang string) finding {
	return finding{Rule: f.Rule.ID, Severity: f.Severity.String(), Code: f.WireCode(), Sentence: f.Sentence(lang), Section: f.Rule.Section,
		XPath: f.XPath, Part: f.Part, Line: f.Line, Column: f.Column, Found: f.Found, Expected: f.Expected}
}

func showResults(w io.Writer, results []*check.Result, lang string, asJSON bool) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, r := range results {
		if !asJSON {
			if _, err := io.WriteString(w, r.In(lang)); err != nil {
				return err
			}
			continue
		}
		findings := make([]finding, 0, len(r.Findings))
		for i := range r.Findings {
			findings = append(findings, findingOf(&r.Findings[i], lang))
		}
		err := encoder.Encode(struct {
			File     string    `json:"file"`
			Kind     string    `json:"kind"`
			Refused  bool      `json:"refused"`
			Unjudged string    `json:"unjudged,omitempty"`
			Findings []finding `json:"findings"`
		}{r.Input.Name, r.Input.Kind.String(), r.Failed(), r.Unjudged.In(lang), findings})
		if err != nil {
			return err
		}
	}
	return nil
}

// showHashed shows what signatures hashed, and writes the octets into files where a folder is named.
func showHashed(w io.Writer, hashed []check.Hashed, dir, lang string) error {
	if len(hashed) == 0 {
		_, err := fmt.Fprintln(w, "no signature was found")
		return err
	}
	if err := check.WriteHashed(w, hashed, lang); err != nil {
		return err
	}
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for i := range hashed {
		if hashed[i].Octets == nil {
			continue
		}
		name := filepath.Join(dir, fmt.Sprintf("%02d.octets", i+1))
		if err := os.WriteFile(name, hashed[i].Octets, 0o600); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s: %s of the signature in %s\n", name, hashed[i].URI, hashed[i].Signature); err != nil {
			return err
		}
	}
	return nil
}
