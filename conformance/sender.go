package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// sender is who sends one message: nobody in particular (nil) when the target has no identities.
type sender struct {
	who *identity // nil for the identity none
	all *identities
	now time.Time
}

// nobody is the identity of a message without certificate and token.
const nobody = "none"

// sender finds out who sends a message, and makes what its tokens say known as ${me.…}.
func (r *run) sender(sc *scope, s *Send) (*sender, error) {
	if r.identities == nil {
		return nil, nil
	}
	name := orElse(s.Identity, orElse(sc.from(), r.identities.fallback))
	from := &sender{all: r.identities.within(sc), now: time.Now()}
	if name == nobody {
		return from, nil
	}
	from.who = from.all.byName[name]
	if from.who == nil {
		return nil, fmt.Errorf("no identity is called %q", name)
	}
	from.who.bind(sc, "me")
	return from, nil
}

// secure puts the token of the message into its envelope.
func (f *sender) secure(sc *scope, s *Send, root *etree.Element) error {
	note := s.VIHF
	if f == nil || note == nil && f.who == nil || note != nil && note.None {
		return nil
	}
	if note == nil {
		note = &VIHF{}
	}
	who := f.who
	if note.Identity != "" {
		if who = f.all.byName[note.Identity]; who == nil {
			return fmt.Errorf("no identity is called %q", note.Identity)
		}
	}
	if who == nil && note.Reuse == "" {
		return errors.New("a token without a sender says whose it is")
	}
	patient, err := s.subject(sc)
	if err != nil {
		return err
	}
	t := &token{scope: sc, note: note, who: who, all: f.all, patient: patient, now: f.now}
	return t.place(root)
}

// subject is the patient that a message is about: the one its token names, that of the lot or the query, of the first
// document asked for, else the run's own. A target without patients gets one that nobody knows.
func (s *Send) subject(sc *scope) (string, error) {
	reference := ""
	switch {
	case s.VIHF != nil && s.VIHF.Patient != "":
		reference = s.VIHF.Patient
	case s.lot() != nil:
		reference = s.lot().Patient
	case s.Query != nil && len(s.Query.Patient) > 0:
		reference = s.Query.Patient[0]
	case s.MultiPatient != nil && len(s.MultiPatient.Patient) > 0:
		reference = s.MultiPatient.Patient[0]
	case s.Retrieve != nil:
		for _, d := range *s.Retrieve {
			if kept := sc.document(d.Document); kept != nil {
				return kept.patient, nil
			}
		}
	case s.Query != nil:
		if about := s.Query.about(sc); about != "" {
			return about, nil
		}
	}
	if reference == "" && sc.get("patient") == "" {
		reference = "${ins:nobody}"
	}
	return sc.patientID(reference)
}

// about guesses the patient of a query by ids from what was submitted under them.
func (q *Query) about(sc *scope) string {
	for _, p := range q.Params {
		for _, values := range p.Slots {
			for _, value := range values {
				expanded, err := sc.expand(value)
				if err != nil {
					continue
				}
				for _, id := range strings.FieldsFunc(expanded, func(c rune) bool { return strings.ContainsRune("(),'", c) }) {
					if cx := sc.patientOf(id); cx != "" {
						return cx
					}
				}
			}
		}
	}
	return ""
}

// makeIdentities makes those of a suite. One that needs the keys of authorities is left out where there are none.
func (r *run) makeIdentities(sc *scope, notes map[string]IdentityNote) error {
	if r.identities == nil {
		return nil
	}
	for _, name := range sortedKeys(notes) {
		note := notes[name]
		if r.identities.pki == nil && !note.possibleWithout(r.identities) {
			continue
		}
		made, err := r.identities.make(&note)
		if err != nil {
			return fmt.Errorf("making the identity %s: %w", name, err)
		}
		sc.identities[name] = made
		made.bind(sc, name)
	}
	return nil
}

func (n *IdentityNote) possibleWithout(all *identities) bool {
	for _, c := range []*CertificateNote{n.Auth, n.Sign} {
		if c != nil && c.Issuer != "self" && c.Issuer != "stranger" {
			return false
		}
	}
	return n.Like == "" || all.byName[n.Like] != nil
}

// lacksIdentity names an identity that a check speaks of and the target does not have; empty when it has all.
func (r *run) lacksIdentity(sc *scope, c *Check) string {
	if r.identities == nil {
		return ""
	}
	all := r.identities.within(sc)
	for _, s := range slices.Concat(c.Given, []Step{c.Step}, c.Then) {
		for _, name := range s.Send.identities() {
			if name != "" && name != nobody && all.byName[name] == nil {
				return name
			}
		}
	}
	if name := sc.from(); name != "" && name != nobody && all.byName[name] == nil {
		return name
	}
	return ""
}

// identities lists those that a message speaks of.
func (s *Send) identities() []string {
	names := []string{s.Identity}
	ofSignature := func(n *SignatureNote) {
		if n == nil {
			return
		}
		words := []string{n.Key}
		if n.Certificate != nil {
			words = append(words, *n.Certificate...)
		}
		for _, w := range words {
			if name, _, other := strings.Cut(w, "."); other {
				names = append(names, name)
			}
		}
	}
	if s.VIHF != nil {
		names = append(names, s.VIHF.Identity)
		ofSignature(s.VIHF.Sign)
	}
	for l := s.LotSignature; l != nil; l = l.Also {
		names = append(names, l.Identity)
		ofSignature(l.Sign)
	}
	if s.TLS != nil {
		ofSignature(&SignatureNote{Key: s.TLS.Certificate})
	}
	return names
}
