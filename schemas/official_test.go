package schemas

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lestrrat-go/libxml2/xsd"
)

// officialSchemas copies the schemas of OASIS, IHE and the W3C beside each other and compiles them as one.
func officialSchemas(t *testing.T) *Libxml2 {
	t.Helper()
	shared := sharedData(t, "xsd")
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "ebrs"), os.DirFS(filepath.Join(shared, "ebrs"))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "soap"), os.DirFS(filepath.Join(shared, "soap"))); err != nil {
		t.Fatal(err)
	}
	xml, err := os.ReadFile(filepath.Join(shared, "ebrs", "xml.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "soap", "xml.xsd"), xml, 0o600); err != nil {
		t.Fatal(err)
	}
	join(t, filepath.Join(dir, "ebrs", "IHE", "IHEXDSB.xsd"))
	all := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.w3.org/2003/05/soap-envelope" schemaLocation="soap/soap-1.2-envelope.xsd"/>
<xs:import namespace="urn:ihe:iti:xds-b:2007" schemaLocation="ebrs/IHE/IHEXDSB.xsd"/>
</xs:schema>`
	path := filepath.Join(dir, "all.xsd")
	if err := os.WriteFile(path, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	schema, err := xsd.ParseFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v := validator(t)
	official := &Libxml2{limits: v.limits, schema: schema}
	t.Cleanup(func() {
		if err := official.Close(); err != nil {
			t.Error(err)
		}
	})
	return official
}

// join makes the schema of XDS.b include the one that the schema of ebRIM imports for the same namespace, because a
// processor takes one file for each.
func join(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("<xs:import"))
	joined := string(b[:at]) + `<xs:include schemaLocation="xcf.xsd"/>` + string(b[at:])
	if err := os.WriteFile(path, []byte(joined), 0o600); err != nil {
		t.Fatal(err)
	}
}

// sharedData finds a folder of ../shared/data from the module's root.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	shared := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("%s: ../shared/data is absent", name)
	}
	return shared
}

// TestSameVerdictAsOfficial holds our schemas to the language of the official ones, except as intended says.
func TestSameVerdictAsOfficial(t *testing.T) {
	ours, theirs := validator(t), officialSchemas(t)
	differ := make(map[string]bool)
	compared := 0
	for schema, cases := range map[Schema][]verdict{Payload: payloadCases, Envelope: messageCases} {
		for _, c := range cases {
			if strings.HasPrefix(c.file, "patient-") || c.name == "a reply address without address" || c.name == "a body of something else" {
				continue // the official set holds no schema for these
			}
			compared++
			doc := c.document(t)
			our, err := ours.Validate(doc, schema)
			if err != nil {
				t.Fatal(err)
			}
			their, err := theirs.Validate(doc, schema)
			if err != nil {
				t.Fatal(err)
			}
			if (len(our) == 0) == (len(their) == 0) {
				continue
			}
			differ[c.name] = true
			if intended[c.name] == "" {
				t.Errorf("%s: ours says %v, the official ones say %v", c.name, our, their)
			}
		}
	}
	for name := range intended {
		if !differ[name] {
			t.Errorf("%s: the two agree, so the difference is not one", name)
		}
	}
	if compared < 90 {
		t.Errorf("only %d cases were compared", compared)
	}
}

// TestWrittenHere guards against a copied schema: no line of 60 characters or more is in both, unless it says nothing but
// names that the standard fixes.
func TestWrittenHere(t *testing.T) {
	shared := sharedData(t, "xsd")
	official := make(map[string]string)
	err := filepath.WalkDir(shared, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".xsd" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(b) {
			if text := strings.Join(strings.Fields(string(line)), " "); len(text) >= 60 && !strings.Contains(text, "http://") && !strings.Contains(text, "urn:") {
				official[text] = path
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(official) < 100 {
		t.Fatalf("only %d lines to compare with", len(official))
	}
	err = fs.WalkDir(FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := FS.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(b) {
			text := strings.Join(strings.Fields(string(line)), " ")
			if from, same := official[text]; same && !strings.HasPrefix(text, "<xs:any ") && !strings.HasPrefix(text, "<xs:anyAttribute ") && !strings.HasPrefix(text, "<xs:complexType name=") {
				t.Errorf("%s has a line of %s: %s", path, filepath.Base(from), text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
