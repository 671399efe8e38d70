package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"liasse/registry"
)

// model is a registry as simple as the standard's text: slices, searched from end to end.
type model struct {
	batch    registry.Batch // everything stored
	owner    map[int64]int  // patient of each key
	survivor map[int]int    // patient after merges
	patient  map[string]int // by identifier
}

// The domains that values are drawn from: small, so that filters hit.
var (
	modelCodes    = []registry.Code{code("A", "1"), code("A", "2"), code("a", "1"), code("B", "1"), code("C", "1")}
	modelTimes    = []string{"", "20230101000000", "20230101000001", "20240229120000", "20241231235959"}
	modelPersons  = []string{"1^DUPONT", "1^Dupont", "1^Dupond^É", `50%_\`, "[ab]*?", "^^", "2^MARTIN^Zoé"}
	modelPatterns = []string{"%", "%dup%", "%Dupon_%", `%\`, `50\%%`, "[ab]%", "%É", "_^%", "1^Dupont", "%*?", "%_", ""}
	modelRefs     = []string{"R1^^^&1.2&ISO^u", "R2^^^&1.2&ISO^u", "R3"}
)

const modelPatients = 4

// populate fills a store and a model with the same objects.
func populate(t *testing.T, s registry.Store, seed uint64) *model {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(seed, 1))
	m := &model{owner: map[int64]int{}, survivor: map[int]int{}, patient: map[string]int{}}
	for i := range modelPatients {
		m.patient[PatientID(i)], m.survivor[i] = i, i
	}
	for i := range 24 {
		n := i % modelPatients
		b := m.drawLot(rng, n)
		insert(t, s, PatientID(n), b)
		m.keep(b, n)
	}
	for range 2 {
		from, to := rng.IntN(modelPatients), rng.IntN(modelPatients)
		if from == to || m.survivor[from] != from || m.survivor[to] != to {
			continue
		}
		merge(t, s, PatientID(from), PatientID(to))
		for p, end := range m.survivor {
			if end == from {
				m.survivor[p] = to
			}
		}
	}
	for _, d := range m.batch.Documents {
		if rng.IntN(4) == 0 {
			d.Status = registry.Deprecated
			submit(t, s, func(tx registry.Tx) error {
				return tx.SetStatus(ctx, registry.KindDocument, []registry.UUID{d.ID}, registry.Deprecated)
			})
		}
	}
	return m
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func several[T any](rng *rand.Rand, from []T, most int) (out []T) {
	for range rng.IntN(most + 1) {
		out = append(out, pick(rng, from))
	}
	return out
}

func (m *model) drawLot(rng *rand.Rand, patient int) *registry.Batch {
	b := Lot(2)
	set := b.SubmissionSets[0]
	set.ContentType, set.SubmissionTime, set.AuthorPersons = pick(rng, modelCodes), pick(rng, modelTimes), several(rng, modelPersons, 3)
	for _, d := range b.Documents {
		d.ClassCode, d.TypeCode, d.FormatCode = pick(rng, modelCodes), pick(rng, modelCodes), pick(rng, modelCodes)
		d.ConfidentialityCodes, d.EventCodes = several(rng, modelCodes, 3), several(rng, modelCodes, 2)
		d.CreationTime, d.ServiceStart, d.ServiceStop = pick(rng, modelTimes), pick(rng, modelTimes), pick(rng, modelTimes)
		d.AuthorPersons, d.ReferenceIDs = several(rng, modelPersons, 3), several(rng, modelRefs, 2)
		if rng.IntN(5) == 0 {
			d.ObjectType = registry.OnDemand
		}
		if old := m.batch.Documents; len(old) > 0 && rng.IntN(4) == 0 {
			of := pick(rng, old)
			if m.owner[of.Key] == patient {
				d.LID, d.UniqueID, d.Version = of.LID, of.UniqueID, m.newest(of.LID)+1
				break // one new version in a lot: two of one object would be equal
			}
		}
	}
	folder := Folder()
	folder.Codes, folder.LastUpdateTime = several(rng, modelCodes, 3), pick(rng, modelTimes[1:])
	b.Folders = append(b.Folders, folder)
	b.Associations = append(b.Associations,
		Member(&set.ObjectRecord, registry.KindSubmissionSet, &folder.ObjectRecord, registry.KindFolder),
		Member(&folder.ObjectRecord, registry.KindFolder, &b.Documents[1].ObjectRecord, registry.KindDocument),
		Member(&set.ObjectRecord, registry.KindSubmissionSet, &b.Associations[0].ObjectRecord, registry.KindAssociation))
	if old := m.batch.Documents; len(old) > 0 {
		b.Associations = append(b.Associations, Link(pick(rng, []registry.AssociationType{registry.Replaces, registry.Signs}),
			&b.Documents[0].ObjectRecord, registry.KindDocument, &pick(rng, old).ObjectRecord, registry.KindDocument))
	}
	b.Contents = nil
	return b
}

func (m *model) newest(lid registry.UUID) (n int) {
	for _, d := range m.batch.Documents {
		if d.LID == lid {
			n = max(n, d.Version)
		}
	}
	return n
}

func (m *model) keep(b *registry.Batch, patient int) {
	for _, d := range b.Documents {
		m.owner[d.Key] = patient
	}
	for _, s := range b.SubmissionSets {
		m.owner[s.Key] = patient
	}
	for _, f := range b.Folders {
		m.owner[f.Key] = patient
	}
	for _, a := range b.Associations {
		m.owner[a.Key] = patient
	}
	m.batch.Documents = append(m.batch.Documents, b.Documents...)
	m.batch.SubmissionSets = append(m.batch.SubmissionSets, b.SubmissionSets...)
	m.batch.Folders = append(m.batch.Folders, b.Folders...)
	m.batch.Associations = append(m.batch.Associations, b.Associations...)
}

// testModel asks a store and a model the same questions.
func testModel(t *testing.T, open func(t *testing.T) registry.Store) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("population ", seed), func(t *testing.T) {
			s := open(t)
			m := populate(t, s, seed)
			t.Run("documents", rapid.MakeCheck(func(rt *rapid.T) {
				f := m.drawDocumentFilter(rt)
				compareAnswers(rt, f.Limit, m.sorted(m.documents(f)), s, func(r registry.Reader, add func(*registry.ObjectRecord)) error {
					return r.Documents(context.Background(), f, func(d *registry.DocumentRecord) error { add(&d.ObjectRecord); return nil })
				})
			}))
			t.Run("submission sets", rapid.MakeCheck(func(rt *rapid.T) {
				f := m.drawSubmissionSetFilter(rt)
				compareAnswers(rt, f.Limit, m.sorted(m.submissionSets(f)), s, func(r registry.Reader, add func(*registry.ObjectRecord)) error {
					return r.SubmissionSets(context.Background(), f, func(d *registry.SubmissionSetRecord) error { add(&d.ObjectRecord); return nil })
				})
			}))
			t.Run("folders", rapid.MakeCheck(func(rt *rapid.T) {
				f := m.drawFolderFilter(rt)
				compareAnswers(rt, f.Limit, m.sorted(m.folders(f)), s, func(r registry.Reader, add func(*registry.ObjectRecord)) error {
					return r.Folders(context.Background(), f, func(d *registry.FolderRecord) error { add(&d.ObjectRecord); return nil })
				})
			}))
			t.Run("associations", rapid.MakeCheck(func(rt *rapid.T) {
				f := m.drawAssociationFilter(rt)
				compareAnswers(rt, f.Limit, m.sorted(m.associations(f)), s, func(r registry.Reader, add func(*registry.ObjectRecord)) error {
					return r.Associations(context.Background(), f, func(d *registry.AssociationRecord) error { add(&d.ObjectRecord); return nil })
				})
			}))
		})
	}
}

// line is what one row of an answer is compared by.
type line struct {
	ID      registry.UUID
	Status  registry.Status
	Patient string
}

func (m *model) sorted(objects []*registry.ObjectRecord) []line {
	slices.SortFunc(objects, func(a, b *registry.ObjectRecord) int { return int(a.Key - b.Key) })
	lines := []line{}
	for _, o := range objects {
		lines = append(lines, line{o.ID, o.Status, PatientID(m.survivor[m.owner[o.Key]])})
	}
	return lines
}

func compareAnswers(rt *rapid.T, limit int, want []line, s registry.Store, ask func(r registry.Reader, add func(*registry.ObjectRecord)) error) {
	if limit > 0 && len(want) > limit {
		want = want[:limit]
	}
	got := []line{}
	err := s.View(context.Background(), func(r registry.Reader) error {
		return ask(r, func(o *registry.ObjectRecord) { got = append(got, line{o.ID, o.Status, o.PatientID}) })
	})
	if err != nil {
		rt.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatal(diff)
	}
}
