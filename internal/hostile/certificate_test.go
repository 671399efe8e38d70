package hostile_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

// keyInfoCase changes KeyInfo; the signature stays that of the identity.
func keyInfoCase(l *lot, name, codes, rules string, change func(w *world, leaf []byte) string) hostile {
	return tokenCase(l, name, codes, rules, func(w *world, t *token) { t.signed.keyInfo = change(w, l.by.sign.chain[0]) })
}

// holding is a KeyInfo of some content.
func holding(content string) string { return `<ds:KeyInfo>` + content + `</ds:KeyInfo>` }

func x509Data(content string) string { return holding(`<ds:X509Data>` + content + `</ds:X509Data>`) }

func certificateElement(der []byte) string {
	return `<ds:X509Certificate>` + encoded(der) + `</ds:X509Certificate>`
}

// SIG-23 and SIG-24: where the key comes from.
func keyInfos(l *lot) []hostile {
	other := func(w *world) []byte { return w.identity("autre-medecin").sign.chain[0] }
	numbers := func(c *x509.Certificate) string {
		return `<ds:X509IssuerSerial><ds:X509IssuerName>` + escaped(distinguishedName(c.RawIssuer)) + `</ds:X509IssuerName><ds:X509SerialNumber>` + c.SerialNumber.String() + `</ds:X509SerialNumber></ds:X509IssuerSerial>`
	}
	keyValue := func() string {
		key := rsaKey(2048)
		return `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>` + encoded(key.N.Bytes()) + `</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
	}
	cases := []hostile{
		keyInfoCase(l, "SIG-23 no KeyInfo", badKey+" "+badSignature, "VIHF-021 VIHF-013", func(*world, []byte) string { return "-" }),
		keyInfoCase(l, "SIG-23 an empty KeyInfo", badKey, "VIHF-021", func(*world, []byte) string { return holding("") }),
		keyInfoCase(l, "SIG-23 an empty X509Data", badKey, "VIHF-021", func(*world, []byte) string { return x509Data("") }),
		keyInfoCase(l, "SIG-23 an empty X509Certificate", badKey, "VIHF-021 VIHF-025", func(*world, []byte) string { return x509Data(`<ds:X509Certificate></ds:X509Certificate>`) }),
		tokenCase(l, "SIG-23 KeyValue alone, by its own key", badKey, "VIHF-021", func(_ *world, t *token) {
			t.signed = sign(&pair{key: rsaKey(2048), chain: t.signed.by.chain})
			t.signed.keyInfo = holding(keyValue())
		}),
		tokenCase(l, "SIG-23 KeyValue before the certificate of another", notSigned+" "+badKey, "VIHF-020 VIHF-021", func(_ *world, t *token) {
			leaf := t.signed.by.chain[0]
			t.signed = sign(&pair{key: rsaKey(2048), chain: t.signed.by.chain})
			t.signed.keyInfo = holding(keyValue() + `<ds:X509Data>` + certificateElement(leaf) + `</ds:X509Data>`)
		}),
		keyInfoCase(l, "SIG-23 KeyName of somebody known", badKey, "VIHF-021", func(*world, []byte) string { return holding(`<ds:KeyName>` + escaped(l.by.issuer) + `</ds:KeyName>`) }),
		keyInfoCase(l, "SIG-23 X509SubjectName alone", badKey, "VIHF-021", func(*world, []byte) string {
			return x509Data(`<ds:X509SubjectName>` + escaped(l.by.issuer) + `</ds:X509SubjectName>`)
		}),
		keyInfoCase(l, "SIG-23 X509IssuerSerial alone", badKey, "VIHF-021", func(*world, []byte) string { return x509Data(numbers(l.by.sign.leaf())) }),
		keyInfoCase(l, "SIG-23 X509IssuerSerial of another", badKey, "VIHF-021", func(w *world, leaf []byte) string {
			return x509Data(certificateElement(leaf) + numbers(w.identity("autre-medecin").sign.leaf()))
		}),
		keyInfoCase(l, "SIG-23 X509SKI alone", badKey, "VIHF-021", func(*world, []byte) string {
			return x509Data(`<ds:X509SKI>` + encoded(l.by.sign.leaf().SubjectKeyId) + `</ds:X509SKI>`)
		}),
		keyInfoCase(l, "SIG-23 X509SKI of another", badKey, "VIHF-021", func(_ *world, leaf []byte) string {
			return x509Data(certificateElement(leaf) + `<ds:X509SKI>` + encoded([]byte("another key identi")) + `</ds:X509SKI>`)
		}),
		keyInfoCase(l, "SIG-23 X509CRL", badKey, "VIHF-021", func(_ *world, leaf []byte) string {
			return x509Data(certificateElement(leaf) + `<ds:X509CRL>AAAA</ds:X509CRL>`)
		}),
		keyInfoCase(l, "SIG-23 X509Digest alone", badKey, "VIHF-021", func(*world, []byte) string {
			return x509Data(`<d:X509Digest xmlns:d="http://www.w3.org/2009/xmldsig11#" Algorithm="` + digestSHA256 + `">AAAA</d:X509Digest>`)
		}),
		keyInfoCase(l, "SIG-23 PGPData", badKey, "VIHF-021", func(*world, []byte) string {
			return holding(`<ds:PGPData><ds:PGPKeyID>AAAA</ds:PGPKeyID></ds:PGPData>`)
		}),
		keyInfoCase(l, "SIG-23 SPKIData", badKey, "VIHF-021", func(*world, []byte) string {
			return holding(`<ds:SPKIData><ds:SPKISexp>AAAA</ds:SPKISexp></ds:SPKIData>`)
		}),
		keyInfoCase(l, "SIG-23 two certificates, the attacker's first", badKey, "VIHF-021", func(w *world, leaf []byte) string { return keyInfo(other(w), leaf) }),
		keyInfoCase(l, "SIG-23 two certificates, the attacker's last", badKey, "VIHF-021", func(w *world, leaf []byte) string { return keyInfo(leaf, other(w)) }),
		keyInfoCase(l, "SIG-23 the same certificate twice", badKey, "VIHF-021", func(_ *world, leaf []byte) string { return keyInfo(leaf, leaf) }),
		keyInfoCase(l, "SIG-23 two X509Data", badKey, "VIHF-021", func(w *world, leaf []byte) string {
			return holding(`<ds:X509Data>` + certificateElement(leaf) + `</ds:X509Data><ds:X509Data>` + certificateElement(other(w)) + `</ds:X509Data>`)
		}),
		keyInfoCase(l, "SIG-23 the certificate of another who is trusted", notSigned, "VIHF-020", func(w *world, _ []byte) string { return keyInfo(other(w)) }),
		keyInfoCase(l, "SIG-23 the authority's certificate", notSigned+" "+badKey, "VIHF-020 VIHF-028", func(w *world, _ []byte) string { return keyInfo(w.persons().chain[0]) }),
		keyInfoCase(l, "SIG-23 a byte after the certificate", badKey, "VIHF-025", func(_ *world, leaf []byte) string { return keyInfo(append(leaf[:len(leaf):len(leaf)], 0)) }),
		keyInfoCase(l, "SIG-23 the certificate cut short", badKey, "VIHF-025", func(_ *world, leaf []byte) string { return keyInfo(leaf[:len(leaf)-1]) }),
		keyInfoCase(l, "SIG-23 two certificates in one element", badKey, "VIHF-025", func(w *world, leaf []byte) string { return keyInfo(append(leaf[:len(leaf):len(leaf)], other(w)...)) }),
		keyInfoCase(l, "SIG-23 the length in a longer form", badKey, "VIHF-025", func(_ *world, leaf []byte) string {
			// 30 82 hh ll … becomes 30 83 00 hh ll …
			return keyInfo(append([]byte{0x30, 0x83, 0}, leaf[2:]...))
		}),
		keyInfoCase(l, "SIG-23 an indefinite length", badKey, "VIHF-025", func(_ *world, leaf []byte) string {
			return keyInfo(append(append([]byte{0x30, 0x80}, leaf[4:]...), 0, 0))
		}),
		keyInfoCase(l, "SIG-23 no DER at all", badKey, "VIHF-025", func(*world, []byte) string { return keyInfo([]byte("not a certificate")) }),
		keyInfoCase(l, "SIG-23 PEM inside X509Certificate", badKey, "VIHF-021 VIHF-025 VIHF-013", func(_ *world, leaf []byte) string {
			return x509Data(`<ds:X509Certificate>` + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf})) + `</ds:X509Certificate>`)
		}),
		keyInfoCase(l, "SIG-23 a comment inside X509Certificate", badKey, "VIHF-021 VIHF-025 VIHF-013", func(_ *world, leaf []byte) string {
			return swap(keyInfo(leaf), `</ds:X509Certificate>`, `<!-- --></ds:X509Certificate>`)
		}),
		keyInfoCase(l, "SIG-23 a certificate of 100 KiB", badKey+" "+badSignature, "VIHF-021 VIHF-025 VIHF-013", func(_ *world, leaf []byte) string {
			return keyInfo(append(leaf[:len(leaf):len(leaf)], make([]byte, 100<<10)...))
		}),
		keyInfoCase(l, "SIG-23 2 000 certificates", badKey+" "+malformed, "VIHF-021 XML-006", func(_ *world, leaf []byte) string {
			all := make([][]byte, 500)
			for i := range all {
				all[i] = leaf
			}
			return keyInfo(all...)
		}),
	}
	for _, reference := range []struct{ name, content string }{
		{"SecurityTokenReference to another token", `<wsse:SecurityTokenReference xmlns:wsse="` + wsseSpace + `"><wsse:Reference URI="#other"></wsse:Reference></wsse:SecurityTokenReference>`},
		{"SecurityTokenReference by key identifier", `<wsse:SecurityTokenReference xmlns:wsse="` + wsseSpace + `"><wsse:KeyIdentifier>AAAA</wsse:KeyIdentifier></wsse:SecurityTokenReference>`},
		{"an embedded token", `<wsse:SecurityTokenReference xmlns:wsse="` + wsseSpace + `"><wsse:Embedded></wsse:Embedded></wsse:SecurityTokenReference>`},
	} {
		cases = append(cases, keyInfoCase(l, "SIG-23 "+reference.name, badKey, "VIHF-021", func(*world, []byte) string { return holding(reference.content) }))
	}
	for _, r := range []struct{ name, uri string }{
		{"over http", "CANARY/key.cer"}, {"over https", "https://canary.invalid/key.cer"}, {"of a file", "file:///etc/passwd"},
		{"of the message", "#_anything"}, {"over ldap", "ldap://canary.invalid/cn=key"}, {"of nothing", ""},
	} {
		for _, element := range []string{"RetrievalMethod", "KeyInfoReference"} {
			for _, beside := range []bool{false, true} {
				name := "SIG-24 " + element + " " + r.name
				if beside {
					name += ", beside the certificate"
				}
				cases = append(cases, keyInfoCase(l, name, badKey, "VIHF-021", func(w *world, leaf []byte) string {
					content := `<ds:` + element + ` Type="http://www.w3.org/2000/09/xmldsig#rawX509Certificate" URI="` + strings.Replace(r.uri, "CANARY", w.canary.url(""), 1) + `"></ds:` + element + `>`
					if element == "KeyInfoReference" {
						content = strings.NewReplacer("ds:", "d:").Replace(content)
						content = strings.Replace(content, " Type", ` xmlns:d="http://www.w3.org/2009/xmldsig11#" Type`, 1)
					}
					if beside {
						content += `<ds:X509Data>` + certificateElement(leaf) + `</ds:X509Data>`
					}
					return holding(content)
				}))
			}
		}
	}
	return append(cases,
		keyInfoCase(l, "SIG-24 a RetrievalMethod that names itself", badKey, "VIHF-021", func(*world, []byte) string {
			return `<ds:KeyInfo Id="self"><ds:RetrievalMethod URI="#self"></ds:RetrievalMethod></ds:KeyInfo>`
		}),
		keyInfoCase(l, "SIG-24 a chain of 1 000 RetrievalMethods", badKey, "VIHF-021", func(*world, []byte) string {
			var all strings.Builder
			for i := range 1000 {
				fmt.Fprintf(&all, `<ds:RetrievalMethod URI="#r%d"></ds:RetrievalMethod>`, i+1)
			}
			return holding(all.String())
		}),
	)
}

// issued is a token signed with the identity's own key, whose certificate somebody issued for the purpose.
func issued(l *lot, name, codes, rules string, by func(w *world) *pair) hostile {
	return certified(l, name, codes, rules, by, nil)
}

// SIG-25, SIG-26, SIG-28 and SIG-29: certificates that the signer was not issued, or not for this. Those that lead to the
// canary are examined like any other, so the server must not follow them.
func certificates(l *lot) []hostile {
	own := func(change func(c *x509.Certificate)) func(w *world) *pair {
		return func(w *world) *pair { return w.persons().issue(l.by.sign, nil, change) }
	}
	named := func(name string) func(w *world) *pair { return func(w *world) *pair { return w.identity(name).sign } }
	addresses := func(w *world, c *x509.Certificate) {
		u := w.canary.url("/pki")
		c.IssuingCertificateURL, c.OCSPServer, c.CRLDistributionPoints = []string{u, "http://canary.invalid/ca"}, []string{u, "http://169.254.169.254/"}, []string{u, "ldap://canary.invalid/crl"}
		for _, oid := range []string{"1.3.6.1.5.5.7.1.1", "2.5.29.31"} {
			replaced(c, extension(oid, false, []byte{}))
			c.ExtraExtensions = c.ExtraExtensions[:len(c.ExtraExtensions)-1]
		}
	}
	const trust = "VIHF-026"
	return []hostile{
		issued(l, "SIG-25 addresses in a certificate of an unknown issuer", badKey, trust, func(w *world) *pair {
			return stranger(w.persons()).issue(l.by.sign, nil, func(c *x509.Certificate) { addresses(w, c) })
		}),
		issued(l, "SIG-25 addresses in an expired certificate", badKey, "VIHF-029", func(w *world) *pair {
			return w.persons().issue(l.by.sign, nil, func(c *x509.Certificate) {
				addresses(w, c)
				c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-time.Hour)
			})
		}),
		issued(l, "SIG-25 addresses in a certificate without known CRL", badKey, trust+" VIHF-031", func(w *world) *pair {
			return w.persons().below("Une autorité inconnue", func(c *x509.Certificate) { addresses(w, c) }).issue(l.by.sign, nil, func(c *x509.Certificate) { addresses(w, c) })
		}),
		issued(l, "SIG-26 self-signed with the name of the person", badKey, trust, func(w *world) *pair { return selfSigned(l.by.sign, rsaKey(2048)) }),
		issued(l, "SIG-26 self-signed by the person's own key", badKey, trust, func(w *world) *pair { return selfSigned(l.by.sign, l.by.sign.key) }),
		issued(l, "SIG-26 an issuer of the same name", badKey, trust, func(w *world) *pair { return stranger(w.persons()).issue(l.by.sign, nil, nil) }),
		issued(l, "SIG-26 issued by another person's certificate", badKey, trust, func(w *world) *pair {
			i := w.identity("autre-medecin").sign
			return (&authority{pair: i, certificate: i.leaf(), above: i.chain}).issue(l.by.sign, nil, nil)
		}),
		issued(l, "SIG-26 issued by the authority of servers", badKey+" "+notAuthentic, "VIHF-026 VIHF-028 VIHF-031 VIHF-100", func(w *world) *pair { return loadAuthority(w.pki, "foreign").issue(l.by.sign, nil, nil) }),
		issued(l, "SIG-26 expired", badKey, "VIHF-029", named("faute-jeton-expiree")),
		issued(l, "SIG-26 not yet valid", badKey, "VIHF-029", named("faute-jeton-future")),
		issued(l, "SIG-26 expired a second ago", badKey, "VIHF-029", own(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Second) })),
		issued(l, "SIG-26 valid in a minute", badKey, "VIHF-029", own(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) })),
		issued(l, "SIG-26 of an unknown authority", badKey, trust, named("faute-jeton-inconnue")),
		issued(l, "SIG-26 of an authority with the right name", badKey, trust, named("faute-jeton-homonyme")),
		issued(l, "SIG-26 of an intermediate that is not known", badKey, trust, named("faute-jeton-sans-intermediaire")),
		issued(l, "SIG-26 CA:TRUE", badKey, "VIHF-028 VIHF-026", named("faute-jeton-ca")),
		issued(l, "SIG-26 signed with SHA-1", badKey, "VIHF-032 VIHF-026", named("faute-jeton-sha1")),
		issued(l, "SIG-26 an unknown critical extension", badKey, trust+" VIHF-025", own(func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, extension("1.2.3.4.5", true, 1))
		})),
		issued(l, "SIG-26 an extension twice", badKey, "VIHF-025 VIHF-026", func(w *world) *pair {
			return w.persons().reissue(l.by.sign, func(b *rawBody) { b.Extensions = append(b.Extensions, b.Extensions[0]) })
		}),
		issued(l, "SIG-26 the product category twice", badKey, "VIHF-025 VIHF-026 VIHF-027", func(w *world) *pair {
			return w.persons().reissue(l.by.sign, func(b *rawBody) {
				b.Extensions = append(b.Extensions, extension("1.2.250.1.71.1.2.5", false, []byte{0x80}))
			})
		}),
		issued(l, "SIG-26 version 1", badKey, "VIHF-025 VIHF-028 VIHF-026", func(w *world) *pair {
			return w.persons().reissue(l.by.sign, func(b *rawBody) { b.Version, b.Extensions = 0, nil })
		}),
		issued(l, "SIG-26 another signature value", badKey, trust, func(w *world) *pair {
			der := append([]byte(nil), l.by.sign.chain[0]...)
			der[len(der)-1] ^= 1
			return &pair{key: l.by.sign.key, chain: [][]byte{der}}
		}),
		issued(l, "SIG-27 revoked", badKey, "VIHF-030", named("faute-jeton-revoquee")),
		issued(l, "SIG-27 of an authority without CRL", badKey, "VIHF-031 VIHF-026", named("faute-jeton-sans-crl")),
		issued(l, "SIG-28 the authentication certificate", badKey, "VIHF-028", func(*world) *pair { return l.by.auth }),
		issued(l, "SIG-28 digitalSignature and clientAuth", badKey, "VIHF-028", named("faute-jeton-usage")),
		issued(l, "SIG-28 the server's certificate", badKey, "VIHF-028 VIHF-026", func(w *world) *pair {
			p, err := loadPair(w.pki + "/server/server")
			must(err)
			return p
		}),
		issued(l, "SIG-28 emailProtection without nonRepudiation", badKey, "VIHF-028", own(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })),
		issued(l, "SIG-28 keyEncipherment (S/MIME)", badKey, "VIHF-028", own(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })),
		issued(l, "SIG-28 no KeyUsage", badKey, "VIHF-028", own(func(c *x509.Certificate) { c.KeyUsage = 0 })),
		issued(l, "SIG-28 codeSigning", badKey, "VIHF-028 VIHF-026", own(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} })),
		issued(l, "SIG-28 anyExtendedKeyUsage", badKey, "VIHF-028", own(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })),
		issued(l, "SIG-28 serverAuth", badKey, "VIHF-028 VIHF-026", own(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })),
		issued(l, "SIG-28 the private key's period is over", badKey, "VIHF-029", own(func(c *x509.Certificate) {
			replaced(c, keyPeriod(time.Now().Add(-48*time.Hour), time.Now().Add(-time.Hour)))
		})),
		issued(l, "SIG-29 a production card", badKey, "VIHF-027", named("faute-jeton-production")),
		issued(l, "SIG-29 production software", badKey, "VIHF-027", own(func(c *x509.Certificate) { replaced(c, extension("1.2.250.1.71.1.2.5", false, []byte{4, 1, 3})) })),
		issued(l, "SIG-29 a product category that cannot be read", badKey, "VIHF-025 VIHF-027", own(func(c *x509.Certificate) { replaced(c, extension("1.2.250.1.71.1.2.5", false, []byte{4, 2, 0x80})) })),
		issued(l, "SIG-29 a product category of two bytes", badKey, "VIHF-025 VIHF-027", own(func(c *x509.Certificate) { replaced(c, extension("1.2.250.1.71.1.2.5", false, []byte{4, 2, 0x80, 0})) })),
		certified(l, "SIG-29 a key certified for another person", notAuthentic+" "+badName, "VIHF-101 VIHF-033 VIHF-105", func(w *world) *pair {
			return w.persons().issue(w.identity("autre-medecin").sign, ecKey(elliptic.P256()), nil)
		}, func(s *signing) { s.method = moreSpace + "ecdsa-sha256" }),
	}
}
