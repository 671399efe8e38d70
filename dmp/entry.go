package dmp

import (
	"slices"
	"strings"

	"liasse/internal/xmltree"
	"liasse/registry"
)

// judgeEntry holds the metadata of the signature to what they must be.
func (j *judgement) judgeEntry() {
	d := j.entry
	if d == nil {
		return
	}
	at := d.At
	if media, _, _ := strings.Cut(d.MimeType, ";"); !strings.EqualFold(strings.TrimSpace(media), signatureMIMEType) {
		j.add(ruleSignatureMIME, at, d.ID, d.MimeType, signatureMIMEType)
	}
	if !same(d.ClassCode, signatureClass) {
		j.add(ruleSignatureClass, codeNode(d, registry.SchemeDocumentClassCode), d.ID, shown(d.ClassCode), shown(signatureClass))
	}
	if !same(d.TypeCode, signatureType) {
		j.add(ruleSignatureType, codeNode(d, registry.SchemeDocumentTypeCode), d.ID, shown(d.TypeCode), shown(signatureType))
	}
	if !hasCode(signatureFormats, d.FormatCode) {
		j.add(ruleSignatureFormat, codeNode(d, registry.SchemeDocumentFormatCode), d.ID, shown(d.FormatCode), shown(signatureFormats[0]))
	}
	if !hasCode(d.EventCodes, signatureEvent) {
		j.add(ruleSignatureEvent, codeNode(d, registry.SchemeDocumentEventCode), d.ID, shownAll(d.EventCodes), shown(signatureEvent))
	}
	if !sameCodes(d.ConfidentialityCodes, signatureConfidentiality) {
		j.add(ruleSignatureHidden, codeNode(d, registry.SchemeDocumentConfidentiality), d.ID, shownAll(d.ConfidentialityCodes), shownAll(signatureConfidentiality))
	}
	if d.LanguageCode != signatureLanguage {
		j.add(ruleSignatureLanguage, at, d.ID, d.LanguageCode, signatureLanguage)
	}
	if d.Title != signatureTitle {
		j.add(ruleSignatureTitle, at, d.ID, d.Title, signatureTitle)
	}
	if d.SourcePatientID != d.PatientID || len(d.SourcePatientInfo) > 0 {
		found := d.SourcePatientID
		if len(d.SourcePatientInfo) > 0 {
			found = registry.SlotSourcePatientInfo
		}
		j.add(ruleSignaturePatient, at, d.ID, found, d.PatientID)
	}
	j.judgeAgainstSet(d, at)
}

// judgeAgainstSet holds the signature's entry to its SubmissionSet.
func (j *judgement) judgeAgainstSet(d *registry.DocumentEntry, at xmltree.Node) {
	set := j.lot.Submission.SubmissionSet
	if set == nil {
		return
	}
	for _, t := range []string{d.CreationTime, d.ServiceStartTime, d.ServiceStopTime} {
		if registry.PadTime(t) != registry.PadTime(set.SubmissionTime) {
			j.add(ruleSignatureTimes, at, d.ID, t, set.SubmissionTime)
			break
		}
	}
	if !slices.ContainsFunc(d.Authors, func(a registry.Author) bool { return writes(set.Authors, &a) }) {
		found := ""
		if len(d.Authors) > 0 {
			found = d.Authors[0].Person
		}
		j.add(ruleSignatureAuthor, at, d.ID, found, "")
	}
}

// writes tells whether an author is one of the list: persons by their identifiers, for names are written in either order.
func writes(list []registry.Author, a *registry.Author) bool {
	return slices.ContainsFunc(list, func(one registry.Author) bool {
		if id := component(one.Person, 1); id != "" {
			return id == component(a.Person, 1)
		}
		return one.Person == a.Person && slices.Equal(one.Institutions, a.Institutions)
	})
}

// judgeAssociations holds the lot to the one association by which its signature signs it, and the signature to what it may
// be in: nobody sees it, so that what it replaced would be gone and what it is put into would hold nothing.
func (j *judgement) judgeAssociations() {
	sub := j.lot.Submission
	if j.entry == nil || sub.SubmissionSet == nil {
		return
	}
	var signs *registry.Association
	for _, a := range sub.Associations {
		switch {
		case a.Type != registry.Signs:
			inLot := a.Type == registry.HasMember && a.Source == sub.SubmissionSet.ID
			if id := j.entry.ID; id != "" && !inLot && (a.Source == id || a.Target == id) {
				j.add(ruleSignatureApart, a.At, a.ID, a.Type.URN()+": "+a.Source+" → "+a.Target, "")
			}
		case signs == nil && a.Source == j.entry.ID && a.Target == sub.SubmissionSet.ID && a.Source != "":
			signs = a
		default:
			j.add(ruleSignsOnce, a.At, a.ID, a.Source+" → "+a.Target, "")
		}
	}
	switch {
	case signs == nil:
		j.add(ruleSigns, j.entry.At, j.entry.ID, "", j.entry.ID+" → "+sub.SubmissionSet.ID)
	case signs.Label != registry.LabelOriginal:
		j.add(ruleSignsOriginal, signs.At, signs.ID, signs.Label, registry.LabelOriginal)
	}
}

// codeNode gives the first code of a scheme, the entry itself when it has none.
func codeNode(d *registry.DocumentEntry, scheme string) xmltree.Node {
	for i := range d.Classifications {
		if d.Classifications[i].Scheme == scheme {
			return d.Classifications[i].At
		}
	}
	return d.At
}

// shown writes a code for people.
func shown(c registry.Code) string {
	if c.Value == "" && c.Scheme == "" {
		return ""
	}
	return c.Value + " (" + c.Scheme + ")"
}

func shownAll(codes []registry.Code) string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = shown(c)
	}
	return strings.Join(all, ", ")
}

// sameCodes tells whether two lists hold the same codes, in whatever order, each once.
func sameCodes(a, b []registry.Code) bool {
	if len(a) != len(b) {
		return false
	}
	for _, c := range b {
		if !hasCode(a, c) {
			return false
		}
	}
	return true
}
