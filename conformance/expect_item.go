package conformance

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// itemsExactly compares the documents that a query gives inside of their entries with those submitted, byte for byte. In
// an MTOM answer each must be a part, else base64 (ebRS 3.0 6.1.1; ITI TF-2 V.3.6).
func (j *judge) itemsExactly(names Strings) {
	var want, have []string
	for _, name := range names {
		id, known := j.scope.lookup(name)
		if !known {
			j.broken(fmt.Errorf("no object is called %q", name))
		}
		want = append(want, id)
	}
	for _, o := range j.answer.objects() {
		children := o.ChildElements()
		if o.Tag != "ExtrinsicObject" || o.SelectElement("xds:Document") == nil {
			continue
		}
		id := o.SelectAttrValue("id", "")
		have = append(have, id)
		if last := children[len(children)-1]; last.FullTag() != "xds:Document" {
			j.fail("entry "+id, "its Document as the last child", last.FullTag())
		}
		at := slices.Index(want, id)
		if at < 0 {
			continue
		}
		content, err := j.answer.retrieved(o)
		submitted := j.scope.document(names[at])
		switch {
		case submitted == nil:
			j.broken(fmt.Errorf("no document is called %q", names[at]))
		case err != nil:
			j.fail("document of "+names[at], "its bytes", err.Error())
		case !bytes.Equal(content, submitted.content):
			j.fail("document of "+names[at], fmt.Sprintf("the %d bytes submitted", len(submitted.content)), fmt.Sprintf("%d bytes, different", len(content)))
		}
		if included := o.FindElement("xds:Document/xop:Include") != nil; included != j.answer.mtom {
			j.fail("document of "+names[at], map[bool]string{true: "a part of the MTOM answer", false: "base64"}[j.answer.mtom], o.SelectElement("xds:Document").Tag+" with another content")
		}
	}
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(want, have) {
		j.fail("entries with their document", strings.Join(want, " "), strings.Join(have, " ")+"; "+j.answer.describe())
	}
}
