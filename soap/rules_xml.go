package soap

import "liasse/internal/rule"

// What the XML of an envelope must be.
var (
	ruleWellFormed = rule.New(rule.Rule{
		ID: "XML-001", Severity: rule.Error, Code: "env:Sender", Section: "W3C XML 1.0 2.1",
		Title: rule.Text{EN: "The envelope is well-formed XML 1.0",
			FR: "L’enveloppe est du XML 1.0 bien formé"},
		Fix: rule.Text{EN: "Mend the XML at the place given",
			FR: "Corriger le XML à l’endroit indiqué"},
	})
	ruleNamespaces = rule.New(rule.Rule{
		ID: "XML-002", Severity: rule.Error, Code: "env:Sender", Section: "W3C Namespaces in XML 1.0",
		Title: rule.Text{EN: "The envelope uses namespaces as Namespaces in XML 1.0 says",
			FR: "L’enveloppe emploie les espaces de noms selon Namespaces in XML 1.0"},
		Fix: rule.Text{EN: "Declare every prefix once where it is in scope",
			FR: "Déclarer chaque préfixe une fois, là où il est en portée"},
	})
	ruleEncoding = rule.New(rule.Rule{
		ID: "XML-003", Severity: rule.Error, Code: "env:Sender", Section: "ITI TF-2 V.3.2.2",
		Title: rule.Text{EN: "The envelope is XML 1.0 in UTF-8",
			FR: "L’enveloppe est du XML 1.0 en UTF-8"},
		Fix: rule.Text{EN: "Serialise the envelope in UTF-8",
			FR: "Sérialiser l’enveloppe en UTF-8"},
	})
	ruleDoctype = rule.New(rule.Rule{
		ID: "XML-004", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5",
		Title: rule.Text{EN: "The envelope has no document type declaration",
			FR: "L’enveloppe n’a pas de déclaration de type de document"},
		Fix: rule.Text{EN: "Leave out the DOCTYPE",
			FR: "Supprimer le DOCTYPE"},
	})
	ruleInstruction = rule.New(rule.Rule{
		ID: "XML-005", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 5",
		Title: rule.Text{EN: "The envelope has no processing instruction",
			FR: "L’enveloppe n’a pas d’instruction de traitement"},
		Fix: rule.Text{EN: "Leave out the processing instruction",
			FR: "Supprimer l’instruction de traitement"},
	})
	ruleXMLBudget = rule.New(rule.Rule{
		ID: "XML-006", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 7.4",
		Title: rule.Text{EN: "The envelope stays within the bounds of the server: depth, counts, sizes of names and values",
			FR: "L’enveloppe reste dans les bornes du serveur : profondeur, nombres, tailles des noms et des valeurs"},
		Fix: rule.Text{EN: "Send a smaller envelope; send documents as MTOM parts",
			FR: "Envoyer une enveloppe plus petite ; envoyer les documents en parties MTOM"},
	})
	ruleEnvelopeSize = rule.New(rule.Rule{
		ID: "XML-007", Severity: rule.Error, Code: "env:Sender", Section: "W3C SOAP 1.2 Part 1, 7.4",
		Title: rule.Text{EN: "The envelope without its documents is no larger than the server takes",
			FR: "L’enveloppe sans ses documents n’est pas plus grande que ce que le serveur accepte"},
		Fix: rule.Text{EN: "Send a smaller envelope; send documents as MTOM parts",
			FR: "Envoyer une enveloppe plus petite ; envoyer les documents en parties MTOM"},
	})
)
