package xmldsig

import "slices"

// Policy says what a signature may be. Everything it names is checked before any digest is taken. A Policy is not changed
// once it is in use.
type Policy struct {
	// Signatures, Digests, Canonicalizations and Transforms are the algorithms that are let in; no other is.
	Signatures, Digests, Canonicalizations, Transforms []Method
	// AllowSHA1 lets RSASHA1 and SHA1 in beside those lists, for the software of 2019.
	AllowSHA1 bool
	// Lenient accepts what the corpora of XML Signature hold and no message of ours needs: keys that are no certificate,
	// URIs beside "#id", transforms in any order, comments between the elements of a SignedInfo, attributes of other
	// vocabularies. What is said below about sizes still holds.
	Lenient bool
	// MaxReferences bounds the references of a SignedInfo, MaxManifestReferences those of a Manifest, MaxTransforms the
	// transforms of one reference, MaxPrefixes the prefixes of one PrefixList, MaxCertificates the X509Certificates,
	// MaxObjects the Objects, MaxCertificateBytes one certificate.
	MaxReferences, MaxManifestReferences, MaxTransforms, MaxPrefixes, MaxCertificates, MaxObjects, MaxCertificateBytes int
	// MaxExpansion bounds the canonical octets that all references of one Verify may come to together, as a multiple of the
	// document's size (and a mebibyte more). The exclusive form repeats namespace names, so that a small document can have
	// a large one.
	MaxExpansion int
	// MinRSABits and MaxRSABits bound an RSA modulus, MinRSAExponent its public exponent.
	MinRSABits, MaxRSABits, MinRSAExponent int
}

// Strict is the policy for what strangers send: SHA-2, RSA of 2048 bits or more, the NIST curves of 256 bits or more,
// references to elements of the message by their id, one certificate. Each call gives one of its own, to be adapted.
func Strict() *Policy {
	return &Policy{
		Signatures: []Method{
			RSASHA256, RSASHA384, RSASHA512, RSAPSS, RSAPSSSHA256, RSAPSSSHA384, RSAPSSSHA512, ECDSASHA256, ECDSASHA384, ECDSASHA512,
		},
		Digests:           []Method{SHA256, SHA384, SHA512},
		Canonicalizations: []Method{Exclusive, ExclusiveWithComments, C14N10, C14N10WithComments, C14N11},
		Transforms:        []Method{EnvelopedSignature, Exclusive, ExclusiveWithComments, C14N10, C14N10WithComments, C14N11},
		MaxReferences:     8, MaxManifestReferences: 256, MaxTransforms: 2, MaxPrefixes: 16,
		MaxCertificates: 1, MaxObjects: 8, MaxCertificateBytes: 16 << 10, MaxExpansion: 4,
		MinRSABits: 2048, MaxRSABits: 8192, MinRSAExponent: 65537,
	}
}

// Engine lets in all that is implemented, SHA-1 among it. It is for the corpora of XML Signature and for
// explaining a signature that Strict refuses, never for deciding.
func Engine() *Policy {
	p := &Policy{
		AllowSHA1: true, Lenient: true,
		Transforms:    []Method{EnvelopedSignature, Base64},
		MaxReferences: 64, MaxManifestReferences: 256, MaxTransforms: 8, MaxPrefixes: 64,
		MaxCertificates: 16, MaxObjects: 64, MaxCertificateBytes: 64 << 10, MaxExpansion: 64,
		MinRSABits: 1024, MaxRSABits: 16384, MinRSAExponent: 3,
	}
	for m := range signatureMethods {
		p.Signatures = append(p.Signatures, m)
	}
	for m := range digestMethods {
		p.Digests = append(p.Digests, m)
	}
	for m := range canonicalizations {
		p.Canonicalizations = append(p.Canonicalizations, m)
		p.Transforms = append(p.Transforms, m)
	}
	return p
}

// allowsSignature tells whether a signature algorithm is let in.
func (p *Policy) allowsSignature(m Method) bool {
	return slices.Contains(p.Signatures, m) || p.AllowSHA1 && m == RSASHA1
}

// allowsDigest tells whether a digest algorithm is let in.
func (p *Policy) allowsDigest(m Method) bool {
	return slices.Contains(p.Digests, m) || p.AllowSHA1 && m == SHA1
}

// budget gives how many canonical octets may be made of documents of that size.
func (p *Policy) budget(size int) int { return p.MaxExpansion*size + 1<<20 }
