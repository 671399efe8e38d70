package registry

import (
	"time"

	"liasse/internal/rule"
)

const formDTM = "YYYY[MM[DD[hh[mm[ss]]]]] UTC"

// checkDTM holds a time to the DTM of ITI TF-3 Table 4.2.3.1.7-2: 4 to 14 digits, a moment that the calendar has, in
// UTC, without fraction or zone.
func checkDTM(s string) *FormatError {
	why := dtmFault(s)
	if why == (rule.Text{}) {
		return nil
	}
	return &FormatError{Type: "a DTM", Value: s, Expected: formDTM, Why: why}
}

// CheckDTM tells whether s is a DTM; the error is a *FormatError.
func CheckDTM(s string) error { return orNil(checkDTM(s)) }

func dtmFault(s string) rule.Text {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			if i >= 4 && (s[i] == '+' || s[i] == '-' || s[i] == 'Z') {
				return rule.Text{EN: "Convert the time to UTC and leave the zone out", FR: "Convertir l'heure en UTC et retirer le fuseau"}
			}
			if i >= 4 && (s[i] == '.' || s[i] == ',') {
				return rule.Text{EN: "Leave the fraction of a second out", FR: "Retirer la fraction de seconde"}
			}
			return rule.Text{EN: "Write digits only, such as 20261122174500", FR: "N'écrire que des chiffres, par exemple 20261122174500"}
		}
	}
	if len(s) < 4 || len(s) > 14 || len(s)%2 != 0 {
		return rule.Text{EN: "Give 4, 6, 8, 10, 12 or 14 digits", FR: "Donner 4, 6, 8, 10, 12 ou 14 chiffres"}
	}
	year, month := number(s[:4]), 1
	if year == 0 {
		return rule.Text{EN: "Give a year from 0001", FR: "Donner une année à partir de 0001"}
	}
	if len(s) >= 6 {
		if month = number(s[4:6]); month < 1 || month > 12 {
			return rule.Text{EN: "Give a month from 01 to 12", FR: "Donner un mois de 01 à 12"}
		}
	}
	if len(s) >= 8 {
		if day := number(s[6:8]); day < 1 || day > daysIn(year, month) {
			return rule.Text{EN: "Give a day that the month has", FR: "Donner un jour que le mois possède"}
		}
	}
	if len(s) >= 10 && number(s[8:10]) > 23 {
		return rule.Text{EN: "Give an hour from 00 to 23", FR: "Donner une heure de 00 à 23"}
	}
	if len(s) >= 12 && number(s[10:12]) > 59 || len(s) == 14 && number(s[12:14]) > 59 {
		return rule.Text{EN: "Give minutes and seconds from 00 to 59", FR: "Donner des minutes et secondes de 00 à 59"}
	}
	return rule.Text{}
}

// number reads digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// PadTime fills a DTM with the lowest values to 14 digits, so that times of different precision compare as strings.
// An empty one stays empty.
func PadTime(dtm string) string {
	const lowest = "00010101000000"
	if dtm == "" || len(dtm) >= len(lowest) {
		return dtm
	}
	return dtm + lowest[len(dtm):]
}

// FormatTime writes a moment as a DTM of 14 digits in UTC.
func FormatTime(t time.Time) string { return t.UTC().Format("20060102150405") }
