package hostile_test

import (
	"strings"
	"sync"
	"testing"

	"liasse/internal/server"
)

// SAML-01: a token is used once for what writes.
func TestReplay(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	token := newToken(l.by, w.patient).text()
	again := func(l *lot) *message {
		m := l.message(nil)
		m.security = security(token)
		return m
	}
	first := again(l)
	w.accepts(t, first)
	other := newLot(l.by, w.patient)
	replay := func(name string, make func(w *world) *message) hostile {
		return hostile{name: "SAML-01 " + name, codes: notAuthentic, rules: "VIHF-112", make: make}
	}
	w.table(t, []hostile{
		replay("the same bytes again", func(*world) *message { return first }),
		replay("with another lot", func(*world) *message { return again(other) }),
		replay("with prefixes of the message changed", func(*world) *message {
			m := again(newLot(l.by, w.patient))
			m.security = strings.NewReplacer("<wsse:", "<w:", "</wsse:", "</w:", "xmlns:wsse=", "xmlns:w=").Replace(m.security)
			return m
		}),
		replay("with blanks around it", func(*world) *message {
			m := again(newLot(l.by, w.patient))
			m.security = strings.Replace(security("\n"+token+"\n"), "xmlns", "\n xmlns", 1)
			return m
		}),
		replay("with its ID signed anew", func(w *world) *message {
			t := newToken(l.by, w.patient)
			_, rest, _ := strings.Cut(token, ` ID="`)
			t.id, _, _ = strings.Cut(rest, `"`)
			return newLot(l.by, w.patient).message(t)
		}),
	})
	w.accepts(t, other.message(newToken(l.by, w.patient)))
	t.Run("SAML-01 a token that was refused is not used up", func(t *testing.T) {
		l := newLot(l.by, w.patient)
		refused := l.message(newToken(l.by, w.patient))
		refused.identity = w.identity("autre-medecin")
		a, err := w.send(refused)
		if err != nil || a.accepted() {
			t.Fatal("the connection of another was accepted", err)
		}
		refused.identity = l.by
		w.accepts(t, refused)
	})
	t.Run("SAML-01 a read does not use a token up", func(t *testing.T) {
		m := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(token)}
		w.accepts(t, m)
		w.accepts(t, m)
	})
	t.Run("SAML-01 one of 40 at once", func(t *testing.T) { w.race(t, l.by) })
}

// race sends one token with 40 lots at once: exactly one is accepted.
func (w *world) race(t *testing.T, i *identity) {
	const racers = 40
	token := security(newToken(i, w.patient).text())
	answers := make([]answer, racers)
	failures := make([]error, racers)
	var all sync.WaitGroup
	client := w.client(i.auth)
	for n := range racers {
		m := newLot(i, w.patient).message(nil)
		m.security = token
		mediaType, body := m.content()
		all.Go(func() { answers[n], failures[n] = w.post(client, m, mediaType, body) })
	}
	all.Wait()
	accepted, refused := 0, 0
	for n, a := range answers {
		switch codes, rules := a.read(); {
		case failures[n] != nil:
			t.Error(failures[n])
		case a.accepted():
			accepted++
		case codes == notAuthentic && rules[0] == "VIHF-112":
			refused++
		case a.status == 503: // more at once than one address may send
			refused++
		default:
			t.Errorf("answered %d %s %q", a.status, codes, rules)
		}
	}
	if accepted != 1 || refused != racers-1 {
		t.Errorf("%d were accepted and %d refused", accepted, refused)
	}
}

// SAML-01: what was used before a restart is used after it.
func TestReplayAfterRestart(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	l := w.lotOf("medecin")
	token := newToken(l.by, w.patient).text()
	m := l.message(nil)
	m.security = security(token)
	w.accepts(t, m)
	w.restart(t, strictTokens)
	second := newLot(l.by, w.patient).message(nil)
	second.security = m.security
	w.table(t, []hostile{{name: "SAML-01 a token used before a restart", codes: notAuthentic, rules: "VIHF-112", make: func(*world) *message { return second }}})
}

// SAML-01 with replay = "all": reads use a token up too.
func TestReplayOfReads(t *testing.T) {
	w := start(t, pkiDir, func(c *server.Config) { c.VIHF.Replay = "all" })
	l := w.lotOf("medecin")
	m := &message{identity: l.by, action: queryAction, registry: true, body: findDocuments(w.patient), security: security(newToken(l.by, w.patient).text())}
	w.accepts(t, m)
	w.table(t, []hostile{{name: "SAML-01 a query again", codes: notAuthentic, rules: "VIHF-112", make: func(*world) *message { return m }}})
}
