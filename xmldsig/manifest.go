package xmldsig

import "liasse/internal/xmltree"

// ReadManifest reads the references of a ds:Manifest (section 5.1) and holds them to the policy. The manifest must be a node
// that a signature has verified; each reference is then compared with a digest of what it names, by Digest or
// DigestOctets. A DigestValue of another length than its algorithm has is given as it is. The error is an *Error.
func ReadManifest(manifest xmltree.Node, p *Policy) ([]Reference, error) {
	if !manifest.Is(Namespace, "Manifest") {
		return nil, fault(ReasonStructure, manifest, name(manifest), "ds:Manifest")
	}
	refs, err := readReferences(inside(manifest, false), p, inManifest)
	if err != nil {
		return nil, err
	}
	return refs, nil
}
