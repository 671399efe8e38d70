package vihf

import (
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

func (j *judgement) readVersion(c claim) {
	if j.caller.Version = j.textOf(c); j.caller.Version != "" && !slices.Contains(j.v.cfg.Versions, j.caller.Version) {
		j.found(ruleVIHFVersion, c.value, j.caller.Version, strings.Join(j.v.cfg.Versions, ", "))
	}
}

func (j *judgement) readMode(c claim) {
	switch j.caller.Mode = Mode(j.textOf(c)); j.caller.Mode {
	case Direct, Indirect, Reinforced, "":
	default:
		j.found(ruleMode, c.value, string(j.caller.Mode), "")
	}
}

func (j *judgement) readStructure(c claim) {
	if j.caller.Structure = j.textOf(c); j.caller.Structure != "" && !isStructureID(j.caller.Structure) {
		j.found(ruleStructureForm, c.value, j.caller.Structure, "")
	}
}

func (j *judgement) readSector(c claim) {
	j.caller.Sector = j.textOf(c)
	if j.caller.Sector == "" {
		return
	}
	code, system, _ := strings.Cut(j.caller.Sector, "^")
	if code == "" || !isOID(system) {
		j.found(ruleSectorForm, c.value, j.caller.Sector, "")
		return
	}
	if _, known := j.v.cfg.ValueSets.sector(code, system); !known {
		j.found(ruleSector, c.value, j.caller.Sector, "")
	}
}

func (j *judgement) readResourceURN(c claim) {
	if urn := j.textOf(c); urn != "" && urn != ResourceURN {
		j.found(ruleResourceURN, c.value, urn, ResourceURN)
	}
}

func (j *judgement) readPatient(c claim) {
	written := j.textOf(c)
	if written == "" {
		return
	}
	patient, ok := parsePatient(written)
	if !ok {
		j.found(rulePatientForm, c.value, written, "")
		return
	}
	patient.Node = c.node
	j.caller.Patient = patient
	if patient.Type != nhType {
		j.found(rulePatientType, c.value, patient.Type, nhType)
	}
	if allowed := j.v.cfg.PatientAuthorities; len(allowed) > 0 && !slices.Contains(allowed, patient.Authority) {
		j.found(rulePatientAuthority, c.value, patient.Authority, strings.Join(allowed, ", "))
	}
	if isINSAuthority(patient.Authority) && !isINS(patient.ID) {
		j.found(ruleINS, c.value, patient.ID, "")
	}
}

func (j *judgement) readSubjectID(c claim)       { j.caller.SubjectName = j.textOf(c) }
func (j *judgement) readSoftwareID(c claim)      { j.caller.Software.ID = j.textOf(c) }
func (j *judgement) readSoftwareName(c claim)    { j.caller.Software.Name = j.textOf(c) }
func (j *judgement) readSoftwareVersion(c claim) { j.caller.Software.Version = j.textOf(c) }

func (j *judgement) readHomologation(c claim) {
	j.caller.Software.Homologation = j.textOf(c)
	if known := j.v.cfg.Homologations; len(known) > 0 && j.caller.Software.Homologation != "" && !slices.Contains(known, j.caller.Software.Homologation) {
		j.found(ruleHomologation, c.value, j.caller.Software.Homologation, "")
	}
}

// readConfidentiality takes the value as text, or as a coded element.
func (j *judgement) readConfidentiality(c claim) {
	var value string
	if element := c.value.FirstElement(); !element.IsZero() && element.NextElement().IsZero() && !hasText(c.value) {
		value = element.AttrValue("", "code")
	} else {
		value = j.textOf(c)
	}
	j.caller.SecretConnection = value == SecretConnection
	if !j.caller.SecretConnection {
		j.found(ruleConfidentiality, c.value, value, SecretConnection)
	}
}

func (j *judgement) readPurpose(c claim) {
	role, ok := j.coded(c.value, "PurposeOfUse")
	if !ok {
		return
	}
	j.caller.Purpose = Purpose(role.Code)
	switch j.caller.Purpose {
	case Normal, BreakGlass, Centre15:
	default:
		j.found(rulePurpose, c.value.FirstElement(), role.Code, strings.Join([]string{string(Normal), string(BreakGlass), string(Centre15)}, ", "))
	}
	if role.System != purposeSystem && role.System != purposeSystemOld {
		j.found(rulePurposeSystem, c.value.FirstElement(), role.System, purposeSystem)
	}
}

// coded reads an AttributeValue that holds one coded element of HL7 and nothing else.
func (j *judgement) coded(value xmltree.Node, local string) (Role, bool) {
	element := value.FirstElement()
	code, system := element.AttrValue("", "code"), element.AttrValue("", "codeSystem")
	if !element.Is(hl7Namespace, local) || !element.NextElement().IsZero() || hasText(value) || code == "" || system == "" {
		found := "AttributeValue"
		switch {
		case element.IsZero():
			found = strings.TrimSpace(value.Text())
		case !element.NextElement().IsZero():
			found = element.Local() + " " + element.NextElement().Local()
		case !element.Is(hl7Namespace, local):
			found = "{" + element.Space() + "}" + element.Local()
		}
		j.found(ruleCodedElement, value, found, "<"+local+" xmlns=\""+hl7Namespace+"\" xsi:type=\"CE\" code=\"…\" codeSystem=\"…\"/>")
		return Role{}, false
	}
	kind := element.AttrValue(instanceNamespace, "type")
	if _, name, prefixed := strings.Cut(kind, ":"); prefixed && name != "CE" || !prefixed && kind != "CE" {
		j.found(ruleCodedType, element, kind, "CE")
	}
	return Role{
		Code: strings.Clone(code), System: strings.Clone(system),
		SystemName: strings.Clone(element.AttrValue("", "codeSystemName")), Display: strings.Clone(element.AttrValue("", "displayName")),
	}, true
}
