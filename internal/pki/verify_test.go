package pki_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// critical is an extension that nobody understands.
func critical(oid ...int) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier(oid), Critical: true, Value: []byte{5, 0}}
}

func TestEveryReason(t *testing.T) {
	w := newWorld(t)
	foreign := w.authority("foreign", nil, "TEST ETRANGERE")
	namesake := w.authority("namesake", foreign, "TEST PERSONNES")
	crlless := w.authority("crlless", w.root, "TEST SANS CRL")
	noSigner := w.authority("nosigner", w.root, "TEST SANS KEYCERTSIGN", func(p *testpki.Profile) { p.KeyUsage = x509.KeyUsageCRLSign })
	short := w.authority("short", w.root, "TEST LIMITEE", func(p *testpki.Profile) { p.PathLength = 0 })
	tooLow := w.authority("toolow", short, "TEST TROP BAS")
	constrained := w.authority("constrained", w.root, "TEST CONTRAINTE", func(p *testpki.Profile) {
		p.Change = func(c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"example.org"}
		}
	})
	clientsOnly := w.authority("clientsonly", w.root, "TEST CLIENTS", func(p *testpki.Profile) { p.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	expired := w.authority("expired", w.root, "TEST ANCIENNE", func(p *testpki.Profile) { p.NotAfter = present.AddDate(0, -1, 0) })
	dismissed := w.authority("dismissed", w.root, "TEST REVOQUEE")
	weakKey := w.authority("weakkey", w.root, "TEST CLE COURTE", func(p *testpki.Profile) { p.Key = rsaKey(t, 1024) })
	rsaRoot := w.authority("rsaroot", nil, "TEST RACINE RSA", func(p *testpki.Profile) { p.Key = rsaKey(t, 2048) })
	weakSignature := w.authority("weaksignature", rsaRoot, "TEST SHA-1", func(p *testpki.Profile) { p.SHA1 = true })
	w.write("roots/rsa.pem", "CERTIFICATE", rsaRoot.Certificate.Raw)
	for _, a := range []*testpki.Authority{foreign, noSigner, short, tooLow, constrained, clientsOnly, expired, weakKey, rsaRoot, weakSignature, dismissed} {
		w.list(a, testpki.CRL{})
	}
	revoked := w.signature(w.below)
	w.list(w.below, testpki.CRL{Revoked: []x509.RevocationListEntry{revocation(revoked.Certificate, 1)}})
	w.list(w.root, testpki.CRL{Revoked: []x509.RevocationListEntry{revocation(dismissed.Certificate, 2)}})

	profile := func(f func(p *testpki.Profile)) func(*testpki.Profile) { return f }
	change := func(f func(c *x509.Certificate)) func(*testpki.Profile) {
		return func(p *testpki.Profile) { p.Change = f }
	}
	selfSigned := w.signature(nil)
	unsent := w.signature(crlless)
	unsent.Chain = nil
	tampered := w.signature(w.below)
	raw := append([]byte(nil), tampered.Certificate.Raw...)
	raw[len(raw)-1] ^= 1
	if reread, err := x509.ParseCertificate(raw); err == nil {
		tampered.Certificate = reread
	} else {
		t.Fatal(err)
	}
	namesakeUnsent := w.signature(namesake)
	namesakeUnsent.Chain = nil
	viaLeaf := w.signature(&testpki.Authority{Credential: *w.signature(w.below), Name: "leaf"})

	for _, c := range []struct {
		name  string
		usage pki.Usage
		leaf  *testpki.Credential
		want  pki.Reason
		// at is the subject of the chain element at fault, where it is not the leaf.
		at string
	}{
		{"good signature", pki.TokenSigner, w.signature(w.below), 0, ""},
		{"good signature of a lot", pki.LotSigner, w.signature(w.below), 0, ""},
		{"good client", pki.TLSClient, w.authentication(w.below), 0, ""},
		{"good server", pki.TLSServer, w.issue(w.below, testpki.ServerProfile(w.key(), present.AddDate(-1, 0, 0), present.AddDate(1, 0, 0), "localhost")), 0, ""},
		{"good RSA", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Key = rsaKey(t, 2048) })), 0, ""},
		{"no category", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Category = testpki.NoCategory })), 0, ""},
		{"no ExtendedKeyUsage in a signature", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.ExtKeyUsage = nil })), 0, ""},

		{"no certificate", pki.TokenSigner, &testpki.Credential{}, pki.NoCertificate, ""},
		{"category that is no OCTET STRING", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			p.Category, p.Extensions = testpki.NoCategory, []pkix.Extension{{Id: pki.OIDProductCategory, Value: []byte{2, 1, 3}}}
		})), pki.Malformed, ""},
		{"category of two bytes", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			p.Category, p.Extensions = testpki.NoCategory, []pkix.Extension{{Id: pki.OIDProductCategory, Value: []byte{4, 2, 0x80, 0x80}}}
		})), pki.Malformed, ""},
		{"profession that is no INTEGER", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			p.Profession, p.Extensions = "", []pkix.Extension{{Id: pki.OIDProfession, Value: []byte{4, 1, 10}}}
		})), pki.Malformed, ""},
		{"speciality that is no SEQUENCE", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			p.Specialities, p.Extensions = nil, []pkix.Extension{{Id: pki.OIDSpecialities, Value: []byte{0x0c, 1, 'S'}}}
		})), pki.Malformed, ""},
		{"period that cannot be read", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			p.Extensions = []pkix.Extension{{Id: pki.OIDPrivateKeyUsagePeriod, Value: []byte{5, 0}}}
		})), pki.Malformed, ""},
		{"NUL in the name", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Subject = testpki.Subject{rdn(cn, "899900000118\x00x")} })), pki.Malformed, ""},

		{"self-signed with the name of a person", pki.TokenSigner, selfSigned, pki.UnknownIssuer, ""},
		{"another PKI", pki.TokenSigner, w.signature(foreign), pki.UnknownIssuer, ""},
		{"another PKI whose authority has the name of ours", pki.TokenSigner, w.signature(namesake), pki.UnknownIssuer, "TEST PERSONNES"},
		{"intermediate not sent", pki.TokenSigner, unsent, pki.UnknownIssuer, ""},

		{"another PKI of the same name, chain not sent", pki.TokenSigner, namesakeUnsent, pki.BadChain, ""},
		{"signature changed", pki.TokenSigner, tampered, pki.BadChain, ""},
		{"issued by a certificate that is no authority", pki.TokenSigner, viaLeaf, pki.BadChain, "CN=899900000118"},
		{"intermediate without keyCertSign", pki.TokenSigner, w.signature(noSigner), pki.BadChain, "TEST SANS KEYCERTSIGN"},
		{"pathLenConstraint exceeded", pki.TokenSigner, w.signature(tooLow), pki.BadChain, "TEST LIMITEE"},
		{"name constraints", pki.TokenSigner, w.signature(constrained, change(func(c *x509.Certificate) { c.DNSNames = []string{"example.net"} })), pki.BadChain, ""},
		{"unknown critical extension", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Extensions = []pkix.Extension{critical(2, 999, 1)} })), pki.BadChain, ""},

		{"SHA-1", pki.TokenSigner, w.signature(rsaRoot, profile(func(p *testpki.Profile) { p.SHA1 = true })), pki.WeakSignature, ""},
		{"SHA-1 intermediate", pki.TokenSigner, w.signature(weakSignature), pki.WeakSignature, "TEST SHA-1"},

		{"RSA 1024", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Key = rsaKey(t, 1024) })), pki.WeakKey, ""},
		{"RSA 1024 intermediate", pki.TokenSigner, w.signature(weakKey), pki.WeakKey, ""},
		{"RSA with exponent 3", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Key = exponent3(t) })), pki.WeakKey, ""},
		{"Ed25519", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			p.Key = key
		})), pki.WeakKey, ""},
		{"P-224", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) {
			key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			p.Key = key
		})), pki.WeakKey, ""},

		{"not yet valid", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.NotBefore = present.Add(time.Second) })), pki.NotYetValid, ""},
		{"key not yet to be used", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.KeyUsedFrom = present.Add(time.Second) })), pki.NotYetValid, ""},
		{"expired", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.NotAfter = present.Add(-time.Second) })), pki.Expired, ""},
		{"key no longer to be used", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.KeyUsedTo = present.Add(-time.Second) })), pki.Expired, ""},
		{"key no longer to be used, but in a handshake", pki.TLSClient, w.authentication(w.below, profile(func(p *testpki.Profile) { p.KeyUsedTo = present.Add(-time.Second) })), 0, ""},
		{"expired intermediate", pki.TokenSigner, w.signature(expired), pki.Expired, "TEST ANCIENNE"},

		{"production card", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.Category = testpki.CategoryCard })), pki.WrongRealm, ""},
		{"production software", pki.TLSClient, w.authentication(w.below, profile(func(p *testpki.Profile) { p.Category = testpki.CategorySoftware })), pki.WrongRealm, ""},

		{"authentication certificate that signs", pki.TokenSigner, w.authentication(w.below), pki.WrongUsage, ""},
		{"authentication certificate that signs a lot", pki.LotSigner, w.authentication(w.below), pki.WrongUsage, ""},
		{"signature certificate in a handshake", pki.TLSClient, w.signature(w.below), pki.WrongUsage, ""},
		{"server as client", pki.TLSClient, w.issue(w.below, testpki.ServerProfile(w.key(), present.AddDate(-1, 0, 0), present.AddDate(1, 0, 0), "localhost")), pki.WrongUsage, ""},
		{"client as server", pki.TLSServer, w.authentication(w.below), pki.WrongUsage, ""},
		{"encryption certificate", pki.TLSClient, w.authentication(w.below, profile(func(p *testpki.Profile) { p.KeyUsage = x509.KeyUsageKeyEncipherment })), pki.WrongUsage, ""},
		{"no KeyUsage", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.KeyUsage = 0 })), pki.WrongUsage, ""},
		{"no ExtendedKeyUsage in a handshake", pki.TLSClient, w.authentication(w.below, profile(func(p *testpki.Profile) { p.ExtKeyUsage = nil })), pki.WrongUsage, ""},
		{"clientAuth with nonRepudiation", pki.TokenSigner, w.authentication(w.below, profile(func(p *testpki.Profile) { p.KeyUsage |= x509.KeyUsageContentCommitment })), pki.WrongUsage, ""},
		{"authority as leaf", pki.TokenSigner, w.signature(w.below, profile(func(p *testpki.Profile) { p.CA, p.PathLength = true, -1 })), pki.WrongUsage, ""},
		{"intermediate for clients only", pki.TokenSigner, w.signature(clientsOnly), pki.WrongUsage, ""},

		{"revoked", pki.TokenSigner, revoked, pki.Revoked, ""},
		{"revoked authority", pki.TokenSigner, w.signature(dismissed), pki.Revoked, "TEST REVOQUEE"},
		{"no CRL", pki.TokenSigner, w.signature(crlless), pki.RevocationUnknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fault := expect(t, w.open(c.usage), c.leaf, c.want)
			if fault == nil {
				return
			}
			if at := c.at; at == "" && fault.Certificate != c.leaf.Certificate && c.want != pki.BadChain && c.want != pki.WeakKey && c.want != pki.WrongUsage || !strings.Contains(fault.Subject(), at) {
				t.Errorf("the fault lies in %s, want %q", fault.Subject(), at)
			}
			for _, lang := range []string{"en", "fr"} {
				if said := fault.Sentence(lang); len(said) < 20 || strings.Contains(said, "%!") {
					t.Errorf("%s: %q", lang, said)
				}
			}
			if fault.Sentence("fr") == fault.Sentence("en") || strings.HasPrefix(fault.Reason.String(), "Reason(") {
				t.Errorf("reason %d has no words", fault.Reason)
			}
		})
	}
}

