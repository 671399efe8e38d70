package registry

import (
	"strings"

	"liasse/internal/rule"
)

// valueKind is what a parameter's values are.
type valueKind uint8

const (
	valueText            valueKind = iota // compared byte by byte
	valueReference                        // CXi, compared in normal form
	valuePattern                          // LIKE: % and _ are wildcards, without escape; compared in normal form
	valueCode                             // code^^scheme
	valueTime                             // DTM
	valuePatientID                        // CX
	valueStatus                           // availabilityStatus
	valueEntryType                        // ExtrinsicObject/@objectType
	valueEntryUUID                        // entryUUID
	valueLogicalID                        // lid; at $MetadataLevel 2 only
	valueAssociationType                  // Association/@associationType
	valueAvailability                     // documentAvailability
	valueLevel                            // $MetadataLevel
)

// valueForms show how a value of each kind is written in a parameter.
var valueForms = [...]string{
	valueText:            "'text'",
	valueReference:       "'text'",
	valuePattern:         "'%text%'",
	valueCode:            "'code^^scheme'",
	valueTime:            "YYYY[MM[DD[hh[mm[ss]]]]]",
	valuePatientID:       "'id^^^&OID&ISO'",
	valueStatus:          "'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'",
	valueEntryType:       "'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1'",
	valueEntryUUID:       "'urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'",
	valueLogicalID:       "'urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'",
	valueAssociationType: "'urn:ihe:iti:2007:AssociationType:RPLC'",
	valueAvailability:    "'" + availabilityOnline + "'",
	valueLevel:           "1 | 2",
}

// form shows how the parameter is written.
func (p *parameter) form() string {
	if p.mult == oneValue {
		return valueForms[p.kind]
	}
	return "(" + valueForms[p.kind] + ",…)"
}

// unquoted tells whether values of the kind are numbers, which need no quotes.
func (k valueKind) unquoted() bool { return k == valueTime || k == valueLevel }

// The values of documentAvailability (ITI XDS Metadata Update 4.2.3.2.30).
const (
	availabilityOnline  = "urn:ihe:iti:2010:DocumentAvailability:Online"
	availabilityOffline = "urn:ihe:iti:2010:DocumentAvailability:Offline"
)

// queryValue is one value of a parameter as it is compared. Which field holds it follows from the kind.
type queryValue struct {
	text            string // text, pattern, padded time, canonical CX, availability
	code            Code
	uuid            UUID
	status          Status
	entryType       ObjectType
	associationType AssociationType
	level           int
}

// valueFault is a value that is not as the standard writes it. When found is under a rule that only warns, usable tells
// whether the value is understood all the same.
type valueFault struct {
	rule     *rule.Rule
	expected string
	fix      rule.Text
	usable   bool
}

// readValue reads a value, unquoted already, as the kind says. A value that comes with a fault which is not usable
// selects nothing.
func readValue(kind valueKind, s string) (v queryValue, fault *valueFault) {
	switch kind {
	case valueCode:
		v.code, fault = readCodeValue(s)
	case valueTime:
		if e := checkDTM(s); e != nil {
			return v, &valueFault{rule: ruleQueryTime, expected: formDTM, fix: e.Why}
		}
		v.text = PadTime(s)
	case valueReference:
		v.text = normal(s)
	case valuePattern:
		v.text, fault = readPattern(s)
	case valuePatientID:
		v.text, fault = readPatientValue(s)
	case valueStatus:
		v.status, fault = readStatusValue(s)
	case valueEntryType:
		v.entryType, fault = readEntryType(s)
	case valueEntryUUID, valueLogicalID:
		v.uuid, fault = readUUIDValue(s)
	case valueAssociationType:
		v.associationType, fault = readAssociationType(s)
	case valueAvailability:
		v.text = s
		if s != availabilityOnline && s != availabilityOffline {
			fault = &valueFault{rule: ruleQueryAvailability, expected: availabilityOnline + " | " + availabilityOffline}
		}
	case valueLevel:
		if s != "1" && s != "2" {
			return v, &valueFault{rule: ruleQueryLevel, expected: valueForms[kind]}
		}
		v.level = int(s[0] - '0')
	default:
		v.text = s
	}
	return v, fault
}

