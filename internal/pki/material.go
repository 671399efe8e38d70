package pki

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// material is everything that a trust believes between two reloads. It never changes.
type material struct {
	anchors       []*x509.Certificate
	anchorsByName map[string][]*x509.Certificate // by RawSubject
	intermediates map[string][]*x509.Certificate // by RawSubject
	crls          map[string][]*crl              // by RawIssuer
	verified      *verifications
	files         fingerprint
	digest        [sha256.Size]byte // of all bytes read
}

// maxFileBytes bounds one file: the CRL of a large authority may have 50 MB.
const maxFileBytes = 128 << 20

// attempts is how often a folder is read in which files come and go.
const attempts = 3

// load reads every file that the configuration names. A file that was there when its folder was listed and is gone when it
// is read was replaced meanwhile: then everything is read anew.
func (t *Trust) load() (m *material, err error) {
	for range attempts {
		if m, err = t.loadOnce(); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return m, err
}

func (t *Trust) loadOnce() (*material, error) {
	print, err := t.fingerprint() // first, so that a change while reading is seen by the next reload
	if err != nil {
		return nil, err
	}
	m := &material{
		anchorsByName: make(map[string][]*x509.Certificate),
		intermediates: make(map[string][]*x509.Certificate),
		crls:          make(map[string][]*crl),
		verified:      newVerifications(),
		files:         print,
	}
	read := sha256.New()
	err = errors.Join(
		eachBlock(t.cfg.Anchors, pemCertificate, read, func(der []byte) error {
			c, err := t.authority(der)
			if err != nil {
				return err
			}
			if !c.BasicConstraintsValid || !c.IsCA {
				return fmt.Errorf("%s is not a certification authority and cannot be a trust anchor", SubjectOf(c))
			}
			m.anchors = append(m.anchors, c)
			m.anchorsByName[string(c.RawSubject)] = append(m.anchorsByName[string(c.RawSubject)], c)
			return nil
		}),
		eachBlock(t.cfg.Intermediates, pemCertificate, read, func(der []byte) error {
			c, err := t.authority(der)
			if err != nil {
				return err
			}
			m.intermediates[string(c.RawSubject)] = append(m.intermediates[string(c.RawSubject)], c)
			return nil
		}),
		eachBlock(t.cfg.CRLs, pemCRL, read, func(der []byte) error {
			list, err := readCRL(der)
			if err != nil {
				return err
			}
			m.crls[string(list.list.RawIssuer)] = append(m.crls[string(list.list.RawIssuer)], list)
			return nil
		}),
	)
	if err != nil {
		return nil, err
	}
	if len(m.anchors) == 0 {
		return nil, fmt.Errorf("there is no certificate in %s", strings.Join(t.cfg.Anchors, ", "))
	}
	read.Sum(m.digest[:0])
	return m, nil
}

// authority reads the certificate of a certification authority and refuses one of the other realm.
func (t *Trust) authority(der []byte) (*x509.Certificate, error) {
	c, err := ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if other := authorityRealm(c); other != "" && other != t.cfg.Realm {
		return nil, fmt.Errorf("%s is an authority for %s and cannot be trusted in %s", SubjectOf(c), other, t.cfg.Realm)
	}
	return c, nil
}

// PEM block types (RFC 7468 sections 5 and 6).
const (
	pemCertificate = "CERTIFICATE"
	pemCRL         = "X509 CRL"
)

// eachBlock reads the files and folders and calls take with each DER value in them, adding what was read to the digest.
func eachBlock(paths []string, kind string, digest io.Writer, take func(der []byte) error) error {
	files, err := listFiles(paths)
	if err != nil {
		return err
	}
	for _, f := range files {
		content, err := readFile(f.path)
		if err != nil {
			return err
		}
		fmt.Fprintf(digest, "%s %d\n", kind, len(content)) // a hash takes everything
		digest.Write(content)
		blocks, err := blocksOf(content, kind)
		if err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		for _, der := range blocks {
			if err := take(der); err != nil {
				return fmt.Errorf("%s: %w", f.path, err)
			}
		}
	}
	return nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading what is trusted: %w", err)
	}
	defer f.Close() // it was only read
	content, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(content) > maxFileBytes {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxFileBytes)
	}
	return content, nil
}

// blocksOf gives the DER values of a file, which is PEM with any number of blocks of the kind, or one DER value.
func blocksOf(content []byte, kind string) ([][]byte, error) {
	begun := bytes.Count(content, []byte("-----BEGIN "))
	if begun == 0 {
		if len(content) == 0 || content[0] != 0x30 {
			return nil, fmt.Errorf("it is neither PEM nor DER")
		}
		return [][]byte{content}, nil
	}
	var blocks [][]byte
	for rest := content; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != kind {
			return nil, fmt.Errorf("it holds a block %q where only %q is expected", block.Type, kind)
		}
		blocks = append(blocks, block.Bytes)
	}
	if len(blocks) != begun {
		return nil, fmt.Errorf("%d of %d PEM blocks are damaged", begun-len(blocks), begun)
	}
	return blocks, nil
}

// listed is one file that is read.
type listed struct {
	path string
	info os.FileInfo
}

// listFiles gives the files named and those of the folders named, in a fixed order. Like load it looks again when a file
// went away under its eyes.
func listFiles(paths []string) (files []listed, err error) {
	for range attempts {
		if files, err = listFilesOnce(paths); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return files, err
}

func listFilesOnce(paths []string) ([]listed, error) {
	var files []listed
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("looking for what is trusted: %w", err)
		}
		if !info.IsDir() {
			files = append(files, listed{path, info})
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, fmt.Errorf("looking for what is trusted: %w", err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") {
				continue
			}
			inside := filepath.Join(path, e.Name())
			info, err := os.Stat(inside) // not e.Info: mounted secrets are links
			if err != nil {
				return nil, fmt.Errorf("looking for what is trusted: %w", err)
			}
			if info.Mode().IsRegular() {
				files = append(files, listed{inside, info})
			}
		}
	}
	return files, nil
}

// fingerprint tells cheaply whether files changed.
type fingerprint struct {
	sum [sha256.Size]byte
	// settled is false when a file was written so shortly before that the next write may leave the same time.
	settled bool
}

// settledAs tells whether nothing changed since the earlier fingerprint was taken.
func (f fingerprint) settledAs(earlier fingerprint) bool {
	return earlier.settled && f.sum == earlier.sum
}

// settling is how old a file must be for its time to tell whether it changed. File systems keep times as coarse as two
// seconds.
const settling = 2 * time.Second

// fingerprint looks at names, sizes and times of all files.
func (t *Trust) fingerprint() (fingerprint, error) {
	files, err := listFiles(slices.Concat(t.cfg.Anchors, t.cfg.Intermediates, t.cfg.CRLs))
	if err != nil {
		return fingerprint{}, err
	}
	print := fingerprint{settled: true}
	sum := sha256.New()
	for _, f := range files {
		fmt.Fprintf(sum, "%q %d %d\n", f.path, f.info.Size(), f.info.ModTime().UnixNano())
		if time.Since(f.info.ModTime()) < settling {
			print.settled = false
		}
	}
	sum.Sum(print.sum[:0])
	return print, nil
}

// ReadCertificates reads the certificates of one file, PEM or DER.
func ReadCertificates(path string) ([]*x509.Certificate, error) {
	content, err := readFile(path)
	if err != nil {
		return nil, err
	}
	blocks, err := blocksOf(content, pemCertificate)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	all := make([]*x509.Certificate, 0, len(blocks))
	for _, der := range blocks {
		c, err := ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, c)
	}
	return all, nil
}
