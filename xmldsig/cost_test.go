package xmldsig

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"liasse/internal/xmltree"
)

// work is what reading and verifying one message took: the octets that were canonicalised, and what was allocated.
type work struct{ octets, allocated int }

// measure reads and verifies the first Signature of a message as a server does, refused or not.
func measure(t testing.TB, src []byte) (w work, failed error) {
	t.Helper()
	d, err := xmltree.Parse(src, xmltree.SOAPLimits)
	if err != nil {
		t.Fatalf("the message is not read at all: %v", err)
	}
	defer d.Release()
	signature := signatureOf(t, d)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, failed := Read(signature, Strict())
	if failed == nil {
		ids := CollectIDs(d)
		if failed = s.Verify(rsaHolder().key.Public(), ids); failed == nil || AsError(failed).Reason == ReasonDigest || AsError(failed).Reason == ReasonLimit {
			w.octets = octetsOf(s, ids)
		}
	}
	runtime.ReadMemStats(&after)
	w.allocated = int(after.TotalAlloc - before.TotalAlloc)
	return w, failed
}

// octetsOf counts what Verify canonicalised, in the order it does so and within its budget.
func octetsOf(s *Signature, ids *IDs) (sum int) {
	budget := s.policy.budget(len(s.Node.Document().Source()))
	for i := range s.References {
		from, err := s.resolve(&s.References[i], ids)
		if err != nil {
			return sum
		}
		_, taken, err := s.References[i].digest(from, budget-sum)
		if sum += taken; err != nil {
			return sum
		}
	}
	return sum
}

// signedAround gives a message whose signed assertion holds, or stands beside, something of a size.
func signedAround(t testing.TB, grow func(n int) (inside, beside string), n int) []byte {
	t.Helper()
	inside, beside := grow(n)
	src := strings.Replace(string(assertion("_a")), "<saml2:Subject>", inside+"<saml2:Subject>", 1)
	made, err := rsaHolder().signer().SignEnveloped([]byte(src), Enveloped{ID: "_a", Prefixes: []string{"a", "b", "c", "d", "e", "f", "g", "h", "#default"}})
	if err != nil {
		t.Fatal(err)
	}
	return []byte(message(security("", string(made)), beside))
}

// TestLinear: messages that grow twofold cost about twofold, whatever they are made of.
func TestLinear(t *testing.T) {
	repeat := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	long := strings.Repeat("n", 400)
	for name, grow := range map[string]func(n int) (inside, beside string){
		"elements":                     func(n int) (string, string) { return strings.Repeat("<x/>", n), "" },
		"identifiers inside":           func(n int) (string, string) { return repeat(`<x ID="i%06d"/>`, n), "" },
		"identifiers beside":           func(n int) (string, string) { return "", repeat(`<x Id="i%06d"/>`, n) },
		"one identifier for all":       func(n int) (string, string) { return "", strings.Repeat(`<x id="i"/>`, n) },
		"namespaces one after another": func(n int) (string, string) { return repeat(`<a:x xmlns:a="urn:%06d"/>`, n), "" },
		"prefixes of the list, rebound": func(n int) (string, string) {
			return repeat(`<x xmlns:a="urn:%06d" xmlns:b="urn:b" xmlns:c="urn:c"/>`, n), ""
		},
		"attributes in many namespaces": func(n int) (string, string) {
			return strings.Repeat(`<x `+repeat(`xmlns:p%[1]d="urn:`+long+`%[1]d" p%[1]d:a="1" `, 30)+"/>", n/100), ""
		},
		"depth": func(n int) (string, string) {
			return strings.Repeat(strings.Repeat("<x>", 50)+strings.Repeat("</x>", 50), n/50), ""
		},
		"text that is escaped": func(n int) (string, string) { return "<x>" + strings.Repeat("&#13;", n) + "</x>", "" },
		"comments":             func(n int) (string, string) { return strings.Repeat("<!-- c -->", n), "" },
		"CDATA sections":       func(n int) (string, string) { return "<x>" + strings.Repeat("<![CDATA[<]]>", n) + "</x>", "" },
	} {
		t.Run(name, func(t *testing.T) {
			const n = 10_000
			var costs [2]work
			for i := range costs {
				src := signedAround(t, grow, n<<i)
				if _, err := measure(t, src); err != nil { // fills the pools
					t.Fatal(err)
				}
				w, err := measure(t, src)
				if err != nil {
					t.Fatal(err)
				}
				costs[i] = w
			}
			small, large := costs[0], costs[1]
			if large.octets > 2*small.octets+2000 || large.allocated > 3*small.allocated+8*large.octets+1<<20 {
				t.Errorf("%+v for %d, %+v for twice as many", small, n, large)
			}
		})
	}
}

