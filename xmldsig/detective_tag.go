package xmldsig

import (
	"bytes"
	"iter"
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

// tagPart is a name or a quoted value of a start tag.
type tagPart struct {
	from, to int
	value    bool
}

// tagParts goes through the names and the values of an element's start tag, as they are written.
func tagParts(e xmltree.Node) iter.Seq[tagPart] {
	return func(yield func(tagPart) bool) {
		tag := e.Raw()[:e.ContentOffset()-e.Offset()]
		for i := 1; i < len(tag); {
			switch c := tag[i]; {
			case c == '"' || c == '\'':
				end := i + 1
				for tag[end] != c {
					end++
				}
				if !yield(tagPart{e.Offset() + i + 1, e.Offset() + end, true}) {
					return
				}
				i = end + 1
			case strings.IndexByte(" \t\r\n=/>", c) >= 0:
				i++
				if c == '>' {
					return
				}
			default:
				end := i
				for strings.IndexByte(" \t\r\n=/>", tag[end]) < 0 {
					end++
				}
				if !yield(tagPart{e.Offset() + i, e.Offset() + end, false}) {
					return
				}
				i = end
			}
		}
	}
}

// attributeBlanks writes line feeds and tabs inside attributes as references, as a tree that held them should have.
func attributeBlanks(n xmltree.Node) (edits []edit) {
	src := n.Document().Source()
	for e := range selfAndDescendants(n) {
		for part := range tagParts(e) {
			for i := part.from; part.value && i < part.to; i++ {
				switch src[i] {
				case '\n':
					edits = append(edits, edit{i, i + 1, "&#xA;"})
				case '\t':
					edits = append(edits, edit{i, i + 1, "&#x9;"})
				case '\r':
					edits = append(edits, edit{i, i + 1, ""})
				}
			}
		}
	}
	return edits
}

// prefixesOf gives the prefixes of elements at and below a node.
func prefixesOf(n xmltree.Node) (prefixes []string) {
	for e := range selfAndDescendants(n) {
		if !slices.Contains(prefixes, e.Prefix()) {
			if prefixes = append(prefixes, e.Prefix()); len(prefixes) == 6 {
				break
			}
		}
	}
	return prefixes
}

// rename gives another name to a prefix in every tag at and below a node, its declarations included.
func rename(n xmltree.Node, prefix, other string) (edits []edit) {
	src := n.Document().Source()
	for e := range selfAndDescendants(n) {
		first := true
		for part := range tagParts(e) {
			if part.value {
				continue
			}
			name := string(src[part.from:part.to])
			if to, changed := renamed(name, prefix, other, first); changed {
				edits = append(edits, edit{part.from, part.to, to})
				if first && e.ContentOffset() < e.End() {
					at := bytes.LastIndexByte(src[:e.End()], '<') + len("</")
					edits = append(edits, edit{at, at + len(name), to})
				}
			}
			first = false
		}
	}
	return edits
}

// renamed gives the name with the other prefix, and whether it had the one to change.
func renamed(name, prefix, other string, isElement bool) (string, bool) {
	before, local, prefixed := strings.Cut(name, ":")
	switch {
	case name == "xmlns" && prefix == "" && other != "":
		return "xmlns:" + other, true
	case prefixed && before == "xmlns":
		if local != prefix {
			return "", false
		}
		if other == "" {
			return "xmlns", true
		}
		return "xmlns:" + other, true
	case !prefixed:
		if !isElement || prefix != "" {
			return "", false
		}
		return other + ":" + name, true
	case before != prefix:
		return "", false
	case other == "":
		return local, isElement // an attribute without a prefix is in no namespace
	}
	return other + ":" + local, true
}
