package registry

import "liasse/internal/rule"

// The rules that need the affinity domain's agreement or what is registered already (ITI TF-2 3.42.4.1.3, 3.61.4.1.3).
var (
	rulePatientKnown = codedRule("XDS-REG-001", "ITI TF-2 3.42.4.1.3.3", "XDSUnknownPatientId",
		both("The patientId is known from the patient identity feed", "Le patientId est connu par le flux d'identités"),
		both("Correct the identifier, or have the patient fed to the registry first (ITI-8, ITI-44)", "Corriger l'identifiant, ou faire d'abord connaître le patient au registre (ITI-8, ITI-44)"))
	rulePatientActive = codedRule("XDS-REG-002", "ITI TF-2 3.44.4.1.4", "XDSUnknownPatientId",
		both("The patientId has not been merged into another", "Le patientId n'a pas été fusionné dans un autre"),
		both("Use the surviving identifier of the merge", "Utiliser l'identifiant survivant de la fusion"))
	rulePatientAuthority = codedRule("XDS-REG-003", "ITI TF-2 3.42.4.1.3.3", "XDSUnknownPatientId",
		both("The patientId is issued by an assigning authority of the affinity domain", "Le patientId est attribué par une autorité d'affectation du domaine d'affinité"),
		both("Give the patient's identifier in the affinity domain; the local one belongs into sourcePatientId", "Donner l'identifiant du patient dans le domaine d'affinité ; l'identifiant local va dans sourcePatientId"))
	ruleSameHash = codedRule("XDS-REG-004", "ITI TF-2 3.42.4.1.3.4", "XDSNonIdenticalHash",
		both("A DocumentEntry with a registered uniqueId has the registered hash", "Un DocumentEntry dont l'uniqueId est enregistré a l'empreinte enregistrée"),
		both("Give a changed document a new uniqueId, and replace the old one by RPLC", "Donner un nouvel uniqueId au document modifié, et remplacer l'ancien par RPLC"))
	ruleSameSize = codedRule("XDS-REG-005", "ITI TF-2 3.42.4.1.3.4", "XDSNonIdenticalSize",
		both("A DocumentEntry with a registered uniqueId has the registered size", "Un DocumentEntry dont l'uniqueId est enregistré a la taille enregistrée"),
		both("Give a changed document a new uniqueId, and replace the old one by RPLC", "Donner un nouvel uniqueId au document modifié, et remplacer l'ancien par RPLC"))
	ruleSetUniqueIDFree = codedRule("XDS-REG-006", "ITI TF-2 3.42.4.1.3.4", "XDSDuplicateUniqueIdInRegistry",
		both("The uniqueId of the SubmissionSet is not used by any registered object", "L'uniqueId du SubmissionSet n'est utilisé par aucun objet enregistré"),
		both("Draw a new uniqueId for each submission", "Attribuer un nouvel uniqueId à chaque soumission"))
	ruleLotNew = codedRule("XDS-REG-007", "ITI TF-2 3.42.4.1.3.4", "XDSDuplicateUniqueIdInRegistry",
		both("This very lot is not registered already", "Ce même lot n'est pas déjà enregistré"),
		both("Nothing is to be done: the SubmissionSet and its documents are registered as sent", "Rien à faire : le SubmissionSet et ses documents sont enregistrés tels qu'envoyés"))
	ruleFolderUniqueIDFree = codedRule("XDS-REG-008", "ITI TF-2 3.42.4.1.3.4", "XDSDuplicateUniqueIdInRegistry",
		both("The uniqueId of a new Folder is not used by any registered object", "L'uniqueId d'un nouveau Folder n'est utilisé par aucun objet enregistré"),
		both("Draw a new uniqueId, or add documents to the registered Folder by its entryUUID", "Attribuer un nouvel uniqueId, ou ajouter les documents au Folder enregistré par son entryUUID"))
	ruleOnDemandUniqueID = codedRule("XDS-REG-009", "ITI TF-2 3.61.4.1.3", "XDSDuplicateUniqueIdInRegistry",
		both("The uniqueId of an on-demand DocumentEntry is not that of a stable one", "L'uniqueId d'un DocumentEntry à la demande n'est pas celui d'un DocumentEntry stable"),
		both("Draw a uniqueId of its own for the on-demand entry", "Attribuer un uniqueId propre à l'entrée à la demande"))
	ruleUUIDFree = metadataRule("XDS-REG-010", "ITI TF-2 3.42.4.1.3.7", rule.Error,
		both("The entryUUID of a submitted object is not that of a registered one", "L'entryUUID d'un objet soumis n'est pas celui d'un objet enregistré"),
		both("Draw a new UUID, or send a symbolic id and let the registry draw one", "Attribuer un nouvel UUID, ou envoyer un id symbolique et laisser le registre en attribuer un"))
	ruleReferenceResolves = codedRule("XDS-REG-011", "ITI TF-2 3.42.4.1.3.5", "UnresolvedReferenceException",
		both("An entryUUID that an Association names is in the submission or registered", "Un entryUUID nommé par une Association est dans la soumission ou enregistré"),
		both("Correct the entryUUID, or query the registry for it", "Corriger l'entryUUID, ou le demander au registre"))
	ruleTargetApproved = codedRule("XDS-REG-012", "ITI TF-2 3.42.4.1.3.5", "XDSRegistryDeprecatedDocumentError",
		both("The target of a relationship is Approved", "La cible d'une relation est Approved"),
		both("Relate to the document that replaced it", "Établir la relation avec le document qui l'a remplacé"))
	ruleRelationshipPatient = codedRule("XDS-REG-013", "ITI TF-2 3.42.4.1.3.5", "XDSPatientIdDoesNotMatch",
		both("Both ends of a relationship belong to the same patient", "Les deux bouts d'une relation appartiennent au même patient"),
		both("Correct targetObject, or the patientId of the submission", "Corriger targetObject, ou le patientId de la soumission"))
	ruleAppendTransformed = metadataRule("XDS-REG-014", "ITI TF-3 4.2.2.2.1", rule.Error,
		both("An addendum is not appended to a transformation", "Un complément n'est pas ajouté à une transformation"),
		both("Append to the original document", "Ajouter le complément au document d'origine"))
	ruleOldSet = metadataRule("XDS-REG-015", "ITI TF-3 4.1.4", rule.Error,
		both("An Association does not name a SubmissionSet registered before", "Une Association ne nomme pas un SubmissionSet déjà enregistré"),
		both("Name the SubmissionSet of this submission", "Nommer le SubmissionSet de cette soumission"))
	ruleFolderPatientSame = codedRule("XDS-REG-016", "ITI TF-2 3.42.4.1.3.3", "XDSPatientIdDoesNotMatch",
		both("A Folder, its DocumentEntries and the submission that touches it belong to the same patient", "Un Folder, ses DocumentEntry et la soumission qui le touche appartiennent au même patient"),
		both("Put the document into a Folder of its own patient", "Mettre le document dans un Folder de son propre patient"))
	ruleFolderEndsApproved = codedRule("XDS-REG-017", "ITI TF-2 3.42.4.1.3.5", "XDSRegistryDeprecatedDocumentError",
		both("A document put into a Folder, and the Folder, are Approved", "Un document mis dans un Folder, et le Folder, sont Approved"),
		both("Put the document that replaced it into the Folder", "Mettre dans le Folder le document qui l'a remplacé"))
	ruleSnapshot = metadataRule("XDS-REG-018", "ITI TF-3 4.2.2.2.5", rule.Error,
		both("IsSnapshotOf leads from a stable DocumentEntry to an on-demand one", "IsSnapshotOf mène d'un DocumentEntry stable à un DocumentEntry à la demande"),
		both("Correct targetObject, or choose another associationType", "Corriger targetObject, ou choisir un autre associationType"))
	ruleChainDepth = metadataRule("XDS-REG-019", "ITI TF-2 3.42.4.1.3.5", rule.Error,
		both("A chain of addenda and transformations has at most 128 links", "Une chaîne de compléments et de transformations a au plus 128 maillons"),
		both("Relate the document to one nearer to the head of the chain", "Rattacher le document à un autre, plus proche de la tête de la chaîne"))
	ruleCodeListed = metadataRule("XDS-REG-020", "ITI TF-2 3.42.4.1.3.2", rule.Error,
		both("A coded value is in the affinity domain's list", "Une valeur codée figure dans la liste du domaine d'affinité"),
		both("Use a code and codingScheme that the domain has agreed on", "Utiliser un code et un codingScheme convenus par le domaine"))
	ruleMIMEListed = metadataRule("XDS-REG-021", "ITI TF-2 3.42.4.1.3.2", rule.Error,
		both("The mimeType is in the affinity domain's list", "Le mimeType figure dans la liste du domaine d'affinité"),
		both("Use a mimeType that the domain has agreed on", "Utiliser un mimeType convenu par le domaine"))
	ruleRepositoryListed = metadataRule("XDS-REG-022", "ITI TF-2 3.42.4.1.3.2", rule.Error,
		both("The repositoryUniqueId is that of a repository of the affinity domain", "Le repositoryUniqueId est celui d'un entrepôt du domaine d'affinité"),
		both("Register the repository's OID with the operator of the registry, or correct it", "Déclarer l'OID de l'entrepôt auprès de l'exploitant du registre, ou le corriger"))
	ruleReplacedHere = codedRule("XDS-REG-023", "ITI TF-2 3.42.4.1.3.5", "XDSRegistryDeprecatedDocumentError",
		both("The target of an addendum or transformation is not replaced by the same submission", "La cible d'un complément ou d'une transformation n'est pas remplacée par la même soumission"),
		both("Relate to the replacement: this very lot replaces the target, or the document that the target completes", "Établir la relation avec le remplaçant : ce lot même remplace la cible, ou le document que la cible complète"))
	ruleMembershipNew = metadataRule("XDS-REG-024", "ITI TF-3 4.2.2.1.3", rule.Warning,
		both("A document is put into a Folder once", "Un document n'est mis qu'une fois dans un Folder"),
		both("Leave the HasMember out: the Folder holds the document already, and the registry keeps the first Association", "Omettre ce HasMember : le Folder contient déjà le document, et le registre garde la première Association"))
	ruleOldFolder = metadataRule("XDS-REG-025", "ITI TF-3 4.1.4", rule.Warning,
		both("A SubmissionSet has as members the Folders of its own submission, and registered ones only to put documents into them", "Un SubmissionSet a pour membres les Folders de sa propre soumission, et ceux déjà enregistrés seulement pour y mettre des documents"),
		both("Remove the HasMember, or add the document that the Folder is to hold", "Retirer ce HasMember, ou ajouter le document que le Folder doit contenir"))
)
