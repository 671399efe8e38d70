package vihf_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liasse/internal/rule"
	"liasse/vihf"
)

// memory remembers used tokens as long as the process runs.
type memory struct {
	mu   sync.Mutex
	used map[string]time.Time
}

func (m *memory) UseToken(_ context.Context, id string, expires time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.used[id]; there {
		return false, nil
	}
	if m.used == nil {
		m.used = make(map[string]time.Time)
	}
	m.used[id] = expires
	return true, nil
}

// TestOneOfAHundredWins uses one token a hundred times at once.
func TestOneOfAHundredWins(t *testing.T) {
	v := verifier(t, func(c *vihf.Config) { c.Replay, c.ReplayScope = &memory{}, vihf.ReplayWrites })
	message := sealed(issue(t, "medecin"))
	var accepted, refused atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		r := request(t, message)
		r.Writes = true
		all.Go(func() {
			var report rule.Report
			caller, err := v.Verify(context.Background(), r, &report)
			switch {
			case err != nil:
				t.Error(err)
			case caller != nil:
				accepted.Add(1)
			case len(report.Findings) == 1 && report.Findings[0].Rule.ID == "VIHF-112":
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if accepted.Load() != 1 || refused.Load() != 99 {
		t.Errorf("%d accepted, %d refused as used", accepted.Load(), refused.Load())
	}
}

func TestReplayScopes(t *testing.T) {
	for _, tt := range []struct {
		scope         vihf.ReplayScope
		reads, writes int // how many of two are accepted
	}{{vihf.ReplayOff, 2, 2}, {vihf.ReplayWrites, 2, 1}, {vihf.ReplayAll, 1, 1}} {
		for _, writes := range []bool{false, true} {
			v := verifier(t, func(c *vihf.Config) { c.Replay, c.ReplayScope = &memory{}, tt.scope })
			token := issue(t, "medecin")
			accepted := 0
			for _, body := range []string{sealed(token), sealed(append(token, "<!-- another message -->"...))} {
				r := request(t, body)
				r.Writes = writes
				if caller, _ := verify(t, v, r); caller != nil {
					accepted++
				}
			}
			want := tt.reads
			if writes {
				want = tt.writes
			}
			if accepted != want {
				t.Errorf("scope %s, writes %v: %d of 2 accepted", tt.scope, writes, accepted)
			}
		}
	}
}

// TestARefusedTokenIsNotUsed: what is wrong with a message can be mended, and the token sent again.
func TestARefusedTokenIsNotUsed(t *testing.T) {
	used := &memory{}
	v := verifier(t, func(c *vihf.Config) { c.Replay, c.ReplayScope = used, vihf.ReplayAll })
	r := request(t, sealed(issue(t, "medecin")))
	r.Peer = peerOf(t, "autre-medecin")
	if caller, _ := verify(t, v, r); caller != nil || len(used.used) > 0 {
		t.Errorf("caller %v, %d tokens used", caller, len(used.used))
	}
}

// TestTokensExpireFromMemory: a token is remembered as long as its age lets it be used, and no ID of a sender's choice is.
func TestTokensExpireFromMemory(t *testing.T) {
	used := &memory{}
	v := verifier(t, func(c *vihf.Config) { c.Replay, c.ReplayScope = used, vihf.ReplayAll })
	for _, who := range []string{"medecin", "autre-medecin"} { // the same ID of two signers is two tokens
		if caller, findings := verify(t, v, request(t, sealed(issue(t, who, func(c *vihf.Claims) { c.ID = "_same" })))); caller == nil {
			t.Fatal(sentences(findings))
		}
	}
	if len(used.used) != 2 {
		t.Errorf("%d tokens are remembered", len(used.used))
	}
	for id, expires := range used.used {
		if last := now.Add(-time.Minute + time.Hour); expires.Before(last) || expires.After(last.Add(10*time.Minute)) || len(id) != 43 {
			t.Errorf("%q is remembered until %s", id, expires)
		}
	}
}

type broken struct{}

func (broken) UseToken(context.Context, string, time.Time) (bool, error) {
	return false, errors.New("the store is away")
}

// TestAMemoryThatFails: what the server cannot check is no fault of the sender, and nobody gets in.
func TestAMemoryThatFails(t *testing.T) {
	v := verifier(t, func(c *vihf.Config) { c.Replay, c.ReplayScope = broken{}, vihf.ReplayAll })
	var report rule.Report
	caller, err := v.Verify(context.Background(), request(t, sealed(issue(t, "medecin"))), &report)
	if caller != nil || err == nil || len(report.Findings) > 0 {
		t.Errorf("caller %v, error %v, %s", caller, err, sentences(report.Findings))
	}
}
