package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"liasse/internal/rule"
)

// attempt is what is known of one handshake.
type attempt struct {
	remote string
	verify func([]*x509.Certificate) error
	// hello is what the client offered, nil before it did.
	hello *tls.ClientHelloInfo
}

// config gives the configuration of this one handshake.
func (a *attempt) config(common *tls.Config) *tls.Config {
	cfg := common.Clone()
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		a.hello = hello
		return nil, nil
	}
	if a.verify != nil {
		cfg.VerifyConnection = func(state tls.ConnectionState) error {
			if err := a.verify(state.PeerCertificates); err != nil {
				return refusalOf(err, a.remote, state.PeerCertificates[0])
			}
			return nil
		}
	}
	return cfg
}

// explain says why a handshake failed; nil where nobody tried one: a probe that connects and goes away.
func (a *attempt) explain(err error, ctx context.Context) *refusal {
	var ours *refusal
	var record tls.RecordHeaderError
	var network *net.OpError
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &refusal{rule: ruleSlowHandshake, remote: a.remote}
	case a.hello == nil && errors.Is(err, io.EOF):
		return nil
	case a.hello == nil && errors.As(err, &record):
		return &refusal{rule: ruleNotTLS, remote: a.remote, found: firstBytes(record)}
	case errors.As(err, &network) && network.Op == "remote error":
		return &refusal{rule: ruleClientRefused, remote: a.remote, found: network.Err.Error()}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), network != nil:
		return &refusal{rule: ruleBrokenOff, remote: a.remote}
	}
	if a.hello != nil {
		if why := judgeHello(a.hello); why != nil {
			why.remote = a.remote
			return why
		}
	}
	return a.explainText(err)
}

// explainText tells apart the errors that crypto/tls gives no type to.
func (a *attempt) explainText(err error) *refusal {
	text := strings.TrimPrefix(err.Error(), "tls: ")
	for _, one := range []struct {
		rule *rule.Rule
		text string
	}{
		{ruleNoCertificate, "client didn't provide a certificate"},
		{ruleMalformed, "failed to parse client certificate"},
		{ruleMalformed, "client certificate contains an unsupported public key"},
		{ruleWeakKey, "client sent certificate containing RSA key larger than"},
		{ruleSuite, "no cipher suite supported by both client and server"},
		{ruleGroup, "no key exchanges supported by both client and server"},
		{ruleSignature, "peer doesn't support any of the certificate's signature algorithms"},
	} {
		if strings.HasPrefix(text, one.text) {
			why := &refusal{rule: one.rule, remote: a.remote}
			if one.rule == ruleMalformed || one.rule == ruleWeakKey {
				why.found = text
			}
			return why
		}
	}
	return &refusal{rule: ruleHandshake, remote: a.remote, found: text}
}

// judgeHello says what of a client's offer has nothing in common with ours; nil when everything has.
func judgeHello(hello *tls.ClientHelloInfo) *refusal {
	version := uint16(0)
	for _, ours := range tlsVersions {
		if slices.Contains(hello.SupportedVersions, ours) {
			version = ours
			break
		}
	}
	suites := tlsSuites
	if version == tls.VersionTLS13 {
		suites = tls13Suites
	}
	switch {
	case version == 0:
		return &refusal{rule: ruleVersion, found: names(hello.SupportedVersions, tls.VersionName), expected: names(tlsVersions, tls.VersionName)}
	case !meet(hello.CipherSuites, suites):
		return &refusal{rule: ruleSuite, found: names(hello.CipherSuites, tls.CipherSuiteName), expected: names(suites, tls.CipherSuiteName)}
	case len(hello.SupportedCurves) > 0 && !meet(hello.SupportedCurves, tlsGroups):
		return &refusal{rule: ruleGroup, found: names(hello.SupportedCurves, tls.CurveID.String), expected: names(tlsGroups, tls.CurveID.String)}
	case len(hello.SupportedProtos) > 0 && !slices.Contains(hello.SupportedProtos, httpProtocol):
		return &refusal{rule: ruleProtocol, found: names(hello.SupportedProtos, func(p string) string { return p }), expected: httpProtocol}
	}
	return nil
}

func meet[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(one T) bool { return slices.Contains(b, one) })
}

// namesShown bounds what is told of an offer, which may be as long as a client likes.
const namesShown = 16

func names[T any](values []T, name func(T) string) string {
	all := make([]string, 0, min(len(values), namesShown+1))
	for i, v := range values {
		if i == namesShown {
			all = append(all, "…")
			break
		}
		all = append(all, name(v))
	}
	return strings.Join(all, ", ")
}

// firstBytes shows what came instead of a TLS record.
func firstBytes(record tls.RecordHeaderError) string { return string(record.RecordHeader[:]) }

// lingerFor and lingerBytes bound what is still read of a client that was refused.
const (
	lingerFor   = 500 * time.Millisecond
	lingerBytes = 64 << 10
)

// linger lets a client that was refused read why. A client of TLS 1.3 sends its request before it learns that its
// certificate was refused, and a connection that is closed on bytes nobody has read is reset, which takes the alert with it.
func linger(conn net.Conn) {
	half, ok := conn.(interface{ CloseWrite() error })
	if ok && half.CloseWrite() == nil && conn.SetReadDeadline(time.Now().Add(lingerFor)) == nil {
		_, _ = io.CopyN(io.Discard, conn, lingerBytes)
	}
}

// answerPlainly tells in plain HTTP whoever speaks plain HTTP that TLS is spoken here.
func answerPlainly(conn net.Conn, err error, why *refusal, language string) {
	var record tls.RecordHeaderError
	if !errors.As(err, &record) || record.Conn == nil {
		return
	}
	if method := string(record.RecordHeader[:]); !slices.ContainsFunc([]string{"GET /", "HEAD ", "POST ", "PUT /", "OPTIO"}, func(m string) bool { return m == method }) {
		return
	}
	if conn.SetWriteDeadline(time.Now().Add(lingerFor)) != nil {
		return
	}
	const head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
	finding := why.finding()
	_, _ = io.WriteString(conn, head+finding.Sentence(language)+"\n") // a client that went away needs no answer
}
