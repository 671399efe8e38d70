package audit

import (
	"slices"
	"strings"
	"time"
)

// Class says how long a record is kept: what was done with a patient's record is kept for years, what concerns the
// system's own safety for months.
type Class string

// The classes.
const (
	Access   Class = "access"
	Security Class = "security"
)

// Message is one AuditMessage and what records are found by.
type Message struct {
	Time time.Time
	Class
	// Event is the code of EventID. Kinds are those of EventTypeCode, joined by blanks.
	Event, Kinds string
	Action       Action
	Outcome      Outcome
	// Patient is the CX of the one patient that the message is about. User is the national identifier of the person who
	// asked, else the name of the peer's certificate, else the peer's address.
	Patient, User string
	// XML is the AuditMessage.
	XML []byte
}

// Emergency tells whether the record was opened by breaking the glass.
func (m *Message) Emergency() bool { return m.Has(EmergencyOverride) }

// Has tells whether the message is of a kind (EventTypeCode).
func (m *Message) Has(kind Code) bool { return slices.Contains(strings.Fields(m.Kinds), kind.Value) }

// Messages makes what is to be recorded of the event, one message for each patient (ITI TF-2 3.20.7.2): a retrieval part of
// which was refused gives one for what was given and one for what was not. reason says why an event that did not succeed
// was refused, in words that hold nothing of the sender's.
func (e *Event) Messages(outcome Outcome, reason string) []Message {
	if e == nil {
		return nil
	}
	if e.Alert != (Code{}) {
		return []Message{e.one(part{patient: patient{cx: e.theOnePatient()}}, outcome, reason)}
	}
	parts := e.parts(outcome)
	messages := make([]Message, 0, len(parts))
	for _, p := range parts {
		own := outcome
		if outcome == Minor && len(p.documents) > 0 && !p.refused {
			own = Success
		}
		why := reason
		if own == Success {
			why = ""
		}
		messages = append(messages, e.one(p, own, why))
	}
	return append(messages, e.exports...)
}

// part is what one message of an event tells.
type part struct {
	patient   patient
	documents []Document
	refused   bool
}

// parts divides an event by patient, and the documents of a retrieval by what became of them.
func (e *Event) parts(outcome Outcome) []part {
	if transactions[e.Transaction].event == EventQuery || len(e.documents) == 0 {
		return e.patientParts()
	}
	var parts []part
	for _, d := range e.documents {
		if d.Patient == "" {
			d.Patient = e.theOnePatient()
		}
		d.Refused = d.Refused || outcome > Minor
		i := slices.IndexFunc(parts, func(p part) bool { return p.patient.cx == d.Patient && p.refused == d.Refused })
		if i < 0 {
			i = len(parts)
			parts = append(parts, part{patient: patient{cx: d.Patient}, refused: d.Refused})
		}
		parts[i].documents = append(parts[i].documents, d)
	}
	return parts
}

// patientParts divides an event by patient. Documents that a query answered inside of their entries go with their patient.
func (e *Event) patientParts() []part {
	patients := e.patients
	if len(patients) == 0 {
		patients = []patient{{cx: e.Opened}}
	}
	parts := make([]part, len(patients))
	for i, p := range patients {
		parts[i].patient = p
		for _, d := range e.documents {
			if d.Patient == p.cx {
				parts[i].documents = append(parts[i].documents, d)
			}
		}
	}
	return parts
}

// theOnePatient is the patient of an event that is about one, else the one whose record was opened.
func (e *Event) theOnePatient() string {
	if len(e.patients) == 1 {
		return e.patients[0].cx
	}
	return e.Opened
}

// one makes one message.
func (e *Event) one(p part, outcome Outcome, reason string) Message {
	m := Message{Time: e.Time, Class: Access, Outcome: outcome, Patient: bounded(p.patient.cx), User: bounded(e.user())}
	t := transactions[e.Transaction]
	event, action := t.event, t.action
	var kinds [3]Code
	n := 0
	switch {
	case e.Alert != (Code{}):
		event, action, kinds[0], n = EventSecurityAlert, Execute, e.Alert, 1
		m.Class = Security
	case event == (Code{}): // not a transaction of the standard
		event, action = EventSecurityAlert, Execute
		m.Class = Security
	}
	if e.Transaction != "" {
		kinds[n] = transactionCode(e.Transaction)
		n++
	}
	if e.Human != nil && e.Human.Emergency {
		kinds[n] = EmergencyOverride
		n++
	}
	if p.patient.action != 0 {
		action = p.patient.action
	}
	m.Event, m.Action, m.Kinds = event.Value, action, kindsOf(kinds[:n])
	w := writer{b: make([]byte, 0, 2048+2*len(e.query.text))}
	w.begin(e.Time, event, kinds[:n], action, outcome, reason)
	e.participants(&w, event == EventExport)
	w.source(e.Source)
	e.objects(&w, p, reason)
	m.XML = w.end()
	return m
}

