package xmltree

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// modelElement is an element as a test means it, before it is written.
type modelElement struct {
	space, local string
	attrs        map[[2]string]string // by namespace and local name
	text         string
	children     []*modelElement
}

// modelWriter writes elements as XML in one of the many ways they can be written.
type modelWriter struct {
	strings.Builder
	draw   func(n int) int // a number below n
	spaces []string        // the namespaces to draw from
}

var (
	modelSpaces = []string{"", "urn:a", "urn:b", "http://exemple.fr/c", "urn:é"}
	modelLocals = []string{"a", "b", "Slot", "élément", "x-1"}
	modelXML    = map[string][2]string{"lang": {"fr", "de-CH"}, "space": {"preserve", "default"}, "base": {"x/y", "../z/"}, "id": {"un", "deux"}}
	modelTexts  = []string{"", "texte", " ", "\n\t", "<&>", "]]>", "\"'", "é𝒳", "a\rb", "\r\n", "--", "\u0085\u2028", "\uFFFD"}
)

// element draws an element.
func (w *modelWriter) element(depth int) *modelElement {
	e := &modelElement{space: w.spaces[w.draw(len(w.spaces))], local: modelLocals[w.draw(len(modelLocals))], attrs: map[[2]string]string{}}
	for range w.draw(4) {
		e.attrs[[2]string{w.spaces[w.draw(len(w.spaces))], modelLocals[w.draw(len(modelLocals))]}] = modelTexts[w.draw(len(modelTexts))]
	}
	if w.draw(3) == 0 {
		local := []string{"lang", "space", "base", "id"}[w.draw(4)]
		e.attrs[[2]string{XMLNamespace, local}] = modelXML[local][w.draw(2)]
	}
	e.text = modelTexts[w.draw(len(modelTexts))]
	if depth > 0 {
		for range w.draw(4) {
			e.children = append(e.children, w.element(depth-1))
		}
	}
	return e
}

// write writes an element; scope holds what the prefixes around it are bound to.
func (w *modelWriter) write(e *modelElement, scope map[string]string) {
	inner := map[string]string{}
	for prefix, space := range scope {
		inner[prefix] = space
	}
	declared := map[string]bool{}
	var tag strings.Builder
	declare := func(prefix, space string) {
		declared[prefix], inner[prefix] = true, space
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		tag.WriteString(w.blank() + name + w.equals() + w.quoted(space))
	}
	// Sometimes a declaration that nobody needs.
	if w.draw(4) == 0 {
		declare([]string{"p", "q", "r"}[w.draw(3)], w.spaces[1+w.draw(len(w.spaces)-1)])
	}
	if w.draw(6) == 0 {
		declare("", w.spaces[w.draw(len(w.spaces))])
	}
	// A prefix for a namespace: one that is bound to it, or a new one.
	prefixFor := func(space string, attribute bool) string {
		switch space {
		case XMLNamespace:
			return "xml"
		case "":
			if !attribute && inner[""] != "" {
				declare("", "")
			}
			return ""
		}
		for _, prefix := range []string{"", "p", "q", "r", "s", "t", "u", "v"} {
			if inner[prefix] == space && !(attribute && prefix == "") {
				return prefix
			}
		}
		for _, prefix := range []string{"p", "q", "r", "s", "t", "u", "v"} {
			if !declared[prefix] && (inner[prefix] == "" || !used(e, inner[prefix])) {
				declare(prefix, space)
				return prefix
			}
		}
		panic("out of prefixes")
	}
	if e.space == "" && declared[""] && inner[""] != "" {
		// The default namespace was just declared; the element must stay in none, so that it is written another way.
		w.write(e, scope)
		return
	}
	name := e.local
	if prefix := prefixFor(e.space, false); prefix != "" {
		name = prefix + ":" + name
	}
	for _, key := range sortedKeys(e.attrs) {
		attribute := key[1]
		if prefix := prefixFor(key[0], true); prefix != "" {
			attribute = prefix + ":" + attribute
		}
		tag.WriteString(w.blank() + attribute + w.equals() + w.quoted(e.attrs[key]))
	}
	w.WriteString("<" + name + tag.String())
	if e.text == "" && len(e.children) == 0 && w.draw(2) == 0 {
		w.WriteString("/>")
		return
	}
	w.WriteString(">" + w.characters(e.text))
	for _, child := range e.children {
		w.write(child, inner)
		switch w.draw(8) {
		case 0:
			w.WriteString("<!-- & < - -->")
		case 1:
			w.WriteString("<?p & < ?>")
		}
	}
	w.WriteString("</" + name + []string{"", " ", "\n"}[w.draw(3)] + ">")
}

func used(e *modelElement, space string) bool {
	if e.space == space {
		return true
	}
	for key := range e.attrs {
		if key[0] == space {
			return true
		}
	}
	return false
}

func sortedKeys(m map[[2]string]string) [][2]string {
	var keys [][2]string
	for _, space := range append(modelSpaces, XMLNamespace) {
		for _, local := range append(modelLocals, "lang", "space", "base", "id", "Id") {
			if _, ok := m[[2]string{space, local}]; ok {
				keys = append(keys, [2]string{space, local})
			}
		}
	}
	return keys
}

