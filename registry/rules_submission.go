package registry

import "liasse/internal/rule"

// The rules of the shape of a submission: what its objects must be to each other (ITI TF-3 4.1.4, 4.2.2), S1 to S15 of
// the digest where they need no registry, and the agreement of patients and uniqueIds inside the message.
var (
	ruleOneSet = metadataRule("XDS-SUB-001", "ITI TF-3 4.2.1.5", rule.Error,
		both("A submission has exactly one SubmissionSet", "Une soumission a exactement un SubmissionSet"),
		both("Give one RegistryPackage marked with "+NodeSubmissionSet, "Donner un seul RegistryPackage marqué par "+NodeSubmissionSet))
	ruleSetHasMembers = metadataRule("XDS-SUB-002", "ITI TF-3 4.1.4", rule.Error,
		both("A SubmissionSet has at least one member", "Un SubmissionSet a au moins un membre"),
		both("Add a HasMember Association from the SubmissionSet to each DocumentEntry, Folder and Folder membership", "Ajouter une Association HasMember du SubmissionSet vers chaque DocumentEntry, Folder et appartenance à un Folder"))
	ruleDocumentMember = metadataRule("XDS-SUB-003", "ITI TF-3 4.1.4", rule.Error,
		both("Every DocumentEntry of the submission is a member of its SubmissionSet, once, as Original", "Tout DocumentEntry de la soumission est membre de son SubmissionSet, une fois, comme Original"),
		both("Add one HasMember Association from the SubmissionSet to the DocumentEntry with Slot SubmissionSetStatus = Original", "Ajouter une Association HasMember du SubmissionSet vers le DocumentEntry avec le Slot SubmissionSetStatus = Original"))
	ruleFolderMember = metadataRule("XDS-SUB-004", "ITI TF-3 4.1.4", rule.Error,
		both("Every Folder of the submission is a member of its SubmissionSet", "Tout Folder de la soumission est membre de son SubmissionSet"),
		both("Add a HasMember Association from the SubmissionSet to the Folder", "Ajouter une Association HasMember du SubmissionSet vers le Folder"))
	ruleMembershipMember = metadataRule("XDS-SUB-005", "ITI TF-3 4.1.4", rule.Error,
		both("Every HasMember from a Folder to a DocumentEntry is itself a member of the SubmissionSet, once", "Tout HasMember d'un Folder vers un DocumentEntry est lui-même membre du SubmissionSet, une fois"),
		both("Add one HasMember Association from the SubmissionSet to that Association's id", "Ajouter une Association HasMember du SubmissionSet vers l'id de cette Association"))
	ruleReferenceLabel = metadataRule("XDS-SUB-006", "ITI TF-3 4.2.2.1.1", rule.Error,
		both("A member already registered is labelled Reference", "Un membre déjà enregistré est étiqueté Reference"),
		both("Set the Slot SubmissionSetStatus to Reference", "Donner au Slot SubmissionSetStatus la valeur Reference"))
	ruleSetTargeted = metadataRule("XDS-SUB-007", "ITI TF-3 4.2.2", rule.Error,
		both("No Association but the one of a signature targets the SubmissionSet", "Aucune Association, sauf celle d'une signature, ne vise le SubmissionSet"),
		both("Exchange sourceObject and targetObject, or remove the Association", "Échanger sourceObject et targetObject, ou retirer l'Association"))
	ruleSelfReference = metadataRule("XDS-SUB-008", "ITI TF-3 4.2.2", rule.Error,
		both("An Association relates two different objects, neither of them itself", "Une Association relie deux objets différents, dont aucun n'est elle-même"),
		both("Correct sourceObject or targetObject", "Corriger sourceObject ou targetObject"))
	ruleSymbol = metadataRule("XDS-SUB-009", "ITI TF-3 4.2.3.1.5", rule.Error,
		both("A symbolic id in an Association is that of an object of the submission", "Un id symbolique dans une Association est celui d'un objet de la soumission"),
		both("Correct the id, or give the entryUUID of a registered object", "Corriger l'id, ou donner l'entryUUID d'un objet enregistré"))
	ruleRelationshipSource = codedRule("XDS-SUB-010", "ITI TF-2 3.42.4.1.3.5", "UnresolvedReferenceException",
		both("The source of a relationship is a DocumentEntry of the submission", "La source d'une relation est un DocumentEntry de la soumission"),
		both("Set sourceObject to the id of the new DocumentEntry", "Donner à sourceObject l'id du nouveau DocumentEntry"))
	ruleReplacedRegistered = codedRule("XDS-SUB-011", "ITI TF-2 3.42.4.1.3.5", "UnresolvedReferenceException",
		both("The target of RPLC, XFRM_RPLC and IsSnapshotOf is registered already", "La cible de RPLC, XFRM_RPLC et IsSnapshotOf est déjà enregistrée"),
		both("Set targetObject to the entryUUID of the registered document", "Donner à targetObject l'entryUUID du document enregistré"))
	ruleMemberKinds = metadataRule("XDS-SUB-012", "ITI TF-3 4.2.2.1", rule.Error,
		both("HasMember leads from the SubmissionSet to a DocumentEntry, a Folder or a Folder membership, or from a Folder to a DocumentEntry", "HasMember mène du SubmissionSet à un DocumentEntry, un Folder ou une appartenance à un Folder, ou d'un Folder à un DocumentEntry"),
		both("Correct sourceObject and targetObject; a Folder holds only DocumentEntries", "Corriger sourceObject et targetObject ; un Folder ne contient que des DocumentEntry"))
	ruleRelationshipKinds = metadataRule("XDS-SUB-013", "ITI TF-3 4.2.2.2", rule.Error,
		both("A relationship targets a DocumentEntry", "Une relation vise un DocumentEntry"),
		both("Set targetObject to a DocumentEntry", "Donner à targetObject l'id d'un DocumentEntry"))
	ruleCycle = metadataRule("XDS-SUB-014", "ITI TF-3 4.2.2.2", rule.Error,
		both("The relationships of a submission form no circle", "Les relations d'une soumission ne forment pas de cercle"),
		both("Remove one of the Associations of the circle", "Retirer l'une des Associations du cercle"))
	ruleOnePatient = codedRule("XDS-SUB-015", "ITI TF-2 3.42.4.1.3.3", "XDSPatientIdDoesNotMatch",
		both("All objects of a submission have the patientId of the SubmissionSet", "Tous les objets d'une soumission ont le patientId du SubmissionSet"),
		both("Give every DocumentEntry and Folder the SubmissionSet's patientId, or send one submission for each patient", "Donner à chaque DocumentEntry et Folder le patientId du SubmissionSet, ou envoyer une soumission par patient"))
	ruleUniqueIDTwice = codedRule("XDS-SUB-016", "ITI TF-3 Table 4.2.4.1-2", "XDSRegistryDuplicateUniqueIdInMessage",
		both("A uniqueId stands once in a submission", "Un uniqueId figure une seule fois dans une soumission"),
		both("Give each object a uniqueId of its own", "Donner à chaque objet un uniqueId qui lui est propre"))
)
