package repository

import "liasse/internal/rule"

func provideRule(id, section, code string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Title: title, Fix: fix, Section: section, Severity: rule.Error, Code: code})
}

// The rules of Provide and Register Document Set-b that are the repository's own (ITI TF-2 3.41).
var (
	ruleSubmissionPresent = provideRule("XDS-REP-001", "ITI TF-2 3.41.4.1.2", "XDSRepositoryMetadataError",
		rule.Text{EN: "The request holds one lcm:SubmitObjectsRequest", FR: "La requête contient un lcm:SubmitObjectsRequest"},
		rule.Text{EN: "Put the metadata into one lcm:SubmitObjectsRequest before the Document elements", FR: "Mettre les métadonnées dans un seul lcm:SubmitObjectsRequest avant les éléments Document"})
	ruleKnownChildren = provideRule("XDS-REP-002", "ITI TF-2 3.41.4.1.2", "XDSRepositoryMetadataError",
		rule.Text{EN: "The request holds nothing but lcm:SubmitObjectsRequest and xds:Document", FR: "La requête ne contient que lcm:SubmitObjectsRequest et xds:Document"},
		rule.Text{EN: "Leave the element out, or correct its name and namespace", FR: "Supprimer l'élément, ou corriger son nom et son espace de noms"})
	ruleDocumentID = provideRule("XDS-REP-003", "ITI TF-2 3.41.4.1.2", "XDSMissingDocumentMetadata",
		rule.Text{EN: "Every Document has an id", FR: "Chaque Document a un id"},
		rule.Text{EN: "Give the Document the id of its ExtrinsicObject", FR: "Donner au Document l'id de son ExtrinsicObject"})
	ruleDocumentIDUnique = provideRule("XDS-REP-004", "ITI TF-2 3.41.4.1.2", "XDSRepositoryMetadataError",
		rule.Text{EN: "No two Documents have the same id", FR: "Deux Document n'ont pas le même id"},
		rule.Text{EN: "Send each document once, under the id of its ExtrinsicObject", FR: "Envoyer chaque document une seule fois, sous l'id de son ExtrinsicObject"})
	ruleDocumentPresent = provideRule("XDS-REP-005", "ITI TF-2 3.41.4.1.3", "XDSMissingDocument",
		rule.Text{EN: "Every DocumentEntry has its Document", FR: "Chaque DocumentEntry a son Document"},
		rule.Text{EN: "Add a Document with the id of the ExtrinsicObject", FR: "Ajouter un Document portant l'id de l'ExtrinsicObject"})
	ruleEntryPresent = provideRule("XDS-REP-006", "ITI TF-2 3.41.4.1.3", "XDSMissingDocumentMetadata",
		rule.Text{EN: "Every Document has its DocumentEntry", FR: "Chaque Document a son DocumentEntry"},
		rule.Text{EN: "Add an ExtrinsicObject with the id of the Document, or leave the document out", FR: "Ajouter un ExtrinsicObject portant l'id du Document, ou supprimer le document"})
	rulePartPresent = provideRule("XDS-REP-007", "ITI TF-2 3.41.4.1.3, V.8", "XDSMissingDocument",
		rule.Text{EN: "The part that a Document refers to is in the message", FR: "La partie que désigne un Document est dans le message"},
		rule.Text{EN: "Send a MIME part whose Content-ID is the href after cid:, percent-decoded once", FR: "Envoyer une partie MIME dont le Content-ID est le href après cid:, décodé une fois"})
	ruleHashRight = provideRule("XDS-REP-008", "ITI TF-2 3.41.4.1.3; ITI TF-3 4.2.3.2.10", "XDSRepositoryMetadataError",
		rule.Text{EN: "The hash is the SHA-1 of the document's bytes", FR: "Le hash est le SHA-1 des octets du document"},
		rule.Text{EN: "Compute the hash of the very bytes sent, or leave it to the repository", FR: "Calculer le hash des octets mêmes qui sont envoyés, ou le laisser à l'entrepôt"})
	ruleSizeRight = provideRule("XDS-REP-009", "ITI TF-2 3.41.4.1.3; ITI TF-3 4.2.3.2.22", "XDSRepositoryMetadataError",
		rule.Text{EN: "The size is the number of the document's bytes", FR: "La size est le nombre d'octets du document"},
		rule.Text{EN: "Count the very bytes sent, or leave the size to the repository", FR: "Compter les octets mêmes qui sont envoyés, ou laisser la size à l'entrepôt"})
	ruleStableEntry = provideRule("XDS-REP-010", "ITI TF-2 3.41.4.1.2; ITI TF-3 4.2.5.2", "XDSRepositoryMetadataError",
		rule.Text{EN: "A DocumentEntry of a provided document is stable", FR: "Le DocumentEntry d'un document fourni est stable"},
		rule.Text{EN: "Give it the objectType of stable documents, or register it on demand with ITI-61", FR: "Lui donner l'objectType des documents stables, ou l'enregistrer à la demande par ITI-61"})
	ruleDocumentCount = provideRule("XDS-REP-011", "ITI TF-2 3.41.4.1.2", "XDSRepositoryOutOfResources",
		rule.Text{EN: "A lot has no more documents than the repository takes at once", FR: "Un lot n'a pas plus de documents que l'entrepôt n'en prend à la fois"},
		rule.Text{EN: "Send several lots", FR: "Envoyer plusieurs lots"})
	ruleDocumentIDCase = rule.New(rule.Rule{ID: "XDS-REP-013", Section: "ITI TF-2 3.41.4.1.2", Severity: rule.Warning, Code: "XDSRepositoryMetadataError",
		Title: rule.Text{EN: "The id of a Document is written as that of its ExtrinsicObject, capitals included", FR: "L'id d'un Document s'écrit comme celui de son ExtrinsicObject, majuscules comprises"},
		Fix:   rule.Text{EN: "Write the same id in both places", FR: "Écrire le même id aux deux endroits"}})
	ruleBytesKept = provideRule("XDS-REP-012", "ITI TF-2 3.41.4.1.3, 3.42.4.1.3.4", "XDSNonIdenticalHash",
		rule.Text{EN: "A document whose uniqueId the repository has is the document it has", FR: "Un document dont l'entrepôt a l'uniqueId est le document qu'il a"},
		rule.Text{EN: "Give a changed document a new uniqueId, and replace the old one by RPLC", FR: "Donner un nouvel uniqueId au document modifié, et remplacer l'ancien par RPLC"})
)
