package registry

import (
	"strings"
	"unicode/utf8"

	"liasse/internal/rule"
)

// FormatError says why a value does not have the form of its data type (ITI TF-3 Table 4.2.3.1.7-2).
type FormatError struct {
	// Type is the standard's name of the data type.
	Type string
	// Value is what was met.
	Value string
	// Expected shows the form.
	Expected string
	// Why says what is wrong and what to change.
	Why rule.Text
}

// Error says it in English.
func (e *FormatError) Error() string {
	return "«" + e.Value + "» is not " + e.Type + " (" + e.Expected + "): " + e.Why.EN
}

const (
	formOID        = "1.2.250.1.213"
	formUUID       = "urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	formIdentifier = "1.2.250.1.213.1 | 1.2.250.1.213.1^X | urn:uuid:…"
	formLanguage   = "fr-FR"
	formMIME       = "text/xml"
	formSHA1       = "[0-9a-f]{40}"
	formSize       = "[0-9]+"
	formHome       = "urn:oid:1.2.250.1.213"
)

// checkOID holds an OID to ITI TF-2 Appendix B and the arcs to X.660: first arc 0 to 2, second under 40 below 0 and 1.
func checkOID(s string) *FormatError {
	why := oidFault(s)
	if why == (rule.Text{}) {
		return nil
	}
	return &FormatError{Type: "an OID", Value: s, Expected: formOID, Why: why}
}

// oidArcDigits bounds one arc: 39 digits hold 2^128, the largest arc in use (2.25 and a UUID).
const oidArcDigits = 39

func oidFault(s string) rule.Text {
	if s == "" {
		return rule.Text{EN: "Give the OID; it is empty", FR: "Donner l'OID ; il est vide"}
	}
	if len(s) > 64 {
		return rule.Text{EN: "Shorten the OID to 64 characters", FR: "Ramener l'OID à 64 caractères"}
	}
	arcs, start, first := 0, 0, byte(0)
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if s[i] < '0' || s[i] > '9' {
				return rule.Text{EN: "Write the OID with digits and dots only", FR: "Écrire l'OID avec des chiffres et des points uniquement"}
			}
			continue
		}
		arc := s[start:i]
		switch {
		case arc == "":
			return rule.Text{EN: "Remove the empty arc (two dots, or a dot at an end)", FR: "Retirer l'arc vide (deux points de suite, ou un point au bord)"}
		case len(arc) > 1 && arc[0] == '0':
			return rule.Text{EN: "Remove the leading zero of the arc " + arc, FR: "Retirer le zéro en tête de l'arc " + arc}
		case len(arc) > oidArcDigits:
			return rule.Text{EN: "Use arcs of at most 39 digits", FR: "Utiliser des arcs d'au plus 39 chiffres"}
		case arcs == 0 && (len(arc) > 1 || arc[0] > '2'):
			return rule.Text{EN: "Begin the OID with 0, 1 or 2", FR: "Commencer l'OID par 0, 1 ou 2"}
		case arcs == 1 && first < '2' && (len(arc) > 2 || len(arc) == 2 && arc[0] > '3'):
			return rule.Text{EN: "Under 0 and 1 the second arc is at most 39", FR: "Sous 0 et 1, le deuxième arc vaut au plus 39"}
		}
		if arcs == 0 {
			first = arc[0]
		}
		arcs++
		start = i + 1
	}
	if arcs < 2 {
		return rule.Text{EN: "Give at least two arcs", FR: "Donner au moins deux arcs"}
	}
	return rule.Text{}
}

// CheckOID tells whether s is an OID of at most 64 characters (ITI TF-2 Appendix B); the error is a *FormatError.
func CheckOID(s string) error { return orNil(checkOID(s)) }

// orNil keeps a nil *FormatError from becoming an error that is not nil.
func orNil(e *FormatError) error {
	if e == nil {
		return nil
	}
	return e
}

// checkHome holds a homeCommunityId to urn:oid: and an OID (ITI TF-3 4.2.3.2.12).
func checkHome(s string) *FormatError {
	oid, urn := strings.CutPrefix(s, "urn:oid:")
	why := rule.Text{EN: "Begin the homeCommunityId with urn:oid:", FR: "Commencer le homeCommunityId par urn:oid:"}
	if urn {
		why = oidFault(oid)
	}
	if why == (rule.Text{}) {
		return nil
	}
	return &FormatError{Type: "a homeCommunityId", Value: s, Expected: formHome, Why: why}
}

// checkUUID holds an id that claims to be a UUID to its form; upper tells of digits in upper case, which the registry
// writes in lower case (ITI TF-3 4.2.3.1.5).
func checkUUID(s string) (u UUID, upper bool, e *FormatError) {
	u, err := ParseUUID(s)
	if err != nil {
		return u, false, &FormatError{Type: "a UUID URN", Value: s, Expected: formUUID, Why: rule.Text{
			EN: "Write urn:uuid: and 8-4-4-4-12 hexadecimal digits, or use a symbolic id that does not begin with urn:uuid:",
			FR: "Écrire urn:uuid: suivi de 8-4-4-4-12 chiffres hexadécimaux, ou prendre un identifiant symbolique qui ne commence pas par urn:uuid:"}}
	}
	for i := len(uuidPrefix); i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'F' {
			return u, true, nil
		}
	}
	return u, false, nil
}

