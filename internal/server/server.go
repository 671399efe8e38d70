package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/rs/zerolog"

	"liasse/dmp"
	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/repository"
	"liasse/repository/fsblob"
	"liasse/soap"
)

// Paths of the SOAP endpoints.
const (
	RegistryPath   = "/xds/registry"
	RepositoryPath = "/xds/repository"
)

// Addresses is where a server can be reached; its JSON form is the ready line.
type Addresses struct {
	Ready      bool   `json:"ready"`
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Admin      string `json:"admin"`
	MLLP       string `json:"mllp,omitempty"`
	// Identities is the folder of the clients of a test PKI, where the server was started with one.
	Identities string `json:"identities,omitempty"`
}

// Server is a running process's listeners and stores. Start makes one; Wait or Close ends it.
type Server struct {
	cfg       Config
	log       zerolog.Logger
	addresses Addresses
	metrics   *metrics

	store      *sqlstore.Store
	blobs      *fsblob.Store
	registry   *registry.Registry
	repository *repository.Repository
	remote     *repository.Remote // the registry elsewhere, nil when it is in this process

	trusts   trusts
	watchers *watchers
	profile  *dmp.Profile // nil in profile xds
	audit    *auditor     // nil where nothing is recorded

	soap, admin *http.Server
	stopMLLP    context.CancelFunc
	// ended carries the first error of a listener that ended by itself; running counts the listeners.
	ended   chan error
	running int
}

// Start opens the stores and the listeners. When it returns without error the server answers. The context ends the
// start, not the server. Logs go to the writer as JSON lines.
func Start(ctx context.Context, cfg Config, logs io.Writer) (*Server, error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("the configuration cannot be used: %w", err)
	}
	level, err := zerolog.ParseLevel(cfg.LogLevel)
	if err != nil {
		return nil, fmt.Errorf("log_level: %w", err)
	}
	s := &Server{
		cfg: cfg, metrics: newMetrics(), watchers: newWatchers(), ended: make(chan error, 3),
		log: zerolog.New(zerolog.SyncWriter(logs)).Level(level).With().Timestamp().Logger(),
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.tellTrust()
	s.log.Info().Str("registry", s.addresses.Registry).Str("repository", s.addresses.Repository).Str("admin", s.addresses.Admin).
		Str("profile", cfg.Profile).Str("tls", cfg.tlsMode()).Str("store", cfg.Store.Driver).Str("dir", cfg.Dir).Msg("serving")
	return s, nil
}

func (s *Server) start(ctx context.Context) error {
	policy, err := s.cfg.policy()
	if err != nil {
		return err
	}
	if s.trusts, err = openTrusts(&s.cfg); err != nil {
		return err
	}
	if err := s.openStores(ctx); err != nil {
		return err
	}
	if err := s.makeProfile(); err != nil {
		return err
	}
	if err := s.makeActors(policy); err != nil {
		return err
	}
	s.watchTrusts()
	if err := s.audit.start(ctx, s.watchers); err != nil {
		return err
	}
	return s.listen(policy)
}

// openStores opens the database and the documents.
func (s *Server) openStores(ctx context.Context) (err error) {
	for _, dir := range []string{s.cfg.DatabaseDir(), s.cfg.SpoolDir()} {
		if err := privateFolder(dir); err != nil {
			return err
		}
	}
	source := audit.ThisProcess(s.cfg.Audit.SourceID, s.cfg.Audit.Site)
	s.store, err = sqlstore.Open(ctx, sqlstore.Config{
		Audit:  source,
		Driver: s.cfg.Store.Driver, Path: s.cfg.DatabasePath(), DSN: s.cfg.Store.DSN, QueueLength: s.cfg.Store.Queue, Log: s.log,
	})
	if err != nil {
		return fmt.Errorf("opening the registry's database: %w", err)
	}
	if s.audit, err = openAuditor(&s.cfg, source, s.store, s.log); err != nil {
		return err
	}
	s.metrics.watch(s.store.Stats)
	if s.blobs, err = fsblob.Open(s.cfg.BlobDir()); err != nil {
		return fmt.Errorf("opening the document store: %w", err)
	}
	return nil
}

// privateFolder makes a folder that nobody else may enter, and refuses one that others may: it holds the metadata of
// every patient.
func privateFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("looking at the data folder: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("the folder %s can be entered by other users (%#o): chmod 700 it", dir, mode)
	}
	return nil
}

