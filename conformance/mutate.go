package conformance

import (
	"fmt"

	"github.com/beevik/etree"
)

// Mutation changes a built envelope at every element that At names (see place); one that finds nothing is an error, so
// that a check never passes because it changed nothing.
type Mutation struct {
	At string `yaml:"at"`
	// Set writes attributes, Unset removes them.
	Set   map[string]string `yaml:"set"`
	Unset Strings           `yaml:"unset"`
	// Text replaces the content by text.
	Text *string `yaml:"text"`
	// Values replaces the values of a slot.
	Values *Strings `yaml:"values"`
	// Remove takes the element away; Repeat puts a copy behind it; Rename changes its name (rim:Slot).
	Remove bool   `yaml:"remove"`
	Repeat bool   `yaml:"repeat"`
	Rename string `yaml:"rename"`
	// Append and Prepend add XML inside, Before and After beside it, Replace instead of it.
	Append  string `yaml:"append"`
	Prepend string `yaml:"prepend"`
	Before  string `yaml:"before"`
	After   string `yaml:"after"`
	Replace string `yaml:"replace"`
	// Move puts the element first or last among its siblings, or inside the element that To names; Where says that it
	// goes first, last (the default), before or after that. Copy puts a copy there and leaves the element.
	Move  string `yaml:"move"`
	To    string `yaml:"to"`
	Where string `yaml:"where"`
	Copy  bool   `yaml:"copy"`
	// Wrap puts the element into the innermost first element of this XML, which takes its place.
	Wrap string `yaml:"wrap"`
}

// apply changes the tree.
func (m *Mutation) apply(sc *scope, root *etree.Element) error {
	found, _, err := locate(sc, root, m.At)
	if err != nil {
		return fmt.Errorf("mutating %s: %w", m.At, err)
	}
	if len(found) == 0 {
		return fmt.Errorf("mutating %s: the message has no such element", m.At)
	}
	for _, e := range found {
		if err := m.applyTo(sc, root, e); err != nil {
			return fmt.Errorf("mutating %s: %w", m.At, err)
		}
	}
	return nil
}

func (m *Mutation) applyTo(sc *scope, root, e *etree.Element) error {
	for _, name := range sortedKeys(m.Set) {
		value, err := sc.expand(m.Set[name])
		if err != nil {
			return err
		}
		e.CreateAttr(name, value)
	}
	for _, name := range m.Unset {
		e.RemoveAttr(name)
	}
	if m.Rename != "" {
		e.Space, e.Tag = splitName(m.Rename)
	}
	if m.Text != nil {
		value, err := sc.expand(*m.Text)
		if err != nil {
			return err
		}
		e.Child = nil
		e.SetText(value)
	}
	if m.Values != nil {
		if err := setValues(sc, e, *m.Values); err != nil {
			return err
		}
	}
	if err := m.insert(sc, e); err != nil {
		return err
	}
	return m.rearrange(sc, root, e)
}

func setValues(sc *scope, slot *etree.Element, values []string) error {
	expanded, err := sc.expandAll(values)
	if err != nil {
		return err
	}
	slot.Child = nil
	list := slot.CreateElement("rim:ValueList")
	for _, v := range expanded {
		list.CreateElement("rim:Value").SetText(v)
	}
	return nil
}

func (m *Mutation) insert(sc *scope, e *etree.Element) error {
	for _, add := range []struct {
		xml    string
		parent *etree.Element
		index  func() int
	}{
		{m.Append, e, func() int { return len(e.Child) }},
		{m.Prepend, e, func() int { return 0 }},
		{m.Before, e.Parent(), e.Index},
		{m.After, e.Parent(), func() int { return e.Index() + 1 }},
		{m.Replace, e.Parent(), e.Index},
	} {
		if add.xml == "" {
			continue
		}
		tokens, err := fragment(sc, add.xml)
		if err != nil {
			return err
		}
		at := add.index()
		for i, t := range tokens {
			add.parent.InsertChildAt(at+i, t)
		}
	}
	if m.Replace != "" {
		e.Parent().RemoveChild(e)
	}
	return nil
}

func (m *Mutation) rearrange(sc *scope, root, e *etree.Element) error {
	switch {
	case m.Remove:
		e.Parent().RemoveChild(e)
	case m.Repeat:
		e.Parent().InsertChildAt(e.Index()+1, e.Copy())
	case m.To != "":
		return m.moveTo(sc, root, e)
	case m.Wrap != "":
		return m.wrap(sc, e)
	case m.Move == "first":
		parent := e.Parent()
		parent.RemoveChild(e)
		parent.InsertChildAt(0, e)
	case m.Move == "last":
		e.Parent().AddChild(e)
	case m.Move != "":
		return fmt.Errorf("move: %q is not first or last", m.Move)
	}
	return nil
}

func (m *Mutation) moveTo(sc *scope, root, e *etree.Element) error {
	found, _, err := locate(sc, root, m.To)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("the message has no %s", m.To)
	}
	target, moved := found[0], e
	if m.Copy {
		moved = e.Copy()
	} else {
		e.Parent().RemoveChild(e)
	}
	switch m.Where {
	case "", "last":
		target.AddChild(moved)
	case "first":
		target.InsertChildAt(0, moved)
	case "before":
		target.Parent().InsertChildAt(target.Index(), moved)
	case "after":
		target.Parent().InsertChildAt(target.Index()+1, moved)
	default:
		return fmt.Errorf("where: %q is not first, last, before or after", m.Where)
	}
	return nil
}

func (m *Mutation) wrap(sc *scope, e *etree.Element) error {
	tokens, err := fragment(sc, m.Wrap)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		outer, ok := t.(*etree.Element)
		if !ok {
			continue
		}
		e.Parent().InsertChildAt(e.Index(), outer)
		for inner := outer; ; inner = inner.ChildElements()[0] {
			if len(inner.ChildElements()) == 0 {
				inner.AddChild(e)
				return nil
			}
		}
	}
	return fmt.Errorf("wrap: %q holds no element", m.Wrap)
}

// fragment parses XML that uses the suites' prefixes without declaring them.
func fragment(sc *scope, xml string) ([]etree.Token, error) {
	expanded, err := sc.expand(xml)
	if err != nil {
		return nil, err
	}
	doc := etree.NewDocument()
	doc.ReadSettings.PreserveCData = true
	if err := doc.ReadFromString("<fragment>" + expanded + "</fragment>"); err != nil {
		return nil, fmt.Errorf("reading the fragment %s: %w", xml, err)
	}
	wrapper := doc.Root()
	tokens := append([]etree.Token(nil), wrapper.Child...)
	for _, t := range tokens {
		wrapper.RemoveChild(t)
	}
	return tokens, nil
}

func splitName(name string) (space, tag string) {
	for i := range name {
		if name[i] == ':' {
			return name[:i], name[i+1:]
		}
	}
	return "", name
}
