package vihf_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liasse/vihf"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const structureHeader = "id\tname\tkind\tparent\tsector\tfrom\tto\n"

func TestStructures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "structures.tsv")
	write(t, path, "\uFEFF# a remark\r\n"+strings.ReplaceAll(structureHeader, "\n", "\r\n")+
		"1A\tHôpital\tEJ\t\tSA01\t\t\r\n\r\n1B\tSite\tEG\t1A\t\t2020-01-01\t2020-12-31\r\n1C\tCabinet\tOTHER\r\n")
	directory, err := vihf.LoadStructures(path)
	if err != nil {
		t.Fatal(err)
	}
	site, ok := directory.Find("1B")
	if !ok || site.Kind != vihf.Site || site.Parent != "1A" || site.Name != "Site" {
		t.Errorf("%+v, %v", site, ok)
	}
	for day, active := range map[string]bool{"2019-12-31": false, "2020-01-01": true, "2020-12-31": true, "2021-01-01": false} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if last := at.Add(24*time.Hour - time.Nanosecond); site.Active(at) != active || site.Active(last) != active {
			t.Errorf("on %s active is %v and %v", day, site.Active(at), site.Active(last))
		}
	}
	if practice, ok := directory.Find("1C"); !ok || !practice.Active(now) {
		t.Errorf("a line that ends early: %+v, %v", practice, ok)
	}
}

func TestBrokenDirectories(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.tsv")
	for name, tt := range map[string]struct{ text, said string }{
		"empty":         {"", "no line names the columns"},
		"no column":     {"id\tname\n", `no column "kind"`},
		"unknown kind":  {structureHeader + "1A\tx\tXX\t\t\t\t\n", "line 2: kind"},
		"twice":         {structureHeader + "1A\tx\tEJ\t\t\t\t\n1A\tx\tEJ\t\t\t\t\n", "line 3: structure 1A stands twice"},
		"no id":         {structureHeader + "\tx\tEJ\t\t\t\t\n", "no id"},
		"date":          {structureHeader + "1A\tx\tEJ\t\t\t1/1/2020\t\n", "date"},
		"not text":      {"\x00\x01", "column"},
		"one long line": {structureHeader + strings.Repeat("a", 2<<20), "reading lines"},
	} {
		write(t, path, tt.text)
		if _, err := vihf.LoadStructures(path); err == nil || !strings.Contains(err.Error(), tt.said) {
			t.Errorf("%s: %v", name, err)
		}
	}
	write(t, path, "id\tprofession\tspeciality\tstructure\tfrom\tto\n\t10\t\t1A\t\t\n")
	if _, err := vihf.LoadProfessionals(path); err == nil || !strings.Contains(err.Error(), "no id") {
		t.Error(err)
	}
	if _, err := vihf.LoadProfessionals(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("a file that is not there was read")
	}
}

// TestDirectoryIsReplacedWhileInUse changes what the directory says, then breaks it.
func TestDirectoryIsReplacedWhileInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "structures.tsv")
	const known = structureHeader + "10B0000011\tCabinet\tOTHER\t\t\t\t\n"
	write(t, path, known)
	structures, err := vihf.LoadStructures(path)
	if err != nil {
		t.Fatal(err)
	}
	v := verifier(t, func(c *vihf.Config) { c.Structures = structures })
	accepted := func() bool {
		caller, _ := verify(t, v, request(t, sealed(issue(t, "medecin"))))
		return caller != nil
	}
	if !accepted() {
		t.Fatal("refused with the structure in the directory")
	}
	if changed, err := structures.Reload(); changed || err != nil {
		t.Errorf("nothing changed, and Reload says %v, %v", changed, err)
	}
	write(t, path, structureHeader)
	if changed, err := structures.Reload(); !changed || err != nil || accepted() {
		t.Errorf("the structure is gone: Reload says %v, %v, accepted %v", changed, err, accepted())
	}
	write(t, path, known)
	ctx, stop := context.WithCancel(context.Background())
	failures := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		structures.Watch(ctx, time.Millisecond, func(err error) {
			select {
			case failures <- err:
			default:
			}
		})
	}()
	for !accepted() {
		time.Sleep(time.Millisecond)
	}
	write(t, path, "spoiled")
	if err := <-failures; !strings.Contains(err.Error(), "structures.tsv") {
		t.Error(err)
	}
	stop()
	<-ended
	if !accepted() {
		t.Error("a directory that cannot be read took the place of a good one")
	}
}

// TestValueSetsAreReplaced takes roles and sectors from files.
func TestValueSetsAreReplaced(t *testing.T) {
	sets, err := vihf.ShippedValueSets()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	roles, sectors := filepath.Join(dir, "roles.tsv"), filepath.Join(dir, "sectors.tsv")
	write(t, roles, "code\tsystem\tkind\tdisplay\n60\t"+g15+"\tprofession\tInfirmier\n")
	write(t, sectors, "code\tsystem\tdisplay\nSA07\t1.2.250.1.71.4.2.4\tCabinet individuel\n")
	if err := sets.LoadRoles(roles); err != nil {
		t.Fatal(err)
	}
	if err := sets.LoadSectors(sectors); err != nil {
		t.Fatal(err)
	}
	v := verifier(t, func(c *vihf.Config) { c.ValueSets = sets })
	for who, want := range map[string]string{"infirmier": "", "medecin": "VIHF-090", "etablissement": "VIHF-082 VIHF-090"} {
		_, findings := verify(t, v, request(t, sealed(issue(t, who))))
		if got := strings.Join(ids(findings), " "); got != want {
			t.Errorf("%s: found %q, want %q", who, got, want)
		}
	}
	write(t, sectors, "code\tsystem\tdisplay\nSA99\t1.2.250.1.71.4.2.4\tx\n")
	if changed, err := sets.Reload(); !changed || err != nil {
		t.Errorf("Reload says %v, %v", changed, err)
	}
	if caller, _ := verify(t, v, request(t, sealed(issue(t, "infirmier")))); caller != nil {
		t.Error("a sector that is gone was accepted")
	}
	write(t, roles, "code\tsystem\tkind\tdisplay\n60\t"+g15+"\tx\t\n")
	if err := sets.LoadRoles(roles); err == nil {
		t.Error("roles of an unknown kind were read")
	}
}