// makeActors makes the registry (unless it is elsewhere) and the repository.
func (s *Server) makeActors(policy *rule.Policy) error {
	affinity, err := s.cfg.affinity()
	if err != nil {
		return err
	}
	unknown := registry.AnswerEmpty
	if s.cfg.Registry.UnknownPatientQuery == "error" {
		unknown = registry.AnswerError
	}
	own := registry.Config{
		Store: s.store, Affinity: affinity, Rules: policy, Language: s.cfg.Language, Log: s.log,
		MaxResults: s.cfg.Registry.MaxResults, UnknownPatientQuery: unknown, MaxItemBytes: s.cfg.Registry.MaxItemBytes,
	}
	if own.MaxItemBytes > 0 {
		own.Documents = &repository.Documents{UniqueID: s.cfg.Repository.UniqueID, Blobs: s.blobs, Store: s.store}
	}
	cfg := repository.Config{
		Blobs: s.blobs, Store: s.store, UniqueID: s.cfg.Repository.UniqueID, Language: s.cfg.Language,
		MaxRetrieveBytes: s.cfg.Repository.MaxRetrieveBytes, Log: s.log,
	}
	if s.audit != nil {
		own.Audit = s.audit.source
	}
	s.guard(&own, &cfg)
	if s.registry, err = registry.New(own); err != nil {
		return fmt.Errorf("making the registry: %w", err)
	}
	cfg.Registrar = repository.Local{Registry: s.registry}
	if s.cfg.RegistryURL != "" {
		s.remote = &repository.Remote{URL: s.cfg.RegistryURL, Client: &soap.Client{Timeout: time.Minute}, Store: s.store, Language: s.cfg.Language, Log: s.log}
		cfg.Registrar = s.remote
		s.registry = nil
	}
	if s.repository, err = repository.New(cfg); err != nil {
		return fmt.Errorf("making the repository: %w", err)
	}
	return nil
}

// observe counts and logs one request.
func (s *Server) observe(info soap.RequestInfo) {
	outcome := "success"
	switch {
	case info.Outcome != soap.OutcomeSuccess:
		outcome = string(info.Outcome)
	case info.Status != http.StatusOK:
		outcome = "http"
	case len(info.Findings) > 0:
		outcome = "warning"
	}
	transaction := info.Transaction
	if transaction == "" {
		transaction = "none"
	}
	s.metrics.observe(transaction, info.Status, outcome, info.Duration, info.Findings)
	event := s.log.Info()
	if !event.Enabled() {
		return
	}
	ids := make([]string, 0, len(info.Findings))
	for i := range info.Findings {
		ids = append(ids, info.Findings[i].Rule.ID)
	}
	event.Str("request", info.ID).Str("transaction", transaction).Str("outcome", outcome).Int("status", info.Status).Str("remote", info.Remote).
		Int64("received", info.Received).Int64("sent", info.Sent).Dur("took", info.Duration).Strs("rules", ids).Msg("request")
}

// ready tells whether both stores can be used now.
func (s *Server) ready(ctx context.Context) error {
	return errors.Join(s.store.Ready(ctx), s.blobs.Ready(ctx))
}

// Addresses gives where the server can be reached.
func (s *Server) Addresses() Addresses { return s.addresses }

// Dir gives the folder of the server's stores.
func (s *Server) Dir() string { return s.cfg.Dir }

// Wait serves until the context ends or a listener fails, then ends the server as Close does.
func (s *Server) Wait(ctx context.Context) error {
	var failed error
	select {
	case <-ctx.Done():
		s.log.Info().Msg("ending: no new request, those under way end")
	case failed = <-s.ended:
		s.running--
		if failed == nil {
			failed = errors.New("a listener ended by itself")
		}
	}
	return errors.Join(failed, s.Close())
}

// Close takes no new request, waits for those under way as long as the configuration says, and closes the stores.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.cfg.Limits.Shutdown))
	defer cancel()
	var faults []error
	for _, server := range []*http.Server{s.soap, s.admin} {
		if server == nil {
			continue
		}
		if err := server.Shutdown(ctx); err != nil {
			faults = append(faults, fmt.Errorf("ending the requests under way: %w", err), server.Close())
		}
	}
	if s.stopMLLP != nil {
		s.stopMLLP()
	}
	for ; s.running > 0; s.running-- {
		faults = append(faults, <-s.ended)
	}
	s.watchers.stop()
	faults = append(faults, s.audit.stop())
	if s.store != nil {
		faults = append(faults, s.store.Close())
	}
	if s.blobs != nil {
		faults = append(faults, s.blobs.Close())
	}
	return errors.Join(faults...)
}
