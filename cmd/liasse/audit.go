package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"liasse/internal/audit"
	"liasse/internal/server"
)

// auditFlags are those of the subcommands of audit.
type auditFlags struct {
	config, dir, dsn, patient, user, from, to, class, before string
	json                                                     bool
	limit                                                    int
}

func runAudit(ctx context.Context, args []string, std streams) (err error) {
	fs := flags("audit", "verify|list|show|prune [CHAIN/RECORD] [--dir DIR | --dsn DSN | --config FILE]",
		"Reads the audit records of a server, which may be running. verify holds every record to the\none before it, names the first place that is broken and exits with 1. list shows records, each\nby CHAIN/RECORD; show prints the whole of one. prune takes out messages whose retention has\nended; the chain can still be verified. list, show and prune are themselves recorded.", std)
	var f auditFlags
	fs.StringVar(&f.config, "config", "", "configuration file (TOML)")
	fs.StringVar(&f.dir, "dir", server.DefaultConfig().Dir, "folder of the database")
	fs.StringVar(&f.dsn, "dsn", "", "connection string of PostgreSQL, where the database is not in the folder")
	fs.StringVar(&f.patient, "patient", "", "list: records of this patient, ID^^^&OID&ISO")
	fs.StringVar(&f.user, "user", "", "list: records of this person, by national identifier")
	fs.StringVar(&f.from, "from", "", "list: records from this time on, 2026-01-31 or 2026-01-31T08:00:00Z")
	fs.StringVar(&f.to, "to", "", "list: records before this time")
	fs.IntVar(&f.limit, "limit", 0, "list: at most so many records; 0 for all")
	fs.BoolVar(&f.json, "json", false, "list, show: one JSON object a line")
	fs.StringVar(&f.before, "before", "", "prune: messages older than this time")
	fs.StringVar(&f.class, "class", "", "prune: access (what was done with records of patients) or security")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return usageError{"say what to do: verify, list, show or prune"}
	}
	log, err := f.open(ctx, fs, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	switch {
	case rest[0] == "verify" && len(rest) == 1:
		return verifyAudit(ctx, log, std)
	case rest[0] == "list" && len(rest) == 1:
		return f.list(ctx, log, std)
	case rest[0] == "show" && len(rest) == 2:
		return f.show(ctx, log, rest[1], std)
	case rest[0] == "prune" && len(rest) == 1:
		return f.prune(ctx, log, std)
	}
	return usageError{"audit takes verify, list, show CHAIN/RECORD or prune, and flags"}
}

// open opens the records that the flags name.
func (f *auditFlags) open(ctx context.Context, fs *flag.FlagSet, std streams) (*server.AuditLog, error) {
	cfg := server.DefaultConfig()
	if f.config != "" {
		var err error
		if cfg, err = server.LoadConfig(f.config); err != nil {
			return nil, usageError{err.Error()}
		}
	}
	if given(fs, "dir") {
		cfg.Dir = f.dir
	}
	if f.dsn != "" {
		cfg.Store.Driver, cfg.Store.DSN = "postgres", f.dsn
	}
	return server.OpenAuditLog(ctx, cfg, std.err)
}

func verifyAudit(ctx context.Context, log *server.AuditLog, std streams) error {
	verified, err := audit.Verify(ctx, log)
	var broken *audit.Break
	switch {
	case errors.As(err, &broken):
		fmt.Fprintf(std.out, "broken at %s/%d: %s\n", broken.Chain, broken.Seq, broken.Why)
		return errFailed
	case err != nil:
		return err
	}
	for _, h := range verified.Heads {
		fmt.Fprintf(std.out, "%s/%d  %s\n", h.Chain, h.Seq, h.Hash)
	}
	fmt.Fprintf(std.out, "%d records in %d chains, %d of them pruned: unbroken\n", verified.Records, verified.Chains, verified.Pruned)
	return nil
}

// auditTime reads a day or a moment.
func auditTime(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usageError{"--" + name + " is " + strconv.Quote(s) + "; write 2026-01-31 or 2026-01-31T08:00:00Z"}
}

