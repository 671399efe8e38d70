package vihf

import (
	"context"
	"errors"
	"fmt"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/xmldsig"
)

// ReplayScope says which messages use a token up.
type ReplayScope string

// The scopes of the replay check.
const (
	// ReplayOff lets a token be used as often as its age allows.
	ReplayOff ReplayScope = "off"
	// ReplayWrites lets a token be used once for a message that writes.
	ReplayWrites ReplayScope = "writes"
	// ReplayAll lets a token be used once.
	ReplayAll ReplayScope = "all"
)

// Replay remembers the tokens that were used. It must decide between concurrent uses of one id, survive a restart, and be
// shared by all processes that serve one record.
type Replay interface {
	// UseToken marks the token as used and tells whether it is the first use. After expires the token is refused by its
	// age, and the memory of it may go.
	UseToken(ctx context.Context, id string, expires time.Time) (first bool, err error)
}

// Defaults of a Config.
const (
	DefaultMaxAge = time.Hour
	DefaultSkew   = 5 * time.Minute
)

// Config is what tokens are judged by.
type Config struct {
	// Trust decides on certificates that sign tokens; its usage is pki.TokenSigner.
	Trust *pki.Trust
	// MaxAge is how long after IssueInstant a token is accepted, Skew how far clocks may differ; where MaxAge is zero both
	// take the defaults.
	MaxAge, Skew time.Duration
	// Versions are the values of VIHF_Version that are accepted; empty for 2.0, 3.0 and 4.0.
	Versions []string
	// Homologations are the homologation numbers that are accepted; empty for any.
	Homologations []string
	// PatientAuthorities are the OIDs that patient identifiers may come from; empty for any.
	PatientAuthorities []string
	// Structures and Professionals are the directories; nil leaves out what needs them.
	Structures    *Structures
	Professionals *Professionals
	// ValueSets are the roles and sectors; nil takes those that come with the program.
	ValueSets *ValueSets
	// Replay remembers used tokens; it is needed unless ReplayScope is ReplayOff (also when empty).
	Replay      Replay
	ReplayScope ReplayScope
	// PeerChecks compares the holder of the token with that of the TLS connection.
	PeerChecks bool
	// SubCodes changes the DMP subcode of rules by id.
	SubCodes map[string]string
	// Now gives the time; nil means time.Now.
	Now func() time.Time
}

// Verifier judges tokens. It may be used by several goroutines at once.
type Verifier struct {
	cfg    Config
	policy *xmldsig.Policy
	known  signers
	// explaining bounds how many explanations are looked for at once.
	explaining chan struct{}
}

// New makes a Verifier.
func New(cfg Config) (*Verifier, error) {
	if cfg.Trust == nil {
		return nil, errors.New("judging tokens needs the certificates that are trusted to sign them")
	}
	if usage := cfg.Trust.Usage(); usage != pki.TokenSigner {
		return nil, fmt.Errorf("the trusted certificates are for the usage %s, not for signing tokens", usage)
	}
	return assemble(cfg)
}

// assemble makes a Verifier that trusts nobody where the configuration has no Trust.
func assemble(cfg Config) (*Verifier, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	policy := xmldsig.Strict()
	policy.AllowSHA1 = true // the rule VIHF-015 decides
	policy.MaxReferences = 1
	return &Verifier{cfg: cfg, policy: policy, explaining: make(chan struct{}, 1)}, nil
}

func (cfg *Config) check() error {
	switch cfg.ReplayScope {
	case "", ReplayOff:
	case ReplayWrites, ReplayAll:
		if cfg.Replay == nil {
			return fmt.Errorf("the replay scope %q needs a memory of used tokens", cfg.ReplayScope)
		}
	default:
		return fmt.Errorf("the replay scope is %q; it may be off, writes or all", cfg.ReplayScope)
	}
	if cfg.MaxAge < 0 || cfg.Skew < 0 {
		return errors.New("the age of tokens and the skew of clocks are not negative")
	}
	for id := range cfg.SubCodes {
		if rule.Lookup(id) == nil {
			return fmt.Errorf("no rule has the id %q that a subcode is given for", id)
		}
	}
	return nil
}

// complete fills what was left empty.
func (cfg *Config) complete() (err error) {
	if cfg.ReplayScope == "" {
		cfg.ReplayScope = ReplayOff
	}
	if cfg.MaxAge == 0 {
		cfg.MaxAge, cfg.Skew = DefaultMaxAge, DefaultSkew
	}
	if len(cfg.Versions) == 0 {
		cfg.Versions = []string{"2.0", "3.0", "4.0"}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ValueSets == nil {
		cfg.ValueSets, err = ShippedValueSets()
	}
	return err
}

// Request is a message whose token is judged.
type Request struct {
	// Envelope is the message, Security its wsse:Security block for this receiver, zero when it has none.
	Envelope *xmltree.Document
	Security xmltree.Node
	// Peer is the other end of the connection, nil when it is not known.
	Peer *pki.Peer
	// Transaction is the standard's name ("ITI-41"); Writes tells whether it changes the record.
	Transaction string
	Writes      bool
}

// Verify judges the token of a message and enters everything found in the report. It gives the caller, or nil when an error
// was found, which the report then has. The error returned is for what is not the sender's fault.
func (v *Verifier) Verify(ctx context.Context, r Request, report *rule.Report) (*Caller, error) {
	j := v.judgement(r, report)
	if err := j.judge(ctx, v.cfg.PeerChecks, v.cfg.ReplayScope); err != nil {
		return nil, err
	}
	if j.refused {
		return nil, nil
	}
	if !j.sound {
		return nil, errors.New("judging a token: it was not refused and its signature was not verified")
	}
	return j.caller, nil
}

// Judgement is what Judge says of a token.
type Judgement struct {
	// Claimed is what the token says, accepted or not; nil where no token could be singled out.
	Claimed *Caller
	// Accepted tells that nothing was found that refuses the token.
	Accepted bool
	// Attributes are all attributes as they are written, unknown ones among them.
	Attributes []Attribute
}

// Attribute is one attribute of a token as it is written. A coded value is given as code^codeSystem.
type Attribute struct {
	Name   string
	Values []string
}

// Judge judges a token without a connection: the document is a SOAP envelope, a wsse:Security block or an assertion. The
// TLS peer and replays are left out, everything else is as in Verify.
func (v *Verifier) Judge(ctx context.Context, doc *xmltree.Document, report *rule.Report) (*Judgement, error) {
	j := v.judgement(Request{Envelope: doc, Security: securityOf(doc)}, report)
	if err := j.judge(ctx, false, ReplayOff); err != nil {
		return nil, err
	}
	if j.assertion.IsZero() {
		return &Judgement{}, nil
	}
	return &Judgement{Claimed: j.caller, Accepted: j.sound && !j.refused, Attributes: attributesOf(j.assertion)}, nil
}

// Inspect judges a token as Judge does where nothing says which certificates are trusted: whether the signer is to be
// believed stays open, no directory is asked, and no token is accepted. The Trust of the configuration is not looked at.
func Inspect(ctx context.Context, cfg Config, doc *xmltree.Document, report *rule.Report) (*Judgement, error) {
	cfg.Trust = nil
	v, err := assemble(cfg)
	if err != nil {
		return nil, err
	}
	return v.Judge(ctx, doc, report)
}
