package xmltree

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// witness gives the path of a program that judges our results, which `make deps` installs. In CI it must be there.
func witness(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; `make deps` installs it", program)
	}
	t.Skipf("%s is not installed; `make deps` installs it", program)
	return ""
}

// sharedData gives a folder of the data that stands beside the project, and skips the test where there is none.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("../shared/data/%s is absent", name)
	}
	return path
}

// xmllint runs the witness on a document and gives what it writes; ok is false when it refuses the document or has a
// complaint of it, such as a namespace fault, which it writes but does not count.
func xmllint(t testing.TB, program string, src []byte, options ...string) (out []byte, ok bool) {
	t.Helper()
	cmd := exec.Command(program, append(options, "--nonet", "--huge", "-")...)
	cmd.Stdin = bytes.NewReader(src)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return stdout.Bytes(), err == nil && stderr.Len() == 0
}

// canonicalForms are the options of xmllint that write a whole document canonically, comments kept.
var canonicalForms = []struct {
	option string
	method Method
}{{"--c14n", C14N10}, {"--c14n11", C14N11}, {"--exc-c14n", Exclusive}}

// sameAsXmllint checks that the whole document has the canonical forms that xmllint gives it.
func sameAsXmllint(t *testing.T, program string, src []byte) {
	t.Helper()
	d, err := Parse(src, DocumentLimits)
	if err != nil {
		t.Errorf("refused: %v", err)
		return
	}
	defer d.Release()
	for _, form := range canonicalForms {
		want, ok := xmllint(t, program, src, form.option)
		if !ok {
			t.Errorf("%s: xmllint refuses the document", form.option)
			continue
		}
		got := d.Node().AppendCanonical(nil, Canonicalization{Method: form.method, Comments: true})
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs: %s", form.option, firstDifference(got, want))
		}
	}
}

// firstDifference shows where two byte strings part.
func firstDifference(got, want []byte) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-40)
	return "at byte " + itoa(i) + "\n got …" + quoted(got, from, i+60) + "\nwant …" + quoted(want, from, i+60)
}

func quoted(b []byte, from, to int) string { return strconv.Quote(string(b[from:min(to, len(b))])) }

func itoa(i int) string { return strconv.Itoa(i) }
