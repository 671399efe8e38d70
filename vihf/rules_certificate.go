package vihf

import "liasse/internal/rule"

// What the certificate that signed a token must be.
var (
	ruleCertificateForm = rule.New(rule.Rule{
		ID: "VIHF-025", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "RFC 5280, 4.1", Firm: true,
		Title: rule.Text{EN: "The signing certificate is a DER certificate without anything after it",
			FR: "Le certificat de signature est un certificat DER que rien ne suit"},
		Fix: rule.Text{EN: "Encode the DER bytes of the certificate in base64, without PEM lines",
			FR: "Encoder en base64 les octets DER du certificat, sans les lignes PEM"},
	})
	ruleCertificateChain = rule.New(rule.Rule{
		ID: "VIHF-026", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "RFC 5280, 6; IGC-Santé", Firm: true,
		Title: rule.Text{EN: "The signing certificate was issued under an authority that the server trusts",
			FR: "Le certificat de signature a été émis sous une autorité reconnue par le serveur"},
		Fix: rule.Text{EN: "Sign with a certificate of the IGC-Santé of the server’s realm; the server must have the intermediate authority",
			FR: "Signer avec un certificat de l’IGC-Santé du domaine du serveur ; le serveur doit avoir l’autorité intermédiaire"},
	})
	ruleCertificateRealm = rule.New(rule.Rule{
		ID: "VIHF-027", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "IGC-Santé, TRE_G01", Firm: true,
		Title: rule.Text{EN: "The signing certificate is of the realm of the server: test or production",
			FR: "Le certificat de signature est du domaine du serveur : test ou production"},
		Fix: rule.Text{EN: "Use test cards and certificates with test servers only, and production ones with production only",
			FR: "N’employer les cartes et certificats de test qu’avec les serveurs de test, et ceux de production qu’avec la production"},
	})
	ruleCertificateUsage = rule.New(rule.Rule{
		ID: "VIHF-028", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "RFC 5280, 4.2.1.3; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "The certificate that signed the VIHF is a signature certificate (keyUsage nonRepudiation)",
			FR: "Le certificat ayant signé le VIHF est un certificat de signature (keyUsage nonRepudiation)"},
		Fix: rule.Text{EN: "Sign with the signature certificate of the card, or the ORG SIGN of the structure, not with the one for authentication",
			FR: "Signer avec le certificat de signature de la carte, ou l’ORG SIGN de la structure, non avec celui d’authentification"},
	})
	ruleCertificateValid = rule.New(rule.Rule{
		ID: "VIHF-029", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "RFC 5280, 4.1.2.5", Firm: true,
		Title: rule.Text{EN: "The signing certificate is within its period of validity",
			FR: "Le certificat de signature est dans sa période de validité"},
		Fix: rule.Text{EN: "Sign with a certificate that is valid now",
			FR: "Signer avec un certificat en cours de validité"},
	})
	ruleCertificateRevoked = rule.New(rule.Rule{
		ID: "VIHF-030", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "RFC 5280, 5", Firm: true,
		Title: rule.Text{EN: "The signing certificate is not revoked, and neither is an authority above it",
			FR: "Le certificat de signature n’est pas révoqué, ni aucune autorité au-dessus de lui"},
		Fix: rule.Text{EN: "Sign with another certificate",
			FR: "Signer avec un autre certificat"},
	})
	ruleRevocationUnknown = rule.New(rule.Rule{
		ID: "VIHF-031", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "RFC 5280, 6.3; PGSSI-S", Operational: true,
		Title: rule.Text{EN: "The server has no current revocation list for the signing certificate and refuses what it cannot check",
			FR: "Le serveur n’a pas de liste de révocation à jour pour le certificat de signature et refuse ce qu’il ne peut vérifier"},
		Fix: rule.Text{EN: "Try again later; the operator provides the revocation list",
			FR: "Réessayer plus tard ; l’exploitant fournit la liste de révocation"},
	})
	ruleCertificateStrength = rule.New(rule.Rule{
		ID: "VIHF-032", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "PGSSI-S; RGS B1", Firm: true,
		Title: rule.Text{EN: "The key and the signature of the signing certificate are strong enough",
			FR: "La clé et la signature du certificat de signature sont assez robustes"},
		Fix: rule.Text{EN: "Use an RSA key of 2048 bits or more, or P-256 or larger, in certificates signed with SHA-2",
			FR: "Employer une clé RSA d’au moins 2048 bits, ou P-256 ou plus, dans des certificats signés avec SHA-2"},
	})
	ruleIssuer = rule.New(rule.Rule{
		ID: "VIHF-033", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "SAML 2.0 Core 2.2.5; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Issuer is the subject name of the signing certificate",
			FR: "Issuer est le nom du sujet du certificat de signature"},
		Fix: rule.Text{EN: "Write the subject of the signing certificate as an RFC 4514 string",
			FR: "Écrire le sujet du certificat de signature sous la forme de la RFC 4514"},
	})
	ruleIssuerFormat = rule.New(rule.Rule{
		ID: "VIHF-034", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 8.3.3; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The Format of Issuer is X509SubjectName",
			FR: "Le Format de Issuer est X509SubjectName"},
		Fix: rule.Text{EN: "Set Format to urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName",
			FR: "Donner à Format la valeur urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"},
	})
)