// TestExpansion: a message whose canonical form would be many times as long as itself is given up at a multiple of its own
// size, and never held whole.
func TestExpansion(t *testing.T) {
	space := "urn:" + strings.Repeat("n", 500)
	inside := strings.Repeat("<p:x/>", 100_000)
	src := strings.Replace(string(assertion("_a")), "<saml2:Subject>", inside+"<saml2:Subject>", 1)
	// The signer declares p on the assertion and uses it nowhere but below, so that every x declares it anew.
	src = strings.Replace(src, "<saml2:Assertion ", `<saml2:Assertion xmlns:p="`+space+`" `, 1)
	d := parse(t, []byte(src))
	form := len(d.Root().AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.Exclusive}))
	if form < 50*len(src) {
		t.Fatalf("%d octets of %d bytes: it does not expand", form, len(src))
	}
	signed := withForgedDigest(t, src)
	w, err := measure(t, signed)
	wantReason(t, err, ReasonLimit)
	if most := 4*len(signed) + 2<<20; w.octets > most {
		t.Errorf("%d octets were made of %d bytes; at most %d should be", w.octets, len(signed), most)
	}
	if w.allocated > 4<<20 {
		t.Errorf("%d bytes were allocated", w.allocated)
	}
}

// withForgedDigest signs an assertion whose digest is a lie, so that no canonical form is made in signing.
func withForgedDigest(t testing.TB, src string) []byte {
	t.Helper()
	signer := rsaHolder().signer()
	ref := NewReference{URI: "#_a", Value: make([]byte, 32), Transforms: []Transform{{Algorithm: EnvelopedSignature}, {Algorithm: Exclusive}}}
	head, err := signer.appendHead(nil, "", Transform{Algorithm: Exclusive}, []NewReference{ref})
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(src, "</saml2:Issuer>") + len("</saml2:Issuer>")
	made, err := signer.finish(draft{text: splice([]byte(src), at, append(head, "</ds:Signature>"...)), at: at})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestManyReferences: references that all name the largest element share one budget.
func TestManyReferences(t *testing.T) {
	object := `<o Id="o">` + strings.Repeat("x", 1<<20-1) + `</o>` // a text may be 1 MiB
	object = strings.Repeat("<p>"+object[10:len(object)-4]+"</p>", 3)
	object = `<o Id="o">` + object + `</o>`
	refs := make([]NewReference, 8)
	for i := range refs {
		refs[i] = NewReference{URI: "#o"}
	}
	made, err := rsaHolder().signer().SignEnveloping(Enveloping{Objects: [][]byte{[]byte(object)}, References: refs})
	if err != nil {
		t.Fatal(err)
	}
	w, err := measure(t, made)
	wantReason(t, err, ReasonLimit)
	if most := 4*len(made) + 2<<20; w.octets > most {
		t.Errorf("%d octets were made of %d bytes; at most %d should be", w.octets, len(made), most)
	}
}

// TestSignedInfoCost: a SignedInfo in the midst of many namespaces is written within bounds too, and refusing thousands of
// references, transforms or prefixes costs no more than reading the first ones.
func TestSignedInfoCost(t *testing.T) {
	whole := signed(t)
	reference := between(whole, "<ds:Reference", "</ds:Reference>")
	for name, text := range map[string]string{
		"references":   strings.Replace(whole, reference, strings.Repeat(reference, 3000), 1),
		"transforms":   strings.Replace(whole, "<ds:Transforms>", "<ds:Transforms>"+strings.Repeat(`<ds:Transform Algorithm="`+string(Exclusive)+`"/>`, 20_000), 1),
		"certificates": strings.Replace(whole, "<ds:X509Data>", "<ds:X509Data>"+strings.Repeat("<ds:X509Certificate>AAAA</ds:X509Certificate>", 20_000), 1),
		"Objects":      strings.Replace(whole, "</ds:KeyInfo>", "</ds:KeyInfo>"+strings.Repeat("<ds:Object/>", 20_000), 1),
	} {
		w, err := measure(t, []byte(text))
		if err == nil || w.allocated > 512<<10 {
			t.Errorf("%s: %v, %d bytes allocated", name, err, w.allocated)
		}
	}
}

// TestExplainCost: asking why a large message does not verify stays within a budget too.
func TestExplainCost(t *testing.T) {
	src := strings.Replace(string(assertion("_a")), "<saml2:Subject>", strings.Repeat("<x a='b'> y\n</x>", 150_000)+"<saml2:Subject>", 1)
	signed := withForgedDigest(t, src)
	d, err := xmltree.Parse(signed, xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(signatureOf(t, d), Strict())
	if err != nil {
		t.Fatal(err)
	}
	err = s.Verify(rsaHolder().key.Public(), nil)
	wantReason(t, err, ReasonDigest)
	if cause, found := Explain(s, err); found {
		t.Errorf("a lie is explained as %q", cause)
	}
	detective := newDetective(&s.References[0], signatureBudget)
	from, fault := s.resolve(&s.References[0], CollectIDs(d))
	if fault != nil {
		t.Fatal(fault)
	}
	detective.variants(from)
	if detective.left > 0 || -detective.left > signatureBudget {
		t.Errorf("%d octets are left of the budget", detective.left)
	}
}
