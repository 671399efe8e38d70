package xdsclient

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// Query is a FindDocuments (ITI TF-2 3.18.4.1.2.3.7.1) with what people ask for on a command line.
type Query struct {
	// Patient is the CX.
	Patient string
	// Status is approved, deprecated or all.
	Status string
	// Types are typeCodes: code^^scheme.
	Types []string
	// From and To bound creationTime: DTM, From inclusive, To exclusive.
	From, To string
}

// Found is a DocumentEntry of an answer, as far as people read it.
type Found struct {
	EntryUUID          string   `json:"entryUUID"`
	UniqueID           string   `json:"uniqueId"`
	RepositoryUniqueID string   `json:"repositoryUniqueId"`
	Home               string   `json:"homeCommunityId,omitempty"`
	PatientID          string   `json:"patientId"`
	Title              string   `json:"title"`
	TypeCode           string   `json:"typeCode"`
	TypeName           string   `json:"typeName"`
	ClassCode          string   `json:"classCode"`
	FormatCode         string   `json:"formatCode"`
	MimeType           string   `json:"mimeType"`
	CreationTime       string   `json:"creationTime"`
	Status             string   `json:"availabilityStatus"`
	Size               string   `json:"size"`
	Hash               string   `json:"hash"`
	Authors            []string `json:"authors"`
}

const (
	findDocuments = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
	getDocuments  = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
)

// Find asks the registry for a patient's documents.
func (c *Client) Find(ctx context.Context, q Query) ([]Found, []Finding, error) {
	slots := []string{parameter("$XDSDocumentEntryPatientId", quote(q.Patient))}
	var statuses []string
	switch q.Status {
	case "approved", "":
		statuses = []string{registry.Approved.URN()}
	case "deprecated":
		statuses = []string{registry.Deprecated.URN()}
	case "all":
		statuses = []string{registry.Approved.URN(), registry.Deprecated.URN()}
	default:
		return nil, nil, fmt.Errorf("status %q is not one of approved, deprecated, all", q.Status)
	}
	slots = append(slots, parameter("$XDSDocumentEntryStatus", list(statuses)))
	if len(q.Types) > 0 {
		slots = append(slots, parameter("$XDSDocumentEntryTypeCode", list(q.Types)))
	}
	if q.From != "" {
		slots = append(slots, parameter("$XDSDocumentEntryCreationTimeFrom", q.From))
	}
	if q.To != "" {
		slots = append(slots, parameter("$XDSDocumentEntryCreationTimeTo", q.To))
	}
	return c.query(ctx, findDocuments, q.Patient, slots)
}

// Documents asks the registry for the entries of uniqueIds, whatever their status (GetDocuments).
func (c *Client) Documents(ctx context.Context, uniqueIDs []string) ([]Found, []Finding, error) {
	return c.query(ctx, getDocuments, c.Patient, []string{parameter("$XDSDocumentEntryUniqueId", list(uniqueIDs))})
}

func (c *Client) query(ctx context.Context, id, patient string, slots []string) ([]Found, []Finding, error) {
	body := `<query:AdhocQueryRequest xmlns:query="` + registry.NamespaceQuery + `" xmlns:rim="` + registry.NamespaceRIM + `">` +
		`<query:ResponseOption returnComposedObjects="true" returnType="LeafClass"/><rim:AdhocQuery id="` + id + `">` +
		strings.Join(slots, "") + `</rim:AdhocQuery></query:AdhocQueryRequest>`
	reply, err := c.call(ctx, c.Registry, patient, soap.Message{Action: actionQuery, Body: soap.Bytes(body)}, "the query")
	if err != nil {
		return nil, nil, err
	}
	defer reply.Close()
	warnings, err := outcome(reply.Body, "the query")
	if err != nil {
		return nil, nil, err
	}
	var found []Found
	objects := reply.Body.Child(registry.NamespaceRIM, "RegistryObjectList")
	for object := range objects.Children(registry.NamespaceRIM, "ExtrinsicObject") {
		found = append(found, readEntry(object))
	}
	return found, warnings, nil
}

