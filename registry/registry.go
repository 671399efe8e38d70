package registry

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/soap"
)

// UnknownPatientAnswer says what a query about an unknown patient gets; the standard leaves it to the domain
// (ITI TF-2 3.18.4.1.2.3.9).
type UnknownPatientAnswer uint8

const (
	// AnswerEmpty answers Success without objects.
	AnswerEmpty UnknownPatientAnswer = iota
	// AnswerError answers XDSUnknownPatientId.
	AnswerError
)

// Config is what a Registry needs.
type Config struct {
	// Store keeps the objects.
	Store Store
	// Affinity is the domain's agreement.
	Affinity Affinity
	// Policy decides who sees what; nil shows everything to everyone.
	Policy Policy
	// Rules holds the severities that the configuration changed; nil changes none.
	Rules *rule.Policy
	// Language of the answers: "en" or "fr".
	Language string
	Log      zerolog.Logger
	// Audit reports the audit records of ITI-8, which comes by no SOAP handler; nil records none.
	Audit *audit.Source
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// MaxResults bounds the LeafClass objects of one answer; 0 means DefaultMaxResults.
	MaxResults int
	// UnknownPatientQuery says what a query about an unknown patient gets.
	UnknownPatientQuery UnknownPatientAnswer
	// Documents opens the documents of the repository in this process, for queries that ask for them with the entries;
	// nil refuses such queries.
	Documents Documents
	// MaxItemBytes bounds the documents inside of one answer, in bytes together; 0 means DefaultMaxItemBytes.
	MaxItemBytes int64
}

// DefaultMaxResults bounds an answer when the configuration says nothing.
const DefaultMaxResults = 10000

// Registry is the Document Registry actor (ITI TF-1 10.1.1.3).
type Registry struct {
	cfg   Config
	codes codeIndex
}

// New makes a Registry; the error names what is wrong with the configuration.
func New(cfg Config) (*Registry, error) {
	if cfg.Store == nil {
		return nil, errors.New("a registry needs a store")
	}
	if err := cfg.Affinity.check(); err != nil {
		return nil, fmt.Errorf("reading the affinity domain: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Language == "" {
		cfg.Language = "en"
	}
	if cfg.MaxResults == 0 {
		cfg.MaxResults = DefaultMaxResults
	}
	if cfg.MaxItemBytes == 0 {
		cfg.MaxItemBytes = DefaultMaxItemBytes
	}
	return &Registry{cfg: cfg, codes: indexCodes(cfg.Affinity.Codes)}, nil
}

// Transactions gives the SOAP transactions that the registry answers.
func (r *Registry) Transactions() []soap.Transaction {
	return slices.Concat(r.submissionTransactions(), r.queryTransactions(), r.feedTransactions())
}
