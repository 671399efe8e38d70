package pki

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Bounds of the search for a path. A path of IGC-Santé has three certificates; cross-signed authorities give a few more.
const (
	maxExtra           = 16 // certificates sent beside the leaf
	maxPathLength      = 8
	maxPaths           = 8
	maxSignatureChecks = 64
)

// search looks for paths from a leaf to the trust anchors, depth first, by names and signatures.
type search struct {
	m        *material
	extra    map[string][]*x509.Certificate // by RawSubject
	minRSA   int
	checks   int
	paths    [][]*x509.Certificate
	furthest int // how many certificates the path had in which fault lies
	fault    *Fault
}

// findPaths gives the paths, or why there is none, and how many signatures it verified.
func (t *Trust) findPaths(m *material, leaf *x509.Certificate, extra []*x509.Certificate) (paths [][]*x509.Certificate, checks int, fault *Fault) {
	if len(extra) > maxExtra {
		return nil, 0, &Fault{Reason: BadChain, Certificate: leaf, Found: strconv.Itoa(len(extra)), Expected: "≤ " + strconv.Itoa(maxExtra)}
	}
	s := &search{m: m, minRSA: t.cfg.MinRSABits, extra: make(map[string][]*x509.Certificate)}
	for _, c := range extra {
		if c != nil {
			s.extra[string(c.RawSubject)] = append(s.extra[string(c.RawSubject)], c)
		}
	}
	s.extend([]*x509.Certificate{leaf})
	if len(s.paths) == 0 {
		return nil, s.checks, s.fault
	}
	return s.paths, s.checks, nil
}

// extend tries every issuer of the last certificate of the path.
func (s *search) extend(path []*x509.Certificate) {
	last := path[len(path)-1]
	issuer := string(last.RawIssuer)
	anchors, others := s.m.anchorsByName[issuer], slices.Concat(s.m.intermediates[issuer], s.extra[issuer])
	if len(anchors)+len(others) == 0 {
		s.fail(path, &Fault{Reason: UnknownIssuer, Certificate: last, Found: IssuerOf(last)})
		return
	}
	if fault := signatureFault(last); fault != nil {
		s.fail(path, fault)
		return
	}
	for _, anchor := range anchors {
		if s.issued(path, anchor) {
			s.paths = append(s.paths, append(slices.Clone(path), anchor))
		}
	}
	preferred(others, last)
	for _, candidate := range others {
		if len(s.paths) >= maxPaths || s.checks >= maxSignatureChecks {
			return
		}
		if !s.issued(path, candidate) {
			continue
		}
		if len(path)+1 >= maxPathLength {
			s.fail(path, &Fault{Reason: BadChain, Certificate: last, Found: "> " + strconv.Itoa(maxPathLength), Expected: "≤ " + strconv.Itoa(maxPathLength)})
			return
		}
		s.extend(append(slices.Clone(path), candidate))
	}
}

// preferred puts those candidates first whose subject key identifier is the one that the certificate names.
func preferred(candidates []*x509.Certificate, c *x509.Certificate) {
	if len(c.AuthorityKeyId) == 0 {
		return
	}
	slices.SortStableFunc(candidates, func(a, b *x509.Certificate) int {
		return rank(a, c) - rank(b, c)
	})
}

func rank(candidate, c *x509.Certificate) int {
	switch {
	case bytes.Equal(candidate.SubjectKeyId, c.AuthorityKeyId):
		return 0
	case len(candidate.SubjectKeyId) == 0:
		return 1
	}
	return 2
}

