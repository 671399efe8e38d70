package registry

import (
	"context"
	"math/big"
	"strings"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/soap"
)

// NamespaceHL7 is that of HL7 version 3 messages.
const NamespaceHL7 = "urn:hl7-org:v3"

// feedInteraction is a message of ITI-44: the root element's name and the trigger event (ITI TF-2 3.44.4).
type feedInteraction struct {
	name, trigger string
	kind          feedKind
}

type feedKind uint8

const (
	feedAdds feedKind = iota
	feedRevises
	feedMerges
)

var feedInteractions = [...]feedInteraction{
	{"PRPA_IN201301UV02", "PRPA_TE201301UV02", feedAdds},
	{"PRPA_IN201302UV02", "PRPA_TE201302UV02", feedRevises},
	{"PRPA_IN201304UV02", "PRPA_TE201304UV02", feedMerges},
}

const ackInteraction = "MCCI_IN000002UV01"

// feedTransactions are the three messages of ITI-44 Patient Identity Feed HL7 V3.
func (r *Registry) feedTransactions() []soap.Transaction {
	transactions := make([]soap.Transaction, 0, len(feedInteractions))
	for i := range feedInteractions {
		interaction := &feedInteractions[i]
		transactions = append(transactions, soap.Transaction{
			Name: "ITI-44", Action: NamespaceHL7 + ":" + interaction.name, ResponseAction: NamespaceHL7 + ":" + ackInteraction,
			Body: soap.QName{Space: NamespaceHL7, Local: interaction.name},
			Serve: func(ctx context.Context, req *soap.Request) (*soap.Response, error) {
				return r.serveFeed(ctx, req, interaction), nil
			},
		})
	}
	return transactions
}

// serveFeed does what a message says. Every fault is told by the acknowledgement, the registry's own too.
func (r *Registry) serveFeed(ctx context.Context, req *soap.Request, interaction *feedInteraction) *soap.Response {
	report := newFeedReport(req.Report)
	event := r.readRegistration(req.Body, interaction, report)
	recorded := audit.EventOf(ctx)
	event.enterInto(recorded)
	recorded.SetControl("II", instanceOf(hl7(req.Body, "id")))
	if err := r.applyFeed(ctx, event, report); err != nil {
		r.cfg.Log.Error().Err(err).Str("request", req.ID).Msg("ITI-44 failed")
		report.Findings = append(report.Findings, feedOutage(err))
	}
	response := &soap.Response{Body: soap.Bytes(r.appendAck(nil, req.Body, report)), Findings: report.Findings}
	if report.Failed() {
		response.Outcome = soap.OutcomeFailure
	}
	return response
}

// instanceOf gives an instance identifier in the form root^extension, empty when there is none.
func instanceOf(id xmltree.Node) string {
	root, extension := id.AttrValue("", "root"), id.AttrValue("", "extension")
	if extension == "" {
		return root
	}
	return root + "^" + extension
}

// hl7 follows first children of the HL7 namespace, the zero Node when one lacks.
func hl7(n xmltree.Node, path ...string) xmltree.Node {
	for _, local := range path {
		n = n.Child(NamespaceHL7, local)
	}
	return n
}

// nearest gives the node or, when it lacks, the one that should hold it.
func nearest(n, holder xmltree.Node) xmltree.Node {
	if n.IsZero() {
		return holder
	}
	return n
}

// readRegistration judges a message and gives what it asks.
func (r *Registry) readRegistration(root xmltree.Node, interaction *feedInteraction, report *feedReport) *feedEvent {
	checkTransmission(root, interaction, report)
	event := &feedEvent{}
	registration := hl7(root, "controlActProcess", "subject", "registrationEvent")
	patient := hl7(registration, "subject1", "patient")
	if patient.IsZero() {
		report.add(ruleFeedV3Event, feedPlace{name: "registrationEvent", node: nearest(registration, root)}, "", "")
		return event
	}
	if status := hl7(registration, "statusCode"); status.AttrValue("", "code") != "active" {
		report.add(ruleFeedV3Active, feedPlace{name: "statusCode", node: nearest(status, registration)}, status.AttrValue("", "code"), "active")
	}
	ids, some := r.instanceIdentifiers(patient, report)
	if !some && !report.Findings[report.base:].Has(ruleFeedForm) {
		report.add(ruleFeedIdentifier, feedPlace{name: "patient/id", node: patient}, "", "")
	}
	switch interaction.kind {
	case feedAdds:
		if some && len(ids) == 0 {
			first := hl7(patient, "id")
			r.foreign(report, feedPlace{name: "patient/id", node: first}, first.AttrValue("", "root"))
		}
		event.admitted = ids
	case feedMerges:
		event.merges = r.readReplacement(registration, ids, some, report)
	case feedRevises: // the registry keeps no demographics
		event.revised = ids
	}
	return event
}

