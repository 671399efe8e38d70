package pki

import (
	"context"
	"crypto/x509"
)

// Peer is who is at the other end of the connection that a request came by.
type Peer struct {
	// Certificate is the client's own, nil when it showed none; Chain leads from it to a trust anchor.
	Certificate *x509.Certificate
	Chain       []*x509.Certificate
	// ByProxy tells that a configured proxy ended TLS and forwarded the certificate.
	ByProxy bool
	// Address is the network address of the client.
	Address string
}

type peerKey struct{}

// WithPeer gives a context that carries the peer.
func WithPeer(ctx context.Context, p *Peer) context.Context {
	return context.WithValue(ctx, peerKey{}, p)
}

// PeerOf gives the peer that the context carries, or nil.
func PeerOf(ctx context.Context) *Peer {
	p, _ := ctx.Value(peerKey{}).(*Peer)
	return p
}
