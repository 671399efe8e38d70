package soap

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// handler serves the transactions of one endpoint.
type handler struct {
	cfg       Config
	limits    Limits
	byAction  map[string]*Transaction
	byBody    map[QName][]*Transaction
	admission admission
}

// NewHandler makes the endpoint that serves the transactions. Two transactions with the same action are a mistake of the
// programmer and panic.
func NewHandler(cfg Config, txs ...Transaction) http.Handler {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	h := &handler{cfg: cfg, limits: cfg.Limits.settled(), byAction: make(map[string]*Transaction), byBody: make(map[QName][]*Transaction)}
	h.admission.limits = &h.limits
	for i := range txs {
		t := &txs[i]
		if _, twice := h.byAction[t.Action]; twice {
			panic(fmt.Sprintf("two transactions have the action %s", t.Action))
		}
		h.byAction[t.Action] = t
		h.byBody[t.Body] = append(h.byBody[t.Body], t)
	}
	return h
}

// exchange is one request and its answer.
type exchange struct {
	h       *handler
	http    *http.Request
	out     steady
	turn    turn
	body    body
	in      *incoming
	report  rule.Report
	request Request
	began   time.Time

	status   int
	fault    *Fault
	outcome  Outcome
	answered rule.Findings
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && h.describes(r) {
		h.describe(w, r)
		return
	}
	x := &exchange{h: h, http: r, began: h.cfg.Now(), report: rule.Report{Policy: h.cfg.Rules}}
	control := http.NewResponseController(w)
	x.out = steady{ResponseWriter: w, control: control, timeout: h.limits.WriteTimeout}
	x.turn = turn{a: &h.admission, http: r, control: control}
	x.body = body{src: r.Body, control: control, limits: &h.limits, turn: &x.turn, began: time.Now(),
		refuse: func(broken *rule.Rule) error { return x.in.refuse(broken, rule.Finding{}) }}
	x.in = newIncoming(&h.limits, h.cfg.SpoolDir, &x.body, &x.report)
	x.in.lang, x.in.turn, x.in.authenticates = h.cfg.Language, &x.turn, h.cfg.Authenticate != nil
	x.in.httpActions = append(make([]string, 0, 3), strings.Trim(r.Header.Get("SOAPAction"), "\" \t"))
	x.request = Request{Report: &x.report, HTTP: r, ID: requestID(), in: x.in}
	defer x.finish()

	if !x.turn.begin() {
		x.busy()
		return
	}
	defer x.turn.end()
	base := r.Context()
	if h.cfg.Begin != nil {
		base = h.cfg.Begin(base, r)
	}
	ctx, cancel := context.WithTimeout(base, h.limits.TotalTimeout)
	defer cancel()
	x.turn.ctx = ctx
	var response *Response
	err := x.judgeHTTP()
	if err == nil {
		response, err = x.serve(ctx)
	}
	err = x.record(base, response, err)
	if err == nil {
		err = x.answer(response)
	}
	if err != nil {
		x.turn.rest()
		x.refuse(err)
	}
}

// requestID draws the name of a request.
func requestID() string {
	var b [8]byte
	n := rand.Uint64()
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
	return hex.EncodeToString(b[:])
}

// judgeHTTP looks at what can be said before a byte of the body is read.
func (x *exchange) judgeHTTP() error {
	r := x.http
	if r.Method != http.MethodPost {
		return x.in.refuse(ruleMethod, rule.Finding{Found: r.Method, Expected: http.MethodPost})
	}
	fields := 0
	for _, values := range r.Header {
		fields += len(values)
	}
	if fields > x.h.limits.HeaderFields {
		return x.in.refuse(ruleHeaderFields, rule.Finding{Found: strconv.Itoa(fields), Expected: strconv.Itoa(x.h.limits.HeaderFields)})
	}
	for _, encoding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(encoding, "identity") {
			return x.in.refuse(ruleContentEncoding, rule.Finding{Found: encoding})
		}
	}
	if r.ContentLength > x.h.limits.Request {
		return x.in.refuse(ruleRequestSize, rule.Finding{Found: strconv.FormatInt(r.ContentLength, 10), Expected: "≤ " + strconv.FormatInt(x.h.limits.Request, 10)})
	}
	if values := r.Header.Values("Content-Type"); len(values) > 1 {
		return x.in.refuse(ruleContentType, rule.Finding{Found: strings.Join(values, ", ")})
	}
	return nil
}

// serve reads the message, judges its envelope, and has the transaction answer it.
func (x *exchange) serve(ctx context.Context) (*Response, error) {
	if err := x.in.receive(x.http.Header.Get("Content-Type"), x.http.ContentLength); err != nil {
		return nil, err
	}
	req := &x.request
	req.MTOM, req.Envelope = x.in.mtom, x.in.doc
	header, body, err := x.in.skeleton()
	if err != nil {
		return nil, err
	}
	if x.in.version == soap12 && x.in.mediaType.Type == "text/xml" {
		return nil, x.in.refuse(ruleMediaType, rule.Finding{Found: "text/xml", Expected: "application/soap+xml"})
	}
	req.Body = body
	req.Header = x.in.blocks(header)
	x.in.address(&req.Header, header, x.h.cfg.Endpoints)
	if err := x.dispatch(header); err != nil {
		return nil, err
	}
	x.in.collectIncludes(header, body)
	if err := x.in.check(); err != nil {
		return nil, err
	}
	if err := x.in.settleDiversions(body); err != nil {
		return nil, err
	}
	return x.callServe(ctx)
}

