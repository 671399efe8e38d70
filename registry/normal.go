package registry

import (
	"slices"

	"golang.org/x/text/unicode/norm"
)

// normal gives a text in Unicode Normalisation Form C, in which texts are compared (ITI TF-2 Appendix F): what one system
// writes as e and an accent another writes as é. What is kept and given back stays as it was sent; identifiers are
// compared as they are.
func normal(s string) string { return norm.NFC.String(s) }

func normalCode(c Code) Code {
	return Code{Value: normal(c.Value), Scheme: normal(c.Scheme), Display: c.Display}
}

// normalCodes gives the codes in normal form, themselves when they are already.
func normalCodes(codes []Code) []Code {
	if !slices.ContainsFunc(codes, func(c Code) bool { return normalCode(c) != c }) {
		return codes
	}
	list := make([]Code, len(codes))
	for i, c := range codes {
		list[i] = normalCode(c)
	}
	return list
}

// normalTexts does so for texts.
func normalTexts(texts []string) []string {
	if !slices.ContainsFunc(texts, func(s string) bool { return !norm.NFC.IsNormalString(s) }) {
		return texts
	}
	list := make([]string, len(texts))
	for i, s := range texts {
		list[i] = normal(s)
	}
	return list
}
