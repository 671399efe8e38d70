package xmldsig

import (
	"crypto"
	_ "crypto/sha1" // the digests of the table
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"

	"liasse/internal/xmltree"
)

// Method is an algorithm identifier.
type Method string

// Digest algorithms (XML Signature 1.1 section 6.2, RFC 9231 section 2.1).
const (
	SHA1    Method = Namespace + "sha1"
	SHA224  Method = "http://www.w3.org/2001/04/xmldsig-more#sha224"
	SHA256  Method = "http://www.w3.org/2001/04/xmlenc#sha256"
	SHA384  Method = "http://www.w3.org/2001/04/xmldsig-more#sha384"
	SHA512  Method = "http://www.w3.org/2001/04/xmlenc#sha512"
	SHA3224 Method = moreNamespace + "sha3-224"
	SHA3256 Method = moreNamespace + "sha3-256"
	SHA3384 Method = moreNamespace + "sha3-384"
	SHA3512 Method = moreNamespace + "sha3-512"
)

// RSASSA-PKCS1-v1_5 (XML Signature 1.1 section 6.4.2, RFC 9231 section 2.3).
const (
	RSASHA1   Method = Namespace + "rsa-sha1"
	RSASHA224 Method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224"
	RSASHA256 Method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	RSASHA384 Method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
	RSASHA512 Method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
)

// RSASSA-PSS (RFC 9231 sections 2.3.9 and 2.3.10): RSAPSS takes its digest from RSAPSSParams, the others name it. The mask
// generation function is always MGF1 with the same digest, the salt as long as the digest.
const (
	RSAPSS        Method = moreNamespace + "rsa-pss"
	RSAPSSSHA1    Method = moreNamespace + "sha1-rsa-MGF1"
	RSAPSSSHA224  Method = moreNamespace + "sha224-rsa-MGF1"
	RSAPSSSHA256  Method = moreNamespace + "sha256-rsa-MGF1"
	RSAPSSSHA384  Method = moreNamespace + "sha384-rsa-MGF1"
	RSAPSSSHA512  Method = moreNamespace + "sha512-rsa-MGF1"
	RSAPSSSHA3224 Method = moreNamespace + "sha3-224-rsa-MGF1"
	RSAPSSSHA3256 Method = moreNamespace + "sha3-256-rsa-MGF1"
	RSAPSSSHA3384 Method = moreNamespace + "sha3-384-rsa-MGF1"
	RSAPSSSHA3512 Method = moreNamespace + "sha3-512-rsa-MGF1"
)

// ECDSA (XML Signature 1.1 section 6.4.3, RFC 9231 section 2.3.6); a signature value is r and s one after the other.
const (
	ECDSASHA1    Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
	ECDSASHA224  Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224"
	ECDSASHA256  Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	ECDSASHA384  Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
	ECDSASHA512  Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
	ECDSASHA3224 Method = "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-224"
	ECDSASHA3256 Method = "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-256"
	ECDSASHA3384 Method = "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-384"
	ECDSASHA3512 Method = "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-512"
)

// Canonicalization algorithms (section 6.5), which stand in a CanonicalizationMethod or in a Transform.
const (
	C14N10                Method = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	C14N10WithComments    Method = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
	C14N11                Method = "http://www.w3.org/2006/12/xml-c14n11"
	C14N11WithComments    Method = "http://www.w3.org/2006/12/xml-c14n11#WithComments"
	Exclusive             Method = "http://www.w3.org/2001/10/xml-exc-c14n#"
	ExclusiveWithComments Method = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
)

// Transforms that are no canonicalization (sections 6.6.2 and 6.6.4).
const (
	EnvelopedSignature Method = Namespace + "enveloped-signature"
	Base64             Method = Namespace + "base64"
)

// scheme is a family of signature algorithms.
type scheme uint8

const (
	pkcs1 scheme = iota + 1
	pss
	ecdsaRS
)

// signatureMethod is what a signature algorithm stands for; hash is 0 where a parameter says it.
type signatureMethod struct {
	scheme scheme
	hash   crypto.Hash
}

var signatureMethods = map[Method]signatureMethod{
	RSASHA1: {pkcs1, crypto.SHA1}, RSASHA224: {pkcs1, crypto.SHA224}, RSASHA256: {pkcs1, crypto.SHA256},
	RSASHA384: {pkcs1, crypto.SHA384}, RSASHA512: {pkcs1, crypto.SHA512},
	RSAPSS: {pss, 0}, RSAPSSSHA1: {pss, crypto.SHA1}, RSAPSSSHA224: {pss, crypto.SHA224}, RSAPSSSHA256: {pss, crypto.SHA256},
	RSAPSSSHA384: {pss, crypto.SHA384}, RSAPSSSHA512: {pss, crypto.SHA512}, RSAPSSSHA3224: {pss, crypto.SHA3_224},
	RSAPSSSHA3256: {pss, crypto.SHA3_256}, RSAPSSSHA3384: {pss, crypto.SHA3_384}, RSAPSSSHA3512: {pss, crypto.SHA3_512},
	ECDSASHA1: {ecdsaRS, crypto.SHA1}, ECDSASHA224: {ecdsaRS, crypto.SHA224}, ECDSASHA256: {ecdsaRS, crypto.SHA256},
	ECDSASHA384: {ecdsaRS, crypto.SHA384}, ECDSASHA512: {ecdsaRS, crypto.SHA512}, ECDSASHA3224: {ecdsaRS, crypto.SHA3_224},
	ECDSASHA3256: {ecdsaRS, crypto.SHA3_256}, ECDSASHA3384: {ecdsaRS, crypto.SHA3_384}, ECDSASHA3512: {ecdsaRS, crypto.SHA3_512},
}

var digestMethods = map[Method]crypto.Hash{
	SHA1: crypto.SHA1, SHA224: crypto.SHA224, SHA256: crypto.SHA256, SHA384: crypto.SHA384, SHA512: crypto.SHA512,
	SHA3224: crypto.SHA3_224, SHA3256: crypto.SHA3_256, SHA3384: crypto.SHA3_384, SHA3512: crypto.SHA3_512,
}

var canonicalizations = map[Method]xmltree.Canonicalization{
	C14N10: {Method: xmltree.C14N10}, C14N10WithComments: {Method: xmltree.C14N10, Comments: true},
	C14N11: {Method: xmltree.C14N11}, C14N11WithComments: {Method: xmltree.C14N11, Comments: true},
	Exclusive: {Method: xmltree.Exclusive}, ExclusiveWithComments: {Method: xmltree.Exclusive, Comments: true},
}

// Hash gives the digest that a digest or signature algorithm takes, and whether it is one that is known and names it.
func (m Method) Hash() (crypto.Hash, bool) {
	if h, ok := digestMethods[m]; ok {
		return h, true
	}
	s := signatureMethods[m]
	return s.hash, s.hash != 0
}

// IsCanonicalization tells whether the method is a canonicalization algorithm.
func (m Method) IsCanonicalization() bool { _, ok := canonicalizations[m]; return ok }

// isExclusive tells whether the method takes a PrefixList.
func (m Method) isExclusive() bool { return canonicalizations[m].Method == xmltree.Exclusive }

// usesSHA1 tells whether the method stands on SHA-1.
func (m Method) usesSHA1() bool { h, _ := m.Hash(); return h == crypto.SHA1 }
