package conformance

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// identityNote is identity.json of an identity's folder: what the holder of two certificates (authentication and
// signature) says of themselves in a VIHF.
type identityNote struct {
	Name      string `json:"name"`
	Mode      string `json:"mode"` // DIRECTE, INDIRECTE, INDIRECTE_RENFORCEE
	NameID    string `json:"nameID"`
	Family    string `json:"family"`
	Given     string `json:"given"`
	SubjectID string `json:"subjectID"`
	Structure struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"structure"`
	Sector string `json:"sector"` // code^OID
	Roles  []struct {
		Code       string `json:"code"`
		System     string `json:"system"`
		SystemName string `json:"systemName"`
		Display    string `json:"display"`
	} `json:"roles"`
	AuthnContext     string `json:"authnContext"`
	AuthnContextDecl string `json:"authnContextDecl"`
	Software         struct {
		ID           string `json:"id"`
		Name         string `json:"name"`
		Version      string `json:"version"`
		Homologation string `json:"homologation"`
	} `json:"software"`
	Realm string `json:"realm"`
}

// pair is a certificate with the certificates that follow it, and its key.
type pair struct {
	chain [][]byte // DER, leaf first
	key   crypto.Signer
}

func (p *pair) leaf() (*x509.Certificate, error) {
	if len(p.chain) == 0 {
		return nil, errors.New("there is no certificate")
	}
	leaf, err := x509.ParseCertificate(p.chain[0])
	if err != nil {
		return nil, fmt.Errorf("reading the certificate: %w", err)
	}
	return leaf, nil
}

// identity is who sends: certificates for mutual TLS and for signatures, and what its tokens say.
type identity struct {
	identityNote
	auth, sign pair
	servers    *x509.CertPool // issuers of the server's certificate
	client     *http.Client   // presents auth
}

// loadIdentity reads an identity's folder: identity.json, auth.crt, auth.key, sign.crt, sign.key, server-ca.crt.
func loadIdentity(dir string) (*identity, error) {
	text, err := os.ReadFile(filepath.Join(dir, "identity.json"))
	if err != nil {
		return nil, fmt.Errorf("reading the identity: %w", err)
	}
	id := &identity{}
	if err := json.Unmarshal(text, &id.identityNote); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, "identity.json"), err)
	}
	if id.auth, err = loadPair(dir, "auth"); err != nil {
		return nil, err
	}
	if id.sign, err = loadPair(dir, "sign"); err != nil {
		return nil, err
	}
	anchors, err := os.ReadFile(filepath.Join(dir, "server-ca.crt"))
	if err != nil {
		return nil, fmt.Errorf("reading the server's issuers: %w", err)
	}
	id.servers = x509.NewCertPool()
	if !id.servers.AppendCertsFromPEM(anchors) {
		return nil, fmt.Errorf("%s holds no certificate", filepath.Join(dir, "server-ca.crt"))
	}
	return id, nil
}

func loadPair(dir, name string) (pair, error) {
	chain, err := readCertificates(filepath.Join(dir, name+".crt"))
	if err != nil {
		return pair{}, err
	}
	key, err := readKey(filepath.Join(dir, name+".key"))
	if err != nil {
		return pair{}, err
	}
	return pair{chain: chain, key: key}, nil
}

func readCertificates(path string) ([][]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading certificates: %w", err)
	}
	var chain [][]byte
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			chain = append(chain, block.Bytes)
		}
	}
	if len(chain) == 0 {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return chain, nil
}

func readKey(path string) (crypto.Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", path)
	}
	var key any
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the key of %s: %w", path, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("the key of %s cannot sign", path)
	}
	return signer, nil
}

// tlsConfig presents the authentication certificate; nobody's when there is none.
func (id *identity) tlsConfig() *tls.Config {
	config := &tls.Config{RootCAs: id.servers, MinVersion: tls.VersionTLS12}
	if len(id.auth.chain) > 0 {
		certificate := tls.Certificate{Certificate: id.auth.chain, PrivateKey: id.auth.key}
		// whatever the server says it would take, so that a wrong certificate is seen by it
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil }
	}
	return config
}

// newClient makes an HTTP client that connects so.
func newClient(config *tls.Config, timeout time.Duration) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	transport.MaxIdleConnsPerHost = 16
	transport.TLSClientConfig = config
	return &http.Client{Transport: transport, Timeout: timeout}
}

// xcn writes the holder as an author or legalAuthenticator (CI-SIS: XCN with the authority of national identifiers).
func (id *identity) xcn() string {
	return id.NameID + "^" + id.Family + "^" + id.Given + "^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
}

// xon writes the structure as authorInstitution.
func (id *identity) xon() string {
	return id.Structure.Name + "^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^" + id.Structure.ID
}

// specialty writes the roles as authorSpecialty.
func (id *identity) specialty() string {
	if len(id.Roles) == 0 {
		return ""
	}
	code, display := "G15_"+id.Roles[0].Code, id.Roles[0].Display
	if id.Roles[0].System == nonProfessional {
		return id.Roles[0].Code + "^" + display + "^" + nonProfessional
	}
	if len(id.Roles) > 1 {
		code += "/" + id.Roles[1].Code
	}
	return code + "^" + display + "^1.2.250.1.213.1.1.4.5"
}

// nonProfessional is the terminology of roles of those who are no health professionals (TRE_A00).
const nonProfessional = "1.2.250.1.213.1.1.4.6"

// bind makes what checks may say of an identity known as variables: ${NAME.nameID}.
func (id *identity) bind(sc *scope, name string) {
	for key, value := range map[string]string{
		"nameID": id.NameID, "structure": id.Structure.ID, "structureName": id.Structure.Name, "sector": id.Sector,
		"family": id.Family, "given": id.Given, "mode": id.Mode, "xcn": id.xcn(), "xon": id.xon(), "specialty": id.specialty(),
		"homologation": id.Software.Homologation, "authnContext": id.AuthnContext,
	} {
		sc.set(name+"."+key, value)
	}
	for key, p := range map[string]pair{"auth": id.auth, "sign": id.sign} {
		if len(p.chain) == 0 {
			continue
		}
		sc.set(name+"."+key, base64.StdEncoding.EncodeToString(p.chain[0]))
		sc.set(name+"."+key+"AndMore", base64.StdEncoding.EncodeToString(append(slices.Clone(p.chain[0]), 0)))
		if leaf, err := x509.ParseCertificate(p.chain[0]); err == nil {
			if subject, err := distinguishedName(leaf.RawSubject); err == nil {
				sc.set(name+"."+key+"Subject", subject)
			}
		}
	}
}

// identities are those that a target gives, and those that suites make of them.
type identities struct {
	byName map[string]*identity
	// fallback is who sends when a check does not say.
	fallback string
	pki      *authorities
}

// ownName is the name of the identity that was given alone.
const ownName = "own"

// loadIdentities reads the folders that the target names; nil when it names none.
func loadIdentities(target *Target) (*identities, error) {
	if target.PKI == "" && target.Identity == "" {
		return nil, nil
	}
	all := &identities{byName: map[string]*identity{}}
	if target.PKI != "" {
		folders, err := os.ReadDir(filepath.Join(target.PKI, "identities"))
		if err != nil {
			return nil, fmt.Errorf("listing the identities: %w", err)
		}
		for _, f := range folders {
			if all.byName[f.Name()], err = loadIdentity(filepath.Join(target.PKI, "identities", f.Name())); err != nil {
				return nil, fmt.Errorf("identity %s: %w", f.Name(), err)
			}
		}
		if all.pki, err = loadAuthorities(filepath.Join(target.PKI, "ca")); err != nil {
			return nil, err
		}
		all.fallback = "medecin"
	}
	if target.Identity != "" {
		own, err := loadIdentity(target.Identity)
		if err != nil {
			return nil, err
		}
		all.byName[ownName], all.fallback = own, ownName
	}
	if all.byName[all.fallback] == nil {
		return nil, fmt.Errorf("the folder holds no identity %q", all.fallback)
	}
	return all, nil
}

// within adds those that the suite of a scope made.
func (all *identities) within(sc *scope) *identities {
	more := *all
	more.byName = maps.Clone(all.byName)
	for at := sc; at != nil; at = at.parent {
		for name, id := range at.identities {
			more.byName[name] = id
		}
	}
	return &more
}

// pair gives one of two pairs by its words: sign or auth of who, NAME.sign or NAME.auth of another.
func (all *identities) pair(who *identity, words string) (*pair, error) {
	name, which, other := strings.Cut(words, ".")
	if !other {
		name, which = "", words
	}
	if name != "" {
		if who = all.byName[name]; who == nil {
			return nil, fmt.Errorf("no identity is called %q", name)
		}
	}
	switch which {
	case "sign":
		return &who.sign, nil
	case "auth":
		return &who.auth, nil
	}
	return nil, fmt.Errorf("%q is neither sign nor auth of an identity", words)
}

// keys gives the key that signs and the certificates that KeyInfo shows.
func (all *identities) keys(who *identity, note *SignatureNote) (*pair, [][]byte, error) {
	key, err := all.pair(who, orElse(note.Key, "sign"))
	if err != nil {
		return nil, nil, err
	}
	shown := Strings{orElse(note.Key, "sign")}
	if note.Certificate != nil {
		shown = *note.Certificate
	}
	var certificates [][]byte
	for _, words := range shown {
		p, err := all.pair(who, words)
		if err != nil {
			return nil, nil, err
		}
		if note.Chain {
			certificates = append(certificates, p.chain...)
		} else {
			certificates = append(certificates, p.chain[0])
		}
	}
	return key, certificates, nil
}
