package repository

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// wanted is one xds:DocumentRequest.
type wanted struct {
	at xmltree.Node
	// home, repository and uniqueID are as they were asked for and are answered alike.
	home, repository, uniqueID string
	// refused tells that the document is not given.
	refused bool
	content registry.Content
	blob    Blob
	// patient is whose document it is, looked up only for the audit record.
	patient string
}

// retrieval is one ITI-43 under way.
type retrieval struct {
	repository *Repository
	policy     *rule.Policy
	requests   []*wanted
	errors     []RegistryError
	found      rule.Findings // those that errors says
}

// serveRetrieve answers ITI-43 Retrieve Document Set (ITI TF-2 3.43.4.1.3): each document asked for is in the answer, or
// an error with its uniqueId is.
func (r *Repository) serveRetrieve(ctx context.Context, req *soap.Request) (*soap.Response, error) {
	v := &retrieval{repository: r, policy: req.Report.Policy, errors: errorsOf(req.Report.Findings, r.cfg.Language)}
	if v.read(req.Body) {
		if err := v.find(ctx); err != nil {
			v.enterInto(audit.EventOf(ctx))
			return v.outage(err, req)
		}
		v.open(ctx)
		v.enterInto(audit.EventOf(ctx))
		// Whatever of the answer is never sent, the blobs are closed when the request ends.
		context.AfterFunc(ctx, v.close)
	}
	return v.answer(req.MTOM)
}

// finding enters a finding and tells whether it refuses. Each is weighed on its own, for every document that is not given
// has its error in the answer, however many there are. The location of an error is the uniqueId asked for.
func (v *retrieval) finding(f rule.Finding, w *wanted) bool {
	one := rule.Report{Policy: v.policy}
	f.Place = rule.Place{Line: f.Line, Column: f.Column}
	if w != nil {
		f.Place = rule.At(w.at)
		f.XPath = w.uniqueID
	}
	refused := one.Add(f)
	v.errors = append(v.errors, errorsOf(one.Findings, v.repository.cfg.Language)...)
	v.found = append(v.found, one.Findings...)
	if refused && w != nil {
		w.refused = true
	}
	return refused
}

// mustFind is finding for what cannot be tolerated: whatever severity the rule has, nothing can be given.
func (v *retrieval) mustFind(f rule.Finding, w *wanted) {
	before := len(v.errors)
	if !v.finding(f, w) {
		f.Severity = rule.Error
		v.errors = append(v.errors[:before], RegistryError{Code: f.Rule.Code, Context: f.Sentence(v.repository.cfg.Language)})
		v.found = append(v.found, f)
		if w != nil {
			v.errors[before].Location = w.uniqueID
		}
	}
	if w != nil {
		w.refused = true
	}
}

// read reads the DocumentRequests and judges their form; false when the request is refused as a whole.
func (v *retrieval) read(body xmltree.Node) bool {
	for child := range body.Elements() {
		if !child.Is(registry.NamespaceXDSB, "DocumentRequest") {
			if v.finding(rule.Finding{Rule: ruleOnlyRequests, Place: rule.At(child), Found: nameOf(child)}, nil) {
				return false
			}
			continue
		}
		v.requests = append(v.requests, &wanted{at: child})
	}
	if len(v.requests) == 0 {
		v.mustFind(rule.Finding{Rule: ruleSomethingAsked, Place: rule.At(body)}, nil)
		return false
	}
	if most := v.repository.cfg.MaxRequests; len(v.requests) > most {
		if v.finding(rule.Finding{Rule: ruleNotTooMany, Place: rule.At(body), Found: strconv.Itoa(len(v.requests)), Expected: "<= " + strconv.Itoa(most)}, nil) {
			v.requests = nil
			return false
		}
	}
	for _, w := range v.requests {
		v.readOne(w)
	}
	return true
}

func nameOf(n xmltree.Node) string { return soap.QName{Space: n.Space(), Local: n.Local()}.String() }

