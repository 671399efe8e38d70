package registry

import (
	"context"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// Policy says who may see what: the one door that every read passes, whatever transaction it came by. The registry
// knows neither callers nor rights; the profile that does puts the caller into the context.
type Policy interface {
	// Visible tells whether the caller that ctx carries may see the object. An object that may not be seen is answered
	// exactly as one that does not exist.
	Visible(ctx context.Context, id *Identity) bool

	// Asked is told which patients a stored query names before anything is looked for, and reports those that the caller
	// may not ask for. A finding that refuses ends the query. It is called once for each query, also when it names none.
	Asked(ctx context.Context, query string, patients []AskedPatient, report *rule.Report)
}

// AskedPatient is a patient identifier that a stored query was given.
type AskedPatient struct {
	// Parameter is the parameter's name, CX its value in canonical form, and Node the Slot that carries it.
	Parameter, CX string
	Node          xmltree.Node
}

// askedPatients gives the patient identifiers among the arguments of a query.
func (q *queryRequest) askedPatients() (asked []AskedPatient) {
	for _, a := range q.arguments {
		if a.parameter.kind != valuePatientID {
			continue
		}
		for _, slot := range a.slots {
			for i := range slot {
				asked = append(asked, AskedPatient{Parameter: a.parameter.name, CX: slot[i].text, Node: a.at})
			}
		}
	}
	return asked
}
