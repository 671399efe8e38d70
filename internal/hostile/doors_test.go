package hostile_test

import (
	"strings"
	"testing"
)

// SAML-15 at every door: what is not ITI-41 asks for a token as well, and what would change or read the record beside the
// three transactions is not there.
func TestDoors(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	stored := newLot(l.by, w.patient)
	w.accepts(t, stored.message(newToken(l.by, w.patient)))
	asks := map[string]message{
		"ITI-18": {identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient)},
		"ITI-43": {identity: l.by, action: retrieveAction, body: retrieve("1.3.6.1.4.1.21367.13.20.1100", stored.entries[0].uniqueID)},
	}
	var cases []hostile
	for _, name := range sortedKeys(asks) {
		ask := func(label, codes, rules string, change func(w *world, m *message, t *token)) {
			cases = append(cases, hostile{name: "SAML-15 " + name + " " + label, codes: codes, rules: rules, make: func(w *world) *message {
				m := asks[name]
				t := newToken(l.by, w.patient)
				change(w, &m, t)
				if m.security == "" {
					m.security = security(t.text())
				}
				return &m
			}})
		}
		ask("without a Security block", badStructure, "VIHF-001", func(_ *world, m *message, _ *token) { m.security = "<!-- -->" })
		ask("without a token", badStructure, "VIHF-001", func(_ *world, m *message, _ *token) { m.security = security("") })
		ask("without a signature", notSigned, "VIHF-010", func(_ *world, _ *message, t *token) { t.after = withoutSignature })
		ask("with the token of another connection", notAuthentic, "VIHF-105", func(w *world, m *message, t *token) {
			m.security = security(newToken(w.identity("autre-medecin"), w.patient).text())
		})
		ask("with the token changed", notSigned, "VIHF-019", func(w *world, _ *message, t *token) {
			t.after = func(s string) string { return swap(s, escaped(w.patient), escaped(victim)) }
		})
		ask("with a token of the wrong card", badKey, "VIHF-028", func(_ *world, _ *message, t *token) { t.signed = sign(l.by.auth) })
		ask("with an old token", expired, "VIHF-044", func(_ *world, _ *message, t *token) { t.instant = "2026-01-01T00:00:00Z" })
		ask("with a token for somewhere else", notAuthentic, "VIHF-071", func(_ *world, _ *message, t *token) { t.set("Ressource_URN", "urn:insi") })
	}
	const unsupported = "Sender/ActionNotSupported Sender/InvalidAddressingHeader/ActionMismatch"
	for name, action := range map[string]string{
		"ITI-42": "urn:ihe:iti:2007:RegisterDocumentSet-b", "ITI-57": "urn:ihe:iti:2010:UpdateDocumentSet", "ITI-61": "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry",
		"ITI-62": "urn:ihe:iti:2010:DeleteDocumentSet", "ITI-51": "urn:ihe:iti:2009:MultiPatientStoredQuery", "ITI-44": "urn:hl7-org:v3:PRPA_IN201301UV02",
		"ITI-86": "urn:ihe:iti:2017:RemoveDocuments", "ITI-92": "urn:ihe:iti:2018:RestrictedUpdateDocumentSet",
	} {
		for _, registry := range []bool{true, false} {
			where := "at the repository"
			if registry {
				where = "at the registry"
			}
			cases = append(cases, hostile{name: "SAML-15 " + name + " " + where, codes: unsupported, make: func(w *world) *message {
				m := newLot(l.by, w.patient).message(newToken(l.by, w.patient))
				m.action, m.registry = action, registry
				_, inner, _ := between(m.body, `<lcm:SubmitObjectsRequest `, `</lcm:SubmitObjectsRequest>`)
				m.body = inner
				return m
			}})
		}
	}
	w.table(t, cases)
	t.Run("SAML-13 an access by breaking the glass is recorded as one", func(t *testing.T) {
		token := newToken(l.by, w.patient)
		token.set(purposeAttribute, coded("PurposeOfUse", "bris_de_glace", purposes, "mode acces VIHF 1.0", "Bris de glace"))
		m := asks["ITI-18"]
		m.security = security(token.text())
		w.accepts(t, &m)
		var emergencies int
		if err := w.db.QueryRow("SELECT count(*) FROM audit WHERE instr(message, '110127') > 0").Scan(&emergencies); err != nil {
			t.Fatal(err)
		}
		if emergencies != 1 {
			t.Errorf("%d records tell of an emergency", emergencies)
		}
	})
	t.Run("SIG-35 the signature is nobody's to see", func(t *testing.T) {
		m := asks["ITI-18"]
		m.security = security(newToken(l.by, w.patient).text())
		a := w.accepts(t, &m)
		if strings.Contains(a.body, stored.signatureID) || !strings.Contains(a.body, stored.entries[0].uniqueID) {
			t.Errorf("answered %.2000s", a.body)
		}
	})
	w.run(t, l)
}