// issued tells whether the candidate signed the last certificate of the path.
func (s *search) issued(path []*x509.Certificate, candidate *x509.Certificate) bool {
	last := path[len(path)-1]
	for _, c := range path {
		if sameAuthority(c, candidate) {
			s.fail(path, &Fault{Reason: UnknownIssuer, Certificate: last, Found: IssuerOf(last)})
			return false
		}
	}
	if fault := keyFault(candidate, s.minRSA); fault != nil {
		s.fail(path, fault)
		return false
	}
	if s.checks >= maxSignatureChecks {
		s.fail(path, &Fault{Reason: BadChain, Certificate: last, Found: "> " + strconv.Itoa(maxSignatureChecks), Expected: "≤ " + strconv.Itoa(maxSignatureChecks)})
		return false
	}
	s.checks++
	if err := candidate.CheckSignature(last.SignatureAlgorithm, last.RawTBSCertificate, last.Signature); err != nil {
		s.fail(path, &Fault{Reason: BadChain, Certificate: last, Found: "signatureValue ≠ " + SubjectOf(candidate), Err: err})
		return false
	}
	return true
}

// sameAuthority tells whether two certificates are of the same name and key, so that a path with both leads nowhere new.
func sameAuthority(a, b *x509.Certificate) bool {
	return bytes.Equal(a.RawSubject, b.RawSubject) && bytes.Equal(a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo)
}

// fail keeps the fault of the path that came furthest, the first of them.
func (s *search) fail(path []*x509.Certificate, f *Fault) {
	if len(path) > s.furthest {
		s.furthest, s.fault = len(path), f
	}
}

// structureFault validates one path by RFC 5280 section 6, which crypto/x509 does: basic constraints, path length, key usage
// of issuers, name constraints, critical extensions, nested extended key usage.
func structureFault(path []*x509.Certificate, usage Usage, at time.Time) *Fault {
	leaf := path[0]
	for i, issuer := range path[1:] {
		if !issuer.BasicConstraintsValid || !issuer.IsCA {
			return &Fault{Reason: BadChain, Certificate: issuer, Found: "cA = FALSE", Expected: "cA = TRUE"}
		}
		if issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCertSign == 0 {
			return &Fault{Reason: BadChain, Certificate: issuer, Found: UsageNames(issuer), Expected: "keyCertSign"}
		}
		if len(path[i].UnhandledCriticalExtensions) > 0 {
			return &Fault{Reason: BadChain, Certificate: path[i], Found: path[i].UnhandledCriticalExtensions[0].String() + ", critical = TRUE"}
		}
	}
	opts := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(),
		CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{chainUsage(usage)}}
	opts.Roots.AddCert(path[len(path)-1])
	for _, c := range path[1 : len(path)-1] {
		opts.Intermediates.AddCert(c)
	}
	_, err := leaf.Verify(opts)
	if err == nil {
		return nil
	}
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) {
		switch invalid.Reason {
		case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
			return &Fault{Reason: WrongUsage, Certificate: invalid.Cert, Found: UsageNames(invalid.Cert), Expected: extKeyUsageNames[chainUsage(usage)], Err: err}
		case x509.TooManyIntermediates:
			return &Fault{Reason: BadChain, Certificate: invalid.Cert, Found: "> " + strconv.Itoa(invalid.Cert.MaxPathLen), Expected: "pathLenConstraint ≤ " + strconv.Itoa(invalid.Cert.MaxPathLen), Err: err}
		}
		return &Fault{Reason: BadChain, Certificate: invalid.Cert, Found: pathWords(invalid, leaf), Err: err}
	}
	return &Fault{Reason: BadChain, Certificate: leaf, Found: fmt.Sprintf("%T", err), Err: err}
}

// pathWords says in the terms of RFC 5280 why crypto/x509 refuses a path.
func pathWords(invalid x509.CertificateInvalidError, leaf *x509.Certificate) string {
	switch invalid.Reason {
	case x509.NotAuthorizedToSign:
		return "cA = FALSE"
	case x509.Expired:
		return "notBefore " + instant(invalid.Cert.NotBefore) + ", notAfter " + instant(invalid.Cert.NotAfter)
	case x509.CANotAuthorizedForThisName, x509.TooManyConstraints, x509.UnconstrainedName:
		return "nameConstraints ∌ " + SubjectOf(leaf)
	}
	return fmt.Sprintf("%T %d", invalid, invalid.Reason)
}
