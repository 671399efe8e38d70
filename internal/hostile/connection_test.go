package hostile_test

import (
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// connection is a case that must not get as far as a request: what it presents, how, and the rule of the refusal.
type connection struct {
	name     string
	presents func(w *world) *pair // nil for nothing
	change   func(*tls.Config)
	rules    string
}

// refuses sends a right message over connections that must not come about. Nothing of it is read.
func (w *world) refuses(t *testing.T, l *lot, cases []connection) {
	t.Helper()
	kept, records := w.snapshot()
	mediaType, body := l.message(newToken(l.by, w.patient)).content()
	for n, c := range cases {
		if testing.Short() && n%7 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			w.count(c.name)
			var presents *pair
			if c.presents != nil {
				presents = c.presents(w)
			}
			cfg := w.tlsConfig(presents)
			if c.change != nil {
				c.change(cfg)
			}
			transport := &http.Transport{TLSClientConfig: cfg, DisableKeepAlives: true}
			client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
			a, err := w.post(client, &message{}, mediaType, body)
			transport.CloseIdleConnections()
			if err == nil {
				t.Errorf("answered %d %.500s", a.status, a.body)
			}
			text := w.nextRecord(t, &records)
			if !strings.Contains(text, `EventID csd-code="110113"`) || !strings.Contains(text, `csd-code="110126"`) || !strings.Contains(text, `EventOutcomeIndicator="8"`) || !strings.Contains(text, "127.0.0.1") {
				t.Errorf("the record is no alert of node authentication: %.800s", text)
			}
			if told := ruleOf(text); !strings.Contains(" "+c.rules+" ", " "+told+" ") {
				t.Errorf("the record says %s, want %s", told, c.rules)
			}
			after, _ := w.snapshot()
			if changed := kept.difference(after); changed != "" {
				t.Errorf("something was kept: %s", changed)
			}
		})
	}
	w.accepts(t, l.message(newToken(l.by, w.patient)))
	if _, now := w.snapshot(); now != records+1 {
		t.Errorf("%d records more than connections were refused", now-records-1)
	}
	w.searchLog(t)
}