// identifierMax is what ebRIM lets ExternalIdentifier/@value hold, in characters.
const identifierMax = 256

// checkIdentifier holds a uniqueId to what every reader can carry: visible ASCII, at most 256 characters. What it means
// is its maker's business (ITI TF-3 4.2.3.2.26).
func checkIdentifier(s string) *FormatError {
	fail := func(en, fr string) *FormatError {
		return &FormatError{Type: "an identifier", Value: s, Expected: formIdentifier, Why: rule.Text{EN: en, FR: fr}}
	}
	if s == "" {
		return fail("Give the identifier; it is empty", "Donner l'identifiant ; il est vide")
	}
	if utf8.RuneCountInString(s) > identifierMax {
		return fail("Shorten the identifier to 256 characters", "Ramener l'identifiant à 256 caractères")
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return fail("Remove the blanks and the characters outside of ASCII", "Retirer les blancs et les caractères hors ASCII")
		}
	}
	return nil
}

// identifierAdvice looks at a uniqueId as its maker would: an OID, or an OID before ^, is a valid one, and no OID is
// dressed as a URN (ITI TF-3 4.2.3.2.26).
func identifierAdvice(s string) *FormatError {
	if strings.HasPrefix(s, "urn:oid:") {
		return &FormatError{Type: "an identifier", Value: s, Expected: formIdentifier, Why: rule.Text{
			EN: "Write the OID without urn:oid:", FR: "Écrire l'OID sans urn:oid:"}}
	}
	root, _, _ := strings.Cut(s, "^")
	if root == "" || strings.Trim(root, "0123456789.") != "" || !strings.Contains(root, ".") {
		return nil
	}
	if why := oidFault(root); why != (rule.Text{}) {
		return &FormatError{Type: "an identifier", Value: s, Expected: formOID, Why: why}
	}
	return nil
}

// checkLanguage holds a languageCode to the shape of RFC 5646.
func checkLanguage(s string) *FormatError {
	for i, sub := range strings.Split(s, "-") {
		bad := sub == "" || len(sub) > 8
		for j := range len(sub) {
			c := sub[j] | 0x20
			letter, digit := c >= 'a' && c <= 'z', sub[j] >= '0' && sub[j] <= '9'
			bad = bad || !letter && (i == 0 || !digit)
		}
		if bad {
			return &FormatError{Type: "a language tag", Value: s, Expected: formLanguage, Why: rule.Text{
				EN: "Write the language as RFC 5646 says, such as fr-FR or en", FR: "Écrire la langue comme la RFC 5646, par exemple fr-FR ou en"}}
		}
	}
	return nil
}

// checkMIME holds a mimeType to type/subtype. plain tells that it is in lower case and without parameters; canonical
// is what is compared with the affinity domain's list.
func checkMIME(s string) (canonical string, plain bool, e *FormatError) {
	media, _, params := strings.Cut(s, ";")
	media = strings.TrimRight(media, " \t")
	kind, sub, slash := strings.Cut(media, "/")
	if !slash || !isToken(kind) || !isToken(sub) {
		return "", false, &FormatError{Type: "a MIME type", Value: s, Expected: formMIME, Why: rule.Text{
			EN: "Give the document's media type as type/subtype", FR: "Donner le type de média du document sous la forme type/sous-type"}}
	}
	canonical = strings.ToLower(media)
	return canonical, !params && canonical == s, nil
}

// isToken tells whether s is a token of RFC 2045.
func isToken(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte(`()<>@,;:\"/[]?=`, c) >= 0 {
			return false
		}
	}
	return true
}

// checkSHA1 holds a hash to 40 hexadecimal digits of either case (ITI TF-3 4.2.3.2.10).
func checkSHA1(s string) *FormatError {
	ok := len(s) == 40
	for i := 0; ok && i < len(s); i++ {
		c := s[i]
		ok = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	}
	if ok {
		return nil
	}
	return &FormatError{Type: "a SHA-1", Value: s, Expected: formSHA1, Why: rule.Text{
		EN: "Give the SHA-1 of the document's bytes in hexadecimal", FR: "Donner le SHA-1 des octets du document en hexadécimal"}}
}

// checkSize reads a size in bytes; plain tells that it is written in digits without sign, blanks or leading zeros.
func checkSize(s string) (size int64, plain bool, e *FormatError) {
	digits := strings.TrimPrefix(strings.Trim(s, " \t\r\n"), "+")
	ok := digits != ""
	for i := 0; ok && i < len(digits); i++ {
		d := int64(digits[i]) - '0'
		ok = d >= 0 && d <= 9 && size <= (1<<63-1-d)/10
		size = size*10 + d
	}
	if !ok {
		return -1, false, &FormatError{Type: "a size", Value: s, Expected: formSize, Why: rule.Text{
			EN: "Give the number of the document's bytes in digits", FR: "Donner le nombre d'octets du document en chiffres"}}
	}
	return size, digits == s && (len(digits) == 1 || digits[0] != '0'), nil
}
