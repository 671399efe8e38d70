package dmp

import (
	"bytes"
	"crypto/sha1"
	"regexp"
	"slices"
	"strings"
	"testing"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/registry"
	"liasse/vihf"
	"liasse/xmldsig"
)

// damage is one way in which a lot goes wrong. before is done to the draft, after to the signed lot.
type damage struct {
	name  string
	rules string // that are found broken, by id
	// before and after may be nil.
	before, after func(s *setting)
}

var code = registry.Code{Value: "10", Scheme: "1.2.250.1.213.1.1.4.1"}

// entryDamages are those of the signature's entry and association.
var entryDamages = []damage{
	{"no signature", "LOT-001", nil, func(s *setting) {
		s.signed.Submission = s.lot
		delete(s.contents, s.entry().ID)
	}},
	{"an ordinary document instead", "LOT-001", nil, func(s *setting) {
		s.drop(registry.Signs)
		classify(s.entry(), registry.SchemeDocumentClassCode, code)
		classify(s.entry(), registry.SchemeDocumentTypeCode, code)
		classify(s.entry(), registry.SchemeDocumentFormatCode, code)
		identify(&s.entry().Object, registry.SchemeDocumentPatientID, patientCX)
	}},
	{"two signatures", "LOT-002", nil, func(s *setting) {
		again, err := addSignature(s.lot, now)
		if err != nil {
			s.t.Fatal(err)
		}
		again.Entry.ID = "signature-2"
		s.signed.Submission.Documents = append(s.signed.Submission.Documents, again.Entry)
	}},
	{"mimeType", "LOT-003", nil, func(s *setting) { s.entry().MimeType = "application/octet-stream" }},
	{"classCode", "LOT-004", nil, func(s *setting) { classify(s.entry(), registry.SchemeDocumentClassCode, code) }},
	{"scheme of classCode", "LOT-004", nil, func(s *setting) {
		classify(s.entry(), registry.SchemeDocumentClassCode, registry.Code{Value: signatureClass.Value, Scheme: "urn"})
	}},
	{"typeCode", "LOT-005", nil, func(s *setting) { classify(s.entry(), registry.SchemeDocumentTypeCode, code) }},
	{"formatCode", "LOT-006", nil, func(s *setting) { classify(s.entry(), registry.SchemeDocumentFormatCode, code) }},
	{"class, type and format", "LOT-004 LOT-005 LOT-006", nil, func(s *setting) {
		for _, scheme := range []string{registry.SchemeDocumentClassCode, registry.SchemeDocumentTypeCode, registry.SchemeDocumentFormatCode} {
			classify(s.entry(), scheme, code)
		}
	}},
	{"the other formatCode", "", nil, func(s *setting) { classify(s.entry(), registry.SchemeDocumentFormatCode, signatureFormats[1]) }},
	{"no eventCode", "LOT-007", nil, func(s *setting) { unclassify(s.entry(), registry.SchemeDocumentEventCode) }},
	{"one confidentialityCode", "LOT-008", nil, func(s *setting) { classify(s.entry(), registry.SchemeDocumentConfidentiality, code) }},
	{"no confidentialityCode", "LOT-008", nil, func(s *setting) { unclassify(s.entry(), registry.SchemeDocumentConfidentiality) }},
	{"confidentialityCodes in another order", "", nil, func(s *setting) { slices.Reverse(s.entry().Classifications) }},
	{"languageCode", "LOT-009", nil, func(s *setting) { s.entry().SetSlot(registry.SlotLanguageCode, "fr-FR") }},
	{"title", "LOT-010", nil, func(s *setting) { s.entry().Name[0].Value = "Signature" }},
	{"creationTime", "LOT-011", nil, func(s *setting) { s.entry().SetSlot(registry.SlotCreationTime, "20261121") }},
	{"no serviceStopTime", "LOT-011", nil, func(s *setting) { s.entry().SetSlot(registry.SlotServiceStopTime) }},
	{"sourcePatientId", "LOT-012", nil, func(s *setting) { s.entry().SetSlot(registry.SlotSourcePatientID, "IPP-1^^^&1.2.3&ISO") }},
	{"sourcePatientInfo", "LOT-012", nil, func(s *setting) { s.entry().SetSlot(registry.SlotSourcePatientInfo, "PID-5|DUPONT^Anne") }},
	{"author", "LOT-013", nil, func(s *setting) {
		s.entry().Classifications = slices.Clone(s.entry().Classifications)
		for i := range s.entry().Classifications {
			s.entry().Classifications[i].Slots = slices.Clone(s.entry().Classifications[i].Slots)
		}
		authored(&s.entry().Object, registry.SlotAuthorPerson, "899700000001^AUTRE^Jean^^^^^^&1.2.250.1.71.4.2.1&ISO")
	}},
	{"no association signs", "LOT-020", nil, func(s *setting) { s.drop(registry.Signs) }},
	{"signs the wrong way round", "LOT-020 LOT-021", nil, func(s *setting) {
		a := s.signed.Submission.Associations[len(s.signed.Submission.Associations)-1]
		a.Source, a.Target = a.Target, a.Source
	}},
	{"signs a document", "LOT-020 LOT-021", nil, func(s *setting) {
		s.signed.Submission.Associations[len(s.signed.Submission.Associations)-1].Target = "document-1"
	}},
	{"signs another submission set", "LOT-020 LOT-021", nil, func(s *setting) {
		s.signed.Submission.Associations[len(s.signed.Submission.Associations)-1].Target = "urn:uuid:00000000-0000-4000-8000-000000000001"
	}},
	{"an ordinary document signs", "LOT-020 LOT-021", nil, func(s *setting) {
		s.signed.Submission.Associations[len(s.signed.Submission.Associations)-1].Source = "document-1"
	}},
	{"signs twice", "LOT-021", nil, func(s *setting) {
		s.signed.Submission.Associations = append(s.signed.Submission.Associations, association("again", registry.Signs, s.entry().ID, s.lot.SubmissionSet.ID))
	}},
	{"no SubmissionSetStatus", "LOT-022", nil, func(s *setting) {
		s.signed.Submission.Associations[len(s.signed.Submission.Associations)-1].SetSlot(registry.SlotSubmissionSetStatus)
	}},
	{"the signature replaces a document", "LOT-023", nil, func(s *setting) {
		s.signed.Submission.Associations = append(s.signed.Submission.Associations,
			association("more", registry.Replaces, s.entry().ID, "urn:uuid:00000000-0000-4000-8000-000000000001"))
	}},
	{"a document completes the signature", "LOT-023", nil, func(s *setting) {
		s.signed.Submission.Associations = append(s.signed.Submission.Associations, association("more", registry.Appends, "document-1", s.entry().ID))
	}},
	{"the signature in a folder", "LOT-023", nil, func(s *setting) {
		s.signed.Submission.Associations = append(s.signed.Submission.Associations, association("more", registry.HasMember, "folder", s.entry().ID))
	}},
	{"a document of the type of a signature", "LOT-002 LOT-054", nil, func(s *setting) {
		classify(s.lot.Documents[0], registry.SchemeDocumentTypeCode, signatureType)
	}},
}

