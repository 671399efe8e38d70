package sqlstore_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// killedChild names the database that a child process of TestKill writes to.
const killedChild = "LIASSE_TEST_KILLED_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(killedChild); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// writeUntilKilled submits lots from many goroutines and prints "began" before and "stored" after each.
func writeUntilKilled(path string) error {
	s, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: path})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for client := range 32 {
		go func() {
			for {
				lot := storetest.Lot(2)
				set := lot.SubmissionSets[0].ID
				fmt.Fprintf(os.Stdout, "began %x\n", set[:])
				if err := submitRecorded(s, storetest.PatientID(client), lot); err != nil {
					failed <- err
					return
				}
				fmt.Fprintf(os.Stdout, "stored %x\n", set[:])
			}
		}()
	}
	return <-failed
}

// TestKill kills a process in the midst of its submissions, again and again on one database: every acknowledged lot is
// there whole, and of the others none is there in part.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for seconds")
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "registry.db")
	began := make(map[string]bool)
	for round := range 5 {
		for set, stored := range runAndKill(t, path, 300+100*round) {
			began[set] = stored
		}
		s := openStore(t, sqlstore.Config{Path: path})
		recorded := make(map[string]int)
		for _, user := range storetest.AuditUsers(t, s) {
			recorded[user]++
		}
		stored := 0
		for set, acknowledged := range began {
			if acknowledged {
				stored++
			}
			if whole := checkSet(t, s, set, acknowledged); recorded[set] > 1 || whole != (recorded[set] == 1) {
				t.Errorf("lot %s is there: %v; audit records: %d", set, whole, recorded[set])
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("round %d: %d lots begun, %d acknowledged", round, len(began), stored)
	}
}

// runAndKill runs a child until it has acknowledged that many lots and kills it. It gives the SubmissionSets begun, and
// whether each was acknowledged.
func runAndKill(t *testing.T, path string, lots int) map[string]bool {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killedChild+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(time.Minute, func() { _ = child.Process.Kill() })
	defer guard.Stop()
	sets := make(map[string]bool)
	acknowledged := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var word, set string
		if _, err := fmt.Sscan(lines.Text(), &word, &set); err != nil || len(set) != 32 {
			continue // the line that the kill cut
		}
		sets[set] = word == "stored"
		if word == "stored" {
			if acknowledged++; acknowledged == lots {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := child.Wait(); err == nil || acknowledged < lots {
		t.Fatalf("the child ended by itself after %d lots: %v", acknowledged, err)
	}
	return sets
}

// submitRecorded registers a lot with an audit record that names its SubmissionSet.
func submitRecorded(s registry.Store, cx string, lot *registry.Batch) error {
	ctx := context.Background()
	return s.Submit(ctx, func(tx registry.Tx) error {
		p, err := tx.AddPatient(ctx, cx)
		if err != nil {
			return err
		}
		storetest.SetPatient(lot, p.Key)
		if err := tx.Audit(ctx, storetest.AuditMessage(hex.EncodeToString(lot.SubmissionSets[0].ID[:]), cx)); err != nil {
			return err
		}
		return tx.Insert(ctx, lot)
	})
}

// checkSet tells whether a lot is there.
func checkSet(t *testing.T, s registry.Store, set string, acknowledged bool) bool {
	t.Helper()
	var id registry.UUID
	if _, err := hex.Decode(id[:], []byte(set)); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	sets, documents, links, contents := 0, 0, 0, 0
	err := s.View(ctx, func(r registry.Reader) error {
		ids, err := r.Identities(ctx, []registry.UUID{id})
		if err != nil {
			return err
		}
		sets = len(ids)
		var uniqueIDs []string
		err = r.Documents(ctx, &registry.DocumentFilter{MemberOf: []registry.UUID{id}}, func(d *registry.DocumentRecord) error {
			documents++
			uniqueIDs = append(uniqueIDs, d.UniqueID)
			return nil
		})
		if err != nil {
			return err
		}
		if err := r.Associations(ctx, &registry.AssociationFilter{Sources: []registry.UUID{id}}, func(*registry.AssociationRecord) error { links++; return nil }); err != nil {
			return err
		}
		found, err := r.Contents(ctx, uniqueIDs)
		contents = len(found)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	whole := sets == 1 && documents == 2 && links == 2 && contents == 2
	absent := sets+documents+links+contents == 0
	if acknowledged && !whole || !acknowledged && !whole && !absent {
		t.Errorf("lot %s, acknowledged %v: %d SubmissionSet, %d documents, %d associations, %d contents", set, acknowledged, sets, documents, links, contents)
	}
	return whole
}
