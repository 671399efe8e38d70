// Package xmldsig reads, verifies and makes XML signatures (XML Signature Syntax and Processing 1.1) over the trees of
// internal/xmltree. A Policy decides, before any digest is taken, which algorithms, shapes and sizes are let in; Verify
// then performs core validation and marks exactly the nodes whose canonical octets were digested: a caller reads nothing
// else. What a certificate means, and whether to trust it, is for the caller, and so is XAdES.
//
// A Manifest's references are not part of core validation (section 5.1 there); ReadManifest gives them, and the caller
// compares each with a digest of what it names.
package xmldsig

// Namespace is that of XML Signature.
const Namespace = "http://www.w3.org/2000/09/xmldsig#"

// The other namespaces that are read.
const (
	exclusiveNamespace = "http://www.w3.org/2001/10/xml-exc-c14n#"
	moreNamespace      = "http://www.w3.org/2007/05/xmldsig-more#"
	utilityNamespace   = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
)

// TypeManifest is the Type of a Reference to a Manifest (section 5.1).
const TypeManifest = Namespace + "Manifest"
