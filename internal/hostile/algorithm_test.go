package hostile_test

import (
	"crypto"
	"crypto/hmac"
	_ "crypto/md5" // what a sender of 2000 would digest with
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"
)

// SIG-13: references that name something else than the assertion, or name it in a way that two readers resolve two ways.
func references(l *lot) (cases []hostile) {
	uri := func(name, written, codes, rules string) {
		cases = append(cases, tokenCase(l, "SIG-13 "+name, codes, rules, func(w *world, t *token) {
			t.signed.uri = func(right string) string {
				return strings.NewReplacer("ID", strings.TrimPrefix(right, "#"), "CANARY", w.canary.url("")).Replace(written)
			}
		}))
	}
	uri("an attribute of the token", ` URI="#part"`, badSignature, "VIHF-016")
	cases[0] = cases[0].with(func(*message, string) {})
	uri("an id that nothing has", ` URI="#_nothing"`, badSignature, "VIHF-016")
	uri("a blank before the id", ` URI="# ID"`, badSignature, "VIHF-016")
	uri("a blank after the id", ` URI="#ID "`, badSignature, "VIHF-016")
	uri("a character reference that is a tab", ` URI="#ID&#9;"`, badSignature, "VIHF-016")
	uri("percent-encoding", ` URI="#%5FID"`, badSignature, "VIHF-016")
	uri("xpointer of the id", ` URI="#xpointer(id('ID'))"`, badSignature, "VIHF-016")
	uri("xpointer of the document", ` URI="#xpointer(/)"`, badSignature, "VIHF-016")
	uri("the whole document", ` URI=""`, badSignature, "VIHF-016")
	uri("no URI", ``, badSignature, "VIHF-016")
	uri("an empty fragment", ` URI="#"`, badSignature, "VIHF-016")
	uri("the message by its address", ` URI="http://localhost/#ID"`, badSignature, "VIHF-016")
	uri("a part by cid", ` URI="cid:d0@table"`, badSignature, "VIHF-016")
	uri("http elsewhere", ` URI="CANARY/x.xml"`, badSignature, "VIHF-016")
	uri("https elsewhere", ` URI="https://canary.invalid/x.xml"`, badSignature, "VIHF-016")
	uri("a file", ` URI="file:///etc/passwd"`, badSignature, "VIHF-016")
	uri("a network path", ` URI="//canary.invalid/x"`, badSignature, "VIHF-016")
	uri("a URN of the lot", ` URI="urn:oid:1.2.3"`, badSignature, "VIHF-016")
	uri("a document of data", ` URI="data:text/xml;base64,PHgvPg=="`, badSignature, "VIHF-016")
	uri("two fragments", ` URI="#ID#ID"`, badSignature, "VIHF-016")
	uri("a relative path", ` URI="token.xml"`, badSignature, "VIHF-016")
	return append(cases,
		tokenCase(l, "SIG-13 the Subject alone is signed", badSignature, "VIHF-016", func(_ *world, t *token) {
			t.signed.uri = func(string) string { return ` URI="#subject"` }
			t.tail = ``
			t.canonical = func(string) string { return t.nameID }
		}),
		tokenCase(l, "SIG-13 the Security block is signed", badSignature, "VIHF-016", func(_ *world, t *token) {
			t.signed.uri = func(string) string { return ` URI="#security"` }
		}).with(func(m *message, _ string) {
			m.security = swap(m.security, `<wsse:Security `, `<wsse:Security Id="security" `)
		}),
		tokenCase(l, "SIG-13 another element of the header is signed", badSignature, "VIHF-016", func(_ *world, t *token) {
			t.signed.uri = func(string) string { return ` URI="#other"` }
			t.canonical = func(string) string { return `<x:Block xmlns:x="urn:liasse:test" Id="other"></x:Block>` }
		}).with(func(m *message, _ string) {
			m.before += `<x:Block xmlns:x="urn:liasse:test" Id="other"></x:Block>`
		}),
		tokenCase(l, "SIG-13 an assertion without ID", badToken+" "+anySignature, "VIHF-041 VIHF-016", func(_ *world, t *token) {
			t.root = ` IssueInstant="` + t.instant + `" Version="2.0"`
		}),
		tokenCase(l, "SIG-13 an assertion with an empty ID", badToken+" "+anySignature, "VIHF-041 VIHF-016", func(_ *world, t *token) { t.id = "" }),
		tokenCase(l, "SIG-15 a second ID in another namespace", badSignature+" "+badToken+" "+notSigned, "VIHF-016 VIHF-041", func(_ *world, t *token) {
			t.root = ` xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" IssueInstant="` + t.instant + `" Version="2.0" p:ID="` + t.id + `"`
		}),
		tokenCase(l, "SIG-15 SignedInfo of another namespace by rebinding", badSignature+" "+notSigned, "VIHF-013", func(_ *world, t *token) {
			t.after = func(text string) string {
				return swap(text, `<ds:SignedInfo xmlns:ds="`+dsSpace+`"`, `<ds:SignedInfo xmlns:ds="urn:other"`)
			}
		}),
		textCase(l, "SIG-15 the assertion in the namespace of signatures", badStructure, "VIHF-001", func(text string) string {
			return strings.ReplaceAll(text, samlSpace, dsSpace)
		}),
		textCase(l, "SIG-15 a prefix rebound between Issuer and Subject", notSigned+" "+badToken, "VIHF-019 VIHF-049", func(text string) string {
			return strings.Replace(text, `<saml2:Subject>`, `<saml2:Subject xmlns:saml2="urn:other">`, 1)
		}),
		textCase(l, "SIG-15 an attribute of one expanded name twice", malformed, "XML-001 XML-002", func(text string) string {
			return swap(text, ` Name="VIHF_Version"`, ` Name="VIHF_Version" xmlns:a="urn:a" xmlns:b="urn:a" a:x="1" b:x="2"`)
		}),
		textCase(l, "SIG-15 ID twice", malformed, "XML-001", func(text string) string { return swap(text, ` Version="2.0"`, ` Version="2.0" ID="_other"`) }),
	)
}

