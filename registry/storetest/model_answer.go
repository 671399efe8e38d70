package storetest

import (
	"slices"

	"liasse/registry"
)

// in tells whether a list that may be empty, and then does not restrict, allows a value.
func in[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

func (m *model) ofPatients(cxs []string, o *registry.ObjectRecord) bool {
	if len(cxs) == 0 {
		return true
	}
	owner := m.survivor[m.owner[o.Key]]
	return slices.ContainsFunc(cxs, func(cx string) bool {
		p, known := m.patient[cx]
		return known && p == owner
	})
}

func inRange(r registry.TimeRange, v string) bool {
	return (r.From == "" || v >= r.From) && (r.To == "" || v < r.To)
}

func unbounded(r registry.TimeRange) bool { return r == registry.TimeRange{} }

func hasCodes(conditions []registry.CodeCondition, of func(kind registry.CodeKind) []registry.Code) bool {
	for _, c := range conditions {
		if len(c.AnyOf) == 0 {
			continue
		}
		has := slices.ContainsFunc(of(c.Kind), func(x registry.Code) bool {
			return slices.ContainsFunc(c.AnyOf, func(y registry.Code) bool { return x.Value == y.Value && x.Scheme == y.Scheme })
		})
		if has == c.Exclude {
			return false
		}
	}
	return true
}

func hasTexts(conditions []registry.TextCondition, values []string) bool {
	for _, c := range conditions {
		if len(c.AnyOf) == 0 {
			continue
		}
		has := slices.ContainsFunc(values, func(v string) bool {
			return slices.ContainsFunc(c.AnyOf, func(p string) bool {
				if c.Like {
					return matches([]rune(p), []rune(v))
				}
				return p == v
			})
		})
		if has == c.Exclude {
			return false
		}
	}
	return true
}

// matches is LIKE as ITI TF-2 3.18.4.1.2.3.5 has it: % for any characters, _ for one, and no escape.
func matches(pattern, text []rune) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	if pattern[0] == '%' {
		return matches(pattern[1:], text) || len(text) > 0 && matches(pattern, text[1:])
	}
	return len(text) > 0 && (pattern[0] == '_' || pattern[0] == text[0]) && matches(pattern[1:], text[1:])
}

// member tells whether there is a HasMember between an object and one of the others.
func (m *model) member(others []registry.UUID, id registry.UUID, owners bool) bool {
	if len(others) == 0 {
		return true
	}
	return slices.ContainsFunc(m.batch.Associations, func(a *registry.AssociationRecord) bool {
		if a.Type != registry.HasMember {
			return false
		}
		if owners {
			return a.Target == id && slices.Contains(others, a.Source)
		}
		return a.Source == id && slices.Contains(others, a.Target)
	})
}

func (m *model) documents(f *registry.DocumentFilter) (out []*registry.ObjectRecord) {
	for _, d := range m.batch.Documents {
		single := map[registry.CodeKind][]registry.Code{
			registry.CodeClass: {d.ClassCode}, registry.CodeType: {d.TypeCode}, registry.CodeFormat: {d.FormatCode},
			registry.CodePracticeSetting: {d.PracticeSetting}, registry.CodeFacilityType: {d.FacilityType},
			registry.CodeConfidentiality: d.ConfidentialityCodes, registry.CodeEvent: d.EventCodes,
		}
		created := unbounded(f.Created) || d.ObjectType == registry.OnDemand || d.CreationTime != "" && inRange(f.Created, d.CreationTime)
		if m.ofPatients(f.PatientIDs, &d.ObjectRecord) && in(f.IDs, d.ID) && in(f.UniqueIDs, d.UniqueID) && in(f.LogicalIDs, d.LID) &&
			in(f.Status, d.Status) && in(f.Types, d.ObjectType) && created &&
			(d.ServiceStart == "" || inRange(f.Started, d.ServiceStart)) && (d.ServiceStop == "" || inRange(f.Stopped, d.ServiceStop)) &&
			hasCodes(f.Codes, func(k registry.CodeKind) []registry.Code { return single[k] }) &&
			hasTexts(f.Authors, d.AuthorPersons) && hasTexts(f.References, d.ReferenceIDs) &&
			(!f.LatestOnly || m.newest(d.LID) == d.Version) && m.member(f.MemberOf, d.ID, true) {
			out = append(out, &d.ObjectRecord)
		}
	}
	return out
}

func (m *model) submissionSets(f *registry.SubmissionSetFilter) (out []*registry.ObjectRecord) {
	types := []registry.CodeCondition{{AnyOf: f.ContentTypes}}
	for _, s := range m.batch.SubmissionSets {
		submitted := unbounded(f.Submitted) || s.SubmissionTime != "" && inRange(f.Submitted, s.SubmissionTime)
		if m.ofPatients(f.PatientIDs, &s.ObjectRecord) && in(f.IDs, s.ID) && in(f.UniqueIDs, s.UniqueID) && in(f.Status, s.Status) &&
			in(f.SourceIDs, s.SourceID) && submitted && hasTexts(f.Authors, s.AuthorPersons) &&
			hasCodes(types, func(registry.CodeKind) []registry.Code { return []registry.Code{s.ContentType} }) && m.member(f.Members, s.ID, false) {
			out = append(out, &s.ObjectRecord)
		}
	}
	return out
}

func (m *model) folders(f *registry.FolderFilter) (out []*registry.ObjectRecord) {
	for _, d := range m.batch.Folders {
		if m.ofPatients(f.PatientIDs, &d.ObjectRecord) && in(f.IDs, d.ID) && in(f.UniqueIDs, d.UniqueID) && in(f.LogicalIDs, d.LID) &&
			in(f.Status, d.Status) && inRange(f.Updated, d.LastUpdateTime) &&
			hasCodes(f.Codes, func(registry.CodeKind) []registry.Code { return d.Codes }) &&
			m.member(f.Members, d.ID, false) && m.member(f.MemberOf, d.ID, true) {
			out = append(out, &d.ObjectRecord)
		}
	}
	return out
}

func (m *model) associations(f *registry.AssociationFilter) (out []*registry.ObjectRecord) {
	for _, a := range m.batch.Associations {
		if in(f.IDs, a.ID) && in(f.Sources, a.Source) && in(f.Targets, a.Target) && in(f.Types, a.Type) && in(f.Status, a.Status) &&
			(in(f.Either, a.Source) || in(f.Either, a.Target)) {
			out = append(out, &a.ObjectRecord)
		}
	}
	return out
}