func parameter(name, value string) string {
	return `<rim:Slot name="` + name + `"><rim:ValueList><rim:Value>` + escape(value) + `</rim:Value></rim:ValueList></rim:Slot>`
}

// quote writes a string parameter (ITI TF-2 3.18.4.1.2.3.5).
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return "(" + strings.Join(quoted, ",") + ")"
}

// readEntry reads what Found holds from an ExtrinsicObject. Strings are cloned: the reply's tree is released.
func readEntry(object xmltree.Node) Found {
	attr := func(name string) string { return strings.Clone(object.AttrValue("", name)) }
	status := attr("status")
	f := Found{
		EntryUUID: attr("id"), Home: attr("home"), MimeType: attr("mimeType"), Status: status[strings.LastIndexByte(status, ':')+1:],
		Title: localized(object),
	}
	for slot := range object.Children(registry.NamespaceRIM, "Slot") {
		switch slot.AttrValue("", "name") {
		case "creationTime":
			f.CreationTime = firstValue(slot)
		case "repositoryUniqueId":
			f.RepositoryUniqueID = firstValue(slot)
		case "size":
			f.Size = firstValue(slot)
		case "hash":
			f.Hash = firstValue(slot)
		}
	}
	for c := range object.Children(registry.NamespaceRIM, "Classification") {
		switch strings.ToLower(c.AttrValue("", "classificationScheme")) {
		case registry.SchemeDocumentTypeCode:
			f.TypeCode, f.TypeName = codeOf(c), localized(c)
		case registry.SchemeDocumentClassCode:
			f.ClassCode = codeOf(c)
		case registry.SchemeDocumentFormatCode:
			f.FormatCode = codeOf(c)
		case registry.SchemeDocumentAuthor:
			if person := slotOf(c, "authorPerson"); person != "" {
				f.Authors = append(f.Authors, personName(person))
			}
		}
	}
	for e := range object.Children(registry.NamespaceRIM, "ExternalIdentifier") {
		value := strings.Clone(e.AttrValue("", "value"))
		switch strings.ToLower(e.AttrValue("", "identificationScheme")) {
		case registry.SchemeDocumentUniqueID:
			f.UniqueID = value
		case registry.SchemeDocumentPatientID:
			f.PatientID = value
		}
	}
	return f
}

func localized(n xmltree.Node) string {
	s := n.Child(registry.NamespaceRIM, "Name").Child(registry.NamespaceRIM, "LocalizedString")
	return strings.Clone(s.AttrValue("", "value"))
}

func firstValue(slot xmltree.Node) string {
	return strings.Clone(slot.Child(registry.NamespaceRIM, "ValueList").Child(registry.NamespaceRIM, "Value").Text())
}

func slotOf(n xmltree.Node, name string) string {
	for slot := range n.Children(registry.NamespaceRIM, "Slot") {
		if slot.AttrValue("", "name") == name {
			return firstValue(slot)
		}
	}
	return ""
}

func codeOf(c xmltree.Node) string {
	return strings.Clone(c.AttrValue("", "nodeRepresentation")) + "^^" + slotOf(c, "codingScheme")
}

// personName gives the given and family names of an XCN, or its identifier when it has none.
func personName(xcn string) string {
	components := strings.Split(xcn, "^")
	part := func(i int) string {
		if i < len(components) {
			return components[i]
		}
		return ""
	}
	if name := strings.TrimSpace(part(2) + " " + part(1)); name != "" {
		return name
	}
	return part(0)
}

// NewestFirst orders entries by creationTime, the newest first; entries of the same moment keep their order.
func NewestFirst(found []Found) {
	slices.SortStableFunc(found, func(a, b Found) int { return strings.Compare(b.CreationTime, a.CreationTime) })
}
