package audit

import (
	"net/url"
	"time"
)

// AddExport enters that the lot of this event was sent on to a registry elsewhere, and what became of it there: a record of
// its own, for this server is then the source (ITI TF-2 3.42.5.1).
func (e *Event) AddExport(to string, at time.Time, outcome Outcome, reason string) {
	if e == nil {
		return
	}
	code := transactionCode("ITI-42")
	cx := e.theOnePatient()
	w := writer{b: make([]byte, 0, 2048)}
	w.begin(at, EventExport, []Code{code}, Read, outcome, reason)
	w.participant(&participant{user: e.Endpoint, alternative: e.Source.Process, network: e.Source.Host, requestor: true, roles: []Code{roleSource}})
	w.participant(&participant{user: to, network: nameIn(to), roles: []Code{roleDestination}})
	e.person(&w)
	w.source(e.Source)
	if cx != "" {
		w.object(&object{id: cx, kind: 1, role: 1, idType: idPatient})
	}
	for _, set := range e.sets {
		w.object(&object{id: set, kind: 2, role: 20, idType: idSubmissionSet})
	}
	e.connection(&w)
	e.assertion(&w)
	e.exports = append(e.exports, Message{Time: at, Class: Access, Event: EventExport.Value, Kinds: code.Value, Action: Read, Outcome: outcome,
		Patient: bounded(cx), User: bounded(e.user()), XML: w.end()})
}

// nameIn gives the name or address of the host in a URL, empty when there is none.
func nameIn(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}
