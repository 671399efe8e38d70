package xmldsig

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"liasse/internal/xmltree"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sharedData gives a folder of the data that stands beside the project, and skips the test where there is none.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("../shared/data/%s is absent", name)
	}
	return path
}

// verdict is a line of the corpus: what the reference verifier says of a file when it is given certain keys.
type verdict struct{ file, says, algorithms, keys string }

func verdicts(t *testing.T, folder string) []verdict {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []verdict
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		c := strings.Split(lines.Text(), "\t")
		all = append(all, verdict{filepath.Join(c[0], c[1]), c[2], c[3], c[4]})
	}
	return all
}

// TestCorpus holds every file of the corpora of XML Signature to what the reference verifier says of it. What we do not
// implement must be refused as that, by name; what needs a certificate judged is not ours. testdata/corpus.golden keeps
// the outcome of each and their counts.
func TestCorpus(t *testing.T) {
	folder := sharedData(t, "xmldsig")
	all := verdicts(t, folder)
	if len(all) < 240 {
		t.Fatalf("%d verdicts", len(all))
	}
	var table strings.Builder
	engine, strict := map[string]int{}, map[string]int{}
	for _, v := range all {
		o := judge(t, filepath.Join(folder, "tests"), v)
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\n", v.file, v.says, o.engine, o.strict)
		engine[o.kind]++
		strict[o.strict]++
		if o.wrong != "" {
			t.Errorf("%s (%s): %s", v.file, v.says, o.wrong)
		}
	}
	var head strings.Builder
	fmt.Fprintf(&head, "# %d verdicts\n# with every algorithm that is implemented:\n", len(all))
	writeCounts(&head, engine)
	head.WriteString("# with the strict policy:\n")
	writeCounts(&head, strict)
	head.WriteString("# file\treference verifier\tour engine\tour strict policy\n")
	sameAsGolden(t, "testdata/corpus.golden", head.String()+table.String())
}

func writeCounts(b *strings.Builder, counts map[string]int) {
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(b, "#\t%d\t%s\n", counts[k], k)
	}
}

func sameAsGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what came out; -update writes it anew", golden)
	}
}

// outcome is what we say of a file; wrong is filled in when we should not.
type outcome struct{ engine, kind, strict, wrong string }

func judge(t *testing.T, folder string, v verdict) outcome {
	src, err := os.ReadFile(filepath.Join(folder, v.file+".xml"))
	if err != nil {
		return outcome{engine: "absent", kind: "skipped: the file is absent", strict: "absent"}
	}
	doc, err := xmltree.Parse(src, xmltree.DocumentLimits)
	if err != nil {
		if !strings.Contains(string(src), "<!DOCTYPE") {
			return outcome{engine: err.Error(), kind: "wrong", strict: "refused: not read", wrong: err.Error()}
		}
		return outcome{engine: "refused: document type declaration", kind: "skipped: document type declaration, which is never read", strict: "refused: document type declaration"}
	}
	defer doc.Release()
	signature := signatureOf(t, doc)
	keys := candidates(t, folder, v, signature)
	o := outcome{strict: "refused: " + strictly(signature, keys)}
	if o.strict == "refused: " {
		o.strict = "accepted"
		if weak(v.algorithms) {
			o.wrong = "the strict policy accepts " + v.algorithms
		}
	}
	o.judgeEngine(v, signature, keys)
	return o
}

// weak tells whether a list of algorithms holds one that the strict policy must refuse.
func weak(algorithms string) bool {
	for _, a := range strings.Fields(algorithms) {
		for _, w := range []string{"sha1", "sha224", "md5", "ripemd160", "hmac", "dsa-", "gost", "xpath", "xslt", "base64", "relationship", "eddsa", "ml-", "slh"} {
			if a == w || strings.HasPrefix(a, w) || strings.HasSuffix(a, "-"+w) {
				return true
			}
		}
	}
	return false
}

// strictly gives the reason of the strict policy's refusal, empty when it accepts with one of the keys.
func strictly(signature xmltree.Node, keys []crypto.PublicKey) string {
	s, err := Read(signature, Strict())
	if err != nil {
		return AsError(err).Reason.String()
	}
	return tryKeys(s, keys)
}

// tryKeys gives the reason of the refusal that is furthest on, empty when one of the keys verifies.
func tryKeys(s *Signature, keys []crypto.PublicKey) string {
	furthest := ReasonKey
	for _, key := range keys {
		err := s.Verify(key, nil)
		if err == nil {
			return ""
		}
		switch r := AsError(err).Reason; {
		case r == ReasonKey, r == ReasonAlgorithm, r == ReasonSignatureValue && furthest != ReasonKey:
		default:
			furthest = r
		}
	}
	return furthest.String()
}

