package vihf

import (
	"context"
	"fmt"
	"time"
)

// Exercise is one link of a professional to a structure.
type Exercise struct {
	// Structure is the Struct_IdNat; Profession and Speciality are codes, empty when they are not known.
	Structure, Profession, Speciality string

	active period
}

// Active tells whether the link holds at a time.
func (e Exercise) Active(at time.Time) bool { return e.active.holds(at) }

type professionalTable map[string][]Exercise

// Professionals is the directory of professionals: a file of tab-separated values with the columns id (PS_IdNat), family,
// given, profession, speciality, structure, from and to, one line for each link of a professional to a structure. It may
// be replaced while the server runs.
type Professionals struct{ file *tableFile[professionalTable] }

// LoadProfessionals reads a directory of professionals.
func LoadProfessionals(path string) (*Professionals, error) {
	file, err := openTable(path, parseProfessionals)
	if err != nil {
		return nil, err
	}
	return &Professionals{file}, nil
}

func parseProfessionals(src []byte) (*professionalTable, error) {
	table := professionalTable{}
	err := readTable(src, []string{"id", "profession", "speciality", "structure", "from", "to"}, func(f []string) error {
		if f[0] == "" {
			return fmt.Errorf("a professional has no id")
		}
		active, err := parsePeriod(f[4], f[5])
		if err != nil {
			return err
		}
		table[f[0]] = append(table[f[0]], Exercise{Profession: f[1], Speciality: f[2], Structure: f[3], active: active})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &table, nil
}

// Reload reads the file again and tells whether it changed; on an error what was read before stays in force.
func (p *Professionals) Reload() (changed bool, err error) { return p.file.reload() }

// Watch reloads at every interval until the context ends, and tells what failed.
func (p *Professionals) Watch(ctx context.Context, every time.Duration, failed func(error)) {
	p.file.watch(ctx, every, failed)
}

// Exercises gives the links of a professional, none when the directory does not know the identifier.
func (p *Professionals) Exercises(id string) []Exercise { return (*p.file.value.Load())[id] }

// linked tells whether the professional exercises in the structure at a time.
func (p *Professionals) linked(id, structure string, at time.Time) bool {
	for _, e := range p.Exercises(id) {
		if e.Structure == structure && e.Active(at) {
			return true
		}
	}
	return false
}
