package server

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"liasse/internal/pki"
)

// trusts is whom the server believes, for what, and what it presents itself. A field is nil where it is not needed.
type trusts struct {
	tls, token, lot *pki.Trust
	own             *keyPair
}

// openTrusts reads every file of the trust part, and says everything that is wrong with them at once.
func openTrusts(cfg *Config) (trusts, error) {
	var t trusts
	var faults []error
	for _, use := range cfg.uses() {
		trust, err := pki.Open(pki.Config{
			Usage: use.usage, Realm: pki.Realm(cfg.Trust.Realm),
			Anchors: use.anchors.Anchors, Intermediates: use.anchors.Intermediates, CRLs: use.anchors.CRLs,
			RequireCRL: use.anchors.RequireCRL, CRLGrace: time.Duration(use.anchors.CRLGrace),
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", use.key, err))
			continue
		}
		switch use.usage {
		case pki.TLSClient:
			t.tls = trust
		case pki.TokenSigner:
			t.token = trust
		case pki.LotSigner:
			t.lot = trust
		}
	}
	if cfg.tlsMode() != TLSOff {
		var err error
		if t.own, err = openKeyPair(cfg.TLSCertificate, cfg.TLSKey); err != nil {
			faults = append(faults, err)
		}
	}
	return t, errors.Join(faults...)
}

// watchers are the goroutines that look at files for changes. Whoever starts them ends them.
type watchers struct {
	ctx   context.Context
	end   context.CancelFunc
	under sync.WaitGroup
}

func newWatchers() *watchers {
	w := &watchers{}
	w.ctx, w.end = context.WithCancel(context.Background())
	return w
}

// start runs one until the watchers are stopped.
func (w *watchers) start(watch func(ctx context.Context)) {
	w.under.Add(1)
	go func() {
		defer w.under.Done()
		watch(w.ctx)
	}()
}

// stop ends all of them and waits until they have.
func (w *watchers) stop() {
	w.end()
	w.under.Wait()
}

// watchTrusts looks at the files of the trust part for changes.
func (s *Server) watchTrusts() {
	every := time.Duration(s.cfg.Trust.Refresh)
	for _, trust := range []*pki.Trust{s.trusts.tls, s.trusts.token, s.trusts.lot} {
		if trust != nil {
			s.watchers.start(func(ctx context.Context) { trust.Watch(ctx, every, s.tellReload(trust.Usage().String())) })
		}
	}
	if own := s.trusts.own; own != nil {
		s.watchers.start(func(ctx context.Context) { own.watch(ctx, every, s.ownChanged, s.tellReload("server certificate")) })
	}
}

// tellReload logs what became of looking at files: each failure once, and its end.
func (s *Server) tellReload(what string) func(error) {
	last := ""
	return func(err error) {
		switch {
		case err == nil:
			last = ""
			s.log.Info().Str("what", what).Msg("files were read again")
		case err.Error() != last:
			last = err.Error()
			s.log.Error().Str("what", what).Err(err).Msg("files cannot be read again; what was read before stays in use")
		}
	}
}

// ownChanged tells of the certificate that the server presents from now on.
func (s *Server) ownChanged() {
	leaf := s.trusts.own.leaf()
	s.log.Info().Str("subject", subjectOf(leaf)).Str("serial", leaf.SerialNumber.Text(16)).
		Str("not_after", leaf.NotAfter.UTC().Format(time.RFC3339)).Msg("the certificate of the server was replaced")
}

// bindingRules tie a token to the certificate of its connection, and the signature of a lot to both.
var bindingRules = []string{"VIHF-105", "LOT-100", "LOT-101"}

// expiresSoon is how long before its end a certificate of the server is told of.
const expiresSoon = 30 * 24 * time.Hour

// tellTrust says at the start what is weaker than it could be, so that nobody has to guess.
func (s *Server) tellTrust() {
	if own := s.trusts.own; own != nil {
		leaf := own.leaf()
		if left := time.Until(leaf.NotAfter); left < expiresSoon {
			s.log.Warn().Str("not_after", leaf.NotAfter.UTC().Format(time.RFC3339)).Msg("the certificate of the server ends soon")
		}
		if leaf.PublicKeyAlgorithm.String() != "RSA" {
			s.log.Warn().Msg("the key of the server is not RSA: software that speaks TLS 1.2 with the suites of the DMP cannot connect")
		}
	}
	if s.cfg.Profile != ProfileDMP {
		return
	}
	if s.cfg.Trust.Realm == string(pki.RealmTest) {
		s.log.Info().Msg("trust.realm is test: certificates of production are refused, and nothing here is for real patients")
	}
	switch {
	case !s.cfg.peersKnown():
		s.log.Warn().Msg("tls is off: who connects is not known, and the rules that compare the identity token with the certificate of the connection are off")
	case s.cfg.tlsMode() == TLSOff:
		s.log.Warn().Msg("tls is off: who connects is what a proxy on this machine says, and any program on this machine can say it")
	}
	for _, id := range bindingRules {
		if severity, changed := s.cfg.Rules[id]; changed && severity != "error" {
			s.log.Warn().Str("rule", id).Str("severity", severity).Msg("a rule is lowered that ties a token or a lot to who sends it: what was stolen can be used")
		}
	}
	for _, use := range s.cfg.uses() {
		if !use.anchors.RequireCRL {
			s.log.Warn().Str("trust", use.key).Msg("require_crl is false: a certificate is believed when nobody knows whether it is revoked")
		}
	}
}

// proxies gives the networks that proxies connect from.
func (c *Config) proxies() ([]netip.Prefix, error) {
	networks := make([]netip.Prefix, 0, len(c.Proxy.Addresses))
	for _, one := range c.Proxy.Addresses {
		network, err := parseNetwork(one)
		if err != nil {
			return nil, fmt.Errorf("proxy.addresses: %w", err)
		}
		networks = append(networks, network)
	}
	return networks, nil
}
