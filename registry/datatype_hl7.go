package registry

import (
	"strings"

	"liasse/internal/rule"
)

const (
	formCX     = "id^^^&OID&ISO"
	formCXi    = "id^^^&OID&ISO^type code"
	formCoded  = "code^^^&OID&ISO"
	formXCN    = "id^family^given^^^^^^&OID&ISO"
	formXON    = "name^^^^^&OID&ISO^^^^id"
	formXTN    = "^^Internet^a@b.fr | ^WPN^PH^^^^0102030405"
	formPerson = "XON|XCN|XTN"
)

// components cuts an HL7 v2 field at ^ without allocating; it knows the first 23, as many as an XCN has.
type components struct {
	part  [23]string
	count int
}

func splitComponents(s string) (c components) {
	for {
		head, tail, more := strings.Cut(s, "^")
		if c.count < len(c.part) {
			c.part[c.count] = head
		}
		c.count++
		if !more {
			return c
		}
		s = tail
	}
}

// at gives component number n, counted from 1, empty when absent.
func (c *components) at(n int) string {
	if n > len(c.part) {
		return ""
	}
	return c.part[n-1]
}

// onlyEmptyAfter tells whether no component after number n holds anything.
func (c *components) onlyEmptyAfter(n int) bool {
	if c.count > len(c.part) {
		return false
	}
	for i := n; i < c.count; i++ {
		if c.part[i] != "" {
			return false
		}
	}
	return true
}

// authorityOID reads &OID&ISO; anything else is told in why.
func authorityOID(s string) (oid string, why rule.Text) {
	name, rest, some := strings.Cut(s, "&")
	oid, kind, typed := strings.Cut(rest, "&")
	kind, more, extra := strings.Cut(kind, "&")
	switch {
	case s == "":
		return "", rule.Text{EN: "Give the assigning authority as &OID&ISO", FR: "Donner l'autorité d'affectation sous la forme &OID&ISO"}
	case strings.Contains(s, "&amp;"):
		return "", rule.Text{EN: "Escape each & once only: the value holds the text &amp;, so it was escaped twice in the message", FR: "N'échapper chaque & qu'une fois : la valeur contient le texte &amp;, il a donc été échappé deux fois dans le message"}
	case !some || !typed:
		return "", rule.Text{EN: "Write the assigning authority as &OID&ISO, with both &", FR: "Écrire l'autorité d'affectation sous la forme &OID&ISO, avec les deux &"}
	case name != "":
		return "", rule.Text{EN: "Remove the namespace «" + name + "» before the first & of the assigning authority", FR: "Retirer l'espace de nommage «" + name + "» devant le premier & de l'autorité d'affectation"}
	case kind != "ISO":
		return "", rule.Text{EN: "End the assigning authority with &ISO in capitals", FR: "Terminer l'autorité d'affectation par &ISO en capitales"}
	case extra || more != "":
		return "", rule.Text{EN: "Leave nothing after &ISO", FR: "Ne rien laisser après &ISO"}
	}
	return oid, oidFault(oid)
}

// escapeFault holds HL7 escapes to those of the delimiters: \F\ \S\ \T\ \R\ \E\.
func escapeFault(s string) rule.Text {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return rule.Text{}
		}
		if len(s) < i+3 || s[i+2] != '\\' || strings.IndexByte("FSTRE", s[i+1]) < 0 {
			return rule.Text{EN: `Write delimiters as \F\ \S\ \T\ \R\ \E\ and use no other escape`, FR: `Écrire les délimiteurs \F\ \S\ \T\ \R\ \E\ et aucun autre échappement`}
		}
		s = s[i+3:]
	}
}

// CX is an identifier of a patient with its assigning authority: only CX.1, CX.4.2 and CX.4.3 (ITI TF-3 Table 4.2.3.1.7-2).
type CX struct {
	// ID is CX.1 as it was written; Authority the OID of CX.4.2.
	ID, Authority string
}

// String writes id^^^&OID&ISO, the canonical form.
func (c CX) String() string { return c.ID + "^^^&" + c.Authority + "&ISO" }

// ParseCX reads id^^^&OID&ISO; empty components at the end are ignored. The error is a *FormatError.
func ParseCX(s string) (CX, error) {
	c, _, e := checkCX(s)
	return c, orNil(e)
}

