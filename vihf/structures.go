package vihf

import (
	"context"
	"fmt"
	"time"
)

// StructureKind says what a structure is.
type StructureKind string

// The kinds of structure.
const (
	// LegalEntity is an entité juridique (EJ), whose certificate may cover its sites.
	LegalEntity StructureKind = "EJ"
	// Site is an entité géographique (EG), a site of its parent.
	Site StructureKind = "EG"
	// OtherStructure is any other: a practice, a pharmacy.
	OtherStructure StructureKind = "OTHER"
)

// Structure is one line of the directory of structures.
type Structure struct {
	// ID is the Struct_IdNat.
	ID, Name string
	Kind     StructureKind
	// Parent is the Struct_IdNat of the legal entity of a site.
	Parent string
	// Sector is the sector of activity, code^OID or the code alone; empty when it is not known.
	Sector string

	active period
}

// Active tells whether the structure exists at a time.
func (s Structure) Active(at time.Time) bool { return s.active.holds(at) }

type structureTable map[string]Structure

// Structures is the directory of structures: a file of tab-separated values with the columns id, name, kind (EJ, EG or
// OTHER), parent, sector, from and to. It may be replaced while the server runs.
type Structures struct{ file *tableFile[structureTable] }

// LoadStructures reads a directory of structures.
func LoadStructures(path string) (*Structures, error) {
	file, err := openTable(path, parseStructures)
	if err != nil {
		return nil, err
	}
	return &Structures{file}, nil
}

func parseStructures(src []byte) (*structureTable, error) {
	table := structureTable{}
	err := readTable(src, []string{"id", "name", "kind", "parent", "sector", "from", "to"}, func(f []string) error {
		kind := StructureKind(f[2])
		if kind != LegalEntity && kind != Site && kind != OtherStructure {
			return fmt.Errorf("kind is %q; it may be EJ, EG or OTHER", f[2])
		}
		if f[0] == "" {
			return fmt.Errorf("a structure has no id")
		}
		if _, twice := table[f[0]]; twice {
			return fmt.Errorf("structure %s stands twice", f[0])
		}
		active, err := parsePeriod(f[5], f[6])
		if err != nil {
			return err
		}
		table[f[0]] = Structure{ID: f[0], Name: f[1], Kind: kind, Parent: f[3], Sector: f[4], active: active}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &table, nil
}

// Reload reads the file again and tells whether it changed; on an error what was read before stays in force.
func (s *Structures) Reload() (changed bool, err error) { return s.file.reload() }

// Watch reloads at every interval until the context ends, and tells what failed.
func (s *Structures) Watch(ctx context.Context, every time.Duration, failed func(error)) {
	s.file.watch(ctx, every, failed)
}

// Find gives the structure of that Struct_IdNat.
func (s *Structures) Find(id string) (Structure, bool) {
	found, ok := (*s.file.value.Load())[id]
	return found, ok
}

// legalEntity gives the Struct_IdNat of the legal entity that a structure is or is a site of, else its own.
func (s *Structures) legalEntity(id string) string {
	if s == nil {
		return id
	}
	if found, ok := s.Find(id); ok && found.Kind == Site && found.Parent != "" {
		return found.Parent
	}
	return id
}
