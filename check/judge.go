package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"liasse/dmp"
	"liasse/internal/rule"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/repository/fsblob"
	"liasse/soap"
	"liasse/vihf"
)

// Config is what a Checker judges by.
type Config struct {
	// Dir is a scratch folder, which the caller removes after Close.
	Dir string
	// Verifier judges tokens, Profile lots and patients; both nil judges as the profile xds does.
	Verifier *vihf.Verifier
	Profile  *dmp.Profile
	// Rules changes severities; nil changes none.
	Rules *rule.Policy
	// Language of the sentences: "en" or "fr".
	Language string
	// Affinity is the domain's agreement, as a server has it.
	Affinity registry.Affinity
	// RepositoryID is the repositoryUniqueId that ITI-43 requests must name.
	RepositoryID string
}

// Result is what was found of one input.
type Result struct {
	Input    *Input
	Findings rule.Findings
	// Caller is what the token claims, nil where there is none or it could not be read.
	Caller *vihf.Caller
	// Unjudged says why the input was not judged; empty when it was.
	Unjudged rule.Text
}

// Failed tells whether a server would refuse the input.
func (r *Result) Failed() bool { return r.Findings.Failed() }

// Checker judges inputs one after the other. What it accepts is forgotten: no input is judged by another.
type Checker struct {
	cfg     Config
	store   *sqlstore.Store
	blobs   *fsblob.Store
	handler http.Handler
	// seen is what the last message came to.
	seen soap.RequestInfo
}

// New opens the scratch stores of a Checker. Close ends it.
func New(ctx context.Context, cfg Config) (c *Checker, err error) {
	c = &Checker{cfg: cfg}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if c.store, err = sqlstore.Open(ctx, sqlstore.Config{Driver: "sqlite", Path: filepath.Join(cfg.Dir, "registry.db"), Log: zerolog.Nop()}); err != nil {
		return c, fmt.Errorf("opening a scratch registry: %w", err)
	}
	if c.blobs, err = fsblob.Open(filepath.Join(cfg.Dir, "documents")); err != nil {
		return c, fmt.Errorf("opening a scratch repository: %w", err)
	}
	return c, c.assemble()
}

// assemble makes the two actors as a server has them, in one endpoint, over a store that keeps nothing.
func (c *Checker) assemble() error {
	store := forgetful{c.store}
	own := registry.Config{Store: store, Affinity: c.cfg.Affinity, Rules: c.cfg.Rules, Language: c.cfg.Language, Log: zerolog.Nop()}
	other := repository.Config{Blobs: c.blobs, Store: store, UniqueID: c.cfg.RepositoryID, Language: c.cfg.Language, Log: zerolog.Nop()}
	endpoint := soap.Config{Rules: c.cfg.Rules, Language: c.cfg.Language, SpoolDir: c.cfg.Dir, Log: zerolog.Nop(),
		OnRequest: func(info soap.RequestInfo) { c.seen = info }}
	if p := c.cfg.Profile; p != nil {
		own.Policy, other.Policy, other.Judge, endpoint.Authenticate = p, p, p.Judge, p.Authenticate
	}
	r, err := registry.New(own)
	if err != nil {
		return fmt.Errorf("making a scratch registry: %w", err)
	}
	other.Registrar = repository.Local{Registry: r}
	d, err := repository.New(other)
	if err != nil {
		return fmt.Errorf("making a scratch repository: %w", err)
	}
	c.handler = soap.NewHandler(endpoint, append(r.Transactions(), d.Transactions()...)...)
	return nil
}

// Close ends the stores.
func (c *Checker) Close() error {
	var faults []error
	if c.store != nil {
		faults = append(faults, c.store.Close())
	}
	if c.blobs != nil {
		faults = append(faults, c.blobs.Close())
	}
	return errors.Join(faults...)
}

// Judge judges one input. The error is for what is not the input's fault.
func (c *Checker) Judge(ctx context.Context, in *Input) (*Result, error) {
	switch in.Kind {
	case Request:
		return c.judgeRequest(ctx, in)
	case Token:
		return c.judgeToken(ctx, in)
	}
	return &Result{Input: in, Unjudged: rule.Text{EN: "this kind of file is not judged by itself: give the request it travels in",
		FR: "ce genre de fichier ne se juge pas seul : donner la requête où il voyage"}}, nil
}