// checkCX reads a CX; trailing tells that empty components stood at its end.
func checkCX(s string) (c CX, trailing bool, e *FormatError) {
	f := splitComponents(s)
	why := rule.Text{}
	switch {
	case f.at(1) == "" || strings.TrimSpace(f.at(1)) != f.at(1):
		why = rule.Text{EN: "Give the identifier before ^^^, without blanks around it", FR: "Donner l'identifiant devant ^^^, sans blanc autour"}
	case f.count < 4:
		why = rule.Text{EN: "Give the assigning authority after three ^", FR: "Donner l'autorité d'affectation après trois ^"}
	case f.at(2) != "" || f.at(3) != "":
		why = rule.Text{EN: "Leave the second and third components empty", FR: "Laisser vides les deuxième et troisième composants"}
	case !f.onlyEmptyAfter(4):
		why = rule.Text{EN: "Remove what follows the assigning authority («" + f.at(5) + "»)", FR: "Retirer ce qui suit l'autorité d'affectation («" + f.at(5) + "»)"}
	case strings.ContainsAny(f.at(1), "|~&"):
		why = rule.Text{EN: "The identifier holds a delimiter of HL7; give one identifier, delimiters escaped", FR: "L'identifiant contient un délimiteur HL7 ; donner un seul identifiant, délimiteurs échappés"}
	}
	if why == (rule.Text{}) {
		why = escapeFault(f.at(1))
	}
	if why == (rule.Text{}) {
		c.ID = f.at(1)
		c.Authority, why = authorityOID(f.at(4))
	}
	if why != (rule.Text{}) {
		return CX{}, false, &FormatError{Type: "a CX", Value: s, Expected: formCX, Why: why}
	}
	return c, f.count > 4, nil
}

// typedCX reads a CX that says more behind the assigning authority, such as the type of identifier (CX.5).
func typedCX(s string) (CX, bool) {
	f := splitComponents(s)
	if f.count < 5 || f.onlyEmptyAfter(4) {
		return CX{}, false
	}
	c, _, e := checkCX(strings.Join(f.part[:4], "^"))
	return c, e == nil
}

// checkCXi holds a reference id to CXi: CXi.1 and the type code CXi.5, an assigning authority between or none
// (ITI TF-3 Table 4.2.3.1.7-2).
func checkCXi(s string) *FormatError {
	f := splitComponents(s)
	why := rule.Text{}
	switch {
	case f.at(1) == "":
		why = rule.Text{EN: "Give the identifier in the first component", FR: "Donner l'identifiant dans le premier composant"}
	case f.at(2) != "" || f.at(3) != "":
		why = rule.Text{EN: "Leave the second and third components empty", FR: "Laisser vides les deuxième et troisième composants"}
	case f.at(5) == "":
		why = rule.Text{EN: "Give the identifier type code in the fifth component, such as urn:ihe:iti:xds:2013:accession", FR: "Donner le code du type d'identifiant dans le cinquième composant, par exemple urn:ihe:iti:xds:2013:accession"}
	case !f.onlyEmptyAfter(5):
		why = rule.Text{EN: "Remove what follows the identifier type code", FR: "Retirer ce qui suit le code du type d'identifiant"}
	case f.at(4) != "":
		why = referenceAuthorityFault(f.at(4))
	}
	if why == (rule.Text{}) {
		return nil
	}
	return &FormatError{Type: "a CXi", Value: s, Expected: formCXi, Why: why}
}

// referenceAuthorityFault lets CXi.4 be a namespace, or &UID&TYPE of any type; an ISO one is an OID.
func referenceAuthorityFault(s string) rule.Text {
	name, rest, some := strings.Cut(s, "&")
	if !some {
		return rule.Text{}
	}
	id, kind, typed := strings.Cut(rest, "&")
	if name != "" && rest == "&" {
		return rule.Text{}
	}
	if name != "" || id == "" || !typed || kind == "" {
		return rule.Text{EN: "Write the assigning authority as &OID&ISO, or as a namespace alone", FR: "Écrire l'autorité d'affectation sous la forme &OID&ISO, ou d'un espace de nommage seul"}
	}
	if kind == "ISO" {
		return oidFault(id)
	}
	return rule.Text{}
}

// checkCodedString holds a role or specialty that has components to code^^^&OID&ISO; without ^ it is free text.
func checkCodedString(s string) *FormatError {
	if !strings.Contains(s, "^") {
		return nil
	}
	f := splitComponents(s)
	_, why := authorityOID(f.at(4))
	if f.at(1) == "" || f.at(2) != "" || f.at(3) != "" || !f.onlyEmptyAfter(4) {
		why = rule.Text{EN: "Give a code and its system, or free text without ^", FR: "Donner un code et son système, ou un texte libre sans ^"}
	}
	if why == (rule.Text{}) {
		return nil
	}
	return &FormatError{Type: "a coded string", Value: s, Expected: formCoded, Why: why}
}

// checkXCN holds a person to an id or a family name, and the id's authority to &OID&ISO in XCN.9. misplaced tells that
// the authority stands in XCN.4, as in a CX.
func checkXCN(s string) (misplaced bool, e *FormatError) {
	f := splitComponents(s)
	why := rule.Text{}
	if family, _, _ := strings.Cut(f.at(2), "&"); f.at(1) == "" && family == "" {
		why = rule.Text{EN: "Give an identifier in the first component or a family name in the second", FR: "Donner un identifiant dans le premier composant ou un nom de famille dans le deuxième"}
	} else if f.at(9) != "" {
		_, why = authorityOID(f.at(9))
	} else if strings.HasPrefix(f.at(4), "&") {
		if _, fault := authorityOID(f.at(4)); fault == (rule.Text{}) {
			return true, nil
		}
	}
	if why == (rule.Text{}) {
		return false, nil
	}
	return false, &FormatError{Type: "an XCN", Value: s, Expected: formXCN, Why: why}
}

