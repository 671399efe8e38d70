package xmldsig

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"liasse/internal/xmltree"
)

// fixedHolder has the same key in every process: the workers of a fuzz run verify what the seeds of another signed.
var fixedHolder = sync.OnceValue(func() holder {
	return newHolder(ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{0x17}, 32)))
})

// seeds gives a fuzz target signed messages of every kind.
func seeds(f *testing.F) {
	f.Helper()
	made, err := fixedHolder().signer().SignEnveloped(assertion("_a"), Enveloped{ID: "_a", Prefixes: []string{"xs"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(message(security("", string(made)), "")))
	f.Add(lotSignature(f, fixedHolder().signer(), []byte("<a/>")))
	for _, c := range headerCases() {
		c.settle()
		f.Add(c.template())
	}
	f.Add([]byte(`<Signature xmlns="` + Namespace + `"/>`))
	f.Add([]byte(`<ds:Manifest xmlns:ds="` + Namespace + `"><ds:Reference URI="#xpointer(id('a'))"/></ds:Manifest>`))
	files, err := filepath.Glob("../../shared/data/xmldsig/tests/aleksey-xmldsig-01/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if src, err := os.ReadFile(file); err == nil && len(src) < 8<<10 {
			f.Add(src)
		}
	}
}

// FuzzVerify: whatever the bytes, every signature in them gets an answer, an *Error when it is a refusal; what verifies
// has a target for each reference, and nothing weak verifies under the strict policy.
func FuzzVerify(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := xmltree.Parse(src, xmltree.SOAPLimits)
		if err != nil {
			return
		}
		defer d.Release()
		ids := CollectIDs(d)
		for n := range elements(d) {
			if n.Is(Namespace, "Manifest") {
				fuzzManifest(t, n)
			}
			if n.Is(Namespace, "Signature") {
				for _, p := range []*Policy{Strict(), Engine()} {
					fuzzSignature(t, n, p, ids)
				}
			}
		}
	})
}

func fuzzSignature(t *testing.T, n xmltree.Node, p *Policy, ids *IDs) {
	s, err := Read(n, p)
	if err != nil {
		wellFormed(t, err)
		return
	}
	if !p.Lenient && (s.SHA1 || len(s.Certificates) != 1 || len(s.References) > p.MaxReferences) {
		t.Fatalf("%+v was read", s)
	}
	for _, h := range []holder{rsaHolder(), fixedHolder()} {
		if err := s.Verify(h.key.Public(), ids); err != nil {
			wellFormed(t, err)
			continue
		}
		for i := range s.References {
			r := &s.References[i]
			octets, err := r.Canonical(r.Target)
			hash, _ := r.DigestMethod.Hash()
			if err != nil || !bytes.Equal(sumOf(hash, octets), r.DigestValue) || !s.Verified(r.Target) {
				t.Fatalf("%q verifies and its target has another digest: %v", r.URI, err)
			}
		}
	}
}

func fuzzManifest(t *testing.T, n xmltree.Node) {
	refs, err := ReadManifest(n, Strict())
	if err != nil {
		wellFormed(t, err)
		return
	}
	for i := range refs {
		if _, err := refs[i].Digest(n.Document().Node()); err != nil {
			wellFormed(t, err)
		}
	}
}

func wellFormed(t *testing.T, err error) {
	var e *Error
	if !errors.As(err, &e) || e.Reason == 0 || e.Found == "" || e.Error() == "" || len(e.Found) > 400 || len(e.Expected) > 400 {
		t.Fatalf("%#v", err)
	}
}

