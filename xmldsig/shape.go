package xmldsig

import (
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

// children goes through what an element holds in order. It keeps the first fault, so that a reader asks once at the end.
type children struct {
	of   xmltree.Node
	next xmltree.Node // the next element
	err  *Error
}

// inside begins with the children of an element, which must hold elements alone. A strict reader refuses comments and
// instructions between them too.
func inside(n xmltree.Node, strict bool) *children {
	c := &children{of: n, next: n.FirstElement()}
	for k := n.FirstChild(); !k.IsZero(); k = k.NextSibling() {
		switch k.Kind() {
		case xmltree.Element:
		case xmltree.Text, xmltree.CDATA:
			if strings.Trim(k.Text(), " \t\r\n") != "" {
				c.err = fault(ReasonStructure, n, name(n)+"/text()", name(n)+"/*")
				return c
			}
		default:
			if strict {
				c.err = fault(ReasonStructure, n, path(n, k), name(n)+"/*")
				return c
			}
		}
	}
	return c
}

// optional takes the next element when it is the named one of XML Signature.
func (c *children) optional(local string) (xmltree.Node, bool) {
	n := c.next
	if c.err != nil || !n.Is(Namespace, local) {
		return xmltree.Node{}, false
	}
	c.next = n.NextElement()
	return n, true
}

// required takes the next element, which must be the named one.
func (c *children) required(local string) xmltree.Node {
	n, ok := c.optional(local)
	if !ok && c.err == nil {
		wanted := name(c.of) + "/ds:" + local
		if c.next.IsZero() {
			c.err = fault(ReasonStructure, c.of, wanted+" × 0", wanted+" × 1")
		} else {
			c.err = fault(ReasonStructure, c.next, path(c.of, c.next), wanted)
		}
	}
	return n
}

// end refuses what is left.
func (c *children) end() *Error {
	if c.err == nil && !c.next.IsZero() {
		c.err = fault(ReasonStructure, c.next, path(c.of, c.next), path(c.of, c.next)+" × 0")
	}
	return c.err
}

// empty refuses an element that holds anything but blanks.
func empty(n xmltree.Node) *Error { return inside(n, true).end() }

// attributes refuses attributes of an element in no namespace other than the named ones. Those of other vocabularies say
// nothing to a reader of signatures, and an inclusive canonical form brings xml: attributes from around.
func attributes(n xmltree.Node, names ...string) *Error {
	for a := range n.Attrs() {
		if a.Space == "" && !slices.Contains(names, a.Local) {
			return fault(ReasonStructure, n, name(n)+"/@"+cut(a.Local, longest), "@"+strings.Join(names, ", @"))
		}
	}
	return nil
}

// algorithm gives the Algorithm of an element.
func algorithm(n xmltree.Node) (Method, *Error) {
	value, ok := n.Attr("", "Algorithm")
	if !ok || value == "" {
		return "", fault(ReasonStructure, n, name(n)+"/@Algorithm = ∅", `Algorithm="…"`)
	}
	return Method(value), nil
}
