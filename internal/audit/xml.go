package audit

import (
	"cmp"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of what a sender's values may take up in a record. A query that is longer is cut, and its length and hash are
// recorded with it: one request must not fill the store.
const (
	maxValue = 1024
	maxQuery = 64 << 10
)

// participant is an ActiveParticipant.
type participant struct {
	user, alternative, name, network string
	requestor                        bool
	roles                            []Code
}

// object is a ParticipantObjectIdentification.
type object struct {
	id         string
	kind, role int
	life       int
	idType     Code
	query      []byte
	details    []detail
}

// detail is a ParticipantObjectDetail; one without a value is not written.
type detail struct{ kind, value string }

// writer appends an AuditMessage in the order of the schema (DICOM PS3.15 A.5.1).
type writer struct{ b []byte }

// begin writes EventIdentification.
func (w *writer) begin(at time.Time, event Code, kinds []Code, action Action, outcome Outcome, reason string) {
	w.raw(`<AuditMessage><EventIdentification EventActionCode="`)
	w.b = append(w.b, byte(action))
	w.raw(`" EventDateTime="`)
	w.b = at.UTC().AppendFormat(w.b, "2006-01-02T15:04:05.000Z")
	w.raw(`" EventOutcomeIndicator="`)
	w.b = strconv.AppendUint(w.b, uint64(outcome), 10)
	w.raw(`">`)
	w.code("EventID", event)
	for _, k := range kinds {
		w.code("EventTypeCode", k)
	}
	if reason != "" {
		w.raw(`<EventOutcomeDescription>`)
		w.text(bounded(reason))
		w.raw(`</EventOutcomeDescription>`)
	}
	w.raw(`</EventIdentification>`)
}

func (w *writer) participant(p *participant) {
	w.raw(`<ActiveParticipant`)
	w.attribute("UserID", p.user)
	w.optional("AlternativeUserID", p.alternative)
	w.optional("UserName", p.name)
	w.attribute("UserIsRequestor", strconv.FormatBool(p.requestor))
	if p.network != "" {
		w.attribute("NetworkAccessPointID", p.network)
		w.attribute("NetworkAccessPointTypeCode", networkType(p.network))
	}
	w.raw(`>`)
	for _, r := range p.roles {
		w.code("RoleIDCode", r)
	}
	w.raw(`</ActiveParticipant>`)
}

// networkType tells an IP address (2) from a name (1).
func networkType(address string) string {
	if strings.Contains(address, ":") || strings.Trim(address, "0123456789.") == "" {
		return "2"
	}
	return "1"
}

func (w *writer) source(s *Source) {
	w.raw(`<AuditSourceIdentification`)
	w.optional("AuditEnterpriseSiteID", s.Site)
	w.attribute("AuditSourceID", s.ID)
	w.raw(`><AuditSourceTypeCode csd-code="4"/></AuditSourceIdentification>`) // an application server
}

func (w *writer) object(o *object) {
	w.raw(`<ParticipantObjectIdentification`)
	w.attribute("ParticipantObjectID", o.id)
	w.number("ParticipantObjectTypeCode", o.kind)
	w.number("ParticipantObjectTypeCodeRole", o.role)
	if o.life != 0 {
		w.number("ParticipantObjectDataLifeCycle", o.life)
	}
	w.raw(`>`)
	w.code("ParticipantObjectIDTypeCode", o.idType)
	if o.query != nil {
		w.raw(`<ParticipantObjectQuery>`)
		w.b = base64.StdEncoding.AppendEncode(w.b, o.query)
		w.raw(`</ParticipantObjectQuery>`)
	} else {
		w.raw(`<ParticipantObjectName/>`) // the schema wants one of the two; names are not recorded
	}
	for _, d := range o.details {
		if d.value == "" {
			continue
		}
		w.raw(`<ParticipantObjectDetail`)
		w.attribute("type", d.kind)
		w.raw(` value="`)
		w.b = base64.StdEncoding.AppendEncode(w.b, []byte(bounded(d.value)))
		w.raw(`"/>`)
	}
	w.raw(`</ParticipantObjectIdentification>`)
}

func (w *writer) end() []byte {
	w.raw(`</AuditMessage>`)
	return w.b
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

func (w *writer) code(element string, c Code) {
	w.raw(`<` + element)
	w.attribute("csd-code", cmp.Or(c.Value, unsaid))
	w.attribute("codeSystemName", cmp.Or(c.System, unsaid))
	w.attribute("originalText", c.Text)
	w.raw(`/>`)
}

// unsaid stands for a code or a system that a sender left empty.
const unsaid = "unknown"

func (w *writer) number(name string, n int) {
	w.raw(` ` + name + `="`)
	w.b = strconv.AppendInt(w.b, int64(n), 10)
	w.raw(`"`)
}

func (w *writer) optional(name, value string) {
	if value != "" {
		w.attribute(name, value)
	}
}

func (w *writer) attribute(name, value string) {
	w.raw(` ` + name + `="`)
	w.text(bounded(value))
	w.raw(`"`)
}

// text writes characters so that they come back as they are; what XML cannot hold is replaced.
func (w *writer) text(s string) {
	plain := 0
	for plain < len(s) && isPlain[s[plain]] {
		plain++
	}
	w.raw(s[:plain])
	for _, r := range s[plain:] {
		switch {
		case r == '&':
			w.raw(`&amp;`)
		case r == '<':
			w.raw(`&lt;`)
		case r == '>':
			w.raw(`&gt;`)
		case r == '"':
			w.raw(`&quot;`)
		case r == '\t' || r == '\n' || r == '\r':
			w.raw(`&#` + strconv.Itoa(int(r)) + `;`)
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
			w.raw("\uFFFD")
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
	}
}

// isPlain tells the bytes that are written as they are.
var isPlain = func() (plain [256]bool) {
	for c := byte(0x20); c < 0x7F; c++ {
		plain[c] = c != '&' && c != '<' && c != '>' && c != '"'
	}
	return plain
}()

// bounded cuts a value that is too long to be recorded whole, and mends what is not UTF-8.
func bounded(s string) string {
	if len(s) > maxValue {
		s = s[:maxValue]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		s = strings.ToValidUTF8(s[:max(0, len(s)-1)], "\uFFFD") + "…"
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}

// boundedQuery cuts a query that is too long, and says so.
func boundedQuery(text []byte) ([]byte, []detail) {
	if text == nil {
		text = []byte{}
	}
	if len(text) <= maxQuery {
		return text, nil
	}
	return text[:maxQuery], []detail{{"Query Bytes", strconv.Itoa(len(text))}, {"Query SHA-256", hashOf(string(text))}}
}
