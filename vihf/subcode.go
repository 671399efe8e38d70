package vihf

import (
	"liasse/internal/rule"
	"strings"
)

// The subcodes by which the DMP answers, as far as they are public; InvalidVIHF is this project's own.
const (
	InvalidVIHF        = "DMPInvalidVihf"
	InvalidCertificate = "DMPInvalidCertificate"
	AccessDenied       = "DMPAccessDeniedByRightsService"
)

// Subcode gives the DMP subcode that a fault on a rule of this package carries unless the configuration says otherwise,
// empty for rules of other packages.
func Subcode(r *rule.Rule) string {
	number, ours := strings.CutPrefix(r.ID, "VIHF-")
	switch {
	case !ours:
		return ""
	case number >= "010" && number < "040":
		return InvalidCertificate
	case r == rulePurpose || r == ruleReinforcedFeeds:
		return AccessDenied
	}
	return InvalidVIHF
}

// Subcode gives the DMP subcode that a fault on a rule carries, empty for none.
func (v *Verifier) Subcode(r *rule.Rule) string {
	if code, changed := v.cfg.SubCodes[r.ID]; changed {
		return code
	}
	return Subcode(r)
}
