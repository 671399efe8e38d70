package hostile_test

import (
	"strings"
)

const (
	professions  = "1.2.250.1.71.1.2.7"
	specialities = "1.2.250.1.71.4.2.5"
	purposes     = "1.2.250.1.213.1.1.4.248"
)

func role(code, system string) string { return coded("Role", code, system, "", "") }

// SAML-07, SAML-13 and SAML-14: attributes that stand twice, or are not those of a VIHF.
func attributeCases(l *lot) (cases []hostile) {
	add := func(name, codes, rules string, change func(w *world, t *token)) {
		cases = append(cases, tokenCase(l, name, codes, rules, change))
	}
	more := func(name string, a attribute, codes, rules string) {
		add("SAML-07 "+name, codes, rules, func(_ *world, t *token) { t.attributes = append(t.attributes, a) })
	}
	victim := escaped(patientCX("2700675111222") + "^NH")
	more("resource-id twice, the other last", attribute{name: resourceAttribute, values: []string{victim}}, badToken, "VIHF-066")
	add("SAML-07 resource-id twice, the other first", badToken, "VIHF-066", func(_ *world, t *token) {
		t.attributes = append([]attribute{{name: resourceAttribute, values: []string{victim}}}, t.attributes...)
	})
	more("resource-id twice, the same", attribute{name: "VIHF_Version", values: []string{"3.0"}}, badToken, "VIHF-066")
	more("resource-id in capitals besides", attribute{name: strings.ToUpper(resourceAttribute), values: []string{victim}}, badToken, "VIHF-066 VIHF-067")
	more("resource-id with a blank besides", attribute{name: resourceAttribute + " ", values: []string{victim}}, badToken, "VIHF-066 VIHF-067")
	more("resource-id of another NameFormat besides", attribute{name: resourceAttribute + `" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri`, values: []string{victim}}, badToken, "VIHF-066")
	add("SAML-07 two values of resource-id", badToken, "VIHF-068", func(w *world, t *token) { t.set(resourceAttribute, escaped(w.patient+"^NH"), victim) })
	add("SAML-07 a FriendlyName that is another attribute's name", badToken, "VIHF-065 VIHF-069", func(w *world, t *token) {
		t.drop(resourceAttribute)
		t.attributes = append(t.attributes, attribute{name: "x", values: []string{escaped(w.patient)}, more: ` FriendlyName="` + resourceAttribute + `"`})
	})
	add("SAML-07 three roles", badToken, "VIHF-093", func(_ *world, t *token) {
		t.set(roleAttribute, role("10", professions), role("SM26", specialities), role("SM04", specialities))
	})
	add("SAML-07 two roles in one value", badToken, "VIHF-079", func(_ *world, t *token) { t.set(roleAttribute, role("10", professions)+role("SM26", specialities)) })
	add("SAML-07 an attribute without name", badToken, "VIHF-069", func(_ *world, t *token) {
		t.statement = swap(t.attributeStatement(), ` Name="VIHF_Version"`, "")
	})
	add("SAML-07 an EncryptedAttribute", badToken, "VIHF-069", func(_ *world, t *token) {
		t.statement = swap(t.attributeStatement(), `</saml2:AttributeStatement>`, `<saml2:EncryptedAttribute></saml2:EncryptedAttribute></saml2:AttributeStatement>`)
	})
	add("SAML-07 an Attribute of another namespace", badToken, "VIHF-069", func(_ *world, t *token) {
		t.statement = swap(t.attributeStatement(), `</saml2:AttributeStatement>`, `<Attribute xmlns="urn:x" Name="Ressource_URN"></Attribute></saml2:AttributeStatement>`)
	})
	for _, name := range []string{"VIHF_Version", "Identifiant_Structure", "Secteur_Activite", "Authentification_mode", resourceAttribute, purposeAttribute, roleAttribute, "LPS_Nom", "LPS_Version", "LPS_ID_HOMOLOGATION_DMP"} {
		short := name[strings.LastIndexByte(name, ':')+1:]
		add("SAML-07 no "+short, badToken, "VIHF-065", func(_ *world, t *token) { t.drop(name) })
		add("SAML-07 "+short+" without a value", badToken, "VIHF-068", func(_ *world, t *token) { t.set(name) })
		add("SAML-07 "+short+" with an empty value", badToken+" "+notAuthentic, "VIHF-068 VIHF-079", func(_ *world, t *token) { t.set(name, "") })
	}
	purpose := func(name, value, codes, rules string) {
		add("SAML-13 "+name, codes, rules, func(_ *world, t *token) { t.set(purposeAttribute, value) })
	}
	ce := func(code, system string) string { return coded("PurposeOfUse", code, system, "", "") }
	purpose("brisDeGlace", ce("brisDeGlace", purposes), deniedByRight, "VIHF-077")
	purpose("urgence", ce("urgence", purposes), deniedByRight, "VIHF-077")
	purpose("Normal in capitals", ce("NORMAL", purposes), deniedByRight, "VIHF-077")
	purpose("no code", ce("", purposes), deniedByRight+" "+badToken, "VIHF-077 VIHF-079")
	purpose("bris_de_glace of another code system", ce("bris_de_glace", "1.2.3"), badToken, "VIHF-078")
	purpose("no code system", ce("normal", ""), badToken, "VIHF-078 VIHF-079")
	purpose("text", "normal", badToken, "VIHF-079")
	purpose("a Role", role("normal", purposes), badToken, "VIHF-079")
	purpose("two codes", ce("normal", purposes)+ce("bris_de_glace", purposes), badToken, "VIHF-079")
	purpose("of another namespace", strings.Replace(ce("normal", purposes), "urn:hl7-org:v3", "urn:x", 1), badToken, "VIHF-079")
	purpose("with a blank", ce("normal ", purposes), deniedByRight+" "+badToken, "VIHF-077 VIHF-079")
	for _, version := range []string{"1.0", "3", "3.0.0", "5.0", "3.0beta", "³.0", "-3.0", "VIHF 3.0"} {
		add("SAML-14 VIHF_Version "+version, badToken, "VIHF-070", func(_ *world, t *token) { t.set("VIHF_Version", version) })
	}
	for _, version := range []string{"1.1", "2.1", "", "2.0 "} {
		add("SAML-14 an assertion of version "+or(version, "none"), badToken, "VIHF-040", func(_ *world, t *token) { t.version = version })
	}
	add("SAML-14 an assertion of SAML 1.1", badToken+" "+badStructure, "VIHF-040 VIHF-001", func(_ *world, t *token) {
		t.after = func(s string) string {
			return strings.ReplaceAll(s, samlSpace, "urn:oasis:names:tc:SAML:1.0:assertion")
		}
	})
	add("SAML-14 an assertion of an unknown namespace", badStructure, "VIHF-001", func(_ *world, t *token) {
		t.after = func(s string) string {
			return strings.ReplaceAll(s, samlSpace, "urn:oasis:names:tc:SAML:3.0:assertion")
		}
	})
	mode := func(value, codes, rules string) {
		add("SAML-14 mode "+or(value, "none"), codes, rules, func(_ *world, t *token) { t.set("Authentification_mode", value) })
	}
	mode("DELEGUEE", badToken, "VIHF-072")
	mode("directe", badToken, "VIHF-072")
	mode("DIRECTE INDIRECTE", badToken, "VIHF-072")
	return cases
}

