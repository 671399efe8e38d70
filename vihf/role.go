package vihf

import (
	"liasse/internal/xmltree"
)

// readRoles reads the roles in their order: the profession, then the speciality where there is one.
func (j *judgement) readRoles(c claim) {
	nodes := make([]xmltree.Node, 0, len(c.values))
	whole := true
	for i, value := range c.values {
		if i == 2 {
			j.found(ruleRoleCount, value, "", "")
			break
		}
		role, ok := j.coded(value, "Role")
		if !ok {
			whole = false
			continue
		}
		j.caller.Roles = append(j.caller.Roles, role)
		nodes = append(nodes, value.FirstElement())
	}
	if !whole || len(j.caller.Roles) == 0 {
		return // which role stands where is not known
	}
	j.caller.Profession = j.caller.Roles[0]
	if len(j.caller.Roles) > 1 {
		j.caller.Speciality = &j.caller.Roles[1]
	}
	if !j.judgeProfession(nodes[0]) {
		return // what goes with it is not known
	}
	wanted := specialitySystemOf(j.caller.Profession)
	if len(j.caller.Roles) == 1 {
		if wanted != "" && wanted != careRoleSystem {
			j.found(ruleSpecialityPresent, c.node, "", wanted)
		}
		return
	}
	j.judgeSpeciality(nodes[1], wanted)
}

func (j *judgement) judgeProfession(at xmltree.Node) bool {
	role := j.caller.Profession
	entry, known := j.v.cfg.ValueSets.role(role.Code, role.System)
	if known && entry.kind == kindProfession {
		return true
	}
	j.found(ruleProfession, at, role.Code+"^"+role.System, "")
	return false
}

func (j *judgement) judgeSpeciality(at xmltree.Node, wanted string) {
	role := *j.caller.Speciality
	entry, known := j.v.cfg.ValueSets.role(role.Code, role.System)
	switch {
	case wanted == "":
		j.found(ruleNoSpeciality, at, role.Code+"^"+role.System, "")
		if !known || entry.kind == kindProfession {
			j.found(ruleSpeciality, at, role.Code+"^"+role.System, "")
		}
	case !known || entry.kind != kindSpeciality || role.System != wanted:
		j.found(ruleSpeciality, at, role.Code+"^"+role.System, wanted)
	}
}

// specialitySystemOf gives the code system that the second role is of, empty when the profession has none.
func specialitySystemOf(profession Role) string {
	switch {
	case profession.Is("10", professionSystem), profession.Is("10", trainingSystem):
		return specialitySystem
	case profession.Is("21", professionSystem), profession.Is("21", trainingSystem):
		return pharmacistsSystem
	case profession.System == byRoleSystem:
		return careRoleSystem
	}
	return ""
}