// signatureDamages are those of the signature's document.
var signatureDamages = []damage{
	{"too large", "LOT-030", nil, func(s *setting) { s.signed.Signature = append(s.signed.Signature, bytes.Repeat([]byte(" "), 1<<20)...) }},
	{"empty", "LOT-031", nil, func(s *setting) { s.signed.Signature = nil }},
	{"cut", "LOT-031", nil, func(s *setting) { s.signed.Signature = s.signed.Signature[:400] }},
	{"a DOCTYPE", "LOT-031", nil, func(s *setting) { s.signed.Signature = append([]byte("<!DOCTYPE a>"), s.signed.Signature...) }},
	{"Latin-1", "LOT-031", nil, func(s *setting) { s.signed.Signature = append(s.signed.Signature, 0xE9) }},
	{"another root", "LOT-032", nil, func(s *setting) {
		s.signed.Signature = []byte("<a>" + string(s.signed.Signature) + "</a>")
	}},
	{"another namespace", "LOT-032", nil, func(s *setting) { s.swap(`xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`, `xmlns:ds="urn:x"`) }},
	{"no SignatureValue", "LOT-032", nil, func(s *setting) {
		s.signed.Signature = regexp.MustCompile(`<ds:SignatureValue>.*</ds:SignatureValue>`).ReplaceAll(s.signed.Signature, nil)
	}},
	{"a comment in SignatureValue", "LOT-032", nil, func(s *setting) { s.swap("<ds:SignatureValue>", "<ds:SignatureValue><!---->") }},
	{"a signature method that is not let in", "LOT-033", nil, func(s *setting) { s.swap("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmldsig-more#rsa-md5") }},
	{"HMAC", "LOT-033", nil, func(s *setting) { s.swap("2001/04/xmldsig-more#rsa-sha256", "2001/04/xmldsig-more#hmac-sha256") }},
	{"XSLT in the Manifest", "LOT-033", func(s *setting) {
		s.draft.manifest[1].Transforms = []xmldsig.Transform{{Algorithm: "http://www.w3.org/TR/1999/REC-xslt-19991116"}}
	}, nil},
	{"SHA-1", "LOT-034", func(s *setting) { s.draft.signer.Method, s.draft.signer.Digest = xmldsig.RSASHA1, xmldsig.SHA1 }, nil},
	{"SHA-1 for a document", "LOT-034", func(s *setting) {
		sum := sha1.Sum(s.contents["document-2"])
		s.draft.manifest[2].Digest, s.draft.manifest[2].Value = xmldsig.SHA1, sum[:]
	}, nil},
	{"an id twice", "LOT-035", func(s *setting) {
		s.object(`<ds:SignatureProperties>`, `<ds:SignatureProperties Id="purposeOfSignature">`)
	}, nil},
	{"no Manifest referenced", "LOT-036", func(s *setting) { s.draft.info = s.draft.info[1:] }, nil},
	{"a Manifest without its Type", "LOT-036 LOT-038", func(s *setting) { s.draft.info[0].Type = "" }, nil},
	{"the Manifest referenced twice", "LOT-036", func(s *setting) { s.draft.info = append(s.draft.info, s.draft.info[0]) }, nil},
	{"no SignedProperties referenced", "LOT-037", func(s *setting) { s.draft.info = s.draft.info[:1] }, nil},
	{"SignedProperties without their Type", "LOT-037 LOT-038", func(s *setting) { s.draft.info[1].Type = "urn:x" }, nil},
	{"something else referenced", "LOT-038", func(s *setting) {
		s.draft.info = append(s.draft.info, xmldsig.NewReference{URI: "#purposeOfSignature", Type: "urn:x"})
	}, nil},
	{"a Reference to nothing", "LOT-039", func(s *setting) { s.draft.info[0].URI, s.draft.info[0].Value = "#Manifest", make([]byte, 32) }, nil},
	{"a Reference outside", "LOT-039", nil, func(s *setting) { s.swap(`URI="#IHEManifest"`, `URI="http://x/"`) }},
	{"SignedInfo changed", "LOT-040", nil, func(s *setting) { s.swap(`<ds:SignedInfo>`, `<ds:SignedInfo Id="a">`) }},
	{"another key", "LOT-040", func(s *setting) { s.draft.signer.Key = identity(s.t, "pharmacien").Signer().Key }, nil},
	{"the Manifest changed after signing", "LOT-041 LOT-054", nil, func(s *setting) {
		s.swap(`</ds:Manifest>`, `<ds:Reference URI="urn:oid:1.2.3"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:Manifest>`)
	}},
	{"SigningTime changed after signing", "LOT-041", nil, func(s *setting) {
		s.swap("<xades:SigningTime>2026-11-22T09:00:00Z", "<xades:SigningTime>2026-11-22T09:00:01Z")
	}},
	{"the Manifest in something else", "LOT-042 LOT-081", func(s *setting) {
		s.object(`<ds:Manifest`, `<x><ds:Manifest`)
		s.object(`</ds:Manifest>`, `</ds:Manifest></x>`)
	}, nil},
	{"a Manifest that is none", "LOT-042 LOT-081", func(s *setting) {
		s.object(`<ds:Manifest`, `<ds:List`)
		s.object(`</ds:Manifest>`, `</ds:List>`)
	}, nil},
	{"an Id that begins with a digit", "LOT-043", func(s *setting) { s.draft.id = "1.2.250.1.213" }, nil},
}

