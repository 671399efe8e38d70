package xmldsig

import (
	"bytes"
	"strings"
	"testing"
)

// TestReferencesAreThoseVerified: what the octets whose signature was verified say of the references decides, not the tree.
func TestReferencesAreThoseVerified(t *testing.T) {
	read := func() *Signature {
		s, err := Read(signatureOf(t, parse(t, []byte(signed(t)))), Strict())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := read()
	octets, err := s.SignedOctets()
	if err != nil {
		t.Fatal(err)
	}
	node := s.References[0].Node
	if err := s.readAgain(bytes.Replace(octets, []byte(`URI="#_a"`), []byte(`URI="#_b"`), 1)); err != nil {
		t.Fatal(err)
	}
	if r := s.References[0]; r.URI != "#_b" || r.Node != node || r.Transforms[1].Node.Document() != node.Document() {
		t.Errorf("%+v", r)
	}
	text := string(octets)
	reference := between(text, "<ds:Reference", "</ds:Reference>")
	for name, other := range map[string]string{
		"one reference more":      strings.Replace(text, reference, reference+reference, 1),
		"one transform less":      strings.Replace(text, `<ds:Transform Algorithm="`+string(EnvelopedSignature)+`"></ds:Transform>`, "", 1),
		"another method":          strings.Replace(text, "rsa-sha256", "rsa-sha512", 1),
		"a method not let in":     strings.Replace(text, "xmldsig-more#rsa-sha256", "xmldsig-more#rsa-md5", 1),
		"another canonical form":  strings.Replace(text, string(Exclusive), string(C14N10), 1),
		"a comment in the digest": strings.Replace(text, "</ds:DigestValue>", "<!-- --></ds:DigestValue>", 1),
		"no XML":                  text + "x",
	} {
		if other == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		if err := read().readAgain([]byte(other)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestVerifyAgain: a Signature that was verified is not any more once another key was asked for.
func TestVerifyAgain(t *testing.T) {
	d := parse(t, []byte(signed(t)))
	s, err := Read(signatureOf(t, d), Strict())
	if err != nil {
		t.Fatal(err)
	}
	if s.Verified(d.Root()) {
		t.Error("verified before Verify")
	}
	if err := s.Verify(rsaHolder().key.Public(), CollectIDs(d)); err != nil || !s.Verified(d.Root()) {
		t.Fatal(err)
	}
	wantReason(t, s.Verify(otherHolder().key.Public(), CollectIDs(d)), ReasonSignatureValue)
	if s.Verified(d.Root()) || !s.References[0].Target.IsZero() {
		t.Error("still verified after a refusal")
	}
	other := parse(t, []byte(signed(t)))
	wantReason(t, s.Verify(rsaHolder().key.Public(), CollectIDs(other)), ReasonReference)
}

// TestComments: "#id" leaves comments out whatever the transform says (section 4.4.3.3), an XPointer does not.
func TestComments(t *testing.T) {
	d := parse(t, []byte(`<r><ds:Signature xmlns:ds="`+Namespace+`"><ds:SignedInfo><ds:Reference/></ds:SignedInfo></ds:Signature><o Id="o">a<!-- c -->b</o></r>`))
	o := d.Root().FirstElement().NextElement()
	reference := d.Root().FirstElement().FirstElement().FirstElement()
	for uri, want := range map[string]string{"#o": `<o Id="o">ab</o>`, "#xpointer(id('o'))": `<o Id="o">a<!-- c -->b</o>`} {
		r := &Reference{Node: reference, URI: uri, Transforms: []Transform{{Algorithm: C14N10WithComments}}, policy: Engine()}
		if octets, err := r.Canonical(o); err != nil || string(octets) != want {
			t.Errorf("%s: %s, %v", uri, octets, err)
		}
		r.Target = o
		s := &Signature{Node: d.Root().FirstElement(), References: []Reference{*r}, verified: true}
		comment := o.FirstChild().NextSibling()
		if s.Verified(comment) != strings.Contains(want, "c") || !s.Verified(o.FirstChild()) {
			t.Errorf("%s: what of a comment is verified", uri)
		}
	}
}
