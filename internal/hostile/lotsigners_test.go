package hostile_test

import (
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// SIG-09, SIG-18 to SIG-29 and SIG-34 for a lot: how it is signed, and by whom.
func lotSigners() (cases []hostile) {
	algorithm := func(name, rules string, change func(s *lotSignature)) {
		cases = append(cases, signedLot(name, rules, change))
	}
	algorithm("SIG-18 a lot with hmac-sha256", "LOT-033", func(s *lotSignature) {
		s.method, s.signer = moreSpace+"hmac-sha256", func([]byte) []byte { return []byte("secret") }
	})
	for name, a := range map[string]string{"rsa-md5": moreSpace + "rsa-md5", "dsa-sha1": dsSpace + "dsa-sha1", "an unknown method": "urn:x", "sha1-rsa-MGF1": newerSpace + "sha1-rsa-MGF1"} {
		algorithm("SIG-19 a lot with "+name, "LOT-033", func(s *lotSignature) { s.method = a })
	}
	algorithm("SIG-19 a lot with rsa-sha1", "LOT-034 LOT-033", func(s *lotSignature) { s.method, s.hash = dsSpace+"rsa-sha1", crypto.SHA1 })
	algorithm("SIG-19 a lot with sha1 digests", "LOT-034 LOT-033", func(s *lotSignature) { s.digestMethod, s.digestHash = dsSpace+"sha1", crypto.SHA1 })
	algorithm("SIG-19 a lot with md5 digests", "LOT-033", func(s *lotSignature) { s.digestMethod, s.digestHash = moreSpace+"md5", crypto.MD5 })
	algorithm("SIG-19 a lot with an unknown canonicalization", "LOT-033", func(s *lotSignature) { s.c14n = "urn:x" })
	algorithm("SIG-19 a lot with the digest of another algorithm", "LOT-040", func(s *lotSignature) { s.hash = crypto.SHA512 })
	algorithm("SIG-22 a lot with the value of another", "LOT-040", func(s *lotSignature) {
		s.signer = func([]byte) []byte { return sign(s.by).octets("another") }
	})
	cases = append(cases,
		spoiled("SIG-09 a lot without SignatureValue", "LOT-032", func(text string) string {
			before, _, after := between(text, `<ds:SignatureValue>`, `</ds:SignatureValue>`)
			return before + after
		}),
		spoiled("SIG-09 an empty Signature", "LOT-032", func(string) string { return `<ds:Signature xmlns:ds="` + dsSpace + `"></ds:Signature>` }),
		spoiled("SIG-09 another element", "LOT-032", func(string) string { return `<x/>` }),
		spoiled("SIG-09 no XML", "LOT-031", func(string) string { return "signed, Martin" }),
		spoiled("SIG-09 a signature with a DOCTYPE", "LOT-031", func(text string) string { return `<!DOCTYPE x [<!ENTITY e SYSTEM "http://canary.invalid/e">]>` + text }),
		spoiled("SIG-09 a signature in UTF-16", "LOT-031", func(text string) string { return "\xFE\xFF" + strings.ReplaceAll(text, "", "\x00") }),
		spoiled("SIG-09 nothing after the signature but text", "LOT-031", func(text string) string { return text + "x" }),
		spoiled("SIG-09 a signature of 2 MiB", "LOT-030", func(text string) string { return text + strings.Repeat(" ", 2<<20) }),
		spoiled("SIG-09 a signature nested 1 000 deep", "LOT-031", func(text string) string {
			return swap(text, `<ds:Object>`, `<ds:Object>`+strings.Repeat(`<x>`, 1000)+strings.Repeat(`</x>`, 1000))
		}),
		spoiled("SIG-09 a Manifest changed after signing", "LOT-041 LOT-055", func(text string) string { return swap(text, `<ds:DigestValue>AA==`, `<ds:DigestValue>AA== `) }),
		spoiled("SIG-11 two SignedInfo", "LOT-032", func(text string) string {
			_, inner, _ := between(text, `<ds:SignedInfo `, `</ds:SignedInfo>`)
			return swap(text, inner, inner+inner)
		}),
		spoiled("SIG-11 a comment inside SignatureValue", "LOT-032", func(text string) string { return swap(text, `</ds:SignatureValue>`, `<!-- --></ds:SignatureValue>`) }),
		spoiled("SIG-11 a comment inside a DigestValue", "LOT-032 LOT-041", func(text string) string { return swap(text, `</ds:DigestValue>`, `<!-- --></ds:DigestValue>`) }),
		spoiled("SIG-12 an ID twice", "LOT-035 LOT-081", func(text string) string {
			return swap(text, `<ds:Object>`, `<ds:Object><x Id="IHEManifest"/></ds:Object><ds:Object>`)
		}),
		spoiled("SIG-12 an ID twice, as xml:id", "LOT-035", func(text string) string { return swap(text, `<ds:Object>`, `<ds:Object xml:id="IHEManifest">`) }),
		spoiled("SIG-14 a relative namespace name", "LOT-031 LOT-033", func(text string) string { return swap(text, `<ds:Object>`, `<ds:Object xmlns:a="1">`) }),
		spoiled("SIG-17 19 000 elements in an Object", "LOT-081", func(text string) string {
			return swap(text, `<ds:Object>`, `<ds:Object>`+strings.Repeat(`<a/>`, 19000))
		}),
	)
	key := func(name, rules string, change func(w *world, leaf []byte) string) {
		cases = append(cases, lotCase(name, refusedLot, rules, func(w *world, l *lot) { l.lotSign.keyInfo = change(w, l.by.sign.chain[0]) }))
	}
	key("SIG-23 a lot without KeyInfo", "LOT-090 LOT-032", func(*world, []byte) string { return "-" })
	key("SIG-23 a lot with KeyName alone", "LOT-090", func(*world, []byte) string { return holding(`<ds:KeyName>x</ds:KeyName>`) })
	key("SIG-23 a lot with two signers' certificates", "LOT-090", func(w *world, leaf []byte) string { return keyInfo(leaf, w.identity("autre-medecin").sign.chain[0]) })
	key("SIG-23 a lot with a certificate that is none", "LOT-091", func(*world, []byte) string { return keyInfo([]byte("x")) })
	key("SIG-23 a lot with a byte after the certificate", "LOT-091", func(_ *world, leaf []byte) string { return keyInfo(append(leaf[:len(leaf):len(leaf)], 0)) })
	key("SIG-23 a lot with a certificate in PEM", "LOT-090 LOT-091 LOT-032", func(_ *world, leaf []byte) string {
		return x509Data(`<ds:X509Certificate>` + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf})) + `</ds:X509Certificate>`)
	})
	key("SIG-24 a lot with a RetrievalMethod", "LOT-090", func(w *world, _ []byte) string {
		return holding(`<ds:RetrievalMethod URI="` + w.canary.url("/key") + `"></ds:RetrievalMethod>`)
	})
	by := func(name, rules string, pairOf func(w *world, l *lot) *pair) {
		cases = append(cases, lotCase(name, refusedLot, rules, func(w *world, l *lot) {
			p := pairOf(w, l)
			l.lotSign.by, l.lotSign.certificate = p, p.chain[0]
		}))
	}
	named := func(name string) func(*world, *lot) *pair {
		return func(w *world, _ *lot) *pair { return w.identity(name).sign }
	}
	by("SIG-20 a lot signed with RSA of 1 024 bits", "LOT-098", named("faute-cle-courte"))
	by("SIG-26 a lot signed by an unknown authority's", "LOT-092", named("faute-jeton-inconnue"))
	by("SIG-26 a lot signed by a homonymous authority's", "LOT-092", named("faute-jeton-homonyme"))
	by("SIG-26 a lot signed with an expired certificate", "LOT-093", named("faute-jeton-expiree"))
	by("SIG-26 a lot signed with a future certificate", "LOT-093", named("faute-jeton-future"))
	by("SIG-26 a lot signed with a CA's certificate", "LOT-095 LOT-092", named("faute-jeton-ca"))
	by("SIG-26 a lot signed with a certificate of SHA-1", "LOT-098 LOT-092", named("faute-jeton-sha1"))
	by("SIG-26 a lot signed with a self-signed certificate", "LOT-092", func(_ *world, l *lot) *pair { return selfSigned(l.by.sign, l.by.sign.key) })
	by("SIG-27 a lot signed with a revoked certificate", "LOT-096", named("faute-jeton-revoquee"))
	by("SIG-27 a lot signed without known CRL", "LOT-097 LOT-092", named("faute-jeton-sans-crl"))
	by("SIG-28 a lot signed with the authentication certificate", "LOT-095", func(_ *world, l *lot) *pair { return l.by.auth })
	by("SIG-29 a lot signed with a production certificate", "LOT-094", named("faute-jeton-production"))
	by("SIG-34 a lot signed by another physician", "LOT-100", named("autre-medecin"))
	by("SIG-34 a lot signed by an establishment", "LOT-100", named("etablissement"))
	by("SIG-34 a lot signed by another's key certified for the signer", "LOT-092", func(w *world, l *lot) *pair { return stranger(w.persons()).issue(l.by.sign, nil, nil) })
	by("SIG-25 a lot's certificate with addresses", "LOT-092", func(w *world, l *lot) *pair {
		return stranger(w.persons()).issue(l.by.sign, ecKey(elliptic.P256()), func(c *x509.Certificate) { c.OCSPServer = []string{w.canary.url("/ocsp")} })
	})
	return cases
}

