package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// run is one judging of one server.
type run struct {
	target  Target
	options Options
	client  *http.Client
	liasse  bool
	root    *scope
	// identities is nil when the target has none.
	identities *identities

	connections sync.Mutex
	connected   []*http.Client // of identities

	offered struct {
		sync.Mutex
		known map[string]bool
	}
	hook sync.Mutex // OnExchange and OnResult do not overlap
}

// Run sends the suites to the target and reports. It returns an error when it could not begin: the suites cannot be read
// or the registry does not answer at all.
func Run(ctx context.Context, target Target, options Options) (*Report, error) {
	if options.Suites == nil {
		suites, err := Embedded()
		if err != nil {
			return nil, fmt.Errorf("reading the suites: %w", err)
		}
		options.Suites = suites
	}
	r := &run{target: target, options: options, client: target.Client, root: newScope(nil)}
	if r.client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.DisableCompression = true
		transport.MaxIdleConnsPerHost = 16
		defer transport.CloseIdleConnections()
		r.client = &http.Client{Transport: transport, Timeout: options.timeout()}
	}
	defer func() {
		for _, c := range r.connected {
			c.CloseIdleConnections()
		}
	}()
	var err error
	if r.identities, err = loadIdentities(&target); err != nil {
		return nil, err
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	report := &Report{Target: target, Lang: options.Lang, Started: time.Now(), Liasse: r.liasse, Patient: r.root.get("patient")}
	var results []Result
	results, err = r.suites(ctx)
	report.Finished, report.Results = time.Now(), results
	return report, err
}

