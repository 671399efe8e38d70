package registry

import (
	"bytes"
	"slices"
)

// statuses gives the values of an availabilityStatus parameter.
func (q *queryRequest) statuses(name string) (status []Status) {
	for v := range q.values(name) {
		if !slices.Contains(status, v.status) {
			status = append(status, v.status)
		}
	}
	return status
}

// texts gives the values of a parameter that are compared as they stand.
func (q *queryRequest) texts(name string) (texts []string) {
	for v := range q.values(name) {
		texts = append(texts, v.text)
	}
	return texts
}

// uuids gives the values of an entryUUID or logicalID parameter.
func (q *queryRequest) uuids(name string) (ids []UUID) {
	for v := range q.values(name) {
		ids = append(ids, v.uuid)
	}
	return ids
}

// codes gives the values of a code parameter that takes no AND.
func (q *queryRequest) codes(name string) (codes []Code) {
	for v := range q.values(name) {
		codes = append(codes, v.code)
	}
	return codes
}

// values yields every value of a parameter, whatever Slot it came in.
func (q *queryRequest) values(name string) func(yield func(*queryValue) bool) {
	return func(yield func(*queryValue) bool) {
		a := q.argument(name)
		if a == nil {
			return
		}
		for _, slot := range a.slots {
			for i := range slot {
				if !yield(&slot[i]) {
					return
				}
			}
		}
	}
}

// interval gives the half-open interval of a pair of parameters whose names end in From and To.
func (q *queryRequest) interval(name string) TimeRange {
	return TimeRange{From: q.value(name + "From").text, To: q.value(name + "To").text}
}

// codeConditions adds what a code parameter and its Exclude form ask for: one condition for each Slot.
func (q *queryRequest) codeConditions(conditions []CodeCondition, name string, kind CodeKind) []CodeCondition {
	for _, exclude := range [...]bool{false, true} {
		full := name
		if exclude {
			full += excludeSuffix
		}
		a := q.argument(full)
		if a == nil {
			continue
		}
		for _, slot := range a.slots {
			condition := CodeCondition{Kind: kind, Exclude: exclude, AnyOf: make([]Code, len(slot))}
			for i := range slot {
				condition.AnyOf[i] = slot[i].code
			}
			if len(condition.AnyOf) > 0 {
				conditions = append(conditions, condition)
			}
		}
	}
	return conditions
}

// textConditions gives what a text or pattern parameter and its Exclude form ask for: one condition for each Slot.
func (q *queryRequest) textConditions(name string) (conditions []TextCondition) {
	for _, exclude := range [...]bool{false, true} {
		full := name
		if exclude {
			full += excludeSuffix
		}
		a := q.argument(full)
		if a == nil {
			continue
		}
		for _, slot := range a.slots {
			condition := TextCondition{Exclude: exclude, Like: a.parameter.kind == valuePattern, AnyOf: make([]string, len(slot))}
			for i := range slot {
				condition.AnyOf[i] = slot[i].text
			}
			conditions = append(conditions, condition)
		}
	}
	return conditions
}

// entryTypes gives the types of DocumentEntries asked for: stable ones unless the parameter or its Exclude form says
// otherwise (ITI TF-2 3.18.4.1.2.3.6.2). ok is false when no type is left.
func (q *queryRequest) entryTypes() (types []ObjectType, ok bool) {
	const name = "$XDSDocumentEntryType"
	switch {
	case q.argument(name) != nil:
		for v := range q.values(name) {
			if !slices.Contains(types, v.entryType) {
				types = append(types, v.entryType)
			}
		}
	case q.argument(name+excludeSuffix) != nil:
		types = []ObjectType{Stable, OnDemand}
		for v := range q.values(name + excludeSuffix) {
			types = slices.DeleteFunc(types, func(t ObjectType) bool { return t == v.entryType })
		}
	default:
		types = []ObjectType{Stable}
	}
	return types, len(types) > 0
}

// availability says which DocumentEntries pass by their documentAvailability; an entry that has none is Online
// (ITI XDS Metadata Update 4.2.3.2.30).
type availability uint8

const (
	anyAvailability availability = iota
	onlineOnly
	offlineOnly
	noAvailability
)

// availability follows from $XDSDocumentEntryDocumentAvailability and $MetadataLevel, which at 1 hides Offline entries.
func (q *queryRequest) availability() availability {
	wanted := q.texts("$XDSDocumentEntryDocumentAvailability")
	online := len(wanted) == 0 || slices.Contains(wanted, availabilityOnline)
	offline := len(wanted) == 0 || slices.Contains(wanted, availabilityOffline)
	offline = offline && q.level() == 2
	switch {
	case online && offline:
		return anyAvailability
	case online:
		return onlineOnly
	case offline:
		return offlineOnly
	}
	return noAvailability
}

var (
	availabilitySlot = []byte(`<Slot name="` + SlotDocumentAvailability + `"`)
	offlineValue     = []byte(availabilityOffline)
	offlineWord      = []byte("Offline") // rare, and so quickly not found
	slotEnd          = []byte("</Slot>")
)

// admits tells whether the entry passes. The slot is looked for in the stored fragment, which the registry wrote.
func (wanted availability) admits(d *DocumentRecord) bool {
	switch wanted {
	case anyAvailability:
		return true
	case noAvailability:
		return false
	}
	offline := false
	if bytes.Contains(d.Head, offlineWord) {
		if _, slot, found := bytes.Cut(d.Head, availabilitySlot); found {
			slot, _, _ = bytes.Cut(slot, slotEnd)
			offline = bytes.Contains(slot, offlineValue)
		}
	}
	return offline == (wanted == offlineOnly)
}