// readCodeValue reads code^^scheme (ITI TF-2 3.18.4.1.2.3.4).
func readCodeValue(s string) (Code, *valueFault) {
	code, rest, _ := strings.Cut(s, "^")
	scheme, doubled := strings.CutPrefix(rest, "^")
	if code == "" || scheme == "" || !doubled || strings.Contains(scheme, "^") {
		return Code{}, &valueFault{rule: ruleQueryCode, expected: "code^^scheme"}
	}
	return normalCode(Code{Value: code, Scheme: scheme}), nil
}

// maxPattern bounds a pattern in bytes, so that matching it stays cheap.
const maxPattern = 4096

// readPattern reads a pattern of LIKE. Several % in a row say what one says.
func readPattern(s string) (string, *valueFault) {
	s = normal(s)
	for strings.Contains(s, "%%") {
		s = strings.ReplaceAll(s, "%%", "%")
	}
	if len(s) > maxPattern {
		return "", &valueFault{rule: ruleQueryPattern, expected: "≤ 4096"}
	}
	return s, nil
}

// readPatientValue reads a CX and gives its canonical form. A namespace before the OID, iso in other letters, and
// components after the assigning authority are understood, since id and OID alone tell the patient.
func readPatientValue(s string) (string, *valueFault) {
	cx, trailing, e := checkCX(s)
	if e == nil {
		if trailing {
			return cx.String(), &valueFault{rule: ruleQueryPatientForm, expected: cx.String(), usable: true}
		}
		return cx.String(), nil
	}
	fields := splitComponents(s)
	authority := strings.Split(fields.at(4), "&")
	if len(authority) >= 3 && strings.EqualFold(authority[2], "ISO") {
		plain := fields.at(1) + "^" + fields.at(2) + "^" + fields.at(3) + "^&" + authority[1] + "&ISO"
		if cx, _, again := checkCX(plain); again == nil {
			return cx.String(), &valueFault{rule: ruleQueryPatientForm, expected: cx.String(), usable: true}
		}
	}
	return "", &valueFault{rule: ruleQueryPatient, expected: formCX, fix: e.Why}
}

// readStatusValue reads an availabilityStatus; the two forms often sent in its place are understood.
func readStatusValue(s string) (Status, *valueFault) {
	for _, status := range [...]Status{Approved, Deprecated} {
		urn := status.URN()
		if s == urn {
			return status, nil
		}
		name := urn[strings.LastIndexByte(urn, ':')+1:]
		if s == name || s == "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"+name {
			return status, &valueFault{rule: ruleQueryStatusURN, expected: urn, usable: true}
		}
	}
	return 0, &valueFault{rule: ruleQueryStatus, expected: Approved.URN() + " | " + Deprecated.URN()}
}

// readUUIDValue reads a UUID; capitals, blanks within and an absent prefix are understood.
func readUUIDValue(s string) (UUID, *valueFault) {
	u, upper, e := checkUUID(s)
	if e == nil {
		if upper {
			return u, &valueFault{rule: ruleQueryUUIDForm, expected: u.String(), usable: true}
		}
		return u, nil
	}
	plain := strings.ToLower(strings.Join(strings.Fields(s), ""))
	if !isUUIDURN(plain) {
		plain = uuidPrefix + plain
	}
	if u, err := ParseUUID(plain); err == nil {
		return u, &valueFault{rule: ruleQueryUUIDForm, expected: plain, usable: true}
	}
	return UUID{}, &valueFault{rule: ruleQueryUUID, expected: formUUID}
}

// readEntryType reads the objectType of stable or of on-demand DocumentEntries.
func readEntryType(s string) (ObjectType, *valueFault) {
	u, fault := readUUIDValue(s)
	if fault == nil || fault.usable {
		switch u.String() {
		case Stable.URN():
			return Stable, fault
		case OnDemand.URN():
			return OnDemand, fault
		}
	}
	return 0, &valueFault{rule: ruleQueryObjectType, expected: Stable.URN() + " | " + OnDemand.URN()}
}

// readAssociationType reads a type of association. Those by which metadata are updated never link two documents: they
// are understood, and select nothing.
func readAssociationType(s string) (AssociationType, *valueFault) {
	if t, ok := ParseAssociationType(s); ok {
		return t, nil
	}
	switch s {
	case "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus", "urn:ihe:iti:2010:AssociationType:SubmitAssociation":
		return 0, nil
	}
	return 0, &valueFault{rule: ruleQueryAssociationType, expected: Replaces.URN()}
}