// FuzzTampered: one place of a signed message is changed; when it still verifies, what it verifies is what was signed.
func FuzzTampered(f *testing.F) {
	made, err := fixedHolder().signer().SignEnveloped(assertion("_a"), Enveloped{ID: "_a"})
	if err != nil {
		f.Fatal(err)
	}
	whole := message(security("", string(made)), "")
	want := tokenOctets(f, []byte(whole))
	for at := 0; at < len(whole); at += 150 {
		f.Add(at, 1, " ")
	}
	f.Add(strings.Index(whole, "8999"), 1, "7")
	f.Add(strings.Index(whole, "<saml2:Assertion"), 0, `<x ID="_a"/>`)
	f.Add(strings.Index(whole, "<ds:DigestValue>")+20, 0, "<!-- -->")
	f.Add(strings.Index(whole, "<saml2:NameID>"), 0, "<!-- -->")
	f.Fuzz(func(t *testing.T, at, drop int, insert string) {
		if at < 0 || at > len(whole) || drop < 0 || drop > len(whole)-at {
			return
		}
		got := tokenOctets(t, []byte(whole[:at]+insert+whole[at+drop:]))
		if got != nil && !bytes.Equal(got, want) {
			t.Fatalf("verified as\n%s", got)
		}
	})
}

// tokenOctets gives the canonical octets of what the first Signature of a message signs, nil when it does not verify.
func tokenOctets(t testing.TB, src []byte) []byte {
	d, err := xmltree.Parse(src, xmltree.SOAPLimits)
	if err != nil {
		return nil
	}
	defer d.Release()
	for n := range elements(d) {
		if !n.Is(Namespace, "Signature") {
			continue
		}
		s, err := Read(n, Strict())
		if err != nil || s.Verify(fixedHolder().key.Public(), nil) != nil {
			return nil
		}
		octets, err := s.References[0].Canonical(s.References[0].Target)
		if err != nil {
			t.Fatal(err)
		}
		return octets
	}
	return nil
}

// FuzzSign: whatever is signed verifies, wherever the Signature goes, or is refused with an error.
func FuzzSign(f *testing.F) {
	for _, src := range []string{`<a ID="i"/>`, `<a ID="i"></a>`, `<a xmlns="urn:a" ID="i"><b/>x<!-- c --></a>`, `<?xml version="1.0"?><!-- x --><p:a xmlns:p="urn:p" ID="i"><p:b xmlns:p="urn:q" Id="i"/></p:a>`, string(assertion("i"))} {
		f.Add([]byte(src), 0, uint8(0))
		f.Add([]byte(src), 20, uint8(3))
	}
	methods := Strict().Canonicalizations
	f.Fuzz(func(t *testing.T, src []byte, at int, method uint8) {
		e := Enveloped{ID: "i", At: at, Canonicalization: methods[int(method)%len(methods)]}
		made, err := fixedHolder().signer().SignEnveloped(src, e)
		if err != nil {
			return
		}
		d, err := xmltree.Parse(made, xmltree.Limits{})
		if err != nil {
			t.Fatalf("what was made is not XML: %v\n%s", err, made)
		}
		defer d.Release()
		verified := false
		for n := range elements(d) {
			if n.Is(Namespace, "Signature") {
				if s, err := Read(n, Engine()); err == nil && s.Verify(fixedHolder().key.Public(), nil) == nil {
					verified = true
				}
			}
		}
		if !verified {
			t.Fatalf("what was made does not verify\n%s", made)
		}
	})
}

// FuzzExplain: whatever is wrong with a signature, asking why gives an answer within its budget, and an explanation always
// has a sentence.
func FuzzExplain(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := xmltree.Parse(src, xmltree.SOAPLimits)
		if err != nil || len(src) > 16<<10 {
			return
		}
		defer d.Release()
		for n := range elements(d) {
			if !n.Is(Namespace, "Signature") {
				continue
			}
			s, err := Read(n, Engine())
			if err != nil {
				continue
			}
			s.key = fixedHolder().key.Public()
			causes := make([]Cause, 0, 2)
			if cause, found := s.explainValue(nil); found {
				causes = append(causes, cause)
			}
			if cause, found := s.explainReference(&s.References[0]); found {
				causes = append(causes, cause)
			}
			for _, cause := range causes {
				if cause.Sentence("fr") == "" {
					t.Fatalf("%+v says nothing", cause)
				}
			}
			break
		}
	})
}
