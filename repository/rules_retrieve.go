package repository

import "liasse/internal/rule"

func retrieveRule(id, section string, severity rule.Severity, code string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Title: title, Fix: fix, Section: section, Severity: severity, Code: code})
}

// The rules of Retrieve Document Set (ITI TF-2 3.43).
var (
	ruleSomethingAsked = retrieveRule("XDS-RET-001", "ITI TF-2 3.43.4.1.2", rule.Error, "XDSRepositoryError",
		rule.Text{EN: "The request holds a DocumentRequest", FR: "La requête contient un DocumentRequest"},
		rule.Text{EN: "Add one xds:DocumentRequest for each document", FR: "Ajouter un xds:DocumentRequest par document"})
	ruleNotTooMany = retrieveRule("XDS-RET-002", "ITI TF-2 3.43.4.1.3", rule.Error, "XDSTooManyResults",
		rule.Text{EN: "The request asks for no more documents than the repository gives at once", FR: "La requête ne demande pas plus de documents que l'entrepôt n'en donne à la fois"},
		rule.Text{EN: "Ask in several requests", FR: "Demander en plusieurs requêtes"})
	ruleRepositoryNamed = retrieveRule("XDS-RET-003", "ITI TF-2 3.43.4.1.2", rule.Error, "XDSUnknownRepositoryId",
		rule.Text{EN: "A DocumentRequest has a RepositoryUniqueId", FR: "Un DocumentRequest a un RepositoryUniqueId"},
		rule.Text{EN: "Give the repositoryUniqueId of the DocumentEntry", FR: "Donner le repositoryUniqueId du DocumentEntry"})
	ruleDocumentNamed = retrieveRule("XDS-RET-004", "ITI TF-2 3.43.4.1.2", rule.Error, "XDSDocumentUniqueIdError",
		rule.Text{EN: "A DocumentRequest has a DocumentUniqueId", FR: "Un DocumentRequest a un DocumentUniqueId"},
		rule.Text{EN: "Give the uniqueId of the DocumentEntry", FR: "Donner l'uniqueId du DocumentEntry"})
	ruleRepositoryOurs = retrieveRule("XDS-RET-005", "ITI TF-2 3.43.4.1.3", rule.Error, "XDSUnknownRepositoryId",
		rule.Text{EN: "The RepositoryUniqueId is that of this repository", FR: "Le RepositoryUniqueId est celui de cet entrepôt"},
		rule.Text{EN: "Ask the repository that the DocumentEntry names", FR: "Demander à l'entrepôt que nomme le DocumentEntry"})
	ruleRepositoryBare = retrieveRule("XDS-RET-006", "ITI TF-3 4.2.3.2.18", rule.Warning, "XDSUnknownRepositoryId",
		rule.Text{EN: "The RepositoryUniqueId is an OID without urn:oid:", FR: "Le RepositoryUniqueId est un OID sans urn:oid:"},
		rule.Text{EN: "Leave urn:oid: out", FR: "Supprimer urn:oid:"})
	ruleDocumentKnown = retrieveRule("XDS-RET-007", "ITI TF-2 3.43.4.1.3", rule.Error, "XDSDocumentUniqueIdError",
		rule.Text{EN: "The DocumentUniqueId is that of a document of this repository", FR: "Le DocumentUniqueId est celui d'un document de cet entrepôt"},
		rule.Text{EN: "Give the whole uniqueId of the DocumentEntry, as the registry answers it", FR: "Donner l'uniqueId entier du DocumentEntry, tel que le registre le répond"})
	ruleNotTooLarge = retrieveRule("XDS-RET-008", "ITI TF-2 3.43.4.1.3", rule.Error, "XDSRepositoryOutOfResources",
		rule.Text{EN: "The documents asked for are together no larger than the repository gives at once", FR: "Les documents demandés ne dépassent pas ensemble ce que l'entrepôt donne à la fois"},
		rule.Text{EN: "Ask in several requests", FR: "Demander en plusieurs requêtes"})
	ruleRequestOrder = retrieveRule("XDS-RET-009", "ITI TF-2 3.43.4.1.2", rule.Warning, "XDSRepositoryError",
		rule.Text{EN: "A DocumentRequest holds HomeCommunityId if any, RepositoryUniqueId and DocumentUniqueId, each once and in this order", FR: "Un DocumentRequest contient HomeCommunityId s'il y en a un, RepositoryUniqueId et DocumentUniqueId, chacun une fois et dans cet ordre"},
		rule.Text{EN: "Write the elements in this order and nothing else", FR: "Écrire les éléments dans cet ordre et rien d'autre"})
	ruleHomeNotEmpty = retrieveRule("XDS-RET-010", "ITI TF-2 3.43.4.1.2", rule.Warning, "XDSUnknownCommunity",
		rule.Text{EN: "A HomeCommunityId is not empty", FR: "Un HomeCommunityId n'est pas vide"},
		rule.Text{EN: "Leave the element out", FR: "Supprimer l'élément"})
	ruleBareValues = retrieveRule("XDS-RET-011", "ITI TF-2 3.43.4.1.2", rule.Warning, "XDSRepositoryError",
		rule.Text{EN: "No white space surrounds an identifier", FR: "Aucun blanc n'entoure un identifiant"},
		rule.Text{EN: "Write the identifier directly between the tags", FR: "Écrire l'identifiant directement entre les balises"})
	ruleOnlyRequests = retrieveRule("XDS-RET-012", "ITI TF-2 3.43.4.1.2", rule.Warning, "XDSRepositoryError",
		rule.Text{EN: "The request holds nothing but DocumentRequests", FR: "La requête ne contient que des DocumentRequest"},
		rule.Text{EN: "Leave the element out, or correct its name and namespace", FR: "Supprimer l'élément, ou corriger son nom et son espace de noms"})
)
