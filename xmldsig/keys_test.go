package xmldsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"regexp"
	"sync"
	"testing"
	"time"

	"liasse/internal/xmltree"
)

// holder is a key with a certificate of its own making.
type holder struct {
	key  crypto.Signer
	cert []byte
}

func (h holder) signer() *Signer { return &Signer{Key: h.key, Certificates: [][]byte{h.cert}} }

func newHolder(key crypto.Signer, err error) holder {
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "LIASSE TEST SIGNER"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), SubjectKeyId: []byte{1, 2, 3, 4},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return holder{key, der}
}

var (
	rsaHolder   = sync.OnceValue(func() holder { return newHolder(rsa.GenerateKey(rand.Reader, 2048)) })
	otherHolder = sync.OnceValue(func() holder { return newHolder(rsa.GenerateKey(rand.Reader, 2048)) })
	p256Holder  = sync.OnceValue(func() holder { return newHolder(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	p384Holder  = sync.OnceValue(func() holder { return newHolder(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) })
	p521Holder  = sync.OnceValue(func() holder { return newHolder(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)) })
)

func parse(t testing.TB, src []byte) *xmltree.Document {
	t.Helper()
	d, err := xmltree.Parse(src, xmltree.DocumentLimits)
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	return d
}

// signatureOf finds the first Signature of a document.
func signatureOf(t testing.TB, d *xmltree.Document) xmltree.Node {
	t.Helper()
	for n := range elements(d) {
		if n.Is(Namespace, "Signature") {
			return n
		}
	}
	t.Fatal("no Signature")
	return xmltree.Node{}
}

// check reads and verifies the first Signature of a text.
func check(t testing.TB, src []byte, p *Policy, key crypto.PublicKey) (*Signature, error) {
	t.Helper()
	d := parse(t, src)
	s, err := Read(signatureOf(t, d), p)
	if err != nil {
		return nil, err
	}
	return s, s.Verify(key, CollectIDs(d))
}

// wantReason holds an error to a reason.
func wantReason(t testing.TB, err error, want Reason) {
	t.Helper()
	e := AsError(err)
	if e == nil {
		t.Errorf("%v; want a fault of %s", err, want)
	} else if e.Reason != want {
		t.Errorf("%s: %v; want %s", e.Reason, err, want)
	} else if word := english.FindString(quotation.ReplaceAllString(e.Found+" "+e.Expected, "")); word != "" {
		t.Errorf("found %q, expected %q: %q is English", e.Found, e.Expected, word)
	}
}

// english finds words of English prose, which Found and Expected hold none of; quotation what the signature itself says.
var (
	english   = regexp.MustCompile(`(?i)(^|[ (])(an?|the|than|of|for|inside|in|not?|more|fewer|another|that|which|with|at|least|most|is|it|one|nothing|alone|value|bytes|bits|key)([ ).,;:]|$)`)
	quotation = regexp.MustCompile(`"[^"]*"`)
)
