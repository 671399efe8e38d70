package vihf

import "liasse/internal/rule"

// What the signature of a token must be.
var (
	ruleSigned = rule.New(rule.Rule{
		ID: "VIHF-010", Severity: rule.Error, Code: "wsse:FailedCheck", Section: "SAML 2.0 Core 5.4; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "The assertion is signed: it has a ds:Signature as its direct child",
			FR: "L’assertion est signée : elle a une ds:Signature comme enfant direct"},
		Fix: rule.Text{EN: "Sign the assertion by an enveloped XML signature",
			FR: "Signer l’assertion par une signature XML enveloppée"},
	})
	ruleOneSignature = rule.New(rule.Rule{
		ID: "VIHF-011", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "SAML 2.0 Core 5.4", Firm: true,
		Title: rule.Text{EN: "The assertion holds one signature",
			FR: "L’assertion contient une seule signature"},
		Fix: rule.Text{EN: "Sign the assertion once and leave out every other ds:Signature",
			FR: "Signer l’assertion une seule fois et supprimer toute autre ds:Signature"},
	})
	ruleSignaturePlace = rule.New(rule.Rule{
		ID: "VIHF-012", Severity: rule.Warning, Code: "wsse:InvalidSecurity", Section: "SAML 2.0 Core 2.3.3",
		Title: rule.Text{EN: "The signature stands right after Issuer",
			FR: "La signature figure juste après Issuer"},
		Fix: rule.Text{EN: "Insert ds:Signature after saml2:Issuer",
			FR: "Insérer ds:Signature après saml2:Issuer"},
	})
	ruleSignatureForm = rule.New(rule.Rule{
		ID: "VIHF-013", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "XML Signature 1.1, 4", Firm: true,
		Title: rule.Text{EN: "The signature has the form of XML Signature and is no larger than it needs to be",
			FR: "La signature a la forme de XML Signature et n’est pas plus grande que nécessaire"},
		Fix: rule.Text{EN: "Write SignedInfo, SignatureValue and KeyInfo as XML Signature says, and nothing else",
			FR: "Écrire SignedInfo, SignatureValue et KeyInfo comme le veut XML Signature, et rien d’autre"},
	})
	ruleAlgorithm = rule.New(rule.Rule{
		ID: "VIHF-014", Severity: rule.Error, Code: "wsse:UnsupportedAlgorithm", Section: "XML Signature 1.1, 6; PGSSI-S", Firm: true,
		Title: rule.Text{EN: "The algorithms are ones that are accepted: RSA or ECDSA with SHA-256 or longer, canonical XML",
			FR: "Les algorithmes sont de ceux qui sont acceptés : RSA ou ECDSA avec SHA-256 ou plus long, XML canonique"},
		Fix: rule.Text{EN: "Sign by rsa-sha256 with SHA-256 digests and exclusive canonicalization",
			FR: "Signer par rsa-sha256 avec des condensats SHA-256 et la canonicalisation exclusive"},
	})
	ruleSHA1 = rule.New(rule.Rule{
		ID: "VIHF-015", Severity: rule.Error, Code: "wsse:UnsupportedAlgorithm", Section: "XML Signature 1.1, 6.1; PGSSI-S",
		Title: rule.Text{EN: "The signature does not use SHA-1",
			FR: "La signature n’emploie pas SHA-1"},
		Fix: rule.Text{EN: "Sign by rsa-sha256 with SHA-256 digests",
			FR: "Signer par rsa-sha256 avec des condensats SHA-256"},
	})
	ruleReference = rule.New(rule.Rule{
		ID: "VIHF-016", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "SAML 2.0 Core 5.4.2; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "The signature has one reference, to the assertion that holds it by its ID",
			FR: "La signature a une seule référence, à l’assertion qui la contient, par son ID"},
		Fix: rule.Text{EN: "Write one ds:Reference whose URI is # and the ID of the assertion",
			FR: "Écrire une seule ds:Reference dont l’URI est # suivi de l’ID de l’assertion"},
	})
	ruleTransforms = rule.New(rule.Rule{
		ID: "VIHF-017", Severity: rule.Error, Code: "wsse:UnsupportedAlgorithm", Section: "SAML 2.0 Core 5.4.4; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "The transforms are enveloped-signature, then exclusive canonicalization, and no other",
			FR: "Les transformations sont enveloped-signature, puis la canonicalisation exclusive, et aucune autre"},
		Fix: rule.Text{EN: "Declare these two transforms in this order",
			FR: "Déclarer ces deux transformations dans cet ordre"},
	})
	ruleSignedInfoForm = rule.New(rule.Rule{
		ID: "VIHF-018", Severity: rule.Warning, Code: "wsse:UnsupportedAlgorithm", Section: "SAML 2.0 Core 5.4.3; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "SignedInfo is canonicalised by exclusive canonicalization",
			FR: "SignedInfo est canonicalisé par la canonicalisation exclusive"},
		Fix: rule.Text{EN: "Declare http://www.w3.org/2001/10/xml-exc-c14n# as CanonicalizationMethod",
			FR: "Déclarer http://www.w3.org/2001/10/xml-exc-c14n# comme CanonicalizationMethod"},
	})
	ruleDigest = rule.New(rule.Rule{
		ID: "VIHF-019", Severity: rule.Error, Code: "wsse:FailedCheck", Section: "XML Signature 1.1, 3.2.1", Firm: true,
		Title: rule.Text{EN: "The digest in the signature is that of the assertion as it came",
			FR: "Le condensat de la signature est celui de l’assertion telle qu’elle est arrivée"},
		Fix: rule.Text{EN: "Sign last, and send the bytes that were signed: nothing may reformat the assertion afterwards",
			FR: "Signer en dernier et envoyer les octets signés : rien ne doit reformater l’assertion ensuite"},
	})
	ruleSignatureValue = rule.New(rule.Rule{
		ID: "VIHF-020", Severity: rule.Error, Code: "wsse:FailedCheck", Section: "XML Signature 1.1, 3.2.2", Firm: true,
		Title: rule.Text{EN: "The signature value verifies with the key of the certificate",
			FR: "La valeur de signature se vérifie avec la clé du certificat"},
		Fix: rule.Text{EN: "Sign the canonical form of SignedInfo with the private key of the certificate that KeyInfo carries",
			FR: "Signer la forme canonique de SignedInfo avec la clé privée du certificat que porte KeyInfo"},
	})
	ruleOneCertificate = rule.New(rule.Rule{
		ID: "VIHF-021", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "XML Signature 1.1, 4.5.4; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "KeyInfo carries one certificate, the signing one, in X509Data/X509Certificate",
			FR: "KeyInfo porte un seul certificat, celui qui signe, dans X509Data/X509Certificate"},
		Fix: rule.Text{EN: "Put the signing certificate alone into KeyInfo",
			FR: "Ne mettre dans KeyInfo que le certificat de signature"},
	})
)
