package xmltree

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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

// verdict is what xmllint says of a document.
type verdict struct {
	out []byte
	// refused: not well-formed, or a namespace fault, which xmllint writes but does not count.
	refused bool
	// noForm: it finds no canonical form, a namespace name being no absolute URI.
	noForm bool
	said   string
}

// xmllint runs the witness on a document.
func xmllint(t testing.TB, program string, src []byte, options ...string) verdict {
	t.Helper()
	cmd := exec.Command(program, append(options, "--nonet", "--huge", "-")...)
	cmd.Stdin = bytes.NewReader(src)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	v := verdict{out: stdout.Bytes(), said: stderr.String()}
	for line := range strings.Lines(v.said) {
		switch {
		case strings.Contains(line, "is not a valid URI"): // no constraint of Namespaces in XML
		case strings.Contains(line, "parser error :"), strings.Contains(line, "namespace error :"):
			v.refused = true
		case strings.HasPrefix(line, "C14N error"):
			v.noForm = true
		}
	}
	if !v.refused && !v.noForm && !cmd.ProcessState.Success() {
		t.Fatalf("xmllint: %v: %s", cmd.ProcessState, v.said)
	}
	return v
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
		want := xmllint(t, program, src, form.option)
		if want.refused || want.noForm {
			t.Errorf("%s: xmllint refuses the document: %s", form.option, want.said)
			continue
		}
		got := d.Node().AppendCanonical(nil, Canonicalization{Method: form.method, Comments: true})
		if !bytes.Equal(got, want.out) {
			t.Errorf("%s differs: %s", form.option, firstDifference(got, want.out))
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
