package hostile_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"os"
	"path/filepath"
	"testing"
	"time"

	"liasse/internal/server"
)

// SIG-26: intermediates that the server has, and that may not issue what they issued. They are in the folder of the token's
// trust, as if an operator had put them there.
func TestIntermediates(t *testing.T) {
	folder := t.TempDir()
	persons := loadAuthority(pkiDir, "persons")
	put := func(name string, a *authority) *authority {
		if err := os.WriteFile(filepath.Join(folder, name+".crt"), chainPEM(a.chain), 0o600); err != nil {
			t.Fatal(err)
		}
		return a
	}
	made := func(name string, change func(c *x509.Certificate)) *authority {
		return put(name, persons.below(name, change))
	}
	bounded := made("bornee", func(c *x509.Certificate) { c.MaxPathLenZero = true })
	issuers := []struct {
		name, rules string
		by          *authority
	}{
		{"an intermediate without keyCertSign", "VIHF-026", made("sans-keyCertSign", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })},
		{"an intermediate that is no CA", "VIHF-026", made("sans-CA", func(c *x509.Certificate) { c.IsCA = false })},
		{"an intermediate that has expired", "VIHF-029 VIHF-026", made("expiree", func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
		})},
		{"an intermediate that is not valid yet", "VIHF-029 VIHF-026", made("future", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) })},
		{"a path longer than allowed", "VIHF-026", put("de-trop", bounded.below("de-trop", nil))},
		{"an intermediate with an unknown critical extension", "VIHF-026", made("critique", func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, extension("1.2.3.4.5", true, 1))
		})},
		{"an intermediate that excludes every name", "VIHF-026", made("excluante", func(c *x509.Certificate) { c.ExtraExtensions = append(c.ExtraExtensions, excludingAll()) })},
		{"an intermediate for servers alone", "VIHF-026 VIHF-028", made("serveurs", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })},
		{"an intermediate signed with SHA-1", "VIHF-032 VIHF-026", put("sha1", withSHA1(persons, persons.below("sha1", nil)))},
		{"an intermediate that no anchor issued", "VIHF-026", put("etrangere", stranger(persons).below("etrangere", nil))},
		{"an intermediate that vouches for itself", "VIHF-026", put("soi-meme", stranger(persons))},
	}
	w := start(t, pkiDir, func(c *server.Config) {
		strictTokens(c)
		c.Trust.Token.Intermediates = append(c.Trust.Token.Intermediates, folder)
		c.Trust.Token.RequireCRL = false // or nothing else would be seen of those that have none
	})
	l := w.lotOf("medecin")
	var cases []hostile
	for _, one := range issuers {
		cases = append(cases, issued(l, "SIG-26 "+one.name, badKey, one.rules, func(*world) *pair { return one.by.issue(l.by.sign, nil, nil) }))
	}
	w.table(t, cases)
	t.Run("an intermediate that may", func(t *testing.T) {
		i := l.by.with(bounded.issue(l.by.sign, nil, nil))
		w.accepts(t, &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(i, w.patient).text())})
	})
	w.run(t, l)
}

// withSHA1 is an authority whose certificate is signed once more, with SHA-1.
func withSHA1(by, a *authority) *authority {
	var c rawCertificate
	_, err := asn1.Unmarshal(a.chain[0], &c)
	must(err)
	c.Algorithm.Algorithm = oidOf("1.2.840.113549.1.1.5")
	c.TBS.Algorithm = c.Algorithm
	body, err := asn1.Marshal(c.TBS)
	must(err)
	digest := sha1.Sum(body)
	value, err := by.key.Sign(rand.Reader, digest[:], crypto.SHA1)
	must(err)
	c.Value = asn1.BitString{Bytes: value, BitLength: 8 * len(value)}
	der, err := asn1.Marshal(c)
	must(err)
	made := *a
	made.pair = &pair{key: a.key, chain: [][]byte{der}}
	return &made
}
