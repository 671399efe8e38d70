package registry_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"liasse/registry"
	"liasse/registry/sqlstore"
)

// TestNamespaceStandsForItsAuthority feeds and merges patients whose assigning authority is given by its namespace id, as
// most senders of HL7 v2 do.
func TestNamespaceStandsForItsAuthority(t *testing.T) {
	r, store := newFeedRegistry(t, func(cfg *registry.Config) {
		cfg.Affinity.Namespaces = map[string]string{"HOSP": feedAuthority, "CLINIC": feedSecond}
	})
	s := feedSpeak(t, r)
	for _, c := range []struct{ name, message, answer, rule string }{
		{"a name alone", feedADT("A01", "PID|1||N1^^^HOSP"), "AA", ""},
		{"a name with empty components", feedADT("A04", "PID|1||N2^^^HOSP&&"), "AA", ""},
		{"the name beside the OID", feedADT("A01", "PID|1||N3^^^HOSP&"+feedAuthority+"&ISO"), "AA", ""},
		{"the same patient by both", feedADT("A01", "PID|1||N4^^^HOSP~"+feedCX("N4")), "AA", ""},
		{"a name that nobody configured", feedADT("A01", "PID|1||N5^^^OTHER"), "AA", "PIX-012"},
		{"a name in other letters", feedADT("A01", "PID|1||N6^^^hosp"), "AA", "PIX-012"},
		{"a name with the OID of a stranger", feedADT("A01", "PID|1||N7^^^HOSP&1.2.3.4&ISO"), "AA", "PIX-012"},
		{"a merge by names, one side said twice", feedADT("A40", "PID|1||N2^^^HOSP~"+feedCX("N2")+"\rMRG|N1^^^HOSP"), "AA", ""},
		{"a merge across names", feedADT("A40", "PID|1||N2^^^HOSP\rMRG|N4^^^CLINIC"), "AE", "PIX-014"},
	} {
		ack := s.say(t, c.message)
		if ack.code != c.answer || c.rule != "" && !slices.Contains(ack.rules, c.rule) || c.rule == "" && len(ack.rules) > 0 {
			t.Errorf("%s: %s", c.name, ack.raw)
		}
	}
	for id, want := range map[string]string{
		"N1": feedCX("N2"), "N2": feedCX("N2"), "N3": feedCX("N3"), "N4": feedCX("N4"), "N5": "", "N6": "", "N7": "",
	} {
		if got := feedSurvivor(t, store, feedCX(id)); got != want {
			t.Errorf("%s is known as %q", id, got)
		}
	}
}

// TestNamespaceOfNoAuthorityIsRefused holds the configuration to the affinity domain.
func TestNamespaceOfNoAuthorityIsRefused(t *testing.T) {
	store, err := sqlstore.Open(context.Background(), sqlstore.Config{Path: filepath.Join(t.TempDir(), "registry.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, names := range []map[string]string{{"HOSP": "1.2.3.4"}, {"": feedAuthority}} {
		_, err := registry.New(registry.Config{Store: store, Affinity: registry.Affinity{AssigningAuthorities: []string{feedAuthority}, Namespaces: names}})
		if err == nil || !strings.Contains(err.Error(), "namespace") {
			t.Errorf("%v: %v", names, err)
		}
	}
}
