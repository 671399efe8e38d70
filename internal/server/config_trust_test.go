package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liasse/internal/server"
)

// trusting is a configuration of the trust part that nothing is wrong with, in the folder of a test PKI.
const trusting = `
profile = "dmp"
tls_certificate = "server/server.crt"
tls_key = "server/server.key"
[trust]
realm = "test"
[trust.tls]
anchors = ["trust/roots"]
intermediates = ["trust/intermediates"]
crls = ["trust/crls"]
[trust.token]
anchors = ["trust/roots/root.crt"]
intermediates = ["trust/intermediates"]
crls = ["trust/crls"]
[trust.lot]
anchors = ["trust/roots"]
intermediates = ["trust/intermediates"]
crls = ["trust/crls"]
[vihf]
structures = "directories/structures.tsv"
professionals = "directories/professionals.tsv"
`

// TestTrustConfig: each thing that is wrong is said by the name of its key, and nothing starts with less.
func TestTrustConfig(t *testing.T) {
	pki := ownPKI(t)
	rewrite(t, filepath.Join(pki, "loose.key"), nil)
	if err := os.Chmod(filepath.Join(pki, "loose.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	change := func(from, to string) string { return strings.Replace(trusting, from, to, 1) }
	above := func(line string) string { return line + "\n" + trusting }
	for _, tt := range []struct {
		name, text string
		faults     []string
	}{
		{"nothing", trusting, nil},
		{"the configuration of the test PKI", "", nil},
		{"profile xds with TLS", strings.Replace(above(`tls = "server"`), `"dmp"`, `"xds"`, 1), nil},
		{"a public address without TLS", above(`public_url = "http://xds.example.org"`), []string{"public_url is http://xds.example.org"}},
		{"unknown mode", above(`tls = "both"`), []string{`tls is "both"`}},
		{"no certificate", change(`tls_certificate = "server/server.crt"`, ""), []string{"tls_certificate is empty"}},
		{"no key", change(`tls_key = "server/server.key"`, ""), []string{"tls_key is empty"}},
		{"no file", change("server/server.crt", "server/other.crt"), []string{"tls_certificate", filepath.Join(pki, "server/other.crt")}},
		{"a key that others read", change("server/server.key", "loose.key"), []string{"tls_key", "chmod 600"}},
		{"a certificate and no TLS", "tls_certificate = \"server/server.crt\"\n", []string{"tls_certificate is given and tls is not"}},
		{"anchors and no TLS", "[trust.tls]\nanchors = [\"trust/roots\"]\n", []string{"trust.tls.anchors is given and nobody is asked"}},
		{"realm", change(`realm = "test"`, `realm = "training"`), []string{`trust.realm is "training"`}},
		{"refresh", change(`realm = "test"`, `refresh = "0s"`), []string{"trust.refresh"}},
		{"no anchors", change(`anchors = ["trust/roots/root.crt"]`, ""), []string{"trust.token.anchors is empty"}},
		{"no CRLs", change(`crls = ["trust/crls"]`, ""), []string{"trust.tls.crls is empty"}},
		{"no CRLs wanted", change(`crls = ["trust/crls"]`, "require_crl = false"), nil},
		{"grace", change(`crls = ["trust/crls"]`, "crls = [\"trust/crls\"]\ncrl_grace = \"-1s\""), []string{"trust.tls.crl_grace"}},
		{"missing folder", change(`"trust/intermediates"`, `"trust/nowhere"`), []string{"trust.tls.intermediates"}},
		{"handshakes", trusting + "[limits]\nhandshakes = 0\nhandshake = \"0s\"\n", []string{"limits.handshakes is 0", "limits.handshake must"}},
		{"proxy address", trusting + "[proxy]\naddresses = [\"proxy.example\"]\n", []string{`proxy.addresses has "proxy.example"`}},
		{"proxy header", trusting + "[proxy]\naddresses = [\"10.0.0.1\"]\nheader = \"X Client\"\n", []string{`proxy.header is "X Client"`}},
		{"proxy and TLS of the server alone", strings.Replace(above(`tls = "server"`), `"dmp"`, `"xds"`, 1) + "[proxy]\naddresses = [\"10.0.0.1\"]\n", []string{"proxy.addresses is given and tls is"}},
		{"proxy without TLS from afar", strings.Replace(above("tls = \"off\"\nlisten = \"0.0.0.0:0\""), `"dmp"`, `"xds"`, 1) + "[proxy]\naddresses = [\"10.0.0.1\"]\n", []string{"a proxy is believed on loopback only"}},
		{"dmp without TLS", above("tls = \"off\"\nlisten = \"127.0.0.1:0\""), nil},
		{"dmp without TLS from afar", above("tls = \"off\"\nlisten = \"192.0.2.1:8443\""), []string{"on loopback only"}},
		{"dmp without TLS everywhere", above("tls = \"off\"\nlisten = \":8443\""), []string{"on loopback only"}},
		{"dmp with TLS of the server alone", above(`tls = "server"`), []string{"profile dmp asks the client for its certificate"}},
		{"dmp with an open admin interface", above(`admin_listen = "0.0.0.0:8081"`), []string{"admin_listen is 0.0.0.0:8081"}},
		{"dmp with an open feed", trusting + "[mllp]\nlisten = \"0.0.0.0:2575\"\n", []string{"mllp.listen is 0.0.0.0:2575"}},
		{"dmp with a registry elsewhere", above(`registry_url = "http://127.0.0.1:1/xds/registry"`), []string{"registry_url is given"}},
		{"test patients in production", strings.Replace(trusting, `realm = "test"`, `realm = "production"`, 1) + "[affinity]\nassigning_authorities = [\"1.2.250.1.213.1.4.8\", \"1.2.250.1.213.1.4.10\"]\n", []string{"1.2.250.1.213.1.4.10", "set aside for tests"}},
		{"production", strings.Replace(trusting, `realm = "test"`, `realm = "production"`, 1) + "[affinity]\nassigning_authorities = [\"1.2.250.1.213.1.4.8\"]\n", nil},
		{"token age", trusting + "max_age = \"0s\"\nskew = \"-1s\"\nversions = []\n", []string{"vihf.max_age", "vihf.skew", "vihf.versions"}},
		{"replay", trusting + "replay = \"never\"\n", []string{`vihf.replay is "never"`}},
		{"directories", strings.NewReplacer("structures.tsv", "a.tsv", "professionals.tsv", "b.tsv").Replace(trusting), []string{"vihf.structures", "vihf.professionals"}},
		{"subcodes", trusting + "[vihf.subcodes]\n\"VIHF-XYZ\" = \"a b\"\n", []string{"vihf.subcodes.VIHF-XYZ: no rule", "must be a local name"}},
		{"audit off and syslog", trusting + "[audit]\nenabled = false\nsyslog = \"arr.example:6514\"\nsyslog_ca = \"trust/roots/root.crt\"\n", []string{"audit.syslog is given and audit.enabled is not"}},
		{"syslog", trusting + "[audit]\nsyslog = \"arr.example\"\nsyslog_key = \"loose.key\"\n", []string{"audit.syslog is", "audit.syslog_ca is empty", "go together", "audit.syslog_key"}},
		{"everything at once", "profile = \"dmp\"\ntls = \"off\"\nlisten = \":80\"\n[trust]\nrealm = \"x\"\n", []string{"on loopback only", "trust.realm", "trust.token.anchors", "trust.lot.anchors", "trust.lot.crls"}},
		{"a connection cannot be tolerated", trusting + "[rules]\n\"TLS-028\" = \"warning\"\n", []string{"TLS-028", "cannot be tolerated"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(pki, "case.toml")
			rewrite(t, path, []byte(tt.text))
			if tt.text == "" {
				path = filepath.Join(pki, "liasse.toml")
			}
			cfg, err := server.LoadConfig(path)
			if err == nil {
				err = cfg.Check()
			}
			if len(tt.faults) == 0 {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("taken, want a fault that names %q", tt.faults)
			}
			for _, fault := range tt.faults {
				if !strings.Contains(err.Error(), fault) {
					t.Errorf("got %v, want a fault that names %q", err, fault)
				}
			}
		})
	}
}

// TestStartRefuses: files that are there and cannot be used end the start, all of them named.
func TestStartRefuses(t *testing.T) {
	pki := ownPKI(t)
	rewrite(t, filepath.Join(pki, "empty.pem"), nil)
	for _, tt := range []struct {
		name   string
		change func(*server.Config)
		faults []string
	}{
		{"no certificate in the file", func(c *server.Config) { c.TLSCertificate = filepath.Join(pki, "empty.pem") }, []string{"empty.pem"}},
		{"the key of another", func(c *server.Config) { c.TLSKey = filepath.Join(pki, "ca", "root.key") }, []string{"root.key"}},
		{"the certificate of a client", func(c *server.Config) {
			c.TLSCertificate = filepath.Join(pki, "identities", "medecin", "auth.crt")
			c.TLSKey = filepath.Join(pki, "identities", "medecin", "auth.key")
		}, []string{"serverAuth"}},
		{"the certificate of an authority", func(c *server.Config) {
			c.TLSCertificate, c.TLSKey = filepath.Join(pki, "ca", "root.crt"), filepath.Join(pki, "ca", "root.key")
		}, []string{"that of an authority"}},
		{"no anchor in the file", func(c *server.Config) { c.Trust.TLS.Anchors = []string{filepath.Join(pki, "empty.pem")} }, []string{"trust.tls"}},
		{"both", func(c *server.Config) {
			c.Trust.TLS.Anchors = []string{filepath.Join(pki, "empty.pem")}
			c.TLSCertificate = filepath.Join(pki, "empty.pem")
		}, []string{"trust.tls", "the certificate of the server"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := server.DefaultConfig()
			cfg.Dir, cfg.Listen, cfg.AdminListen = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", "127.0.0.1:0"
			mutual(pki)(&cfg)
			tt.change(&cfg)
			srv, err := server.Start(t.Context(), cfg, &logBuffer{})
			if err == nil {
				srv.Close()
				t.Fatal("the server started")
			}
			for _, fault := range tt.faults {
				if !strings.Contains(err.Error(), fault) {
					t.Errorf("got %v, want a fault that names %q", err, fault)
				}
			}
		})
	}
}