// manifestDamages are those of what the Manifest references.
var manifestDamages = []damage{
	{"no SubmissionSet", "LOT-050", func(s *setting) { s.draft.manifest = s.draft.manifest[1:] }, nil},
	{"another SubmissionSet", "LOT-050 LOT-054", func(s *setting) { s.draft.manifest[0].URI = "urn:oid:1.2.3.4" }, nil},
	{"a digest of the SubmissionSet", "LOT-051", func(s *setting) { s.draft.manifest[0].Value = make([]byte, 32) }, nil},
	{"a transform of the SubmissionSet", "LOT-051", func(s *setting) {
		s.draft.manifest[0].Transforms = []xmldsig.Transform{{Algorithm: xmldsig.C14N10}}
	}, nil},
	{"the SubmissionSet twice", "LOT-053", func(s *setting) { s.draft.manifest = append(s.draft.manifest, s.draft.manifest[0]) }, nil},
	{"a document left out", "LOT-052", func(s *setting) { s.draft.manifest = s.draft.manifest[:2] }, nil},
	{"a document twice", "LOT-053", func(s *setting) { s.draft.manifest = append(s.draft.manifest, s.draft.manifest[1]) }, nil},
	{"a document of another lot", "LOT-054", func(s *setting) {
		foreign := s.draft.manifest[1]
		foreign.URI = "urn:oid:1.2.3.4.5"
		s.draft.manifest = append(s.draft.manifest, foreign)
	}, nil},
	{"in another order", "", func(s *setting) { slices.Reverse(s.draft.manifest) }, nil},
	{"documents exchanged", "LOT-055", func(s *setting) {
		m := s.draft.manifest
		m[1].Value, m[2].Value = m[2].Value, m[1].Value
	}, nil},
	{"an XML document changed", "LOT-055", nil, func(s *setting) {
		s.contents["document-1"] = bytes.Replace(s.contents["document-1"], []byte("Toux"), []byte("toux"), 1)
	}},
	{"a binary document changed", "LOT-055", nil, func(s *setting) { s.contents["document-2"][0] ^= 1 }},
	{"a comment changed", "LOT-055", nil, func(s *setting) {
		s.contents["document-1"] = bytes.Replace(s.contents["document-1"], []byte("a comment"), []byte("another"), 1)
	}},
	{"bytes changed under one canonical form", "", nil, func(s *setting) {
		d := string(s.contents["document-1"])
		d = strings.NewReplacer("\r\n", "\n", "<![CDATA[a < b & c]]>", "a &lt; b &amp; c", "xsi:type='ST' ID=\"", "ID=\"", "</content>", "</content >").Replace(d)
		d = strings.Replace(d, `<content ID="`, `<content xsi:type="ST" ID="`, -1)
		s.contents["document-1"] = append([]byte("\xEF\xBB\xBF"), d...)
	}},
	{"an XML document by its bytes", "LOT-056", func(s *setting) { s.raw(1, "document-1") }, nil},
	{"an XML document by its bytes, changed", "LOT-055 LOT-056", func(s *setting) { s.raw(1, "document-1") }, func(s *setting) {
		s.contents["document-1"] = append(s.contents["document-1"], ' ')
	}},
	{"comments dropped", "LOT-056 LOT-057", func(s *setting) { s.canonical(1, "document-1", xmldsig.C14N10) }, nil},
	{"comments dropped of a document without", "LOT-056", func(s *setting) {
		s.contents["document-1"] = bytes.Replace(s.contents["document-1"], []byte("<!-- a comment -->"), nil, 1)
		s.canonical(1, "document-1", xmldsig.C14N10)
	}, nil},
	{"the exclusive form", "LOT-056", func(s *setting) { s.canonical(1, "document-1", xmldsig.ExclusiveWithComments) }, nil},
	{"a binary document canonicalized", "LOT-058", func(s *setting) {
		s.draft.manifest[2].Transforms = []xmldsig.Transform{{Algorithm: xmldsig.C14N10WithComments}}
	}, nil},
	{"a relative namespace name", "LOT-058", func(s *setting) {
		s.contents["document-1"] = bytes.Replace(s.contents["document-1"], []byte("<component>"), []byte(`<component xmlns:r="relative">`), 1)
		s.draw()
	}, nil},
	{"no XML at all", "DMP-005", nil, func(s *setting) { s.contents["document-1"] = []byte("%PDF-1.4") }},
}

