package hostile_test

import (
	"crypto"
	"strings"
	"testing"
	"time"
)

const refusedLot = "Failure/XDSRegistryMetadataError Failure/XDSRepositoryError Failure/XDSRepositoryMetadataError"

// lotCase is a lot with a token that is right, whose signature or metadata are not.
func lotCase(name, codes, rules string, change func(w *world, l *lot)) hostile {
	return hostile{name: name, codes: codes, rules: rules, make: func(w *world) *message {
		l := w.fresh()
		change(w, l)
		return l.message(newToken(l.by, w.patient))
	}}
}

// fresh is the lot of the table as it was made, to be changed by one case.
func (w *world) fresh() *lot {
	l := *w.lot
	l.entries, l.sealed = nil, nil
	for _, e := range w.lot.entries {
		copied := *e
		l.entries = append(l.entries, &copied)
	}
	l.lotSign = newLotSignature(l.by.sign)
	return &l
}

// signedLot changes how the lot is signed; the attacker holds the key.
func signedLot(name, rules string, change func(s *lotSignature)) hostile {
	return lotCase(name, refusedLot, rules, func(_ *world, l *lot) { change(l.lotSign) })
}

// spoiled changes the text of the signature once it is made.
func spoiled(name, rules string, change func(string) string) hostile {
	return signedLot(name, rules, func(s *lotSignature) { s.after = change })
}

// SIG-01 to SIG-08 as far as they make sense for an enveloping signature: what is verified is one thing, what is read
// another.
func wrappedLots() (cases []hostile) {
	forged := func(text string) string { return swap(text, "urn:oid:", "urn:oid:1.2.") }
	cut := func(text, from, to string) (string, string) {
		before, inner, after := between(text, from, to)
		return inner, before + after
	}
	const manifest, end = `<ds:Manifest `, `</ds:Manifest>`
	places := map[string]func(text, evil string) string{
		"in an Object before": func(text, evil string) string {
			return swap(text, `<ds:Object>`, `<ds:Object>`+evil+`</ds:Object><ds:Object>`)
		},
		"in an Object after": func(text, evil string) string {
			return swap(text, `</ds:Signature>`, `<ds:Object>`+evil+`</ds:Object></ds:Signature>`)
		},
		"in the same Object": func(text, evil string) string { return swap(text, `<ds:Object>`, `<ds:Object>`+evil) },
		"in an unknown element": func(text, evil string) string {
			return swap(text, `<ds:Object>`, `<ds:Object><x xmlns="urn:x">`+evil+`</x></ds:Object><ds:Object>`)
		},
		"in KeyInfo": func(text, evil string) string { return swap(text, `</ds:KeyInfo>`, evil+`</ds:KeyInfo>`) },
		"in QualifyingProperties": func(text, evil string) string {
			return swap(text, `</QualifyingProperties>`, `<UnsignedProperties>`+evil+`</UnsignedProperties></QualifyingProperties>`)
		},
	}
	for _, place := range sortedKeys(places) {
		for _, id := range []string{"same ID", "new ID", "no ID"} {
			change := func(evil string) string {
				switch id {
				case "new ID":
					return swap(evil, `Id="IHEManifest"`, `Id="Other"`)
				case "no ID":
					return swap(evil, ` Id="IHEManifest"`, ``)
				}
				return evil
			}
			rules := "LOT-081 LOT-035 LOT-042 LOT-032 LOT-090 LOT-053"
			// Unsigned properties may hold anything that nobody reads, so long as it does not have the id that is signed.
			if place != "in QualifyingProperties" || id == "same ID" {
				cases = append(cases, spoiled("SIG-03 a forged Manifest beside the signed one, "+place+", "+id, rules, func(text string) string {
					inner, _ := cut(text, manifest, end)
					return places[place](text, change(forged(inner)))
				}))
			}
			cases = append(cases,
				spoiled("SIG-02 the signed Manifest "+place+", a forged one in its place, "+id, rules+" LOT-041 LOT-055 LOT-054", func(text string) string {
					inner, _ := cut(text, manifest, end)
					return places[place](strings.Replace(text, inner, change(forged(inner)), 1), inner)
				}))
		}
	}
	return append(cases,
		spoiled("SIG-04 the signed Manifest inside a forged one", "LOT-032 LOT-035 LOT-041 LOT-042", func(text string) string {
			inner, _ := cut(text, manifest, end)
			return strings.Replace(text, inner, swap(forged(inner), end, inner+end), 1)
		}),
		spoiled("SIG-05 another root around the signature", "LOT-032", func(text string) string { return `<x xmlns="urn:x">` + text + `</x>` }),
		spoiled("SIG-06 a signature inside the signature", "LOT-035 LOT-081 LOT-032", func(text string) string {
			return swap(text, `</ds:Signature>`, `<ds:Object>`+text+`</ds:Object></ds:Signature>`)
		}),
		spoiled("SIG-07 two signatures under one root", "LOT-032 LOT-035", func(text string) string { return `<r>` + text + text + `</r>` }),
		spoiled("SIG-08 a second SignedProperties, not signed", "LOT-070 LOT-081 LOT-035", func(text string) string {
			inner, _ := cut(text, `<QualifyingProperties `, `</QualifyingProperties>`)
			return swap(text, `</ds:Signature>`, `<ds:Object>`+swap(inner, `Id="S0-SignedProperties"`, `Id="S1"`)+`</ds:Object></ds:Signature>`)
		}),
	)
}

