package registry

import (
	"liasse/internal/audit"
	"liasse/internal/xmltree"
)

// enterInto enters the query into an audit event: which it is, for whom, and the AdhocQueryRequest whole, in a form that can
// be read without the envelope around it (ITI TF-2 3.18.5.1).
func (q *queryRequest) enterInto(e *audit.Event, request xmltree.Node) {
	if e == nil {
		return
	}
	adhoc := request.Child(NamespaceRIM, "AdhocQuery")
	e.SetQuery(adhoc.AttrValue("", "id"), adhoc.AttrValue("", "home"), request.AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.Exclusive}))
	for _, asked := range q.askedPatients() {
		e.AddPatient(asked.CX)
	}
}

// enterDocuments enters the documents that are answered inside of their entries.
func (a *answer) enterDocuments(e *audit.Event) {
	for i := range a.items {
		if it := &a.items[i]; it.content != nil {
			e.AddDocument(audit.Document{UniqueID: it.uniqueID, Repository: it.repository, Patient: it.patient})
		}
	}
}