// SAML-10: a token that says what its signer is not.
func roleLies(l *lot) (cases []hostile) {
	add := func(who, name, codes, rules string, change func(w *world, t *token)) {
		cases = append(cases, hostile{name: "SAML-10 " + name, codes: codes, rules: rules, make: func(w *world) *message {
			i := w.identity(who)
			t := newToken(i, w.patient)
			change(w, t)
			m := l.message(t)
			m.identity = i
			return m
		}})
	}
	roles := func(values ...string) func(*world, *token) {
		return func(_ *world, t *token) { t.set(roleAttribute, values...) }
	}
	add("infirmier", "a nurse who says physician", notAuthentic, "VIHF-102", roles(role("10", professions), role("SM26", specialities)))
	add("medecin", "a physician who says nurse", notAuthentic, "VIHF-102", roles(role("60", professions)))
	add("medecin", "a physician who says pharmacist", notAuthentic+" "+badToken, "VIHF-102", roles(role("21", professions), role("SM26", specialities)))
	add("medecin", "a speciality that the card lacks", notAuthentic, "VIHF-103", roles(role("10", professions), role("SM04", specialities)))
	add("medecin", "no speciality", badToken, "VIHF-091", roles(role("10", professions)))
	add("medecin", "the speciality first", badToken+" "+notAuthentic, "VIHF-090", roles(role("SM26", specialities), role("10", professions)))
	add("medecin", "a profession of another code system", badToken+" "+notAuthentic, "VIHF-090", roles(role("10", "1.2.3"), role("SM26", specialities)))
	add("medecin", "a speciality of another code system", badToken, "VIHF-092", roles(role("10", professions), role("SM26", "1.2.3")))
	add("medecin", "an unknown profession", badToken+" "+notAuthentic, "VIHF-090 VIHF-102", roles(role("11", professions)))
	add("medecin", "an unknown speciality", badToken+" "+notAuthentic, "VIHF-092", roles(role("10", professions), role("SM99", specialities)))
	add("medecin", "a secretary's role on a physician's card", notAuthentic, "VIHF-102", roles(role("SECRETARIAT_MEDICAL", "1.2.250.1.213.1.1.4.6")))
	add("medecin", "the patient's role on a physician's card", notAuthentic, "VIHF-102", roles(role("EXP_PATIENT", "1.2.250.1.213.1.1.4.6")))
	add("medecin", "a role of text", badToken, "VIHF-079", roles("10"))
	add("medecin", "a role with trailing blank", badToken+" "+notAuthentic, "VIHF-079 VIHF-090 VIHF-102", roles(role("10 ", professions), role("SM26", specialities)))
	add("secretariat", "a CPE card with a physician's role", notAuthentic, "VIHF-104", roles(role("10", professions), role("SM26", specialities)))
	add("medecin", "mode INDIRECTE signed by a person", notAuthentic, "VIHF-100", func(_ *world, t *token) {
		t.set("Authentification_mode", "INDIRECTE")
		t.set(subjectAttribute, "MARTIN CLAIRE")
	})
	add("medecin", "mode INDIRECTE_RENFORCEE signed by a person", notAuthentic+" "+deniedByRight+" "+badToken, "VIHF-100", func(_ *world, t *token) {
		t.set("Authentification_mode", "INDIRECTE_RENFORCEE")
		t.set(subjectAttribute, "MARTIN CLAIRE")
	})
	add("etablissement", "mode DIRECTE signed by an organisation", notAuthentic, "VIHF-100", func(_ *world, t *token) { t.set("Authentification_mode", "DIRECTE") })
	add("medecin", "another person's identifier", notAuthentic, "VIHF-101", func(_ *world, t *token) { t.nameID = "899900000225" })
	add("medecin", "another structure", notAuthentic, "VIHF-108 VIHF-107", func(_ *world, t *token) { t.set("Identifiant_Structure", "10B0000029") })
	add("medecin", "an unknown structure", notAuthentic, "VIHF-107", func(_ *world, t *token) { t.set("Identifiant_Structure", "10B9999999") })
	add("medecin", "a structure that is no identifier", badToken, "VIHF-083", func(_ *world, t *token) { t.set("Identifiant_Structure", "' OR 1=1") })
	add("medecin", "another sector", notAuthentic, "VIHF-109", func(_ *world, t *token) { t.set("Secteur_Activite", "SA01^1.2.250.1.71.4.2.4") })
	add("medecin", "an unknown sector", badToken+" "+notAuthentic, "VIHF-082", func(_ *world, t *token) { t.set("Secteur_Activite", "SA99^1.2.250.1.71.4.2.4") })
	add("medecin", "a sector without code system", badToken, "VIHF-081", func(_ *world, t *token) { t.set("Secteur_Activite", "SA07") })
	add("faute-structure-inactive", "a structure that has closed", notAuthentic, "VIHF-107", func(*world, *token) {})
	add("faute-non-liee", "a structure where the person does not work", notAuthentic, "VIHF-108", func(*world, *token) {})
	add("etablissement", "an establishment in the name of another", notAuthentic, "VIHF-106", func(_ *world, t *token) { t.set("Identifiant_Structure", "10B0000219") })
	add("etablissement", "an establishment in the name of a practice", notAuthentic, "VIHF-106", func(_ *world, t *token) { t.set("Identifiant_Structure", "10B0000011") })
	add("etablissement", "nobody named in mode INDIRECTE", badToken, "VIHF-086", func(_ *world, t *token) { t.drop(subjectAttribute) })
	add("etablissement-air", "a reinforced token that feeds", deniedByRight, "VIHF-111", func(*world, *token) {})
	add("etablissement-air", "a reinforced token without its means", badToken+" "+deniedByRight, "VIHF-110", func(_ *world, t *token) { t.decl = "" })
	secret := func(name, value string) {
		add("medecin", name, badToken, "VIHF-084", func(_ *world, t *token) { t.set(secretAttribute, value) })
	}
	secret("an unknown confidentiality", "MASQUE_PS")
	secret("two confidentialities in one", "INVISIBLE_REPRESENTANTS_LEGAUX MASQUE_PS")
	patient := func(name, cx, codes, rules string) {
		add("medecin", "a patient "+name, codes, rules, func(_ *world, t *token) { t.set(resourceAttribute, escaped(cx)) })
	}
	const form = "VIHF-073"
	ins := strings.TrimSuffix(patientCX("1790351215207"), "^^^&"+insAuthority+"&ISO")
	patient("whose key is wrong", "179035121520701^^^&"+insAuthority+"&ISO^NH", badToken+" Failure/XDSPatientIdDoesNotMatch", "VIHF-073 VIHF-075 DMP-001")
	patient("without a key", "1790351215207^^^&"+insAuthority+"&ISO^NH", badToken+" Failure/XDSPatientIdDoesNotMatch", "VIHF-073 VIHF-075 DMP-001")
	patient("of the production", ins+"^^^&1.2.250.1.213.1.4.8&ISO^NH", notAuthentic, "VIHF-074")
	patient("of an unknown authority", ins+"^^^&1.2.3&ISO^NH", notAuthentic, "VIHF-074")
	patient("without authority", ins, badToken, form)
	patient("of an authority by its name", ins+"^^^INS&&^NH", badToken, form)
	patient("of an authority that is no OID", ins+"^^^&x&ISO^NH", badToken, form)
	patient("with iso in small letters", ins+"^^^&"+insAuthority+"&iso^NH", badToken, form)
	patient("with a leading zero in the OID", ins+"^^^&01.2.250.1.213.1.4.10&ISO^NH", badToken, form)
	patient("in full-width digits", "１７９０３５１２１５２０７０１^^^&"+insAuthority+"&ISO^NH", badToken+" Failure/XDSPatientIdDoesNotMatch", "VIHF-073 VIHF-075 DMP-001")
	patient("and another", ins+"^^^&"+insAuthority+"&ISO^NH~"+ins+"^^^&"+insAuthority+"&ISO", badToken, form)
	patient("escaped twice", ins+"^^^&amp;"+insAuthority+"&amp;ISO^NH", badToken, form)
	return cases
}

