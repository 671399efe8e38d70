package pki_test

import (
	"crypto/x509"
	"fmt"
	"net"
	"sync/atomic"
	"testing"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

// Authorities that certify each other in every way are searched within a bound.
func TestPathSearchIsBounded(t *testing.T) {
	const names = 12
	build := func(t *testing.T) (*world, []*x509.Certificate, *testpki.Credential) {
		w := newWorld(t)
		var all []*testpki.Authority
		for i := range names {
			all = append(all, w.authority(fmt.Sprintf("cross%d", i), nil, fmt.Sprintf("TEST CROISEE %d", i)))
		}
		var crossed []*x509.Certificate
		for i, above := range all {
			for j, below := range all {
				if i == j {
					continue
				}
				p := testpki.AuthorityProfile(fmt.Sprintf("TEST CROISEE %d", j), below.Key, present.AddDate(-1, 0, 0), present.AddDate(1, 0, 0))
				crossed = append(crossed, w.issue(above, p).Certificate)
			}
		}
		return w, crossed, w.signature(all[0])
	}
	t.Run("configured", func(t *testing.T) {
		w, crossed, leaf := build(t)
		for i, c := range crossed {
			w.write(fmt.Sprintf("intermediates/%d.pem", i), "CERTIFICATE", c.Raw)
		}
		trust := w.open(pki.TokenSigner)
		if checks := trust.SignatureChecks(leaf.Certificate, nil); checks > pki.MaxSignatureChecks {
			t.Errorf("%d signatures were verified", checks)
		}
		expect(t, trust, &testpki.Credential{Certificate: leaf.Certificate}, pki.UnknownIssuer)
	})
	t.Run("sent", func(t *testing.T) {
		w, crossed, leaf := build(t)
		trust := w.open(pki.TokenSigner)
		expect(t, trust, &testpki.Credential{Certificate: leaf.Certificate, Chain: crossed}, pki.BadChain)
		expect(t, trust, &testpki.Credential{Certificate: leaf.Certificate, Chain: crossed[:16]}, pki.UnknownIssuer)
	})
	t.Run("many of one name", func(t *testing.T) {
		w := newWorld(t)
		for i := range 200 {
			p := testpki.AuthorityProfile("TEST PERSONNES", w.root.Key, present.AddDate(-1, 0, 0), present.AddDate(1, 0, 0))
			w.write(fmt.Sprintf("intermediates/%d.pem", i), "CERTIFICATE", w.issue(w.root, p).Certificate.Raw)
		}
		trust := w.open(pki.TokenSigner)
		leaf := w.signature(w.below) // names its issuer by key identifier, which is tried first
		expect(t, trust, leaf, 0)
		stranger := w.signature(w.authority("stranger", nil, "TEST PERSONNES"), func(p *testpki.Profile) {})
		if checks := trust.SignatureChecks(stranger.Certificate, nil); checks > pki.MaxSignatureChecks {
			t.Errorf("%d signatures were verified", checks)
		}
		expect(t, trust, &testpki.Credential{Certificate: stranger.Certificate}, pki.BadChain)
	})
	t.Run("long", func(t *testing.T) {
		w := newWorld(t)
		last := w.below
		for i := range 9 {
			last = w.authority("long", last, fmt.Sprintf("TEST LONGUE %d", i))
			w.list(last, testpki.CRL{})
		}
		expect(t, w.open(pki.TokenSigner), w.signature(last), pki.BadChain)
	})
	t.Run("two thousand sent", func(t *testing.T) {
		w := newWorld(t)
		leaf := w.signature(w.below)
		for range 2000 {
			leaf.Chain = append(leaf.Chain, w.below.Certificate)
		}
		expect(t, w.open(pki.TokenSigner), leaf, pki.BadChain)
	})
	t.Run("certified by itself", func(t *testing.T) {
		w := newWorld(t)
		leaf := w.signature(nil)
		leaf.Chain = []*x509.Certificate{leaf.Certificate}
		expect(t, w.open(pki.TokenSigner), leaf, pki.UnknownIssuer)
	})
}

// Two ways lead to the same name: the one that holds is found whatever the other is like.
func TestTheOtherPathIsFound(t *testing.T) {
	w := newWorld(t)
	twin := func(name string, change func(*testpki.Profile)) {
		p := testpki.AuthorityProfile("TEST PERSONNES", w.below.Key, present.AddDate(-5, 0, 0), present.AddDate(1, 0, 0))
		change(&p)
		w.write("intermediates/"+name, "CERTIFICATE", w.issue(w.root, p).Certificate.Raw)
	}
	twin("a-expired.pem", func(p *testpki.Profile) { p.NotAfter = present.AddDate(0, -1, 0) })
	twin("b-wrong.pem", func(p *testpki.Profile) { p.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	expect(t, w.open(pki.TokenSigner), w.signature(w.below), 0)
}

// Addresses in certificates are of attackers' choosing: none is ever dialled.
func TestNoAddressInACertificateIsDialled(t *testing.T) {
	canary, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var dialled atomic.Int32
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := canary.Accept()
			if err != nil {
				return
			}
			dialled.Add(1)
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		}
	}()
	w := newWorld(t)
	address := canary.Addr().String()
	endpoints := []string{"http://" + address + "/a", "ldap://" + address + "/cn=a", "https://" + address + "/b"}
	crlless := w.authority("crlless", w.root, "TEST SANS CRL", func(p *testpki.Profile) { p.Endpoints = endpoints })
	foreign := w.authority("foreign", nil, "TEST ETRANGERE", func(p *testpki.Profile) { p.Endpoints = endpoints })
	trust := w.open(pki.TokenSigner)
	with := func(p *testpki.Profile) { p.Endpoints = endpoints }
	unsent := w.signature(crlless, with)
	unsent.Chain = nil
	for _, c := range []struct {
		leaf *testpki.Credential
		want pki.Reason
	}{{w.signature(w.below, with), 0}, {w.signature(crlless, with), pki.RevocationUnknown}, {unsent, pki.UnknownIssuer}, {w.signature(foreign, with), pki.UnknownIssuer}} {
		if len(c.leaf.Certificate.OCSPServer) != 3 || len(c.leaf.Certificate.IssuingCertificateURL) != 3 || len(c.leaf.Certificate.CRLDistributionPoints) != 3 {
			t.Fatal("the certificate names no addresses")
		}
		expect(t, trust, c.leaf, c.want)
	}
	if _, err := trust.Reload(); err != nil {
		t.Fatal(err)
	}
	if err := canary.Close(); err != nil {
		t.Fatal(err)
	}
	<-done
	if n := dialled.Load(); n > 0 {
		t.Errorf("an address in a certificate was dialled %d times", n)
	}
}
