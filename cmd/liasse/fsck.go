package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"liasse/internal/server"
	"liasse/repository"
)

func runFsck(ctx context.Context, args []string, std streams) error {
	fs := flags("fsck", "[--dir DIR] [--config FILE] [--remove-orphans]",
		"Checks that every registered document is there with the bytes it was stored with, and that no\nfile is there without a document. Run it while no server uses the folder.", std)
	file := fs.String("config", "", "configuration file (TOML)")
	dir := fs.String("dir", server.DefaultConfig().Dir, "folder of the database and the documents")
	remove := fs.Bool("remove-orphans", false, "remove files that no document needs and that are older than --grace")
	grace := fs.Duration("grace", time.Hour, "age under which a file without a document is left alone")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{"fsck takes flags only"}
	}
	cfg := server.DefaultConfig()
	if *file != "" {
		if cfg, err = server.LoadConfig(*file); err != nil {
			return usageError{err.Error()}
		}
	}
	if given(fs, "dir") {
		cfg.Dir = *dir
	}
	opt := repository.FsckOptions{Grace: *grace, Remove: *remove, Each: func(p repository.Problem) error {
		removed := ""
		if p.Removed {
			removed = ", removed"
		}
		_, err := fmt.Fprintf(std.out, "%s  %s  %s  %d bytes%s\n", p.Kind, p.Address, p.UniqueID, p.Size, removed)
		return err
	}}
	report, err := server.Fsck(ctx, cfg, opt, std.err)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%d documents, %d files, %d bytes: %d missing, %d damaged, %d orphans (%d removed)",
		report.Documents, report.Blobs, report.Bytes, report.Missing, report.Damage, report.Orphans, report.Removed)
	if report.Young > 0 {
		fmt.Fprintf(std.out, ", %d files without a document that are younger than %s", report.Young, *grace)
	}
	fmt.Fprintln(std.out)
	if !report.Clean() {
		return errFailed
	}
	return nil
}

// given tells whether a flag stood on the command line.
func given(fs *flag.FlagSet, name string) bool {
	found := false
	fs.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
