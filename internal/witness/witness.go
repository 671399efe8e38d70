// Package witness finds the programs that tests ask for a second opinion: xmlsec1, openssl.
package witness

import (
	"os"
	"os/exec"
	"testing"
)

// Program gives the path of a program that `make deps-test` installs. Where it is missing the test is skipped and says so;
// in continuous integration, where it must be there, the test fails.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: make deps-test installs it", name)
	}
	t.Skipf("%s is not installed: make deps-test installs it", name)
	return ""
}
