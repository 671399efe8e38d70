// Package dmp is what makes of an XDS registry and repository those of the French shared medical record (Dossier médical
// partagé) as far as trust goes: the identity token that every message carries (Authenticate), whose record it opens
// (Visible, Asked), and the signature of every lot of documents (Judge). A lot is signed by one document more than it has:
// a detached XML signature with a Manifest of the others (IHE DSG in its form of 2005, XAdES 1.1.1), which is judged by the
// rules LOT-, kept with the lot, and shown to nobody who reads the record.
package dmp

import (
	"errors"
	"runtime"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/vihf"
	"liasse/xmldsig"
)

// Bounds that apply when the configuration says nothing.
const (
	// DefaultMaxSigningAge is how old a lot's signature may be.
	DefaultMaxSigningAge = 31 * 24 * time.Hour
	// DefaultSkew is how far the clocks of source and server may differ.
	DefaultSkew = 5 * time.Minute
)

// Config is what a Profile needs.
type Config struct {
	// Verifier judges the identity tokens.
	Verifier *vihf.Verifier
	// LotTrust says whose certificates may sign lots.
	LotTrust *pki.Trust
	// Language of the reasons in faults: "en" or "fr".
	Language string
	// MaxSigningAge and Skew replace the defaults when they are not zero.
	MaxSigningAge, Skew time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Profile is the policy of the shared medical record over a registry and a repository.
type Profile struct {
	cfg     Config
	signing *xmldsig.Policy
	// large bounds how many long documents are held in memory at once, explaining how many explanations are looked for.
	large, explaining chan struct{}
}

// New makes a Profile; the error names what is wrong with the configuration.
func New(cfg Config) (*Profile, error) {
	switch {
	case cfg.Verifier == nil:
		return nil, errors.New("the profile dmp needs a verifier of identity tokens")
	case cfg.LotTrust == nil:
		return nil, errors.New("the profile dmp needs to know who may sign lots")
	}
	if cfg.MaxSigningAge == 0 {
		cfg.MaxSigningAge = DefaultMaxSigningAge
	}
	if cfg.Skew == 0 {
		cfg.Skew = DefaultSkew
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Profile{cfg: cfg, signing: signingPolicy(), large: make(chan struct{}, runtime.GOMAXPROCS(0)), explaining: make(chan struct{}, 1)}, nil
}

// signingPolicy is what a lot's signature may be made of. SHA-1 is let in here and is a matter of the rule LOT-034.
func signingPolicy() *xmldsig.Policy {
	p := xmldsig.Strict()
	p.AllowSHA1 = true
	p.MaxCertificates = 4 // the signer's own and its chain
	return p
}

func text(en, fr string) rule.Text { return rule.Text{EN: en, FR: fr} }
