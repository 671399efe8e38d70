package soap

import (
	"fmt"
	"time"

	"liasse/internal/rule"
)

// FaultCode is one of the fault codes of SOAP 1.2 part 1 section 5.4.6.
type FaultCode string

// The codes that Liasse answers or reads.
const (
	Sender          FaultCode = "Sender"
	Receiver        FaultCode = "Receiver"
	MustUnderstand  FaultCode = "MustUnderstand"
	VersionMismatch FaultCode = "VersionMismatch"
)

// Fault is an answer that refuses a message as a whole. It is an error: Serve returns one to have it sent.
type Fault struct {
	// Code is the fault code; Sender when empty.
	Code FaultCode
	// Subcodes are nested in their order.
	Subcodes []QName
	// Reason is the sentence of env:Reason. When empty it is made of the first finding that refuses.
	Reason string
	// Findings go into env:Detail one by one.
	Findings rule.Findings
	// Detail is an XML element, serialised, that comes first in env:Detail: the wsa:ProblemHeaderQName of WS-Addressing,
	// or a profile's own.
	Detail []byte
	// Status is the HTTP status. When zero it is 400 for Sender and 500 for every other code.
	Status int
	// RetryAfter, when not zero, is sent as Retry-After in whole seconds.
	RetryAfter time.Duration
	// NotUnderstood names the header blocks of a MustUnderstand fault.
	NotUnderstood []QName
}

// Error gives the reason, or the first finding.
func (f *Fault) Error() string {
	if f.Reason != "" {
		return fmt.Sprintf("%s fault: %s", f.code(), f.Reason)
	}
	if first := f.first(); first != nil {
		return fmt.Sprintf("%s fault: %s", f.code(), first.Sentence("en"))
	}
	return fmt.Sprintf("%s fault", f.code())
}

// first gives the first finding that refuses the message, nil when there is none.
func (f *Fault) first() *rule.Finding {
	for i := range f.Findings {
		if f.Findings[i].Severity == rule.Error {
			return &f.Findings[i]
		}
	}
	return nil
}

func (f *Fault) code() FaultCode { return or(f.Code, Sender) }
