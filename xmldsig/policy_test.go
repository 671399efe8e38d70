package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// signed gives an assertion as strangers send it.
func signed(t testing.TB) string {
	t.Helper()
	made, err := rsaHolder().signer().SignEnveloped(assertion("_a"), Enveloped{ID: "_a", SignatureID: "_s"})
	if err != nil {
		t.Fatal(err)
	}
	return string(made)
}

// between gives what stands from one string to the end of another.
func between(s, from, to string) string {
	i := strings.Index(s, from)
	return s[i : i+strings.Index(s[i:], to)+len(to)]
}

// TestPolicyRefuses: each change is refused by Read, so before any digest is taken, and for the right reason.
func TestPolicyRefuses(t *testing.T) {
	whole := signed(t)
	reference := between(whole, "<ds:Reference", "</ds:Reference>")
	info := between(whole, "<ds:SignedInfo>", "</ds:SignedInfo>")
	value := between(whole, "<ds:SignatureValue>", "</ds:SignatureValue>")
	keyInfo := between(whole, "<ds:KeyInfo>", "</ds:KeyInfo>")
	certificate := between(whole, "<ds:X509Certificate>", "</ds:X509Certificate>")
	transforms := between(whole, "<ds:Transforms>", "</ds:Transforms>")
	digestValue := between(whole, "<ds:DigestValue>", "</ds:DigestValue>")
	const enveloped = `<ds:Transform Algorithm="` + string(EnvelopedSignature) + `"/>`
	const exclusive = `<ds:Transform Algorithm="` + string(Exclusive) + `"/>`
	transform := func(algorithm string) string {
		return `<ds:Transforms><ds:Transform Algorithm="` + algorithm + `"/></ds:Transforms>`
	}
	list := func(prefixes string) string {
		return `<ds:Transforms>` + enveloped + `<ds:Transform Algorithm="` + string(Exclusive) + `"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + prefixes + `"/></ds:Transform></ds:Transforms>`
	}
	type change struct {
		name, from, to string
		want           Reason
	}
	changes := []change{
		{"no SignedInfo", info, "", ReasonStructure},
		{"two SignedInfo", info, info + info, ReasonStructure},
		{"SignedInfo in an Object", info, "<ds:Object>" + info + "</ds:Object>", ReasonStructure},
		{"value before SignedInfo", info + value, value + info, ReasonStructure},
		{"no SignatureValue", value, "", ReasonStructure},
		{"two SignatureValue", value, value + value, ReasonStructure},
		{"a foreign element", value, value + `<x xmlns="urn:x"/>`, ReasonStructure},
		{"text in SignedInfo", "<ds:SignedInfo>", "<ds:SignedInfo>x", ReasonStructure},
		{"comment in SignedInfo", "<ds:SignedInfo>", "<ds:SignedInfo><!--x-->", ReasonStructure},
		{"instruction in Signature", info, "<?x y?>" + info, ReasonStructure},
		{"attribute of Reference", "<ds:Reference", `<ds:Reference xURI="#b"`, ReasonStructure},
		{"no reference", reference, "", ReasonStructure},
		{"nine references", reference, strings.Repeat(reference, 9), ReasonLimit},
		{"two DigestValue", digestValue, digestValue + digestValue, ReasonStructure},
		{"no DigestValue", digestValue, "", ReasonStructure},
		{"comment in DigestValue", "<ds:DigestValue>", "<ds:DigestValue><!--x-->", ReasonEncoding},
		{"instruction in DigestValue", "</ds:DigestValue>", "<?x?></ds:DigestValue>", ReasonEncoding},
		{"element in DigestValue", "</ds:DigestValue>", "<x/></ds:DigestValue>", ReasonEncoding},
		{"empty DigestValue", digestValue, "<ds:DigestValue/>", ReasonEncoding},
		{"short DigestValue", digestValue, "<ds:DigestValue>AA==</ds:DigestValue>", ReasonDigest},
		{"digest of nothing", digestValue, "<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ds:DigestValue>", ReasonDigest},
		{"comment in SignatureValue", "<ds:SignatureValue>", "<ds:SignatureValue><!--x-->", ReasonEncoding},
		{"instruction in SignatureValue", "<ds:SignatureValue>", "<ds:SignatureValue><?x?>", ReasonEncoding},
		{"empty SignatureValue", value, "<ds:SignatureValue> </ds:SignatureValue>", ReasonEncoding},
		{"URI absent", ` URI="#_a"`, "", ReasonReference},
		{"no Algorithm", ` Algorithm="` + string(RSASHA256) + `"`, "", ReasonStructure},
		{"two DigestMethod", `<ds:DigestMethod`, `<ds:DigestMethod Algorithm="` + string(SHA256) + `"/><ds:DigestMethod`, ReasonStructure},
		{"HMACOutputLength", `rsa-sha256"/>`, `rsa-sha256"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>`, ReasonAlgorithm},
		{"no transform in Transforms", transforms, "<ds:Transforms/>", ReasonStructure},
		{"two enveloped", transforms, "<ds:Transforms>" + enveloped + enveloped + "</ds:Transforms>", ReasonTransform},
		{"enveloped last", transforms, "<ds:Transforms>" + exclusive + enveloped + "</ds:Transforms>", ReasonTransform},
		{"two canonicalizations", transforms, "<ds:Transforms>" + exclusive + exclusive + "</ds:Transforms>", ReasonTransform},
		{"three transforms", transforms, "<ds:Transforms>" + enveloped + exclusive + exclusive + "</ds:Transforms>", ReasonLimit},
		{"a thousand transforms", transforms, "<ds:Transforms>" + strings.Repeat(enveloped, 1000) + "</ds:Transforms>", ReasonLimit},
		{"parameter of a transform", enveloped, `<ds:Transform Algorithm="` + string(EnvelopedSignature) + `"><x/></ds:Transform>`, ReasonTransform},
		{"seventeen prefixes", transforms, list(strings.Repeat("p ", 17)), ReasonLimit},
		{"100,000 prefixes", transforms, list(strings.Repeat("p ", 100_000)), ReasonLimit},
		{"PrefixList absent", transforms, strings.Replace(list("p"), ` PrefixList="p"`, "", 1), ReasonStructure},
		{"list of an inclusive method", transforms, strings.Replace(list("p"), string(Exclusive)+`"><ec`, string(C14N10)+`"><ec`, 1), ReasonTransform},
		{"no KeyInfo", keyInfo, "", ReasonKey},
		{"KeyValue only", keyInfo, "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue></ds:KeyInfo>", ReasonKey},
		{"KeyName only", keyInfo, "<ds:KeyInfo><ds:KeyName>PS</ds:KeyName></ds:KeyInfo>", ReasonKey},
		{"X509SKI only", certificate, "<ds:X509SKI>AQIDBA==</ds:X509SKI>", ReasonKey},
		{"RetrievalMethod", keyInfo, `<ds:KeyInfo><ds:RetrievalMethod URI="http://canary/"/></ds:KeyInfo>`, ReasonKey},
		{"RetrievalMethod beside", "<ds:KeyInfo>", `<ds:KeyInfo><ds:RetrievalMethod URI="#_s"/>`, ReasonKey},
		{"KeyInfoReference", "<ds:KeyInfo>", `<ds:KeyInfo><k:KeyInfoReference xmlns:k="http://www.w3.org/2009/xmldsig11#" URI="#_s"/>`, ReasonKey},
		{"SecurityTokenReference", "<ds:KeyInfo>", `<ds:KeyInfo><w:SecurityTokenReference xmlns:w="urn:w"/>`, ReasonKey},
		{"two certificates", certificate, certificate + certificate, ReasonKey},
		{"certificates in two X509Data", "</ds:X509Data>", "</ds:X509Data><ds:X509Data>" + certificate + "</ds:X509Data>", ReasonKey},
		{"certificate as PEM", "<ds:X509Certificate>", "<ds:X509Certificate>-----BEGIN CERTIFICATE-----", ReasonKey},
		{"comment in the certificate", "<ds:X509Certificate>", "<ds:X509Certificate><!--x-->", ReasonKey},
		{"certificate of 1 MB", certificate, "<ds:X509Certificate>" + strings.Repeat("AAAA", 300_000) + "</ds:X509Certificate>", ReasonLimit},
		{"serial of another", "<ds:X509Data>", "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial>", ReasonKey},
		{"key identifier of another", "<ds:X509Data>", "<ds:X509Data><ds:X509SKI>AAAA</ds:X509SKI>", ReasonKey},
		{"X509CRL", "<ds:X509Data>", "<ds:X509Data><ds:X509CRL>AAAA</ds:X509CRL>", ReasonKey},
		{"nine Objects", keyInfo, keyInfo + strings.Repeat("<ds:Object/>", 9), ReasonLimit},
		{"relative namespace name", `<saml2:Subject>`, `<saml2:Subject xmlns:a="1">`, ReasonCanonicalization},
	}
	for _, uri := range []string{"", "#", "#_a b", "#%5Fa", "#xpointer(id('_a'))", "#xpointer(/)", "_a", "cid:a", "http://canary/", "file:///etc/passwd", "urn:oid:1.2", "#_a#_a", "?", "#&#x9;_a"} {
		changes = append(changes, change{"URI " + uri, `URI="#_a"`, `URI="` + uri + `"`, ReasonReference})
	}
	for _, method := range weakSignatures {
		changes = append(changes, change{"method " + method, string(RSASHA256), method, ReasonAlgorithm})
	}
	for _, method := range []string{string(SHA1), string(SHA224), "http://www.w3.org/2001/04/xmldsig-more#md5", "http://www.w3.org/2001/04/xmlenc#ripemd160", "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr3411", "http://www.w3.org/2007/05/xmldsig-more#whirlpool", "", string(RSASHA256)} {
		reason := ReasonAlgorithm
		if method == "" {
			reason = ReasonStructure
		}
		changes = append(changes, change{"digest " + method, string(SHA256), method, reason})
	}
	for _, method := range forbiddenTransforms {
		changes = append(changes, change{"transform " + method, transforms, transform(method), ReasonTransform})
	}
	for _, method := range []string{string(C14N11WithComments), string(EnvelopedSignature), string(SHA256), "http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/2006/12/xml-c14n12"} {
		changes = append(changes, change{"canonicalization " + method, `<ds:CanonicalizationMethod Algorithm="` + string(Exclusive) + `"`, `<ds:CanonicalizationMethod Algorithm="` + method + `"`, ReasonAlgorithm})
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(whole, c.from) {
				t.Fatal("nothing to change")
			}
			d := parse(t, []byte(strings.Replace(whole, c.from, c.to, 1)))
			_, err := Read(signatureOf(t, d), Strict())
			wantReason(t, err, c.want)
		})
	}
}