// SIG-16 and SIG-17: transforms and sizes.
func transformCases(l *lot) (cases []hostile) {
	list := func(name, codes, rules, content string) {
		cases = append(cases, signatureCase(l, name, codes, rules, func(s *signing) { s.transforms = content }))
	}
	one := func(name, codes string, algorithms ...string) {
		list("SIG-16 "+name, codes, "VIHF-014 VIHF-017 VIHF-013", transforms(algorithms...))
	}
	for _, foreign := range []struct{ name, algorithm string }{
		{"XSLT", "http://www.w3.org/TR/1999/REC-xslt-19991116"}, {"XPath", "http://www.w3.org/TR/1999/REC-xpath-19991116"},
		{"XPath filter 2", "http://www.w3.org/2002/06/xmldsig-filter2"}, {"base64", dsSpace + "base64"},
		{"decryption", "http://www.w3.org/2002/07/decrypt#XML"}, {"an unknown one", "urn:liasse:test:transform"},
		{"STR", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform"},
		{"an attachment", "http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#Attachment-Content-Signature-Transform"},
		{"a schema's", "http://www.w3.org/TR/2001/REC-xmlschema-1-20010502/"}, {"no algorithm at all", ""},
	} {
		codes := badAlgorithm + " " + badSignature
		one(foreign.name+" last", codes, enveloped, exclusive, foreign.algorithm)
		one(foreign.name+" first", codes, foreign.algorithm, enveloped, exclusive)
	}
	one("enveloped-signature twice", badAlgorithm+" "+badSignature, enveloped, enveloped)
	one("canonicalization twice", badAlgorithm+" "+badSignature, exclusive, exclusive)
	one("canonicalization before enveloped-signature", badAlgorithm+" "+badSignature, exclusive, enveloped)
	one("enveloped-signature alone", anySignature, enveloped)
	one("canonicalization alone", anySignature, exclusive)
	one("inclusive canonicalization", anySignature, enveloped, inclusive)
	one("canonical XML 1.1", anySignature, enveloped, "http://www.w3.org/2006/12/xml-c14n11")
	list("SIG-16 no Transforms", anySignature, "VIHF-017 VIHF-019", "-")
	list("SIG-16 an empty Transforms", badSignature+" "+badAlgorithm, "VIHF-013 VIHF-017", `<ds:Transforms></ds:Transforms>`)
	list("SIG-16 1 000 transforms", badSignature+" "+badAlgorithm, "VIHF-013 VIHF-014 VIHF-016 VIHF-017", transforms(repeated(1000, exclusive)...))
	list("SIG-16 an XSLT stylesheet", badAlgorithm+" "+badSignature, "VIHF-014 VIHF-017", `<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">`+
		`<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:copy-of select="document('file:///etc/passwd')"></xsl:copy-of>`+
		`</xsl:template></xsl:stylesheet></ds:Transform></ds:Transforms>`)
	list("SIG-16 an XPath that drops the attributes", badAlgorithm+" "+badSignature, "VIHF-014 VIHF-017", `<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">`+
		`<ds:XPath>not(ancestor-or-self::saml2:AttributeStatement)</ds:XPath></ds:Transform></ds:Transforms>`)
	list("SIG-16 a parameter of enveloped-signature", badAlgorithm+" "+badSignature, "VIHF-014 VIHF-017 VIHF-013", swap(usualTransforms, `enveloped-signature">`, `enveloped-signature"><x xmlns="urn:x"></x>`))
	list("SIG-17 a PrefixList of 100 000 prefixes", badSignature+" "+malformed+" "+badAlgorithm, "VIHF-013 VIHF-016 XML-006 XML-004 XML-001", prefixes(100000))
	list("SIG-17 a PrefixList of 17 prefixes", badSignature+" "+badAlgorithm, "VIHF-013 VIHF-016", prefixes(17))
	return append(cases,
		textCase(l, "SIG-17 65 namespaces on one element", malformed, "", func(text string) string {
			return swap(text, `<saml2:Subject>`, `<saml2:Subject`+namespaces(65)+`>`)
		}),
		tokenCase(l, "SIG-17 500 elements under 30 namespaces each", malformed, "", func(_ *world, t *token) {
			t.set("Autre", strings.Repeat(`<x`+namespaces(30)+`>`, 60)+strings.Repeat(`</x>`, 60))
		}),
		tokenCase(l, "SIG-17 an attribute of 1 MiB", malformed, "", func(_ *world, t *token) { t.attributes[0].more = ` FriendlyName="` + strings.Repeat("x", 1<<20) + `"` }),
		tokenCase(l, "SIG-17 a token nested 10 000 deep", malformed, "", func(_ *world, t *token) {
			t.set("Autre", strings.Repeat(`<x>`, 10000)+strings.Repeat(`</x>`, 10000))
		}),
		tokenCase(l, "SIG-17 200 001 elements", malformed, "", func(_ *world, t *token) { t.set("Autre", strings.Repeat(`<x></x>`, 200001)) }),
		textCase(l, "SIG-17 a canonical form larger than the token", malformed+" "+anySignature, "", func(text string) string {
			return swap(text, `<saml2:AttributeValue>3.0<`, `<saml2:AttributeValue>`+strings.Repeat(`<x:x xmlns:x="urn:`+strings.Repeat("long", 200)+`"></x:x>`, 200)+`3.0<`)
		}),
	)
}

func repeated(n int, s string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func prefixes(n int) string {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "p%d ", i)
	}
	return swap(usualTransforms, exclusive+`">`, exclusive+`"><ec:InclusiveNamespaces xmlns:ec="`+exclusive+`" PrefixList="`+strings.TrimSpace(list.String())+`"></ec:InclusiveNamespaces>`)
}

