package cda

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"liasse/registry"
)

// escaper writes the delimiters of HL7 v2 as escapes (ITI TF-3 4.2.3.1.7).
var escaper = strings.NewReplacer(`\`, `\E\`, `|`, `\F\`, `^`, `\S\`, `&`, `\T\`, `~`, `\R\`)

// Bounds in characters on what goes into one value, so that the whole stays under the 256 that ebRIM lets a value hold.
const (
	valueMax        = 256
	personPartMax   = 48
	organizationMax = 140
)

// escape makes a text fit to be a component of at most max characters.
func escape(s string, max int) string {
	if utf8.RuneCountInString(s) > max {
		s = strings.TrimSpace(string([]rune(s)[:max]))
	}
	return escaper.Replace(s)
}

// authority is an OID as assigning authority: &OID&ISO.
func authority(oid string) string { return "&" + oid + "&ISO" }

// CX writes an identifier as a CX, id^^^&OID&ISO; false when it has no extension, or its root is no OID.
func (i II) CX() (string, bool) {
	if i.Extension == "" || registry.CheckOID(i.Root) != nil {
		return "", false
	}
	return escaper.Replace(i.Extension) + "^^^" + authority(i.Root), true
}

// String writes an identifier as a document's uniqueId: root^extension, or the root alone (ITI TF-3 4.2.3.2.26).
func (i II) String() string {
	if i.Extension == "" {
		return i.Root
	}
	return i.Root + "^" + i.Extension
}

// uniqueID is String with a UUID root written as a URN.
func (i II) uniqueID() string {
	if registry.CheckOID(i.Root) == nil || i.Extension != "" {
		return i.String()
	}
	if u, err := registry.ParseUUID("urn:uuid:" + i.Root); err == nil {
		return u.String()
	}
	return i.String()
}

// XCN writes a person or a device as an XCN: the first identifier and the name; empty when it has neither.
func (p *Person) XCN() string {
	var part [9]string // XCN.1 to XCN.9
	for _, id := range p.IDs {
		if id.Extension != "" && registry.CheckOID(id.Root) == nil {
			part[0], part[8] = escape(id.Extension, personPartMax), authority(id.Root)
			break
		}
	}
	if p.IsDevice {
		part[1], part[2] = escape(p.Model, personPartMax), escape(p.Software, personPartMax)
	} else {
		part[1], part[2] = escape(p.Name.family(), personPartMax), escape(p.Name.given(), personPartMax)
		part[4], part[5] = escape(strings.Join(p.Name.Suffix, " "), personPartMax), escape(strings.Join(p.Name.Prefixes, " "), personPartMax)
	}
	if part[0] == "" && part[1] == "" {
		return ""
	}
	return strings.TrimRight(strings.Join(part[:], "^"), "^")
}

// XON writes an organization as an XON: its name, and its first identifier with the authority; empty without a name.
func (o *Organization) XON() string {
	if o.Name == "" {
		return ""
	}
	var part [10]string // XON.1 to XON.10
	part[0] = escape(o.Name, organizationMax)
	if len(o.IDs) > 0 && registry.CheckOID(o.IDs[0].Root) == nil {
		if id := o.IDs[0]; id.Extension != "" {
			part[5], part[9] = authority(id.Root), escape(id.Extension, personPartMax)
		} else {
			part[9] = id.Root
		}
	}
	return strings.TrimRight(strings.Join(part[:], "^"), "^")
}

// XTN writes an address as an XTN: a telephone or fax number, or an e-mail address; empty for anything else.
func (t Telecom) XTN() string {
	scheme, rest, found := strings.Cut(t.URL, ":")
	rest = strings.TrimSpace(rest)
	if !found || rest == "" {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "mailto":
		return "^NET^Internet^" + escape(rest, organizationMax)
	case "tel":
		if t.Use == "MC" {
			return "^^CP^^^^" + escape(rest, organizationMax)
		}
		return "^^PH^^^^" + escape(rest, organizationMax)
	case "fax":
		return "^^FX^^^^" + escape(rest, organizationMax)
	}
	return ""
}

// String writes a code as a coded string, code^^^&OID&ISO; the display name when its system is no OID.
func (c Coded) String() string {
	if c.IsZero() {
		return ""
	}
	if registry.CheckOID(c.System) != nil {
		return escape(c.Display, organizationMax)
	}
	return escape(c.Code, organizationMax) + "^^^" + authority(c.System)
}

// family is the name that the person uses: CL before any without a qualifier, before the one of birth.
func (n *Name) family() string { return or(pick(n.Family, "CL", "", "BR"), n.Text) }

// given is the first name that the person uses.
func (n *Name) given() string { return pick(n.Given, "CL", "BR", "") }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// pick gives the first part that has the first qualifier that any part has.
func pick(parts []NamePart, qualifiers ...string) string {
	for _, q := range qualifiers {
		if i := slices.IndexFunc(parts, func(p NamePart) bool { return p.Qualifier == q }); i >= 0 {
			return parts[i].Value
		}
	}
	if len(parts) > 0 {
		return parts[0].Value
	}
	return ""
}

// pid5 writes the names of a patient as an XPN field: the name of birth as legal name (L), and the one used (D), which
// are one name without a type where the header does not tell them apart.
func (n *Name) pid5() string {
	if !slices.ContainsFunc(n.Family, func(p NamePart) bool { return p.Qualifier == "BR" || p.Qualifier == "CL" }) {
		if n.family() == "" {
			return ""
		}
		return strings.TrimRight(escape(n.family(), personPartMax)+"^"+escape(n.given(), personPartMax), "^")
	}
	var names []string
	for _, kind := range []struct{ qualifier, code string }{{"BR", "L"}, {"CL", "D"}} {
		if family := qualified(n.Family, kind.qualifier); family != "" {
			given := or(qualified(n.Given, kind.qualifier), n.given())
			names = append(names, escape(family, personPartMax)+"^"+escape(given, personPartMax)+"^^^^^"+kind.code)
		}
	}
	return strings.Join(names, "~")
}

func qualified(parts []NamePart, qualifier string) string {
	for _, p := range parts {
		if p.Qualifier == qualifier {
			return p.Value
		}
	}
	return ""
}

// info is sourcePatientInfo: PID-3, PID-5, PID-7 and PID-8 (ITI TF-3 4.2.3.2.23).
func (p *Patient) info() (values []string) {
	add := func(field, value string) {
		if value != "" && utf8.RuneCountInString(field)+utf8.RuneCountInString(value) <= valueMax {
			values = append(values, field+value)
		}
	}
	for _, id := range p.IDs {
		if cx, ok := id.CX(); ok {
			add("PID-3|", cx)
		}
	}
	add("PID-5|", p.Name.pid5())
	if birth := strings.TrimSpace(p.Birth); len(birth) >= 8 && registry.CheckDTM(birth[:8]) == nil {
		add("PID-7|", birth[:8])
	}
	switch p.Gender.Code {
	case "F", "M":
		add("PID-8|", p.Gender.Code)
	case "UN":
		add("PID-8|", "O")
	case "":
	default:
		add("PID-8|", "U")
	}
	return values
}

// layouts are the forms of a DTM by their length.
var layouts = map[int]string{4: "2006", 6: "200601", 8: "20060102", 10: "2006010215", 12: "200601021504", 14: "20060102150405"}

// DTM converts an HL7 TS to the DTM of XDS: UTC, as precise as the TS to the second, without fraction. A time without zone
// is one of the location. A date is a date wherever it is.
func DTM(ts string, location *time.Location) (string, error) {
	ts = strings.TrimSpace(ts)
	digits, zone := ts, ""
	if i := strings.IndexAny(ts, "+-"); i >= 0 {
		digits, zone = ts[:i], ts[i:]
	}
	digits, _, _ = strings.Cut(digits, ".")
	layout := layouts[len(digits)]
	if layout == "" || registry.CheckDTM(digits) != nil || !isZone(zone) {
		return "", fmt.Errorf("%q is not an HL7 time", ts)
	}
	if len(digits) <= 8 {
		return digits, nil
	}
	if location == nil {
		location = time.UTC
	}
	at, err := time.ParseInLocation(layout, digits, location)
	if zone != "" {
		if len(zone) == 3 {
			zone += "00"
		}
		at, err = time.Parse(layout+"-0700", digits+zone)
	}
	if err != nil {
		return "", fmt.Errorf("%q is not an HL7 time: %w", ts, err)
	}
	return at.UTC().Format(layout), nil
}

// isZone tells whether s is nothing, or a sign and two or four digits.
func isZone(s string) bool {
	return s == "" || (len(s) == 3 || len(s) == 5) && strings.Trim(s[1:], "0123456789") == ""
}