// SIG-30 and SIG-31: the Manifest and the documents.
func manifests() (cases []hostile) {
	add := func(name, rules string, change func(w *world, l *lot)) {
		cases = append(cases, lotCase("SIG-31 "+name, refusedLot, rules, change))
	}
	references := func(name, rules string, change func(l *lot, all string) string) {
		add(name, rules, func(_ *world, l *lot) { l.lotSign.manifest = func(all string) string { return change(l, all) } })
	}
	const digest = "LOT-055"
	add("one byte of the document changed", digest, func(_ *world, l *lot) {
		l.lotSign.digested = func(e *entry) string { return strings.Replace(e.content, marker, marker+".", 1) }
	})
	add("the document exchanged for another", digest, func(w *world, l *lot) {
		l.lotSign.digested = func(*entry) string { return clinicalDocument(newOID(), w.patient, l.by, l.at) }
	})
	add("a line end more in the document", digest+" DMP-005", func(_ *world, l *lot) {
		e := l.entries[0]
		e.canonical, e.content = e.content, swap(e.content, `<title>`, "\n<title>")
	})
	add("the digest of the bytes instead of the canonical form", digest, func(_ *world, l *lot) {
		e := l.entries[0]
		e.content = swap(e.content, `<title>Compte rendu</title>`, `<title >Compte rendu</title>`)
	})
	references("no reference to the document", "LOT-052", func(l *lot, all string) string { return all[:strings.Index(all[1:], `<ds:Reference`)+1] })
	references("a reference twice", "LOT-053", func(_ *lot, all string) string { return all + all[strings.LastIndex(all, `<ds:Reference`):] })
	references("a reference to a document of another lot", "LOT-054", func(l *lot, all string) string {
		return all + l.lotSign.plain("urn:oid:"+newOID(), "", digestOf(crypto.SHA256, "x"))
	})
	references("a reference to nothing", "LOT-054", func(l *lot, all string) string { return all + l.lotSign.plain("", "", digestOf(crypto.SHA256, "x")) })
	references("a reference to the signature itself", "LOT-054", func(l *lot, all string) string {
		return all + l.lotSign.plain("urn:oid:"+l.signatureID, "", digestOf(crypto.SHA256, "x"))
	})
	references("a reference over http", "LOT-054", func(l *lot, all string) string {
		return all + l.lotSign.plain("http://canary.invalid/x", "", digestOf(crypto.SHA256, "x"))
	})
	references("a reference to a file", "LOT-054", func(l *lot, all string) string {
		return all + l.lotSign.plain("file:///etc/passwd", "", digestOf(crypto.SHA256, "x"))
	})
	references("a reference to a part", "LOT-054", func(l *lot, all string) string {
		return all + l.lotSign.plain("cid:d0@table", "", digestOf(crypto.SHA256, "x"))
	})
	references("a reference to the Manifest", "LOT-054 LOT-039", func(l *lot, all string) string {
		return all + l.lotSign.plain("#IHEManifest", "", digestOf(crypto.SHA256, "x"))
	})
	references("no reference to the submission set", "LOT-050", func(_ *lot, all string) string { return all[strings.Index(all[1:], `<ds:Reference`)+1:] })
	references("the submission set twice", "LOT-053", func(_ *lot, all string) string {
		return all[:strings.Index(all[1:], `<ds:Reference`)+1] + all
	})
	references("257 references", "LOT-032 LOT-033", func(l *lot, all string) string {
		for range 256 {
			all += l.lotSign.plain("urn:oid:"+newOID(), "", "AA==")
		}
		return all
	})
	references("no reference at all", "LOT-032", func(*lot, string) string { return "" })
	references("a document by another URI scheme", "LOT-052 LOT-054", func(l *lot, all string) string {
		return strings.Replace(all, "urn:oid:"+l.entries[0].uniqueID, l.entries[0].uniqueID, 1)
	})
	for _, value := range []string{"AAA=", "AAAA", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "", "AA"} {
		add("the submission set with the digest "+or(value, "none"), "LOT-051 LOT-032 LOT-041", func(_ *world, l *lot) { l.lotSign.setDigest = value })
	}
	add("a transform of the submission set", "LOT-051", func(_ *world, l *lot) {
		l.lotSign.manifest = func(all string) string {
			return swap(all, `<ds:DigestMethod`, transforms(withComments)+`<ds:DigestMethod`)
		}
	})
	typed := func(name, rules, kind string) {
		add(name, rules, func(_ *world, l *lot) {
			l.lotSign.manifestRef = func(r string) string { return swap(r, ` Type="`+manifestType+`"`, kind) }
		})
	}
	typed("no Type", "LOT-036", "")
	typed("another Type", "LOT-036", ` Type="`+dsSpace+`Object"`)
	typed("the Type of SignedProperties", "LOT-036 LOT-037", ` Type="`+xadesSpace+`SignedProperties"`)
	info := func(name, rules string, change func(all string) string) {
		add(name, rules, func(_ *world, l *lot) { l.lotSign.signing.references = change })
	}
	info("SignedInfo without the Manifest", "LOT-036", func(all string) string { return all[strings.Index(all[1:], `<ds:Reference`)+1:] })
	info("SignedInfo without the properties", "LOT-037", func(all string) string { return all[:strings.Index(all[1:], `<ds:Reference`)+1] })
	info("SignedInfo with the Manifest twice", "LOT-036", func(all string) string {
		return all[:strings.Index(all[1:], `<ds:Reference`)+1] + all
	})
	info("SignedInfo with a reference over http", "LOT-039", func(all string) string {
		return all + swap(all[:strings.Index(all[1:], `<ds:Reference`)+1], `#IHEManifest`, `http://canary.invalid/m`)
	})
	info("SignedInfo with nine references", "LOT-032 LOT-036", func(all string) string { return strings.Repeat(all, 5) })
	info("SignedInfo that names the Object", "LOT-042 LOT-039", func(all string) string { return strings.Replace(all, `#IHEManifest`, `#Elsewhere`, 1) })
	abuse := func(name, rules string, list string) {
		add(name, rules, func(_ *world, l *lot) { l.entries[0].transforms = list })
	}
	abuse("XSLT of a document", "LOT-033", transforms("http://www.w3.org/TR/1999/REC-xslt-19991116"))
	abuse("XPath of a document", "LOT-033", transforms("http://www.w3.org/TR/1999/REC-xpath-19991116"))
	abuse("enveloped-signature of a document", "LOT-033", transforms(enveloped))
	abuse("base64 of a document", "LOT-033", transforms(dsSpace+"base64"))
	abuse("two canonicalizations of a document", "LOT-033", transforms(withComments, withComments))
	abuse("1 000 transforms of a document", "LOT-032 LOT-033", transforms(repeated(1000, withComments)...))
	comments := func(name string, algorithm string) {
		cases = append(cases, lotCase("SIG-30 "+name, refusedLot, "LOT-057", func(_ *world, l *lot) {
			e := l.entries[0]
			e.transforms, e.canonical = transforms(algorithm), e.content
			e.content = swap(e.content, `<title>`, `<!-- une autre posologie --><title>`)
		}))
	}
	comments("comments that the canonical form drops", inclusive)
	comments("comments that the exclusive form drops", exclusive)
	return append(cases,
		lotCase("SIG-30 a comment added to what was signed with comments", refusedLot, digest, func(_ *world, l *lot) {
			e := l.entries[0]
			e.canonical = e.content
			e.content = swap(e.content, `<title>`, `<!-- --><title>`)
		}),
		lotCase("SIG-30 a document that is not XML, canonicalised", refusedLot, "LOT-058 DMP-005", func(_ *world, l *lot) {
			e := l.entries[0]
			e.content, e.mediaType = "no XML", "text/plain"
		}),
		lotCase("SIG-30 a document with a DOCTYPE", refusedLot, "DMP-005 LOT-058", func(_ *world, l *lot) {
			e := l.entries[0]
			e.canonical = e.content
			e.content = `<!DOCTYPE x [<!ENTITY e SYSTEM "http://canary.invalid/e">]>` + e.content
		}),
		lotCase("SIG-30 a document that is not well-formed", refusedLot, "DMP-005 LOT-058", func(_ *world, l *lot) { l.entries[0].content += "<" }),
		lotCase("SIG-30 a document with a relative namespace name", refusedLot, "LOT-058 DMP-005", func(_ *world, l *lot) {
			e := l.entries[0]
			e.content = swap(e.content, `<title>`, `<title xmlns="1">`)
			e.canonical = e.content
		}),
	)
}

