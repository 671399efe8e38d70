// Package soap speaks SOAP 1.2 with WS-Addressing and MTOM/XOP, as the transactions of IHE use them (ITI TF-2 Appendix
// V). A Handler reads a message with limits on everything, judges its envelope by rules, and gives the one child of its
// Body to the Transaction that the action names; binary parts are handed on as streams and never held in memory. A Client
// makes the same exchange from the other side. The package knows nothing of XDS beyond what its transactions declare.
package soap

import (
	"context"
	"io/fs"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"liasse/internal/rule"
)

// The namespaces of the envelope and of what travels in its header.
const (
	// EnvelopeNamespace is that of SOAP 1.2.
	EnvelopeNamespace = "http://www.w3.org/2003/05/soap-envelope"
	// Envelope11Namespace is that of SOAP 1.1, refused unless the rule SOAP-001 is set to warning.
	Envelope11Namespace = "http://schemas.xmlsoap.org/soap/envelope/"
	// AddressingNamespace is that of WS-Addressing 1.0.
	AddressingNamespace = "http://www.w3.org/2005/08/addressing"
	// IncludeNamespace is that of xop:Include.
	IncludeNamespace = "http://www.w3.org/2004/08/xop/include"
	// SecurityNamespace is that of wsse:Security, WS-Security 1.0 and 1.1.
	SecurityNamespace = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	// FindingNamespace is that of the elements by which a fault's Detail carries findings.
	FindingNamespace = "urn:liasse:finding"
)

// The addresses that WS-Addressing 1.0 gives a meaning of their own.
const (
	// AnonymousAddress in wsa:ReplyTo asks for the answer on the same connection.
	AnonymousAddress = AddressingNamespace + "/anonymous"
	// NoneAddress in wsa:ReplyTo asks for no answer.
	NoneAddress = AddressingNamespace + "/none"
)

// QName is an expanded name: a namespace and a local part.
type QName struct{ Space, Local string }

// String gives the name in the form {namespace}local.
func (n QName) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// Transaction is one exchange that a Handler serves: what names it on the wire and what answers it.
type Transaction struct {
	// Name is the standard's: "ITI-41".
	Name string
	// Action is the wsa:Action of the request, ResponseAction that of the answer.
	Action, ResponseAction string
	// Body names the one child of the request's Body.
	Body QName
	// MTOM says which of the two encodings of ITI TF-2 V.8.1 the standard fixes for the transaction. The other one is a
	// matter of the rules SOAP-020 and SOAP-021; the answer always takes the encoding of the request.
	MTOM bool
	// Serve answers a request whose envelope has been judged. A *Fault it returns travels as it is; any other error
	// becomes an env:Receiver fault that tells the sender nothing but the request's id, under which the log has the
	// error. Serve must read NextPart to io.EOF before it lets anything become durable: only then is the whole message
	// known to be well framed.
	Serve func(ctx context.Context, req *Request) (*Response, error)
}

// Config is what a Handler needs. Its zero value serves with the default limits, in English, without a description.
type Config struct {
	// Rules changes severities; nil changes none.
	Rules *rule.Policy
	// Language of the findings in faults: "en" (also when empty) or "fr".
	Language string
	// Limits bounds every request; fields left at zero take those of DefaultLimits.
	Limits Limits
	// SpoolDir is where parts that came before the root part and long inline documents wait, in files that have no name
	// and vanish with the process. Empty means the system's folder for temporary files.
	SpoolDir string
	// Endpoints are the addresses under which this handler is reached. When there are any, a wsa:To must be one of them
	// (rule WSA-013).
	Endpoints []string
	// Log receives failures as errors and, where OnRequest is nil, one line per request, a warning when it was refused and
	// else a debug message; never content.
	Log zerolog.Logger
	// Service is what ?wsdl and ?xsd serve; a zero Service serves nothing.
	Service Description
	// Now gives the time for durations and limits; nil means time.Now.
	Now func() time.Time
	// Authenticate, when not nil, is asked who sends a message whose envelope has been judged, before its body is looked
	// at and before a part beside the root is read. The context it gives is that of Serve; a *Fault it returns travels as
	// it is. A wsse:Security then counts as processed (SOAP-011 is not looked at).
	Authenticate func(ctx context.Context, req *Request) (context.Context, error)
	// Begin, when not nil, gives the context of a request before anything of it is judged: where its record is filled on
	// the way.
	Begin func(ctx context.Context, r *http.Request) context.Context
	// Record, when not nil, is called once for each request with what will be answered, before the first byte of the
	// answer: where its audit record becomes durable. When it fails, the request is answered as not available (OPS-003)
	// and nothing of the answer leaves. Status, Sent and Duration of the info are not yet known.
	Record func(ctx context.Context, info *RequestInfo) error
	// OnRequest, when not nil, is called once after each request, for metrics and its line of the log.
	OnRequest func(RequestInfo)
}

// Description is the WSDL of an endpoint with the schemas it imports.
type Description struct {
	// Files holds the WSDL and the XML schemas. References between them (location, schemaLocation) must be relative.
	Files fs.FS
	// WSDL names the file of Files that ?wsdl serves. Empty: the endpoint describes nothing.
	WSDL string
	// Address is written as the location of every soap:address and is the base of rewritten references.
	Address string
	// FromHost, where Address is empty, makes the address from the Host header of the request. Whoever asks then chooses
	// what is reflected, so it is for development only.
	FromHost bool
}

// Outcome says in one word what became of a request.
type Outcome string

// The outcomes. A Response sets the first three, refusals the others.
const (
	// OutcomeSuccess is an answer that refuses nothing.
	OutcomeSuccess Outcome = ""
	// OutcomeFailure is an answer of the transaction that refuses the whole request, OutcomePartial one that refuses some
	// of it (ResponseStatusType Failure and PartialSuccess of ebRS 3.0).
	OutcomeFailure Outcome = "failure"
	OutcomePartial Outcome = "partial"
	// OutcomeFault is a SOAP fault, OutcomeHTTP a refusal by HTTP status alone.
	OutcomeFault Outcome = "fault"
	OutcomeHTTP  Outcome = "http"
)

// RequestInfo says what became of one request, without anything of its content.
type RequestInfo struct {
	// ID is the request's own, as the log and an env:Receiver fault carry it.
	ID string
	// Transaction is the name of the transaction, empty when the request did not get as far.
	Transaction string
	// Outcome is what was decided.
	Outcome Outcome
	// Status is the HTTP status answered, Fault the fault code when the answer was a fault.
	Status int
	Fault  FaultCode
	// MTOM tells whether the request was multipart.
	MTOM bool
	// Received and Sent count the bytes of the HTTP bodies; Parts the attachments that were handed on.
	Received, Sent int64
	Parts          int
	// Duration is the time from the end of the HTTP header to the last byte of the answer.
	Duration time.Duration
	// Findings are those of the envelope and of the answer.
	Findings rule.Findings
	// Remote is the peer's network address.
	Remote string
}
