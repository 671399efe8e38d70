package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	"liasse/internal/server"
)

func runServe(ctx context.Context, args []string, std streams) error {
	fs := flags("serve", "[--dir DIR] [--listen HOST:PORT] [--profile xds|dmp] [--config FILE] [--dev]",
		"Runs the registry and the repository in the foreground. When it can serve, and only then, it\nprints one JSON line with its addresses on standard output. Logs are JSON lines on standard\nerror. SIGTERM or Ctrl-C: no new request, those under way end.", std)
	file := fs.String("config", "", "configuration file (TOML); docs/configuration.md has every key")
	defaults := server.DefaultConfig()
	dir := fs.String("dir", defaults.Dir, "folder of the database and the documents")
	listen := fs.String("listen", defaults.Listen, "SOAP address; port 0 takes a free one")
	admin := fs.String("admin", "", "admin address (patients, health, metrics), to keep on loopback; empty takes "+server.DefaultAdminListen+" beside the default SOAP address, else a free port")
	profile := fs.String("profile", defaults.Profile, "xds, or dmp for the French shared medical record")
	level := fs.String("log-level", defaults.LogLevel, "debug, info, warn or error")
	dev := fs.Bool("dev", false, "for a first try: any patient of the affinity domain, the French INS included; in profile dmp with a test PKI of its own in DIR/pki")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{"serve takes flags only"}
	}
	cfg := defaults
	if *file != "" {
		if cfg, err = server.LoadConfig(*file); err != nil {
			return usageError{err.Error()}
		}
	}
	fs.Visit(func(f *flag.Flag) { // a flag that was given wins over the file
		switch f.Name {
		case "dir":
			cfg.Dir = *dir
		case "listen":
			cfg.Listen = *listen
		case "admin":
			cfg.AdminListen = *admin
		case "profile":
			cfg.Profile = *profile
		case "log-level":
			cfg.LogLevel = *level
		}
	})
	var identities *testIdentities
	if *dev {
		cfg.ForFirstTry()
		if identities, err = trustTestIdentities(&cfg); err != nil {
			return err
		}
	}
	if err := cfg.Check(); err != nil {
		if namesNobody(&cfg) {
			err = fmt.Errorf("%w\nFor a first try, liasse serve --profile dmp --dev makes a test PKI and believes it", err)
		}
		return usageError{err.Error()}
	}
	if os.Getenv("GOGC") == "" {
		// The live heap is small, so collecting it less often costs little memory and saves a fifth of a query's time.
		debug.SetGCPercent(400)
	}
	srv, err := server.Start(ctx, cfg, std.err)
	if err != nil {
		return err
	}
	addresses := srv.Addresses()
	if identities != nil {
		identities.show(std.err, addresses)
		addresses.Identities = identities.folder()
	}
	if err := json.NewEncoder(std.out).Encode(addresses); err != nil {
		return errors.Join(err, srv.Close())
	}
	return srv.Wait(ctx)
}
