// Package server is one running Liasse process: its configuration, listeners, stores, profile and admin interface. It
// wires the rooms of the house together and holds nothing of what they do.
package server

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2"

	"liasse/internal/rule"
	"liasse/registry"
)

// Profiles that a server can speak.
const (
	// ProfileXDS is plain IHE XDS.b.
	ProfileXDS = "xds"
	// ProfileDMP adds the rules of the French shared medical record.
	ProfileDMP = "dmp"
)

// Addresses that a server listens on unless it is told otherwise.
const (
	DefaultListen      = "127.0.0.1:8080"
	DefaultAdminListen = "127.0.0.1:8081"
)

// DefaultAuthority is the assigning authority of the affinity domain unless the configuration names others.
const DefaultAuthority = "1.3.6.1.4.1.21367.13.20.1000"

// DefaultRepositoryID is the repositoryUniqueId unless the configuration names another.
const DefaultRepositoryID = "1.3.6.1.4.1.21367.13.20.1100"

// INSAuthorities are the assigning authorities of the French national health identity (INS): NIR, NIA, and the roots set
// aside for tests. A server started for a first try (--dev) accepts them beside its own.
var INSAuthorities = []string{
	"1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11",
}

// insTestAuthorities are those of the INS that are set aside for tests.
var insTestAuthorities = []string{"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"}

