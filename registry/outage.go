package registry

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"liasse/internal/rule"
	"liasse/soap"
)

// When a sender may try again after an answer of HTTP 503.
const (
	busyRetryAfter    = 2 * time.Second
	reachedRetryAfter = 30 * time.Second
)

// Outage is what a sender is told when a message was not served for a reason that lies not in it.
type Outage struct {
	// Finding is of an operational rule; its words say whether something was changed and what to do.
	Finding rule.Finding
	// Status is the HTTP status, zero for 200; with 503 nothing was changed and RetryAfter says when to try again.
	Status     int
	RetryAfter time.Duration
}

// NewOutage makes the outage of an operational rule. When retryAfter is not zero it is answered with HTTP 503.
func NewOutage(r *rule.Rule, retryAfter time.Duration) *Outage {
	o := &Outage{Finding: rule.Finding{Rule: r, Severity: rule.Error}, RetryAfter: retryAfter}
	if retryAfter > 0 {
		o.Status = http.StatusServiceUnavailable
	}
	return o
}

// OutageOf gives what to say of an error of a Store: ErrOutcomeUnknown, ErrBusy, ErrOutOfSpace or ErrUnavailable; nil for
// any other.
func OutageOf(err error) *Outage {
	switch {
	case errors.Is(err, ErrOutcomeUnknown): // before the others: nothing may be said to be unchanged
		return NewOutage(ruleOutcomeKnown, 0)
	case errors.Is(err, ErrBusy):
		return NewOutage(ruleRegistryBusy, busyRetryAfter)
	case errors.Is(err, ErrOutOfSpace):
		return NewOutage(ruleRegistryFull, 0)
	case errors.Is(err, ErrUnavailable):
		return NewOutage(ruleRegistryReached, reachedRetryAfter)
	}
	return nil
}

// About names the SubmissionSet that the outage met, by its uniqueId.
func (o *Outage) About(sub *Submission) *Outage {
	if sub != nil && sub.SubmissionSet != nil {
		o.Finding.Subject = sub.SubmissionSet.UniqueID
	}
	return o
}

// Mark gives an answer the HTTP status of the outage, unless the message is refused for its own sake: then it is to be
// mended, not sent again.
func (o *Outage) Mark(response *soap.Response, refused bool) {
	if !refused {
		response.Status, response.RetryAfter = o.Status, o.RetryAfter
	}
}

// SaysOutcomeUnknown tells whether the codeContext of a registry's RegistryError is that of an ErrOutcomeUnknown there.
func SaysOutcomeUnknown(codeContext string) bool {
	return strings.HasPrefix(codeContext, "["+outcomeUnknownID+"]")
}

// feedOutage is the finding of an error in a patient identity feed: whatever the error, the acknowledgement says it.
func feedOutage(err error) rule.Finding {
	o := OutageOf(err)
	if o == nil {
		o = NewOutage(ruleRegistryWorks, 0)
	}
	if o.Finding.Rule == ruleOutcomeKnown {
		o.Finding.Fix = fixFeedOutcome
	}
	o.Finding.Code = hl7Internal
	return o.Finding
}
