package repository

import (
	"encoding/hex"
	"strconv"
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// lot is one ITI-41 under way: its metadata and its documents, matched.
type lot struct {
	sub       *registry.Submission
	documents []*document
	report    *rule.Report
	// byPart finds the document that a MIME part is of, by the element that refers to it.
	byPart map[xmltree.Node]*document
	// stray are the content ids of parts that no document refers to.
	stray []string
	// unread tells that documents were left unread because the lot was refused already and they are large or many.
	unread bool
}

// document is one xds:Document, or a DocumentEntry that has none (at is zero then).
type document struct {
	at    xmltree.Node
	id    string
	part  string // content id of the MIME part it refers to; empty when it is inline
	entry *registry.DocumentEntry
	// came tells that its bytes were read; digest is theirs, and staged is what Blobs set aside, nil in a refused lot.
	came   bool
	digest Digest
	staged Staged
}

// readLot reads what the envelope holds of a lot and matches Documents with DocumentEntries by id (ITI TF-2
// 3.41.4.1.3). maxDocuments bounds the Documents looked at.
func readLot(body xmltree.Node, report *rule.Report, maxDocuments int) *lot {
	l := &lot{report: report, byPart: make(map[xmltree.Node]*document)}
	var submission xmltree.Node
	for child := range body.Elements() {
		switch {
		case child.Is(registry.NamespaceLCM, "SubmitObjectsRequest"):
			if !submission.IsZero() {
				report.AddAt(child, rule.Finding{Rule: ruleSubmissionPresent, Found: "2"})
				continue
			}
			submission = child
		case child.Is(registry.NamespaceXDSB, "Document"):
			l.documents = append(l.documents, &document{at: child})
		default:
			report.AddAt(child, rule.Finding{Rule: ruleKnownChildren, Found: nameOf(child)})
		}
	}
	if submission.IsZero() {
		// Refused whatever severity the rule has: there is nothing to register.
		if !report.AddAt(body, rule.Finding{Rule: ruleSubmissionPresent}) {
			report.Findings = append(report.Findings, rule.Finding{Rule: ruleSubmissionPresent, Severity: rule.Error, Place: rule.At(body)})
		}
	} else {
		l.sub = registry.ReadSubmission(submission, report)
	}
	if len(l.documents) > maxDocuments && report.AddAt(l.documents[maxDocuments].at, rule.Finding{Rule: ruleDocumentCount,
		Found: strconv.Itoa(len(l.documents)), Expected: "<= " + strconv.Itoa(maxDocuments)}) {
		l.documents, l.unread = nil, true
		return l // what would be said of the others follows from it
	}
	l.match()
	return l
}

// match finds the DocumentEntry of each Document and the Document of each DocumentEntry.
func (l *lot) match() {
	entries := make(map[string]*registry.DocumentEntry)
	if l.sub != nil {
		for _, entry := range l.sub.Documents {
			if _, twice := entries[entry.ID]; !twice && entry.ID != "" {
				entries[entry.ID] = entry // of entries with one id the registry says what is wrong
			}
		}
	}
	provided := make(map[string]struct{}, len(l.documents))
	for _, d := range l.documents {
		if cid, ok := soap.Include(d.at); ok {
			d.part = cid
			l.byPart[d.at] = d
		}
		if d.id = idOf(d.at); d.id == "" {
			l.report.AddAt(d.at, rule.Finding{Rule: ruleDocumentID})
			continue
		}
		d.entry = entries[d.id]
		if d.entry == nil {
			d.entry = l.resembling(entries, d)
		}
		if d.entry != nil {
			d.id = d.entry.ID
		}
		if _, twice := provided[d.id]; twice {
			d.entry = nil
			l.report.AddAt(d.at, rule.Finding{Rule: ruleDocumentIDUnique, Subject: d.id})
			continue
		}
		provided[d.id] = struct{}{}
		if d.entry == nil && l.sub != nil {
			l.report.AddAt(d.at, rule.Finding{Rule: ruleEntryPresent, Subject: d.id})
		}
	}
	for id, entry := range l.entriesInOrder(entries) {
		if entry.Type == registry.OnDemand {
			l.report.AddAt(entry.At, rule.Finding{Rule: ruleStableEntry, Subject: id, Found: entry.ObjectType, Expected: registry.Stable.URN()})
		} else if _, there := provided[id]; !there {
			l.report.AddAt(entry.At, rule.Finding{Rule: ruleDocumentPresent, Subject: id})
		}
	}
}

// resembling finds the one entry whose id differs from the Document's by capitals alone.
func (l *lot) resembling(entries map[string]*registry.DocumentEntry, d *document) (found *registry.DocumentEntry) {
	for id, entry := range entries {
		if strings.EqualFold(id, d.id) {
			if found != nil {
				return nil
			}
			found = entry
		}
	}
	if found != nil {
		l.report.AddAt(d.at, rule.Finding{Rule: ruleDocumentIDCase, Subject: d.id, Found: d.id, Expected: found.ID})
	}
	return found
}

// entriesInOrder walks the entries that can have a document in the order of the message.
func (l *lot) entriesInOrder(entries map[string]*registry.DocumentEntry) func(func(string, *registry.DocumentEntry) bool) {
	return func(yield func(string, *registry.DocumentEntry) bool) {
		if l.sub == nil {
			return
		}
		for _, entry := range l.sub.Documents {
			if entries[entry.ID] == entry && !yield(entry.ID, entry) {
				return
			}
		}
	}
}

// idOf gives the id of a Document in the form that entries have: a UUID in lower case.
func idOf(document xmltree.Node) string {
	id := strings.TrimSpace(document.AttrValue("", "id"))
	if len(id) == 45 && strings.EqualFold(id[:9], "urn:uuid:") {
		return strings.ToLower(id)
	}
	return id
}

// settle holds each document to its entry once all bytes were read, and completes the entry: hash and size where they
// are absent, and always the repositoryUniqueId (ITI TF-2 3.41.4.1.3).
func (l *lot) settle(repositoryID string) {
	for _, d := range l.documents {
		if !d.came && d.part != "" && !l.unread {
			l.reportMissing(d)
		}
		if d.came && d.entry != nil {
			l.settleHash(d)
			l.settleSize(d)
		}
	}
	if l.sub == nil {
		return
	}
	for _, entry := range l.sub.Documents {
		entry.SetSlot(registry.SlotRepositoryUniqueID, repositoryID)
	}
}

// reportMissing says that the part a Document refers to did not come, at the reference itself. The one part that did come
// and that nothing names is what it should most likely have been.
func (l *lot) reportMissing(d *document) {
	include := d.at.Child(soap.IncludeNamespace, "Include")
	missing := rule.Finding{Rule: rulePartPresent, Place: rule.At(include), Subject: d.id, Found: include.AttrValue("", "href")}
	if len(l.stray) == 1 {
		missing.Expected = soap.Href(l.stray[0])
	}
	l.report.Add(missing)
}

func (l *lot) settleHash(d *document) {
	computed := hex.EncodeToString(d.digest.SHA1[:])
	if strings.EqualFold(d.entry.Hash, computed) {
		return // kept as it was sent
	}
	if d.entry.Hash != "" && l.report.Add(rule.Finding{Rule: ruleHashRight, Place: slotPlace(d.entry, registry.SlotHash), Subject: d.id,
		Found: d.entry.Hash, Expected: computed}) {
		return
	}
	d.entry.SetSlot(registry.SlotHash, computed)
}

func (l *lot) settleSize(d *document) {
	computed := strconv.FormatInt(d.digest.Size, 10)
	if d.entry.Size == d.digest.Size {
		return
	}
	if d.entry.Size >= 0 && l.report.Add(rule.Finding{Rule: ruleSizeRight, Place: slotPlace(d.entry, registry.SlotSize), Subject: d.id,
		Found: strconv.FormatInt(d.entry.Size, 10), Expected: computed}) {
		return
	}
	d.entry.SetSlot(registry.SlotSize, computed)
}

// slotPlace gives the place of a slot of the entry.
func slotPlace(entry *registry.DocumentEntry, name string) rule.Place {
	for i := range entry.Slots {
		if entry.Slots[i].Name == name {
			return rule.At(entry.Slots[i].At)
		}
	}
	return rule.At(entry.At)
}

// complete gives entries of a refused lot whose document did not come a hash and a size, so that the registry does not
// find missing what the repository would have added. It tells whether there was one.
func (l *lot) complete() bool {
	some := false
	for _, entry := range l.sub.Documents {
		if entry.Hash == "" {
			entry.SetSlot(registry.SlotHash, "da39a3ee5e6b4b0d3255bfef95601890afd80709")
			some = true
		}
		if entry.Size < 0 {
			entry.SetSlot(registry.SlotSize, "0")
			some = true
		}
	}
	return some
}

// kept gives the documents to be stored: those with an entry. Others are there only where the configuration tolerates
// them, and are dropped.
func (l *lot) kept() []*document {
	kept := make([]*document, 0, len(l.documents))
	for _, d := range l.documents {
		if d.entry != nil && d.staged != nil {
			kept = append(kept, d)
		}
	}
	return kept
}

// contentsOf says where the documents of a lot are.
func contentsOf(documents []*document) []registry.Content {
	contents := make([]registry.Content, 0, len(documents))
	for _, d := range documents {
		contents = append(contents, registry.Content{UniqueID: d.entry.UniqueID, SHA256: d.digest.Address, SHA1: d.digest.SHA1,
			Size: d.digest.Size, MimeType: d.entry.MimeType})
	}
	return contents
}

// discard forgets what was set aside.
func (l *lot) discard() {
	for _, d := range l.documents {
		if d.staged != nil {
			d.staged.Discard()
		}
	}
}
