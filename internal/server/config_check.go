package server

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/registry"
)

// faults collects what is wrong with a configuration.
type faults struct{ found []error }

func (f *faults) add(format string, args ...any) {
	f.found = append(f.found, fmt.Errorf(format, args...))
}

func (f *faults) oneOf(key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		f.add("%s is %q; it may be %s", key, value, strings.Join(allowed, ", "))
	}
}

// hostPort tells whether the value is host:port.
func (f *faults) hostPort(key, value string) {
	if _, _, err := net.SplitHostPort(value); err != nil {
		f.add("%s is %q; it must be host:port", key, value)
	}
}

// file tells whether the path can be looked at.
func (f *faults) file(key, path string) {
	if _, err := os.Stat(path); err != nil {
		f.add("%s: %w", key, err)
	}
}

// key tells whether the file is there and nobody else may read it.
func (f *faults) key(key, path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		f.add("%s: %w", key, err)
	case info.Mode().Perm()&0o077 != 0:
		f.add("%s: %s can be read by other users (%#o): chmod 600 it", key, path, info.Mode().Perm())
	}
}

// Check says what is wrong with the configuration, everything at once.
func (c *Config) Check() error {
	var f faults
	if c.Dir == "" {
		f.add("dir is empty: name the folder that holds the database and the documents")
	}
	f.oneOf("profile", c.Profile, ProfileXDS, ProfileDMP)
	f.oneOf("language", c.Language, "en", "fr")
	f.oneOf("log_level", c.LogLevel, "debug", "info", "warn", "error")
	f.oneOf("patients", c.Patients, "known", "any")
	f.oneOf("store.driver", c.Store.Driver, "sqlite", "postgres")
	if c.Store.Driver == "postgres" && c.Store.DSN == "" {
		f.add("store.dsn is empty: name the PostgreSQL database")
	}
	if c.Registry.MaxItemBytes < 0 {
		f.add("registry.max_item_bytes is %d; it may be 0 or more", c.Registry.MaxItemBytes)
	}
	f.oneOf("registry.unknown_patient_query", c.Registry.UnknownPatientQuery, "empty", "error")
	f.hostPort("listen", c.Listen)
	f.hostPort("admin_listen", c.adminListen())
	c.checkAffinity(&f)
	c.checkRules(&f)
	c.checkTLS(&f)
	c.checkTrust(&f)
	c.checkProxy(&f)
	c.checkAudit(&f)
	if c.Profile == ProfileDMP {
		c.checkDMP(&f)
	}
	return errors.Join(f.found...)
}

func (c *Config) checkAffinity(f *faults) {
	if len(c.Affinity.AssigningAuthorities) == 0 {
		f.add("affinity.assigning_authorities is empty: name at least one OID")
	}
	for name, oid := range c.Affinity.Namespaces {
		if name == "" || !slices.Contains(c.Affinity.AssigningAuthorities, oid) {
			f.add("affinity.namespaces.%q is %q; it must be one of affinity.assigning_authorities", name, oid)
		}
	}
	for name := range c.Affinity.Codes {
		if _, known := codeKinds[name]; !known {
			f.add("affinity.codes.%s: no coded attribute has this name", name)
		}
	}
	if _, err := registry.ParseCodeMode(c.Affinity.CodeMode); err != nil {
		f.add("affinity.code_mode: %w", err)
	}
}

func (c *Config) checkRules(f *faults) {
	for id, severity := range c.Rules {
		parsed, err := rule.ParseSeverity(severity)
		if err != nil {
			f.add("rules.%s: %w", id, err)
			continue
		}
		if rule.Lookup(id) == nil {
			f.add("rules.%s: no rule has this id (liasse rules lists them)", id)
			continue
		}
		if _, err := rule.NewPolicy(map[string]rule.Severity{id: parsed}); err != nil {
			f.add("rules.%s: %w", id, err)
		}
	}
}

// checkTLS judges how the SOAP listener speaks. What asks for TLS without saying so is refused, never served without.
func (c *Config) checkTLS(f *faults) {
	f.oneOf("tls", c.tlsMode(), TLSOff, TLSServer, TLSMutual)
	for _, file := range []struct{ key, path string }{{"tls_certificate", c.TLSCertificate}, {"tls_key", c.TLSKey}} {
		switch {
		case c.tlsMode() == TLSOff && c.TLS == "" && file.path != "":
			f.add("%s is given and tls is not: say tls = %q or %q, or %q to mean it", file.key, TLSServer, TLSMutual, TLSOff)
		case c.tlsMode() == TLSOff:
		case file.path == "":
			f.add("%s is empty: tls = %q needs the certificate of the server and its key", file.key, c.tlsMode())
		case file.key == "tls_key":
			f.key(file.key, file.path)
		default:
			f.file(file.key, file.path)
		}
	}
	if c.tlsMode() != TLSOff && strings.HasPrefix(c.PublicURL, "http://") {
		f.add("public_url is %s and tls is %q: clients would be sent where nobody answers; it begins with https", c.PublicURL, c.tlsMode())
	}
	if c.Limits.Handshakes < 1 {
		f.add("limits.handshakes is %d; it may be 1 or more", c.Limits.Handshakes)
	}
	if c.Limits.Handshake <= 0 {
		f.add("limits.handshake must be longer than nothing")
	}
}

// leastRefresh keeps the looking at files from becoming work of its own.
const leastRefresh = Duration(10 * time.Millisecond)

