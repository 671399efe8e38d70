package vihf

import "liasse/internal/rule"

// What the assertion itself must say.
var (
	ruleSAMLVersion = rule.New(rule.Rule{
		ID: "VIHF-040", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.3.3",
		Title: rule.Text{EN: "The token is a SAML 2.0 assertion",
			FR: "Le jeton est une assertion SAML 2.0"},
		Fix: rule.Text{EN: "Write Version=\"2.0\" on an Assertion of urn:oasis:names:tc:SAML:2.0:assertion",
			FR: "Écrire Version=\"2.0\" sur une Assertion de urn:oasis:names:tc:SAML:2.0:assertion"},
	})
	ruleAssertionID = rule.New(rule.Rule{
		ID: "VIHF-041", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 1.3.4", Firm: true,
		Title: rule.Text{EN: "The assertion has an ID of 1 to 128 visible characters",
			FR: "L’assertion a un ID de 1 à 128 caractères visibles"},
		Fix: rule.Text{EN: "Draw a new ID for each token, such as _ and a UUID",
			FR: "Tirer un nouvel ID pour chaque jeton, par exemple _ suivi d’un UUID"},
	})
	ruleIDName = rule.New(rule.Rule{
		ID: "VIHF-042", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 1.3.4; XML Schema 2, 3.3.8",
		Title: rule.Text{EN: "The ID of the assertion begins with a letter or an underscore, as an xs:ID does",
			FR: "L’ID de l’assertion commence par une lettre ou un tiret bas, comme un xs:ID"},
		Fix: rule.Text{EN: "Put _ before the UUID",
			FR: "Mettre _ devant l’UUID"},
	})
	ruleIssueInstant = rule.New(rule.Rule{
		ID: "VIHF-043", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 1.3.3",
		Title: rule.Text{EN: "IssueInstant is a dateTime in UTC that ends in Z",
			FR: "IssueInstant est un dateTime en UTC qui finit par Z"},
		Fix: rule.Text{EN: "Write IssueInstant as 2026-01-31T09:00:00Z; up to nine decimals may follow the seconds",
			FR: "Écrire IssueInstant comme 2026-01-31T09:00:00Z ; jusqu’à neuf décimales peuvent suivre les secondes"},
	})
	ruleTooOld = rule.New(rule.Rule{
		ID: "VIHF-044", Severity: rule.Error, Code: "wsse:MessageExpired", Section: "SAML 2.0 Core 2.3.3; PGSSI-S",
		Title: rule.Text{EN: "The assertion was issued recently",
			FR: "L’assertion a été émise récemment"},
		Fix: rule.Text{EN: "Issue a new token",
			FR: "Émettre un nouveau jeton"},
	})
	ruleFromFuture = rule.New(rule.Rule{
		ID: "VIHF-045", Severity: rule.Error, Code: "wsse:MessageExpired", Section: "SAML 2.0 Core 2.3.3; PGSSI-S",
		Title: rule.Text{EN: "The assertion was not issued in the future",
			FR: "L’assertion n’a pas été émise dans le futur"},
		Fix: rule.Text{EN: "Set the clock of the software by NTP",
			FR: "Régler l’horloge du logiciel par NTP"},
	})
	ruleConditionsTime = rule.New(rule.Rule{
		ID: "VIHF-046", Severity: rule.Error, Code: "wsse:MessageExpired", Section: "SAML 2.0 Core 2.5.1.2",
		Title: rule.Text{EN: "The assertion is used between NotBefore and NotOnOrAfter, where it has them",
			FR: "L’assertion est employée entre NotBefore et NotOnOrAfter, quand elle les porte"},
		Fix: rule.Text{EN: "Issue a new token, and write NotBefore before NotOnOrAfter, in UTC",
			FR: "Émettre un nouveau jeton et écrire NotBefore avant NotOnOrAfter, en UTC"},
	})
	ruleAudience = rule.New(rule.Rule{
		ID: "VIHF-047", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "SAML 2.0 Core 2.5.1.4; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The assertion restricts no audience",
			FR: "L’assertion ne restreint pas d’audience"},
		Fix: rule.Text{EN: "Leave out AudienceRestriction: Ressource_URN says what the token is for",
			FR: "Supprimer AudienceRestriction : Ressource_URN dit à quoi sert le jeton"},
	})
	ruleConditions = rule.New(rule.Rule{
		ID: "VIHF-048", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.5.1",
		Title: rule.Text{EN: "Conditions stands at most once and holds no condition",
			FR: "Conditions figure au plus une fois et ne contient aucune condition"},
		Fix: rule.Text{EN: "Leave Conditions out, or give it NotBefore and NotOnOrAfter alone",
			FR: "Supprimer Conditions, ou ne lui donner que NotBefore et NotOnOrAfter"},
	})
	ruleSubject = rule.New(rule.Rule{
		ID: "VIHF-049", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.4.1; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The assertion has one Subject with one NameID",
			FR: "L’assertion a un seul Subject avec un seul NameID"},
		Fix: rule.Text{EN: "Name the user once, by Subject/NameID",
			FR: "Nommer l’utilisateur une seule fois, par Subject/NameID"},
	})
	ruleNameID = rule.New(rule.Rule{
		ID: "VIHF-050", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "ANS, Identification des acteurs (PS_IdNat); Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "NameID is a national identifier of a person (PS_IdNat)",
			FR: "NameID est un identifiant national de personne (PS_IdNat)"},
		Fix: rule.Text{EN: "Write 8 and the RPPS number, 0 and the ADELI number, or a structure’s identifier, / and its own identifier of the person",
			FR: "Écrire 8 suivi du numéro RPPS, 0 suivi du numéro ADELI, ou l’identifiant d’une structure, / et l’identifiant interne de la personne"},
	})
	ruleConfirmation = rule.New(rule.Rule{
		ID: "VIHF-051", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.4.1.1; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Subject holds no SubjectConfirmation: the TLS connection confirms the holder",
			FR: "Subject ne contient pas de SubjectConfirmation : la connexion TLS confirme le porteur"},
		Fix: rule.Text{EN: "Leave out SubjectConfirmation",
			FR: "Supprimer SubjectConfirmation"},
	})
	ruleConfirmed = rule.New(rule.Rule{
		ID: "VIHF-052", Severity: rule.Error, Code: "wsse:FailedAuthentication", Section: "SAML 2.0 Core 2.4.1; SAML 2.0 Profiles 3",
		Title: rule.Text{EN: "Every SubjectConfirmation is one that can be checked and holds: bearer, within its time, for no other recipient",
			FR: "Chaque SubjectConfirmation peut être vérifiée et tient : bearer, dans son délai, pour aucun autre destinataire"},
		Fix: rule.Text{EN: "Leave out SubjectConfirmation",
			FR: "Supprimer SubjectConfirmation"},
	})
	ruleAuthnStatement = rule.New(rule.Rule{
		ID: "VIHF-053", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.7.2; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The assertion has one AuthnStatement whose AuthnInstant is a dateTime in UTC",
			FR: "L’assertion a un seul AuthnStatement dont AuthnInstant est un dateTime en UTC"},
		Fix: rule.Text{EN: "Say once when the user logged in",
			FR: "Dire une seule fois quand l’utilisateur s’est authentifié"},
	})
	ruleAuthnAfterIssue = rule.New(rule.Rule{
		ID: "VIHF-054", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.7.2",
		Title: rule.Text{EN: "The user logged in before the assertion was issued",
			FR: "L’utilisateur s’est authentifié avant l’émission de l’assertion"},
		Fix: rule.Text{EN: "Write the time of the login as AuthnInstant",
			FR: "Écrire l’heure d’authentification dans AuthnInstant"},
	})
	ruleSessionOver = rule.New(rule.Rule{
		ID: "VIHF-055", Severity: rule.Error, Code: "wsse:MessageExpired", Section: "SAML 2.0 Core 2.7.2",
		Title: rule.Text{EN: "The session has not ended (SessionNotOnOrAfter)",
			FR: "La session n’est pas terminée (SessionNotOnOrAfter)"},
		Fix: rule.Text{EN: "Have the user log in again and issue a new token",
			FR: "Faire authentifier de nouveau l’utilisateur et émettre un nouveau jeton"},
	})
	ruleAuthnContext = rule.New(rule.Rule{
		ID: "VIHF-056", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.7.2.2; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "AuthnContext has one AuthnContextClassRef",
			FR: "AuthnContext a un seul AuthnContextClassRef"},
		Fix: rule.Text{EN: "Name the class of authentication",
			FR: "Nommer la classe d’authentification"},
	})
	ruleAuthnClass = rule.New(rule.Rule{
		ID: "VIHF-057", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Authentication Context 3.4; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "AuthnContextClassRef is a class of SAML 2.0; SmartcardPKI where the mode is DIRECTE",
			FR: "AuthnContextClassRef est une classe de SAML 2.0 ; SmartcardPKI quand le mode est DIRECTE"},
		Fix: rule.Text{EN: "Write a value that begins with urn:oasis:names:tc:SAML:2.0:ac:classes:",
			FR: "Écrire une valeur qui commence par urn:oasis:names:tc:SAML:2.0:ac:classes:"},
	})
	ruleOneAttributeStatement = rule.New(rule.Rule{
		ID: "VIHF-058", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.7.3; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The assertion has one AttributeStatement",
			FR: "L’assertion a un seul AttributeStatement"},
		Fix: rule.Text{EN: "Put all attributes into one AttributeStatement",
			FR: "Mettre tous les attributs dans un seul AttributeStatement"},
	})
	ruleNothingElse = rule.New(rule.Rule{
		ID: "VIHF-059", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 2.3.3; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "The assertion holds nothing but what a VIHF is made of",
			FR: "L’assertion ne contient que ce qui compose un VIHF"},
		Fix: rule.Text{EN: "Leave out the element",
			FR: "Supprimer l’élément"},
	})
	rulePlainText = rule.New(rule.Rule{
		ID: "VIHF-060", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 1.3.1; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "A value is text alone: no comment, instruction or element stands in it",
			FR: "Une valeur n’est que du texte : ni commentaire, ni instruction, ni élément n’y figure"},
		Fix: rule.Text{EN: "Write the value as plain text",
			FR: "Écrire la valeur en texte simple"},
	})
	ruleTrimmed = rule.New(rule.Rule{
		ID: "VIHF-061", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "SAML 2.0 Core 1.3.1",
		Title: rule.Text{EN: "A value has no white space around it",
			FR: "Une valeur n’est pas entourée de blancs"},
		Fix: rule.Text{EN: "Leave out the white space around the value",
			FR: "Supprimer les blancs autour de la valeur"},
	})
)
