package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"liasse/cda"
	"liasse/internal/xdsclient"
)

func runSend(ctx context.Context, args []string, std streams) error {
	fs := flags("send", "FILE… [--patient CX]",
		"Makes a lot of CDA documents (files or folders) and sends it (ITI-41). The metadata are taken from\neach document's header; the patient too, unless --patient says it. Documents of several patients\nbecome several lots. Files of other types (.pdf, .txt, …) need --patient.\n\n  liasse send letter.xml --patient 'IPP-1^^^&1.3.6.1.4.1.21367.13.20.1000&ISO'", std)
	var opt xdsclient.LotOptions
	language := fs.String("language", "fr-FR", "languageCode of documents that do not say theirs")
	fs.StringVar(&opt.Patient, "patient", "", "patient identifier of every document: ID^^^&OID&ISO")
	fs.IntVar(&opt.Size, "lot", 50, "most documents in one lot")
	fs.StringVar(&opt.Submission.SourceID, "source", "", "sourceId, the OID of the sending system")
	fs.StringVar(&opt.Submission.Title, "title", "", "title of the submission")
	quiet := fs.Bool("q", false, "no progress line, no list of what was sent")
	server := connectionFlags(fs)
	paths, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return usageError{"name at least one file or folder"}
	}
	client, err := server.client()
	if err != nil {
		return err
	}
	opt.Submission.Authors = client.Authors()
	opt.Document.Fallback = cda.DefaultFallback(*language)
	files, readErr := xdsclient.ReadFiles(paths)
	lots, lotErr := xdsclient.Lots(files, opt)
	failed := false
	for _, err := range []error{readErr, lotErr} {
		if err != nil {
			fmt.Fprintf(std.err, "not sent: %v\n", err)
			failed = true
		}
	}
	show := progress{out: std.err, total: len(lots), on: !*quiet && len(lots) > 1 && terminal(std.err)}
	for i := range lots {
		show.line(i, &lots[i])
		warnings, err := client.Send(ctx, &lots[i])
		show.clear()
		switch {
		case showRefusal(std.err, err):
			for _, f := range lots[i].Files {
				fmt.Fprintf(std.err, "  not stored: %s\n", f.Path)
			}
			failed = true
		case err != nil:
			return fmt.Errorf("sending lot %d of %d: %w", i+1, len(lots), err)
		default:
			showFindings(std.err, warnings)
			if !*quiet {
				showLot(std.out, &lots[i])
			}
		}
	}
	if len(lots) == 0 {
		return fmt.Errorf("nothing was sent: there is no document to send in %v", paths)
	}
	if failed {
		return errFailed
	}
	return nil
}

func showLot(w io.Writer, lot *xdsclient.Lot) {
	for i, d := range lot.Submission.Documents {
		fmt.Fprintf(w, "stored  %s  %s  %s\n", d.UniqueID, filepath.Base(lot.Files[i].Path), d.Title)
	}
}

// progress is one line that is written over, on a terminal only.
type progress struct {
	out   io.Writer
	total int
	on    bool
}

func (p progress) line(done int, lot *xdsclient.Lot) {
	if p.on {
		fmt.Fprintf(p.out, "\r\x1b[Ksending lot %d of %d, %d documents", done+1, p.total, len(lot.Files))
	}
}

func (p progress) clear() {
	if p.on {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// terminal tells whether a stream is one that people watch.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
