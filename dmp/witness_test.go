package dmp

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"liasse/internal/witness"
)

// identifying tells xmlsec1 which attributes are ids, since it reads no schema.
var identifying = []string{"--id-attr:Id", "http://www.w3.org/2000/09/xmldsig#:Manifest", "--id-attr:Id", "http://uri.etsi.org/01903/v1.1.1#:SignedProperties"}

// files writes what xmlsec1 is to read; a comma in a name would split it.
func files(t *testing.T, contents map[string][]byte) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dmp-witness")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for name, content := range contents {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestXmlsecVerifiesLots: xmlsec1 finds the signature of a lot valid that is made here, and not once it is changed.
func TestXmlsecVerifiesLots(t *testing.T) {
	program := witness.Program(t, "xmlsec1")
	s := newSetting(t)
	s.seal()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.who.Signing.Leaf.Raw})
	verify := func(signature []byte) error {
		dir := files(t, map[string][]byte{"signature.xml": signature, "signer.pem": certificate})
		args := append([]string{"--verify", "--ignore-manifests", "--pubkey-cert-pem", filepath.Join(dir, "signer.pem")}, identifying...)
		return exec.Command(program, append(args, filepath.Join(dir, "signature.xml"))...).Run()
	}
	if err := verify(s.signed.Signature); err != nil {
		t.Errorf("a signature of ours: %v", err)
	}
	s.swap("<ds:DigestValue>AA==", "<ds:DigestValue>AQ==")
	if verify(s.signed.Signature) == nil {
		t.Error("a Manifest that was changed verifies")
	}
}

// TestLotsSignedByXmlsec: what xmlsec1 digests and signs of a lot is accepted here.
func TestLotsSignedByXmlsec(t *testing.T) {
	program := witness.Program(t, "xmlsec1")
	s := newSetting(t)
	s.seal()
	info := regexp.MustCompile(`(?s)<ds:SignedInfo>.*</ds:SignatureValue>`)
	template := info.ReplaceAllFunc(s.signed.Signature, func(all []byte) []byte {
		all = regexp.MustCompile(`<ds:DigestValue>[^<]*`).ReplaceAll(all, []byte("<ds:DigestValue>"))
		return regexp.MustCompile(`<ds:SignatureValue>[^<]*`).ReplaceAll(all, []byte("<ds:SignatureValue>"))
	})
	key, err := x509.MarshalPKCS8PrivateKey(s.who.Signing.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := files(t, map[string][]byte{"template.xml": template, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})})
	args := append([]string{"--sign", "--ignore-manifests", "--privkey-pem", filepath.Join(dir, "key.pem")}, identifying...)
	signature, err := exec.Command(program, append(args, filepath.Join(dir, "template.xml"))...).Output()
	if err != nil {
		t.Fatalf("signing with xmlsec1: %v", err)
	}
	s.contents[s.signed.Entry.ID] = signature
	if found := newBench(t, profile(t, now), nil).judge(t, s.caller, nil, s.signed.Submission, s.contents); len(found) > 0 {
		t.Errorf("a signature of xmlsec1:\n%s\n%s", sentences(found), signature)
	}
}