func kindsOf(codes []Code) string {
	values := make([]string, len(codes))
	for i := range codes {
		values[i] = codes[i].Value
	}
	return strings.Join(values, " ")
}

// user is whom records of this event are found by.
func (e *Event) user() string {
	switch {
	case e.Human != nil:
		return e.Human.ID
	case e.Peer.Subject != "":
		return e.Peer.Subject
	}
	return e.Peer.Address
}

// participants writes who took part: who asked, this server, and the person behind the request. In a retrieval the
// documents come from here, so this server is the source (ITI TF-2 3.43.5.1).
func (e *Event) participants(w *writer, weAreSource bool) {
	asks, answers := roleSource, roleDestination
	if weAreSource {
		asks, answers = answers, asks
	}
	peer := participant{user: e.ReplyTo, requestor: true, network: e.Peer.Address, roles: []Code{asks}}
	if peer.user == "" {
		peer.user = e.Peer.Subject
	} else {
		peer.name = e.Peer.Subject
	}
	if peer.user == "" {
		peer.user = e.Peer.Address
	}
	ours := participant{user: e.Endpoint, alternative: e.Source.Process, network: e.Source.Host, roles: []Code{answers}}
	if weAreSource {
		w.participant(&ours)
		w.participant(&peer)
	} else {
		w.participant(&peer)
		w.participant(&ours)
	}
	e.person(w)
}

// person writes the human requestor, whom XUA names as alias<user@issuer> (ITI TF-2 3.40.4.2).
func (e *Event) person(w *writer) {
	if h := e.Human; h != nil {
		w.participant(&participant{user: h.ID, name: h.Name + "<" + h.ID + "@" + h.Issuer + ">", requestor: true, roles: h.Roles})
	}
}

// objects writes what the event was about.
func (e *Event) objects(w *writer, p part, reason string) {
	control := detail{}
	if p.patient.cx != "" {
		if e.message.kind != "" {
			control = e.message
		}
		w.object(&object{id: p.patient.cx, kind: 1, role: 1, idType: idPatient, details: []detail{control}})
	}
	for _, set := range e.sets {
		w.object(&object{id: set, kind: 2, role: 20, idType: idSubmissionSet})
	}
	if e.query.id != "" || len(e.query.text) > 0 {
		text, extra := boundedQuery(e.query.text)
		w.object(&object{id: e.query.id, kind: 2, role: 24, idType: transactionCode(e.Transaction), query: text,
			details: append([]detail{{"QueryEncoding", "UTF-8"}, {"urn:ihe:iti:xca:2010:homeCommunityId", e.query.home}}, extra...)})
	}
	for i := range p.documents {
		d := &p.documents[i]
		o := object{id: d.UniqueID, kind: 2, role: 3, idType: idReport,
			details: []detail{{"Repository Unique ID", d.Repository}, {"ihe:homeCommunityID", d.Home}}}
		if transactions[e.Transaction].action == Delete {
			o.life = 15
		}
		w.object(&o)
	}
	if e.Alert != (Code{}) {
		w.object(&object{id: e.Endpoint, kind: 2, role: 13, idType: idURI, details: []detail{{"Alert Description", reason}}})
	}
	e.connection(w)
	e.assertion(w)
}

// connection writes by what request the event came, and over whose connection.
func (e *Event) connection(w *writer) {
	if e.Request == "" && e.Peer.Serial == "" {
		return
	}
	w.object(&object{id: e.Endpoint, kind: 2, role: 26, idType: idURI, details: []detail{
		{"Request", e.Request}, {"Peer Certificate Serial", e.Peer.Serial}, {"Peer Certificate Issuer SHA-256", e.Peer.IssuerHash}}})
}

// assertion writes what the identity token said of how and why the person came in, so that the act can be laid at
// somebody's door without the token itself.
func (e *Event) assertion(w *writer) {
	h := e.Human
	if h == nil {
		return
	}
	secret := ""
	if h.Secret {
		secret = "true"
	}
	w.object(&object{id: h.Assertion, kind: 2, role: 13, idType: idAssertion, details: []detail{
		{"Structure", h.Structure}, {"Sector", h.Sector}, {"Mode", h.Mode}, {"Authentication Context", h.Context},
		{"Authentication Means", h.Means}, {"Purpose Of Use", h.Purpose}, {"Secret Connection", secret},
		{"Software ID", h.SoftwareID}, {"Software Name", h.SoftwareName}, {"Software Version", h.SoftwareVersion},
		{"Homologation SHA-256", hashOf(h.Homologation)}, {"VIHF Version", h.Version}, {"Resource", e.Opened},
		{"Certificate Serial", h.Serial}, {"Certificate Issuer SHA-256", h.IssuerHash},
	}})
}
