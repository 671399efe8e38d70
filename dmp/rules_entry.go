package dmp

import "liasse/internal/rule"

const (
	guide    = "Guide d’intégration DMPi, signature du lot"
	xmlSig   = "XML Signature 1.1, "
	xades    = "XAdES 1.1.1 (ETSI TS 101 903), "
	metadata = "XDSRegistryMetadataError"
)

func lotRule(id, section string, severity rule.Severity, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: section, Severity: severity, Code: metadata, Title: title, Fix: fix})
}

// firmLotRule makes a rule that no configuration lowers: without it nothing that a signature says is signed, or what it
// signs and by whom is not looked at.
func firmLotRule(id, section string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: section, Severity: rule.Error, Code: metadata, Title: title, Fix: fix, Firm: true})
}

// The rules of the signature's place in the lot: its entry and its association.
var (
	ruleSigned = lotRule("LOT-001", guide, rule.Error,
		text("A lot has a signature: one DocumentEntry more, of its own class, type and format", "Un lot a une signature : un DocumentEntry de plus, de classe, de type et de format qui lui sont propres"),
		text("Sign the lot and add the signature’s document with classCode "+"urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1, typeCode E1762 and formatCode http://www.w3.org/2000/09/xmldsig#",
			"Signer le lot et ajouter le document de signature avec classCode urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1, typeCode E1762 et formatCode http://www.w3.org/2000/09/xmldsig#"))
	ruleSignedOnce = lotRule("LOT-002", guide, rule.Error,
		text("A lot has no second signature", "Un lot n’a pas de seconde signature"),
		text("Send one signature of all documents; a document that is none has another class, type and format", "Envoyer une seule signature de tous les documents ; un document qui n’en est pas une a une autre classe, un autre type et un autre format"))
	ruleSignatureMIME = lotRule("LOT-003", guide, rule.Error,
		text("The mimeType of the signature is text/xml", "Le mimeType de la signature est text/xml"),
		text("Write mimeType=\"text/xml\"", "Écrire mimeType=\"text/xml\""))
	ruleSignatureClass = lotRule("LOT-004", guide, rule.Error,
		text("The classCode of the signature is urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1 of URN", "Le classCode de la signature est urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1 de URN"),
		text("Write this code with codingScheme URN", "Écrire ce code avec le codingScheme URN"))
	ruleSignatureType = lotRule("LOT-005", guide, rule.Error,
		text("The typeCode of the signature is E1762 of ASTM", "Le typeCode de la signature est E1762 de ASTM"),
		text("Write this code with codingScheme ASTM", "Écrire ce code avec le codingScheme ASTM"))
	ruleSignatureFormat = lotRule("LOT-006", guide, rule.Error,
		text("The formatCode of the signature is http://www.w3.org/2000/09/xmldsig# of URN, or urn:ihe:iti:dsg:detached:2014 of 1.3.6.1.4.1.19376.1.2.3", "Le formatCode de la signature est http://www.w3.org/2000/09/xmldsig# de URN, ou urn:ihe:iti:dsg:detached:2014 de 1.3.6.1.4.1.19376.1.2.3"),
		text("Write one of these codes with its codingScheme", "Écrire un de ces codes avec son codingScheme"))
	ruleSignatureEvent = lotRule("LOT-007", guide, rule.Error,
		text("The eventCodeList of the signature is 1.2.840.10065.1.12.1.14 of 1.2.840.10065.1.12", "L’eventCodeList de la signature est 1.2.840.10065.1.12.1.14 de 1.2.840.10065.1.12"),
		text("Add this code: the purpose of the signature is Source", "Ajouter ce code : la signature a pour but Source"))
	ruleSignatureHidden = lotRule("LOT-008", guide, rule.Error,
		text("The signature has the confidentialityCodes N, MASQUE_PS and INVISIBLE_PATIENT, in any order and no other", "La signature a les confidentialityCode N, MASQUE_PS et INVISIBLE_PATIENT, dans un ordre quelconque et aucun autre"),
		text("Write N of 2.16.840.1.113883.5.25, and MASQUE_PS and INVISIBLE_PATIENT of 1.2.250.1.213.1.1.4.13", "Écrire N de 2.16.840.1.113883.5.25, et MASQUE_PS et INVISIBLE_PATIENT de 1.2.250.1.213.1.1.4.13"))
	ruleSignatureLanguage = lotRule("LOT-009", guide, rule.Error,
		text("The languageCode of the signature is art", "Le languageCode de la signature est art"),
		text("Write art, the language that is none", "Écrire art, la langue qui n’en est pas une"))
	ruleSignatureTitle = lotRule("LOT-010", guide, rule.Warning,
		text("The title of the signature is Source", "Le titre de la signature est Source"),
		text("Write the title Source", "Écrire le titre Source"))
	ruleSignatureTimes = lotRule("LOT-011", guide, rule.Warning,
		text("creationTime, serviceStartTime and serviceStopTime of the signature are the submissionTime", "creationTime, serviceStartTime et serviceStopTime de la signature sont le submissionTime"),
		text("Write the submissionTime of the SubmissionSet in all three", "Écrire dans les trois le submissionTime du SubmissionSet"))
	ruleSignaturePatient = lotRule("LOT-012", guide, rule.Warning,
		text("The signature has its patientId as sourcePatientId and no sourcePatientInfo", "La signature a son patientId comme sourcePatientId et pas de sourcePatientInfo"),
		text("Write the patientId into sourcePatientId, and leave the Slot sourcePatientInfo out", "Écrire le patientId dans sourcePatientId, et supprimer le Slot sourcePatientInfo"))
	ruleSignatureAuthor = lotRule("LOT-013", guide, rule.Warning,
		text("The author of the signature is an author of the SubmissionSet", "L’auteur de la signature est un auteur du SubmissionSet"),
		text("Repeat the author of the SubmissionSet in the signature’s entry", "Répéter l’auteur du SubmissionSet dans l’entrée de la signature"))
	ruleSigns = lotRule("LOT-020", guide, rule.Error,
		text("An Association signs leads from the signature to the SubmissionSet of the lot", "Une Association signs mène de la signature au SubmissionSet du lot"),
		text("Add an Association urn:ihe:iti:2007:AssociationType:signs with the signature’s id as sourceObject and the SubmissionSet’s as targetObject", "Ajouter une Association urn:ihe:iti:2007:AssociationType:signs avec l’id de la signature comme sourceObject et celui du SubmissionSet comme targetObject"))
	ruleSignsOnce = lotRule("LOT-021", guide, rule.Error,
		text("A lot has no other Association signs", "Un lot n’a pas d’autre Association signs"),
		text("Remove it: the signature signs the lot as a whole", "La supprimer : la signature signe le lot entier"))
	ruleSignsOriginal = lotRule("LOT-022", guide, rule.Warning,
		text("The Association signs has SubmissionSetStatus Original", "L’Association signs a SubmissionSetStatus Original"),
		text("Add the Slot SubmissionSetStatus with the value Original", "Ajouter le Slot SubmissionSetStatus avec la valeur Original"))
	ruleSignatureApart = lotRule("LOT-023", guide, rule.Error,
		text("The signature is in no Association but signs and the HasMember of its SubmissionSet", "La signature n’est dans aucune Association autre que signs et le HasMember de son SubmissionSet"),
		text("Remove the Association: a signature replaces, completes and transforms nothing, and is in no Folder", "Supprimer l’Association : une signature ne remplace, ne complète et ne transforme rien, et n’est dans aucun Folder"))
)
