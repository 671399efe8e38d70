package registry

import (
	"strings"
	"unicode/utf8"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// reader turns elements into objects. Its slices are taken from blocks counted beforehand, so that a submission costs a
// handful of allocations however many slots it has.
type reader struct {
	report          *rule.Report
	slots           []Slot
	values          []string
	texts           []LocalizedString
	classifications []Classification
	identifiers     []ExternalIdentifier
	// nested holds the UUIDs of Classifications and ExternalIdentifiers met so far.
	nested map[string]struct{}
}

// take cuts an empty slice of capacity n off a block, or makes one when the block is used up.
func take[T any](block *[]T, n int) []T {
	if n == 0 {
		return nil
	}
	if cap(*block)-len(*block) < n {
		return make([]T, 0, n)
	}
	from := len(*block)
	*block = (*block)[:from+n]
	return (*block)[from : from : from+n]
}

// reserve counts what a request holds and makes the blocks.
func (rd *reader) reserve(request xmltree.Node) {
	var slots, values, texts, classifications, identifiers int
	for n := range request.Descendants() {
		switch n.Local() {
		case "Value":
			values++
		case "Slot":
			slots++
		case "LocalizedString":
			texts++
		case "Classification":
			classifications++
		case "ExternalIdentifier":
			identifiers++
		}
	}
	rd.slots = make([]Slot, 0, slots)
	rd.values = make([]string, 0, values)
	rd.texts = make([]LocalizedString, 0, texts)
	rd.classifications = make([]Classification, 0, classifications)
	rd.identifiers = make([]ExternalIdentifier, 0, identifiers)
}

// add enters a finding about an object.
func (rd *reader) add(r *rule.Rule, at xmltree.Node, subject, found, expected string) {
	enter(rd.report, r, at, subject, found, expected)
}

// badForm enters a finding about a value that has not the form of its type.
func (rd *reader) badForm(r *rule.Rule, at xmltree.Node, subject string, e *FormatError) {
	if !surplus(rd.report, r) {
		rd.report.AddAt(at, rule.Finding{Rule: r, Subject: brief(subject), Found: e.Value, Expected: e.Expected, Fix: e.Why})
	}
}

// ranks of children in schema order.
const (
	rankSlot = iota + 1
	rankName
	rankDescription
	rankVersion
	rankClassification
	rankIdentifier
	rankContentVersion
)

func childRank(c xmltree.Node) int {
	if c.Space() != NamespaceRIM {
		return 0
	}
	switch c.Local() {
	case "Slot":
		return rankSlot
	case "Name":
		return rankName
	case "Description":
		return rankDescription
	case "VersionInfo":
		return rankVersion
	case "Classification":
		return rankClassification
	case "ExternalIdentifier":
		return rankIdentifier
	case "ContentVersionInfo":
		return rankContentVersion
	}
	return 0
}

// object reads an ExtrinsicObject, RegistryPackage or Association into o.
func (rd *reader) object(n xmltree.Node, o *Object) {
	o.At = n
	for a := range n.Attrs() {
		if a.Space != "" {
			continue
		}
		switch a.Local {
		case "id":
			o.ID = a.Value
		case "lid":
			o.LID = a.Value
		case "home":
			o.Home = a.Value
		case "status":
			o.Status = a.Value
		case "objectType":
			o.ObjectType = a.Value
		case "mimeType":
			o.MimeType = a.Value
		case "isOpaque":
			o.Opaque = a.Value
		}
	}
	o.ID = rd.uuid(n, o.ID, o.ID)
	if o.LID != "" && !strings.EqualFold(o.LID, o.ID) {
		rd.add(ruleLogicalID, n, o.ID, o.LID, "")
	}
	if o.Home != "" {
		if e := checkHome(o.Home); e != nil {
			rd.badForm(ruleHome, n, o.ID, e)
		}
	}
	rd.children(n, o)
}

// uuid holds an id that claims to be a UUID to its form and gives it in lower case.
func (rd *reader) uuid(at xmltree.Node, subject, id string) string {
	if !isUUIDURN(id) {
		return id
	}
	_, upper, e := checkUUID(id)
	if e != nil {
		rd.badForm(ruleUUIDForm, at, subject, e)
		return id
	}
	if upper {
		lower := strings.ToLower(id)
		rd.add(ruleUUIDLower, at, subject, id, lower)
		return lower
	}
	return id
}

func (rd *reader) children(n xmltree.Node, o *Object) {
	var slots, classifications, identifiers int
	last, ordered := 0, true
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		rank := childRank(c)
		switch rank {
		case rankSlot:
			slots++
		case rankClassification:
			classifications++
		case rankIdentifier:
			identifiers++
		}
		if rank == 0 || rank == rankContentVersion && o.Kind != KindDocument {
			rd.add(ruleChild, c, o.ID, c.Local(), "")
		} else if rank < last && ordered {
			ordered = false
			rd.add(ruleOrder, c, o.ID, c.Local(), "")
		}
		last = max(last, rank)
	}
	o.Slots = take(&rd.slots, slots)
	o.Classifications = take(&rd.classifications, classifications)
	o.ExternalIdentifiers = take(&rd.identifiers, identifiers)
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		switch childRank(c) {
		case rankSlot:
			o.Slots = rd.slot(c, o.ID, o.Slots)
		case rankName:
			o.Name = rd.localized(c, o.ID, o.Name)
		case rankDescription:
			o.Description = rd.localized(c, o.ID, o.Description)
		case rankVersion:
			o.VersionName = c.AttrValue("", "versionName")
		case rankClassification:
			o.Classifications = append(o.Classifications, rd.classification(c, o.ID))
		case rankIdentifier:
			o.ExternalIdentifiers = append(o.ExternalIdentifiers, rd.identifier(c, o.ID))
		}
	}
	rd.uniqueSlots(o.ID, o.Slots)
}

