package registry_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/registry/sqlstore"
)

const (
	feedAuthority = "1.3.6.1.4.1.21367.13.20.1000"
	feedSecond    = "1.3.6.1.4.1.21367.13.20.2000"
	feedForeign   = "1.2.3.4.5"
)

// feedClock is the time of every acknowledgement.
var feedClock = time.Date(2026, 1, 12, 8, 30, 0, 0, time.UTC)

// newFeedRegistry makes a registry of two assigning authorities on a store of its own.
func newFeedRegistry(t *testing.T, change func(*registry.Config)) (*registry.Registry, registry.Store) {
	t.Helper()
	store, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "registry.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := registry.Config{
		Store: store, Affinity: registry.Affinity{AssigningAuthorities: []string{feedAuthority, feedSecond}},
		Now: func() time.Time { return feedClock },
	}
	if change != nil {
		change(&cfg)
	}
	r, err := registry.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r, store
}

// feedCX is an identifier of the first authority.
func feedCX(id string) string { return id + "^^^&" + feedAuthority + "&ISO" }

// feedSurvivor tells under which identifier a patient is now known, empty when unknown.
func feedSurvivor(t feedFatal, store registry.Store, feedCX string) string {
	found := ""
	err := store.View(context.Background(), func(r registry.Reader) error {
		p, err := r.Patient(context.Background(), feedCX)
		if p != nil {
			found = p.Survivor
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

type feedFatal interface{ Fatal(...any) }

func TestAddPatient(t *testing.T) {
	r, store := newFeedRegistry(t, nil)
	ctx := context.Background()
	for range 2 {
		if err := r.AddPatient(ctx, feedCX("1")+"^"); err != nil {
			t.Fatal(err)
		}
	}
	if got := feedSurvivor(t, store, feedCX("1")); got != feedCX("1") {
		t.Errorf("known as %q", got)
	}
	var form *registry.FormatError
	if err := r.AddPatient(ctx, "1^^^x"); !errors.As(err, &form) {
		t.Errorf("a CX that is none: %v", err)
	}
	if err := r.AddPatient(ctx, "1^^^&"+feedForeign+"&ISO"); !errors.Is(err, registry.ErrForeignPatient) {
		t.Errorf("another authority: %v", err)
	}
	if err := r.AddPatient(ctx, feedCX("2")); err != nil {
		t.Fatal(err)
	}
	a := feedSpeak(t, r)
	if ack := a.say(t, feedADT("A40", "PID|1||"+feedCX("2")+"\rMRG|"+feedCX("1"))); ack.code != "AA" {
		t.Fatalf("%q", ack.raw)
	}
	if err := r.AddPatient(ctx, feedCX("1")); !errors.Is(err, registry.ErrMergedPatient) || !strings.Contains(err.Error(), feedCX("2")) {
		t.Errorf("a merged identifier: %v", err)
	}
}

// TestMergesLikeTheModel runs random feeds against a map from each identifier to the one it was merged into.
func TestMergesLikeTheModel(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of commits")
	}
	r, store := newFeedRegistry(t, nil)
	a := feedSpeak(t, r)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		into := make(map[string]string) // an active identifier leads to itself
		id := rapid.Map(rapid.IntRange(1, 5), func(n int) string { return feedCX(fmt.Sprintf("r%d-%d", run, n)) })
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			feedOne := id.Draw(rt, "one")
			if rapid.Bool().Draw(rt, "admission") {
				ack := a.say(rt, feedADT("A01", "PID|1||"+feedOne))
				if feedMerged := into[feedOne] != "" && into[feedOne] != feedOne; feedMerged != (ack.code == "AE") {
					rt.Fatalf("admitting %s: %q", feedOne, ack.raw)
				}
				if into[feedOne] == "" {
					into[feedOne] = feedOne
				}
			} else {
				feedOther := id.Draw(rt, "other")
				ack := a.say(rt, feedADT("A40", "PID|1||"+feedOne+"\rMRG|"+feedOther))
				allowed := feedOne != feedOther && into[feedOne] == feedOne && into[feedOther] == feedOther
				if allowed != (ack.code == "AA") {
					rt.Fatalf("merging %s into %s: %q", feedOther, feedOne, ack.raw)
				}
				if allowed {
					for k, v := range into {
						if v == feedOther {
							into[k] = feedOne
						}
					}
				}
			}
			for k, v := range into {
				if got := feedSurvivor(rt, store, k); got != v {
					rt.Fatalf("%s is known as %q instead of %q", k, got, v)
				}
			}
		}
	})
}

