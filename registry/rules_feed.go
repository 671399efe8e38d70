package registry

import "liasse/internal/rule"

// The codes of HL7 table 0357 that the feeds answer (ITI TF-2 C.2.3); those from 200 to 203 reject a message, the others
// say that it has an error.
const (
	hl7SegmentSequence = "100"
	hl7FieldMissing    = "101"
	hl7DataType        = "102"
	hl7MessageType     = "200"
	hl7EventCode       = "201"
	hl7ProcessingID    = "202"
	hl7Version         = "203"
	hl7UnknownKey      = "204"
	hl7DuplicateKey    = "205"
	hl7TableValue      = "103"
	hl7Internal        = "207"
)

func feedRule(id, section, code string, severity rule.Severity, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: section, Severity: severity, Code: code, Title: title, Fix: fix})
}

// The rules of the patient identity feeds: of a message of ITI-8, of either feed's identifiers, of a merge, of a message
// of ITI-44.
var (
	ruleFeedReadable = feedRule("PIX-001", "HL7 2.3.1 2.10", hl7SegmentSequence, rule.Error,
		both("The message is HL7 version 2 in the pipe encoding", "Le message est du HL7 version 2 en encodage pipe"),
		both("Begin with MSH and five different delimiters, and end each segment with a carriage return", "Commencer par MSH et cinq délimiteurs différents, et terminer chaque segment par un retour chariot"))
	ruleFeedType = feedRule("PIX-002", "ITI TF-2 3.8.4.1.2", hl7MessageType, rule.Error,
		both("The message type is ADT", "Le type de message est ADT"),
		both("Give ADT in MSH-9.1", "Donner ADT dans MSH-9.1"))
	ruleFeedEvent = feedRule("PIX-003", "ITI TF-2 3.8.4.1.2", hl7EventCode, rule.Error,
		both("The trigger event is A01, A04, A05, A08 or A40", "L'événement déclencheur est A01, A04, A05, A08 ou A40"),
		both("Give one of these events in MSH-9.2, and send no others to a Document Registry", "Donner l'un de ces événements dans MSH-9.2, et n'en envoyer aucun autre à un Document Registry"))
	ruleFeedControlID = feedRule("PIX-004", "ITI TF-2 C.2.2", hl7FieldMissing, rule.Error,
		both("The message has a control id", "Le message a un identifiant de contrôle"),
		both("Give MSH-10 a value of your own for each message", "Donner à MSH-10 une valeur propre à chaque message"))
	ruleFeedProcessing = feedRule("PIX-005", "ITI TF-2 C.2.2", hl7ProcessingID, rule.Error,
		both("The processing id is P, T or D", "Le mode de traitement est P, T ou D"),
		both("Give P in MSH-11 (processingCode in HL7 v3), T or D for a test", "Donner P dans MSH-11 (processingCode en HL7 v3), T ou D pour un essai"))
	ruleFeedVersion = feedRule("PIX-006", "ITI TF-2 3.8.4.1.2", hl7Version, rule.Error,
		both("The version is 2.3.1 to 2.8", "La version est de 2.3.1 à 2.8"),
		both("Give 2.3.1 in MSH-12", "Donner 2.3.1 dans MSH-12"))
	ruleFeedPID = feedRule("PIX-007", "ITI TF-2 3.8.4.1.2.3", hl7SegmentSequence, rule.Error,
		both("The message has a PID segment", "Le message a un segment PID"),
		both("Add the PID segment", "Ajouter le segment PID"))
	ruleFeedIdentifier = feedRule("PIX-008", "ITI TF-2 3.8.4.1.2.3", hl7FieldMissing, rule.Error,
		both("The patient has an identifier", "Le patient a un identifiant"),
		both("Give the identifier in PID-3.1 and its assigning authority in PID-3.4 (patient/id in HL7 v3)", "Donner l'identifiant dans PID-3.1 et son autorité d'affectation dans PID-3.4 (patient/id en HL7 v3)"))
	ruleFeedMRG = feedRule("PIX-009", "ITI TF-2 3.8.4.2.2", hl7SegmentSequence, rule.Error,
		both("Each patient of a merge is followed by one MRG segment", "Chaque patient d'une fusion est suivi d'un segment MRG"),
		both("Add one MRG segment after each PID", "Ajouter un segment MRG après chaque PID"))
	ruleFeedPrior = feedRule("PIX-010", "ITI TF-2 3.8.4.2.2", hl7FieldMissing, rule.Error,
		both("A merge names the identifier that is merged away", "Une fusion nomme l'identifiant qui disparaît"),
		both("Give it in MRG-1 (priorRegisteredRole/id in HL7 v3)", "Le donner dans MRG-1 (priorRegisteredRole/id en HL7 v3)"))
	ruleFeedForm = feedRule("PIX-011", "ITI TF-3 4.2.3.1.7", hl7DataType, rule.Error,
		both("An identifier of the affinity domain has the form of a CX", "Un identifiant du domaine d'affinité a la forme d'un CX"),
		both("Give the identifier, without blanks around it, and the authority as &OID&ISO", "Donner l'identifiant, sans blanc autour, et l'autorité sous la forme &OID&ISO"))
	ruleFeedForeign = feedRule("PIX-012", "ITI TF-2 3.8.4.1.3", hl7UnknownKey, rule.Warning,
		both("The patient has an identifier of the affinity domain; others are ignored", "Le patient a un identifiant du domaine d'affinité ; les autres sont ignorés"),
		both("Add the identifier whose assigning authority is one of the domain's", "Ajouter l'identifiant dont l'autorité d'affectation est l'une de celles du domaine"))
	ruleFeedMerged = feedRule("PIX-013", "ITI TF-2 3.8.4.2.4", hl7DuplicateKey, rule.Error,
		both("An identifier that was merged into another is not used again", "Un identifiant fusionné dans un autre n'est plus utilisé"),
		both("Use the surviving identifier: a merge cannot be undone", "Utiliser l'identifiant qui subsiste : une fusion ne se défait pas"))
	ruleMergeDomain = feedRule("PIX-014", "ITI TF-2 3.8.4.2.4", hl7UnknownKey, rule.Error,
		both("Both identifiers of a merge are of the affinity domain, and of the same authority", "Les deux identifiants d'une fusion sont du domaine d'affinité, et de la même autorité"),
		both("Merge identifiers of one assigning authority of the domain", "Fusionner des identifiants d'une même autorité d'affectation du domaine"))
	ruleMergeTwo = feedRule("PIX-015", "ITI TF-2 3.8.4.2.4", hl7DuplicateKey, rule.Error,
		both("A merge is of two different identifiers", "Une fusion porte sur deux identifiants différents"),
		both("Give the surviving identifier in PID-3 and the other in MRG-1", "Donner l'identifiant qui subsiste dans PID-3 et l'autre dans MRG-1"))
	ruleMergePriorKnown = feedRule("PIX-016", "ITI TF-2 3.8.4.2.4", hl7UnknownKey, rule.Error,
		both("The identifier that is merged away is known", "L'identifiant qui disparaît par fusion est connu"),
		both("Feed the patient first (A01, A04, A05 or PRPA_IN201301UV02), or correct the identifier", "Alimenter d'abord le patient (A01, A04, A05 ou PRPA_IN201301UV02), ou corriger l'identifiant"))
	ruleMergeSurvivorKnown = feedRule("PIX-017", "ITI TF-2 3.8.4.2.4", hl7UnknownKey, rule.Error,
		both("The identifier that survives a merge is known", "L'identifiant qui subsiste après fusion est connu"),
		both("Feed the patient first (A01, A04, A05 or PRPA_IN201301UV02), or correct the identifier", "Alimenter d'abord le patient (A01, A04, A05 ou PRPA_IN201301UV02), ou corriger l'identifiant"))
	ruleMergePriorActive = feedRule("PIX-018", "ITI TF-2 3.8.4.2.4", hl7DuplicateKey, rule.Error,
		both("The identifier that is merged away was not merged before", "L'identifiant qui disparaît par fusion n'a pas déjà été fusionné"),
		both("Send each merge once, and merge the identifier that survived", "N'envoyer chaque fusion qu'une fois, et fusionner l'identifiant qui a subsisté"))
	ruleMergeSurvivorActive = feedRule("PIX-019", "ITI TF-2 3.8.4.2.4", hl7DuplicateKey, rule.Error,
		both("The identifier that survives a merge was not itself merged away", "L'identifiant qui subsiste après fusion n'a pas lui-même disparu par fusion"),
		both("Merge into the identifier at the end of the chain", "Fusionner dans l'identifiant au bout de la chaîne"))

	ruleFeedV3ID = feedRule("PIX-021", "ITI TF-2 O.1.1", hl7FieldMissing, rule.Error,
		both("The message has an id with a root", "Le message a un id avec une racine"),
		both("Give id/@root an OID, with an extension where the OID is not of this message alone", "Donner à id/@root un OID, avec une extension si l'OID n'est pas propre à ce message"))
	ruleFeedV3Interaction = feedRule("PIX-022", "ITI TF-2 O.1.1", hl7MessageType, rule.Error,
		both("interactionId names the interaction of the root element", "interactionId nomme l'interaction de l'élément racine"),
		both("Give interactionId/@extension the name of the root element", "Donner à interactionId/@extension le nom de l'élément racine"))
	ruleFeedV3Mode = feedRule("PIX-023", "ITI TF-2 O.1.1", hl7ProcessingID, rule.Error,
		both("processingModeCode is T", "processingModeCode vaut T"),
		both("Give processingModeCode/@code the value T", "Donner à processingModeCode/@code la valeur T"))
	ruleFeedV3Accept = feedRule("PIX-024", "ITI TF-2 3.44.4.1.2", hl7FieldMissing, rule.Warning,
		both("acceptAckCode is AL: every message is acknowledged", "acceptAckCode vaut AL : tout message est acquitté"),
		both("Give acceptAckCode/@code the value AL", "Donner à acceptAckCode/@code la valeur AL"))
	ruleFeedV3Receiver = feedRule("PIX-025", "ITI TF-2 3.44.4.1.2", hl7SegmentSequence, rule.Error,
		both("The message has one receiver, whose device has an id", "Le message a un destinataire, dont le device a un id"),
		both("Give one receiver/device/id", "Donner un seul receiver/device/id"))
	ruleFeedV3Sender = feedRule("PIX-026", "ITI TF-2 O.1.1", hl7FieldMissing, rule.Error,
		both("The sender's device has an id", "Le device de l'émetteur a un id"),
		both("Give sender/device/id", "Donner sender/device/id"))
	ruleFeedV3Trigger = feedRule("PIX-027", "ITI TF-2 3.44.4.1.2", hl7EventCode, rule.Warning,
		both("controlActProcess/code is the trigger event of the interaction", "controlActProcess/code est l'événement déclencheur de l'interaction"),
		both("Give controlActProcess/code/@code the value PRPA_TE with the number of the interaction", "Donner à controlActProcess/code/@code la valeur PRPA_TE avec le numéro de l'interaction"))
	ruleFeedV3Event = feedRule("PIX-028", "ITI TF-2 3.44.4.1.2", hl7SegmentSequence, rule.Error,
		both("The message holds one registrationEvent with a patient", "Le message contient un registrationEvent avec un patient"),
		both("Give controlActProcess/subject/registrationEvent/subject1/patient", "Donner controlActProcess/subject/registrationEvent/subject1/patient"))
	ruleFeedV3Active = feedRule("PIX-029", "ITI TF-2 3.44.4.1.2", hl7TableValue, rule.Error,
		both("The registrationEvent is active", "Le registrationEvent est actif"),
		both("Give registrationEvent/statusCode/@code the value active", "Donner à registrationEvent/statusCode/@code la valeur active"))
	ruleFeedV3Replacement = feedRule("PIX-030", "ITI TF-2 3.44.4.2.2", hl7SegmentSequence, rule.Error,
		both("A merge replaces exactly one registration", "Une fusion remplace exactement un enregistrement"),
		both("Give one replacementOf/priorRegistration, and one message for each merge", "Donner un seul replacementOf/priorRegistration, et un message par fusion"))
	ruleFeedV3Obsolete = feedRule("PIX-031", "ITI TF-2 3.44.4.2.2", hl7TableValue, rule.Error,
		both("The registration that is replaced is obsolete", "L'enregistrement remplacé est obsolète"),
		both("Give priorRegistration/statusCode/@code the value obsolete", "Donner à priorRegistration/statusCode/@code la valeur obsolete"))
	ruleFeedV3OnePrior = feedRule("PIX-032", "ITI TF-2 3.44.4.2.2", hl7FieldMissing, rule.Error,
		both("The role that is replaced has one id", "Le rôle remplacé a un seul id"),
		both("Give one priorRegisteredRole/id", "Donner un seul priorRegisteredRole/id"))
)