func (w *modelWriter) blank() string { return []string{" ", "\n", "\t ", "\r\n"}[w.draw(4)] }

func (w *modelWriter) equals() string { return []string{"=", " =", "= ", "\n=\t"}[w.draw(4)] }

// quoted writes an attribute value.
func (w *modelWriter) quoted(s string) string {
	quote := []string{"'", `"`}[w.draw(2)]
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == ' ' && w.draw(2) == 0:
			b.WriteByte("\n\t\r"[w.draw(3)]) // each is read as a blank
		case strings.ContainsRune("<&\t\n\r", r) || string(r) == quote || w.draw(12) == 0:
			b.WriteString(w.reference(r))
		default:
			b.WriteRune(r)
		}
	}
	return quote + b.String() + quote
}

// characters writes text, in references, in CDATA sections or as it is.
func (w *modelWriter) characters(s string) string {
	if s != "" && !strings.ContainsAny(s, "\r") && !strings.Contains(s, "]]>") && w.draw(4) == 0 {
		return "<![CDATA[" + s + "]]>"
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' && w.draw(3) == 0:
			b.WriteString([]string{"\r\n", "\n"}[w.draw(2)])
		case strings.ContainsRune("<&\r>", r) || w.draw(12) == 0:
			b.WriteString(w.reference(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (w *modelWriter) reference(r rune) string {
	names := map[rune]string{'<': "&lt;", '>': "&gt;", '&': "&amp;", '"': "&quot;", '\'': "&apos;"}
	if name := names[r]; name != "" && w.draw(2) == 0 {
		return name
	}
	return fmt.Sprintf([]string{"&#%d;", "&#x%x;", "&#x%X;", "&#x000%x;"}[w.draw(4)], r)
}

// sameElement compares a node with what was meant.
func sameElement(n Node, e *modelElement) error {
	if !n.Is(e.space, e.local) {
		return fmt.Errorf("%s is {%s}%s, want {%s}%s", n.XPath(), n.Space(), n.Local(), e.space, e.local)
	}
	count := 0
	for a := range n.Attrs() {
		count++
		if want, ok := e.attrs[[2]string{a.Space, a.Local}]; !ok || want != a.Value {
			return fmt.Errorf("%s: {%s}%s is %q, want %q", n.XPath(), a.Space, a.Local, a.Value, want)
		}
	}
	if count != len(e.attrs) {
		return fmt.Errorf("%s has %d attributes, want %d", n.XPath(), count, len(e.attrs))
	}
	if n.Text() != e.text {
		return fmt.Errorf("%s: text %q, want %q", n.XPath(), n.Text(), e.text)
	}
	child := n.FirstElement()
	for _, want := range e.children {
		if child.IsZero() {
			return fmt.Errorf("%s lacks a child", n.XPath())
		}
		if err := sameElement(child, want); err != nil {
			return err
		}
		child = child.NextElement()
	}
	if !child.IsZero() {
		return fmt.Errorf("%s has a child too many", n.XPath())
	}
	return nil
}

// TestModel: however a tree is written, it is read as it was meant, and so is its canonical form.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &modelWriter{spaces: modelSpaces, draw: func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }}
		e := w.element(3)
		w.write(e, map[string]string{})
		d, err := Parse([]byte(w.String()), DocumentLimits)
		if err != nil {
			t.Fatalf("%v\n%s", err, w.String())
		}
		if err := sameElement(d.Root(), e); err != nil {
			t.Fatalf("%v\n%s", err, w.String())
		}
		for _, m := range methods {
			form := d.Node().AppendCanonical(nil, Canonicalization{Method: m.method, Comments: m.comments})
			again, err := Parse(form, DocumentLimits)
			if err != nil {
				t.Fatalf("%s: %v\n%s", m.name, err, form)
			}
			if err := sameElement(again.Root(), e); err != nil {
				t.Fatalf("%s: %v\n%s", m.name, err, form)
			}
		}
	})
}

// TestModelWitness writes trees at random, the same ones each time, and compares their canonical forms with those of
// xmllint, and those of an element inside with what xmlsec1 digests.
func TestModelWitness(t *testing.T) {
	if testing.Short() {
		t.Skip("runs xmllint and xmlsec1 some 600 times")
	}
	xmllint, xmlsec1 := witness(t, "xmllint"), witness(t, "xmlsec1")
	random := rand.New(rand.NewPCG(2026, 11))
	for i := range 150 {
		w := &modelWriter{spaces: modelSpaces[:4], draw: random.IntN} // libxml2 canonicalizes no other IRI
		root := w.element(2)
		root.space, root.local, root.text = "", "r", "x"
		around := w.element(1)
		apex := w.element(2)
		apex.local, apex.attrs[[2]string{"", "Id"}] = "apex", "apex"
		around.children = append(around.children, apex)
		root.children = append(root.children, around)
		w.write(root, map[string]string{})
		src := []byte(w.String())
		sameAsXmllint(t, xmllint, src)
		prefixes := [][]string{nil, {"p"}, {"#default", "q"}, {"p", "r", "#default", "none"}}[i%4]
		sameAsXmlsec1(t, xmlsec1, src, prefixes)
		if t.Failed() {
			t.Fatalf("of %s", src)
		}
	}
}
