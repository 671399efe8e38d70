package soap

import "liasse/internal/rule"

// What the state of the server does to a message that may be right.
var (
	ruleProcessed = rule.New(rule.Rule{
		ID: "OPS-001", Severity: rule.Error, Operational: true, Code: "env:Receiver", Section: "W3C SOAP 1.2 Part 1, 5.4.6",
		Title: rule.Text{EN: "The server could not process the request, through no fault of the message",
			FR: "Le serveur n’a pas pu traiter la requête, sans que le message soit en cause"},
		Fix: rule.Text{EN: "Tell its operator: the log has the cause under this request id",
			FR: "Prévenir son exploitant : le journal en donne la cause sous cet identifiant de requête"},
	})
	ruleRoom = rule.New(rule.Rule{
		ID: "OPS-002", Severity: rule.Error, Operational: true, Code: "503", Section: "RFC 9110 15.6.4",
		Title: rule.Text{EN: "The server has as many requests as it takes at once",
			FR: "Le serveur a autant de requêtes qu’il en prend à la fois"},
		Fix: rule.Text{EN: "Send the message again later, at once and without pauses: this one had no effect",
			FR: "Renvoyer le message plus tard, d’un trait et sans pauses : celui-ci est resté sans effet"},
	})
	ruleRecorded = rule.New(rule.Rule{
		ID: "OPS-003", Severity: rule.Error, Operational: true, Code: "env:Receiver", Section: "ITI TF-2 3.20",
		Title: rule.Text{EN: "The audit record of the request could not be written, and nothing is told without one",
			FR: "La trace de la requête n’a pas pu être écrite, et rien n’est répondu sans trace"},
		Fix: rule.Text{EN: "Send a query or a retrieval again later; of a lot, ask by its uniqueId whether it is stored before sending it again",
			FR: "Renvoyer plus tard une requête ou une récupération ; d’un lot, demander par son uniqueId s’il est enregistré avant de le renvoyer"},
	})
)
