package registry

import (
	"context"
	"errors"
	"fmt"

	"liasse/internal/audit"
	"liasse/soap"
)

// queryTransactions are ITI-18 Registry Stored Query and ITI-51 Multi-Patient Stored Query.
func (r *Registry) queryTransactions() []soap.Transaction {
	serve := func(name transactionName) func(context.Context, *soap.Request) (*soap.Response, error) {
		return func(ctx context.Context, req *soap.Request) (*soap.Response, error) {
			return r.serveQuery(ctx, req, name)
		}
	}
	body := soap.QName{Space: NamespaceQuery, Local: "AdhocQueryRequest"}
	return []soap.Transaction{
		{
			Name:           string(iti18),
			Action:         "urn:ihe:iti:2007:RegistryStoredQuery",
			ResponseAction: "urn:ihe:iti:2007:RegistryStoredQueryResponse",
			Body:           body,
			Serve:          serve(iti18),
		},
		{
			Name:           string(iti51),
			Action:         "urn:ihe:iti:2009:MultiPatientStoredQuery",
			ResponseAction: "urn:ihe:iti:2009:MultiPatientStoredQueryResponse",
			Body:           body,
			Serve:          serve(iti51),
		},
	}
}

// serveQuery answers one AdhocQueryRequest. A fault of the request is an answer; an error is the registry's own.
func (r *Registry) serveQuery(ctx context.Context, req *soap.Request, name transactionName) (*soap.Response, error) {
	q := readQueryRequest(req.Body, name, r.cfg.Documents != nil, req.Report)
	q.enterInto(audit.EventOf(ctx), req.Body)
	a := newAnswer(q.returnType, r.cfg.Affinity.HomeCommunity)
	response := &soap.Response{Body: a}
	if r.cfg.Policy != nil && q.query != nil {
		r.cfg.Policy.Asked(ctx, q.query.name, q.askedPatients(), req.Report)
	}
	if !req.Report.Failed() && q.query != nil {
		err := r.cfg.Store.View(ctx, func(reader Reader) error {
			a.clear()
			return q.query.collect(ctx, r.newSearch(ctx, q, reader, req.Report, a))
		})
		if err != nil && !errors.Is(err, errQueryRefused) {
			o := OutageOf(err)
			if o == nil {
				return nil, fmt.Errorf("answering %s: %w", q.query.name, err)
			}
			r.cfg.Log.Error().Err(err).Str("request", req.ID).Str("query", q.query.name).Msg("a query could not be answered")
			o.Mark(response, false)
			req.Report.Findings = append(req.Report.Findings, o.Finding)
		}
	}
	if a.withItems && !req.Report.Failed() {
		if err := r.openItems(ctx, a, req, response); err != nil {
			return nil, err
		}
	}
	a.finish(req.Report.Findings, r.cfg.Language)
	return response, nil
}
