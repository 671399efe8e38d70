package vihf

import (
	"context"
	_ "embed" // the tables that ship with the program
	"fmt"
	"time"
)

// roleKind says where among the roles a code stands.
type roleKind string

const (
	kindProfession roleKind = "profession" // the first role
	kindSpeciality roleKind = "speciality" // the second
	kindFunction   roleKind = "function"   // TRE_R21 and TRE_R22: listed by JDV_J65, needed nowhere
)

// coded is a code with its code system: codes alone collide.
type coded struct{ code, system string }

type roleEntry struct {
	kind    roleKind
	display string
}

type roleTable map[coded]roleEntry

type sectorTable map[coded]string

// ValueSets are the value sets that a token's codes are taken from: roles (JDV_J65) and sectors of activity (JDV_J61).
type ValueSets struct {
	roles   *tableFile[roleTable]
	sectors *tableFile[sectorTable]
}

//go:embed tables/roles.tsv
var shippedRoles []byte

//go:embed tables/sectors.tsv
var shippedSectors []byte

// ShippedValueSets gives the value sets that come with the program.
func ShippedValueSets() (*ValueSets, error) {
	roles, err := parseRoles(shippedRoles)
	if err != nil {
		return nil, fmt.Errorf("reading the roles that come with the program: %w", err)
	}
	sectors, err := parseSectors(shippedSectors)
	if err != nil {
		return nil, fmt.Errorf("reading the sectors that come with the program: %w", err)
	}
	v := &ValueSets{roles: &tableFile[roleTable]{}, sectors: &tableFile[sectorTable]{}}
	v.roles.value.Store(roles)
	v.sectors.value.Store(sectors)
	return v, nil
}

// LoadRoles replaces the roles by those of a file with the columns code, system, kind (profession, speciality or function)
// and display.
func (v *ValueSets) LoadRoles(path string) (err error) {
	v.roles, err = openTable(path, parseRoles)
	return err
}

// LoadSectors replaces the sectors of activity by those of a file with the columns code, system and display.
func (v *ValueSets) LoadSectors(path string) (err error) {
	v.sectors, err = openTable(path, parseSectors)
	return err
}

// Watch reloads what was read from files at every interval until the context ends, and tells what failed.
func (v *ValueSets) Watch(ctx context.Context, every time.Duration, failed func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := v.Reload(); err != nil {
				failed(err)
			}
		}
	}
}

// Reload reads the files again and tells whether one changed; on an error what was read before stays in force.
func (v *ValueSets) Reload() (changed bool, err error) {
	if v.roles.path != "" {
		if changed, err = v.roles.reload(); err != nil {
			return changed, err
		}
	}
	if v.sectors.path != "" {
		more, err := v.sectors.reload()
		return changed || more, err
	}
	return changed, nil
}

func parseRoles(src []byte) (*roleTable, error) {
	table := roleTable{}
	err := readTable(src, []string{"code", "system", "kind", "display"}, func(f []string) error {
		kind := roleKind(f[2])
		if kind != kindProfession && kind != kindSpeciality && kind != kindFunction {
			return fmt.Errorf("kind is %q; it may be profession, speciality or function", f[2])
		}
		if f[0] == "" || f[1] == "" {
			return fmt.Errorf("a role has no code or no system")
		}
		table[coded{f[0], f[1]}] = roleEntry{kind, f[3]}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &table, nil
}

func parseSectors(src []byte) (*sectorTable, error) {
	table := sectorTable{}
	err := readTable(src, []string{"code", "system", "display"}, func(f []string) error {
		if f[0] == "" || f[1] == "" {
			return fmt.Errorf("a sector has no code or no system")
		}
		table[coded{f[0], f[1]}] = f[2]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &table, nil
}

func (v *ValueSets) role(code, system string) (roleEntry, bool) {
	e, ok := (*v.roles.value.Load())[coded{code, system}]
	return e, ok
}

func (v *ValueSets) sector(code, system string) (display string, ok bool) {
	display, ok = (*v.sectors.value.Load())[coded{code, system}]
	return display, ok
}
