package hostile_test

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// roleClaim is a role as identity.json has it.
type roleClaim struct {
	Code       string `json:"code"`
	System     string `json:"system"`
	SystemName string `json:"systemName"`
	Display    string `json:"display"`
}

// identity is somebody of the test PKI: certificates, keys, and what software says of the holder.
type identity struct {
	Name      string `json:"name"`
	Mode      string `json:"mode"`
	NameID    string `json:"nameID"`
	Family    string `json:"family"`
	Given     string `json:"given"`
	SubjectID string `json:"subjectID"`
	Structure struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"structure"`
	Sector           string      `json:"sector"`
	Roles            []roleClaim `json:"roles"`
	AuthnContext     string      `json:"authnContext"`
	AuthnContextDecl string      `json:"authnContextDecl"`
	Software         struct {
		ID           string `json:"id"`
		Name         string `json:"name"`
		Version      string `json:"version"`
		Homologation string `json:"homologation"`
	} `json:"software"`

	auth, sign *pair
	issuer     string // the name of the signing certificate's subject
}

func loadIdentity(dir string) (*identity, error) {
	text, err := os.ReadFile(filepath.Join(dir, "identity.json"))
	if err != nil {
		return nil, fmt.Errorf("reading an identity: %w", err)
	}
	i := &identity{}
	if err := json.Unmarshal(text, i); err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir, err)
	}
	for name, to := range map[string]**pair{"auth": &i.auth, "sign": &i.sign} {
		if *to, err = loadPair(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	leaf, err := x509.ParseCertificate(i.sign.chain[0])
	if err != nil {
		return nil, fmt.Errorf("reading the certificate of %s: %w", dir, err)
	}
	i.issuer = distinguishedName(leaf.RawSubject)
	return i, nil
}

// loadPair reads NAME.crt and NAME.key.
func loadPair(name string) (*pair, error) {
	text, err := os.ReadFile(name + ".crt")
	if err != nil {
		return nil, fmt.Errorf("reading a certificate: %w", err)
	}
	p := &pair{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		p.chain = append(p.chain, block.Bytes)
	}
	if text, err = os.ReadFile(name + ".key"); err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s.key holds no PEM", name)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s.key: %w", name, err)
	}
	p.key = key.(crypto.Signer)
	return p, nil
}

// certificate is the pair as crypto/tls wants it.
func (p *pair) certificate() tls.Certificate {
	return tls.Certificate{Certificate: p.chain, PrivateKey: p.key}
}

func (p *pair) leaf() *x509.Certificate {
	c, err := x509.ParseCertificate(p.chain[0])
	must(err)
	return c
}

// attributeNames are the keywords of RFC 4514 and those that cards use besides.
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU",
	"2.5.4.12": "T", "2.5.4.42": "GN",
}

// distinguishedName writes a DER name as RFC 4514 does: the last RDN first, values of one RDN joined by "+".
func distinguishedName(raw []byte) string {
	var name pkix.RDNSequence
	_, err := asn1.Unmarshal(raw, &name)
	must(err)
	var rdns []string
	for i := len(name) - 1; i >= 0; i-- {
		var values []string
		for _, a := range name[i] {
			oid := a.Type.String()
			values = append(values, or(attributeNames[oid], oid)+"="+strings.NewReplacer(`\`, `\\`, `,`, `\,`, `+`, `\+`, `"`, `\"`, `;`, `\;`, `<`, `\<`, `>`, `\>`, "\x00", `\00`).Replace(fmt.Sprint(a.Value)))
		}
		rdns = append(rdns, strings.Join(values, "+"))
	}
	return strings.Join(rdns, ",")
}

// with is a copy of the identity that signs with another pair.
func (i *identity) with(sign *pair) *identity {
	made := *i
	made.sign = sign
	var c rawCertificate // crypto/x509 reads not every certificate that is made here
	_, err := asn1.Unmarshal(sign.chain[0], &c)
	must(err)
	made.issuer = distinguishedName(c.TBS.Subject.FullBytes)
	return &made
}