// propertyDamages are those of what the signature says of itself.
var propertyDamages = []damage{
	{"no QualifyingProperties", "LOT-037 LOT-070", func(s *setting) {
		s.draft.info = s.draft.info[:1]
		s.draft.objects = func(all [][]byte) [][]byte { return all[:2] }
	}, nil},
	{"two QualifyingProperties", "LOT-070", func(s *setting) {
		s.draft.objects = func(all [][]byte) [][]byte {
			return append(all, []byte(`<x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.1.1#" Target="#a"/>`))
		}
	}, nil},
	{"SignedProperties in something else", "LOT-070 LOT-081", func(s *setting) {
		s.object("<xades:QualifyingProperties", "<xades:Others")
		s.object("</xades:QualifyingProperties>", "</xades:Others>")
	}, nil},
	{"Target of another signature", "LOT-071", func(s *setting) { s.object(`v1.1.1#" Target="#lot-`, `v1.1.1#" Target="#other-`) }, nil},
	{"no Target of the purpose", "LOT-071", func(s *setting) {
		s.object(`Id="purposeOfSignature" Target="#`+s.draft.id+`"`, `Id="purposeOfSignature"`)
	}, nil},
	{"no Id", "LOT-071", func(s *setting) { s.draft.id = "" }, nil},
	{"no SigningTime", "LOT-072", func(s *setting) { s.object("<xades:SigningTime>2026-11-22T09:00:00Z</xades:SigningTime>", "") }, nil},
	{"a SigningTime that is none", "LOT-072", func(s *setting) { s.object("2026-11-22T09:00:00Z", "22/11/2026") }, nil},
	{"a SigningTime with a zone", "", func(s *setting) { s.object("2026-11-22T09:00:00Z", "2026-11-22T10:00:00.123+01:00") }, nil},
	{"a SigningTime without a zone", "", func(s *setting) { s.object("2026-11-22T09:00:00Z", "2026-11-22T09:00:00") }, nil},
	{"a SigningTime in the future", "LOT-073", func(s *setting) { s.object("2026-11-22T09:00:00Z", "2026-11-22T09:06:00Z") }, nil},
	{"a SigningTime long ago", "LOT-073 LOT-074 LOT-093", func(s *setting) { s.object("2026-11-22T09:00:00Z", "2016-11-22T09:00:00Z") }, nil},
	{"a lot of the day before yesterday", "LOT-074", func(s *setting) {
		s.lot.SubmissionSet.SubmissionTime = "20261120085959"
		s.lot.SubmissionSet.SetSlot(registry.SlotSubmissionTime, "20261120085959")
	}, nil},
	{"no SigningCertificate", "LOT-075", func(s *setting) {
		s.object("<xades:SigningCertificate>", "<xades:Other>")
		s.object("</xades:SigningCertificate>", "</xades:Other>")
	}, nil},
	{"SigningCertificate of another", "LOT-075", func(s *setting) { s.draft.certificate.der = identity(s.t, "pharmacien").Signing.Leaf.Raw }, nil},
	{"SigningCertificate with the chain", "", func(s *setting) {
		s.object("<xades:SigningCertificate>", `<xades:SigningCertificate><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>`+
			strings.Repeat("A", 43)+`=</ds:DigestValue></xades:CertDigest><xades:IssuerSerial><ds:X509IssuerName>CN=a</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>`)
	}, nil},
	{"a serial number of another", "LOT-076", func(s *setting) { s.draft.certificate.serial = "1" }, nil},
	{"an issuer of another", "LOT-076", func(s *setting) { s.draft.certificate.issuer = "CN=x" }, nil},
	{"an issuer from the other end", "", func(s *setting) {
		parts := strings.Split(s.draft.certificate.issuer, ",")
		slices.Reverse(parts)
		s.draft.certificate.issuer = strings.Join(parts, ", ")
	}, nil},
	{"no policy", "LOT-077", func(s *setting) { s.object("<xades:SignaturePolicyImplied/>", "") }, nil},
	{"an explicit policy", "", func(s *setting) { s.object("<xades:SignaturePolicyImplied/>", "<xades:SignaturePolicyId/>") }, nil},
	{"XAdES 1.3.2", "LOT-078", func(s *setting) {
		s.object("http://uri.etsi.org/01903/v1.1.1#", "http://uri.etsi.org/01903/v1.3.2#")
		s.draft.info[1].Type = "http://uri.etsi.org/01903#SignedProperties"
	}, nil},
	{"no purpose", "LOT-079", func(s *setting) { s.draft.objects = func(all [][]byte) [][]byte { return [][]byte{all[0], all[2]} } }, nil},
	{"another purpose", "LOT-079", func(s *setting) { s.object(purposeSource, "1.2.840.10065.1.12.1.1") }, nil},
	{"SignatureProperties in no namespace", "LOT-080", func(s *setting) {
		s.draft.objects = func(all [][]byte) [][]byte {
			all[1] = []byte(strings.ReplaceAll(strings.ReplaceAll(string(all[1]), "<ds:", "<"), "</ds:", "</"))
			return all
		}
	}, nil},
	{"Objects in another order", "", func(s *setting) {
		s.draft.objects = func(all [][]byte) [][]byte { return [][]byte{all[2], all[0], all[1]} }
	}, nil},
	{"a second Manifest before it", "LOT-081", func(s *setting) {
		s.draft.objects = func(all [][]byte) [][]byte { return append([][]byte{[]byte(`<ds:Manifest/>`)}, all...) }
	}, nil},
	{"something else inside", "LOT-081", func(s *setting) {
		s.draft.objects = func(all [][]byte) [][]byte { return append(all, []byte(`<x/>`)) }
	}, nil},
}

