package dmp

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/xmldsig"
)

// TestLoweredRules: with every rule off that may be, a lot with a signature is accepted only where that signature verifies
// with the key of the certificate in it and signs its Manifest.
func TestLoweredRules(t *testing.T) {
	severities := make(map[string]rule.Severity)
	for _, r := range rule.All() {
		if strings.HasPrefix(r.ID, "LOT-") && !r.Firm && !r.Operational {
			severities[r.ID] = rule.Off
		}
	}
	b := newBench(t, profile(t, now), severities)
	for _, d := range allDamages() {
		t.Run(d.name, func(t *testing.T) {
			s := newSetting(t)
			if d.before != nil {
				d.before(s)
			}
			s.seal()
			if d.after != nil {
				d.after(s)
			}
			there := slices.ContainsFunc(s.signed.Submission.Documents, func(e *registry.DocumentEntry) bool { return e == s.signed.Entry })
			if there {
				s.contents[s.signed.Entry.ID] = s.signed.Signature
			}
			found := b.judge(t, s.caller, s.peer, s.signed.Submission, s.contents)
			if !there || found.Failed() {
				return
			}
			if err := verifies(s.signed.Signature); err != nil {
				t.Errorf("accepted, and %v", err)
			}
		})
	}
}

// verifies verifies a signature by itself.
func verifies(src []byte) error {
	doc, err := xmltree.Parse(src, signatureLimits)
	if err != nil {
		return err
	}
	s, err := xmldsig.Read(doc.Root(), signingPolicy())
	if err != nil {
		return err
	}
	for _, der := range s.Certificates {
		signer, err := pki.ParseCertificate(der)
		if err != nil {
			return err
		}
		if err = s.Verify(signer.PublicKey, xmldsig.CollectIDs(doc)); err == nil {
			break
		}
	}
	for i := range s.References {
		if s.References[i].Type == xmldsig.TypeManifest && s.References[i].Target.Is(xmldsig.Namespace, "Manifest") {
			return nil
		}
	}
	return errNotSigned
}

var errNotSigned = errors.New("the Manifest is not signed")
