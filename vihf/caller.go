package vihf

import (
	"context"
	"crypto/x509"
	"time"

	"liasse/internal/xmltree"
)

// Mode is how the user was authenticated: the Authentification_mode of the token.
type Mode string

// The modes of authentication.
const (
	// Direct: the professional's own card authenticates and signs.
	Direct Mode = "DIRECTE"
	// Indirect: the structure's certificates do, the software having authenticated the user.
	Indirect Mode = "INDIRECTE"
	// Reinforced is Indirect with a primary means of authentication that the token names (AIR).
	Reinforced Mode = "INDIRECTE_RENFORCEE"
)

// Purpose is why the record is opened: the code of TRE_R248.
type Purpose string

// The purposes of access.
const (
	Normal     Purpose = "normal"
	BreakGlass Purpose = "bris_de_glace"
	Centre15   Purpose = "centre_15"
)

// Role is a coded role: a code and the OID of its code system, compared together.
type Role struct {
	Code, System string
	// SystemName and Display are informative.
	SystemName, Display string
}

// Is tells whether the role is that code of that code system.
func (r Role) Is(code, system string) bool { return r.Code == code && r.System == system }

// Patient is the patient that the token opens the record of (resource-id, an HL7 CX).
type Patient struct {
	// ID is CX.1, Authority the OID of CX.4, Type CX.5 (NH).
	ID, Authority, Type string
	// Node is the attribute that says so.
	Node xmltree.Node
}

// CX gives the identifier in the form that XDS metadata has it: id^^^&OID&ISO.
func (p Patient) CX() string { return p.ID + "^^^&" + p.Authority + "&ISO" }

// IsZero tells whether no patient is named.
func (p Patient) IsZero() bool { return p.ID == "" && p.Authority == "" }

// Software is the software that made the token, as it names itself.
type Software struct {
	// ID is LPS_ID, Name LPS_Nom, Version LPS_Version, Homologation LPS_ID_HOMOLOGATION_DMP.
	ID, Name, Version, Homologation string
}

// Caller is who asks, for which patient and why: what a VIHF says once it is accepted. Its strings outlive the request; its
// nodes belong to the envelope.
type Caller struct {
	// NameID is the national identifier of the person (PS_IdNat), SubjectName the subject-id.
	NameID, SubjectName string
	Mode                Mode
	// Structure is the Struct_IdNat; Sector its sector of activity, code^OID.
	Structure, Sector string
	// Profession is the first role, Speciality the second where there is one, Roles all of them in order.
	Profession Role
	Speciality *Role
	Roles      []Role
	Purpose    Purpose
	Patient    Patient
	// SecretConnection marks a minor's connection that the legal representatives do not learn of.
	SecretConnection bool
	Software         Software
	// Version is VIHF_Version.
	Version string
	// AssertionID is the ID of the assertion.
	AssertionID                string
	IssueInstant, AuthnInstant time.Time
	// AuthnContext is the class of authentication, AuthnContextDecl the primary means that a reinforced one declares.
	AuthnContext, AuthnContextDecl string
	// Issuer is the text of Issuer: the name of the signing certificate's subject.
	Issuer string
	// Certificate is the one that signed; Assertion the node whose canonical bytes were digested.
	Certificate *x509.Certificate
	Assertion   xmltree.Node
}

type callerKey struct{}

// WithCaller gives a context that carries the caller of a request.
func WithCaller(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf gives the caller that a context carries, nil when there is none.
func CallerOf(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}
