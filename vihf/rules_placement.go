package vihf

import "liasse/internal/rule"

// Where the token stands in a message.
var (
	rulePresent = rule.New(rule.Rule{
		ID: "VIHF-001", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "WSS SAML Token Profile 1.1, 3; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "The message carries a VIHF: a saml2:Assertion in the wsse:Security block of its header",
			FR: "Le message porte un VIHF : une saml2:Assertion dans le bloc wsse:Security de son en-tête"},
		Fix: rule.Text{EN: "Put the signed assertion into wsse:Security in the header of the envelope",
			FR: "Placer l’assertion signée dans wsse:Security dans l’en-tête de l’enveloppe"},
	})
	ruleOneSecurity = rule.New(rule.Rule{
		ID: "VIHF-002", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "WSS 1.1, 5", Firm: true,
		Title: rule.Text{EN: "The message has one wsse:Security, a block of its header for this receiver",
			FR: "Le message a un seul wsse:Security, bloc de son en-tête destiné à ce récepteur"},
		Fix: rule.Text{EN: "Send one wsse:Security, directly in env:Header and without another role",
			FR: "Envoyer un seul wsse:Security, directement dans env:Header et sans autre rôle"},
	})
	ruleOneAssertion = rule.New(rule.Rule{
		ID: "VIHF-003", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "WSS SAML Token Profile 1.1, 3; SAML 2.0 Core 2.3.3", Firm: true,
		Title: rule.Text{EN: "The whole message holds one assertion",
			FR: "Le message entier contient une seule assertion"},
		Fix: rule.Text{EN: "Send the one signed assertion and no copy of it or other assertion, wherever in the message",
			FR: "Envoyer la seule assertion signée, sans copie ni autre assertion, où que ce soit dans le message"},
	})
	ruleAssertionPlace = rule.New(rule.Rule{
		ID: "VIHF-004", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "WSS SAML Token Profile 1.1, 3; Guide d’intégration DMPi, VIHF", Firm: true,
		Title: rule.Text{EN: "The assertion stands directly in wsse:Security, neither wrapped, encoded nor encrypted",
			FR: "L’assertion figure directement dans wsse:Security, ni enveloppée, ni encodée, ni chiffrée"},
		Fix: rule.Text{EN: "Make the saml2:Assertion element a child of wsse:Security",
			FR: "Faire de l’élément saml2:Assertion un enfant de wsse:Security"},
	})
	ruleForeignToken = rule.New(rule.Rule{
		ID: "VIHF-005", Severity: rule.Error, Code: "wsse:UnsupportedSecurityToken", Section: "WSS 1.1, 6; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "wsse:Security holds no other token or signature than the VIHF",
			FR: "wsse:Security ne contient ni jeton ni signature autre que le VIHF"},
		Fix: rule.Text{EN: "Leave out what stands beside the assertion",
			FR: "Supprimer ce qui figure à côté de l’assertion"},
	})
	ruleTimestamp = rule.New(rule.Rule{
		ID: "VIHF-006", Severity: rule.Warning, Code: "wsse:InvalidSecurity", Section: "WSS 1.1, 10; Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "wsse:Security holds no wsu:Timestamp: the times that count are those of the assertion",
			FR: "wsse:Security ne contient pas de wsu:Timestamp : les dates qui comptent sont celles de l’assertion"},
		Fix: rule.Text{EN: "Leave out wsu:Timestamp",
			FR: "Supprimer wsu:Timestamp"},
	})
	ruleUniqueID = rule.New(rule.Rule{
		ID: "VIHF-007", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "XML Signature 1.1, 4.4.3.2; SAML 2.0 Core 1.3.4", Firm: true,
		Title: rule.Text{EN: "No identifier of the token stands a second time in the message",
			FR: "Aucun identifiant du jeton ne figure une seconde fois dans le message"},
		Fix: rule.Text{EN: "Give the assertion an ID that no ID, Id, id, wsu:Id or xml:id of the message has",
			FR: "Donner à l’assertion un ID que ne porte aucun ID, Id, id, wsu:Id ou xml:id du message"},
	})
)
