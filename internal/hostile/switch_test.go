package hostile_test

import (
	"crypto"
	"path/filepath"
	"testing"

	"liasse/internal/server"
)

// SIG-19 with the switch for software of 2019: SHA-1 is taken, and nothing else that is weak.
func TestSHA1Switch(t *testing.T) {
	w := start(t, pkiDir, func(c *server.Config) {
		strictTokens(c)
		c.Rules = map[string]string{"VIHF-015": "warning", "LOT-034": "warning"}
	})
	l := w.lotOf("medecin")
	sha1 := func(s *signing) {
		s.method, s.hash, s.digestMethod, s.digestHash = dsSpace+"rsa-sha1", crypto.SHA1, dsSpace+"sha1", crypto.SHA1
	}
	t.Run("a token and a lot with SHA-1", func(t *testing.T) {
		lot := newLot(l.by, w.patient)
		token := newToken(l.by, w.patient)
		sha1(token.signed)
		sha1(lot.lotSign.signing)
		w.accepts(t, lot.message(token))
	})
	w.run(t, l, []hostile{
		signatureCase(l, "SIG-19 rsa-md5 beside SHA-1", badAlgorithm, "VIHF-014", func(s *signing) { s.method, s.hash = moreSpace+"rsa-md5", crypto.MD5 }),
		signatureCase(l, "SIG-19 ecdsa-sha1 beside SHA-1", badAlgorithm, "VIHF-014", func(s *signing) { s.method, s.hash = moreSpace+"ecdsa-sha1", crypto.SHA1 }),
		signatureCase(l, "SIG-19 digest md5 beside SHA-1", badAlgorithm, "VIHF-014", func(s *signing) { s.digestMethod, s.digestHash = moreSpace+"md5", crypto.MD5 }),
		signatureCase(l, "SIG-18 hmac-sha1 beside SHA-1", badAlgorithm, "VIHF-014", func(s *signing) {
			s.method, s.signer = dsSpace+"hmac-sha1", func([]byte) []byte { return make([]byte, 20) }
		}),
		tokenCase(l, "SIG-14 the SHA-1 of nothing", notSigned, "VIHF-019", func(_ *world, t *token) {
			sha1(t.signed)
			t.canonical = func(string) string { return "" }
		}),
		tokenCase(l, "SIG-09 content changed under SHA-1", notSigned, "VIHF-019", func(_ *world, t *token) {
			sha1(t.signed)
			t.after = func(s string) string { return swap(s, `code="normal"`, `code="bris_de_glace"`) }
		}),
		issued(l, "SIG-26 a certificate signed with SHA-1, beside SHA-1", badKey, "VIHF-032", func(w *world) *pair { return w.identity("faute-jeton-sha1").sign }),
	})
}

// What everything else stands on is not lowered: a server with such a configuration does not start.
func TestNothingFirmIsLowered(t *testing.T) {
	for _, id := range []string{"VIHF-001", "VIHF-003", "VIHF-010", "VIHF-019", "VIHF-020", "VIHF-026", "VIHF-028", "VIHF-030", "LOT-040", "LOT-041", "VIHF-017", "VIHF-031", "DMP-001", "DMP-002"} {
		t.Run(id, func(t *testing.T) {
			cfg, err := server.LoadConfig(filepath.Join(pkiDir, "liasse.toml"))
			if err != nil {
				t.Fatal(err)
			}
			cfg.Dir, cfg.Listen, cfg.AdminListen = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
			cfg.Rules = map[string]string{id: "warning"}
			if srv, err := server.Start(t.Context(), cfg, &logBuffer{}); err == nil {
				t.Error("the server started")
				must(srv.Close())
			}
		})
	}
}
