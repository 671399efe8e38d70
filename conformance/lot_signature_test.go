package conformance

import (
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"github.com/beevik/etree"
)

// signatureOf builds a lot and gives the document that signs it.
func signatureOf(t *testing.T, r *run, sc *scope, text string) (*builtLot, *document) {
	t.Helper()
	_, lot, err := framed(t, r, sc, text)
	if err != nil {
		t.Fatal(err)
	}
	return lot, sc.document("SIG")
}

// TestLotSignatureVerifies has xmlsec1 judge the signatures of lots.
func TestLotSignatureVerifies(t *testing.T) {
	folders := map[string]string{"rsa": testPKI(t, "rsa-2048"), "ec": testPKI(t, "p256")}
	for _, c := range []struct {
		name, key, note string
		verifies        bool
	}{
		{"plain", "rsa", "{}", true},
		{"ECDSA", "ec", "{}", true},
		{"SHA-1", "rsa", "{sign: {method: rsa-sha1, digest: sha1}}", true},
		{"exclusive", "rsa", "{sign: {canonicalization: exc-c14n}}", true},
		{"mutated before", "rsa", "{mutate: [{at: //ds:Manifest/ds:Reference, remove: true}]}", true},
		{"manifest touched", "rsa", "{tamper: [{at: //ds:Manifest/ds:Reference, remove: true}]}", false},
		{"time touched", "rsa", "{tamper: [{at: //xades:SigningTime, text: x}]}", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, sc := testRun(t, folders[c.key])
			_, signature := signatureOf(t, r, sc, "{provide: {}, lotSignature: "+c.note+"}")
			said, ok := verify(t, signature.content, r.identities.byName["medecin"].sign.chain[0],
				"--ignore-manifests", "--id-attr:Id", dsigNS+":Manifest", "--id-attr:Id", xadesNS+":SignedProperties")
			if ok != c.verifies {
				t.Errorf("xmlsec1 verifies: %t, want %t\n%s\n%s", ok, c.verifies, said, signature.content)
			}
		})
	}
}

// TestManifest holds the manifest to the lot: the SubmissionSet with its constant, each document with its digest.
func TestManifest(t *testing.T) {
	r, sc := testRun(t, testPKI(t, "p256"))
	lot, signature := signatureOf(t, r, sc, "{provide: {documents: [{id: A}, {id: B, mimeType: application/dicom, contentSize: 10}]}}")
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(signature.content); err != nil {
		t.Fatal(err)
	}
	var have [][2]string
	for _, reference := range doc.FindElements("//ds:Manifest/ds:Reference") {
		have = append(have, [2]string{reference.SelectAttrValue("URI", ""), reference.SelectElement("ds:DigestValue").Text()})
	}
	raw := sha256.Sum256(sc.document("B").content)
	if len(have) != 3 || have[0] != [2]string{"urn:oid:" + sc.get("SS1.uniqueId"), constantDigest} ||
		have[1][0] != "urn:oid:"+sc.get("A.uniqueId") || have[2] != [2]string{"urn:oid:" + sc.get("B.uniqueId"), base64.StdEncoding.EncodeToString(raw[:])} {
		t.Errorf("the manifest holds %v", have)
	}
	if n := len(lot.documents); n != 3 {
		t.Errorf("%d documents are sent, want the two and the signature", n)
	}
	for _, path := range []string{"signs", "SS1-SIG"} {
		if found := withID(lot.request, sc.get(path)); len(found) != 1 {
			t.Errorf("the association %s is there %d times", path, len(found))
		}
	}
}

// TestCanonicalDocument compares with what Canonical XML says of a whole document.
func TestCanonicalDocument(t *testing.T) {
	const text = "<?xml version=\"1.0\"?>\r\n<?style a?>\n<!-- one --><a  b='2'  a=\"1\"><!-- two --><b/>\r\n</a><!-- three -->"
	for word, want := range map[string]string{
		"c14n-comments": "<?style a?>\n<!-- one -->\n<a a=\"1\" b=\"2\"><!-- two --><b></b>\n</a>\n<!-- three -->",
		"c14n":          "<?style a?>\n<a a=\"1\" b=\"2\"><b></b>\n</a>",
	} {
		have, err := canonicalDocument([]byte(text), word)
		if err != nil || string(have) != want {
			t.Errorf("%s: %q, %v; want %q", word, have, err, want)
		}
	}
}
