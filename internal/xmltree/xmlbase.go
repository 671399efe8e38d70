package xmltree

import "strings"

// importAttributes adds to the apex the xml: attributes in force around it, as Canonical XML 1.0 section 2.4 (all of
// them) and Canonical XML 1.1 section 2.4 (xml:lang and xml:space; xml:base joined; xml:id and others not) say.
func (w *canonicalWriter) importAttributes(apex int32) {
	nodes := w.doc.arena.nodes
	w.imported = w.imported[:0]
	var taken map[string]bool // local names that the apex or a nearer element has
	for i := nodes[apex].parent; i > 0; i = nodes[i].parent {
		from, to := nodes[i].attrRange()
		for k := from; k < to; k++ {
			a := &w.doc.arena.attrs[k]
			if a.space != xmlSpace || !w.inherits(a) {
				continue
			}
			if taken == nil {
				taken = w.ownXMLAttributes()
			}
			if local := w.doc.string(a.localName()); !taken[local] {
				taken[local] = true
				w.imported = append(w.imported, *a)
			}
		}
	}
	for k := range w.imported {
		w.attrs = append(w.attrs, &w.imported[k])
	}
	if w.how.Method == C14N11 {
		w.fixBase(apex)
	}
}

func (w *canonicalWriter) inherits(a *attr) bool {
	if w.how.Method == C14N10 {
		return true
	}
	local := w.doc.string(a.localName())
	return local == "lang" || local == "space"
}

// ownXMLAttributes gives the local names of the xml: attributes of the element at hand.
func (w *canonicalWriter) ownXMLAttributes() map[string]bool {
	names := make(map[string]bool)
	for _, own := range w.attrs {
		if own.space == xmlSpace {
			names[w.doc.string(own.localName())] = true
		}
	}
	return names
}

// fixBase gives the apex the xml:base that its own and those of the elements around it make together. An empty result is
// not written.
func (w *canonicalWriter) fixBase(apex int32) {
	nodes := w.doc.arena.nodes
	var nearest *attr
	around := false
	joined := ""
	for i := apex; i > 0; i = nodes[i].parent {
		a := w.baseOf(i)
		if a == nil {
			continue
		}
		value := w.doc.string(a.value)
		if nearest == nil {
			nearest, joined = a, value
		} else {
			joined = joinReferences(value, joined)
		}
		around = around || i != apex
	}
	if !around {
		return
	}
	at := -1
	for k, a := range w.attrs {
		if a == nearest {
			at = k
		}
	}
	switch {
	case joined == "" && at >= 0:
		w.attrs = append(w.attrs[:at], w.attrs[at+1:]...)
	case joined != "" && at < 0:
		w.attrs = append(w.attrs, nearest)
	}
	w.fixed, w.base = nearest, joined
}

func (w *canonicalWriter) baseOf(i int32) *attr {
	from, to := w.doc.arena.nodes[i].attrRange()
	for k := from; k < to; k++ {
		if a := &w.doc.arena.attrs[k]; a.space == xmlSpace && w.doc.string(a.localName()) == "base" {
			return a
		}
	}
	return nil
}

// reference is a URI reference in its parts (RFC 3986 section 4.1); a nil part is not there.
type reference struct {
	scheme, authority *string
	path              string
	query, fragment   *string
}

func splitReference(s string) (r reference) {
	cut := func(at int) *string { rest := s[at+1:]; s = s[:at]; return &rest }
	if i := strings.IndexByte(s, '#'); i >= 0 {
		r.fragment = cut(i)
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		r.query = cut(i)
	}
	if i := schemeEnd(s); i > 0 {
		scheme := s[:i]
		r.scheme, s = &scheme, s[i+1:]
	}
	if strings.HasPrefix(s, "//") {
		authority := s[2:]
		if i := strings.IndexByte(authority, '/'); i >= 0 {
			authority = authority[:i]
		}
		r.authority, s = &authority, s[2+len(authority):]
	}
	r.path = s
	return r
}

// schemeEnd gives where the colon after the scheme of a URI is, or 0 when the reference is relative.
func schemeEnd[T string | []byte](s T) int {
	for i := range len(s) {
		c := s[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case c == ':':
			return i
		default:
			return 0
		}
	}
	return 0
}

func (r reference) String() string {
	var b strings.Builder
	if r.scheme != nil {
		b.WriteString(*r.scheme + ":")
	}
	if r.authority != nil {
		b.WriteString("//" + *r.authority)
	}
	b.WriteString(r.path)
	if r.query != nil {
		b.WriteString("?" + *r.query)
	}
	if r.fragment != nil {
		b.WriteString("#" + *r.fragment)
	}
	return b.String()
}

// joinReferences is RFC 3986 section 5.2 with what Canonical XML 1.1 section 2.4 changes: the base may itself be
// relative, and one that ends in .. is a directory.
func joinReferences(base, relative string) string {
	b, r := splitReference(base), splitReference(relative)
	t := r
	switch {
	case r.scheme != nil, r.authority != nil, strings.HasPrefix(r.path, "/"):
		t.path = removeDots(r.path)
	case r.path == "":
		t.path = removeDots(b.path)
		if r.query == nil {
			t.query = b.query
		}
	case b.authority != nil && b.path == "":
		t.path = removeDots("/" + r.path)
	default:
		directory := b.path
		if directory == ".." || strings.HasSuffix(directory, "/..") {
			directory += "/"
		}
		t.path = removeDots(directory[:strings.LastIndexByte(directory, '/')+1] + r.path)
	}
	if r.scheme == nil {
		t.scheme = b.scheme
		if r.authority == nil {
			t.authority = b.authority
		}
	}
	return t.String()
}

// removeDots is RFC 3986 section 5.2.4 with the same changes: leading .. segments of a relative path are kept, a trailing
// .. gets its slash, and slashes that follow each other become one.
func removeDots(path string) string {
	if path == "" {
		return ""
	}
	absolute := path[0] == '/'
	var kept []string
	segments := strings.Split(path, "/")
	last := segments[len(segments)-1]
	for _, segment := range segments {
		switch {
		case segment == "" || segment == ".":
		case segment != "..":
			kept = append(kept, segment)
		case len(kept) > 0 && kept[len(kept)-1] != "..":
			kept = kept[:len(kept)-1]
		case !absolute:
			kept = append(kept, segment)
		}
	}
	joined := strings.Join(kept, "/")
	if joined != "" && (last == "" || last == "." || last == "..") {
		joined += "/"
	}
	if absolute {
		joined = "/" + joined
	}
	return joined
}
