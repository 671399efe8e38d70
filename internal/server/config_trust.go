package server

import (
	"path/filepath"
	"time"

	"liasse/internal/pki"
	"liasse/vihf"
)

// How the SOAP listener speaks TLS.
const (
	// TLSOff is plain HTTP.
	TLSOff = "off"
	// TLSServer is TLS with a certificate of the server's alone.
	TLSServer = "server"
	// TLSMutual is TLS where the client presents a certificate too.
	TLSMutual = "mutual"
)

// TrustConfig says whose certificates are believed, and for what.
type TrustConfig struct {
	// Realm is test or production: a certificate of the other realm is refused whatever its chain says.
	Realm string `toml:"realm"`
	// Refresh is how often files are looked at for changes: anchors, CRLs, directories, and the certificate of the server.
	Refresh Duration `toml:"refresh"`
	// TLS is for peers of connections, Token for those who sign identity tokens, Lot for those who sign submission sets.
	TLS   AnchorsConfig `toml:"tls"`
	Token AnchorsConfig `toml:"token"`
	Lot   AnchorsConfig `toml:"lot"`
}

// AnchorsConfig names the files of one trust. Every list takes files and folders, PEM or DER.
type AnchorsConfig struct {
	// Anchors are the certificates that a chain may end at, Intermediates those that a sender may leave out, CRLs the lists
	// of revoked certificates.
	Anchors       []string `toml:"anchors"`
	Intermediates []string `toml:"intermediates"`
	CRLs          []string `toml:"crls"`
	// RequireCRL refuses a certificate whose issuer has no valid CRL; CRLGrace is how long a CRL is believed past its
	// nextUpdate.
	RequireCRL bool     `toml:"require_crl"`
	CRLGrace   Duration `toml:"crl_grace"`
}

// VIHFConfig says which identity tokens are accepted.
type VIHFConfig struct {
	// MaxAge is how old a token may be, Skew how far clocks may be apart.
	MaxAge Duration `toml:"max_age"`
	Skew   Duration `toml:"skew"`
	// Versions are the VIHF_Version values accepted.
	Versions []string `toml:"versions"`
	// Replay says in which requests a token may be used only once: off, writes, all.
	Replay string `toml:"replay"`
	// Homologations are the LPS_ID_HOMOLOGATION_DMP values accepted; empty for any.
	Homologations []string `toml:"homologations"`
	// Structures and Professionals are directory files; empty for none.
	Structures    string `toml:"structures"`
	Professionals string `toml:"professionals"`
	// Subcodes changes the DMP subcode of a fault by rule id.
	Subcodes map[string]string `toml:"subcodes"`
}

// ProxyConfig names the proxies that end TLS in front of the server.
type ProxyConfig struct {
	// Addresses are those that the certificate of a client is taken from; a header of that name from any other is refused.
	Addresses []string `toml:"addresses"`
	// Header carries the certificate as percent-encoded PEM.
	Header string `toml:"header"`
}

// AuditConfig says where audit records go.
type AuditConfig struct {
	// Enabled writes one record for each request; unset is true in profile dmp and false in profile xds.
	Enabled *bool `toml:"enabled"`
	// SourceID and Site name this server in its records.
	SourceID string `toml:"source_id"`
	Site     string `toml:"site"`
	// Syslog is host:port of an audit record repository (RFC 5425); empty for none.
	Syslog string `toml:"syslog"`
	// SyslogCA is what its certificate is verified by, SyslogCertificate and SyslogKey what we present to it.
	SyslogCA          string `toml:"syslog_ca"`
	SyslogCertificate string `toml:"syslog_certificate"`
	SyslogKey         string `toml:"syslog_key"`
}

// defaultAnchors is a trust that names nobody yet.
func defaultAnchors() AnchorsConfig { return AnchorsConfig{RequireCRL: true} }

// defaultTrust, defaultVIHF and defaultProxy are what applies without a file.
func defaultTrust() TrustConfig {
	return TrustConfig{Realm: "test", Refresh: Duration(time.Second), TLS: defaultAnchors(), Token: defaultAnchors(), Lot: defaultAnchors()}
}

func defaultVIHF() VIHFConfig {
	return VIHFConfig{MaxAge: Duration(time.Hour), Skew: Duration(5 * time.Minute), Versions: []string{"2.0", "3.0", "4.0"}, Replay: string(vihf.ReplayOff)}
}

func defaultProxy() ProxyConfig { return ProxyConfig{Header: "X-Client-Cert"} }

// tlsMode is the mode of the SOAP listener: what the configuration says, else what suits the profile.
func (c *Config) tlsMode() string {
	switch {
	case c.TLS != "":
		return c.TLS
	case c.Profile == ProfileDMP:
		return TLSMutual
	}
	return TLSOff
}

// peersKnown tells whether a request comes with the certificate of who sent it.
func (c *Config) peersKnown() bool { return c.tlsMode() == TLSMutual || len(c.Proxy.Addresses) > 0 }

// audited tells whether requests are recorded.
func (c *Config) audited() bool {
	if c.Audit.Enabled != nil {
		return *c.Audit.Enabled
	}
	return c.Profile == ProfileDMP
}

// use is one trust of the configuration and what it is for.
type use struct {
	key     string
	usage   pki.Usage
	anchors *AnchorsConfig
}

// uses gives the trusts that the configuration calls for.
func (c *Config) uses() []use {
	var all []use
	if c.peersKnown() {
		all = append(all, use{"trust.tls", pki.TLSClient, &c.Trust.TLS})
	}
	if c.Profile == ProfileDMP {
		all = append(all, use{"trust.token", pki.TokenSigner, &c.Trust.Token}, use{"trust.lot", pki.LotSigner, &c.Trust.Lot})
	}
	return all
}

// resolve makes the paths of the trust part relative to the folder of the configuration file.
func (c *Config) resolve(base string) {
	paths := []*string{&c.TLSCertificate, &c.TLSKey, &c.VIHF.Structures, &c.VIHF.Professionals,
		&c.Audit.SyslogCA, &c.Audit.SyslogCertificate, &c.Audit.SyslogKey}
	for _, anchors := range []*AnchorsConfig{&c.Trust.TLS, &c.Trust.Token, &c.Trust.Lot} {
		for _, list := range [][]string{anchors.Anchors, anchors.Intermediates, anchors.CRLs} {
			for i := range list {
				paths = append(paths, &list[i])
			}
		}
	}
	for _, path := range paths {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(base, *path)
		}
	}
}

// TrustTestPKI has the configuration believe the test PKI in a folder and nobody else, as --dev does where no trust is
// configured. The layout is that of internal/testpki.
func (c *Config) TrustTestPKI(dir string) {
	c.TLSCertificate, c.TLSKey = filepath.Join(dir, "server", "server.crt"), filepath.Join(dir, "server", "server.key")
	c.Trust = defaultTrust()
	for _, anchors := range []*AnchorsConfig{&c.Trust.TLS, &c.Trust.Token, &c.Trust.Lot} {
		anchors.Anchors = []string{filepath.Join(dir, "trust", "roots")}
		anchors.Intermediates = []string{filepath.Join(dir, "trust", "intermediates")}
		anchors.CRLs = []string{filepath.Join(dir, "trust", "crls")}
	}
	c.VIHF.Structures, c.VIHF.Professionals = filepath.Join(dir, "directories", "structures.tsv"), filepath.Join(dir, "directories", "professionals.tsv")
}