// nextRecord waits for the one audit record that is to come, and gives it.
func (w *world) nextRecord(t *testing.T, records *int64) string {
	t.Helper()
	now := *records
	for end := time.Now().Add(5 * time.Second); now == *records && time.Now().Before(end); {
		if _, now = w.snapshot(); now == *records {
			time.Sleep(2 * time.Millisecond)
		}
	}
	if now != *records+1 {
		t.Errorf("%d audit records were written, want 1", now-*records)
	}
	*records = now
	var text string
	if err := w.db.QueryRow("SELECT message FROM audit ORDER BY time DESC, seq DESC LIMIT 1").Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// ruleOf gives the first rule that an audit record names.
func ruleOf(text string) string {
	_, rest, _ := strings.Cut(text, "<EventOutcomeDescription>[")
	id, _, _ := strings.Cut(rest, "]")
	return id
}

// TLS-02, TLS-05 and SIG-25 to SIG-29 for connections: certificates that do not get in, over both versions.
func peerCertificates(l *lot) (cases []connection) {
	add := func(name, rules string, presents func(w *world) *pair) {
		cases = append(cases, connection{name + ", TLS 1.3", presents, func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }, rules},
			connection{name + ", TLS 1.2", presents, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, rules})
	}
	own := func(change func(w *world, c *x509.Certificate)) func(w *world) *pair {
		return func(w *world) *pair {
			return w.persons().issue(l.by.auth, nil, func(c *x509.Certificate) { change(w, c) })
		}
	}
	add("TLS-02 no certificate", "TLS-020", nil)
	for name, rules := range map[string]string{
		"expiree": "TLS-022", "future": "TLS-023", "inconnue": "TLS-024", "homonyme": "TLS-024 TLS-025", "sans-intermediaire": "TLS-024",
		"production": "TLS-026", "usage": "TLS-027", "ca": "TLS-027", "revoquee": "TLS-028", "sans-crl": "TLS-029", "cle-courte": "TLS-030",
		"sha1": "TLS-031", "serveur": "TLS-027",
	} {
		add("TLS-02 "+name, rules, func(w *world) *pair { return w.identity("faute-" + name).auth })
	}
	add("TLS-02 self-signed", "TLS-024", func(*world) *pair { return selfSigned(l.by.auth, ecKey(elliptic.P256())) })
	add("TLS-02 an issuer of the same name", "TLS-024 TLS-025", func(w *world) *pair { return stranger(w.persons()).issue(l.by.auth, nil, nil) })
	add("TLS-02 issued by a person", "TLS-025 TLS-024", func(w *world) *pair {
		i := w.identity("autre-medecin").auth
		return (&authority{pair: i, certificate: i.leaf(), above: i.chain}).issue(l.by.auth, nil, nil)
	})
	usage := func(name string, change func(c *x509.Certificate)) {
		add("TLS-02 "+name, "TLS-027 TLS-025", own(func(_ *world, c *x509.Certificate) { change(c) }))
	}
	usage("serverAuth", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	usage("emailProtection", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} })
	usage("anyExtendedKeyUsage", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })
	usage("no usage at all", func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = 0, nil })
	usage("nonRepudiation alone", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment })
	add("TLS-02 an unknown critical extension", "TLS-025 TLS-021", own(func(_ *world, c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, extension("1.2.3.4.5", true, 1))
	}))
	add("TLS-02 production software", "TLS-026", own(func(_ *world, c *x509.Certificate) {
		replaced(c, extension("1.2.250.1.71.1.2.5", false, []byte{4, 1, 3}))
	}))
	add("TLS-02 P-224", "TLS-030 TLS-021 TLS-010", func(w *world) *pair { return w.persons().issue(l.by.auth, ecKey(elliptic.P224()), nil) })
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	add("TLS-02 Ed25519", "TLS-030", func(w *world) *pair { return w.persons().issue(l.by.auth, edwards, nil) })
	add("SIG-25 addresses in the certificate of an unknown issuer", "TLS-024 TLS-025", func(w *world) *pair {
		return stranger(w.persons()).issue(l.by.auth, nil, func(c *x509.Certificate) {
			c.IssuingCertificateURL, c.OCSPServer = []string{w.canary.url("/ca")}, []string{w.canary.url("/ocsp")}
		})
	})
	below := func(name, rules string, change func(c *x509.Certificate)) {
		add("SIG-26 "+name, rules, func(w *world) *pair {
			return w.persons().below("Une autorité de plus", change).issue(l.by.auth, nil, nil)
		})
	}
	below("an intermediate that is no CA", "TLS-025 TLS-024", func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature })
	below("an intermediate without keyCertSign", "TLS-025 TLS-024", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })
	below("an intermediate that has expired", "TLS-022 TLS-025", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	below("an intermediate with other names permitted", "TLS-025", func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"example.invalid"}
		c.ExtraExtensions = append(c.ExtraExtensions, excludingAll())
	})
	below("an intermediate with an unknown critical extension", "TLS-025", func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, extension("1.2.3.4.5", true, 1))
	})
	below("an intermediate that has no CRL", "TLS-029", nil)
	add("SIG-26 a path longer than allowed", "TLS-025 TLS-029", func(w *world) *pair {
		first := w.persons().below("Une autorité bornée", func(c *x509.Certificate) { c.MaxPathLenZero = true })
		return first.below("Une autorité de trop", nil).issue(l.by.auth, nil, nil)
	})
	add("SIG-26 100 intermediates one below the other", "TLS-025 TLS-024 TLS-029 TLS-010", func(w *world) *pair {
		a := w.persons()
		for n := range 100 {
			a = a.below(fmt.Sprintf("Autorité %d", n), nil)
		}
		return a.issue(l.by.auth, nil, nil)
	})
	add("SIG-26 a loop of cross-signed authorities", "TLS-025 TLS-024", func(w *world) *pair {
		one, two := stranger(w.persons()), stranger(loadAuthority(w.pki, "organisations"))
		p := one.issue(l.by.auth, nil, nil)
		cross := func(of, by *authority) []byte {
			return by.issue(of.pair, nil, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }).chain[0]
		}
		p.chain = [][]byte{p.chain[0]}
		for range 10 {
			p.chain = append(p.chain, cross(one, two), cross(two, one))
		}
		return p
	})
	add("TLS-05 bytes after the certificate", "TLS-021 TLS-010", func(*world) *pair {
		return &pair{key: l.by.auth.key, chain: [][]byte{append(append([]byte(nil), l.by.auth.chain[0]...), 0)}}
	})
	add("TLS-05 no DER", "TLS-021 TLS-010", func(*world) *pair { return &pair{key: l.by.auth.key, chain: [][]byte{[]byte("no certificate")}} })
	add("TLS-05 a certificate cut short", "TLS-021 TLS-010", func(*world) *pair {
		return &pair{key: l.by.auth.key, chain: [][]byte{l.by.auth.chain[0][:500]}}
	})
	add("TLS-05 an extension twice", "TLS-021 TLS-010", func(w *world) *pair {
		return w.persons().reissue(l.by.auth, func(b *rawBody) { b.Extensions = append(b.Extensions, b.Extensions[0]) })
	})
	add("TLS-05 10 000 names", "TLS-021 TLS-010 TLS-024", func(w *world) *pair {
		return stranger(w.persons()).issue(l.by.auth, nil, func(c *x509.Certificate) { c.DNSNames = repeated(10000, "canary.invalid") })
	})
	add("TLS-05 a certificate of 100 KiB", "TLS-021 TLS-010 TLS-024", func(w *world) *pair {
		return stranger(w.persons()).issue(l.by.auth, nil, func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, extension("1.2.3.4.5", false, make([]byte, 100<<10)))
		})
	})
	named := func(name, rules, cn string) {
		add("TLS-05 "+name, rules, func(w *world) *pair {
			subject, err := asn1.Marshal(pkix.RDNSequence{{{Type: oidOf("2.5.4.6"), Value: "FR"}}, {{Type: oidOf("2.5.4.3"), Value: cn}}})
			must(err)
			return stranger(w.persons()).issue(l.by.auth, nil, func(c *x509.Certificate) { c.RawSubject = subject })
		})
	}
	named("a CN with a NUL", "TLS-021 TLS-024 TLS-025", "899900000118\x00.invalid")
	named("a CN with a star", "TLS-024 TLS-025", "*")
	named("a CN with a line end", "TLS-021 TLS-024 TLS-025", "x\r\nlevel=info")
	named("a CN with quotes and markup", "TLS-024 TLS-025", `"><script>`)
	named("a CN of 10 000 letters", "TLS-021 TLS-024 TLS-025", strings.Repeat("x", 10000))
	return cases
}

