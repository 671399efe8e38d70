package registry

import (
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// checker judges one submission.
type checker struct {
	registry *Registry
	sub      *Submission
	report   *rule.Report
	objects  map[string]local
	// ends are those of sub.Associations, in the same order.
	ends []ends
	// given are the UUIDs that the source chose itself.
	given []UUID
}

// local is an object of the submission: its class and its place among those of its class.
type local struct {
	kind  Kind
	index int
}

// ends are what an Association leads from and to.
type ends struct{ source, target end }

// end is an object of the submission, or an entryUUID that must be registered, or neither.
type end struct {
	local
	uuid    UUID // of a registered object
	outside bool
}

func (c *checker) add(r *rule.Rule, at xmltree.Node, subject, found, expected string) {
	if c.report.Policy.Severity(r) == rule.Error || !isFoundation(r) {
		enter(c.report, r, at, subject, found, expected)
	} else if !c.report.Failed() {
		c.report.Findings = append(c.report.Findings, rule.Finding{
			Rule: r, Severity: rule.Error, Place: rule.At(at), Subject: brief(subject), Found: found, Expected: brief(expected),
		})
	}
}

// isFoundation tells the rules without which there is nothing that could be stored, or what is stored would have two
// objects of one identity: no configuration lowers them.
func isFoundation(r *rule.Rule) bool {
	switch r {
	case ruleOneSet, ruleSetPatient, ruleSetUniqueID, ruleFolderUniqueID, ruleDocumentUniqueID, ruleIDUnique, ruleUniqueIDTwice,
		ruleSymbol, ruleAssociationEnds, ruleAssociationType,
		ruleReferenceResolves, ruleUUIDFree, ruleSetUniqueIDFree, ruleFolderUniqueIDFree:
		return true
	}
	return false
}

// founded tells once more what a configuration may have made a warning where it was read, and nothing else has refused.
func (c *checker) founded() {
	if c.report.Failed() {
		return
	}
	s := c.sub
	if s.SubmissionSet == nil {
		c.add(ruleOneSet, s.At, "", "0", "1")
		return
	}
	if s.SubmissionSet.PatientID == "" {
		c.add(ruleSetPatient, s.SubmissionSet.At, s.SubmissionSet.ID, "", "")
	}
	for i, a := range s.Associations {
		switch e := &c.ends[i]; {
		case a.Type == 0:
			c.add(ruleAssociationType, a.At, a.ID, a.TypeURN, "")
		case a.Source == "" || a.Target == "":
			c.add(ruleAssociationEnds, a.At, a.ID, "", "")
		case e.source.nowhere() || e.target.nowhere():
			c.add(ruleSymbol, a.At, a.ID, a.Source+" → "+a.Target, "")
		}
	}
}

// nowhere tells an end that is neither in the submission nor an entryUUID.
func (e *end) nowhere() bool { return e.kind == KindUnknown && !e.outside }

// stateless runs every rule that needs neither the store nor another message.
func (c *checker) stateless() {
	c.index()
	c.presence()
	c.dropRepeated()
	c.resolve()
	c.shape()
	c.circles()
	c.agreement()
	c.affinity()
	c.founded()
}

// index enters every object by its id, and tells ids used twice.
func (c *checker) index() {
	s := c.sub
	c.objects = make(map[string]local, len(s.Documents)+len(s.Folders)+len(s.Associations)+1)
	if s.SubmissionSet != nil {
		c.enter(&s.SubmissionSet.Object, s.SubmissionSet.EntryUUID, 0)
	}
	for i, d := range s.Documents {
		c.enter(&d.Object, d.EntryUUID, i)
	}
	for i, f := range s.Folders {
		c.enter(&f.Object, f.EntryUUID, i)
	}
	for i, a := range s.Associations {
		c.enter(&a.Object, a.EntryUUID, i)
	}
}

func (c *checker) enter(o *Object, uuid UUID, i int) {
	if o.ID == "" {
		return
	}
	if _, taken := c.objects[o.ID]; taken {
		c.add(ruleIDUnique, o.At, o.ID, o.ID, "")
		return
	}
	c.objects[o.ID] = local{o.Kind, i}
	if !uuid.IsZero() {
		c.given = append(c.given, uuid)
	}
}

// presence tells every required attribute that is absent (ITI TF-3 Table 4.3.1-3, columns of ITI-42 and ITI-61).
func (c *checker) presence() {
	if s := c.sub.SubmissionSet; s != nil {
		o := &s.Object
		c.coded(o, SchemeSubmissionSetContentType, ruleSetContentType)
		c.identifier(o, SchemeSubmissionSetPatientID, ruleSetPatient)
		c.identifier(o, SchemeSubmissionSetSourceID, ruleSetSource)
		c.identifier(o, SchemeSubmissionSetUniqueID, ruleSetUniqueID)
		c.slot(o, SlotSubmissionTime, ruleSetTime)
	} else {
		c.noSet()
	}
	for _, f := range c.sub.Folders {
		o := &f.Object
		c.coded(o, SchemeFolderCode, ruleFolderCode)
		c.identifier(o, SchemeFolderPatientID, ruleFolderPatient)
		c.identifier(o, SchemeFolderUniqueID, ruleFolderUniqueID)
		if text(o.Name) == "" {
			c.add(ruleFolderTitle, o.At, o.ID, "", "")
		}
	}
	for _, d := range c.sub.Documents {
		c.document(d)
	}
}

func (c *checker) noSet() {
	if !c.report.Findings.Has(rulePackageClass) {
		c.add(ruleOneSet, c.sub.At, "", "0", "1")
	}
}

func (c *checker) document(d *DocumentEntry) {
	o := &d.Object
	if o.MimeType == "" {
		c.add(ruleDocumentMIME, o.At, o.ID, "", "")
	}
	c.coded(o, SchemeDocumentClassCode, ruleDocumentClass)
	c.coded(o, SchemeDocumentConfidentiality, ruleDocumentSecret)
	c.coded(o, SchemeDocumentFormatCode, ruleDocumentFormat)
	c.coded(o, SchemeDocumentFacilityType, ruleDocumentFacility)
	c.coded(o, SchemeDocumentPracticeSetting, ruleDocumentPractice)
	c.coded(o, SchemeDocumentTypeCode, ruleDocumentTypeCode)
	c.identifier(o, SchemeDocumentPatientID, ruleDocumentPatient)
	c.identifier(o, SchemeDocumentUniqueID, ruleDocumentUniqueID)
	c.slot(o, SlotLanguageCode, ruleDocumentLanguage)
	c.slot(o, SlotSourcePatientID, ruleDocumentSourceID)
	c.slot(o, SlotRepositoryUniqueID, ruleDocumentRepository)
	if c.sub.OnDemand {
		if d.Type == Stable && lowerUUID(o.ObjectType) == Stable.URN() {
			c.add(ruleOnDemandOnly, o.At, o.ID, o.ObjectType, OnDemand.URN())
		}
		c.absent(o, SlotCreationTime, ruleOnDemandCreated)
		c.absent(o, SlotHash, ruleOnDemandHash)
		c.absent(o, SlotSize, ruleOnDemandSize)
	} else {
		if d.Type == OnDemand {
			c.add(ruleStableOnly, o.At, o.ID, o.ObjectType, Stable.URN())
		}
		c.slot(o, SlotCreationTime, ruleDocumentCreated)
		c.slot(o, SlotHash, ruleDocumentHash)
		c.slot(o, SlotSize, ruleDocumentSize)
	}
	if start, stop := PadTime(d.ServiceStartTime), PadTime(d.ServiceStopTime); start != "" && stop != "" && start > stop &&
		checkDTM(d.ServiceStartTime) == nil && checkDTM(d.ServiceStopTime) == nil {
		c.add(ruleServiceOrder, o.At, o.ID, d.ServiceStartTime+" > "+d.ServiceStopTime, "")
	}
}

func (c *checker) coded(o *Object, scheme string, r *rule.Rule) {
	if o.countScheme(scheme) == 0 {
		c.add(r, o.At, o.ID, "", "")
	}
}

func (c *checker) identifier(o *Object, scheme string, r *rule.Rule) {
	if o.identified(scheme) == nil {
		c.add(r, o.At, o.ID, "", "")
	}
}

func (c *checker) slot(o *Object, name string, r *rule.Rule) {
	if findSlot(o.Slots, name) == nil {
		c.add(r, o.At, o.ID, "", "")
	}
}

func (c *checker) absent(o *Object, name string, r *rule.Rule) {
	if s := findSlot(o.Slots, name); s != nil {
		c.add(r, s.At, o.ID, s.first(), "")
	}
}

// agreement holds the patients and the uniqueIds of one message to each other (R1, R9).
func (c *checker) agreement() {
	patient := ""
	if s := c.sub.SubmissionSet; s != nil {
		patient = s.PatientID
	}
	seen := make(map[string]struct{}, 1+len(c.sub.Documents)+len(c.sub.Folders))
	unique := func(o *Object, x *ExternalIdentifier) {
		if x == nil {
			return
		}
		if _, twice := seen[x.Value]; twice {
			c.add(ruleUniqueIDTwice, x.At, o.ID, x.Value, "")
		}
		seen[x.Value] = struct{}{}
	}
	same := func(o *Object, id, scheme string) {
		if patient != "" && id != "" && id != patient {
			c.add(ruleOnePatient, o.identified(scheme).At, o.ID, id, patient)
		}
	}
	if s := c.sub.SubmissionSet; s != nil {
		unique(&s.Object, s.identified(SchemeSubmissionSetUniqueID))
	}
	for _, f := range c.sub.Folders {
		unique(&f.Object, f.identified(SchemeFolderUniqueID))
		same(&f.Object, f.PatientID, SchemeFolderPatientID)
	}
	for _, d := range c.sub.Documents {
		unique(&d.Object, d.identified(SchemeDocumentUniqueID))
		same(&d.Object, d.PatientID, SchemeDocumentPatientID)
	}
}

// affinity holds codes, mimeTypes and repositories to the domain's lists (R12).
func (c *checker) affinity() {
	a := &c.registry.cfg.Affinity
	for _, d := range c.sub.Documents {
		c.listed(&d.Object, &documentClass)
		if len(a.RepositoryIDs) > 0 && d.RepositoryUniqueID != "" && !contains(a.RepositoryIDs, d.RepositoryUniqueID) {
			s := findSlot(d.Slots, SlotRepositoryUniqueID)
			c.add(ruleRepositoryListed, s.At, d.ID, d.RepositoryUniqueID, "")
		}
		if a.CodeMode == CodesOff || len(a.MimeTypes) == 0 || d.MimeType == "" {
			continue
		}
		if canonical, _, e := checkMIME(d.MimeType); e == nil && !contains(a.MimeTypes, canonical) {
			c.advise(ruleMIMEListed, d.At, d.ID, d.MimeType, strings.Join(a.MimeTypes, ", "))
		}
	}
	for _, f := range c.sub.Folders {
		c.listed(&f.Object, &folderClass)
	}
	if s := c.sub.SubmissionSet; s != nil {
		c.listed(&s.Object, &submissionSetClass)
	}
}

func (c *checker) listed(o *Object, class *class) {
	if c.registry.cfg.Affinity.CodeMode == CodesOff {
		return
	}
	for i := range o.Classifications {
		x := &o.Classifications[i]
		known := class.scheme(x.Scheme)
		if known == nil || known.kind == 0 {
			continue
		}
		if code := x.code(); !c.registry.codes.allows(known.kind, code) {
			c.advise(ruleCodeListed, x.At, o.ID, known.attribute+" "+code.Value+" ("+code.Scheme+")", "")
		}
	}
}

// advise enters a finding about a list, which only warns where the lists are advice.
func (c *checker) advise(r *rule.Rule, at xmltree.Node, subject, found, expected string) {
	before := len(c.report.Findings)
	c.add(r, at, subject, found, expected)
	if c.registry.cfg.Affinity.CodeMode == CodesWarn && len(c.report.Findings) > before {
		c.report.Findings[before].Severity = rule.Warning
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}
