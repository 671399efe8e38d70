package registry_test

import (
	"fmt"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/registry"
)

// many repeats a format with the numbers from 0.
func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// hostileMessages are well-formed, within the limits of the parser, and made to cost.
func hostileMessages(t testing.TB, n int) map[string]string {
	hasMember := registry.HasMember.URN()
	return map[string]string{
		"slots":                message(t, "one", swap(docStart, docStart+many(n, `<Slot name="urn:example:#"><ValueList><Value>v</Value></ValueList></Slot>`))),
		"the same slot":        message(t, "one", swap(docStart, docStart+many(n, `<Slot name="hash"><ValueList><Value>v</Value></ValueList></Slot>`))),
		"unknown slots":        message(t, "one", swap(docStart, docStart+many(n, `<Slot name="a#"><ValueList><Value> </Value></ValueList></Slot>`))),
		"names":                message(t, "one", swap(docStart, docStart+many(n, `<Name><LocalizedString value="a"/></Name>`))),
		"classifications":      message(t, "one", swap(docStart, docStart+many(n, `<Classification classificationScheme="`+schemeDE+`"/>`))),
		"confidentialityCodes": message(t, "one", swap(docStart, docStart+many(n, `<Classification id="k#" classifiedObject="doc" classificationScheme="urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f" nodeRepresentation="N"/>`))),
		"identifiers":          message(t, "one", swap(docStart, docStart+many(n, `<ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="1"/>`))),
		"packages and marks":   message(t, "one", listed(many(n, `<RegistryPackage id="p#"/><Classification classifiedObject="p#" classificationNode="urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2"/>`))),
		"documents":            message(t, "one", listed(many(n, `<ExtrinsicObject id="d#"/>`))),
		"one id":               message(t, "one", listed(many(n, `<ExtrinsicObject id="d"/>`))),
		"associations":         message(t, "one", listed(many(n, `<Association id="m#" associationType="`+hasMember+`" sourceObject="set" targetObject="doc"/>`))),
		"chain":                message(t, "one", listed(many(n, `<ExtrinsicObject id="d#"/><Association id="m#" associationType="`+registry.Appends.URN()+`" sourceObject="d#" targetObject="d0"/>`))),
		"unknown types":        message(t, "one", listed(many(n, `<Association id="m#" associationType="x" sourceObject="set" targetObject="doc"/>`))),
		"long id":              message(t, "one", swapAll(`"doc"`, `"`+strings.Repeat("d", 60000)+`"`)),
		"many elsewhere":       message(t, "one", listed(many(n, `<Anything/>`))),
	}
}

func TestHostileMessagesAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("messages of some megabytes")
	}
	h := newHouse(t)
	for name, text := range hostileMessages(t, 4000) {
		t.Run(name, func(t *testing.T) {
			report := &rule.Report{}
			sub := read(t, text, report)
			if err := h.Register(t.Context(), sub, report, nil); err != nil {
				t.Fatal(err)
			}
			answer := registry.AppendResponse(nil, report.Findings, "en")
			if len(report.Findings) > 250 || len(answer) > 1<<20 {
				t.Errorf("%d findings in %d bytes", len(report.Findings), len(answer))
			}
		})
	}
}
