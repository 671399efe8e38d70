package vihf

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"liasse/internal/rule"
)

// judgeReplay uses the token up where its scope asks for it. It comes last, so that a token which is refused is not used.
func (j *judgement) judgeReplay(ctx context.Context, scope ReplayScope) error {
	if scope == ReplayOff || scope == ReplayWrites && !j.request.Writes || !j.report.Applies(ruleReplay) {
		return nil
	}
	expires := j.caller.IssueInstant.Add(j.v.cfg.MaxAge + j.v.cfg.Skew)
	if soonest := j.now.Add(j.v.cfg.Skew); expires.Before(soonest) { // an old token, tolerated
		expires = j.now.Add(j.v.cfg.MaxAge + j.v.cfg.Skew)
	}
	first, err := j.v.cfg.Replay.UseToken(ctx, j.tokenKey(), expires)
	if err != nil {
		return fmt.Errorf("marking a token as used: %w", err)
	}
	if !first {
		j.add(rule.Finding{Rule: ruleReplay, Place: rule.At(j.assertion), Found: j.caller.AssertionID})
	}
	return nil
}

// tokenKey names a token in the memory of used ones: its ID within what its signer issued, so that nobody can use up
// another's tokens, in a form whose length does not depend on the sender.
func (j *judgement) tokenKey() string {
	h := sha256.New()
	h.Write(j.signer.certificate.RawSubject) // DER tells its own length
	h.Write([]byte(j.caller.AssertionID))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
