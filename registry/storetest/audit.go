package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"liasse/internal/audit"
	"liasse/registry"
)

// auditSource reports the records of the suite.
var auditSource = &audit.Source{ID: "suite", Host: "localhost", Process: "1"}

// AuditMessage makes a record that its User tells from others, about a patient.
func AuditMessage(user, cx string) audit.Message {
	e := &audit.Event{Source: auditSource, Time: time.Now(), Transaction: "ITI-18", Endpoint: "http://localhost/", Peer: audit.Peer{Address: "192.0.2.1"},
		Human: &audit.Human{ID: user, Name: "Test", Issuer: "suite"}}
	e.AddPatient(cx)
	e.SetQuery("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "", []byte("<q/>"))
	return e.Messages(audit.Success, "")[0]
}

// AuditUsers gives the User of every record but openings, chain by chain, after it has verified the chains.
func AuditUsers(t testing.TB, s registry.Store) []string {
	t.Helper()
	if _, err := audit.Verify(context.Background(), s); err != nil {
		t.Fatalf("verifying the audit records: %v", err)
	}
	return usersOf(t, s, &audit.Filter{})
}

func usersOf(t testing.TB, s registry.Store, f *audit.Filter) []string {
	t.Helper()
	var users []string
	err := s.Records(context.Background(), f, func(r *audit.Record) error {
		if !r.Has(audit.RecordingStarted) {
			users = append(users, r.User)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return users
}

// testAudit holds the store to keeping records in the order of their commits, with their transactions or not at all.
func testAudit(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	ctx := context.Background()
	one, two := PatientID(1), PatientID(2)
	if err := s.Audit(ctx, AuditMessage("first", one), AuditMessage("second", two)); err != nil {
		t.Fatal(err)
	}
	submit(t, s, func(tx registry.Tx) error {
		if err := insertFor(tx, one, Lot(1)); err != nil {
			return err
		}
		return tx.Audit(ctx, AuditMessage("third", one))
	})
	for name, change := range map[string]func(registry.Tx) error{
		"refused": func(tx registry.Tx) error {
			return errors.Join(tx.Audit(ctx, AuditMessage("refused", one)), errRefused)
		},
		"refused late": func(tx registry.Tx) error {
			return errors.Join(tx.Audit(ctx, AuditMessage("refused", one)), insertFor(tx, one, Lot(1)), errRefused)
		},
	} {
		if err := s.Submit(ctx, change); !errors.Is(err, errRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Submit(ctx, func(tx registry.Tx) error {
		_ = tx.Audit(ctx, AuditMessage("panicked", one))
		panic("on purpose")
	}); err == nil {
		t.Error("a panic is no error")
	}
	if users := AuditUsers(t, s); !slices.Equal(users, []string{"first", "second", "third"}) {
		t.Errorf("the records are %v", users)
	}
	now := time.Now()
	for _, c := range []struct {
		filter audit.Filter
		want   []string
	}{
		{audit.Filter{Patient: one}, []string{"first", "third"}},
		{audit.Filter{User: "second"}, []string{"second"}},
		{audit.Filter{Patient: two, User: "first"}, nil},
		{audit.Filter{From: now.Add(-time.Hour), To: now.Add(time.Hour), ByTime: true}, []string{"first", "second", "third"}},
		{audit.Filter{From: now.Add(time.Hour)}, nil},
		{audit.Filter{To: now.Add(-time.Hour)}, nil},
		{audit.Filter{Limit: 2}, []string{"first"}}, // after the opening
		{audit.Filter{Seq: 2}, []string{"first"}},
	} {
		if users := usersOf(t, s, &c.filter); !slices.Equal(users, c.want) {
			t.Errorf("%+v gives %v, want %v", c.filter, users, c.want)
		}
	}
}

// testAuditTogether records from many sides at once, part of it with submissions that are refused: what was acknowledged is
// there once, in an unbroken chain, and nothing else is.
func testAuditTogether(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	ctx := context.Background()
	const clients, each = 16, 12
	var mu sync.Mutex
	var want []string
	acknowledged := func(user string) {
		mu.Lock()
		defer mu.Unlock()
		want = append(want, user)
	}
	var wait sync.WaitGroup
	for client := range clients {
		wait.Go(func() {
			cx := PatientID(client % 4)
			for i := range each {
				user := fmt.Sprintf("%d/%d", client, i)
				var err error
				switch i % 4 {
				case 0, 1:
					err = s.Audit(ctx, AuditMessage(user, cx))
				case 2:
					err = s.Submit(ctx, func(tx registry.Tx) error {
						return errors.Join(insertFor(tx, cx, Lot(1)), tx.Audit(ctx, AuditMessage(user, cx)))
					})
				case 3:
					err = s.Submit(ctx, func(tx registry.Tx) error {
						return errors.Join(tx.Audit(ctx, AuditMessage("refused", cx)), insertFor(tx, cx, Lot(1)), errRefused)
					})
				}
				switch {
				case err == nil:
					acknowledged(user)
				case !errors.Is(err, errRefused):
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	got := AuditUsers(t, s)
	last := make(map[string]int)
	for _, user := range got {
		var client string
		var i int
		if _, err := fmt.Sscanf(user, "%d/%d", new(int), &i); err != nil {
			t.Fatalf("a record of %q", user)
		}
		client = user[:len(user)-len(strconv.Itoa(i))-1]
		if before, some := last[client]; some && before >= i {
			t.Errorf("%s was committed before %s/%d and comes after it", user, client, before)
		}
		last[client] = i
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d records, %d acknowledged", len(got), len(want))
	}
}

// testAuditReopened begins another chain with each run, which names how the one before ended.
func testAuditReopened(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	for run := range 3 {
		if err := s.Audit(context.Background(), AuditMessage(strconv.Itoa(run), PatientID(1))); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t)
	}
	if users := AuditUsers(t, s); !slices.Equal(users, []string{"0", "1", "2"}) {
		t.Errorf("the records are %v", users)
	}
	verified, err := audit.Verify(context.Background(), s)
	if err != nil || verified.Chains != 3 || verified.Records != 6 {
		t.Errorf("verified %+v, %v", verified, err)
	}
}

// testTokens lets a token be used once, whoever comes first.
func testTokens(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	ctx := context.Background()
	expires := time.Now().Add(time.Hour)
	firsts := make(chan bool, 8)
	var wait sync.WaitGroup
	for range cap(firsts) {
		wait.Go(func() {
			first, err := s.UseToken(ctx, "_one", expires)
			if err != nil {
				t.Error(err)
			}
			firsts <- first
		})
	}
	wait.Wait()
	close(firsts)
	won := 0
	for first := range firsts {
		if first {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d uses of one token were the first", won)
	}
	if first, err := s.UseToken(ctx, "_two", expires); !first || err != nil {
		t.Errorf("another token: %v, %v", first, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t)
	if first, err := s.UseToken(ctx, "_two", expires); first || err != nil {
		t.Errorf("a token that was used before the store was opened again: %v, %v", first, err)
	}
}
