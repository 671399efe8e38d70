package registry

import "liasse/internal/rule"

// The rules of the stored queries (ITI-18, ITI-51): first of the request as a whole, then of its parameters, their
// syntax, their values, and last of what the registry finds.

var ruleQueryOne = rule.New(rule.Rule{
	ID:       "XDS-SQ-001",
	Title:    rule.Text{EN: "An AdhocQueryRequest holds one AdhocQuery", FR: "Une AdhocQueryRequest contient un seul AdhocQuery"},
	Fix:      rule.Text{EN: "Send exactly one rim:AdhocQuery; two queries are two messages", FR: "Envoyer exactement un rim:AdhocQuery ; deux requêtes font deux messages"},
	Section:  "ITI TF-2 3.18.4.1.2",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryReturnTypeGiven = rule.New(rule.Rule{
	ID:       "XDS-SQ-002",
	Title:    rule.Text{EN: "The request says which returnType it wants", FR: "La requête dit quel returnType elle demande"},
	Fix:      rule.Text{EN: `Write <query:ResponseOption returnComposedObjects="true" returnType="LeafClass"/>; LeafClass is what was answered`, FR: `Écrire <query:ResponseOption returnComposedObjects="true" returnType="LeafClass"/> ; c'est en LeafClass qu'il a été répondu`},
	Section:  "ITI TF-2 3.18.4.1.2.6",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryReturnType = rule.New(rule.Rule{
	ID:       "XDS-SQ-003",
	Title:    rule.Text{EN: "returnType is LeafClass, ObjectRef or LeafClassWithRepositoryItem", FR: "returnType est LeafClass, ObjectRef ou LeafClassWithRepositoryItem"},
	Fix:      rule.Text{EN: "Ask for LeafClass to get whole objects, for ObjectRef to get their identifiers, for LeafClassWithRepositoryItem to get the documents too", FR: "Demander LeafClass pour les objets entiers, ObjectRef pour leurs seuls identifiants, LeafClassWithRepositoryItem pour avoir aussi les documents"},
	Section:  "ITI TF-2 3.18.4.1.2.6",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryWithDocuments = rule.New(rule.Rule{
	ID:       "XDS-SQ-004",
	Title:    rule.Text{EN: "Documents are asked of a registry that can open those of its repository", FR: "Les documents se demandent à un registre qui peut ouvrir ceux de son entrepôt"},
	Fix:      rule.Text{EN: "This registry gives no documents: ask for LeafClass, then retrieve each document with ITI-43 from the repository that repositoryUniqueId names", FR: "Ce registre ne donne pas de documents : demander LeafClass, puis récupérer chaque document par ITI-43 auprès de l'entrepôt que désigne repositoryUniqueId"},
	Section:  "ITI TF-2 3.18.4.1.2.6",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryOrder = rule.New(rule.Rule{
	ID:       "XDS-SQ-005",
	Title:    rule.Text{EN: "ResponseOption stands before AdhocQuery", FR: "ResponseOption précède AdhocQuery"},
	Fix:      rule.Text{EN: "Move the ResponseOption in front of the AdhocQuery, as the schema orders them", FR: "Déplacer ResponseOption devant AdhocQuery, dans l'ordre du schéma"},
	Section:  "ebRS 3.0 6.1.1",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryIDForm = rule.New(rule.Rule{
	ID:       "XDS-SQ-006",
	Title:    rule.Text{EN: "The query's id is written urn:uuid: and lower-case digits", FR: "L'identifiant de la requête s'écrit urn:uuid: suivi de chiffres en minuscules"},
	Fix:      rule.Text{EN: "Write AdhocQuery/@id as the standard prints it", FR: "Écrire AdhocQuery/@id tel que le standard l'imprime"},
	Section:  "ITI TF-2 3.18.4.1.2.4",
	Severity: rule.Warning,
	Code:     "XDSUnknownStoredQuery",
})

var ruleQueryKnown = rule.New(rule.Rule{
	ID:       "XDS-SQ-007",
	Title:    rule.Text{EN: "The query is a stored query of the standard", FR: "La requête est une requête stockée du standard"},
	Fix:      rule.Text{EN: "Give AdhocQuery/@id the identifier of a stored query that this registry answers", FR: "Donner à AdhocQuery/@id l'identifiant d'une requête stockée à laquelle ce registre répond"},
	Section:  "ITI TF-2 3.18.4.1.2.4",
	Severity: rule.Error,
	Code:     "XDSUnknownStoredQuery",
})

var ruleQueryTransaction = rule.New(rule.Rule{
	ID:       "XDS-SQ-008",
	Title:    rule.Text{EN: "The query belongs to the transaction that carries it", FR: "La requête appartient à la transaction qui la porte"},
	Fix:      rule.Text{EN: "Send queries on one patient or on identifiers by ITI-18, queries on several patients by ITI-51", FR: "Envoyer par ITI-18 les requêtes sur un patient ou sur des identifiants, par ITI-51 celles sur plusieurs patients"},
	Section:  "ITI TF-2 3.51.4.1.2.2",
	Severity: rule.Error,
	Code:     "XDSUnknownStoredQuery",
})

var ruleQueryRequired = rule.New(rule.Rule{
	ID:       "XDS-SQ-010",
	Title:    rule.Text{EN: "Every required parameter is given", FR: "Chaque paramètre obligatoire est fourni"},
	Fix:      rule.Text{EN: "Add a Slot with this name and a value", FR: "Ajouter un Slot de ce nom avec une valeur"},
	Section:  "ITI TF-2 3.18.4.1.2.3.7",
	Severity: rule.Error,
	Code:     "XDSStoredQueryMissingParam",
})

var ruleQueryAlternative = rule.New(rule.Rule{
	ID:       "XDS-SQ-011",
	Title:    rule.Text{EN: "One of the alternative parameters is given", FR: "L'un des paramètres alternatifs est fourni"},
	Fix:      rule.Text{EN: "Add one of these parameters", FR: "Ajouter l'un de ces paramètres"},
	Section:  "ITI TF-2 3.18.4.1.2.3.7",
	Severity: rule.Error,
	Code:     "XDSStoredQueryMissingParam",
})

var ruleQueryExclusive = rule.New(rule.Rule{
	ID:       "XDS-SQ-012",
	Title:    rule.Text{EN: "Only one of the alternative parameters is given", FR: "Un seul des paramètres alternatifs est fourni"},
	Fix:      rule.Text{EN: "Keep one of these parameters", FR: "Garder un seul de ces paramètres"},
	Section:  "ITI TF-2 3.18.4.1.2.3.7",
	Severity: rule.Error,
	Code:     "XDSStoredQueryParamNumber",
})

var ruleQueryExclude = rule.New(rule.Rule{
	ID:       "XDS-SQ-013",
	Title:    rule.Text{EN: "A parameter and its Exclude form are not given together", FR: "Un paramètre et sa forme Exclude ne sont pas fournis ensemble"},
	Fix:      rule.Text{EN: "Keep the parameter or its Exclude form", FR: "Garder le paramètre ou sa forme Exclude"},
	Section:  "ITI TF-2 3.18.4.1.2.3.7.15",
	Severity: rule.Error,
	Code:     "XDSStoredQueryParamNumber",
})

var ruleQueryRepeated = rule.New(rule.Rule{
	ID:       "XDS-SQ-014",
	Title:    rule.Text{EN: "Only a parameter that allows AND is given in several Slots", FR: "Seul un paramètre qui admet le ET est fourni dans plusieurs Slots"},
	Fix:      rule.Text{EN: "Put the values into one Slot, where any of them selects", FR: "Mettre les valeurs dans un seul Slot, où chacune d'elles sélectionne"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Error,
	Code:     "XDSStoredQueryParamNumber",
})

var ruleQuerySingle = rule.New(rule.Rule{
	ID:       "XDS-SQ-015",
	Title:    rule.Text{EN: "A single-valued parameter has one value", FR: "Un paramètre à valeur unique a une seule valeur"},
	Fix:      rule.Text{EN: "Send one value; two values are two queries", FR: "Envoyer une seule valeur ; deux valeurs font deux requêtes"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Error,
	Code:     "XDSStoredQueryParamNumber",
})

var ruleQueryCount = rule.New(rule.Rule{
	ID:       "XDS-SQ-016",
	Title:    rule.Text{EN: "The parameters of a query have at most 10000 values together", FR: "Les paramètres d'une requête ont ensemble au plus 10000 valeurs"},
	Fix:      rule.Text{EN: "Split the values over several queries", FR: "Répartir les valeurs sur plusieurs requêtes"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Error,
	Code:     "XDSStoredQueryParamNumber",
})

var ruleQueryName = rule.New(rule.Rule{
	ID:       "XDS-SQ-017",
	Title:    rule.Text{EN: "A parameter's name is written exactly as in the standard", FR: "Le nom d'un paramètre est écrit exactement comme dans le standard"},
	Fix:      rule.Text{EN: "Write the name with its $ and its capitals; as it stands the Slot was ignored", FR: "Écrire le nom avec son $ et ses majuscules ; tel quel, le Slot a été ignoré"},
	Section:  "ITI TF-2 3.18.4.1.2.3.3",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryEmpty = rule.New(rule.Rule{
	ID:       "XDS-SQ-018",
	Title:    rule.Text{EN: "A parameter that is sent has a value", FR: "Un paramètre envoyé a une valeur"},
	Fix:      rule.Text{EN: "Give the Slot a Value, or leave it out; as it stands it was ignored", FR: "Donner une Value au Slot, ou l'omettre ; tel quel, il a été ignoré"},
	Section:  "ITI TF-2 3.18.4.1.2.3.3",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryConditions = rule.New(rule.Rule{
	ID:       "XDS-SQ-019",
	Title:    rule.Text{EN: "A parameter that allows AND is given in at most 64 Slots", FR: "Un paramètre qui admet le ET est fourni dans au plus 64 Slots"},
	Fix:      rule.Text{EN: "Leave the Slots out that repeat another, or ask with fewer conditions and choose among what is answered", FR: "Supprimer les Slots qui en répètent un autre, ou demander avec moins de conditions et choisir dans la réponse"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Error,
	Code:     "XDSStoredQueryParamNumber",
})