// dispatch finds the transaction: the one of the action, whose body it must be.
func (x *exchange) dispatch(header xmltree.Node) error {
	req := &x.request
	body := QName{req.Body.Space(), req.Body.Local()}
	t := x.h.byAction[req.Header.Action]
	if t == nil {
		if req.Header.Action != "" {
			x.report.AddAt(header, rule.Finding{Rule: ruleActionSupported, Found: req.Header.Action})
		}
		if err := x.in.check(); err != nil {
			return err
		}
		// Tolerated by configuration: the body says which it is, when it says so alone.
		if candidates := x.h.byBody[body]; len(candidates) == 1 {
			t = candidates[0]
		} else {
			return x.in.refuse(ruleActionBody, rule.Finding{Place: rule.At(req.Body), Found: body.String()})
		}
	}
	if t.Body != body {
		return x.in.refuse(ruleActionBody, rule.Finding{Place: rule.At(req.Body), Found: body.String(), Expected: t.Body.String()})
	}
	req.Transaction = t
	switch {
	case t.MTOM && !req.MTOM:
		x.report.Add(rule.Finding{Rule: ruleExpectMTOM})
	case !t.MTOM && req.MTOM:
		x.report.Add(rule.Finding{Rule: ruleExpectSimple})
	}
	return nil
}

var errPanic = errors.New("the transaction panicked")

// callServe finds out who asks, runs the transaction, and turns a panic into an error.
func (x *exchange) callServe(ctx context.Context) (response *Response, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			x.h.cfg.Log.Error().Str("request", x.request.ID).Str("transaction", x.request.Transaction.Name).
				Str("panic", fmt.Sprintf("%T: %.200v", cause, cause)).Str("stack", string(debug.Stack())).Msg("a transaction panicked")
			response, err = nil, errPanic
		}
	}()
	if authenticate := x.h.cfg.Authenticate; authenticate != nil {
		if ctx, err = authenticate(ctx, &x.request); err != nil {
			return nil, err
		}
	}
	response, err = x.request.Transaction.Serve(ctx, &x.request)
	if err == nil && response == nil {
		return nil, errors.New("the transaction gave neither an answer nor an error")
	}
	return response, err
}

// info tells what is known of the request and of what was decided.
func (x *exchange) info() RequestInfo {
	info := RequestInfo{ID: x.request.ID, Outcome: x.outcome, MTOM: x.in.mtom, Received: x.body.read, Parts: x.in.taken,
		Findings: x.report.Findings, Remote: x.http.RemoteAddr}
	if x.request.Transaction != nil {
		info.Transaction = x.request.Transaction.Name
	}
	if x.answered != nil {
		info.Findings = append(info.Findings[:len(info.Findings):len(info.Findings)], x.answered...)
	}
	if x.fault != nil {
		info.Outcome, info.Fault, info.Findings = OutcomeFault, x.fault.code(), x.fault.Findings
		if x.fault.httpStatus() != 0 {
			info.Outcome, info.Fault = OutcomeHTTP, ""
		}
	}
	return info
}

// record has the outcome written down before it is told. What cannot be recorded is not answered.
func (x *exchange) record(ctx context.Context, response *Response, err error) error {
	if err != nil {
		x.fault = x.faultOf(err)
		err = x.fault
	} else {
		x.outcome, x.answered = response.Outcome, response.Findings
		if x.outcome == OutcomeSuccess && x.report.Failed() {
			x.outcome = OutcomeFailure
		}
	}
	if x.h.cfg.Record == nil {
		return err
	}
	info := x.info()
	if failed := x.h.cfg.Record(ctx, &info); failed != nil {
		x.h.cfg.Log.Error().Err(failed).Str("request", x.request.ID).Msg("writing the audit record of a request")
		x.fault = &Fault{Code: Receiver, Status: http.StatusServiceUnavailable, RetryAfter: time.Second,
			Findings: rule.Findings{{Rule: ruleRecorded, Severity: rule.Error, Subject: x.request.ID}}}
		return x.fault
	}
	return err
}

// finish gives back what the request held, and tells what became of it.
func (x *exchange) finish() {
	if err := x.in.close(); err != nil {
		x.h.cfg.Log.Error().Err(err).Str("request", x.request.ID).Msg("ending a request")
	}
	info := x.info()
	info.Status, info.Sent, info.Duration = x.status, x.out.sent, x.h.cfg.Now().Sub(x.began)
	if x.h.cfg.OnRequest != nil {
		x.h.cfg.OnRequest(info)
	} else {
		x.log(&info)
	}
}

// log writes one line, which names rules and never content, where nobody else does.
func (x *exchange) log(info *RequestInfo) {
	event := x.h.cfg.Log.Debug()
	if info.Status >= 400 {
		event = x.h.cfg.Log.Warn()
	}
	if !event.Enabled() {
		return
	}
	ids := make([]string, 0, 8)
	for i := range info.Findings {
		if len(ids) == cap(ids) {
			break
		}
		ids = append(ids, info.Findings[i].Rule.ID)
	}
	event.Str("request", info.ID).Str("transaction", info.Transaction).Int("status", info.Status).Str("fault", string(info.Fault)).
		Int64("received", info.Received).Int64("sent", info.Sent).Int("parts", info.Parts).Strs("rules", ids).
		Str("remote", info.Remote).Dur("duration", info.Duration).Msg("answered a request")
}
