package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"liasse/internal/postgrestest"
	"liasse/registry"
	"liasse/registry/sqlstore"
	"liasse/registry/storetest"
)

// opener opens one store for each test, and the same one again when the test asks again.
func opener(config func(t *testing.T) sqlstore.Config) func(t *testing.T) registry.Store {
	known := make(map[*testing.T]sqlstore.Config)
	return func(t *testing.T) registry.Store {
		t.Helper()
		cfg, ok := known[t]
		if !ok {
			cfg = config(t)
			known[t] = cfg
		}
		return openStore(t, cfg)
	}
}

func openStore(t testing.TB, cfg sqlstore.Config) *sqlstore.Store {
	t.Helper()
	cfg.Log = zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel)
	s, err := sqlstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func sqliteConfig(t testing.TB) sqlstore.Config {
	return sqlstore.Config{Path: filepath.Join(t.TempDir(), "registry.db")}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opener(func(t *testing.T) sqlstore.Config { return sqliteConfig(t) }))
}

func TestPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a PostgreSQL server through its paces")
	}
	t.Parallel() // it waits for the disk more than it computes
	server := postgrestest.Start(t)
	storetest.Run(t, opener(func(t *testing.T) sqlstore.Config {
		return sqlstore.Config{Driver: "postgres", DSN: server.Database(t)}
	}))
}
