package dmp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
	"liasse/vihf"
)

// memoryOf is a memory of used tokens that fails.
type memoryOf struct{ err error }

func (m memoryOf) UseToken(context.Context, string, time.Time) (bool, error) {
	return m.err == nil, m.err
}

// request makes a message with a token.
func request(t *testing.T, name, transaction string, claims vihf.Claims) *soap.Request {
	t.Helper()
	claims.Now = now
	if claims.Patient == "" {
		claims.Patient = patientCX
	}
	token, err := identity(t, name).Issue(claims)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := xmltree.Parse([]byte(`<e:Envelope xmlns:e="`+soap.EnvelopeNamespace+`"><e:Header>`+string(vihf.Security(token))+`</e:Header><e:Body/></e:Envelope>`), xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	return &soap.Request{Transaction: &soap.Transaction{Name: transaction}, Envelope: doc, Report: &rule.Report{},
		Header: soap.Header{Security: doc.Root().FirstElement().FirstElement()}}
}

// TestAuthenticate: an accepted token makes the caller, a refused one a fault with the DMP's subcode before that of
// WS-Security.
func TestAuthenticate(t *testing.T) {
	p := profile(t, now)
	ctx, err := p.Authenticate(t.Context(), request(t, "medecin", "ITI-18", vihf.Claims{}))
	if err != nil {
		t.Fatal(err)
	}
	if c := vihf.CallerOf(ctx); c == nil || c.Patient.ID != patientID || c.Mode != vihf.Direct {
		t.Errorf("the caller is %+v", c)
	}
	for _, c := range []struct {
		name, transaction, first, second string
		claims                           vihf.Claims
	}{
		{"medecin", "ITI-18", vihf.InvalidCertificate, "FailedCheck", vihf.Claims{Unsigned: true}},
		{"faute-usage", "ITI-18", vihf.InvalidCertificate, "InvalidSecurityToken", vihf.Claims{}},
		{"etablissement-air", "ITI-41", vihf.AccessDenied, "FailedAuthentication", vihf.Claims{}},
	} {
		_, err := p.Authenticate(t.Context(), request(t, c.name, c.transaction, c.claims))
		var fault *soap.Fault
		if !errors.As(err, &fault) || fault.Code != soap.Sender || len(fault.Subcodes) != 2 {
			t.Errorf("%s: %+v", c.name, err)
			continue
		}
		if fault.Subcodes[0] != (soap.QName{Space: soap.EnvelopeNamespace, Local: c.first}) || fault.Subcodes[1] != (soap.QName{Space: soap.SecurityNamespace, Local: c.second}) {
			t.Errorf("%s: the subcodes are %v, want %s and %s", c.name, fault.Subcodes, c.first, c.second)
		}
	}
}

// TestAuthenticateOutage: while the memory of used tokens cannot answer, nobody is let in, and the sender is told to try
// again.
func TestAuthenticateOutage(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
	}{{nil, 0}, {registry.ErrBusy, 503}, {registry.ErrUnavailable, 503}, {registry.ErrOutcomeUnknown, 503}, {errors.New("on fire"), -1}} {
		verifier, err := vihf.New(vihf.Config{Trust: trust(t, pki.TokenSigner, pki.RealmTest, now), Now: func() time.Time { return now },
			Replay: memoryOf{c.err}, ReplayScope: vihf.ReplayAll})
		if err != nil {
			t.Fatal(err)
		}
		p := profile(t, now)
		p.cfg.Verifier = verifier
		ctx, err := p.Authenticate(t.Context(), request(t, "medecin", "ITI-18", vihf.Claims{ID: fmt.Sprintf("_%v", c.status)}))
		var fault *soap.Fault
		switch {
		case c.err == nil:
			if err != nil || vihf.CallerOf(ctx) == nil {
				t.Errorf("a first use: %v", err)
			}
		case c.status < 0:
			if errors.As(err, &fault) || !errors.Is(err, c.err) {
				t.Errorf("an unknown failure: %v", err)
			}
		case !errors.As(err, &fault) || fault.Code != soap.Receiver || fault.Status != http.StatusServiceUnavailable || fault.RetryAfter == 0:
			t.Errorf("%v: %+v", c.err, err)
		}
	}
}
