package registry

import (
	"context"
	"errors"
	"net/http"
	"time"

	"liasse/soap"
)

// busyRetryAfter is when a source may try again after XDSRegistryBusy.
const busyRetryAfter = 2 * time.Second

// submissionTransactions are ITI-42 Register Document Set-b and ITI-61 Register On-Demand Document Entry.
func (r *Registry) submissionTransactions() []soap.Transaction {
	body := soap.QName{Space: NamespaceLCM, Local: "SubmitObjectsRequest"}
	return []soap.Transaction{
		{
			Name:           "ITI-42",
			Action:         "urn:ihe:iti:2007:RegisterDocumentSet-b",
			ResponseAction: "urn:ihe:iti:2007:RegisterDocumentSet-bResponse",
			Body:           body,
			Serve: func(ctx context.Context, req *soap.Request) (*soap.Response, error) {
				return r.serveSubmission(ctx, req, false)
			},
		},
		{
			Name:           "ITI-61",
			Action:         "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry",
			ResponseAction: "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse",
			Body:           body,
			Serve: func(ctx context.Context, req *soap.Request) (*soap.Response, error) {
				return r.serveSubmission(ctx, req, true)
			},
		},
	}
}

func (r *Registry) serveSubmission(ctx context.Context, req *soap.Request, onDemand bool) (*soap.Response, error) {
	sub := ReadSubmission(req.Body, req.Report)
	sub.OnDemand = onDemand
	if err := r.Register(ctx, sub, req.Report, nil); err != nil {
		if response := Unavailable(err, r.cfg.Language); response != nil {
			return response, nil
		}
		return nil, err
	}
	return &soap.Response{Body: soap.Bytes(AppendResponse(nil, req.Report.Findings, r.cfg.Language))}, nil
}

// Unavailable gives the answer to a submission that the store could not take now: XDSRegistryBusy with HTTP 503 and
// Retry-After for ErrBusy, XDSRegistryOutOfResources for ErrOutOfSpace; nil for any other error.
func Unavailable(err error, lang string) *soap.Response {
	switch {
	case errors.Is(err, ErrBusy):
		context := "The registry is busy: send the same message again in a few seconds. Nothing was stored."
		if lang == "fr" {
			context = "Le registre est occupé : renvoyer le même message dans quelques secondes. Rien n'a été enregistré."
		}
		return &soap.Response{
			Body:   soap.Bytes(appendFailure(nil, "XDSRegistryBusy", context)),
			Status: http.StatusServiceUnavailable, RetryAfter: busyRetryAfter,
		}
	case errors.Is(err, ErrOutOfSpace):
		context := "The registry has no room left on its disk: tell its operator. Nothing was stored."
		if lang == "fr" {
			context = "Le registre n'a plus de place sur son disque : prévenir son exploitant. Rien n'a été enregistré."
		}
		return &soap.Response{Body: soap.Bytes(appendFailure(nil, "XDSRegistryOutOfResources", context))}
	}
	return nil
}
