package registry

import "liasse/internal/rule"

// The rules of the ebRIM structure: what holds for every object, whatever its class (ITI TF-3 4.2.1, 4.2.3.1).
var (
	ruleObjectList = metadataRule("XDS-OBJ-001", "ITI TF-3 4.2.1.5", rule.Error,
		both("A submission has exactly one rim:RegistryObjectList", "Une soumission a exactement un rim:RegistryObjectList"),
		both("Put every object into one rim:RegistryObjectList under lcm:SubmitObjectsRequest", "Placer tous les objets dans un seul rim:RegistryObjectList sous lcm:SubmitObjectsRequest"))
	ruleListMember = metadataRule("XDS-OBJ-002", "ITI TF-3 4.2.1.5", rule.Error,
		both("The RegistryObjectList holds only ExtrinsicObject, RegistryPackage, Association, Classification and ObjectRef of the rim namespace", "Le RegistryObjectList ne contient que des ExtrinsicObject, RegistryPackage, Association, Classification et ObjectRef de l'espace de noms rim"),
		both("Remove the element, or correct its name or namespace", "Retirer l'élément, ou corriger son nom ou son espace de noms"))
	ruleObjectID = metadataRule("XDS-OBJ-003", "ITI TF-3 4.2.3.1.5", rule.Error,
		both("An ExtrinsicObject or RegistryPackage has an id", "Un ExtrinsicObject ou un RegistryPackage a un attribut id"),
		both("Add an id: a UUID URN, or any symbolic name used once", "Ajouter un id : un URN d'UUID, ou un nom symbolique utilisé une seule fois"))
	ruleIDUnique = metadataRule("XDS-OBJ-004", "ITI TF-3 4.2.3.1.5", rule.Error,
		both("The id of an object stands once in the submission", "L'id d'un objet figure une seule fois dans la soumission"),
		both("Give each object an id of its own", "Donner à chaque objet un id qui lui est propre"))
	ruleUUIDForm = metadataRule("XDS-OBJ-005", "ITI TF-3 4.2.3.1.5", rule.Error,
		both("An id that begins with urn:uuid: is a UUID", "Un id qui commence par urn:uuid: est un UUID"),
		both("Write urn:uuid: and 8-4-4-4-12 hexadecimal digits, or use a symbolic id that does not begin with urn:uuid:", "Écrire urn:uuid: suivi de 8-4-4-4-12 chiffres hexadécimaux, ou prendre un id symbolique qui ne commence pas par urn:uuid:"))
	ruleUUIDLower = metadataRule("XDS-OBJ-006", "ITI TF-3 4.2.3.1.5", rule.Warning,
		both("A UUID is written in lower case", "Un UUID est écrit en minuscules"),
		both("Write the hexadecimal digits in lower case; the registry keeps them so", "Écrire les chiffres hexadécimaux en minuscules ; le registre les conserve ainsi"))
	ruleNestedID = metadataRule("XDS-OBJ-007", "ITI TF-3 4.2.3.1.5", rule.Warning,
		both("An Association, Classification or ExternalIdentifier has an id", "Une Association, une Classification ou un ExternalIdentifier a un attribut id"),
		both("Add an id; the registry gave one of its own", "Ajouter un id ; le registre en a attribué un"))
	ruleNestedUnique = metadataRule("XDS-OBJ-008", "ITI TF-3 4.2.3.1.5", rule.Warning,
		both("The UUID of a Classification or ExternalIdentifier stands once in the submission", "L'UUID d'une Classification ou d'un ExternalIdentifier figure une seule fois dans la soumission"),
		both("Give each element a UUID of its own; the registry gave the second one another", "Donner à chaque élément un UUID propre ; le registre en a attribué un autre au second"))
	ruleChild = metadataRule("XDS-OBJ-009", "ebRIM 3.0 2.4", rule.Error,
		both("An object holds only the elements that XDS uses", "Un objet ne contient que les éléments que XDS utilise"),
		both("Remove the element, or correct its name or namespace", "Retirer l'élément, ou corriger son nom ou son espace de noms"))
	ruleOrder = metadataRule("XDS-OBJ-010", "ebRIM 3.0 rim.xsd", rule.Warning,
		both("The children of an object stand in the order of the schema", "Les enfants d'un objet suivent l'ordre du schéma"),
		both("Order them: Slot, Name, Description, VersionInfo, Classification, ExternalIdentifier", "Les ordonner : Slot, Name, Description, VersionInfo, Classification, ExternalIdentifier"))
	ruleSlotShape = metadataRule("XDS-OBJ-011", "ebRIM 3.0 2.8", rule.Error,
		both("A Slot has a name and one ValueList", "Un Slot a un name et un ValueList"),
		both("Write Slot with a name and exactly one ValueList of Value elements", "Écrire le Slot avec un name et exactement un ValueList composé d'éléments Value"))
	ruleSlotUnique = metadataRule("XDS-OBJ-012", "ebRIM 3.0 2.8", rule.Error,
		both("The name of a Slot stands once in its object", "Le nom d'un Slot figure une seule fois dans son objet"),
		both("Put all values into one Slot, or remove the second", "Mettre toutes les valeurs dans un seul Slot, ou retirer le second"))
	ruleSlotLength = metadataRule("XDS-OBJ-013", "ebRIM 3.0 rim.xsd LongName", rule.Warning,
		both("A Slot's name and each of its values have at most 256 characters", "Le nom d'un Slot et chacune de ses valeurs ont au plus 256 caractères"),
		both("Shorten the value, or split it where the standard allows; it was kept whole", "Raccourcir la valeur, ou la couper là où la norme le permet ; elle a été conservée entière"))
	ruleSlotName = metadataRule("XDS-OBJ-014", "ITI TF-3 4.2.3.1.6", rule.Error,
		both("The name of a Slot is one of the standard's or a URN", "Le nom d'un Slot est l'un de ceux de la norme ou un URN"),
		both("Correct the spelling (names are case-sensitive), or name extra metadata by a URN of your own", "Corriger l'orthographe (la casse compte), ou nommer la métadonnée supplémentaire par un URN qui vous est propre"))
	ruleSlotIHE = metadataRule("XDS-OBJ-015", "ITI TF-3 4.2.3.1.6", rule.Error,
		both("The name of an extra Slot does not begin with urn:ihe:", "Le nom d'un Slot supplémentaire ne commence pas par urn:ihe:"),
		both("Only names that IHE has defined begin with urn:ihe:; use a URN of your own", "Seuls les noms définis par IHE commencent par urn:ihe: ; prendre un URN qui vous est propre"))
	ruleBlankValue = metadataRule("XDS-OBJ-016", "ITI TF-3 4.2.3.1", rule.Warning,
		both("A Slot has values and none is blank", "Un Slot a des valeurs et aucune n'est vide"),
		both("Remove the Slot or the Value; it counts as absent", "Retirer le Slot ou la Value ; elle compte comme absente"))
	ruleClassified = metadataRule("XDS-OBJ-017", "ITI TF-3 4.2.3.1.2", rule.Warning,
		both("A Classification has a classifiedObject", "Une Classification a un classifiedObject"),
		both("Add classifiedObject with the id of the object that holds it; this was assumed", "Ajouter classifiedObject avec l'id de l'objet qui la contient ; c'est ce qui a été supposé"))
	ruleClassifiedParent = metadataRule("XDS-OBJ-018", "ITI TF-3 4.2.3.1.2", rule.Error,
		both("The classifiedObject of a nested Classification is the object that holds it", "Le classifiedObject d'une Classification imbriquée est l'objet qui la contient"),
		both("Set classifiedObject to the id of the object around it, or move the Classification", "Donner à classifiedObject l'id de l'objet englobant, ou déplacer la Classification"))
	ruleScheme = metadataRule("XDS-OBJ-019", "ITI TF-3 4.2.5", rule.Error,
		both("A Classification's classificationScheme or classificationNode is one that XDS gives to the class of object", "Le classificationScheme ou classificationNode d'une Classification est l'un de ceux que XDS donne à cette classe d'objet"),
		both("Use a UUID of ITI TF-3 4.2.5 with its prefix urn:uuid:", "Utiliser un UUID d'ITI TF-3 4.2.5 avec son préfixe urn:uuid:"))
	ruleSchemeAndNode = metadataRule("XDS-OBJ-020", "ebRIM 3.0 4.3", rule.Error,
		both("A Classification has a classificationScheme or a classificationNode, not both", "Une Classification a un classificationScheme ou un classificationNode, pas les deux"),
		both("Keep classificationNode to mark a SubmissionSet or Folder, classificationScheme for codes and authors", "Garder classificationNode pour marquer un SubmissionSet ou un Folder, classificationScheme pour les codes et les auteurs"))
	ruleTopClassification = metadataRule("XDS-OBJ-021", "ITI TF-3 4.2.1.2.1", rule.Error,
		both("A Classification directly in the RegistryObjectList marks a RegistryPackage of the same list", "Une Classification placée directement dans le RegistryObjectList marque un RegistryPackage de la même liste"),
		both("Set classifiedObject to the id of the package, or put the Classification inside its object", "Donner à classifiedObject l'id du paquet, ou placer la Classification dans son objet"))
	rulePackageClass = metadataRule("XDS-OBJ-022", "ITI TF-3 4.2.1.2.1", rule.Error,
		both("A RegistryPackage is marked either as SubmissionSet or as Folder", "Un RegistryPackage est marqué soit comme SubmissionSet, soit comme Folder"),
		both("Add one Classification with classificationNode "+NodeSubmissionSet+" (SubmissionSet) or "+NodeFolder+" (Folder)", "Ajouter une Classification avec le classificationNode "+NodeSubmissionSet+" (SubmissionSet) ou "+NodeFolder+" (Folder)"))
	ruleRegistryObject = metadataRule("XDS-OBJ-023", "ITI TF-3 4.2.3.1.3", rule.Warning,
		both("An ExternalIdentifier has a registryObject", "Un ExternalIdentifier a un registryObject"),
		both("Add registryObject with the id of the object that holds it; this was assumed", "Ajouter registryObject avec l'id de l'objet qui le contient ; c'est ce qui a été supposé"))
	ruleRegistryObjectParent = metadataRule("XDS-OBJ-024", "ITI TF-3 4.2.3.1.3", rule.Error,
		both("The registryObject of an ExternalIdentifier is the object that holds it", "Le registryObject d'un ExternalIdentifier est l'objet qui le contient"),
		both("Set registryObject to the id of the object around it", "Donner à registryObject l'id de l'objet englobant"))
	ruleIdentificationScheme = metadataRule("XDS-OBJ-025", "ITI TF-3 4.2.5", rule.Error,
		both("An ExternalIdentifier's identificationScheme is one that XDS gives to the class of object", "L'identificationScheme d'un ExternalIdentifier est l'un de ceux que XDS donne à cette classe d'objet"),
		both("Use a UUID of ITI TF-3 4.2.5 with its prefix urn:uuid:", "Utiliser un UUID d'ITI TF-3 4.2.5 avec son préfixe urn:uuid:"))
	ruleIdentifierOnce = metadataRule("XDS-OBJ-026", "ITI TF-3 4.2.3.1.3", rule.Error,
		both("An object has one ExternalIdentifier of each identificationScheme", "Un objet a un seul ExternalIdentifier par identificationScheme"),
		both("Remove the second one", "Retirer le second"))
	ruleIdentifierName = metadataRule("XDS-OBJ-027", "ITI TF-3 4.2.3.1.3", rule.Warning,
		both("The Name of an ExternalIdentifier is the standard's", "Le Name d'un ExternalIdentifier est celui de la norme"),
		both("Set Name/LocalizedString/@value to the standard's name", "Donner à Name/LocalizedString/@value le nom prévu par la norme"))
	ruleTextLength = metadataRule("XDS-OBJ-028", "ebRIM 3.0 rim.xsd FreeFormText", rule.Warning,
		both("The value of a LocalizedString has at most 1024 characters", "La valeur d'un LocalizedString a au plus 1024 caractères"),
		both("Shorten the text; it was kept whole", "Raccourcir le texte ; il a été conservé entier"))
	ruleLogicalID = metadataRule("XDS-OBJ-029", "ITI TF-3 4.2.3.1.5", rule.Warning,
		both("The lid of a submitted object is absent or equal to its id", "L'attribut lid d'un objet soumis est absent ou égal à son id"),
		both("Remove lid: the registry sets it to the entryUUID", "Retirer lid : le registre lui donne la valeur de l'entryUUID"))
	ruleHome = metadataRule("XDS-OBJ-030", "ITI TF-3 4.2.3.2.12", rule.Error,
		both("The home attribute is a homeCommunityId", "L'attribut home est un homeCommunityId"),
		both("Write home as urn:oid: and an OID, or remove it", "Écrire home sous la forme urn:oid: suivi d'un OID, ou le retirer"))
	ruleLimitedMetadata = metadataRule("XDS-OBJ-031", "ITI TF-3 4.2.3.2.29", rule.Error,
		both("The limitedMetadata flag is absent from XDS submissions", "L'indicateur limitedMetadata est absent des soumissions XDS"),
		both("Remove the Classification and give the full metadata; the flag is for XDR and XDM", "Retirer la Classification et donner les métadonnées complètes ; l'indicateur est réservé à XDR et XDM"))
	ruleSingleValue = metadataRule("XDS-OBJ-032", "ITI TF-3 4.2.3.2", rule.Error,
		both("A single-valued attribute has one value", "Un attribut à valeur unique a une seule valeur"),
		both("Keep one Value", "Ne garder qu'une Value"))
)
