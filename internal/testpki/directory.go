package testpki

import (
	"path/filepath"
	"strings"
)

// writeDirectories writes the directories of structures and of professionals, tab-separated with a header line.
func (m *maker) writeDirectories() error {
	structures := [][]string{{"id", "name", "kind", "parent", "sector", "from", "to"}}
	for _, p := range places {
		structures = append(structures, []string{p.id, p.name, p.kind, p.parent, p.sector, p.from, p.to})
	}
	professionals := [][]string{{"id", "family", "given", "profession", "speciality", "structure", "from", "to"}}
	for _, l := range links {
		speciality := strings.Join(l.who.Specialities, ",")
		professionals = append(professionals, []string{l.who.ID, l.who.Family, l.who.Given, l.who.Profession, speciality, l.structure, l.from, l.to})
	}
	dir := filepath.Join(m.dir, "directories")
	if err := writeTable(filepath.Join(dir, "structures.tsv"), structures); err != nil {
		return err
	}
	return writeTable(filepath.Join(dir, "professionals.tsv"), professionals)
}

func writeTable(path string, rows [][]string) error {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return writeFile(path, []byte(b.String()), 0o644)
}
