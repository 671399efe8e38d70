package vihf_test

import (
	"testing"
	"time"

	"liasse/vihf"
)

// TestClockEdges moves the server's clock to both sides of every bound, a second and less apart.
func TestClockEdges(t *testing.T) {
	issued := now
	for _, tt := range []struct {
		name     string
		claims   func(*vihf.Claims)
		at       time.Duration // of the server's clock after IssueInstant
		accepted bool
	}{
		{"as old as may be", nil, time.Hour, true},
		{"a millisecond older", nil, time.Hour + time.Millisecond, false},
		{"as far ahead as may be", nil, -5 * time.Minute, true},
		{"a millisecond farther", nil, -5*time.Minute - time.Millisecond, false},
		{"NotBefore within the skew", func(c *vihf.Claims) { c.NotBefore = issued.Add(5 * time.Minute) }, 0, true},
		{"NotBefore a second beyond", func(c *vihf.Claims) { c.NotBefore = issued.Add(5*time.Minute + time.Second) }, 0, false},
		{"NotOnOrAfter within the skew", func(c *vihf.Claims) { c.NotOnOrAfter = issued.Add(10 * time.Minute) }, 15*time.Minute - time.Second, true},
		{"NotOnOrAfter at the bound", func(c *vihf.Claims) { c.NotOnOrAfter = issued.Add(10 * time.Minute) }, 15 * time.Minute, false},
		{"login as late as may be", func(c *vihf.Claims) { c.AuthnInstant = issued.Add(5 * time.Minute) }, 0, true},
		{"login a millisecond later", func(c *vihf.Claims) { c.AuthnInstant = issued.Add(5*time.Minute + time.Millisecond) }, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := verifier(t, func(c *vihf.Config) { c.Now = func() time.Time { return issued.Add(tt.at) } })
			token := issue(t, "medecin", func(c *vihf.Claims) {
				c.Now, c.AuthnInstant = issued, issued
				if tt.claims != nil {
					tt.claims(c)
				}
			})
			if caller, findings := verify(t, v, request(t, sealed(token))); (caller != nil) != tt.accepted {
				t.Errorf("caller %v%s", caller, sentences(findings))
			}
		})
	}
}

// TestSkewMayBeNothing: a configuration that names an age and no skew means it.
func TestSkewMayBeNothing(t *testing.T) {
	v := verifier(t, func(c *vihf.Config) { c.MaxAge = time.Minute })
	token := issue(t, "medecin", func(c *vihf.Claims) { c.Now = now.Add(time.Millisecond) })
	if caller, _ := verify(t, v, request(t, sealed(token))); caller != nil {
		t.Error("a token of the future was accepted")
	}
}