// exponent3 makes an RSA key whose public exponent is 3, which crypto/rsa no longer makes.
func exponent3(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	three, one := big.NewInt(3), big.NewInt(1)
	for range 1000 {
		p, err := rand.Prime(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		q, err := rand.Prime(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(three, phi)
		if d == nil || n.BitLen() != 2048 {
			continue
		}
		return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: 3}, D: d, Primes: []*big.Int{p, q}}
	}
	t.Fatal("no key with the exponent 3 was found")
	return nil
}

func TestTheInstantDecidesAboutValidityAndNowAboutRevocation(t *testing.T) {
	w := newWorld(t)
	leaf := w.signature(w.below, func(p *testpki.Profile) { p.NotAfter = present.AddDate(0, 0, -1) })
	trust := w.open(pki.LotSigner)
	if _, err := trust.Verify(leaf.Certificate, leaf.Chain, present.AddDate(0, 0, -2)); err != nil {
		t.Errorf("valid when it was used: %v", err)
	}
	expect(t, trust, leaf, pki.Expired) // although it was accepted for another instant
	w.list(w.below, testpki.CRL{Number: 2, Revoked: []x509.RevocationListEntry{revocation(leaf.Certificate, 0)}})
	if _, err := trust.Reload(); err != nil {
		t.Fatal(err)
	}
	_, err := trust.Verify(leaf.Certificate, leaf.Chain, present.AddDate(0, 0, -2))
	if fault := faultOf(t, err); fault == nil || fault.Reason != pki.Revoked {
		t.Errorf("signed before it was revoked, by the signer's word alone: %v", err)
	}
}

