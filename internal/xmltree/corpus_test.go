package xmltree

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFrenchDocuments reads the CDA documents that the Agence du numérique en santé publishes as examples.
func TestFrenchDocuments(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedData(t, "cda"), "*.xml"))
	if err != nil || len(files) < 47 {
		t.Fatalf("%d documents, %v; 47 were published", len(files), err)
	}
	program := witness(t, "xmllint")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sameAsXmllint(t, program, src)
		})
	}
}
