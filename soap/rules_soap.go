package soap

import "liasse/internal/rule"

// What the SOAP envelope must be.
var (
	ruleSOAP12 = rule.New(rule.Rule{
		ID: "SOAP-001", Severity: rule.Error, Code: "env:VersionMismatch", Section: "ITI TF-2 V.3.2.2 (IHE-WSP215)",
		Title: rule.Text{EN: "The envelope is of SOAP 1.2, not 1.1",
			FR: "L’enveloppe est en SOAP 1.2, non en 1.1"},
		Fix: rule.Text{EN: "Use the envelope namespace http://www.w3.org/2003/05/soap-envelope",
			FR: "Employer l’espace de noms http://www.w3.org/2003/05/soap-envelope pour l’enveloppe"},
	})
	ruleSOAPVersion = rule.New(rule.Rule{
		ID: "SOAP-002", Severity: rule.Error, Code: "env:VersionMismatch", Section: "W3C SOAP 1.2 Part 1, 5.4.7",
		Title: rule.Text{EN: "The envelope is of a SOAP version",
			FR: "L’enveloppe est d’une version de SOAP"},
		Fix: rule.Text{EN: "Use the envelope namespace http://www.w3.org/2003/05/soap-envelope",
			FR: "Employer l’espace de noms http://www.w3.org/2003/05/soap-envelope pour l’enveloppe"},
	})
	ruleEnvelope = rule.New(rule.Rule{
		ID: "SOAP-003", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5.1",
		Title: rule.Text{EN: "The document element is env:Envelope",
			FR: "L’élément racine est env:Envelope"},
		Fix: rule.Text{EN: "Send a SOAP envelope",
			FR: "Envoyer une enveloppe SOAP"},
	})
	ruleSkeleton = rule.New(rule.Rule{
		ID: "SOAP-004", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5.1",
		Title: rule.Text{EN: "The envelope holds at most one Header, then one Body, and nothing else",
			FR: "L’enveloppe contient au plus un Header, puis un Body, et rien d’autre"},
		Fix: rule.Text{EN: "Leave out or reorder the elements of the envelope",
			FR: "Supprimer ou réordonner les éléments de l’enveloppe"},
	})
	ruleNoText = rule.New(rule.Rule{
		ID: "SOAP-005", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5.1-5.3",
		Title: rule.Text{EN: "No text stands between the elements of Envelope, Header and Body",
			FR: "Aucun texte ne se trouve entre les éléments de Envelope, Header et Body"},
		Fix: rule.Text{EN: "Leave out the text",
			FR: "Supprimer le texte"},
	})
	ruleOneBodyChild = rule.New(rule.Rule{
		ID: "SOAP-006", Severity: rule.Error, Code: "env:Sender", Section: "ITI TF-2 V.3.2.1",
		Title: rule.Text{EN: "The Body holds exactly one element",
			FR: "Le Body contient exactement un élément"},
		Fix: rule.Text{EN: "Send one request element in the Body",
			FR: "Envoyer un seul élément de requête dans le Body"},
	})
	ruleEncodingStyle = rule.New(rule.Rule{
		ID: "SOAP-007", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5.1.1",
		Title: rule.Text{EN: "No encodingStyle stands on the elements of SOAP",
			FR: "Aucun encodingStyle ne figure sur les éléments de SOAP"},
		Fix: rule.Text{EN: "Leave out the attribute: the messages are literal",
			FR: "Supprimer l’attribut : les messages sont littéraux"},
	})
	ruleQualifiedBlock = rule.New(rule.Rule{
		ID: "SOAP-008", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5.2.1",
		Title: rule.Text{EN: "Every header block is in a namespace",
			FR: "Chaque bloc d’en-tête est dans un espace de noms"},
		Fix: rule.Text{EN: "Qualify the header block with a namespace",
			FR: "Qualifier le bloc d’en-tête par un espace de noms"},
	})
	ruleMustUnderstandValue = rule.New(rule.Rule{
		ID: "SOAP-009", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5.2.3",
		Title: rule.Text{EN: "env:mustUnderstand is true, false, 1 or 0",
			FR: "env:mustUnderstand vaut true, false, 1 ou 0"},
		Fix: rule.Text{EN: "Write true or false",
			FR: "Écrire true ou false"},
	})
	ruleMustUnderstand = rule.New(rule.Rule{
		ID: "SOAP-010", Severity: rule.Error, Code: "env:MustUnderstand", Section: "W3C SOAP 1.2 Part 1, 5.2.3",
		Title: rule.Text{EN: "A header block that must be understood is one that the server processes",
			FR: "Un bloc d’en-tête à comprendre obligatoirement est un bloc que le serveur traite"},
		Fix: rule.Text{EN: "Leave out the header block, or its mustUnderstand",
			FR: "Supprimer le bloc d’en-tête, ou son mustUnderstand"},
	})
	ruleSecurityUnprocessed = rule.New(rule.Rule{
		ID: "SOAP-011", Severity: rule.Warning, Code: "env:MustUnderstand", Section: "ITI TF-2 3.40; WSS 1.1",
		Title: rule.Text{EN: "A wsse:Security that must be understood is processed; this server does not look into it",
			FR: "Un wsse:Security à comprendre obligatoirement est traité ; ce serveur ne l’examine pas"},
		Fix: rule.Text{EN: "Send the token only where it is asked for",
			FR: "N’envoyer le jeton que là où il est demandé"},
	})
	ruleOneSecurity = rule.New(rule.Rule{
		ID: "SOAP-012", Severity: rule.Error, Code: "wsse:InvalidSecurity", Section: "WSS 1.1, 5",
		Title: rule.Text{EN: "At most one wsse:Security is for the same role",
			FR: "Au plus un wsse:Security s’adresse au même rôle"},
		Fix: rule.Text{EN: "Put all of it into one wsse:Security",
			FR: "Tout mettre dans un seul wsse:Security"},
	})
	ruleExpectMTOM = rule.New(rule.Rule{
		ID: "SOAP-020", Severity: rule.Warning, Code: "env:Sender", Section: "ITI TF-2 V.8.1",
		Title: rule.Text{EN: "A transaction that the standard has in MTOM is sent in MTOM",
			FR: "Une transaction que le standard prévoit en MTOM est envoyée en MTOM"},
		Fix: rule.Text{EN: "Send multipart/related with an application/xop+xml root part",
			FR: "Envoyer du multipart/related avec une partie racine application/xop+xml"},
	})
	ruleExpectSimple = rule.New(rule.Rule{
		ID: "SOAP-021", Severity: rule.Warning, Code: "env:Sender", Section: "ITI TF-2 V.8.1",
		Title: rule.Text{EN: "A transaction that the standard has in simple SOAP is sent in simple SOAP",
			FR: "Une transaction que le standard prévoit en SOAP simple est envoyée en SOAP simple"},
		Fix: rule.Text{EN: "Send application/soap+xml",
			FR: "Envoyer de l’application/soap+xml"},
	})
)
