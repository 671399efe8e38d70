package dmp

import (
	"bytes"
	"crypto/x509"
	"errors"
	"strconv"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/xmldsig"
)

// judgeSigner finds out who signed, whether that certificate is trusted for it, and whether it is the one whose token came
// with the lot; and verifies the signature with its key.
func (s *signature) judgeSigner() {
	signer, chain := s.certificates()
	if signer == nil {
		return
	}
	s.signer = signer
	weak := s.judgeTrust(signer, chain)
	s.judgeHolder(signer)
	if weak {
		return // the key is said to be the fault already
	}
	if err := s.read.Verify(signer.PublicKey, s.ids); err != nil {
		s.fault(err, s.root)
	}
	if s.read.SHA1 {
		s.at(ruleSHA1, s.root.Child(xmldsig.Namespace, "SignedInfo"), string(xmldsig.SHA1), string(xmldsig.SHA256))
	}
}

// certificates reads the certificates of KeyInfo and tells the signer's own, nil when it cannot be told, from its chain.
func (s *signature) certificates() (signer *x509.Certificate, chain []*x509.Certificate) {
	var leaves []*x509.Certificate
	for i, der := range s.read.Certificates {
		c, err := s.parseCertificate(der)
		if err != nil {
			fault := faultOf(err, pki.Malformed)
			s.at(ruleCertificateRead, s.certificateNode(i), fault.FoundOrReason(), fault.Expected)
			return nil, nil
		}
		if c.IsCA && len(s.read.Certificates) > 1 {
			chain = append(chain, c)
		} else {
			leaves = append(leaves, c)
		}
	}
	if len(leaves) != 1 {
		s.at(ruleOneSigner, s.read.KeyInfo, strconv.Itoa(len(leaves)), "1")
		return nil, nil
	}
	return leaves[0], chain
}

// parseCertificate reads a certificate. That of the token, which mostly signs the lot too, has been read already.
func (s *signature) parseCertificate(der []byte) (*x509.Certificate, error) {
	if c := s.caller.Certificate; c != nil && bytes.Equal(c.Raw, der) {
		return c, nil
	}
	return pki.ParseCertificate(der)
}

// certificateNode gives the nth X509Certificate.
func (s *signature) certificateNode(n int) xmltree.Node {
	for data := range s.read.KeyInfo.Children(xmldsig.Namespace, "X509Data") {
		for c := range data.Children(xmldsig.Namespace, "X509Certificate") {
			if n == 0 {
				return c
			}
			n--
		}
	}
	return s.read.KeyInfo
}

// judgeTrust holds the signer's certificate to the authorities trusted for signing lots, and tells whether its key is too
// weak to verify anything with.
func (s *signature) judgeTrust(signer *x509.Certificate, chain []*x509.Certificate) (weak bool) {
	_, err := s.cfg.LotTrust.Verify(signer, chain, s.cfg.Now())
	if err == nil {
		return false
	}
	fault := faultOf(err, pki.BadChain)
	s.report.AddAt(s.read.KeyInfo, rule.Finding{Rule: ruleOfFault(fault.Reason), Place: rule.Place{Part: s.part}, Subject: fault.Subject(), Found: fault.FoundOrReason(), Expected: fault.Expected})
	return fault.Reason == pki.WeakKey && fault.Certificate == signer
}

// faultOf gives the fault that an error about a certificate is, or one of a reason where it is none.
func faultOf(err error, otherwise pki.Reason) *pki.Fault {
	var fault *pki.Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &pki.Fault{Reason: otherwise, Err: err}
}

func ruleOfFault(r pki.Reason) *rule.Rule {
	switch r {
	case pki.NoCertificate:
		return ruleOneSigner
	case pki.Malformed:
		return ruleCertificateRead
	case pki.NotYetValid, pki.Expired:
		return ruleCertificateValid
	case pki.WrongRealm:
		return ruleCertificateRealm
	case pki.WrongUsage:
		return ruleCertificateUsage
	case pki.Revoked:
		return ruleCertificateRevoked
	case pki.RevocationUnknown:
		return ruleRevocationKnown
	case pki.WeakKey, pki.WeakSignature:
		return ruleCertificateStrong
	}
	return ruleCertificateIssued
}

// judgeHolder holds the signer to whoever signed the token and opened the connection.
func (s *signature) judgeHolder(signer *x509.Certificate) {
	if caller := s.caller.Certificate; caller != nil && caller != signer && !pki.SameHolder(signer, caller) {
		s.at(ruleSignerIsCaller, s.read.KeyInfo, pki.HolderOf(signer).ID, pki.HolderOf(caller).ID)
		return
	}
	if s.peer != nil && s.peer.Certificate != nil && !pki.SameHolder(signer, s.peer.Certificate) {
		s.at(ruleSignerIsPeer, s.read.KeyInfo, pki.HolderOf(signer).ID, pki.HolderOf(s.peer.Certificate).ID)
	}
}
