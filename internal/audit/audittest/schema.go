// Package audittest holds audit messages to the schema of DICOM PS3.15 A.5.1, for tests of whoever makes some.
package audittest

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"

	"liasse/internal/xmltree"
)

// element says what the schema wants of one element: its attributes, and its children in their order.
type element struct {
	attributes []attribute
	children   []child
	text       *regexp.Regexp
}

type attribute struct {
	name     string
	required bool
	value    *regexp.Regexp
}

type child struct {
	// names are those of which one may stand here.
	names      []string
	least, max int
}

const many = 1 << 30

var (
	anything = regexp.MustCompile(`(?s)^.*$`)
	some     = regexp.MustCompile(`(?s)^.+$`)
	nothing  = regexp.MustCompile(`^$`)
	boolean  = regexp.MustCompile(`^(true|false|0|1)$`)
	dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
	binary   = regexp.MustCompile(`^[A-Za-z0-9+/]*={0,2}$`)
	upTo     = map[int]*regexp.Regexp{4: regexp.MustCompile(`^[1-4]$`), 5: regexp.MustCompile(`^[1-5]$`),
		15: regexp.MustCompile(`^([1-9]|1[0-5])$`), 26: regexp.MustCompile(`^([1-9]|1[0-9]|2[0-6])$`)}
)

// coded is CodedValueType.
var coded = element{attributes: []attribute{{"csd-code", true, some}, {"codeSystemName", true, some}, {"displayName", false, anything}, {"originalText", true, anything}}, text: nothing}

var elements = map[string]element{
	"AuditMessage": {children: []child{{[]string{"EventIdentification"}, 1, 1}, {[]string{"ActiveParticipant"}, 1, many},
		{[]string{"AuditSourceIdentification"}, 1, 1}, {[]string{"ParticipantObjectIdentification"}, 0, many}}, text: nothing},
	"EventIdentification": {
		attributes: []attribute{{"EventActionCode", false, regexp.MustCompile(`^[CRUDE]$`)}, {"EventDateTime", true, dateTime}, {"EventOutcomeIndicator", true, regexp.MustCompile(`^(0|4|8|12)$`)}},
		children:   []child{{[]string{"EventID"}, 1, 1}, {[]string{"EventTypeCode"}, 0, many}, {[]string{"EventOutcomeDescription"}, 0, 1}}, text: nothing},
	"EventID":                 coded,
	"EventTypeCode":           coded,
	"EventOutcomeDescription": {text: anything},
	"ActiveParticipant": {
		attributes: []attribute{{"UserID", true, anything}, {"AlternativeUserID", false, anything}, {"UserName", false, anything}, {"UserIsRequestor", true, boolean},
			{"NetworkAccessPointID", false, some}, {"NetworkAccessPointTypeCode", false, upTo[5]}},
		children: []child{{[]string{"RoleIDCode"}, 0, many}, {[]string{"MediaIdentifier"}, 0, 1}}, text: nothing},
	"RoleIDCode": coded,
	"AuditSourceIdentification": {attributes: []attribute{{"AuditEnterpriseSiteID", false, anything}, {"AuditSourceID", true, some}},
		children: []child{{[]string{"AuditSourceTypeCode"}, 0, many}}, text: nothing},
	"AuditSourceTypeCode": {attributes: []attribute{{"csd-code", true, some}, {"codeSystemName", false, some}, {"originalText", false, some}}, text: nothing},
	"ParticipantObjectIdentification": {
		attributes: []attribute{{"ParticipantObjectID", true, anything}, {"ParticipantObjectTypeCode", false, upTo[4]}, {"ParticipantObjectTypeCodeRole", false, upTo[26]},
			{"ParticipantObjectDataLifeCycle", false, upTo[15]}, {"ParticipantObjectSensitivity", false, anything}},
		children: []child{{[]string{"ParticipantObjectIDTypeCode"}, 1, 1}, {[]string{"ParticipantObjectName", "ParticipantObjectQuery"}, 1, 1},
			{[]string{"ParticipantObjectDetail"}, 0, many}, {[]string{"ParticipantObjectDescription"}, 0, many}}, text: nothing},
	"ParticipantObjectIDTypeCode": coded,
	"ParticipantObjectName":       {text: anything},
	"ParticipantObjectQuery":      {text: binary},
	"ParticipantObjectDetail":     {attributes: []attribute{{"type", true, some}, {"value", true, binary}}, text: nothing},
}

// Check tells what the schema does not allow in a message, or why it is no XML.
func Check(message []byte) error {
	doc, err := xmltree.Parse(message, xmltree.Limits{})
	if err != nil {
		return fmt.Errorf("reading an audit message: %w", err)
	}
	defer doc.Release()
	if !doc.Root().Is("", "AuditMessage") {
		return fmt.Errorf("the root is %s", doc.Root().Local())
	}
	return check(doc.Root())
}

func check(n xmltree.Node) error {
	rules, known := elements[n.Local()]
	if !known || n.Space() != "" {
		return fmt.Errorf("%s is no element of the schema", n.XPath())
	}
	given := make(map[string]string)
	for a := range n.Attrs() {
		given[a.Local] = a.Value
	}
	for _, a := range rules.attributes {
		value, there := given[a.name]
		delete(given, a.name)
		if !there && a.required || there && !a.value.MatchString(value) {
			return fmt.Errorf("%s/@%s is %q (there: %v)", n.XPath(), a.name, value, there)
		}
		if there && a.value == binary {
			if _, err := base64.StdEncoding.DecodeString(value); err != nil {
				return fmt.Errorf("%s/@%s: %w", n.XPath(), a.name, err)
			}
		}
	}
	for name := range given {
		return fmt.Errorf("%s/@%s is no attribute of the schema", n.XPath(), name)
	}
	next, count := 0, 0
	for c := range n.Elements() {
		for next < len(rules.children) && !slices.Contains(rules.children[next].names, c.Local()) {
			if count < rules.children[next].least {
				return fmt.Errorf("%s: %v must come before", c.XPath(), rules.children[next].names)
			}
			next, count = next+1, 0
		}
		if next == len(rules.children) || count == rules.children[next].max {
			return fmt.Errorf("%s may not stand here", c.XPath())
		}
		count++
		if err := check(c); err != nil {
			return err
		}
	}
	for ; next < len(rules.children); next, count = next+1, 0 {
		if count < rules.children[next].least {
			return fmt.Errorf("%s lacks %v", n.XPath(), rules.children[next].names)
		}
	}
	if n.FirstElement().IsZero() && !rules.text.MatchString(n.Text()) {
		return fmt.Errorf("%s holds %q", n.XPath(), n.Text())
	}
	return nil
}