// readOne reads one DocumentRequest.
func (v *retrieval) readOne(w *wanted) {
	fields := [...]struct {
		name  string
		value *string
		seen  xmltree.Node
	}{{"HomeCommunityId", &w.home, xmltree.Node{}}, {"RepositoryUniqueId", &w.repository, xmltree.Node{}}, {"DocumentUniqueId", &w.uniqueID, xmltree.Node{}}}
	var odd, blank xmltree.Node
	next := 0
	for child := range w.at.Elements() {
		at := -1
		for i := range fields {
			if child.Is(registry.NamespaceXDSB, fields[i].name) && fields[i].seen.IsZero() {
				at = i
			}
		}
		if at < next {
			odd = child
		}
		if at < 0 {
			continue
		}
		next = max(next, at+1)
		text := child.Text()
		fields[at].seen = child
		*fields[at].value = strings.Trim(text, " \t\r\n")
		if len(*fields[at].value) != len(text) {
			blank = child
		}
	}
	if !odd.IsZero() {
		v.finding(rule.Finding{Rule: ruleRequestOrder, Found: nameOf(odd)}, w)
	}
	if !blank.IsZero() {
		v.finding(rule.Finding{Rule: ruleBareValues, Found: blank.Text()}, w)
	}
	if !fields[0].seen.IsZero() && w.home == "" {
		v.finding(rule.Finding{Rule: ruleHomeNotEmpty}, w)
	}
	v.judge(w)
}

// judge holds a DocumentRequest to what can be said without looking for the document.
func (v *retrieval) judge(w *wanted) {
	ours := v.repository.cfg.UniqueID
	bare, prefixed := strings.CutPrefix(w.repository, "urn:oid:")
	switch {
	case w.repository == "":
		v.finding(rule.Finding{Rule: ruleRepositoryNamed, Subject: w.uniqueID}, w)
	case bare != ours:
		v.finding(rule.Finding{Rule: ruleRepositoryOurs, Subject: w.uniqueID, Found: w.repository, Expected: ours}, w)
	case prefixed:
		v.finding(rule.Finding{Rule: ruleRepositoryBare, Subject: w.uniqueID, Found: w.repository, Expected: ours}, w)
	}
	if w.uniqueID == "" {
		v.mustFind(rule.Finding{Rule: ruleDocumentNamed}, w)
	}
}

// find looks up where the documents are. One that the caller may not see is answered exactly as one that is not here.
func (v *retrieval) find(ctx context.Context) error {
	r := v.repository
	ids := make([]string, 0, len(v.requests))
	for _, w := range v.requests {
		if !w.refused {
			ids = append(ids, w.uniqueID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	contents, err := keptFor(ctx, r.cfg.Store, r.cfg.Policy, ids)
	if err != nil {
		return err
	}
	for _, w := range v.requests {
		if w.refused {
			continue
		}
		content, known := contents[w.uniqueID]
		if !known {
			v.mustFind(rule.Finding{Rule: ruleDocumentKnown, Subject: w.uniqueID}, w)
			continue
		}
		w.content = content
	}
	if audit.EventOf(ctx) != nil {
		return v.findPatients(ctx)
	}
	return nil
}

// open opens the documents, which verifies all but very large ones. What is not right is never given: the caller gets an
// error for it, the operator a line in the log.
func (v *retrieval) open(ctx context.Context) {
	r := v.repository
	left := r.cfg.MaxRetrieveBytes
	for _, w := range v.requests {
		if w.refused {
			continue
		}
		if w.content.Size > left && v.finding(rule.Finding{Rule: ruleNotTooLarge, Subject: w.uniqueID,
			Found: strconv.FormatInt(w.content.Size, 10), Expected: "<= " + strconv.FormatInt(left, 10)}, w) {
			continue
		}
		left -= w.content.Size
		var err error
		if w.blob, err = r.cfg.Blobs.Open(ctx, w.content.SHA256, w.content.Size); err == nil {
			continue
		}
		w.refused = true
		broken := ruleDocumentRead
		if errors.Is(err, ErrDamaged) || errors.Is(err, ErrNoBlob) {
			broken = ruleDocumentSound
		}
		r.cfg.Log.Error().Err(err).Str("rule", broken.ID).Str("uniqueId", w.uniqueID).Msg("a document cannot be given")
		v.mustFind(rule.Finding{Rule: broken, Subject: w.uniqueID}, w)
	}
}

// outage answers that nothing could be looked for.
func (v *retrieval) outage(err error, req *soap.Request) (*soap.Response, error) {
	o := storeOutage(err)
	if o == nil {
		return nil, err
	}
	v.repository.cfg.Log.Error().Err(err).Str("request", req.ID).Str("rule", o.Finding.Rule.ID).Msg("documents could not be looked for")
	v.errors = append(v.errors, errorsOf(rule.Findings{o.Finding}, v.repository.cfg.Language)...)
	v.found = append(v.found, o.Finding)
	response, err := v.answer(req.MTOM)
	if err == nil {
		o.Mark(response, false)
	}
	return response, err
}

func (v *retrieval) close() {
	for _, w := range v.requests {
		if w.blob != nil {
			_ = w.blob.Close() // what was read has been verified or refused
		}
	}
}
