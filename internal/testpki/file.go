package testpki

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Write writes NAME.crt, which is the certificate and its chain, and NAME.key, which only the owner can read.
func (c *Credential) Write(dir, name string) error {
	if err := writeCertificates(filepath.Join(dir, name+".crt"), append([]*x509.Certificate{c.Certificate}, c.Chain...)...); err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		return fmt.Errorf("encoding a key: %w", err)
	}
	return writeFile(filepath.Join(dir, name+".key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func writeCertificates(path string, certificates ...*x509.Certificate) error {
	var text []byte
	for _, c := range certificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return writeFile(path, text, 0o644)
}

func writeFile(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	if err := os.WriteFile(path, content, mode); err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	return nil
}

// replaceFile writes a file beside and moves it into place. Its name begins with a dot, so that a trust does not read it.
func replaceFile(path string, content []byte, mode os.FileMode) error {
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := writeFile(beside, content, mode); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return fmt.Errorf("replacing a file: %w", err)
	}
	return nil
}

// ReadIdentity reads the credentials of an identity of a test PKI: for authentication in TLS, and for signatures.
func ReadIdentity(dir, name string) (auth, sign *Credential, err error) {
	folder := filepath.Join(dir, "identities", name)
	if auth, err = readCredential(folder, "auth"); err != nil {
		return nil, nil, err
	}
	sign, err = readCredential(folder, "sign")
	return auth, sign, err
}

func readCredential(dir, name string) (*Credential, error) {
	text, err := os.ReadFile(filepath.Join(dir, name+".crt"))
	if err != nil {
		return nil, fmt.Errorf("reading a certificate: %w", err)
	}
	var all []*x509.Certificate
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("reading %s.crt: %w", name, err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("reading %s.crt: it holds no certificate", name)
	}
	key, err := readKey(filepath.Join(dir, name+".key"))
	if err != nil {
		return nil, err
	}
	return &Credential{Certificate: all[0], Key: key, Chain: all[1:]}, nil
}

func readKey(path string) (crypto.Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("reading %s: it is not PEM", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	signer, can := key.(crypto.Signer)
	if !can {
		return nil, errors.New("reading a key: it cannot sign")
	}
	return signer, nil
}
