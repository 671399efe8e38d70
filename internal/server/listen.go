package server

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/schemas"
	"liasse/soap"
)

// listen opens the listeners and begins to answer.
func (s *Server) listen(policy *rule.Policy) error {
	public, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("opening the SOAP listener: %w", err)
	}
	base := s.cfg.PublicURL
	if base == "" {
		base = s.cfg.scheme() + "://" + public.Addr().String()
	}
	base = strings.TrimSuffix(base, "/")
	s.addresses = Addresses{Ready: true, Registry: base + RegistryPath, Repository: base + RepositoryPath}
	handler, err := s.knowPeers(s.soapHandler(policy, base))
	if err != nil {
		return errors.Join(err, public.Close())
	}
	s.soap = &http.Server{Handler: handler, ErrorLog: s.httpLog()}
	s.limits().Apply(s.soap)
	s.serve(s.soap, s.secured(public))

	private, err := net.Listen("tcp", s.cfg.adminListen())
	if err != nil {
		return fmt.Errorf("opening the admin listener: %w", err)
	}
	s.addresses.Admin = "http://" + private.Addr().String()
	admin := &admin{registry: s.registry, ready: s.ready, metrics: s.metrics.handler(), profile: s.cfg.Profile, repositoryID: s.cfg.Repository.UniqueID, audit: s.audit}
	if s.remote != nil {
		admin.elsewhere = s.remote.Reachable
	}
	s.admin = &http.Server{
		Handler: admin.handler(), ErrorLog: s.httpLog(),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10,
	}
	s.serve(s.admin, private)
	return s.listenMLLP()
}

// listenMLLP opens the ITI-8 listener where one is configured.
func (s *Server) listenMLLP() error {
	if s.cfg.MLLP.Listen == "" || s.registry == nil {
		return nil
	}
	listener, err := net.Listen("tcp", s.cfg.MLLP.Listen)
	if err != nil {
		return fmt.Errorf("opening the MLLP listener: %w", err)
	}
	s.addresses.MLLP = listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	s.stopMLLP = stop
	s.running++
	go func() { s.ended <- s.registry.ServeMLLP(ctx, listener) }()
	return nil
}

// scheme is that of the SOAP listener's addresses.
func (c *Config) scheme() string {
	if c.tlsMode() == TLSOff {
		return "http"
	}
	return "https"
}

// secured gives a listener that shakes hands as the configuration says.
func (s *Server) secured(listener net.Listener) net.Listener {
	mode := s.cfg.tlsMode()
	if mode == TLSOff {
		return listener
	}
	secure := &secureListener{
		inner: listener, config: tlsConfig(mode == TLSMutual, s.trusts.own.present), timeout: time.Duration(s.cfg.Limits.Handshake),
		limiter: newLimiter(s.cfg.Limits.Handshakes), refused: s.refused, turned: s.metrics.refused.WithLabelValues(ruleFlood.ID).Inc,
		language: s.cfg.Language, log: s.log,
	}
	if mode == TLSMutual {
		secure.verify = func(certificates []*x509.Certificate) error {
			_, err := s.trusts.tls.Verify(certificates[0], certificates[1:], time.Time{})
			return err
		}
	}
	s.metrics.expiry(func() time.Time { return s.trusts.own.leaf().NotAfter })
	secure.start()
	return secure
}

// knowPeers puts before a handler what finds out who sent a request, where that is known.
func (s *Server) knowPeers(next http.Handler) (http.Handler, error) {
	if !s.cfg.peersKnown() {
		return next, nil
	}
	proxies, err := s.cfg.proxies()
	if err != nil {
		return nil, err
	}
	return &peerGate{next: next, trust: s.trusts.tls, mutual: s.cfg.tlsMode() == TLSMutual, proxies: proxies,
		header: s.cfg.Proxy.Header, language: s.cfg.Language, refused: s.refused}, nil
}

func (s *Server) serve(server *http.Server, listener net.Listener) {
	s.running++
	go func() {
		err := server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		s.ended <- err
	}()
}

func (s *Server) limits() soap.Limits {
	limits := soap.DefaultLimits
	limits.Request, limits.Document = s.cfg.Limits.MaxRequestBytes, s.cfg.Repository.MaxDocumentBytes
	limits.Concurrent, limits.PerAddress = s.cfg.Limits.Concurrent, s.cfg.Limits.PerAddress
	return limits
}

// soapHandler routes the two endpoints. A path that is not one of them is 404 before a byte of the body is read.
func (s *Server) soapHandler(policy *rule.Policy, base string) http.Handler {
	endpoint := func(path, wsdl string, transactions []soap.Transaction) http.Handler {
		var addresses []string // what wsa:To must be, where it is known how clients call us
		if s.cfg.PublicURL != "" {
			addresses = []string{base + path}
		}
		cfg := soap.Config{
			Rules: policy, Language: s.cfg.Language, Limits: s.limits(), SpoolDir: s.cfg.SpoolDir(), Log: s.log, Endpoints: addresses,
			Service:      soap.Description{Files: schemas.FS, WSDL: wsdl, Address: base + path},
			Authenticate: s.authenticate(),
			OnRequest:    s.observe,
		}
		s.audit.watch(&cfg, base+path)
		return soap.NewHandler(cfg, s.audit.named(s.served(transactions))...)
	}
	r := routes{RepositoryPath: endpoint(RepositoryPath, schemas.RepositoryWSDL, s.repository.Transactions())}
	if s.registry != nil {
		r[RegistryPath] = endpoint(RegistryPath, schemas.RegistryWSDL, s.registry.Transactions())
	}
	return r
}