// SIG-33: a signature that was made for another lot.
func lotReplays(right *lot) []hostile {
	return []hostile{
		lotCase("SIG-33 the signature of another lot", refusedLot, "LOT-050 LOT-052 LOT-054", func(w *world, l *lot) {
			other := newLot(l.by, w.patient)
			l.signatureText = other.lotSign.text(other)
		}),
		lotCase("SIG-33 the same document under a new uniqueId", refusedLot, "LOT-052 LOT-054", func(_ *world, l *lot) {
			l.signatureText = right.lotSign.text(right)
			l.entries[0].uniqueID = newOID()
		}),
		lotCase("SIG-33 the same signature in a new submission set", refusedLot, "LOT-050 LOT-054", func(_ *world, l *lot) {
			l.signatureText = right.lotSign.text(right)
			l.uniqueID = newOID()
		}),
		lotCase("SIG-33 another document under the same uniqueId", refusedLot, "LOT-055", func(w *world, l *lot) {
			l.signatureText = right.lotSign.text(right)
			l.entries[0].content = clinicalDocument(l.entries[0].uniqueID, w.patient, l.by, l.at.AddDate(0, 0, -1))
		}),
		lotCase("SIG-33 a document added", refusedLot, "LOT-052", func(_ *world, l *lot) {
			l.signatureText = right.lotSign.text(right)
			l.entries = append(l.entries, l.binary(marker))
		}),
		lotCase("SIG-33 the documents of two exchanged", refusedLot, "LOT-055", func(_ *world, l *lot) {
			l.entries = append(l.entries, l.clinical())
			l.signatureText = l.lotSign.text(l)
			l.entries[0].content, l.entries[1].content = l.entries[1].content, l.entries[0].content
		}),
		lotCase("SIG-33 the same lot for another patient", "Failure/XDSPatientIdDoesNotMatch", "DMP-001 DMP-002", func(_ *world, l *lot) {
			l.signatureText = right.lotSign.text(right)
			l.patient = victim
		}),
		lotCase("SIG-33 a document of another patient in its header", "Failure/XDSPatientIdDoesNotMatch", "DMP-004", func(_ *world, l *lot) {
			l.entries[0].content = clinicalDocument(l.entries[0].uniqueID, victim, l.by, l.at)
		}),
		lotCase("SAML-11 an entry of another patient", "Failure/XDSPatientIdDoesNotMatch", "DMP-002", func(_ *world, l *lot) { l.entries[0].patient = victim }),
		lotCase("SAML-11 a patient of another authority", "Failure/XDSPatientIdDoesNotMatch Failure/XDSUnknownPatientId", "DMP-001 DMP-002", func(_ *world, l *lot) {
			l.patient = strings.Replace(l.patient, insAuthority, "1.2.250.1.213.1.4.11", 1)
		}),
		lotCase("SIG-34 an author who is another person", refusedLot, "DMP-007", func(_ *world, l *lot) { l.author = "899900000225^LEFEVRE^RENE^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS" }),
		lotCase("SIG-34 an author of another structure", refusedLot, "DMP-006", func(_ *world, l *lot) { l.authorOf = "Cabinet^^^^^&1.2.250.1.71.4.2.2&ISO^^^^10B0000029" }),
	}
}

