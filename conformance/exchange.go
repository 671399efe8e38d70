package conformance

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/beevik/etree"
)

// message is one exchange with what was known when it was built.
type message struct {
	answer    *answer
	lot       *builtLot
	messageID string
}

// exchange builds, sends and reads one message. An errTransport means that no answer came; any other error that the
// message could not be built.
func (r *run) exchange(ctx context.Context, sc *scope, s *Send, name string) (*message, error) {
	m := &message{}
	address := r.target.Registry
	if s.endpoint() == "repository" {
		address = r.target.Repository
	}
	if s.TLS != nil && s.TLS.Plain {
		address = strings.Replace(address, "https:", "http:", 1)
	}
	got, err := r.sendOne(ctx, sc, s, address, m)
	if err != nil {
		return nil, err
	}
	got.sent.Name = strings.TrimSpace(name + " " + s.transaction().name)
	r.seen(got.sent)
	m.answer = readAnswer(got)
	if s.MLLP != nil {
		m.answer.ack = msa(got.body)
	}
	return m, nil
}

func (r *run) sendOne(ctx context.Context, sc *scope, s *Send, address string, m *message) (*received, error) {
	from, err := r.sender(sc, s)
	if err != nil {
		return nil, err
	}
	client, once, err := r.clientOf(from, s.TLS)
	if err != nil {
		return nil, err
	}
	if once {
		defer client.CloseIdleConnections()
	}
	switch {
	case s.MLLP != nil:
		text, err := s.MLLP.text(sc)
		if err != nil {
			return nil, err
		}
		return r.mllp(ctx, s.MLLP, text)
	case s.Request != nil && s.Request.Wire != "":
		text, err := sc.expand(s.Request.Wire)
		if err != nil {
			return nil, err
		}
		return r.wire(ctx, client, address, text)
	case s.Request != nil:
		return r.bare(ctx, client, sc, s.Request, address)
	}
	body, lot, err := s.body(sc, from)
	if err != nil {
		return nil, err
	}
	action, err := sc.expand(s.wsaAction())
	if err != nil {
		return nil, err
	}
	e := newEnvelope(action, address, body)
	if err := from.secure(sc, s, e.doc.Root()); err != nil {
		return nil, err
	}
	out, err := s.frame(sc, e, lot)
	if err != nil {
		return nil, err
	}
	m.lot, m.messageID = lot, headerText(e.doc.Root(), "wsa:MessageID")
	return r.post(ctx, client, address, out)
}

// headerText reads a header of the request as it was sent, after mutations.
func headerText(root *etree.Element, tag string) string {
	if header := root.SelectElement("env:Header"); header != nil {
		if e := header.SelectElement(tag); e != nil {
			return text(e)
		}
	}
	return ""
}

func (r *run) bare(ctx context.Context, client *http.Client, sc *scope, q *Request, address string) (*received, error) {
	out := &outgoing{method: q.Method, headers: http.Header{}}
	if out.method == "" {
		out.method = http.MethodPost
	}
	for _, name := range sortedKeys(q.Headers) {
		value, err := sc.expand(q.Headers[name])
		if err != nil {
			return nil, err
		}
		out.headers.Set(name, value)
	}
	body, err := sc.expand(q.Body)
	if err != nil {
		return nil, err
	}
	out.body = []byte(body)
	return r.post(ctx, client, address+q.Suffix, out)
}

// msa reads the acknowledgement code of an HL7 v2 ACK.
func msa(ack []byte) string {
	for _, segment := range strings.FieldsFunc(string(ack), func(c rune) bool { return c == '\r' || c == '\n' }) {
		if fields := strings.Split(segment, "|"); len(fields) > 1 && fields[0] == "MSA" {
			return fields[1]
		}
	}
	return ""
}

// refused tells whether the answer says that a submission was not accepted.
func (a *answer) refused() bool {
	return a.responseStatus() == "Failure" || a.fault() != nil || a.received.status >= 400
}

// left looks whether a submission set is in the registry, for what the answer to a lot claims.
func (r *run) left(ctx context.Context, sc *scope, set, name string) (int, error) {
	ref := "ObjectRef"
	look := &Send{Query: &Query{Name: "GetSubmissionSetAndContents", Return: &ref, Params: Params{
		{"$XDSSubmissionSetEntryUUID", [][]string{{"'" + set + "'"}}}}}}
	if r.identities != nil {
		look.Identity = r.identities.fallback
	}
	m, err := r.exchange(ctx, sc, look, name+" look")
	if err != nil {
		return 0, fmt.Errorf("looking what was stored: %w", err)
	}
	if m.answer.responseStatus() != "Success" {
		return 0, fmt.Errorf("looking what was stored: %s", m.answer.describe())
	}
	return len(m.answer.objects()), nil
}