// checkXON holds an organisation to a name, and an id that is not an OID to its authority in XON.6. others tells that
// components beside the name, the authority and the id are filled.
func checkXON(s string) (others bool, e *FormatError) {
	f := splitComponents(s)
	why := rule.Text{}
	switch id, authority := f.at(10), f.at(6); {
	case f.at(1) == "":
		why = rule.Text{EN: "Give the organisation's name in the first component", FR: "Donner le nom de la structure dans le premier composant"}
	case authority != "":
		_, why = authorityOID(authority)
	case id != "" && oidFault(id) != (rule.Text{}):
		why = rule.Text{EN: "Give the assigning authority of the identifier in the sixth component as &OID&ISO", FR: "Donner l'autorité d'affectation de l'identifiant dans le sixième composant sous la forme &OID&ISO"}
	}
	if why != (rule.Text{}) {
		return false, &FormatError{Type: "an XON", Value: s, Expected: formXON, Why: why}
	}
	for n := 2; n <= len(f.part); n++ {
		if n != 6 && n != 10 && f.at(n) != "" {
			return true, nil
		}
	}
	return f.count > len(f.part), nil
}

// equipment are the telephone equipment types of HL7 table 0202.
var equipment = [...]string{"PH", "CP", "FX", "BP", "MD", "SAT", "TDD", "TTY"}

// checkXTN holds a telecommunication address to an e-mail or a telephone number.
func checkXTN(s string) *FormatError {
	f := splitComponents(s)
	why := rule.Text{}
	switch kind := f.at(3); {
	case kind == "Internet":
		if f.at(4) == "" || f.at(2) != "" && f.at(2) != "NET" || f.at(1) != "" || !f.onlyEmptyAfter(4) {
			why = rule.Text{EN: "For an e-mail give ^NET^Internet^address and nothing else", FR: "Pour un courriel, donner ^NET^Internet^adresse et rien d'autre"}
		}
	case !isEquipment(kind):
		why = rule.Text{EN: "Give Internet, PH, CP, FX or another equipment type of HL7 table 0202 in the third component", FR: "Donner Internet, PH, CP, FX ou un autre type d'équipement de la table HL7 0202 dans le troisième composant"}
	case f.at(7) == "" && f.at(12) == "":
		why = rule.Text{EN: "Give the telephone number in the seventh component", FR: "Donner le numéro de téléphone dans le septième composant"}
	case f.at(4) != "":
		why = rule.Text{EN: "Leave the e-mail address out of a telephone number, or give Internet in the third component", FR: "Retirer l'adresse électronique d'un numéro de téléphone, ou donner Internet dans le troisième composant"}
	}
	if why == (rule.Text{}) {
		return nil
	}
	return &FormatError{Type: "an XTN", Value: s, Expected: formXTN, Why: why}
}

func isEquipment(kind string) bool {
	for _, e := range equipment {
		if e == kind {
			return true
		}
	}
	return false
}

// checkRecipient holds an intendedRecipient to XON|XCN|XTN, each part optional, one at least (ITI TF-3 4.2.3.3.7).
func checkRecipient(s string) *FormatError {
	organisation, rest, _ := strings.Cut(s, "|")
	person, telecom, _ := strings.Cut(rest, "|")
	var e *FormatError
	if organisation == "" && person == "" && telecom == "" || strings.Contains(telecom, "|") {
		e = &FormatError{Why: rule.Text{EN: "Give an organisation, a person or a telecommunication address, separated by |", FR: "Donner une structure, une personne ou une adresse de télécommunication, séparées par |"}}
	}
	if e == nil && organisation != "" {
		_, e = checkXON(organisation)
	}
	if e == nil && person != "" {
		_, e = checkXCN(person)
	}
	if e == nil && telecom != "" {
		e = checkXTN(telecom)
	}
	if e == nil {
		return nil
	}
	return &FormatError{Type: "an intendedRecipient", Value: s, Expected: formPerson, Why: e.Why}
}

// checkPatientInfo holds a value of sourcePatientInfo to PID-n| and a field, and gives n (ITI TF-3 4.2.3.2.23).
func checkPatientInfo(s string) (field int, e *FormatError) {
	rest, pid := strings.CutPrefix(s, "PID-")
	digits, _, bar := strings.Cut(rest, "|")
	if pid && bar && len(digits) >= 1 && len(digits) <= 2 && strings.Trim(digits, "0123456789") == "" && digits[0] != '0' {
		return number(digits), nil
	}
	return 0, &FormatError{Type: "a sourcePatientInfo value", Value: s, Expected: "PID-n|field", Why: rule.Text{
		EN: "Begin each value with PID-, the number of the field and |", FR: "Commencer chaque valeur par PID-, le numéro du champ et |"}}
}