// excludingAll is a NameConstraints that excludes every directory name.
func excludingAll() pkix.Extension {
	// NameConstraints { excludedSubtrees [1] { GeneralSubtree { directoryName [4] {} } } }
	return extension("2.5.29.30", true, []byte{0x30, 0x08, 0xA1, 0x06, 0x30, 0x04, 0xA4, 0x02, 0x30, 0x00})
}

func TestConnections(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	version := func(from, to uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.MinVersion, c.MaxVersion = from, to }
	}
	suites := func(ids ...uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, ids }
	}
	right := func(*world) *pair { return l.by.auth }
	w.refuses(t, l, append([]connection{
		{"TLS-01 TLS 1.0", right, version(tls.VersionTLS10, tls.VersionTLS10), "TLS-002"},
		{"TLS-01 TLS 1.1", right, version(tls.VersionTLS11, tls.VersionTLS11), "TLS-002"},
		{"TLS-01 AES-128-CBC", right, suites(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), "TLS-003"},
		{"TLS-01 AES-256-CBC", right, suites(tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA), "TLS-003"},
		{"TLS-01 CBC with SHA-256", right, suites(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256), "TLS-003"},
		{"TLS-01 3DES", right, suites(tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA), "TLS-003"},
		{"TLS-01 RC4", right, suites(tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA), "TLS-003"},
		{"TLS-01 RSA key exchange", right, suites(tls.TLS_RSA_WITH_AES_128_GCM_SHA256), "TLS-003"},
		{"TLS-01 RSA key exchange with CBC", right, suites(tls.TLS_RSA_WITH_AES_256_CBC_SHA), "TLS-003"},
		{"TLS-01 ECDSA suites for an RSA key", right, suites(tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), "TLS-003"},
		{"TLS-01 no group in common", right, func(c *tls.Config) {
			c.CurvePreferences, c.MaxVersion = []tls.CurveID{tls.CurveID(21)}, tls.VersionTLS12
		}, "TLS-004 TLS-003 TLS-010 TLS-009"},
		{"TLS-01 HTTP/2 alone", right, func(c *tls.Config) { c.NextProtos = []string{"h2"} }, "TLS-006"},
		{"TLS-01 an unknown protocol", right, func(c *tls.Config) { c.NextProtos = []string{"spdy/3"} }, "TLS-006"},
		{"TLS-02 a client that trusts nobody", right, func(c *tls.Config) { c.RootCAs = x509.NewCertPool() }, "TLS-008"},
	}, peerCertificates(l)...))
	t.Logf("%v cases", w.sent)
}