func (c *Config) checkTrust(f *faults) {
	f.oneOf("trust.realm", c.Trust.Realm, "test", "production")
	if c.Trust.Refresh < leastRefresh {
		f.add("trust.refresh is %v; it may be %v or more", time.Duration(c.Trust.Refresh), time.Duration(leastRefresh))
	}
	if c.TLS == "" && !c.peersKnown() && len(c.Trust.TLS.Anchors) > 0 {
		f.add("trust.tls.anchors is given and nobody is asked for a certificate: say tls = %q, or %q to mean it", TLSMutual, TLSOff)
	}
	for _, use := range c.uses() {
		if len(use.anchors.Anchors) == 0 {
			f.add("%s.anchors is empty: name the certificates that a chain may end at", use.key)
		}
		if use.anchors.RequireCRL && len(use.anchors.CRLs) == 0 {
			f.add("%s.crls is empty: name the lists of revoked certificates, or say require_crl = false", use.key)
		}
		if use.anchors.CRLGrace < 0 {
			f.add("%s.crl_grace may not be negative", use.key)
		}
		for _, list := range []struct {
			key   string
			paths []string
		}{{"anchors", use.anchors.Anchors}, {"intermediates", use.anchors.Intermediates}, {"crls", use.anchors.CRLs}} {
			for _, path := range list.paths {
				f.file(use.key+"."+list.key, path)
			}
		}
	}
}

// token is a field name of HTTP (RFC 9110 5.6.2).
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func (c *Config) checkProxy(f *faults) {
	for _, one := range c.Proxy.Addresses {
		if _, err := parseNetwork(one); err != nil {
			f.add("proxy.addresses has %q; it must be an IP address, or a network as in 10.0.0.0/24", one)
		}
	}
	if len(c.Proxy.Addresses) == 0 {
		return
	}
	if !token.MatchString(c.Proxy.Header) {
		f.add("proxy.header is %q; it must be the name of an HTTP header", c.Proxy.Header)
	}
	switch c.tlsMode() {
	case TLSServer:
		f.add("proxy.addresses is given and tls is %q: a proxy elsewhere shows its own certificate (tls = %q), one on this machine may do without (tls = %q)", TLSServer, TLSMutual, TLSOff)
	case TLSOff:
		if !loopback(c.Listen) {
			f.add("proxy.addresses is given, tls is %q and listen is %s: without TLS a proxy is believed on loopback only", TLSOff, c.Listen)
		}
	}
}

// parseNetwork reads an address or a network.
func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// loopback tells whether a listener at host:port is reached from this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (c *Config) checkAudit(f *faults) {
	if c.Audit.Syslog == "" {
		return
	}
	f.hostPort("audit.syslog", c.Audit.Syslog)
	if !c.audited() {
		f.add("audit.syslog is given and audit.enabled is not: there would be nothing to send")
	}
	if c.Audit.SyslogCA == "" {
		f.add("audit.syslog_ca is empty: name the certificates that the audit repository is verified by")
	} else {
		f.file("audit.syslog_ca", c.Audit.SyslogCA)
	}
	if (c.Audit.SyslogCertificate == "") != (c.Audit.SyslogKey == "") {
		f.add("audit.syslog_certificate and audit.syslog_key go together: give both or none")
	}
	if c.Audit.SyslogCertificate != "" {
		f.file("audit.syslog_certificate", c.Audit.SyslogCertificate)
	}
	if c.Audit.SyslogKey != "" {
		f.key("audit.syslog_key", c.Audit.SyslogKey)
	}
}

// subcode is a local name as a SOAP fault carries it.
var subcode = regexp.MustCompile("^[A-Za-z_][A-Za-z0-9_.-]*$")

// checkDMP judges what profile dmp needs beside the profile-neutral keys.
func (c *Config) checkDMP(f *faults) {
	switch mode := c.tlsMode(); {
	case mode == TLSServer:
		f.add("tls is %q: profile dmp asks the client for its certificate (tls = %q)", mode, TLSMutual)
	case mode == TLSOff && !loopback(c.Listen):
		f.add("tls is %q and listen is %s: without TLS profile dmp is served on loopback only", mode, c.Listen)
	}
	if admin := c.adminListen(); !loopback(admin) {
		f.add("admin_listen is %s: the admin interface has no authentication, and in profile dmp it listens on loopback only", admin)
	}
	if c.MLLP.Listen != "" && !loopback(c.MLLP.Listen) {
		f.add("mllp.listen is %s: a patient feed has no authentication, and in profile dmp it listens on loopback only", c.MLLP.Listen)
	}
	if c.RegistryURL != "" {
		f.add("registry_url is given: in profile dmp registry and repository are one process, since ITI-42 carries neither the documents nor the signature of a lot")
	}
	for _, oid := range c.Affinity.AssigningAuthorities {
		if c.Trust.Realm == "production" && slices.Contains(insTestAuthorities, oid) {
			f.add("affinity.assigning_authorities has %s and trust.realm is production: that root of the INS is set aside for tests", oid)
		}
	}
	if c.VIHF.MaxAge <= 0 {
		f.add("vihf.max_age must be longer than nothing")
	}
	if c.VIHF.Skew < 0 {
		f.add("vihf.skew may not be negative")
	}
	if len(c.VIHF.Versions) == 0 {
		f.add("vihf.versions is empty: name at least one version")
	}
	f.oneOf("vihf.replay", c.VIHF.Replay, "off", "writes", "all")
	if c.VIHF.Structures != "" {
		f.file("vihf.structures", c.VIHF.Structures)
	}
	if c.VIHF.Professionals != "" {
		f.file("vihf.professionals", c.VIHF.Professionals)
	}
	for id, code := range c.VIHF.Subcodes {
		if rule.Lookup(id) == nil {
			f.add("vihf.subcodes.%s: no rule has this id (liasse rules lists them)", id)
		}
		if !subcode.MatchString(code) {
			f.add("vihf.subcodes.%s is %q; it must be a local name", id, code)
		}
	}
}