// checkTransmission judges the wrapper (ITI TF-2 O.1.1).
func checkTransmission(root xmltree.Node, interaction *feedInteraction, report *feedReport) {
	// check holds an attribute of a child of the root to the values allowed.
	check := func(broken *rule.Rule, path []string, attribute string, allowed ...string) {
		n := hl7(root, path...)
		value := n.AttrValue("", attribute)
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		report.add(broken, feedPlace{name: strings.Join(path, "/"), node: nearest(n, root)}, value, strings.Join(allowed, ", "))
	}
	if id := hl7(root, "id"); id.AttrValue("", "root") == "" {
		report.add(ruleFeedV3ID, feedPlace{name: "id", node: nearest(id, root)}, "", "")
	}
	check(ruleFeedV3Interaction, []string{"interactionId"}, "extension", interaction.name)
	check(ruleFeedProcessing, []string{"processingCode"}, "code", "P", "D", "T")
	check(ruleFeedV3Mode, []string{"processingModeCode"}, "code", "T")
	check(ruleFeedV3Accept, []string{"acceptAckCode"}, "code", "AL")
	receivers := 0
	for range root.Children(NamespaceHL7, "receiver") {
		receivers++
	}
	if receivers != 1 || hl7(root, "receiver", "device", "id").AttrValue("", "root") == "" {
		report.add(ruleFeedV3Receiver, feedPlace{name: "receiver", node: nearest(hl7(root, "receiver"), root)}, "", "")
	}
	if hl7(root, "sender", "device", "id").AttrValue("", "root") == "" {
		report.add(ruleFeedV3Sender, feedPlace{name: "sender", node: nearest(hl7(root, "sender"), root)}, "", "")
	}
	check(ruleFeedV3Trigger, []string{"controlActProcess", "code"}, "code", interaction.trigger)
}

// instanceIdentifiers gives the identifiers of the affinity domain among the id children, and whether there is any at all.
func (r *Registry) instanceIdentifiers(n xmltree.Node, report *feedReport) (ids []feedID, some bool) {
	for id := range n.Children(NamespaceHL7, "id") {
		root, extension := id.AttrValue("", "root"), id.AttrValue("", "extension")
		some = some || root != ""
		if known, ok := r.identified(report, extension, root, "ISO", feedPlace{name: n.Local() + "/id", node: id}); ok {
			ids = append(ids, known)
		}
	}
	return ids, some
}

// readReplacement judges what a merge replaces (ITI TF-2 3.44.4.2.2).
func (r *Registry) readReplacement(registration xmltree.Node, survivors []feedID, named bool, report *feedReport) []feedMerge {
	prior, count := xmltree.Node{}, 0
	for replaced := range registration.Children(NamespaceHL7, "replacementOf") {
		for p := range replaced.Children(NamespaceHL7, "priorRegistration") {
			prior = p
			count++
		}
	}
	if count != 1 {
		report.add(ruleFeedV3Replacement, feedPlace{name: "replacementOf", node: registration}, "", "")
		return nil
	}
	if status := hl7(prior, "statusCode"); status.AttrValue("", "code") != "obsolete" {
		report.add(ruleFeedV3Obsolete, feedPlace{name: "statusCode", node: nearest(status, prior)}, status.AttrValue("", "code"), "obsolete")
	}
	role := hl7(prior, "subject1", "priorRegisteredRole")
	ids := 0
	for range role.Children(NamespaceHL7, "id") {
		ids++
	}
	at := feedPlace{name: "priorRegisteredRole/id", node: nearest(role, prior)}
	subsumed, some := r.instanceIdentifiers(role, report)
	switch {
	case ids > 1:
		report.add(ruleFeedV3OnePrior, at, "", "")
		return nil
	case !some:
		report.add(ruleFeedPrior, at, "", "")
		return nil
	case !named:
		return nil
	}
	return r.pair(report, survivors, subsumed, at)
}

