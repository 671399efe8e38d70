package dmp

import "liasse/internal/rule"

// The rules of what a signature says of itself (XAdES 1.1.1).
var (
	ruleQualifying = lotRule("LOT-070", xades+"6", rule.Error,
		text("The signature has one QualifyingProperties, with the SignedProperties that SignedInfo references", "La signature a un seul QualifyingProperties, avec le SignedProperties que référence SignedInfo"),
		text("Put one QualifyingProperties into a ds:Object, and reference its SignedProperties by Id", "Mettre un seul QualifyingProperties dans un ds:Object, et référencer son SignedProperties par Id"))
	ruleTarget = lotRule("LOT-071", xades+"6.2", rule.Error,
		text("The Target of QualifyingProperties and of SignatureProperty is # and the Id of the Signature", "Le Target de QualifyingProperties et de SignatureProperty est # suivi de l’Id de la Signature"),
		text("Give the Signature an Id, and write it after # in Target", "Donner un Id à la Signature, et l’écrire après # dans Target"))
	ruleSigningTime = lotRule("LOT-072", xades+"7.2.1", rule.Error,
		text("SignedSignatureProperties has a SigningTime, an xsd:dateTime", "SignedSignatureProperties a un SigningTime, de type xsd:dateTime"),
		text("Write the time of signing, such as 2026-11-22T18:30:00Z", "Écrire l’heure de la signature, par exemple 2026-11-22T18:30:00Z"))
	ruleSigningTimeNow = lotRule("LOT-073", xades+"7.2.1", rule.Error,
		text("The SigningTime is neither in the future nor long ago", "Le SigningTime n’est ni dans le futur ni loin dans le passé"),
		text("Set the clock of the signing computer, and sign the lot when it is sent", "Régler l’horloge de l’ordinateur qui signe, et signer le lot au moment de l’envoi"))
	ruleSigningTimeClose = lotRule("LOT-074", guide, rule.Warning,
		text("The SigningTime is within 24 hours of the submissionTime", "Le SigningTime est à moins de 24 heures du submissionTime"),
		text("Sign the lot when it is made, and write both times from one clock", "Signer le lot quand il est fait, et écrire les deux heures d’après la même horloge"))
	ruleSigningCertificate = lotRule("LOT-075", xades+"7.2.2", rule.Error,
		text("SigningCertificate has the digest of the signer’s certificate in KeyInfo", "SigningCertificate a l’empreinte du certificat du signataire dans KeyInfo"),
		text("Add a Cert with the digest of the DER of the certificate that signs", "Ajouter un Cert avec l’empreinte du DER du certificat qui signe"))
	ruleIssuerSerial = lotRule("LOT-076", xades+"7.2.2", rule.Error,
		text("IssuerSerial of the signer’s Cert is the issuer and the serial number of that certificate", "L’IssuerSerial du Cert du signataire est l’émetteur et le numéro de série de ce certificat"),
		text("Write X509IssuerName as RFC 4514 has it and X509SerialNumber in decimal, both read from the certificate", "Écrire X509IssuerName selon la RFC 4514 et X509SerialNumber en décimal, tous deux lus dans le certificat"))
	rulePolicyIdentified = lotRule("LOT-077", xades+"7.2.3", rule.Error,
		text("SignaturePolicyIdentifier says the policy, or that it is implied", "SignaturePolicyIdentifier dit la politique, ou qu’elle est implicite"),
		text("Add SignaturePolicyIdentifier with SignaturePolicyImplied", "Ajouter SignaturePolicyIdentifier avec SignaturePolicyImplied"))
	rulePropertiesVersion = lotRule("LOT-078", guide, rule.Warning,
		text("QualifyingProperties is of the namespace http://uri.etsi.org/01903/v1.1.1#", "QualifyingProperties est de l’espace de noms http://uri.etsi.org/01903/v1.1.1#"),
		text("Use the version 1.1.1 of XAdES, which is the one agreed on", "Utiliser la version 1.1.1 de XAdES, qui est celle convenue"))
	rulePurpose = lotRule("LOT-079", guide, rule.Warning,
		text("A SignatureProperty of Id purposeOfSignature says 1.2.840.10065.1.12.1.14", "Une SignatureProperty d’Id purposeOfSignature dit 1.2.840.10065.1.12.1.14"),
		text("Add an Object with SignatureProperties/SignatureProperty and this text", "Ajouter un Object avec SignatureProperties/SignatureProperty et ce texte"))
	rulePropertiesNamespace = lotRule("LOT-080", xmlSig+"5.2", rule.Warning,
		text("SignatureProperties is of the namespace http://www.w3.org/2000/09/xmldsig#", "SignatureProperties est de l’espace de noms http://www.w3.org/2000/09/xmldsig#"),
		text("Leave xmlns=\"\" out and write the prefix of XML Signature", "Supprimer xmlns=\"\" et écrire le préfixe de XML Signature"))
	ruleNothingElseHeld = lotRule("LOT-081", guide, rule.Error,
		text("The Objects of the signature hold one Manifest, SignatureProperties and QualifyingProperties, and nothing else", "Les Object de la signature contiennent un Manifest, SignatureProperties et QualifyingProperties, et rien d’autre"),
		text("Remove what else is there, and what stands twice", "Supprimer ce qui s’y trouve d’autre, et ce qui y figure deux fois"))
)

