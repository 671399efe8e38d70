package main

import (
	"context"
	"encoding/json"
	"fmt"

	"liasse/internal/bench"
)

func runBench(ctx context.Context, args []string, std streams) error {
	fs := flags("bench", "[--quick] [--profile xds|dmp] [--entries N] [--dir DIR]",
		"Starts a server of its own on a scratch folder, calibrates the machine in the same run, drives\nITI-41, ITI-18 and ITI-43 with 1, 8 and 32 clients, and prints throughput, p50, p99, server\nprocessor time per request, the floor made of the calibrated parts, and the ratio.", std)
	var opt bench.Options
	fs.StringVar(&opt.Dir, "dir", "", "scratch folder, on the disk to measure; a temporary one, removed at the end, when empty")
	fs.StringVar(&opt.Profile, "profile", "xds", "profile of the server: xds, or dmp, where requests come by mutual TLS with a token and lots are signed")
	fs.BoolVar(&opt.Quick, "quick", false, "a tenth of the requests")
	fs.StringVar(&opt.Only, "only", "", "measure only the transactions whose name begins so: ITI-41, ITI-18, ITI-43")
	fs.IntVar(&opt.Entries, "entries", 0, "also compare FindDocuments among 10 000 entries and among this many (1000000 takes minutes)")
	asJSON := fs.Bool("json", false, "print a JSON object instead of a table")
	null := fs.Bool("null-server", false, "be the other side of the HTTP calibration (bench starts this itself)")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{"bench takes flags only"}
	}
	if opt.Profile != "xds" && opt.Profile != "dmp" {
		return usageError{fmt.Sprintf("--profile is %q; it may be xds or dmp", opt.Profile)}
	}
	if opt.Profile == "dmp" && opt.Entries > 0 {
		return usageError{"--entries is measured in profile xds"}
	}
	if *null {
		return bench.ServeNull(ctx, std.out)
	}
	opt.Logs, opt.Progress = std.err, std.err
	report, err := bench.Run(ctx, opt)
	if err != nil {
		return err
	}
	if *asJSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	}
	return report.Print(std.out)
}