func namespaces(n int) string {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, ` xmlns:n%d="urn:n%d"`, i, i)
	}
	return list.String()
}

// SIG-18 and SIG-19: secrets that are no secrets, and algorithms that are no longer any good.
func algorithms(l *lot) (cases []hostile) {
	// The classic confusion: the public key as the secret of an HMAC.
	spki := func() []byte {
		c, err := x509.ParseCertificate(l.by.sign.chain[0])
		must(err)
		return c.RawSubjectPublicKeyInfo
	}
	secret := func(octets []byte) []byte {
		mac := hmac.New(sha256.New, spki())
		mac.Write(octets)
		return mac.Sum(nil)
	}
	for _, length := range []string{"", "0", "1", "8", "40", "64", "1000000000"} {
		cases = append(cases, signatureCase(l, "SIG-18 hmac-sha256 with the public key, "+or(length, "no")+" bits", badAlgorithm, "VIHF-014", func(s *signing) {
			s.method, s.signer = moreSpace+"hmac-sha256", secret
			if length != "" {
				s.params = `<ds:HMACOutputLength>` + length + `</ds:HMACOutputLength>`
			}
			if length == "0" || length == "8" {
				s.value = func(v []byte) string { return encoded(v[:1]) }
			}
		}))
	}
	for _, name := range []string{dsSpace + "hmac-sha1", moreSpace + "hmac-md5", moreSpace + "hmac-sha512", newerSpace + "poly1305"} {
		cases = append(cases, signatureCase(l, "SIG-18 "+name, badAlgorithm, "VIHF-014", func(s *signing) { s.method, s.signer = name, secret }))
	}
	method := func(name, algorithm string, hash crypto.Hash, codes, rules string) {
		cases = append(cases, signatureCase(l, "SIG-19 "+name, codes, rules, func(s *signing) { s.method, s.hash = algorithm, hash }))
	}
	method("rsa-md5", moreSpace+"rsa-md5", crypto.MD5, badAlgorithm, "VIHF-014")
	method("rsa-sha1", dsSpace+"rsa-sha1", crypto.SHA1, badAlgorithm, "VIHF-015")
	method("rsa-ripemd160", moreSpace+"rsa-ripemd160", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("rsa-whirlpool", newerSpace+"rsa-whirlpool", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("rsa-sha224", moreSpace+"rsa-sha224", crypto.SHA224, badAlgorithm, "VIHF-014")
	method("dsa-sha1", dsSpace+"dsa-sha1", crypto.SHA1, badAlgorithm, "VIHF-014")
	method("dsa-sha256", "http://www.w3.org/2009/xmldsig11#dsa-sha256", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("ecdsa-sha1", moreSpace+"ecdsa-sha1", crypto.SHA1, badAlgorithm, "VIHF-014")
	method("gost", "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102001-gostr3411", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("eddsa", "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("PSS with SHA-1", newerSpace+"sha1-rsa-MGF1", crypto.SHA1, badAlgorithm, "VIHF-014")
	method("an unknown method", "urn:liasse:test:sign", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("a method in capitals", strings.ToUpper(rsaSHA256), crypto.SHA256, badAlgorithm, "VIHF-014")
	method("a method with a blank", rsaSHA256+" ", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("no method", "", crypto.SHA256, badAlgorithm+" "+badSignature, "VIHF-014 VIHF-013")
	method("a digest method in its place", digestSHA256, crypto.SHA256, badAlgorithm, "VIHF-014")
	method("ecdsa-sha256 for an RSA key", moreSpace+"ecdsa-sha256", crypto.SHA256, badAlgorithm, "VIHF-014")
	method("sha256 said, sha512 done", rsaSHA256, crypto.SHA512, notSigned, "VIHF-020")
	digest := func(name, algorithm string, hash crypto.Hash, codes, rules string) {
		cases = append(cases, signatureCase(l, "SIG-19 "+name, codes, rules, func(s *signing) { s.digestMethod, s.digestHash = algorithm, hash }))
	}
	digest("digest md5", moreSpace+"md5", crypto.MD5, badAlgorithm, "VIHF-014")
	digest("digest sha1 under rsa-sha256", dsSpace+"sha1", crypto.SHA1, badAlgorithm, "VIHF-015")
	digest("digest ripemd160", "http://www.w3.org/2001/04/xmlenc#ripemd160", crypto.SHA1, badAlgorithm, "VIHF-014")
	digest("digest sha224", moreSpace+"sha224", crypto.SHA224, badAlgorithm, "VIHF-014")
	digest("digest whirlpool", newerSpace+"whirlpool", crypto.SHA512, badAlgorithm, "VIHF-014")
	digest("an unknown digest", "urn:liasse:test:digest", crypto.SHA256, badAlgorithm, "VIHF-014")
	digest("sha512 said, sha256 done", "http://www.w3.org/2001/04/xmlenc#sha512", crypto.SHA256, notSigned, "VIHF-019")
	c14n := func(name, algorithm string) {
		cases = append(cases, signatureCase(l, "SIG-19 SignedInfo "+name, badAlgorithm+" "+badSignature, "VIHF-014 VIHF-013", func(s *signing) { s.c14n = algorithm }))
	}
	c14n("in an unknown form", "urn:liasse:test:c14n")
	c14n("in Minimal canonicalization", dsSpace+"minimal")
	c14n("by enveloped-signature", enveloped)
	c14n("by base64", dsSpace+"base64")
	c14n("by XSLT", "http://www.w3.org/TR/1999/REC-xslt-19991116")
	c14n("in no form", "")
	pss := func(name, params string) {
		cases = append(cases, signatureCase(l, "SIG-19 PSS "+name, badAlgorithm+" "+badSignature+" "+notSigned, "VIHF-014 VIHF-013 VIHF-020", func(s *signing) {
			s.method = newerSpace + "rsa-pss"
			s.params = `<pss:RSAPSSParams xmlns:pss="` + newerSpace + `">` + params + `</pss:RSAPSSParams>`
		}))
	}
	pss("with MGF1 over SHA-1", `<pss:MaskGenerationFunction Algorithm="`+newerSpace+`MGF1"><ds:DigestMethod Algorithm="`+dsSpace+`sha1"></ds:DigestMethod></pss:MaskGenerationFunction>`)
	pss("without salt", `<pss:SaltLength>0</pss:SaltLength>`)
	pss("with another trailer", `<pss:TrailerField>2</pss:TrailerField>`)
	pss("with an unknown mask", `<pss:MaskGenerationFunction Algorithm="urn:liasse:test"></pss:MaskGenerationFunction>`)
	return cases
}