// slot reads a Slot and appends it, unless it holds nothing.
func (rd *reader) slot(n xmltree.Node, subject string, slots []Slot) []Slot {
	s := Slot{At: n, Name: n.AttrValue("", "name"), Type: n.AttrValue("", "slotType")}
	list := n.FirstElement()
	if s.Name == "" || !list.Is(NamespaceRIM, "ValueList") || !list.NextElement().IsZero() {
		rd.add(ruleSlotShape, n, subject, s.Name, "")
		if s.Name == "" {
			return slots
		}
	}
	if len(s.Name) > slotMax && utf8.RuneCountInString(s.Name) > slotMax {
		rd.add(ruleSlotLength, n, subject, s.Name, "")
	}
	s.Values = rd.slotValues(list, subject, s.Name)
	if len(s.Values) == 0 {
		if list.FirstElement().IsZero() {
			rd.add(ruleBlankValue, n, subject, s.Name, "")
		}
		return slots
	}
	return append(slots, s)
}

// uniqueSlots tells names that stand twice.
func (rd *reader) uniqueSlots(subject string, slots []Slot) {
	const few = 32
	if len(slots) > few {
		seen := make(map[string]struct{}, len(slots))
		for i := range slots {
			if _, twice := seen[slots[i].Name]; twice {
				rd.add(ruleSlotUnique, slots[i].At, subject, slots[i].Name, "")
			}
			seen[slots[i].Name] = struct{}{}
		}
		return
	}
	for i := range slots {
		if findSlot(slots[:i], slots[i].Name) != nil {
			rd.add(ruleSlotUnique, slots[i].At, subject, slots[i].Name, "")
		}
	}
}

// slotMax is the length in characters that ebRIM gives names and values of slots (LongName).
const slotMax = 256

func (rd *reader) slotValues(list xmltree.Node, subject, name string) []string {
	count := 0
	for v := list.FirstElement(); !v.IsZero(); v = v.NextElement() {
		count++
	}
	values := take(&rd.values, count)
	for v := list.FirstElement(); !v.IsZero(); v = v.NextElement() {
		if !v.Is(NamespaceRIM, "Value") || !v.FirstElement().IsZero() {
			rd.add(ruleSlotShape, v, subject, name, "")
			continue
		}
		value := v.Text()
		if isBlank(value) {
			rd.add(ruleBlankValue, v, subject, name, "")
			continue
		}
		if len(value) > slotMax && utf8.RuneCountInString(value) > slotMax {
			rd.add(ruleSlotLength, v, subject, name, "")
		}
		values = append(values, value)
	}
	return values
}

func isBlank(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// textMax is the length in characters that ebRIM gives a LocalizedString (FreeFormText).
const textMax = 1024

// localized reads the LocalizedStrings of a Name or Description; empty ones count as absent. There is one Name: a second
// that holds something is refused, and before is kept.
func (rd *reader) localized(n xmltree.Node, subject string, before []LocalizedString) []LocalizedString {
	if before != nil {
		rd.add(ruleChild, n, subject, n.Local(), "")
		return before
	}
	count := 0
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		count++
	}
	read := take(&rd.texts, count)
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		if !c.Is(NamespaceRIM, "LocalizedString") {
			rd.add(ruleChild, c, subject, c.Local(), "LocalizedString")
			continue
		}
		l := LocalizedString{
			Value: c.AttrValue("", "value"), Charset: c.AttrValue("", "charset"), Lang: c.AttrValue(xmltree.XMLNamespace, "lang"),
		}
		if len(l.Value) > textMax && utf8.RuneCountInString(l.Value) > textMax {
			rd.add(ruleTextLength, c, subject, l.Value, "")
		}
		if l.Value != "" {
			read = append(read, l)
		}
	}
	if len(read) == 0 {
		return nil
	}
	return read
}

