package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"liasse/internal/xmltree"
)

// explained remembers which damages a test has brought about, so that none is without one.
var explained = map[Damage]bool{}

// explains verifies a message, which must fail, and holds its explanation to a damage.
func explains(t *testing.T, name string, src []byte, want Damage, others ...crypto.PublicKey) Cause {
	t.Helper()
	s, err := Read(signatureOf(t, parse(t, src)), Engine())
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return Cause{}
	}
	key := keyIn(s.KeyInfo.FirstElement().FirstElement())
	err = s.Verify(key, nil)
	if err == nil {
		t.Errorf("%s: it verifies\n%s", name, src)
		return Cause{}
	}
	cause, found := Explain(s, err, others...)
	if !found || cause.Damage != want {
		t.Errorf("%s: %v %d %q, found %v; want %d", name, err, cause.Damage, cause, found, want)
	}
	explained[cause.Damage] = true
	return cause
}

// forged signs an assertion as if the digest were of what is given.
func forged(t *testing.T, src string, value []byte, transforms ...Transform) []byte {
	t.Helper()
	signer := rsaHolder().signer()
	if len(transforms) == 0 {
		transforms = []Transform{{Algorithm: EnvelopedSignature}, {Algorithm: Exclusive}}
	}
	head, err := signer.appendHead(nil, "", Transform{Algorithm: Exclusive}, []NewReference{{URI: "#_a", Value: value, Transforms: transforms}})
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

// TestExplainForms: the signer digested something else than it declares.
func TestExplainForms(t *testing.T) {
	src := strings.Replace(string(assertion("_a")), "<saml2:Assertion ", `<saml2:Assertion xmlns:unused="urn:unused" `, 1)
	root := parse(t, []byte(src)).Root()
	form := func(m Method, prefixes ...string) []byte {
		how := canonicalizations[m]
		how.Prefixes = prefixes
		return sumOf(crypto.SHA256, root.AppendCanonical(nil, how))
	}
	inclusive := []Transform{{Algorithm: EnvelopedSignature}, {Algorithm: C14N10}}
	if c := explains(t, "inclusive for exclusive", forged(t, src, form(C14N10)), OtherForm); c.Method != C14N10 {
		t.Error(c)
	}
	if c := explains(t, "exclusive for inclusive", forged(t, src, form(Exclusive), inclusive...), OtherForm); c.Method != Exclusive {
		t.Error(c)
	}
	explains(t, "comments kept", forged(t, src, form(ExclusiveWithComments)), Comments)
	if c := explains(t, "a list unsaid", forged(t, src, form(Exclusive, "xs")), PrefixList); c.Detail != "xs" {
		t.Error(c)
	}
	explains(t, "raw text", forgedRaw(t, src), Raw)
	explains(t, "nothing", forged(t, src, sumOf(crypto.SHA256, nil)), Nothing)
	if c := explains(t, "SHA3-256", forged(t, src, sumOf(crypto.SHA3_256, root.AppendCanonical(nil, canonicalizations[Exclusive]))), OtherDigest); c.Method != SHA3256 {
		t.Error(c)
	}
	empty := forged(t, src, make([]byte, 32))
	d := parse(t, []byte(emptied.ReplaceAllString(string(empty), "$1$2")))
	explains(t, "signature kept", forged(t, src, sumOf(crypto.SHA256, d.Root().AppendCanonical(nil, canonicalizations[Exclusive]))), SignatureKept)

	// Signed by an inclusive method, then put into an envelope.
	made, err := rsaHolder().signer().SignEnveloped([]byte(src), Enveloped{ID: "_a", Canonicalization: C14N10})
	if err != nil {
		t.Fatal(err)
	}
	explains(t, "out of context, SignedInfo", []byte(message(security("", string(made)), "")), OutOfContext)
	explains(t, "out of context", []byte(message(security("", string(forged(t, src, form(C14N10), inclusive...))), "")), OutOfContext)

	s, err := Read(signatureOf(t, parse(t, []byte(strings.Replace(signed(t), "899900063480", "899900063481", 1)))), Strict())
	if err != nil {
		t.Fatal(err)
	}
	if c, found := Explain(s, s.Verify(rsaHolder().key.Public(), nil)); found {
		t.Errorf("a digit that was changed is explained as %q", c)
	}
}

// forgedRaw gives a signature over the text as it stands once the signature is in it, which only a second pass can know:
// over an element apart from the signature.
func forgedRaw(t *testing.T, src string) []byte {
	t.Helper()
	subject := strings.Replace(between(src, "<saml2:Subject>", "</saml2:Subject>"), "<saml2:Subject>", `<saml2:Subject xmlns:saml2="`+saml+`" Id="o"  >`, 1)
	made, err := rsaHolder().signer().SignEnveloping(Enveloping{Objects: [][]byte{[]byte(subject)}, References: []NewReference{{
		URI: "#o", Value: sumOf(crypto.SHA256, []byte(subject)), Transforms: []Transform{{Algorithm: Exclusive}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestExplainEdits: the text was changed after it was signed.
func TestExplainEdits(t *testing.T) {
	sign := func(src string) string {
		made, err := rsaHolder().signer().SignEnveloped([]byte(src), Enveloped{ID: "_a"})
		if err != nil {
			t.Fatal(err)
		}
		return string(made)
	}
	const head = `<saml2:Assertion xmlns:saml2="` + saml + `" ID="_a"><saml2:Issuer>CN=LIASSE</saml2:Issuer>`
	compact := head + `<saml2:Subject><saml2:NameID>1</saml2:NameID></saml2:Subject></saml2:Assertion>`
	indented := "<saml2:Assertion xmlns:saml2=\"" + saml + "\" ID=\"_a\">\n  <saml2:Issuer>CN=LIASSE</saml2:Issuer>\n  <saml2:Subject>\n    <saml2:NameID>1</saml2:NameID>\n  </saml2:Subject>\n</saml2:Assertion>"
	pdf := strings.Repeat("JVBERi0xLjQK", 20)
	lines := func(end string) string { return pdf[:76] + end + pdf[76:152] + end + pdf[152:228] + end + pdf[228:] }
	change := func(src string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(sign(src)) }
	with := func(value string) string { return strings.Replace(compact, ">1<", ">"+value+"<", 1) }
	for name, c := range map[string]struct {
		src  string
		want Damage
	}{
		"indented":                    {change(compact, "<saml2:Subject>", "\n  <saml2:Subject>\n", "</saml2:Subject>", "\n  </saml2:Subject>\n"), Indentation},
		"made compact":                {change(indented, "\n  ", "", "    ", "", "\n</saml2", "</saml2"), Indentation},
		"CR LF in a tree":             {change(with("a&#xD;\nb"), "a&#xD;\nb", "a\r\nb"), LineEnds},
		"CR as a reference":           {change(with("a\nb"), "a\nb", "a&#13;\nb"), LineEnds},
		"a tab in an attribute":       {change(strings.Replace(compact, "<saml2:Subject", `<saml2:Subject a="x&#x9;y&#xA;z"`, 1), "x&#x9;y&#xA;z", "x\ty\nz"), AttributeBlanks},
		"base64 joined":               {change(with(lines("\n")), lines("\n"), pdf), Base64Lines},
		"base64 broken":               {change(with(pdf), pdf, lines("\n")), Base64Lines},
		"base64 of Windows":           {change(with(lines("&#xD;\n")), lines("&#xD;\n"), lines("\r\n")), LineEnds},
		"texts with blanks around":    {change(compact, ">1<", "> 1\n<"), Trimmed},
		"a prefix renamed":            {change(compact, "saml2:", "saml:", "xmlns:saml2", "xmlns:saml"), RenamedPrefix},
		"a prefix for the default":    {change(strings.NewReplacer("saml2:", "", "xmlns:saml2", "xmlns").Replace(compact), `xmlns="`+saml, `xmlns:q="`+saml, "<Assertion", "<q:Assertion", "</Assertion", "</q:Assertion", "Issuer>", "q:Issuer>", "</Issuer", "</q:Issuer", "<Subject", "<q:Subject", "</Subject", "</q:Subject", "<NameID", "<q:NameID", "</NameID", "</q:NameID", "<Issuer", "<q:Issuer"), RenamedPrefix},
		"indented, with the envelope": {message(security("", change(compact, "<saml2:Subject>", "\n\t<saml2:Subject>\n")), ""), Indentation},
	} {
		explains(t, name, []byte(c.src), c.want)
	}
}

// TestExplainDocuments: what a Manifest names is digested otherwise than its reference says.
func TestExplainDocuments(t *testing.T) {
	src := []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<a  b='é'>\r\n  <c/><!-- d -->\r\n</a>\r\n")
	doc := parse(t, src)
	other := []byte("<other/>")
	lone := []byte("no XML at all")
	sum := func(b []byte) []byte { return sumOf(crypto.SHA256, b) }
	form := func(d *xmltree.Document, m Method) []byte { return d.Node().AppendCanonical(nil, canonicalizations[m]) }
	for name, c := range map[string]struct {
		transform Method
		value     []byte
		octets    []byte
		want      Damage
	}{
		"another algorithm":        {"", sumOf(crypto.SHA1, src), src, OtherDigest},
		"raw for a form":           {C14N10WithComments, sum(src), src, Raw},
		"a form for raw":           {"", sum(form(doc, C14N10WithComments)), src, Canonical},
		"comments dropped":         {C14N10WithComments, sum(form(doc, C14N10)), src, Comments},
		"lines of Unix":            {"", sum(unixLines(src)), src, LineEnds},
		"lines of Windows":         {"", sum(windowsLines(unixLines(src))), unixLines(src), LineEnds},
		"a newline counted":        {"", sum(append(bytes.Clone(lone), '\n')), lone, FinalNewline},
		"a newline not counted":    {"", sum(lone), append(bytes.Clone(lone), '\n'), FinalNewline},
		"a mark not counted":       {"", sum(lone), append(bytes.Clone(mark), lone...), ByteOrderMark},
		"a mark counted":           {"", sum(append(bytes.Clone(mark), src...)), src, ByteOrderMark},
		"no declaration":           {"", sum(withoutDeclaration(src)), src, Declaration},
		"a declaration":            {"", sum([]byte(`<?xml version="1.0" encoding="UTF-8"?><other/>`)), other, Declaration},
		"base64 digested":          {"", sum([]byte(encode(lone))), lone, Base64Text},
		"base64 in lines":          {"", sum(broken(src, 76, "\r\n")), src, Base64Text},
		"base64 sent":              {"", sum(src), []byte(base64.StdEncoding.EncodeToString(src)), Base64Text},
		"Latin-1 digested":         {"", sum(latin1([]byte("é"))), []byte("é"), Charset},
		"hexadecimal":              {"", []byte(hex.EncodeToString(sum(src))), src, HexDigest},
		"hexadecimal of a form":    {C14N10, []byte(strings.ToUpper(hex.EncodeToString(sum(form(doc, C14N10))))), src, HexDigest},
		"another document":         {"", sum(other), src, OtherDocument},
		"another document's form":  {C14N10, sum([]byte("<other></other>")), src, OtherDocument},
		"nothing":                  {"", sum(nil), src, Nothing},
		"indented":                 {C14N10, sum([]byte("<a b=\"é\"><c></c></a>")), src, Indentation},
		"as it is, but in no form": {Exclusive, sum(src), src, Raw},
	} {
		r := &Reference{URI: "urn:oid:1.2", DigestMethod: SHA256, DigestValue: c.value, policy: Strict()}
		if c.transform != "" {
			r.Transforms = []Transform{{Algorithm: c.transform}}
		}
		e := Evidence{Octets: c.octets, Others: []Document{{"cda.xml", []byte("<x/>")}, {"other.xml", other}}}
		if d, err := xmltree.Parse(c.octets, xmltree.DocumentLimits); err == nil {
			e.Document = d
		}
		cause, found := r.Explain(e)
		if !found || cause.Damage != c.want {
			t.Errorf("%s: %d %q, %v; want %d", name, cause.Damage, cause, found, c.want)
		}
		if cause.Damage == OtherDocument && cause.Detail != "other.xml" {
			t.Errorf("%s: %s", name, cause)
		}
		explained[cause.Damage] = true
	}
	r := &Reference{DigestMethod: SHA256, DigestValue: []byte{0}, policy: Strict()}
	if c, found := r.Explain(Evidence{Octets: src, Document: doc}); found {
		t.Errorf("the constant of a submission set is explained as %q", c)
	}
}

// TestExplainValue: the value is by another key, over other octets, or written otherwise.
func TestExplainValue(t *testing.T) {
	v := newVectors(t, rsaHolder(), RSASHA256)
	put := func(v *vectors, value []byte) []byte {
		old := between(v.text, "<ds:SignatureValue>", "</ds:SignatureValue>")
		return []byte(strings.Replace(v.text, old, "<ds:SignatureValue>"+encode(value)+"</ds:SignatureValue>", 1))
	}
	pkcs1Of := func(h holder, hash crypto.Hash, octets []byte) []byte {
		sum := octets
		if hash != 0 {
			sum = sumOf(hash, octets)
		}
		value, err := rsa.SignPKCS1v15(nil, h.key.(*rsa.PrivateKey), hash, sum)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	info := signatureOf(t, parse(t, []byte(v.text))).FirstElement()
	inMessage := newVectors(t, rsaHolder(), RSASHA256)
	inMessage.text = message(security("", v.text), "")
	infoInMessage := signatureOf(t, parse(t, []byte(inMessage.text))).FirstElement()
	backward := slices.Clone(v.value)
	slices.Reverse(backward)
	explains(t, "another key", put(v, pkcs1Of(otherHolder(), crypto.SHA256, v.octets)), OtherKey, otherHolder().key.Public())
	explains(t, "another key, over anything", put(v, pkcs1Of(otherHolder(), crypto.SHA256, nil)), OtherKey, otherHolder().key.Public())
	if c := explains(t, "SHA-1", put(v, pkcs1Of(rsaHolder(), crypto.SHA1, v.octets)), OtherDigest); c.Method != RSASHA1 {
		t.Error(c)
	}
	if c := explains(t, "an inclusive SignedInfo", put(inMessage, pkcs1Of(rsaHolder(), crypto.SHA256, infoInMessage.AppendCanonical(nil, canonicalizations[C14N10]))), OtherForm); c.Method != C14N10 {
		t.Error(c)
	}
	explains(t, "a raw SignedInfo", put(v, pkcs1Of(rsaHolder(), crypto.SHA256, info.Raw())), Raw)
	explains(t, "SignedInfo indented", []byte(strings.Replace(v.text, "<ds:SignatureMethod", "\n  <ds:SignatureMethod", 1)), Indentation)
	explains(t, "another SignedInfo", put(v, pkcs1Of(rsaHolder(), crypto.SHA256, []byte("x"))), Edited)
	explains(t, "reversed", put(v, backward), Reversed)
	explains(t, "no DigestInfo", put(v, pkcs1Of(rsaHolder(), 0, sumOf(crypto.SHA256, v.octets))), BareDigest)
	explains(t, "PSS for PKCS1", put(v, v.rawPSS(crypto.SHA256, crypto.SHA256, 32, v.octets)), OtherPadding)
	p := newVectors(t, rsaHolder(), RSAPSSSHA256)
	explains(t, "PKCS1 for PSS", put(p, pkcs1Of(rsaHolder(), crypto.SHA256, p.octets)), OtherPadding)
	explains(t, "a short salt", put(p, p.rawPSS(crypto.SHA256, crypto.SHA256, 20, p.octets)), OtherSalt)
	e := newVectors(t, p256Holder(), ECDSASHA256)
	key := p256Holder().key.(*ecdsa.PrivateKey)
	der, err := ecdsa.SignASN1(rand.Reader, key, sumOf(crypto.SHA256, e.octets))
	if err != nil {
		t.Fatal(err)
	}
	explains(t, "DER", put(e, der), NotRS)
	explains(t, "padded", put(e, slices.Concat([]byte{0}, e.value[:32], []byte{0}, e.value[32:])), NotRS)
	if der, err = ecdsa.SignASN1(rand.Reader, key, sumOf(crypto.SHA512, e.octets)); err != nil {
		t.Fatal(err)
	}
	value, err := fixedRS(key.Public(), der)
	if err != nil {
		t.Fatal(err)
	}
	if c := explains(t, "SHA-512", put(e, value), OtherDigest); c.Method != ECDSASHA512 {
		t.Error(c)
	}
	s, err := Read(signatureOf(t, parse(t, put(e, bytes.Repeat([]byte{7}, 64)))), Strict())
	if err != nil {
		t.Fatal(err)
	}
	if c, found := Explain(s, s.Verify(key.Public(), nil)); found {
		t.Errorf("a value out of the air is explained as %q", c)
	}
}

// TestEveryDamage: every damage has been brought about above, and says what it is in both languages.
func TestEveryDamage(t *testing.T) {
	TestExplainForms(t)
	TestExplainEdits(t)
	TestExplainDocuments(t)
	TestExplainValue(t)
	for damage := OtherDigest; int(damage) < len(sentences); damage++ {
		if !explained[damage] {
			t.Errorf("no test brings about %d: %s", damage, Cause{Damage: damage})
		}
		c := Cause{Damage: damage, Method: C14N10, Detail: "detail"}
		en, fr := c.Sentence("en"), c.Sentence("fr")
		if en == "" || fr == "" || en == fr || strings.ContainsAny(en+fr, "{}") || c.Sentence("de") != en {
			t.Errorf("%d: %q, %q", damage, en, fr)
		}
	}
	if (Cause{}).String() != "" {
		t.Error("no damage says something")
	}
}
