package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"liasse/internal/pki"
	"liasse/internal/server"
)

// examination is what certificates are shown against.
type examination struct {
	trusts []*pki.Trust
	at     time.Time
	lang   string
}

func runPKIShow(_ context.Context, args []string, std streams) error {
	fs := flags("pki show", "FILE… [--config FILE | --trust DIR] [--at TIME] [--lang en|fr]",
		"Shows certificates: their holder, usage, realm and validity. The first certificate of a file is\nthe one that is meant, others are its chain. With what a server trusts it also says for what the\ncertificate is accepted, and why not for the rest; exit status 1 when it is accepted for nothing.\n\n  liasse pki show pki/identities/medecin/auth.crt --trust pki/trust", std)
	config := fs.String("config", "", "the configuration of a server")
	trust := fs.String("trust", "", "a folder with roots, intermediates and crls")
	realm := fs.String("realm", string(pki.RealmTest), "with --trust: test or production")
	at := fs.String("at", "", "judge validity at that time, RFC 3339; empty for now")
	x := examination{}
	fs.StringVar(&x.lang, "lang", "en", "language: en or fr")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(files) == 0:
		return usageError{"at least one file is needed"}
	case *config != "" && *trust != "":
		return usageError{"--config and --trust exclude each other"}
	case x.lang != "en" && x.lang != "fr":
		return usageError{fmt.Sprintf("--lang is %q; it may be en or fr", x.lang)}
	}
	if *at != "" {
		if x.at, err = time.Parse(time.RFC3339, *at); err != nil {
			return usageError{fmt.Sprintf("--at is %q; it must be as 2026-11-22T20:00:00Z", *at)}
		}
	}
	switch {
	case *config != "":
		x.trusts, err = trustsOfConfig(*config)
	case *trust != "":
		x.trusts, err = trustsOfFolder(*trust, *realm)
	}
	if err != nil {
		return err
	}
	refused := false
	for _, file := range files {
		accepted, err := x.show(std.out, file)
		if err != nil {
			return err
		}
		refused = refused || !accepted
	}
	if refused {
		return errFailed
	}
	return nil
}

// trustsOfConfig opens what a server with that configuration would.
func trustsOfConfig(path string) ([]*pki.Trust, error) {
	cfg, err := server.LoadConfig(path)
	if err != nil {
		return nil, err
	}
	var trusts []*pki.Trust
	for _, one := range []struct {
		usage   pki.Usage
		anchors server.AnchorsConfig
	}{{pki.TLSClient, cfg.Trust.TLS}, {pki.TokenSigner, cfg.Trust.Token}, {pki.LotSigner, cfg.Trust.Lot}} {
		if len(one.anchors.Anchors) == 0 {
			continue
		}
		opened, err := pki.Open(pki.Config{
			Usage: one.usage, Realm: pki.Realm(cfg.Trust.Realm), Anchors: one.anchors.Anchors, Intermediates: one.anchors.Intermediates,
			CRLs: one.anchors.CRLs, RequireCRL: one.anchors.RequireCRL, CRLGrace: time.Duration(one.anchors.CRLGrace),
		})
		if err != nil {
			return nil, err
		}
		trusts = append(trusts, opened)
	}
	if len(trusts) == 0 {
		return nil, errors.New("the configuration trusts nobody: it has no trust.tls, trust.token or trust.lot")
	}
	return trusts, nil
}

// trustsOfFolder opens a folder laid out as that of a test PKI.
func trustsOfFolder(dir, realm string) ([]*pki.Trust, error) {
	within, err := pki.ParseRealm(realm)
	if err != nil {
		return nil, usageError{"--realm: " + err.Error()}
	}
	var trusts []*pki.Trust
	for _, usage := range []pki.Usage{pki.TLSClient, pki.TokenSigner, pki.LotSigner, pki.TLSServer} {
		opened, err := pki.Open(pki.Config{Usage: usage, Realm: within, RequireCRL: true,
			Anchors: []string{filepath.Join(dir, "roots")}, Intermediates: []string{filepath.Join(dir, "intermediates")}, CRLs: []string{filepath.Join(dir, "crls")}})
		if err != nil {
			return nil, err
		}
		trusts = append(trusts, opened)
	}
	return trusts, nil
}

// show writes one file, and tells whether its certificate is accepted for anything that was asked.
func (x examination) show(w io.Writer, file string) (accepted bool, err error) {
	all, err := pki.ReadCertificates(file)
	if err != nil {
		return false, err
	}
	fmt.Fprintln(w, file)
	for i, c := range all {
		fmt.Fprintf(w, "  %d  %s\n", i+1, pki.SubjectOf(c))
		for _, line := range describe(c) {
			fmt.Fprintf(w, "     %-9s %s\n", line[0], line[1])
		}
	}
	accepted = len(x.trusts) == 0
	for _, t := range x.trusts {
		chain, err := t.Verify(all[0], all[1:], x.at)
		if err == nil {
			accepted = true
			fmt.Fprintf(w, "  %-12s  accepted; the chain ends at %s\n", t.Usage(), pki.SubjectOf(chain[len(chain)-1]))
			continue
		}
		said := err.Error()
		var fault *pki.Fault
		if errors.As(err, &fault) {
			said = fault.Reason.String() + ": " + fault.Sentence(x.lang)
		}
		fmt.Fprintf(w, "  %-12s  refused; %s\n", t.Usage(), said)
	}
	return accepted, nil
}

// describe gives what people ask of a certificate.
func describe(c *x509.Certificate) [][2]string {
	realm, category, err := pki.RealmOf(c)
	words := string(realm)
	switch {
	case err != nil:
		words = err.Error()
	case category >= 0:
		words = fmt.Sprintf("%s (product category %02X)", realm, category)
	case realm == "":
		words = "not told"
	}
	usage := pki.UsageNames(c)
	if c.IsCA {
		usage = "certification authority, " + usage
	}
	lines := [][2]string{
		{"issuer", pki.IssuerOf(c)},
		{"usage", usage},
		{"realm", words},
		{"valid", c.NotBefore.UTC().Format(time.RFC3339) + " to " + c.NotAfter.UTC().Format(time.RFC3339)},
		{"key", keyOf(c) + ", signed with " + c.SignatureAlgorithm.String()},
		{"serial", fmt.Sprintf("%X", c.SerialNumber)},
		{"SHA-256", fmt.Sprintf("%X", sha256.Sum256(c.Raw))},
	}
	if len(c.DNSNames)+len(c.IPAddresses) > 0 {
		names := append([]string(nil), c.DNSNames...)
		for _, ip := range c.IPAddresses {
			names = append(names, ip.String())
		}
		lines = append(lines, [2]string{"names", strings.Join(names, ", ")})
	}
	if c.IsCA {
		return lines
	}
	return append([][2]string{{"holder", holderOf(c)}}, lines...)
}

func holderOf(c *x509.Certificate) string {
	h := pki.HolderOf(c)
	words := []string{h.Kind.String(), h.ID}
	if h.Kind == pki.Person {
		words = append(words, h.Title, h.Family, h.Given)
	} else {
		words = append(words, h.OrganisationName)
	}
	if h.Profession != "" {
		words = append(words, "profession "+h.Profession)
	}
	if len(h.Specialities) > 0 {
		words = append(words, "speciality "+strings.Join(h.Specialities, " "))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func keyOf(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	}
	return c.PublicKeyAlgorithm.String()
}
