package conformance

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
)

// TLSForm says how a connection departs from the plain form: its own, made for one message.
type TLSForm struct {
	// Min and Max are versions (1.0 to 1.3); Suites and Curves names of crypto/tls.
	Min    string  `yaml:"min"`
	Max    string  `yaml:"max"`
	Suites Strings `yaml:"suites"`
	Curves Strings `yaml:"curves"`
	// Plain speaks HTTP to the TLS port.
	Plain bool `yaml:"plain"`
	// Certificate presents the pair of these words (NAME.auth, sign) instead of the sender's; Leaf without the
	// certificates of its authorities.
	Certificate string `yaml:"certificate"`
	Leaf        bool   `yaml:"leaf"`
}

var tlsVersions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

var tlsCurves = map[string]tls.CurveID{
	"P-256": tls.CurveP256, "P-384": tls.CurveP384, "P-521": tls.CurveP521, "X25519": tls.X25519, "X25519MLKEM768": tls.X25519MLKEM768,
}

// apply changes the configuration of a connection.
func (f *TLSForm) apply(config *tls.Config, from *sender) error {
	for _, bound := range []struct {
		text string
		at   *uint16
	}{{f.Min, &config.MinVersion}, {f.Max, &config.MaxVersion}} {
		if bound.text == "" {
			continue
		}
		version, known := tlsVersions[bound.text]
		if !known {
			return fmt.Errorf("tls: there is no version %q", bound.text)
		}
		*bound.at = version
	}
	for _, name := range f.Suites {
		at := slices.IndexFunc(slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()), func(s *tls.CipherSuite) bool { return s.Name == name })
		if at < 0 {
			return fmt.Errorf("tls: there is no suite %q", name)
		}
		config.CipherSuites = append(config.CipherSuites, slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites())[at].ID)
	}
	for _, name := range f.Curves {
		curve, known := tlsCurves[name]
		if !known {
			return fmt.Errorf("tls: there is no curve %q", name)
		}
		config.CurvePreferences = append(config.CurvePreferences, curve)
	}
	if f.Certificate == "" && !f.Leaf {
		return nil
	}
	p, err := from.all.pair(from.who, orElse(f.Certificate, "auth"))
	if err != nil {
		return err
	}
	chain := p.chain
	if f.Leaf {
		chain = chain[:1]
	}
	certificate := tls.Certificate{Certificate: chain, PrivateKey: p.key}
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil }
	return nil
}

// tlsConfig gives the configuration by which a sender connects.
func (r *run) tlsConfig(from *sender, form *TLSForm) (*tls.Config, error) {
	config := &tls.Config{}
	switch {
	case from != nil && from.who != nil:
		config = from.who.tlsConfig()
	case from != nil:
		config.RootCAs = from.all.byName[from.all.fallback].servers
	default:
		if t, ok := r.client.Transport.(*http.Transport); ok && t.TLSClientConfig != nil {
			config = t.TLSClientConfig.Clone()
		}
	}
	if form == nil {
		return config, nil
	}
	return config, form.apply(config, from)
}

// clientOf gives the HTTP client of a sender. One that is made for a single message must be closed after it.
func (r *run) clientOf(from *sender, form *TLSForm) (client *http.Client, once bool, err error) {
	if from == nil && form == nil {
		return r.client, false, nil
	}
	if form == nil && from.who != nil {
		r.connections.Lock()
		defer r.connections.Unlock()
		if from.who.client == nil {
			from.who.client = newClient(from.who.tlsConfig(), r.options.timeout())
			r.connected = append(r.connected, from.who.client)
		}
		return from.who.client, false, nil
	}
	config, err := r.tlsConfig(from, form)
	if err != nil {
		return nil, false, err
	}
	return newClient(config, r.options.timeout()), true, nil
}

// turnedAway tells an error by which a server refuses a connection from one that says it is not there.
func turnedAway(err error) bool {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return false
	}
	return !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// noEntry tells an expectation that the server talks to the sender at all from one that it does not.
func (e *Expect) noEntry() bool { return e != nil && e.Response == "no-entry" }

// judgeEntry judges what came of a message that the server must not even read.
func (e *Expect) judgeEntry(m *message, err error, plain bool, label string) ([]Problem, *message, error) {
	var transport errTransport
	switch {
	case errors.As(err, &transport) && turnedAway(err):
		return nil, nil, nil
	case err != nil:
		return nil, nil, err
	case m.answer.status == http.StatusUnauthorized || m.answer.status == http.StatusForbidden:
		return nil, nil, nil
	case plain && m.answer.status == http.StatusBadRequest && m.answer.doc == nil: // plain HTTP to a TLS port
		return nil, nil, nil
	}
	return []Problem{{Step: label, What: "connection", Expected: "refused, or HTTP 401 or 403", Found: m.answer.describe()}}, nil, nil
}