// judgeRequest sends a message through the server's own handler.
func (c *Checker) judgeRequest(ctx context.Context, in *Input) (*Result, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/", bytes.NewReader(in.Body))
	if err != nil {
		return nil, fmt.Errorf("making a request of %s: %w", in.Name, err)
	}
	req.Header.Set("Content-Type", in.ContentType)
	c.seen = soap.RequestInfo{}
	c.handler.ServeHTTP(unread{http.Header{}}, req)
	if c.seen.ID == "" {
		return nil, fmt.Errorf("judging %s: the message did not come to an end", in.Name)
	}
	result := &Result{Input: in, Findings: c.seen.Findings}
	if in.Tree != nil && c.cfg.Verifier != nil {
		judgement, err := c.cfg.Verifier.Judge(ctx, in.Tree, &rule.Report{Policy: c.cfg.Rules})
		if err != nil {
			return nil, fmt.Errorf("reading the token of %s: %w", in.Name, err)
		}
		result.Caller = judgement.Claimed
	}
	return result, nil
}

// judgeToken judges a token that came without a message.
func (c *Checker) judgeToken(ctx context.Context, in *Input) (*Result, error) {
	if c.cfg.Verifier == nil {
		return &Result{Input: in, Unjudged: rule.Text{EN: "a token is judged in the profile dmp only",
			FR: "un jeton ne se juge que dans le profil dmp"}}, nil
	}
	report := &rule.Report{Policy: c.cfg.Rules}
	judgement, err := c.cfg.Verifier.Judge(ctx, in.Tree, report)
	if err != nil {
		return nil, fmt.Errorf("judging %s: %w", in.Name, err)
	}
	return &Result{Input: in, Findings: report.Findings, Caller: judgement.Claimed}, nil
}

// In says what was found for people to read, in the language asked for.
func (r *Result) In(lang string) string {
	var b strings.Builder
	b.WriteString(r.Input.Name)
	b.WriteString(rule.Text{EN: ": ", FR: " : "}.In(lang) + r.Input.Kind.In(lang) + ", ")
	switch {
	case r.Unjudged != rule.Text{}:
		b.WriteString(rule.Text{EN: "not judged: ", FR: "sans jugement : "}.In(lang) + r.Unjudged.In(lang))
	case r.Failed():
		b.WriteString(rule.Text{EN: "refused", FR: "refus"}.In(lang))
	default:
		b.WriteString(rule.Text{EN: "accepted", FR: "accord"}.In(lang))
	}
	b.WriteByte('\n')
	for i := range r.Findings {
		f := &r.Findings[i]
		b.WriteString("  " + severityWord(f.Severity).In(lang) + f.Sentence(lang) + "\n")
		if f.XPath != "" {
			b.WriteString(rule.Text{EN: "      at ", FR: "      à "}.In(lang) + f.XPath + "\n")
		}
	}
	return b.String()
}

func severityWord(s rule.Severity) rule.Text {
	if s == rule.Error {
		return rule.Text{EN: "error: ", FR: "erreur : "}
	}
	return rule.Text{EN: "warning: ", FR: "avertissement : "}
}

// unread is the other end of a request whose answer nobody reads.
type unread struct{ header http.Header }

func (u unread) Header() http.Header         { return u.header }
func (u unread) Write(p []byte) (int, error) { return len(p), nil }
func (u unread) WriteHeader(int)             {}

// forgetful is a store that runs every change and keeps none.
type forgetful struct{ registry.Store }

var errForgotten = errors.New("the change is taken back")

// Submit runs a change in a transaction that is taken back.
func (f forgetful) Submit(ctx context.Context, change func(registry.Tx) error) error {
	err := f.Store.Submit(ctx, func(tx registry.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return errForgotten
	})
	if errors.Is(err, errForgotten) {
		return nil
	}
	return err
}