// classification reads a Classification that stands inside the object owner, or in the list when owner is empty.
func (rd *reader) classification(n xmltree.Node, owner string) Classification {
	c := Classification{At: n}
	hasObject := false
	for a := range n.Attrs() {
		if a.Space != "" {
			continue
		}
		switch a.Local {
		case "id":
			c.ID = a.Value
		case "classifiedObject":
			c.ClassifiedObject, hasObject = a.Value, a.Value != ""
		case "classificationScheme":
			c.Scheme = a.Value
		case "classificationNode":
			c.Node = a.Value
		case "nodeRepresentation":
			c.NodeRepresentation = a.Value
		}
	}
	c.ID = rd.nestedID(n, owner, c.ID)
	c.Scheme = rd.schemeUUID(n, owner, c.Scheme)
	c.Node = rd.schemeUUID(n, owner, c.Node)
	c.ClassifiedObject = lowerUUID(c.ClassifiedObject)
	switch {
	case owner == "":
	case !hasObject:
		rd.add(ruleClassified, n, owner, "", owner)
		c.ClassifiedObject = owner
	case c.ClassifiedObject != owner:
		rd.add(ruleClassifiedParent, n, owner, c.ClassifiedObject, owner)
	}
	if c.Scheme != "" && c.Node != "" && c.Scheme != c.Node {
		rd.add(ruleSchemeAndNode, n, owner, c.Scheme, "")
	}
	c.Slots, c.Name, c.Description = rd.inner(n, owner)
	return c
}

// inner reads the children that a Classification or ExternalIdentifier may have.
func (rd *reader) inner(n xmltree.Node, owner string) (slots []Slot, name, description []LocalizedString) {
	count, last := 0, 0
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		rank := childRank(c)
		switch rank {
		case rankSlot:
			count++
		case rankName, rankDescription, rankVersion:
		default:
			rd.add(ruleChild, c, owner, c.Local(), "")
		}
		if rank != 0 && rank < last {
			rd.add(ruleOrder, c, owner, c.Local(), "")
		}
		last = max(last, rank)
	}
	slots = take(&rd.slots, count)
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		switch childRank(c) {
		case rankSlot:
			slots = rd.slot(c, owner, slots)
		case rankName:
			name = rd.localized(c, owner, name)
		case rankDescription:
			description = rd.localized(c, owner, description)
		}
	}
	rd.uniqueSlots(owner, slots)
	return slots, name, description
}

// identifier reads an ExternalIdentifier.
func (rd *reader) identifier(n xmltree.Node, owner string) ExternalIdentifier {
	x := ExternalIdentifier{At: n}
	for a := range n.Attrs() {
		if a.Space != "" {
			continue
		}
		switch a.Local {
		case "id":
			x.ID = a.Value
		case "registryObject":
			x.RegistryObject = a.Value
		case "identificationScheme":
			x.Scheme = a.Value
		case "value":
			x.Value = a.Value
		}
	}
	x.ID = rd.nestedID(n, owner, x.ID)
	x.Scheme = rd.schemeUUID(n, owner, x.Scheme)
	x.RegistryObject = lowerUUID(x.RegistryObject)
	switch {
	case owner == "":
	case x.RegistryObject == "":
		rd.add(ruleRegistryObject, n, owner, "", owner)
		x.RegistryObject = owner
	case x.RegistryObject != owner:
		rd.add(ruleRegistryObjectParent, n, owner, x.RegistryObject, owner)
	}
	x.Slots, x.Name, x.Description = rd.inner(n, owner)
	return x
}

// nestedID gives a Classification or ExternalIdentifier an id where it has none, or where its UUID was used before.
func (rd *reader) nestedID(n xmltree.Node, owner, id string) string {
	if id == "" {
		id = NewUUID().String()
		rd.add(ruleNestedID, n, owner, n.Local(), "")
		return id
	}
	if !isUUIDURN(id) {
		return id
	}
	id = rd.uuid(n, owner, id)
	if rd.nested == nil {
		rd.nested = make(map[string]struct{}, cap(rd.classifications)+cap(rd.identifiers))
	}
	if _, used := rd.nested[id]; used {
		rd.add(ruleNestedUnique, n, owner, id, "")
		id = NewUUID().String()
	}
	rd.nested[id] = struct{}{}
	return id
}

// schemeUUID gives the UUID of a scheme or node in lower case.
func (rd *reader) schemeUUID(n xmltree.Node, owner, uuid string) string {
	lower := lowerUUID(uuid)
	if lower != uuid {
		rd.add(ruleUUIDLower, n, owner, uuid, lower)
	}
	return lower
}

// lowerUUID lowers the digits of a UUID URN and leaves anything else as it is.
func lowerUUID(id string) string {
	if len(id) == len("urn:uuid:00000000-0000-0000-0000-000000000000") && strings.EqualFold(id[:len(uuidPrefix)], uuidPrefix) {
		return strings.ToLower(id)
	}
	return id
}
