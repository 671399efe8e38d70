package soap

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"liasse/internal/rule"
)

// refuse answers an error: by HTTP alone where the framing is at fault, else by a SOAP fault. Nothing of an error that is
// ours reaches the sender but the request's id.
func (x *exchange) refuse(err error) {
	fault := x.faultOf(err)
	x.fault = fault
	if status := fault.httpStatus(); status != 0 {
		x.refuseByHTTP(status, fault)
		return
	}
	x.sendFault(fault)
}

// faultOf gives the fault that an error is or stands for.
func (x *exchange) faultOf(err error) *Fault {
	var fault *Fault
	if !errors.As(err, &fault) {
		fault = x.unexpected(err)
	}
	return fault
}

// unexpected logs an error that is ours and makes the fault that stands for it.
func (x *exchange) unexpected(err error) *Fault {
	if errors.Is(err, context.Canceled) && x.http.Context().Err() != nil {
		x.h.cfg.Log.Warn().Str("request", x.request.ID).Msg("the sender went away")
	} else {
		x.h.cfg.Log.Error().Err(err).Str("request", x.request.ID).Msg("a request failed")
	}
	return &Fault{Code: Receiver, Findings: rule.Findings{{Rule: ruleProcessed, Severity: rule.Error, Subject: x.request.ID}}}
}

// busy answers that there is no room at this moment.
func (x *exchange) busy() {
	f := full()
	x.out.Header().Set("Connection", "close") // nothing of the body is waited for
	x.plain(http.StatusServiceUnavailable, f.reason(x.h.cfg.Language)+"\n", f.RetryAfter)
}

// refuseByHTTP answers one line of text. A sender who does not wait for leave to send is let finish, within the limit, so
// that the answer is read; where the end of the request is uncertain, the connection ends with it.
func (x *exchange) refuseByHTTP(status int, fault *Fault) {
	if status == http.StatusMethodNotAllowed {
		x.out.Header().Set("Allow", x.h.allowed())
	}
	if x.body.read > 0 || x.http.Header.Get("Expect") == "" {
		x.discardRest()
	}
	x.plain(status, fault.reason(x.h.cfg.Language)+"\n", fault.RetryAfter)
}

func (x *exchange) plain(status int, line string, retryAfter time.Duration) {
	x.out.Header().Set("X-Content-Type-Options", "nosniff")
	x.begin("text/plain; charset=utf-8", int64(len(line)), status, retryAfter)
	if x.http.Method != http.MethodHead {
		io.WriteString(&x.out, line)
	}
}

// reason gives the sentence of a fault: its own, or that of the first finding with the number of the others.
func (f *Fault) reason(lang string) string {
	if f.Reason != "" {
		return f.Reason
	}
	first := f.first()
	if first == nil {
		return string(f.code())
	}
	refusing := 0
	for i := range f.Findings {
		if f.Findings[i].Severity == rule.Error {
			refusing++
		}
	}
	sentence := first.Sentence(lang)
	if refusing > 1 {
		more := rule.Text{EN: " Findings that refuse the message: ", FR: " Constats qui refusent le message : "}
		sentence += more.In(lang) + strconv.Itoa(refusing) + "."
	}
	return sentence
}

// sendFault answers a SOAP fault in the encoding of the request.
func (x *exchange) sendFault(f *Fault) {
	o := newOutgoing(x.in.version, x.in.mtom && x.in.version == soap12)
	defer o.release()
	lang := or(x.h.cfg.Language, "en")
	var body []byte
	if o.version == soap11 {
		o.head("", "", upgradeBlock(f))
		body = f.append11(nil, lang)
	} else {
		blocks := append(upgradeBlock(f), notUnderstoodBlocks(f)...)
		o.head(f.action(), x.request.Header.MessageID, blocks)
		body = f.append12(nil, lang)
	}
	o.buf.Write(body)
	o.buf.WriteString(envelopeEnd)
	x.discardRest()
	x.begin(o.contentType, o.length(nil), f.status(), f.RetryAfter)
	x.out.Write(o.buf.Bytes())
	if o.mtom {
		if err := o.sendAttachments(&x.out, nil, nil); err != nil {
			x.abort(err)
		}
	}
}

// status gives the HTTP status of a fault (SOAP 1.2 part 2, 7.5.2.2).
func (f *Fault) status() int {
	switch {
	case f.Status != 0:
		return f.Status
	case f.code() == Sender:
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// action gives the wsa:Action of a fault (WS-Addressing 1.0 SOAP binding, 6).
func (f *Fault) action() string {
	if len(f.Subcodes) > 0 && f.Subcodes[0].Space == AddressingNamespace {
		return AddressingNamespace + "/fault"
	}
	return AddressingNamespace + "/soap/fault"
}
