package registry

import (
	"context"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/soap"
)

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
	sub.EnterInto(audit.EventOf(ctx))
	if err := r.Register(ctx, sub, req.Report, nil); err != nil {
		return r.submissionOutage(err, sub, req.Report)
	}
	return &soap.Response{Body: soap.Bytes(AppendResponse(nil, req.Report.Findings, r.cfg.Language))}, nil
}

// submissionOutage answers a submission that could not be served: what was found in it, and the outage.
func (r *Registry) submissionOutage(err error, sub *Submission, report *rule.Report) (*soap.Response, error) {
	o := OutageOf(err)
	if o == nil {
		return nil, err
	}
	refused := report.Failed()
	report.Findings = append(report.Findings, o.About(sub).Finding)
	response := &soap.Response{Body: soap.Bytes(AppendResponse(nil, report.Findings, r.cfg.Language))}
	o.Mark(response, refused)
	return response, nil
}
