package vihf

import (
	"strconv"
	"strings"
)

// isPersonID tells whether a value has the form of PS_IdNat: 8 and an RPPS number, 0 and an ADELI number, or a prefix and
// the number of a structure or practice, a slash, and an identifier of its own.
func isPersonID(s string) bool {
	if s == "" || len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	number, internal, slashed := strings.Cut(s[1:], "/")
	switch s[0] {
	case '8':
		return !slashed && len(number) == 11 && isDigits(number)
	case '0':
		return !slashed && len(number) == 9 && isAlphanumeric(number)
	case '1', '3', '4', '5', '6':
		return slashed && internal != "" && isAlphanumeric(number)
	}
	return false
}

// isStructureID tells whether a value has the form of Struct_IdNat: 1 and a FINESS, 2 and a SIREN, 3 and a SIRET, 4, an RPPS
// and a rank, 0 and a practice, or a technical number.
func isStructureID(s string) bool {
	if len(s) < 2 || len(s) > 32 {
		return false
	}
	number := s[1:]
	switch s[0] {
	case '1':
		return len(number) == 9 && isAlphanumeric(number)
	case '2':
		return len(number) == 9 && isDigits(number)
	case '3', '4':
		return len(number) == 14 && isDigits(number)
	}
	return strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/._-") == ""
}

func isAlphanumeric(s string) bool {
	return s != "" && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// isOID tells whether a value is an object identifier in numbers with dots.
func isOID(s string) bool {
	if len(s) > 64 || !strings.Contains(s, ".") {
		return false
	}
	for s != "" {
		arc, rest, more := strings.Cut(s, ".")
		if !isDigits(arc) || len(arc) > 1 && arc[0] == '0' || more && rest == "" {
			return false
		}
		s = rest
	}
	return true
}

// parsePatient reads an HL7 CX: id^^^&OID&ISO^type. Components after the fifth are dates that say nothing here. A second
// identifier (a repetition, ~) is refused wherever it stands: another reader might take that one.
func parsePatient(s string) (Patient, bool) {
	if strings.Contains(s, "~") {
		return Patient{}, false
	}
	fields := strings.Split(s, "^")
	if len(fields) < 4 || fields[0] == "" || fields[1] != "" || fields[2] != "" || strings.ContainsAny(fields[0], "&|\\ \t\r\n") {
		return Patient{}, false
	}
	authority := strings.Split(fields[3], "&")
	if len(authority) != 3 || !isOID(authority[1]) || authority[2] != "ISO" {
		return Patient{}, false
	}
	p := Patient{ID: fields[0], Authority: authority[1]}
	if len(fields) > 4 {
		p.Type = fields[4]
	}
	return p, true
}

// isINSAuthority tells whether an authority gives identifiers made of a NIR and its key: INS-NIR, INS-NIA, and the roots set
// aside for tests and demonstrations.
func isINSAuthority(oid string) bool {
	switch oid {
	case "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11":
		return true
	}
	return false
}

// isINS tells whether a value is 13 characters and their key: 97 less the number modulo 97, the departments of Corsica, 2A
// and 2B, counting as 19 and 18.
func isINS(s string) bool {
	if len(s) != 15 || !isDigits(s[13:]) {
		return false
	}
	number := s[:13]
	switch number[5:7] {
	case "2A":
		number = number[:5] + "19" + number[7:]
	case "2B":
		number = number[:5] + "18" + number[7:]
	}
	if !isDigits(number) {
		return false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return false
	}
	key, err := strconv.ParseInt(s[13:], 10, 64)
	return err == nil && key == 97-n%97
}