// signerDamages are those of who signs.
var signerDamages = []damage{
	{"a chain in KeyInfo", "", func(s *setting) { s.draft.signer.Certificates = s.who.Signing.Certificate }, nil},
	{"two signers in KeyInfo", "LOT-090", func(s *setting) {
		s.draft.signer.Certificates = append(s.draft.signer.Certificates, identity(s.t, "pharmacien").Signing.Leaf.Raw)
	}, nil},
	{"no KeyInfo", "LOT-090", func(s *setting) { s.draft.signer.Certificates = nil }, nil},
	{"bytes after the certificate", "LOT-091", func(s *setting) {
		s.draft.signer.Certificates = [][]byte{append(bytes.Clone(s.who.Signing.Leaf.Raw), 0)}
	}, nil},
	{"an unknown authority", "LOT-092", func(s *setting) { s.as("faute-inconnue") }, nil},
	{"an expired certificate", "LOT-093", func(s *setting) { s.as("faute-expiree") }, nil},
	{"a certificate of the future", "LOT-093", func(s *setting) { s.as("faute-future") }, nil},
	{"a production certificate", "LOT-094", func(s *setting) { s.as("faute-production") }, nil},
	{"an authentication certificate", "LOT-095", func(s *setting) { s.as("faute-usage") }, nil},
	{"a revoked certificate", "LOT-096", func(s *setting) { s.as("faute-revoquee") }, nil},
	{"a short key", "LOT-098", func(s *setting) { s.as("faute-cle-courte") }, nil},
	{"a certificate signed with SHA-1", "LOT-098", func(s *setting) { s.as("faute-sha1") }, nil},
	{"another person's token", "LOT-100", func(s *setting) {
		s.who = identity(s.t, "autre-medecin")
		s.draw()
	}, nil},
	{"another person's connection", "LOT-101", nil, func(s *setting) {
		s.peer = &pki.Peer{Certificate: identity(s.t, "autre-medecin").Authentication.Leaf}
	}},
	{"the same person's connection", "", nil, func(s *setting) { s.peer = &pki.Peer{Certificate: s.who.Authentication.Leaf} }},
	{"a connection without a certificate", "", nil, func(s *setting) { s.peer = &pki.Peer{Address: "127.0.0.1"} }},
}

