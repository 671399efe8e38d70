package main

import (
	"context"
	"fmt"

	"liasse/internal/demo"
)

func runDemo(ctx context.Context, args []string, std streams) error {
	fs := flags("demo", "[--serve] [--dir DIR] [--listen HOST:PORT]",
		"Starts a server on loopback with its embedded stores, sends it a lot of three CDA documents,\nfinds them, retrieves them, and compares the bytes; then a server of profile dmp, and a lot signed and\nsent in the name of a professional by mutual TLS. With --serve both then go on serving.", std)
	var opt demo.Options
	fs.BoolVar(&opt.Serve, "serve", false, "go on serving until Ctrl-C")
	fs.StringVar(&opt.Dir, "dir", "", "folder of the database and the documents; a temporary one, removed at the end, when empty")
	fs.StringVar(&opt.Listen, "listen", "", "SOAP address; empty takes the usual one with --serve when it is free, else a free port")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{"demo takes flags only"}
	}
	if err := demo.Run(ctx, opt, std.out, std.err); err != nil {
		fmt.Fprintf(std.err, "the demonstration failed: %v\n", err)
		return errFailed
	}
	return nil
}
