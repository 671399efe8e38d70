package registry

import "liasse/soap"

// QueryTransactions lets the tests outside of the package serve queries alone.
func QueryTransactions(r *Registry) []soap.Transaction { return r.queryTransactions() }

// CataloguedQuery is what the tests see of a stored query.
type CataloguedQuery struct {
	Name, ID, Transaction string
	Parameters            []string
}

// Catalogue lists the stored queries.
func Catalogue() (all []CataloguedQuery) {
	for _, q := range storedQueries {
		one := CataloguedQuery{Name: q.name, ID: q.id, Transaction: string(q.transaction)}
		for _, p := range q.parameters {
			one.Parameters = append(one.Parameters, p.name)
		}
		all = append(all, one)
	}
	return all
}
