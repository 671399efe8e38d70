package dmp

import (
	"slices"

	"liasse/registry"
)

// What the entry of a lot's signature is known by (TRE_A10, TRE_A12, JDV_J60, ASTM E1762).
const (
	schemeURN      = "URN"
	schemeASTM     = "ASTM"
	schemeFormats  = "1.3.6.1.4.1.19376.1.2.3" // TRE_A11
	schemePurposes = "1.2.840.10065.1.12"
	// purposeSource says why a lot is signed: by its source, for its origin and integrity.
	purposeSource = "1.2.840.10065.1.12.1.14"

	systemConfidentiality = "2.16.840.1.113883.5.25"
	systemVisibility      = "1.2.250.1.213.1.1.4.13" // TRE_A07
	hiddenFromCarers      = "MASQUE_PS"
	hiddenFromPatient     = "INVISIBLE_PATIENT"
	hiddenFromGuardians   = "INVISIBLE_REPRESENTANTS_LEGAUX"

	systemPersons    = "1.2.250.1.71.4.2.1"    // PS_IdNat
	systemStructures = "1.2.250.1.71.4.2.2"    // Struct_IdNat
	systemNonPS      = "1.2.250.1.213.1.1.4.6" // TRE_A00
)

var (
	signatureClass = registry.Code{Value: "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", Scheme: schemeURN, Display: "Digital Signature"}
	signatureType  = registry.Code{Value: "E1762", Scheme: schemeASTM, Display: "Full Document"}
	// signatureFormats are the default style, and the one that JDV_J60 lists beside it.
	signatureFormats = []registry.Code{
		{Value: "http://www.w3.org/2000/09/xmldsig#", Scheme: schemeURN, Display: "Default Signature Style"},
		{Value: "urn:ihe:iti:dsg:detached:2014", Scheme: schemeFormats, Display: "Signature détachée"},
	}
	signatureEvent           = registry.Code{Value: purposeSource, Scheme: schemePurposes, Display: "Source"}
	signatureConfidentiality = []registry.Code{
		{Value: "N", Scheme: systemConfidentiality, Display: "Normal"},
		{Value: hiddenFromCarers, Scheme: systemVisibility, Display: "Masqué aux professionnels de santé"},
		{Value: hiddenFromPatient, Scheme: systemVisibility, Display: "Non visible par le patient"},
	}
)

const (
	signatureTitle    = "Source"
	signatureLanguage = "art"
	signatureMIMEType = "text/xml"
)

// same compares codes as XDS does, without their display names.
func same(a, b registry.Code) bool { return a.Value == b.Value && a.Scheme == b.Scheme }

func hasCode(list []registry.Code, c registry.Code) bool {
	return slices.ContainsFunc(list, func(one registry.Code) bool { return same(one, c) })
}

// isSignature tells by its codes whether an entry is that of a lot's signature. One of the two is enough: what is wrong
// with the other is for the rules to say, and an entry is hidden also where the configuration tolerates it.
func isSignature(class, format registry.Code) bool {
	return same(class, signatureClass) || hasCode(signatureFormats, format)
}

// claimsToSign tells whether an entry of a lot means to be its signature, by any of its codes.
func claimsToSign(d *registry.DocumentEntry) bool {
	return isSignature(d.ClassCode, d.FormatCode) || same(d.TypeCode, signatureType)
}
