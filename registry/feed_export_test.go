package registry

import "liasse/soap"

// FeedTransactions gives the transactions of ITI-44 to the tests outside of the package.
func FeedTransactions(r *Registry) []soap.Transaction { return r.feedTransactions() }