// The rules of who signed.
var (
	ruleOneSigner = firmLotRule("LOT-090", xmlSig+"4.5.4",
		text("KeyInfo has the certificate of one signer, alone or with its chain", "KeyInfo a le certificat d’un seul signataire, seul ou avec sa chaîne"),
		text("Put the signer’s certificate into X509Data/X509Certificate", "Mettre le certificat du signataire dans X509Data/X509Certificate"))
	ruleCertificateRead = firmLotRule("LOT-091", "RFC 5280, 4.1",
		text("The signer’s certificate is a certificate in DER", "Le certificat du signataire est un certificat en DER"),
		text("Write the bytes of the certificate as base64, without PEM lines and without anything else", "Écrire les octets du certificat en base64, sans lignes PEM et sans rien d’autre"))
	ruleCertificateIssued = lotRule("LOT-092", "RFC 5280, 6.1", rule.Error,
		text("The signer’s certificate was issued by an authority that is trusted for signing lots", "Le certificat du signataire a été émis par une autorité de confiance pour la signature des lots"),
		text("Sign with a certificate of IGC-Santé, and send its intermediate authority with it where the server does not have it", "Signer avec un certificat de l’IGC-Santé, et joindre son autorité intermédiaire si le serveur ne l’a pas"))
	ruleCertificateValid = lotRule("LOT-093", "RFC 5280, 4.1.2.5", rule.Error,
		text("The signer’s certificate is within its validity, now and at the SigningTime", "Le certificat du signataire est en cours de validité, maintenant et au SigningTime"),
		text("Renew the card or the certificate", "Renouveler la carte ou le certificat"))
	ruleCertificateRealm = lotRule("LOT-094", "IGC-Santé, TRE_G01", rule.Error,
		text("The signer’s certificate is of the realm of this server: test or production", "Le certificat du signataire est de l’environnement de ce serveur : test ou production"),
		text("Use a test card with a test server and a real one with a real server", "Utiliser une carte de test avec un serveur de test et une vraie avec un vrai"))
	ruleCertificateUsage = lotRule("LOT-095", "IGC-Santé, PC; DEVBOX EX_GEN-1450", rule.Error,
		text("The signer’s certificate is one for signing, not for authentication", "Le certificat du signataire est un certificat de signature, non d’authentification"),
		text("Sign with the signature certificate of the card, or with ORG SIGN", "Signer avec le certificat de signature de la carte, ou avec ORG SIGN"))
	ruleCertificateRevoked = lotRule("LOT-096", "RFC 5280, 5", rule.Error,
		text("The signer’s certificate is not revoked", "Le certificat du signataire n’est pas révoqué"),
		text("Use the card or certificate that replaced it", "Utiliser la carte ou le certificat qui l’a remplacé"))
	ruleRevocationKnown = lotRule("LOT-097", "RFC 5280, 6.3", rule.Error,
		text("A current revocation list tells of the signer’s certificate", "Une liste de révocation en vigueur renseigne sur le certificat du signataire"),
		text("Tell the operator of the server, whose revocation lists are missing or out of date, and send the same lot again", "Prévenir l’exploitant du serveur, dont les listes de révocation manquent ou sont périmées, et renvoyer le même lot"))
	ruleCertificateStrong = firmLotRule("LOT-098", "RGS B1",
		text("The signer’s key and the signatures of its chain are strong enough", "La clé du signataire et les signatures de sa chaîne sont assez fortes"),
		text("Use a certificate with RSA 2048 or more, or P-256 or more, signed with SHA-2", "Utiliser un certificat RSA 2048 ou plus, ou P-256 ou plus, signé avec SHA-2"))
	ruleSignerIsCaller = lotRule("LOT-100", guide, rule.Error,
		text("The lot is signed by the holder that signed the identity token: the same person in mode DIRECTE, else the same structure", "Le lot est signé par le titulaire qui a signé le jeton d’identité : la même personne en mode DIRECTE, sinon la même structure"),
		text("Sign token and lot with the same card or the same ORG SIGN", "Signer le jeton et le lot avec la même carte ou le même ORG SIGN"))
	ruleSignerIsPeer = lotRule("LOT-101", guide, rule.Error,
		text("The lot is signed by the holder that the TLS connection was made by", "Le lot est signé par le titulaire qui a ouvert la connexion TLS"),
		text("Connect with the authentication certificate of the card or structure whose signature certificate signs the lot", "Se connecter avec le certificat d’authentification de la carte ou de la structure dont le certificat de signature signe le lot"))
)
