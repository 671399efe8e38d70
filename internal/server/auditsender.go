package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/audit"
	"liasse/registry/sqlstore"
)

// flushWithin is how long the end of a server waits for its last records to be sent. What is not stays in the store.
const flushWithin = 5 * time.Second

// openAuditor makes what records, and sends its records where the configuration says so; nil where nothing is recorded.
func openAuditor(cfg *Config, source *audit.Source, store *sqlstore.Store, log zerolog.Logger) (*auditor, error) {
	if !cfg.audited() {
		return nil, nil
	}
	a := &auditor{source: source, store: store, log: log, now: time.Now}
	if cfg.Audit.Syslog == "" {
		return a, nil
	}
	config, err := cfg.Audit.tls()
	if err != nil {
		return nil, err
	}
	failing := false
	a.sender = &audit.Sender{
		Spool: store, Source: source, Address: cfg.Audit.Syslog, TLS: config, Wake: store.AuditWritten(),
		Failed: func(err error) {
			if !failing {
				log.Error().Err(err).Msg("audit records cannot be sent; they wait in the database")
			}
			failing = true
		},
		Recovered: func(records int) {
			failing = false
			log.Info().Int("records", records).Msg("audit records are sent again")
		},
	}
	return a, nil
}

// tls gives the settings of the connection to the audit repository: who it must be, and who we are.
func (c *AuditConfig) tls() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(c.Syslog)
	if err != nil {
		return nil, fmt.Errorf("audit.syslog: %w", err)
	}
	text, err := os.ReadFile(c.SyslogCA)
	if err != nil {
		return nil, fmt.Errorf("audit.syslog_ca: %w", err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host, RootCAs: x509.NewCertPool()}
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, errors.New("audit.syslog_ca holds no certificate in PEM")
	}
	if c.SyslogCertificate != "" {
		pair, err := tls.LoadX509KeyPair(c.SyslogCertificate, c.SyslogKey)
		if err != nil {
			return nil, fmt.Errorf("audit.syslog_certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// start records that the server begins to serve, and begins to send.
func (a *auditor) start(ctx context.Context, w *watchers) error {
	if a == nil {
		return nil
	}
	if err := a.write(ctx, []audit.Message{audit.Started(a.source, a.now())}); err != nil {
		return fmt.Errorf("recording the start: %w", err)
	}
	a.begun = true
	if a.sender != nil {
		w.start(a.sender.Run)
	}
	return nil
}

// stop records that the server has ended, and sends what is left. Nothing else uses the sender any more.
func (a *auditor) stop() error {
	if a == nil || !a.begun {
		return nil
	}
	err := a.write(context.Background(), []audit.Message{audit.Stopped(a.source, a.now())})
	if a.sender == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushWithin)
	defer cancel()
	if _, unsent := a.sender.Deliver(ctx); unsent != nil {
		a.log.Warn().Err(unsent).Msg("the last audit records were not sent; they wait in the database")
	}
	return err
}