// recordDamages are those of whose record it is and who writes in it.
var recordDamages = []damage{
	{"another patient's SubmissionSet", "DMP-001", nil, func(s *setting) {
		identify(&s.lot.SubmissionSet.Object, registry.SchemeSubmissionSetPatientID, strangerCX)
	}},
	{"another patient's document", "DMP-002 DMP-004", nil, func(s *setting) {
		identify(&s.lot.Documents[0].Object, registry.SchemeDocumentPatientID, strangerCX)
	}},
	{"another patient's signature", "DMP-002 LOT-012", nil, func(s *setting) {
		identify(&s.entry().Object, registry.SchemeDocumentPatientID, strangerCX)
	}},
	{"another patient's token", "DMP-001 DMP-002", nil, func(s *setting) { s.caller.Patient.ID = "1" }},
	{"a token of another authority", "DMP-001 DMP-002", nil, func(s *setting) { s.caller.Patient.Authority = "1.2.3" }},
	{"another patient in the header", "DMP-004", func(s *setting) {
		s.contents["document-1"] = bytes.Replace(s.contents["document-1"], []byte(`extension="`+patientID), []byte(`extension="1`), 1)
		s.draw()
	}, nil},
	{"no patient in the header", "DMP-004", func(s *setting) {
		s.contents["document-1"] = bytes.Replace(s.contents["document-1"], []byte(`<id root="`+insAuthority), []byte(`<id nullFlavor="NI" x="`), 1)
		s.draw()
	}, nil},
	{"a second patient in the header", "DMP-004", func(s *setting) {
		s.edit("</patientRole>", `<id root="`+insAuthority+`" extension="180035121518990"/></patientRole>`)
	}, nil},
	{"a local identifier in the header", "", func(s *setting) {
		s.edit("</patientRole>", `<id root="1.2.3" extension="IPP-1"/></patientRole>`)
	}, nil},
	{"a second recordTarget", "DMP-004", func(s *setting) {
		s.edit("</recordTarget>", `</recordTarget><recordTarget><patientRole><id root="`+insAuthority+`" extension="180035121518990"/></patientRole></recordTarget>`)
	}, nil},
	{"no recordTarget", "DMP-004", func(s *setting) {
		s.edit(`<recordTarget><patientRole><id root="`+insAuthority+`" extension="`+patientID+`"/></patientRole></recordTarget>`, "")
	}, nil},
	{"two documents in a style sheet, one of another patient", "DMP-004", func(s *setting) {
		own := string(s.contents["document-1"])
		own = own[strings.Index(own, "<ClinicalDocument"):]
		s.contents["document-1"] = []byte(`<s>` + own + strings.Replace(own, `extension="`+patientID, `extension="1`, 1) + `</s>`)
		s.draw()
	}, nil},
	{"another patient's document under another media type", "DMP-004", func(s *setting) {
		s.lot.Documents[0].MimeType = "application/octet-stream"
		s.edit(`extension="`+patientID, `extension="1`)
	}, nil},
	{"octets that begin as XML does", "", func(s *setting) {
		s.lot.Documents[0].MimeType = "application/octet-stream"
		s.contents["document-1"] = []byte("<not XML")
		s.draw()
	}, nil},
	{"XML that is no CDA", "", func(s *setting) {
		s.contents["document-1"] = []byte("<a/>")
		s.draw()
	}, nil},
	{"a document that is no XML", "DMP-005 LOT-056", func(s *setting) {
		s.contents["document-1"] = []byte("<a>")
		s.raw(1, "document-1")
		s.draft.manifest[1].URI = uri(s.lot.Documents[0].UniqueID)
	}, nil},
	{"another structure", "DMP-006", nil, func(s *setting) { s.caller.Structure = "10B0000099" }},
	{"no structure", "DMP-006", nil, func(s *setting) {
		authored(&s.lot.SubmissionSet.Object, registry.SlotAuthorInstitution, "Cabinet^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST")
	}},
	{"the structure of a document alone", "", nil, func(s *setting) {
		s.lot.Documents[0].Classifications = append(s.lot.Documents[0].Classifications, s.lot.SubmissionSet.Classifications[slices.IndexFunc(
			s.lot.SubmissionSet.Classifications, func(c registry.Classification) bool { return c.Scheme == registry.SchemeSubmissionSetAuthor })])
		last := &s.lot.Documents[0].Classifications[len(s.lot.Documents[0].Classifications)-1]
		last.Scheme, last.Slots = registry.SchemeDocumentAuthor, slices.Clone(last.Slots)
		authored(&s.lot.SubmissionSet.Object, registry.SlotAuthorInstitution, "Cabinet")
	}},
	{"another author", "DMP-007", nil, func(s *setting) {
		s.caller.NameID = "899700000099"
	}},
	{"another author by a secretary", "", nil, func(s *setting) {
		s.caller.NameID, s.caller.Profession = "x/y", vihf.Role{Code: "SECRETARIAT_MEDICAL", System: systemNonPS}
	}},
	{"another author by a structure", "", nil, func(s *setting) { s.caller.NameID, s.caller.Mode = "899700000099", vihf.Indirect }},
	{"a secret connection", "DMP-008", nil, func(s *setting) { s.caller.SecretConnection = true }},
	{"a secret connection with hidden documents", "", nil, func(s *setting) {
		s.caller.SecretConnection = true
		for _, d := range s.lot.Documents {
			classify(d, registry.SchemeDocumentConfidentiality, registry.Code{Value: hiddenFromGuardians, Scheme: systemVisibility})
		}
	}},
}

