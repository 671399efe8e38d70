package dmp

import (
	"context"
	"errors"
	"slices"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/repository"
	"liasse/vihf"
)

// judgement is one lot being judged.
type judgement struct {
	*Profile
	lot    *repository.Lot
	report *rule.Report
	caller *vihf.Caller
	peer   *pki.Peer

	// entry is that of the signature, nil when there is none; signed are the others.
	entry  *registry.DocumentEntry
	signed []*registry.DocumentEntry
	// file is the signature's document, nil when it did not come.
	file *repository.LotDocument
	// explanations counts those that were asked for, explainedBytes what the documents that they were of hold.
	explanations   int
	explainedBytes int64
}

var errNoCaller = errors.New("a lot reached the profile dmp without a caller")

// Judge holds a lot to the caller's token and to the signature that comes with it (repository.Config.Judge). Everything that
// is wrong goes into the report; the error is for what is not the sender's fault.
func (p *Profile) Judge(ctx context.Context, lot *repository.Lot, report *rule.Report) error {
	j := &judgement{Profile: p, lot: lot, report: report, caller: vihf.CallerOf(ctx), peer: pki.PeerOf(ctx)}
	if j.caller == nil {
		return errNoCaller
	}
	j.singleOut()
	j.patients()
	j.authors()
	j.secrecy()
	j.judgeEntry()
	j.judgeAssociations()
	doc, manifest, err := j.signature()
	if err != nil {
		return err
	}
	if doc != nil {
		defer doc.Release() // the references of the Manifest are nodes of it
	}
	return j.documents(ctx, manifest)
}

// add enters a finding about a node of the envelope.
func (j *judgement) add(r *rule.Rule, at xmltree.Node, subject, found, expected string) {
	j.report.AddAt(at, rule.Finding{Rule: r, Subject: subject, Found: found, Expected: expected})
}

// singleOut finds the entry of the signature: by its codes, or where no entry has them by the association signs. Where
// several have them it is the one that signs, so that what is said of a signature is not said of a document.
func (j *judgement) singleOut() {
	claims, signs := claimsToSign, j.sourcesOfSigns()
	if !slices.ContainsFunc(j.lot.Submission.Documents, claims) {
		claims = func(d *registry.DocumentEntry) bool { return signs[d.ID] }
	}
	var others []*registry.DocumentEntry
	for _, d := range j.lot.Submission.Documents {
		switch {
		case !claims(d):
			j.signed = append(j.signed, d)
		case j.entry == nil:
			j.entry = d
		case signs[d.ID] && !signs[j.entry.ID]:
			others = append(others, j.entry)
			j.entry = d
		default:
			others = append(others, d)
		}
	}
	for _, d := range others {
		if !j.report.AddAt(d.At, rule.Finding{Rule: ruleSignedOnce, Subject: d.ID, Found: d.UniqueID}) {
			j.signed = append(j.signed, d) // it is tolerated, and signed as any document is
		}
	}
	if j.entry == nil {
		at := j.lot.Submission.At
		if set := j.lot.Submission.SubmissionSet; set != nil {
			at = set.At
		}
		j.add(ruleSigned, at, "", "", "")
		return
	}
	for i := range j.lot.Documents {
		if j.lot.Documents[i].Entry == j.entry {
			j.file = &j.lot.Documents[i]
		}
	}
}

// sourcesOfSigns gives the ids of what an association signs leads from.
func (j *judgement) sourcesOfSigns() map[string]bool {
	sources := make(map[string]bool)
	for _, a := range j.lot.Submission.Associations {
		if a.Type == registry.Signs && a.Source != "" {
			sources[a.Source] = true
		}
	}
	return sources
}

// patients holds every object of the lot to the token's patient.
func (j *judgement) patients() {
	expected := j.caller.Patient.CX()
	sub := j.lot.Submission
	if set := sub.SubmissionSet; set != nil && !isPatient(j.caller, set.PatientID) {
		j.add(ruleSetPatient, identifierNode(&set.Object, registry.SchemeSubmissionSetPatientID), set.ID, set.PatientID, expected)
	}
	entry := func(o *registry.Object, id, scheme string) {
		if !isPatient(j.caller, id) {
			j.add(ruleEntryPatient, identifierNode(o, scheme), o.ID, id, expected)
		}
	}
	for _, d := range sub.Documents {
		entry(&d.Object, d.PatientID, registry.SchemeDocumentPatientID)
	}
	for _, f := range sub.Folders {
		entry(&f.Object, f.PatientID, registry.SchemeFolderPatientID)
	}
}

// identifierNode gives the external identifier of a scheme, the object itself when it has none.
func identifierNode(o *registry.Object, scheme string) xmltree.Node {
	for i := range o.ExternalIdentifiers {
		if o.ExternalIdentifiers[i].Scheme == scheme {
			return o.ExternalIdentifiers[i].At
		}
	}
	return o.At
}

// authors holds the authors of the lot to the token.
func (j *judgement) authors() {
	set := j.lot.Submission.SubmissionSet
	if set == nil {
		return // the registry says so
	}
	authors := slices.Clone(set.Authors)
	for _, d := range j.signed {
		authors = append(authors, d.Authors...)
	}
	institution := ""
	found := false
	for i := range authors {
		for _, on := range authors[i].Institutions {
			id := component(on, 10)
			institution = first(institution, id)
			found = found || id != "" && id == j.caller.Structure
		}
	}
	if !found {
		j.add(ruleAuthorInstitution, set.At, set.ID, institution, j.caller.Structure)
	}
	if j.caller.Mode != vihf.Direct || j.caller.Profession.System == systemNonPS {
		return // whoever holds the structure's certificate, or a secretary's card, feeds for others
	}
	person := ""
	for i := range set.Authors {
		id := component(set.Authors[i].Person, 1)
		if id != "" && id == j.caller.NameID {
			return
		}
		person = first(person, id)
	}
	j.add(ruleAuthorPerson, set.At, set.ID, person, j.caller.NameID)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// secrecy holds the documents of a secret connection to their confidentiality.
func (j *judgement) secrecy() {
	if !j.caller.SecretConnection {
		return
	}
	hidden := registry.Code{Value: hiddenFromGuardians, Scheme: systemVisibility}
	for _, d := range j.signed {
		if !hasCode(d.ConfidentialityCodes, hidden) {
			j.add(ruleSecretDocuments, d.At, d.ID, "", hidden.Value)
		}
	}
}
