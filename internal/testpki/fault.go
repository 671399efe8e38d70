package testpki

import (
	"fmt"
	"time"
)

// fault is one way in which both certificates of an identity are bad. The holder is the same person as that of medecin, so
// that the certificates of both can be mixed.
type fault struct {
	name string
	// authority issues; the authority of persons when empty.
	authority string
	// change changes the profile of a good certificate.
	change func(m *maker, p *Profile)
	// spoil changes the pair after it was issued.
	spoil func(m *maker, auth, sign *Credential)
}

// FaultPrefix begins the names of identities with a fault.
const FaultPrefix = "faute-"

// faults are those of certificates. The name of the identity is "faute-" and the name of the fault; the identity
// "faute-jeton-" and the name has the good authentication certificate of medecin and the bad signature certificate.
var faults = []fault{
	{name: "revoquee", spoil: func(m *maker, auth, sign *Credential) { m.revoke(auth, sign) }},
	{name: "expiree", change: func(m *maker, p *Profile) {
		p.NotBefore, p.NotAfter = m.now.AddDate(-3, 0, 0), m.now.AddDate(0, 0, -1)
	}},
	{name: "future", change: func(m *maker, p *Profile) { p.NotBefore = m.now.AddDate(0, 1, 0) }},
	{name: "cle-courte", change: func(m *maker, p *Profile) { p.Key = m.keys.short }},
	{name: "production", change: func(_ *maker, p *Profile) { p.Category = CategoryCard }},
	{name: "inconnue", authority: Foreign},
	{name: "homonyme", authority: Homonym},
	{name: "sans-intermediaire", authority: Unlisted, spoil: func(_ *maker, auth, sign *Credential) {
		auth.Chain, sign.Chain = nil, nil
	}},
	{name: "sans-crl", authority: Unlisted},
	{name: "ca", change: func(_ *maker, p *Profile) { p.CA, p.PathLength = true, -1 }},
	{name: "sha1", change: func(_ *maker, p *Profile) { p.SHA1 = true }},
	{name: "usage", spoil: func(_ *maker, auth, sign *Credential) { *auth, *sign = *sign, *auth }},
}

// faultyIdentities makes the identities whose certificates are bad, with the good authentication certificate for those that
// are bad in their token only.
func (m *maker) faultyIdentities(good *Credential) error {
	who := direct("", martin, practice, physician, generalPractitioner)
	for _, f := range faults {
		auth, sign, err := m.faulty(f)
		if err != nil {
			return fmt.Errorf("making the fault %s: %w", f.name, err)
		}
		if err := m.writeIdentity(who.named(FaultPrefix+f.name), auth, sign); err != nil {
			return err
		}
		if err := m.writeIdentity(who.named(FaultPrefix+"jeton-"+f.name), good, sign); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) faulty(f fault) (auth, sign *Credential, err error) {
	authority := m.authorities[Persons]
	if f.authority != "" {
		authority = m.authorities[f.authority]
	}
	pair := [2]*Credential{}
	profiles := [2]Profile{
		martin.Authentication(m.keys.auth, m.from, m.to),
		martin.Signature(m.keys.sign, m.from, m.to),
	}
	for i := range pair {
		if f.change != nil {
			f.change(m, &profiles[i])
		}
		if pair[i], err = Issue(authority, profiles[i]); err != nil {
			return nil, nil, err
		}
	}
	if f.spoil != nil {
		f.spoil(m, pair[0], pair[1])
	}
	return pair[0], pair[1], nil
}

// foreignPairs makes the identities that mix certificates that are good each for itself.
func (m *maker) foreignPairs(good map[string][2]*Credential) error {
	who := direct("", martin, practice, physician, generalPractitioner)
	if err := m.writeIdentity(who.named("faute-porteur"), good["medecin"][0], good["autre-medecin"][1]); err != nil {
		return err
	}
	return m.writeIdentity(who.named("faute-serveur"), m.server, good["medecin"][1])
}

func (c character) named(name string) Identity {
	c.identity.Name = name
	return c.identity
}

// validity is that of the certificates of organisations of IGC-Santé: three years and a month.
func validity(now time.Time) (from, to time.Time) {
	return now.Add(-24 * time.Hour), now.AddDate(3, 1, 0)
}