// Config is the configuration file (TOML). Every key has a usable default; an unknown key is refused.
type Config struct {
	// Dir holds the embedded database and the documents.
	Dir string `toml:"dir"`
	// Listen is the SOAP listener; port 0 takes a free one.
	Listen string `toml:"listen"`
	// AdminListen is the admin listener. Empty is DefaultAdminListen beside DefaultListen, and a free loopback port beside
	// any other SOAP address, so that two servers on one machine do not meet.
	AdminListen string `toml:"admin_listen"`
	// PublicURL is the address that clients use, written into the WSDL (scheme, host and port); empty for the listener's own.
	PublicURL string `toml:"public_url"`
	// Profile is xds or dmp.
	Profile string `toml:"profile"`
	// Language of findings on the wire: en or fr.
	Language string `toml:"language"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `toml:"log_level"`
	// Patients is "known" (only those the feed or the admin interface made known) or "any" (every identifier of the
	// affinity domain's assigning authorities).
	Patients string `toml:"patients"`
	// RegistryURL sends ITI-42 to a registry elsewhere; this process is then a repository only.
	RegistryURL string `toml:"registry_url"`
	// TLS is how the SOAP listener speaks: off, server or mutual. Empty is mutual in profile dmp and off in profile xds.
	TLS string `toml:"tls"`
	// TLSCertificate and TLSKey are files in PEM, the certificate followed by those that lead to an anchor of the clients.
	TLSCertificate string `toml:"tls_certificate"`
	TLSKey         string `toml:"tls_key"`

	Affinity   AffinityConfig   `toml:"affinity"`
	Store      StoreConfig      `toml:"store"`
	Registry   RegistryConfig   `toml:"registry"`
	Repository RepositoryConfig `toml:"repository"`
	MLLP       MLLPConfig       `toml:"mllp"`
	Limits     LimitsConfig     `toml:"limits"`
	Trust      TrustConfig      `toml:"trust"`
	VIHF       VIHFConfig       `toml:"vihf"`
	Proxy      ProxyConfig      `toml:"proxy"`
	Audit      AuditConfig      `toml:"audit"`
	// Rules changes the severity of rules by id: "XDS-DE-012" = "warning".
	Rules map[string]string `toml:"rules"`
}

// AffinityConfig is what an XDS affinity domain agrees on (ITI TF-1 10.4.9).
type AffinityConfig struct {
	// AssigningAuthorities are the OIDs that patient identifiers may come from; the first is the default.
	AssigningAuthorities []string `toml:"assigning_authorities"`
	// Namespaces are the names (HD.1) by which ITI-8 senders mean an assigning authority, each with its OID.
	Namespaces map[string]string `toml:"namespaces"`
	// HomeCommunity is the homeCommunityId (urn:oid:…) put on results; empty for none.
	HomeCommunity string `toml:"home_community"`
	// RepositoryIDs are the repositoryUniqueIds accepted in ITI-42; empty for any.
	RepositoryIDs []string `toml:"repository_ids"`
	// MimeTypes are the media types accepted; empty for any.
	MimeTypes []string `toml:"mime_types"`
	// CodeMode says what a code outside of its list does: off, warn or enforced.
	CodeMode string `toml:"code_mode"`
	// Codes are the value lists by attribute name (classCode, typeCode, …); an attribute without a list takes any code.
	Codes map[string][]CodeConfig `toml:"codes"`
}

// CodeConfig is one code.
type CodeConfig struct {
	Code    string `toml:"code"`
	Scheme  string `toml:"scheme"`
	Display string `toml:"display"`
}

// StoreConfig says where the registry's database is.
type StoreConfig struct {
	// Driver is sqlite (embedded, in Dir) or postgres.
	Driver string `toml:"driver"`
	// DSN is the connection string of PostgreSQL.
	DSN string `toml:"dsn"`
	// Queue is how many submissions may wait; one more is answered 503.
	Queue int `toml:"queue"`
}

// RegistryConfig tunes the registry actor.
type RegistryConfig struct {
	// MaxResults is the number of LeafClass results past which a query is answered XDSTooManyResults.
	MaxResults int `toml:"max_results"`
	// MaxItemBytes is how many bytes of documents one answer to a query for LeafClassWithRepositoryItem may hold; more is
	// XDSTooManyResults. With 0 such queries are refused.
	MaxItemBytes int64 `toml:"max_item_bytes"`
	// UnknownPatientQuery is "empty" (an empty success) or "error" (XDSUnknownPatientId): ITI TF-2 3.18.4.1.3.
	UnknownPatientQuery string `toml:"unknown_patient_query"`
}

// RepositoryConfig tunes the repository actor.
type RepositoryConfig struct {
	// UniqueID is the repositoryUniqueId (OID).
	UniqueID string `toml:"unique_id"`
	// MaxDocumentBytes bounds one document, MaxRetrieveBytes the documents of one ITI-43 answer.
	MaxDocumentBytes int64 `toml:"max_document_bytes"`
	MaxRetrieveBytes int64 `toml:"max_retrieve_bytes"`
}

// MLLPConfig is the ITI-8 listener.
type MLLPConfig struct {
	// Listen is host:port; empty for off.
	Listen string `toml:"listen"`
}

// LimitsConfig bounds the SOAP listener.
type LimitsConfig struct {
	MaxRequestBytes int64 `toml:"max_request_bytes"`
	// Concurrent is how many requests are worked on at once; PerAddress how many slow senders one network address may
	// have, which a proxy in front needs to be larger.
	Concurrent int      `toml:"concurrent"`
	PerAddress int      `toml:"per_address"`
	Shutdown   Duration `toml:"shutdown"`
	// Handshakes is how many TLS handshakes of one network address are begun in a second, Handshake how long one may last.
	Handshakes int      `toml:"handshakes"`
	Handshake  Duration `toml:"handshake"`
}

// Duration is a time.Duration written as in Go: "10s", "2m".
type Duration time.Duration

// UnmarshalText reads the Go notation.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// DefaultConfig is what applies without a file.
func DefaultConfig() Config {
	return Config{
		Dir:        "liasse-data",
		Listen:     DefaultListen,
		Profile:    ProfileXDS,
		Language:   "en",
		LogLevel:   "info",
		Patients:   "known",
		Affinity:   AffinityConfig{AssigningAuthorities: []string{DefaultAuthority}},
		Store:      StoreConfig{Driver: "sqlite", Queue: 1024},
		Registry:   RegistryConfig{MaxResults: 5000, MaxItemBytes: registry.DefaultMaxItemBytes, UnknownPatientQuery: "empty"},
		Repository: RepositoryConfig{UniqueID: DefaultRepositoryID, MaxDocumentBytes: 1 << 30, MaxRetrieveBytes: 2 << 30},
		Limits: LimitsConfig{MaxRequestBytes: 2 << 30, Concurrent: 64, PerAddress: 16, Shutdown: Duration(30 * time.Second),
			Handshakes: 200, Handshake: Duration(10 * time.Second)},
		Trust: defaultTrust(),
		VIHF:  defaultVIHF(),
		Proxy: defaultProxy(),
	}
}

// LoadConfig reads a configuration file over the defaults. Unknown keys are refused with their place.
func LoadConfig(path string) (Config, error) {
	cfg := DefaultConfig()
	text, err := os.ReadFile(path)
	if err != nil {
		return cfg, fmt.Errorf("reading the configuration: %w", err)
	}
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&cfg); err != nil {
		var strict *toml.StrictMissingError
		var syntax *toml.DecodeError
		switch {
		case errors.As(err, &strict):
			return cfg, fmt.Errorf("the configuration %s has keys that are not known:\n%s", path, strict.String())
		case errors.As(err, &syntax):
			return cfg, fmt.Errorf("the configuration %s cannot be read:\n%s", path, syntax.String())
		}
		return cfg, fmt.Errorf("the configuration %s cannot be read: %w", path, err)
	}
	cfg.resolve(filepath.Dir(path))
	return cfg, nil
}

// ForFirstTry changes the configuration as --dev does: any patient of the affinity domain, which takes in the INS. Profile
// dmp takes in its roots for tests only, as its realm is that of tests.
func (c *Config) ForFirstTry() {
	c.Patients = "any"
	authorities := INSAuthorities
	if c.Profile == ProfileDMP {
		authorities = insTestAuthorities
	}
	for _, oid := range authorities {
		if !slices.Contains(c.Affinity.AssigningAuthorities, oid) {
			c.Affinity.AssigningAuthorities = append(c.Affinity.AssigningAuthorities, oid)
		}
	}
}

// affinity gives the registry its affinity domain.
func (c *Config) affinity() (registry.Affinity, error) {
	mode, err := registry.ParseCodeMode(c.Affinity.CodeMode)
	if err != nil {
		return registry.Affinity{}, fmt.Errorf("affinity.code_mode: %w", err)
	}
	codes := make(map[registry.CodeKind][]registry.Code, len(c.Affinity.Codes))
	for name, list := range c.Affinity.Codes {
		for _, one := range list {
			codes[codeKinds[name]] = append(codes[codeKinds[name]], registry.Code{Value: one.Code, Scheme: one.Scheme, Display: one.Display})
		}
	}
	return registry.Affinity{
		AssigningAuthorities: c.Affinity.AssigningAuthorities,
		Namespaces:           c.Affinity.Namespaces,
		AnyPatient:           c.Patients == "any",
		HomeCommunity:        c.Affinity.HomeCommunity,
		RepositoryIDs:        c.Affinity.RepositoryIDs,
		Codes:                codes,
		CodeMode:             mode,
		MimeTypes:            c.Affinity.MimeTypes,
	}, nil
}

// adminListen is where the admin interface listens.
func (c *Config) adminListen() string {
	switch {
	case c.AdminListen != "":
		return c.AdminListen
	case c.Listen == DefaultListen:
		return DefaultAdminListen
	}
	return "127.0.0.1:0"
}

// profileRules are the severities that a profile has of its own; the configuration may change them too. The French
// framework (CI-SIS, volet Partage de documents de santé) writes what IHE leaves empty: the identifier type of an
// organisation in XON.7 (IDNST) and of a patient in CX.5 (NH for a national identity, PI for a local one), also in queries,
// and the display name in the middle of an authorSpecialty.
var profileRules = map[string]map[string]rule.Severity{ProfileDMP: {
	"XDS-OBJ-044": rule.Off, "XDS-OBJ-046": rule.Off, "XDS-OBJ-048": rule.Off, "XDS-SQ-044": rule.Off,
}}

// policy gives the rule severities that the profile and the configuration changed.
func (c *Config) policy() (*rule.Policy, error) {
	changed := make(map[string]rule.Severity, len(c.Rules))
	maps.Copy(changed, profileRules[c.Profile])
	for id, word := range c.Rules {
		severity, err := rule.ParseSeverity(word)
		if err != nil {
			return nil, fmt.Errorf("rules.%s: %w", id, err)
		}
		changed[id] = severity
	}
	return rule.NewPolicy(changed)
}

// codeKinds names the coded attributes as the standard does.
var codeKinds = map[string]registry.CodeKind{
	"classCode":                  registry.CodeClass,
	"typeCode":                   registry.CodeType,
	"practiceSettingCode":        registry.CodePracticeSetting,
	"healthcareFacilityTypeCode": registry.CodeFacilityType,
	"formatCode":                 registry.CodeFormat,
	"confidentialityCode":        registry.CodeConfidentiality,
	"eventCodeList":              registry.CodeEvent,
	"contentTypeCode":            registry.CodeContentType,
	"codeList":                   registry.CodeFolder,
}

// DatabaseDir is the folder of the embedded database, DatabasePath the file in it.
func (c *Config) DatabaseDir() string  { return filepath.Join(c.Dir, "registry") }
func (c *Config) DatabasePath() string { return filepath.Join(c.DatabaseDir(), "registry.db") }

// BlobDir is where documents lie, SpoolDir where what does not fit into memory waits during a request.
func (c *Config) BlobDir() string  { return filepath.Join(c.Dir, "documents") }
func (c *Config) SpoolDir() string { return filepath.Join(c.Dir, "spool") }
