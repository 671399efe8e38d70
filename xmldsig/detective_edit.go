package xmldsig

import (
	"bytes"
	"io"
	"iter"
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

// edit replaces a run of a text.
type edit struct {
	from, to int
	with     string
}

// apply makes the edits, which lie one after the other.
func apply(src []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	out := make([]byte, 0, len(src))
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue
		}
		out = append(append(out, src[at:e.from]...), e.with...)
		at = e.to
	}
	return append(out, src[at:]...)
}

// moved gives where an offset lies after the edits.
func moved(edits []edit, offset int) int {
	by := 0
	for _, e := range edits {
		if e.to <= offset && e.from < offset {
			by += len(e.with) - (e.to - e.from)
		}
	}
	return offset + by
}

// variant is a way in which a text may have been other when it was signed.
type variant struct {
	damage Damage
	detail string
	edits  func() []edit
}

// variants looks whether the text as it may have been has the digest by the declared transforms.
func (d *detective) variants(from source) (Cause, bool) {
	src := from.node.Document().Source()
	for v := range allVariants(from.node, from.omit) {
		edits := d.editsOf(v, from.node)
		if d.left <= 0 {
			break
		}
		if len(edits) == 0 {
			continue
		}
		offset := -1
		if from.node.Kind() == xmltree.Element {
			offset = moved(edits, from.node.Offset())
		}
		found := d.again(apply(src, edits), offset, func(n xmltree.Node) bool {
			was := source{node: n, comments: from.comments, raw: from.raw}
			if from.omit.Kind() == xmltree.Element {
				was.omit, _ = elementAt(n.Document(), moved(edits, from.omit.Offset()))
			}
			return d.matches(func(out io.Writer) error { return d.r.write(out, was) })
		})
		if found {
			return d.cause(v.damage, "", v.detail)
		}
	}
	return Cause{}, false
}

// editCost is how many digested octets it is worth to look at one octet, or to make one edit of a text.
const editCost, editsCost = 2, 64

// editsOf makes the edits of a variant, at the expense of the budget.
func (d *detective) editsOf(v variant, n xmltree.Node) []edit {
	if d.left -= editCost * len(n.Raw()); d.left <= 0 {
		return nil
	}
	edits := v.edits()
	d.left -= editsCost * len(edits)
	return edits
}

// allVariants goes through the ways, the likely ones first.
func allVariants(n, omit xmltree.Node) iter.Seq[variant] {
	return func(yield func(variant) bool) {
		of := func(edits func(xmltree.Node) []edit) func() []edit { return func() []edit { return edits(n) } }
		broken := func(width int, end string) func() []edit { return func() []edit { return breakBase64(n, width, end) } }
		for _, v := range []variant{
			{Indentation, "", of(dropBlanks)},
			{LineEnds, "CR LF", of(carriageReturns)},
			{LineEnds, "LF", of(noCarriageReturns)},
			{AttributeBlanks, "", of(attributeBlanks)},
			{Base64Lines, "", of(joinBase64)},
			{Base64Lines, "76, LF", broken(76, "\n")},
			{Base64Lines, "76, CR LF", broken(76, "&#xD;\n")},
			{Base64Lines, "64, LF", broken(64, "\n")},
			{Trimmed, "", of(trimTexts)},
		} {
			if !yield(v) {
				return
			}
		}
		for _, step := range []string{"  ", "    ", "\t", " ", ""} {
			for _, depth := range []int{0, depthOf(n)} {
				if !yield(variant{Indentation, "", func() []edit { return indent(n, omit, step, depth) }}) {
					return
				}
			}
		}
		for _, prefix := range prefixesOf(n) {
			for _, other := range usualPrefixes {
				v := variant{RenamedPrefix, quote(other) + " → " + quote(prefix), func() []edit { return rename(n, prefix, other) }}
				if other != prefix && !yield(v) {
					return
				}
			}
		}
	}
}

// usualPrefixes are those that libraries put in the place of others.
var usualPrefixes = []string{"", "saml2", "saml", "ds", "dsig", "ns1", "ns2", "ns3", "ns4", "ns5", "xs", "xsd", "urn", "hl7", "ihe"}

// texts goes through the texts and CDATA sections at and below a node.
func texts(n xmltree.Node) iter.Seq[xmltree.Node] {
	return func(yield func(xmltree.Node) bool) {
		for e := range selfAndDescendants(n) {
			for c := e.FirstChild(); !c.IsZero(); c = c.NextSibling() {
				if c.Kind() == xmltree.Text && !yield(c) {
					return
				}
			}
		}
	}
}

func selfAndDescendants(n xmltree.Node) iter.Seq[xmltree.Node] {
	return func(yield func(xmltree.Node) bool) {
		if n.Kind() == xmltree.Element && !yield(n) {
			return
		}
		n.Descendants()(yield)
	}
}

