package postgrestest

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestServerAnswersAndLeavesNothing(t *testing.T) {
	var dir string
	t.Run("while it runs", func(t *testing.T) {
		s := Start(t)
		dir = s.dir
		first, second := s.Database(t), s.Database(t)
		if first == second {
			t.Fatalf("two databases share the connection string %q", first)
		}
		conn, err := pgx.Connect(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		var fsync string
		if err := conn.QueryRow(t.Context(), "SHOW fsync").Scan(&fsync); err != nil {
			t.Fatal(err)
		}
		if fsync != "on" {
			t.Errorf("fsync is %s: durability would not be tested", fsync)
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if dir == "" {
		t.Skip("no server was started")
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the server's folder is still there: %v", err)
	}
}
