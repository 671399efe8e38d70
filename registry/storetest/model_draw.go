package storetest

import (
	"pgregory.net/rapid"

	"liasse/registry"
)

// maybe draws a list that is empty, and so does not restrict, three times of four.
func maybe[T any](rt *rapid.T, name string, from []T) []T {
	if len(from) == 0 || rapid.IntRange(0, 3).Draw(rt, name+" given") != 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.SampledFrom(from), 1, 4).Draw(rt, name)
}

func drawRange(rt *rapid.T, name string) (t registry.TimeRange) {
	if rapid.IntRange(0, 3).Draw(rt, name+" given") == 0 {
		t.From = rapid.SampledFrom(modelTimes).Draw(rt, name+" from")
		t.To = rapid.SampledFrom(modelTimes).Draw(rt, name+" to")
	}
	return t
}

func drawCodes(rt *rapid.T, kinds ...registry.CodeKind) (out []registry.CodeCondition) {
	known := append([]registry.Code{code("never", "stored")}, modelCodes...)
	for range rapid.IntRange(0, 2).Draw(rt, "code conditions") {
		out = append(out, registry.CodeCondition{
			Kind:    rapid.SampledFrom(kinds).Draw(rt, "code kind"),
			AnyOf:   rapid.SliceOfN(rapid.SampledFrom(known), 0, 3).Draw(rt, "codes"),
			Exclude: rapid.Bool().Draw(rt, "exclude"),
		})
	}
	return out
}

func drawTexts(rt *rapid.T, name string, exact []string) (out []registry.TextCondition) {
	for range max(0, rapid.IntRange(-2, 2).Draw(rt, name+" conditions")) {
		c := registry.TextCondition{Like: rapid.Bool().Draw(rt, "like"), Exclude: rapid.Bool().Draw(rt, "exclude")}
		from := exact
		if c.Like {
			from = modelPatterns
		}
		c.AnyOf = rapid.SliceOfN(rapid.SampledFrom(from), 0, 3).Draw(rt, name)
		out = append(out, c)
	}
	return out
}

func drawLimit(rt *rapid.T) int { return max(0, rapid.IntRange(-6, 3).Draw(rt, "limit")) }

// ids gives the entryUUIDs of everything in the model, and one of nothing.
func (m *model) ids() []registry.UUID {
	ids := []registry.UUID{{1}}
	for _, o := range batchRecords(&m.batch) {
		ids = append(ids, o.ID)
	}
	return ids
}

func batchRecords(b *registry.Batch) (all []*registry.ObjectRecord) {
	for _, d := range b.Documents {
		all = append(all, &d.ObjectRecord)
	}
	for _, s := range b.SubmissionSets {
		all = append(all, &s.ObjectRecord)
	}
	for _, f := range b.Folders {
		all = append(all, &f.ObjectRecord)
	}
	for _, a := range b.Associations {
		all = append(all, &a.ObjectRecord)
	}
	return all
}

// owners gives the entryUUIDs of what has members.
func (m *model) owners() (ids []registry.UUID) {
	for _, s := range m.batch.SubmissionSets {
		ids = append(ids, s.ID)
	}
	for _, f := range m.batch.Folders {
		ids = append(ids, f.ID)
	}
	return ids
}

func (m *model) uniqueIDs() []string {
	ids := []string{"nothing"}
	for _, o := range batchRecords(&m.batch) {
		if o.UniqueID != "" {
			ids = append(ids, o.UniqueID)
		}
	}
	return ids
}

func (m *model) logicalIDs() []registry.UUID {
	ids := []registry.UUID{{1}}
	for _, d := range m.batch.Documents {
		ids = append(ids, d.LID, d.ID)
	}
	for _, f := range m.batch.Folders {
		ids = append(ids, f.LID)
	}
	return ids
}

// drawPatients draws, most times, a patient: that is how most queries begin.
func (m *model) drawPatients(rt *rapid.T) []string {
	var all []string
	for i := range modelPatients + 1 {
		all = append(all, PatientID(i))
	}
	return rapid.SliceOfN(rapid.SampledFrom(all), 0, 2).Draw(rt, "patients")
}

