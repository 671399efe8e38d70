package mime

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every message of the package has its French, with the same values.
func TestMessagesInFrench(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`(?:framing\(\w+, |unreadable\(|say\(|truncated\([\w.]+, )"([^"]+)"`)
	verb := regexp.MustCompile(`%[0-9]*[a-zA-Z]`)
	used := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range call.FindAllStringSubmatch(string(text), -1) {
			used[found[1]] = true
			french, ok := frenchFormats[found[1]]
			if !ok || strings.Join(verb.FindAllString(french, -1), "") != strings.Join(verb.FindAllString(found[1], -1), "") {
				t.Errorf("%s: the French of %q is %q", file, found[1], french)
			}
		}
	}
	if len(used) != len(frenchFormats) {
		t.Errorf("%d messages are used, %d are translated", len(used), len(frenchFormats))
	}
}