// SIG-35: the entry of the signature and its association.
func lotEntries() []hostile {
	return []hostile{
		lotCase("SIG-35 no signature", refusedLot, "LOT-001", func(_ *world, l *lot) { l.noSignature = true }),
		lotCase("SIG-35 no association signs", refusedLot, "LOT-020", func(_ *world, l *lot) { l.noSigns = true }),
		lotCase("SIG-35 signs from the document", refusedLot, "LOT-020 LOT-002", func(_ *world, l *lot) { l.signsSource = "Document01" }),
		lotCase("SIG-35 signs the document", refusedLot, "LOT-020 LOT-021", func(_ *world, l *lot) { l.signsTarget = "Document01" }),
		lotCase("SIG-35 signs another submission set", refusedLot+" Failure/XDSUnresolvedReferenceException", "LOT-020 XDS-AS-003 XDS-REG-009 XDS-REG-001 XDS-REF-001", func(_ *world, l *lot) {
			l.signsTarget = "urn:uuid:6d9f3c1e-0c3b-4d3a-9a53-0123456789ab"
		}),
		lotCase("SIG-35 two associations signs", refusedLot, "LOT-021", func(_ *world, l *lot) {
			l.extra = association("urn:ihe:iti:2007:AssociationType:signs", "Signature01", "SubmissionSet01")
		}),
		lotCase("SIG-35 two signature documents", refusedLot, "LOT-002", func(_ *world, l *lot) { l.twice = true }),
		lotCase("SIG-35 another formatCode", refusedLot, "LOT-006", func(_ *world, l *lot) {
			l.signatureFormat = coding{"urn:ihe:iti:xds-sd:text:2008", "1.3.6.1.4.1.19376.1.2.3", "x"}
		}),
		lotCase("SIG-35 the formatCode of another scheme", refusedLot, "LOT-006", func(_ *world, l *lot) { l.signatureFormat.scheme = "1.2.3" }),
		lotCase("SIG-35 another classCode", refusedLot, "LOT-004", func(_ *world, l *lot) { l.signatureClass = coding{"10", "1.2.250.1.213.1.1.4.1", "x"} }),
		lotCase("SIG-35 another typeCode", refusedLot, "LOT-005", func(_ *world, l *lot) { l.signatureKind = coding{"11488-4", "2.16.840.1.113883.6.1", "x"} }),
		lotCase("SIG-35 a signature that is no signature at all", refusedLot, "LOT-001 LOT-002", func(_ *world, l *lot) {
			l.noSigns = true
			l.signatureFormat = coding{"urn:ihe:iti:xds-sd:text:2008", "1.3.6.1.4.1.19376.1.2.3", "x"}
			l.signatureClass = coding{"10", "1.2.250.1.213.1.1.4.1", "x"}
			l.signatureKind = coding{"11488-4", "2.16.840.1.113883.6.1", "x"}
		}),
	}
}
