package registry

import (
	"strings"

	"liasse/internal/rule"
)

// valueForm tells how a rim:Value of a stored query parameter was written (ITI TF-2 3.18.4.1.2.3.5), where that matters
// for what the parameter allows or for a tolerance.
type valueForm uint8

const (
	// formList: in parentheses.
	formList valueForm = 1 << iota
	// formBare: an item without quotes, as numbers are written.
	formBare
	// formDoubleQuoted: an item between double quotes.
	formDoubleQuoted
)

// parameterText is one rim:Value taken apart: the items, unquoted, and how they were written.
type parameterText struct {
	items []string
	form  valueForm
}

// syntaxFault is why a rim:Value cannot be taken apart. Its text says the smallest change that mends it.
type syntaxFault struct{ fix rule.Text }

var (
	faultUnclosedQuote = &syntaxFault{rule.Text{
		EN: "Close the quote; a quote inside a value is written twice ('O''Brien')",
		FR: "Fermer le guillemet simple ; à l'intérieur d'une valeur il s'écrit deux fois ('O''Brien')"}}
	faultUnclosedList = &syntaxFault{rule.Text{
		EN: "Close the parenthesis at the end of the list",
		FR: "Fermer la parenthèse à la fin de la liste"}}
	faultMissingItem = &syntaxFault{rule.Text{
		EN: "Write a value at every place of the list, and no comma after the last",
		FR: "Écrire une valeur à chaque place de la liste, sans virgule après la dernière"}}
	faultSeparator = &syntaxFault{rule.Text{
		EN: "Separate the values of a list by commas",
		FR: "Séparer les valeurs de la liste par des virgules"}}
	faultTrailing = &syntaxFault{rule.Text{
		EN: "Put all values into one pair of parentheses, or each list into a Value element of its own",
		FR: "Mettre toutes les valeurs dans une seule paire de parenthèses, ou chaque liste dans son propre élément Value"}}
	faultBare = &syntaxFault{rule.Text{
		EN: "Write the value between single quotes, and a quote inside it twice",
		FR: "Écrire la valeur entre guillemets simples, et doubler ceux qu'elle contient"}}
)

// parseParameterText takes a rim:Value apart: 'text', ('a','b') or 200412252300. White space between the parts is
// allowed. What only the tolerances allow (no quotes, double quotes) is told by the form, so that the caller decides.
// The items are substrings of s except where a doubled quote had to be undone. A blank Value has no item.
func parseParameterText(s string) (parameterText, *syntaxFault) {
	var t parameterText
	s = trimSpace(s)
	if s == "" {
		return t, nil
	}
	if s[0] != '(' {
		item, rest, form, fault := parseItem(s)
		if fault == nil && rest != "" {
			fault = faultTrailing
			if form&formBare != 0 {
				fault = faultBare
			}
		}
		t.items, t.form = []string{item}, form
		return t, fault
	}
	t.form = formList
	for s = trimSpace(s[1:]); ; s = trimSpace(s[1:]) {
		switch {
		case s == "":
			return t, faultUnclosedList
		case s[0] == ',' || s[0] == ')':
			return t, faultMissingItem
		}
		item, rest, form, fault := parseItem(s)
		if fault != nil {
			return t, fault
		}
		t.items, t.form = append(t.items, item), t.form|form
		switch {
		case rest == "":
			return t, faultUnclosedList
		case rest[0] == ')':
			if trimSpace(rest[1:]) != "" {
				return t, faultTrailing
			}
			return t, nil
		case rest[0] != ',':
			return t, faultSeparator
		}
		s = rest
	}
}

// parseItem reads one item at the beginning of s, which is not empty, and gives what follows it and white space.
func parseItem(s string) (item, rest string, form valueForm, fault *syntaxFault) {
	quote := s[0]
	if quote != '\'' && quote != '"' {
		end := strings.IndexAny(s, `'"(),`)
		if end < 0 {
			end = len(s)
		} else if s[end] != ',' && s[end] != ')' {
			return "", "", formBare, faultBare
		}
		return trimSpace(s[:end]), s[end:], formBare, nil
	}
	if quote == '"' {
		form = formDoubleQuoted
	}
	doubled := false
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != quote:
		case i+1 < len(s) && s[i+1] == quote:
			doubled = true
			i++
		default:
			item = s[1:i]
			if doubled {
				item = strings.ReplaceAll(item, s[:1]+s[:1], s[:1])
			}
			return item, trimSpace(s[i+1:]), form, nil
		}
	}
	return "", "", form, faultUnclosedQuote
}

// trimSpace takes XML white space off both ends; other blanks belong to the value.
func trimSpace(s string) string { return strings.Trim(s, " \t\r\n") }
