package conformance_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liasse/internal/rule"
)

// TestOperationalRulesAreTested looks for a test of each rule that no message can break, and so no suite: one of the
// module's tests must name it as it stands in an answer.
func TestOperationalRulesAreTested(t *testing.T) {
	untested := map[string]bool{}
	for _, r := range rule.All() {
		if r.Operational {
			untested["["+r.ID+"] "] = true
		}
	}
	if len(untested) == 0 {
		t.Fatal("the catalogue has no operational rule")
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for id := range untested {
			if strings.Contains(string(text), id) {
				delete(untested, id)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range untested {
		t.Errorf("no test answers with %s", id)
	}
}
