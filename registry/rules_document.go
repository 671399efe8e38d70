package registry

import "liasse/internal/rule"

// The rules of a DocumentEntry's attributes (ITI TF-3 4.2.3.2).
const documentSection = "ITI TF-3 4.2.3.2"

func documentPresence(id, attribute, how string) *rule.Rule {
	return presenceRule(id, documentSection+", Table 4.3.1-3", "DocumentEntry", attribute, how)
}

func documentForm(id, attribute, typeEN, typeFR, form string) *rule.Rule {
	return formRule(id, documentSection, "DocumentEntry", attribute, typeEN, typeFR, form)
}

var (
	ruleObjectType = metadataRule("XDS-DE-001", "ITI TF-3 4.2.5.2", rule.Error,
		both("The objectType of an ExtrinsicObject is that of a stable or an on-demand DocumentEntry", "L'objectType d'un ExtrinsicObject est celui d'un DocumentEntry stable ou à la demande"),
		both(`Write objectType="`+Stable.URN()+`" (stable) or "`+OnDemand.URN()+`" (on-demand)`, `Écrire objectType="`+Stable.URN()+`" (stable) ou "`+OnDemand.URN()+`" (à la demande)`))

	ruleDocumentMIME       = documentPresence("XDS-DE-002", "mimeType", `ExtrinsicObject/@mimeType="text/xml"`)
	ruleDocumentClass      = documentPresence("XDS-DE-003", "classCode", "Classification/@classificationScheme="+SchemeDocumentClassCode)
	ruleDocumentSecret     = documentPresence("XDS-DE-004", "confidentialityCode", "Classification/@classificationScheme="+SchemeDocumentConfidentiality)
	ruleDocumentFormat     = documentPresence("XDS-DE-005", "formatCode", "Classification/@classificationScheme="+SchemeDocumentFormatCode)
	ruleDocumentFacility   = documentPresence("XDS-DE-006", "healthcareFacilityTypeCode", "Classification/@classificationScheme="+SchemeDocumentFacilityType)
	ruleDocumentPractice   = documentPresence("XDS-DE-007", "practiceSettingCode", "Classification/@classificationScheme="+SchemeDocumentPracticeSetting)
	ruleDocumentTypeCode   = documentPresence("XDS-DE-008", "typeCode", "Classification/@classificationScheme="+SchemeDocumentTypeCode)
	ruleDocumentPatient    = documentPresence("XDS-DE-009", "patientId", "ExternalIdentifier/@identificationScheme="+SchemeDocumentPatientID)
	ruleDocumentUniqueID   = documentPresence("XDS-DE-010", "uniqueId", "ExternalIdentifier/@identificationScheme="+SchemeDocumentUniqueID)
	ruleDocumentCreated    = documentPresence("XDS-DE-011", "creationTime", `Slot name="creationTime"`)
	ruleDocumentLanguage   = documentPresence("XDS-DE-012", "languageCode", `Slot name="languageCode"`)
	ruleDocumentSourceID   = documentPresence("XDS-DE-013", "sourcePatientId", `Slot name="sourcePatientId"`)
	ruleDocumentHash       = documentPresence("XDS-DE-014", "hash", `Slot name="hash"`)
	ruleDocumentSize       = documentPresence("XDS-DE-015", "size", `Slot name="size"`)
	ruleDocumentRepository = documentPresence("XDS-DE-016", "repositoryUniqueId", `Slot name="repositoryUniqueId"`)
	ruleCreationTimeForm   = documentForm("XDS-DE-017", "creationTime", "a DTM", "un DTM", formDTM)
	ruleServiceStartForm   = documentForm("XDS-DE-018", "serviceStartTime", "a DTM", "un DTM", formDTM)
	ruleServiceStopForm    = documentForm("XDS-DE-019", "serviceStopTime", "a DTM", "un DTM", formDTM)
	ruleLanguageForm       = documentForm("XDS-DE-020", "languageCode", "a language tag of RFC 5646", "une étiquette de langue de la RFC 5646", "fr-FR")
	rulePatientForm        = documentForm("XDS-DE-021", "patientId", "a CX", "un CX", formCX)
	ruleSourceIDForm       = documentForm("XDS-DE-022", "sourcePatientId", "a CX", "un CX", formCX)
	ruleHashForm           = documentForm("XDS-DE-023", "hash", "a SHA-1", "un SHA-1", "[0-9a-f]{40}")
	ruleSizeForm           = documentForm("XDS-DE-024", "size", "a number of bytes", "un nombre d'octets", "[0-9]+")
	ruleRepositoryForm     = documentForm("XDS-DE-025", "repositoryUniqueId", "an OID", "un OID", "1.2.3.4")
	ruleLegalAuthenticator = documentForm("XDS-DE-026", "legalAuthenticator", "an XCN", "un XCN", formXCN)
	rulePatientInfoForm    = documentForm("XDS-DE-027", "sourcePatientInfo", "a list of PID fields", "une liste de champs PID", "PID-3|…, PID-5|…")
	ruleReferenceForm      = documentForm("XDS-DE-028", "referenceIdList", "a list of CXi", "une liste de CXi", formCXi)
	ruleAvailabilityForm   = documentForm("XDS-DE-029", "documentAvailability", "Online or Offline", "Online ou Offline", availabilityOnline+" | "+availabilityOffline)
	ruleUniqueIDForm       = documentForm("XDS-DE-030", "uniqueId", "an identifier", "un identifiant", "1.2.3.4, 1.2.3.4^X, urn:uuid:…")
	ruleMIMEForm           = documentForm("XDS-DE-031", "mimeType", "type/subtype", "type/sous-type", "text/xml")
	ruleURIPieces          = metadataRule("XDS-DE-032", documentSection+".27", rule.Error,
		both("A URI in several values is numbered 1|, 2|, … without gaps", "Une URI en plusieurs valeurs est numérotée 1|, 2|, … sans trou"),
		both("Give one Value, or begin each with its number and |", "Donner une seule Value, ou commencer chacune par son numéro et |"))
	ruleServiceOrder = metadataRule("XDS-DE-033", documentSection+".19", rule.Error,
		both("serviceStartTime is not after serviceStopTime", "serviceStartTime n'est pas après serviceStopTime"),
		both("Exchange or correct the two times", "Échanger ou corriger les deux heures"))
	rulePatientInfoOnce = metadataRule("XDS-DE-034", documentSection+".23", rule.Error,
		both("sourcePatientInfo has at most one PID-7 and one PID-8", "sourcePatientInfo a au plus un PID-7 et un PID-8"),
		both("Keep one date of birth and one sex", "Ne garder qu'une date de naissance et qu'un sexe"))
	rulePatientInfoField = metadataRule("XDS-DE-035", documentSection+".23", rule.Warning,
		both("sourcePatientInfo has no PID-2, PID-4, PID-12 or PID-19", "sourcePatientInfo n'a ni PID-2, ni PID-4, ni PID-12, ni PID-19"),
		both("Put identifiers into PID-3 and remove these fields", "Mettre les identifiants dans PID-3 et retirer ces champs"))
	ruleMIMEPlain = metadataRule("XDS-DE-036", documentSection+".14", rule.Warning,
		both("The mimeType is in lower case and without parameters", "Le mimeType est en minuscules et sans paramètres"),
		both("Write type/subtype alone, in lower case", "Écrire type/sous-type seul, en minuscules"))
	ruleSizePlain = metadataRule("XDS-DE-037", documentSection+".22", rule.Warning,
		both("The size is written in digits alone, without leading zeros", "La taille est écrite en chiffres seuls, sans zéros en tête"),
		both("Remove blanks, sign and leading zeros; the number was understood", "Retirer blancs, signe et zéros en tête ; le nombre a été compris"))
	ruleUniqueIDLength = metadataRule("XDS-DE-038", documentSection+".26", rule.Warning,
		both("The uniqueId has at most 128 characters", "L'uniqueId a au plus 128 caractères"),
		both("Shorten it: other systems may refuse a longer one", "Le raccourcir : d'autres systèmes peuvent en refuser un plus long"))
	ruleUniqueIDOID = metadataRule("XDS-DE-039", documentSection+".26", rule.Warning,
		both("A uniqueId of digits and dots is a valid OID, without urn:oid:", "Un uniqueId fait de chiffres et de points est un OID valide, sans urn:oid:"),
		both("Correct the OID", "Corriger l'OID"))
	ruleTitleLength = metadataRule("XDS-DE-040", documentSection+".24", rule.Warning,
		both("The title of a DocumentEntry has at most 128 characters", "Le titre d'un DocumentEntry a au plus 128 caractères"),
		both("Shorten the title; it was kept whole", "Raccourcir le titre ; il a été conservé entier"))
	ruleStableOnly = metadataRule("XDS-DE-041", "ITI TF-2 3.42.4.1.2", rule.Error,
		both("Every DocumentEntry of ITI-41 and ITI-42 is stable", "Tout DocumentEntry d'ITI-41 et d'ITI-42 est stable"),
		both(`Write objectType="`+Stable.URN()+`", or register on-demand entries with ITI-61`, `Écrire objectType="`+Stable.URN()+`", ou enregistrer les entrées à la demande par ITI-61`))
	ruleOnDemandOnly = metadataRule("XDS-DE-042", "ITI TF-2 3.61.4.1.2", rule.Error,
		both("Every DocumentEntry of ITI-61 is on-demand", "Tout DocumentEntry d'ITI-61 est à la demande"),
		both(`Write objectType="`+OnDemand.URN()+`", or register stable entries with ITI-42`, `Écrire objectType="`+OnDemand.URN()+`", ou enregistrer les entrées stables par ITI-42`))
	ruleOnDemandCreated = onDemandAbsence("XDS-DE-043", SlotCreationTime)
	ruleOnDemandHash    = onDemandAbsence("XDS-DE-044", SlotHash)
	ruleOnDemandSize    = onDemandAbsence("XDS-DE-045", SlotSize)
)

func onDemandAbsence(id, slot string) *rule.Rule {
	return metadataRule(id, "ITI TF-2 3.61.4.1.2", rule.Error,
		both("An on-demand DocumentEntry has no "+slot, "Un DocumentEntry à la demande n'a pas de "+slot),
		both("Remove the Slot "+slot, "Retirer le Slot "+slot))
}
