package registry

import "context"

// Policy says who may see what: the one door that every read passes, whatever transaction it came by. The registry
// knows neither callers nor rights; the profile that does puts the caller into the context.
type Policy interface {
	// Visible tells whether the caller that ctx carries may see the object. An object that may not be seen is answered
	// exactly as one that does not exist.
	Visible(ctx context.Context, id *Identity) bool
}
