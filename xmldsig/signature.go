package xmldsig

import (
	"crypto"

	"liasse/internal/xmltree"
)

// Signature is a ds:Signature as it was read. Nothing it says is true before Verify has returned nil.
type Signature struct {
	Node xmltree.Node
	// ID is the Id of the Signature, not always an NCName.
	ID string
	// Canonicalization is the CanonicalizationMethod, and Prefixes its PrefixList.
	Canonicalization Method
	Prefixes         []string
	Method           Method
	Value            []byte
	References       []Reference
	// KeyInfo is the zero Node where there is none.
	KeyInfo xmltree.Node
	// Certificates are the X509Certificates in document order, DER as it was sent.
	Certificates [][]byte
	Objects      []xmltree.Node
	// SHA1 tells that SHA-1 is used for the signature or a reference.
	SHA1 bool

	policy    *Policy
	info      xmltree.Node // SignedInfo
	valueNode xmltree.Node
	scheme    scheme
	hash      crypto.Hash
	key       crypto.PublicKey // that Verify was last asked with
	verified  bool
}

// Read reads a ds:Signature and holds it to the policy, before any digest is taken. The error is an *Error.
func Read(signature xmltree.Node, p *Policy) (*Signature, error) {
	s := &Signature{Node: signature, policy: p}
	if err := s.read(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Signature) read() *Error {
	if !s.Node.Is(Namespace, "Signature") {
		return fault(ReasonStructure, s.Node, name(s.Node), "ds:Signature")
	}
	s.ID = s.Node.AttrValue("", "Id")
	in := inside(s.Node, !s.policy.Lenient)
	s.info = in.required("SignedInfo")
	s.valueNode = in.required("SignatureValue")
	s.KeyInfo, _ = in.optional("KeyInfo")
	for {
		object, more := in.optional("Object")
		if !more {
			break
		}
		if s.Objects = append(s.Objects, object); len(s.Objects) > s.policy.MaxObjects {
			return tooMany(ReasonLimit, object, "ds:Object", s.policy.MaxObjects)
		}
	}
	if err := in.end(); err != nil {
		return err
	}
	if err := s.readSignedInfo(); err != nil {
		return err
	}
	var err *Error
	if s.Value, err = binary(s.valueNode); err != nil {
		return err
	}
	if err := s.readKeyInfo(); err != nil {
		return err
	}
	if !s.policy.Lenient {
		return absoluteNamespaces(s.Node.Document())
	}
	return nil
}

// readSignedInfo reads the algorithms and the references of SignedInfo.
func (s *Signature) readSignedInfo() *Error {
	in := inside(s.info, !s.policy.Lenient)
	canonicalization := in.required("CanonicalizationMethod")
	method := in.required("SignatureMethod")
	if in.err != nil {
		return in.err
	}
	if err := s.readMethods(canonicalization, method); err != nil {
		return err
	}
	refs, err := readReferences(in, s.policy, inSignedInfo)
	if err != nil {
		return err
	}
	s.References = refs
	s.SHA1 = s.Method.usesSHA1() || s.hash == crypto.SHA1
	for i := range refs {
		s.SHA1 = s.SHA1 || refs[i].DigestMethod.usesSHA1()
	}
	if s.policy.Lenient {
		return nil
	}
	return attributes(s.info, "Id")
}

func (s *Signature) readMethods(canonicalization, method xmltree.Node) *Error {
	read, err := readTransform(canonicalization, s.policy, s.policy.Canonicalizations, ReasonAlgorithm)
	if err != nil {
		return err
	}
	if !read.Algorithm.IsCanonicalization() {
		return fault(ReasonAlgorithm, canonicalization, name(canonicalization)+" Algorithm="+quote(string(read.Algorithm)), such(Exclusive))
	}
	s.Canonicalization, s.Prefixes = read.Algorithm, read.Prefixes
	if s.Method, err = algorithm(method); err != nil {
		return err
	}
	if !s.policy.allowsSignature(s.Method) {
		return fault(ReasonAlgorithm, method, name(method)+" Algorithm="+quote(string(s.Method)), such(RSASHA256))
	}
	known := signatureMethods[s.Method]
	s.scheme, s.hash = known.scheme, known.hash
	if s.Method == RSAPSS {
		s.hash, err = readPSSParams(method, s.policy)
		return err
	}
	if err := empty(method); err != nil {
		return fault(ReasonAlgorithm, method, err.Found, name(method)+" = ∅")
	}
	return nil
}

// absoluteNamespaces refuses a document with a namespace name that is no absolute URI.
func absoluteNamespaces(doc *xmltree.Document) *Error {
	if at, uri, found := doc.RelativeNamespace(); found {
		return fault(ReasonCanonicalization, at, "xmlns:*="+quote(uri), `xmlns:*="urn:…"`)
	}
	return nil
}