func TestAnAcceptanceEndsAtTheBoundariesOfTime(t *testing.T) {
	w := newWorld(t)
	leaf := w.authentication(w.below, func(p *testpki.Profile) { p.NotAfter = present.Add(10 * time.Hour) })
	trust := w.open(pki.TLSClient)
	chain, err := trust.Verify(leaf.Certificate, leaf.Chain, time.Time{})
	if err != nil || len(chain) != 3 || trust.Remembered() != 1 {
		t.Fatalf("%v, a chain of %d, %d remembered", err, len(chain), trust.Remembered())
	}
	chain[0] = nil // the caller's own
	expect(t, trust, leaf, 0)
	w.now = present.Add(10*time.Hour + time.Second)
	expect(t, trust, leaf, pki.Expired)
	w.now = present
	expect(t, trust, leaf, 0)

	long := w.authentication(w.below)
	expect(t, trust, long, 0)
	w.now = present.Add(24*time.Hour + time.Second)
	expect(t, trust, long, pki.RevocationUnknown)
}

func TestWithoutRequiredCRLsOnlyRevocationsCount(t *testing.T) {
	w := newWorld(t)
	crlless := w.authority("crlless", w.root, "TEST SANS CRL")
	revoked := w.authentication(w.below)
	w.list(w.below, testpki.CRL{Revoked: []x509.RevocationListEntry{revocation(revoked.Certificate, 0)}, NextUpdate: present.Add(-time.Minute)})
	trust := w.open(pki.TLSClient, func(c *pki.Config) { c.RequireCRL = false })
	expect(t, trust, w.authentication(crlless), 0)
	expect(t, trust, w.authentication(w.below), 0)
	expect(t, trust, revoked, pki.Revoked)
}