// SIG-32: what the signer signed about the signing.
func signedProperties() (cases []hostile) {
	properties := func(name, rules string, change func(string) string) {
		cases = append(cases, signedLot("SIG-32 "+name, rules, func(s *lotSignature) { s.properties = change }))
	}
	cases = append(cases,
		lotCase("SIG-32 the certificate of another in SigningCertificate", refusedLot, "LOT-075", func(w *world, l *lot) {
			l.lotSign.certificate = w.identity("autre-medecin").sign.chain[0]
		}),
		signedLot("SIG-32 the Target of another signature", "LOT-071", func(s *lotSignature) { s.target = "#Other" }),
		signedLot("SIG-32 no Target", "LOT-071", func(s *lotSignature) { s.target = "#" }),
		signedLot("SIG-32 signed tomorrow", "LOT-073", func(s *lotSignature) { s.signedAt = time.Now().UTC().Add(24 * time.Hour) }),
		signedLot("SIG-32 signed ten years ago", "LOT-073 LOT-093", func(s *lotSignature) { s.signedAt = time.Now().UTC().AddDate(-10, 0, 0) }),
	)
	properties("the serial number of another", "LOT-076", func(p string) string {
		before, _, after := between(p, `<ds:X509SerialNumber>`, `</ds:X509SerialNumber>`)
		return before + `<ds:X509SerialNumber>1</ds:X509SerialNumber>` + after
	})
	properties("a serial number that is none", "LOT-076", func(p string) string {
		before, _, after := between(p, `<ds:X509SerialNumber>`, `</ds:X509SerialNumber>`)
		return before + `<ds:X509SerialNumber>0x1</ds:X509SerialNumber>` + after
	})
	properties("the issuer of another", "LOT-076", func(p string) string { return swap(p, `<ds:X509IssuerName>`, `<ds:X509IssuerName>OU=X,`) })
	properties("no SigningCertificate", "LOT-075", func(p string) string {
		before, _, after := between(p, `<SigningCertificate>`, `</SigningCertificate>`)
		return before + after
	})
	properties("a CertDigest of another algorithm", "LOT-075", func(p string) string { return swap(p, digestSHA256, "urn:liasse:test") })
	properties("an empty CertDigest", "LOT-075", func(p string) string {
		before, _, after := between(p, `<CertDigest>`, `</CertDigest>`)
		return before + `<CertDigest></CertDigest>` + after
	})
	properties("no SigningTime", "LOT-072", func(p string) string {
		before, _, after := between(p, `<SigningTime>`, `</SigningTime>`)
		return before + after
	})
	properties("a SigningTime that is none", "LOT-072", func(p string) string {
		before, _, after := between(p, `<SigningTime>`, `</SigningTime>`)
		return before + `<SigningTime>hier</SigningTime>` + after
	})
	properties("a comment in SigningTime", "LOT-072 LOT-041", func(p string) string { return swap(p, `</SigningTime>`, `<!-- --></SigningTime>`) })
	properties("no policy", "LOT-077", func(p string) string {
		before, _, after := between(p, `<SignaturePolicyIdentifier>`, `</SignaturePolicyIdentifier>`)
		return before + after
	})
	return append(cases,
		spoiled("SIG-32 the properties changed after signing", "LOT-041", func(text string) string { return swap(text, `<SignaturePolicyImplied>`, `<SignaturePolicyImplied> `) }),
		spoiled("SIG-32 no QualifyingProperties", "LOT-070 LOT-039", func(text string) string {
			before, _, after := between(text, `<QualifyingProperties `, `</QualifyingProperties>`)
			return before + after
		}),
		spoiled("SIG-32 QualifyingProperties twice", "LOT-070 LOT-035", func(text string) string {
			_, inner, _ := between(text, `<QualifyingProperties `, `</QualifyingProperties>`)
			return swap(text, inner, inner+inner)
		}),
	)
}

func TestLots(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	w.lot = w.lotOf("medecin")
	w.run(t, w.lot, wrappedLots(), manifests(), signedProperties(), lotSigners(), lotReplays(w.lot), lotEntries())
}
