package pki_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

// scope is issuingDistributionPoint by hand.
func scope(t testing.TB, content ...byte) func(*x509.RevocationList) {
	t.Helper()
	return func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: append([]byte{0x30, byte(len(content))}, content...)})
	}
}

// point is a distribution point by its URI.
func point(uri string) []byte {
	n := byte(len(uri))
	return append([]byte{0xa0, n + 4, 0xa0, n + 2, 0x86, n}, uri...)
}

func TestLists(t *testing.T) {
	const soon, later = time.Hour, 24 * time.Hour
	type lists func(w *world, leaf *x509.Certificate)
	revoked := func(leaf *x509.Certificate, reason int) []x509.RevocationListEntry {
		return []x509.RevocationListEntry{revocation(leaf, reason)}
	}
	for _, c := range []struct {
		name  string
		lists lists
		grace time.Duration
		want  pki.Reason
		found string
	}{
		{"none of the authority", func(w *world, _ *x509.Certificate) {
			if err := os.Remove(filepath.Join(w.dir, "crls", "below.crl")); err != nil {
				t.Fatal(err)
			}
		}, 0, pki.RevocationUnknown, "∅"},
		{"none of the root", func(w *world, _ *x509.Certificate) {
			if err := os.Remove(filepath.Join(w.dir, "crls", "root.crl")); err != nil {
				t.Fatal(err)
			}
		}, 0, pki.RevocationUnknown, "∅"},
		{"none of the root, and revoked", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Revoked: revoked(leaf, 1)})
			if err := os.Remove(filepath.Join(w.dir, "crls", "root.crl")); err != nil {
				t.Fatal(err)
			}
		}, 0, pki.Revoked, "keyCompromise"},
		{"expired", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{NextUpdate: present.Add(-time.Second)})
		}, 0, pki.RevocationUnknown, "nextUpdate 2026-06-15T11:59:59Z"},
		{"expired within the grace", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{NextUpdate: present.Add(-time.Second)})
		}, time.Minute, 0, ""},
		{"expired beyond the grace", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{NextUpdate: present.Add(-2 * time.Minute), ThisUpdate: present.Add(-time.Hour)})
		}, time.Minute, pki.RevocationUnknown, "nextUpdate"},
		{"expired, and revoked", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{NextUpdate: present.Add(-time.Second), Revoked: revoked(leaf, 0)})
		}, 0, pki.Revoked, "unspecified"},
		{"of tomorrow", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{ThisUpdate: present.Add(later), NextUpdate: present.Add(2 * later)})
		}, 0, pki.RevocationUnknown, "thisUpdate"},
		{"of a clock a little ahead", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{ThisUpdate: present.Add(time.Minute)})
		}, 0, 0, ""},
		{"signed by another authority of the same name", func(w *world, _ *x509.Certificate) {
			w.list(w.authority("below", w.root, "TEST PERSONNES"), testpki.CRL{})
		}, 0, pki.RevocationUnknown, "signatureValue"},
		{"a forged one beside the genuine one", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Revoked: revoked(leaf, 1)})
			w.listAs("forged.crl", w.authority("forger", nil, "TEST PERSONNES"), testpki.CRL{Number: 9, ThisUpdate: present})
		}, 0, pki.Revoked, ""},
		{"an older one beside the newest", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 2, ThisUpdate: present.Add(-soon / 2), Revoked: revoked(leaf, 1)})
			w.listAs("a-older.crl", w.below, testpki.CRL{Number: 1})
			w.listAs("z-older.crl", w.below, testpki.CRL{Number: 1})
		}, 0, pki.Revoked, ""},
		{"taken back by the newest", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 2, ThisUpdate: present.Add(-soon / 2)})
			w.listAs("older.crl", w.below, testpki.CRL{Number: 1, Revoked: revoked(leaf, 6)})
		}, 0, 0, ""},
		{"revoked on a delta", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5})
			w.listAs("delta.crl", w.below, testpki.CRL{Number: 6, Delta: 5, Revoked: revoked(leaf, 1)})
		}, 0, pki.Revoked, "keyCompromise"},
		{"revoked on a delta that has expired", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5})
			w.listAs("delta.crl", w.below, testpki.CRL{Number: 6, Delta: 5, Revoked: revoked(leaf, 1), NextUpdate: present.Add(-time.Second)})
		}, 0, pki.Revoked, ""},
		{"taken back on a delta", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5, Revoked: revoked(leaf, 6)})
			w.listAs("delta.crl", w.below, testpki.CRL{Number: 6, Delta: 4, Revoked: revoked(leaf, 8)})
		}, 0, 0, ""},
		{"taken back on a delta that has expired", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5, Revoked: revoked(leaf, 6)})
			w.listAs("delta.crl", w.below, testpki.CRL{Number: 6, Delta: 4, Revoked: revoked(leaf, 8), NextUpdate: present.Add(-time.Second)})
		}, 0, pki.Revoked, "certificateHold"},
		{"taken back on a delta to a later list", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5, Revoked: revoked(leaf, 6)})
			w.listAs("delta.crl", w.below, testpki.CRL{Number: 8, Delta: 7, Revoked: revoked(leaf, 8)})
		}, 0, pki.Revoked, ""},
		{"taken back on a forged delta", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5, Revoked: revoked(leaf, 6)})
			w.listAs("delta.crl", w.authority("forger", nil, "TEST PERSONNES"), testpki.CRL{Number: 6, Delta: 5, Revoked: revoked(leaf, 8)})
		}, 0, pki.Revoked, ""},
		{"the newest of two deltas", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 5})
			w.listAs("a.crl", w.below, testpki.CRL{Number: 7, Delta: 5, Revoked: revoked(leaf, 1)})
			w.listAs("b.crl", w.below, testpki.CRL{Number: 6, Delta: 5})
		}, 0, pki.Revoked, ""},
		{"a delta alone", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{Number: 6, Delta: 5})
		}, 0, pki.RevocationUnknown, "∅"},
		{"for end entities", func(w *world, leaf *x509.Certificate) {
			w.list(w.below, testpki.CRL{Change: scope(t, 0x81, 1, 0xff), Revoked: revoked(leaf, 1)})
		}, 0, pki.Revoked, ""},
		{"for authorities only", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{Change: scope(t, 0x82, 1, 0xff)})
		}, 0, pki.RevocationUnknown, "issuingDistributionPoint"},
		{"of the certificate's distribution point", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{Change: scope(t, point("http://pki.liasse.invalid/below.crl")...)})
		}, 0, 0, ""},
		{"of another distribution point", func(w *world, _ *x509.Certificate) {
			w.list(w.below, testpki.CRL{Change: scope(t, point("http://pki.liasse.invalid/part2.crl")...)})
		}, 0, pki.RevocationUnknown, "issuingDistributionPoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			leaf := w.signature(w.below)
			c.lists(w, leaf.Certificate)
			fault := expect(t, w.open(pki.TokenSigner, func(cfg *pki.Config) { cfg.CRLGrace = c.grace }), leaf, c.want)
			if fault != nil && !strings.Contains(fault.Found, c.found) {
				t.Errorf("found %q, want %q in it", fault.Found, c.found)
			}
		})
	}
}