// SAML-15: a VIHF where none is looked for.
func misplaced(l *lot) (cases []hostile) {
	put := func(name, codes, rules string, place func(m *message, assertion string)) {
		cases = append(cases, hostile{name: "SAML-15 " + name, codes: codes, rules: rules, make: func(w *world) *message {
			m := l.message(nil)
			place(m, newToken(l.by, w.patient).text())
			return m
		}})
	}
	put("nowhere", badStructure, "VIHF-001", func(*message, string) {})
	put("an empty Security block", badStructure, "VIHF-001", func(m *message, _ string) { m.security = security("") })
	put("in the Body", badStructure, "VIHF-004", func(m *message, a string) {
		m.body = swap(m.body, `</rim:RegistryObjectList>`, a+`</rim:RegistryObjectList>`)
	})
	put("in a Security block in the Body", badStructure, "VIHF-002", func(m *message, a string) {
		m.body = swap(m.body, `</rim:RegistryObjectList>`, security(a)+`</rim:RegistryObjectList>`)
	})
	put("directly in the Header", badStructure, "VIHF-004", func(m *message, a string) { m.security = a })
	put("in an unknown block", badStructure, "VIHF-004", func(m *message, a string) { m.security = `<x:Block xmlns:x="urn:liasse:test">` + a + `</x:Block>` })
	put("in a block inside the Security block", badStructure, "VIHF-004", func(m *message, a string) {
		m.security = security(`<x:Block xmlns:x="urn:liasse:test">` + a + `</x:Block>`)
	})
	put("in a Security block for somebody else", badStructure, "VIHF-002", func(m *message, a string) {
		m.security = swap(security(a), `<wsse:Security `, `<wsse:Security xmlns:e="`+envSpace+`" e:role="urn:liasse:test:other" `)
	})
	put("in a Security block for nobody", badStructure, "VIHF-002", func(m *message, a string) {
		m.security = swap(security(a), `<wsse:Security `, `<wsse:Security xmlns:e="`+envSpace+`" e:role="`+envSpace+`/role/none" `)
	})
	put("in a Security block of another namespace", badStructure, "VIHF-004", func(m *message, a string) {
		m.security = strings.ReplaceAll(security(a), wsseSpace, "http://docs.oasis-open.org/wss/2004/01/other.xsd")
	})
	put("in a Security block inside another block", badStructure, "VIHF-002", func(m *message, a string) {
		m.security = `<x:Block xmlns:x="urn:liasse:test">` + security(a) + `</x:Block>`
	})
	put("in base64 in a BinarySecurityToken", badStructure, "VIHF-004", func(m *message, a string) {
		m.security = security(`<wsse:BinarySecurityToken xmlns:wsse="` + wsseSpace + `" ValueType="http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0">` + encoded([]byte(a)) + `</wsse:BinarySecurityToken>`)
	})
	put("as escaped text", badStructure, "VIHF-001", func(m *message, a string) { m.security = security(escaped(a)) })
	put("in CDATA", badStructure, "VIHF-001", func(m *message, a string) { m.security = security(`<![CDATA[` + a + `]]>`) })
	put("in a comment", badStructure, "VIHF-001", func(m *message, a string) { m.security = security(`<!--` + a + `-->`) })
	put("in an attachment", malformed, "MTOM-029", func(m *message, a string) {
		m.security = security(include("token"))
		m.parts = append(m.parts, part{id: "token", mediaType: "text/xml", content: a})
	})
	put("in two Security blocks", "Sender/InvalidSecurity "+badStructure, "SOAP-012 VIHF-002", func(m *message, a string) { m.security = security(a) + security(a) })
	put("in the second of two Security blocks", "Sender/InvalidSecurity "+badStructure, "SOAP-012 VIHF-002", func(m *message, a string) { m.security = security("") + security(a) })
	put("in an HTTP header", badStructure, "VIHF-001", func(m *message, a string) {
		m.header = map[string]string{"Authorization": "SAML " + encoded([]byte(a))}
	})
	put("in a Header after the Body", malformed, "SOAP-004", func(m *message, a string) {
		m.envelope = func(s string) string {
			return swap(s, `</env:Body>`, `</env:Body><env:Header>`+security(a)+`</env:Header>`)
		}
	})
	return cases
}
