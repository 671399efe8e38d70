package conformance

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed suites/*.yaml
var embedded embed.FS

// Suite is one file of checks that share patients and prior submissions.
type Suite struct {
	// Name is what --suite selects: the file's name without its ending.
	Name  string `yaml:"suite"`
	Title string `yaml:"title"`
	// About says in a few words what the suite looks at and what it leaves out.
	About string `yaml:"about"`
	// Section is where the standard speaks of it; a check may be more exact.
	Section string `yaml:"section"`
	// Patients are made known before the suite starts, new ones in each run; the name stands for the CX.
	Patients []string `yaml:"patients"`
	// Identity names who sends unless a check or a message says otherwise.
	Identity string `yaml:"identity"`
	// Identities are made of those of the target, new ones in each run.
	Identities map[string]IdentityNote `yaml:"identities"`
	// Needs is what the target must offer for any check of the suite (see Target.offers).
	Needs []string `yaml:"needs"`
	// Given is sent once, before the checks; every check sees what it left behind.
	Given  []Step  `yaml:"given"`
	Checks []Check `yaml:"checks"`
}

// Check is one statement about the server: sent, and what must come back.
type Check struct {
	// ID never changes and is never given to another check.
	ID      string `yaml:"id"`
	Title   string `yaml:"title"`
	Section string `yaml:"section"`
	// Only says "liasse" when the standard leaves open what is checked, so that other servers are not judged by it.
	Only     string   `yaml:"only"`
	Needs    []string `yaml:"needs"`
	Patients []string `yaml:"patients"`
	// Violates lists Liasse's rules that the messages break: its answers must name them. Satisfies lists rules that the
	// messages meet where a careless reader would not: its answers must not name them.
	Violates  []string `yaml:"violates"`
	Satisfies []string `yaml:"satisfies"`
	Given     []Step   `yaml:"given"`
	Step      `yaml:",inline"`
	// Then are further messages, each with its own expectation.
	Then []Step `yaml:"then"`
}

// Step is one message and what must come back; without an expectation the server must accept it.
type Step struct {
	Send   `yaml:",inline"`
	Expect *Expect `yaml:"expect"`
	// Capture keeps values of the answer as variables: name → where (see docs/conformance.md).
	Capture map[string]string `yaml:"capture"`
	// Wait passes before the message is sent, where the standard counts in seconds: "1100ms".
	Wait string `yaml:"wait"`
}

var checkID = regexp.MustCompile(`^[A-Z0-9]+(-[A-Z0-9]+)*-[0-9]{3}$`)

// Embedded loads the suites of this program, ordered by name.
func Embedded() ([]*Suite, error) {
	sub, err := fs.Sub(embedded, "suites")
	if err != nil {
		return nil, fmt.Errorf("opening the embedded suites: %w", err)
	}
	return Load(sub)
}

// Load reads every *.yaml file at the top of a file system as a suite, strictly: a key that the format does not have, an
// id used twice, a check without section or expectation is an error.
func Load(fsys fs.FS) ([]*Suite, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the suites: %w", err)
	}
	slices.Sort(names)
	var suites []*Suite
	seen := map[string]string{}
	var faults []error
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading suite %s: %w", name, err)
		}
		suite, err := parseSuite(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("suite %s: %w", name, err))
			continue
		}
		if want := strings.TrimSuffix(path.Base(name), ".yaml"); suite.Name != want {
			faults = append(faults, fmt.Errorf("suite %s calls itself %q", name, suite.Name))
		}
		if err := suite.check(seen); err != nil {
			faults = append(faults, fmt.Errorf("suite %s: %w", name, err))
		}
		suites = append(suites, suite)
	}
	return suites, errors.Join(faults...)
}

func parseSuite(text []byte) (*Suite, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("reading the YAML: %w", err)
	}
	if err := knownKeys(&document, reflect.TypeFor[Suite]()); err != nil {
		return nil, err
	}
	suite := new(Suite)
	if err := document.Decode(suite); err != nil {
		return nil, fmt.Errorf("reading the YAML: %w", err)
	}
	return suite, nil
}

// check refuses what the runner could not make sense of.
func (s *Suite) check(seen map[string]string) error {
	var faults []error
	if s.Title == "" || s.Section == "" || len(s.Checks) == 0 {
		faults = append(faults, errors.New("a suite has a title, a section and checks"))
	}
	for i := range s.Given {
		if s.Given[i].Send.kind() == "" {
			faults = append(faults, fmt.Errorf("given %d sends nothing", i+1))
		}
	}
	for i := range s.Checks {
		c := &s.Checks[i]
		if c.Section == "" {
			c.Section = s.Section
		}
		if err := c.check(); err != nil {
			faults = append(faults, fmt.Errorf("check %s: %w", c.ID, err))
		}
		if other, twice := seen[c.ID]; twice {
			faults = append(faults, fmt.Errorf("check id %s is already in suite %s", c.ID, other))
		}
		seen[c.ID] = s.Name
	}
	return errors.Join(faults...)
}

func (c *Check) check() error {
	switch {
	case !checkID.MatchString(c.ID):
		return fmt.Errorf("id %q is not words in capitals and a number of three digits", c.ID)
	case c.Title == "":
		return errors.New("a check has a title")
	case c.Only != "" && c.Only != "liasse":
		return fmt.Errorf("only: %q is not liasse", c.Only)
	case c.Send.kind() == "":
		return errors.New("a check sends something")
	}
	asserts := c.Expect != nil
	for i := range c.Then {
		if c.Then[i].Send.kind() == "" {
			return fmt.Errorf("then %d sends nothing", i+1)
		}
		asserts = asserts || c.Then[i].Expect != nil
	}
	if !asserts {
		return errors.New("a check expects something")
	}
	return nil
}

// knownKeys walks the YAML beside the Go type and refuses keys that the type does not have, with their line. (The
// strict mode of the YAML package is lost inside types that read themselves.)
func knownKeys(n *yaml.Node, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return knownKeys(n.Content[0], t)
	case yaml.AliasNode:
		return knownKeys(n.Alias, t)
	case yaml.SequenceNode:
		if t.Kind() != reflect.Slice || freeForm(t) {
			return nil
		}
		for _, item := range n.Content {
			if err := knownKeys(item, t.Elem()); err != nil {
				return err
			}
		}
	case yaml.MappingNode:
		return knownMapping(n, t)
	}
	return nil
}

func knownMapping(n *yaml.Node, t reflect.Type) error {
	if freeForm(t) {
		return nil
	}
	if t.Kind() == reflect.Map {
		for i := 1; i < len(n.Content); i += 2 {
			if err := knownKeys(n.Content[i], t.Elem()); err != nil {
				return err
			}
		}
		return nil
	}
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("line %d: a mapping stands where a %s is wanted", n.Line, t.Kind())
	}
	fields := yamlFields(t)
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i].Value
		field, known := fields[key]
		if !known {
			return fmt.Errorf("line %d: %s has no key %q", n.Content[i].Line, t.Name(), key)
		}
		if seen[key] {
			return fmt.Errorf("line %d: key %q is given twice", n.Content[i].Line, key)
		}
		seen[key] = true
		if err := knownKeys(n.Content[i+1], field); err != nil {
			return err
		}
	}
	return nil
}

// freeForm tells the types that read and check their keys themselves.
func freeForm(t reflect.Type) bool {
	return t == reflect.TypeFor[Entry]() || t == reflect.TypeFor[Params]() || t == reflect.TypeFor[Claim]()
}

func yamlFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			for name, inner := range yamlFields(f.Type) {
				fields[name] = inner
			}
			continue
		}
		if tag != "" && tag != "-" {
			fields[tag] = f.Type
		}
	}
	return fields
}
