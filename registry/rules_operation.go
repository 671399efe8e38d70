package registry

import "liasse/internal/rule"

func operationRule(id, code string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: "ITI TF-3 Table 4.2.4.1-2", Severity: rule.Error, Operational: true, Code: code, Title: title, Fix: fix})
}

// What the state of the registry does to a message that may be right.
var (
	ruleRegistryBusy = operationRule("OPS-010", "XDSRegistryBusy",
		both("The registry is busy and took nothing", "Le registre est occupé et n'a rien pris"),
		both("Send the same message again in a few seconds", "Renvoyer le même message dans quelques secondes"))
	ruleRegistryFull = operationRule("OPS-011", "XDSRegistryOutOfResources",
		both("The registry has no room left on its disk and changed nothing", "Le registre n'a plus de place sur son disque et n'a rien changé"),
		both("Tell its operator, and send the same message again when there is room", "Prévenir son exploitant, et renvoyer le même message quand il y aura de la place"))
	ruleRegistryReached = operationRule("OPS-012", "XDSRegistryBusy",
		both("The registry or its database cannot be used now, and nothing was changed", "Le registre ou sa base de données n'est pas utilisable pour le moment, et rien n'a été changé"),
		both("Send the same message again in a minute; if this goes on, tell its operator", "Renvoyer le même message dans une minute ; si cela dure, prévenir son exploitant"))
	ruleOutcomeKnown = operationRule(outcomeUnknownID, "XDSRegistryError",
		both("It is not known whether what was sent is registered: it was handed over, and no answer came", "On ne sait pas si ce qui a été envoyé est enregistré : c'était transmis, et aucune réponse n'est venue"),
		both("Ask GetSubmissionSetAndContents for the SubmissionSet's uniqueId, or send the same lot again: the answer XDSDuplicateUniqueIdInRegistry then says that it is registered",
			"Demander par GetSubmissionSetAndContents l'uniqueId du SubmissionSet, ou renvoyer le même lot : la réponse XDSDuplicateUniqueIdInRegistry dit alors qu'il est enregistré"))
	ruleRegistryWorks = operationRule("OPS-014", "XDSRegistryError",
		both("The registry could not process the message and changed nothing", "Le registre n'a pas pu traiter le message et n'a rien changé"),
		both("Tell its operator: its log has the cause", "Prévenir son exploitant : son journal en donne la cause"))
)

const outcomeUnknownID = "OPS-013"

// fixFeedOutcome is what to do about an unknown outcome in a patient identity feed, where there is no SubmissionSet.
var fixFeedOutcome = both(
	"Send the same message again: a patient who is known stays so, and a merge that took effect is refused as done already",
	"Renvoyer le même message : un patient connu le reste, et une fusion qui a pris effet est refusée comme déjà faite")
