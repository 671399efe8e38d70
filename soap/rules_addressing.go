package soap

import "liasse/internal/rule"

// What the WS-Addressing header blocks must be.
var (
	ruleAction = rule.New(rule.Rule{
		ID: "WSA-001", Severity: rule.Error, Code: "wsa:MessageAddressingHeaderRequired", Section: "ITI TF-2 V.3.2.1.2 (IHE-WSA101)",
		Title: rule.Text{EN: "The header has a wsa:Action",
			FR: "L’en-tête a un wsa:Action"},
		Fix: rule.Text{EN: "Add wsa:Action with the action of the transaction",
			FR: "Ajouter wsa:Action avec l’action de la transaction"},
	})
	ruleCardinality = rule.New(rule.Rule{
		ID: "WSA-002", Severity: rule.Error, Code: "wsa:InvalidCardinality", Section: "W3C WS-Addressing 1.0 Core 3.2",
		Title: rule.Text{EN: "Each WS-Addressing header block stands at most once",
			FR: "Chaque bloc d’en-tête WS-Addressing figure au plus une fois"},
		Fix: rule.Text{EN: "Leave out the repeated block",
			FR: "Supprimer le bloc répété"},
	})
	ruleActionSupported = rule.New(rule.Rule{
		ID: "WSA-003", Severity: rule.Error, Code: "wsa:ActionNotSupported", Section: "W3C WS-Addressing 1.0 SOAP Binding 6.4.4",
		Title: rule.Text{EN: "The action is one that the endpoint serves",
			FR: "L’action est une de celles que sert le point d’accès"},
		Fix: rule.Text{EN: "Send the action of a transaction that is served here, or to another address",
			FR: "Envoyer l’action d’une transaction servie ici, ou à une autre adresse"},
	})
	ruleActionBody = rule.New(rule.Rule{
		ID: "WSA-004", Severity: rule.Error, Code: "wsa:ActionMismatch", Section: "ITI TF-2 V.3.2.1",
		Title: rule.Text{EN: "The element in the Body is the one that belongs to the action",
			FR: "L’élément du Body est celui qui correspond à l’action"},
		Fix: rule.Text{EN: "Send the body element of the action, or the action of the body element",
			FR: "Envoyer l’élément correspondant à l’action, ou l’action correspondant à l’élément"},
	})
	ruleHTTPAction = rule.New(rule.Rule{
		ID: "WSA-005", Severity: rule.Warning, Code: "wsa:ActionMismatch", Section: "ITI TF-2 V.3.2.2 (IHE-WSP211)",
		Title: rule.Text{EN: "The action parameter of Content-Type and SOAPAction, where present, equal wsa:Action",
			FR: "Le paramètre action du Content-Type et SOAPAction, s’ils sont présents, sont égaux à wsa:Action"},
		Fix: rule.Text{EN: "Send the same action everywhere, or leave out the HTTP one",
			FR: "Envoyer partout la même action, ou supprimer celle de HTTP"},
	})
	ruleMessageID = rule.New(rule.Rule{
		ID: "WSA-006", Severity: rule.Error, Code: "wsa:MessageAddressingHeaderRequired", Section: "W3C WS-Addressing 1.0 Core 3.3",
		Title: rule.Text{EN: "A request that expects an answer has a wsa:MessageID",
			FR: "Une requête qui attend une réponse a un wsa:MessageID"},
		Fix: rule.Text{EN: "Add wsa:MessageID with a fresh urn:uuid:",
			FR: "Ajouter wsa:MessageID avec un urn:uuid: nouveau"},
	})
	ruleAnonymous = rule.New(rule.Rule{
		ID: "WSA-007", Severity: rule.Error, Code: "wsa:OnlyAnonymousAddressSupported", Section: "ITI TF-2 V.5; W3C WS-Addressing 1.0 SOAP Binding 6.4.1",
		Title: rule.Text{EN: "wsa:ReplyTo and wsa:FaultTo are anonymous or none",
			FR: "wsa:ReplyTo et wsa:FaultTo sont anonymous ou none"},
		Fix: rule.Text{EN: "Use http://www.w3.org/2005/08/addressing/anonymous",
			FR: "Employer http://www.w3.org/2005/08/addressing/anonymous"},
	})
	ruleEndpointAddress = rule.New(rule.Rule{
		ID: "WSA-008", Severity: rule.Error, Code: "wsa:MissingAddressInEPR", Section: "W3C WS-Addressing 1.0 Core 2.1",
		Title: rule.Text{EN: "An endpoint reference has one wsa:Address",
			FR: "Une référence de point d’accès a un wsa:Address"},
		Fix: rule.Text{EN: "Add wsa:Address to the endpoint reference",
			FR: "Ajouter wsa:Address à la référence de point d’accès"},
	})
	// Off by default: the clients that Apache CXF and zeep make send no wsa:ReplyTo unless they are told to, and no other
	// answer than one on the connection is possible. A finding in each of their answers would teach them nothing, and a
	// RegistryErrorList that is never empty makes consumers stumble who take it for trouble.
	ruleReplyTo = rule.New(rule.Rule{
		ID: "WSA-009", Severity: rule.Off, Code: "wsa:MessageAddressingHeaderRequired", Section: "ITI TF-2 V.3.2.1.2",
		Title: rule.Text{EN: "The header has a wsa:ReplyTo",
			FR: "L’en-tête a un wsa:ReplyTo"},
		Fix: rule.Text{EN: "Add wsa:ReplyTo with the anonymous address",
			FR: "Ajouter wsa:ReplyTo avec l’adresse anonyme"},
	})
	// Off by default for the same reason: those clients send the action without env:mustUnderstand, and it is understood.
	ruleActionMustUnderstand = rule.New(rule.Rule{
		ID: "WSA-010", Severity: rule.Off, Code: "env:Sender", Section: "ITI TF-2 V.3.2.1.2 (IHE-WSA101)",
		Title: rule.Text{EN: `wsa:Action carries env:mustUnderstand="true"`,
			FR: `wsa:Action porte env:mustUnderstand="true"`},
		Fix: rule.Text{EN: `Add env:mustUnderstand="true" to wsa:Action`,
			FR: `Ajouter env:mustUnderstand="true" à wsa:Action`},
	})
	ruleActionBlank = rule.New(rule.Rule{
		ID: "WSA-011", Severity: rule.Warning, Code: "wsa:InvalidAddressingHeader", Section: "W3C WS-Addressing 1.0 Core 3.1",
		Title: rule.Text{EN: "No white space surrounds the value of a WS-Addressing header block",
			FR: "Aucun blanc n’entoure la valeur d’un bloc d’en-tête WS-Addressing"},
		Fix: rule.Text{EN: "Write the value directly between the tags",
			FR: "Écrire la valeur directement entre les balises"},
	})
	ruleToAbsolute = rule.New(rule.Rule{
		ID: "WSA-012", Severity: rule.Warning, Code: "wsa:InvalidAddressingHeader", Section: "W3C WS-Addressing 1.0 Core 3.1",
		Title: rule.Text{EN: "wsa:To is an absolute address",
			FR: "wsa:To est une adresse absolue"},
		Fix: rule.Text{EN: "Write the address of the endpoint into wsa:To",
			FR: "Écrire l’adresse du point d’accès dans wsa:To"},
	})
	ruleToOurs = rule.New(rule.Rule{
		ID: "WSA-013", Severity: rule.Warning, Code: "wsa:DestinationUnreachable", Section: "W3C WS-Addressing 1.0 Core 3.1",
		Title: rule.Text{EN: "wsa:To is an address of this endpoint",
			FR: "wsa:To est une adresse de ce point d’accès"},
		Fix: rule.Text{EN: "Write the address the message is sent to, or add it to the configuration",
			FR: "Écrire l’adresse à laquelle le message est envoyé, ou l’ajouter à la configuration"},
	})
	ruleAddressingVersion = rule.New(rule.Rule{
		ID: "WSA-014", Severity: rule.Error, Code: "wsa:InvalidAddressingHeader", Section: "ITI TF-2 V.3.2.1.2",
		Title: rule.Text{EN: "WS-Addressing header blocks are of the version 1.0, of August 2005",
			FR: "Les blocs d’en-tête WS-Addressing sont de la version 1.0, d’août 2005"},
		Fix: rule.Text{EN: "Use the namespace http://www.w3.org/2005/08/addressing",
			FR: "Employer l’espace de noms http://www.w3.org/2005/08/addressing"},
	})
	ruleMessageIDForm = rule.New(rule.Rule{
		ID: "WSA-015", Severity: rule.Warning, Code: "wsa:InvalidAddressingHeader", Section: "W3C WS-Addressing 1.0 Core 3.1",
		Title: rule.Text{EN: "wsa:MessageID is an absolute IRI",
			FR: "wsa:MessageID est un IRI absolu"},
		Fix: rule.Text{EN: "Write a urn:uuid: that is used once",
			FR: "Écrire un urn:uuid: employé une seule fois"},
	})
	ruleMessageIDSize = rule.New(rule.Rule{
		ID: "WSA-016", Severity: rule.Error, Code: "wsa:InvalidAddressingHeader", Section: "W3C WS-Addressing 1.0 Core 3.1",
		Title: rule.Text{EN: "wsa:MessageID has at most 2048 bytes",
			FR: "wsa:MessageID a au plus 2048 octets"},
		Fix: rule.Text{EN: "Write a urn:uuid:",
			FR: "Écrire un urn:uuid:"},
	})
	ruleAddressingText = rule.New(rule.Rule{
		ID: "WSA-017", Severity: rule.Error, Code: "wsa:InvalidAddressingHeader", Section: "W3C WS-Addressing 1.0 Core 3.2",
		Title: rule.Text{EN: "A WS-Addressing value is plain text, without comments or elements inside",
			FR: "Une valeur WS-Addressing est du texte simple, sans commentaire ni élément"},
		Fix: rule.Text{EN: "Write the value as text alone",
			FR: "Écrire la valeur comme du texte seul"},
	})
)
