package vihf

import "liasse/internal/rule"

// How token, certificates and directories must agree.
var (
	ruleSignerKind = rule.New(rule.Rule{
		ID: "VIHF-100", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "A token of mode DIRECTE is signed with a person’s card, one of INDIRECTE and INDIRECTE_RENFORCEE with a structure’s certificate",
			FR: "Un jeton de mode DIRECTE est signé par la carte d’une personne, un jeton INDIRECTE ou INDIRECTE_RENFORCEE par le certificat d’une structure"},
		Fix: rule.Text{EN: "Write the mode that goes with the certificate, or sign with the certificate that goes with the mode",
			FR: "Écrire le mode qui va avec le certificat, ou signer avec le certificat qui va avec le mode"},
	})
	ruleNameOfCard = rule.New(rule.Rule{
		ID: "VIHF-101", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Where a card signs (DIRECTE), NameID is the identifier on the card: the CN of its certificate",
			FR: "Quand une carte signe (DIRECTE), NameID est l’identifiant porté par la carte : le CN de son certificat"},
		Fix: rule.Text{EN: "Read NameID from the card",
			FR: "Lire NameID sur la carte"},
	})
	ruleProfessionOfCard = rule.New(rule.Rule{
		ID: "VIHF-102", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "IGC-Santé, 1.2.250.1.71.1.2.7; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Where a card signs (DIRECTE), the first role is the profession on the card",
			FR: "Quand une carte signe (DIRECTE), le premier rôle est la profession portée par la carte"},
		Fix: rule.Text{EN: "Read the profession from the card",
			FR: "Lire la profession sur la carte"},
	})
	ruleSpecialityOfCard = rule.New(rule.Rule{
		ID: "VIHF-103", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "IGC-Santé, 1.2.250.1.71.4.2.5; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Where a card signs (DIRECTE), the speciality is one on the card, if the card has any",
			FR: "Quand une carte signe (DIRECTE), la spécialité est une de celles de la carte, si elle en porte"},
		Fix: rule.Text{EN: "Read the speciality from the card",
			FR: "Lire la spécialité sur la carte"},
	})
	ruleCPE = rule.New(rule.Rule{
		ID: "VIHF-104", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The holder of a card of an establishment’s staff (CPE) has the role of a non-professional",
			FR: "Le porteur d’une carte de personnel d’établissement (CPE) a un rôle de non-professionnel"},
		Fix: rule.Text{EN: "Write a role of 1.2.250.1.213.1.1.4.6, such as SECRETARIAT_MEDICAL",
			FR: "Écrire un rôle de 1.2.250.1.213.1.1.4.6, par exemple SECRETARIAT_MEDICAL"},
	})
	rulePeer = rule.New(rule.Rule{
		ID: "VIHF-105", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The TLS connection and the token are of the same person, or of the same structure",
			FR: "La connexion TLS et le jeton sont de la même personne, ou de la même structure"},
		Fix: rule.Text{EN: "Connect with the authentication certificate of the card or structure whose signature certificate signs",
			FR: "Se connecter avec le certificat d’authentification de la carte ou de la structure dont le certificat de signature signe"},
	})
	ruleStructureOfCertificate = rule.New(rule.Rule{
		ID: "VIHF-106", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Where a structure’s certificate signs (INDIRECTE, INDIRECTE_RENFORCEE), Identifiant_Structure is the structure of the certificate (its OU) or one of its sites",
			FR: "Quand le certificat d’une structure signe (INDIRECTE, INDIRECTE_RENFORCEE), Identifiant_Structure est la structure du certificat (son OU) ou un de ses sites"},
		Fix: rule.Text{EN: "Sign with the certificate of the structure, or write the structure of the certificate",
			FR: "Signer avec le certificat de la structure, ou écrire la structure du certificat"},
	})
	ruleStructureActive = rule.New(rule.Rule{
		ID: "VIHF-107", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "ANS, RASS; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The structure is known and active",
			FR: "La structure est connue et active"},
		Fix: rule.Text{EN: "Write the identifier of a structure that the directory has as active",
			FR: "Écrire l’identifiant d’une structure que l’annuaire donne comme active"},
	})
	ruleLinked = rule.New(rule.Rule{
		ID: "VIHF-108", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "ANS, RPPS; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Where a card signs (DIRECTE), the professional exercises in the structure",
			FR: "Quand une carte signe (DIRECTE), le professionnel exerce dans la structure"},
		Fix: rule.Text{EN: "Take the structure from the exercise chosen on the card",
			FR: "Prendre la structure de l’exercice choisi sur la carte"},
	})
	ruleSectorOfStructure = rule.New(rule.Rule{
		ID: "VIHF-109", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Secteur_Activite is the sector of the structure",
			FR: "Secteur_Activite est le secteur de la structure"},
		Fix: rule.Text{EN: "Take sector and structure from the same exercise",
			FR: "Prendre le secteur et la structure du même exercice"},
	})
	ruleReinforcedContext = rule.New(rule.Rule{
		ID: "VIHF-110", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "A token of mode INDIRECTE_RENFORCEE declares the primary means of authentication (AuthnContextDecl)",
			FR: "Un jeton de mode INDIRECTE_RENFORCEE déclare le moyen d’authentification primaire (AuthnContextDecl)"},
		Fix: rule.Text{EN: "Add AuthnContextDecl to AuthnContext",
			FR: "Ajouter AuthnContextDecl à AuthnContext"},
	})
	ruleReinforcedFeeds = rule.New(rule.Rule{
		ID: "VIHF-111", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "Matrice des droits fonctionnels (AIR); Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "A token of mode INDIRECTE_RENFORCEE is not used to feed the record",
			FR: "Un jeton de mode INDIRECTE_RENFORCEE ne sert pas à alimenter le dossier"},
		Fix: rule.Text{EN: "Feed with a token of mode DIRECTE or INDIRECTE",
			FR: "Alimenter avec un jeton de mode DIRECTE ou INDIRECTE"},
	})
	ruleReplay = rule.New(rule.Rule{
		ID: "VIHF-112", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "PGSSI-S; SAML 2.0 Profiles 4.1.4.5",
		Title: rule.Text{EN: "The assertion has not been used before",
			FR: "L’assertion n’a pas déjà servi"},
		Fix: rule.Text{EN: "Issue a new token, with a new ID, for each message",
			FR: "Émettre un nouveau jeton, avec un nouvel ID, pour chaque message"},
	})
)