func (r *run) suites(ctx context.Context) ([]Result, error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, r.options.Parallel))
	results := make([][]Result, len(r.options.Suites))
	for i, s := range r.options.Suites {
		group.Go(func() error {
			results[i] = r.suite(ctx, s)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return slices.Concat(results...), fmt.Errorf("running the suites: %w", err)
	}
	return slices.Concat(results...), nil
}

// prepare finds out what the suites need to know of the server: whether it is Liasse, a known patient, the repository's
// id.
func (r *run) prepare(ctx context.Context) error {
	if r.target.Registry == "" {
		return errors.New("no registry address was given")
	}
	if r.target.AssigningAuthority == "" {
		r.target.AssigningAuthority = DefaultAssigningAuthority
		if r.identities != nil {
			r.target.AssigningAuthority = INSTestAuthority
		}
	}
	r.offered.known = map[string]bool{}
	r.root.set("authority", r.target.AssigningAuthority)
	r.root.set("registry.url", r.target.Registry)
	r.root.set("repository.url", r.target.Repository)
	r.root.set("mllp", r.target.MLLP)
	if r.identities != nil {
		for name, id := range r.identities.byName {
			id.bind(r.root, name)
		}
	}

	noQuery := uuidURN + "00000000-0000-4000-8000-000000000000"
	a, err := r.probe(ctx, &Send{Query: &Query{ID: &noQuery}})
	if err != nil {
		return fmt.Errorf("asking the registry at %s: %w", r.target.Registry, err)
	}
	r.liasse = r.target.Server == "liasse" || r.target.Server == "" && len(a.rules) > 0
	if err := r.findProfile(ctx); err != nil {
		return err
	}
	cx := r.newPatient()
	unknown := r.makeKnown(ctx, cx)
	switch {
	case unknown == nil:
		r.offered.known["patients"] = true
		r.root.set("patient", cx)
	case r.target.Patient != "":
		r.root.set("patient", r.target.Patient)
	}
	if err := r.findRepository(ctx); err != nil {
		return errors.Join(err, unknown)
	}
	return nil
}

// findProfile takes a server that knows its senders and has no ITI-42 for one that speaks the DMP, unless the caller said so.
func (r *run) findProfile(ctx context.Context) error {
	if r.identities == nil || slices.Contains(r.target.Traits, ProfileDMP) {
		return nil
	}
	a, err := r.probe(ctx, &Send{SOAP: &SOAPBody{Action: register.action, XML: "<lcm:SubmitObjectsRequest/>"}})
	if err != nil {
		return fmt.Errorf("asking the registry at %s for ITI-42: %w", r.target.Registry, err)
	}
	if f := a.fault(); f != nil && slices.Contains(faultCodes(f), "ActionNotSupported") {
		r.target.Traits = append(slices.Clone(r.target.Traits), ProfileDMP)
	}
	return nil
}

// findRepository learns repositoryUniqueId from the entry of a document submitted through the repository.
func (r *run) findRepository(ctx context.Context) error {
	if r.target.RepositoryUniqueID != "" {
		r.root.set("repository", r.target.RepositoryUniqueID)
		return nil
	}
	if r.target.Repository == "" {
		r.root.set("repository", newOID())
		return nil
	}
	sc := newScope(r.root)
	if _, err := r.probeIn(ctx, sc, &Send{Provide: &Lot{}}); err != nil {
		return fmt.Errorf("submitting to the repository at %s: %w", r.target.Repository, err)
	}
	a, err := r.probeIn(ctx, sc, &Send{Query: &Query{Name: "GetDocuments", Params: Params{
		{"$XDSDocumentEntryEntryUUID", [][]string{{"('${DOC1}')"}}}}}})
	if err != nil {
		return fmt.Errorf("asking the registry for the document: %w", err)
	}
	for _, o := range a.objects() {
		for _, s := range children(o, "rim:Slot", "name", "repositoryUniqueId") {
			r.root.set("repository", strings.Join(slotValues(s), ""))
		}
	}
	return nil
}

// newPatient makes an identifier: a national health identity where senders have identities.
func (r *run) newPatient() string {
	if r.identities != nil {
		return newINS(r.target.AssigningAuthority)
	}
	return newPatient(r.target.AssigningAuthority)
}

func (r *run) probe(ctx context.Context, s *Send) (*answer, error) {
	return r.probeIn(ctx, newScope(r.root), s)
}

func (r *run) probeIn(ctx context.Context, sc *scope, s *Send) (*answer, error) {
	m, err := r.exchange(ctx, sc, s, "probe")
	if err != nil {
		return nil, err
	}
	return m.answer, nil
}

// makeKnown makes a patient known: through Liasse's administration, else by a feed message (ITI-44).
func (r *run) makeKnown(ctx context.Context, cx string) error {
	if r.target.Admin == "" {
		sc := newScope(r.root)
		m, err := r.exchange(ctx, sc, &Send{Feed: &Feed{Add: cx}}, "patient")
		if err != nil {
			return err
		}
		if m.answer.acknowledgement() != "CA" {
			return fmt.Errorf("no way to make a patient known: no administration, and the feed answered %s", m.answer.describe())
		}
		return nil
	}
	bare, _, _ := strings.Cut(cx, "&ISO^") // the administration takes no type of identifier
	if bare != cx {
		bare += "&ISO"
	}
	body, err := json.Marshal(map[string]string{"id": bare})
	if err != nil {
		return fmt.Errorf("writing the patient: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(r.target.Admin, "/")+"/patients", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := r.client.Do(request)
	if err != nil {
		return fmt.Errorf("asking the administration: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("the administration refused the patient: %s", response.Status)
	}
	return nil
}

// offers tells whether the target has what a check needs. Optional transactions and queries are tried once.
func (r *run) offers(ctx context.Context, need string) bool {
	switch need {
	case "admin":
		return r.target.Admin != ""
	case "repository":
		return r.target.Repository != ""
	case "mllp":
		return r.target.MLLP != ""
	case "identities":
		return r.identities != nil
	case "pki":
		return r.identities != nil && r.identities.pki != nil
	case "tls":
		return strings.HasPrefix(r.target.Registry, "https:")
	}
	if slices.Contains(r.target.Traits, need) {
		return true
	}
	r.offered.Lock()
	defer r.offered.Unlock()
	if known, asked := r.offered.known[need]; asked {
		return known
	}
	has := r.tryOption(ctx, need)
	r.offered.known[need] = has
	return has
}

// tryOption sends a message that a server with the option would not refuse for lack of it.
func (r *run) tryOption(ctx context.Context, need string) bool {
	empty := ""
	var s *Send
	switch need {
	case "iti-44":
		s = &Send{Feed: &Feed{Revise: "${cx:probe}"}}
	case "iti-51":
		s = &Send{MultiPatient: &Query{Name: "FindDocumentsForMultiplePatients"}}
	case "iti-61":
		s = &Send{RegisterOnDemand: &Lot{Patient: "${cx:probe}"}}
	case "reference-id":
		s = &Send{Query: &Query{Name: "FindDocumentsByReferenceId", Return: &empty}}
	case "exclude":
		s = &Send{Query: &Query{Name: "FindDocumentsExclude"}}
	case "reference-id-multiple":
		s = &Send{MultiPatient: &Query{Name: "FindDocumentsByReferenceIdForMultiplePatients"}}
	case "metadata-update":
		return r.liasse
	default:
		return false
	}
	a, err := r.probe(ctx, s)
	if err != nil || a.fault() != nil || a.doc == nil {
		return false
	}
	return !slices.Contains(attrs(a.errors("Error"), "errorCode"), "XDSUnknownStoredQuery")
}

func (r *run) seen(e Exchange) {
	if r.options.OnExchange == nil {
		return
	}
	r.hook.Lock()
	defer r.hook.Unlock()
	r.options.OnExchange(e)
}

func (r *run) done(result Result) Result {
	if r.options.OnResult != nil {
		r.hook.Lock()
		defer r.hook.Unlock()
		r.options.OnResult(result)
	}
	return result
}