func TestListsThatAreNotUnderstood(t *testing.T) {
	for name, change := range map[string]func(*x509.RevocationList){
		"indirect":               scope(t, 0x84, 1, 0xff),
		"for some reasons":       scope(t, 0x83, 2, 1, 0x60),
		"attribute certificates": scope(t, 0x85, 1, 0xff),
		"a relative name":        scope(t, 0xa0, 2, 0xa1, 0),
		"no URI":                 scope(t, 0xa0, 2, 0xa0, 0),
		"a field of no class":    scope(t, 5, 0),
		"critical extension":     func(l *x509.RevocationList) { l.ExtraExtensions = append(l.ExtraExtensions, critical(2, 999, 1)) },
		"critical in an entry": func(l *x509.RevocationList) {
			e := revocation(&x509.Certificate{SerialNumber: l.Number}, 1)
			e.ExtraExtensions = []pkix.Extension{critical(2, 5, 29, 29)}
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, e)
		},
		"delta without a number": func(l *x509.RevocationList) {
			l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{5, 0}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.list(w.below, testpki.CRL{Change: change})
			if _, err := pki.Open(w.config(pki.TokenSigner)); err == nil || !strings.Contains(err.Error(), "below.crl") {
				t.Errorf("a list that is not understood is taken for one: %v", err)
			}
		})
	}
}

