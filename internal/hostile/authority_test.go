package hostile_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// authority issues certificates. Its key is at hand, so whatever an authority could be made to issue can be tried.
type authority struct {
	*pair
	certificate *x509.Certificate
	above       [][]byte // what a leaf's chain goes on with
}

func loadAuthority(pki, name string) *authority {
	p, err := loadPair(filepath.Join(pki, "ca", name))
	must(err)
	return &authority{pair: p, certificate: p.leaf(), above: p.chain[:1]}
}

// template is a certificate like another one: its subject, its usages and its private extensions, and a serial number of
// its own.
func template(like *x509.Certificate) *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: newSerial(), RawSubject: like.RawSubject, NotBefore: like.NotBefore, NotAfter: like.NotAfter,
		KeyUsage: like.KeyUsage, ExtKeyUsage: like.ExtKeyUsage, UnknownExtKeyUsage: like.UnknownExtKeyUsage, BasicConstraintsValid: true,
	}
	written := []string{"2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35", "2.5.29.37"}
	for _, e := range like.Extensions {
		if !slices.Contains(written, e.Id.String()) {
			t.ExtraExtensions = append(t.ExtraExtensions, e)
		}
	}
	return t
}

func newSerial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	must(err)
	return n
}

// issue issues a certificate like the leaf of a pair, for the same key unless another is given.
func (a *authority) issue(like *pair, key crypto.Signer, change func(*x509.Certificate)) *pair {
	t := template(like.leaf())
	if change != nil {
		change(t)
	}
	if key == nil {
		key = like.key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.certificate, key.Public(), a.key)
	must(err)
	return &pair{key: key, chain: append([][]byte{der}, a.above...)}
}

// below is an authority that another one issued.
func (a *authority) below(name string, change func(*x509.Certificate)) *authority {
	t := &x509.Certificate{
		SerialNumber: newSerial(), Subject: pkix.Name{CommonName: name, Organization: []string{"LIASSE"}, Country: []string{"FR"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if change != nil {
		change(t)
	}
	key := ecKey(elliptic.P256())
	der, err := x509.CreateCertificate(rand.Reader, t, a.certificate, key.Public(), a.key)
	must(err)
	made := &authority{pair: &pair{key: key, chain: [][]byte{der}}}
	made.certificate = made.leaf()
	made.above = append([][]byte{der}, a.above...)
	return made
}

// stranger is an authority that has the name of another one and a key of its own.
func stranger(like *authority) *authority {
	key := ecKey(elliptic.P256())
	t := template(like.certificate)
	t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	must(err)
	made := &authority{pair: &pair{key: key, chain: [][]byte{der}}}
	made.certificate, made.above = made.leaf(), made.chain
	return made
}

// selfSigned is a certificate like the leaf of a pair that vouches for itself.
func selfSigned(like *pair, key crypto.Signer) *pair {
	t := template(like.leaf())
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	must(err)
	return &pair{key: key, chain: [][]byte{der}}
}

func ecKey(curve elliptic.Curve) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	must(err)
	return key
}

// rsaKeys are made once for each size, which takes long.
var rsaKeys struct {
	sync.Mutex
	bySize map[int]*rsa.PrivateKey
}

func rsaKey(bits int) *rsa.PrivateKey {
	rsaKeys.Lock()
	defer rsaKeys.Unlock()
	if key := rsaKeys.bySize[bits]; key != nil {
		return key
	}
	key, err := rsa.GenerateKey(rand.Reader, bits)
	must(err)
	if rsaKeys.bySize == nil {
		rsaKeys.bySize = make(map[int]*rsa.PrivateKey)
	}
	rsaKeys.bySize[bits] = key
	return key
}

// extension is one that is written as it is given.
func extension(oid string, critical bool, value any) pkix.Extension {
	der, raw := value.([]byte)
	if !raw {
		var err error
		der, err = asn1.Marshal(value)
		must(err)
	}
	id, err := x509.ParseOID(oid)
	must(err)
	return pkix.Extension{Id: asn1OID(id), Critical: critical, Value: der}
}

func asn1OID(oid x509.OID) asn1.ObjectIdentifier {
	var id asn1.ObjectIdentifier
	der, err := oid.MarshalBinary()
	must(err)
	_, err = asn1.Unmarshal(append([]byte{asn1.TagOID, byte(len(der))}, der...), &id)
	must(err)
	return id
}

// replaced puts an extension in the place of another one of the same OID.
func replaced(t *x509.Certificate, e pkix.Extension) {
	t.ExtraExtensions = slices.DeleteFunc(t.ExtraExtensions, func(have pkix.Extension) bool { return have.Id.Equal(e.Id) })
	t.ExtraExtensions = append(t.ExtraExtensions, e)
}