func (f *auditFlags) list(ctx context.Context, log *server.AuditLog, std streams) error {
	if f.patient != "" && !strings.Contains(f.patient, "^^^&") {
		return usageError{"--patient is " + strconv.Quote(f.patient) + "; write ID^^^&OID&ISO, as the message did"}
	}
	filter := audit.Filter{Patient: f.patient, User: f.user, ByTime: true, Limit: f.limit}
	var err error
	if filter.From, err = auditTime("from", f.from); err != nil {
		return err
	}
	if filter.To, err = auditTime("to", f.to); err != nil {
		return err
	}
	if err := log.Use(ctx, strings.TrimSpace("list "+f.patient+" "+f.user)); err != nil {
		return err
	}
	return log.Records(ctx, &filter, func(r *audit.Record) error { return f.print(r, std) })
}

// print shows one record in a line.
func (f *auditFlags) print(r *audit.Record, std streams) error {
	if f.json {
		line := struct {
			Chain            audit.ChainID
			Record           int64
			Hash             audit.Hash
			Pruned           bool          `json:",omitempty"`
			Patient, User    string        `json:",omitempty"`
			EmergencyAccess  bool          `json:",omitempty"`
			Time, Class      string        `json:",omitempty"`
			Event, EventType string        `json:",omitempty"`
			Message          *audit.Parsed `json:",omitempty"`
		}{Chain: r.Chain, Record: r.Seq, Hash: r.Hash, Pruned: r.Pruned, Patient: r.Patient, User: r.User, EmergencyAccess: r.Emergency(),
			Time: r.Time.Format(time.RFC3339Nano), Class: string(r.Class), Event: r.Event, EventType: r.Kinds}
		if !r.Pruned {
			var err error
			if line.Message, err = audit.Parse(r.XML); err != nil {
				return err
			}
		}
		encoder := json.NewEncoder(std.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(line)
	}
	pruned := ""
	if r.Pruned {
		pruned = "  (pruned)"
	}
	_, err := fmt.Fprintf(std.out, "%s  %s/%d  %s %s  %c  %d  %s  %s%s\n", r.Time.Format("2006-01-02T15:04:05.000Z"), r.Chain, r.Seq,
		r.Event, strings.ReplaceAll(r.Kinds, " ", "+"), r.Action, r.Outcome, dash(r.Patient), dash(r.User), pruned)
	return err
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (f *auditFlags) show(ctx context.Context, log *server.AuditLog, place string, std streams) error {
	chain, number, _ := strings.Cut(place, "/")
	id, err := audit.ParseChainID(chain)
	seq, numberErr := strconv.ParseInt(number, 10, 64)
	if errors.Join(err, numberErr) != nil || id == 0 || seq < 1 {
		return usageError{place + " is not CHAIN/RECORD as list shows it"}
	}
	if err := log.Use(ctx, "show "+place); err != nil {
		return err
	}
	found := false
	err = log.Records(ctx, &audit.Filter{Chain: id, Seq: seq}, func(r *audit.Record) error {
		found = true
		if f.json || r.Pruned {
			return f.print(r, std)
		}
		_, err := fmt.Fprintf(std.out, "%s\n", r.XML)
		return err
	})
	if err == nil && !found {
		fmt.Fprintf(std.err, "liasse audit: there is no record %s\n", place)
		return errFailed
	}
	return err
}

func (f *auditFlags) prune(ctx context.Context, log *server.AuditLog, std streams) error {
	before, err := auditTime("before", f.before)
	if err != nil {
		return err
	}
	class := audit.Class(f.class)
	if before.IsZero() || class != audit.Access && class != audit.Security {
		return usageError{"prune needs --before TIME and --class access or security"}
	}
	if before.After(time.Now()) {
		return usageError{"--before lies in the future"}
	}
	n, err := log.Prune(ctx, audit.Prune{Class: class, Before: before})
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%d messages pruned\n", n)
	return nil
}