// appendAck appends the MCCI_IN000002UV01 that answers a message (ITI TF-2 O.1.2): CA, CE or CR, one detail for each
// finding, sender and receiver of the message exchanged.
func (r *Registry) appendAck(dst []byte, request xmltree.Node, report *feedReport) []byte {
	code := "CA"
	switch {
	case report.rejects():
		code = "CR"
	case report.Failed():
		code = "CE"
	}
	id := NewUUID()
	dst = append(dst, `<MCCI_IN000002UV01 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="2.25.`...)
	dst = append(dst, new(big.Int).SetBytes(id[:]).String()...)
	dst = append(dst, `"/><creationTime value="`...)
	dst = r.cfg.Now().UTC().AppendFormat(dst, "20060102150405")
	dst = append(dst, `"/><interactionId root="2.16.840.1.113883.1.6" extension="MCCI_IN000002UV01"/><processingCode code="`...)
	switch mode := hl7(request, "processingCode").AttrValue("", "code"); mode {
	case "D", "T":
		dst = append(dst, mode...)
	default:
		dst = append(dst, 'P')
	}
	dst = append(dst, `"/><processingModeCode code="T"/><acceptAckCode code="NE"/>`...)
	dst = appendParty(dst, "receiver", "RCV", hl7(request, "sender", "device", "id"))
	dst = appendParty(dst, "sender", "SND", hl7(request, "receiver", "device", "id"))
	dst = append(dst, `<acknowledgement><typeCode code="`...)
	dst = append(dst, code...)
	dst = append(dst, `"/><targetMessage>`...)
	dst = appendII(dst, hl7(request, "id"))
	dst = append(dst, `</targetMessage>`...)
	for i := range report.Findings {
		f := &report.Findings[i]
		severity := "E"
		if f.Severity == rule.Warning {
			severity = "W"
		}
		dst = appendDetail(dst, severity, f.WireCode(), f.Sentence(r.cfg.Language), f.XPath)
	}
	return append(dst, `</acknowledgement></MCCI_IN000002UV01>`...)
}

// appendParty appends a receiver or sender with the id of its device.
func appendParty(dst []byte, element, kind string, id xmltree.Node) []byte {
	dst = append(dst, '<')
	dst = append(dst, element...)
	dst = appendAttr(dst, "typeCode", kind)
	dst = append(dst, `><device classCode="DEV" determinerCode="INSTANCE">`...)
	dst = appendII(dst, id)
	dst = append(dst, `</device></`...)
	dst = append(dst, element...)
	return append(dst, '>')
}

// appendII appends an id as the request had it; one without a root that can be written becomes "no information".
func appendII(dst []byte, id xmltree.Node) []byte {
	root := id.AttrValue("", "root")
	if checkOID(root) != nil {
		if _, err := ParseUUID(uuidPrefix + root); err != nil {
			return append(dst, `<id nullFlavor="NI"/>`...)
		}
	}
	dst = append(dst, `<id`...)
	dst = appendAttr(dst, "root", root)
	dst = appendOptional(dst, "extension", id.AttrValue("", "extension"))
	return append(dst, `/>`...)
}

// appendDetail appends an acknowledgementDetail with a code of HL7 table 0357, the words and the place. An oddity of the
// envelope has no code there.
func appendDetail(dst []byte, severity, code, text, xpath string) []byte {
	dst = append(dst, `<acknowledgementDetail`...)
	dst = appendAttr(dst, "typeCode", severity)
	dst = append(dst, '>')
	if words := hl7Words[code]; words != "" {
		dst = append(dst, `<code`...)
		dst = appendAttr(dst, "code", code)
		dst = append(dst, ` codeSystem="2.16.840.1.113883.12.357"`...)
		dst = appendAttr(dst, "displayName", words)
		dst = append(dst, `/>`...)
	}
	dst = append(dst, `<text>`...)
	dst = appendText(dst, text)
	dst = append(dst, `</text>`...)
	if xpath != "" {
		dst = append(dst, `<location>`...)
		dst = appendText(dst, xpath)
		dst = append(dst, `</location>`...)
	}
	return append(dst, `</acknowledgementDetail>`...)
}