func allDamages() []damage {
	return slices.Concat(entryDamages, signatureDamages, manifestDamages, propertyDamages, signerDamages, recordDamages)
}

// judged is what is found of a damaged lot.
func (d *damage) judged(t *testing.T, b *bench) rule.Findings {
	s := newSetting(t)
	if d.before != nil {
		d.before(s)
	}
	s.seal()
	if d.after != nil {
		d.after(s)
	}
	if slices.ContainsFunc(s.signed.Submission.Documents, func(e *registry.DocumentEntry) bool { return e == s.signed.Entry }) {
		s.contents[s.signed.Entry.ID] = s.signed.Signature
	}
	return b.judge(t, s.caller, s.peer, s.signed.Submission, s.contents)
}

// TestDamages breaks every rule and keeps it: each damage is found by the rules it names and by no other.
func TestDamages(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	for _, d := range allDamages() {
		t.Run(d.name, func(t *testing.T) {
			found := d.judged(t, b)
			if got := ids(found); got != d.rules {
				t.Errorf("found %q, want %q:\n%s", got, d.rules, sentences(found))
			}
			for i := range found {
				for _, lang := range []string{"en", "fr"} {
					if sentence := found[i].Sentence(lang); !strings.HasPrefix(sentence, "["+found[i].Rule.ID+"] ") {
						t.Errorf("the sentence is %q", sentence)
					}
				}
				if found[i].XPath == "" && found[i].Part == "" {
					t.Errorf("%s has no place", found[i].Rule.ID)
				}
			}
		})
	}
}

// TestEveryRuleIsBroken: no rule of the package is without a damage that breaks it.
func TestEveryRuleIsBroken(t *testing.T) {
	elsewhere := []string{"DMP-003", "LOT-059", "LOT-097"} // in tests of their own
	broken := make(map[string]bool)
	for _, d := range allDamages() {
		for id := range strings.FieldsSeq(d.rules) {
			broken[id] = true
		}
	}
	for _, r := range rule.All() {
		if ours := strings.HasPrefix(r.ID, "LOT-") || strings.HasPrefix(r.ID, "DMP-"); ours && !broken[r.ID] && !slices.Contains(elsewhere, r.ID) {
			t.Errorf("no damage breaks %s", r.ID)
		}
	}
}
