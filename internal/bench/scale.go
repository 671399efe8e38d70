package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/registry/sqlstore"
)

// ScalePoint is the cost of FindDocuments among a number of entries.
type ScalePoint struct {
	Entries  int
	CPU, P50 time.Duration
}

// entriesPerPatient is how many entries each patient of the scale test has.
const entriesPerPatient = 10

// scale compares FindDocuments of a patient with ten entries in a registry of ten thousand entries with the same in one
// of as many as the options ask for. The registry is filled through the program's own submission rules and store.
func (b *run) scale(ctx context.Context) error {
	filled := 0
	for _, entries := range []int{10_000, b.opt.Entries} {
		b.say("filling the registry to %s entries…", thousands(entries))
		if err := b.fillRegistry(ctx, filled/entriesPerPatient, entries/entriesPerPatient); err != nil {
			return fmt.Errorf("filling the registry: %w", err)
		}
		filled = entries
		point, err := b.scalePoint(ctx, entries)
		if err != nil {
			return err
		}
		b.report.Scale = append(b.report.Scale, *point)
	}
	return nil
}

func (b *run) scalePoint(ctx context.Context, entries int) (point *ScalePoint, err error) {
	server, err := b.start(ctx, "scale")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	patients := entries / entriesPerPatient
	load, err := drive(ctx, server, b.as, 1, 6000, func(n int) (request, error) {
		// A step that is prime to the number of patients visits them all, far from each other.
		body, err := b.as.query(n, n*7919%patients)
		return request{url: server.registry, contentType: simpleContentType, body: body, want: []byte(success), bytes: entriesPerPatient * 3000}, err
	})
	if err != nil {
		return nil, fmt.Errorf("finding among %d entries: %w", entries, err)
	}
	return &ScalePoint{Entries: entries, CPU: load.CPU, P50: load.P50}, nil
}

// fillRegistry registers ten entries for each of the patients of a range of numbers.
func (b *run) fillRegistry(ctx context.Context, from, to int) (err error) {
	dir := filepath.Join(b.opt.Dir, "scale", "registry") // where serve --dir expects its database
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	store, err := sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(dir, "registry.db")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	reg, err := registry.New(registry.Config{Store: store, Affinity: registry.Affinity{AssigningAuthorities: []string{authority}, AnyPatient: true}})
	if err != nil {
		return err
	}
	const workers = 32
	var next atomic.Int64
	next.Store(int64(from))
	failures := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for failures[w] == nil {
				patient := int(next.Add(1) - 1)
				if patient >= to {
					return
				}
				failures[w] = register(ctx, reg, b.as.registration(b.id+"3", patient, patient, entriesPerPatient))
			}
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

func register(ctx context.Context, reg *registry.Registry, message []byte) error {
	document, err := xmltree.Parse(message, xmltree.SOAPLimits)
	if err != nil {
		return fmt.Errorf("reading a registration: %w", err)
	}
	defer document.Release()
	var report rule.Report
	if err := reg.Register(ctx, registry.ReadSubmission(document.Root(), &report), &report, nil); err != nil {
		return fmt.Errorf("registering: %w", err)
	}
	if report.Failed() {
		return fmt.Errorf("a registration was refused: %s", report.Findings[0].Sentence("en"))
	}
	return nil
}
