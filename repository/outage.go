package repository

import (
	"errors"
	"slices"
	"time"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/soap"
)

// storeRetryAfter is when a sender may try again after XDSRepositoryBusy.
const storeRetryAfter = 30 * time.Second

// storeOutage is what to say of an error of the repository's own store, before the registry was asked anything; nil when it
// is of another kind.
func storeOutage(err error) *registry.Outage {
	if registry.OutageOf(err) == nil {
		return nil
	}
	return registry.NewOutage(ruleStoreReached, storeRetryAfter)
}

// lotOutage is what to say of an error that a lot met and is not to blame for; nil when it is of another kind. Of a registry
// that was not reached or did not answer, ITI-41 has a code of its own (ITI TF-3 Table 4.2.4.1-2), and a code of that table
// travels in HTTP 200: software that takes a 503 for a broken transport would not read it.
func lotOutage(err error) *registry.Outage {
	switch {
	case errors.Is(err, errRecording):
		return storeOutage(err)
	case errors.Is(err, ErrOutOfSpace):
		return registry.NewOutage(ruleDocumentsFull, 0)
	}
	o := registry.OutageOf(err)
	if errors.Is(err, registry.ErrUnavailable) || errors.Is(err, registry.ErrOutcomeUnknown) {
		o.Finding.Code = "XDSRegistryNotAvailable"
		o.Status, o.RetryAfter = 0, 0
	}
	return o
}

// trouble gives the answer for what is not the lot's fault, after what was found in it, or the error that becomes a fault.
func (r *Repository) trouble(err error, l *lot, found []RegistryError) (*soap.Response, error) {
	o := lotOutage(err)
	var fault *soap.Fault
	if o == nil && errors.As(err, &fault) { // with an outage the fault is of the registry's answer
		return nil, fault
	}
	if o == nil {
		return nil, err
	}
	finding := o.About(l.sub).Finding
	r.cfg.Log.Error().Err(err).Str("rule", finding.Rule.ID).Msg("a lot could not be taken")
	response := answer(append(found, errorsOf(rule.Findings{finding}, r.cfg.Language)...))
	o.Mark(response, failed(found))
	response.Findings = append(slices.Clip(l.report.Findings), finding)
	return response, nil
}
