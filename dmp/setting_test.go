package dmp

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/registry"
	"liasse/vihf"
	"liasse/xmldsig"
)

// setting is a lot, how it is signed, and who sends it, for a case to damage.
type setting struct {
	t        *testing.T
	who      *vihf.Identity
	lot      *registry.Submission
	contents map[string][]byte
	draft    *draft
	// signed is the lot with its signature's entry, once the draft is signed.
	signed *SignedLot
	caller *vihf.Caller
	peer   *pki.Peer
	at     time.Time
}

// newSetting is a lot of an XML and a binary document, of the physician.
func newSetting(t *testing.T) *setting {
	s := &setting{t: t, who: identity(t, "medecin"), at: now}
	s.lot, s.contents = makeLot(t, s.who, xmlFile(note("1.2.3", 2)), binaryFile([]byte("bytes\r\n\x00")))
	s.caller = callerOf(s.who)
	s.draw()
	return s
}

// draw makes the draft anew, after the lot or who signs was changed.
func (s *setting) draw() {
	s.t.Helper()
	var err error
	if s.draft, err = newDraft(s.lot, signing(s.contents), s.who, now); err != nil {
		s.t.Fatal(err)
	}
}

// seal signs the draft and adds the signature to the lot.
func (s *setting) seal() {
	s.t.Helper()
	signature, err := s.draft.sign()
	if err != nil {
		s.t.Fatal(err)
	}
	if s.signed, err = addSignature(s.lot, now); err != nil {
		s.t.Fatal(err)
	}
	s.signed.Signature = signature
}

// entry is the signature's.
func (s *setting) entry() *registry.DocumentEntry { return s.signed.Entry }

// swap changes the finished signature.
func (s *setting) swap(old, new string) {
	s.t.Helper()
	if !bytes.Contains(s.signed.Signature, []byte(old)) {
		s.t.Fatalf("the signature does not hold %q:\n%s", old, s.signed.Signature)
	}
	s.signed.Signature = bytes.Replace(s.signed.Signature, []byte(old), []byte(new), 1)
}

// object changes an Object before it is signed.
func (s *setting) object(old, new string) {
	s.t.Helper()
	found := false
	before := s.draft.objects
	s.draft.objects = func(all [][]byte) [][]byte {
		if before != nil {
			all = before(all)
		}
		for i := range all {
			if bytes.Contains(all[i], []byte(old)) {
				found = true
				all[i] = bytes.Replace(all[i], []byte(old), []byte(new), 1)
			}
		}
		if !found {
			s.t.Fatalf("no object holds %q", old)
		}
		return all
	}
}

// drop takes an association or a slot out of the signed lot.
func (s *setting) drop(kind registry.AssociationType) {
	s.signed.Submission.Associations = slices.DeleteFunc(slices.Clone(s.signed.Submission.Associations),
		func(a *registry.Association) bool { return a.Type == kind })
}

// classify replaces a code of an entry.
func classify(d *registry.DocumentEntry, scheme string, code registry.Code) {
	for i := range d.Classifications {
		if c := &d.Classifications[i]; c.Scheme == scheme {
			c.NodeRepresentation = code.Value
			c.Slots = []registry.Slot{{Name: registry.SlotCodingScheme, Values: []string{code.Scheme}}}
			return
		}
	}
}

// unclassify removes the codes of a scheme.
func unclassify(d *registry.DocumentEntry, scheme string) {
	d.Classifications = slices.DeleteFunc(d.Classifications, func(c registry.Classification) bool { return c.Scheme == scheme })
}

// identify replaces an external identifier of an object.
func identify(o *registry.Object, scheme, value string) {
	for i := range o.ExternalIdentifiers {
		if o.ExternalIdentifiers[i].Scheme == scheme {
			o.ExternalIdentifiers[i].Value = value
		}
	}
}

// authored replaces a slot of the authors of an object.
func authored(o *registry.Object, slot string, values ...string) {
	for i := range o.Classifications {
		for k := range o.Classifications[i].Slots {
			if s := &o.Classifications[i].Slots[k]; s.Name == slot {
				s.Values = values
			}
		}
	}
}

// edit changes the first document.
func (s *setting) edit(old, new string) {
	s.t.Helper()
	text := string(s.contents["document-1"])
	if !strings.Contains(text, old) {
		s.t.Fatalf("the document has no %q", old)
	}
	s.contents["document-1"] = []byte(strings.Replace(text, old, new, 1))
	s.draw()
}

// raw has the Manifest reference a document by its bytes.
func (s *setting) raw(i int, id string) {
	hash, _ := xmldsig.SHA256.Hash()
	sum := hash.New()
	sum.Write(s.contents[id])
	s.draft.manifest[i].Transforms, s.draft.manifest[i].Value = nil, sum.Sum(nil)
}

// canonical has the Manifest reference a document by another canonical form.
func (s *setting) canonical(i int, id string, method xmldsig.Method) {
	s.t.Helper()
	value, err := canonicalDigest(s.contents[id], method)
	if err != nil {
		s.t.Fatal(err)
	}
	s.draft.manifest[i].Transforms, s.draft.manifest[i].Value = []xmldsig.Transform{{Algorithm: method}}, value
}

// as has an identity send and sign.
func (s *setting) as(name string) {
	s.who = identity(s.t, name)
	s.lot, s.contents = makeLot(s.t, s.who, xmlFile(note("1.2.3", 2)))
	s.caller = callerOf(s.who)
	s.draw()
}
