package conformance

import (
	"fmt"
	"strings"

	"github.com/beevik/etree"
	"gopkg.in/yaml.v3"
)

// Query is a stored query (ITI TF-2 3.18.4.1.2) in the short notation.
type Query struct {
	Name string `yaml:"name"`
	// ID replaces the query's id on the wire.
	ID *string `yaml:"id"`
	// Return is LeafClass unless given; empty leaves the attribute out.
	Return *string `yaml:"return"`
	// Patient stands for the query's patient parameter, and adds its status parameters with the value Approved.
	Patient Strings `yaml:"patient"`
	// Status replaces those values: Approved, Deprecated or both; an empty list leaves the parameters out.
	Status *Strings `yaml:"status"`
	Params Params   `yaml:"params"`
	Home   string   `yaml:"home"`
}

// Params are the parameters of a stored query in the order given. What YAML holds is written as the standard codes it
// (ITI TF-2 3.18.4.1.2.3.5): a string as 'text', a number bare, a list as ('a','b'). A mapping says more: {raw: …} one
// Value, or several, as they stand; {and: [[…],[…]]} one slot for each list; {values: [[…],[…]]} one slot with one Value
// for each list. A null takes a parameter away that patient or status put there.
type Params []Param

// Param is one parameter with its slots and their values as they go over the wire.
type Param struct {
	Name  string
	Slots [][]string
}

// UnmarshalYAML reads the mapping in order.
func (p *Params) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: parameters are a mapping", n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 {
		slots, err := readSlots(n.Content[i+1])
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", n.Content[i].Line, n.Content[i].Value, err)
		}
		*p = append(*p, Param{Name: n.Content[i].Value, Slots: slots})
	}
	return nil
}

func readSlots(n *yaml.Node) ([][]string, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return readSlots(n.Alias)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil, nil
		}
		return [][]string{{scalar(n)}}, nil
	case yaml.SequenceNode:
		return [][]string{{list(n)}}, nil
	}
	if len(n.Content) != 2 {
		return nil, fmt.Errorf("a parameter has one of raw, and, values")
	}
	key, value := n.Content[0].Value, n.Content[1]
	switch key {
	case "raw":
		var values Strings
		if err := value.Decode(&values); err != nil {
			return nil, err
		}
		return [][]string{values}, nil
	case "and", "values":
		var slots [][]string
		var values []string
		for _, item := range value.Content {
			text := scalar(item)
			if item.Kind == yaml.SequenceNode {
				text = list(item)
			}
			slots = append(slots, []string{text})
			values = append(values, text)
		}
		if key == "and" {
			return slots, nil
		}
		return [][]string{values}, nil
	}
	return nil, fmt.Errorf("a parameter has no %q", key)
}

func scalar(n *yaml.Node) string {
	if n.Tag == "!!int" || n.Tag == "!!float" {
		return n.Value
	}
	return "'" + strings.ReplaceAll(n.Value, "'", "''") + "'"
}

func list(n *yaml.Node) string {
	items := make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		items = append(items, scalar(item))
	}
	return "(" + strings.Join(items, ",") + ")"
}

// build writes query:AdhocQueryRequest.
func (q *Query) build(sc *scope) (*etree.Element, error) {
	note, known := storedQueries[q.Name]
	if !known && q.ID == nil {
		return nil, fmt.Errorf("no stored query is called %q", q.Name)
	}
	request := etree.NewElement("query:AdhocQueryRequest")
	option := request.CreateElement("query:ResponseOption")
	option.CreateAttr("returnComposedObjects", "true")
	if q.Return == nil {
		option.CreateAttr("returnType", "LeafClass")
	} else if *q.Return != "" {
		option.CreateAttr("returnType", *q.Return)
	}
	adhoc := request.CreateElement("rim:AdhocQuery")
	id := uuidURN + note.id
	if q.ID != nil {
		var err error
		if id, err = sc.expand(*q.ID); err != nil {
			return nil, err
		}
	}
	adhoc.CreateAttr("id", id)
	if q.Home != "" {
		adhoc.CreateAttr("home", q.Home)
	}
	params, err := q.parameters(sc, note)
	if err != nil {
		return nil, err
	}
	for _, p := range params {
		for _, values := range p.Slots {
			expanded, err := sc.expandAll(values)
			if err != nil {
				return nil, err
			}
			addSlot(adhoc, p.Name, expanded)
		}
	}
	return request, nil
}

// parameters joins what patient and status stand for with the parameters given, which win.
func (q *Query) parameters(sc *scope, note storedQueryNote) (Params, error) {
	var all Params
	if q.Patient != nil && note.patient != "" {
		var ids []string
		for _, name := range q.Patient {
			cx, err := sc.patientID(name)
			if err != nil {
				return nil, err
			}
			ids = append(ids, "'"+cx+"'")
		}
		value := strings.Join(ids, ",")
		if note.many {
			value = "(" + value + ")"
		}
		all = append(all, Param{note.patient, [][]string{{value}}})
		status := Strings{"Approved"}
		if q.Status != nil {
			status = *q.Status
		}
		var urns []string
		for _, word := range status {
			urns = append(urns, "'"+sc.get(word)+"'")
		}
		if len(urns) > 0 {
			for _, name := range note.statuses {
				all = append(all, Param{name, [][]string{{"(" + strings.Join(urns, ",") + ")"}}})
			}
		}
	}
	for _, p := range q.Params {
		kept := all[:0:0]
		for _, old := range all {
			if old.Name != p.Name {
				kept = append(kept, old)
			}
		}
		all = append(kept, p)
	}
	return all, nil
}
