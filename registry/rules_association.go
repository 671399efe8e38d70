package registry

import "liasse/internal/rule"

// Slots and types that only Metadata Update knows (ITI-57); here they are refused by name.
const (
	slotPreviousVersion = "PreviousVersion"
	slotPropagation     = "AssociationPropagation"
	slotOriginalStatus  = "OriginalStatus"
	slotNewStatus       = "NewStatus"

	typeUpdateStatus      = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
	typeSubmitAssociation = "urn:ihe:iti:2010:AssociationType:SubmitAssociation"
	typeNonVersioning     = "urn:elga-bes:AssociationType:NonVersioningUpdate"
)

// The rules of an Association's attributes (ITI TF-3 4.2.2).
var (
	ruleAssociationType = metadataRule("XDS-AS-001", "ITI TF-3 Table 4.2.2-1", rule.Error,
		both("The associationType is one of the standard's URNs", "L'associationType est l'un des URN de la norme"),
		both("Write the full URN, such as "+HasMember.URN(), "Écrire l'URN complet, par exemple "+HasMember.URN()))
	ruleAssociationUpdate = metadataRule("XDS-AS-002", "ITI TF-2 3.42.4.1.2", rule.Error,
		both("Associations of Metadata Update do not stand in a submission", "Les associations de Metadata Update ne figurent pas dans une soumission"),
		both("Send them with ITI-57", "Les envoyer par ITI-57"))
	ruleAssociationEnds = metadataRule("XDS-AS-003", "ITI TF-3 4.2.2", rule.Error,
		both("An Association has a sourceObject and a targetObject", "Une Association a un sourceObject et un targetObject"),
		both("Add the missing attribute with the id of the object", "Ajouter l'attribut manquant avec l'id de l'objet"))
	ruleAssociationVersion = metadataRule("XDS-AS-004", "ITI TF-2 3.42.4.1.2", rule.Error,
		both("An Association of a submission has none of the Slots of Metadata Update", "Une Association d'une soumission n'a aucun des Slots de Metadata Update"),
		both("Remove the Slot, or send the update with ITI-57", "Retirer le Slot, ou envoyer la mise à jour par ITI-57"))
	ruleDocumentation = metadataRule("XDS-AS-005", "ITI TF-3 4.2.2.2.6", rule.Error,
		both("Documentation stands only on RPLC, XFRM, APND and XFRM_RPLC, once", "La documentation ne figure que sur RPLC, XFRM, APND et XFRM_RPLC, une seule fois"),
		both("Remove the Classification", "Retirer la Classification"))
	ruleLabel = metadataRule("XDS-AS-006", "ITI TF-3 4.2.2.1.1", rule.Error,
		both("SubmissionSetStatus is Original or Reference", "SubmissionSetStatus est Original ou Reference"),
		both("Write Original for a document of this submission, Reference for one already registered", "Écrire Original pour un document de cette soumission, Reference pour un document déjà enregistré"))
	ruleLabelPlace = metadataRule("XDS-AS-007", "ITI TF-3 4.2.2.1.1", rule.Warning,
		both("SubmissionSetStatus stands only on the HasMember from a SubmissionSet to a DocumentEntry", "SubmissionSetStatus ne figure que sur le HasMember d'un SubmissionSet vers un DocumentEntry"),
		both("Remove the Slot; it was ignored", "Retirer le Slot ; il a été ignoré"))
	ruleAssociationTwice = metadataRule("XDS-AS-008", "ITI TF-3 4.2.2", rule.Warning,
		both("No two Associations of a submission say the same", "Deux Associations d'une soumission ne disent pas la même chose"),
		both("Remove the second; the registry keeps one", "Retirer la seconde ; le registre en garde une"))
)
