package hostile_test

import (
	"testing"

	"liasse/internal/server"
)

// strictTokens has tokens live shortly, so that both edges of their life can be met, and used once for what writes.
func strictTokens(c *server.Config) {
	c.VIHF.MaxAge, c.VIHF.Skew, c.VIHF.Replay = server.Duration(maxAge), server.Duration(skew), "writes"
}

// victim is the patient whose record an attacker is after.
var victim = patientCX("2700675111222")

// lotOf is a lot that nothing is wrong with, for the patient of the tables.
func (w *world) lotOf(who string) *lot {
	w.patient = patientCX("1790351215207")
	i := w.identity(who)
	w.secrets = append(w.secrets, encoded(i.sign.chain[0])[:60])
	return newLot(i, w.patient).seal()
}

// run sends tables of messages that carry one lot, none of which may leave a trace of it, and then that lot, which must be
// taken as new.
func (w *world) run(t *testing.T, l *lot, tables ...[]hostile) {
	t.Helper()
	for _, cases := range tables {
		w.table(t, cases)
	}
	w.accepts(t, l.message(newToken(l.by, w.patient)))
	w.searchLog(t)
	t.Logf("%v cases", w.sent)
}

func TestWrappedTokens(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	w.run(t, l, wrappedTokens(l, victim))
}

func TestTokenSignatures(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	w.run(t, l, signatureShapes(l), references(l), transformCases(l), algorithms(l))
}

func TestTokenKeys(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	w.run(t, l, keyPolicy(l), ecdsaValues(l), rsaValues(l), keyInfos(l), certificates(l))
}

func TestTokenClaims(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	w.run(t, l, clocks(l), audiences(l), companions(l), attributeCases(l), roleLies(l), misplaced(l), foreignNames(l), foreignPeers(l))
}
