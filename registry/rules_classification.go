package registry

import "liasse/internal/rule"

// The rules of coded attributes and authors (ITI TF-3 4.2.3.1.2, 4.2.3.1.4) and of the data types they hold.
var (
	ruleCodeOnce = metadataRule("XDS-OBJ-033", "ITI TF-3 4.2.3.1.2", rule.Error,
		both("A single-valued coded attribute stands once", "Un attribut codé à valeur unique figure une seule fois"),
		both("Remove the second Classification of this scheme", "Retirer la seconde Classification de ce schéma"))
	ruleCodeValue = metadataRule("XDS-OBJ-034", "ITI TF-3 4.2.3.1.2", rule.Error,
		both("A coded attribute has its code in nodeRepresentation", "Un attribut codé a son code dans nodeRepresentation"),
		both("Put the code into nodeRepresentation", "Mettre le code dans nodeRepresentation"))
	ruleCodingScheme = metadataRule("XDS-OBJ-035", "ITI TF-3 4.2.3.1.2", rule.Error,
		both("A coded attribute has one codingScheme", "Un attribut codé a un seul codingScheme"),
		both("Give the Classification a Slot codingScheme with exactly one Value", "Donner à la Classification un Slot codingScheme avec exactement une Value"))
	ruleCodeDisplay = metadataRule("XDS-OBJ-036", "ITI TF-3 4.2.3.1.2", rule.Warning,
		both("A coded attribute has a display name", "Un attribut codé a un libellé"),
		both("Add Name/LocalizedString with the code's display name", "Ajouter Name/LocalizedString avec le libellé du code"))
	ruleAuthorKnown = metadataRule("XDS-OBJ-037", "ITI TF-3 4.2.3.1.4", rule.Warning,
		both("An author has an authorPerson, an authorInstitution or an authorTelecommunication", "Un auteur a un authorPerson, un authorInstitution ou un authorTelecommunication"),
		both("Name the person or the organisation", "Nommer la personne ou la structure"))
	ruleAuthorNode = metadataRule("XDS-OBJ-038", "ITI TF-3 4.2.3.1.4", rule.Warning,
		both("The nodeRepresentation of an author is empty", "Le nodeRepresentation d'un auteur est vide"),
		both(`Write nodeRepresentation="" on the author's Classification`, `Écrire nodeRepresentation="" sur la Classification de l'auteur`))
	ruleAuthorOnePerson = metadataRule("XDS-OBJ-039", "ITI TF-3 4.2.3.1.4", rule.Error,
		both("An author has at most one authorPerson", "Un auteur a au plus un authorPerson"),
		both("Make one author Classification for each person", "Faire une Classification d'auteur par personne"))
	ruleAuthorSlot = metadataRule("XDS-OBJ-040", "ITI TF-3 4.2.3.1.4", rule.Warning,
		both("An author has only the Slots that the standard names", "Un auteur n'a que les Slots prévus par la norme"),
		both("Use authorPerson, authorInstitution, authorRole, authorSpecialty, authorTelecommunication; the Slot was kept", "Utiliser authorPerson, authorInstitution, authorRole, authorSpecialty, authorTelecommunication ; le Slot a été conservé"))
	rulePerson = metadataRule("XDS-OBJ-041", "ITI TF-3 Table 4.2.3.1.7-2", rule.Error,
		both("An authorPerson is an XCN", "Un authorPerson est un XCN"),
		both("Write the person as "+formXCN, "Écrire la personne sous la forme "+formXCN))
	rulePersonAuthority = metadataRule("XDS-OBJ-042", "ITI TF-3 Table 4.2.3.1.7-2", rule.Warning,
		both("The assigning authority of a person's identifier is the ninth component", "L'autorité d'affectation de l'identifiant d'une personne est le neuvième composant"),
		both("Move &OID&ISO from the fourth component to the ninth", "Déplacer &OID&ISO du quatrième au neuvième composant"))
	ruleOrganisation = metadataRule("XDS-OBJ-043", "ITI TF-3 Table 4.2.3.1.7-2", rule.Error,
		both("An authorInstitution is an XON", "Un authorInstitution est un XON"),
		both("Write the organisation as "+formXON, "Écrire la structure sous la forme "+formXON))
	ruleOrganisationOnly = metadataRule("XDS-OBJ-044", "ITI TF-3 Table 4.2.3.1.7-2", rule.Warning,
		both("An organisation has a name, an identifier and its assigning authority, nothing else", "Une structure a un nom, un identifiant et son autorité d'affectation, rien d'autre"),
		both("Leave the components other than the first, sixth and tenth empty", "Laisser vides les composants autres que le premier, le sixième et le dixième"))
	ruleTelecom = metadataRule("XDS-OBJ-045", "ITI TF-3 Table 4.2.3.1.7-2", rule.Error,
		both("An authorTelecommunication is an XTN", "Un authorTelecommunication est un XTN"),
		both("Write "+formXTN, "Écrire "+formXTN))
	ruleCodedString = metadataRule("XDS-OBJ-046", "ITI TF-3 Table 4.2.3.1.7-2", rule.Warning,
		both("An authorRole or authorSpecialty with components is a code and its system", "Un authorRole ou authorSpecialty à composants est un code et son système"),
		both("Write "+formCoded+", or free text without ^", "Écrire "+formCoded+", ou un texte libre sans ^"))
	ruleTrailing = metadataRule("XDS-OBJ-047", "ITI TF-3 Table 4.2.3.1.7-2", rule.Warning,
		both("A patient identifier ends with &ISO", "Un identifiant de patient se termine par &ISO"),
		both("Remove the empty components at the end; the registry compares without them", "Retirer les composants vides à la fin ; le registre compare sans eux"))
	ruleIdentifierType = metadataRule("XDS-OBJ-048", "ITI TF-3 Table 4.2.3.1.7-2", rule.Error,
		both("A patient identifier has no type of identifier and nothing else behind its assigning authority", "Un identifiant de patient n'a ni type d'identifiant ni autre chose derrière son autorité d'affectation"),
		both("Leave out what follows &ISO", "Supprimer ce qui suit &ISO"))
)
