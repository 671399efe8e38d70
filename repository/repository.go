package repository

import (
	"context"
	"errors"
	"fmt"

	"github.com/rs/zerolog"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/soap"
)

// Bounds that apply when the configuration says nothing.
const (
	// DefaultMaxDocuments bounds the documents of one ITI-41.
	DefaultMaxDocuments = 256
	// DefaultMaxRequests bounds the DocumentRequests of one ITI-43.
	DefaultMaxRequests = 256
	// DefaultMaxRetrieveBytes bounds the bytes of the documents of one ITI-43 answer.
	DefaultMaxRetrieveBytes = 2 << 30
)

// Config is what a Repository needs.
type Config struct {
	// UniqueID is the repositoryUniqueId, an OID without urn:oid: (ITI TF-3 4.2.3.2.18).
	UniqueID string
	// Blobs keeps the bytes of documents.
	Blobs Blobs
	// Store keeps where the bytes of each document are.
	Store registry.Store
	// Registrar has lots registered: Local, or a Remote registry.
	Registrar Registrar
	// Policy decides who sees what; nil shows everything to everyone. With a policy, a document of which no entry is
	// registered here is seen by nobody.
	Policy registry.Policy
	// Judge, when not nil, is asked about each lot after all of its documents were received and before anything is kept.
	// What it adds to the report is answered with the rest, and refuses the lot like any other finding; its error is for
	// what is not the sender's fault. It is asked about lots that are refused already too, so that one answer says all.
	Judge func(ctx context.Context, lot *Lot, report *rule.Report) error
	// Language of the answers: "en" or "fr".
	Language string
	// MaxDocuments, MaxRequests and MaxRetrieveBytes replace the defaults when they are not zero.
	MaxDocuments     int
	MaxRequests      int
	MaxRetrieveBytes int64
	Log              zerolog.Logger
}

// Repository is the Document Repository actor.
type Repository struct {
	cfg  Config
	pins pins
}

// New makes a Repository; the error names what is wrong with the configuration.
func New(cfg Config) (*Repository, error) {
	switch {
	case cfg.Blobs == nil:
		return nil, errors.New("a repository needs a store of documents")
	case cfg.Store == nil:
		return nil, errors.New("a repository needs a store of where documents are")
	case cfg.Registrar == nil:
		return nil, errors.New("a repository needs a registry")
	case !isOID(cfg.UniqueID):
		return nil, fmt.Errorf("the repositoryUniqueId %q is not an OID", cfg.UniqueID)
	}
	if cfg.Language == "" {
		cfg.Language = "en"
	}
	if cfg.MaxDocuments == 0 {
		cfg.MaxDocuments = DefaultMaxDocuments
	}
	if cfg.MaxRequests == 0 {
		cfg.MaxRequests = DefaultMaxRequests
	}
	if cfg.MaxRetrieveBytes == 0 {
		cfg.MaxRetrieveBytes = DefaultMaxRetrieveBytes
	}
	return &Repository{cfg: cfg, pins: pins{held: make(map[Address]*pin)}}, nil
}

// isOID tells whether s is an object identifier: numbers without leading zeros, joined by dots, at most 64 characters.
func isOID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	start, dots := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			continue
		}
		if i < len(s) && s[i] != '.' || i == start || s[start] == '0' && i > start+1 {
			return false
		}
		start = i + 1
		dots++
	}
	return dots > 1 && s[0] <= '2'
}

// Transactions gives the SOAP transactions that the repository answers: ITI-41 and ITI-43.
func (r *Repository) Transactions() []soap.Transaction {
	return []soap.Transaction{
		{
			Name:           "ITI-41",
			Action:         "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
			ResponseAction: "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse",
			Body:           soap.QName{Space: registry.NamespaceXDSB, Local: "ProvideAndRegisterDocumentSetRequest"},
			MTOM:           true,
			Serve:          r.serveProvide,
		},
		{
			Name:           "ITI-43",
			Action:         "urn:ihe:iti:2007:RetrieveDocumentSet",
			ResponseAction: "urn:ihe:iti:2007:RetrieveDocumentSetResponse",
			Body:           soap.QName{Space: registry.NamespaceXDSB, Local: "RetrieveDocumentSetRequest"},
			MTOM:           true,
			Serve:          r.serveRetrieve,
		},
	}
}

// Ready tells whether documents can be stored and read now.
func (r *Repository) Ready(ctx context.Context) error {
	if err := r.cfg.Blobs.Ready(ctx); err != nil {
		return fmt.Errorf("the store of documents: %w", err)
	}
	return nil
}