func TestRevokedWithinOneRefresh(t *testing.T) {
	w := newWorld(t)
	leaf := w.authentication(w.below)
	trust := w.open(pki.TLSClient)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		trust.Watch(ctx, time.Millisecond, func(err error) { t.Errorf("watching: %v", err) })
	})
	expect(t, trust, leaf, 0)
	w.list(w.below, testpki.CRL{Number: 2, Revoked: []x509.RevocationListEntry{revocation(leaf.Certificate, 1)}})
	for {
		_, err := trust.Verify(leaf.Certificate, leaf.Chain, time.Time{})
		if fault := faultOf(t, err); fault != nil {
			if fault.Reason != pki.Revoked {
				t.Error(err)
			}
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	watching.Wait()
}

// While CRLs are replaced every verification sees one or the other, never none.
func TestListsAreSwappedWithoutAWindow(t *testing.T) {
	w := newWorld(t)
	always, sometimes := w.authentication(w.below), w.authentication(w.below)
	trust := w.open(pki.TLSClient)
	done := make(chan struct{})
	var verifying sync.WaitGroup
	for range 4 {
		verifying.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := trust.Verify(always.Certificate, always.Chain, time.Time{}); err != nil {
					t.Errorf("a certificate that is never revoked: %v", err)
					return
				}
				_, err := trust.Verify(sometimes.Certificate, sometimes.Chain, time.Time{})
				var fault *pki.Fault
				if err != nil && (!errors.As(err, &fault) || fault.Reason != pki.Revoked) {
					t.Errorf("a certificate that is revoked now and then: %v", err)
					return
				}
			}
		})
	}
	for n := range int64(60) {
		list := testpki.CRL{Number: n + 2, ThisUpdate: present.Add(-time.Hour + time.Duration(n)*time.Second)}
		if n%2 == 0 {
			list.Revoked = []x509.RevocationListEntry{revocation(sometimes.Certificate, 6)}
		}
		w.list(w.below, list)
		changed, err := trust.Reload()
		if err != nil || !changed {
			t.Errorf("reload %d: changed %v, %v", n, changed, err)
		}
		want := pki.Reason(0)
		if n%2 == 0 {
			want = pki.Revoked
		}
		expect(t, trust, sometimes, want)
	}
	close(done)
	verifying.Wait()
}

func TestAListSignedWithSHA1TellsNothing(t *testing.T) {
	w := newWorld(t)
	old := w.authority("old", w.root, "TEST ANCIENNE", func(p *testpki.Profile) { p.Key = rsaKey(t, 2048) })
	leaf := w.signature(old)
	w.list(old, testpki.CRL{SHA1: true})
	trust := w.open(pki.TokenSigner)
	expect(t, trust, leaf, pki.RevocationUnknown)
	w.list(old, testpki.CRL{Number: 2})
	if _, err := trust.Reload(); err != nil {
		t.Fatal(err)
	}
	expect(t, trust, leaf, 0)
}

func TestListStates(t *testing.T) {
	w := newWorld(t)
	w.listAs("delta.crl", w.below, testpki.CRL{Number: 2, Delta: 1})
	states := w.open(pki.TLSClient).Lists()
	deltas := 0
	for _, s := range states {
		if s.Delta {
			deltas++
		}
		if !s.NextUpdate.Equal(present.Add(24*time.Hour)) || s.Issuer == "" {
			t.Errorf("%+v", s)
		}
	}
	if len(states) != 3 || deltas != 1 {
		t.Errorf("%d lists, %d deltas", len(states), deltas)
	}
}
