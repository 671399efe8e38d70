// Package liasse_test keeps the house as docs/architecture.md draws it.
package liasse_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors says what each package may import of this module. One floor stands on the next; nothing looks up.
var floors = map[string][]string{
	// leaves
	"internal/xmltree":         {},
	"internal/mime":            {},
	"internal/hl7v2":           {},
	"internal/audit":           {},
	"internal/audit/audittest": {"internal/xmltree"},
	"internal/postgrestest":    {},
	"internal/witness":         {},
	"internal/pki":             {},
	"internal/testpki":         {"internal/pki"},
	"internal/hostile":         {}, // tests alone, which stand on the whole house
	"internal/rule":            {"internal/xmltree"},
	// walls
	"schemas": {"internal/xmltree"},
	"xmldsig": {"internal/xmltree"},
	"soap":    {"internal/xmltree", "internal/rule", "internal/mime"},
	// rooms
	"registry":            {"internal/xmltree", "internal/rule", "internal/hl7v2", "internal/audit", "soap"},
	"registry/sqlstore":   {"internal/audit", "registry"},
	"registry/storetest":  {"internal/audit", "registry"},
	"repository":          {"internal/xmltree", "internal/rule", "internal/audit", "soap", "registry"},
	"repository/fsblob":   {"repository"},
	"repository/blobtest": {"repository"},
	"cda":                 {"internal/xmltree", "registry"},
	"vihf":                {"internal/xmltree", "internal/rule", "internal/pki", "xmldsig"},
	"dmp":                 {"internal/xmltree", "internal/rule", "internal/pki", "internal/audit", "xmldsig", "vihf", "cda", "soap", "registry", "repository"},
	// the suites see a server only over the network: nothing of ours at all
	"conformance": {},
	"check":       {"internal/xmltree", "internal/rule", "internal/pki", "xmldsig", "vihf", "dmp", "soap", "registry", "registry/sqlstore", "repository", "repository/fsblob"},
	// the front of the house
	"internal/xdsclient": {"internal/xmltree", "vihf", "dmp", "soap", "registry", "cda"},
	"internal/server":    {"internal/rule", "internal/audit", "internal/pki", "vihf", "dmp", "soap", "schemas", "registry", "registry/sqlstore", "repository", "repository/fsblob"},
	"internal/demo":      {"internal/audit", "internal/testpki", "vihf", "soap", "registry", "cda", "internal/server", "internal/xdsclient"},
	"internal/bench":     {"internal/xmltree", "internal/rule", "vihf", "dmp", "registry", "registry/sqlstore"},
	"cmd/liasse":         {"internal/rule", "internal/audit", "internal/testpki", "internal/pki", "check", "vihf", "soap", "repository", "cda", "conformance", "internal/server", "internal/xdsclient", "internal/demo", "internal/bench"},
}

// outside says which packages may use an outside module; what is not listed may use the standard library and zerolog.
var outside = map[string][]string{
	"internal/pki": {}, "internal/testpki": {}, "internal/mime": {}, "internal/rule": {}, "internal/audit": {}, "internal/witness": {}, "internal/hl7v2": {}, "internal/xmltree": {}, "xmldsig": {},
	"registry/sqlstore":     {"github.com/jmoiron/sqlx", "github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"},
	"internal/bench":        {"github.com/mattn/go-sqlite3"},
	"repository/fsblob":     {"golang.org/x/sys"},
	"soap":                  {"golang.org/x/sys"},
	"schemas":               {"github.com/lestrrat-go/libxml2"},
	"conformance":           {"github.com/beevik/etree", "gopkg.in/yaml.v3", "golang.org/x/sync", "github.com/russellhaering/goxmldsig"},
	"internal/postgrestest": {"github.com/jackc/pgx/v5"},
	"registry/storetest":    {"github.com/google/go-cmp", "pgregory.net/rapid"},
	"internal/server":       {"github.com/pelletier/go-toml/v2", "github.com/prometheus/client_golang"},
	"registry":              {"golang.org/x/text"},
}

func TestNothingLooksUp(t *testing.T) {
	// #nosec: the command is constant
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("listing the packages: %v", err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		name := strings.TrimPrefix(fields[0], "liasse/")
		if name == "liasse" {
			continue // the root holds tests only
		}
		allowed, drawn := floors[name]
		if !drawn {
			t.Errorf("%s is not drawn: say in floors, and in docs/architecture.md, on what it stands", name)
			continue
		}
		seen++
		for _, imported := range fields[1:] {
			if inner, ours := strings.CutPrefix(imported, "liasse/"); ours {
				if !slices.Contains(allowed, inner) {
					t.Errorf("%s imports %s, which is not below it", name, inner)
				}
				continue
			}
			if strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") && !allowedOutside(name, imported) {
				t.Errorf("%s imports %s, which it may not", name, imported)
			}
		}
	}
	if seen != len(floors) {
		t.Errorf("%d packages are drawn and %d were found", len(floors), seen)
	}
}

func allowedOutside(name, imported string) bool {
	modules, special := outside[name]
	if strings.HasPrefix(imported, "github.com/rs/zerolog") {
		return !special || len(modules) > 0
	}
	return slices.ContainsFunc(modules, func(m string) bool { return imported == m || strings.HasPrefix(imported, m+"/") })
}
