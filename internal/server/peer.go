package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"liasse/internal/pki"
)

// peerGate finds out with which certificate each request came and puts it into its context. A certificate is judged again
// for every request, since a connection may outlive it; the trust remembers what it has judged until its files change or
// the certificate or a CRL runs out, so that this costs next to nothing.
type peerGate struct {
	next  http.Handler
	trust *pki.Trust
	// mutual tells that connections come with a certificate of their own.
	mutual bool
	// proxies are where a request's certificate is taken from the header.
	proxies []netip.Prefix
	header  string
	// language is that of a refusal's text.
	language string
	refused  func(*refusal)
}

// ServeHTTP passes the request on with its peer, or refuses it before a byte of its body is read.
func (g *peerGate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	peer, why := g.peer(r)
	if why != nil {
		g.refused(why)
		w.Header().Set("Connection", "close")
		finding := why.finding()
		http.Error(w, finding.Sentence(g.language), http.StatusForbidden)
		return
	}
	known := r.WithContext(pki.WithPeer(r.Context(), peer))
	if peer.ByProxy {
		// What counts requests by certificate is to count those of the client, not of the proxy.
		known.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{peer.Certificate}}
		if r.TLS != nil {
			known.TLS.Version, known.TLS.HandshakeComplete = r.TLS.Version, true
		}
	}
	g.next.ServeHTTP(w, known)
}

// peer finds the peer of a request: who connected, or whom a proxy says it speaks for.
func (g *peerGate) peer(r *http.Request) (*pki.Peer, *refusal) {
	peer := &pki.Peer{Address: r.RemoteAddr}
	if g.mutual {
		if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
			return nil, &refusal{rule: ruleNoCertificate, remote: r.RemoteAddr}
		}
		peer.Certificate = r.TLS.PeerCertificates[0]
		chain, err := g.trust.Verify(peer.Certificate, r.TLS.PeerCertificates[1:], time.Time{})
		if err != nil {
			return nil, refusalOf(err, r.RemoteAddr, peer.Certificate)
		}
		peer.Chain = chain
	}
	if len(g.proxies) == 0 {
		return peer, nil
	}
	said := r.Header.Values(g.header)
	if !g.fromProxy(r) {
		if len(said) > 0 {
			return nil, &refusal{rule: ruleForgedPeer, remote: r.RemoteAddr, certificate: peer.Certificate, found: g.header}
		}
		if peer.Certificate == nil {
			return nil, &refusal{rule: ruleNoCertificate, remote: r.RemoteAddr}
		}
		return peer, nil
	}
	return g.spokenFor(r, said)
}

// fromProxy tells whether the request comes from the address of a proxy.
func (g *peerGate) fromProxy(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address := from.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(g.proxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// spokenFor reads and judges the certificate that a proxy says its client presented.
func (g *peerGate) spokenFor(r *http.Request, said []string) (*pki.Peer, *refusal) {
	if len(said) != 1 || said[0] == "" {
		return nil, &refusal{rule: ruleProxySilent, remote: r.RemoteAddr, byProxy: true, expected: g.header}
	}
	all, why := certificatesIn(said[0])
	if why != nil {
		why.remote, why.byProxy = r.RemoteAddr, true
		return nil, why
	}
	chain, err := g.trust.Verify(all[0], all[1:], time.Time{})
	if err != nil {
		why := refusalOf(err, r.RemoteAddr, all[0])
		why.byProxy = true
		return nil, why
	}
	r.Header.Del(g.header)
	return &pki.Peer{Certificate: all[0], Chain: chain, ByProxy: true, Address: r.RemoteAddr}, nil
}

// certificatesIn reads percent-encoded PEM: the certificate of the client, and those that lead from it to an authority
// where the proxy passes them on.
func certificatesIn(value string) ([]*x509.Certificate, *refusal) {
	text, err := url.PathUnescape(value) // a plus sign of base64 stays one
	if err != nil {
		return nil, &refusal{rule: ruleProxyForm}
	}
	var all []*x509.Certificate
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, &refusal{rule: ruleProxyForm, found: block.Type}
		}
		certificate, err := pki.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, refusalOf(err, "", nil)
		}
		all = append(all, certificate)
	}
	if len(all) == 0 {
		return nil, &refusal{rule: ruleProxyForm}
	}
	return all, nil
}
