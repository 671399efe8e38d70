package conformance

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// value judges one assertion on the answer's content.
func (j *judge) value(v *ValueExpect) {
	root := j.answer.doc
	if root == nil {
		j.fail(v.At, "an answer to look into", j.answer.describe())
		return
	}
	found, attr, err := locate(j.scope, root, v.At)
	if err != nil {
		j.broken(err)
		return
	}
	var values []string
	for _, e := range found {
		if value, ok := valueOf(e, attr); ok {
			values = append(values, value)
		}
	}
	if v.Count != nil && len(values) != *v.Count {
		j.fail(v.At, fmt.Sprintf("%d of them", *v.Count), fmt.Sprintf("%d", len(values)))
	}
	if v.Is == nil && v.Not == nil && v.Matches == "" && v.Contains == "" {
		return
	}
	if len(values) == 0 {
		j.fail(v.At, "a value", "none; "+j.answer.describe())
		return
	}
	if !v.Every {
		values = values[:1]
	}
	for _, value := range values {
		j.one(v, value)
	}
}

func (j *judge) one(v *ValueExpect, value string) {
	compare := func(text, verb string, holds func(want string) bool) {
		want, err := j.scope.expand(text)
		if err != nil {
			j.broken(err)
		} else if !holds(want) {
			j.fail(v.At, verb+want, value)
		}
	}
	if v.Is != nil {
		compare(*v.Is, "", func(want string) bool { return value == want })
	}
	if v.Not != nil {
		compare(*v.Not, "not ", func(want string) bool { return value != want })
	}
	if v.Contains != "" {
		compare(v.Contains, "contains ", func(want string) bool { return strings.Contains(value, want) })
	}
	if v.Matches != "" {
		pattern, err := regexp.Compile(v.Matches)
		if err != nil {
			j.broken(err)
		} else if !pattern.MatchString(value) {
			j.fail(v.At, "matches "+v.Matches, value)
		}
	}
}

// same compares submitted objects with what came back: every slot with its values in order, names and descriptions,
// classifications and external identifiers with what is in them. Ids inside, status, versions, and what the repository
// or the registry adds are not compared (ITI TF-3 4.3.2.1).
func (j *judge) same(names Strings) {
	for _, name := range names {
		id, err := j.scope.end(name)
		if err != nil {
			j.broken(err)
			continue
		}
		sent := j.scope.sent(id)
		if sent == nil {
			j.broken(fmt.Errorf("nothing called %q was submitted", name))
			continue
		}
		var got *etree.Element
		for _, o := range j.answer.objects() {
			if o.SelectAttrValue("id", "") == id {
				got = o
			}
		}
		if got == nil {
			j.fail(name, "is in the result", j.answer.describe())
			continue
		}
		want, have := facts(sent), facts(got)
		for _, fact := range want {
			if !slices.Contains(have, fact) {
				j.fail(name, fact, "not so in "+strings.Join(have, "; "))
			}
		}
		for _, fact := range have {
			if !slices.Contains(want, fact) && !added(fact) {
				j.fail(name, "nothing that was not submitted", fact)
			}
		}
	}
}

// added tells facts that registry and repository put there themselves.
func added(fact string) bool {
	for _, prefix := range []string{"slot hash ", "slot size ", "slot repositoryUniqueId ", "slot lastUpdateTime "} {
		if strings.HasPrefix(fact, prefix) {
			return true
		}
	}
	return false
}

// facts writes an object as comparable lines.
func facts(o *etree.Element) []string {
	var out []string
	for _, a := range []string{"mimeType", "objectType", "associationType", "sourceObject", "targetObject"} {
		if v := o.SelectAttr(a); v != nil && (a != "objectType" || o.Tag == "ExtrinsicObject") {
			out = append(out, a+" "+v.Value)
		}
	}
	for _, c := range o.ChildElements() {
		switch c.Tag {
		case "Slot":
			if name := c.SelectAttrValue("name", ""); name != "lastUpdateTime" {
				out = append(out, "slot "+name+" "+strings.Join(slotValues(c), "|"))
			}
		case "Name", "Description":
			out = append(out, localized(c)...)
		case "Classification":
			out = append(out, "classification "+c.SelectAttrValue("classificationScheme", "")+c.SelectAttrValue("classificationNode", "")+
				" "+c.SelectAttrValue("nodeRepresentation", "")+" {"+strings.Join(facts(c), ", ")+"}")
		case "ExternalIdentifier":
			out = append(out, "identifier "+c.SelectAttrValue("identificationScheme", "")+" "+c.SelectAttrValue("value", ""))
		}
	}
	return out
}

func localized(e *etree.Element) []string {
	var out []string
	for _, s := range e.SelectElements("rim:LocalizedString") {
		out = append(out, e.Tag+" "+s.SelectAttrValue("xml:lang", "")+" "+s.SelectAttrValue("value", ""))
	}
	return out
}

// retrievedExactly compares the documents given back with those submitted, byte for byte.
func (j *judge) retrievedExactly(names Strings) {
	c := j.answer.content()
	if c == nil {
		j.fail("documents", "a RetrieveDocumentSetResponse", j.answer.describe())
		return
	}
	var want, have []string
	for _, name := range names {
		want = append(want, j.scope.get(name+".uniqueId"))
	}
	responses := c.SelectElements("xds:DocumentResponse")
	for _, r := range responses {
		have = append(have, childText(r, "xds:DocumentUniqueId"))
	}
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(want, have) {
		j.fail("documents given back", strings.Join(want, " "), strings.Join(have, " ")+"; "+j.answer.describe())
		return
	}
	for _, name := range names {
		d := j.scope.document(name)
		if d == nil {
			j.broken(fmt.Errorf("no document is called %q", name))
			continue
		}
		for _, r := range responses {
			if childText(r, "xds:DocumentUniqueId") == d.uniqueID {
				j.document(d, r)
			}
		}
	}
}

func (j *judge) document(d *document, response *etree.Element) {
	content, err := j.answer.retrieved(response)
	if err != nil {
		j.fail("document "+d.name, "its bytes", err.Error())
		return
	}
	if !bytes.Equal(content, d.content) {
		j.fail("document "+d.name, fmt.Sprintf("the %d bytes submitted", len(d.content)), fmt.Sprintf("%d bytes, different", len(content)))
	}
	if have := childText(response, "xds:mimeType"); have != d.mimeType {
		j.fail("document "+d.name, "mimeType "+d.mimeType, have)
	}
}

func childText(e *etree.Element, tag string) string {
	if c := e.SelectElement(tag); c != nil {
		return strings.TrimSpace(text(c))
	}
	return ""
}
