package xmltree

import "strings"

// prefixID numbers a prefix that lies at r.
func (p *parser) prefixID(r ref) int32 {
	b := p.bytes(r)
	if p.lastPrefix.len == r.len && string(p.bytes(p.lastPrefix)) == string(b) {
		return p.lastPrefixID
	}
	id := int32(noPrefix)
	switch {
	case len(b) == 0:
		return id
	case string(b) == "xml":
		id = xmlPrefix
	default:
		id = p.prefixes.intern(p, b, r)
		for int(id) >= len(p.bindings) {
			p.arena.bindings = append(p.arena.bindings, none)
		}
	}
	p.lastPrefix, p.lastPrefixID = r, id
	return id
}

// declare enters a namespace declaration of the element n; an empty prefixName is the default namespace.
func (p *parser) declare(n *node, pos int, prefixName, value ref) *SyntaxError {
	prefix, uri := p.bytes(prefixName), p.bytes(value)
	space := int32(noSpace)
	switch {
	case string(prefix) == "xmlns":
		return fault(Namespace, pos, "the prefix xmlns cannot be declared")
	case string(uri) == XMLNSNamespace:
		return fault(Namespace, pos, "no prefix may be bound to %s", XMLNSNamespace)
	case (string(uri) == XMLNamespace) != (string(prefix) == "xml"):
		return fault(Namespace, pos, "the prefix xml and the namespace %s belong to each other alone", XMLNamespace)
	case string(prefix) == "xml":
		space = xmlSpace
	case len(uri) > 0:
		space = p.spaces.intern(p, uri, value)
	case len(prefix) > 0:
		return fault(Namespace, pos, "the prefix %s is bound to an empty namespace name; only the default namespace can be undone", quotedName(prefix))
	}
	if len(uri) > p.lim.NamespaceName {
		return fault(TooLarge, pos, "a namespace name of %d bytes; at most %d are read", len(uri), p.lim.NamespaceName)
	}
	if p.lim.AbsoluteNamespaces && len(uri) > 0 && !isAbsolute(uri) {
		return fault(Namespace, pos, "the namespace name of %s is no absolute URI; it must begin with a scheme such as urn: or http: and hold no blank", prefixPhrase(prefix))
	}
	if n.declCount++; int(n.declCount) > p.lim.Namespaces {
		return fault(TooManyNamespaces, pos, "an element has more than %d namespace declarations", p.lim.Namespaces)
	}
	id := p.prefixID(prefixName)
	outer := p.bindings[id]
	if outer >= int32(n.c) {
		return fault(NotWellFormed, pos, "the namespace declaration of %s stands twice in one tag", prefixPhrase(prefix))
	}
	if outer == none {
		if p.scope++; p.scope > p.lim.PrefixesInScope {
			return fault(TooManyNamespaces, pos, "more than %d prefixes are in scope", p.lim.PrefixesInScope)
		}
	}
	p.arena.bindings[id] = int32(len(p.decls))
	p.arena.decls = append(p.arena.decls, decl{prefixName: prefixName, prefix: id, space: space, outer: outer})
	return nil
}

// isAbsolute tells whether a namespace name begins with a scheme and holds only what RFC 3986 lets stand in a URI, the
// percent sign taken as it comes.
func isAbsolute(uri []byte) bool {
	for _, c := range uri {
		if c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return schemeEnd(uri) > 0
}

// prefixPhrase names a prefix for a message.
func prefixPhrase(prefix []byte) phrase {
	if len(prefix) == 0 {
		return phrase{"the default namespace", "l'espace de noms par défaut"}
	}
	return phrase{"the prefix " + quotedName(prefix), "le préfixe " + quotedName(prefix)}
}

// unbind undoes the declarations of an element that ends.
func (p *parser) unbind(n *node) {
	if n.declCount == 0 {
		return
	}
	from, to := n.declRange()
	for k := int(to) - 1; k >= int(from); k-- {
		d := &p.decls[k]
		if d.outer == none {
			p.scope--
		}
		p.arena.bindings[d.prefix] = d.outer
	}
}

// resolve gives the element and its attributes their namespaces and refuses an attribute that stands twice.
func (p *parser) resolve(n *node) *SyntaxError {
	var err *SyntaxError
	if n.prefix, n.space, err = p.spaceOf(n.prefixName()); err != nil {
		return err
	}
	if n.attrCount == 0 {
		return nil
	}
	from, to := n.attrRange()
	attrs := p.attrs[from:to]
	for i := range attrs {
		a := &attrs[i]
		if a.prefixLen == 0 {
			continue
		}
		if a.prefix, a.space, err = p.spaceOf(ref{a.name, uint32(a.prefixLen)}); err != nil {
			return err
		}
	}
	if len(attrs) == 1 {
		return nil
	}
	if i := p.seen.duplicate(p, attrs); i != none {
		return p.duplicateFault(attrs, i)
	}
	return nil
}

// spaceOf resolves an element's prefix, or an attribute's that has one.
func (p *parser) spaceOf(prefixName ref) (prefix, space int32, err *SyntaxError) {
	prefix = p.prefixID(prefixName)
	if prefix == xmlPrefix {
		return prefix, xmlSpace, nil
	}
	bound := p.bindings[prefix]
	if bound != none {
		return prefix, p.decls[bound].space, nil
	}
	if prefix == noPrefix {
		return prefix, noSpace, nil
	}
	name := p.bytes(prefixName)
	if string(name) == "xmlns" {
		return 0, 0, fault(Namespace, int(prefixName.off), "the prefix xmlns cannot be used in a name")
	}
	return 0, 0, fault(Namespace, int(prefixName.off), "the prefix %s is not declared", quotedName(name))
}

func (p *parser) duplicateFault(attrs []attr, i int) *SyntaxError {
	a := &attrs[i]
	for j := range i {
		b := &attrs[j]
		if a.space == b.space && p.sameLocal(a, b) {
			one, two := p.src[b.name:b.name+uint32(b.nameLen)], p.src[a.name:a.name+uint32(a.nameLen)]
			if string(one) != string(two) {
				return fault(Namespace, int(a.name), "the attributes %s and %s are the same, their prefixes being bound to one namespace", quotedName(one), quotedName(two))
			}
			break
		}
	}
	return fault(NotWellFormed, int(a.name), "the attribute %s stands twice in one tag", quotedName(p.src[a.name:a.name+uint32(a.nameLen)]))
}
