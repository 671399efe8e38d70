package registry

import "liasse/internal/rule"

// Rules of how the values of parameters are written, and of what they say.

var ruleQuerySyntax = rule.New(rule.Rule{
	ID:       "XDS-SQ-020",
	Title:    rule.Text{EN: "A parameter's value follows the syntax of stored queries", FR: "La valeur d'un paramètre suit la syntaxe des requêtes stockées"},
	Fix:      rule.Text{EN: "Write 'text', ('one','two') or an unquoted number", FR: "Écrire 'texte', ('un','deux') ou un nombre sans guillemets"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryQuoted = rule.New(rule.Rule{
	ID:       "XDS-SQ-021",
	Title:    rule.Text{EN: "A text value stands between single quotes", FR: "Une valeur textuelle est entre guillemets simples"},
	Fix:      rule.Text{EN: "Put the value between single quotes", FR: "Mettre la valeur entre guillemets simples"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryParenthesised = rule.New(rule.Rule{
	ID:       "XDS-SQ-022",
	Title:    rule.Text{EN: "The value of a list parameter stands in parentheses", FR: "La valeur d'un paramètre de liste est entre parenthèses"},
	Fix:      rule.Text{EN: "Put parentheses around the value, even when there is only one", FR: "Entourer la valeur de parenthèses, même s'il n'y en a qu'une"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryNoParentheses = rule.New(rule.Rule{
	ID:       "XDS-SQ-023",
	Title:    rule.Text{EN: "The value of a single-valued parameter stands without parentheses", FR: "La valeur d'un paramètre à valeur unique est sans parenthèses"},
	Fix:      rule.Text{EN: "Take the parentheses off", FR: "Retirer les parenthèses"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Warning,
	Code:     "XDSStoredQueryParamNumber",
})

var ruleQuerySingleQuotes = rule.New(rule.Rule{
	ID:       "XDS-SQ-024",
	Title:    rule.Text{EN: "Text is quoted with single quotes", FR: "Un texte est cité entre guillemets simples"},
	Fix:      rule.Text{EN: "Use ' in place of \"", FR: "Utiliser ' au lieu de \""},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryTime = rule.New(rule.Rule{
	ID:       "XDS-SQ-030",
	Title:    rule.Text{EN: "A time is a DTM of UTC", FR: "Une date est un DTM en UTC"},
	Fix:      rule.Text{EN: "Write a date that exists as YYYY, YYYYMM, YYYYMMDD, YYYYMMDDhh, YYYYMMDDhhmm or YYYYMMDDhhmmss, without zone or fraction", FR: "Écrire une date qui existe sous la forme AAAA, AAAAMM, AAAAMMJJ, AAAAMMJJhh, AAAAMMJJhhmm ou AAAAMMJJhhmmss, sans fuseau ni fraction"},
	Section:  "ITI TF-3 4.2.3.1.7",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryInterval = rule.New(rule.Rule{
	ID:       "XDS-SQ-031",
	Title:    rule.Text{EN: "A time interval begins before it ends", FR: "Un intervalle de dates commence avant de finir"},
	Fix:      rule.Text{EN: "Give a To that is later than From: From is included, To is not; as it stands nothing is in the interval", FR: "Donner un To postérieur à From : From est compris, To ne l'est pas ; tel quel, rien n'est dans l'intervalle"},
	Section:  "ITI TF-2 3.18.4.1.2.3.7.1",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryCode = rule.New(rule.Rule{
	ID:       "XDS-SQ-032",
	Title:    rule.Text{EN: "A code is given with its coding scheme", FR: "Un code est fourni avec son système de codage"},
	Fix:      rule.Text{EN: "Write code, two carets and the coding scheme, nothing else", FR: "Écrire le code, deux accents circonflexes et le système de codage, rien d'autre"},
	Section:  "ITI TF-2 3.18.4.1.2.3.4",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryStatus = rule.New(rule.Rule{
	ID:       "XDS-SQ-033",
	Title:    rule.Text{EN: "A status is Approved or Deprecated", FR: "Un statut est Approved ou Deprecated"},
	Fix:      rule.Text{EN: "Take this value out of the list; it was ignored", FR: "Retirer cette valeur de la liste ; elle a été ignorée"},
	Section:  "ITI TF-3 4.2.3.2.2",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryStatusURN = rule.New(rule.Rule{
	ID:       "XDS-SQ-034",
	Title:    rule.Text{EN: "A status is written with its whole StatusType URN", FR: "Un statut est écrit avec son URN StatusType entier"},
	Fix:      rule.Text{EN: "Write the URN in full; ResponseStatusType is of answers, not of objects", FR: "Écrire l'URN en entier ; ResponseStatusType concerne les réponses, non les objets"},
	Section:  "ITI TF-3 4.2.3.2.2",
	Severity: rule.Warning,
	Code:     "XDSStoredQueryMissingParam",
})

var ruleQueryPattern = rule.New(rule.Rule{
	ID:       "XDS-SQ-035",
	Title:    rule.Text{EN: "A pattern has at most 4096 bytes", FR: "Un motif a au plus 4096 octets"},
	Fix:      rule.Text{EN: "Shorten the pattern; % stands for any text", FR: "Raccourcir le motif ; % remplace tout texte"},
	Section:  "ITI TF-2 3.18.4.1.2.3.5",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryUUIDForm = rule.New(rule.Rule{
	ID:       "XDS-SQ-036",
	Title:    rule.Text{EN: "A UUID is written urn:uuid: and lower-case digits, without blanks", FR: "Un UUID s'écrit urn:uuid: suivi de chiffres en minuscules, sans blanc"},
	Fix:      rule.Text{EN: "Write the UUID as the registry gave it", FR: "Écrire l'UUID tel que le registre l'a donné"},
	Section:  "ITI TF-3 4.2.3.1.5",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryUUID = rule.New(rule.Rule{
	ID:       "XDS-SQ-037",
	Title:    rule.Text{EN: "An entryUUID or logicalID is a UUID", FR: "Un entryUUID ou un logicalID est un UUID"},
	Fix:      rule.Text{EN: "Send the entryUUID that the registry gave; a symbolic id of a submission selects nothing", FR: "Envoyer l'entryUUID donné par le registre ; un identifiant symbolique de soumission ne sélectionne rien"},
	Section:  "ITI TF-3 4.2.3.1.5",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryObjectType = rule.New(rule.Rule{
	ID:       "XDS-SQ-038",
	Title:    rule.Text{EN: "An entry type is that of stable or of on-demand documents", FR: "Un type d'entrée est celui des documents stables ou à la demande"},
	Fix:      rule.Text{EN: "Use the objectType of stable or of on-demand DocumentEntries; this value selects nothing", FR: "Utiliser l'objectType des DocumentEntry stables ou à la demande ; cette valeur ne sélectionne rien"},
	Section:  "ITI TF-3 4.2.5.2",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryAssociationType = rule.New(rule.Rule{
	ID:       "XDS-SQ-039",
	Title:    rule.Text{EN: "An association type is a URN that the standard defines", FR: "Un type d'association est un URN défini par le standard"},
	Fix:      rule.Text{EN: "Write the whole URN of the association type; this value selects nothing", FR: "Écrire l'URN entier du type d'association ; cette valeur ne sélectionne rien"},
	Section:  "ITI TF-3 4.2.2",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryLevel = rule.New(rule.Rule{
	ID:       "XDS-SQ-040",
	Title:    rule.Text{EN: "$MetadataLevel is 1 or 2", FR: "$MetadataLevel vaut 1 ou 2"},
	Fix:      rule.Text{EN: "Send 1, 2, or leave the parameter out, which means 1", FR: "Envoyer 1, 2, ou omettre le paramètre, ce qui signifie 1"},
	Section:  "ITI XDS Metadata Update 3.18.4.1.2.3.5.1",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryLogicalID = rule.New(rule.Rule{
	ID:       "XDS-SQ-041",
	Title:    rule.Text{EN: "A logicalID is asked for at $MetadataLevel 2", FR: "Un logicalID se demande au $MetadataLevel 2"},
	Fix:      rule.Text{EN: "Add the Slot $MetadataLevel with the value 2", FR: "Ajouter le Slot $MetadataLevel avec la valeur 2"},
	Section:  "ITI XDS Metadata Update 3.18.4.1.2.3.7.5",
	Severity: rule.Error,
	Code:     "XDSRegistryError",
})

var ruleQueryAvailability = rule.New(rule.Rule{
	ID:       "XDS-SQ-042",
	Title:    rule.Text{EN: "A document availability is Online or Offline", FR: "Une disponibilité de document est Online ou Offline"},
	Fix:      rule.Text{EN: "Write one of the two URNs; this value selects nothing", FR: "Écrire l'un des deux URN ; cette valeur ne sélectionne rien"},
	Section:  "ITI XDS Metadata Update 4.2.3.2.30",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})

var ruleQueryPatient = rule.New(rule.Rule{
	ID:       "XDS-SQ-043",
	Title:    rule.Text{EN: "A patient identifier is a CX with its assigning authority", FR: "Un identifiant de patient est un CX avec son autorité d'affectation"},
	Fix:      rule.Text{EN: "Write the identifier, three carets, then &OID&ISO of the authority; in XML each & is written &amp; once", FR: "Écrire l'identifiant, trois accents circonflexes, puis &OID&ISO de l'autorité ; en XML chaque & s'écrit &amp; une seule fois"},
	Section:  "ITI TF-3 4.2.3.1.7",
	Severity: rule.Error,
	Code:     "XDSUnknownPatientId",
})

var ruleQueryPatientForm = rule.New(rule.Rule{
	ID:       "XDS-SQ-044",
	Title:    rule.Text{EN: "A patient identifier has no other component than id, OID and ISO", FR: "Un identifiant de patient n'a d'autre composante que l'identifiant, l'OID et ISO"},
	Fix:      rule.Text{EN: "Leave out the authority's name and what follows ISO, and write ISO in capitals", FR: "Omettre le nom de l'autorité et ce qui suit ISO, et écrire ISO en majuscules"},
	Section:  "ITI TF-3 4.2.3.1.7",
	Severity: rule.Warning,
	Code:     "XDSUnknownPatientId",
})

var ruleQueryPatientKnown = rule.New(rule.Rule{
	ID:       "XDS-SQ-050",
	Title:    rule.Text{EN: "The patient is known to the registry", FR: "Le patient est connu du registre"},
	Fix:      rule.Text{EN: "Query with an identifier that the identity feed has announced and not merged into another", FR: "Interroger avec un identifiant que le flux d'identités a annoncé et n'a pas fusionné dans un autre"},
	Section:  "ITI TF-2 3.18.4.1.2.3.9",
	Severity: rule.Warning,
	Code:     "XDSUnknownPatientId",
})

var ruleQueryOnePatient = rule.New(rule.Rule{
	ID:       "XDS-SQ-051",
	Title:    rule.Text{EN: "Whole objects of one answer belong to one patient", FR: "Les objets entiers d'une réponse appartiennent à un seul patient"},
	Fix:      rule.Text{EN: "Ask for the objects of one patient at a time, or for ObjectRef", FR: "Demander les objets d'un patient à la fois, ou demander ObjectRef"},
	Section:  "ITI TF-2 3.18.4.1.2.3.8",
	Severity: rule.Error,
	Code:     "XDSResultNotSinglePatient",
})

var ruleQueryTooMany = rule.New(rule.Rule{
	ID:       "XDS-SQ-052",
	Title:    rule.Text{EN: "The answer is not larger than the registry's limit", FR: "La réponse ne dépasse pas la limite du registre"},
	Fix:      rule.Text{EN: "Narrow the query, or ask for ObjectRef and then for the objects in portions", FR: "Restreindre la requête, ou demander ObjectRef puis les objets par portions"},
	Section:  "ITI TF-2 3.18.4.1.3",
	Severity: rule.Error,
	Code:     "XDSTooManyResults",
})

var ruleQueryItemsFit = rule.New(rule.Rule{
	ID:       "XDS-SQ-053",
	Title:    rule.Text{EN: "The documents inside of an answer are not more than the registry's limit", FR: "Les documents contenus dans une réponse ne dépassent pas la limite du registre"},
	Fix:      rule.Text{EN: "Narrow the query, or ask for LeafClass and then retrieve the documents with ITI-43", FR: "Restreindre la requête, ou demander LeafClass puis récupérer les documents par ITI-43"},
	Section:  "ITI TF-2 3.18.4.1.3",
	Severity: rule.Error,
	Code:     "XDSTooManyResults",
})

var ruleQueryItemKept = rule.New(rule.Rule{
	ID:       "XDS-SQ-054",
	Title:    rule.Text{EN: "The document of an entry is kept beside this registry", FR: "Le document d'une entrée est conservé auprès de ce registre"},
	Fix:      rule.Text{EN: "The entry came without its document: retrieve it with ITI-43 from the repository that repositoryUniqueId names", FR: "L'entrée est venue sans son document : le récupérer par ITI-43 auprès de l'entrepôt que désigne repositoryUniqueId"},
	Section:  "ebRS 3.0 6.1.1",
	Severity: rule.Warning,
	Code:     "XDSDocumentUniqueIdError",
})

var ruleQueryItemSpelling = rule.New(rule.Rule{
	ID:       "XDS-SQ-055",
	Title:    rule.Text{EN: "The returnType for documents is spelt LeafClassWithRepositoryItem", FR: "Le returnType qui demande les documents s'écrit LeafClassWithRepositoryItem"},
	Fix:      rule.Text{EN: "Write returnType=\"LeafClassWithRepositoryItem\", as the schema does; the documents were answered", FR: "Écrire returnType=\"LeafClassWithRepositoryItem\", comme le schéma ; les documents ont été donnés"},
	Section:  "ebRS 3.0 6.1.1",
	Severity: rule.Warning,
	Code:     "XDSRegistryError",
})
