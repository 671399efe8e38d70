package pki

import (
	"crypto/x509"
	"fmt"
	"strings"
)

// Reason says in one word why a certificate is not accepted.
type Reason uint8

// Reasons, in the order in which a certificate is examined.
const (
	// NoCertificate was presented at all.
	NoCertificate Reason = iota + 1
	// Malformed is what is not DER, or not a certificate (RFC 5280 section 4.1), or carries an extension that cannot be read.
	Malformed
	// UnknownIssuer means that no path leads to a trust anchor because an issuer is not known.
	UnknownIssuer
	// BadChain means that a path is broken: a signature that is not the issuer's, an issuer that is no CA, a path too long,
	// a name outside of the constraints, a critical extension that is not understood.
	BadChain
	// WeakSignature is a certificate signed with SHA-1 or less.
	WeakSignature
	// WeakKey is a public key below or outside of what is allowed.
	WeakKey
	// NotYetValid and Expired are about the validity period, and about privateKeyUsagePeriod where something is signed.
	NotYetValid
	Expired
	// WrongRealm is a test certificate in production or a production certificate in a test.
	WrongRealm
	// WrongUsage is a certificate issued for something else, such as an authentication certificate that signs.
	WrongUsage
	// Revoked is on its issuer's CRL.
	Revoked
	// RevocationUnknown means that no current CRL of the issuer is there to tell.
	RevocationUnknown
)

// reasonWords holds the reasons in words.
var reasonWords = map[Reason]struct{ name, en, fr string }{
	NoCertificate:     {"NoCertificate", "no certificate was presented", "aucun certificat n'a été présenté"},
	Malformed:         {"Malformed", "the certificate cannot be read", "le certificat est illisible"},
	UnknownIssuer:     {"UnknownIssuer", "the certificate's issuer is not known here", "l'émetteur du certificat n'est pas connu ici"},
	BadChain:          {"BadChain", "the certification path is not valid", "le chemin de certification n'est pas valide"},
	WeakSignature:     {"WeakSignature", "the certificate is signed with an algorithm that is no longer accepted", "le certificat est signé avec un algorithme qui n'est plus accepté"},
	WeakKey:           {"WeakKey", "the certificate's public key is not accepted", "la clé publique du certificat n'est pas acceptée"},
	NotYetValid:       {"NotYetValid", "the certificate is not valid yet", "le certificat n'est pas encore valide"},
	Expired:           {"Expired", "the certificate has expired", "le certificat a expiré"},
	WrongRealm:        {"WrongRealm", "the certificate belongs to the other realm", "le certificat appartient à l'autre environnement"},
	WrongUsage:        {"WrongUsage", "the certificate was issued for another usage", "le certificat a été émis pour un autre usage"},
	Revoked:           {"Revoked", "the certificate is revoked", "le certificat est révoqué"},
	RevocationUnknown: {"RevocationUnknown", "it cannot be told whether the certificate is revoked", "il est impossible de savoir si le certificat est révoqué"},
}

// String names the reason as the constant does.
func (r Reason) String() string {
	if words, known := reasonWords[r]; known {
		return words.name
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// Fault is why a certificate is not accepted.
type Fault struct {
	Reason Reason
	// Certificate is the element of the chain that the fault lies in; nil when there is none.
	Certificate *x509.Certificate
	// Found is what was met, Expected what would pass, in the terms of the standards that every language shares. Either may
	// be empty.
	Found, Expected string
	// Err is the cause below, where there is one.
	Err error
}

// Error is the English sentence, and the cause where there is one.
func (f *Fault) Error() string {
	if f.Err == nil {
		return f.Sentence("en")
	}
	return f.Sentence("en") + ": " + f.Err.Error()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Subject is the name of the chain element that the fault lies in.
func (f *Fault) Subject() string { return SubjectOf(f.Certificate) }

// FoundOrReason is what was met, or the name of the reason where nothing was.
func (f *Fault) FoundOrReason() string {
	if f.Found != "" {
		return f.Found
	}
	return f.Reason.String()
}

// Sentence says the fault in the language asked for ("en" or "fr").
func (f *Fault) Sentence(lang string) string {
	french := lang == "fr"
	words := reasonWords[f.Reason]
	var b strings.Builder
	if french {
		b.WriteString(words.fr)
	} else {
		b.WriteString(words.en)
	}
	if subject := f.Subject(); subject != "" {
		b.WriteString(" (" + subject + ")")
	}
	say := func(en, fr, what string) {
		switch {
		case what == "":
		case french:
			b.WriteString(" ; " + fr + " " + what)
		default:
			b.WriteString("; " + en + " " + what)
		}
	}
	say("found", "trouvé", f.Found)
	say("expected", "attendu", f.Expected)
	return b.String()
}

// SubjectOf writes the subject of a certificate for people: the distinguished name of RFC 4514, or empty for no certificate.
func SubjectOf(c *x509.Certificate) string {
	if c == nil {
		return ""
	}
	return nameOrHex(c.RawSubject)
}

// IssuerOf writes the issuer of a certificate as SubjectOf writes the subject.
func IssuerOf(c *x509.Certificate) string {
	if c == nil {
		return ""
	}
	return nameOrHex(c.RawIssuer)
}

func nameOrHex(raw []byte) string {
	name, err := NameOf(raw)
	if err != nil {
		return fmt.Sprintf("#%x", raw[:min(len(raw), 64)])
	}
	return name.String()
}
