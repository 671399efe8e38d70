package server_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"liasse/internal/rule"
	_ "liasse/internal/server" // enters every rule into the catalogue
)

var update = flag.Bool("update", false, "rewrite the generated pages of docs/")

// The generated pages say what the catalogue says.
func TestGeneratedDocs(t *testing.T) {
	for name, write := range map[string]func(io.Writer, []*rule.Rule) error{
		"rules.md":      rule.WriteMarkdown,
		"tolerances.md": rule.WriteTolerances,
	} {
		t.Run(name, func(t *testing.T) {
			var want bytes.Buffer
			if err := write(&want, rule.All()); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("..", "..", "docs", name)
			if *update {
				if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want.Bytes()) {
				t.Errorf("docs/%s is not what the catalogue says; run: make generate", name)
			}
		})
	}
}

// Every rule is complete in both languages and its texts are sentences, not stubs.
func TestRuleTexts(t *testing.T) {
	for _, r := range rule.All() {
		for what, text := range map[string]string{"English title": r.Title.EN, "French title": r.Title.FR, "English fix": r.Fix.EN, "French fix": r.Fix.FR} {
			if len(text) < 12 {
				t.Errorf("%s: the %s is %q", r.ID, what, text)
			}
		}
		if r.Title.EN == r.Title.FR || r.Fix.EN == r.Fix.FR {
			t.Errorf("%s: the French text is the English one", r.ID)
		}
	}
	if n := len(rule.All()); n < 100 {
		t.Errorf("the catalogue holds %d rules", n)
	}
}