func isBlank(raw []byte) bool { return len(bytes.Trim(raw, " \t\r\n")) == 0 }

// dropBlanks takes out the blanks between elements.
func dropBlanks(n xmltree.Node) (edits []edit) {
	for t := range texts(n) {
		if isBlank(t.Raw()) && !t.Parent().FirstElement().IsZero() {
			edits = append(edits, edit{t.Offset(), t.End(), ""})
		}
	}
	return edits
}

// indent puts every element that stands among elements alone on a line of its own, but for one that is left out of the
// digest and came in later.
func indent(n, omit xmltree.Node, step string, depth int) []edit {
	edits := dropBlanks(n)
	var in func(e xmltree.Node, depth int)
	in = func(e xmltree.Node, depth int) {
		if depth > 64 || !elementsAlone(e) {
			return
		}
		last := 0
		for c := e.FirstElement(); !c.IsZero(); c = c.NextElement() {
			if last = c.End(); c == omit {
				continue
			}
			edits = append(edits, edit{c.Offset(), c.Offset(), "\n" + strings.Repeat(step, depth+1)})
			in(c, depth+1)
		}
		edits = append(edits, edit{last, last, "\n" + strings.Repeat(step, depth)})
	}
	if n.Kind() == xmltree.DocumentNode {
		n = n.FirstElement()
	}
	in(n, depth)
	return edits
}

func elementsAlone(e xmltree.Node) bool {
	if e.FirstElement().IsZero() {
		return false
	}
	for c := e.FirstChild(); !c.IsZero(); c = c.NextSibling() {
		if c.Kind() != xmltree.Element && (c.Kind() != xmltree.Text || !isBlank(c.Raw())) {
			return false
		}
	}
	return true
}

func depthOf(n xmltree.Node) (depth int) {
	for n = n.Parent(); !n.IsZero(); n = n.Parent() {
		depth++
	}
	return depth
}

// carriageReturns makes each line end the CR LF that a tree built on Windows holds; a reader drops the CR when it is
// not written as a reference.
func carriageReturns(n xmltree.Node) (edits []edit) {
	for t := range texts(n) {
		raw := t.Raw()
		for i, c := range raw {
			if c == '\n' {
				from := t.Offset() + i
				if i > 0 && raw[i-1] == '\r' {
					from--
				}
				edits = append(edits, edit{from, t.Offset() + i + 1, "&#xD;\n"})
			}
		}
	}
	return edits
}

// noCarriageReturns takes out the references to CR.
func noCarriageReturns(n xmltree.Node) (edits []edit) {
	for t := range texts(n) {
		raw := string(t.Raw())
		for _, reference := range []string{"&#13;", "&#xD;", "&#xd;", "&#x0D;"} {
			for at := 0; ; {
				i := strings.Index(raw[at:], reference)
				if i < 0 {
					break
				}
				edits = append(edits, edit{t.Offset() + at + i, t.Offset() + at + i + len(reference), ""})
				at += i + len(reference)
			}
		}
	}
	return edits
}

// trimTexts takes out the blanks around texts that are not blank.
func trimTexts(n xmltree.Node) (edits []edit) {
	for t := range texts(n) {
		raw := t.Raw()
		trimmed := bytes.Trim(raw, " \t\r\n")
		if len(trimmed) == 0 || len(trimmed) == len(raw) {
			continue
		}
		edits = append(edits, edit{t.Offset(), t.End(), string(trimmed)})
	}
	return edits
}

// base64Texts goes through the texts that are base64 of some length.
func base64Texts(n xmltree.Node) iter.Seq[xmltree.Node] {
	return func(yield func(xmltree.Node) bool) {
		for t := range texts(n) {
			raw := t.Raw()
			if len(raw) <= 64 {
				continue
			}
			if _, err := decodeBase64(strings.ReplaceAll(string(raw), "&#xD;", "")); err == nil && !yield(t) {
				return
			}
		}
	}
}

func packed(t xmltree.Node) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(string(t.Raw()), "&#xD;", "")), "")
}

func joinBase64(n xmltree.Node) (edits []edit) {
	for t := range base64Texts(n) {
		edits = append(edits, edit{t.Offset(), t.End(), packed(t)})
	}
	return edits
}

func breakBase64(n xmltree.Node, width int, end string) (edits []edit) {
	for t := range base64Texts(n) {
		var lines []string
		for text := packed(t); text != ""; {
			line := text[:min(width, len(text))]
			lines = append(lines, line)
			text = text[len(line):]
		}
		edits = append(edits, edit{t.Offset(), t.End(), strings.Join(lines, end)})
	}
	return edits
}
