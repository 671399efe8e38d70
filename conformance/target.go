package conformance

import (
	"net/http"
	"time"
)

// Target is the server to judge.
type Target struct {
	// Registry and Repository are SOAP addresses. A check that needs one that is empty is not run.
	Registry   string
	Repository string
	// Admin is the base address of Liasse's administration (POST /patients), to make patients known. Without it, and
	// without an ITI-44 feed at the registry, patients cannot be made known and Patient must name one that is.
	Admin string
	// Patient is a CX that the registry knows already.
	Patient string
	// MLLP is host:port of an ITI-8 listener.
	MLLP string
	// AssigningAuthority is the OID of the affinity domain that new patients get.
	AssigningAuthority string
	// RepositoryUniqueID is found out by submitting a document when it is not given.
	RepositoryUniqueID string
	// Server is "liasse", "other", or empty to find out from an answer.
	Server string
	// Traits are further properties that checks may ask for in needs: how the server was configured ("strict"), or what
	// it offers ("iti-61").
	Traits []string
	// PKI is a folder that `liasse pki` made: identities to send as, for mutual TLS, tokens and lot signatures, and the
	// keys of the authorities, for certificates that no authority would issue.
	PKI string
	// Identity is the folder of one identity (identity.json, auth.crt, auth.key, sign.crt, sign.key, server-ca.crt) that
	// the server takes, where its PKI is not at hand.
	Identity string
	// Client carries TLS configuration; nil for a plain one. Messages of identities go by clients of their own.
	Client *http.Client
}

// Options choose what is run.
type Options struct {
	// Suites to run; the embedded ones when nil.
	Suites []*Suite
	// Filter keeps the suites and checks it accepts; nil keeps all. It is called with the suite's name and the check's id.
	Filter func(suite, check string) bool
	// Parallel is how many suites run at once; 1 when less.
	Parallel int
	// Lang is the language of the report: en or fr.
	Lang string
	// Timeout bounds one exchange; 30 s when zero.
	Timeout time.Duration
	// OnExchange sees every request and answer. Calls do not overlap.
	OnExchange func(Exchange)
	// OnResult sees every result as it is there. Calls do not overlap.
	OnResult func(Result)
}

func (o *Options) timeout() time.Duration {
	if o.Timeout > 0 {
		return o.Timeout
	}
	return 30 * time.Second
}

// INSTestAuthority is the assigning authority of national health identities (INS) in tests: the affinity domain of a
// target with identities, unless another is given.
const INSTestAuthority = "1.2.250.1.213.1.4.10"

// ProfileDMP is the trait of a server that speaks the DMP: it takes ITI-41, ITI-18 and ITI-43 from holders of a token
// only, so that the suites for servers without identities are not run. It is found out of a target with identities: such a
// server has no ITI-42.
const ProfileDMP = "profile-dmp"

// DefaultAssigningAuthority is the affinity domain of Liasse's profile xds.
const DefaultAssigningAuthority = "1.3.6.1.4.1.21367.13.20.1000"