// TLS-01: what is no handshake at all.
func TestNoHandshake(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	_, records := w.snapshot()
	for name, first := range map[string]string{
		"plain HTTP":              "POST /xds/repository HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
		"SSL 2.0":                 "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00\x80\x02\x00\x80\x03\x00\x80\x04\x00\x80\x05\x00\x80\x06\x00\x40\x07\x00\xc0",
		"SSL 3.0":                 "\x16\x03\x00\x00\x2d\x01\x00\x00\x29\x03\x00" + strings.Repeat("\x00", 32) + "\x00\x00\x02\x00\x0a\x01\x00",
		"a record too large":      "\x16\x03\x01\xff\xff" + strings.Repeat("x", 100),
		"an alert":                "\x15\x03\x01\x00\x02\x02\x28",
		"application data":        "\x17\x03\x03\x00\x05hello",
		"an empty ClientHello":    "\x16\x03\x01\x00\x04\x01\x00\x00\x00",
		"a ClientHello of zeros":  "\x16\x03\x01\x00\x40\x01\x00\x00\x3c" + strings.Repeat("\x00", 60),
		"HTTP/2 without TLS":      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"a ServerHello":           "\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + strings.Repeat("\x00", 35),
		"nothing but a line end":  "\r\n",
		"a heartbeat":             "\x18\x03\x02\x00\x03\x01\x40\x00",
		"a PROXY protocol header": "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
	} {
		t.Run("TLS-01 "+name, func(t *testing.T) {
			w.count("TLS-01")
			conn, err := net.Dial("tcp", w.address())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			must(conn.SetDeadline(time.Now().Add(10 * time.Second)))
			if _, err := io.WriteString(conn, first); err != nil {
				t.Fatal(err)
			}
			must(conn.(*net.TCPConn).CloseWrite())
			answer, _ := io.ReadAll(conn)
			if strings.Contains(string(answer), "200") || strings.Contains(string(answer), "wsdl") {
				t.Errorf("answered %q", answer)
			}
			if text := w.nextRecord(t, &records); !strings.HasPrefix(ruleOf(text), "TLS-0") {
				t.Errorf("the record says %.500s", text)
			}
		})
	}
	w.accepts(t, l.message(newToken(l.by, w.patient)))
	w.searchLog(t)
	t.Logf("%v cases", w.sent)
}
