package xmldsig

// SignedOctets gives the octets that the SignatureValue is made over: the canonical form of SignedInfo. They are for
// showing what was signed; nothing they say is true before Verify has returned nil. The error is an *Error.
func (s *Signature) SignedOctets() ([]byte, error) {
	octets, err := s.signedOctets()
	if err != nil {
		return nil, err
	}
	return octets, nil
}
