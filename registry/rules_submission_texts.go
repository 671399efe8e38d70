package registry

import "liasse/internal/rule"

// codeMetadata is the errorCode of every rule about the metadata itself (ITI TF-3 Table 4.2.4.1-2).
const codeMetadata = "XDSRegistryMetadataError"

// metadataRule makes a rule that answers XDSRegistryMetadataError.
func metadataRule(id, section string, severity rule.Severity, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: section, Severity: severity, Code: codeMetadata, Title: title, Fix: fix})
}

// codedRule makes a rule that refuses with another code.
func codedRule(id, section, code string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Section: section, Severity: rule.Error, Code: code, Title: title, Fix: fix})
}

func both(en, fr string) rule.Text { return rule.Text{EN: en, FR: fr} }

// presenceRule makes the rule that an object of a class has an attribute, how says with which element or attribute.
func presenceRule(id, section, class, attribute, how string) *rule.Rule {
	return metadataRule(id, section, rule.Error,
		both("A "+class+" has a "+attribute, "Un "+class+" a l'attribut "+attribute),
		both("Add "+attribute+": "+how, "Ajouter "+attribute+" : "+how))
}

// formRule makes the rule that an attribute of a class has the form of its data type.
func formRule(id, section, class, attribute, typeEN, typeFR, form string) *rule.Rule {
	return metadataRule(id, section, rule.Error,
		both("The "+attribute+" of a "+class+" is "+typeEN, "L'attribut "+attribute+" d'un "+class+" est "+typeFR),
		both("Write "+attribute+" as "+form, "Écrire "+attribute+" sous la forme "+form))
}
