package server

import (
	"errors"
	"fmt"
	"time"

	"liasse/dmp"
	"liasse/internal/rule"
	"liasse/registry"
	"liasse/vihf"
)

// Judging is what a server of the configuration judges messages by, for judging them where no server runs.
type Judging struct {
	// Verifier and Profile are nil in profile xds.
	Verifier *vihf.Verifier
	Profile  *dmp.Profile
	Rules    *rule.Policy
	Affinity registry.Affinity
	// Language of findings, and the repositoryUniqueId.
	Language, RepositoryID string
}

// Judging opens what the configuration names of trust and directories, once: it watches no file. now gives the time that
// tokens and signatures are held to; nil means time.Now. Who is at the other end of a connection, and whether a token was
// used before, is not judged.
func (c *Config) Judging(now func() time.Time) (*Judging, error) {
	j := &Judging{Language: c.Language, RepositoryID: c.Repository.UniqueID}
	var err error
	if j.Rules, err = c.policy(); err != nil {
		return nil, err
	}
	if j.Affinity, err = c.affinity(); err != nil {
		return nil, err
	}
	if c.Profile != ProfileDMP {
		return j, nil
	}
	alone := *c
	alone.TLS, alone.Proxy = TLSOff, ProxyConfig{}
	trusts, err := openTrusts(&alone)
	if err != nil {
		return nil, err
	}
	tokens := vihf.Config{
		Trust: trusts.token, MaxAge: time.Duration(c.VIHF.MaxAge), Skew: time.Duration(c.VIHF.Skew), Versions: c.VIHF.Versions,
		Homologations: c.VIHF.Homologations, PatientAuthorities: c.Affinity.AssigningAuthorities, SubCodes: c.VIHF.Subcodes, Now: now,
	}
	var faults []error
	if path := c.VIHF.Structures; path != "" {
		if tokens.Structures, err = vihf.LoadStructures(path); err != nil {
			faults = append(faults, fmt.Errorf("vihf.structures: %w", err))
		}
	}
	if path := c.VIHF.Professionals; path != "" {
		if tokens.Professionals, err = vihf.LoadProfessionals(path); err != nil {
			faults = append(faults, fmt.Errorf("vihf.professionals: %w", err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if j.Verifier, err = vihf.New(tokens); err != nil {
		return nil, fmt.Errorf("making the verifier of identity tokens: %w", err)
	}
	if j.Profile, err = dmp.New(dmp.Config{Verifier: j.Verifier, LotTrust: trusts.lot, Language: c.Language, Now: now}); err != nil {
		return nil, fmt.Errorf("making profile dmp: %w", err)
	}
	return j, nil
}
