// Package testpki makes a public key infrastructure for tests, shaped as the test realm of IGC-Santé: authorities, CRLs, a
// server's certificate, identities good and bad with what a VIHF needs to know of them, directories, and the configuration
// that trusts all this. Its keys are made for the occasion and protect nothing.
package testpki

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Options of Make.
type Options struct {
	// Hosts are names and addresses of the server beside localhost, 127.0.0.1 and ::1.
	Hosts []string
	// Now is when everything is made; the present when zero.
	Now time.Time
	// Force replaces a test PKI that is there.
	Force bool
}

// Result is what Make made. Paths begin with the folder given.
type Result struct {
	Dir, Config               string
	Server                    *Credential
	ServerCert, ServerKey     string
	RootCert                  string
	Structures, Professionals string
	// Identities are the names of the folders below identities, good ones first.
	Identities  []string
	Authorities map[string]*Authority
}

// ErrExists means that the folder holds something already.
var ErrExists = errors.New("the folder holds something already")

// Make makes a test PKI in a folder that is new or empty.
func Make(dir string, opt Options) (*Result, error) {
	if err := prepare(dir, opt.Force); err != nil {
		return nil, fmt.Errorf("making a test PKI: %w", err)
	}
	m := &maker{dir: dir, now: opt.Now, authorities: make(map[string]*Authority)}
	if m.now.IsZero() {
		m.now = time.Now()
	}
	m.now = m.now.UTC().Truncate(time.Second)
	m.from, m.to = validity(m.now)
	if err := m.make(opt.Hosts); err != nil {
		return nil, fmt.Errorf("making a test PKI: %w", err)
	}
	return &Result{
		Dir: dir, Config: filepath.Join(dir, "liasse.toml"),
		ServerCert: filepath.Join(dir, "server", "server.crt"), ServerKey: filepath.Join(dir, "server", "server.key"),
		RootCert:   filepath.Join(dir, "trust", "roots", "root.crt"),
		Structures: filepath.Join(dir, "directories", "structures.tsv"), Professionals: filepath.Join(dir, "directories", "professionals.tsv"),
		Identities: m.identities, Authorities: m.authorities, Server: m.server,
	}, nil
}

// made are the names that Make makes in its folder.
var made = []string{"ca", "trust", "server", "identities", "directories", "liasse.toml"}

// prepare sees to it that nothing is overwritten but an earlier test PKI, and that only when asked to.
func prepare(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking into the folder: %w", err)
	}
	if !force {
		return fmt.Errorf("%s: %w", dir, ErrExists)
	}
	earlier, err := OpenAuthority(dir, Root)
	if err != nil || earlier.Certificate.Subject.CommonName != authorityNames[Root] {
		return fmt.Errorf("%s: %w, and it is not a test PKI", dir, ErrExists)
	}
	for _, name := range made {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("removing an earlier test PKI: %w", err)
		}
	}
	return nil
}

// maker makes one test PKI.
type maker struct {
	dir           string
	now, from, to time.Time
	keys          keyRing
	authorities   map[string]*Authority
	server        *Credential
	revoked       []x509.RevocationListEntry
	identities    []string
}

func (m *maker) make(hosts []string) error {
	if err := m.makeKeys(); err != nil {
		return err
	}
	for _, step := range []func() error{m.makeAuthorities, func() error { return m.makeServer(hosts) }, m.makeIdentities, m.writeTrust, m.writeDirectories, m.writeConfig} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) makeAuthorities() error {
	root, err := NewAuthority(Root, nil, AuthorityProfile(authorityNames[Root], m.keys.take(), m.now.AddDate(-1, 0, 0), m.now.AddDate(20, 0, 0)))
	if err != nil {
		return err
	}
	foreign, err := NewAuthority(Foreign, nil, AuthorityProfile(authorityNames[Foreign], m.keys.take(), m.now.AddDate(-1, 0, 0), m.now.AddDate(20, 0, 0)))
	if err != nil {
		return err
	}
	m.authorities[Root], m.authorities[Foreign] = root, foreign
	for _, name := range []string{Persons, Organisations, Servers, Unlisted, Homonym} {
		above, key := root, foreign.Key
		if name == Homonym {
			above = foreign
		}
		if slices.Contains(listedAuthorities, name) {
			key = m.keys.take()
		}
		if m.authorities[name], err = NewAuthority(name, above, AuthorityProfile(authorityNames[name], key, m.now.AddDate(-1, 0, 0), m.now.AddDate(10, 0, 0))); err != nil {
			return err
		}
	}
	for name, a := range m.authorities {
		if err := a.Write(filepath.Join(m.dir, "ca"), name); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) makeServer(hosts []string) error {
	all := []string{"localhost", "127.0.0.1", "::1"}
	for _, h := range hosts {
		if !slices.Contains(all, h) {
			all = append(all, h)
		}
	}
	var err error
	m.server, err = Issue(m.authorities[Servers], ServerProfile(m.keys.take(), m.from, m.to, all...))
	if err != nil {
		return err
	}
	return m.server.Write(filepath.Join(m.dir, "server"), "server")
}

func (m *maker) makeIdentities() error {
	good := make(map[string][2]*Credential)
	for _, c := range cast() {
		authority := m.authorities[Persons]
		if c.holder.isOrganisation() {
			authority = m.authorities[Organisations]
		}
		auth, err := Issue(authority, c.holder.Authentication(m.keys.forAuthentication(c.identity.Name), m.from, m.to))
		if err != nil {
			return err
		}
		sign, err := Issue(authority, c.holder.Signature(m.keys.forSignature(c.identity.Name), m.from, m.to))
		if err != nil {
			return err
		}
		good[c.identity.Name] = [2]*Credential{auth, sign}
		if err := m.writeIdentity(c.identity, auth, sign); err != nil {
			return err
		}
	}
	if err := m.faultyIdentities(good["medecin"][0]); err != nil {
		return err
	}
	return m.foreignPairs(good)
}

func (m *maker) writeIdentity(i Identity, auth, sign *Credential) error {
	dir := filepath.Join(m.dir, "identities", i.Name)
	m.identities = append(m.identities, i.Name)
	return errors.Join(
		i.write(dir),
		auth.Write(dir, "auth"),
		sign.Write(dir, "sign"),
		writeCertificates(filepath.Join(dir, "server-ca.crt"), m.authorities[Root].Certificate),
	)
}

func (m *maker) revoke(all ...*Credential) {
	for _, c := range all {
		m.revoked = append(m.revoked, revokedEntry(c.Certificate, m.now))
	}
}

// writeTrust writes what is believed: the root, the intermediates and their CRLs, which last as long as the certificates.
func (m *maker) writeTrust() error {
	trust := filepath.Join(m.dir, "trust")
	for _, name := range listedAuthorities {
		a := m.authorities[name]
		folder := "intermediates"
		if name == Root {
			folder = "roots"
		}
		if err := writeCertificates(filepath.Join(trust, folder, name+".crt"), a.Certificate); err != nil {
			return err
		}
		list := CRL{Number: 1, ThisUpdate: m.from, NextUpdate: m.to}
		if name == Persons {
			list.Revoked = m.revoked
		}
		der, err := a.IssueCRL(list)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(trust, "crls", name+".crl"), pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}), 0o644); err != nil {
			return err
		}
	}
	return nil
}
