package dmp

import "liasse/internal/rule"

const (
	doesNotMatch = "XDSPatientIdDoesNotMatch"
	vihfGuide    = "Guide d’intégration DMPi, VIHF"
)

// openedRule is a rule of whose record a token opens: no configuration lowers it.
func openedRule(id string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: vihfGuide, Severity: rule.Error, Code: doesNotMatch, Firm: true, Title: title, Fix: fix})
}

func recordRule(id, section, code string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: section, Severity: rule.Error, Code: code, Title: title, Fix: fix})
}

// The rules by which an identity token and what travels with it agree.
var (
	ruleSetPatient = openedRule("DMP-001",
		text("The patientId of the SubmissionSet is the patient of the identity token (resource-id)", "Le patientId du SubmissionSet est le patient du jeton d’identité (resource-id)"),
		text("Make a token for the patient of the lot; one lot is of one patient", "Faire un jeton pour le patient du lot ; un lot concerne un seul patient"))
	ruleEntryPatient = openedRule("DMP-002",
		text("The patientId of every DocumentEntry and Folder is the patient of the identity token (resource-id)", "Le patientId de chaque DocumentEntry et Folder est le patient du jeton d’identité (resource-id)"),
		text("Correct the patientId, or send the document in a lot and with a token of its own patient", "Corriger le patientId, ou envoyer le document dans un lot et avec un jeton de son propre patient"))
	ruleQueryPatient = openedRule("DMP-003",
		text("A query asks for the patient of the identity token (resource-id)", "Une requête porte sur le patient du jeton d’identité (resource-id)"),
		text("Make a token for the patient that is asked for", "Faire un jeton pour le patient demandé"))
	ruleHeaderPatient = recordRule("DMP-004", "CI-SIS, structuration minimale, recordTarget; ITI TF-3 4.2.3.2.17", doesNotMatch,
		text("The patientId of a CDA document’s entry is an identifier of its header’s patient (recordTarget/patientRole/id), and the header names no other patient", "Le patientId de l’entrée d’un document CDA est un identifiant du patient de son en-tête (recordTarget/patientRole/id), et l’en-tête ne nomme aucun autre patient"),
		text("Give the document the INS of its patient and no other, and its entry the same", "Donner au document l’INS de son patient et aucune autre, et la même à son entrée"))
	ruleDocumentXML = recordRule("DMP-005", "CI-SIS, structuration minimale; XML 1.0", metadata,
		text("A document of an XML media type is well-formed XML in UTF-8 without DOCTYPE", "Un document d’un type de média XML est du XML bien formé en UTF-8, sans DOCTYPE"),
		text("Correct the document, or its mimeType", "Corriger le document, ou son mimeType"))
	ruleAuthorInstitution = recordRule("DMP-006", "Guide d’intégration DMPi, TD2.1", metadata,
		text("An authorInstitution of the SubmissionSet or of a document is the structure of the identity token (Identifiant_Structure)", "Un authorInstitution du SubmissionSet ou d’un document est la structure du jeton d’identité (Identifiant_Structure)"),
		text("Write the structure of the token as the tenth component of authorInstitution", "Écrire la structure du jeton comme dixième composant d’authorInstitution"))
	ruleAuthorPerson = recordRule("DMP-007", "Guide d’intégration DMPi, TD2.1", metadata,
		text("In mode DIRECTE, an authorPerson of the SubmissionSet is the professional of the identity token (NameID)", "En mode DIRECTE, un authorPerson du SubmissionSet est le professionnel du jeton d’identité (NameID)"),
		text("Write the professional’s identifier as the first component of authorPerson", "Écrire l’identifiant du professionnel comme premier composant d’authorPerson"))
	ruleSecretDocuments = recordRule("DMP-008", "DEVBOX EX_0.1-1100", metadata,
		text("In a secret connection every document is INVISIBLE_REPRESENTANTS_LEGAUX", "Lors d’une connexion secrète, chaque document est INVISIBLE_REPRESENTANTS_LEGAUX"),
		text("Add the confidentialityCode INVISIBLE_REPRESENTANTS_LEGAUX of 1.2.250.1.213.1.1.4.13, or leave the confidentiality-code out of the token", "Ajouter le confidentialityCode INVISIBLE_REPRESENTANTS_LEGAUX de 1.2.250.1.213.1.1.4.13, ou supprimer le confidentiality-code du jeton"))
)
