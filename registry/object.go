package registry

import (
	"slices"
	"strings"

	"liasse/internal/xmltree"
)

// Object is an ebRIM RegistryObject as it was sent, kept whole: what XDS names and what it does not (ITI TF-3 4.2.1).
// DocumentEntry, SubmissionSet, Folder and Association embed it and add the typed view.
type Object struct {
	Kind Kind
	// sent is the id by which the sender knows the object, once the registry has given it another.
	sent string
	// At is the element in the message; zero for an object made here. It must not be used after the message's tree was
	// released.
	At xmltree.Node
	// ID is @id as sent, lower-cased when it is a UUID, or the entryUUID once the registry has given one. LID is @lid.
	ID, LID string
	// Home is @home: urn:oid: and the homeCommunityId.
	Home string
	// Status is @status as sent; the registry ignores it.
	Status string
	// ObjectType is @objectType as sent.
	ObjectType string
	// MimeType and Opaque are @mimeType and @isOpaque of an ExtrinsicObject.
	MimeType string
	Opaque   string
	Slots    []Slot
	Name     []LocalizedString
	// Description carries comments.
	Description []LocalizedString
	// VersionName is VersionInfo/@versionName as sent; the registry ignores it on submission.
	VersionName         string
	Classifications     []Classification
	ExternalIdentifiers []ExternalIdentifier
}

// Slot is a named list of values (ebRIM 2.4). Values that hold only blanks were left out when it was read.
type Slot struct {
	At         xmltree.Node
	Name, Type string
	Values     []string
}

// LocalizedString is one language's text of a Name or Description. Lang and Charset are empty when not sent.
type LocalizedString struct {
	Lang, Charset, Value string
}

// Classification is a coded attribute, an author, or the mark of a package's class (ITI TF-3 4.2.3.1.2, 4.2.3.1.4).
type Classification struct {
	At xmltree.Node
	// ID is @id as sent, or a fresh UUID where none was.
	ID, LID, Home, Status, ObjectType string
	// ClassifiedObject is the id of the object that holds it.
	ClassifiedObject string
	// Scheme, Node and NodeRepresentation are the attributes of these names; Scheme and Node are lower-cased UUIDs.
	Scheme, Node, NodeRepresentation string
	Slots                            []Slot
	Name, Description                []LocalizedString
}

// ExternalIdentifier is a patientId, uniqueId or sourceId (ITI TF-3 4.2.3.1.3).
type ExternalIdentifier struct {
	At                                xmltree.Node
	ID, LID, Home, Status, ObjectType string
	// RegistryObject is the id of the object that holds it.
	RegistryObject string
	// Scheme is @identificationScheme, a lower-cased UUID; Value is what it identifies with.
	Scheme, Value     string
	Slots             []Slot
	Name, Description []LocalizedString
}

// Slot gives the values of the slot of that name, and whether the object has it.
func (o *Object) Slot(name string) (values []string, ok bool) {
	if s := findSlot(o.Slots, name); s != nil {
		return s.Values, true
	}
	return nil, false
}

// SetSlot replaces the slot of that name or adds it at the end; without values it removes the slot.
func (o *Object) SetSlot(name string, values ...string) {
	i := slices.IndexFunc(o.Slots, func(s Slot) bool { return s.Name == name })
	switch {
	case i < 0 && len(values) > 0:
		o.Slots = append(o.Slots, Slot{Name: name, Values: values})
	case i >= 0 && len(values) > 0:
		o.Slots[i].Values, o.Slots[i].Type = values, ""
	case i >= 0:
		o.Slots = slices.Delete(o.Slots, i, i+1)
	}
}

// Identifier gives the value of the external identifier of that scheme, empty when absent.
func (o *Object) Identifier(scheme string) string {
	for i := range o.ExternalIdentifiers {
		if o.ExternalIdentifiers[i].Scheme == scheme {
			return o.ExternalIdentifiers[i].Value
		}
	}
	return ""
}

func findSlot(slots []Slot, name string) *Slot {
	for i := range slots {
		if slots[i].Name == name {
			return &slots[i]
		}
	}
	return nil
}

// first gives the first value of the slot, empty when there is none.
func (s *Slot) first() string {
	if s == nil || len(s.Values) == 0 {
		return ""
	}
	return s.Values[0]
}

// text gives the first localized string that holds something.
func text(localized []LocalizedString) string {
	for i := range localized {
		if localized[i].Value != "" {
			return localized[i].Value
		}
	}
	return ""
}

const uuidPrefix = "urn:uuid:"

// subject names the object to its sender.
func (o *Object) subject() string {
	if o.sent != "" {
		return o.sent
	}
	return o.ID
}

// isUUIDURN tells whether an id claims to be a UUID; any other id is symbolic (ITI TF-3 4.2.3.1.5).
func isUUIDURN(id string) bool { return strings.HasPrefix(id, uuidPrefix) }
