package vihf

import "liasse/internal/rule"

// What the roles of the user must be.
var (
	ruleProfession = rule.New(rule.Rule{
		ID: "VIHF-090", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "JDV_J65 SubjectRole DMP",
		Title: rule.Text{EN: "The first role is a profession or a non-professional role of JDV_J65",
			FR: "Le premier rôle est une profession ou un rôle de non-professionnel de JDV_J65"},
		Fix: rule.Text{EN: "Take code and codeSystem from the value set, such as 10 of 1.2.250.1.71.1.2.7",
			FR: "Prendre code et codeSystem dans le jeu de valeurs, par exemple 10 de 1.2.250.1.71.1.2.7"},
	})
	ruleSpecialityPresent = rule.New(rule.Rule{
		ID: "VIHF-091", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "A physician’s and a pharmacist’s token has a second role: the speciality, the section",
			FR: "Le jeton d’un médecin et celui d’un pharmacien ont un second rôle : la spécialité, la section"},
		Fix: rule.Text{EN: "Add an AttributeValue with a Role of 1.2.250.1.71.4.2.5 (physician) or 1.2.250.1.71.4.2.6 (pharmacist)",
			FR: "Ajouter un AttributeValue avec un Role de 1.2.250.1.71.4.2.5 (médecin) ou 1.2.250.1.71.4.2.6 (pharmacien)"},
	})
	ruleSpeciality = rule.New(rule.Rule{
		ID: "VIHF-092", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "JDV_J65 SubjectRole DMP",
		Title: rule.Text{EN: "The second role is of the code system that goes with the first, and of JDV_J65",
			FR: "Le second rôle est du système de codes qui va avec le premier, et de JDV_J65"},
		Fix: rule.Text{EN: "Take it from TRE_R01 for a physician, TRE_G05 for a pharmacist, TRE_R85 for an actor known by role",
			FR: "Le prendre dans TRE_R01 pour un médecin, TRE_G05 pour un pharmacien, TRE_R85 pour un acteur caractérisé par son rôle"},
	})
	ruleRoleCount = rule.New(rule.Rule{
		ID: "VIHF-093", Severity: rule.Error, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "There are at most two roles",
			FR: "Il y a au plus deux rôles"},
		Fix: rule.Text{EN: "Leave the profession and the speciality",
			FR: "Ne garder que la profession et la spécialité"},
	})
	ruleNoSpeciality = rule.New(rule.Rule{
		ID: "VIHF-094", Severity: rule.Warning, Code: "wsse:InvalidSecurityToken", Section: "Guide d’intégration DMPi, VIHF",
		Title: rule.Text{EN: "Only physicians, pharmacists and actors known by role have a second role",
			FR: "Seuls les médecins, les pharmaciens et les acteurs caractérisés par leur rôle ont un second rôle"},
		Fix: rule.Text{EN: "Leave out the second role",
			FR: "Supprimer le second rôle"},
	})
)
