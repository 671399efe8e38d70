package conformance

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// testPKI writes a small PKI in the layout of `liasse pki`: one authority for all, one identity.
func testPKI(t *testing.T, kind string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(path, kind string, der []byte) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ca := func(name string, key *pair) *x509.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "TEST AC " + name, Country: []string{"FR"}}, IsCA: true, BasicConstraintsValid: true,
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.key.Public(), key.key)
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.MarshalPKCS8PrivateKey(key.key)
		if err != nil {
			t.Fatal(err)
		}
		write("ca/"+name+".crt", "CERTIFICATE", der)
		write("ca/"+name+".key", "PRIVATE KEY", private)
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return certificate
	}
	authorityKey, err := newKey("p256")
	if err != nil {
		t.Fatal(err)
	}
	key := &pair{key: authorityKey}
	for _, name := range []string{"root", "organisations", "servers"} {
		ca(name, key)
	}
	persons := ca("persons", key)
	holder, err := newKey(kind)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(holder)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := asn1.Marshal(pkix.RDNSequence{
		{{Type: []int{2, 5, 4, 6}, Value: "FR"}}, {{Type: []int{2, 5, 4, 12}, Value: "Médecin"}},
		{{Type: []int{2, 5, 4, 3}, Value: "899700000001"}, {Type: []int{2, 5, 4, 4}, Value: "DUPONT"}, {Type: []int{2, 5, 4, 42}, Value: "Jeanne"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"auth", "sign"} {
		der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
			SerialNumber: big.NewInt(int64(2 + i)), RawSubject: subject, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			KeyUsage:        []x509.KeyUsage{x509.KeyUsageDigitalSignature, x509.KeyUsageContentCommitment}[i],
			ExtraExtensions: []pkix.Extension{{Id: []int{1, 2, 250, 1, 71, 1, 2, 7}, Value: []byte{2, 1, 10}}},
		}, persons, holder.Public(), authorityKey)
		if err != nil {
			t.Fatal(err)
		}
		write("identities/medecin/"+name+".crt", "CERTIFICATE", der)
		write("identities/medecin/"+name+".key", "PRIVATE KEY", private)
	}
	write("identities/medecin/server-ca.crt", "CERTIFICATE", persons.Raw)
	note := identityNote{Name: "medecin", Mode: "DIRECTE", NameID: "899700000001", Family: "DUPONT", Given: "Jeanne", Sector: "SA07^1.2.250.1.71.4.2.4",
		AuthnContext: "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI", Realm: "test"}
	note.Structure.ID, note.Structure.Name = "10B0000011", "CABINET D'ESSAI"
	note.Software.Name, note.Software.Version, note.Software.Homologation = "Essai", "1.0", "ESSAI-1"
	text, err := json.Marshal(note)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "identities/medecin/identity.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// testRun is a run with the identities of a folder, and a scope of a check in it.
func testRun(t *testing.T, dir string) (*run, *scope) {
	t.Helper()
	all, err := loadIdentities(&Target{PKI: dir})
	if err != nil {
		t.Fatal(err)
	}
	return &run{identities: all}, testScope()
}

// framed builds a message as it would be sent by its sender.
func framed(t *testing.T, r *run, sc *scope, text string) (*envelope, *builtLot, error) {
	t.Helper()
	s := readSend(t, text)
	from, err := r.sender(sc, s)
	if err != nil {
		return nil, nil, err
	}
	body, lot, err := s.body(sc, from)
	if err != nil {
		return nil, nil, err
	}
	e := newEnvelope(s.wsaAction(), "http://here/", body)
	if err := from.secure(sc, s, e.doc.Root()); err != nil {
		return nil, nil, err
	}
	if _, err := s.frame(sc, e, lot); err != nil {
		return nil, nil, err
	}
	return e, lot, nil
}

// TestReissue makes certificates that depart from an identity's, and reads what came of each.
func TestReissue(t *testing.T) {
	all, err := loadIdentities(&Target{PKI: testPKI(t, "p256")})
	if err != nil {
		t.Fatal(err)
	}
	original, err := all.byName["medecin"].sign.leaf()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		note  CertificateNote
		holds func(*x509.Certificate) bool
	}{
		{"nothing", CertificateNote{}, func(c *x509.Certificate) bool {
			return string(c.RawSubject) == string(original.RawSubject) && string(c.RawIssuer) == string(original.RawIssuer) && c.KeyUsage == original.KeyUsage && len(c.Extensions) >= len(original.Extensions)
		}},
		{"expired", CertificateNote{From: "-48h", To: "-1h"}, func(c *x509.Certificate) bool { return c.NotAfter.Before(time.Now()) }},
		{"self", CertificateNote{Issuer: "self"}, func(c *x509.Certificate) bool { return string(c.RawIssuer) == string(c.RawSubject) }},
		{"stranger", CertificateNote{Issuer: "stranger"}, func(c *x509.Certificate) bool {
			return string(c.RawIssuer) == string(original.RawIssuer) && (*all.pki)["persons"].certificate.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil
		}},
		{"usage", CertificateNote{Usage: &Strings{"digitalSignature"}, Extended: &Strings{"clientAuth"}}, func(c *x509.Certificate) bool {
			return c.KeyUsage == x509.KeyUsageDigitalSignature && len(c.ExtKeyUsage) == 1
		}},
		{"subject", CertificateNote{Subject: map[string]string{"CN": "1", "OU": "x"}}, func(c *x509.Certificate) bool {
			name, err := distinguishedName(c.RawSubject)
			return err == nil && name == "OU=x,CN=1+GN=Jeanne+SN=DUPONT,T=Médecin,C=FR" || name == "OU=x,CN=1+SN=DUPONT+GN=Jeanne,T=Médecin,C=FR"
		}},
		{"authority", CertificateNote{CA: true}, func(c *x509.Certificate) bool { return c.IsCA }},
		{"extension", CertificateNote{Extensions: map[string]string{"1.2.250.1.71.1.2.7": "02013c"}}, func(c *x509.Certificate) bool {
			for _, e := range c.Extensions {
				if e.Id.String() == "1.2.250.1.71.1.2.7" {
					return e.Value[2] == 60
				}
			}
			return false
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			made, err := all.make(&IdentityNote{Sign: &c.note})
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := made.sign.leaf()
			if err != nil {
				t.Fatal(err)
			}
			if !c.holds(leaf) {
				t.Errorf("the certificate of %s by %s is not what was asked for", leaf.Subject, leaf.Issuer)
			}
		})
	}
}
