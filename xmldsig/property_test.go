package xmldsig

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"liasse/internal/xmltree"
)

// element draws XML below an assertion: names of several namespaces, attributes, text with what is escaped, comments.
func element(t *rapid.T, depth int) string {
	prefix := rapid.SampledFrom([]string{"", "saml2:", "p:", "q:"}).Draw(t, "prefix")
	name := prefix + rapid.SampledFrom([]string{"a", "b", "Signature", "é"}).Draw(t, "name")
	space := rapid.SampledFrom([]string{"", ` xmlns="urn:d"`, ` xmlns:p="urn:other"`, ` xmlns:q="urn:p" q:z="1"`}).Draw(t, "space")
	attribute := rapid.SampledFrom([]string{"", ` x="1&#xA;2"`, ` b="&lt;" a='"'`, ` p:c="&#9;"`, ` xml:lang="fr"`}).Draw(t, "attribute")
	var inside strings.Builder
	for range rapid.IntRange(0, 3).Draw(t, "children") {
		if depth > 0 && rapid.Bool().Draw(t, "deeper") {
			inside.WriteString(element(t, depth-1))
			continue
		}
		inside.WriteString(rapid.SampledFrom([]string{"text", " \n", "&amp;&#13;", "<![CDATA[<>]]>", "<!-- c -->", "é&gt;"}).Draw(t, "text"))
	}
	return "<" + name + space + attribute + ">" + inside.String() + "</" + name + ">"
}

// TestSignedAnywhere: whatever an assertion holds, signed by the exclusive method it verifies wherever it is put, what is
// verified is the assertion, and nothing that reads otherwise verifies.
func TestSignedAnywhere(t *testing.T) {
	key := p256Holder().key.Public()
	rapid.Check(t, func(t *rapid.T) {
		src := `<saml2:Assertion xmlns:saml2="` + saml + `" xmlns="urn:none" xmlns:p="urn:p" xmlns:q="urn:q" ID="_a"><saml2:Issuer/>` + element(t, 3) + `</saml2:Assertion>`
		made, err := p256Holder().signer().SignEnveloped([]byte(src), Enveloped{ID: "_a"})
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		around := rapid.SampledFrom([]string{"", ` xmlns="urn:around"`, ` xmlns:p="urn:around"`, ` xmlns:ds="urn:around" xml:lang="de"`, ` xml:space="preserve"`}).Draw(t, "around")
		text := "<r" + around + "><s>" + string(made) + "</s></r>"
		octets := octetsVerified(text, key)
		if octets == nil {
			t.Fatalf("it does not verify\n%s", text)
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		changed := text[:at] + rapid.SampledFrom([]string{"", "x", " ", "<!---->", "&#13;", `"`}).Draw(t, "change") + text[at+rapid.IntRange(0, 1).Draw(t, "drop"):]
		if after := octetsVerified(changed, key); after != nil && string(after) != string(octets) {
			t.Fatalf("something else verifies\n%s\n%s", text, changed)
		}
	})
}

// octetsVerified gives the canonical octets of what the first Signature of XML Signature verifies, nil where it does not.
func octetsVerified(text string, key any) []byte {
	d, err := xmltree.Parse([]byte(text), xmltree.DocumentLimits)
	if err != nil {
		return nil
	}
	for n := range elements(d) {
		if !n.Is(Namespace, "Signature") {
			continue
		}
		s, err := Read(n, Strict())
		if err != nil || s.Verify(key, nil) != nil {
			return nil
		}
		octets, err := s.References[0].Canonical(s.References[0].Target)
		if err != nil || s.References[0].Target != n.Parent() {
			return nil
		}
		return octets
	}
	return nil
}
