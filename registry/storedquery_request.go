package registry

import (
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// returnType is ResponseOption/@returnType (ITI TF-2 3.18.4.1.2.6).
type returnType uint8

const (
	// leafClass answers whole objects.
	leafClass returnType = iota
	// objectRef answers their identifiers.
	objectRef
	// leafClassWithItem answers whole objects, DocumentEntries with their documents inside (ebRS 3.0 6.1.1).
	leafClassWithItem
)

// queryRequest is an AdhocQueryRequest that was understood (ITI TF-2 3.18.4.1.2).
type queryRequest struct {
	query      *storedQuery
	returnType returnType
	arguments  []*argument
}

// argument is a parameter that was given. Its values are OR within a Slot and AND between Slots.
type argument struct {
	parameter *parameter
	at        xmltree.Node
	// first is the first value as it was sent, for findings.
	first string
	slots [][]queryValue
	// nothing: the values of a Slot are all such that no object can have them.
	nothing bool
	// excessive: there are more Slots than the bound, and the query is refused.
	excessive bool
}

// argument gives the argument of that name, nil when it was not given.
func (q *queryRequest) argument(name string) *argument {
	for _, a := range q.arguments {
		if a.parameter.name == name {
			return a
		}
	}
	return nil
}

// value gives the single value of that name, zero when it was not given.
func (q *queryRequest) value(name string) (v queryValue) {
	if a := q.argument(name); a != nil && len(a.slots) > 0 && len(a.slots[0]) > 0 {
		v = a.slots[0][0]
	}
	return v
}

// selects tells whether an object can fulfil the arguments of these names, all arguments when none is named.
func (q *queryRequest) selects(names ...string) bool {
	if len(names) == 0 {
		for _, a := range q.arguments {
			if a.nothing {
				return false
			}
		}
	}
	for _, name := range names {
		if a := q.argument(name); a != nil && a.nothing {
			return false
		}
	}
	return true
}

// level is $MetadataLevel.
func (q *queryRequest) level() int {
	if v := q.value("$MetadataLevel"); v.level != 0 {
		return v.level
	}
	return 1
}

// queryReader reads one AdhocQueryRequest and reports what is wrong with it, going on as far as it can.
type queryReader struct {
	queryRequest
	report *rule.Report
	count  int // of values so far
	// items: documents can be answered inside of their entries.
	items bool
}

// readQueryRequest reads an AdhocQueryRequest of the transaction. The query is nil when it is not known; otherwise what
// was read is usable unless the report has failed. items says that documents can be answered inside of their entries.
func readQueryRequest(request xmltree.Node, transaction transactionName, items bool, report *rule.Report) *queryRequest {
	q := &queryReader{report: report, items: items}
	q.readReturnType(request)
	adhoc := q.readQuery(request, transaction)
	if q.query == nil {
		return &q.queryRequest
	}
	q.readSlots(adhoc)
	q.checkNeeds(adhoc)
	q.checkExclusions()
	q.checkIntervals()
	q.checkLogicalIDs()
	return &q.queryRequest
}

// readReturnType reads the ResponseOption. returnComposedObjects is not looked at: objects always come whole.
func (q *queryReader) readReturnType(request xmltree.Node) {
	option := request.Child(NamespaceQuery, "ResponseOption")
	name := option.AttrValue("", "returnType")
	var broken *rule.Rule
	switch trimSpace(name) {
	case "LeafClass":
	case "ObjectRef":
		q.returnType = objectRef
	case "RegistryObject", "":
		broken = ruleQueryReturnTypeGiven
	case "LeafClassWithRepositoryItem", "LeafClassWithRepositoryDocument":
		if !q.items {
			broken = ruleQueryWithDocuments
			break
		}
		q.returnType = leafClassWithItem
		if trimSpace(name) == "LeafClassWithRepositoryDocument" {
			broken = ruleQueryItemSpelling
		}
	default:
		broken = ruleQueryReturnType
	}
	if broken != nil {
		expected := "LeafClass | ObjectRef"
		if q.items {
			expected += " | LeafClassWithRepositoryItem"
		}
		at := option
		if option.IsZero() {
			at = request
		}
		q.report.AddAt(at, rule.Finding{Rule: broken, Subject: "returnType", Found: name,
			Expected: expected})
	}
	adhoc := request.Child(NamespaceRIM, "AdhocQuery")
	if !option.IsZero() && !adhoc.IsZero() && option.Offset() > adhoc.Offset() {
		q.report.AddAt(option, rule.Finding{Rule: ruleQueryOrder})
	}
}

// readQuery finds the AdhocQuery and the query that its id names.
func (q *queryReader) readQuery(request xmltree.Node, transaction transactionName) (adhoc xmltree.Node) {
	for child := range request.Children(NamespaceRIM, "AdhocQuery") {
		if adhoc.IsZero() {
			adhoc = child
			continue
		}
		q.report.AddAt(child, rule.Finding{Rule: ruleQueryOne, Subject: "AdhocQuery"})
		return adhoc
	}
	if adhoc.IsZero() {
		q.report.AddAt(request, rule.Finding{Rule: ruleQueryOne, Subject: "AdhocQuery"})
		return adhoc
	}
	id := adhoc.AttrValue("", "id")
	query, exact := lookupQuery(id)
	switch {
	case query == nil:
		q.report.AddAt(adhoc, rule.Finding{Rule: ruleQueryKnown, Subject: "AdhocQuery/@id", Found: id,
			Expected: storedQueries[0].id + " (" + storedQueries[0].name + "), …"})
		return adhoc
	case query.transaction != transaction:
		q.report.AddAt(adhoc, rule.Finding{Rule: ruleQueryTransaction, Subject: query.name,
			Found: string(transaction), Expected: string(query.transaction)})
		return adhoc
	case !exact:
		q.report.AddAt(adhoc, rule.Finding{Rule: ruleQueryIDForm, Subject: query.name, Found: id,
			Expected: query.id})
	}
	q.query = query
	return adhoc
}

// lookupQuery finds a query by its id, and tells whether the id is written as the standard does: capitals and an absent
// urn:uuid: are understood.
func lookupQuery(id string) (query *storedQuery, exact bool) {
	for _, query := range storedQueries {
		if query.id == id {
			return query, true
		}
	}
	plain := strings.ToLower(trimSpace(id))
	if !isUUIDURN(plain) {
		plain = uuidPrefix + plain
	}
	for _, query := range storedQueries {
		if query.id == plain {
			return query, false
		}
	}
	return nil, false
}

// parameter finds the parameter of that name, nil when the query has none.
func (query *storedQuery) parameter(name string) *parameter {
	for i := range query.parameters {
		if query.parameters[i].name == name {
			return &query.parameters[i]
		}
	}
	return nil
}

// resembling finds the parameter whose name differs only by capitals, blanks around it or the missing $.
func (query *storedQuery) resembling(name string) *parameter {
	name = strings.TrimPrefix(trimSpace(name), "$")
	for i := range query.parameters {
		if strings.EqualFold(query.parameters[i].name[1:], name) {
			return &query.parameters[i]
		}
	}
	return nil
}

// checkNeeds holds the arguments to the columns Opt of the query's parameters.
func (q *queryReader) checkNeeds(adhoc xmltree.Node) {
	var exactly, atLeast []string
	var given []*argument
	some := false
	for i := range q.query.parameters {
		p := &q.query.parameters[i]
		a := q.argument(p.name)
		switch p.need {
		case isRequired:
			if a == nil || len(a.slots) == 0 {
				q.missing(p, a, adhoc)
			}
		case exactlyOne:
			exactly = append(exactly, p.name)
			if a != nil {
				given = append(given, a)
			}
		case atLeastOne:
			atLeast = append(atLeast, p.name)
			some = some || a != nil
		}
	}
	switch {
	case len(exactly) > 0 && len(given) == 0:
		q.report.AddAt(adhoc, rule.Finding{Rule: ruleQueryAlternative, Subject: q.query.name,
			Expected: strings.Join(exactly, " | ")})
	case len(given) > 1:
		for _, a := range given[1:] {
			q.report.AddAt(a.at, rule.Finding{Rule: ruleQueryExclusive, Subject: a.parameter.name,
				Expected: strings.Join(exactly, " | ")})
		}
	case len(atLeast) > 0 && !some:
		q.report.AddAt(adhoc, rule.Finding{Rule: ruleQueryAlternative, Subject: q.query.name,
			Expected: strings.Join(atLeast, " | ")})
	}
}

// missing reports a required parameter that was not given, or only with values that count for nothing.
func (q *queryReader) missing(p *parameter, a *argument, adhoc xmltree.Node) {
	finding := rule.Finding{
		Rule: ruleQueryRequired, Place: rule.At(adhoc), Subject: p.name, Expected: p.form(),
		Fix: rule.Text{
			EN: "Add the Slot " + p.name + " to " + q.query.name + " (" + q.query.section + ")",
			FR: "Ajouter le Slot " + p.name + " à " + q.query.name + " (" + q.query.section + ")",
		},
	}
	if a != nil {
		finding.Place, finding.Found = rule.At(a.at), a.first
		finding.Fix = rule.Text{
			EN: "Give " + p.name + " a value that the standard defines (" + q.query.section + ")",
			FR: "Donner à " + p.name + " une valeur que le standard définit (" + q.query.section + ")",
		}
	}
	q.report.Add(finding)
}

// excludeSuffix makes the name of a negative parameter from that of the positive one (ITI TF-2 3.18.4.1.2.3.7.15).
const excludeSuffix = "Exclude"

// checkExclusions keeps a parameter and its negative form apart.
func (q *queryReader) checkExclusions() {
	for _, a := range q.arguments {
		positive, negative := strings.CutSuffix(a.parameter.name, excludeSuffix)
		if negative && q.argument(positive) != nil {
			q.report.AddAt(a.at, rule.Finding{Rule: ruleQueryExclude, Subject: a.parameter.name,
				Expected: positive + " | " + a.parameter.name})
		}
	}
}

// checkIntervals looks for time intervals that end before they begin.
func (q *queryReader) checkIntervals() {
	for _, a := range q.arguments {
		start, isFrom := strings.CutSuffix(a.parameter.name, "From")
		if a.parameter.kind != valueTime || !isFrom {
			continue
		}
		from, to := q.value(a.parameter.name).text, q.value(start+"To").text
		if from != "" && to != "" && from >= to {
			q.report.AddAt(a.at, rule.Finding{Rule: ruleQueryInterval, Subject: a.parameter.name,
				Found: from + " … " + to})
		}
	}
}

// checkLogicalIDs lets logicalIDs select only where versions are seen.
func (q *queryReader) checkLogicalIDs() {
	for _, a := range q.arguments {
		if a.parameter.kind == valueLogicalID && q.level() != 2 {
			q.report.AddAt(a.at, rule.Finding{Rule: ruleQueryLogicalID, Subject: a.parameter.name,
				Expected: "$MetadataLevel = 2"})
		}
	}
}
