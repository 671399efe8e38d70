package registry

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"liasse/internal/rule"
)

func TestReadValue(t *testing.T) {
	const id = "urn:uuid:0f34e9d4-9f26-4a1e-8b6d-7f7f6d1d2a31"
	uuid, err := ParseUUID(id)
	if err != nil {
		t.Fatal(err)
	}
	cx := queryValue{text: "123^^^&1.2.3&ISO"}
	const statuses = "urn:oasis:names:tc:ebxml-regrep:StatusType:"
	for _, c := range []struct {
		name string
		kind valueKind
		in   string
		want queryValue
		// breaks is the rule broken, usable whether the value counts all the same.
		breaks *rule.Rule
		usable bool
	}{
		{name: "text is data", kind: valueText, in: `' OR 1=1--`, want: queryValue{text: `' OR 1=1--`}},
		{name: "pattern", kind: valuePattern, in: `%^Dup_nt^%`, want: queryValue{text: `%^Dup_nt^%`}},
		{name: "pattern of wildcards", kind: valuePattern, in: strings.Repeat("%", 10001) + "a", want: queryValue{text: "%a"}},
		{name: "endless pattern", kind: valuePattern, in: strings.Repeat("a%", 3000), breaks: ruleQueryPattern},

		{name: "code", kind: valueCode, in: "34133-9^^2.16.840.1.113883.6.1", want: queryValue{code: Code{Value: "34133-9", Scheme: "2.16.840.1.113883.6.1"}}},
		{name: "code without scheme", kind: valueCode, in: "34133-9", breaks: ruleQueryCode},
		{name: "code after one caret", kind: valueCode, in: "a^1.2", breaks: ruleQueryCode},
		{name: "code with an end caret", kind: valueCode, in: "a^^1.2^", breaks: ruleQueryCode},
		{name: "code with a display name", kind: valueCode, in: "a^name^1.2", breaks: ruleQueryCode},
		{name: "code with three carets", kind: valueCode, in: "a^^^1.2", breaks: ruleQueryCode},
		{name: "scheme without code", kind: valueCode, in: "^^1.2", breaks: ruleQueryCode},
		{name: "empty code", kind: valueCode, in: "", breaks: ruleQueryCode},

		{name: "year", kind: valueTime, in: "2004", want: queryValue{text: "20040101000000"}},
		{name: "month", kind: valueTime, in: "200412", want: queryValue{text: "20041201000000"}},
		{name: "second", kind: valueTime, in: "20041225235959", want: queryValue{text: "20041225235959"}},
		{name: "leap day", kind: valueTime, in: "20240229", want: queryValue{text: "20240229000000"}},
		{name: "no leap day", kind: valueTime, in: "20230229", breaks: ruleQueryTime},
		{name: "month 13", kind: valueTime, in: "20261301", breaks: ruleQueryTime},
		{name: "all nines", kind: valueTime, in: "99999999999999", breaks: ruleQueryTime},
		{name: "fifteen digits", kind: valueTime, in: "202601010000000", breaks: ruleQueryTime},
		{name: "eleven digits", kind: valueTime, in: "20260101000", breaks: ruleQueryTime},
		{name: "negative", kind: valueTime, in: "-2026", breaks: ruleQueryTime},
		{name: "zone", kind: valueTime, in: "20260101000000+0100", breaks: ruleQueryTime},
		{name: "fraction", kind: valueTime, in: "20260101000000.000", breaks: ruleQueryTime},
		{name: "full-width digits", kind: valueTime, in: "２０２６", breaks: ruleQueryTime},
		{name: "empty time", kind: valueTime, in: "", breaks: ruleQueryTime},

		{name: "patient", kind: valuePatientID, in: "123^^^&1.2.3&ISO", want: cx},
		{name: "patient, carets at the end", kind: valuePatientID, in: "123^^^&1.2.3&ISO^^", want: cx, breaks: ruleQueryPatientForm, usable: true},
		{name: "patient, type at the end", kind: valuePatientID, in: "123^^^&1.2.3&ISO^PI", want: cx, breaks: ruleQueryPatientForm, usable: true},
		{name: "patient, authority named", kind: valuePatientID, in: "123^^^HOSP&1.2.3&ISO", want: cx, breaks: ruleQueryPatientForm, usable: true},
		{name: "patient, small iso", kind: valuePatientID, in: "123^^^&1.2.3&iso", want: cx, breaks: ruleQueryPatientForm, usable: true},
		{name: "patient, zeros before the id are its own", kind: valuePatientID, in: "00123^^^&1.2.3&ISO", want: queryValue{text: "00123^^^&1.2.3&ISO"}},
		{name: "patient without authority", kind: valuePatientID, in: "123", breaks: ruleQueryPatient},
		{name: "patient without id", kind: valuePatientID, in: "^^^&1.2.3&ISO", breaks: ruleQueryPatient},
		{name: "patient with a bad OID", kind: valuePatientID, in: "123^^^&01.2.3&ISO", breaks: ruleQueryPatient},
		{name: "patient without ISO", kind: valuePatientID, in: "123^^^&1.2.3", breaks: ruleQueryPatient},
		{name: "patient escaped twice", kind: valuePatientID, in: "123^^^&amp;1.2.3&amp;ISO", breaks: ruleQueryPatient},
		{name: "patient with a blank before", kind: valuePatientID, in: " 123^^^&1.2.3&ISO", breaks: ruleQueryPatient},
		{name: "two patients in one", kind: valuePatientID, in: "1^^^&1.2&ISO~2^^^&1.2&ISO", breaks: ruleQueryPatient},
		{name: "injected patient", kind: valuePatientID, in: "' OR 1=1--", breaks: ruleQueryPatient},

		{name: "approved", kind: valueStatus, in: statuses + "Approved", want: queryValue{status: Approved}},
		{name: "deprecated", kind: valueStatus, in: statuses + "Deprecated", want: queryValue{status: Deprecated}},
		{name: "bare status", kind: valueStatus, in: "Deprecated", want: queryValue{status: Deprecated}, breaks: ruleQueryStatusURN, usable: true},
		{name: "status of an answer", kind: valueStatus, in: "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Approved", breaks: ruleQueryStatusURN, usable: true},
		{name: "status of ebRIM", kind: valueStatus, in: statuses + "Submitted", breaks: ruleQueryStatus},
		{name: "status in small letters", kind: valueStatus, in: statuses + "approved", breaks: ruleQueryStatus},

		{name: "uuid", kind: valueEntryUUID, in: id, want: queryValue{uuid: uuid}},
		{name: "uuid in capitals", kind: valueEntryUUID, in: "urn:uuid:0F34E9D4-9F26-4A1E-8B6D-7F7F6D1D2A31", want: queryValue{uuid: uuid}, breaks: ruleQueryUUIDForm, usable: true},
		{name: "uuid without prefix", kind: valueEntryUUID, in: id[9:], want: queryValue{uuid: uuid}, breaks: ruleQueryUUIDForm, usable: true},
		{name: "uuid with a blank inside", kind: valueLogicalID, in: id[:20] + " " + id[20:], want: queryValue{uuid: uuid}, breaks: ruleQueryUUIDForm, usable: true},
		{name: "symbolic id", kind: valueEntryUUID, in: "Document01", breaks: ruleQueryUUID},
		{name: "short uuid", kind: valueEntryUUID, in: id[:44], breaks: ruleQueryUUID},

		{name: "stable", kind: valueEntryType, in: Stable.URN(), want: queryValue{entryType: Stable}},
		{name: "on-demand", kind: valueEntryType, in: OnDemand.URN(), want: queryValue{entryType: OnDemand}},
		{name: "on-demand without prefix", kind: valueEntryType, in: OnDemand.URN()[9:], want: queryValue{entryType: OnDemand}, breaks: ruleQueryUUIDForm, usable: true},
		{name: "other type", kind: valueEntryType, in: id, breaks: ruleQueryObjectType},
		{name: "type that is no uuid", kind: valueEntryType, in: "stable", breaks: ruleQueryObjectType},

		{name: "replaces", kind: valueAssociationType, in: Replaces.URN(), want: queryValue{associationType: Replaces}},
		{name: "type of an update", kind: valueAssociationType, in: "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"},
		{name: "short type", kind: valueAssociationType, in: "RPLC", breaks: ruleQueryAssociationType},

		{name: "offline", kind: valueAvailability, in: availabilityOffline, want: queryValue{text: availabilityOffline}},
		{name: "bare availability", kind: valueAvailability, in: "Online", breaks: ruleQueryAvailability},

		{name: "level 2", kind: valueLevel, in: "2", want: queryValue{level: 2}},
		{name: "level 3", kind: valueLevel, in: "3", breaks: ruleQueryLevel},
		{name: "level with zeros", kind: valueLevel, in: "02", breaks: ruleQueryLevel},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := readValue(c.kind, c.in)
			if (fault != nil) != (c.breaks != nil) {
				t.Fatalf("readValue(%q): fault %+v, want rule %v", c.in, fault, c.breaks)
			}
			if fault != nil {
				if fault.rule != c.breaks || fault.usable != c.usable {
					t.Fatalf("readValue(%q) breaks %s (usable %v), want %s (%v)", c.in, fault.rule.ID, fault.usable, c.breaks.ID, c.usable)
				}
				if !fault.usable {
					return
				}
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(queryValue{})); diff != "" {
				t.Errorf("readValue(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}