func TestRealms(t *testing.T) {
	w := newWorld(t)
	cfg := w.config(pki.TLSClient)
	cfg.Realm = pki.RealmProduction
	if _, err := pki.Open(cfg); err == nil || !strings.Contains(err.Error(), "cannot be trusted in production") {
		t.Errorf("a test authority in production: %v", err)
	}
	cfg = w.config(pki.TLSClient)
	official := w.issue(nil, testpki.Profile{Subject: testpki.Subject{rdn(nation, "FR"), rdn(org, "ASIP-SANTE"), rdn(cn, "AC RACINE IGC-SANTE ELEMENTAIRE")},
		Key: w.key(), NotBefore: present.AddDate(-1, 0, 0), NotAfter: present.AddDate(1, 0, 0), CA: true, PathLength: -1, KeyUsage: x509.KeyUsageCertSign})
	w.write("intermediates/official.pem", "CERTIFICATE", official.Certificate.Raw)
	if _, err := pki.Open(cfg); err == nil || !strings.Contains(err.Error(), "cannot be trusted in test") {
		t.Errorf("a production authority in test: %v", err)
	}

	own := newWorld(t)
	own.root = own.authority("root", nil, "AC DE PRODUCTION", func(p *testpki.Profile) {
		p.Subject = testpki.Subject{rdn(nation, "FR"), rdn(org, "EXEMPLE"), rdn(cn, "AC DE PRODUCTION")}
	})
	own.write("roots/root.pem", "CERTIFICATE", own.root.Certificate.Raw)
	own.write("intermediates/below.pem", "CERTIFICATE", own.root.Certificate.Raw)
	own.list(own.root, testpki.CRL{})
	production := own.open(pki.TLSClient, func(c *pki.Config) { c.Realm = pki.RealmProduction })
	expect(t, production, own.authentication(own.root), pki.WrongRealm)
	expect(t, production, own.authentication(own.root, func(p *testpki.Profile) { p.Category = testpki.CategorySoftware }), 0)
	expect(t, production, own.authentication(own.root, func(p *testpki.Profile) { p.Category = testpki.NoCategory }), 0)
	if production.Realm() != pki.RealmProduction || production.Usage() != pki.TLSClient || len(production.Anchors()) != 1 {
		t.Error("the trust does not say what it is")
	}
	for text, good := range map[string]bool{"test": true, "production": true, "": false, "Test": false} {
		if _, err := pki.ParseRealm(text); (err == nil) != good {
			t.Errorf("realm %q: %v", text, err)
		}
	}
}
