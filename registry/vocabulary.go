package registry

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
)

// Namespaces of the messages (ITI TF-2 Appendix V, Table V.2.4-1).
const (
	NamespaceRIM   = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
	NamespaceRS    = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
	NamespaceLCM   = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
	NamespaceQuery = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
	NamespaceXDSB  = "urn:ihe:iti:xds-b:2007"
)

// Kind tells the four classes of registered objects apart (ITI TF-3 4.2.1).
type Kind uint8

const (
	KindUnknown Kind = iota
	KindDocument
	KindSubmissionSet
	KindFolder
	KindAssociation
)

// String gives the standard's name of the class.
func (k Kind) String() string {
	switch k {
	case KindDocument:
		return "DocumentEntry"
	case KindSubmissionSet:
		return "SubmissionSet"
	case KindFolder:
		return "Folder"
	case KindAssociation:
		return "Association"
	}
	return "object"
}

// Status is availabilityStatus (ITI TF-3 4.2.3.2.2).
type Status uint8

const (
	Approved Status = iota
	Deprecated
)

// URN is the ebRIM value of the status.
func (s Status) URN() string {
	if s == Deprecated {
		return "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
	}
	return "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
}

// ObjectType tells stable from on-demand DocumentEntries (ITI TF-3 4.2.5.2).
type ObjectType uint8

const (
	Stable ObjectType = iota
	OnDemand
)

// URN is the value of ExtrinsicObject/@objectType.
func (t ObjectType) URN() string {
	if t == OnDemand {
		return "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"
	}
	return "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
}

// AssociationType is the kind of an Association (ITI TF-3 Table 4.2.2-1).
type AssociationType uint8

const (
	HasMember AssociationType = iota + 1
	Replaces
	Transforms
	Appends
	TransformsAndReplaces
	Signs
	IsSnapshotOf
)

var associationURNs = [...]string{
	HasMember:             "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
	Replaces:              "urn:ihe:iti:2007:AssociationType:RPLC",
	Transforms:            "urn:ihe:iti:2007:AssociationType:XFRM",
	Appends:               "urn:ihe:iti:2007:AssociationType:APND",
	TransformsAndReplaces: "urn:ihe:iti:2007:AssociationType:XFRM_RPLC",
	Signs:                 "urn:ihe:iti:2007:AssociationType:signs",
	IsSnapshotOf:          "urn:ihe:iti:2010:AssociationType:IsSnapshotOf",
}

// URN is the value of Association/@associationType.
func (t AssociationType) URN() string {
	if int(t) < len(associationURNs) {
		return associationURNs[t]
	}
	return ""
}

// ParseAssociationType reads an @associationType, case-sensitively.
func ParseAssociationType(urn string) (AssociationType, bool) {
	for t, u := range associationURNs {
		if u == urn && u != "" {
			return AssociationType(t), true
		}
	}
	return 0, false
}

// CodeKind names a coded attribute (ITI TF-3 4.2.3.2 and 4.2.3.4).
type CodeKind uint8

const (
	CodeClass CodeKind = iota + 1
	CodeType
	CodePracticeSetting
	CodeFacilityType
	CodeFormat
	CodeConfidentiality
	CodeEvent
	CodeContentType
	CodeFolder
)

// Code is a coded value: identity is (Value, Scheme), Display is never compared (ITI TF-3 4.2.3.1.2).
type Code struct {
	Value, Scheme, Display string
}

// UUID is an entryUUID or logicalID without its urn:uuid: prefix (ITI TF-3 4.2.3.1.5).
type UUID [16]byte

// NewUUID draws a random UUID (RFC 4122 version 4).
func NewUUID() UUID {
	var u UUID
	_, _ = rand.Read(u[:]) // crypto/rand.Read never fails: it ends the process instead
	u[6] = u[6]&0x0F | 0x40
	u[8] = u[8]&0x3F | 0x80
	return u
}

// ParseUUID reads urn:uuid: followed by 8-4-4-4-12 hexadecimal digits of either case.
func ParseUUID(s string) (UUID, error) {
	var u UUID
	if len(s) != 45 || s[:9] != "urn:uuid:" || s[17] != '-' || s[22] != '-' || s[27] != '-' || s[32] != '-' {
		return u, fmt.Errorf("%q is not urn:uuid: and 8-4-4-4-12 hexadecimal digits", s)
	}
	digits := s[9:17] + s[18:22] + s[23:27] + s[28:32] + s[33:45]
	if _, err := hex.Decode(u[:], []byte(digits)); err != nil {
		return u, fmt.Errorf("%q is not urn:uuid: and 8-4-4-4-12 hexadecimal digits", s)
	}
	return u, nil
}

// String writes urn:uuid: and lower-case digits.
func (u UUID) String() string { return string(u.AppendTo(nil)) }

// AppendTo appends what String gives.
func (u UUID) AppendTo(b []byte) []byte {
	b = append(b, "urn:uuid:"...)
	for i, part := range [][]byte{u[0:4], u[4:6], u[6:8], u[8:10], u[10:16]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// IsZero tells whether no UUID was given.
func (u UUID) IsZero() bool { return u == UUID{} }
