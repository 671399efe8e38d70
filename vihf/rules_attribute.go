package vihf

import "liasse/internal/rule"

// How the attributes of a token are written.
var (
	ruleAttributePresent = rule.New(rule.Rule{
		ID: "VIHF-065", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Every attribute that a VIHF must have is there",
			FR: "Tous les attributs obligatoires d’un VIHF sont présents"},
		Fix: rule.Text{EN: "Add the attribute",
			FR: "Ajouter l’attribut"},
	})
	ruleAttributeOnce = rule.New(rule.Rule{
		ID: "VIHF-066", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "An attribute of a VIHF stands once",
			FR: "Un attribut du VIHF figure une seule fois"},
		Fix: rule.Text{EN: "Leave one of them, with one value",
			FR: "N’en garder qu’un, avec une seule valeur"},
	})
	ruleAttributeName = rule.New(rule.Rule{
		ID: "VIHF-067", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The names of attributes are written exactly, upper and lower case alike",
			FR: "Les noms d’attributs sont écrits exactement, majuscules et minuscules comprises"},
		Fix: rule.Text{EN: "Write the name as the integration guide has it",
			FR: "Écrire le nom tel que le donne le guide d’intégration"},
	})
	ruleAttributeValue = rule.New(rule.Rule{
		ID: "VIHF-068", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.7.3.1; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "An attribute has exactly one AttributeValue, and it is not empty",
			FR: "Un attribut a exactement un AttributeValue, non vide"},
		Fix: rule.Text{EN: "Give the attribute one value",
			FR: "Donner une valeur à l’attribut"},
	})
	ruleAttributeForm = rule.New(rule.Rule{
		ID: "VIHF-069", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.7.3",
		Title: rule.Text{EN: "AttributeStatement holds Attribute elements with a Name, and each holds AttributeValue elements alone",
			FR: "AttributeStatement contient des éléments Attribute avec un Name, et chacun ne contient que des AttributeValue"},
		Fix: rule.Text{EN: "Leave out what is neither, such as EncryptedAttribute",
			FR: "Supprimer ce qui n’est ni l’un ni l’autre, comme EncryptedAttribute"},
	})
	ruleVIHFVersion = rule.New(rule.Rule{
		ID: "VIHF-070", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "VIHF_Version is a version that the server accepts",
			FR: "VIHF_Version est une version acceptée par le serveur"},
		Fix: rule.Text{EN: "Write 3.0, or 4.0 where the certificate is that of the legal entity",
			FR: "Écrire 3.0, ou 4.0 quand le certificat est celui de l’entité juridique"},
	})
	ruleResourceURN = rule.New(rule.Rule{
		ID: "VIHF-071", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Ressource_URN is urn:dmp: the token is for this service",
			FR: "Ressource_URN vaut urn:dmp : le jeton est pour ce service"},
		Fix: rule.Text{EN: "Write urn:dmp",
			FR: "Écrire urn:dmp"},
	})
	ruleMode = rule.New(rule.Rule{
		ID: "VIHF-072", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Authentification_mode is DIRECTE, INDIRECTE or INDIRECTE_RENFORCEE",
			FR: "Authentification_mode vaut DIRECTE, INDIRECTE ou INDIRECTE_RENFORCEE"},
		Fix: rule.Text{EN: "Write the mode by which the user was authenticated",
			FR: "Écrire le mode par lequel l’utilisateur a été authentifié"},
	})
	rulePatientForm = rule.New(rule.Rule{
		ID: "VIHF-073", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "HL7 v2.5 CX; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "resource-id is a patient identifier: value^^^&OID&ISO^NH",
			FR: "resource-id est un identifiant de patient : valeur^^^&OID&ISO^NH"},
		Fix: rule.Text{EN: "Write the INS, its authority’s OID, and NH",
			FR: "Écrire l’INS, l’OID de son autorité, et NH"},
	})
	rulePatientAuthority = rule.New(rule.Rule{
		ID: "VIHF-074", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "ANS, Référentiel INS; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The patient identifier is of an authority that the server accepts",
			FR: "L’identifiant du patient est d’une autorité acceptée par le serveur"},
		Fix: rule.Text{EN: "Use the INS OID of the environment: test, demonstration or production",
			FR: "Employer l’OID INS de l’environnement : test, démonstration ou production"},
	})
	ruleINS = rule.New(rule.Rule{
		ID: "VIHF-075", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "ANS, Référentiel INS",
		Title: rule.Text{EN: "An INS is 13 characters and the key that they give",
			FR: "Un INS comporte 13 caractères et la clé qu’ils donnent"},
		Fix: rule.Text{EN: "Copy the INS as the INSi service gave it, key included",
			FR: "Reprendre l’INS tel que le téléservice INSi l’a donné, clé comprise"},
	})
	rulePatientType = rule.New(rule.Rule{
		ID: "VIHF-076", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "HL7 v2.5 CX.5; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The type of the patient identifier is NH",
			FR: "Le type de l’identifiant du patient est NH"},
		Fix: rule.Text{EN: "Write NH as fifth component",
			FR: "Écrire NH comme cinquième composant"},
	})
	rulePurpose = rule.New(rule.Rule{
		ID: "VIHF-077", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "TRE_R248 ModeAcces; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The purpose of use is normal, bris_de_glace or centre_15",
			FR: "Le mode d’accès est normal, bris_de_glace ou centre_15"},
		Fix: rule.Text{EN: "Write one of these codes exactly",
			FR: "Écrire exactement un de ces codes"},
	})
	rulePurposeSystem = rule.New(rule.Rule{
		ID: "VIHF-078", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "TRE_R248 ModeAcces",
		Title: rule.Text{EN: "The code system of the purpose of use is 1.2.250.1.213.1.1.4.248 or 1.2.250.1.213.1.1.4.336",
			FR: "Le système de codes du mode d’accès est 1.2.250.1.213.1.1.4.248 ou 1.2.250.1.213.1.1.4.336"},
		Fix: rule.Text{EN: "Write the OID as codeSystem",
			FR: "Écrire l’OID comme codeSystem"},
	})
	ruleCodedElement = rule.New(rule.Rule{
		ID: "VIHF-079", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The value of role and of purposeofuse is one element, Role or PurposeOfUse of urn:hl7-org:v3, with code and codeSystem",
			FR: "La valeur de role et de purposeofuse est un seul élément, Role ou PurposeOfUse de urn:hl7-org:v3, avec code et codeSystem"},
		Fix: rule.Text{EN: "Write one such element into each AttributeValue, and nothing beside it",
			FR: "Écrire un seul élément de ce type dans chaque AttributeValue, et rien à côté"},
	})
	ruleCodedType = rule.New(rule.Rule{
		ID: "VIHF-080", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "XML Schema 1, 2.6.1; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The elements Role and PurposeOfUse are of xsi:type CE",
			FR: "Les éléments Role et PurposeOfUse sont de xsi:type CE"},
		Fix: rule.Text{EN: "Write xsi:type=\"CE\"",
			FR: "Écrire xsi:type=\"CE\""},
	})
	ruleSectorForm = rule.New(rule.Rule{
		ID: "VIHF-081", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Secteur_Activite is code^OID",
			FR: "Secteur_Activite est code^OID"},
		Fix: rule.Text{EN: "Write the sector as SA07^1.2.250.1.71.4.2.4",
			FR: "Écrire le secteur comme SA07^1.2.250.1.71.4.2.4"},
	})
	ruleSector = rule.New(rule.Rule{
		ID: "VIHF-082", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "JDV_J61 HealthcareFacilityTypeCode DMP",
		Title: rule.Text{EN: "The sector of activity is one of JDV_J61",
			FR: "Le secteur d’activité est un de ceux de JDV_J61"},
		Fix: rule.Text{EN: "Take code and OID from the value set",
			FR: "Prendre le code et l’OID dans le jeu de valeurs"},
	})
	ruleStructureForm = rule.New(rule.Rule{
		ID: "VIHF-083", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "ANS, Identification des structures (Struct_IdNat)",
		Title: rule.Text{EN: "Identifiant_Structure is a national identifier of a structure (Struct_IdNat)",
			FR: "Identifiant_Structure est un identifiant national de structure (Struct_IdNat)"},
		Fix: rule.Text{EN: "Write 1 and the FINESS, 2 and the SIREN, 3 and the SIRET, or 4, the RPPS and the rank",
			FR: "Écrire 1 suivi du FINESS, 2 suivi du SIREN, 3 suivi du SIRET, ou 4, le RPPS et le rang"},
	})
	ruleConfidentiality = rule.New(rule.Rule{
		ID: "VIHF-084", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "JDV_J64 RestrictionAudienceVIHF DMP",
		Title: rule.Text{EN: "confidentiality-code, where it is there, is INVISIBLE_REPRESENTANTS_LEGAUX",
			FR: "confidentiality-code, s’il est présent, vaut INVISIBLE_REPRESENTANTS_LEGAUX"},
		Fix: rule.Text{EN: "Leave the attribute out unless the connection of a minor is secret",
			FR: "Supprimer l’attribut sauf connexion secrète d’un mineur"},
	})
	ruleHomologation = rule.New(rule.Rule{
		ID: "VIHF-085", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "LPS_ID_HOMOLOGATION_DMP is a homologation number that the server knows",
			FR: "LPS_ID_HOMOLOGATION_DMP est un numéro d’homologation connu du serveur"},
		Fix: rule.Text{EN: "Write the number that the homologation gave to the software",
			FR: "Écrire le numéro que l’homologation a donné au logiciel"},
	})
	ruleSubjectID = rule.New(rule.Rule{
		ID: "VIHF-086", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "subject-id names the user where the mode is INDIRECTE or INDIRECTE_RENFORCEE",
			FR: "subject-id nomme l’utilisateur quand le mode est INDIRECTE ou INDIRECTE_RENFORCEE"},
		Fix: rule.Text{EN: "Add subject-id with surname and given name, or the names of software and model",
			FR: "Ajouter subject-id avec nom et prénom, ou les noms du logiciel et du modèle"},
	})
)
