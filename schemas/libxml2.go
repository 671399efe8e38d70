package schemas

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/lestrrat-go/libxml2/parser"
	"github.com/lestrrat-go/libxml2/xsd"

	"liasse/internal/xmltree"
)

// Libxml2 is the Validator on libxml2. The schemas are compiled once; documents are judged by any number of goroutines
// at once. The library sees only documents that xmltree has accepted, so never a document type declaration, and loads
// nothing: no entity, no DTD, no schema that a document points at.
type Libxml2 struct {
	limits xmltree.Limits

	mu     sync.RWMutex // held for reading while the schema is in use
	schema *xsd.Schema
}

var _ Validator = (*Libxml2)(nil)

// New compiles the schemas of FS. Close releases them.
func New() (*Libxml2, error) {
	schema, err := compile(FS, allSchemas)
	if err != nil {
		return nil, err
	}
	return &Libxml2{limits: xmltree.SOAPLimits, schema: schema}, nil
}

// Close releases the compiled schemas after the validations under way. A Validate after it is an error.
func (v *Libxml2) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.schema != nil {
		v.schema.Free()
		v.schema = nil
	}
	return nil
}

// ErrClosed is returned by Validate after Close.
var ErrClosed = errors.New("the validator was closed")

// Validate judges a document; see Validator.
func (v *Libxml2) Validate(doc []byte, s Schema) ([]Violation, error) {
	tree, err := xmltree.Parse(doc, v.limits)
	if err != nil {
		return nil, fmt.Errorf("reading the document to validate: %w", err)
	}
	defer tree.Release()
	violations := misplaced(tree.Root(), s)
	found, without := includes(tree)
	more, err := v.judge(without, tree.Root())
	if err != nil {
		return nil, fmt.Errorf("validating %s: %w", s, err)
	}
	violations = append(violations, more...)
	for _, include := range found {
		alone := include.AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.Exclusive})
		more, err := v.judge(alone, include)
		if err != nil {
			return nil, fmt.Errorf("validating an xop:Include: %w", err)
		}
		violations = append(violations, more...)
	}
	slices.SortStableFunc(violations, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return violations, nil
}

// parserOptions are set on every document: no network, and no ceiling of the library's own below the limits that the
// document has already passed. Entities are never replaced and DTDs never loaded (NOENT, DTDLOAD stay off).
var parserOptions = []parser.Option{parser.XMLParseNoNet, parser.XMLParseHuge}

// judge validates bytes whose element structure is that of root and places what it finds on the nodes of root.
func (v *Libxml2) judge(doc []byte, root xmltree.Node) ([]Violation, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.schema == nil {
		return nil, ErrClosed
	}
	parsed, err := parser.New(parserOptions...).Parse(doc)
	if err != nil {
		return nil, fmt.Errorf("parsing with libxml2: %w", err)
	}
	defer parsed.Free()
	complaints, err := validate(v.schema.Pointer(), parsed.Pointer())
	if err != nil {
		return nil, err
	}
	violations := make([]Violation, 0, len(complaints))
	for _, c := range complaints {
		violations = append(violations, violationAt(follow(root, c.path), c.message))
	}
	return violations, nil
}

// follow walks down from an element by the numbers of child elements, as far as they lead.
func follow(n xmltree.Node, path []int) xmltree.Node {
	for _, number := range path {
		child := n.FirstElement()
		for ; number > 0 && !child.IsZero(); number-- {
			child = child.NextElement()
		}
		if child.IsZero() {
			break
		}
		n = child
	}
	return n
}

// compile reads one schema of files with all that it imports. libxml2 finds imports on disk only, so the files lie in a
// private directory while it reads.
func compile(files fs.FS, name string) (*xsd.Schema, error) {
	dir, err := os.MkdirTemp("", "liasse-schemas-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for the schemas: %w", err)
	}
	defer os.RemoveAll(dir) // best effort: what may stay behind is public and read by nobody
	if err := os.CopyFS(dir, files); err != nil {
		return nil, fmt.Errorf("writing the schemas: %w", err)
	}
	schema, err := xsd.ParseFromFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("compiling %s: %w", name, err)
	}
	return schema, nil
}
