package pki_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

func TestCertificatesAreReadStrictly(t *testing.T) {
	w := newWorld(t)
	good := w.signature(w.below).Certificate.Raw
	if c, err := pki.ParseCertificate(good); err != nil || !bytes.Equal(c.Raw, good) {
		t.Fatalf("a good one: %v", err)
	}
	header := good[:4] // SEQUENCE with a length of two bytes
	if header[1] != 0x82 {
		t.Fatal("the certificate is not of the length that the test expects")
	}
	longer := append([]byte{0x30, 0x83, 0, good[2], good[3]}, good[4:]...)
	indefinite := slices.Concat([]byte{0x30, 0x80}, good[4:], []byte{0, 0})
	// cA of basicConstraints or criticality TRUE as 01, which BER allows
	lax := bytes.Replace(good, []byte{1, 1, 0xFF}, []byte{1, 1, 1}, 1)
	two := w.signature(w.below, func(p *testpki.Profile) {
		p.Extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 999, 1}, Value: []byte{5, 0}}, {Id: asn1.ObjectIdentifier{2, 999, 2}, Value: []byte{5, 0}}}
	}).Certificate.Raw
	duplicated := bytes.Replace(two, []byte{6, 3, 0x88, 0x37, 2}, []byte{6, 3, 0x88, 0x37, 1}, 1)
	for name, der := range map[string][]byte{
		"an extension twice":        duplicated,
		"a byte after it":           append(bytes.Clone(good), 0),
		"itself after it":           append(bytes.Clone(good), good...),
		"a byte before it":          append([]byte{0}, good...),
		"cut short":                 good[:len(good)-1],
		"PEM":                       pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: good}),
		"a length longer than need": longer,
		"an indefinite length":      indefinite,
		"TRUE as 01":                lax,
		"a name":                    w.root.Certificate.RawSubject,
		"a CRL":                     {0x30, 3, 2, 1, 0},
		"text":                      []byte("certificate"),
		"too large":                 append([]byte{0x30, 0x83, 1, 0, 0}, make([]byte, 65536)...),
		"nested deeply":             nested(60),
		"a long tag":                {0x3f, 0x81, 1, 0},
	} {
		_, err := pki.ParseCertificate(der)
		if fault := faultOf(t, err); fault == nil || fault.Reason != pki.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := pki.ParseCertificate(nil)
	if fault := faultOf(t, err); fault == nil || fault.Reason != pki.NoCertificate || !errors.Is(err, fault) {
		t.Errorf("nothing: %v", err)
	}
}

// nested makes SEQUENCEs inside of each other.
func nested(depth int) []byte {
	der := []byte{5, 0}
	for range depth {
		der = append([]byte{0x30, byte(len(der))}, der...)
	}
	return der
}

// A handshake hands over what crypto/tls has parsed, which is less strict.
func TestWhatAHandshakeHandsOverIsHeldToDERToo(t *testing.T) {
	w := newWorld(t)
	leaf := w.authentication(w.below)
	loose := *leaf.Certificate
	loose.Raw = append(bytes.Clone(loose.Raw), 0)
	expect(t, w.open(pki.TLSClient), &testpki.Credential{Certificate: &loose, Chain: leaf.Chain}, pki.Malformed)
}

func TestReadCertificates(t *testing.T) {
	w := newWorld(t)
	for name, count := range map[string]int{"roots/root.pem": 1, "crls/root.crl": 0, "nothing.pem": 0} {
		all, err := pki.ReadCertificates(filepath.Join(w.dir, name))
		if len(all) != count || (err == nil) != (count > 0) {
			t.Errorf("%s: %d certificates, %v", name, len(all), err)
		}
	}
	if pki.SubjectOf(nil) != "" || pki.IssuerOf(nil) != "" || !strings.HasPrefix(pki.SubjectOf(&x509.Certificate{RawSubject: []byte{1, 2}}), "#0102") {
		t.Error("a certificate without a readable name has no words")
	}
}

// The package cannot dial: it imports nothing that could.
func TestNothingHereCanDial(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if path := strings.Trim(i.Path.Value, `"`); path == "net" || strings.HasPrefix(path, "net/") || path == "crypto/tls" || path == "os/exec" || path == "syscall" {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

// A certificate in which any one byte is another is never accepted.
func TestNoChangedByteIsAccepted(t *testing.T) {
	w := newWorld(t)
	good := w.signature(w.below)
	trust := w.open(pki.TokenSigner)
	for at := range good.Certificate.Raw {
		for _, flip := range []byte{0x01, 0x20, 0x80} {
			der := bytes.Clone(good.Certificate.Raw)
			der[at] ^= flip
			judgeAnything(t, der)
			c, err := pki.ParseCertificate(der)
			if err != nil {
				continue
			}
			if _, err := trust.Verify(c, good.Chain, time.Time{}); err == nil {
				t.Errorf("byte %d changed by %02x is accepted", at, flip)
			}
		}
	}
}

func judgeAnything(t testing.TB, der []byte) {
	t.Helper()
	c, err := pki.ParseCertificate(der)
	if err != nil {
		if faultOf(t, err) == nil {
			t.Error("refused without a fault")
		}
		return
	}
	if !bytes.Equal(c.Raw, der) {
		t.Error("the certificate is not what was given")
	}
	pki.HolderOf(c)
	pki.UsageNames(c)
	if !pki.SameHolder(c, c) && pki.HolderOf(c).ID != "" {
		t.Error("a certificate has another holder than itself")
	}
	if again, err := pki.ParseName(pki.SubjectOf(c)); err == nil {
		if name, err := pki.NameOf(c.RawSubject); err != nil || !name.Equal(again) {
			t.Errorf("the subject %s is read as %s", pki.SubjectOf(c), again)
		}
	}
}

func FuzzParseCertificate(f *testing.F) {
	w := newWorld(f)
	trusts := []*pki.Trust{w.open(pki.TLSClient), w.open(pki.TokenSigner)}
	f.Add(w.signature(w.below).Certificate.Raw)
	f.Add(w.authentication(w.below).Certificate.Raw)
	f.Add(w.root.Certificate.Raw)
	f.Add(nested(20))
	f.Fuzz(func(t *testing.T, der []byte) {
		judgeAnything(t, der)
		c, err := pki.ParseCertificate(der)
		if err != nil {
			return
		}
		for _, trust := range trusts {
			chain, err := trust.Verify(c, nil, time.Time{})
			if (err == nil) != (len(chain) > 1) {
				t.Errorf("a chain of %d, %v", len(chain), err)
			}
		}
	})
}
