package registry

import (
	"strconv"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// maxQueryValues bounds the values of one query, so that it stays one that a database answers.
const maxQueryValues = 10000

// maxQueryConditions bounds the Slots of one parameter, each of which is one more condition that every object must meet.
const maxQueryConditions = 64

// readSlots reads every Slot of the AdhocQuery that is a parameter of the query; others are ignored, as the standard
// wants, but for those whose name is nearly right.
func (q *queryReader) readSlots(adhoc xmltree.Node) {
	for slot := range adhoc.Children(NamespaceRIM, "Slot") {
		name := slot.AttrValue("", "name")
		p := q.query.parameter(name)
		if p == nil {
			if like := q.query.resembling(name); like != nil {
				q.report.AddAt(slot, rule.Finding{Rule: ruleQueryName, Subject: like.name,
					Found: name, Expected: like.name})
			}
			continue
		}
		q.readSlot(p, slot)
	}
}

// readSlot reads one Slot into the argument of its parameter.
func (q *queryReader) readSlot(p *parameter, slot xmltree.Node) {
	values, sent, first := q.readValues(p, slot)
	if sent == 0 {
		if p.need != isRequired {
			q.report.AddAt(slot, rule.Finding{Rule: ruleQueryEmpty, Subject: p.name, Expected: p.form()})
		}
		return
	}
	a := q.argument(p.name)
	if a == nil {
		a = &argument{parameter: p, at: slot, first: first}
		q.arguments = append(q.arguments, a)
	} else if p.mult != andOrList {
		q.report.AddAt(slot, rule.Finding{Rule: ruleQueryRepeated, Subject: p.name, Expected: p.form()})
		return
	} else if a.excessive || len(a.slots) == maxQueryConditions && q.tooManyConditions(a, slot) {
		return
	}
	if p.mult == oneValue && sent > 1 {
		q.report.AddAt(slot, rule.Finding{Rule: ruleQuerySingle, Subject: p.name,
			Found: strconv.Itoa(sent), Expected: "1"})
	}
	switch {
	case len(values) > 0:
		a.slots = append(a.slots, values)
	case p.kind != valueStatus && p.kind != valueLevel:
		// A status that is not understood is as good as not sent (ITI TF-2 3.18.4.1.2.3.6); of anything else there is
		// no object that has it.
		a.slots, a.nothing = append(a.slots, nil), true
	}
}

// tooManyConditions reports, once for each parameter, a Slot beyond the bound, and tells whether that refuses the query.
func (q *queryReader) tooManyConditions(a *argument, slot xmltree.Node) bool {
	a.excessive = q.report.AddAt(slot, rule.Finding{Rule: ruleQueryConditions, Subject: a.parameter.name,
		Expected: "<= " + strconv.Itoa(maxQueryConditions)})
	return a.excessive
}

// readValues reads the Values of a Slot: those that can be used, how many were sent, and the first of these.
func (q *queryReader) readValues(p *parameter, slot xmltree.Node) (values []queryValue, sent int, first string) {
	for list := range slot.Children(NamespaceRIM, "ValueList") {
		for value := range list.Children(NamespaceRIM, "Value") {
			raw := value.Text()
			text, fault := parseParameterText(raw)
			if fault != nil {
				q.report.AddAt(slot, rule.Finding{Rule: ruleQuerySyntax, Subject: p.name,
					Found: raw, Expected: p.form(), Fix: fault.fix})
				sent++
				continue
			}
			if sent += len(text.items); !q.countValues(len(text.items), p, slot) {
				continue
			}
			q.checkForm(p, slot, raw, text)
			if first == "" {
				first = raw
			}
			for _, item := range text.items {
				if v, ok := q.readItem(p, slot, item); ok {
					values = append(values, v)
				}
			}
		}
	}
	return values, sent, first
}

// countValues counts the values of the query and tells whether they may still be read.
func (q *queryReader) countValues(more int, p *parameter, slot xmltree.Node) bool {
	if q.count <= maxQueryValues && q.count+more > maxQueryValues {
		q.report.AddAt(slot, rule.Finding{Rule: ruleQueryCount, Subject: p.name})
	}
	q.count += more
	return q.count <= maxQueryValues
}

// readItem reads one value, unquoted already, and reports what is wrong with it.
func (q *queryReader) readItem(p *parameter, slot xmltree.Node, item string) (v queryValue, usable bool) {
	v, fault := readValue(p.kind, item)
	if fault == nil {
		return v, true
	}
	q.report.AddAt(slot, rule.Finding{Rule: fault.rule, Subject: p.name,
		Found: item, Expected: fault.expected, Fix: fault.fix})
	return v, fault.usable
}

// checkForm holds quotes and parentheses to what the parameter asks for.
func (q *queryReader) checkForm(p *parameter, slot xmltree.Node, raw string, text parameterText) {
	if len(text.items) == 0 {
		return
	}
	finding := rule.Finding{Subject: p.name, Found: raw, Expected: p.form()}
	report := func(r *rule.Rule) {
		finding.Rule = r
		q.report.AddAt(slot, finding)
	}
	switch {
	case p.mult != oneValue && text.form&formList == 0:
		report(ruleQueryParenthesised)
	case p.mult == oneValue && text.form&formList != 0 && len(text.items) == 1:
		report(ruleQueryNoParentheses)
	}
	if text.form&formBare != 0 && !p.kind.unquoted() {
		report(ruleQueryQuoted)
	}
	if text.form&formDoubleQuoted != 0 {
		report(ruleQuerySingleQuotes)
	}
}