// TestFeedIsWhole has the second of two merges of one message refused: the first is not done either.
func TestFeedIsWhole(t *testing.T) {
	r, store := newFeedRegistry(t, nil)
	a := feedSpeak(t, r)
	for _, id := range []string{"1", "2", "3"} {
		if err := r.AddPatient(context.Background(), feedCX(id)); err != nil {
			t.Fatal(err)
		}
	}
	ack := a.say(t, feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"+feedCX("2")+"\rPID|2||"+feedCX("3")+"\rMRG|"+feedCX("9")))
	if ack.code != "AE" || !slices.Equal(ack.rules, []string{"PIX-016"}) {
		t.Errorf("%q", ack.raw)
	}
	if got := feedSurvivor(t, store, feedCX("2")); got != feedCX("2") {
		t.Errorf("2 was merged into %s", got)
	}
	if ack := a.say(t, feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"+feedCX("2")+"\rPID|2||"+feedCX("3")+"\rMRG|"+feedCX("1"))); ack.code != "AA" {
		t.Errorf("%q", ack.raw)
	}
	if got := feedSurvivor(t, store, feedCX("2")); got != feedCX("3") {
		t.Errorf("2 is known as %s", got)
	}
}

// feedFailing is a store that cannot be written now.
type feedFailing struct {
	registry.Store
	err error
}

func (f feedFailing) Submit(context.Context, func(registry.Tx) error) error { return f.err }

func TestFeedOutage(t *testing.T) {
	for _, c := range []struct {
		err  error
		says string
	}{
		{registry.ErrBusy, "[OPS-010] Le registre est occupé et n'a rien pris. Renvoyer le même message"},
		{fmt.Errorf("writing: %w", registry.ErrOutOfSpace), "[OPS-011] Le registre n'a plus de place"},
		{registry.ErrUnavailable, "[OPS-012] Le registre ou sa base"},
		{registry.ErrOutcomeUnknown, "enregistré : c'était transmis, et aucune réponse n'est venue. Renvoyer le même message"},
		{errors.New("secret detail"), "[OPS-014] Le registre n'a pas pu traiter le message"},
	} {
		r, _ := newFeedRegistry(t, func(cfg *registry.Config) {
			cfg.Store = feedFailing{cfg.Store, c.err}
			cfg.Language = "fr"
		})
		ack := feedSpeak(t, r).say(t, feedADT("A01", "PID|1||"+feedCX("1")))
		if ack.code != "AE" || !slices.Equal(ack.codes, []string{"207"}) || !strings.Contains(ack.raw, c.says) || strings.Contains(ack.raw, "secret") {
			t.Errorf("%v: %q", c.err, ack.raw)
		}
		body := feedTell(t, r, feedAdded(feedII{feedAuthority, "1"}))
		if body.code != "CE" || !strings.Contains(body.raw, c.says) || strings.Contains(body.raw, "secret") {
			t.Errorf("%v: %s", c.err, body.raw)
		}
	}
}

// TestEveryFeedRuleHasAnExample holds the tables of both feeds to the catalogue.
func TestEveryFeedRuleHasAnExample(t *testing.T) {
	broken := make(map[string]bool)
	for _, c := range feedADTCases {
		broken[c.rule] = true
	}
	for _, c := range feedRegistrationCases {
		broken[c.rule] = true
	}
	for _, feedOne := range rule.All() {
		if strings.HasPrefix(feedOne.ID, "PIX-") && !broken[feedOne.ID] {
			t.Errorf("%s has no failing example", feedOne.ID)
		}
	}
}
