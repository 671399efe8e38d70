package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"liasse/internal/rule"
	_ "liasse/internal/server" // enters every rule into the catalogue
)

func runRules(_ context.Context, args []string, std streams) error {
	fs := flags("rules", "[ID…] [--lang en|fr]",
		"Lists the rules that messages are judged by, or says all of some. The configuration sets the\nseverity of each by its id.", std)
	lang := fs.String("lang", "en", "language: en or fr")
	ids, err := parse(fs, args)
	if err != nil {
		return err
	}
	if *lang != "en" && *lang != "fr" {
		return usageError{fmt.Sprintf("--lang is %q; it may be en or fr", *lang)}
	}
	if len(ids) > 0 {
		for _, id := range ids {
			one := rule.Lookup(id)
			if one == nil {
				return usageError{fmt.Sprintf("no rule has the id %q", id)}
			}
			fmt.Fprintf(std.out, "%s  %s  %s  (%s)\n  %s\n  %s\n", one.ID, one.Severity, one.Code, one.Section, one.Title.In(*lang), one.Fix.In(*lang))
		}
		return nil
	}
	columns := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, one := range rule.All() {
		fmt.Fprintf(columns, "%s\t%s\t%s\t%s\n", one.ID, one.Severity, one.Code, one.Title.In(*lang))
	}
	return columns.Flush()
}
