package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"liasse/internal/xdsclient"
)

func runFind(ctx context.Context, args []string, std streams) error {
	fs := flags("find", "--patient CX [--type CODE^^SCHEME] [--from DTM] [--to DTM] [--status …] [--json]",
		"Finds the documents of a patient (ITI-18, FindDocuments) and shows them as a table, newest\nfirst.\n\n  liasse find --patient 'IPP-1^^^&1.3.6.1.4.1.21367.13.20.1000&ISO' --from 2026", std)
	var q xdsclient.Query
	fs.StringVar(&q.Patient, "patient", "", "patient identifier: ID^^^&OID&ISO")
	types := fs.String("type", "", "typeCode^^codingScheme; several separated by commas")
	fs.StringVar(&q.From, "from", "", "created at or after: YYYY[MM[DD[hh[mm[ss]]]]], UTC")
	fs.StringVar(&q.To, "to", "", "created before: the same form")
	fs.StringVar(&q.Status, "status", "approved", "approved, deprecated or all")
	asJSON := fs.Bool("json", false, "print a JSON array instead of a table")
	server := connectionFlags(fs)
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if q.Patient == "" || len(rest) > 0 {
		return usageError{"--patient is needed, and nothing but flags"}
	}
	if *types != "" {
		q.Types = strings.Split(*types, ",")
	}
	client, err := server.client()
	if err != nil {
		return err
	}
	found, warnings, err := client.Find(ctx, q)
	if showRefusal(std.err, err) {
		return errFailed
	}
	if err != nil {
		return err
	}
	showFindings(std.err, warnings)
	if *asJSON {
		if found == nil {
			found = []xdsclient.Found{}
		}
		encoder := json.NewEncoder(std.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(found)
	}
	return table(std.out, found)
}

// table shows entries in columns, newest first.
func table(w io.Writer, found []xdsclient.Found) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(w, "no document")
		return err
	}
	xdsclient.NewestFirst(found)
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "CREATED\tTITLE\tTYPE\tAUTHOR\tSIZE\tSTATUS\tUNIQUEID")
	for _, f := range found {
		name := f.TypeName
		if name == "" {
			name = f.TypeCode
		}
		fmt.Fprintf(columns, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			day(f.CreationTime), short(f.Title, 40), short(name, 32), short(strings.Join(f.Authors, ", "), 28), f.Size, f.Status, f.UniqueID)
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	plural := "s"
	if len(found) == 1 {
		plural = ""
	}
	_, err := fmt.Fprintf(w, "%d document%s\n", len(found), plural)
	return err
}

// day writes a DTM for people: 2026-11-03 16:15.
func day(dtm string) string {
	switch {
	case len(dtm) >= 12:
		return dtm[:4] + "-" + dtm[4:6] + "-" + dtm[6:8] + " " + dtm[8:10] + ":" + dtm[10:12]
	case len(dtm) == 8:
		return dtm[:4] + "-" + dtm[4:6] + "-" + dtm[6:8]
	}
	return dtm
}

// short cuts text to a width in characters.
func short(s string, width int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width-1]) + "…"
}