func (o *outcome) judgeEngine(v verdict, signature xmltree.Node, keys []crypto.PublicKey) {
	if unknown := notImplemented(signature); unknown != "" {
		o.engine, o.kind = "refused: "+unknown, "skipped: not implemented: "+unknown
		if s, err := Read(signature, Engine()); err == nil {
			o.wrong = fmt.Sprintf("%s was read: %v", unknown, s.Method)
		}
		return
	}
	s, err := Read(signature, Engine())
	if err != nil {
		o.engine, o.kind, o.wrong = err.Error(), "wrong", err.Error()
		return
	}
	reason := tryKeys(s, keys)
	o.engine = "verifies"
	if reason != "" {
		o.engine = "refused: " + reason
	}
	switch {
	case outside(s):
		o.kind = "skipped: a reference out of the message"
	case v.says == "refuse" && aboutCertificates(v):
		o.kind = "skipped: refused for its certificate, which others judge"
	case otherEncoding(v):
		o.kind = "refused on purpose: an ECDSA value that is not r and s of fixed length"
		if reason != ReasonSignatureValue.String() {
			o.wrong = o.engine
		}
	case (v.says == "accept") == (reason == ""):
		o.kind = "agrees: " + v.says
	default:
		o.kind, o.wrong = "wrong", o.engine
	}
}

func outside(s *Signature) bool {
	return slices.ContainsFunc(s.References, func(r Reference) bool { return r.URI != "" && r.URI[0] != '#' })
}

// aboutCertificates tells whether a refusal is for the certificates or keys that the verifier was given, not for the
// signature.
func aboutCertificates(v verdict) bool {
	return !strings.Contains(v.file, "bad-digest-val") && !strings.Contains(v.file, "bad-sig")
}

func otherEncoding(v verdict) bool {
	for _, s := range []string{"asn1", "_padded", "ecdsa-java-bug"} {
		if strings.Contains(v.file, s) {
			return true
		}
	}
	return false
}

// notImplemented names the first algorithm of a SignedInfo that we do not implement.
func notImplemented(signature xmltree.Node) string {
	known := Engine()
	for n := range signature.Child(Namespace, "SignedInfo").Descendants() {
		m := Method(n.AttrValue("", "Algorithm"))
		switch {
		case m == "", n.Is(moreNamespace, "MaskGenerationFunction"):
		case known.allowsDigest(m), known.allowsSignature(m), slices.Contains(known.Transforms, m):
		default:
			return string(m)
		}
	}
	return ""
}

// candidates gives every key that a file holds or that the verdict gives the reference verifier.
func candidates(t *testing.T, folder string, v verdict, signature xmltree.Node) []crypto.PublicKey {
	var keys []crypto.PublicKey
	for n := range signature.Descendants() {
		key := keyIn(n)
		if n.Is(Namespace, "RetrievalMethod") {
			key = keyFile(filepath.Join(folder, filepath.Dir(v.file), n.AttrValue("", "URI")))
		}
		if key != nil {
			keys = append(keys, key)
		}
	}
	for _, option := range strings.Fields(v.keys) {
		for _, base := range []string{folder, filepath.Join(folder, filepath.Dir(v.file))} {
			files, err := filepath.Glob(filepath.Join(base, option) + "*")
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				if key := keyFile(file); key != nil {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
}

// keyIn reads the key that an element of KeyInfo holds.
func keyIn(n xmltree.Node) crypto.PublicKey {
	value := func(local string) []byte {
		for d := range n.Descendants() {
			if d.Local() == local {
				b, _ := decodeBase64(d.Text())
				return b
			}
		}
		return nil
	}
	text, _ := decodeBase64(n.Text())
	switch n.Local() {
	case "X509Certificate":
		if c, err := x509.ParseCertificate(text); err == nil {
			return c.PublicKey
		}
	case "DEREncodedKeyValue":
		key, _ := x509.ParsePKIXPublicKey(text)
		return key
	case "RSAKeyValue":
		return &rsa.PublicKey{N: new(big.Int).SetBytes(value("Modulus")), E: int(new(big.Int).SetBytes(value("Exponent")).Int64())}
	case "ECKeyValue":
		for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
			if key, err := ecdsa.ParseUncompressedPublicKey(curve, value("PublicKey")); err == nil {
				return key
			}
		}
	}
	return nil
}

func keyFile(file string) crypto.PublicKey {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	if c, err := x509.ParseCertificate(b); err == nil {
		return c.PublicKey
	}
	key, _ := x509.ParsePKIXPublicKey(b)
	return key
}
