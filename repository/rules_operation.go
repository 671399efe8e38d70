package repository

import "liasse/internal/rule"

func operationRule(id, code string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: "ITI TF-3 Table 4.2.4.1-2", Severity: rule.Error, Operational: true, Code: code, Title: title, Fix: fix})
}

// What the state of the repository, or of a registry elsewhere, does to a message that may be right.
var (
	ruleDocumentsFull = operationRule("OPS-020", "XDSRepositoryOutOfResources",
		rule.Text{EN: "The repository has no room left for documents and stored nothing", FR: "L'entrepôt n'a plus de place pour des documents et n'a rien enregistré"},
		rule.Text{EN: "Tell its operator, and send the same lot again when there is room", FR: "Prévenir son exploitant, et renvoyer le même lot quand il y aura de la place"})
	ruleStoreReached = operationRule("OPS-021", "XDSRepositoryBusy",
		rule.Text{EN: "The repository cannot use its database now, and nothing was registered or given", FR: "L'entrepôt ne peut pas utiliser sa base de données pour le moment, et rien n'a été enregistré ni donné"},
		rule.Text{EN: "Send the same message again in a minute; if this goes on, tell its operator", FR: "Renvoyer le même message dans une minute ; si cela dure, prévenir son exploitant"})
	ruleDocumentSound = operationRule("OPS-022", "XDSRepositoryError",
		rule.Text{EN: "The document is damaged in the repository and is not given", FR: "Le document est endommagé dans l'entrepôt et n'est pas donné"},
		rule.Text{EN: "Tell the repository's operator", FR: "Prévenir l'exploitant de l'entrepôt"})
	ruleDocumentRead = operationRule("OPS-023", "XDSRepositoryError",
		rule.Text{EN: "The document cannot be read now", FR: "Le document ne peut pas être lu pour le moment"},
		rule.Text{EN: "Ask again later", FR: "Redemander plus tard"})
	ruleReasonGiven = operationRule("OPS-024", "XDSRegistryError",
		rule.Text{EN: "The registry refused the lot and gave no reason", FR: "Le registre a refusé le lot sans donner de raison"},
		rule.Text{EN: "Ask the registry's operator", FR: "Demander à l'exploitant du registre"})
)