var weakSignatures = []string{
	string(RSASHA1), string(RSASHA224), string(ECDSASHA1), string(RSAPSSSHA1), Namespace + "dsa-sha1", Namespace + "hmac-sha1",
	"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
	"http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160", "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102001-gostr3411",
	"http://www.w3.org/2009/xmldsig11#dsa-sha256", "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519", "none", string(SHA256),
}

var forbiddenTransforms = []string{
	string(Base64), string(C14N11WithComments), "http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116",
	"http://www.w3.org/2002/06/xmldsig-filter2", "http://www.w3.org/2002/07/decrypt#XML", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315 ",
	"http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.0#STR-Transform", "urn:unknown",
}

// TestPolicyAccepts: what looks odd and is right is let in.
func TestPolicyAccepts(t *testing.T) {
	whole := signed(t)
	for name, change := range map[string][2]string{
		"blanks in a value":                  {"<ds:SignatureValue>", "<ds:SignatureValue>\r\n\t "},
		"the certificate's serial and key":   {"<ds:X509Data>", "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber> 4711 </ds:X509SerialNumber></ds:X509IssuerSerial><ds:X509SKI>AQIDBA==</ds:X509SKI><ds:X509SubjectName>CN=x</ds:X509SubjectName>"},
		"KeyName beside":                     {"<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>PS</ds:KeyName>"},
		"blanks between elements":            {"<ds:KeyInfo>", "\n  <ds:KeyInfo>\n"},
		"a foreign attribute of Signature":   {"<ds:Signature ", `<ds:Signature xmlns:x="urn:x" x:y="z" `},
		"lines in the certificate's base 64": {"</ds:X509Certificate>", "\n</ds:X509Certificate>"},
	} {
		if _, err := check(t, []byte(strings.Replace(whole, change[0], change[1], 1)), Strict(), rsaHolder().key.Public()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, id := range []string{"5f6a1f2e-30a1-4d5e-9a67-0c4b8f1d2e3a", "VIHF-1.2_é", "1.2.250"} {
		made, err := rsaHolder().signer().SignEnveloped(assertion(id), Enveloped{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := check(t, made, Strict(), rsaHolder().key.Public()); err != nil {
			t.Errorf("the id %s: %v", id, err)
		}
	}
}

// TestKeys: keys that are too short, too long, too easy or of another kind are refused before any digest.
func TestKeys(t *testing.T) {
	whole := []byte(signed(t))
	odd := func(bits int) *big.Int { return new(big.Int).SetBit(big.NewInt(1), bits-1, 1) }
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.PublicKey{
		"RSA 512": &rsa.PublicKey{N: odd(512), E: 65537}, "RSA 1024": &rsa.PublicKey{N: odd(1024), E: 65537},
		"RSA 2047": &rsa.PublicKey{N: odd(2047), E: 65537}, "RSA 16384": &rsa.PublicKey{N: odd(16384), E: 65537},
		"exponent 1": &rsa.PublicKey{N: odd(2048), E: 1}, "exponent 3": &rsa.PublicKey{N: odd(2048), E: 3}, "even exponent": &rsa.PublicKey{N: odd(2048), E: 65538},
		"even modulus": &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537},
		"ECDSA":        p256Holder().key.Public(), "P-224": &p224.PublicKey, "Ed25519": edwards, "nothing": nil, "bytes": []byte("secret"),
	} {
		_, err := check(t, whole, Strict(), key)
		want := ReasonKey
		if name == "ECDSA" || name == "P-224" {
			want = ReasonAlgorithm // of another kind than the method's
		}
		if e := AsError(err); e == nil || e.Reason != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, key := range map[string]crypto.PublicKey{"RSA": rsaHolder().key.Public(), "P-224": &p224.PublicKey} {
		want := ReasonKey
		if name == "RSA" {
			want = ReasonAlgorithm
		}
		made, err := p256Holder().signer().SignEnveloped(assertion("_a"), Enveloped{ID: "_a"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = check(t, made, Strict(), key)
		if e := AsError(err); e == nil || e.Reason != want {
			t.Errorf("%s for ECDSA: %v", name, err)
		}
	}
}

// TestSHA1Switch: AllowSHA1 lets in SHA-1 and nothing else that is weak, and Signature.SHA1 says so.
func TestSHA1Switch(t *testing.T) {
	lax := Strict()
	lax.AllowSHA1 = true
	for _, c := range []struct {
		method, digest Method
		lets           bool
	}{{RSASHA1, SHA1, true}, {RSASHA256, SHA1, true}, {RSASHA1, SHA256, true}, {RSAPSSSHA1, SHA256, false}, {RSASHA224, SHA256, false}} {
		signer := rsaHolder().signer()
		signer.Method, signer.Digest = c.method, c.digest
		made, err := signer.SignEnveloped(assertion("_a"), Enveloped{ID: "_a"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = check(t, made, Strict(), rsaHolder().key.Public())
		wantReason(t, err, ReasonAlgorithm)
		s, err := check(t, made, lax, rsaHolder().key.Public())
		if (err == nil) != c.lets || err == nil && !s.SHA1 {
			t.Errorf("%s with %s: %v", c.method, c.digest, err)
		}
	}
}

// TestTargets: an enveloped signature whose target does not hold it, an empty target, a target that is not there.
func TestTargets(t *testing.T) {
	signer := rsaHolder().signer()
	object := []byte(`<o xmlns="urn:o" Id="o"/>`)
	sign := func(uri string, transforms ...Method) []byte {
		ref := NewReference{URI: uri, Value: bytes.Repeat([]byte{1}, 32)}
		for _, m := range transforms {
			ref.Transforms = append(ref.Transforms, Transform{Algorithm: m})
		}
		made, err := signer.SignEnveloping(Enveloping{ID: "s", Objects: [][]byte{object}, References: []NewReference{ref}})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	for name, c := range map[string]struct {
		signed []byte
		want   Reason
	}{
		"not around":           {sign("#o", EnvelopedSignature, Exclusive), ReasonTransform},
		"the signature itself": {sign("#s", EnvelopedSignature), ReasonTransform},
		"not there":            {sign("#other"), ReasonReference},
		"another digest":       {sign("#o"), ReasonDigest},
	} {
		_, err := check(t, c.signed, Strict(), rsaHolder().key.Public())
		if e := AsError(err); e == nil || e.Reason != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The engine has no such rule, but never calls nothing a canonical form.
	_, err := check(t, sign("#s", EnvelopedSignature), Engine(), rsaHolder().key.Public())
	wantReason(t, err, ReasonCanonicalization)
}

// TestManifestPolicy: a Manifest is held to the policy as SignedInfo is.
func TestManifestPolicy(t *testing.T) {
	reference := func(inside string) string { return `<ds:Reference URI="urn:oid:1">` + inside + `</ds:Reference>` }
	digest := `<ds:DigestMethod Algorithm="` + string(SHA256) + `"/><ds:DigestValue>AA==</ds:DigestValue>`
	transform := func(m Method) string {
		return `<ds:Transforms><ds:Transform Algorithm="` + string(m) + `"/></ds:Transforms>`
	}
	for name, c := range map[string]struct {
		inside string
		want   Reason
	}{
		"as it should be":       {reference(transform(C14N10WithComments) + digest), 0},
		"256 references":        {strings.Repeat(reference(digest), 256), 0},
		"257 references":        {strings.Repeat(reference(digest), 257), ReasonLimit},
		"none":                  {"", ReasonStructure},
		"enveloped":             {reference(transform(EnvelopedSignature) + digest), ReasonTransform},
		"XSLT":                  {reference(transform("http://www.w3.org/TR/1999/REC-xslt-19991116") + digest), ReasonTransform},
		"SHA-1":                 {reference(strings.Replace(digest, string(SHA256), string(SHA1), 1)), ReasonAlgorithm},
		"something else inside": {reference(digest) + "<x/>", ReasonStructure},
		"comment in a digest":   {reference(strings.Replace(digest, "AA==", "AA<!-- -->==", 1)), ReasonEncoding},
	} {
		d := parse(t, []byte(`<ds:Manifest xmlns:ds="`+Namespace+`">`+c.inside+`</ds:Manifest>`))
		_, err := ReadManifest(d.Root(), Strict())
		if c.want == 0 && err != nil || c.want != 0 && (AsError(err) == nil || AsError(err).Reason != c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadManifest(parse(t, []byte("<Manifest/>")).Root(), Strict()); err == nil {
		t.Error("a Manifest in no namespace")
	}
}

// TestManifestDigests: a reference digests an XML document by its transform and octets as they are.
func TestManifestDigests(t *testing.T) {
	src := "<?xml version=\"1.0\"?>\r\n<a b='1'><!-- c --><c/></a>\r\n"
	read := func(m Method) *Reference {
		inside := ""
		if m != "" {
			inside = `<ds:Transforms><ds:Transform Algorithm="` + string(m) + `"/></ds:Transforms>`
		}
		d := parse(t, []byte(`<ds:Manifest xmlns:ds="`+Namespace+`"><ds:Reference URI="urn:oid:1">`+inside+`<ds:DigestMethod Algorithm="`+string(SHA256)+`"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:Manifest>`))
		refs, err := ReadManifest(d.Root(), Strict())
		if err != nil {
			t.Fatal(err)
		}
		return &refs[0]
	}
	document := parse(t, []byte(src)).Node()
	for m, want := range map[Method]string{C14N10WithComments: `<a b="1"><!-- c --><c></c></a>`, Exclusive: `<a b="1"><c></c></a>`, "": src} {
		r := read(m)
		octets, err := r.Canonical(document)
		if err != nil || string(octets) != want {
			t.Errorf("%s: %q, %v", m, octets, err)
		}
		sum, err := r.Digest(document)
		if err != nil || !bytes.Equal(sum, sumOf(crypto.SHA256, []byte(want))) {
			t.Errorf("%s: %x, %v", m, sum, err)
		}
		_, err = r.DigestOctets(strings.NewReader(src))
		if (err == nil) != (m == "") {
			t.Errorf("octets by %q: %v", m, err)
		}
	}
	_, err := read(Exclusive).Digest(parse(t, []byte(`<a xmlns:p="1"/>`)).Node())
	wantReason(t, err, ReasonCanonicalization)
	if _, err := read("").DigestOctets(failing{}); err == nil {
		t.Error("an error of the reader is swallowed")
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, fmt.Errorf("broken") }
