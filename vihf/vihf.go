// Package vihf reads, verifies, judges and issues the VIHF (vecteur d'identification et d'habilitation formelles): the SAML
// 2.0 assertion by which software names, in every message to the French shared medical record, the professional, the
// structure, the patient and the purpose of access. A Verifier takes it from the wsse:Security block of a message that is
// already parsed, reads only the node whose canonical bytes the signature covers, and reports every broken rule; what it
// accepts becomes the Caller of the request. An Identity is the other side: certificates and claims that tokens are
// issued with.
//
// The package knows nothing of what a caller may do; that is the profile's.
package vihf

// The namespaces that a token is made of.
const (
	// AssertionNamespace is that of SAML 2.0 assertions.
	AssertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"
	// SecurityNamespace is that of wsse:Security (WS-Security 1.0 and 1.1).
	SecurityNamespace = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"

	assertion1Namespace = "urn:oasis:names:tc:SAML:1.0:assertion"
	signatureNamespace  = "http://www.w3.org/2000/09/xmldsig#"
	utilityNamespace    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	envelope12Namespace = "http://www.w3.org/2003/05/soap-envelope"
	envelope11Namespace = "http://schemas.xmlsoap.org/soap/envelope/"
	hl7Namespace        = "urn:hl7-org:v3"
	instanceNamespace   = "http://www.w3.org/2001/XMLSchema-instance"
)

// SubjectNameFormat is the Format of Issuer: the subject name of the signing certificate.
const SubjectNameFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"

// The attributes of a VIHF.
const (
	AttrVersion         = "VIHF_Version"
	AttrStructure       = "Identifiant_Structure"
	AttrSector          = "Secteur_Activite"
	AttrMode            = "Authentification_mode"
	AttrResourceID      = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
	AttrResourceURN     = "Ressource_URN"
	AttrPurpose         = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
	AttrRole            = "urn:oasis:names:tc:xacml:2.0:subject:role"
	AttrSubjectID       = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
	AttrConfidentiality = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code"
	AttrSoftwareID      = "LPS_ID"
	AttrSoftwareName    = "LPS_Nom"
	AttrSoftwareVersion = "LPS_Version"
	AttrHomologation    = "LPS_ID_HOMOLOGATION_DMP"
)

// ResourceURN is the value of Ressource_URN: the service that the token is for.
const ResourceURN = "urn:dmp"

// SecretConnection is the one value of the confidentiality-code attribute (JDV_J64): a minor's connection that the legal
// representatives do not learn of.
const SecretConnection = "INVISIBLE_REPRESENTANTS_LEGAUX"

// The code systems of roles and purposes.
const (
	professionSystem  = "1.2.250.1.71.1.2.7"      // TRE_G15
	trainingSystem    = "1.2.250.1.71.1.2.8"      // TRE_G16
	nonPSSystem       = "1.2.250.1.213.1.1.4.6"   // TRE_A00
	specialitySystem  = "1.2.250.1.71.4.2.5"      // TRE_R01
	pharmacistsSystem = "1.2.250.1.71.4.2.6"      // TRE_G05
	byRoleSystem      = "1.2.250.1.213.1.6.1.140" // TRE_R291
	careRoleSystem    = "1.2.250.1.213.1.6.1.107" // TRE_R85
	purposeSystem     = "1.2.250.1.213.1.1.4.336" // TRE_R248 as published
	purposeSystemOld  = "1.2.250.1.213.1.1.4.248" // TRE_R248 as software sends it
	nhType            = "NH"                      // HL7 table 0203: national health identifier
	classPrefix       = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
	smartcardClass    = classPrefix + "SmartcardPKI"
	bearerMethod      = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
)