var modelStatus = []registry.Status{registry.Approved, registry.Deprecated}

func (m *model) drawDocumentFilter(rt *rapid.T) *registry.DocumentFilter {
	return &registry.DocumentFilter{
		PatientIDs: m.drawPatients(rt),
		IDs:        maybe(rt, "ids", m.ids()),
		UniqueIDs:  maybe(rt, "uniqueIds", m.uniqueIDs()),
		LogicalIDs: maybe(rt, "logicalIDs", m.logicalIDs()),
		Status:     maybe(rt, "status", modelStatus),
		Types:      maybe(rt, "types", []registry.ObjectType{registry.Stable, registry.OnDemand}),
		Codes: drawCodes(rt, registry.CodeClass, registry.CodeType, registry.CodeFormat, registry.CodePracticeSetting,
			registry.CodeConfidentiality, registry.CodeConfidentiality, registry.CodeEvent),
		Created:      drawRange(rt, "created"),
		Started:      drawRange(rt, "started"),
		Stopped:      drawRange(rt, "stopped"),
		Authors:      drawTexts(rt, "authors", modelPersons),
		References:   drawTexts(rt, "references", modelRefs),
		LatestOnly:   rapid.Bool().Draw(rt, "latest"),
		MemberOf:     maybe(rt, "member of", m.owners()),
		Limit:        drawLimit(rt),
		IdentityOnly: rapid.Bool().Draw(rt, "identity only"),
	}
}

func (m *model) drawSubmissionSetFilter(rt *rapid.T) *registry.SubmissionSetFilter {
	return &registry.SubmissionSetFilter{
		PatientIDs:   m.drawPatients(rt),
		IDs:          maybe(rt, "ids", m.ids()),
		UniqueIDs:    maybe(rt, "uniqueIds", m.uniqueIDs()),
		Status:       maybe(rt, "status", modelStatus),
		SourceIDs:    maybe(rt, "sources", []string{"1.2.3", "1.3.6.1.4.1.21367.2005.3.7"}),
		Submitted:    drawRange(rt, "submitted"),
		Authors:      drawTexts(rt, "authors", modelPersons),
		ContentTypes: maybe(rt, "content types", modelCodes),
		Members:      maybe(rt, "members", m.ids()),
		Limit:        drawLimit(rt),
		IdentityOnly: rapid.Bool().Draw(rt, "identity only"),
	}
}

func (m *model) drawFolderFilter(rt *rapid.T) *registry.FolderFilter {
	return &registry.FolderFilter{
		PatientIDs:   m.drawPatients(rt),
		IDs:          maybe(rt, "ids", m.ids()),
		UniqueIDs:    maybe(rt, "uniqueIds", m.uniqueIDs()),
		LogicalIDs:   maybe(rt, "logicalIDs", m.logicalIDs()),
		Status:       maybe(rt, "status", modelStatus),
		Updated:      drawRange(rt, "updated"),
		Codes:        drawCodes(rt, registry.CodeFolder),
		LatestOnly:   rapid.Bool().Draw(rt, "latest"),
		Members:      maybe(rt, "members", m.ids()),
		MemberOf:     maybe(rt, "member of", m.owners()),
		Limit:        drawLimit(rt),
		IdentityOnly: rapid.Bool().Draw(rt, "identity only"),
	}
}

func (m *model) drawAssociationFilter(rt *rapid.T) *registry.AssociationFilter {
	return &registry.AssociationFilter{
		IDs:          maybe(rt, "ids", m.ids()),
		Sources:      maybe(rt, "sources", m.ids()),
		Targets:      maybe(rt, "targets", m.ids()),
		Either:       maybe(rt, "either", m.ids()),
		Types:        maybe(rt, "types", []registry.AssociationType{registry.HasMember, registry.Replaces, registry.Signs, registry.Appends}),
		Status:       maybe(rt, "status", modelStatus),
		Limit:        drawLimit(rt),
		IdentityOnly: rapid.Bool().Draw(rt, "identity only"),
	}
}
