package pki

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultMinRSABits is the smallest RSA modulus accepted (RGS annex B1: 2048 until 2030).
const DefaultMinRSABits = 2048

// maxRSABits bounds what a verification may cost.
const maxRSABits = 8192

// Config says what is trusted for one usage in one realm.
type Config struct {
	Usage Usage
	Realm Realm
	// Anchors, Intermediates and CRLs are files or folders of files, PEM or DER. A folder is read without its subfolders
	// and without files whose name begins with a dot.
	Anchors, Intermediates, CRLs []string
	// RequireCRL refuses a certificate when no current CRL of its issuer is there. Without it CRLs still revoke.
	RequireCRL bool
	// CRLGrace is how long after its nextUpdate a CRL is still believed.
	CRLGrace time.Duration
	// MinRSABits is DefaultMinRSABits when 0.
	MinRSABits int
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Trust decides about the certificates of one usage. It is safe for concurrent use: a reload replaces everything it believes
// at once, and a verification under way ends with what it began with.
type Trust struct {
	cfg     Config
	state   atomic.Pointer[material]
	reload  sync.Mutex
	pending fingerprint // of the files of a reload that failed; guarded by reload
	failure error       // what that reload failed with; guarded by reload
}

// Open reads everything that the configuration names.
func Open(cfg Config) (*Trust, error) {
	if cfg.Usage < TLSClient || cfg.Usage > TLSServer {
		return nil, fmt.Errorf("opening a trust: %s is not known", cfg.Usage)
	}
	if _, err := ParseRealm(string(cfg.Realm)); err != nil {
		return nil, fmt.Errorf("opening the trust of the %s: %w", cfg.Usage, err)
	}
	if len(cfg.Anchors) == 0 {
		return nil, fmt.Errorf("opening the trust of the %s: no trust anchors are named", cfg.Usage)
	}
	if cfg.MinRSABits == 0 {
		cfg.MinRSABits = DefaultMinRSABits
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	t := &Trust{cfg: cfg}
	m, err := t.load()
	if err != nil {
		return nil, fmt.Errorf("opening the trust of the %s: %w", cfg.Usage, err)
	}
	t.state.Store(m)
	return t, nil
}

// Usage is what the trust decides about.
func (t *Trust) Usage() Usage { return t.cfg.Usage }

// Realm is the realm that the trust accepts.
func (t *Trust) Realm() Realm { return t.cfg.Realm }

// Anchors gives the trust anchors, for the list of acceptable issuers in a handshake.
func (t *Trust) Anchors() []*x509.Certificate { return t.state.Load().anchors }

// Reload reads the files again when one of them changed. When that fails what was believed before stays, and the error is
// given on every call until the files are mended.
func (t *Trust) Reload() (changed bool, err error) {
	t.reload.Lock()
	defer t.reload.Unlock()
	old := t.state.Load()
	print, err := t.fingerprint()
	if err != nil {
		return false, fmt.Errorf("looking at the trust of the %s: %w", t.cfg.Usage, err)
	}
	if print.settledAs(old.files) {
		t.failure = nil
		return false, nil
	}
	if t.failure != nil && print.settledAs(t.pending) {
		return false, t.failure
	}
	m, err := t.load()
	if err != nil {
		t.pending, t.failure = print, fmt.Errorf("reloading the trust of the %s: %w", t.cfg.Usage, err)
		return false, t.failure
	}
	t.failure = nil
	if m.digest == old.digest { // touched, not changed: what was verified stays verified
		kept := *old
		kept.files = m.files
		t.state.Store(&kept)
		return false, nil
	}
	t.state.Store(m)
	return true, nil
}

// Watch reloads at the interval until the context ends, and calls failed when that does not succeed: once for each new
// failure, and with nil when files that failed are mended. It is run in a goroutine of its caller's.
func (t *Trust) Watch(ctx context.Context, every time.Duration, failed func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var last string
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		_, err := t.Reload()
		if said := sayError(err); said != last {
			last = said
			if failed != nil {
				failed(err)
			}
		}
	}
}

func sayError(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
